"""A query as a whole, and the filter that lists, searches and exports share."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wxarchive.errors import QueryError
from wxarchive.han import fold
from wxarchive.kinds import Kind, State
from wxarchive.query.bounds import bound
from wxarchive.query.nodes import (
    And,
    Field,
    Node,
    Published,
    Term,
    account_node,
    album_node,
    combine,
    feature_node,
    has_terms,
    kind_node,
    next_day,
    positive_terms,
    state_node,
)
from wxarchive.text import without_surrogates

if TYPE_CHECKING:
    from wxarchive.query.meaning import Asked

__all__ = ["PostFilter", "Query", "all_of"]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``words`` is what was typed."""

    root: Node
    words: str = ""

    @property
    def match(self) -> str | None:
        """An FTS5 expression that every wanted post satisfies; None where the tokens bound nothing."""
        found = bound(self.root)
        return found.expression if found else None

    @property
    def exact(self) -> bool:
        """Whether :attr:`match` alone decides."""
        found = bound(self.root)
        return found is not None and found.exact

    @property
    def asks_words(self) -> bool:
        """Whether there is any term in it, wanted or not: then the index is asked."""
        return has_terms(self.root)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms that a found post may show: none that is negated, each once, in the order typed."""
        return tuple(dict.fromkeys(positive_terms(self.root)))

    def verify(self, post: "Asked") -> bool:
        """Whether the query wants this post: its meaning, decided by looking at everything."""
        from wxarchive.query.meaning import verify  # no search needs it

        return verify(self.root, post)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFilter:
    """Which posts: the same everywhere, in lists, searches and exports. What is None is not asked.

    ``account``: a part of its name, or its 微信号, ``gh_…`` or ``__biz`` in full. ``author``, ``source``, ``title``: a
    part of it. ``album``: a part of its name, or its id in full. ``state``: what the site last showed under the post's
    address. ``has``: image, audio, video or qr, all of those named. ``since`` and ``until``: days in Beijing, both
    included.
    """

    account: str | None = None
    author: str | None = None
    source: str | None = None
    title: str | None = None
    album: str | None = None
    kind: Kind | None = None
    state: State | None = None
    has: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    query: Query | None = None

    def to_query(self) -> Query | None:
        """The whole filter as one query; None if it lets everything pass.

        Raises QueryError if a text to look for is empty, or a kind, state or feature is none.
        """
        parts: list[Node] = []
        if self.account is not None:
            parts.append(account_node(_wanted(self.account, "account")))
        fields: dict[Field, str | None] = {"author": self.author, "source": self.source, "title": self.title}
        for field, value in fields.items():
            if value is not None:
                parts.append(Term(fold(_wanted(value, field)), field=field))
        if self.album is not None:
            parts.append(album_node(_wanted(self.album, "album")))
        if self.kind is not None:
            parts.append(kind_node(self.kind))
        if self.state is not None:
            parts.append(state_node(self.state))
        parts += map(feature_node, self.has)
        if self.since is not None or self.until is not None:
            parts.append(Published(self.since, next_day(self.until) if self.until else None))
        if self.query is not None:
            parts.append(self.query.root)
        return Query(combine(And, parts), self.query.words if self.query else "") if parts else None


def _wanted(value: str, name: str) -> str:
    if not value.strip():
        raise QueryError(f"the {name} to look for is empty")
    return without_surrogates(value.strip())


def all_of(query: Query, post_filter: PostFilter | None) -> Query:
    """The posts that both ``query`` and ``post_filter`` want."""
    other = post_filter.to_query() if post_filter else None
    return Query(combine(And, [other.root, query.root]), query.words) if other else query
