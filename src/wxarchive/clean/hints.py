"""What cleaning is told beside the page and its own rules: a user's rules, what an account repeats, codes read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wxarchive.clean.learned import LearnedBlocks
from wxarchive.clean.own_rules import OwnRule

__all__ = ["NO_HINTS", "Hints"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """For one post."""

    rules: tuple[OwnRule, ...] = ()
    """The user's rules for its account."""
    learned: LearnedBlocks = field(default_factory=LearnedBlocks)
    """What its account repeats."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Address of a picture as the body has it → what the QR code in it says."""


NO_HINTS: Final = Hints()
