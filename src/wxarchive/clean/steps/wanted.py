"""What the user's own rules take out."""

from collections.abc import Iterator
from typing import Final

from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.lines import Line
from wxarchive.clean.own_rules import OwnRule, Where

__all__ = ["drop_wanted"]

_AT_EDGE: Final = 15
"""So many lines with words are the head of a post, and as many its tail."""


def drop_wanted(draft: Draft) -> Draft:
    """The lines that a rule of the user's names, where it says."""
    rules = [rule for rule in draft.hints.rules if rule.action == "delete"]
    if not rules:
        return draft
    words = [line for line in draft.lines if line.sort == "text" and line.key]
    cuts = [
        Cut(line.block, line.start, line.end, f"own.{rule.id}", rule.label, 1.0)
        for place, line in enumerate(words)
        for rule in _iter_rules(rules, line, place, len(words))
    ]
    return draft.with_cuts(cuts)


def _iter_rules(rules: list[OwnRule], line: Line, place: int, count: int) -> Iterator[OwnRule]:
    """The first rule that a line meets."""
    for rule in rules:
        if _is_there(rule.where, place, count) and rule.pattern.search(line.key):
            yield rule
            return


def _is_there(where: Where, place: int, count: int) -> bool:
    if where == "head":
        return place < _AT_EDGE
    return where == "anywhere" or place >= count - _AT_EDGE
