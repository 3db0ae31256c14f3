"""A query → SQL over the index and ``posts``.

Where the index bounds the posts that can be wanted, they come from one MATCH, which also ranks them; what the index
cannot decide (dates, an account's ids, punctuation inside a term) is a condition on those rows. A character that is in
very many posts is asked of the small index instead (:mod:`wxarchive.query.characters`). Where nothing is bounded, the
posts themselves are gone through. Every value is a parameter.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wxarchive.query import (
    COLUMNS,
    AccountIs,
    AlbumIs,
    And,
    Has,
    KindIs,
    Near,
    Node,
    Not,
    Or,
    Published,
    Query,
    StateIs,
    Term,
    bound,
    character_match,
    is_character,
)
from wxarchive.store.connect import HOLDS, NEAR

__all__ = ["Plan", "to_plan"]

Value = str | int
IsFrequent = Callable[[Term], bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the wanted posts come from: a table that is gone through, and conditions on each of its rows.

    ``conditions`` are those of the table itself, which come first in ``values``, and then those on ``posts``.
    """

    table: Literal["posts_fts", "posts_characters", "posts"]
    conditions: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    asks_posts: bool = False
    """Whether a condition is about ``posts``."""
    asks_rows: bool = False
    """Whether one is about more of it than stands in the index ``posts_facts``."""

    @property
    def is_ranked(self) -> bool:
        """Whether bm25 can be asked."""
        return self.table == "posts_fts"

    @property
    def key(self) -> str:
        """The column with the post's number."""
        return "posts.id" if self.table == "posts" else f"{self.table}.rowid"

    @property
    def source(self) -> str:
        """What goes after FROM, its WHERE included."""
        tables: str = self.table
        if self.asks_posts and self.table != "posts":
            # CROSS JOIN keeps SQLite from going through the posts and asking the index about each.
            facts = "" if self.asks_rows else " INDEXED BY posts_facts"
            tables = f"{self.table} CROSS JOIN posts{facts} ON posts.id = {self.table}.rowid"
        return f"{tables} WHERE {' AND '.join(self.conditions)}" if self.conditions else tables

    def with_posts(self) -> "Plan":
        """The same with ``posts`` in it, as far as ``posts_facts`` has it."""
        return replace(self, asks_posts=True)

    def between(self) -> "Plan":
        """The same within a range of numbers: two more values, the first and the last."""
        return replace(self, conditions=(*self.conditions, f"{self.key} BETWEEN ? AND ?"))


def to_plan(query: Query | None, is_frequent: IsFrequent = lambda term: False) -> Plan:
    """How to find the posts that ``query`` wants; None wants all. ``is_frequent`` tells of a term of one character."""
    if query is None:
        return Plan("posts")
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    characters = [part for part in parts if _is_frequent_character(part, is_frequent)]
    absent = [
        part
        for part in parts
        if isinstance(part, Not)
        and _is_frequent_character(part.part, is_frequent)
        and not _is_of_text(part.part)
    ]
    indexed, others = _divide([part for part in parts if part not in characters and part not in absent])
    found = bound(And(tuple(indexed))) if indexed else None
    if found is not None:
        if not found.exact:
            others += [part for part in indexed if not _is_exact(part)]
        return _plan("posts_fts", found.expression, [*characters, *absent], others)
    if characters:
        expression = " AND ".join(character_match(part) for part in characters if isinstance(part, Term))
        others += filter(_is_of_text, characters)
        return _plan("posts_characters", expression, absent, [*others, *indexed])
    made = _conditions([query.root], bounded=False)
    return Plan("posts", tuple(sql for sql, _ in made), tuple(v for _, vs in made for v in vs), True, True)


def _plan(
    table: Literal["posts_fts", "posts_characters"],
    expression: str,
    characters: Sequence[Node],
    others: Sequence[Node],
) -> Plan:
    conditions, values = [f"{table} MATCH ?"], list[Value]([expression])
    for part in characters:
        term = part.part if isinstance(part, Not) else part
        assert isinstance(term, Term)
        among = "SELECT rowid FROM posts_characters WHERE posts_characters MATCH ?"
        conditions.append(f"{table}.rowid {'NOT IN' if isinstance(part, Not) else 'IN'} ({among})")
        values.append(character_match(term))
    others = [*others, *filter(_is_of_text, characters)]
    for condition, its_values in _conditions(others, bounded=True):
        conditions.append(condition)
        values += its_values
    return Plan(table, tuple(conditions), tuple(values), bool(others), any(map(_asks_rows, others)))


def _is_frequent_character(part: Node, is_frequent: IsFrequent) -> bool:
    return isinstance(part, Term) and is_character(part) and is_frequent(part)


def _is_of_text(part: Node) -> bool:
    """Whether a term is asked of the text alone, which the small index does not tell from the other fields."""
    return isinstance(part, Term) and part.field == "text"


def _divide(parts: list[Node]) -> tuple[list[Node], list[Node]]:
    """The parts that must all be true: those for one MATCH, and the others."""
    indexed = [part for part in parts if bound(part) is not None]
    negations = [part for part in parts if isinstance(part, Not) and _is_exact(part.part)] if indexed else []
    return indexed + negations, [part for part in parts if part not in indexed and part not in negations]


def _is_exact(part: Node) -> bool:
    found = bound(part.part if isinstance(part, Not) else part)
    return found is not None and found.exact


def _asks_rows(node: Node) -> bool:
    """Whether the condition for ``node`` needs what does not stand in ``posts_facts``."""
    match node:
        case AccountIs() | KindIs() | Published():
            return False
        case Term():
            return not _is_exact(node)
        case And(parts) | Or(parts):
            return any(map(_asks_rows, parts))
        case Not(part):
            return _asks_rows(part)
        case _:
            return True


def _conditions(parts: Sequence[Node], *, bounded: bool) -> list[tuple[str, list[Value]]]:
    return [_condition(part, bounded=bounded) for part in parts]


def _condition(node: Node, *, bounded: bool) -> tuple[str, list[Value]]:
    """A condition on a row of ``posts``. ``bounded``: the rows are few already, the index need not be asked again.

    Never NULL, so that NOT means what it says for posts without a date or an account.
    """
    match node:
        case Term() | Near():
            return _text_condition(node, bounded=bounded)
        case AccountIs(name):
            if bounded:
                return "(posts.biz IS ? OR posts.user_name IS ? OR posts.alias COLLATE NOCASE IS ?)", [
                    name
                ] * 3
            # Among all posts, from the index on these columns: quick, whatever else is asked.
            among = "SELECT id FROM posts WHERE biz = ? OR user_name = ? OR alias = ? COLLATE NOCASE"
            return f"posts.id IN ({among})", [name] * 3
        case KindIs(kind):
            return "posts.kind = ?", [kind]
        case StateIs(state):
            last = "SELECT state FROM captures WHERE captures.post_id = posts.post_id ORDER BY captures.id DESC LIMIT 1"
            return f"coalesce(({last}), 'post') = ?", [state]
        case AlbumIs(name, number):
            title = "json_extract(value, '$.title')"
            wanted = f"json_extract(value, '$.id') = ? OR {HOLDS}(?, ?, {title})"
            one = f"EXISTS (SELECT 1 FROM json_each(posts.albums) WHERE {wanted})"
            return f"(posts.albums != '[]' AND {one})", [number, name.text, int(name.prefix)]
        case Has(feature):
            return f"posts.has_{feature}", []
        case Published(since, before):
            tests, days = ["posts.published_at IS NOT NULL"], list[Value]()
            for sign, day in ((">=", since), ("<", before)):
                if day is not None:
                    tests.append(f"posts.published_at {sign} ?")
                    days.append(day.isoformat())
            return f"({' AND '.join(tests)})", days
        case And(parts) | Or(parts):
            made = _conditions(parts, bounded=bounded)
            operator = " AND " if isinstance(node, And) else " OR "
            joined = operator.join(sql for sql, _ in made)
            return f"({joined})", [value for _, its_values in made for value in its_values]
        case Not(part):
            sql, values = _condition(part, bounded=bounded)
            return f"NOT {sql}", values


def _text_condition(node: Term | Near, *, bounded: bool) -> tuple[str, list[Value]]:
    field = node.field if isinstance(node, Term) else node.terms[0].field
    columns = COLUMNS.values() if field is None else [COLUMNS[field]]
    texts = ", ".join(f"posts.{column}" for column in columns)
    values: list[Value]
    if isinstance(node, Term):
        holds, values = f"{HOLDS}(?, ?, {texts})", [node.text, int(node.prefix)]
    else:
        terms = [[term.text, term.prefix] for term in node.terms]
        holds, values = f"{NEAR}(?, ?, {texts})", [json.dumps(terms), node.distance]
    found = bound(node)
    if found is None or (bounded and not found.exact):
        return holds, values
    among = "posts.id IN (SELECT rowid FROM posts_fts WHERE posts_fts MATCH ?)"
    if found.exact:
        return among, [found.expression]
    return f"({among} AND {holds})", [found.expression, *values]
