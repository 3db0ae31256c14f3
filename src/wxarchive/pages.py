"""A page as it was had: its bytes and where, when and how they came.

This is what fetching and importing hand on, and what a capture in the archive holds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

__all__ = ["Page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Raw bytes with their provenance; ``headers`` has lower-case names and no secrets."""

    body: bytes
    fetched_at: datetime | None
    """When the bytes were had (aware); for an imported file its modification time, or None."""
    url: str | None = None
    """The address that was asked for, without a reader's secrets."""
    final_url: str | None = None
    """Where redirects ended, without a reader's secrets."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    origin: Literal["fetch", "import"] = "fetch"
    file: str | None = None
    """The name of the file that the bytes were imported from."""

    @property
    def sha256(self) -> str:
        """Of the bytes as received, in hex."""
        return hashlib.sha256(self.body).hexdigest()
