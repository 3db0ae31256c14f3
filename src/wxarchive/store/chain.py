"""The chain over captures: what is hashed, and how. Pure; ``sha256sum`` alone can check it.

An entry is one line of JSON. Its digest is the SHA-256 of its UTF-8 bytes. A link is the SHA-256 of two lines: the link
before (64 zeros for the first) and the digest, each with a line end. So a link stands for all entries up to its own.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final, Literal

__all__ = [
    "CAPTURE_FACTS",
    "FIRST_LINK",
    "LinkKind",
    "capture_entry",
    "digest_of",
    "entry_text",
    "link_of",
    "sum_of",
]

LinkKind = Literal["capture", "forget", "merge"]

FIRST_LINK: Final = "0" * 64

CAPTURE_FACTS: Final = (
    "origin", "url", "final_url", "file", "fetched_at", "stored_at", "status", "headers", "sha256",
)  # fmt: skip
"""The columns of a capture that are facts: what was asked for, when, and what came. The others are read from it."""


def entry_text(value: Mapping[str, Any]) -> str:
    """A value as the one line of JSON that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def capture_entry(capture: Mapping[str, Any] | sqlite3.Row) -> str:
    """The entry of a capture, from a row or mapping that has :data:`CAPTURE_FACTS`; headers are JSON text there."""
    return entry_text({name: capture[name] for name in CAPTURE_FACTS})


def digest_of(entry: str) -> str:
    """The digest of an entry, in hex."""
    return hashlib.sha256(entry.encode("utf-8", "surrogatepass")).hexdigest()


def link_of(before: str, digest: str) -> str:
    """The link that follows ``before`` for an entry with this digest."""
    return hashlib.sha256(f"{before}\n{digest}\n".encode("utf-8", "surrogatepass")).hexdigest()


def sum_of(*values: Any) -> str:
    """A hash over the values of a row: of what is read from captures, so that damage to it shows."""
    return hashlib.sha256(
        json.dumps(values, ensure_ascii=True, separators=(",", ":"), default=repr).encode()
    ).hexdigest()
