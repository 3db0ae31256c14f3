"""What can be chosen about an export."""

from dataclasses import dataclass
from pathlib import Path

from wxarchive.blocks import Body, plain_block
from wxarchive.records import Post
from wxarchive.render import render_html, render_markdown

__all__ = ["ExportOptions", "as_exported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """Choices; a format passes over those that do not concern it."""

    force: bool = False
    """Replace what is at the target."""
    bom: bool = False
    """Begin CSV with a byte order mark, by which Excel knows UTF-8."""
    uncleaned: bool = False
    """The text as it was before cleaning."""
    media: Path | None = None
    """The archive's folder: html and md take the pictures and sound that are held along and show them from there."""
    columns: tuple[str, ...] | None = None
    """The columns of CSV, in order; None for the usual ones."""


def as_exported(post: Post, options: ExportOptions) -> Post:
    """The post as it goes out: itself, or with the text that it had before cleaning.

    What cleaning took out is kept as text alone, so an uncleaned body is plain paragraphs. A post that
    nothing was taken from stays as it is.
    """
    if not options.uncleaned or not post.removed:
        return post
    text = post.uncleaned_text
    body = Body(tuple(plain_block(line) for line in text.split("\n") if line.strip()))
    return post.with_changes(text=text, removed=(), markdown=render_markdown(body), html=render_html(body))
