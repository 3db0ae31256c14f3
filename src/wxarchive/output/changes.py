"""What became different, as text for people: a reparse's changes."""

from collections import Counter
from typing import TYPE_CHECKING

from wxarchive.output.paint import Paint, Style, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxarchive.store import PostChange, Reparsed

__all__ = ["change_lines", "reparse_summary"]

_STYLES: "Mapping[str, Style]" = {"new": "good", "changed": "odd", "dropped": "bad", "kept": "bad"}


def change_lines(change: "PostChange", paint: Paint) -> "Iterator[str]":
    """A line for the post and two for each of its fields."""
    words = f"  {paint('dim', plain_line(change.words))}" if change.words else ""
    head = f"{paint(_STYLES[change.what], change.what)}  {plain_line(change.post_id)}"
    yield f"{head}  {paint('bold', plain_line(change.title))}{words}".rstrip()
    for one in change.fields:
        yield f"  {one.field}"
        yield f"    {paint('bad', '- ' + _shown(one.before))}"
        yield f"    {paint('good', '+ ' + _shown(one.after))}"


def _shown(text: str | None) -> str:
    return "(none)" if text is None else plain_line(text.replace("\n", "⏎"))


def reparse_summary(report: "Reparsed", *, dry_run: bool) -> "Iterator[str]":
    """What was read and what changed, in counts."""
    kinds = Counter(change.what for change in report.changes)
    done = ", ".join(f"{number:,} {what}" for what, number in kinds.items()) or "nothing changes"
    resumed = f" ({report.resumed:,} of them before it was interrupted)" if report.resumed else ""
    trial = "; nothing was written" if dry_run else ""
    yield f"{report.captures:,} captures read{resumed}, {report.posts:,} posts: {done}{trial}"
    if report.fields:
        counts = ", ".join(f"{name} {number:,}" for name, number in report.fields.items())
        yield f"fields: {counts}"
    if report.captures_changed:
        yield f"{report.captures_changed:,} captures are of another post or state than before"
    if kinds["kept"]:
        yield "posts that were kept have a page that cannot be read any more; please report it"
