"""A body → Markdown and HTML."""

from wxarchive.blocks import Body
from wxarchive.render.html import clean_html, render_html, write_html
from wxarchive.render.markdown import render_markdown, write_markdown
from wxarchive.render.nesting import iter_pieces

__all__ = ["clean_html", "render_both", "render_html", "render_markdown"]


def render_both(body: Body) -> tuple[str, str]:
    """The body as Markdown and as HTML: its lines are put together once for both."""
    pieces = list(iter_pieces(body))
    return write_markdown(pieces), write_html(pieces)
