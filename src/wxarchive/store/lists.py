"""What an archive offers of its to-fetch list and its sources: errors translated, each change whole on the disk."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wxarchive.store import sources, to_fetch
from wxarchive.store.failures import translated_sqlite
from wxarchive.store.sources import FeedText, FollowedSource
from wxarchive.store.to_fetch import LINK_STATES, Breaker, FoundLink, LinkState, QueuedLink
from wxarchive.text import without_surrogates
from wxarchive.times import Clock

if TYPE_CHECKING:
    from wxarchive.store.writer import Writer

__all__ = ["Followed", "ToFetch"]

_BATCH: Final = 200


class _Part:
    """A part of an archive, with its connections; those are opened when they are used."""

    def __init__(
        self,
        path: Path,
        *,
        reading: Callable[[], sqlite3.Connection],
        writing: "Callable[[], Writer]",
        clock: Clock,
    ) -> None:
        self._path = path
        self._reading = reading
        self._writing = writing
        self._clock = clock


class ToFetch(_Part):
    """The to-fetch list of an archive. Everything raises StoreError where the archive cannot be used."""

    def add(
        self,
        found: Iterable[FoundLink],
        *,
        found_in: str | None,
        ask_again: bool = False,
        refresh: bool = False,
    ) -> list[tuple[int, bool]]:
        """Put links on the list; gives the number of each there, and whether it is new.

        With ``ask_again`` a link that failed before waits again, with ``refresh`` one that was had, too.
        """
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                return [
                    to_fetch.add(
                        writer.connection,
                        link,
                        found_in=found_in and without_surrogates(found_in),
                        moment=self._clock(),
                        ask_again=ask_again,
                        refresh=refresh,
                    )
                    for link in found
                ]

    def mark(
        self, number: int, state: LinkState, *, post_id: str | None = None, reason: str | None = None
    ) -> None:
        """Say what became of a link for good."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                moment = self._clock()
                to_fetch.mark_done(
                    writer.connection, number, state, post_id=post_id, reason=reason, moment=moment
                )

    def mark_failed(self, number: int, reason: str, *, least: float | None = None) -> None:
        """Say why a link was not had this time; the next try waits, ``least`` seconds at least."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                wait = timedelta(seconds=min(least, 30 * 86_400)) if least is not None else None
                to_fetch.mark_failed(writer.connection, number, reason, least=wait, moment=self._clock())

    def knows(self, url: str) -> bool:
        """Whether a canonical link, or another of the same post, is on the list, in whatever state."""
        with translated_sqlite(self._path):
            return to_fetch.knows(self._reading(), without_surrogates(url))

    def find(self, number: int) -> QueuedLink | None:
        """The link with this number."""
        with translated_sqlite(self._path):
            return to_fetch.find(self._reading(), number)

    def iter(
        self,
        states: Iterable[LinkState] = LINK_STATES,
        *,
        due: bool = False,
        found_in: str | None = None,
    ) -> Iterator[QueuedLink]:
        """Links in these states in the order of their coming; with ``due`` only those whose time has come.

        Reads on as it is asked; a link that changes its state in between is not given twice.
        """
        last = 0
        asked = tuple(states)
        while True:
            with translated_sqlite(self._path):
                moment = self._clock() if due else None
                rows = to_fetch.read_links(
                    self._reading(), asked, due=moment, found_in=found_in, after=last, limit=_BATCH
                )
            if not rows:
                return
            last = rows[-1].id
            yield from rows

    def count(self) -> dict[LinkState, int]:
        """How many links are in each state that any is in."""
        with translated_sqlite(self._path):
            return to_fetch.count(self._reading())

    def load_breaker(self) -> Breaker | None:
        """Why and until when the site is left alone; None if it answered since, or never asked for it."""
        with translated_sqlite(self._path):
            return to_fetch.load_breaker(self._reading())

    def trip_breaker(self, kind: str, url: str, *, least: float | None = None) -> Breaker:
        """Leave the site alone: longer each time in a row, and ``least`` seconds at least."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                return to_fetch.trip_breaker(
                    writer.connection, kind, without_surrogates(url), least=least, moment=self._clock()
                )

    def clear_breaker(self) -> None:
        """The site answers again."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                to_fetch.clear_breaker(writer.connection)


class Followed(_Part):
    """The sources that an archive follows."""

    def all(self) -> list[FollowedSource]:
        """All sources by name."""
        with translated_sqlite(self._path):
            return sources.read_sources(self._reading())

    def find(self, name_or_address: str) -> FollowedSource | None:
        """The source with this name or address."""
        return next((item for item in self.all() if name_or_address in (item.name, item.address)), None)

    def add(self, name: str, kind: str, address: str, title: str | None = None) -> FollowedSource:
        """Follow a source; one that is followed already stays as it is. The name gets a number if it is taken."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                held = sources.read_sources(writer.connection)
                taken = {item.name for item in held}
                own = (
                    name
                    if name not in taken
                    else next(free for n in range(2, len(taken) + 3) if (free := f"{name}-{n}") not in taken)
                )
                sources.add_source(writer.connection, own, kind, address, title, self._clock())
                return next(
                    item for item in sources.read_sources(writer.connection) if item.address == address
                )

    def remove(self, name: str) -> bool:
        """Follow it no more; what was had from it stays. False if there is no such source."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                return sources.delete_source(writer.connection, name)

    def update(
        self,
        name: str,
        *,
        memory: Mapping[str, Any],
        title: str | None = None,
        said: str | None = None,
        is_synced: bool = False,
    ) -> None:
        """Remember how far a source was read."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                sources.update_source(
                    writer.connection,
                    name,
                    memory=memory,
                    title=title,
                    said=said,
                    synced_at=self._clock() if is_synced else None,
                )

    def keep_text(self, text: FeedText) -> None:
        """Keep what a feed gave of a post."""
        with translated_sqlite(self._path):
            writer = self._writing()
            with writer.transaction():
                sources.keep_feed_text(writer.connection, text)

    def find_text(self, url: str) -> FeedText | None:
        """The last text that a feed gave of the post at this canonical address."""
        with translated_sqlite(self._path):
            return sources.find_feed_text(self._reading(), url)
