"""Blocks put together for writing: lines of one paragraph as one piece, container paths made regular.

Pages nest as they like (a list right inside a list, a paragraph between two items). Here every path obeys one
grammar, which both Markdown and HTML can express: a ``list`` or ``olist`` is always followed by an ``item``,
an ``item`` always stands in one of them, and boxes are gone.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from wxarchive.blocks import Block, Body, Container

__all__ = ["MOST_NESTED", "Path", "Piece", "iter_pieces", "shared_depth"]

MOST_NESTED: Final = 24
"""Containers of a path beyond this are left out: deeper nesting is hostile, and costs its square to write."""

Path = tuple[Container, ...]

_LISTS: Final = ("list", "olist")
_LINES: Final = ("paragraph", "heading", "caption")


class Piece(NamedTuple):
    """What is written as one: the lines of a paragraph, heading or caption, or a single other block."""

    path: Path
    blocks: list[Block]

    @property
    def first(self) -> Block:
        """Its first block, which tells its kind."""
        return self.blocks[0]


def iter_pieces(body: Body) -> Iterator[Piece]:
    """The pieces of a body in reading order."""
    last_items: dict[Container, Container] = {}
    piece: Piece | None = None
    for block in body.blocks:
        path = _regular(block.inside, last_items) if block.inside else ()
        if piece is not None:
            first = piece.first
            if (
                block.joined
                and block.kind in _LINES
                and block.kind == first.kind
                and block.level == first.level
                and path == piece.path
            ):
                piece.blocks.append(block)
                continue
            yield piece
        piece = Piece(path, [block])
    if piece is not None:
        yield piece


def shared_depth(one: Path, other: Path) -> int:
    """How many containers two paths have in common, from the outermost on."""
    depth = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        depth += 1
    return depth


def _regular(inside: Path, last_items: dict[Container, Container]) -> Path:
    """A path that obeys the grammar; ``last_items``, the latest item of each list, is kept up to date."""
    path: list[Container] = []
    for container in inside:
        if container.kind == "box":
            continue
        if len(path) >= MOST_NESTED:
            break
        in_list = bool(path) and path[-1].kind in _LISTS
        if container.kind == "item":
            if in_list:
                last_items[path[-1]] = container
                path.append(container)
            continue
        if in_list:
            _leave_list(path, last_items)
        path.append(container)
    if path and path[-1].kind in _LISTS:
        _leave_list(path, last_items)
    return tuple(path)


def _leave_list(path: list[Container], last_items: dict[Container, Container]) -> None:
    """What stands in a list but in no item of it belongs to the item before; before the first, to no list."""
    item = last_items.get(path[-1])
    if item is None:
        path.pop()
    else:
        path.append(item)
