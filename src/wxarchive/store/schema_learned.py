"""The tables of what is learned: what accounts repeat, and what the codes in pictures say. Both can be made anew."""

from typing import Final

__all__ = ["TABLES_LEARNED"]

TABLES_LEARNED: Final = """
-- Lines that an account's posts have at their head or tail (`wxarchive learn`).
CREATE TABLE learned (
    id INTEGER PRIMARY KEY,
    biz TEXT,                             -- the account, by all names that its posts have
    user_name TEXT,
    alias TEXT,
    nickname TEXT,
    edge TEXT NOT NULL,                   -- head or tail
    text TEXT NOT NULL,                   -- its latest form
    variants TEXT NOT NULL,               -- JSON list: fingerprints of all its forms, the latest last
    seen INTEGER NOT NULL,                -- so many posts have it
    posts INTEGER NOT NULL,               -- of so many between the first and the last that do
    learned_at TEXT NOT NULL
);

-- What the QR codes in kept pictures say. A row without text: looked at, none found.
CREATE TABLE picture_codes (
    sha256 TEXT PRIMARY KEY REFERENCES media(sha256) ON DELETE CASCADE,
    text TEXT
) WITHOUT ROWID;
"""
