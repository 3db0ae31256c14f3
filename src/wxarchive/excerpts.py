"""Where a query's terms stand in a text, and the part of the text that shows most of them. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge

from wxarchive.query import Field, Query, find_apart, find_places

__all__ = ["Context", "Excerpt", "Mark", "contexts", "excerpt", "find_marks"]

Mark = tuple[int, int]
"""Start and end of one occurrence of a term: ``text[start:end]`` is the term, but for folding."""

# A sentence ends behind its mark and the quotation marks and brackets that close with it, or at a line's end.
# A full stop ends one only before space: 3.14 and example.com go on.
_SENTENCE_END = re.compile(r"[。！？!?；;…]+[”’」』）)\"']*|\.(?=\s)|\n")
_SPACE = re.compile(r"\s")
_ELLIPSIS = "…"
# A text that is nothing but hits may have as many stretches that look as good as the best is.
_MOST_TRIED = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text on one line, and the marks in it (offsets in ``text``)."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """One occurrence of a term, with what stands before and behind it, each on one line."""

    before: str
    term: str
    behind: str
    at: int
    """Where the term begins in the text."""


def contexts(text: str, query: Query, width: int, field: Field = "text") -> list[Context]:
    """Every occurrence of the query's terms in ``text``, with ``width`` characters of it on each side."""
    return [
        Context(
            before=_SPACE.sub(" ", text[max(start - width, 0) : start]),
            term=_SPACE.sub(" ", text[start:end]),
            behind=_SPACE.sub(" ", text[end : end + width]),
            at=start,
        )
        for start, end in find_marks(text, query, field)
    ]


def find_marks(text: str, query: Query, field: Field = "text") -> tuple[Mark, ...]:
    """Where the terms that ``query`` wants stand in ``text``, which is a post's ``field``; exact offsets.

    From left to right and without overlap: of terms that begin at one place the longest is marked, and what lies
    inside or across the end of a mark is not.
    """
    return tuple(mark for mark, _ in _find(text, query, field))


def _find(text: str, query: Query, field: Field) -> list[tuple[Mark, str]]:
    """The marks, each with its term's text."""
    # The longest first, so that of places that are equal the longest term's comes first.
    terms = sorted((t for t in query.terms if t.field in (None, field)), key=lambda term: -len(term.text))
    if len(terms) == 1:
        (term,) = terms
        length = len(term.text)
        return [((at, at + length), term.text) for at in find_apart(term, text)]
    found = merge(*([(at, n) for at in find_places(term, text)] for n, term in enumerate(terms)))
    marks: list[tuple[Mark, str]] = []
    free = 0
    for at, number in found:
        if at >= free:
            free = at + len(terms[number].text)
            marks.append(((at, free), terms[number].text))
    return marks


def excerpt(text: str, query: Query, width: int = 120, field: Field = "text") -> Excerpt:
    """The whole sentences of ``text`` around its densest hits, ``width`` characters at most where they fit.

    Preferred is the stretch with the most different terms, then with the most hits, then the first. A sentence
    longer than ``width`` is cut around its hits, with ``…`` where something is left out. Without any hit: the
    beginning of the text. Line ends and other space show as one space each.
    """
    found = _find(text, query, field)
    marks = [mark for mark, _ in found]
    sentences = _Sentences(text, marks)
    if marks:
        start, end = _densest(sentences, [term for _, term in found], width)
    else:
        start, end = _stretch(sentences, len(text) - len(text.lstrip()), width)
    whole = start, end
    if end - start > width:
        start, end = _cut(start, end, [mark for mark in marks if start <= mark[0] and mark[1] <= end], width)
    before = _ELLIPSIS if start > whole[0] else ""
    behind = _ELLIPSIS if end < whole[1] else ""
    shift = len(before) - start
    return Excerpt(
        before + _SPACE.sub(" ", text[start:end]) + behind,
        tuple((a + shift, b + shift) for a, b in marks if start <= a and b <= end),
    )


class _Sentences:
    """The sentences of a text, found only where they are asked for; no mark is divided."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self.text = text
        self.marks = marks
        self.starts = [start for start, _ in marks]

    def around(self, at: int) -> Mark:
        """The sentence with the character at ``at``, without the space around it, unless a mark begins with that."""
        return self._trimmed(self._last_end(at), self._next_end(at))

    def behind(self, end: int) -> Mark | None:
        """The next sentence that holds more than space; None at the end of the text."""
        while end < len(self.text):
            start, end = end, self._next_end(end)
            if not self.text[start:end].isspace():
                return self._trimmed(start, end)
        return None

    def before(self, start: int) -> Mark | None:
        """The last sentence before ``start`` that holds more than space; None at the beginning of the text."""
        while start > 0:
            end, start = start, self._last_end(start - 1)
            if not self.text[start:end].isspace():
                return self._trimmed(start, end)
        return None

    def _trimmed(self, start: int, end: int) -> Mark:
        piece = self.text[start:end]
        left, right = end - len(piece.lstrip()), start + len(piece.rstrip())
        first, behind = bisect_left(self.starts, start), bisect_left(self.starts, end)
        if first < behind:
            left, right = min(left, self.starts[first]), max(right, self.marks[behind - 1][1])
        return left, right

    def _next_end(self, at: int) -> int:
        """Where the sentence ends that has the character at ``at``."""
        for sign in _SENTENCE_END.finditer(self.text, at):
            if sign.end() > at and not self._divides(sign.end()):
                return sign.end()
        return len(self.text)

    def _last_end(self, at: int) -> int:
        """Where the sentence before that one ends: not behind ``at``."""
        reach = 64
        while True:
            low = max(at - reach, 0)
            ends = [sign.end() for sign in _SENTENCE_END.finditer(self.text, low, at + 1)]
            for end in reversed(ends):
                if end <= at and not self._divides(end):
                    return end
            if low == 0:
                return 0
            reach *= 4

    def _divides(self, end: int) -> bool:
        behind = bisect_left(self.starts, end)
        return behind > 0 and self.marks[behind - 1][1] > end


def _stretch(sentences: _Sentences, at: int, width: int) -> Mark:
    """The sentence with the character at ``at``, and those behind it that fit."""
    start, end = sentences.around(at)
    while (more := sentences.behind(end)) is not None and more[1] - start <= width:
        end = more[1]
    return start, end


def _densest(sentences: _Sentences, terms: Sequence[str], width: int) -> Mark:
    """The best stretch: most different terms, most hits, first.

    A stretch that begins with a mark's sentence holds no more than stands within ``width`` behind its first mark, so
    the marks with the most behind them are tried first, and few have to be.
    """
    marks, starts = sentences.marks, sentences.starts
    is_one = len(set(terms)) == 1

    def score(first: int, behind: int) -> tuple[int, int]:
        return 1 if is_one else len(set(terms[first:behind])), behind - first

    ends = [end for _, end in marks]

    def reach(first: int) -> int:
        return max(bisect_right(ends, starts[first] + width), first + 1)

    bounds = [score(number, reach(number)) for number in range(len(marks))]
    best: Mark | None = None
    best_score = (0, 0)
    for number in sorted(range(len(marks)), key=bounds.__getitem__, reverse=True)[:_MOST_TRIED]:
        if bounds[number] < best_score:
            break
        if best is not None and bounds[number] == best_score and starts[number] >= best[0]:
            continue
        start, end = _stretch(sentences, starts[number], width)
        first, behind = bisect_left(starts, start), bisect_left(starts, end)
        if end - start > width:  # what can be shown of it
            first, behind = max(
                ((n, min(reach(n), behind)) for n in range(first, behind)),
                key=lambda pair: score(*pair),
            )
        found = score(first, behind)
        if best is None or found > best_score or (found == best_score and start < best[0]):
            best, best_score = (start, end), found
    assert best is not None, "there is a mark"
    start, end = best
    while (more := sentences.before(start)) is not None and end - more[0] <= width:
        start = more[0]  # the text ends here, but there is room before
    return start, end


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
