"""New readings of captures, kept beside the archive until all are there: so a long reparse can be interrupted.

``reparse.db`` holds nothing that cannot be made again. It is thrown away when its readings have gone into the archive,
and when it was begun with another parser or other rules.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

__all__ = ["STAGING", "Staged", "Staging"]

STAGING: Final = "reparse.db"
"""The name of the file in the archive's folder."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS readings (
    capture_id INTEGER PRIMARY KEY, post_id TEXT, state TEXT, state_text TEXT, record TEXT, error TEXT
);
CREATE INDEX IF NOT EXISTS readings_post_id ON readings(post_id);
"""


class Staged(NamedTuple):
    """What a capture reads as now: a post's ``record`` as JSON, or a ``state``; or the ``error`` that reading met."""

    capture_id: int
    post_id: str | None = None
    state: str | None = None
    state_text: str | None = None
    record: str | None = None
    error: str | None = None


class Staging:
    """The file of readings; ``None`` keeps them in memory and on temporary disk, for a trial.

    ``name`` says with what the captures are read: readings that were made otherwise are thrown away. While it is
    open no other program can use the same file (SQLite's own error says so).
    """

    def __init__(self, file: Path | None, *, name: str) -> None:
        self._file = file
        try:
            self._open(name)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            self.discard()
            self._open(name)

    def _open(self, name: str) -> None:
        # "" is SQLite's name for a database in memory that goes to a temporary file when it grows.
        self._connection = sqlite3.connect(self._file or "", timeout=0.1)
        try:
            # Held until the end: two reparses of one archive would do the same work twice.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_TABLES)
            if self._connection.execute("SELECT name FROM meta").fetchall() != [(name,)]:
                self._connection.execute("DELETE FROM readings")
                self._connection.execute("DELETE FROM meta")
                self._connection.execute("INSERT INTO meta VALUES (?)", (name,))
                self._connection.commit()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def discard(self) -> None:
        """Close and remove the file: its readings are in the archive."""
        self._connection.close()
        if self._file is not None:
            for ending in ("", "-journal"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    def add(self, readings: Iterable[Staged]) -> None:
        """Keep some readings, safely on the disk."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)", readings
            )

    def count(self) -> int:
        """How many captures were read."""
        (count,) = self._connection.execute("SELECT count(*) FROM readings").fetchone()
        return int(count)

    def holds(self, capture_id: int) -> bool:
        """Whether the capture was read already."""
        found = self._connection.execute("SELECT 1 FROM readings WHERE capture_id = ?", (capture_id,))
        return found.fetchone() is not None

    def shows(self, post_id: str) -> bool:
        """Whether any reading is of this post."""
        found = self._connection.execute("SELECT 1 FROM readings WHERE post_id = ? LIMIT 1", (post_id,))
        return found.fetchone() is not None

    def iter_all(self) -> Iterator[Staged]:
        """All readings without their records, in the order of their captures."""
        sql = "SELECT capture_id, post_id, state, state_text, NULL, error FROM readings ORDER BY capture_id"
        for row in self._connection.execute(sql):
            yield Staged(*row)

    def iter_post_ids(self) -> Iterator[str]:
        """The ids of the posts that the captures show."""
        sql = "SELECT DISTINCT post_id FROM readings WHERE post_id IS NOT NULL ORDER BY post_id"
        for (post_id,) in self._connection.execute(sql):
            yield post_id

    def iter_posts(self) -> Iterator[tuple[str, list[Staged]]]:
        """The posts that the captures show, each with its readings in the order of their captures."""
        for post_id in self.iter_post_ids():
            rows = self._connection.execute(
                "SELECT capture_id, post_id, state, state_text, record, error FROM readings WHERE post_id = ? "
                "ORDER BY capture_id",
                (post_id,),
            )
            yield post_id, [Staged(*row) for row in rows]
