"""A body → Markdown and HTML."""

from wxarchive.render.html import clean_html, render_html
from wxarchive.render.markdown import render_markdown

__all__ = ["clean_html", "render_html", "render_markdown"]
