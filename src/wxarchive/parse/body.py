"""The body of a post: HTML → flat blocks, in one pass.

The HTML is what the parser serialised, so tags are well formed, attributes are double-quoted and ``<`` and ``>``
inside them are escaped: a single regular expression tells tags from text, and one loop with a stack of states does
the rest. Nothing here recurses, so nesting of any depth is read in linear time. Pages write the same few hundred tags
over and over: what a tag says is worked out once for each spelling.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
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
from wxarchive.records import Image, Media

if TYPE_CHECKING:
    from wxarchive.kinds import ImageRole

__all__ = ["parse_body"]

_TAG = re.compile(r"(<!--.*?(?:-->|\Z)|</?[a-zA-Z][^>]*>)", re.DOTALL)
_TAG_PARTS = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>")
_RAW = re.compile(rf"(<({'|'.join(RAW_TEXT_TAGS)})\b[^>]*>).*?(?=</\2|\Z)", re.DOTALL)
_RAW_START = re.compile("<(?:st|sc|if|no|xm|pl)")
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


def _parse_look(attributes: str) -> _Look:
    """The look that an element's attributes give."""
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


@lru_cache(maxsize=8192)
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
_BARE, _DRESS, _FLOW, _BLOCK, _MEDIA, _INLINE, _VOID, _SKIP, _END, _NOTHING = range(10)
_PLAINEST = _FLOW
"""Up to here, a tag says the same wherever it stands, code apart."""
_SORTS: dict[str, int] = {
    **dict.fromkeys(MARKS, _INLINE),
    **dict.fromkeys(("span", "a", "font", "svg", "label"), _INLINE),
    **dict.fromkeys(BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(MEDIA_TAGS, _MEDIA),
    "iframe": _MEDIA,
    **dict.fromkeys(SKIPPED_TAGS, _SKIP),
    **dict.fromkeys(VOID_TAGS, _VOID),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Tag:
    """What a tag says, whatever stands around it. One for each spelling: two are equal if they are the same."""

    sort: int
    name: str
    look: _Look = _PLAIN
    attributes: str = ""
    end: str = ""
    """How its end tag is written."""

    @property
    def voids(self) -> bool:
        """Whether its element has no content."""
        return self.name in VOID_TAGS


_COMMENT = _Tag(_NOTHING, "br")


@lru_cache(maxsize=8192)
def _parse_tag(source: str) -> _Tag:
    """A tag or comment as it is written.

    Of sort ``_BARE`` is an inline element that changes nothing, ``_DRESS`` one that changes nothing but looks, and
    ``_FLOW`` a block that only breaks and dresses lines.
    """
    found = _TAG_PARTS.match(source)
    if found is None:
        return _COMMENT
    closing, name, attributes = found.groups()
    sort = _SORTS.get(name)
    if sort is None:
        name = name.lower()
        sort = _SORTS.get(name, _MEDIA if name.startswith("mp-") else _INLINE)
    if closing:
        return _Tag(_END, name)
    look = _parse_look(attributes) if attributes else _PLAIN
    acts = look.hidden or look.picture is not None or look.dropped
    if sort == _INLINE and name not in ("code", "svg") and not acts:
        sort = _DRESS if look.dresses or look.widget or name in MARKS or name == "a" else _BARE
    if sort == _BLOCK and (name in _FLOWING or (name in _BOXES and not look.boxed)) and not acts:
        sort = _FLOW
    return _Tag(sort, name, look, attributes, f"</{found[2]}>")


_BOXES = frozenset({"section", "div"})
# Blocks that never do more than end a line and dress the next.
_FLOWING = frozenset({"p", "center", "article", "figure", "figcaption", "caption"}) | frozenset(HEADINGS)


_Values = tuple[str, str | None, bool, bool, bool, int, BlockKind, tuple[Container, ...], str | None]


class _State:
    """What holds for text at a place: inherited down, restored when an element closes.

    Of each set of values a body has one state, and a state knows what it becomes under the tags that it met: pages
    repeat few looks in few tags.
    """

    __slots__ = (
        "centred", "dressed", "href", "inside", "kind", "level", "marks", "pale", "small", "states", "widget",
    )  # fmt: skip

    def __init__(self, values: _Values, states: "dict[_Values, _State]") -> None:
        self.marks, self.href, self.centred, self.small, self.pale = values[:5]
        self.level, self.kind, self.inside, self.widget = values[5:]
        self.states = states
        self.dressed: dict[_Tag, _State] = {}

    @classmethod
    def first(cls) -> "_State":
        """The state of a body that nothing is known of yet."""
        return cls(("", None, False, False, False, 0, "paragraph", (), None), {})

    def _get(self, values: _Values) -> "_State":
        state = self.states.get(values)
        if state is None:
            state = self.states[values] = _State(values, self.states)
        return state

    def within(self, inside: tuple[Container, ...], widget: str | None) -> "_State":
        """The state inside of these containers, and of a widget."""
        return self._get(
            (
                self.marks,
                self.href,
                self.centred,
                self.small,
                self.pale,
                self.level,
                self.kind,
                inside,
                widget,
            )
        )

    def under(self, tag: _Tag) -> "_State":
        """The state under an element with this tag, containers apart."""
        state = self.dressed.get(tag)
        if state is None:
            state = self.dressed[tag] = self._under(tag)
        return state

    def _under(self, tag: _Tag) -> "_State":
        look, name = tag.look, tag.name
        marks, href, level, kind = self.marks, self.href, self.level, self.kind
        if look.bold is not None and look.bold != ("b" in marks):
            marks = "".join(sorted(marks + "b")) if look.bold else marks.replace("b", "")
        if name == "a":
            href = _href(tag.attributes) or href
        elif name in MARKS:
            marks = marks if MARKS[name] in marks else "".join(sorted(marks + MARKS[name]))
        elif name in HEADINGS:
            kind, level = "heading", HEADINGS[name]
        elif name in ("figcaption", "caption"):
            kind = "caption"
        centred = self.centred if look.centred is None else look.centred
        small = self.small if look.small is None else look.small
        pale = self.pale if look.pale is None else look.pale
        return self._get(
            (marks, href, centred, small, pale, level, kind, self.inside, self.widget or look.widget)
        )


_Piece = tuple[list[str], _State, Image | None]
"""A span in the making: the pieces of its text as serialised, the state that it has its look from; or a picture."""
_CONTAINERS: dict[str, ContainerKind] = {"blockquote": "quote", "ul": "list", "ol": "olist", "li": "item"}


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
    if _RAW_START.search(html):
        html = _RAW.sub(r"\1", html)
    return Body(tuple(_Reader().read(html)))


class _Reader:
    """The loop's state. One reader reads one body."""

    def __init__(self) -> None:
        self.out: list[Block] = []
        self.pieces: list[_Piece] = []
        self.state = _State.first()
        self.line_state = self.state
        self.stack: list[tuple[str, _Tag, _State]] = []
        """The open elements: how each one's end tag is written, its tag, and the state around it."""
        self.skipping = 0
        """How many elements stand open inside of one that is passed over, itself too."""
        self.joined = False
        self.next_id = 1
        self.tables: list[_Table] = []
        self.code: _Code | None = None

    def read(self, html: str) -> list[Block]:
        """The loop. What nine tags of ten say is done here on local names; the rest goes through :meth:`on_tag`."""
        parts = _TAG.split(html)
        stack, pieces, state, plain = self.stack, self.pieces, self.state, True
        if parts[0]:
            self.on_text(parts[0])
        for source, text in zip(parts[1::2], parts[2::2], strict=True):
            if plain and stack and source == stack[-1][0] and stack[-1][1].sort <= _PLAINEST:
                _, tag, state = stack.pop()
                if tag.sort == _FLOW:
                    if pieces:
                        self.end_line()
                    self.joined = False
            elif plain and (tag := _parse_tag(source)).sort <= _PLAINEST:
                stack.append((tag.end, tag, state))
                if tag.sort == _FLOW:
                    if pieces:
                        self.end_line()
                    self.joined = False
                if tag.sort != _BARE:
                    state = state.dressed.get(tag) or state.under(tag)
            else:
                self.state = state
                self.on_tag(_parse_tag(source))
                state = self.state
                # Inside of code, and of what is passed over, no tag means what it says elsewhere.
                plain = self.code is None and not self.skipping
            if text:
                if plain and pieces and (last := pieces[-1])[1] is state and last[2] is None:
                    last[0].append(text)
                elif not self.skipping:
                    self.state = state
                    self.on_text(text)
        while stack:
            _, tag, before = stack.pop()
            self.close_element(tag, before)
        self.end_line()
        return self.out

    # -- tokens --------------------------------------------------------------------------------------------------

    def on_text(self, text: str) -> None:
        if self.code is not None:
            self.code.pieces.append(text)
            return
        if not self.pieces:
            if text.isspace() or (text[0] == "&" and _decode(text).isspace()):
                return
            self.line_state = self.state
        self.pieces.append(([text], self.state, None))

    def on_tag(self, tag: _Tag) -> None:
        if self.skipping:
            if not tag.voids:
                self.skipping += -1 if tag.sort == _END else 1
        elif tag.sort == _END:
            self.close_until(tag.name)
        elif tag.sort == _SKIP or (tag.look.hidden and (self.stack or self.out or self.pieces)):
            self.skipping = not tag.voids
        elif tag.sort == _VOID:
            self.on_void(tag.name, tag.attributes)
        elif tag.sort != _NOTHING:
            self.on_open(tag)

    def on_open(self, tag: _Tag) -> None:
        before = self.state
        if self.code is not None:
            self.open_in_code(tag)
        elif tag.sort == _BLOCK or tag.sort == _FLOW:
            self.open_block(tag)
        elif tag.sort == _MEDIA:
            self.open_media(tag)
        else:
            self.open_inline(tag)
        if not self.skipping:  # else the element is dropped whole, and its end tag ends the skipping
            self.stack.append((tag.end, tag, before))

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

    def close_until(self, name: str) -> None:
        """Serialised HTML closes what it opens; a stray end tag (of a body cut in half) is passed over."""
        stack = self.stack
        if any(tag.name == name for _, tag, _ in reversed(stack[-32:])):
            while True:
                _, tag, before = stack.pop()
                self.close_element(tag, before)
                if tag.name == name:
                    return

    def close_element(self, tag: _Tag, before: _State) -> None:
        sort, name = tag.sort, tag.name
        if self.code is not None:
            if name == "pre" and self.code.depth == len(self.stack):
                self.end_code()
            elif sort in (_BLOCK, _FLOW) or name == "code":
                self.code.pieces.append("\n")
        elif sort in (_BLOCK, _FLOW):
            self.break_line()
            if self.tables:
                if name in ("td", "th"):
                    self.end_cell()
                elif name == "table":
                    self.end_table()
        elif sort == _MEDIA:
            self.end_line()
        self.state = before

    # -- opening -------------------------------------------------------------------------------------------------

    def open_inline(self, tag: _Tag) -> None:
        if tag.name == "svg" or tag.look.picture:
            self.add_background(tag)
        self.state = self.state.under(tag)

    def open_block(self, tag: _Tag) -> None:
        self.break_line()
        name, look = tag.name, tag.look
        if look.dropped:
            self.skipping = 1
            return
        state = self.state.under(tag)
        container = _CONTAINERS.get(name)
        if container == "item":
            container = container if any(c.kind in ("list", "olist") for c in state.inside) else None
        elif look.boxed and name in _BOXES and not (state.inside and state.inside[-1].kind == "box"):
            container = "box"
        if container and len(state.inside) < _DEEPEST:
            state = state.within((*state.inside, Container(container, self.next_id)), state.widget)
            self.next_id += 1
        if look.picture:
            self.add_background(tag)
        self.state = state
        if name == "pre":
            values = _attributes(tag.attributes)
            self.code = _Code(len(self.stack), values.get("data-lang") or None, values.get("class", ""))
        elif name == "table":
            for table in self.tables:
                table.nested = True
            self.tables.append(_Table(self.out))
            self.out = []
        elif self.tables:
            if name == "tr":
                self.tables[-1].rows.append([])
            elif name in ("td", "th"):
                self.out = []

    def open_in_code(self, tag: _Tag) -> None:
        assert self.code is not None
        if tag.name == "code" and self.code.language is None:
            values = _attributes(tag.attributes)
            found = re.search(r"\blang(?:uage)?-([\w+#-]+)", values.get("class", ""))
            self.code = replace(self.code, language=values.get("data-lang") or (found[1] if found else None))
        if tag.look.dropped:
            self.skipping = 1

    def open_media(self, tag: _Tag) -> None:
        values = _attributes(tag.attributes)
        media = _iframe_media(values) if tag.name == "iframe" else _tag_media(tag.name, values)
        self.end_line()
        state = self.state
        if media is not None:
            self.add_block(Block(kind="media", media=media, inside=state.inside, centred=state.centred))
        # What a script has drawn inside (a card's name, a player's clock) is the platform's, not the author's.
        self.state = state.within(state.inside, state.widget or tag.name)

    # -- ending --------------------------------------------------------------------------------------------------

    def break_line(self) -> None:
        """End the line, and its paragraph with it."""
        if self.pieces:
            self.end_line()
        self.joined = False

    def end_line(self) -> None:
        if not self.pieces:
            return
        spans, text, link_chars = _tidy(self.pieces)
        self.pieces.clear()
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
                link_chars=link_chars,
                widget=state.widget,
            )
        )
        self.joined = False

    def add_block(self, block: Block) -> None:
        self.out.append(block)

    def end_code(self) -> None:
        assert self.code is not None
        code, self.code = self.code, None
        text = _decode("".join(code.pieces)).replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
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
        links = sum(_link_chars(cell) for row in rows for cell in row)
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
        self.pieces.append(([], self.state, image))

    def add_background(self, tag: _Tag) -> None:
        """A picture laid behind an element: content where an ``svg`` shows it, decoration elsewhere."""
        picture = tag.look.picture
        if not picture or "qpic.cn" not in picture:
            return
        role: ImageRole = "body" if tag.name == "svg" else "decoration"
        self.pieces.append(([], _State.first(), Image(url=_absolute(picture), role=role)))


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
    if "&" in source:
        return {name.lower(): _decode(value) for name, value in _ATTRIBUTE.findall(source)}
    return {name.lower(): value for name, value in _ATTRIBUTE.findall(source)}


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


def _tidy(pieces: list[_Piece]) -> tuple[tuple[Span, ...], str, int]:
    """The spans of a line with space collapsed as a browser shows it, neighbours of one look made one.

    Also their text, and how many characters of it are links.
    """
    if len(pieces) == 1:
        run, state, image = pieces[0]
        text = _spaced(run).strip(" \u3000")
        href = state.href
        if not text and image is None:
            return (), "", 0
        return (Span(text, "" if image else state.marks, href, image),), text, len(text) if href else 0
    texts: list[list[str]] = []
    looks: list[tuple[str, str | None, Image | None]] = []
    space_before = True
    for run, state, image in pieces:
        text = _spaced(run)
        if space_before:
            text = text.lstrip(" ")
        if not text and image is None:
            continue
        space_before = text.endswith(" ")
        look = ("" if image else state.marks, state.href, image)
        if looks and image is None and looks[-1] == look:
            texts[-1].append(text)
        else:
            texts.append([text])
            looks.append(look)
    lines = ["".join(run) for run in texts]
    for n in range(len(lines) - 1, -1, -1):
        lines[n] = lines[n].rstrip(" \u3000")
        if lines[n] or looks[n][2] is not None:
            break
    for n in range(len(lines)):  # past pictures too: the line's text begins behind them
        lines[n] = lines[n].lstrip(" \u3000")
        if lines[n]:
            break
    spans = tuple(
        [
            Span(text, marks, href, image)
            for text, (marks, href, image) in zip(lines, looks, strict=True)
            if text or image is not None
        ]
    )
    return spans, "".join(lines), _link_chars(spans)


def _spaced(run: list[str]) -> str:
    """A run of serialised text as a browser shows it."""
    text = run[0] if len(run) == 1 else "".join(run)
    if "&" in text:
        text = _decode(text)
    # No space but the plain one is printable, and no zero-width mark is.
    if text.isprintable() and "  " not in text:
        return text
    text = _SPACE.sub(" ", text)
    return text if text.isascii() else _ZERO_WIDTH.sub("", text)


def _link_chars(spans: Iterable[Span]) -> int:
    return sum([len(span.text) for span in spans if span.href])


def _cell_spans(blocks: list[Block]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for block in blocks:
        if spans and block.text:
            spans.append(Span(" "))
        spans.extend(block.spans)
    return tuple(spans)


def _cell_text(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
