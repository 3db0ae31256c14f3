"""What the archive answers with."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from wxarchive.excerpts import Excerpt, Mark
from wxarchive.query import Query
from wxarchive.records import Kind, State
from wxarchive.times import Precision, format_moment

__all__ = [
    "AccountNames",
    "ArchiveInfo",
    "FieldChange",
    "Gone",
    "Hit",
    "Outcome",
    "PostChange",
    "Reparsed",
    "Saved",
    "SearchResult",
    "Summary",
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
class Summary:
    """A stored post on one line. ``number`` is short for its id, in this archive only."""

    number: int
    post_id: str
    kind: Kind
    title: str | None
    author: str | None
    account: str | None
    """The account's name."""
    source: str | None
    published_at: datetime | None
    published_precision: Precision | None
    url: str | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "number": self.number,
            "id": self.post_id,
            "kind": self.kind,
            "title": self.title,
            "author": self.author,
            "account": self.account,
            "source": self.source,
            "published_at": format_moment(self.published_at) if self.published_at else None,
            "published_precision": self.published_precision,
            "url": self.url,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Summary):
    """A post that a search found. ``score`` is higher for better hits; it compares hits of one search only."""

    score: float
    title_marks: tuple[Mark, ...]
    excerpt: Excerpt

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; marks are pairs of offsets in characters."""
        return {
            # Not super(): it fails in a class that slots made anew.
            **Summary.to_dict(self),
            "score": round(self.score, 4),
            "title_marks": [list(mark) for mark in self.title_marks],
            "excerpt": {"text": self.excerpt.text, "marks": [list(mark) for mark in self.excerpt.marks]},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """``total`` posts are wanted by ``query``; ``hits`` are those that were asked for, best first."""

    query: Query
    total: int
    hits: tuple[Hit, ...]


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
