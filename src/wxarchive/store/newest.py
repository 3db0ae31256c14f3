"""The wanted posts in order of publication, without looking at all of them where a few are asked for.

Posts are numbered as they come, and they come in any order. Two ways lead to the newest of those that hold a word:

- gather them all, with the date of each, and sort: some microseconds for each that holds it;
- walk through the posts from the newest on, and ask the index about some hundreds at a time. Where numbers follow the
  dates, those are one range of numbers and one question; where they do not, they are many.

The first is the better for rare words, the second for frequent ones; how many there are, and what the first step of
the walk cost, decides.
Both give the same posts in the same order: newest (or oldest) first, undated ones last.
"""

import math
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final, Literal

from wxarchive.store.conditions import Plan

__all__ = ["Order", "count_up_to", "iter_numbers", "iter_recent"]

Order = Literal["new", "old"]

_STEP: Final = 512
# Numbers this close together are asked for as one range.
_GAP: Final = 32
# In microseconds, by measurement: to gather a post, to take a step of the walk, and, within it, to ask the index about
# one range of numbers.
_GATHER_COST: Final = 2.0
_STEP_COST: Final = 400.0
_RANGE_COST: Final = 15.0
# More ranges than this are not asked for when only a selection of recent posts is wanted.
_MOST_RANGES: Final = 1_500


def count_up_to(connection: sqlite3.Connection, plan: Plan, most: int) -> int:
    """How many posts are wanted, but at most ``most``."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {plan.source} LIMIT :most)"
    (count,) = connection.execute(sql, {**plan.values, "most": most}).fetchone()
    return int(count)


def iter_numbers(
    connection: sqlite3.Connection,
    plan: Plan,
    order: Order,
    most: int | None = None,
    *,
    gathered: int | None = None,
) -> Iterator[int]:
    """The numbers of the wanted posts in order of publication, ``most`` of them at most.

    Fewer than ``gathered`` are gathered without a look at what else would cost less; if that is not said, fewer than
    about as many as cost what the walk would.
    """
    if plan.table == "posts" or most is None:
        return _gather(connection, plan, order, most)
    few = _as_quickly_gathered(connection, most) if gathered is None else gathered
    if count_up_to(connection, plan, few) < few:
        return _gather(connection, plan, order, most)
    walk = _Walk(connection, plan, order)
    first = walk.step()
    if walk.ranges > _GAP:
        cost = most / max(len(first), 0.2) * walk.ranges * _RANGE_COST
        all_of_them = count_up_to(connection, plan, int(cost / _GATHER_COST) + 1)
        if all_of_them * _GATHER_COST < cost:
            return _gather(connection, plan, order, most)
    return islice(_chained(first, walk), most)


def _as_quickly_gathered(connection: sqlite3.Connection, most: int) -> int:
    """Of how many wanted posts gathering costs what a walk to ``most`` of them does, if they lie evenly."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()
    # The walk takes a step for every _STEP posts, of which each has as much chance to be wanted.
    return math.isqrt(int(most * last / _STEP * _STEP_COST / _GATHER_COST)) + 1


def iter_recent(connection: sqlite3.Connection, plan: Plan, most: int) -> Iterator[int]:
    """Some of the newest wanted posts, of a plan that wants very many: as far as they are quickly found."""
    walk = _Walk(connection, plan, "new")
    found = 0
    while found < most and not walk.is_done and walk.ranges < _MOST_RANGES:
        for number in islice(walk.step(), most - found):
            found += 1
            yield number


def _chained(first: Sequence[int], walk: "_Walk") -> Iterator[int]:
    yield from first
    while not walk.is_done:
        yield from walk.step()


def _gather(connection: sqlite3.Connection, plan: Plan, order: Order, most: int | None) -> Iterator[int]:
    direction = "DESC" if order == "new" else "ASC"
    numbers = connection.execute(
        f"SELECT {plan.key} FROM {plan.with_posts().source} "
        f"ORDER BY posts.published_at {direction} NULLS LAST, posts.id {direction} LIMIT :most",
        {**plan.values, "most": -1 if most is None else most},
    )
    return (number for (number,) in numbers)


class _Walk:
    """A walk through all posts in order of publication; each step gives the wanted ones among some hundreds."""

    def __init__(self, connection: sqlite3.Connection, plan: Plan, order: Order) -> None:
        self._connection = connection
        within = plan.between()
        self._sql = f"SELECT {within.key} FROM {within.source}"
        self._values = plan.values
        # NULLs come last by themselves in a descending order, which the index on published_at then gives.
        orders = (
            ("posts ORDER BY published_at DESC, id DESC",)
            if order == "new"
            else (
                "posts WHERE published_at IS NOT NULL ORDER BY published_at, id",
                "posts WHERE published_at IS NULL ORDER BY id",
            )
        )
        self._all = chain.from_iterable(connection.execute(f"SELECT id FROM {sql}") for sql in orders)
        self.ranges = 0
        """How many ranges of numbers the index was asked about so far."""
        self.is_done = False

    def step(self) -> list[int]:
        """The wanted ones among the next posts."""
        numbers = [number for (number,) in islice(self._all, _STEP)]
        self.is_done = len(numbers) < _STEP
        wanted: set[int] = set()
        for first, last in _ranges(sorted(numbers)):
            self.ranges += 1
            values = {**self._values, "first": first, "last": last}
            wanted.update(n for (n,) in self._connection.execute(self._sql, values))
        return [number for number in numbers if number in wanted]


def _ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    if not numbers:
        return
    first = last = numbers[0]
    for number in numbers:
        if number - last > _GAP:
            yield first, last
            first = number
        last = number
    yield first, last
