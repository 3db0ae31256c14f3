"""Searching what posts said before their authors edited them.

Edits are rare, so earlier versions are not indexed: each is read and asked whether the query wants it, which is exact
by itself.
"""

import sqlite3
from collections.abc import Iterator

from wxarchive.excerpts import excerpt, find_marks
from wxarchive.han import fold
from wxarchive.query import Feature, Query
from wxarchive.query.meaning import Asked, verify
from wxarchive.records import Post
from wxarchive.store.hits import Hit
from wxarchive.store.rows import to_version
from wxarchive.store.search import EXCERPT_WIDTH

__all__ = ["iter_earlier_hits"]


def iter_earlier_hits(connection: sqlite3.Connection, query: Query) -> Iterator[Hit]:
    """The earlier versions that ``query`` wants, those seen last first; ``version`` and ``excerpt`` are theirs."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(
        "SELECT versions.*, posts.id AS number, "
        "(SELECT state FROM captures WHERE captures.post_id = posts.post_id ORDER BY id DESC LIMIT 1) AS last_state "
        "FROM versions JOIN posts USING (post_id) ORDER BY versions.seen_at DESC, versions.id DESC"
    )
    for row in rows:
        post = to_version(row).post
        if verify(query.root, _asked(post, row["last_state"] or "post")):
            yield Hit(
                number=row["number"],
                post_id=post.id,
                kind=post.kind,
                title=post.title,
                author=post.author,
                account=post.account.nickname,
                source=post.source,
                published_at=post.published_at,
                published_precision=post.published_precision,
                url=post.url,
                version=row["version"],
                score=0.0,
                title_marks=find_marks(post.title or "", query, "title"),
                excerpt=excerpt(post.text, query, EXCERPT_WIDTH),
            )


def _asked(post: Post, state: str) -> Asked:
    """A post as a query asks about it."""
    return Asked(
        title=fold(post.title or ""),
        author=fold(post.author or ""),
        account=fold(post.account.nickname or ""),
        source=fold(post.source or ""),
        text=fold(post.text),
        alias=post.account.alias,
        user_name=post.account.user_name,
        biz=post.account.biz,
        kind=post.kind,
        state=state,
        albums=tuple((album.id, fold(album.title)) for album in post.albums),
        features=_features(post),
        day=post.published_at.date().isoformat() if post.published_at else None,
    )


def _features(post: Post) -> frozenset[Feature]:
    types = {item.type for item in post.media}
    roles = {image.role for image in post.images}
    has: dict[Feature, bool] = {
        "image": "body" in roles,
        "qr": "qr" in roles,
        "audio": post.kind == "audio" or bool(types & {"audio", "music"}),
        "video": post.kind == "video" or bool(types & {"video", "videosnap"}),
    }
    return frozenset(name for name, holds in has.items() if holds)
