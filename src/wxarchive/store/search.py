"""Reading posts out of the archive: in order of time, or ranked for a query, with excerpts."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from wxarchive.excerpts import excerpt, find_marks
from wxarchive.han import fold, is_cjk, run_tokens, split_runs
from wxarchive.query import Query
from wxarchive.store.conditions import Plan, to_plan
from wxarchive.store.results import Hit, SearchResult, Summary
from wxarchive.store.rows import SUMMARY_COLUMNS, to_summary

__all__ = ["Order", "count_posts", "index_answers", "iter_rows", "iter_summaries", "search"]

Order = Literal["new", "old"]

# bm25 weights of title, author, account, source, text.
_WEIGHTS: Final = "5.0, 3.0, 3.0, 2.0, 1.0"
_EXCERPT_WIDTH: Final = 120
_SUMMARY: Final = ", ".join(f"posts.{column}" for column in SUMMARY_COLUMNS)


def count_posts(connection: sqlite3.Connection, query: Query | None) -> int:
    """How many posts ``query`` wants."""
    plan = to_plan(query)
    (count,) = connection.execute(f"SELECT count(*) FROM {plan.source}", plan.values).fetchone()
    return int(count)


def iter_rows(
    connection: sqlite3.Connection, query: Query | None, order: Order, columns: str = "posts.*"
) -> Iterator[sqlite3.Row]:
    """The rows of the wanted posts by time of publication, undated ones last; read as they are asked for."""
    plan = to_plan(query)
    source = plan.source if plan.joined else f"posts WHERE posts.id IN (SELECT rowid FROM {plan.source})"
    direction = "DESC" if order == "new" else "ASC"
    # Numbers are sorted, not rows: those can be large.
    numbers = connection.execute(
        f"SELECT posts.id FROM {source} "
        f"ORDER BY posts.published_at {direction} NULLS LAST, posts.id {direction}",
        plan.values,
    )
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    for number in numbers:
        row: sqlite3.Row | None = cursor.execute(
            f"SELECT {columns} FROM posts WHERE id = ?", number
        ).fetchone()
        if row is not None:
            yield row


def iter_summaries(connection: sqlite3.Connection, query: Query | None, order: Order) -> Iterator[Summary]:
    """The wanted posts on a line each."""
    for row in iter_rows(connection, query, order, _SUMMARY):
        yield Summary(**to_summary(row))


def search(connection: sqlite3.Connection, query: Query, limit: int, offset: int) -> SearchResult:
    """The posts that ``query`` wants, best first; where nothing ranks them (only facts are asked), newest first."""
    plan = to_plan(query)
    ranked = _ranked(connection, plan, limit, offset)
    numbers = [number for number, _ in ranked]
    rows = _rows_of(connection, numbers)
    hits = tuple(_to_hit(rows[number], score, query) for number, score in ranked if number in rows)
    return SearchResult(query=query, total=count_posts(connection, query), hits=hits)


def _ranked(connection: sqlite3.Connection, plan: Plan, limit: int, offset: int) -> list[tuple[int, float]]:
    """The numbers and scores of the best posts. FTS5's own scores are the lower the better."""
    if plan.ranked:
        score, order = f"-bm25(posts_fts, {_WEIGHTS})", "score DESC"
    else:
        score, order = "0.0", "posts.published_at DESC NULLS LAST"
    found: list[tuple[int, float]] = connection.execute(
        f"SELECT {plan.key}, {score} AS score FROM {plan.source} ORDER BY {order}, {plan.key} DESC LIMIT ? OFFSET ?",
        (*plan.values, limit, offset),
    ).fetchall()
    return found


def _rows_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, sqlite3.Row]:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows: dict[int, sqlite3.Row] = {}
    for number in numbers:
        row = cursor.execute(f"SELECT {_SUMMARY}, posts.text FROM posts WHERE id = ?", (number,)).fetchone()
        if row is not None:
            rows[number] = row
    return rows


def _to_hit(row: sqlite3.Row, score: float, query: Query) -> Hit:
    return Hit(
        **to_summary(row),
        score=score,
        title_marks=find_marks(row["title"] or "", query, "title"),
        excerpt=excerpt(row["text"], query, _EXCERPT_WIDTH),
    )


def index_answers(connection: sqlite3.Connection, sample: int = 20) -> bool:
    """Whether the index finds the newest stored posts by a pair of characters of their text.

    Another tool's ``rebuild`` damages the index silently; this notices. True where there is nothing to try.
    """
    texts = connection.execute(
        "SELECT id, substr(text, 1, 500) FROM posts WHERE text != '' ORDER BY id DESC LIMIT ?", (sample,)
    ).fetchall()
    for number, text in texts:
        # The second pair of a run: no tokenizer but ours makes it a token.
        pair = next(
            (run_tokens(run)[1] for run in split_runs(fold(text)) if is_cjk(run[0]) and len(run) > 2), None
        )
        asked = (f'text : "{pair}"', number)
        found = "SELECT 1 FROM posts_fts WHERE posts_fts MATCH ? AND rowid = ?"
        if pair is not None and connection.execute(found, asked).fetchone() is None:
            return False
    return True
