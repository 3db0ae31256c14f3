"""Values that a page's scripts state, read without running them.

The grammar is what WeChat's templates write: literals, ``||`` chains whose first non-empty literal counts,
conditional expressions whose last literal counts, numbers as ``'8' * 1``, objects and arrays of these, and the
decoders ``JsDecode(…)``, ``htmlDecode(…)`` and ``'…'.html(false)``. Anything else is None.
"""

import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from typing import Final

from wxarchive.text import decode_entities

__all__ = [
    "JsObject",
    "JsValue",
    "iter_assignments",
    "read_object",
    "read_string",
    "read_value",
    "unescape_js",
]

JsValue = None | bool | int | float | str | list["JsValue"] | dict[str, "JsValue"]

_TOKEN = re.compile(
    r"""(?:\s+|//[^\n]*|/\*.*?\*/)*+
    (?:'(?P<single>[^'\\]*+(?:\\.[^'\\]*+)*+)'
      |"(?P<double>[^"\\]*+(?:\\.[^"\\]*+)*+)"
      |`(?P<back>[^`\\]*+(?:\\.[^`\\]*+)*+)`
      |(?P<name>[A-Za-z_$][\w$]*)
      |(?P<number>\d+(?:\.\d+)?)
      |(?P<mark>\|\||&&|===?|!==?|=>|[<>]=?|[{}\[\]():,?*+\-/!;.%=&|^~]))""",
    re.VERBOSE | re.DOTALL,
)
# What an object's values are made of, taken in one step: plain characters, strings without escapes, and brackets
# around such. At the object's own level a comma ends it; odd strings, comments and deeper brackets do at any.
_PARTS = r"""[^'"`{}\[\]()/]++|'[^'\\]*+'|"[^"\\]*+\""""
for _ in range(3):
    _PARTS += rf"|[(\[{{](?:{_PARTS})*+[)\]}}]"
_NESTED_STRETCH = re.compile(f"(?:{_PARTS})*+")
_STRETCH = re.compile(f"(?:{_PARTS.replace('()/]', '()/,]', 1)})*+")
_KEY = re.compile(
    r"""(?:\s+|//[^\n]*|/\*.*?\*/|,)*+(?:(?P<name>[\w$]+)|'(?P<single>[^'\\]*)'|"(?P<double>[^"\\]*)")\s*:\s*""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(\r\n|.))", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
# What the page's own JsDecode replaces, in its order.
_JSDECODE: Final = (
    (r"\x5c", "\\"),
    (r"\x0d", "\r"),
    (r"\x22", '"'),
    (r"\x26", "&"),
    (r"\x27", "'"),
    (r"\x3c", "<"),
    (r"\x3e", ">"),
    (r"\x0a", "\n"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEPEST = 60


class _EndError(Exception):
    """The source ends, or nests deeper than any page does."""


def unescape_js(literal: str) -> str:
    """The string that the inside of a JavaScript string literal stands for."""
    return _ESCAPE.sub(_unescape, literal) if "\\" in literal else literal


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    character = found[4]
    if character in ("\n", "\r\n"):
        return ""
    return _SIMPLE.get(character, character)


def _join_surrogates(text: str) -> str:
    """``\\ud83d\\ude00`` written as two escapes is one character; a lone half is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# What nearly all values are: a string, the first of a chain that is not empty, or a number written as a string.
_PLAIN_VALUE = re.compile(
    r"""(?:(?:""|'')\s*+\|\|\s*+)*+
    (?:(?:"(?P<double>[^"\\]++)"|'(?P<single>[^'\\]++)')\s*+(?:;|,|\|\|)
      |(?P<empty>""|'')\s*+[;,]
      |'(?P<number>\d{1,15})'\s*+\*\s*+1\s*+[;,]
      |JsDecode\('(?P<decoded>[^'\\]*+)'\)\s*+[;,])""",
    re.VERBOSE,
)


def read_value(source: str, at: int = 0) -> JsValue:
    """The value of the expression that starts at ``at``; None if it is no literal or is cut off."""
    plain = _PLAIN_VALUE.match(source, at)
    if plain is not None:
        kind = plain.lastgroup
        if kind == "number":
            return int(plain[kind])
        return "" if kind is None or kind == "empty" else plain[kind]
    reader = _Reader(source, at)
    try:
        return reader.expression(0)
    except _EndError:
        return None


def read_string(source: str, at: int = 0) -> str | None:
    """The string literal that starts at ``at``, whatever is done to it afterwards; None if there is none."""
    found = _TOKEN.match(source, at)
    if found is None or found.lastgroup not in ("single", "double", "back"):
        return None
    return _literal(found[found.lastgroup])


def read_object(source: str, at: int) -> dict[str, JsValue]:
    """The object whose ``{`` stands at ``at``; of one that is cut off, the keys up to there."""
    reader = _Reader(source, at)
    values: dict[str, JsValue] = {}
    with suppress(_EndError):
        reader.object_into(values, 0)
    return values


def iter_assignments(
    source: str, pattern: re.Pattern[str], names: Container[str], known: Container[str] = ()
) -> Iterator[tuple[str, JsValue]]:
    """Each assignment to one of ``names`` that ``pattern`` finds (group ``name``; its end is where the value starts).

    In their order; names in ``known`` are passed over, and it may grow meanwhile.
    """
    for found in pattern.finditer(source):
        name = found["name"]
        if name not in names:
            continue
        before = source[found.start() - 1] if found.start() else " "
        if name in known or before.isalnum() or before in "_$":
            continue  # known, or the pattern met the end of a longer name
        yield name, read_value(source, found.end())


class JsObject(Mapping[str, JsValue]):
    """An object of a page's script whose values are read when they are asked for.

    The data object of a page holds some 140 keys and a copy of the whole body; a reader needs twenty of them. So the
    keys' places are found first, which skips strings and brackets without looking into them. Of an object that is
    cut off, the keys up to there are known.
    """

    def __init__(self, source: str, at: int) -> None:
        self._source = source
        self._places = dict(_iter_keys(source, at))
        self._values: dict[str, JsValue] = {}

    def __getitem__(self, key: str) -> JsValue:
        if key not in self._values:
            self._values[key] = read_value(self._source, self._places[key])
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _iter_keys(source: str, at: int) -> Iterator[tuple[str, int]]:
    """The top-level keys of the object whose ``{`` stands at ``at``, each with the place of its value."""
    at += 1
    while found := _KEY.match(source, at):
        yield found[found.lastgroup or 0], found.end()
        at = found.end()
        level = 0
        while True:
            stretch = (_NESTED_STRETCH if level else _STRETCH).match(source, at)
            at = stretch.end() if stretch else at
            mark = source[at : at + 1]
            if mark == "" or (level == 0 and mark in "}])"):
                return
            at += 1
            if mark in "'\"`":
                at = _string_end(source, at, mark)
            elif mark in "{[(":
                level += 1
            elif mark in "}])":
                level -= 1
            elif mark == "/":
                at = _comment_end(source, at)
            else:
                break


def _string_end(source: str, at: int, quote: str) -> int:
    """Behind the string whose inside starts at ``at``: its first quote with an even number of backslashes before it."""
    while (end := source.find(quote, at)) >= 0:
        at = end + 1
        before = end - 1
        while source[before] == "\\":
            before -= 1
        if (end - before) % 2:
            return at
    return len(source)


def _comment_end(source: str, at: int) -> int:
    """Behind the comment whose first slash stands before ``at``; ``at`` itself where it is a slash of its own."""
    closing = {"/": "\n", "*": "*/"}.get(source[at : at + 1])
    if closing is None:
        return at
    end = source.find(closing, at + 1)
    return end + len(closing) if end >= 0 else len(source)


class _Reader:
    """A recursive-descent reader over the tokens, with a bound on its depth."""

    def __init__(self, source: str, at: int) -> None:
        self.source = source
        self.at = at
        self.kind: str | None = None
        self.value = ""
        self.advance()

    def advance(self) -> None:
        found = _TOKEN.match(self.source, self.at)
        if found is None:
            self.kind = None
            self.value = ""
            return
        self.kind = found.lastgroup
        self.value = found[self.kind] if self.kind else ""
        self.at = found.end()

    def is_mark(self, *marks: str) -> bool:
        return self.kind == "mark" and self.value in marks

    def take(self, mark: str) -> bool:
        if self.is_mark(mark):
            self.advance()
            return True
        return False

    # expression := chain [? expression : expression]
    def expression(self, depth: int) -> JsValue:
        if depth > _DEEPEST:
            raise _EndError
        value = self.chain(depth)
        if self.take("?"):
            yes = self.expression(depth + 1)
            if not self.take(":"):
                return yes
            no = self.expression(depth + 1)
            if value is not None:
                return yes if value else no
            return no if no not in (None, "") else yes
        return value

    # chain := term {(|| or another operator) term}
    def chain(self, depth: int) -> JsValue:
        value = self.term(depth)
        while self.kind == "mark":
            operator = self.value
            if operator == "||":
                self.advance()
                other = self.term(depth)
                value = value or other
            elif operator == "&&":
                self.advance()
                other = self.term(depth)
                value = other if value else value
            elif operator == "*":
                self.advance()
                value = _times(value, self.term(depth))
            elif operator == "+":
                self.advance()
                other = self.term(depth)
                value = value + other if isinstance(value, str) and isinstance(other, str) else None
            elif operator in ("===", "==", "!=", "!==", "<", ">", "<=", ">=", "-", "/", "%", "&", "|", "^"):
                self.advance()
                other = self.term(depth)
                value = (value == other) == (operator[0] == "=") if operator[:2] in ("==", "!=") else None
            else:
                break
        return value

    def term(self, depth: int) -> JsValue:
        if depth > _DEEPEST or self.kind is None:
            raise _EndError
        value: JsValue = None
        kind, token = self.kind, self.value
        if kind in ("single", "double", "back"):
            value = _literal(token)
            self.advance()
        elif kind == "number":
            value = float(token) if "." in token else int(token)
            self.advance()
        elif kind == "name":
            return self.named(token, depth)
        elif token == "{":
            value = {}
            self.object_into(value, depth + 1)
        elif token == "[":
            value = self.array(depth + 1)
        elif token == "(":
            self.advance()
            value = self.expression(depth + 1)
            self.take(")")
        elif token in ("!", "-", "+", "~"):
            self.advance()
            inner = self.term(depth + 1)
            if token == "!":
                value = None if inner is None else not inner
            elif token == "-" and isinstance(inner, int | float):
                value = -inner
            elif token == "+":
                value = _times(inner, 1)
        else:
            return None
        return self.methods(value, depth)

    def named(self, name: str, depth: int) -> JsValue:
        self.advance()
        if name in ("true", "false"):
            return name == "true"
        if name in ("null", "undefined"):
            return None
        if name in ("new", "typeof", "void", "function", "var", "let", "const", "return"):
            if name == "function":
                raise _EndError
            self.term(depth + 1)
            return None
        while self.is_mark("."):
            self.advance()
            if self.kind != "name":
                return None
            name = self.value
            self.advance()
        if self.is_mark("("):
            arguments = self.arguments(depth + 1)
            first = arguments[0] if arguments else None
            return self.methods(_call(name, first), depth)
        if self.is_mark("["):
            self.array(depth + 1)
        return None

    def methods(self, value: JsValue, depth: int) -> JsValue:
        while self.is_mark("."):
            self.advance()
            name = self.value
            self.advance()
            if not self.is_mark("("):
                value = None
                continue
            self.arguments(depth + 1)
            if name == "html" and isinstance(value, str):
                value = decode_entities(value, 1)
            elif name not in ("replace", "trim", "toString"):
                value = None
        return value

    def arguments(self, depth: int) -> list[JsValue]:
        self.take("(")
        values: list[JsValue] = []
        while not self.take(")"):
            if self.kind is None:
                raise _EndError
            if self.take(","):
                continue
            values.append(self.expression(depth))
            if not self.is_mark(",", ")"):
                self.skip_to(")")
        return values

    def array(self, depth: int) -> list[JsValue]:
        self.take("[")
        values: list[JsValue] = []
        while not self.take("]"):
            if self.kind is None:
                raise _EndError
            if self.take(","):
                continue
            values.append(self.expression(depth))
            if not self.is_mark(",", "]"):
                self.skip_to("]")
        return values

    def object_into(self, values: dict[str, JsValue], depth: int) -> None:
        if not self.take("{"):
            return
        while not self.take("}"):
            if self.kind is None:
                raise _EndError
            if self.take(","):
                continue
            key = _literal(self.value) if self.kind in ("single", "double") else self.value
            self.advance()
            if not self.take(":"):
                self.skip_to("}")
                continue
            value: JsValue
            if self.is_mark("{"):
                nested: dict[str, JsValue] = {}
                values[key] = nested
                if depth > _DEEPEST:
                    raise _EndError
                self.object_into(nested, depth + 1)
                value = nested
            else:
                value = self.expression(depth + 1)
                values[key] = value
            if not self.is_mark(",", "}"):
                self.skip_to("}")

    def skip_to(self, closer: str) -> None:
        """Pass over what is not understood, to the next comma or ``closer`` of this level."""
        level = 0
        while self.kind is not None:
            if self.kind == "mark":
                if level == 0 and self.value in (",", closer):
                    return
                if self.value in "([{":
                    level += 1
                elif self.value in ")]}":
                    if level == 0:
                        raise _EndError  # it closes what this reader never saw open
                    level -= 1
            self.advance()
        raise _EndError


def _literal(token: str) -> str:
    text = unescape_js(token)
    if "\\u" in token and _SURROGATE.search(text):
        text = _join_surrogates(text)
    return text


def _times(left: JsValue, right: JsValue) -> JsValue:
    """``'8' * 1``: how the templates turn text into numbers; an empty string is 0, as in JavaScript."""
    numbers: list[int | float] = []
    for side in (left, right):
        if isinstance(side, str):
            side = side.strip()
            if not re.fullmatch(r"-?\d{0,17}(?:\.\d+)?", side):
                return None
            side = (float(side) if "." in side else int(side or 0)) if side != "-" else None
        if side is None or isinstance(side, list | dict):
            return None
        numbers.append(side)
    return numbers[0] * numbers[1]


def _call(name: str, argument: JsValue) -> JsValue:
    if name in ("Number", "parseInt", "parseFloat"):
        return _times(argument, 1)
    if not isinstance(argument, str):
        return None
    if name == "JsDecode":
        if "\\x" in argument:
            for escape, character in _JSDECODE:
                argument = argument.replace(escape, character)
        return argument
    if name == "htmlDecode":
        return decode_entities(argument, 1)
    if name in ("String", "decodeURIComponent"):
        return argument
    return None
