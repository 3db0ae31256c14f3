"""The tables of pictures and sound. Their bytes are files in the archive's folder, under ``media/``."""

from typing import Final

__all__ = ["TABLES_MEDIA"]

TABLES_MEDIA: Final = """
-- Files of pictures and sound, once for each content. A file is there before its row.
CREATE TABLE media (
    sha256 TEXT PRIMARY KEY,              -- of the bytes, hex
    file TEXT NOT NULL,                   -- under the archive's folder: media/ab/ab….jpg
    type TEXT NOT NULL,                   -- MIME, told by the bytes
    size INTEGER NOT NULL,
    stored_at TEXT NOT NULL
) WITHOUT ROWID;

-- What posts show, by its identity (the CDN's path without the size), and the file that it is.
CREATE TABLE media_addresses (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,                    -- as a post gives it
    kind TEXT NOT NULL,                   -- picture, cover or audio
    post_id TEXT,                         -- a post that shows it: the Referer of the request
    state TEXT NOT NULL,                  -- waiting, held, failed (passing: worth a try), gone (the CDN has it no more)
    sha256 TEXT REFERENCES media(sha256),
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,                          -- why it was not had the last time
    changed_at TEXT NOT NULL
);
CREATE INDEX media_addresses_state ON media_addresses(state, id);
CREATE INDEX media_addresses_sha256 ON media_addresses(sha256);
"""
