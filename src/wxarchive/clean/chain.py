"""From a body as parsed to a clean one, with every piece that was taken out and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from wxarchive.blocks import Body
from wxarchive.clean.credits import gather
from wxarchive.clean.cuts import apply_cuts
from wxarchive.clean.draft import Draft, start_draft
from wxarchive.clean.hints import NO_HINTS, Hints
from wxarchive.clean.pictures import find_lost_blocks, find_picture_roles
from wxarchive.clean.signs import BOOK, About, Rulebook
from wxarchive.clean.steps.boxes import drop_boxes
from wxarchive.clean.steps.bylines import drop_credits
from wxarchive.clean.steps.clauses import drop_clauses
from wxarchive.clean.steps.company import drop_captions, drop_contacts, drop_twins
from wxarchive.clean.steps.edges import drop_head, drop_tail
from wxarchive.clean.steps.endings import drop_behind_end
from wxarchive.clean.steps.interface import drop_interface
from wxarchive.clean.steps.middle import drop_gaps, drop_middle
from wxarchive.clean.steps.ornaments import drop_ornaments, drop_pictures
from wxarchive.clean.steps.related import drop_links, drop_related
from wxarchive.clean.steps.repeated import drop_repeated
from wxarchive.clean.steps.sections import drop_headings, drop_lonely_heading, drop_sections
from wxarchive.clean.steps.wanted import drop_wanted
from wxarchive.kinds import ImageRole
from wxarchive.records import Image, Removal

__all__ = ["STEPS", "Cleaned", "clean_body", "uncut"]

STEPS: Final[tuple[Callable[[Draft], Draft], ...]] = (
    drop_interface,
    drop_wanted,
    drop_credits,
    drop_repeated,
    drop_related,
    drop_links,
    drop_sections,
    drop_contacts,
    drop_tail,
    drop_head,
    drop_behind_end,
    drop_links,  # again, as the next: the edges may have laid bare more
    drop_contacts,
    drop_middle,
    drop_gaps,
    drop_boxes,
    drop_twins,
    drop_captions,
    drop_headings,
    drop_lonely_heading,
    drop_clauses,
    drop_ornaments,
    drop_pictures,
)
"""The steps in their order: each sees what those before it cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A clean body and what was taken out of it."""

    body: Body
    removed: tuple[Removal, ...] = ()
    """In document order; ``at`` is the offset in ``body.text``."""
    confidences: tuple[float, ...] = ()
    """For each removal, how sure cleaning is of it: 0 to 1."""
    source: str | None = None
    """来源 as a credit line states it: the name alone."""
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role → names, from the credit lines."""
    images: tuple[Image, ...] = ()
    """All pictures of the body as it was, in reading order; those that went with the furniture have the role ``qr``
    (codes to scan) or ``decoration``."""


def clean_body(body: Body, about: About, book: Rulebook = BOOK, hints: Hints = NO_HINTS) -> Cleaned:
    """Take the furniture out of a body, by the rules of ``book`` and what ``hints`` add for this post.

    Never raises, and changes no character that it keeps: :func:`uncut` gives the text as it was.
    """
    draft = start_draft(body, about, book, hints)
    for step in STEPS:
        draft = step(draft)
    roles = find_picture_roles(draft)
    clean, removed, confidences = apply_cuts(body, draft.cuts, find_lost_blocks(draft, roles))
    source, names = gather(draft.credits)
    return Cleaned(
        body=clean,
        removed=removed,
        confidences=confidences,
        source=source,
        credits=names,
        images=tuple(
            _with_role(image, roles.get(place), hints)
            for place in sorted({line.block for line in draft.lines if line.images})
            for image in body.blocks[place].images
        ),
    )


def _with_role(image: Image, role: ImageRole | None, hints: Hints) -> Image:
    """A picture with what became of it, and what the code in it says."""
    code = hints.codes.get(image.url)
    if code is None:
        return image if role is None else replace(image, role=role)
    return replace(image, role="qr", code=code)


def uncut(cleaned: Cleaned) -> str:
    """The text as it was before cleaning: the removed pieces put back from the last to the first."""
    text = cleaned.body.text
    for piece in reversed(cleaned.removed):
        text = text[: piece.at] + piece.text + text[piece.at :]
    return text
