"""The life of posts: when they were seen, alive or gone, and in which versions."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from wxarchive.kinds import GONE
from wxarchive.query import Query
from wxarchive.store.captures import versions_of
from wxarchive.store.conditions import to_plan
from wxarchive.store.results import History, Observation, VersionInfo
from wxarchive.times import format_moment, parse_moment

__all__ = ["iter_changed_ids", "iter_gone_ids", "iter_unseen_links", "load_history"]

# The numbers of captures break ties: within a second the later answer counts.
_LAST: Final = (
    "(SELECT capture_id FROM observations o WHERE o.post_id = posts.post_id ORDER BY seen_at DESC, capture_id DESC "
    "LIMIT 1)"
)
_GONE: Final = ", ".join(f"'{state}'" for state in sorted(GONE))


def load_history(connection: sqlite3.Connection, row: sqlite3.Row) -> History:
    """All that is known of the life of the post in this row of ``posts``."""
    seen = connection.execute(
        "SELECT capture_id, seen_at, origin, state, state_text FROM observations WHERE post_id = ? "
        "ORDER BY seen_at, capture_id",
        (row["post_id"],),
    )
    observations = tuple(
        Observation(capture_id=number, seen_at=parse_moment(at), origin=origin, state=state, words=words)
        for number, at, origin, state, words in seen
    )
    versions = tuple(
        VersionInfo(
            version=number,
            seen_at=parse_moment(version.seen_at),
            capture_id=version.capture_id,
            title=version.post.title,
            content_hash=version.post.content_hash,
        )
        for number, version in enumerate(versions_of(connection, row), 1)
    )
    return History(
        post_id=row["post_id"],
        title=row["title"],
        url=row["url"] or row["short_url"],
        versions=versions,
        observations=observations,
    )


def iter_gone_ids(connection: sqlite3.Connection, query: Query | None) -> Iterator[str]:
    """The posts that were gone when they were last seen, the latest first."""
    among, values = _among(query)
    rows = connection.execute(
        f"SELECT posts.post_id FROM posts JOIN captures last ON last.id = {_LAST} WHERE last.state IN ({_GONE}){among} "
        "ORDER BY coalesce(last.fetched_at, last.stored_at) DESC, posts.id",
        values,
    )
    for (post_id,) in rows:
        yield post_id


def iter_changed_ids(connection: sqlite3.Connection, query: Query | None) -> Iterator[str]:
    """The posts that are held in several versions, the one that changed last first."""
    among, values = _among(query)
    rows = connection.execute(
        "SELECT posts.post_id FROM posts JOIN captures shown ON shown.id = posts.capture_id "
        f"WHERE posts.version > 1{among} ORDER BY coalesce(shown.fetched_at, shown.stored_at) DESC, posts.id",
        values,
    )
    for (post_id,) in rows:
        yield post_id


def iter_unseen_links(
    connection: sqlite3.Connection, query: Query | None, *, before: datetime, gone_too: bool
) -> Iterator[str]:
    """Links of posts that were last seen before a moment, those that were not seen for longest first."""
    among, values = _among(query)
    alive = "" if gone_too else f" AND last.state NOT IN ({_GONE})"
    rows = connection.execute(
        "SELECT coalesce(posts.url, posts.short_url), coalesce(last.fetched_at, last.stored_at) AS seen_at "
        f"FROM posts JOIN captures last ON last.id = {_LAST} "
        f"WHERE coalesce(posts.url, posts.short_url) IS NOT NULL AND seen_at < ?{alive}{among} "
        "ORDER BY seen_at, posts.id",
        (format_moment(before), *values),
    )
    for link, _ in rows:
        yield link


def _among(query: Query | None) -> tuple[str, tuple[str | int, ...]]:
    """A condition that only the posts are meant which the query wants, with its values."""
    if query is None:
        return "", ()
    numbers, values = to_plan(query).selection()
    return f" AND posts.id IN ({numbers})", values
