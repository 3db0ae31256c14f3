"""A query → SQL over the index and ``posts``.

Where the index bounds the posts that can be wanted, they come from one MATCH, which also ranks them; what the index
cannot decide (dates, an account's ids, punctuation inside a term) is a condition on those rows. A character that is in
very many posts is asked of the small index instead (:mod:`wxarchive.query.characters`). Where nothing is bounded, the
posts themselves are gone through. Every value is a parameter.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

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
IsRare = Callable[[str], bool]
_Index = Literal["posts_fts", "posts_characters"]
# Stands in a condition where a range of numbers may be asked for too.
_WITHIN: Final = "/*within*/"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the wanted posts come from: a table that is gone through, and conditions on each of its rows.

    ``values`` are the parameters of the conditions, by name.
    """

    table: Literal["posts_fts", "posts_characters", "posts"]
    conditions: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    asks_posts: bool = False
    """Whether a condition is about ``posts``."""
    asks_rows: bool = False
    """Whether one is about more of it than stands in the index ``posts_facts``."""
    is_within: bool = False
    """Whether only numbers between the parameters ``first`` and ``last`` are wanted."""

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
        conditions = list(self.conditions)
        if self.is_within:
            conditions.append(f"{self.key} BETWEEN :first AND :last")
        if not conditions:
            return tables
        # What is gathered from the index for a condition is gathered within the same range only.
        among = " AND rowid BETWEEN :first AND :last" if self.is_within else ""
        return f"{tables} WHERE {' AND '.join(conditions)}".replace(_WITHIN, among)

    def selection(self) -> tuple[str, tuple[Value, ...]]:
        """A SELECT of the numbers, to stand inside of another statement, and its values in order."""
        return re.sub(r":v\d+", "?", f"SELECT {self.key} FROM {self.source}"), tuple(self.values.values())

    def with_posts(self) -> "Plan":
        """The same with ``posts`` in it, as far as ``posts_facts`` has it."""
        return replace(self, asks_posts=True)

    def between(self) -> "Plan":
        """The same within a range of numbers, from the parameter ``first`` to the parameter ``last``."""
        return replace(self, is_within=True)


def to_plan(
    query: Query | None,
    is_frequent: IsFrequent = lambda term: False,
    is_rare: IsRare = lambda expression: False,
) -> Plan:
    """How to find the posts that ``query`` wants; None wants all.

    ``is_frequent`` tells whether very many posts hold a term of one character, ``is_rare`` whether so few satisfy an
    expression that each of them had better be asked about than all posts with that character be gathered.
    """
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
        apart = [*characters, *absent]
        rare = bool(apart) and is_rare(found.expression)
        return _plan("posts_fts", found.expression, apart, others, one_by_one=rare)
    if characters:
        expression = " AND ".join(character_match(part) for part in characters if isinstance(part, Term))
        others += filter(_is_of_text, characters)
        return _plan("posts_characters", expression, absent, [*others, *indexed])
    made = _conditions([query.root], bounded=False)
    return _named("posts", made, asks_posts=True, asks_rows=True)


def _plan(
    table: _Index,
    expression: str,
    characters: Sequence[Node],
    others: Sequence[Node],
    *,
    one_by_one: bool = False,
) -> Plan:
    made: list[tuple[str, list[Value]]] = [(f"{table} MATCH ?", [expression])]
    for part in characters:
        term = part.part if isinstance(part, Not) else part
        assert isinstance(term, Term)
        negation = "NOT " if isinstance(part, Not) else ""
        among = "SELECT rowid FROM posts_characters WHERE posts_characters MATCH ?"
        if one_by_one:
            condition = f"{negation}EXISTS ({among} AND rowid = {table}.rowid)"
        else:
            condition = f"{table}.rowid {negation}IN ({among}{_WITHIN})"
        made.append((condition, [character_match(term)]))
    others = [*others, *filter(_is_of_text, characters)]
    made += _conditions(others, bounded=True)
    return _named(table, made, asks_posts=bool(others), asks_rows=any(map(_asks_rows, others)))


def _named(
    table: _Index | Literal["posts"],
    made: Sequence[tuple[str, list[Value]]],
    *,
    asks_posts: bool,
    asks_rows: bool,
) -> Plan:
    """A plan with the parameters of its conditions named, so that those of a range can stand among them."""
    conditions: list[str] = []
    values: dict[str, Value] = {}
    for condition, its_values in made:
        for value in its_values:
            name = f"v{len(values)}"
            values[name] = value
            condition = condition.replace("?", f":{name}", 1)
        conditions.append(condition)
    return Plan(table, tuple(conditions), values, asks_posts, asks_rows)


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
    asked = node.field if isinstance(node, Term) else node.terms[0].field
    columns = COLUMNS.values() if asked is None else [COLUMNS[asked]]
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
    among = f"posts.id IN (SELECT rowid FROM posts_fts WHERE posts_fts MATCH ?{_WITHIN})"
    if found.exact:
        return among, [found.expression]
    return f"({among} AND {holds})", [found.expression, *values]
