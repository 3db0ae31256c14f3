"""What the archive answers with, found posts apart (``hits``)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from wxarchive.kinds import GONE, State
from wxarchive.times import format_moment

__all__ = [
    "AccountNames",
    "ArchiveInfo",
    "FieldChange",
    "Finding",
    "FindingPlace",
    "Gone",
    "History",
    "Observation",
    "Outcome",
    "PostChange",
    "Reparsed",
    "Saved",
    "SavedSearch",
    "Verified",
    "VersionInfo",
]

Outcome = Literal["new", "unchanged", "changed", "noted"]
"""What became of a page: a new post, one that was held (in this version; or in another), or no post at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What an address showed instead of a post, in the page's own words."""

    state: State
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What :meth:`Archive.save` did. ``post_id`` is the post the page shows or stands for, if it is known."""

    outcome: Outcome
    post_id: str | None
    version: int | None
    capture_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One time that a post was seen: ``post`` while it was alive, else what stood there and the page's own words."""

    capture_id: int
    seen_at: datetime
    origin: Literal["fetch", "import"]
    state: State
    words: str | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "capture": self.capture_id,
            "seen_at": format_moment(self.seen_at),
            "origin": self.origin,
            "state": self.state,
            "words": self.words,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """A version of a post: from when on it was seen, and on which page first."""

    version: int
    seen_at: datetime
    capture_id: int
    title: str | None
    content_hash: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "version": self.version,
            "seen_at": format_moment(self.seen_at),
            "capture": self.capture_id,
            "title": self.title,
            "content_hash": self.content_hash,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The life of a post as the archive saw it, oldest first."""

    post_id: str
    title: str | None
    url: str | None
    versions: tuple[VersionInfo, ...]
    observations: tuple[Observation, ...]

    @property
    def last_alive(self) -> Observation | None:
        """When it was last seen alive."""
        return next((seen for seen in reversed(self.observations) if seen.state == "post"), None)

    @property
    def gone(self) -> Observation | None:
        """When it was first seen gone since it was last seen alive; None for one that is there, as far as is known."""
        gone = None
        for seen in reversed(self.observations):
            if seen.state == "post":
                break
            gone = seen if seen.state in GONE else gone
        return gone

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        first, alive, gone = (self.observations[:1] or (None,))[0], self.last_alive, self.gone
        return {
            "id": self.post_id,
            "title": self.title,
            "url": self.url,
            "first_seen_at": format_moment(first.seen_at) if first else None,
            "last_alive_at": format_moment(alive.seen_at) if alive else None,
            "gone_at": format_moment(gone.seen_at) if gone else None,
            "gone_state": gone.state if gone else None,
            "gone_words": gone.words if gone else None,
            "versions": [version.to_dict() for version in self.versions],
            "observations": [seen.to_dict() for seen in self.observations],
        }


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the record before and after, each from shortly before the place where they differ; None: absent."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChange:
    """What reading anew did to a post.

    ``changed`` (``fields`` says what), ``new``, ``dropped`` (its pages show another post), or ``kept`` as it was,
    because a page of it cannot be read any more; ``words`` says why.
    """

    what: Literal["changed", "new", "dropped", "kept"]
    post_id: str
    title: str | None
    fields: tuple[FieldChange, ...] = ()
    words: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "what": self.what,
            "id": self.post_id,
            "title": self.title,
            "words": self.words,
            "fields": {one.field: {"before": one.before, "after": one.after} for one in self.fields},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """What a reparse read and what became different. ``resumed`` captures had been read by one that was interrupted."""

    captures: int
    resumed: int
    posts: int
    captures_changed: int
    """Captures that are of another post or state than before."""
    changes: tuple[PostChange, ...]

    @property
    def fields(self) -> dict[str, int]:
        """Field → in how many posts it changed, most often first."""
        counts = Counter(one.field for change in self.changes for one in change.fields)
        return dict(counts.most_common())

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, without the changes."""
        return {
            "captures": self.captures,
            "resumed": self.resumed,
            "posts": self.posts,
            "captures_changed": self.captures_changed,
            "posts_changed": len(self.changes),
            "fields": self.fields,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that is kept under a name."""

    name: str
    words: str
    created_at: datetime
    run_at: datetime | None
    """When it was last run."""
    found: int
    """How many posts it had found then."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "name": self.name,
            "words": self.words,
            "created_at": format_moment(self.created_at),
            "run_at": format_moment(self.run_at) if self.run_at else None,
            "found": self.found,
        }


FindingPlace = Literal["database", "chain", "capture", "page", "post", "index", "media"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Damage: where, to what, and in words. ``can_be_repaired``: it can be made again from what still stands."""

    place: FindingPlace
    name: str
    words: str
    can_be_repaired: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "place": self.place,
            "name": self.name,
            "words": self.words,
            "can_be_repaired": self.can_be_repaired,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was looked at, and what is damaged. Sizes are in bytes; ``head`` is the last link of the chain."""

    findings: tuple[Finding, ...]
    quick: bool
    captures: int
    pages: int
    references: int
    posts: int
    versions: int
    media: int
    stored: int
    """Bytes of pages as they are stored."""
    raw: int
    """Bytes of pages as they were received."""
    stray: int
    """Files of pictures that no row names: of a run that was interrupted; no damage."""
    head: str | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, without the findings."""
        return {
            "quick": self.quick,
            "captures": self.captures,
            "pages": self.pages,
            "references": self.references,
            "posts": self.posts,
            "versions": self.versions,
            "media": self.media,
            "stored_bytes": self.stored,
            "raw_bytes": self.raw,
            "stray_files": self.stray,
            "head": self.head,
            "damaged": len(self.findings),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveInfo:
    """What an archive holds. Sizes are in bytes."""

    path: Path
    posts: int
    accounts: int
    captures: int
    size: int
    """Of the database's files."""
    raw_size: int
    """Of the pages as they were received."""
    stored_raw_size: int
    """Of the pages as they are stored."""
    index_size: int
    schema_version: int
    created_with: str
    """The version of wxarchive that made the archive."""
    wxarchive_version: str
    sqlite_version: str
    first_published_at: datetime | None
    last_published_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "path": str(self.path),
            "posts": self.posts,
            "accounts": self.accounts,
            "captures": self.captures,
            "size": self.size,
            "raw_size": self.raw_size,
            "stored_raw_size": self.stored_raw_size,
            "index_size": self.index_size,
            "schema_version": self.schema_version,
            "created_with": self.created_with,
            "wxarchive_version": self.wxarchive_version,
            "sqlite_version": self.sqlite_version,
            "first_published_at": format_moment(self.first_published_at) if self.first_published_at else None,
            "last_published_at": format_moment(self.last_published_at) if self.last_published_at else None,
        }


@dataclass(frozen=True, slots=True)
class AccountNames:
    """An account by all names that its posts have, and how many those are."""

    biz: str | None
    user_name: str | None
    alias: str | None
    nickname: str | None
    posts: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names that there are, the one that readers see first."""
        return tuple(
            name for name in (self.nickname, self.alias, self.user_name, self.biz) if name is not None
        )
