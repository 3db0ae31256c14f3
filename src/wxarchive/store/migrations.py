"""The archive's schema, step by step. A step that was released is never changed; the next one is appended.

Each step ends with its number in the header's ``user_version``, which reading looks at without sqlite-utils.
"""

import sqlite3
from typing import Final

from sqlite_utils import Database, Migrations

from wxarchive.store.beginning import begin_chain
from wxarchive.store.index import set_memory
from wxarchive.store.schema import APPLICATION_ID, SCHEMA_VERSION, TABLES_1
from wxarchive.store.schema_fetch import TABLES_FETCH
from wxarchive.store.schema_learned import TABLES_LEARNED
from wxarchive.store.schema_media import TABLES_MEDIA
from wxarchive.store.schema_search import TABLES_SEARCH
from wxarchive.store.schema_trust import TABLES_TRUST

__all__ = ["HAS_VERSIONS", "migrate"]

HAS_VERSIONS: Final = 3
"""The schema from which on earlier versions are kept."""

_migrations = Migrations("wxarchive")


@_migrations(name="001_first_tables")
def _first_tables(db: Database) -> None:
    _run(db, TABLES_1)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@_migrations(name="002_media")
def _media(db: Database) -> None:
    _run(db, TABLES_MEDIA)


@_migrations(name="003_trust")
def _trust(db: Database) -> None:
    _run(db, TABLES_TRUST)
    begin_chain(db.conn)


@_migrations(name="004_search")
def _search(db: Database) -> None:
    _run(db, TABLES_SEARCH)
    set_memory(db.conn)


@_migrations(name="005_learned")
def _learned(db: Database) -> None:
    _run(db, TABLES_LEARNED)


@_migrations(name="006_to_fetch")
def _to_fetch(db: Database) -> None:
    _run(db, TABLES_FETCH)


def migrate(db: Database) -> None:
    """Bring the archive to the schema of this program: all steps or none."""
    with db.atomic():
        _migrations.apply(db)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _run(db: Database, script: str) -> None:
    """Run statements one by one: ``executescript`` would commit the transaction they stand in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
