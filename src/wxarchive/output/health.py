"""What is damaged in an archive, and what was looked at, as text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxarchive.output.paint import Paint, plain_line

if TYPE_CHECKING:
    from wxarchive.store import Finding, Verified

__all__ = ["finding_line", "verified_lines"]


def finding_line(finding: "Finding", paint: Paint) -> str:
    """One thing that is damaged."""
    cure = paint("dim", "  (wxarchive repair makes it again)") if finding.can_be_repaired else ""
    return f"{paint('bad', finding.place)}  {plain_line(finding.name)}: {plain_line(finding.words)}{cure}"


def verified_lines(found: "Verified", paint: Paint) -> Iterator[str]:
    """What was looked at, and how it is."""
    counts = (
        f"{found.captures:,} captures, {found.pages:,} pages ({found.stored / 1e6:,.1f} MB stored, "
        f"{found.raw / 1e6:,.1f} MB raw), {found.posts:,} posts, {found.versions:,} earlier versions, "
        f"{found.media:,} files"
    )
    yield f"looked at     {counts}"
    if found.stray:
        yield f"left over     {found.stray:,} files of pictures that nothing names; they do no harm"
    if found.head:
        yield f"last link     {found.head}"
    if found.findings:
        number = len(found.findings)
        yield paint("bad", f"damaged       {number:,} thing{'s' if number > 1 else ''}; all else stands")
    else:
        how = " as far as a quick look tells" if found.quick else ""
        yield paint("good", f"sound{how}")
