"""Cleaning: a body without its furniture, and why each piece went. Pure: no network, clock, database or parser."""

from wxarchive.clean.chain import Cleaned, clean_body, uncut
from wxarchive.clean.hints import NO_HINTS, Hints
from wxarchive.clean.learned import LearnedBlock, LearnedBlocks, learn_blocks
from wxarchive.clean.own_rules import NO_RULES, OwnRules, parse_own_rules
from wxarchive.clean.rules import FENCES, NAME_RULES, OTHER_REASONS, RULES
from wxarchive.clean.signs import BOOK, About, Rulebook

__all__ = [
    "BOOK",
    "NO_HINTS",
    "NO_RULES",
    "About",
    "Cleaned",
    "Hints",
    "LearnedBlock",
    "LearnedBlocks",
    "OwnRules",
    "Rulebook",
    "clean_body",
    "find_reason",
    "learn_blocks",
    "parse_own_rules",
    "uncut",
]


def find_reason(rule: str) -> str | None:
    """Why a piece went, in words: for a removal's ``rule``, what the rule looks for; None for an unknown rule."""
    if rule.startswith("own."):
        return f"your rule {rule[4:]} names it"
    if rule in OTHER_REASONS:
        return OTHER_REASONS[rule]
    if rule in NAME_RULES:
        return NAME_RULES[rule].example
    examples = {row.id: row.example for row in RULES} | {fence.id: fence.example for fence in FENCES}
    return f"says something like {examples[rule]}" if rule in examples else None
