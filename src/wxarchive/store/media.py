"""Pictures and sound on the disk: files by content, rows by address.

A file is written beside its place, flushed to the disk and moved there, and only then gets its row: an interrupted
run may leave a file too many, never a row without its file.
"""

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from wxarchive.errors import InputError
from wxarchive.media import FileType, Wanted, audio_url, find_type, media_file, media_key
from wxarchive.records import Image, Media, Post
from wxarchive.times import format_moment

__all__ = [
    "MediaState",
    "StoredMedia",
    "WaitingMedia",
    "count_media",
    "find_media",
    "find_states",
    "iter_waiting",
    "note_failure",
    "note_stored",
    "want",
    "with_files",
    "write_file",
]

MediaState = Literal["waiting", "held", "failed", "gone"]
_MOST_NAMES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMedia:
    """A file of the archive: ``file`` is its path under the archive's folder, ``type`` its MIME type."""

    sha256: str
    file: str
    type: str
    size: int
    code: str | None = None
    """What the QR code in it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMedia:
    """What is still to be had: its identity, address and kind, and the address of a post that shows it."""

    key: str
    url: str
    kind: str
    post_id: str | None
    attempts: int
    reason: str | None
    referer: str | None


def write_file(folder: Path, data: bytes) -> tuple[StoredMedia, FileType]:
    """Put ``data`` into the archive's ``folder``, once for each content.

    Raises InputError for bytes that are no picture and no sound, OSError where the disk fails.
    """
    found = find_type(data)
    if found is None:
        raise InputError("this is no picture and no sound")
    digest = hashlib.sha256(data).hexdigest()
    name = media_file(digest, found.ending)
    path = folder / name
    if not (path.is_file() and path.stat().st_size == len(data)):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{digest[:16]}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        _sync_folder(path.parent)
    return StoredMedia(sha256=digest, file=name, type=found.mime, size=len(data)), found


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system lets folders be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def note_stored(
    connection: sqlite3.Connection, wanted: Wanted, post_id: str | None, stored: StoredMedia, moment: datetime
) -> None:
    """Say that what has this identity is this file."""
    connection.execute(
        "INSERT OR IGNORE INTO media (sha256, file, type, size, stored_at) VALUES (?, ?, ?, ?, ?)",
        (stored.sha256, stored.file, stored.type, stored.size, format_moment(moment)),
    )
    connection.execute(
        "INSERT INTO media_addresses (key, url, kind, post_id, state, sha256, changed_at) "
        "VALUES (?, ?, ?, ?, 'held', ?, ?) ON CONFLICT (key) DO UPDATE SET "
        "state = 'held', sha256 = excluded.sha256, reason = NULL, changed_at = excluded.changed_at",
        (wanted.key, wanted.url, wanted.kind, post_id, stored.sha256, format_moment(moment)),
    )


def note_failure(
    connection: sqlite3.Connection, key: str, state: MediaState, reason: str, moment: datetime
) -> None:
    """Say why it was not had."""
    connection.execute(
        "UPDATE media_addresses SET state = ?, reason = ?, attempts = attempts + 1, changed_at = ? "
        "WHERE key = ? AND state != 'held'",
        (state, reason, format_moment(moment), key),
    )


def want(connection: sqlite3.Connection, post_id: str, wanted: Iterable[Wanted], moment: datetime) -> int:
    """Put what is not known yet on the list of what is to be had; gives how many."""
    number = 0
    for item in wanted:
        number += connection.execute(
            "INSERT OR IGNORE INTO media_addresses (key, url, kind, post_id, state, changed_at) "
            "VALUES (?, ?, ?, ?, 'waiting', ?)",
            (item.key, item.url, item.kind, post_id, format_moment(moment)),
        ).rowcount
    return number


def iter_waiting(
    connection: sqlite3.Connection,
    states: Iterable[MediaState] = ("waiting",),
    *,
    after: int = 0,
    keys: Iterable[str] | None = None,
) -> Iterator[tuple[int, WaitingMedia]]:
    """What is in one of these states, in the order in which it was put there, with its number; of ``keys``, or all."""
    asked = tuple(states)
    marks = ", ".join("?" * len(asked))
    only = "" if keys is None else "AND m.key IN (SELECT value FROM json_each(?))"
    rows = connection.execute(
        "SELECT m.id, m.key, m.url, m.kind, m.post_id, m.attempts, m.reason, p.url FROM media_addresses m "
        f"LEFT JOIN posts p USING (post_id) WHERE m.state IN ({marks}) AND m.id > ? {only} ORDER BY m.id",
        (*asked, after, *(() if keys is None else (json.dumps(list(keys)),))),
    )
    for number, key, url, kind, owner, attempts, reason, referer in rows:
        yield (
            number,
            WaitingMedia(
                key=key,
                url=url,
                kind=kind,
                post_id=owner,
                attempts=attempts,
                reason=reason,
                referer=referer,
            ),
        )


def find_media(connection: sqlite3.Connection, key: str) -> StoredMedia | None:
    """The file of what has this identity; None if it is not held."""
    return _find_all(connection, [key]).get(key)


def find_states(
    connection: sqlite3.Connection, keys: Iterable[str]
) -> dict[str, tuple[MediaState, str | None]]:
    """State and reason of what is known of these."""
    rows = connection.execute(
        "SELECT key, state, reason FROM media_addresses WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    return {key: (state, reason) for key, state, reason in rows}


def count_media(connection: sqlite3.Connection) -> dict[str, int]:
    """How many addresses are in each state."""
    return dict(connection.execute("SELECT state, count(*) FROM media_addresses GROUP BY state"))


def with_files(connection: sqlite3.Connection, post: Post) -> Post:
    """The post with the files that are held of its pictures and sound."""
    avatar = post.account.avatar_url
    if not post.images and not post.media and avatar is None:
        return post
    names: dict[Image | Media, str] = {image: media_key(image.url, post.id) for image in post.images}
    names |= {item: media_key(url) for item in post.media if (url := audio_url(item))}
    avatar_key = media_key(avatar) if avatar is not None else ""
    held = _find_all(connection, [*names.values(), *([avatar_key] if avatar_key else [])])
    if not held:
        return post
    images = tuple(_image_with(image, held.get(names[image])) for image in post.images)
    media = tuple(_media_with(item, held.get(names.get(item, ""))) for item in post.media)
    account = post.account
    if avatar_key in held:
        account = replace(account, avatar_file=held[avatar_key].file)
    return post.with_changes(images=images, media=media, account=account)


def _image_with(image: Image, held: StoredMedia | None) -> Image:
    if held is None:
        return image
    role = "qr" if held.code and image.role == "body" else image.role
    return replace(image, file=held.file, sha256=held.sha256, code=held.code, role=role)


def _media_with(item: Media, held: StoredMedia | None) -> Media:
    return item if held is None else replace(item, file=held.file, sha256=held.sha256)


def _find_all(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, StoredMedia]:
    asked = list(dict.fromkeys(keys))
    found: dict[str, StoredMedia] = {}
    for at in range(0, len(asked), _MOST_NAMES):
        part = asked[at : at + _MOST_NAMES]
        rows = connection.execute(
            "SELECT key, sha256, file, type, size, text FROM media_addresses JOIN media USING (sha256) "
            f"LEFT JOIN picture_codes USING (sha256) WHERE key IN ({', '.join('?' * len(part))})",
            part,
        )
        for key, sha256, file, mime, size, code in rows:
            found[key] = StoredMedia(sha256=sha256, file=file, type=mime, size=size, code=code)
    return found
