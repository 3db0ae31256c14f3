"""Whether the search index says what the texts say: every token, place and count of it.

FTS5's own check sees that the index is sound in itself, but it cannot know our tokens. So the index is read through
``fts5vocab`` and compared with tokens made anew: how often each stands, and sums over all places.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Final

from wxarchive.han import fold, tokens
from wxarchive.query import COLUMNS, character_tokens
from wxarchive.store.index import TABLES

__all__ = ["iter_index_faults"]

_COLUMNS: Final = tuple(COLUMNS.values())
# Each token's place as one number: sums over them change with every single token that is lost, added or moved.
_COLUMN_NUMBER: Final = " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(_COLUMNS))
_PLACE: Final = f"(offset * {len(_COLUMNS)} + CASE col {_COLUMN_NUMBER} ELSE 99 END)"


def iter_index_faults(connection: sqlite3.Connection, *, quick: bool, can_lock: bool) -> Iterator[str]:
    """What is wrong with the index, in words. FTS5's own check needs a lock for writing, if it ``can_lock``."""
    if can_lock:
        yield from _check_itself(connection)
    try:
        if quick:
            yield from _check_sizes(connection)
        else:
            yield from _check_tokens(connection)
            yield from _check_characters(connection)
    except sqlite3.DatabaseError as error:
        yield f"it cannot be read: {error}"


def _check_itself(connection: sqlite3.Connection) -> Iterator[str]:
    """FTS5's check, which is written as an INSERT and changes nothing."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return  # another program writes: what follows sees nearly all that this would
    try:
        for table in TABLES:
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        yield f"it is damaged: {error}"
    finally:
        connection.rollback()


def _check_sizes(connection: sqlite3.Connection) -> Iterator[str]:
    (indexed,) = connection.execute("SELECT count(*) FROM posts_fts_docsize").fetchone()
    (posts,) = connection.execute("SELECT count(*) FROM posts").fetchone()
    if indexed != posts:
        yield f"it has {indexed:,} posts, the archive {posts:,}"


def _check_tokens(connection: sqlite3.Connection) -> Iterator[str]:
    occurrences: Counter[str] = Counter()
    posts: Counter[str] = Counter()
    sums = [0, 0, 0, 0]
    sizes: dict[int, tuple[int, ...]] = {}
    for number, *texts in connection.execute(f"SELECT id, {', '.join(_COLUMNS)} FROM posts"):
        made = [tokens(fold(text)).split() if text else [] for text in texts]
        sizes[number] = tuple(map(len, made))
        posts.update({token for some in made for token in some})
        for column, some in enumerate(made):
            occurrences.update(some)
            count = len(some)
            places = count * (count - 1) // 2 * len(_COLUMNS) + count * column
            for at, value in enumerate((count, number * count, places, number * places)):
                sums[at] += value
    connection.execute("DROP TABLE IF EXISTS temp.wx_tokens")
    connection.execute("DROP TABLE IF EXISTS temp.wx_places")
    connection.execute("CREATE VIRTUAL TABLE temp.wx_tokens USING fts5vocab('main', 'posts_fts', 'row')")
    connection.execute("CREATE VIRTUAL TABLE temp.wx_places USING fts5vocab('main', 'posts_fts', 'instance')")
    for token, its_posts, times in connection.execute("SELECT term, doc, cnt FROM temp.wx_tokens"):
        if occurrences.pop(token, 0) != times or posts.pop(token, 0) != its_posts:
            yield f"{token!r} is found where it does not stand, or not where it does"
            return
    if occurrences:
        yield f"{next(iter(occurrences))!r} is not found where it stands"
        return
    found = connection.execute(
        f"SELECT count(*), coalesce(sum(doc), 0), coalesce(sum({_PLACE}), 0), coalesce(sum(doc * {_PLACE}), 0) "
        "FROM temp.wx_places"
    ).fetchone()
    if list(found) != sums:
        yield "some tokens are at other places than in the texts"
    yield from _check_docsize(connection, sizes)


def _check_characters(connection: sqlite3.Connection) -> Iterator[str]:
    """The small index: how many posts have each token, and the sum of their numbers."""
    counted: Counter[str] = Counter()
    summed = 0
    for number, *texts in connection.execute(f"SELECT id, {', '.join(_COLUMNS)} FROM posts"):
        folded = [fold(text) if text else "" for text in texts]
        made = character_tokens(folded, tokens(folded[0])).split()
        counted.update(made)
        summed += number * len(made)
    connection.execute("DROP TABLE IF EXISTS temp.wx_characters")
    connection.execute("DROP TABLE IF EXISTS temp.wx_holders")
    connection.execute(
        "CREATE VIRTUAL TABLE temp.wx_characters USING fts5vocab('main', 'posts_characters', 'row')"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE temp.wx_holders USING fts5vocab('main', 'posts_characters', 'instance')"
    )
    found = dict(connection.execute("SELECT term, doc FROM temp.wx_characters"))
    (held,) = connection.execute("SELECT coalesce(sum(doc), 0) FROM temp.wx_holders").fetchone()
    if found != counted or held != summed:
        yield "which posts hold a character is not as in the texts"


def _check_docsize(connection: sqlite3.Connection, sizes: dict[int, tuple[int, ...]]) -> Iterator[str]:
    """The lengths of the texts, by which hits are ranked: a variable-length number for each column."""
    for number, data in connection.execute("SELECT id, sz FROM posts_fts_docsize"):
        if _varints(data) != sizes.pop(number, None):
            yield f"the length that it has for post {number} is wrong"
            return
    if sizes:
        yield f"post {next(iter(sizes))} is not in it"


def _varints(data: bytes) -> tuple[int, ...]:
    """SQLite's variable-length numbers: seven bits a byte, the first byte the highest."""
    numbers: list[int] = []
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return tuple(numbers)
