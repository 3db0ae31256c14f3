"""Writing the search index: posts in and out of it, and all of it made anew.

The index is two FTS5 tables without text of their own: ``posts_fts`` with the tokens of :mod:`wxarchive.han` in order,
and ``posts_characters`` with those of :mod:`wxarchive.query.characters`. Neither keeps what it was given, so to forget
a post it is told exactly that again.

Making it anew empties both and then goes through the posts in portions, each in a transaction of its own that notes in
``meta`` (``reindexed_to``) how far it came. As long as that note is there, the index answers no search, and what is
stored meanwhile is indexed only up to there: a run that was killed leaves a marked index, and the next goes on.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Final, Literal

from wxarchive.han import TOKEN_VERSION, fold_and_list, fold_digest, tokens
from wxarchive.query import COLUMNS, character_tokens
from wxarchive.store.schema import INDEX_MEMORY, TABLES_1
from wxarchive.store.schema_search import TABLES_SEARCH

__all__ = [
    "TABLES",
    "IndexState",
    "Texts",
    "forget",
    "index",
    "is_current",
    "note_tokens",
    "rebuild",
    "recreate",
    "set_memory",
    "state_of",
]

Texts = Sequence[str | None]
"""The searched texts of a post, in the order of the fields."""

IndexState = Literal["current", "unfinished", "other"]
"""Whole and of this version; being made anew, or that was interrupted; made by another version."""

_COLUMNS: Final = ", ".join(COLUMNS.values())
_VALUES: Final = ", ".join("?" * len(COLUMNS))
_PORTION: Final = 4000
_MERGED_PAGES: Final = 8000
# While everything is made anew, pieces are not merged before the end. These are FTS5's own settings otherwise.
_MERGE_LATER: Final = {"automerge": 0, "crisismerge": 1999}
_MERGE_AS_USUAL: Final = {"automerge": 4, "crisismerge": 16}
_MARK: Final = "reindexed_to"
TABLES: Final = ("posts_fts", "posts_characters")
"""The index's FTS5 tables."""


def index(connection: sqlite3.Connection, number: int, texts: Texts) -> None:
    """Add a post, unless a rebuild that has not come to it will."""
    if _is_beyond(connection, number):
        return
    _insert(connection, number, texts)


def forget(connection: sqlite3.Connection, number: int, texts: Texts) -> None:
    """Take a post out; ``texts`` are those with which it was added."""
    if _is_beyond(connection, number):
        return
    words, characters = _tokens(texts)
    connection.execute(
        f"INSERT INTO posts_fts(posts_fts, rowid, {_COLUMNS}) VALUES ('delete', ?, {_VALUES})",
        (number, *words),
    )
    connection.execute(
        "INSERT INTO posts_characters(posts_characters, rowid, characters) VALUES ('delete', ?, ?)",
        (number, characters),
    )


def _insert(connection: sqlite3.Connection, number: int, texts: Texts) -> None:
    words, characters = _tokens(texts)
    connection.execute(f"INSERT INTO posts_fts(rowid, {_COLUMNS}) VALUES (?, {_VALUES})", (number, *words))
    connection.execute("INSERT INTO posts_characters(rowid, characters) VALUES (?, ?)", (number, characters))


def _tokens(texts: Texts) -> tuple[list[str], str]:
    folded = [fold_and_list(text or "") for text in texts]
    words = [tokens(text, characters) for text, characters in folded]
    return words, character_tokens([characters for _, characters in folded], words[0])


def state_of(connection: sqlite3.Connection) -> IndexState:
    """How the index is."""
    noted = dict(
        connection.execute(
            "SELECT key, value FROM meta WHERE key IN ('fts_tokens', 'fold_table', ?)", (_MARK,)
        )
    )
    mark = noted.pop(_MARK, None)
    if noted != {"fts_tokens": TOKEN_VERSION, "fold_table": fold_digest()}:
        return "other"
    return "current" if mark is None else "unfinished"


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the index is whole and made by this version."""
    return state_of(connection) == "current"


def note_tokens(connection: sqlite3.Connection) -> None:
    """Note with which tokens the index is made."""
    _note(connection, "fts_tokens", TOKEN_VERSION)
    _note(connection, "fold_table", fold_digest())


def recreate(connection: sqlite3.Connection) -> None:
    """Make both tables from nothing, without posts: a damaged one may not even let itself be emptied."""
    for table, script in (("posts_fts", TABLES_1), ("posts_characters", TABLES_SEARCH)):
        with suppress(sqlite3.DatabaseError):
            connection.execute(f"DROP TABLE {table}")
        for name in ("data", "idx", "docsize", "config"):
            connection.execute(f"DROP TABLE IF EXISTS {table}_{name}")
        statement = script[script.index(f'CREATE VIRTUAL TABLE "{table}"') :]
        connection.execute(statement[: statement.index(";")])
    connection.execute("DELETE FROM meta WHERE key = ?", (_MARK,))
    set_memory(connection)


def set_memory(connection: sqlite3.Connection) -> None:
    """More is gathered before it is written: half the time of an import, and a smaller index."""
    for table in TABLES:
        _configure(connection, table, {"hashsize": INDEX_MEMORY})


def rebuild(
    connection: sqlite3.Connection,
    transaction: Callable[[], AbstractContextManager[None]],
    *,
    anew: bool = True,
) -> Iterator[int]:
    """Make the index anew, or go on with it where that was interrupted and ``anew`` is false.

    Yields the number of posts done so far after each portion; what was yielded is safe on the disk.
    """
    with transaction():
        if anew or state_of(connection) != "unfinished":
            for table in TABLES:
                connection.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
                _configure(connection, table, _MERGE_LATER)
            note_tokens(connection)
            _note(connection, _MARK, "0")
            done = 0
        else:
            (done,) = connection.execute(
                "SELECT count(*) FROM posts WHERE id <= ?", (_mark_of(connection),)
            ).fetchone()
    while True:
        with transaction():
            mark = _mark_of(connection)
            if mark is None:  # another program was at it too, and is done
                return
            rows = connection.execute(
                f"SELECT id, {_COLUMNS} FROM posts WHERE id > ? ORDER BY id LIMIT ?", (mark, _PORTION)
            ).fetchall()
            for number, *texts in rows:
                _insert(connection, number, texts)
            if rows:
                _note(connection, _MARK, str(rows[-1][0]))
            else:
                for table in TABLES:
                    _configure(connection, table, _MERGE_AS_USUAL)
                connection.execute("DELETE FROM meta WHERE key = ?", (_MARK,))
        if not rows:
            break
        done += len(rows)
        yield done
    # The index answers already; in fewer pieces it answers faster.
    for table in TABLES:
        yield from _merge(connection, transaction, table, done)


def _configure(connection: sqlite3.Connection, table: str, settings: Mapping[str, int]) -> None:
    for name, value in settings.items():
        connection.execute(f"INSERT INTO {table}({table}, rank) VALUES (?, ?)", (name, value))


def _merge(
    connection: sqlite3.Connection,
    transaction: Callable[[], AbstractContextManager[None]],
    table: str,
    done: int,
) -> Iterator[int]:
    """Merge the pieces of an index a part at a time, so that others can write in between."""
    pages = -_MERGED_PAGES  # negative: begin to merge all pieces into one
    while True:
        with transaction():
            before = connection.total_changes
            connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('merge', ?)", (pages,))
            # FTS5's documentation: fewer than two changes mean that there was nothing to merge.
            is_done = connection.total_changes - before < 2
        if is_done:
            return
        pages = _MERGED_PAGES
        yield done


def _is_beyond(connection: sqlite3.Connection, number: int) -> bool:
    mark = _mark_of(connection)
    return mark is not None and number > mark


def _mark_of(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_MARK,)).fetchone()
    return None if row is None else int(row[0])


def _note(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
