"""The body of a post: HTML → flat blocks, in one pass.

The HTML is what the parser serialised, so tags are well formed, attributes are double-quoted and ``<`` and ``>``
inside them are escaped: a single regular expression tells tags from text, and one loop with a stack of states does
the rest. Nothing here recurses, so nesting of any depth is read in linear time.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from wxarchive.blocks import Block, BlockKind, Body, Container, ContainerKind, Span
from wxarchive.parse.tags import (
    BLOCK_TAGS,
    DROPPED_CLASSES,
    EMOJI_CLASS_WORDS,
    EMPTY_ALTS,
    HEADINGS,
    MARKS,
    MEDIA_TAGS,
    RAW_TEXT_TAGS,
    SKIPPED_TAGS,
    VOID_TAGS,
    WIDGET_CLASSES,
)
from wxarchive.records import Image, ImageRole, Media

__all__ = ["parse_body"]

_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][^\s/>]*)([^>]*)>|([^<]+)|<", re.DOTALL)
_RAW = re.compile(rf"(<({'|'.join(RAW_TEXT_TAGS)})\b[^>]*>).*?(?=</\2|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([^\s"\'<>/=]+)="([^"]*)"')
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_CLASS = re.compile(r'\sclass="([^"]*)"')
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u2002\u2003\u2009]+")
_HAN = re.compile("[\u3400-\u9fff]")
_LAZY_PICTURE = re.compile(r'\sdata-lazy-bgimg="([^"]+)"')
_CSS_URL = re.compile(r"url\(\s*(?:&quot;|'|\")?\s*((?:https?:)?//[^)'\"&\s]+(?:&amp;[^)'\"&\s]+)*)")
_FONT_SIZE = re.compile(r"font-size:\s*([\d.]+)px")
_COLOR = re.compile(
    r"(?:^|[;\s])color:\s*(?:rgba?\(\s*(\d+),\s*(\d+),\s*(\d+)|#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b)"
)
_BACKGROUND = re.compile(
    r"background(?:-color)?:\s*(?!none|transparent|inherit|initial|rgba?\(0, ?0, ?0, ?0\))"
)
_BORDER = re.compile(
    r"border(?:-(?:top|right|bottom|left))?(?:-width)?:\s*(?!0|none|medium none|inherit|initial)"
)


# Containers beyond this depth are not told apart: no author nests so, and each block carries its whole path.
_DEEPEST = 24


class _Look(NamedTuple):
    """What an element's attributes say of the text under it; None where they say nothing."""

    hidden: bool = False
    bold: bool | None = None
    centred: bool | None = None
    small: bool | None = None
    pale: bool | None = None
    boxed: bool = False
    picture: str | None = None
    """A picture laid behind the element."""
    widget: str | None = None
    dropped: bool = False
    dresses: bool = False
    """Whether it says anything of bold, centred, small or pale."""


_PLAIN = _Look()


@lru_cache(maxsize=8192)
def _parse_look(attributes: str) -> _Look:
    """The look that an element's attributes give: pages repeat the same few hundred strings all over."""
    widget, dropped = None, False
    if 'class="' in attributes:
        found = _CLASS.search(attributes)
        for name in found[1].split() if found else ():
            if name in DROPPED_CLASSES:
                dropped = True
            elif widget is None and name in WIDGET_CLASSES:
                widget = name
    look = _PLAIN
    if 'style="' in attributes:
        found = _STYLE.search(attributes)
        look = _parse_style(found[1]) if found else _PLAIN
    lazy = _LAZY_PICTURE.search(attributes) if "data-lazy-bgimg" in attributes else None
    if widget or dropped or lazy:
        picture = lazy[1].replace("&amp;", "&") if lazy else look.picture
        look = look._replace(widget=widget, dropped=dropped, picture=picture)
    return look


def _parse_style(style: str) -> _Look:
    """What an inline style says of the text under it."""
    low = style.lower()
    bold = centred = small = pale = None
    if "font-weight" in low:
        weight = low.rpartition("font-weight:")[2].lstrip()
        bold = weight.startswith(("bold", "6", "7", "8", "9"))
    if "text-align" in low:
        centred = low.rpartition("text-align:")[2].lstrip().startswith("center")
    size = _FONT_SIZE.search(low)
    if size:
        small = 0 < float(size[1].strip(".") or 0) < 14
    color = _COLOR.search(low)
    if color:
        pale = _is_pale(color)
    picture = None
    if "url(" in low:
        found = _CSS_URL.search(style)
        picture = found[1].replace("&amp;", "&") if found else None
    return _Look(
        hidden="display:none" in low.replace(": ", ":"),
        bold=bold,
        centred=centred,
        small=small,
        pale=pale,
        boxed=bool(_BACKGROUND.search(low) or _BORDER.search(low)),
        picture=picture,
        dresses=any(said is not None for said in (bold, centred, small, pale)),
    )


def _is_pale(color: re.Match[str]) -> bool:
    if color[4]:
        digits = color[4] if len(color[4]) == 6 else "".join(c + c for c in color[4])
        red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
    else:
        red, green, blue = int(color[1]), int(color[2]), int(color[3])
    return min(red, green, blue) >= 120 and max(red, green, blue) < 250


# What to do at a tag: one look-up decides.
_VOID, _SKIP, _BLOCK, _MEDIA, _INLINE = range(5)
_SORTS: dict[str, int] = {
    **dict.fromkeys(MARKS, _INLINE),
    **dict.fromkeys(("span", "a", "font", "svg", "label"), _INLINE),
    **dict.fromkeys(BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(MEDIA_TAGS, _MEDIA),
    "iframe": _MEDIA,
    **dict.fromkeys(SKIPPED_TAGS, _SKIP),
    **dict.fromkeys(VOID_TAGS, _VOID),
}


def _sort(tag: str) -> int:
    return _MEDIA if tag.startswith("mp-") else _INLINE


class _State(NamedTuple):
    """What holds for text at a place: inherited down, restored when an element closes."""

    marks: str
    href: str | None
    centred: bool
    small: bool
    pale: bool
    level: int
    kind: BlockKind
    inside: tuple[Container, ...]
    widget: str | None


_CONTAINERS: dict[str, ContainerKind] = {"blockquote": "quote", "ul": "list", "ol": "olist", "li": "item"}
_START = _State("", None, False, False, False, 0, "paragraph", (), None)


@dataclass(slots=True)
class _Table:
    """A table being read: its cells are runs of blocks until the end shows whether it is data or layout."""

    outer: list[Block]
    rows: list[list[list[Block]]] = field(default_factory=list)
    nested: bool = False


@dataclass(slots=True)
class _Code:
    """A ``pre`` being read, character for character."""

    depth: int
    language: str | None
    classes: str
    pieces: list[str] = field(default_factory=list)


def parse_body(html: str) -> Body:
    """The blocks of a body, given as serialised HTML (the outer or inner HTML of one element).

    Elements with ``display:none`` are passed over, except the first one: WeChat serves the body itself hidden and
    shows it by script. Never raises for any string; time is linear in its length.
    """
    if any(f"<{tag}" in html for tag in RAW_TEXT_TAGS):
        html = _RAW.sub(r"\1", html)
    return Body(tuple(_Reader().read(html)))


class _Reader:
    """The loop's state. One reader reads one body."""

    def __init__(self) -> None:
        self.out: list[Block] = []
        self.pieces: list[Span] = []
        self.state = _START
        self.line_state = _START
        self.stack: list[tuple[str, int, _State]] = []
        self.skipping = 0
        self.joined = False
        self.next_id = 1
        self.tables: list[_Table] = []
        self.code: _Code | None = None

    def read(self, html: str) -> list[Block]:
        first = True
        sorts = _SORTS
        for token in _TOKEN.finditer(html):
            closing, tag, attributes, text = token.groups()
            if text is not None:
                if not self.skipping:
                    self.on_text(text)
            elif tag is not None:
                sort = sorts.get(tag)
                if sort is None:
                    tag = tag.lower()
                    sort = sorts.get(tag)
                    sort = _sort(tag) if sort is None else sort
                if closing:
                    self.on_close(tag, sort)
                else:
                    self.on_open(tag, sort, attributes, first)
                    first = False
        while self.stack:
            self.on_close(self.stack[-1][0], self.stack[-1][1])
        self.end_line()
        return self.out

    # -- tokens --------------------------------------------------------------------------------------------------

    def on_text(self, text: str) -> None:
        if "&" in text:
            text = _decode(text)
        if self.code is not None:
            self.code.pieces.append(text)
            return
        state = self.state
        if not self.pieces:
            if text.isspace():
                return
            self.line_state = state
        self.pieces.append(Span(text, state.marks, state.href))

    def on_open(self, tag: str, sort: int, attributes: str, first: bool) -> None:
        if self.skipping:
            if sort != _VOID:
                self.skipping += 1
            return
        look = _parse_look(attributes) if attributes else _PLAIN
        if sort == _SKIP or (look.hidden and not first):
            self.skipping = sort != _VOID
            return
        if sort == _VOID:
            self.on_void(tag, attributes)
            return
        before = self.state
        if self.code is not None:
            self.open_in_code(tag, attributes, look)
        elif sort == _INLINE:
            if attributes or tag in MARKS:
                self.open_inline(tag, attributes, look)
        elif sort == _BLOCK:
            self.open_block(tag, attributes, look)
        else:
            self.open_media(tag, attributes)
        if not self.skipping:  # else the element is dropped whole, and its end tag ends the skipping
            self.stack.append((tag, sort, before))

    def on_void(self, tag: str, attributes: str) -> None:
        if tag == "br":
            if self.code is not None:
                self.code.pieces.append("\n")
            else:
                self.end_line()
                self.joined = True
        elif tag == "img":
            self.add_image(_attributes(attributes))
        elif tag == "hr":
            self.end_line()
            self.add_block(Block(kind="rule", inside=self.state.inside))

    def on_close(self, tag: str, sort: int) -> None:
        if self.skipping:
            if sort != _VOID:
                self.skipping -= 1
            return
        stack = self.stack
        if not stack:
            return
        # Serialised HTML closes what it opens; a stray end tag (of a body cut in half) is passed over.
        if stack[-1][0] != tag and not any(entry[0] == tag for entry in reversed(stack[-32:])):
            return
        while stack:
            name, sort, before = stack.pop()
            self.close_element(name, sort, before)
            if name == tag:
                break

    def close_element(self, tag: str, sort: int, before: _State) -> None:
        if self.code is not None:
            if tag == "pre" and self.code.depth == len(self.stack):
                self.end_code()
            elif sort == _BLOCK or tag == "code":
                self.code.pieces.append("\n")
        elif sort == _BLOCK:
            if self.pieces:
                self.end_line()
            self.joined = False
            if self.tables:
                if tag in ("td", "th"):
                    self.end_cell()
                elif tag == "table":
                    self.end_table()
        elif sort == _MEDIA:
            self.end_line()
        self.state = before

    # -- opening -------------------------------------------------------------------------------------------------

    def open_inline(self, tag: str, attributes: str, look: _Look) -> None:
        if tag == "svg" or look.picture:
            self.add_background(tag, look)
        state = self.state
        mark = MARKS.get(tag)
        href = (_href(attributes) or state.href) if tag == "a" else state.href
        if not (mark or look.dresses or look.widget or href is not state.href):
            return
        marks = state.marks
        if mark and mark not in marks:
            marks = "".join(sorted(marks + mark))
        self.state = _dressed(state, look, marks)._replace(href=href)

    def open_block(self, tag: str, attributes: str, look: _Look) -> None:
        if self.pieces:
            self.end_line()
        self.joined = False
        if look.dropped:
            self.skipping = 1
            return
        state = self.state
        if look.dresses or look.widget:
            state = _dressed(state, look, state.marks)
        container = _CONTAINERS.get(tag)
        if tag in HEADINGS:
            state = state._replace(kind="heading", level=HEADINGS[tag])
        elif tag in ("figcaption", "caption"):
            state = state._replace(kind="caption")
        elif container == "item":
            container = container if any(c.kind in ("list", "olist") for c in state.inside) else None
        elif (
            look.boxed and tag in ("section", "div") and not (state.inside and state.inside[-1].kind == "box")
        ):
            container = "box"
        if container and len(state.inside) < _DEEPEST:
            state = state._replace(inside=(*state.inside, Container(container, self.next_id)))
            self.next_id += 1
        if look.picture:
            self.add_background(tag, look)
        self.state = state
        if tag == "pre":
            values = _attributes(attributes)
            self.code = _Code(len(self.stack), values.get("data-lang") or None, values.get("class", ""))
        elif tag == "table":
            for table in self.tables:
                table.nested = True
            self.tables.append(_Table(self.out))
            self.out = []
        elif self.tables:
            if tag == "tr":
                self.tables[-1].rows.append([])
            elif tag in ("td", "th"):
                self.out = []

    def open_in_code(self, tag: str, attributes: str, look: _Look) -> None:
        assert self.code is not None
        if tag == "code" and self.code.language is None:
            values = _attributes(attributes)
            found = re.search(r"\blang(?:uage)?-([\w+#-]+)", values.get("class", ""))
            self.code = replace(self.code, language=values.get("data-lang") or (found[1] if found else None))
        if look.dropped:
            self.skipping = 1

    def open_media(self, tag: str, attributes: str) -> None:
        values = _attributes(attributes)
        media = _iframe_media(values) if tag == "iframe" else _tag_media(tag, values)
        self.end_line()
        if media is not None:
            self.add_block(
                Block(kind="media", media=media, inside=self.state.inside, centred=self.state.centred)
            )
        # What a script has drawn inside (a card's name, a player's clock) is the platform's, not the author's.
        self.state = self.state._replace(widget=self.state.widget or tag)

    # -- ending --------------------------------------------------------------------------------------------------

    def end_line(self) -> None:
        if not self.pieces:
            return
        spans, text = _tidy(self.pieces)
        self.pieces = []
        if not spans:
            return
        state = self.line_state
        kind = state.kind if text else "paragraph"
        self.add_block(
            Block(
                kind=kind,
                text=text,
                spans=spans,
                level=state.level if kind == "heading" else 0,
                joined=self.joined,
                inside=state.inside,
                centred=state.centred,
                small=state.small,
                pale=state.pale,
                link_chars=sum(len(span.text) for span in spans if span.href),
                widget=state.widget,
            )
        )
        self.joined = False

    def add_block(self, block: Block) -> None:
        self.out.append(block)

    def end_code(self) -> None:
        assert self.code is not None
        code, self.code = self.code, None
        text = "".join(code.pieces).replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
        text = _ZERO_WIDTH.sub("", text)
        lines = [line.rstrip() for line in text.split("\n")]
        # Each line of a snippet is its own <code>; a line end written as well as meant gives one blank line each.
        if "code-snippet" in code.classes and len(lines) > 2 and not any(lines[1:-1:2]):
            lines = lines[::2]
        while lines and not lines[0]:
            lines.pop(0)
        while lines and not lines[-1]:
            lines.pop()
        if not lines:
            return
        inside, widget = self.state.inside, self.state.widget
        letters = sum(not c.isspace() for line in lines for c in line)
        han = sum(len(_HAN.findall(line)) for line in lines)
        if code.language is None and "code" not in code.classes and han * 2 > letters:
            # Prose pasted from an editor that wraps everything in <pre>.
            for n, line in enumerate(lines):
                if line.strip():
                    tidy = _SPACE.sub(" ", line).strip()
                    self.add_block(
                        Block(text=tidy, spans=(Span(tidy),), inside=inside, joined=n > 0, widget=widget)
                    )
            return
        text = "\n".join(lines)
        self.add_block(Block(kind="code", text=text, language=code.language, inside=inside, widget=widget))

    def end_cell(self) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(self.out)
        self.out = []

    def end_table(self) -> None:
        table = self.tables.pop()
        stray, self.out = self.out, table.outer
        cells = [cell for row in table.rows for cell in row]
        simple = (
            not table.nested
            and any(len(row) > 1 for row in table.rows)
            and all(block.kind in ("paragraph", "heading", "caption") for cell in cells for block in cell)
            and sum(1 for cell in cells if any(block.text for block in cell)) > 1
            and not any(block.widget for cell in cells for block in cell)
        )
        self.out.extend(stray)
        if not simple:
            for cell in cells:
                self.out.extend(cell)
            return
        rows = tuple(tuple(_cell_spans(cell) for cell in row) for row in table.rows if row)
        text = "\n".join(filter(str.strip, ("\t".join(_cell_text(cell) for cell in row) for row in rows)))
        links = sum(len(span.text) for row in rows for cell in row for span in cell if span.href)
        self.add_block(Block(kind="table", text=text, rows=rows, inside=self.state.inside, link_chars=links))

    # -- pictures ------------------------------------------------------------------------------------------------

    def add_image(self, values: dict[str, str]) -> None:
        classes = values.get("class", "")
        alt = (values.get("alt") or values.get("data-alt") or "").strip()
        if any(word in classes for word in EMOJI_CLASS_WORDS) and alt:
            self.on_text(alt.replace("&", "&amp;"))
            return
        if self.code is not None:
            return
        image = _image(values, alt)
        if image is None:
            return
        if not self.pieces:
            self.line_state = self.state
        self.pieces.append(Span(href=self.state.href, image=image))

    def add_background(self, tag: str, look: _Look) -> None:
        """A picture laid behind an element: content where an ``svg`` shows it, decoration elsewhere."""
        if not look.picture or "qpic.cn" not in look.picture:
            return
        role: ImageRole = "body" if tag == "svg" else "decoration"
        self.pieces.append(Span(image=Image(url=_absolute(look.picture), role=role)))


# -- small parts -------------------------------------------------------------------------------------------------


def _decode(text: str) -> str:
    """What a serialiser escapes, undone: it knows five references only."""
    return (
        text.replace("&nbsp;", "\u00a0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )


def _attributes(source: str) -> dict[str, str]:
    return {name.lower(): _decode(value) for name, value in _ATTRIBUTE.findall(source)}


def _dressed(state: _State, look: _Look, marks: str) -> _State:
    """The state under an element of this look."""
    return _State(
        _with_bold(marks, look.bold),
        state.href,
        state.centred if look.centred is None else look.centred,
        state.small if look.small is None else look.small,
        state.pale if look.pale is None else look.pale,
        state.level,
        state.kind,
        state.inside,
        state.widget or look.widget,
    )


def _with_bold(marks: str, bold: bool | None) -> str:
    if bold is None or bold == ("b" in marks):
        return marks
    return "".join(sorted(marks + "b")) if bold else marks.replace("b", "")


def _href(attributes: str) -> str | None:
    values = _attributes(attributes)
    href = (values.get("href") or "").strip()
    if not href or href.lower().startswith(("javascript:", "#", "data:", "vbscript:")):
        href = (values.get("data-href") or values.get("data-url") or "").strip()
    if not href.lower().startswith(("http://", "https://", "//", "mailto:")):
        return None
    return _absolute(href)


def _absolute(url: str) -> str:
    return "https:" + url if url.startswith("//") else url


def _image(values: dict[str, str], alt: str) -> Image | None:
    """A picture of the body. ``data-src`` is its address; ``src`` a placeholder, or a file that a browser saved."""
    source = values.get("data-src") or values.get("data-backsrc") or ""
    shown = values.get("src") or ""
    if not source.startswith(("http://", "https://", "//")):
        source = shown
    if not source or source.startswith(("data:", "blob:", "javascript:")) or "pic_blank.gif" in source:
        return None
    is_file = not source.startswith(("http://", "https://", "//"))
    saved = shown if shown and not shown.startswith(("http://", "https://", "//", "data:", "blob:")) else None
    width = _whole(values.get("data-w") or values.get("width"))
    ratio = _number(values.get("data-ratio"))
    height = round(width * ratio) if width and ratio else _whole(values.get("height"))
    return Image(
        url=source if is_file else _absolute(source),
        width=width,
        height=height,
        file=saved,
        alt=alt if alt and alt.lower() not in EMPTY_ALTS else None,
    )


def _whole(value: str | None) -> int | None:
    number = _number((value or "").removesuffix("px"))
    return round(number) if number else None


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 < number < 1e6 else None


def _tag_media(tag: str, values: dict[str, str]) -> Media | None:
    if tag not in MEDIA_TAGS:
        return None
    media_type, names = MEDIA_TAGS[tag]
    first = {key: next((values[n] for n in of if values.get(n)), None) for key, of in names.items()}
    duration = first.pop("duration_ms", None)
    tidy = {
        key: _percent_decoded(value) if key in ("title", "author") else value for key, value in first.items()
    }
    return Media(type=media_type, duration_ms=_whole(duration), **tidy)  # type: ignore[arg-type]


def _percent_decoded(value: str | None) -> str | None:
    """Names in attributes are percent-encoded in places, and HTML-encoded once more in others."""
    if not value:
        return value
    if "&" in value:
        value = _decode(value)
    if re.fullmatch(r"(?:%[0-9A-Fa-f]{2}|[\w.~-])+", value, re.ASCII) and "%" in value:
        value = unquote(value)
    return _SPACE.sub(" ", value).strip()


def _iframe_media(values: dict[str, str]) -> Media | None:
    classes = values.get("class", "")
    source = values.get("data-src") or values.get("src") or ""
    if "vote" in classes or "supervoteid" in str(values):
        return Media(type="vote", id=values.get("data-supervoteid") or values.get("data-voteid"))
    if "video" in classes or values.get("data-mpvid") or values.get("vid") or "v.qq.com" in source:
        found = re.search(r"[?&]vid=([\w-]+)", source)
        return Media(
            type="video",
            id=values.get("data-mpvid") or values.get("vid") or (found[1] if found else None),
            url=_absolute(source) if source.startswith(("http", "//")) else None,
        )
    return None


def _tidy(pieces: list[Span]) -> tuple[tuple[Span, ...], str]:
    """The spans of a line with space collapsed as a browser shows it, neighbours of one look made one."""
    runs: list[tuple[Span, list[str]]] = []
    space_before = True
    for piece in pieces:
        if piece.image is not None:
            runs.append((piece, []))
            space_before = False
            continue
        text = _SPACE.sub(" ", piece.text)
        if not text.isascii():
            text = _ZERO_WIDTH.sub("", text)
        if space_before:
            text = text.lstrip(" ")
        if not text:
            continue
        space_before = text.endswith(" ")
        last = runs[-1][0] if runs else None
        if last is not None and last.image is None and last.marks == piece.marks and last.href == piece.href:
            runs[-1][1].append(text)
        else:
            runs.append((piece, [text]))
    spans = [
        piece if piece.image is not None else Span("".join(texts), piece.marks, piece.href)
        for piece, texts in runs
    ]
    for n in range(len(spans) - 1, -1, -1):
        if spans[n].image is not None:
            break
        stripped = spans[n].text.rstrip(" \u3000")
        if stripped:
            if stripped != spans[n].text:
                spans[n] = replace(spans[n], text=stripped)
            break
        del spans[n]
    for n, span in enumerate(spans):
        if span.image is not None:
            continue
        stripped = span.text.lstrip(" \u3000")
        if stripped != span.text:
            spans[n] = replace(span, text=stripped)
        if stripped:
            break
    spans = [span for span in spans if span.image is not None or span.text]
    return tuple(spans), "".join(span.text for span in spans)


def _cell_spans(blocks: list[Block]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for block in blocks:
        if spans and block.text:
            spans.append(Span(" "))
        spans.extend(block.spans)
    return tuple(spans)


def _cell_text(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
