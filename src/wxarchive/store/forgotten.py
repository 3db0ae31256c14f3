"""What the chain says of captures that were removed on purpose."""

import json
import sqlite3

__all__ = ["forgotten_by"]


def forgotten_by(connection: sqlite3.Connection) -> set[int]:
    """The numbers of the captures that were forgotten, as the chain's own entries tell."""
    numbers: set[int] = set()
    try:
        for (entry,) in connection.execute("SELECT entry FROM chain WHERE kind = 'forget'"):
            try:
                numbers.update(int(number) for number in json.loads(entry)["captures"])
            except (ValueError, KeyError, TypeError):
                continue  # an entry that was altered forgets nothing, and is named by its digest
    except sqlite3.DatabaseError:
        pass  # the chain cannot be read; what it lacks is named by whoever walks it
    return numbers
