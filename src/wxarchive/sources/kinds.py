"""What a kind of source is: how it recognises an address, and what a visit to it gives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher

__all__ = ["Found", "Kind", "Step", "Visit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A post that a source names."""

    url: str
    """Its canonical link (:class:`wxarchive.address.PostAddress`)."""
    post_id: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    author: str | None = None
    html: str | None = None
    """Its whole text, where the source gives that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer of a source; what it found is stored before the next one is asked for."""

    found: tuple[Found, ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)
    """What to remember once this is stored: JSON-ready. The next visit gets it, also after an interruption."""
    title: str | None = None
    """The source's own name."""
    said: tuple[str, ...] = ()
    """What it could not see, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a source gets to work with."""

    address: str
    memory: Mapping[str, Any]
    """What the last step of the last visit asked to remember; empty at first."""
    fetcher: "Fetcher"
    is_known: Callable[[str], bool]
    """Whether the post at a canonical link is held, or on the to-fetch list."""
    since: datetime | None = None
    """Posts before it are not wanted; where a source is sorted it may stop there."""


class Kind(Protocol):
    """A kind of source."""

    name: str

    def find_address(self, text: str) -> str | None:
        """The canonical address of the source that ``text`` names, if it is one of this kind."""

    def iter_steps(self, visit: Visit) -> Iterator[Step]:
        """The answers of the source, newest posts first where it can. Raises FetchErrors and BlockedErrors."""
