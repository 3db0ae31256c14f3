"""The to-fetch list: every link with its state, and the breaker that holds all of them back."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from wxarchive.address import parse_address
from wxarchive.errors import AddressError
from wxarchive.times import format_moment, parse_moment

__all__ = [
    "LINK_STATES",
    "Breaker",
    "FoundLink",
    "LinkState",
    "QueuedLink",
    "add",
    "clear_breaker",
    "count",
    "find",
    "knows",
    "load_breaker",
    "mark_done",
    "mark_failed",
    "read_links",
    "trip_breaker",
]

LinkState = Literal["waiting", "done", "gone", "failed", "refused"]
"""``waiting`` (to be asked), ``done`` (the post is held), ``gone`` (the site says there is none any more), ``failed``
(worth another try), ``refused`` (no post can be had from it)."""
LINK_STATES: Final[tuple[LinkState, ...]] = ("waiting", "done", "gone", "failed", "refused")

# After the n-th run that failed, the earliest time for the next one.
_LATER: Final = (
    timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3),
)  # fmt: skip
MOST_ATTEMPTS: Final = len(_LATER) + 1
"""Runs that ask for a link of their own accord; after them only ``--retry failed`` does."""

# How long the site is left alone after a captcha or a request for less haste; twice as long each time in a row.
_FIRST_REST: Final = {"verify": timedelta(hours=1), "too_frequent": timedelta(hours=2)}
_LONGEST_REST: Final = timedelta(hours=24)
_COLUMNS: Final = "id, url, post_id, state, refresh, attempts, next_at, reason, found_in, title, published_at, added_at, changed_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A link that somebody or something named: canonical, without a reader's secrets."""

    url: str
    post_id: str | None = None
    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedLink:
    """A link of the list; see the table ``to_fetch``."""

    id: int
    url: str
    post_id: str | None
    state: LinkState
    refresh: bool
    attempts: int
    next_at: datetime | None
    reason: str | None
    found_in: str | None
    title: str | None
    published_at: datetime | None
    added_at: datetime
    changed_at: datetime

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "url": self.url,
            "id": self.post_id,
            "state": self.state,
            "attempts": self.attempts,
            "next_at": format_moment(self.next_at) if self.next_at else None,
            "reason": self.reason,
            "found_in": self.found_in,
            "title": self.title,
            "published_at": format_moment(self.published_at) if self.published_at else None,
            "added_at": format_moment(self.added_at),
            "changed_at": format_moment(self.changed_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The site asked for a person or for less haste, and is left alone until a moment."""

    kind: str
    """``verify`` or ``too_frequent``."""
    url: str
    """The link that was asked for."""
    at: datetime
    until: datetime
    times: int
    """How often in a row."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "kind": self.kind,
            "url": self.url,
            "at": format_moment(self.at),
            "until": format_moment(self.until),
            "times": self.times,
        }


def add(
    connection: sqlite3.Connection,
    link: FoundLink,
    *,
    found_in: str | None,
    moment: datetime,
    ask_again: bool = False,
    refresh: bool = False,
) -> tuple[int, bool]:
    """Put a link on the list; gives its number there and whether it is new.

    With ``ask_again`` a link that failed before waits again, with ``refresh`` one that was had, too.
    """
    row = connection.execute("SELECT id, state, url FROM to_fetch WHERE url = ?", (link.url,)).fetchone()
    if row is None and link.post_id is not None:
        row = connection.execute(
            "SELECT id, state, url FROM to_fetch WHERE post_id = ? ORDER BY id LIMIT 1", (link.post_id,)
        ).fetchone()
        if row is not None and "&sn=" in link.url and "&sn=" not in row[2] and "/s?__biz=" in row[2]:
            # Without its token a long link may not open.
            connection.execute("UPDATE to_fetch SET url = ? WHERE id = ?", (link.url, row[0]))
    now = format_moment(moment)
    if row is not None:
        number, state, _ = row
        if refresh or (ask_again and state in ("failed", "refused")):
            connection.execute(
                "UPDATE to_fetch SET state = 'waiting', refresh = ?, next_at = NULL, changed_at = ? WHERE id = ?",
                (int(refresh), now, number),
            )
        return int(number), False
    published = format_moment(link.published_at) if link.published_at else None
    number = connection.execute(
        "INSERT INTO to_fetch (url, post_id, state, refresh, found_in, title, published_at, added_at, changed_at) "
        "VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?)",
        (link.url, link.post_id, int(refresh), found_in, link.title, published, now, now),
    ).lastrowid
    assert number is not None, "an INSERT gives a row its number"
    return number, True


def mark_done(
    connection: sqlite3.Connection,
    number: int,
    state: LinkState,
    *,
    post_id: str | None,
    reason: str | None,
    moment: datetime,
) -> None:
    """Say what became of a link for good."""
    connection.execute(
        "UPDATE to_fetch SET state = ?, post_id = coalesce(?, post_id), reason = ?, refresh = 0, next_at = NULL, "
        "changed_at = ? WHERE id = ?",
        (state, post_id, reason, format_moment(moment), number),
    )


def mark_failed(
    connection: sqlite3.Connection, number: int, reason: str, *, least: timedelta | None, moment: datetime
) -> None:
    """Say why a link was not had this time; the next try waits longer each time, and ``least`` at least."""
    row = connection.execute("SELECT attempts FROM to_fetch WHERE id = ?", (number,)).fetchone()
    attempts = (row[0] if row else 0) + 1
    wait = max(_LATER[min(attempts, len(_LATER)) - 1], least or timedelta())
    connection.execute(
        "UPDATE to_fetch SET state = 'failed', attempts = ?, next_at = ?, reason = ?, changed_at = ? WHERE id = ?",
        (attempts, format_moment(moment + wait), reason, format_moment(moment), number),
    )


def read_links(
    connection: sqlite3.Connection,
    states: Iterable[LinkState] = LINK_STATES,
    *,
    due: datetime | None = None,
    found_in: str | None = None,
    after: int = 0,
    limit: int = -1,
) -> list[QueuedLink]:
    """Links in these states by their number; with ``due`` only those that make sense to ask for at that time."""
    asked = tuple(states)
    conditions = [f"state IN ({', '.join('?' * len(asked))})", "id > ?"]
    values: list[Any] = [*asked, after]
    if due is not None:
        conditions.append("(next_at IS NULL OR next_at <= ?) AND attempts < ?")
        values += [format_moment(due), MOST_ATTEMPTS]
    if found_in is not None:
        conditions.append("found_in = ?")
        values.append(found_in)
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM to_fetch WHERE {' AND '.join(conditions)} ORDER BY id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [_to_link(row) for row in rows]


def find(connection: sqlite3.Connection, number: int) -> QueuedLink | None:
    """The link with this number."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM to_fetch WHERE id = ?", (number,)).fetchone()
    return None if row is None else _to_link(row)


def knows(connection: sqlite3.Connection, url: str) -> bool:
    """Whether a canonical link, or another of the same post, is on the list."""
    row = connection.execute("SELECT 1 FROM to_fetch WHERE url = ?", (url,)).fetchone()
    if row is None and (key := _key_of(url)) is not None:
        row = connection.execute("SELECT 1 FROM to_fetch WHERE post_id = ?", (key,)).fetchone()
    return row is not None


def _key_of(url: str) -> str | None:
    try:
        return parse_address(url).key
    except AddressError:
        return None


def count(connection: sqlite3.Connection) -> dict[LinkState, int]:
    """How many links are in each state that any is in."""
    found = dict(connection.execute("SELECT state, count(*) FROM to_fetch GROUP BY state"))
    return {state: found[state] for state in LINK_STATES if state in found}


def _to_link(row: tuple[Any, ...]) -> QueuedLink:
    names = [name.strip() for name in _COLUMNS.split(",")]
    values = dict(zip(names, row, strict=True))
    for name in ("next_at", "published_at", "added_at", "changed_at"):
        values[name] = parse_moment(values[name]) if values[name] else None
    values["refresh"] = bool(values["refresh"])
    return QueuedLink(**values)


# -- the breaker -------------------------------------------------------------------------------------------------


def load_breaker(connection: sqlite3.Connection) -> Breaker | None:
    """Why and until when the site is left alone; None if it is not, or was answered since."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'breaker'").fetchone()
    if row is None or not row[0]:
        return None
    try:
        said = json.loads(row[0])
        return Breaker(
            kind=said["kind"],
            url=said["url"],
            at=parse_moment(said["at"]),
            until=parse_moment(said["until"]),
            times=int(said["times"]),
        )
    except (ValueError, KeyError, TypeError):
        return None  # nothing that this program wrote: nothing to hold on to


def trip_breaker(
    connection: sqlite3.Connection, kind: str, url: str, *, least: float | None, moment: datetime
) -> Breaker:
    """Leave the site alone: longer each time in a row, and ``least`` seconds at least."""
    last = load_breaker(connection)
    times = last.times + 1 if last is not None else 1
    rest = min(_FIRST_REST.get(kind, _LONGEST_REST) * 2 ** min(times - 1, 10), _LONGEST_REST)
    rest = max(rest, timedelta(seconds=min(least or 0.0, 7 * 86_400)))
    breaker = Breaker(kind=kind, url=url, at=moment, until=moment + rest, times=times)
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('breaker', ?)", (json.dumps(breaker.to_dict()),)
    )
    return breaker


def clear_breaker(connection: sqlite3.Connection) -> None:
    """The site answers again."""
    connection.execute("DELETE FROM meta WHERE key = 'breaker'")
