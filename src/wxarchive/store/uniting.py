"""Rows of another archive that go into this one as they are: links that lead to posts, and what is known of pictures."""

import sqlite3

__all__ = ["unite_rows"]


def unite_rows(other: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    """Take over links whose post is held here, and pictures that were asked for and not had."""
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
