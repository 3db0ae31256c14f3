"""What of an archive can be made again without reading a page: copies of references, indexes, rows of pictures."""

import json
import sqlite3
from contextlib import suppress
from pathlib import Path

from wxarchive.errors import StoreError
from wxarchive.store import index
from wxarchive.store.captures import capture_sum
from wxarchive.store.shelf import Shelf, reference_sum
from wxarchive.store.writer import Writer

__all__ = ["mend_after", "mend_before"]


def mend_before(writer: Writer, folder: Path, media: list[str]) -> None:
    """Mend what reading pages anew depends on; ``media`` are the files that are damaged."""
    connection = writer.connection
    # For as long as it is open: text that is no UTF-8 any more is read, as something else than was written.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    with writer.transaction():
        _mend_references(connection, writer.bodies.shelf)
        _name_posts(connection)
        _ask_again(connection, folder, media)
    writer.bodies.rollback()


def mend_after(writer: Writer) -> None:
    """Mend what depends on what was read anew: the search index, SQLite's own indexes, sums of captures."""
    connection = writer.connection
    with writer.transaction():
        _sum_captures(connection)
        connection.execute("REINDEX")
        index.recreate(connection)
        for _ in writer.reindex():
            pass


def _mend_references(connection: sqlite3.Connection, shelf: Shelf) -> None:
    """Write the copy that is sound over the one that is not."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    for (number,) in connection.execute("SELECT id FROM page_references ORDER BY id").fetchall():
        rows = {
            table: cursor.execute(f"SELECT * FROM {table} WHERE id = ?", (number,)).fetchone()
            for table in ("page_references", "reference_copies")
        }
        sound = [
            table for table, row in rows.items() if row is not None and _is_sound(shelf, number, table, row)
        ]
        if len(sound) != 1:
            continue
        (good,) = sound
        (bad,) = set(rows) - {good}
        row = rows[good]
        names = [name for name in row.keys() if name != "id"]  # noqa: SIM118 - a Row is no mapping
        if rows[bad] is None:
            connection.execute(
                f"INSERT INTO {bad} (id, {', '.join(names)}) VALUES ({', '.join('?' * (len(names) + 1))})",
                (number, *(row[name] for name in names)),
            )
        else:
            connection.execute(
                f"UPDATE {bad} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
                (*(row[name] for name in names), number),
            )


def _is_sound(shelf: Shelf, number: int, table: str, row: sqlite3.Row) -> bool:
    try:
        stands = reference_sum(row) == row["row_sum"] and len(shelf.load_copy(number, table)) == row["size"]
        return bool(stands)
    except (StoreError, sqlite3.DatabaseError):
        return False


def _name_posts(connection: sqlite3.Connection) -> None:
    """Give posts whose id is that of no capture the id that their own capture has."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    lost = connection.execute(
        "SELECT posts.id, captures.post_id FROM posts JOIN captures ON captures.id = posts.capture_id "
        "WHERE captures.post_id IS NOT NULL AND captures.post_id != posts.post_id "
        "AND posts.post_id NOT IN (SELECT post_id FROM captures WHERE post_id IS NOT NULL)"
    ).fetchall()
    for number, post_id in lost:
        with suppress(
            sqlite3.IntegrityError
        ):  # that post has a row already: this one is left to reading anew
            connection.execute("UPDATE posts SET post_id = ? WHERE id = ?", (post_id, number))


def _ask_again(connection: sqlite3.Connection, folder: Path, media: list[str]) -> None:
    """Put pictures whose files are damaged on the list of what is to be had; what is left of them is set aside."""
    for name in media:
        row = connection.execute("SELECT sha256 FROM media WHERE file = ?", (name,)).fetchone()
        if row is None:
            continue
        connection.execute(
            "UPDATE media_addresses SET state = 'waiting', sha256 = NULL, reason = 'its file was damaged' "
            "WHERE sha256 = ?",
            row,
        )
        connection.execute("DELETE FROM media WHERE sha256 = ?", row)
        with suppress(OSError):
            (folder / name).rename(folder / f"{name}.damaged")


def _sum_captures(connection: sqlite3.Connection) -> None:
    """Sum what was read from captures anew; where one was merged from stands in the chain."""
    origins: dict[int, str] = {}
    for (entry,) in connection.execute("SELECT entry FROM chain WHERE kind = 'merge'"):
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(entry)
            first, last = said["captures"]
            origins |= dict.fromkeys(range(first, last + 1), said["archive"])
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    asked = "SELECT id, post_id, state, state_text, merged_from, row_sum FROM captures"
    for row in cursor.execute(asked).fetchall():
        if capture_sum(row) == row["row_sum"]:
            continue
        mended = {**dict(row), "merged_from": origins.get(row["id"])}
        connection.execute(
            "UPDATE captures SET merged_from = ?, row_sum = ? WHERE id = ?",
            (mended["merged_from"], capture_sum(mended), row["id"]),
        )
