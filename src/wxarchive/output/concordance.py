"""A concordance: each occurrence on a line, all keywords in one column. Pure."""

from typing import TYPE_CHECKING

from wxarchive.output.paint import Paint, plain_line
from wxarchive.text import display_width, without_controls

if TYPE_CHECKING:
    from wxarchive.excerpts import Context
    from wxarchive.store import Summary

__all__ = ["context_line", "side_width"]


def side_width(characters: int, width: int | None) -> int:
    """How many columns each side gets: two for each character, less where the terminal is narrow."""
    wanted = characters * 2
    return wanted if width is None else max(min(wanted, (width - 8 - 8) // 2), 8)


def context_line(summary: "Summary", context: "Context", paint: Paint, side: int) -> str:
    """The post's number, what stands before the keyword up to its column, the keyword, what stands behind."""
    before = _ending(_safe(context.before), side)
    behind = _beginning(_safe(context.behind), side)
    space = " " * (side - display_width(before))
    number = paint("dim", f"{summary.number:>6}")
    return f"{number}  {space}{before}{paint('mark', _safe(context.term))}{behind}".rstrip()


def _safe(text: str) -> str:
    """Strangers' text without what a terminal obeys, space at its ends kept."""
    return plain_line(text) and without_controls(text).replace("\n", " ").replace("\t", " ")


def _ending(text: str, width: int) -> str:
    """The end of a text that takes at most so many columns."""
    room = width
    for place in range(len(text) - 1, -1, -1):
        room -= display_width(text[place])
        if room < 0:
            return text[place + 1 :]
    return text


def _beginning(text: str, width: int) -> str:
    """The beginning of a text that takes at most so many columns."""
    room = width
    for place, character in enumerate(text):
        room -= display_width(character)
        if room < 0:
            return text[:place]
    return text
