"""What a newly read post means for the versions that are held. Pure: the writer does what is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Literal

from wxarchive.records import Account, Post
from wxarchive.text import squeeze

__all__ = ["Decision", "Version", "absorb", "decide"]

# What a page may leave out (an old template, a cleaned copy) though the post has it; nothing that an author edits.
_FILLED: Final = (
    "url", "short_url", "cover_url", "item_show_type", "origin", "ip_location", "source", "credits", "albums",
)  # fmt: skip
Outcome = Literal["new", "unchanged", "changed"]
_PRECISIONS: Final = {None: 0, "day": 1, "minute": 2, "second": 3}


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, and the post as it is to be held. ``is_older``: the reading may be of an earlier version."""

    outcome: Outcome
    post: Post
    is_older: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said from ``seen_at`` on, as the page of a capture showed it."""

    post: Post
    capture_id: int
    seen_at: str
    """ISO 8601 with +08:00, as all times in the archive: they compare as text."""


def absorb(
    versions: Sequence[Version], read: Post, *, capture_id: int, seen_at: str, imported: bool, late: bool
) -> tuple[Outcome, tuple[Version, ...]]:
    """The versions of a post (oldest first, the current one last; may be empty) with one more reading of it.

    ``late``: the page was not had just now but comes from a file or another archive, so its time counts. Then a
    reading that is older than what is held takes its place among the earlier versions.
    """
    if not versions:
        return "new", (Version(replace(read, version=1), capture_id, seen_at),)
    *earlier, current = versions
    decision = decide(current.post, read, imported=imported, late=late)
    if decision.outcome == "changed":
        return "changed", (*versions, Version(decision.post, capture_id, seen_at))
    if decision.post != current.post:
        same_page = decision.post.raw_sha256 == current.post.raw_sha256
        current = replace(
            current, post=decision.post, capture_id=current.capture_id if same_page else capture_id
        )
    known = (*earlier, current)
    place = _find_place(known, read, seen_at, imported=imported) if decision.is_older else None
    if place is None:
        return decision.outcome, known
    placed = (*known[:place], Version(read, capture_id, seen_at), *known[place:])
    return decision.outcome, tuple(
        replace(version, post=replace(version.post, version=number))
        for number, version in enumerate(placed, 1)
    )


def _find_place(versions: Sequence[Version], read: Post, seen_at: str, *, imported: bool) -> int | None:
    """Where an older reading belongs among the versions; None if it is one of those that it stands between."""
    place = sum(version.seen_at <= seen_at for version in versions)
    for neighbour in versions[max(place - 1, 0) : place + 1]:
        held = neighbour.post
        if held.content_hash == read.content_hash or (imported and _is_poorer(read, held)):
            return None
    return place


def decide(held: Post | None, read: Post, *, imported: bool, late: bool | None = None) -> Decision:
    """What to hold after ``read`` was read from a page, where ``held`` (of the same id) was held before.

    - The same bytes read again: what differs is the parser's doing. The new reading is held, in the old version.
    - Equal in all that an author edits: what is held stays, and what it lacks is filled in.
    - An imported file that says nothing else, only less (another program's cleaned copy): likewise.
    - A file (or what comes ``late`` otherwise) that is older than what is held: what is held stays.
    - Anything else: a new version.
    """
    if held is None:
        return Decision("new", replace(read, version=1))
    if read.raw_sha256 is not None and read.raw_sha256 == held.raw_sha256:
        return Decision("unchanged", _with_links(replace(read, version=held.version), held))
    if read.content_hash == held.content_hash or (imported and _is_poorer(read, held)):
        return Decision("unchanged", _filled(held, read))
    if (imported if late is None else late) and _is_older(read, held):
        return Decision("unchanged", _with_links(held, read), is_older=True)
    return Decision("changed", _with_links(replace(read, version=held.version + 1), held))


def _with_links(post: Post, other: Post) -> Post:
    """``post`` with the links that the other reading of it has, where it has none itself."""
    return replace(post, url=post.url or other.url, short_url=post.short_url or other.short_url)


def _filled(held: Post, read: Post) -> Post:
    lacking = {
        name: getattr(read, name) for name in _FILLED if not getattr(held, name) and getattr(read, name)
    }
    if held.copyright == "unknown":
        lacking["copyright"] = read.copyright
    if _PRECISIONS[read.published_precision] > _PRECISIONS[held.published_precision]:
        lacking |= {"published_at": read.published_at, "published_precision": read.published_precision}
    account = {
        f.name: getattr(held.account, f.name) or getattr(read.account, f.name) for f in fields(Account)
    }
    return replace(held, account=Account(**account), **lacking)


def _is_older(read: Post, held: Post) -> bool:
    return read.fetched_at is not None and held.fetched_at is not None and read.fetched_at < held.fetched_at


def _is_poorer(read: Post, held: Post) -> bool:
    """Whether all that ``read`` says is said by ``held``."""
    said = all(
        getattr(read, name) in (None, "", (), getattr(held, name))
        for name in ("title", "digest", "author", "source_url", "media")
    )
    text = squeeze(read.uncleaned_text)
    return said and len(read.images) <= len(held.images) and text in ("", squeeze(held.uncleaned_text))
