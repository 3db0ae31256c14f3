"""How much a line's wording speaks for furniture, and how much of the line it leaves over."""

import re
import sys
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal, overload

from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import FENCES, NAME_RULES, RULES, Fence, Rule

__all__ = [
    "BOOK",
    "About",
    "Hit",
    "LineSigns",
    "Rulebook",
    "Signs",
    "compile_rules",
    "find_fence",
    "read_signs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a post beside its body: its account names itself in furniture."""

    nickname: str | None = None
    biz: str | None = None
    user_name: str | None = None
    alias: str | None = None
    description: str | None = None
    title: str | None = None
    author: str | None = None
    kind: str = "article"
    form: Literal["page", "dump"] = "page"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that a line meets, and where in its key."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules see in one line."""

    hits: tuple[Hit, ...] = ()
    ask: float = 0.0
    """The weights of the rules it meets: the heaviest whole, each further one half. Below 0 if one speaks against."""
    bare: int = 0
    """How many characters of its key no hit covers."""
    may_head: bool = False
    """Whether it holds a word that headings of furniture have."""
    own: bool = False
    """Whether a rule speaks for furniture by itself, not only in company; or two terms of a notice together."""

    @property
    def strongest(self) -> Hit | None:
        """The hit that names the line's label: of the heaviest rule, the first."""
        return max(self.hits, key=lambda hit: (hit.rule.weight, -hit.start)) if self.hits else None


_Tried = tuple[str, frozenset[int], tuple[tuple[str, int], ...]]
"""Two characters, the places of the rules that need no more, and longer cues with the places of theirs."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules and fences, ready to be matched."""

    matchers: tuple[tuple[Rule, re.Pattern[str]], ...]
    pairs: Mapping[int, _Tried]
    """First two characters of a cue, as one number → what to try on a line that holds them."""
    singles: Mapping[str, frozenset[int]]
    """A cue of one character → the places of its rules."""
    pair_set: frozenset[int]
    fences: tuple[tuple[Fence, re.Pattern[str]], ...]
    related: tuple[tuple[Fence, re.Pattern[str]], ...]
    """Headings over other posts."""
    sections: tuple[tuple[Fence, re.Pattern[str]], ...]
    """Headings over all other furniture."""


_HEADING: Final = -1
_ONLY_HEADING: Final = [_HEADING]
"""Stands for the fences among the places of rules."""


def compile_rules(rules: Iterable[Rule], fences: Iterable[Fence]) -> Rulebook:
    """Make a book of rules and fences. Raises re.error for a pattern that is none."""
    matchers = tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in rules)
    headings = tuple((fence, re.compile(fence.pattern, re.IGNORECASE)) for fence in fences)
    cues: dict[str, list[tuple[str, int]]] = {}
    for place, (rule, _) in enumerate(matchers):
        for cue in rule.cues.split():
            cues.setdefault(cue[:2], []).append((cue, place))
    for fence, _ in headings:
        for cue in fence.cues.split():
            cues.setdefault(cue[:2], []).append((cue, _HEADING))
    return Rulebook(
        matchers=matchers,
        pairs=(
            pairs := {_to_number(first): _to_tried(first, own) for first, own in cues.items() if first[1:]}
        ),
        singles={first: frozenset(place for _, place in own) for first, own in cues.items() if not first[1:]},
        pair_set=frozenset(pairs),
        fences=headings,
        related=tuple(pair for pair in headings if pair[0].label == "related-links"),
        sections=tuple(pair for pair in headings if pair[0].label != "related-links"),
    )


def _to_number(pair: str) -> int:
    return int.from_bytes(pair.encode("utf-16-le"), sys.byteorder)


def _to_tried(first: str, cues: Iterable[tuple[str, int]]) -> _Tried:
    own = list(cues)
    return (
        first,
        frozenset(place for cue, place in own if cue == first),
        tuple((cue, place) for cue, place in own if cue != first),
    )


BOOK: Final = compile_rules(RULES, FENCES)
"""The rules that come with the program."""

_BETWEEN: Final = "\x00"
_OwnWords = tuple[str, str, str, str]
"""The keys of an account's name, number and motto, and of the author's name."""

_NO_SIGNS: Final = Signs()
_MAY_HEAD: Final = Signs(may_head=True)
_SPEECH: Final = re.compile('^[“「『"][^”」』"]*[。！？!?…][”」』"]$')
"""A line that is all quoted speech is somebody's in the text."""
_CLAUSE: Final = re.compile(r"[,。;!?~…|]+")
_MOST: Final = 1200
"""Of a longer line only so much of its end is matched: what asks in it stands there."""
_AROUND: Final = 16
"""In a long clause a hit covers so many characters more than its own."""
_LONGEST_FENCE: Final = 34
_NAME, _MENTION, _IS, _ME, _MOTTO, _ALIAS = (
    NAME_RULES[f"intro.{name}"] for name in ("name", "mention", "is", "me", "motto", "alias")
)
_IS_WHAT: Final = re.compile(
    r"[,(|:]?(?:公众号|订阅号|服务号)?[,(|:]?(?:主要分享|是(?!在|不|否|我们)|由|成立|创立|创办|致力|专注|隶属|旨在|自\d{4}年|\(|作为)"
)
_IS_FOUNDED: Final = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{0,12}(?:\([^()]{1,40}\))?,?(?:是(?:一[家个所]|中国|国内|全球|专业|领先|由)|成立于|创立于|创办于|"
    r"创建于|致力于|专注于|隶属于|旨在)"
)
"""What a line says behind the beginning of the account's name: its owner's fuller name, and what that is."""
_TERMS: Final = re.compile(
    "(?:本|该|此|文)[文篇章号站中]|以上|所有|请勿|切勿|由于|任何|部分|文章|图文|图片|内容|资料|素材|转载|注[:]|声明|凡|如需|若"
)
"""How a line begins that states terms of use, if it has two or more of them."""
_I_AM: Final = re.compile(
    r"(?:(?:大家|各位|朋友们?|你们?)好|hi|hello|哈喽|嗨)?[,!~。]*我(?:是|叫)", re.IGNORECASE
)
_NAME_PART: Final = 4
_FOUNDED: Final = re.compile(r"《([^》]{2,20})》(?:杂志)?,?(?:创刊于|是?由[^,。]{2,30}(?:主管|主办))")
_SUFFIXES: Final = frozenset(("杂志", "杂志社", "期刊", "编辑部", "官微", "官方", "微信", "平台"))
_OWN_MENTION: Final = 3
_REPEATED: Final = 0.2
_NAMED_IN_ASK: Final = 2.5
"""An ask to follow that names the account itself."""


class LineSigns(Sequence[Signs]):
    """The signs of a body's lines, by their places; a line is read when it is first asked for.

    Most paragraphs are never asked for. The ``short`` lines, of which all are, are read together at the beginning;
    a line that is neither short nor in ``edges`` has no signs.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        about: About,
        book: Rulebook,
        short: Sequence[Line],
        edges: Container[int],
    ) -> None:
        self._lines = lines
        self._own = _own_words(about)
        self._book = book
        self._edges = edges
        self._read: list[Signs | None] = [None] * len(lines)
        for line, signs in zip(short, _read_lines(short, self._own, book), strict=True):
            self._read[line.at] = signs

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Signs: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Signs]: ...
    def __getitem__(self, at: int | slice) -> Signs | Sequence[Signs]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        signs = self._read[at]
        if signs is None:
            line = self._lines[at]
            asked = line.sort == "text" and line.key and line.at in self._edges
            signs = _read_lines([line], self._own, self._book)[0] if asked else _NO_SIGNS
            self._read[at] = signs
        return signs


def read_signs(lines: Sequence[Line], about: About, book: Rulebook = BOOK) -> tuple[Signs, ...]:
    """What the rules, and the account's own names, see in each of the lines."""
    return tuple(_read_lines(lines, _own_words(about), book))


def _own_words(about: About) -> _OwnWords:
    return (
        to_key(about.nickname or ""),
        (about.alias or "").lower(),
        to_key(about.description or ""),
        to_key(about.author or ""),
    )


def _read_lines(lines: Sequence[Line], own: _OwnWords, book: Rulebook) -> list[Signs]:
    lows = [line.key[-_MOST:].lower() for line in lines]
    read: list[Signs] = []
    for line, low, rules in zip(lines, lows, _find_rules(lows, book), strict=True):
        named = _may_name(line.key, low, own)
        if named or (rules and rules != _ONLY_HEADING):
            read.append(_read_line(line, low, rules, own, book))
        else:
            read.append(_MAY_HEAD if rules else _NO_SIGNS)
    return read


def _may_name(key: str, low: str, own: _OwnWords) -> bool:
    """Whether a line may name the account; most lines go no further than this."""
    name, alias, motto, _ = own
    if name and (
        name in key
        or key[1:_NAME_PART] == name[: _NAME_PART - 1]
        or key[:_NAME_PART] == name[:_NAME_PART]
        or len(name) <= len(key) <= len(name) + 2
    ):
        return True
    return bool(
        "我是" in key[:14]
        or "我叫" in key[:14]
        or (alias and alias in low)
        or (motto and (key in motto or motto in key))
    )


def _find_rules(texts: Sequence[str], book: Rulebook) -> list[list[int]]:
    """For each text the places of the rules with a cue in it, in their order; :data:`_HEADING` for a heading's.

    All texts are looked through at once for the pairs of characters that are in any of them, as numbers of two UTF-16
    units; only those are then looked for one by one.
    """
    whole = _BETWEEN.join(texts)
    units = whole.encode("utf-16-le", "surrogatepass") + b"\0\0\0\0"
    even = len(units) // 4 * 4
    odd = (len(units) - 2) // 4 * 4
    present = book.pair_set.intersection(memoryview(units)[:even].cast("I"))
    present |= book.pair_set.intersection(memoryview(units)[2 : odd + 2].cast("I"))
    found: list[set[int]] = [set() for _ in texts]
    ends: list[int] = []
    for cue, places, longer in [book.pairs[pair] for pair in present] + [
        (single, places, ()) for single, places in book.singles.items() if single in whole
    ]:
        at = whole.find(cue)
        if at >= 0 and not ends:
            ends = [*accumulate(len(text) + 1 for text in texts)]
        while at >= 0:
            here = found[bisect_right(ends, at)]
            here |= places
            for word, place in longer:
                if whole.startswith(word, at):
                    here.add(place)
            at = whole.find(cue, at + 1)
    return [sorted(places) for places in found]


def _read_line(line: Line, low: str, rules: Sequence[int], own: _OwnWords, book: Rulebook) -> Signs:
    key = line.key
    skipped = max(len(key) - _MOST, 0)
    seen = key[skipped:] if skipped else key
    hits: list[Hit] = []
    may_head = bool(rules) and rules[0] == _HEADING
    for n in rules[may_head:]:
        rule, pattern = book.matchers[n]
        if not rule.longest or len(key) <= rule.longest:
            hits += [
                Hit(rule, found.start() + skipped, found.end() + skipped) for found in pattern.finditer(seen)
            ]
    hits += _name_hits(key, low, own)
    if own[0][:_NAME_PART] in key and len(own[0]) >= _NAME_PART and _count_boasts(hits) > 1:
        hits.append(Hit(_IS, 0, 2))
    if not hits or (_SPEECH.match(line.text.strip()) and not any(hit.rule.alone for hit in hits)):
        return _MAY_HEAD if may_head else _NO_SIGNS
    weights = {hit.rule.id: hit.rule.weight for hit in hits}
    if _MENTION.id in weights and any(hit.rule.label == "follow-prompt" for hit in hits):
        weights[_MENTION.id] = _NAMED_IN_ASK
    ranked = sorted(weights.values(), reverse=True)
    return Signs(
        hits=tuple(hits),
        ask=ranked[-1]
        if ranked[-1] < 0
        else ranked[0] + sum(ranked[1:]) / 2 + _measure_repeats(hits, ranked),
        may_head=may_head,
        bare=0 if _leads(key, hits, len(weights)) else skipped + _bare_characters(seen, skipped, hits),
        own=any(hit.rule.own and hit.rule.weight > 0 for hit in hits)
        or sum(hit.rule.label == "notice" for hit in hits) > 1,
    )


def find_fence(key: str, fences: Iterable[tuple[Fence, re.Pattern[str]]]) -> Fence | None:
    """The fence that a heading's words are, if they are one."""
    if not 1 <= len(key) <= _LONGEST_FENCE:
        return None
    for fence, pattern in fences:
        if pattern.fullmatch(key):
            return fence
    return None


def _measure_repeats(hits: Sequence[Hit], ranked: Sequence[float]) -> float:
    """What a rule adds that a line meets several times: it says the same thing in other words."""
    return min(len(hits) - len(ranked), 2) * _REPEATED * ranked[0]


def _leads(key: str, hits: Sequence[Hit], rules: int) -> bool:
    """Whether the line is about its lead word all through: a notice, or the account itself with one more sign."""
    if any(hit.rule.leads and hit.start == 0 and (rules > 1 or hit.rule is not _IS) for hit in hits):
        return True
    return _TERMS.match(key) is not None and sum(hit.rule.label == "notice" for hit in hits) > 1


def _bare_characters(key: str, skipped: int, hits: Iterable[Hit]) -> int:
    places = [(hit.start - skipped, hit.end - skipped) for hit in hits]
    covered = 0
    for begin, end in _clauses(key):
        touching = sum(min(b, end) - max(a, begin) for a, b in places if a < end and b > begin)
        covered += min(end - begin, touching + _AROUND) if touching else 0
    marks = sum(found.end() - found.start() for found in _CLAUSE.finditer(key))
    return max(len(key) - covered - marks, 0)


def _clauses(key: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for mark in _CLAUSE.finditer(key):
        yield begin, mark.start()
        begin = mark.end()
    yield begin, len(key)


def _is_its_journal(key: str, name: str) -> bool:
    """Whether a line is the name without 杂志 and the like behind it, or says of 《name》 when and by whom it was founded."""
    founded = _FOUNDED.match(key)
    title = founded[1] if founded else key
    return len(title) >= _NAME_PART - 1 and (
        (founded is not None and name.startswith(title))
        or (name.startswith(title) and name[len(title) :] in _SUFFIXES)
    )


def _name_hits(key: str, low: str, own: _OwnWords) -> list[Hit]:
    """The account's name, number or motto in a line."""
    name, alias, motto, author = own
    size = len(key)
    if name and _is_its_journal(key, name):
        return [Hit(_IS if "》" in key else _NAME, 0, min(size, len(name) + 2))]
    if len(name) >= 2 and name in key:
        rest = key.replace(name, "").strip(".|-:()").lower()
        if rest in ("", alias, "微信公众号", "公众号", "微信"):
            return [Hit(_NAME, 0, size)]
        at = key.index(name)
        if at == 0 and _IS_WHAT.match(key, len(name)):
            return [Hit(_IS, 0, len(name) + 2)]
        if len(name) >= _OWN_MENTION and (at == 0 or size <= len(name) + 20):
            return [Hit(_MENTION, at, at + len(name))]
    if len(name) >= _NAME_PART and key[:_NAME_PART] == name[:_NAME_PART]:
        # The beginning of the name, and what its owner is: 青石出版社成立于… of the account 青石出版社书讯.
        shared = next((n for n, (a, b) in enumerate(zip(key, name, strict=False)) if a != b), len(name))
        if found := _IS_FOUNDED.match(key, shared):
            return [Hit(_IS, 0, found.end())]
    introduced = _I_AM.match(key)
    if introduced and _is_called(key[introduced.end() :], name, author):
        return [Hit(_ME, 0, introduced.end() + 2)]
    if 3 <= len(name) <= size <= len(name) + 2 and _is_spelled_in(name, key):
        return [Hit(_NAME, 0, size)]
    if len(alias) >= 5 and size <= 60 and alias in low:
        return [Hit(_ALIAS, 0, size)]
    if len(motto) >= 6 and size >= 6 and (key in motto or (motto in key and size <= len(motto) * 2)):
        return [Hit(_MOTTO, 0, size)]
    return []


def _count_boasts(hits: Iterable[Hit]) -> int:
    """How often a line says what a firm or a medium says of itself."""
    return sum(hit.rule.id in ("intro.boast", "intro.mission", "intro.founded") for hit in hits)


def _is_called(words: str, *names: str) -> bool:
    """Whether words begin with one of the names, or with two characters of its beginning."""
    return any(len(name) >= 2 and words.startswith(name[:2]) for name in names)


def _is_spelled_in(name: str, key: str) -> bool:
    """Whether the characters of ``name`` stand in ``key`` in their order: 小城读书 in 小城的读书."""
    characters = iter(key)
    return all(character in characters for character in name)
