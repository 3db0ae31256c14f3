"""How a query was read, in words. Pure."""

from collections.abc import Iterator

from wxarchive.query.bounds import bound
from wxarchive.query.filters import Query
from wxarchive.query.nodes import (
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
    StateIs,
    Term,
)

__all__ = ["explain"]


def explain(query: Query) -> list[str]:
    """Lines that say what is looked for and what the index is asked."""
    lines = list(_lines(query.root, 0))
    found = bound(query.root)
    if found is None:
        lines.append("index: cannot help; every post is looked at")
    else:
        lines.append(f"index: {found.expression}")
        if not found.exact:
            lines.append("then: what the index cannot decide is looked up in the posts themselves")
    return lines


def _lines(node: Node, depth: int) -> Iterator[str]:
    before = "  " * depth
    match node:
        case And(parts) | Or(parts):
            yield before + ("all of:" if isinstance(node, And) else "one of:")
            for part in parts:
                yield from _lines(part, depth + 1)
        case Not(part):
            yield before + "not:"
            yield from _lines(part, depth + 1)
        case _:
            yield before + _said(node)


def _said(node: Node) -> str:
    match node:
        case Term():
            return f"{_term(node)} in {_field(node)}"
        case Near(terms, distance):
            words = ", ".join(map(_term, terms))
            return f"{words} in {_field(terms[0])}, at most {distance} characters between them"
        case AccountIs(name):
            return f"the account whose 微信号, gh_… or __biz is {name}"
        case KindIs(kind):
            return f"kind: {kind}"
        case StateIs(state):
            return f"state: the site last showed {state}"
        case AlbumIs(name, number):
            return f"an album named {_term(name)}, or with the id {number}"
        case Has(feature):
            return f"has: {feature}"
        case Published(since, before):
            bounds = [f"on {since} or later" if since else "", f"before {before}" if before else ""]
            return "published " + " and ".join(filter(None, bounds))
        case _:
            raise AssertionError(f"{node} is no leaf")


def _term(term: Term) -> str:
    return f"“{term.text}”" + (" and words that begin so" if term.prefix else "")


def _field(term: Term) -> str:
    return f"the {term.field}" if term.field else "any field"
