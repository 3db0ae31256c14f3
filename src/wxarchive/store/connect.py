"""Opening an archive's database for reading, which leaves the folder as it was."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Final

from wxarchive.errors import NoArchiveError, NotAnArchiveError, SchemaTooNewError, StoreError, StoreWriteError
from wxarchive.han import fold
from wxarchive.query import Term, holds, near
from wxarchive.store.failures import CANNOT_OPEN, READ_ONLY, primary_code
from wxarchive.store.schema import APPLICATION_ID, SCHEMA_VERSION

__all__ = [
    "HOLDS",
    "NEAR",
    "check_schema",
    "open_for_checking",
    "open_for_reading",
    "prepare",
    "probe_sqlite",
]

HOLDS: Final = "wx_holds"
NEAR: Final = "wx_near"
"""The names of the SQL functions that decide what the index cannot: see :func:`prepare`."""


def open_for_reading(file: Path, timeout: float) -> sqlite3.Connection:
    """A connection that cannot write. Raises NoArchiveError, NotAnArchiveError, SchemaTooNewError, StoreWriteError.

    A database in WAL mode needs two more files beside it while it is open. Where they are there already (a writer is
    at work, or one was killed) the database is opened read-only and they stay; where they are not, it is opened such
    that SQLite may make them and removes them at the end. In a folder that cannot be written neither works; then
    nobody else can be writing there either, and the file is read as it is.
    """
    if not file.is_file():
        raise NoArchiveError("there is no archive", subject=str(file.parent))
    log = file.with_name(file.name + "-wal")
    try:
        return _connect(file, "mode=ro" if log.exists() else "mode=rw", timeout)
    except sqlite3.OperationalError as error:
        if primary_code(error) not in (READ_ONLY, CANNOT_OPEN):
            raise
        if log.exists() and log.stat().st_size:
            raise StoreWriteError(
                "the program that wrote last was interrupted, and the folder cannot be written to finish its work",
                subject=str(file.parent),
                hint="copy the whole folder to a place that can be written",
            ) from error
        return _connect(file, "mode=ro&immutable=1", timeout)


def open_for_checking(file: Path, timeout: float) -> tuple[sqlite3.Connection, bool]:
    """A connection to look at everything with, and whether it can take the lock that FTS5's own check needs.

    It is not held from writing by ``query_only``, because that forbids temporary tables, too; nothing writes with it.
    """
    if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK):
        # Reading waits for nobody; that one check is left out while another program writes.
        connection = sqlite3.connect(f"file:{_escaped(file.absolute())}?mode=rw", uri=True, timeout=0.1)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection, True
        except sqlite3.OperationalError as error:
            connection.close()
            if primary_code(error) not in (READ_ONLY, CANNOT_OPEN):
                raise
    connection = open_for_reading(file, timeout)
    connection.execute("PRAGMA query_only = OFF")
    return connection, False


def _connect(file: Path, how: str, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{_escaped(file.absolute())}?{how}", uri=True, timeout=timeout)
    try:
        connection.execute("PRAGMA query_only = ON")
        check_schema(connection, file, writing=False)
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _escaped(file: Path) -> str:
    """A path inside of a URI: what would end it or be decoded is written in hex."""
    return str(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def check_schema(connection: sqlite3.Connection, file: Path, *, writing: bool) -> None:
    """See that this is an archive which this program knows.

    Raises NoArchiveError for a database without tables, NotAnArchiveError for another program's, SchemaTooNewError
    for a newer one, and StoreError for an older one that cannot be migrated because it is only read.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    folder = str(file.parent)
    if not tables:
        raise NoArchiveError("there is no archive yet", subject=folder)
    if application != APPLICATION_ID:
        raise NotAnArchiveError(f"its {file.name} was made by another program", subject=folder)
    if version > SCHEMA_VERSION:
        raise SchemaTooNewError(
            f"it was written by a newer wxarchive (schema {version}, this one knows {SCHEMA_VERSION})",
            subject=folder,
        )
    if version < SCHEMA_VERSION and not writing:
        raise StoreError(
            f"it was written by an older wxarchive (schema {version}, now {SCHEMA_VERSION})",
            subject=folder,
            hint="wxarchive reindex brings it up to date, and so does storing anything",
        )


def probe_sqlite() -> tuple[str, bool]:
    """SQLite's version, and whether it has FTS5, which the search index needs."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        return sqlite3.sqlite_version, False
    finally:
        connection.close()
    return sqlite3.sqlite_version, True


def prepare(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that look at texts, and fold them first.

    ``wx_holds(term, prefix, text…)``: whether one of the texts holds the term. ``wx_near(terms, distance, text…)``:
    whether the terms (JSON, a list of pairs of term and prefix) stand so close together in one of them.
    """
    connection.create_function(HOLDS, -1, _holds, deterministic=True)
    connection.create_function(NEAR, -1, _near, deterministic=True)


def _holds(term: str, prefix: int, *texts: str | None) -> bool:
    wanted = Term(term, bool(prefix))
    return any(holds(wanted, fold(text)) for text in texts if text)


def _near(terms: str, distance: int, *texts: str | None) -> bool:
    wanted = [Term(text, bool(prefix)) for text, prefix in json.loads(terms)]
    return any(near(wanted, distance, fold(text)) for text in texts if text)
