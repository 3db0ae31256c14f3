"""What SQLite and the operating system say → the errors that users understand. The one place for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wxarchive.errors import NotAnArchiveError, StoreError, StoreLockedError, StoreWriteError

__all__ = [
    "CANNOT_OPEN",
    "READ_ONLY",
    "primary_code",
    "translated",
    "translated_sqlite",
    "translated_writing",
]

READ_ONLY: Final = sqlite3.SQLITE_READONLY
CANNOT_OPEN: Final = sqlite3.SQLITE_CANTOPEN

# SQLite's primary result codes that something outside of this program causes; any other is a bug and stays.
_MEANINGS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: (StoreLockedError, "another program is writing to the archive"),
    sqlite3.SQLITE_LOCKED: (StoreLockedError, "another program is writing to the archive"),
    sqlite3.SQLITE_READONLY: (StoreWriteError, "the archive cannot be written"),
    sqlite3.SQLITE_PERM: (StoreWriteError, "the archive's file may not be used"),
    sqlite3.SQLITE_CANTOPEN: (StoreWriteError, "the archive's file cannot be opened"),
    sqlite3.SQLITE_FULL: (StoreWriteError, "the disk is full"),
    sqlite3.SQLITE_IOERR: (StoreWriteError, "the disk or network drive of the archive fails"),
    sqlite3.SQLITE_NOTADB: (NotAnArchiveError, "the file is no SQLite database"),
    sqlite3.SQLITE_CORRUPT: (StoreError, "the archive is damaged; wxarchive verify says where"),
    sqlite3.SQLITE_TOOBIG: (StoreError, "a post is too large to be stored"),
}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its details; -1 for an error that is the Python module's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise a StoreError about ``path`` for failures of SQLite and the system that are not bugs."""
    with translated_writing(path), translated_sqlite(path):
        yield


@contextmanager
def translated_writing(path: Path) -> Iterator[None]:
    """Raise a StoreWriteError about ``path`` for what the system says of a file."""
    try:
        yield
    except OSError as error:
        raise StoreWriteError(error.strerror or str(error), subject=str(path)) from error


@contextmanager
def translated_sqlite(path: Path) -> Iterator[None]:
    """As :func:`translated`, for code that may meet with OSErrors of its own."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = _MEANINGS.get(primary_code(error))
        if str(error).startswith("Could not decode to UTF-8"):
            meaning = _MEANINGS[sqlite3.SQLITE_CORRUPT]
        if meaning is None:
            raise
        kind, message = meaning
        raise kind(message, subject=str(path)) from error
