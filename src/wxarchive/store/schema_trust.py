"""The tables that let an archive be trusted: the chain over captures, references for packing, earlier versions."""

from typing import Final

__all__ = ["TABLES_TRUST"]

TABLES_TRUST: Final = """
-- One link for each capture, and for each time that posts were forgotten or another archive was merged. Every link
-- holds a hash of all before it: one that is removed, reordered or altered shows. Never changed, only added to.
CREATE TABLE chain (
    id INTEGER PRIMARY KEY,               -- the place; of a capture also its number
    kind TEXT NOT NULL,                   -- capture, forget or merge
    entry TEXT,                           -- JSON: what was done; NULL of a capture, which stands in captures
    digest TEXT NOT NULL,                 -- SHA-256 of the entry, hex
    link TEXT NOT NULL                    -- SHA-256 of the link before, a line end, the digest and a line end
);
CREATE INDEX chain_digest ON chain(digest);

ALTER TABLE captures ADD COLUMN merged_from TEXT; -- the archive_id of the archive that it was merged from
ALTER TABLE captures ADD COLUMN row_sum TEXT;     -- SHA-256 of what the chain leaves out: post_id, state, state_text, merged_from
ALTER TABLE posts ADD COLUMN row_sum TEXT;        -- SHA-256 of the other columns

-- Pages that others are packed against, as zstd dictionaries.
CREATE TABLE page_references (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,                 -- of the page
    size INTEGER NOT NULL,                -- of the page
    base_id INTEGER REFERENCES page_references(id), -- what it is packed against itself
    steps INTEGER NOT NULL,               -- how many references are below it
    sketch BLOB NOT NULL,                 -- 32-bit checksums of places in it: how pages like it are found
    data BLOB NOT NULL,                   -- a zstd frame
    row_sum TEXT NOT NULL                 -- SHA-256 of the other columns
);

-- The same once more: many pages depend on them.
CREATE TABLE reference_copies (
    id INTEGER PRIMARY KEY REFERENCES page_references(id),
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    base_id INTEGER,
    steps INTEGER NOT NULL,
    sketch BLOB NOT NULL,
    data BLOB NOT NULL,
    row_sum TEXT NOT NULL
);

ALTER TABLE bodies ADD COLUMN reference_id INTEGER REFERENCES page_references(id); -- what data is packed against
ALTER TABLE bodies ADD COLUMN data_sum TEXT;      -- SHA-256 of data
CREATE INDEX bodies_reference_id ON bodies(reference_id) WHERE reference_id IS NOT NULL;

-- What posts said before their authors edited them. The version of today stands in posts. Made anew from captures.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES posts(post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures(id), -- the page that showed it first
    seen_at TEXT NOT NULL,                -- when that page was had
    record TEXT NOT NULL,                 -- the record, as JSON
    row_sum TEXT NOT NULL,                -- SHA-256 of the other columns
    UNIQUE (post_id, version)
);

-- Each time that a post was seen, alive or gone, with the page's own words.
CREATE VIEW observations AS
    SELECT post_id, id AS capture_id, coalesce(fetched_at, stored_at) AS seen_at, origin, state, state_text
    FROM captures WHERE post_id IS NOT NULL;
"""
