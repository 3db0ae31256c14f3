"""What a check is given and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wxarchive.store import Archive

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher

__all__ = ["Check", "Examined", "Finding"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What there is to examine; ``archive`` is None where none can be read."""

    folder: Path
    archive: Archive | None
    fetcher: "Fetcher | None" = None
    """What asks the network; None if it is not to be asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ``about`` it, and how it is."""

    group: str
    about: str
    status: Literal["good", "odd", "failed", "skipped"]
    """``odd``: it works, and is worth a look."""
    detail: str = ""
    hint: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "group": self.group,
            "about": self.about,
            "status": self.status,
            "detail": self.detail,
            "hint": self.hint,
        }


Check = Callable[[Examined], Iterator[Finding]]
