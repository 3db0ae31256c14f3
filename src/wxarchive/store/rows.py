"""A post ⇄ its row in ``posts``: a column for each plain field, JSON for lists and objects."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from wxarchive.errors import StoreError
from wxarchive.records import Post
from wxarchive.store.chain import sum_of
from wxarchive.store.decide import Version
from wxarchive.text import without_surrogates

__all__ = [
    "from_row",
    "post_sum",
    "storable",
    "to_row",
    "to_version",
    "version_row",
    "version_sum",
]

# Fields whose column has the same name and holds the value itself, or its text.
_PLAIN: Final = (
    "kind", "published_at", "published_precision", "title", "author", "source", "url", "short_url", "cover_url",
    "source_url", "item_show_type", "copyright", "ip_location", "is_paid", "state", "version", "parser_version",
    "fetched_at", "raw_sha256", "digest", "text", "markdown", "html",
)  # fmt: skip
_JSON: Final = ("origin", "credits", "albums", "media", "links", "images", "removed")
# Field of the account → column.
_ACCOUNT: Final = {
    "biz": "biz",
    "user_name": "user_name",
    "alias": "alias",
    "nickname": "nickname",
    "description": "account_description",
    "avatar_url": "account_avatar_url",
}
_SUMMED: Final = (
    "post_id", "kind", "published_at", "published_precision", "title", "author", "nickname", "alias", "user_name",
    "biz", "source", "url", "short_url", "cover_url", "source_url", "item_show_type", "copyright", "ip_location",
    "is_paid", "state", "version", "content_hash", "parser_version", "fetched_at", "raw_sha256", "capture_id",
    "first_captured_at", "digest", "account_description", "origin", "credits", "albums", "media", "links", "images",
    "removed", "text", "markdown", "html",
)  # fmt: skip
_SUMMED_LATER: Final = ("account_avatar_url",)
_VERSION: Final = ("post_id", "version", "content_hash", "capture_id", "seen_at", "record")


def storable(post: Post) -> Post:
    """``post`` without lone surrogates, which no database takes."""
    text = json.dumps(post.to_dict(), ensure_ascii=False)
    clean = without_surrogates(text)
    return post if clean == text else Post.from_dict(json.loads(clean))


def to_row(post: Post) -> dict[str, Any]:
    """The columns of ``posts`` that hold the record."""
    record = post.to_dict()
    row = {name: record[name] for name in _PLAIN}
    row |= {column: record["account"][name] for name, column in _ACCOUNT.items()}
    row |= {name: None if record[name] is None else _dump(record[name]) for name in _JSON}
    row["post_id"] = post.id
    row["content_hash"] = record["content_hash"]
    return row


def from_row(row: sqlite3.Row) -> Post:
    """The inverse of :func:`to_row`. Raises StoreError for a row that is damaged."""
    with _named(row):
        return _from_row(row)


@contextmanager
def _named(row: sqlite3.Row) -> Iterator[None]:
    """Say which row it is that cannot be read."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "what is stored of the post is damaged",
            subject=str(row["post_id"]),
            hint="wxarchive repair reads it from its page anew",
        ) from error


def _from_row(row: sqlite3.Row) -> Post:
    record: dict[str, Any] = {name: row[name] for name in _PLAIN}
    record["id"] = row["post_id"]
    record["is_paid"] = bool(row["is_paid"])
    record["account"] = {name: row[column] for name, column in _ACCOUNT.items()}
    record |= {name: None if row[name] is None else json.loads(row[name]) for name in _JSON}
    return Post.from_dict(record)


def post_sum(row: sqlite3.Row | Mapping[str, Any]) -> str:
    """The hash over a row of ``posts`` by which damage to it shows."""
    values = [row[name] for name in _SUMMED]
    # Columns that came later count where they hold something: the sums of rows without them stay what they were.
    columns = row.keys()
    values += [row[name] for name in _SUMMED_LATER if name in columns and row[name] is not None]
    return sum_of(*(int(value) if isinstance(value, bool) else value for value in values))


def version_row(version: Version) -> dict[str, Any]:
    """The row of an earlier version in ``versions``."""
    row = {
        "post_id": version.post.id,
        "version": version.post.version,
        "content_hash": version.post.content_hash,
        "capture_id": version.capture_id,
        "seen_at": version.seen_at,
        "record": _dump(version.post.to_dict()),
    }
    return row | {"row_sum": version_sum(row)}


def version_sum(row: sqlite3.Row | Mapping[str, Any]) -> str:
    """The hash over a row of ``versions`` by which damage to it shows."""
    return sum_of(*(row[name] for name in _VERSION))


def to_version(row: sqlite3.Row) -> Version:
    """The inverse of :func:`version_row`. Raises StoreError for a row that is damaged."""
    with _named(row):
        return Version(Post.from_dict(json.loads(row["record"])), row["capture_id"], row["seen_at"])


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
