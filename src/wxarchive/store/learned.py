"""What is learned from an archive, in its tables: what accounts repeat, and what the codes in pictures say."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from wxarchive.clean import LearnedBlock, LearnedBlocks
from wxarchive.codes import find_codes
from wxarchive.store.results import AccountNames
from wxarchive.times import format_moment

__all__ = [
    "forget_unseen",
    "iter_accounts",
    "iter_texts",
    "load_codes",
    "load_learned",
    "note_codes",
    "read_codes",
    "save_learned",
]

_IDENTITY = "coalesce(biz, user_name, alias, nickname)"


def iter_accounts(connection: sqlite3.Connection, name: str | None = None) -> Iterator[AccountNames]:
    """The accounts of the held posts, or those with this nickname, 微信号, gh_… or biz."""
    rows = connection.execute(
        f"SELECT max(biz), max(user_name), max(alias), max(nickname), count(*) FROM posts "
        f"WHERE {_IDENTITY} IS NOT NULL GROUP BY {_IDENTITY} ORDER BY count(*) DESC, {_IDENTITY}"
    )
    for row in rows.fetchall():
        account = AccountNames(*row)
        if name is None or name in account.names:
            yield account


def iter_texts(connection: sqlite3.Connection, account: AccountNames) -> Iterator[list[str]]:
    """The lines of the account's posts as they were before cleaning, the oldest post first."""
    identity = next(
        name for name in (account.biz, account.user_name, account.alias, account.nickname) if name is not None
    )
    rows = connection.execute(
        f"SELECT text, removed FROM posts WHERE {_IDENTITY} = ? ORDER BY published_at IS NULL, published_at, id",
        (identity,),
    )
    for text, removed in rows:
        for piece in reversed(json.loads(removed)):
            text = text[: piece["at"]] + piece["text"] + text[piece["at"] :]
        yield text.split("\n")


def save_learned(
    connection: sqlite3.Connection, account: AccountNames, learned: LearnedBlocks, moment: datetime
) -> None:
    """Hold what was learned of an account in place of what was before."""
    names = (account.biz, account.user_name, account.alias, account.nickname)
    connection.execute(f"DELETE FROM learned WHERE {_IDENTITY} = coalesce(?, ?, ?, ?)", names)
    connection.executemany(
        "INSERT INTO learned (biz, user_name, alias, nickname, edge, text, variants, seen, posts, learned_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *names,
                block.edge,
                block.text,
                json.dumps(block.variants, ensure_ascii=False),
                block.seen,
                block.posts,
                format_moment(moment),
            )
            for block in learned.blocks
        ),
    )


def forget_unseen(connection: sqlite3.Connection, post: sqlite3.Row) -> None:
    """Forget the learned lines of the account of a post that was removed which no post of the account shows any more."""
    names = (post["biz"], post["user_name"], post["alias"], post["nickname"])
    lines = connection.execute(
        f"SELECT id, text FROM learned WHERE {_IDENTITY} = coalesce(?, ?, ?, ?)", names
    ).fetchall()
    shows = (
        f"SELECT 1 FROM posts WHERE {_IDENTITY} = coalesce(?, ?, ?, ?) "
        "AND (instr(text, ?) OR instr(removed, ?)) LIMIT 1"
    )
    for number, text in lines:
        escaped = json.dumps(text, ensure_ascii=False)[1:-1]
        if connection.execute(shows, (*names, text, escaped)).fetchone() is None:
            connection.execute("DELETE FROM learned WHERE id = ?", (number,))


def load_learned(connection: sqlite3.Connection) -> dict[str, LearnedBlocks]:
    """Any name of an account → what was learned of it."""
    found: dict[str, list[LearnedBlock]] = {}
    rows = connection.execute(
        "SELECT biz, user_name, alias, nickname, edge, text, variants, seen, posts FROM learned ORDER BY id"
    )
    for *names, edge, text, variants, seen, posts in rows:
        block = LearnedBlock(
            edge=edge, text=text, variants=tuple(json.loads(variants)), seen=seen, posts=posts
        )
        for name in {name for name in names if name}:
            found.setdefault(name, []).append(block)
    return {name: LearnedBlocks(tuple(blocks)) for name, blocks in found.items()}


# -- codes in pictures ---------------------------------------------------------------------------------------------


def note_codes(connection: sqlite3.Connection, sha256: str, data: bytes) -> None:
    """Look for codes in a kept picture, once for its content. Raises ImportError without the extra ``images``."""
    known = connection.execute("SELECT 1 FROM picture_codes WHERE sha256 = ?", (sha256,)).fetchone()
    if known is None:
        connection.execute(
            "INSERT INTO picture_codes (sha256, text) VALUES (?, ?)",
            (sha256, next(iter(find_codes(data)), None)),
        )


def read_codes(connection: sqlite3.Connection, folder: Path) -> int:
    """Look for codes in the kept pictures that were not looked at; gives how many those were."""
    rows = connection.execute(
        "SELECT sha256, file FROM media WHERE type LIKE 'image/%' AND type != 'image/svg+xml' "
        "AND sha256 NOT IN (SELECT sha256 FROM picture_codes)"
    ).fetchall()
    for sha256, file in rows:
        path = folder / file
        if path.is_file():
            note_codes(connection, sha256, path.read_bytes())
    return len(rows)


def load_codes(connection: sqlite3.Connection) -> Mapping[str, str]:
    """A picture's identity → what the code in it says."""
    return dict(
        connection.execute(
            "SELECT key, text FROM media_addresses JOIN picture_codes USING (sha256) WHERE text IS NOT NULL"
        )
    )
