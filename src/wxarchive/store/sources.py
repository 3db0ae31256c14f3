"""What is followed, and whole texts that feeds gave."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wxarchive.errors import StoreError
from wxarchive.times import format_moment, parse_moment

__all__ = [
    "FeedText",
    "FollowedSource",
    "add_source",
    "delete_source",
    "find_feed_text",
    "keep_feed_text",
    "read_sources",
    "update_source",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSource:
    """A source that is followed; see the table ``sources``."""

    name: str
    kind: str
    address: str
    title: str | None
    memory: Mapping[str, Any]
    said: str | None
    added_at: datetime
    synced_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "address": self.address,
            "title": self.title,
            "said": self.said,
            "added_at": format_moment(self.added_at),
            "synced_at": format_moment(self.synced_at) if self.synced_at else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """What a feed gave of a post: its HTML as it stood in the feed."""

    url: str
    source: str
    title: str | None
    author: str | None
    published_at: datetime | None
    seen_at: datetime
    html: str


def read_sources(connection: sqlite3.Connection) -> list[FollowedSource]:
    """All sources by name."""
    rows = connection.execute(
        "SELECT name, kind, address, title, memory, said, added_at, synced_at FROM sources ORDER BY name"
    ).fetchall()
    return [
        FollowedSource(
            name=name,
            kind=kind,
            address=address,
            title=title,
            memory=json.loads(memory),
            said=said,
            added_at=parse_moment(added),
            synced_at=parse_moment(synced) if synced else None,
        )
        for name, kind, address, title, memory, said, added, synced in rows
    ]


def add_source(
    connection: sqlite3.Connection, name: str, kind: str, address: str, title: str | None, moment: datetime
) -> bool:
    """Follow a source; False if its address is followed already."""
    return bool(
        connection.execute(
            "INSERT INTO sources (name, kind, address, title, memory, added_at) VALUES (?, ?, ?, ?, '{}', ?) "
            "ON CONFLICT (address) DO NOTHING",
            (name, kind, address, title, format_moment(moment)),
        ).rowcount
    )


def delete_source(connection: sqlite3.Connection, name: str) -> bool:
    """Follow it no more; what was had from it stays."""
    return bool(connection.execute("DELETE FROM sources WHERE name = ?", (name,)).rowcount)


def update_source(
    connection: sqlite3.Connection,
    name: str,
    *,
    memory: Mapping[str, Any],
    title: str | None,
    said: str | None,
    synced_at: datetime | None,
) -> None:
    """Remember how far a source was read."""
    connection.execute(
        "UPDATE sources SET memory = ?, title = coalesce(?, title), said = ?, synced_at = coalesce(?, synced_at) "
        "WHERE name = ?",
        (
            json.dumps(dict(memory), ensure_ascii=False),
            title,
            said,
            format_moment(synced_at) if synced_at else None,
            name,
        ),
    )


def keep_feed_text(connection: sqlite3.Connection, text: FeedText) -> None:
    """Keep what a feed gave of a post; the same text of the same feed once."""
    import zstandard

    body = text.html.encode("utf-8", "replace")
    digest = hashlib.sha256(body).hexdigest()
    connection.execute(
        "INSERT OR IGNORE INTO feed_texts (url, source, title, author, published_at, seen_at, sha256, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            text.url,
            text.source,
            text.title,
            text.author,
            format_moment(text.published_at) if text.published_at else None,
            format_moment(text.seen_at),
            digest,
            zstandard.ZstdCompressor(write_checksum=True).compress(body),
        ),
    )


def find_feed_text(connection: sqlite3.Connection, url: str) -> FeedText | None:
    """The last text that a feed gave of the post at this canonical address."""
    import zstandard

    row = connection.execute(
        "SELECT url, source, title, author, published_at, seen_at, data FROM feed_texts "
        "WHERE url = ? ORDER BY id DESC LIMIT 1",
        (url,),
    ).fetchone()
    if row is None:
        return None
    found, source, title, author, published, seen, data = row
    try:
        html = zstandard.ZstdDecompressor().decompress(data).decode("utf-8", "replace")
    except zstandard.ZstdError as error:
        raise StoreError("what a feed gave of the post is damaged", subject=url) from error
    return FeedText(
        url=found,
        source=source,
        title=title,
        author=author,
        published_at=parse_moment(published) if published else None,
        seen_at=parse_moment(seen),
        html=html,
    )
