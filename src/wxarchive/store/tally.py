"""Counting the wanted posts: in all, by account, author or source, and over time."""

import sqlite3
from collections.abc import Mapping
from typing import Final, Literal, get_args

from wxarchive.store.conditions import Plan

__all__ = ["BY", "By", "count_by", "count_by_month"]

By = Literal["account", "author", "source", "month", "year"]
"""What posts can be counted by."""

BY: Final[tuple[By, ...]] = get_args(By)

_EXPRESSIONS: Final[Mapping[By, str]] = {
    "account": "posts.nickname",
    "author": "posts.author",
    "source": "posts.source",
    "month": "substr(posts.published_at, 1, 7)",
    "year": "substr(posts.published_at, 1, 4)",
}


def count_by(connection: sqlite3.Connection, plan: Plan, by: By) -> list[tuple[str | None, int]]:
    """How many of the wanted posts there are of each account and so on, most first; months and years in their order.

    None stands for the posts without one, and comes last.
    """
    order = "name" if by in ("month", "year") else "posts DESC, name"
    rows: list[tuple[str | None, int]] = connection.execute(
        f"SELECT {_EXPRESSIONS[by]} AS name, count(*) AS posts FROM {plan.with_posts().source} "
        f"GROUP BY name ORDER BY name IS NULL, {order}",
        plan.values,
    ).fetchall()
    return rows


def count_by_month(connection: sqlite3.Connection, plan: Plan) -> list[tuple[str, int, int]]:
    """Month, wanted posts of it, all posts of it; from the first to the last month that has a post, none left out."""
    wanted = {month: count for month, count in count_by(connection, plan, "month") if month is not None}
    every = dict(
        connection.execute(
            "SELECT substr(published_at, 1, 7), count(*) FROM posts WHERE published_at IS NOT NULL GROUP BY 1"
        )
    )
    if not every:
        return []
    return [(month, wanted.get(month, 0), every.get(month, 0)) for month in _months(min(every), max(every))]


def _months(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    made: list[str] = []
    while (name := f"{year:04}-{month:02}") <= last:
        made.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return made
