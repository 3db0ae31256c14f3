"""Posts as lists and searches show them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from wxarchive.excerpts import Excerpt, Mark
from wxarchive.kinds import Kind
from wxarchive.query import Query
from wxarchive.times import Precision, format_moment, parse_moment

__all__ = ["SUMMARY_COLUMNS", "Hit", "Ranking", "SearchResult", "Summary", "to_summary"]

Ranking = Literal["all", "selected", "new", "old"]
"""How posts were put into order: all of them ranked; so many hold the words that a selection was ranked, before the
rest, newest first; or by time of publication."""

SUMMARY_COLUMNS: Final = (
    "id", "post_id", "kind", "title", "author", "nickname", "source", "published_at", "published_precision", "url",
    "version",
)  # fmt: skip
_NAMED_ALIKE: Final = tuple(
    name for name in SUMMARY_COLUMNS if name not in ("id", "nickname", "published_at")
)


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


def to_summary(row: sqlite3.Row | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a :class:`Summary` from a row of ``posts`` that has :data:`SUMMARY_COLUMNS`."""
    moment = row["published_at"]
    return {
        "number": row["id"],
        "account": row["nickname"],
        "published_at": None if moment is None else parse_moment(moment),
        **{name: row[name] for name in _NAMED_ALIKE},
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
    """``total`` posts are wanted by ``query``; ``hits`` are those that were asked for, in the order of ``ranking``."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    ranking: Ranking = "all"
