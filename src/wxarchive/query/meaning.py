"""What a query wants, said without an index: by this an index is proved, and posts that are in none are asked."""

from dataclasses import dataclass
from typing import cast

from wxarchive.query.nodes import (
    COLUMNS,
    AccountIs,
    AlbumIs,
    And,
    Feature,
    Has,
    KindIs,
    Near,
    Node,
    Not,
    Or,
    Published,
    StateIs,
    Term,
    holds,
    near,
)

__all__ = ["Asked", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a query asks of a post: its searched fields, folded, and its facts as stored."""

    title: str = ""
    author: str = ""
    account: str = ""
    source: str = ""
    text: str = ""
    alias: str | None = None
    user_name: str | None = None
    biz: str | None = None
    kind: str | None = None
    state: str = "post"
    """What the site last showed under the post's address."""
    albums: tuple[tuple[str, str], ...] = ()
    """Id and name, folded, of the albums it stands in."""
    features: frozenset[Feature] = frozenset()
    day: str | None = None
    """The day it was published, ``YYYY-MM-DD``."""


def verify(node: Node, post: Asked) -> bool:
    """Whether ``node`` wants this post."""
    match node:
        case Near(terms, distance):
            field = terms[0].field
            return any(near(terms, distance, getattr(post, name)) for name in ([field] if field else COLUMNS))
        case Term(field=None):
            return any(holds(node, getattr(post, name)) for name in COLUMNS)
        case Term(field=field):
            return holds(node, getattr(post, cast("str", field)))
        case AccountIs(name):
            # bytes.lower() knows ASCII alone, as SQLite's NOCASE does; a 微信号 holds nothing else.
            same_alias = post.alias is not None and name.encode().lower() == post.alias.encode().lower()
            return same_alias or name in (post.user_name, post.biz)
        case KindIs(kind):
            return post.kind == kind
        case StateIs(state):
            return post.state == state
        case AlbumIs(name, number):
            return any(number == its_id or holds(name, title) for its_id, title in post.albums)
        case Has(feature):
            return feature in post.features
        case Published(since, before):
            return (
                post.day is not None
                and (since is None or post.day >= since.isoformat())
                and (before is None or post.day < before.isoformat())
            )
        case And(parts):
            return all(verify(part, post) for part in parts)
        case Or(parts):
            return any(verify(part, post) for part in parts)
        case Not(part):
            return not verify(part, post)
