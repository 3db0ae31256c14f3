"""Making cuts: a body and what is to go → the clean body and the removals, so that nothing is lost for good."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from wxarchive.blocks import Block, Body
from wxarchive.clean.draft import Cut
from wxarchive.records import Removal

__all__ = ["apply_cuts"]

_SPACE: Final = " \t\u3000\u00a0"

_Piece = tuple[int, int, Cut]


def apply_cuts(
    body: Body, cuts: Iterable[Cut], lost: frozenset[int] = frozenset()
) -> tuple[Body, tuple[Removal, ...], tuple[float, ...]]:
    """The body without the cuts, a removal for each, and how sure each is.

    ``lost`` are places of blocks without text that go too. A cut that leaves nothing but space takes its whole line,
    and with a whole line goes one line end: the one before it, or behind it where nothing is kept before. Code and
    tables go whole or not at all. Putting the removals back from the last to the first gives the text as it was.
    """
    by_block: dict[int, list[Cut]] = {}
    for cut in cuts:
        by_block.setdefault(cut.block, []).append(cut)
    kept: list[Block] = []
    removed: list[tuple[Cut, str, int]] = []
    leading: list[tuple[Cut, str]] = []
    length = -1  # of the clean text so far; -1: no line yet
    broken = False
    for place, block in enumerate(body.blocks):
        if not block.text:
            if place not in lost:
                kept.append(block)
            continue
        if place not in by_block:
            removed += [(cut, text + "\n", 0) for cut, text in leading]
            leading = []
            length += 1 + len(block.text)
            kept.append(replace(block, joined=False) if broken and block.joined else block)
            broken = False
            continue
        pieces = _pieces(block, by_block[place])
        rest = _without(block, pieces)
        if rest is None:
            # Whole lines before the first that is kept take the line end behind them.
            if length < 0:
                leading.append((pieces[0][2], block.text))
            else:
                removed.append((pieces[0][2], "\n" + block.text, length))
            broken = broken or not block.joined
            continue
        removed += [(cut, text + "\n", 0) for cut, text in leading]
        leading = []
        length += 1
        gone = 0
        for start, end, cut in pieces:
            removed.append((cut, block.text[start:end], length + start - gone))
            gone += end - start
        length += len(rest.text)
        kept.append(replace(rest, joined=False) if broken and rest.joined else rest)
        broken = False
    removed += [(cut, text if n == 0 else "\n" + text, 0) for n, (cut, text) in enumerate(leading)]
    return (
        Body(tuple(kept)),
        tuple(
            Removal(
                rule=cut.rule,
                label=cut.label,
                text=text,
                at=at,
                confidence=round(cut.confidence, 2),
                note=cut.note,
            )
            for cut, text, at in removed
        ),
        tuple(cut.confidence for cut, _, _ in removed),
    )


def _pieces(block: Block, cuts: Iterable[Cut]) -> list[_Piece]:
    """The cuts of one block as pieces in order, none over another."""
    pieces: list[_Piece] = []
    for cut in sorted(cuts, key=lambda one: (one.start, -one.end)):
        start = max(cut.start, pieces[-1][1] if pieces else 0)
        end = min(cut.end, len(block.text))
        if end > start:
            pieces.append((start, end, cut))
    if not pieces:
        return []
    if not _rest(block.text, pieces).strip():
        return [(0, len(block.text), pieces[0][2])]
    if block.kind in ("code", "table"):
        return []
    return _with_space(block.text, pieces)


def _with_space(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Pieces at the ends of a line take along the space that would be left at its ends."""
    start, end, cut = pieces[-1]
    if not text[end:].strip():
        floor = pieces[-2][1] if len(pieces) > 1 else 0
        while start > floor and text[start - 1] in _SPACE:
            start -= 1
        pieces[-1] = (start, len(text), cut)
    start, end, cut = pieces[0]
    if not text[:start].strip():
        ceiling = pieces[1][0] if len(pieces) > 1 else len(text)
        while end < ceiling and text[end] in _SPACE:
            end += 1
        pieces[0] = (0, end, cut)
    return pieces


def _rest(text: str, pieces: Iterable[_Piece]) -> str:
    at, rest = 0, ""
    for start, end, _ in pieces:
        rest += text[at:start]
        at = end
    return rest + text[at:]


def _without(block: Block, pieces: list[_Piece]) -> Block | None:
    """The block without its pieces; None if they are all of it."""
    if pieces and pieces[0][:2] == (0, len(block.text)):
        return None
    for start, end, _ in reversed(pieces):
        block = block.cut(start, end)
    return block
