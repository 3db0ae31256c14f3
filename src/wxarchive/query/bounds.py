"""What the index is asked: one FTS5 expression that every wanted post satisfies."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, cast

from wxarchive.han import is_cjk, run_tokens, split_runs
from wxarchive.query.nodes import COLUMNS, And, Near, Node, Not, Or, Term

__all__ = ["Bound", "bound"]

# A longer phrase is looked up by its first tokens and then verified.
_LONGEST_PHRASE: Final = 32
# FTS5 cuts a token at 32,768 bytes.
_LONGEST_WORD: Final = 4000
# A query may ask for more; FTS5 counts in 32 bits.
_FARTHEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """An FTS5 expression that every post of a node satisfies, and whether only they do."""

    expression: str
    exact: bool


def bound(node: Node) -> Bound | None:
    """The FTS5 expression for ``node``; None where the tokens bound nothing (``+``, a date, a negation)."""
    match node:
        case Term():
            return _bound_term(node)
        case Near():
            return _bound_near(node)
        case And(parts):
            return _bound_all(parts)
        case Or(parts):
            found = [bound(part) for part in parts]
            if None in found:
                return None
            bounds = cast("list[Bound]", found)
            return Bound(_join(" OR ", [b.expression for b in bounds]), all(b.exact for b in bounds))
        case _:
            return None


def _bound_all(parts: tuple[Node, ...]) -> Bound | None:
    wanted: list[str] = []
    unwanted: list[str] = []
    exact = True
    for part in parts:
        found = bound(part.part if isinstance(part, Not) else part)
        # What is not exact says where a thing may be, so it cannot say where the thing is not.
        if found is None or (isinstance(part, Not) and not found.exact):
            exact = False
            continue
        (unwanted if isinstance(part, Not) else wanted).append(found.expression)
        exact = exact and found.exact
    if not wanted:
        return None
    expression = _join(" AND ", wanted)
    if unwanted:
        expression = f"({expression} NOT {_join(' OR ', unwanted)})"
    return Bound(expression, exact)


def _bound_near(node: Near) -> Bound | None:
    """Characters give at most a token each, and a phrase's last character is in the pair that begins with it."""
    found = [bound(replace(term, field=None)) for term in node.terms]
    phrases = [part.expression for part in found if part is not None]
    if not phrases:
        return None
    if len(phrases) == 1:
        expression = phrases[0]
    elif node.distance < _FARTHEST:
        expression = f"NEAR({' '.join(phrases)}, {node.distance + 1})"
    else:
        expression = _join(" AND ", phrases)
    field = node.terms[0].field
    return Bound(f"{COLUMNS[field]} : {expression}" if field else expression, exact=False)


def _join(operator: str, expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({operator.join(expressions)})"


@lru_cache(maxsize=1024)
def _bound_term(term: Term) -> Bound | None:
    runs = split_runs(term.text)
    if not runs:
        return None
    found: list[str] = []
    prefix = False
    for number, run in enumerate(runs):
        ends_term = number == len(runs) - 1 and term.text.endswith(run)
        made = run_tokens(run)
        if not is_cjk(run[0]):
            # The last word may go on where the term says so; one before a final mark ends there.
            prefix = prefix or (ends_term and term.prefix)
        elif ends_term:
            # Behind the term the run may go on: then its last character begins a pair.
            prefix = len(run) == 1
            made = made if prefix else made[:-1]
        found += made
    exact = runs == [term.text] and len(found) <= _LONGEST_PHRASE and len(found[0]) <= _LONGEST_WORD
    if len(found) > _LONGEST_PHRASE:
        found, prefix = found[:_LONGEST_PHRASE], False
    expression = f'"{" ".join(found)}"{" *" if prefix else ""}'
    return Bound(f"{COLUMNS[term.field]} : {expression}" if term.field else expression, exact)
