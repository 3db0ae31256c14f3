"""All that is read from captures, made anew from new readings of them.

:func:`iter_plans` looks at the archive and at the staged readings and says what is to change; it writes nothing, so a
trial ends there, and the writer carries the plans out. A post's captures go through the same decisions, in the order
of their coming, as when they were stored.

A post of which any capture cannot be read any more keeps what was read before: that is a defect of reading, and
nothing is lost by it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, cast

from wxarchive.errors import StoreError, WxArchiveError
from wxarchive.kinds import State
from wxarchive.query import Query
from wxarchive.records import Post
from wxarchive.store.captures import iter_capture_ids, load_page, versions_of
from wxarchive.store.decide import Version, absorb
from wxarchive.store.links import find_held, to_forms_and_keys
from wxarchive.store.results import FieldChange, PostChange
from wxarchive.store.rows import from_row, post_sum, storable, version_sum
from wxarchive.store.shelf import Bodies
from wxarchive.store.staging import Staged, Staging

__all__ = [
    "CapturePlan",
    "DropPlan",
    "KeptPlan",
    "Plan",
    "PostPlan",
    "find_missing",
    "iter_plans",
    "iter_version_plans",
]

_SHOWN: Final = 60
"""Characters of a text that changed, from shortly before the place where it did."""
_BEFORE: Final = 15
# Told by other columns, or the same for all posts.
_NOT_TOLD: Final = frozenset({"parser_version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlan:
    """A post as it is to be held, in all its versions. ``forms`` are links that lead to it.

    ``row`` is the one that it takes, None for a new one; ``held`` are the versions that are held there. They may be
    those of another id, under which nothing is read any more.
    """

    row: sqlite3.Row | None
    held: tuple[Version, ...]
    versions: tuple[Version, ...]
    first_captured_at: str
    forms: tuple[str, ...]
    change: PostChange | None
    """What a person is told; None where nothing is different."""
    is_sound: bool = True
    """Whether the rows are as they were written; others are written anew."""

    @property
    def post(self) -> Post:
        """The post as it is now."""
        return self.versions[-1].post


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPlan:
    """A post under whose id nothing is read any more: its captures show the post ``into``."""

    row: sqlite3.Row
    was: Post
    into: str
    change: PostChange


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A post that stays as it is, because a capture of it cannot be read."""

    change: PostChange


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePlan:
    """What a capture shows, where that is different."""

    capture_id: int
    post_id: str | None
    state: State
    state_text: str | None


Plan = PostPlan | DropPlan | KeptPlan | CapturePlan


@dataclass(frozen=True, slots=True)
class _Capture:
    id: int
    post_id: str | None
    origin: str
    state: str
    state_text: str | None
    moment: str
    is_late: bool
    forms: tuple[str, ...]
    keys: tuple[str, ...]


def iter_plans(connection: sqlite3.Connection, staging: Staging) -> Iterator[Plan]:
    """What the staged readings change in the archive: posts first, then captures.

    Posts that need nothing are given too, so that they can be counted. May be carried out one by one as they come.
    """
    kept = _find_kept(connection, staging)
    leading: dict[str, str] = {}
    """Link → post, as the readings have it."""
    taken: dict[str, str] = {}
    """Former id → the id of the post that takes its row."""
    for post_id, why in kept.items():
        yield KeptPlan(
            change=PostChange(what="kept", post_id=post_id, title=_title(connection, post_id), words=why)
        )
    moved: dict[str, str] = {}
    """Former id → the id under which a capture of it is read."""
    for post_id, readings in staging.iter_posts():
        captures = [(_capture(connection, one.capture_id), one) for one in readings]
        usable = [
            (capture, one) for capture, one in captures if capture is not None and capture.post_id not in kept
        ]
        if not usable or post_id in kept:
            continue
        for capture, _ in usable:
            leading |= dict.fromkeys(capture.forms, post_id)
            former = capture.post_id
            if former is not None and former != post_id and not staging.shows(former):
                moved.setdefault(former, post_id)
        yield _plan_post(connection, post_id, usable, moved, taken)
    for former, into in moved.items():
        row = None if former in taken else _row(connection, former)
        if row is not None:
            was = from_row(row)
            change = PostChange(
                what="dropped", post_id=former, title=was.title, words=f"its pages show {into}"
            )
            yield DropPlan(row=row, was=was, into=into, change=change)
    yield from _plan_captures(connection, staging, kept, leading)


def find_missing(connection: sqlite3.Connection, staging: Staging, query: Query | None) -> list[int]:
    """The captures that are not read yet: those of the wanted posts, and all of the posts that readings show.

    To decide about a post, all of its captures are needed.
    """
    wanted = [number for number in iter_capture_ids(connection, query) if not staging.holds(number)]
    if wanted or query is None:
        return wanted
    of_shown = (
        number
        for post_id in staging.iter_post_ids()
        for (number,) in connection.execute("SELECT id FROM captures WHERE post_id = ?", (post_id,))
    )
    return sorted(number for number in of_shown if not staging.holds(number))


def _find_kept(connection: sqlite3.Connection, staging: Staging) -> dict[str, str]:
    """The posts of which some capture that showed them shows no post now, and why."""
    kept: dict[str, str] = {}
    for reading in staging.iter_all():
        if reading.post_id is not None:
            continue
        capture = _capture(connection, reading.capture_id)
        if capture is not None and capture.state == "post" and capture.post_id is not None:
            kept[capture.post_id] = reading.error or f"a page of it is read as {reading.state}"
    return kept


def _plan_post(
    connection: sqlite3.Connection,
    post_id: str,
    readings: Sequence[tuple[_Capture, Staged]],
    moved: dict[str, str],
    taken: dict[str, str],
) -> PostPlan:
    """Decide about the readings of a post one after the other, as when they came.

    A post that is new takes the row of one that is now read as it; ``taken`` notes that.
    """
    versions = _absorb_all(
        (capture, Post.from_dict(json.loads(reading.record or ""))) for capture, reading in readings
    )
    row = _row(connection, post_id)
    formers = [former for former, into in moved.items() if into == post_id and former not in taken]
    if row is None and formers:
        row = _row(connection, formers[0])
        taken[formers[0]] = post_id
    held, is_sound = _held(connection, row)
    return PostPlan(
        row=row,
        held=held,
        versions=versions,
        first_captured_at=row["first_captured_at"] if row is not None else readings[0][0].moment,
        forms=tuple(dict.fromkeys(chain.from_iterable(capture.forms for capture, _ in readings))),
        change=_compare(held, versions, is_new=row is None),
        is_sound=is_sound,
    )


def _held(connection: sqlite3.Connection, row: sqlite3.Row | None) -> tuple[tuple[Version, ...], bool]:
    """The versions that are held, and whether their rows are as they were written."""
    if row is None:
        return (), True
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    earlier = cursor.execute("SELECT * FROM versions WHERE post_id = ?", (row["post_id"],))
    is_sound = post_sum(row) == row["row_sum"] and all(version_sum(one) == one["row_sum"] for one in earlier)
    try:
        return versions_of(connection, row), is_sound
    except StoreError:
        return (), False


def _absorb_all(readings: Iterable[tuple[_Capture, Post]]) -> tuple[Version, ...]:
    versions: tuple[Version, ...] = ()
    for capture, read in readings:
        imported = capture.origin == "import"
        _, versions = absorb(
            versions,
            read,
            capture_id=capture.id,
            seen_at=capture.moment,
            imported=imported,
            late=capture.is_late,
        )
    return versions


def iter_version_plans(
    connection: sqlite3.Connection, bodies: Bodies
) -> Iterator[tuple[str, tuple[Version, ...]]]:
    """The earlier versions of the posts that have some, read from their captures; what cannot be read is left out."""
    from wxarchive.read import read_captured

    for (post_id,) in connection.execute("SELECT post_id FROM posts WHERE version > 1").fetchall():
        readings: list[tuple[_Capture, Post]] = []
        asked = "SELECT id FROM captures WHERE post_id = ? AND state = 'post' ORDER BY id"
        for (number,) in connection.execute(asked, (post_id,)).fetchall():
            capture = _capture(connection, number)
            with suppress(WxArchiveError):
                post = read_captured(load_page(connection, bodies, number)).post
                if capture is not None and post is not None:
                    readings.append((capture, storable(post)))
        yield post_id, _absorb_all(readings)[:-1]


def _plan_captures(
    connection: sqlite3.Connection, staging: Staging, kept: dict[str, str], leading: dict[str, str]
) -> Iterator[CapturePlan]:
    for reading in staging.iter_all():
        capture = _capture(connection, reading.capture_id)
        if capture is None or capture.post_id in kept or reading.error is not None or reading.state is None:
            continue
        post_id = reading.post_id
        if post_id is None:
            new = next((leading[form] for form in capture.forms if form in leading), None)
            post_id = new or find_held(connection, capture.forms, capture.keys) or capture.post_id
        wanted = (post_id, reading.state, reading.state_text)
        if wanted != (capture.post_id, capture.state, capture.state_text):
            yield CapturePlan(
                capture_id=capture.id,
                post_id=post_id,
                state=cast("State", reading.state),
                state_text=reading.state_text,
            )


def _capture(connection: sqlite3.Connection, number: int) -> _Capture | None:
    """The capture; None if it was removed since it was read."""
    row = connection.execute(
        "SELECT id, post_id, origin, state, state_text, coalesce(fetched_at, stored_at), merged_from, url, final_url "
        "FROM captures WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    forms, keys = to_forms_and_keys(url for url in row[7:] if url)
    number, post_id, origin, state, words, moment, merged_from = row[:7]
    is_late = origin == "import" or merged_from is not None
    return _Capture(number, post_id, origin, state, words, moment, is_late, forms, keys)


def _row(connection: sqlite3.Connection, post_id: str) -> sqlite3.Row | None:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row | None = cursor.execute("SELECT * FROM posts WHERE post_id = ?", (post_id,)).fetchone()
    return row


def _title(connection: sqlite3.Connection, post_id: str) -> str | None:
    row = connection.execute("SELECT title FROM posts WHERE post_id = ?", (post_id,)).fetchone()
    return None if row is None else row[0]


# -- telling what changed -----------------------------------------------------------------------------------------


def _compare(held: tuple[Version, ...], versions: tuple[Version, ...], *, is_new: bool) -> PostChange | None:
    post = versions[-1].post
    if not held:
        words = None if is_new else "what was held of it was damaged"
        return PostChange(what="new" if is_new else "changed", post_id=post.id, title=post.title, words=words)
    if held == versions:
        return None
    before, after = held[-1].post.to_dict(), post.to_dict()
    changed = [
        FieldChange(name, *_around(before[name], after[name]))
        for name in after
        if before[name] != after[name] and name not in _NOT_TOLD
    ]
    texts = [[version.post.uncleaned_text for version in some[:-1]] for some in (held, versions)]
    if texts[0] != texts[1]:
        changed.append(FieldChange("earlier versions", *_around(*texts)))
    return (
        PostChange(what="changed", post_id=post.id, title=post.title, fields=tuple(changed))
        if changed
        else None
    )


def _around(before: Any, after: Any) -> tuple[str | None, str | None]:
    """Both values as text, from shortly before the first place where they differ."""
    texts = [_text(value) for value in (before, after)]
    one, other = ("" if text is None else text for text in texts)
    at = next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    start = max(at - _BEFORE, 0)
    first, second = (None if text is None else _cut(text, start) for text in texts)
    return first, second


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, start: int) -> str:
    return f"{'…' if start else ''}{text[start : start + _SHOWN]}{'…' if len(text) > start + _SHOWN else ''}"
