"""Reading posts out of the archive: in order of time, or ranked for a query, with excerpts."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Literal

from wxarchive.excerpts import Context, contexts, excerpt, find_marks
from wxarchive.query import Query, Term, character_match
from wxarchive.store.conditions import Plan, to_plan
from wxarchive.store.hits import SUMMARY_COLUMNS, Hit, Ranking, SearchResult, Summary, to_summary
from wxarchive.store.newest import Order, count_up_to, iter_numbers
from wxarchive.store.ranking import Ranked, character_ranked_at_most, rank_all, rank_selected, ranked_at_most

__all__ = [
    "EXCERPT_WIDTH",
    "SUMMARY",
    "Order",
    "Sort",
    "count_posts",
    "iter_contexts",
    "iter_hits",
    "iter_rows",
    "iter_rows_of",
    "iter_summaries",
    "rank",
    "search",
    "to_measured_plan",
]

Sort = Literal["rank", "new", "old"]
"""Best first, or by time of publication, newest or oldest first."""

EXCERPT_WIDTH: Final = 120
SUMMARY: Final = ", ".join(f"posts.{column}" for column in SUMMARY_COLUMNS)


def to_measured_plan(connection: sqlite3.Connection, query: Query | None) -> Plan:
    """How to find the posts that ``query`` wants, as quickly as what is in the archive allows."""
    most = character_ranked_at_most(_rough_number_of_posts(connection))
    counted = "SELECT count(*) FROM (SELECT 1 FROM posts_characters WHERE posts_characters MATCH ? LIMIT ?)"
    matching = "SELECT count(*) FROM (SELECT 1 FROM posts_fts WHERE posts_fts MATCH ? LIMIT ?)"

    def is_frequent(term: Term) -> bool:
        (count,) = connection.execute(counted, (character_match(term), most + 1)).fetchone()
        return int(count) > most

    def is_rare(expression: str) -> bool:
        (count,) = connection.execute(matching, (expression, most + 1)).fetchone()
        return int(count) <= most // 4

    return to_plan(query, is_frequent, is_rare)


def _rough_number_of_posts(connection: sqlite3.Connection) -> int:
    """The last number that was given: at once, where counting takes time."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()
    return int(last)


def count_posts(connection: sqlite3.Connection, query: Query | None) -> int:
    """How many posts ``query`` wants."""
    return _count(connection, to_measured_plan(connection, query))


def _count(connection: sqlite3.Connection, plan: Plan) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {plan.source}", plan.values).fetchone()
    return int(count)


def iter_rows(
    connection: sqlite3.Connection,
    query: Query | None,
    order: Order,
    columns: str = "posts.*",
    most: int | None = None,
) -> Iterator[sqlite3.Row]:
    """The rows of the wanted posts by time of publication, undated ones last; read as they are asked for.

    ``most``: how many will be asked for, if that is known; a few are found faster.
    """
    # Numbers are sorted, not rows: those can be large.
    numbers = iter_numbers(connection, to_measured_plan(connection, query), order, most)
    return iter_rows_of(connection, numbers, columns)


def iter_rows_of(
    connection: sqlite3.Connection, numbers: Iterable[int], columns: str
) -> Iterator[sqlite3.Row]:
    """The rows of posts by their numbers; one that is gone is passed over."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    for number in numbers:
        row: sqlite3.Row | None = cursor.execute(
            f"SELECT {columns} FROM posts WHERE id = ?", (number,)
        ).fetchone()
        if row is not None:
            yield row


def iter_summaries(
    connection: sqlite3.Connection, query: Query | None, order: Order, most: int | None = None
) -> Iterator[Summary]:
    """The wanted posts on a line each."""
    for row in iter_rows(connection, query, order, SUMMARY, most):
        yield Summary(**to_summary(row))


def search(
    connection: sqlite3.Connection,
    query: Query,
    limit: int,
    offset: int,
    *,
    sort: Sort = "rank",
    exact_rank: bool = False,
) -> SearchResult:
    """The posts that ``query`` wants, in the order asked for; where nothing ranks them (only facts), newest first."""
    ranked, total, ranking = rank(connection, query, limit, offset, sort=sort, exact_rank=exact_rank)
    return SearchResult(
        query=query, total=total, hits=tuple(iter_hits(connection, query, ranked)), ranking=ranking
    )


def iter_hits(connection: sqlite3.Connection, query: Query, ranked: Ranked) -> Iterator[Hit]:
    """The posts with these numbers and scores as hits."""
    scores = dict(ranked)
    for row in iter_rows_of(connection, scores, f"{SUMMARY}, posts.text"):
        yield _to_hit(row, scores[row["id"]], query)


def iter_contexts(
    connection: sqlite3.Connection, query: Query, ranked: Ranked, width: int
) -> Iterator[tuple[Summary, list[Context]]]:
    """The posts with these numbers, and every occurrence of the query's terms in their texts."""
    for row in iter_rows_of(connection, [number for number, _ in ranked], f"{SUMMARY}, posts.text"):
        yield Summary(**to_summary(row)), contexts(row["text"], query, width)


def rank(
    connection: sqlite3.Connection,
    query: Query,
    limit: int,
    offset: int,
    *,
    sort: Sort = "rank",
    exact_rank: bool = False,
) -> tuple[Ranked, int, Ranking]:
    """The numbers and scores of the posts to show, how many are wanted in all, and how they were put into order."""
    plan = to_plan(query) if exact_rank and sort == "rank" else to_measured_plan(connection, query)
    if sort != "rank" or plan.table == "posts":
        order: Order = "old" if sort == "old" else "new"
        numbers = islice(iter_numbers(connection, plan, order, limit + offset), offset, None)
        return [(number, 0.0) for number in numbers], _count(connection, plan), order
    most = ranked_at_most(_rough_number_of_posts(connection))
    total = count_up_to(connection, plan, most + 1)
    if plan.is_ranked and (total <= most or exact_rank):
        ranked = rank_all(connection, plan, limit, offset)
        return ranked, total if total <= most else _count(connection, plan), "all"
    ranked = rank_selected(connection, plan, query, limit, offset)
    return ranked, total if total <= most else _count(connection, plan), "selected"


def _to_hit(row: sqlite3.Row, score: float, query: Query) -> Hit:
    return Hit(
        **to_summary(row),
        score=score,
        title_marks=find_marks(row["title"] or "", query, "title"),
        excerpt=excerpt(row["text"], query, EXCERPT_WIDTH),
    )
