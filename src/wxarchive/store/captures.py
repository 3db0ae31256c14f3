"""Captures and versions as they are read back: what was had, with its bytes and where they came from."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from wxarchive.errors import StoreError
from wxarchive.kinds import State
from wxarchive.pages import Page
from wxarchive.query import Query
from wxarchive.store.chain import capture_entry, digest_of, sum_of
from wxarchive.store.conditions import to_plan
from wxarchive.store.decide import Version
from wxarchive.store.rows import from_row, to_version
from wxarchive.times import parse_moment

if TYPE_CHECKING:
    from wxarchive.store.shelf import Bodies

__all__ = [
    "CaptureInfo",
    "Merged",
    "capture_sum",
    "iter_capture_ids",
    "iter_capture_infos",
    "load_earlier",
    "load_page",
    "versions_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a capture keeps of the archive that it is merged from."""

    archive_id: str
    stored_at: str
    post_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureInfo:
    """A capture without its bytes."""

    id: int
    digest: str
    """The hash of its facts: the same in all archives that it is merged into."""
    post_id: str | None
    state: State
    state_text: str | None
    stored_at: str
    merged_from: str | None


def capture_sum(capture: Mapping[str, Any] | sqlite3.Row) -> str:
    """The hash over the columns of a capture that are no facts in the chain, by which damage to them shows."""
    return sum_of(*(capture[name] for name in ("post_id", "state", "state_text", "merged_from")))


def iter_capture_ids(connection: sqlite3.Connection, query: Query | None = None) -> Iterator[int]:
    """The numbers of the captures, in the order of their coming; with a query, of the posts that it wants."""
    if query is None:
        rows = connection.execute("SELECT id FROM captures ORDER BY id")
    else:
        numbers, values = to_plan(query).selection()
        wanted = f"SELECT post_id FROM posts WHERE id IN ({numbers})"
        rows = connection.execute(f"SELECT id FROM captures WHERE post_id IN ({wanted}) ORDER BY id", values)
    for (number,) in rows:
        yield number


def iter_capture_infos(connection: sqlite3.Connection, post_id: str | None = None) -> Iterator[CaptureInfo]:
    """All captures, or those of a post, in the order of their coming."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    where, values = ("", ()) if post_id is None else ("WHERE post_id = ?", (post_id,))
    for row in cursor.execute(f"SELECT * FROM captures {where} ORDER BY id", values):
        yield CaptureInfo(
            id=row["id"],
            digest=digest_of(capture_entry(row)),
            post_id=row["post_id"],
            state=row["state"],
            state_text=row["state_text"],
            stored_at=row["stored_at"],
            merged_from=row["merged_from"],
        )


def load_page(connection: sqlite3.Connection, bodies: "Bodies", number: int) -> Page:
    """The page of a capture. Raises StoreError if there is no such capture, or its bytes are damaged."""
    row = connection.execute(
        "SELECT sha256, fetched_at, url, final_url, status, headers, origin, file FROM captures WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise StoreError("no such capture is held", subject=str(number))
    sha256, fetched_at, url, final_url, status, headers, origin, file = row
    return Page(
        body=bodies.load(sha256),
        fetched_at=parse_moment(fetched_at) if fetched_at else None,
        url=url,
        final_url=final_url,
        status=status,
        headers=cast("dict[str, str]", json.loads(headers)),
        origin=origin,
        file=file,
    )


def versions_of(connection: sqlite3.Connection, row: sqlite3.Row | None) -> tuple[Version, ...]:
    """The versions of a held post, oldest first, the current one last; none for no row."""
    if row is None:
        return ()
    seen = connection.execute(
        "SELECT coalesce(fetched_at, stored_at) FROM captures WHERE id = ?", (row["capture_id"],)
    ).fetchone()
    current = Version(from_row(row), row["capture_id"], seen[0] if seen else row["first_captured_at"])
    return (*load_earlier(connection, row["post_id"]), current)


def load_earlier(connection: sqlite3.Connection, post_id: str) -> tuple[Version, ...]:
    """The earlier versions of a post, oldest first."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute("SELECT * FROM versions WHERE post_id = ? ORDER BY version", (post_id,))
    return tuple(map(to_version, rows))
