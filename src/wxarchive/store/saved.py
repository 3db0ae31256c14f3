"""Searches that are kept under a name, and what each had found when it was last run."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from wxarchive.errors import InputError
from wxarchive.query import parse_query
from wxarchive.store.results import SavedSearch
from wxarchive.times import parse_moment

__all__ = ["delete_search", "find_search", "iter_searches", "new_numbers", "note_run", "save_search"]

_LONGEST_NAME: Final = 100


def save_search(connection: sqlite3.Connection, name: str, words: str, created_at: str) -> None:
    """Keep a search. Raises InputError for a name that is none or is taken, QueryError for words that are no query."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError("this is no name for a search", subject=name, hint="use a short one on one line")
    parse_query(words)
    if find_search(connection, name) is not None:
        raise InputError(
            "a search of this name is kept already",
            subject=name,
            hint="wxarchive searches delete takes it away",
        )
    connection.execute(
        "INSERT INTO searches (name, words, created_at) VALUES (?, ?, ?)", (name, words, created_at)
    )


def find_search(connection: sqlite3.Connection, name: str) -> SavedSearch | None:
    """The search of this name; None if there is none."""
    return next((saved for saved in iter_searches(connection) if saved.name == name), None)


def iter_searches(connection: sqlite3.Connection) -> list[SavedSearch]:
    """All searches, by name."""
    return [
        SavedSearch(
            name=name,
            words=words,
            created_at=parse_moment(created_at),
            run_at=parse_moment(run_at) if run_at else None,
            found=found,
        )
        for name, words, created_at, run_at, found in connection.execute(
            "SELECT name, words, created_at, run_at, "
            "(SELECT count(*) FROM searches_found WHERE searches_found.name = searches.name) "
            "FROM searches ORDER BY name"
        )
    ]


def delete_search(connection: sqlite3.Connection, name: str) -> bool:
    """Forget a search; whether there was one."""
    connection.execute("DELETE FROM searches_found WHERE name = ?", (name,))
    return connection.execute("DELETE FROM searches WHERE name = ?", (name,)).rowcount > 0


def new_numbers(connection: sqlite3.Connection, name: str, numbers: Iterable[int]) -> list[int]:
    """Those of ``numbers`` that the search had not found when it was last run, in their order."""
    known = {
        number
        for (number,) in connection.execute("SELECT number FROM searches_found WHERE name = ?", (name,))
    }
    return [number for number in numbers if number not in known]


def note_run(connection: sqlite3.Connection, name: str, numbers: Iterable[int], run_at: str) -> None:
    """Note what the search finds now."""
    connection.execute("DELETE FROM searches_found WHERE name = ?", (name,))
    connection.executemany(
        "INSERT INTO searches_found (name, number) VALUES (?, ?)", ((name, number) for number in numbers)
    )
    connection.execute("UPDATE searches SET run_at = ? WHERE name = ?", (run_at, name))
