"""Forgetting a post for good: its pages, versions, text, links and pictures. What stays is a tombstone in the chain.

The links of its captures stay, with their digests; a digest tells nothing of what it was made from. A further entry
says which captures were forgotten and when, so that the chain is whole and says that something is missing on purpose.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wxarchive.media import iter_wanted
from wxarchive.records import Post
from wxarchive.store import index
from wxarchive.store.captures import versions_of
from wxarchive.store.chain import entry_text
from wxarchive.store.learned import forget_unseen
from wxarchive.store.writer import Writer
from wxarchive.times import format_moment

__all__ = ["Forgotten", "forget_post"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed. ``files`` are those of pictures and sound, under the archive's folder."""

    captures: int
    pages: int
    files: tuple[str, ...]


def forget_post(writer: Writer, row: sqlite3.Row, moment: datetime) -> Forgotten:
    """Remove the post in this row of ``posts`` from the database; the caller then removes the files."""
    connection = writer.connection
    # What is deleted is overwritten, not only marked as free.
    connection.execute("PRAGMA secure_delete = ON")
    with writer.transaction():
        posts = [version.post for version in versions_of(connection, row)]
        post_id = row["post_id"]
        numbers = [
            number
            for (number,) in connection.execute(
                "SELECT id FROM captures WHERE post_id = ? ORDER BY id", (post_id,)
            )
        ]
        shown = [
            sha256
            for (sha256,) in connection.execute(
                "SELECT DISTINCT sha256 FROM captures WHERE post_id = ? AND sha256 NOT IN "
                "(SELECT sha256 FROM captures WHERE post_id IS NOT ?)",
                (post_id, post_id),
            )
        ]
        _forget_links(connection, post_id)
        files = _forget_media(connection, post_id, posts)
        writer.drop_post(row, posts[-1])
        forget_unseen(connection, row)
        connection.execute("DELETE FROM captures WHERE post_id = ?", (post_id,))
        writer.bodies.remove(shown)
        entry = {"captures": numbers, "at": format_moment(moment)}
        writer.add_link("forget", entry_text(entry))
    # The index keeps what was deleted from it until its parts are merged.
    for table in index.TABLES:
        connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Forgotten(captures=len(numbers), pages=len(shown), files=files)


def _forget_links(connection: sqlite3.Connection, post_id: str) -> None:
    """Remove what the to-fetch list and feeds say of the post, found by its addresses while those are there."""
    forms = "SELECT url FROM addresses WHERE post_id = ?"
    connection.execute(f"DELETE FROM feed_texts WHERE url IN ({forms})", (post_id,))
    connection.execute(f"DELETE FROM to_fetch WHERE post_id = ? OR url IN ({forms})", (post_id, post_id))


def _forget_media(connection: sqlite3.Connection, post_id: str, posts: list[Post]) -> tuple[str, ...]:
    """Remove the rows of pictures and sound that no other post shows; gives the files that are nobody's then."""
    wanted = {item.key: item.url for post in posts for item in iter_wanted(post)}
    for (key,) in connection.execute("SELECT key FROM media_addresses WHERE post_id = ?", (post_id,)):
        wanted.setdefault(key, "")
    files: list[str] = []
    for key in wanted:
        if _others_show(connection, key, post_id):
            continue
        row = connection.execute(
            "DELETE FROM media_addresses WHERE key = ? RETURNING sha256", (key,)
        ).fetchone()
        sha256 = row[0] if row else None
        if sha256 is None:
            continue
        used = connection.execute("SELECT 1 FROM media_addresses WHERE sha256 = ?", (sha256,)).fetchone()
        if used is None:
            found = connection.execute(
                "DELETE FROM media WHERE sha256 = ? RETURNING file", (sha256,)
            ).fetchone()
            files += [found[0]] if found else []
    connection.execute("UPDATE media_addresses SET post_id = NULL WHERE post_id = ?", (post_id,))
    return tuple(files)


def _others_show(connection: sqlite3.Connection, key: str, post_id: str) -> bool:
    """Whether another post has a picture or sound with this identity: its addresses have the identity's path in them."""
    if key.startswith("file:"):
        return not key.startswith(f"file:{post_id}/")
    path = key if "://" in key else key[key.find("/") :]
    asked = (post_id, path, path, path, path)
    in_posts = "SELECT 1 FROM posts WHERE post_id != ? AND (instr(images, ?) OR instr(media, ?) OR instr(cover_url, ?) OR instr(account_avatar_url, ?))"
    in_versions = "SELECT 1 FROM versions WHERE post_id != ? AND instr(record, ?)"
    return any(
        connection.execute(sql + " LIMIT 1", values).fetchone() is not None
        for sql, values in ((in_posts, asked), (in_versions, asked[:2]))
    )


def remove_files(folder: Path, files: tuple[str, ...]) -> None:
    """Remove files of an archive that no row names any more."""
    for name in files:
        (folder / name).unlink(missing_ok=True)
