"""One request at a time to a kind of host, with a pause in between."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wxarchive.times import Clock

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Gate", "Stopped"]


class Stopped(Exception):  # noqa: N818 - no error: the run is to end
    """The fetcher was told to stop while it waited."""


class Gate:
    """Lets requests through one after the other, ``pace`` (the shortest and longest pause in seconds) apart.

    With a pace of zero requests of several threads pass at once. ``sleep`` waits, and may raise :class:`Stopped`.
    """

    def __init__(
        self,
        pace: tuple[float, float],
        *,
        sleep: Callable[[float], None],
        clock: Clock,
        uniform: Callable[[float, float], float],
    ) -> None:
        self._pace = pace
        self._sleep = sleep
        self._clock = clock
        self._uniform = uniform
        self._last: datetime | None = None
        self._turn = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One request, made inside; it begins when the pause since the last one is over."""
        if self._pace[1] <= 0:
            yield
            return
        with self._turn:
            self._pause()
            try:
                yield
            finally:
                self._last = self._clock()

    def _pause(self) -> None:
        """Wait until the pause since the last request is over; the first request does not wait."""
        if self._last is None:
            return
        pause = self._uniform(*self._pace)
        # A clock that was set back must not lengthen the pause, one that was set forward may shorten it.
        elapsed = max((self._clock() - self._last).total_seconds(), 0.0)
        if pause > elapsed:
            self._sleep(pause - elapsed)
