"""Counts as charts: bars and columns of block characters for terminals, SVG for everything else. Pure."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from wxarchive.output.paint import Paint, fit, pad, plain_line
from wxarchive.text import display_width

__all__ = ["bar_lines", "column_lines", "columns_svg"]

_EIGHTHS_ACROSS: Final = " ▏▎▍▌▋▊▉"
_EIGHTHS_UP: Final = " ▁▂▃▄▅▆▇"
_FULL: Final = "█"
_NAME_WIDTH: Final = 24
_HEIGHT: Final = 8
_NOBODY: Final = "(none)"

Months = Sequence[tuple[str, int, int]]
"""Month (``2024-05``), posts of it that hold the words, posts of it in all."""


def bar_lines(counts: Sequence[tuple[str | None, int]], paint: Paint, width: int | None) -> Iterator[str]:
    """One line for each name: its count, and a bar as long as that where there is a ``width``."""
    if not counts:
        return
    most = max(count for _, count in counts)
    names = [fit(plain_line(name) or _NOBODY, _NAME_WIDTH if width else None) for name, _ in counts]
    column = max(map(display_width, names))
    digits = len(f"{most:,}")
    room = max((width or 0) - column - digits - 4, 10)
    for name, (_, count) in zip(names, counts, strict=True):
        if width is None:
            yield f"{count}\t{name}"
        else:
            yield f"{pad(name, column)}  {count:>{digits},}  {paint('good', _bar(count, most, room))}"


def _bar(count: int, most: int, room: int) -> str:
    eighths = max(round(count * room * 8 / most), 1 if count else 0)
    return (_FULL * (eighths // 8) + _EIGHTHS_ACROSS[eighths % 8]).rstrip()


def column_lines(months: Months, paint: Paint, width: int) -> Iterator[str]:
    """A chart of columns, a month each, or several months where there are more than columns; years below it."""
    if not months:
        return
    most_digits = len(f"{max(count for _, count, _ in months):,}")
    room = max(width - most_digits - 3, 12)
    group = -(-len(months) // room)
    columns = [months[at : at + group] for at in range(0, len(months), group)]
    wide = 2 if len(columns) * 2 <= room else 1
    heights = [sum(count for _, count, _ in column) for column in columns]
    most = max(heights) or 1
    label = len(f"{most:,}")
    for row in range(_HEIGHT - 1, -1, -1):
        cells = []
        for height in heights:
            eighths = max(round(height * _HEIGHT * 8 / most), 1 if height else 0) - row * 8
            cells.append((_FULL if eighths >= 8 else _EIGHTHS_UP[max(eighths, 0)]) * wide)
        at = f"{most:,}" if row == _HEIGHT - 1 else ""
        yield f"{at:>{label}} │{paint('good', ''.join(cells).rstrip())}".rstrip()
    yield f"{'0':>{label}} └{'─' * (len(columns) * wide)}"
    yield f"{'':>{label}}  {_years(columns, wide, width - label - 2)}".rstrip()
    if group > 1:
        yield paint("dim", f"{'':>{label}}  each column is {group} months")


def _years(columns: Sequence[Months], wide: int, room: int) -> str:
    """The years, each below the column in which it begins, where there is ``room`` for it."""
    line = ""
    shown = ""
    for place, column in enumerate(columns):
        year = column[0][0][:4]
        is_free = len(line) <= place * wide - (1 if line else 0) and place * wide + len(year) <= room
        if year != shown and is_free:
            line = line.ljust(place * wide) + year
            shown = year
    return line


def columns_svg(months: Months, title: str) -> str:
    """The same chart as an SVG document that needs nothing else: columns, years, the highest count, a tooltip each."""
    width, height, left, top, bottom = 960, 320, 60, 50, 40
    most = max((count for _, count, _ in months), default=0) or 1
    step = (width - left - 20) / max(len(months), 1)
    scale = (height - top - bottom) / most
    base = height - bottom
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="28" font-size="17" fill="#222">{escape(title)}</text>',
        f'<text x="{left - 8}" y="{top + 5}" text-anchor="end" fill="#555">{most:,}</text>',
        f'<text x="{left - 8}" y="{base + 4}" text-anchor="end" fill="#555">0</text>',
        f'<path d="M{left} {top}H{width - 20}M{left} {base}H{width - 20}" stroke="#ccc" fill="none"/>',
        '<g fill="#07a15a">',
    ]
    for place, (month, count, every) in enumerate(months):
        x, tall = left + place * step, count * scale
        parts.append(
            f'<rect x="{x:.2f}" y="{base - tall:.2f}" width="{max(step * 0.85, 0.5):.2f}" height="{tall:.2f}">'
            f"<title>{month}: {count:,} of {every:,} posts</title></rect>"
        )
    parts.append("</g>")
    shown_at = -100.0
    for place, (month, _, _) in enumerate(months):
        x = left + place * step
        if (month.endswith("-01") or not place) and x - shown_at >= 45:
            parts.append(f'<text x="{x:.2f}" y="{base + 20}" fill="#555">{month[:4]}</text>')
            shown_at = x
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
