"""The archive's tables, as SQL with a comment per column, and the numbers that tell an archive from other files.

``posts`` is what the parser of today reads from the latest capture of each post: it can be made anew from
``captures`` and ``bodies``, which are only ever added to.
"""

from typing import Final

__all__ = ["APPLICATION_ID", "DATABASE", "INDEX_MEMORY", "SCHEMA_VERSION", "TABLES_1"]

DATABASE: Final = "archive.db"
"""The database's name in the archive's folder."""

APPLICATION_ID: Final = 0x77784172
"""``wxAr``, in the database's header (``PRAGMA application_id``)."""

SCHEMA_VERSION: Final = 6
"""How many migrations this program knows; the header's ``user_version`` says how many an archive has had."""

INDEX_MEMORY: Final = 32 * 1024 * 1024
"""How many bytes of an index FTS5 gathers before it writes them."""

TABLES_1: Final = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT
) WITHOUT ROWID;

-- Page bytes, once for each content.
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,          -- of the bytes as received, hex
    size INTEGER NOT NULL,                -- of the bytes as received
    codec TEXT NOT NULL,                  -- how data is packed: zstd
    data BLOB NOT NULL
);

-- What was had, from where and when: one row for each answer or imported file. Never changed, but for the three
-- columns that are read from the bytes: post_id, state, state_text.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    post_id TEXT,                         -- the post it shows, or showed; NULL: none is known
    origin TEXT NOT NULL,                 -- fetch or import
    url TEXT,                             -- asked for, without a reader's secrets
    final_url TEXT,                       -- where redirects ended
    file TEXT,                            -- the imported file's name
    fetched_at TEXT,                      -- when the bytes were had; of a file its modification time
    stored_at TEXT NOT NULL,
    status INTEGER,                       -- HTTP
    headers TEXT NOT NULL,                -- JSON object, names in lower case
    state TEXT NOT NULL,                  -- post, deleted, violation …
    state_text TEXT,                      -- the page's own words, where it is no post
    sha256 TEXT NOT NULL REFERENCES bodies(sha256)
);
CREATE INDEX captures_post_id ON captures(post_id);
CREATE INDEX captures_sha256 ON captures(sha256);
CREATE INDEX captures_url ON captures(url);

-- One row for each post, as of its latest capture. Times are ISO 8601 with +08:00; lists and objects are JSON.
-- Long columns stand last, so that the short ones are read without them.
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,               -- the number that list shows
    post_id TEXT NOT NULL UNIQUE,         -- biz:mid:idx, or text: and 16 hex digits
    kind TEXT NOT NULL,
    published_at TEXT,
    published_precision TEXT,             -- second, minute or day
    title TEXT,
    author TEXT,
    nickname TEXT,                        -- the account's name
    alias TEXT,                           -- the account's 微信号
    user_name TEXT,                       -- the account's gh_…
    biz TEXT,                             -- the account's __biz
    source TEXT,                          -- 来源
    url TEXT,
    short_url TEXT,
    cover_url TEXT,
    source_url TEXT,                      -- 阅读原文
    item_show_type INTEGER,
    copyright TEXT NOT NULL,
    ip_location TEXT,
    is_paid INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    content_hash TEXT NOT NULL,           -- of what an author can edit
    parser_version INTEGER NOT NULL,
    fetched_at TEXT,
    raw_sha256 TEXT,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    first_captured_at TEXT NOT NULL,
    digest TEXT,
    account_description TEXT,             -- 功能介绍
    origin TEXT,                          -- of a reprint or share
    credits TEXT NOT NULL,
    albums TEXT NOT NULL,
    media TEXT NOT NULL,
    links TEXT NOT NULL,
    images TEXT NOT NULL,
    removed TEXT NOT NULL,                -- what cleaning took out
    text TEXT NOT NULL,
    markdown TEXT NOT NULL,
    html TEXT NOT NULL
);
CREATE INDEX posts_published_at ON posts(published_at, id);
CREATE INDEX posts_account ON posts(biz, user_name, alias, nickname);

-- Every form of link under which a post was seen.
CREATE TABLE addresses (
    url TEXT PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES posts(post_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX addresses_post_id ON addresses(post_id);

-- Full-text index of pairs of characters (wxarchive.han); it has no text of its own. SQLite cannot make the tokens:
-- only wxarchive writes it, and 'rebuild', snippet() and highlight() do not work on it.
CREATE VIRTUAL TABLE "posts_fts" USING FTS5(title, author, nickname, source, text,
    content="posts", content_rowid="id", tokenize='unicode61 remove_diacritics 0');
"""
