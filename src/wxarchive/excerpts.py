"""Where a query's terms stand in a text, and the part of the text that shows most of them. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge

from wxarchive.han import fold
from wxarchive.query import Field, Query, find_occurrences

__all__ = ["Excerpt", "Mark", "excerpt", "find_marks"]

Mark = tuple[int, int]
"""Start and end of one occurrence of a term: ``text[start:end]`` is the term, but for folding."""

# A sentence ends behind its mark and the quotation marks and brackets that close with it, or at a line's end.
# A full stop ends one only before space: 3.14 and example.com go on.
_SENTENCE_END = re.compile(r"[。！？!?；;…]+[”’」』）)\"']*|\.(?=\s)|\n")
_SPACE = re.compile(r"\s")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text on one line, and the marks in it (offsets in ``text``)."""

    text: str
    marks: tuple[Mark, ...] = ()


def find_marks(text: str, query: Query, field: Field = "text") -> tuple[Mark, ...]:
    """Where the terms that ``query`` wants stand in ``text``, which is a post's ``field``; exact offsets.

    From left to right and without overlap: of terms that begin at one place the longest is marked, and what lies
    inside or across the end of a mark is not.
    """
    return _marks(fold(text), query, field)


def _marks(folded: str, query: Query, field: Field) -> tuple[Mark, ...]:
    terms = [term for term in query.terms if term.field in (None, field)]
    found = merge(*([(at, -len(term.text)) for at in find_occurrences(term, folded)] for term in terms))
    marks: list[Mark] = []
    free = 0
    for at, minus_length in found:
        if at >= free:
            free = at - minus_length
            marks.append((at, free))
    return tuple(marks)


def excerpt(text: str, query: Query, width: int = 120, field: Field = "text") -> Excerpt:
    """The whole sentences of ``text`` around its densest hits, ``width`` characters at most where they fit.

    Preferred is the stretch with the most different terms, then with the most hits, then the first. A sentence
    longer than ``width`` is cut around its hits, with ``…`` where something is left out. Without any hit: the
    beginning of the text. Line ends and other space show as one space each.
    """
    folded = fold(text)
    marks = _marks(folded, query, field)
    sentences = _sentences(text, marks)
    if not sentences:
        return Excerpt("")
    first, last = _densest(sentences, marks, folded, width)
    start, end = sentences[first][0], sentences[last][1]
    if end - start > width:
        start, end = _cut(start, end, [mark for mark in marks if start <= mark[0] and mark[1] <= end], width)
    before = _ELLIPSIS if start > sentences[first][0] else ""
    behind = _ELLIPSIS if end < sentences[last][1] else ""
    shift = len(before) - start
    return Excerpt(
        before + _SPACE.sub(" ", text[start:end]) + behind,
        tuple((a + shift, b + shift) for a, b in marks if start <= a and b <= end),
    )


def _sentences(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The sentences of a text that hold more than space, without the space around them; no mark is divided."""
    found: list[Mark] = []
    start, first, behind = 0, 0, 0
    for end in [*(sign.end() for sign in _SENTENCE_END.finditer(text)), len(text)]:
        while behind < len(marks) and marks[behind][1] <= end:
            behind += 1
        if behind < len(marks) and marks[behind][0] < end:
            continue
        piece = text[start:end]
        if piece and not piece.isspace():
            left, right = end - len(piece.lstrip()), start + len(piece.rstrip())
            if first < behind:  # a mark may begin or end with space
                left, right = min(left, marks[first][0]), max(right, marks[behind - 1][1])
            found.append((left, right))
        start, first = end, behind
    return found


def _densest(sentences: Sequence[Mark], marks: Sequence[Mark], folded: str, width: int) -> tuple[int, int]:
    """The first and the last sentence of the best stretch that fits, or of the best sentence if none fits."""
    best, best_score = (0, _last_that_fits(sentences, 0, width)), (0, 0)
    starts = [mark[0] for mark in marks]
    for first, (start, end) in enumerate(sentences):
        hit = bisect_left(starts, start)
        if hit == len(starts) or starts[hit] >= end:
            continue
        last = _last_that_fits(sentences, first, width)
        inside = marks[hit : bisect_left(starts, sentences[last][1])]
        score = (len({folded[a:b] for a, b in inside}), len(inside))
        if score > best_score:
            best, best_score = (first, last), score
    first, last = best
    while first and sentences[last][1] - sentences[first - 1][0] <= width:
        first -= 1  # the text ends here, but there is room before
    return first, last


def _last_that_fits(sentences: Sequence[Mark], first: int, width: int) -> int:
    last = first
    while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= width:
        last += 1
    return last


def _cut(start: int, end: int, marks: Sequence[Mark], width: int) -> Mark:
    """The part of a long sentence that holds the most of its marks, with as much before them as behind."""
    if not marks:
        return start, start + width
    ends = [mark[1] for mark in marks]
    counts = [bisect_right(ends, mark[0] + width) - number for number, mark in enumerate(marks)]
    first = counts.index(max(counts))
    last = first + max(counts[first], 1) - 1
    room = max(width - (marks[last][1] - marks[first][0]), 0)
    left = max(min(marks[first][0] - room // 2, end - width), start)
    return left, max(left + width, marks[last][1])
