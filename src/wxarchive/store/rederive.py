"""All that is read from captures, made anew from new readings of them.

:func:`iter_plans` looks at the archive and at the staged readings and says what is to change; it writes nothing, so a
trial ends there, and the writer carries the plans out. A post's captures go through the same decisions, in the order
of their coming, as when they were stored.

A post of which any capture cannot be read any more keeps what was read before: that is a defect of reading, and
nothing is lost by it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, cast

from wxarchive.query import Query
from wxarchive.records import Post, State
from wxarchive.store.captures import iter_capture_ids
from wxarchive.store.decide import decide
from wxarchive.store.links import find_held, to_forms_and_keys
from wxarchive.store.results import FieldChange, PostChange
from wxarchive.store.rows import from_row, storable
from wxarchive.store.staging import Staged, Staging

__all__ = ["CapturePlan", "DropPlan", "KeptPlan", "Plan", "PostPlan", "find_missing", "iter_plans"]

_SHOWN: Final = 60
"""Characters of a text that changed, from shortly before the place where it did."""
_BEFORE: Final = 15
# Told by other columns, or the same for all posts.
_NOT_TOLD: Final = frozenset({"parser_version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlan:
    """A post as it is to be held. ``forms`` are links that lead to it.

    ``number`` is the row that it takes, None for a new one. That row may hold a post of another id, ``was``, under
    which nothing is read any more.
    """

    number: int | None
    was: Post | None
    post: Post
    capture_id: int
    first_captured_at: str
    forms: tuple[str, ...]
    change: PostChange | None
    """What a person is told; None where nothing is different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPlan:
    """A post under whose id nothing is read any more: its captures show the post ``into``."""

    number: int
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
            yield DropPlan(number=row["id"], was=was, into=into, change=change)
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
    post: Post | None = None
    shown = 0
    for capture, reading in readings:
        read = storable(Post.from_dict(json.loads(reading.record or "")))
        decision = decide(post, read, imported=capture.origin == "import")
        if post is None or (decision.post != post and decision.post.raw_sha256 != post.raw_sha256):
            shown = capture.id
        post = decision.post
    assert post is not None, "a post has a reading"
    row = _row(connection, post_id)
    formers = [former for former, into in moved.items() if into == post_id and former not in taken]
    if row is None and formers:
        row = _row(connection, formers[0])
        taken[formers[0]] = post_id
    was = None if row is None else from_row(row)
    return PostPlan(
        number=None if row is None else row["id"],
        was=was,
        post=post,
        capture_id=shown,
        first_captured_at=row["first_captured_at"] if row is not None else readings[0][0].moment,
        forms=tuple(dict.fromkeys(chain.from_iterable(capture.forms for capture, _ in readings))),
        change=_compare(was, post),
    )


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
        "SELECT id, post_id, origin, state, state_text, coalesce(fetched_at, stored_at), url, final_url "
        "FROM captures WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    forms, keys = to_forms_and_keys(url for url in row[6:] if url)
    number, post_id, origin, state, words, moment = row[:6]
    return _Capture(number, post_id, origin, state, words, moment, forms, keys)


def _row(connection: sqlite3.Connection, post_id: str) -> sqlite3.Row | None:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row | None = cursor.execute("SELECT * FROM posts WHERE post_id = ?", (post_id,)).fetchone()
    return row


def _title(connection: sqlite3.Connection, post_id: str) -> str | None:
    row = connection.execute("SELECT title FROM posts WHERE post_id = ?", (post_id,)).fetchone()
    return None if row is None else row[0]


# -- telling what changed -----------------------------------------------------------------------------------------


def _compare(was: Post | None, post: Post) -> PostChange | None:
    if was is None:
        return PostChange(what="new", post_id=post.id, title=post.title)
    if was == post:
        return None
    before, after = was.to_dict(), post.to_dict()
    changed = tuple(
        FieldChange(name, *_around(before[name], after[name]))
        for name in after
        if before[name] != after[name] and name not in _NOT_TOLD
    )
    return PostChange(what="changed", post_id=post.id, title=post.title, fields=changed) if changed else None


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
