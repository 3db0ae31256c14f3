"""What a newly read post means for the one that is held. Pure: the writer does what is decided here."""

from dataclasses import dataclass, fields, replace
from typing import Final, Literal

from wxarchive.records import Account, Post
from wxarchive.text import squeeze

__all__ = ["Decision", "decide"]

# What a page may leave out (an old template, a cleaned copy) though the post has it; nothing that an author edits.
_FILLED: Final = (
    "url", "short_url", "cover_url", "item_show_type", "origin", "ip_location", "source", "credits", "albums",
)  # fmt: skip
_PRECISIONS: Final = {None: 0, "day": 1, "minute": 2, "second": 3}


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, and the post as it is to be held."""

    outcome: Literal["new", "unchanged", "changed"]
    post: Post


def decide(held: Post | None, read: Post, *, imported: bool) -> Decision:
    """What to hold after ``read`` was read from a page, where ``held`` (of the same id) was held before.

    - The same bytes read again: what differs is the parser's doing. The new reading is held, in the old version.
    - Equal in all that an author edits: what is held stays, and what it lacks is filled in.
    - An imported file that says nothing else, only less (another program's cleaned copy): likewise.
    - An imported file that is older than what is held: what is held stays.
    - Anything else: a new version.
    """
    if held is None:
        return Decision("new", replace(read, version=1))
    if read.raw_sha256 is not None and read.raw_sha256 == held.raw_sha256:
        return Decision("unchanged", _with_links(replace(read, version=held.version), held))
    if read.content_hash == held.content_hash or (imported and _is_poorer(read, held)):
        return Decision("unchanged", _filled(held, read))
    if imported and _is_older(read, held):
        return Decision("unchanged", _with_links(held, read))
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
