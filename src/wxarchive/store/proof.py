"""Proofs that the search index answers as going through the texts does. They read only."""

import random
import sqlite3
from typing import Final

from wxarchive.han import fold, is_cjk, run_tokens, split_runs
from wxarchive.query import COLUMNS, Query, Term, parse_query, quote
from wxarchive.query.meaning import Asked
from wxarchive.store.conditions import to_plan

__all__ = ["compare", "gaps", "index_answers"]

_RANGES: Final = 10
_POSTS_OF_A_RANGE: Final = 20
_WORDS: Final = 60


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


def gaps(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many posts are not in the index, and how many in it are no posts."""
    (missing,) = connection.execute(
        "SELECT count(*) FROM posts WHERE id NOT IN (SELECT id FROM posts_fts_docsize)"
    ).fetchone()
    (stale,) = connection.execute(
        "SELECT count(*) FROM posts_fts_docsize WHERE id NOT IN (SELECT id FROM posts)"
    ).fetchone()
    return int(missing), int(stale)


def compare(connection: sqlite3.Connection, seed: int = 1) -> tuple[int, list[str]]:
    """Ask for words from the posts, and look into some posts by brute force too.

    Gives how many words were asked for, and those for which index and brute force differ. Both ways of asking for one
    character are tried.
    """
    chance = random.Random(seed)
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()
    starts = [chance.randint(1, last) for _ in range(_RANGES if last else 0)]
    ranges = {(start, start + _POSTS_OF_A_RANGE - 1) for start in starts}
    columns = ", ".join(COLUMNS.values())
    posts: dict[int, Asked] = {}
    for limits in ranges:
        rows = connection.execute(f"SELECT id, {columns} FROM posts WHERE id BETWEEN ? AND ?", limits)
        for number, *texts in rows:
            title, author, account, source, body = (fold(text or "") for text in texts)
            posts[number] = Asked(title=title, author=author, account=account, source=source, text=body)
    words = _words(chance, [post.text + "\n" + post.title for post in posts.values()])
    return len(words), [
        word for word in words if not _agrees(connection, parse_query(quote(word)), ranges, posts)
    ]


def _words(chance: random.Random, texts: list[str]) -> list[str]:
    runs = [run for text in texts for run in split_runs(text)]
    words: dict[str, None] = {}
    for _ in range(_WORDS if runs else 0):
        run = chance.choice(runs)
        if is_cjk(run[0]):
            start = chance.randrange(len(run))
            run = run[start : start + chance.randint(1, 4)]
        words[run] = None
    return list(words)


def _agrees(
    connection: sqlite3.Connection, query: Query, ranges: set[tuple[int, int]], posts: dict[int, Asked]
) -> bool:
    wanted = {number for number, post in posts.items() if query.verify(post)}
    for is_frequent in (_never, _always):
        plan = to_plan(query, is_frequent).between()
        sql = f"SELECT {plan.key} FROM {plan.source}"
        found: set[int] = set()
        for first, last in ranges:
            values = {**plan.values, "first": first, "last": last}
            found.update(number for (number,) in connection.execute(sql, values))
        if found != wanted:
            return False
    return True


def _always(term: Term) -> bool:
    return True


def _never(term: Term) -> bool:
    return False
