"""Captures as they are read back: what was had, with its bytes and where they came from."""

import json
import sqlite3
from collections.abc import Iterator
from typing import cast

from wxarchive.errors import StoreError
from wxarchive.pages import Page
from wxarchive.query import Query
from wxarchive.store.conditions import to_plan
from wxarchive.times import parse_moment

__all__ = ["iter_capture_ids", "load_page"]


def iter_capture_ids(connection: sqlite3.Connection, query: Query | None = None) -> Iterator[int]:
    """The numbers of the captures, in the order of their coming; with a query, of the posts that it wants."""
    if query is None:
        rows = connection.execute("SELECT id FROM captures ORDER BY id")
    else:
        plan = to_plan(query)
        wanted = f"SELECT post_id FROM posts WHERE id IN (SELECT {plan.key} FROM {plan.source})"
        rows = connection.execute(
            f"SELECT id FROM captures WHERE post_id IN ({wanted}) ORDER BY id", plan.values
        )
    for (number,) in rows:
        yield number


def load_page(connection: sqlite3.Connection, number: int) -> Page:
    """The page of a capture. Raises StoreError if there is no such capture, or its bytes are damaged."""
    from wxarchive.store.bodies import unpack

    row = connection.execute(
        "SELECT codec, data, fetched_at, url, final_url, status, headers, origin, file "
        "FROM captures JOIN bodies USING (sha256) WHERE captures.id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise StoreError("no such capture is held", subject=str(number))
    codec, data, fetched_at, url, final_url, status, headers, origin, file = row
    return Page(
        body=unpack(codec, data),
        fetched_at=parse_moment(fetched_at) if fetched_at else None,
        url=url,
        final_url=final_url,
        status=status,
        headers=cast("dict[str, str]", json.loads(headers)),
        origin=origin,
        file=file,
    )
