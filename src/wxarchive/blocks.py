"""A post's body as a flat run of blocks: what parsing yields, cleaning cuts and rendering writes.

A block is one line of text as a reader sees it, a piece of code, a table, a rule, or something embedded. Nesting is
kept as the path of containers that a block stands in, so that everything downstream is a plain loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from wxarchive.records import Image, Media

__all__ = ["Block", "BlockKind", "Body", "Container", "ContainerKind", "Row", "Span", "plain_block"]

BlockKind = Literal["paragraph", "heading", "caption", "code", "table", "rule", "media"]
ContainerKind = Literal["quote", "list", "olist", "item", "box"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one look, or one picture.

    ``marks`` holds letters in alphabetical order: ``b`` bold, ``c`` code, ``i`` italic, ``s`` struck, ``u``
    underlined, ``v`` subscript, ``^`` superscript. A picture's span has ``text == ""``.
    """

    text: str = ""
    marks: str = ""
    href: str | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """Something that encloses blocks; ``id`` tells neighbours of one kind apart and grows in document order."""

    kind: ContainerKind
    id: int


Row = tuple[tuple[Span, ...], ...]
"""One row of a table: its cells, each a run of spans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a body.

    ``text`` is the block's line (code and tables may hold several lines) exactly as it counts in the post's text;
    for a paragraph, heading or caption it equals the joined texts of ``spans``. A block of pictures alone, a rule
    and a media block have ``text == ""``.
    """

    kind: BlockKind = "paragraph"
    text: str = ""
    spans: tuple[Span, ...] = ()
    level: int = 0
    """Of a heading: 1 to 6."""
    joined: bool = False
    """This line continues the paragraph of the one before (a line break, not a new paragraph)."""
    inside: tuple[Container, ...] = ()
    """The containers it stands in, outermost first."""
    rows: tuple[Row, ...] = ()
    language: str | None = None
    media: Media | None = None
    centred: bool = False
    small: bool = False
    """Set in small type (under 14 px) by the author's style."""
    pale: bool = False
    """Set in a grey or otherwise pale colour by the author's style."""
    link_chars: int = 0
    """How many characters of ``text`` are links."""
    widget: str | None = None
    """Set where the line is the platform's own interface inside the body (a player's clock, a card's buttons): the
    class or tag that tells. Platform chrome, the first thing that cleaning takes out."""

    @property
    def images(self) -> tuple[Image, ...]:
        """The block's pictures, in reading order."""
        found = [span.image for span in self.spans if span.image is not None]
        found += [span.image for row in self.rows for cell in row for span in cell if span.image is not None]
        return tuple(found)

    @property
    def hrefs(self) -> tuple[str, ...]:
        """The targets of the block's links, in reading order."""
        return tuple(span.href for span in self.iter_spans() if span.href)

    def iter_spans(self) -> Iterator[Span]:
        """All spans, those of a table's cells too."""
        yield from self.spans
        for row in self.rows:
            for cell in row:
                yield from cell

    def cut(self, start: int, end: int) -> "Block":
        """This block without the characters from ``start`` to ``end`` of its text.

        Pictures stay. Only for blocks whose text is the joined text of their spans (paragraph, heading, caption).
        """
        kept: list[Span] = []
        at = 0
        for span in self.spans:
            if span.image is not None:
                kept.append(span)
                continue
            before = span.text[: max(start - at, 0)]
            after = span.text[max(end - at, 0) :]
            at += len(span.text)
            rest = before + after if before or after else ""
            if rest:
                kept.append(replace(span, text=rest))
        links = sum(len(span.text) for span in kept if span.href)
        return replace(self, text=self.text[:start] + self.text[end:], spans=tuple(kept), link_chars=links)


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of a post in reading order."""

    blocks: tuple[Block, ...] = field(default=())

    @property
    def text(self) -> str:
        """The body's text: the blocks that have any, one below the other."""
        return "\n".join(block.text for block in self.blocks if block.text)

    @property
    def images(self) -> tuple[Image, ...]:
        """All pictures in reading order."""
        return tuple(image for block in self.blocks for image in block.images)

    @property
    def media(self) -> tuple[Media, ...]:
        """All embedded media in reading order."""
        return tuple(block.media for block in self.blocks if block.media is not None)


def plain_block(text: str, *, joined: bool = False) -> Block:
    """A paragraph of plain text."""
    return Block(text=text, spans=(Span(text),) if text else (), joined=joined)
