"""Files read in several processes, and given back in their order."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final

from wxarchive.errors import InputError, WxArchiveError
from wxarchive.files import is_plain, iter_files, load_file, load_files
from wxarchive.pages import Page
from wxarchive.processes import obey_parent
from wxarchive.read import GUIDE, Guide, Reading, read_captured
from wxarchive.webarchives.reading import Picture

__all__ = ["Read", "iter_read"]

Read = tuple[str, Page | Picture | WxArchiveError, Reading | WxArchiveError | None]
"""A file's name, its page, and what it was read as; or an error in the place of either. A picture has no reading."""

_CHUNK: Final = 8
"""Files that a process reads at a time."""
_WAITING: Final = 3
"""Chunks handed to each process ahead of time: readings are large, and must not pile up."""

_Answer = list[tuple[str, Reading | WxArchiveError | None]]
"""Of each file of a chunk: the hash of the bytes that were read, and what they are; None for what is to be read here."""


def iter_read(paths: Iterable[Path], jobs: int = 1, guide: Guide = GUIDE) -> Iterator[Read]:
    """The pages of files and folders with what they are read as, in order; what cannot be used with its reason.

    ``guide`` is what reading goes by.

    With more ``jobs`` than one, other processes read; then a script must be guarded by ``if __name__ == "__main__"``,
    as :mod:`multiprocessing` asks. Memory does not grow with the number of files. Raises nothing that a file can
    cause.
    """
    if jobs <= 1:
        for source, page in load_files(paths):
            yield source, page, _read(page, guide) if isinstance(page, Page) else None
        return
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start_process, initargs=(guide,)
    )
    try:
        yield from _iter_pooled(pool, iter_files(paths), jobs * _WAITING, guide)
    finally:
        pool.shutdown(cancel_futures=True)


def _iter_pooled(
    pool: ProcessPoolExecutor, items: Iterator[Path | InputError], most: int, guide: Guide
) -> Iterator[Read]:
    waiting: deque[tuple[list[Path | InputError], Future[_Answer]]] = deque()
    while True:
        while len(waiting) < most and (chunk := list(islice(items, _CHUNK))):
            waiting.append((chunk, pool.submit(_read_chunk, chunk)))
        if not waiting:
            return
        chunk, future = waiting.popleft()
        for item, (digest, reading) in zip(chunk, future.result(), strict=True):
            if isinstance(item, InputError):
                yield item.subject or "", item, None
                continue
            for source, page in load_file(item):
                if not isinstance(page, Page):
                    yield source, page, None
                else:
                    # A file that changed in between, or that holds several pages, is read here.
                    same = reading is not None and page.sha256 == digest
                    yield source, page, reading if same else _read(page, guide)


def _read_chunk(items: list[Path | InputError]) -> _Answer:
    answers: _Answer = []
    for item in items:
        answer: tuple[str, Reading | WxArchiveError | None] = ("", None)
        if not isinstance(item, InputError) and is_plain(item):
            for _, page in load_file(item):
                if isinstance(page, Page):
                    answer = (page.sha256, _read(page, _guide))
        answers.append(answer)
    return answers


def _read(page: Page, guide: Guide) -> Reading | WxArchiveError:
    try:
        return read_captured(page, guide)
    except WxArchiveError as error:
        return error


_guide: Guide = GUIDE
"""What a reading process reads by."""


def _start_process(guide: Guide) -> None:
    global _guide
    _guide = guide
    obey_parent()
