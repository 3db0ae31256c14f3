"""Two versions of a post side by side, as text for a terminal and as a page of HTML."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from wxarchive.output.paint import Paint, plain_line
from wxarchive.times import format_moment

if TYPE_CHECKING:
    from wxarchive.diff import PostDiff, TextDiff
    from wxarchive.store import VersionInfo

__all__ = ["diff_html", "diff_lines"]

_AROUND: Final = 1
"""Sentences that are the same, shown before and after a change."""
_NONE: Final = "(none)"
_STYLE: Final = (
    "body{font:16px/1.7 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222}"
    "del{background:#fdd;text-decoration:none}ins{background:#dfd;text-decoration:none}"
    "del b{background:#f99}ins b{background:#9e9}b{font-weight:inherit}"
    "p{margin:.3em 0}.same{color:#888}th{text-align:left;vertical-align:top;padding-right:1em;font-weight:normal}"
)


def diff_lines(
    diff: "PostDiff", title: str | None, versions: "tuple[VersionInfo, VersionInfo]", paint: Paint
) -> Iterator[str]:
    """The differences as lines: fields first, then sentences with what stands around them."""
    yield f"{paint('bold', plain_line(title))}  {paint('dim', _span(versions))}"
    for field in diff.fields:
        yield plain_line(field.field)
        if field.before is not None:
            yield f"  {paint('bad', '- ' + plain_line(field.before))}"
        if field.after is not None:
            yield f"  {paint('good', '+ ' + plain_line(field.after))}"
    if any(part.what != "same" for part in diff.text):
        yield "text"
        for place, part in enumerate(diff.text):
            yield from _part_lines(part, paint, first=place == 0, last=place == len(diff.text) - 1)
    if diff.only_breaks:
        yield "text: only line breaks and spaces are different"
    if diff.is_empty:
        yield "nothing is different"


def _part_lines(part: "TextDiff", paint: Paint, *, first: bool, last: bool) -> Iterator[str]:
    if part.what == "same":
        head = 0 if first else _AROUND
        tail = 0 if last else _AROUND
        left_out = len(part.before) - head - tail
        if left_out <= 1:
            yield from (f"    {plain_line(sentence)}" for sentence in part.before)
            return
        yield from (f"    {plain_line(sentence)}" for sentence in part.before[:head])
        yield paint("dim", f"    … {left_out:,} sentences are the same")
        yield from (f"    {plain_line(sentence)}" for sentence in part.before[len(part.before) - tail :])
        return
    for sentence in part.before:
        yield f"  {paint('bad', '-')} {paint.marked(sentence, part.before_marks, 'bad')}"
    for sentence in part.after:
        yield f"  {paint('good', '+')} {paint.marked(sentence, part.after_marks, 'good')}"


def _span(versions: "tuple[VersionInfo, VersionInfo]") -> str:
    one, other = versions
    return f"version {one.version} ({format_moment(one.seen_at)}) → {other.version} ({format_moment(other.seen_at)})"


def diff_html(
    diff: "PostDiff", title: str | None, post_id: str, versions: "tuple[VersionInfo, VersionInfo]"
) -> str:
    """The differences as one page without scripts, which needs nothing else."""
    rows = "".join(
        f"<tr><th>{escape(one.field)}</th><td><del>{escape(_NONE if one.before is None else one.before)}</del><br>"
        f"<ins>{escape(_NONE if one.after is None else one.after)}</ins></td></tr>\n"
        for one in diff.fields
    )
    text = "\n".join(_part_html(part) for part in diff.text)
    breaks = "<p>Only line breaks and spaces are different.</p>\n" if diff.only_breaks else ""
    name = escape(title or post_id)
    return (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{name}</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>{name}</h1>\n"
        f"<p>{escape(post_id)}<br>{escape(_span(versions))}</p>\n"
        f"<table>{rows}</table>\n{breaks}{text}\n</body></html>\n"
    )


def _part_html(part: "TextDiff") -> str:
    if part.what == "same":
        return "\n".join(f'<p class="same">{escape(sentence)}</p>' for sentence in part.before)
    removed = "".join(f"<p><del>{_marked(one, part.before_marks)}</del></p>" for one in part.before)
    return removed + "".join(f"<p><ins>{_marked(one, part.after_marks)}</ins></p>" for one in part.after)


def _marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in marks:
        pieces += [escape(text[at:start]), "<b>", escape(text[start:end]), "</b>"]
        at = end
    return "".join([*pieces, escape(text[at:])])
