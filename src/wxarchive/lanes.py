"""Calls that run beside the main thread, and come back to it through one queue.

The network waits in threads of its own while the main thread reads and stores: the database has one user, and a slow
answer keeps nobody waiting. The threads are daemons: a run that is stopped does not wait for an answer to come.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

__all__ = ["Done", "Lane", "take_done"]

_Item = TypeVar("_Item")
_END: Final = None


@dataclass(frozen=True, slots=True)
class Done(Generic[_Item]):
    """A call that ended: what it was for, and its value or what it raised."""

    lane: "Lane[Any]"
    item: _Item
    value: Any = None
    error: BaseException | None = None


class Lane(Generic[_Item]):
    """Runs calls, at most ``size`` at once; each ends as a :class:`Done` in ``done``.

    ``ahead`` more may wait for their turn, so that the lane is not idle while the main thread is busy.
    """

    def __init__(self, size: int, done: "SimpleQueue[Done[Any]]", *, ahead: int = 0) -> None:
        self.size = size
        self._ahead = ahead
        self.busy = 0
        """Calls that were begun and whose end was not taken yet."""
        self._done = done
        self._calls: SimpleQueue[tuple[_Item, Callable[[], Any]] | None] = SimpleQueue()
        self._threads = 0

    @property
    def has_room(self) -> bool:
        """Whether another call may be given."""
        return self.busy < self.size + self._ahead

    def begin(self, item: _Item, call: Callable[[], Any]) -> None:
        """Run ``call`` in a thread of the lane."""
        self.busy += 1
        if self._threads < min(self.size, self.busy):
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._calls.put((item, call))

    def withdraw(self) -> list[_Item]:
        """Take back what has not begun."""
        items: list[_Item] = []
        while True:
            try:
                task = self._calls.get_nowait()
            except Empty:
                break
            assert task is not _END, "a lane is closed once"
            items.append(task[0])
        self.busy -= len(items)
        return items

    def close(self) -> None:
        """Begin nothing more; the threads end with their calls."""
        self.withdraw()
        for _ in range(self._threads):
            self._calls.put(_END)

    def _work(self) -> None:
        while (task := self._calls.get()) is not _END:
            item, call = task
            try:
                ended: Done[_Item] = Done(self, item, call())
            except BaseException as error:  # it belongs to the main thread, whatever it is
                ended = Done(self, item, error=error)
            self._done.put(ended)


def take_done(done: "SimpleQueue[Done[Any]]", most: int) -> list[Done[Any]]:
    """Wait for a call to end, then take what else has ended, ``most`` at once."""
    taken = [done.get()]
    while len(taken) < most:
        try:
            taken.append(done.get_nowait())
        except Empty:
            break
    for ended in taken:
        ended.lane.busy -= 1
    return taken
