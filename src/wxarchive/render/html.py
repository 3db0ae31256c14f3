"""A body → HTML that is semantic and inert: nothing runs, nothing is asked for but pictures.

Two locks, each enough by itself. This module writes a small set of elements, with every text and
attribute escaped and every address checked; then nh3 (an HTML5 parser with an allow-list) reads the
result and lets nothing else through.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Final

import nh3

from wxarchive.blocks import Block, Body, Span
from wxarchive.records import Image
from wxarchive.render.addresses import is_local_path, picture_source, safe_href
from wxarchive.render.labels import MEDIA_NAMES, media_text
from wxarchive.render.nesting import Path, Piece, iter_pieces, shared_depth

__all__ = ["ALLOWED_ATTRIBUTES", "ALLOWED_TAGS", "clean_html", "render_html", "write_html"]

# fmt: off
ALLOWED_TAGS: Final = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "table", "tbody",
    "tr", "th", "td", "figure", "figcaption", "img", "a", "em", "strong", "u", "s", "sup", "sub", "br", "hr",
})
# fmt: on
ALLOWED_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "code": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Their content goes with them; of any other element that is not allowed, the text stays.
# fmt: off
_DROPPED_WHOLE: Final = frozenset({
    "script", "style", "template", "noscript", "iframe", "noembed", "noframes", "object", "embed", "applet",
    "svg", "math", "title", "textarea", "select",
})
# fmt: on
_P_CLASSES: Final = frozenset(
    {"caption", "media", *(f"media-{name.replace('_', '-')}" for name in MEDIA_NAMES)}
)

_TAGS: Final = {"quote": "blockquote", "list": "ul", "olist": "ol", "item": "li"}
_MARK_TAGS: Final = {"b": "strong", "i": "em", "u": "u", "s": "s", "v": "sub", "^": "sup", "c": "code"}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Reading `&amp;` takes nh3 time by the square of their number; a character that is text everywhere stands in for them.
_MANY_AMPERSANDS: Final = 5_000
_STAND_IN: Final = "\uf8ff"
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,40}")


def render_html(body: Body) -> str:
    """The body as HTML; ``""`` for an empty one. Total: any body is written, in time linear in its size."""
    return write_html(iter_pieces(body))


def write_html(pieces: Iterable[Piece]) -> str:
    """The pieces of a body as HTML."""
    out: list[str] = []
    path: Path = ()
    for piece in pieces:
        written = _piece(piece)
        if not written:
            continue
        if piece.path != path:
            depth = shared_depth(path, piece.path)
            out.extend(f"</{_TAGS[container.kind]}>" for container in reversed(path[depth:]))
            _new_line(out)
            out.extend(f"<{_TAGS[container.kind]}>" for container in piece.path[depth:])
            path = piece.path
        elif piece.first.kind == "caption" and out and out[-1] == "</figure>":
            out[-1] = f"<figcaption>{_lines(piece.blocks)}</figcaption></figure>"
            continue
        else:
            _new_line(out)
        out.extend(written)
    out.extend(f"</{_TAGS[container.kind]}>" for container in reversed(path))
    return clean_html("".join(out)) if out else ""


def clean_html(html: str) -> str:
    """``html`` with nothing but the elements, attributes and addresses that :func:`render_html` writes."""
    if _CONTROLS.search(html):
        html = _CONTROLS.sub("", html)
    if html.count("&amp;") > _MANY_AMPERSANDS and _STAND_IN not in html:
        return clean_html(html.replace("&amp;", _STAND_IN)).replace(_STAND_IN, "&amp;")
    try:
        return _cleaner().clean(html)
    except UnicodeEncodeError:  # halves of a surrogate pair, which no encoding of text can hold
        return _cleaner().clean(html.encode("utf-8", "replace").decode("utf-8"))


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        allowed_classes={"p": set(_P_CLASSES)},
        strip_comments=True,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda url: url if is_local_path(url) else None,
    )


def _new_line(out: list[str]) -> None:
    if out:
        out.append("\n")


def _piece(piece: Piece) -> Sequence[str]:
    block = piece.first
    if block.kind == "paragraph":
        inner = _lines(piece.blocks)
        if not inner:
            return ()
        if any(block.text for block in piece.blocks):
            return (f"<p>{inner}</p>",)
        return (f"<figure>{inner}", "</figure>")
    if block.kind == "heading":
        level = min(max(block.level, 1), 6)
        return (f"<h{level}>{_lines(piece.blocks)}</h{level}>",)
    if block.kind == "caption":
        return (f'<p class="caption">{_lines(piece.blocks)}</p>',)
    if block.kind == "code":
        return (_code(block),)
    if block.kind == "table":
        return (_table(block),)
    if block.kind == "media":
        return (_media(block),) if block.media is not None else ()
    return ("<hr>",)


def _lines(blocks: Sequence[Block]) -> str:
    if len(blocks) == 1:
        return _inline(blocks[0].spans)
    return "<br>".join(filter(None, (_inline(block.spans) for block in blocks)))


def _inline(spans: tuple[Span, ...]) -> str:
    if len(spans) == 1:
        only = spans[0]
        if only.href is None:
            return _span(only)
    out: list[str] = []
    open_href: str | None = None
    for span in spans:
        if not span.text and span.image is None:
            continue
        href = safe_href(span.href) if span.href else None
        if href != open_href:
            if open_href is not None:
                out.append("</a>")
            if href is not None:
                out.append(f'<a href="{escape(href)}">')
            open_href = href
        out.append(_span(span))
    if open_href is not None:
        out.append("</a>")
    return "".join(out)


def _span(span: Span) -> str:
    if span.image is not None:
        return _image(span.image)
    if not span.marks:
        return escape(span.text, quote=False)
    before, after = _mark_tags(span.marks)
    return f"{before}{escape(span.text, quote=False)}{after}"


@cache
def _mark_tags(marks: str) -> tuple[str, str]:
    tags = [_MARK_TAGS[mark] for mark in _MARK_TAGS if mark in marks]
    return "".join(f"<{tag}>" for tag in tags), "".join(f"</{tag}>" for tag in reversed(tags))


def _image(image: Image) -> str:
    source = picture_source(image)
    if source is None:
        return escape(image.alt or "", quote=False)
    size = "".join(
        f' {name}="{pixels}"' for name, pixels in (("width", image.width), ("height", image.height)) if pixels
    )
    return f'<img src="{escape(source)}" alt="{escape(image.alt or "")}"{size}>'


def _code(block: Block) -> str:
    language = block.language or ""
    named = f' class="language-{escape(language)}"' if _LANGUAGE.fullmatch(language) else ""
    return f"<pre><code{named}>{escape(block.text, quote=False)}</code></pre>"


def _table(block: Block) -> str:
    if not block.rows:
        return f"<p>{'<br>'.join(escape(line, quote=False) for line in block.text.splitlines())}</p>"
    rows = ("".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in block.rows)
    return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def _media(block: Block) -> str:
    assert block.media is not None
    text = escape(media_text(block.media), quote=False)
    href = safe_href(block.media.url)
    said = f'<a href="{escape(href)}">{text}</a>' if href else text
    return f'<p class="media media-{block.media.type.replace("_", "-")}">{said}</p>'
