"""From a body as parsed to a clean one, with every piece that was taken out and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from wxarchive.blocks import Block, Body
from wxarchive.clean.credits import gather
from wxarchive.clean.draft import Cut, Draft, start_draft
from wxarchive.clean.signs import About
from wxarchive.clean.steps import STEPS
from wxarchive.records import ImageRole, Removal

__all__ = ["Cleaned", "apply_cuts", "clean_body", "uncut"]

_SPACE: Final = " \t\u3000\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A clean body and what was taken out of it."""

    body: Body
    removed: tuple[Removal, ...] = ()
    """In document order; ``at`` is the offset in ``body.text``."""
    confidences: tuple[float, ...] = ()
    """For each removal, how sure cleaning is of it, 0 to 1."""
    source: str | None = None
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    image_roles: Mapping[str, ImageRole] = field(default_factory=dict)
    """The pictures that went with the furniture, by address: codes to scan are ``qr``, the others ``decoration``."""


def clean_body(body: Body, about: About) -> Cleaned:
    """Take the furniture out of a body.

    Never raises and never changes a kept character: ``uncut`` gives the text as it was.
    """
    draft = start_draft(body, about)
    for step in STEPS:
        draft = step(draft)
    roles = _picture_roles(draft)
    lost = _lost_blocks(draft, roles)
    clean, removed, confidences = apply_cuts(body, draft.cuts, lost)
    source, credits = gather(draft.credits)
    return Cleaned(
        body=clean,
        removed=removed,
        confidences=confidences,
        source=source,
        credits=credits,
        image_roles={image.url: role for at, role in roles.items() for image in body.blocks[at].images},
    )


def uncut(cleaned: Cleaned) -> str:
    """The text as it was before cleaning: the removed pieces put back from the last to the first."""
    text = cleaned.body.text
    for piece in reversed(cleaned.removed):
        text = text[: piece.at] + piece.text + text[piece.at :]
    return text


def apply_cuts(
    body: Body, cuts: Iterable[Cut], lost: frozenset[int] = frozenset()
) -> tuple[Body, tuple[Removal, ...], tuple[float, ...]]:
    """The body without the cuts and the blocks ``lost`` (which have no text), and a removal for each cut.

    A cut that leaves nothing but space takes its whole line, and with a whole line goes one line end.
    """
    by_block: dict[int, list[Cut]] = {}
    for cut in cuts:
        by_block.setdefault(cut.block, []).append(cut)
    kept: list[Block] = []
    removed: list[Removal] = []
    confidences: list[float] = []
    length = 0
    lines = 0
    any_kept = False
    broken = False
    texts = sum(1 for block in body.blocks if block.text)
    pending: list[tuple[Cut, str]] = []
    for index, block in enumerate(body.blocks):
        if not block.text:
            if index not in lost:
                kept.append(block)
            continue
        pieces = _pieces(block, by_block.get(index, ()))
        rest = _without(block, pieces)
        if rest is not None:
            if any_kept:
                length += 1
            for cut, text in pending:
                removed.append(Removal(rule=cut.rule, label=cut.label, text=text + "\n", at=0))
                confidences.append(cut.confidence)
            pending = []
            gone = 0
            for start, end, cut in pieces:
                removed.append(
                    Removal(rule=cut.rule, label=cut.label, text=block.text[start:end], at=length + start - gone)
                )
                confidences.append(cut.confidence)
                gone += end - start
            length += len(rest.text)
            kept.append(replace(rest, joined=False) if broken and rest.joined else rest)
            any_kept = True
            broken = False
        else:
            cut = pieces[0][2]
            broken = broken or not block.joined
            if any_kept:
                removed.append(Removal(rule=cut.rule, label=cut.label, text="\n" + block.text, at=length))
                confidences.append(cut.confidence)
            else:
                pending.append((cut, block.text))
        lines += 1
    for place, (cut, text) in enumerate(pending):
        removed.append(Removal(rule=cut.rule, label=cut.label, text=text if place == 0 else "\n" + text, at=0))
        confidences.append(cut.confidence)
    assert lines == texts
    return Body(tuple(kept)), tuple(removed), tuple(confidences)


def _pieces(block: Block, cuts: Iterable[Cut]) -> list[tuple[int, int, Cut]]:
    """The cuts of one block as pieces in order, none over another, space at the block's ends taken along."""
    pieces: list[tuple[int, int, Cut]] = []
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
    # What is left keeps no space at an end where a piece was.
    start, end, cut = pieces[-1]
    if not block.text[end:].strip():
        while start > (pieces[-2][1] if len(pieces) > 1 else 0) and block.text[start - 1] in _SPACE:
            start -= 1
        pieces[-1] = (start, len(block.text), cut)
    start, end, cut = pieces[0]
    if not block.text[:start].strip():
        while end < (pieces[1][0] if len(pieces) > 1 else len(block.text)) and block.text[end] in _SPACE:
            end += 1
        pieces[0] = (0, end, cut)
    return pieces


def _rest(text: str, pieces: list[tuple[int, int, Cut]]) -> str:
    at, rest = 0, ""
    for start, end, _ in pieces:
        rest += text[at:start]
        at = end
    return rest + text[at:]


def _without(block: Block, pieces: list[tuple[int, int, Cut]]) -> Block | None:
    """The block without its pieces; None if they are all of it."""
    if pieces and pieces[0][:2] == (0, len(block.text)):
        return None
    for start, end, _ in reversed(pieces):
        block = block.cut(start, end)
    return block


def _picture_roles(draft: Draft) -> dict[int, ImageRole]:
    """Blocks of pictures that go with the furniture: those in a run of lines that are gone, and those of such lines."""
    roles: dict[int, ImageRole] = {}
    lines = draft.lines
    for line in lines:
        if line.sort == "image":
            before = _neighbour(draft, line.at, -1)
            behind = _neighbour(draft, line.at, 1)
            if before is None and behind is None:
                continue
            gone_before = before is not None and before in draft.gone
            gone_behind = behind is not None and behind in draft.gone
            scan = any(
                near is not None and draft.labels.get(near) in ("qr-prompt", "contact") for near in (before, behind)
            )
            at_end = behind is None and gone_before
            at_start = before is None and gone_behind
            if (gone_before and gone_behind) or ((at_end or at_start) and scan):
                roles[line.block] = "qr" if scan else "decoration"
        elif line.images and line.at in draft.gone and line.sort == "text" and line.whole:
            roles[line.block] = "qr" if draft.labels.get(line.at) == "qr-prompt" else "decoration"
    return roles


def _neighbour(draft: Draft, at: int, step: int) -> int | None:
    """The place of the nearest line of text, or thing other than a picture or rule, on one side."""
    at += step
    while 0 <= at < len(draft.lines):
        line = draft.lines[at]
        if line.sort not in ("image", "rule", "card") and (line.text.strip() or line.sort != "text"):
            return at
        at += step
    return None


def _lost_blocks(draft: Draft, roles: Mapping[int, ImageRole]) -> frozenset[int]:
    """Blocks without text that go: pictures with a role of furniture, and cards and rules at an edge that is gone."""
    lost = set(roles)
    for line in draft.lines:
        if line.sort not in ("card", "rule"):
            continue
        before = _neighbour(draft, line.at, -1)
        behind = _neighbour(draft, line.at, 1)
        beside = (before is None or before in draft.gone, behind is None or behind in draft.gone)
        if all(beside) or (line.sort == "card" and (before is None or behind is None or any(beside))):
            lost.add(line.block)
    return frozenset(lost)
