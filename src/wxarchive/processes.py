"""How a process that works for another behaves."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

__all__ = ["obey_parent"]


def obey_parent() -> None:
    """Leave Ctrl-C to the process that began this one, and end with it, however it ends."""
    # The first process is told by the terminal too, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
