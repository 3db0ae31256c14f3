"""Links as the archive stores them, and the posts that they lead to."""

import sqlite3
from collections.abc import Iterable

from wxarchive.address import parse_address
from wxarchive.errors import AddressError
from wxarchive.text import without_surrogates

__all__ = ["find_held", "to_forms_and_keys"]


def to_forms_and_keys(addresses: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses in the forms that are stored, and the posts' ids that they tell, each once.

    Text that is no post's address stays as it is.
    """
    forms: list[str] = []
    keys: list[str] = []
    for text in map(without_surrogates, addresses):
        try:
            address = parse_address(text)
        except AddressError:
            forms.append(text)
            continue
        forms += [form for form in (address.url, address.short_url) if form]
        keys += [address.key] if address.key else []
    return tuple(dict.fromkeys(forms)), tuple(dict.fromkeys(keys))


def find_held(connection: sqlite3.Connection, forms: Iterable[str], keys: Iterable[str]) -> str | None:
    """The held post that one of these addresses leads to."""
    asked = [("posts", "post_id", key) for key in keys] + [("addresses", "url", form) for form in forms]
    for table, column, value in asked:
        row = connection.execute(f"SELECT post_id FROM {table} WHERE {column} = ?", (value,)).fetchone()
        if row is not None:
            return str(row[0])
    return None
