"""Rows of another archive that go into this one as they are: links that lead to posts, what is known of pictures, what
is to be fetched, and what feeds gave."""

import sqlite3

__all__ = ["unite_rows"]


def unite_rows(other: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    """Take over links whose post is held here, pictures and links that were asked for and not had, and feeds' texts.

    What the other archive follows is not taken over: two that sync the same would ask twice.
    """
    for url, post_id in other.execute("SELECT url, post_id FROM addresses"):
        connection.execute(
            "INSERT OR IGNORE INTO addresses (url, post_id) SELECT ?, post_id FROM posts WHERE post_id = ?",
            (url, post_id),
        )
    columns = "key, url, kind, post_id, state, attempts, reason, changed_at"
    for row in other.execute(f"SELECT {columns} FROM media_addresses WHERE state != 'held' ORDER BY id"):
        connection.execute(
            f"INSERT OR IGNORE INTO media_addresses ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
        )
    columns = (
        "url, post_id, state, attempts, next_at, reason, found_in, title, published_at, added_at, changed_at"
    )
    for row in other.execute(f"SELECT {columns} FROM to_fetch WHERE state != 'done' ORDER BY id"):
        connection.execute(
            f"INSERT OR IGNORE INTO to_fetch ({columns}) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM to_fetch WHERE post_id = ?)",
            (*row, row[1]),
        )
    columns = "url, source, title, author, published_at, seen_at, sha256, data"
    for row in other.execute(f"SELECT {columns} FROM feed_texts ORDER BY id"):
        connection.execute(
            f"INSERT OR IGNORE INTO feed_texts ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
        )
