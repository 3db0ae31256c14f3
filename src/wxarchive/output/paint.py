"""Text for terminals: colours, columns, marks. Pure: a string in, a string out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from wxarchive.text import display_width, one_line, without_controls

__all__ = ["Paint", "Style", "fit", "pad", "plain_line"]

Style = Literal["bold", "dim", "mark", "good", "bad", "odd"]

_CODES: Final[Mapping[Style, str]] = {
    "bold": "1",
    "dim": "2",
    "mark": "1;31",
    "good": "32",
    "bad": "31",
    "odd": "33",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours, or none of them."""

    is_on: bool = False

    def __call__(self, style: Style, text: str) -> str:
        """``text`` in a style."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.is_on and text else text

    def marked(self, text: str, marks: Sequence[tuple[int, int]], base: Style | None = None) -> str:
        """Strangers' text on one line with some of it marked; ``marks`` are offsets in ``text``, left to right.

        Each part is made safe for a terminal by itself, so that the offsets hold and no part can undo
        another.
        """
        pieces: list[str] = []
        at = 0
        for start, end in _within(marks, len(text)):
            pieces += [self._part(text[at:start], base), self._part(text[start:end], "mark")]
            at = end
        pieces.append(self._part(text[at:], base))
        return "".join(pieces)

    def _part(self, text: str, style: Style | None) -> str:
        safe = without_controls(text).replace("\n", " ").replace("\t", " ")
        return self(style, safe) if style else safe


def _within(marks: Iterable[tuple[int, int]], length: int) -> Iterable[tuple[int, int]]:
    free = 0
    for start, end in marks:
        if free <= start < end <= length:
            yield start, end
            free = end


def plain_line(text: str | None) -> str:
    """Strangers' text on one line, safe for a terminal; ``""`` for None."""
    return one_line(text) or ""


def fit(text: str, width: int | None) -> str:
    """``text`` cut to ``width`` columns, with ``…`` where something is left out; None is endless."""
    if width is None or display_width(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for character in text:
        room -= display_width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """``text`` with space behind it up to ``width`` columns."""
    return text + " " * max(width - display_width(text), 0)
