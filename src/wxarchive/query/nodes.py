"""What can be asked of a post, as a tree, and where its terms stand in a text."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

from wxarchive.errors import QueryError
from wxarchive.han import fold, is_cjk, is_word_character, spellings
from wxarchive.kinds import STATES, Kind, State

__all__ = [
    "COLUMNS",
    "FEATURES",
    "KINDS",
    "AccountIs",
    "AlbumIs",
    "And",
    "Feature",
    "Field",
    "Has",
    "KindIs",
    "Near",
    "Node",
    "Not",
    "Or",
    "Published",
    "StateIs",
    "Term",
    "account_node",
    "album_node",
    "combine",
    "feature_node",
    "find_apart",
    "find_occurrences",
    "find_places",
    "has_terms",
    "holds",
    "is_in",
    "is_positive",
    "kind_node",
    "near",
    "next_day",
    "positive_terms",
    "state_node",
]


Field = Literal["title", "author", "account", "source", "text"]

COLUMNS: Final[Mapping[Field, str]] = {
    "title": "title",
    "author": "author",
    "account": "nickname",
    "source": "source",
    "text": "text",
}
"""The searched fields, and the columns of the index and of the table of posts that hold them, in order."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Feature = Literal["image", "audio", "video", "qr"]
"""What a post may have beside text: pictures in its body, sound, film, codes to scan."""

FEATURES: Final[tuple[Feature, ...]] = get_args(Feature)


@dataclass(frozen=True, slots=True)
class Term:
    """Folded text to look for, in one field or in any; ``prefix``: its last word may go on."""

    text: str
    prefix: bool = False
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """All of the terms in one field, close together, in any order.

    Between the end of the one that begins first and the beginning of the one that begins last stand at most
    ``distance`` characters.
    """

    terms: tuple[Term, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class AccountIs:
    """The account's 微信号, ``gh_…`` or ``__biz``, in full; case counts in none but the first."""

    name: str


@dataclass(frozen=True, slots=True)
class KindIs:
    """The post's kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class StateIs:
    """What the site last showed under the post's address: ``post``, or ``deleted`` and its like."""

    state: State


@dataclass(frozen=True, slots=True)
class AlbumIs:
    """In an album (合集, 话题) whose name holds ``name``, or that has this id."""

    name: Term
    id: str


@dataclass(frozen=True, slots=True)
class Has:
    """Has such a thing beside its text."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class Published:
    """Published on ``since`` or later and earlier than ``before``, Beijing time; an undated post never is."""

    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not the part."""

    part: "Node"


Node = Term | Near | AccountIs | KindIs | StateIs | AlbumIs | Has | Published | And | Or | Not


def find_occurrences(term: Term, folded: str, start: int = 0) -> Iterator[int]:
    """The offsets at which ``term`` stands in ``folded``, from left to right, overlapping ones too."""
    text = term.text
    whole_before = is_word_character(text[0])
    whole_after = is_word_character(text[-1]) and not term.prefix
    at = folded.find(text, start)
    while at >= 0:
        end = at + len(text)
        inside = (whole_before and at > 0 and is_word_character(folded[at - 1])) or (
            whole_after and end < len(folded) and is_word_character(folded[end])
        )
        if not inside:
            yield at
        at = folded.find(text, at + 1)


def find_places(term: Term, text: str) -> Iterator[int]:
    """As :func:`find_occurrences`, in a text that is not folded; without folding it where that can be, which is faster."""
    pattern = _pattern(term.text)
    if pattern is None:
        yield from find_occurrences(term, _recently_folded(text))
        return
    is_plain = _is_cjk_only(term.text)
    found = pattern.search(text)
    while found:
        at = found.start()
        if is_plain or _stands(term, text, at):
            yield at
        found = pattern.search(text, at + 1)


def find_apart(term: Term, text: str) -> Iterator[int]:
    """As :func:`find_places`, without those that overlap one before them."""
    pattern = _pattern(term.text)
    if pattern is not None and _is_cjk_only(term.text):
        return (found.start() for found in pattern.finditer(text))
    return _apart(find_places(term, text), len(term.text))


def _apart(places: Iterable[int], length: int) -> Iterator[int]:
    free = 0
    for at in places:
        if at >= free:
            free = at + length
            yield at


def _stands(term: Term, text: str, at: int) -> bool:
    """Whether the term stands at a place of a text that its pattern found."""
    first = max(at - 1, 0)
    around = fold(text[first : at + len(term.text) + 1])
    return next(find_occurrences(term, around, at - first), -1) == at - first


def is_in(term: Term, text: str) -> bool:
    """Whether the term stands in a text that is not folded."""
    return next(find_places(term, text), None) is not None


@lru_cache(maxsize=512)
def _pattern(folded: str) -> re.Pattern[str] | None:
    """What finds all places of a folded term in any of its spellings: of a CJK term just these, of others some more.

    None for terms with letters that are neither ASCII nor CJK: how those fold can depend on what stands beside them.
    """
    classes = "".join(f"[{re.escape(spellings(character))}]" for character in folded)
    if _is_cjk_only(folded):
        return re.compile(classes)
    if not all(character.isascii() or is_cjk(character) for character in folded):
        return None
    # The table of spellings has no upper case, which folding makes lower before it looks there.
    return re.compile(classes, re.IGNORECASE)


@lru_cache(maxsize=512)
def _is_cjk_only(folded: str) -> bool:
    return all(map(is_cjk, folded))


# Several terms are looked for in one text after the other.
_recently_folded = lru_cache(maxsize=4)(fold)


def holds(term: Term, folded: str) -> bool:
    """Whether ``term`` stands in the folded text."""
    return next(find_occurrences(term, folded), None) is not None


def near(terms: Sequence[Term], distance: int, folded: str) -> bool:
    """Whether the terms stand in the folded text as :class:`Near` says."""
    places = [list(find_occurrences(term, folded)) for term in terms]
    if not all(places):
        return False
    for first, (term, starts) in enumerate(zip(terms, places, strict=True)):
        for start in starts:
            # With this as the first, the others are best where they next begin.
            nexts = [bisect_left(other, start) for number, other in enumerate(places) if number != first]
            others = [other for number, other in enumerate(places) if number != first]
            if any(at == len(other) for at, other in zip(nexts, others, strict=True)):
                break  # one of the others does not come any more
            last = max((other[at] for at, other in zip(nexts, others, strict=True)), default=start)
            if last - (start + len(term.text)) <= distance:
                return True
    return False


def positive_terms(node: Node) -> Iterator[Term]:
    """The terms under no negation, in the order typed."""
    match node:
        case Term():
            yield node
        case Near(terms):
            yield from terms
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_terms(part)


def has_terms(node: Node) -> bool:
    """Whether there is any term in ``node``."""
    match node:
        case Term() | Near():
            return True
        case Not(part):
            return has_terms(part)
        case And(parts) | Or(parts):
            return any(map(has_terms, parts))
        case _:
            return False


def is_positive(node: Node) -> bool:
    """Whether ``node`` says anything but what must not be there."""
    match node:
        case Not():
            return False
        case And(parts) | Or(parts):
            return any(is_positive(part) for part in parts)
        case _:
            return True


# ------------------------------------------------------------------------------------------------------------
# Building


def combine(operator: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """``parts`` (at least one) under an operator; those of the same operator join it, and one needs none."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, operator) else [part]
    return flat[0] if len(flat) == 1 else operator(tuple(flat))


def account_node(name: str, *, prefix: bool = False) -> Node:
    """An account by a part of its name, or by one of its ids in full."""
    return Or((Term(fold(name), prefix, "account"), AccountIs(name)))


def kind_node(kind: str) -> Node:
    """A kind by its name. Raises QueryError if there is no such kind."""
    folded = fold(kind)
    if folded not in KINDS:
        raise QueryError(f"{kind!r} is no kind of post", hint="kinds are " + ", ".join(KINDS))
    return KindIs(folded)


def state_node(state: str) -> Node:
    """A state by its name. Raises QueryError if there is no such state."""
    folded = fold(state).replace("-", "_")
    if folded not in STATES:
        raise QueryError(f"{state!r} is no state of a post", hint="states are " + ", ".join(STATES))
    return StateIs(folded)


def feature_node(feature: str) -> Node:
    """What a post may have, by its name. Raises QueryError if there is no such thing."""
    folded = fold(feature)
    if folded not in FEATURES:
        raise QueryError(f"{feature!r} is nothing that can be asked for", hint="has: " + ", ".join(FEATURES))
    return Has(folded)


def album_node(name: str, *, prefix: bool = False) -> Node:
    """An album by a part of its name, or by its id in full."""
    return AlbumIs(Term(fold(name), prefix), name)


def next_day(day: date) -> date | None:
    """The day after ``day``; None behind the last day there is."""
    return day + timedelta(days=1) if day < date.max else None
