r"""A body → Markdown: CommonMark with GitHub's tables and strikethrough.

What is text in the post is text to every reader of the Markdown: whatever looks like markup is escaped.
Emphasis is written so that readers agree on it: CommonMark does not see ``**“重要”**的`` as bold, for a
quotation mark stands at the edge and a letter beyond it, so the mark is moved out (``“**重要**”的``). Two
looks that Markdown cannot nest safely become one of them: text counts for more than its looks.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import count, groupby, pairwise
from typing import Final

from wxarchive.blocks import Block, Body, Container, Row, Span
from wxarchive.records import Image
from wxarchive.render.addresses import picture_source, safe_href
from wxarchive.render.labels import media_text
from wxarchive.render.nesting import Path, Piece, iter_pieces, shared_depth

__all__ = ["escape_markdown", "link_target", "render_markdown", "write_markdown"]

_SPACE: Final = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# What is markup anywhere in a line. Of it, underscores count only at the edge of a word, and ``&`` only where
# it begins a reference. Most lines have none: one plain set of characters is looked for fast.
_ANY_SPECIAL: Final = re.compile(r"[\\`*\[\]<~_&]")
_SPECIAL: Final = re.compile(r"[\\`*\[\]<~]|_+|&(?=#?\w{1,40};)")
# What is markup only at the start of a line: headings and their underlines, quotations, items, tables.
_STARTS: Final = re.compile(r"[#>|]|[-+](?=[\s-]|$)|=+$|:(?=-)|(?P<number>\d{1,9})[.)](?=\s|$)")
_BACKTICKS: Final = re.compile("`+")
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,40}")
_REFERENCE: Final = re.compile(r"&(?=#?\w{1,40};)")
_NOT_IN_TARGET: Final = re.compile(r'[ ()<>"\\`|]')

_DELIMITERS: Final = {"b": "**", "i": "*", "bi": "***", "s": "~~"}
_NESTING: Final = ("b", "i", "bi")
_ELEMENTS: Final = {"v": "sub", "^": "sup"}


def render_markdown(body: Body) -> str:
    """The body as Markdown, without a line end at the end. Total, and linear in the body's size."""
    return write_markdown(iter_pieces(body))


def write_markdown(pieces: Iterable[Piece]) -> str:
    """The pieces of a body as Markdown."""
    out: list[str] = []
    writer = _Prefixes()
    before: Piece | None = None
    for piece in pieces:
        lines = _piece_lines(piece)
        if not lines:
            continue
        if not (piece.path or writer.path):
            if before is not None:
                out.append("")
            out.extend(lines)
        else:
            gap, first, rest = writer.move_to(piece.path)
            if before is not None and not _is_tight(before, piece):
                out.append(gap)
            out.append(first + lines[0])
            out.extend((rest + line).rstrip(" ") if not line else rest + line for line in lines[1:])
        before = piece
    return "\n".join(out)


def escape_markdown(text: str) -> str:
    r"""One line of plain text as Markdown that reads as that text, wherever in a line it stands.

    >>> escape_markdown("# 1. *no* list")
    '\\# 1. \\*no\\* list'
    """
    return _escape_start(_escape(_plain(text).strip()))


def link_target(url: str) -> str:
    """``url`` as the target of a Markdown link."""
    if _NOT_IN_TARGET.search(url):
        url = _NOT_IN_TARGET.sub(lambda found: f"%{ord(found[0]):02X}", url)
    return _REFERENCE.sub("&amp;", url) if ";" in url else url


class _Prefixes:
    """What stands at the start of each line for the containers that it is in."""

    def __init__(self) -> None:
        self.path: Path = ()
        self.rests: list[str] = []
        self.bullets: dict[Container, str] = {}
        self.counts: dict[Container, int] = {}

    def move_to(self, path: Path) -> tuple[str, str, str]:
        """Go to ``path``: the blank line before its next piece, that piece's first prefix, its other."""
        depth = shared_depth(self.path, path)
        shared = "".join(self.rests[:depth])
        neighbour = self.path[depth] if depth < len(self.path) else None
        del self.rests[depth:]
        first = shared
        for container in path[depth:]:
            marker = rest = ""
            if container.kind == "quote":
                marker = rest = "> "
            elif container.kind == "item":
                marker = self.next_marker(path[len(self.rests) - 1])
                rest = " " * len(marker)
            else:
                self.open_list(container, neighbour)
            neighbour = None
            self.rests.append(rest)
            first += marker
        self.path = path
        return shared.rstrip(" "), first, "".join(self.rests)

    def open_list(self, opened: Container, closed: Container | None) -> None:
        """A list right after another of its kind would join it: their marks differ."""
        one, other = ("-", "+") if opened.kind == "list" else (".", ")")
        after_own_kind = closed is not None and closed.kind == opened.kind
        self.bullets[opened] = other if after_own_kind and closed and self.bullets.get(closed) == one else one

    def next_marker(self, holder: Container) -> str:
        if holder.kind == "list":
            return self.bullets[holder] + " "
        self.counts[holder] = self.counts.get(holder, 0) + 1
        return f"{self.counts[holder]}{self.bullets[holder]} "


def _is_tight(before: Piece, piece: Piece) -> bool:
    """Whether ``before`` and ``piece`` are neighbouring items of one list: no blank line parts them."""
    if before.first.kind != "paragraph" or piece.first.kind != "paragraph":
        return False
    depth = len(piece.path)
    return (
        depth > 1
        and len(before.path) == depth
        and piece.path[-1].kind == "item"
        and before.path[-1] != piece.path[-1]
        and before.path[:-1] == piece.path[:-1]
    )


# -- pieces ----------------------------------------------------------------------------------------------


def _piece_lines(piece: Piece) -> list[str]:
    block = piece.first
    if block.kind == "paragraph":
        if len(piece.blocks) > 1:
            return _broken(_inline(block.spans) for block in piece.blocks)
        line = _inline(block.spans).strip(" ")
        return [_escape_start(line)] if line else []
    if block.kind == "heading":
        return _heading(piece.blocks)
    if block.kind == "caption":
        return _broken(_inline(_in_italics(block.spans)) for block in piece.blocks)
    if block.kind == "code":
        return _code(block)
    if block.kind == "table":
        return _table(block)
    if block.kind == "media":
        return _media(block)
    return ["***"]


def _broken(lines: Iterable[str]) -> list[str]:
    """The lines of one paragraph, each but the last ended by a hard break."""
    kept = [_escape_start(line) for line in (line.strip(" ") for line in lines) if line]
    return [line + "\\" for line in kept[:-1]] + kept[-1:]


def _heading(blocks: list[Block]) -> list[str]:
    text = " ".join(filter(None, (_inline(block.spans).strip(" ") for block in blocks)))
    if not text:
        return []
    opening = "#" * min(max(blocks[0].level, 1), 6)
    # Hashes at the end of a heading would be taken for its closing.
    open_end = text.rstrip("#")
    return [f"{opening} {text}" if open_end == text else f"{opening} {open_end}\\{text[len(open_end) :]}"]


def _in_italics(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(
        span if span.image is not None or "i" in span.marks else Span(span.text, "i" + span.marks, span.href)
        for span in spans
    )


def _code(block: Block) -> list[str]:
    longest = max((len(run) for run in _BACKTICKS.findall(block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = block.language or ""
    named = language if _LANGUAGE.fullmatch(language) else ""
    text = _CONTROLS.sub("", block.text.replace("\r\n", "\n").replace("\r", "\n"))
    return [fence + named, *text.split("\n"), fence]


def _table(block: Block) -> list[str]:
    columns = max((len(row) for row in block.rows), default=0)
    if not columns:
        return _broken(_escape(_plain(line)) for line in block.text.splitlines())
    rows = [_row(row, columns) for row in block.rows]
    return [rows[0], "|" + " --- |" * columns, *rows[1:]]


def _row(row: Row, columns: int) -> str:
    cells = [_inline(cell).strip(" ").replace("|", "\\|") for cell in row]
    cells += [""] * (columns - len(cells))
    return "| " + " | ".join(cells) + " |"


def _media(block: Block) -> list[str]:
    if block.media is None:
        return []
    href = safe_href(block.media.url)
    text = _escape(_plain(media_text(block.media)))
    return [f"[{text}]({link_target(href)})" if href else f"【{text}】"]


# -- lines -----------------------------------------------------------------------------------------------

_Segment = tuple[str, str]
"""A look (a key of ``_DELIMITERS`` or ``_ELEMENTS``, ``c`` for code, or none) and the text that has it."""


def _inline(spans: tuple[Span, ...]) -> str:
    if len(spans) == 1:
        only = spans[0]
        if only.href is None:
            if only.image is not None:
                return _image(only.image)
            text = _plain(only.text)
            return _alone(_style(only.marks), text) if only.marks else _escape(text)
    out: list[str] = []
    targets = [safe_href(span.href) if span.href else None for span in spans]
    start = 0
    while start < len(spans):
        target = targets[start]
        end = start + 1
        while end < len(spans) and targets[end] == target:
            end += 1
        if target is None:
            _write_run(spans[start:end], out)
        else:
            _write_link(spans[start:end], target, out)
        start = end
    return "".join(out)


def _write_link(spans: tuple[Span, ...], target: str, out: list[str]) -> None:
    inner: list[str] = []
    _write_run(spans, inner)
    text = "".join(inner)
    if not text.strip():
        out.append(text)
    elif _is_bare(spans, target):
        out.append(f"<{target}>")
    else:
        _guard_bang(out)
        out.append(f"[{text}]({link_target(target)})")


def _is_bare(spans: tuple[Span, ...], target: str) -> bool:
    """Whether a link's text is its address, and can be written as ``<address>``."""
    if any(span.image is not None for span in spans) or "".join(span.text for span in spans) != target:
        return False
    return link_target(target) == target and target.isascii() and target[:4].lower() == "http"


def _guard_bang(out: list[str]) -> None:
    """An exclamation mark right before a link would make a picture of it."""
    if out and out[-1].endswith("!"):
        out[-1] = out[-1][:-1] + "\\!"


def _write_run(spans: tuple[Span, ...], out: list[str]) -> None:
    """Spans of one link, or of none: their text, and their pictures between it."""
    segments: list[_Segment] = []
    for span in spans:
        if span.image is None:
            if span.text:
                _add(segments, _style(span.marks), _plain(span.text))
            continue
        if segments:
            _write_segments(segments, out)
            segments = []
        out.append(_image(span.image))
    if segments:
        _write_segments(segments, out)


def _image(image: Image) -> str:
    source = picture_source(image)
    alt = _escape(_plain(image.alt).strip()) if image.alt else ""
    return f"![{alt}]({link_target(source)})" if source else alt


@cache
def _style(marks: str) -> str:
    """The one look that is kept of several: code, super- and subscript, struck, then bold and italic."""
    for mark in "c^vs":
        if mark in marks:
            return mark
    return "".join(mark for mark in "bi" if mark in marks)


def _add(segments: list[_Segment], style: str, text: str) -> None:
    """``text`` at the end of ``segments``, made one with the last of them where the look is the same."""
    if not text:
        return
    if style and text.isspace():
        style = ""
    if segments and segments[-1][0] == style:
        segments[-1] = (style, segments[-1][1] + text)
    else:
        segments.append((style, text))


def _write_segments(segments: list[_Segment], out: list[str]) -> None:
    if len(segments) == 1:
        style, text = segments[0]
        out.append(_alone(style, text) if style else _escape(text))
        return
    if any(a in _NESTING and b in _NESTING for (a, _), (b, _) in pairwise(segments)):
        segments = _simplified(segments)
    if any(style in _DELIMITERS for style, _ in segments):
        segments = _with_firm_edges(segments)
    out.extend(_written(style, text) if style else _escape(text) for style, text in segments)


def _alone(style: str, text: str) -> str:
    """A text of one look with nothing but markup, or the ends of a line, around it."""
    core = text.strip()
    if not core:
        return text
    if core == text:
        return _written(style, text)
    start = text.index(core)
    return f"{text[:start]}{_written(style, core)}{text[start + len(core) :]}"


def _written(style: str, text: str) -> str:
    mark = _DELIMITERS.get(style)
    if mark:
        return f"{mark}{_escape(text)}{mark}"
    if style == "c":
        return _code_span(text)
    tag = _ELEMENTS.get(style)
    return f"<{tag}>{_escape(text)}</{tag}>" if tag else _escape(text)


def _simplified(segments: list[_Segment]) -> list[_Segment]:
    """Neighbouring runs of bold and italic made one look: what they share, else bold alone."""
    simple: list[_Segment] = []
    for emphasised, group in groupby(segments, lambda segment: segment[0] in _NESTING):
        run = list(group)
        shared = "".join(mark for mark in "bi" if all(mark in style for style, _ in run))
        for style, text in run:
            _add(simple, style if not emphasised or len(run) == 1 else shared or style.replace("i", ""), text)
    return simple


def _with_firm_edges(segments: list[_Segment]) -> list[_Segment]:
    """Emphasis drawn in to where CommonMark's rules let it begin and end.

    A delimiter begins emphasis only if no space follows it, and punctuation only where space or
    punctuation (or the line's start) goes before; it ends emphasis by the same rule mirrored.
    """
    firm: list[_Segment] = []
    for n, (style, text) in enumerate(segments):
        if style not in _DELIMITERS:
            _add(firm, style, text)
            continue
        before = firm[-1][1][-1] if firm and not firm[-1][0] else ""
        beyond = segments[n + 1] if n + 1 < len(segments) else ("c", "")
        start = _firm_start(text, before)
        end = _firm_end(text, "" if beyond[0] else beyond[1][0]) if start < len(text) else start
        if start < end:
            _add(firm, "", text[:start])
            _add(firm, style, text[start:end])
            _add(firm, "", text[end:])
        else:
            _add(firm, "", text)
    return firm


def _firm_start(text: str, before: str) -> int:
    """Where in ``text`` emphasis can begin; ``before`` is the character ahead (``""``: markup or none)."""
    at = 0
    while at < len(text) and (text[at].isspace() or (_is_edgy(text[at]) and not _is_apart(before))):
        before = text[at]
        at += 1
        # What a joiner or a mark holds together stays together.
        while at < len(text) and (_clings(text[at]) or text[at - 1] == "\u200d"):
            before = text[at]
            at += 1
    return at


def _firm_end(text: str, after: str) -> int:
    """Where in ``text`` emphasis can end, if ``after`` is the character beyond it."""
    at = len(text)
    while at and (text[at - 1].isspace() or (_is_edgy(text[at - 1]) and not _is_apart(after))):
        at -= 1
        after = text[at]
        while at and text[at - 1] == "\u200d":
            at = max(at - 2, 0)
            after = text[at]
    return at


def _is_edgy(character: str) -> bool:
    """Punctuation and symbols: CommonMark 0.31 treats both alike, older readers only the first."""
    return not character.isalnum() and unicodedata.category(character)[0] in "PS"


def _is_apart(character: str) -> bool:
    """Space, an end of the line, markup, or what every version of CommonMark holds for punctuation."""
    if not character or character.isspace():
        return True
    if character.isascii():
        return not character.isalnum() and character.isprintable()
    return unicodedata.category(character)[0] == "P"


def _clings(character: str) -> bool:
    return character == "\u200d" or unicodedata.category(character)[0] == "M"


def _code_span(text: str) -> str:
    if "\\|" in text:  # a table could not tell this from its own escaping
        return _escape(text)
    runs = {len(run) for run in _BACKTICKS.findall(text)}
    fence = "`" * next(n for n in count(1) if n not in runs)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _plain(text: str) -> str:
    """``text`` on one line and without control characters."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _SPACE.sub(" ", text))


def _escape(text: str) -> str:
    return _SPECIAL.sub(_backslash, text) if _ANY_SPECIAL.search(text) else text


def _backslash(found: re.Match[str]) -> str:
    marks, text, start, end = found[0], found.string, found.start(), found.end()
    if marks[0] == "_" and start and end < len(text) and text[start - 1].isalnum() and text[end].isalnum():
        return marks
    return "".join("\\" + mark for mark in marks)


def _escape_start(line: str) -> str:
    found = _STARTS.match(line)
    if not found:
        return line
    at = found.end("number") if found["number"] else 0
    return f"{line[:at]}\\{line[at:]}"
