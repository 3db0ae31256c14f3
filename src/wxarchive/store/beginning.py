"""The chain and the sums of an archive that was made before there were any: what it holds now is where they begin."""

import hashlib
import sqlite3
import uuid

from wxarchive.store.captures import capture_sum
from wxarchive.store.chain import FIRST_LINK, capture_entry, digest_of, link_of
from wxarchive.store.rows import post_sum

__all__ = ["begin_chain"]


def begin_chain(connection: sqlite3.Connection) -> None:
    """Give the archive an id, each capture a link, and captures and posts their sums. Part of a migration."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    cursor.execute("INSERT INTO meta (key, value) VALUES ('archive_id', ?)", (str(uuid.uuid4()),))
    numbers = [row["id"] for row in cursor.execute("SELECT id FROM captures ORDER BY id")]
    link = FIRST_LINK
    for number in numbers:
        row = cursor.execute("SELECT * FROM captures WHERE id = ?", (number,)).fetchone()
        digest = digest_of(capture_entry(row))
        link = link_of(link, digest)
        cursor.execute("INSERT INTO chain VALUES (?, 'capture', NULL, ?, ?)", (number, digest, link))
        cursor.execute("UPDATE captures SET row_sum = ? WHERE id = ?", (capture_sum(row), number))
    head = f"{numbers[-1] if numbers else 0} {link}"
    cursor.execute("INSERT INTO meta (key, value) VALUES ('chain_head', ?)", (head,))
    for number in [row["id"] for row in cursor.execute("SELECT id FROM bodies")]:
        (data,) = cursor.execute("SELECT data FROM bodies WHERE id = ?", (number,)).fetchone()
        digest = hashlib.sha256(data).hexdigest()
        cursor.execute("UPDATE bodies SET data_sum = ? WHERE id = ?", (digest, number))
    for number in [row["id"] for row in cursor.execute("SELECT id FROM posts")]:
        row = cursor.execute("SELECT * FROM posts WHERE id = ?", (number,)).fetchone()
        cursor.execute("UPDATE posts SET row_sum = ? WHERE id = ?", (post_sum(row), number))
