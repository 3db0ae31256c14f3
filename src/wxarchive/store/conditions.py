"""A query → SQL over ``posts_fts`` and ``posts``.

Where the index bounds the posts that can be wanted, they come from one MATCH, which also ranks them; what the index
cannot decide (dates, an account's ids, punctuation inside a term) is a condition on those rows. Where it bounds
nothing, the posts themselves are gone through. Every value is a parameter.
"""

from dataclasses import dataclass

from wxarchive.query import (
    COLUMNS,
    AccountIs,
    And,
    KindIs,
    Node,
    Not,
    Or,
    Published,
    Query,
    Term,
    bound,
)
from wxarchive.store.connect import HOLDS

__all__ = ["Plan", "to_plan"]

Value = str | int


@dataclass(frozen=True, slots=True)
class Plan:
    """``source`` goes after FROM (with its WHERE); ``values`` are its parameters, in order.

    ``ranked``: the source has ``posts_fts`` and a MATCH in it. ``joined``: it has ``posts`` in it.
    """

    source: str
    values: tuple[Value, ...]
    ranked: bool
    joined: bool

    @property
    def key(self) -> str:
        """The column with the post's number."""
        return "posts.id" if self.joined else "posts_fts.rowid"


def to_plan(query: Query | None) -> Plan:
    """How to find the posts that ``query`` wants; None wants all."""
    if query is None:
        return Plan("posts", (), ranked=False, joined=True)
    indexed, others = _divide(query.root)
    found = bound(And(tuple(indexed))) if indexed else None
    conditions: list[str] = []
    values: list[Value] = []
    if found is None:
        others = [query.root]
    elif not found.exact:
        others += [part for part in indexed if not _is_exact(part)]
    for part in others:
        condition, its_values = _condition(part, bounded=found is not None)
        conditions.append(condition)
        values += its_values
    if found is None:
        return Plan(_where("posts", conditions), tuple(values), ranked=False, joined=True)
    conditions = ["posts_fts MATCH ?", *conditions]
    if not others:
        return Plan(_where("posts_fts", conditions), (found.expression,), ranked=True, joined=False)
    # CROSS JOIN keeps SQLite from going through the posts and asking the index about each.
    source = _where("posts_fts CROSS JOIN posts ON posts.id = posts_fts.rowid", conditions)
    return Plan(source, (found.expression, *values), ranked=True, joined=True)


def _divide(root: Node) -> tuple[list[Node], list[Node]]:
    """The parts that must all be true: those for one MATCH, and the others."""
    parts = root.parts if isinstance(root, And) else (root,)
    indexed = [part for part in parts if bound(part) is not None]
    negations = [part for part in parts if isinstance(part, Not) and _is_exact(part.part)] if indexed else []
    return indexed + negations, [part for part in parts if part not in indexed and part not in negations]


def _is_exact(part: Node) -> bool:
    found = bound(part.part if isinstance(part, Not) else part)
    return found is not None and found.exact


def _where(tables: str, conditions: list[str]) -> str:
    return f"{tables} WHERE {' AND '.join(conditions)}"


def _condition(node: Node, *, bounded: bool) -> tuple[str, list[Value]]:
    """A condition on a row of ``posts``. ``bounded``: the rows are few already, the index need not be asked again.

    Never NULL, so that NOT means what it says for posts without a date or an account.
    """
    match node:
        case Term():
            return _term_condition(node, bounded=bounded)
        case AccountIs(name):
            # Among all posts, from the index on these columns: quick, whatever else is asked.
            among = "SELECT id FROM posts WHERE biz = ? OR user_name = ? OR alias = ? COLLATE NOCASE"
            return f"posts.id IN ({among})", [name] * 3
        case KindIs(kind):
            return "posts.kind = ?", [kind]
        case Published(since, before):
            tests, days = ["posts.published_at IS NOT NULL"], list[Value]()
            for sign, day in ((">=", since), ("<", before)):
                if day is not None:
                    tests.append(f"posts.published_at {sign} ?")
                    days.append(day.isoformat())
            return f"({' AND '.join(tests)})", days
        case And(parts) | Or(parts):
            made = [_condition(part, bounded=bounded) for part in parts]
            operator = " AND " if isinstance(node, And) else " OR "
            joined = operator.join(sql for sql, _ in made)
            return f"({joined})", [value for _, its_values in made for value in its_values]
        case Not(part):
            sql, values = _condition(part, bounded=bounded)
            return f"NOT {sql}", values


def _term_condition(term: Term, *, bounded: bool) -> tuple[str, list[Value]]:
    columns = COLUMNS.values() if term.field is None else [COLUMNS[term.field]]
    texts = ", ".join(f"posts.{column}" for column in columns)
    holds = f"{HOLDS}(?, ?, {texts})"
    values: list[Value] = [term.text, int(term.prefix)]
    found = bound(term)
    if found is None or (bounded and not found.exact):
        return holds, values
    among = "posts.id IN (SELECT rowid FROM posts_fts WHERE posts_fts MATCH ?)"
    if found.exact:
        return among, [found.expression]
    return f"({among} AND {holds})", [found.expression, *values]
