"""The best posts first.

**Score.** FTS5's bm25 with the weights below: a word in the title counts five times, in the author or the account's
name three times, in the source twice. The best 200 are then put into order with a mild preference for what is recent:
the score of a post as new as the newest of the archive is raised by 0.3 %, of one a year older by half of that, and so
on. With equal scores the post that was stored last comes first.

**Very frequent words.** bm25 looks at every post that holds the words, which takes a second for a million posts, and
says little of a word that is everywhere. So where more posts hold the words than :func:`ranked_at_most` says, a
selection is ranked: 100 recent posts that have all the words in the title, which come first, and the 300 most recent
that hold them, by how often they do for their length. Of a single character that is so from fewer posts on. The rest follow, newest first. No post is left out, and
``exact_rank`` ranks all of them by bm25.
"""

import json
import math
import sqlite3
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Final

from wxarchive.query import COLUMNS, And, Query, Term, find_apart, is_in, title_match
from wxarchive.store.conditions import Plan
from wxarchive.store.newest import iter_numbers, iter_recent

__all__ = ["Ranked", "character_ranked_at_most", "rank_all", "rank_selected", "ranked_at_most"]

Ranked = list[tuple[int, float]]
"""Numbers of posts and their scores, best first."""

# Of title, author, account, source, text.
_WEIGHTS: Final = (5.0, 3.0, 3.0, 2.0, 1.0)
_BM25: Final = f"-bm25(posts_fts, {', '.join(map(str, _WEIGHTS))})"
_REORDERED: Final = 200
_RECENT_GAIN: Final = 0.003
_HALF_LIFE_DAYS: Final = 365.0

_IN_TITLE: Final = 100
_RECENT: Final = 300
_TITLE_GAIN: Final = 10.0
_K1: Final = 1.2
_B: Final = 0.75


def ranked_at_most(posts: int) -> int:
    """How many posts are ranked by bm25, of an archive of so many: a twentieth, but 20,000 to 50,000."""
    return min(max(posts // 20, 20_000), 50_000)


def character_ranked_at_most(posts: int) -> int:
    """The same for one character, which bm25 finds in thousands of pairs: a twentieth, but 2,000 to 50,000."""
    return min(max(posts // 20, 2_000), 50_000)


def rank_all(connection: sqlite3.Connection, plan: Plan, limit: int, offset: int) -> Ranked:
    """The best posts of a plan that can be ranked, by the score of all of them."""
    best = f"SELECT {plan.key} AS number, {_BM25} AS score FROM {plan.source} ORDER BY score DESC, number DESC LIMIT :most"
    found: list[tuple[int, float, str | None]] = connection.execute(
        "SELECT number, score, published_at "
        f"FROM ({best}) CROSS JOIN posts INDEXED BY posts_facts ON posts.id = number",
        {**plan.values, "most": max(_REORDERED, limit + offset)},
    ).fetchall()
    (newest,) = connection.execute("SELECT max(published_at) FROM posts").fetchone()
    today = _day(newest)
    first = [(number, score * _gain(today, _day(moment))) for number, score, moment in found[:_REORDERED]]
    first.sort(key=_best_first)
    return [*first, *((number, score) for number, score, _ in found[_REORDERED:])][offset : offset + limit]


def _day(moment: str | None) -> int | None:
    return None if moment is None else date.fromisoformat(moment[:10]).toordinal()


def _gain(today: int | None, day: int | None) -> float:
    """What a score is multiplied by for being recent."""
    if today is None or day is None:
        return 1.0
    return 1.0 + _RECENT_GAIN * math.exp2((day - today) / _HALF_LIFE_DAYS)


def _best_first(ranked: tuple[int, float]) -> tuple[float, int]:
    number, score = ranked
    return -score, -number


def rank_selected(
    connection: sqlite3.Connection, plan: Plan, query: Query, limit: int, offset: int
) -> Ranked:
    """As :func:`rank_all` for words that very many posts hold: a selection ranked, then the newest."""
    chosen = dict.fromkeys([*_in_title(connection, plan, query), *iter_recent(connection, plan, _RECENT)])
    ranked = _scored(connection, list(chosen), query.terms)
    if limit + offset > len(ranked):
        others = (n for n in iter_numbers(connection, plan, "new", limit + offset) if n not in chosen)
        ranked += [(number, 0.0) for number in others]
    return ranked[offset : offset + limit]


def _in_title(connection: sqlite3.Connection, plan: Plan, query: Query) -> list[int]:
    """Wanted posts with all the words in the title, those that were stored last."""
    bounds = [title_match(term) for term in query.terms]
    if not bounds or None in bounds:
        return []
    rows = connection.execute(
        "SELECT rowid FROM posts_characters WHERE posts_characters MATCH ? ORDER BY rowid DESC LIMIT ?",
        (" AND ".join(f"({part})" for part in bounds), _IN_TITLE),
    ).fetchall()
    sql = f"SELECT 1 FROM {plan.between().source}"
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    # Where nothing but words is asked for, a title that has them all is enough, and quickly looked at.
    asks_words_only = all(isinstance(part, Term) and part.field in (None, "title") for part in parts)

    def is_wanted(number: int) -> bool:
        if asks_words_only:
            (title,) = connection.execute("SELECT title FROM posts WHERE id = ?", (number,)).fetchone() or (
                "",
            )
            return all(is_in(term, title or "") for term in query.terms)
        values = {**plan.values, "first": number, "last": number}
        return connection.execute(sql, values).fetchone() is not None

    return [number for (number,) in rows if is_wanted(number)]


def _scored(connection: sqlite3.Connection, numbers: Sequence[int], terms: Sequence[Term]) -> Ranked:
    """The posts by bm25's formula on their texts, those with all words in the title first."""
    columns = ", ".join(COLUMNS.values())
    rows = connection.execute(
        f"SELECT posts.id, {columns} FROM json_each(?) AS wanted CROSS JOIN posts ON posts.id = wanted.value",
        (json.dumps(numbers),),
    )
    counted: list[tuple[int, list[float], int, bool]] = []
    for number, *texts in rows:
        counts = [_weighed(term, texts) for term in terms]
        titled = bool(terms) and all(
            term.field in (None, "title") and is_in(term, texts[0] or "") for term in terms
        )
        counted.append((number, counts, len(texts[-1]), titled))
    mean = sum(length for _, _, length, _ in counted) / max(len(counted), 1) or 1.0
    ranked: Ranked = []
    for number, counts, length, titled in counted:
        norm = _K1 * (1 - _B + _B * length / mean)
        score = sum(count * (_K1 + 1) / (count + norm) for count in counts)
        ranked.append((number, score + _TITLE_GAIN * titled))
    return sorted(ranked, key=_best_first)


def _weighed(term: Term, texts: Sequence[str | None]) -> float:
    """How often the term stands in the texts, each time with its field's weight."""
    return sum(
        weight * sum(1 for _ in islice(find_apart(term, text), 1000))
        for field, weight, text in zip(COLUMNS, _WEIGHTS, texts, strict=True)
        if text and term.field in (None, field)
    )
