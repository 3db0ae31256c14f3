"""What was typed → a tree: characters to marks, marks to a tree. The package's text has the language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, cast

from wxarchive.errors import QueryError
from wxarchive.han import fold, split_runs
from wxarchive.query.filters import PostFilter, Query, all_of
from wxarchive.query.nodes import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Published,
    Term,
    account_node,
    album_node,
    combine,
    feature_node,
    is_positive,
    kind_node,
    next_day,
    state_node,
)
from wxarchive.text import without_surrogates

__all__ = ["of_words", "parse_query", "quote"]

# Bounds on what is typed: generous to people, out of reach of FTS5's own limits.
LONGEST: Final = 10_000
MOST_TERMS: Final = 400
DEEPEST: Final = 20


def quote(text: str) -> str:
    """The query that finds exactly ``text``, whatever stands in it."""
    return '"' + text.replace('"', '""') + '"'


# ------------------------------------------------------------------------------------------------------------
# Characters to marks

_MarkKind = Literal["(", ")", "|", "and", "not", "term", "field"]


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: _MarkKind
    raw: str
    text: str = ""
    """Of a term: what to look for, not yet folded; empty for an empty phrase."""
    prefix: bool = False
    field: Field | None = None
    fact: Node | None = None
    near: Near | None = None


_OPEN = "(（"
_CLOSE = ")）"
_CLOSING_QUOTE: Final = {'"': '"', "＂": "＂", "“": "”", "”": "”", "「": "」"}
_MINUS = "-－"
_FIELD = re.compile(r"(title|author|account|source|text)[:：](?=\S)", re.IGNORECASE)
_FACT = re.compile(r"(kind|state|album|has|after|before|on)[:：](?=\S)", re.IGNORECASE)
_NEAR = re.compile(r"NEAR(?=[(（])")
_DISTANCE = re.compile(r"[,，]\s*([0-9]{1,9})\s*\Z")
_USUAL_DISTANCE: Final = 10
_WORD_OPERATORS: Final[Mapping[str, _MarkKind]] = {"OR": "|", "AND": "and", "NOT": "not", "|": "|", "｜": "|"}


def parse_query(words: str) -> Query:
    """Read what a user typed; the package's text says how.

    Raises QueryError where nothing is looked for, where all that is typed is what must not be there, for a
    kind or a date that is none, and for a query beyond all measure.
    """
    if len(words) > LONGEST:
        raise QueryError(f"more than {LONGEST:,} characters")
    marks = list(_marks(without_surrogates(words)))
    if sum(len(mark.near.terms) if mark.near else mark.kind == "term" for mark in marks) > MOST_TERMS:
        raise QueryError(
            f"more than {MOST_TERMS} words", hint="put a passage in quotes to look for it as it stands"
        )
    root = _Reader(marks).read_all()
    if root is None:
        raise QueryError("nothing to look for", hint="type one or more words")
    if not is_positive(root):
        raise QueryError(
            "only words that must not be there",
            hint="add one that must; put a word that begins with - in quotes",
        )
    return Query(root, words)


def of_words(words: str, post_filter: PostFilter | None) -> Query:
    """What words and a filter ask for together; no words are enough if the filter asks anything.

    Raises QueryError as :func:`parse_query` and :meth:`PostFilter.to_query` do.
    """
    query = None if words.strip() else (post_filter.to_query() if post_filter else None)
    return query or all_of(parse_query(words), post_filter)


def _marks(words: str) -> Iterator[_Mark]:
    at, depth = 0, 0
    while at < len(words):
        character = words[at]
        if character.isspace():
            at += 1
        elif character in _OPEN and _opens_group(words, at):
            depth += 1
            if depth > DEEPEST:
                raise QueryError(f"brackets more than {DEEPEST} deep", hint="put text in quotes")
            yield _Mark("(", character)
            at += 1
        elif character in _CLOSE and depth:
            depth -= 1
            yield _Mark(")", character)
            at += 1
        elif character == "|":
            yield _Mark("|", character)
            at += 1
        elif character in _MINUS and _begins_part(words, at + 1):
            yield _Mark("not", character)
            at += 1
        elif (found := _FIELD.match(words, at)) and _begins_part(words, found.end()):
            yield _Mark("field", found[0], field=cast("Field", found[1].lower()))
            at = found.end()
        elif near := _read_near(words, at):
            mark, at = near
            yield mark
        else:
            mark, at = _read_term(words, at, depth)
            yield mark


def _begins_part(words: str, at: int) -> bool:
    return at < len(words) and not words[at].isspace() and words[at] not in _MINUS + _CLOSE + "|"


def _read_term(words: str, at: int, depth: int) -> tuple[_Mark, int]:
    fact = _FACT.match(words, at)
    value_at = fact.end() if fact else at
    phrase = _read_phrase(words, value_at)
    if phrase is not None:
        text, end = phrase
        prefix = words.startswith("*", end)
        end += prefix
    else:
        end = _end_of_word(words, value_at, depth)
        text, prefix = _split_star(words[value_at:end])
    raw = words[at:end]
    if fact:
        return _Mark("term", raw, fact=_fact(fact[1].lower(), text.strip(), raw, prefix=prefix)), end
    if phrase is None and raw in _WORD_OPERATORS:
        return _Mark(_WORD_OPERATORS[raw], raw), end
    return _Mark("term", raw, text if text.strip() else "", prefix), end


def _read_near(words: str, at: int) -> tuple[_Mark, int] | None:
    """The ``NEAR(…)`` that begins at ``at``, and where it ends; None for anything else, one term alone too."""
    found = _NEAR.match(words, at)
    end = _partner(words, found.end()) if found else None
    if found is None or end is None:
        return None
    inside = words[found.end() + 1 : end]
    number = _DISTANCE.search(inside)
    if number:
        inside = inside[: number.start()]
    terms: list[Term] = []
    place = 0
    while place < len(inside):
        if inside[place].isspace():
            place += 1
            continue
        phrase = _read_phrase(inside, place)
        if phrase is not None:
            text, place = phrase
            prefix = inside.startswith("*", place)
            place += prefix
        else:
            stop = next((n for n in range(place, len(inside)) if inside[n].isspace()), len(inside))
            (text, prefix), place = _split_star(inside[place:stop]), stop
        if text.strip():
            terms.append(Term(fold(text), prefix))
    if len(terms) < 2:
        return None
    near = Near(tuple(terms), int(number[1]) if number else _USUAL_DISTANCE)
    return _Mark("term", words[at : end + 1], near=near), end + 1


def _read_phrase(words: str, at: int) -> tuple[str, int] | None:
    """The text of the phrase that begins at ``at``, and where it ends; None if there is none."""
    closing = _CLOSING_QUOTE.get(words[at])
    if closing is None:
        return None
    end = words.find(closing, at + 1)
    while end >= 0 and closing in '"＂' and words.startswith(closing, end + 1):
        end = words.find(closing, end + 2)
    if end < 0:
        return None
    text = words[at + 1 : end]
    return (text.replace(closing * 2, closing) if closing in '"＂' else text), end + 1


def _end_of_word(words: str, at: int, depth: int) -> int:
    """Where the word ends that begins at ``at``: before space, a bar, or the bracket that closes its group."""
    inner = 0
    for end in range(at, len(words)):
        character = words[end]
        if character in _OPEN:
            inner += 1
        elif character in _CLOSE:
            if not inner and depth and end > at:
                return end
            inner = max(inner - 1, 0)
        elif character.isspace() or (character == "|" and end > at):
            return end
    return len(words)


def _split_star(word: str) -> tuple[str, bool]:
    """A word's text and whether it may go on; a star behind anything but a letter or digit is text."""
    begins = len(word) > 1 and word.endswith("*") and split_runs(fold(word[-2]))
    return (word[:-1], True) if begins else (word, False)


def _opens_group(words: str, at: int) -> bool:
    """Whether the bracket at ``at`` groups: it has a partner and something inside, and is not part of a word.

    ``（2019）12号`` is text: no space or bar inside, and a letter right behind it.
    """
    end = _partner(words, at)
    if end is None:
        return False
    inside, behind = words[at + 1 : end], words[end + 1 : end + 2]
    joined = bool(behind) and not behind.isspace() and behind not in _OPEN + _CLOSE + "|"
    is_text = joined and not re.search(r"[\s|]", inside)
    return not is_text and bool(inside.strip(_OPEN + _CLOSE + " \u3000"))


def _partner(words: str, at: int) -> int | None:
    """Where the bracket is that closes the one at ``at``; those in phrases do not count."""
    depth, end, begins = 0, at, True
    while end < len(words):
        character = words[end]
        phrase = _read_phrase(words, end) if begins else None
        if phrase is not None:
            end = phrase[1]
            continue
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0:
            return end
        begins = character.isspace() or character in _OPEN + _MINUS + ":：|"
        end += 1
    return None


# ------------------------------------------------------------------------------------------------------------
# Marks to a tree


class _Reader:
    """Marks → tree, by recursive descent. An operator that has nothing to work on is text."""

    def __init__(self, marks: list[_Mark]) -> None:
        self.marks = marks
        self.at = 0
        self.field: Field | None = None
        """The field that is asked of what is being read."""

    def read_all(self) -> Node | None:
        parts: list[Node | None] = []
        while self.at < len(self.marks):
            parts.append(self.read_any())
            if self.peek() == ")":  # its partner was text; so is this
                parts.append(self.as_text())
        return _combined(And, parts)

    def read_any(self) -> Node | None:
        parts = [self.read_each()]
        while self.peek() == "|" and self.begins_part(self.at + 1):
            self.at += 1
            parts.append(self.read_each())
        return _combined(Or, parts)

    def read_each(self) -> Node | None:
        parts: list[Node | None] = []
        while (kind := self.peek()) not in (None, ")"):
            if parts and kind == "|" and self.begins_part(self.at + 1):
                break
            if parts and kind == "and" and self.begins_part(self.at + 1):
                self.at += 1
            parts.append(self.read_part())
        return _combined(And, parts)

    def read_part(self) -> Node | None:
        outer, negated = self.field, False
        while self.marks[self.at].kind in ("not", "field") and self.begins_part(self.at + 1):
            mark = self.marks[self.at]
            negated = negated != (mark.kind == "not")
            self.field = mark.field or self.field
            self.at += 1
        part = self.read_inner()
        self.field = outer
        if part is None or not negated:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def read_inner(self) -> Node | None:
        mark = self.marks[self.at]
        if mark.kind == "(":
            self.at += 1
            part = self.read_any()
            if self.peek() == ")":
                self.at += 1
            return part
        if mark.kind == "term":
            self.at += 1
            if mark.near is not None:
                terms = tuple(replace(term, field=self.field) for term in mark.near.terms)
                return Near(terms, mark.near.distance)
            return mark.fact or self.to_term(mark.text, mark.prefix)
        return self.as_text()

    def as_text(self) -> Node | None:
        mark = self.marks[self.at]
        self.at += 1
        return self.to_term(mark.raw)

    def to_term(self, text: str, prefix: bool = False) -> Node | None:
        if not text:
            return None
        if self.field == "account":
            return account_node(text, prefix=prefix)
        return Term(fold(text), prefix, self.field)

    def begins_part(self, at: int) -> bool:
        return at < len(self.marks) and self.marks[at].kind in ("term", "(", "not", "field")

    def peek(self) -> str | None:
        return self.marks[self.at].kind if self.at < len(self.marks) else None


def _combined(operator: type[And] | type[Or], parts: list[Node | None]) -> Node | None:
    found = [part for part in parts if part is not None]
    return combine(operator, found) if found else None


# ------------------------------------------------------------------------------------------------------------
# Facts

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?", re.ASCII)


def _fact(name: str, value: str, raw: str, *, prefix: bool) -> Node:
    match name:
        case "kind":
            return kind_node(value)
        case "state":
            return state_node(value)
        case "has":
            return feature_node(value)
        case "album":
            if not value:
                raise QueryError(f"{raw}: the album to look for is empty")
            return album_node(value, prefix=prefix)
    first, behind = _period(value, raw)
    if name == "on":
        return Published(first, behind)
    return Published(since=first) if name == "after" else Published(before=first)


def _period(value: str, raw: str) -> tuple[date, date | None]:
    """The first day of a year, month or day, and the first day after it."""
    found = _DATE.fullmatch(fold(value))
    try:
        if found is None:
            raise ValueError("no date")
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        first = date(year, month, day)
    except ValueError:
        raise QueryError(f"{raw}: no such date", hint="write 2024, 2024-03 or 2024-03-09") from None
    if found[3]:
        return first, next_day(first)
    year, month = (year, month + 1) if found[2] and month < 12 else (year + 1, 1)
    return first, date(year, month, 1) if year <= date.max.year else None
