"""The tables of what is still to be fetched, and where links come from."""

from typing import Final

__all__ = ["TABLES_FETCH"]

TABLES_FETCH: Final = """
ALTER TABLE posts ADD COLUMN account_avatar_url TEXT;

-- Every link that is to be fetched, was, or cannot be. Addresses are canonical and without a reader's secrets.
CREATE TABLE to_fetch (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    post_id TEXT,                         -- biz:mid:idx, where the address or the page tells it
    state TEXT NOT NULL,                  -- waiting, done, gone, failed or refused
    refresh INTEGER NOT NULL DEFAULT 0,   -- 1: to be asked although the post is held
    attempts INTEGER NOT NULL DEFAULT 0,  -- runs that asked for it and failed
    next_at TEXT,                         -- asking before makes no sense
    reason TEXT,                          -- why it was not had the last time
    found_in TEXT,                        -- where the link stood: a command, a source, a file, a post
    title TEXT,                           -- as a list gave it
    published_at TEXT,
    added_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX to_fetch_state ON to_fetch(state, id);
CREATE INDEX to_fetch_post_id ON to_fetch(post_id);
CREATE INDEX to_fetch_found_in ON to_fetch(found_in);

-- What is followed.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,            -- as sync and unfollow take it
    kind TEXT NOT NULL,                   -- album, feed, links, or that of an extension
    address TEXT NOT NULL UNIQUE,
    title TEXT,
    memory TEXT NOT NULL,                 -- JSON: what the kind remembers between two syncs
    said TEXT,                            -- what the last sync could not see, or why it failed
    added_at TEXT NOT NULL,
    synced_at TEXT
);

-- Whole texts that feeds gave of posts: what is left if the post itself is gone before it is fetched.
CREATE TABLE feed_texts (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,                    -- the post's canonical address
    source TEXT NOT NULL,                 -- the feed's address
    title TEXT,
    author TEXT,
    published_at TEXT,
    seen_at TEXT NOT NULL,
    sha256 TEXT NOT NULL,                 -- of the item's HTML, as the feed gave it
    data BLOB NOT NULL,                   -- that HTML, a zstd frame
    UNIQUE (url, source, sha256)
);
"""
