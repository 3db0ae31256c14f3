"""What searching needs: facts of posts beside each other, the small index, kept searches, and views for people."""

from typing import Final

__all__ = ["TABLES_SEARCH"]

TABLES_SEARCH: Final = """
-- What a post has beside its text, told from its images and media.
ALTER TABLE posts ADD COLUMN has_image INTEGER GENERATED ALWAYS AS
    (instr(images, '"role":"body"') > 0) VIRTUAL;                                       -- pictures in the body
ALTER TABLE posts ADD COLUMN has_qr INTEGER GENERATED ALWAYS AS
    (instr(images, '"role":"qr"') > 0) VIRTUAL;                                         -- codes to scan
ALTER TABLE posts ADD COLUMN has_audio INTEGER GENERATED ALWAYS AS
    (kind = 'audio' OR instr(media, '"type":"audio"') > 0 OR instr(media, '"type":"music"') > 0) VIRTUAL;
ALTER TABLE posts ADD COLUMN has_video INTEGER GENERATED ALWAYS AS
    (kind = 'video' OR instr(media, '"type":"video') > 0) VIRTUAL;                      -- also of a channel (视频号)

-- What filters, sorting and counting ask of a post, beside each other: its row is long, and a search may ask thousands.
CREATE INDEX posts_facts ON posts(id, published_at, kind, nickname, alias, user_name, biz, author, source);
CREATE INDEX captures_state ON captures(state, post_id);

-- Which posts hold a character, and what stands in their titles (wxarchive.query.characters). Has no text of its own.
CREATE VIRTUAL TABLE "posts_characters" USING FTS5(characters,
    content="", detail=none, tokenize='unicode61 remove_diacritics 0');

-- Searches that were saved under a name, and the posts that they had found when they were last run.
CREATE TABLE searches (
    name TEXT PRIMARY KEY,
    words TEXT NOT NULL,                  -- the query, as it was typed
    created_at TEXT NOT NULL,
    run_at TEXT                           -- when it was last run; NULL: never
) WITHOUT ROWID;
CREATE TABLE searches_found (
    name TEXT NOT NULL REFERENCES searches(name) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- posts.id
    PRIMARY KEY (name, number)
) WITHOUT ROWID;

-- For people who read with SQL, Datasette or sqlite-utils: posts without their long columns, with all text, and by
-- account; and what was had of each post.
CREATE VIEW post_list AS
    SELECT id, post_id, substr(published_at, 1, 10) AS day, nickname AS account, title, author, source, kind,
        length(text) AS characters, has_image, has_audio, has_video, has_qr, version, url
    FROM posts;
CREATE VIEW post_texts AS
    SELECT id, post_id, substr(published_at, 1, 10) AS day, nickname AS account, title, author, source, text FROM posts;
CREATE VIEW account_list AS
    SELECT biz, max(alias) AS alias, max(user_name) AS user_name, max(nickname) AS account, count(*) AS posts,
        min(substr(published_at, 1, 10)) AS first_day, max(substr(published_at, 1, 10)) AS last_day
    FROM posts GROUP BY coalesce(biz, user_name, alias, nickname);
CREATE VIEW capture_list AS
    SELECT captures.id, captures.post_id, posts.title, captures.state, captures.state_text, captures.origin,
        coalesce(captures.fetched_at, captures.stored_at) AS had_at, captures.status, captures.url, captures.file,
        captures.sha256
    FROM captures LEFT JOIN posts USING (post_id);
"""
