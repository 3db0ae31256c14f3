"""Everything that is read from raw pages, read anew: how new parsers, rules and learnt blocks take effect.

Captures are read in several processes; their readings are kept beside the archive until all are there and then go
into it in one transaction. An interrupted run has read for the next one, and changed nothing.
"""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wxarchive.errors import WxArchiveError
from wxarchive.processes import obey_parent
from wxarchive.read import Guide, read_captured
from wxarchive.records import PARSER_VERSION, RECORD_VERSION
from wxarchive.store import Archive, Reparsed, Staged
from wxarchive.text import without_surrogates

if TYPE_CHECKING:
    from wxarchive.query import PostFilter

__all__ = ["reparse"]

_CHUNK: Final = 8
"""Captures that are read at a time, and are then safe from an interruption."""
_WAITING: Final = 3
"""Chunks handed to each process ahead of time: readings are large, and must not pile up."""

Progress = Callable[[int, int], None]


def reparse(
    archive: Archive,
    *,
    guide: Guide | None = None,
    filter: "PostFilter | None" = None,  # noqa: A002 - as in Archive
    dry_run: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
) -> Reparsed:
    """Read all captures anew, or those of the posts that ``filter`` wants, and hold what they say now.

    Nothing is asked of the network. ``guide`` is what reading goes by, the
    archive's own if it is not given; ``progress`` is told how many captures of how
    many are read. With ``dry_run`` nothing is written, but all that would change is told. What a capture said before
    is kept where it cannot be read any more. With more than one process a script must be guarded by
    ``if __name__ == "__main__"``, as :mod:`multiprocessing` asks.

    Raises StoreError if the archive cannot be read or written, StoreLockedError while another reparse is at work.
    """
    if guide is None:
        if not dry_run:
            archive.read_codes()
        guide = archive.load_guide()
    name = f"record {RECORD_VERSION}, parser {PARSER_VERSION}, guide {guide.name!r}, posts {filter!r}"
    with archive.staging(name, trial=dry_run) as staging:
        resumed = done = staging.count()
        while unread := archive.find_unread(staging, filter):
            total = done + len(unread)
            for readings in _iter_readings(archive, unread, guide, processes):
                staging.add(readings)
                done += len(readings)
                if progress is not None:
                    progress(done, total)
        changes, posts, captures_changed = archive.rederive(
            staging, lambda number: _read(archive, number, guide), filter=filter, trial=dry_run
        )
    return Reparsed(
        captures=done, resumed=resumed, posts=posts, captures_changed=captures_changed, changes=changes
    )


def _iter_readings(
    archive: Archive, numbers: Sequence[int], guide: Guide, processes: int
) -> Iterator[list[Staged]]:
    """The captures' readings, chunk by chunk as they are done."""
    chunks = [numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK)]
    if processes <= 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield [_read(archive, number, guide) for number in chunk]
        return
    # Not forked: SQLite forbids to carry an open database into another process.
    pool = ProcessPoolExecutor(
        min(processes, len(chunks)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_process,
        initargs=(archive.path, guide),
    )
    try:
        waiting: set[Future[list[Staged]]] = set()
        left: Iterator[Sequence[int]] = iter(chunks)
        while True:
            while len(waiting) < processes * _WAITING and (chunk := next(left, ())):
                waiting.add(pool.submit(_read_chunk, chunk))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


_process: tuple[Archive, Guide]
"""What a reading process works with: its own connection, and the guide."""


def _start_process(folder: Path, guide: Guide) -> None:
    global _process
    obey_parent()
    _process = (Archive(folder), guide)


def _read_chunk(numbers: Sequence[int]) -> list[Staged]:
    archive, guide = _process
    return [_read(archive, number, guide) for number in numbers]


def _read(archive: Archive, number: int, guide: Guide) -> Staged:
    """Read one capture; what reading or unpacking it raises on purpose is its reading."""
    try:
        reading = read_captured(archive.get_page(number), guide)
    except WxArchiveError as error:
        return Staged(number, error=error.message)
    post = reading.post
    if post is None:
        words = None if reading.state_text is None else without_surrogates(reading.state_text)
        return Staged(number, state=reading.state, state_text=words)
    record = without_surrogates(json.dumps(post.to_dict(), ensure_ascii=False, separators=(",", ":")))
    return Staged(number, post_id=post.id, state="post", record=record)
