"""Pictures, cards and rules that go with the furniture around them."""

from collections.abc import Mapping

from wxarchive.clean.draft import Draft
from wxarchive.clean.lines import Line
from wxarchive.kinds import ImageRole

__all__ = ["find_lost_blocks", "find_picture_roles", "has_code"]


def find_picture_roles(draft: Draft) -> dict[int, ImageRole]:
    """Places of blocks whose pictures go, with their role: a code to scan beside a prompt, else decoration.

    A picture goes with lines on both sides of it that are gone, and at an edge of the post beside a prompt to scan; one
    in which a code was read, with a line on any side that is gone. A notice or an offer keeps the codes it is about.
    """
    roles: dict[int, ImageRole] = {}
    if not draft.gone or not any(line.images for line in draft.lines):
        return roles
    neighbours = _find_neighbours(draft)
    for line in draft.lines:
        if line.sort == "text" and line.images and line.whole and line.at in draft.gone:
            roles[line.block] = "qr" if draft.labels.get(line.at) == "qr-prompt" else "decoration"
        if line.sort != "image" or line.text:
            continue
        near = neighbours[line.at]
        gone = [at is not None and at in draft.gone for at in near]
        scan = any(at is not None and draft.labels.get(at) in ("qr-prompt", "contact") for at in near)
        at_edge = None in near and any(gone)
        coded = has_code(draft, line)
        if all(gone) or (at_edge and scan) or (coded and any(gone) and not draft.solicits):
            roles[line.block] = "qr" if scan or coded else "decoration"
    return roles


def has_code(draft: Draft, line: Line) -> bool:
    """Whether a QR code was read in a picture of a line."""
    codes = draft.hints.codes
    return bool(codes) and any(image.url in codes for image in draft.body.blocks[line.block].images)


def find_lost_blocks(draft: Draft, roles: Mapping[int, ImageRole]) -> frozenset[int]:
    """Places of all blocks without text that go: those pictures, and cards and rules in or beside furniture."""
    lost = set(roles)
    if not any(line.sort in ("card", "rule") for line in draft.lines):
        return frozenset(lost)
    neighbours = _find_neighbours(draft)
    for line in draft.lines:
        if line.sort not in ("card", "rule"):
            continue
        near = neighbours[line.at]
        closed = [at is None or at in draft.gone for at in near]
        if all(closed) or (line.sort == "card" and any(closed)):
            lost.add(line.block)
    return frozenset(lost)


def _find_neighbours(draft: Draft) -> list[tuple[int | None, int | None]]:
    """For each line the places of the nearest lines or media before and after it, over pictures, rules and cards.

    All at once: a post may be thousands of pictures in a row, and looking from each would cost their square.
    """
    stops = [
        line.sort not in ("image", "rule", "card") and bool(line.text.strip() or line.sort != "text")
        for line in draft.lines
    ]
    before: list[int | None] = []
    last: int | None = None
    for at, stop in enumerate(stops):
        before.append(last)
        last = at if stop else last
    after: list[int | None] = []
    last = None
    for at in range(len(stops) - 1, -1, -1):
        after.append(last)
        last = at if stops[at] else last
    return list(zip(before, reversed(after), strict=True))
