"""What a post can be and what can stand at its address: the closed sets of the record's contract.

They stand apart from the record, which takes longer to load than a search does.
"""

from typing import Literal, get_args

__all__ = ["GONE", "STATES", "Copyright", "ImageRole", "Kind", "State"]

Kind = Literal["article", "picture", "text", "video", "audio", "share"]
Copyright = Literal["none", "original", "reprint", "unknown"]
ImageRole = Literal["body", "cover", "qr", "decoration"]
State = Literal[
    "post",
    "deleted",
    "violation",
    "complaint",
    "hidden",
    "migrated",
    "unavailable",
    "expired",
    "verify",
    "too_frequent",
    "account",
    "album",
    "search",
    "unknown",
]
STATES: tuple[State, ...] = get_args(State)
GONE: frozenset[State] = frozenset({"deleted", "violation", "complaint", "hidden", "migrated"})
"""The states of a page that stands where a post was."""
