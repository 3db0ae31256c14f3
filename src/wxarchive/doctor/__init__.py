"""What ``wxarchive doctor`` looks at: a table of checks, each a function that gives findings.

A check is given what there is to examine and yields what it finds, one finding for each thing that it looked at; it
mends nothing. To add one, write the function in a module of this package and put it into :data:`CHECKS`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wxarchive.doctor.findings import Check, Examined, Finding
from wxarchive.doctor.index import check_index
from wxarchive.doctor.surroundings import (
    check_disk,
    check_lists,
    check_network,
    check_pace,
    check_sqlite,
)
from wxarchive.errors import NoArchiveError, StoreError
from wxarchive.store import Archive

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher

__all__ = ["CHECKS", "Check", "Examined", "Finding", "examine"]

CHECKS: Final[Mapping[str, Check]] = {
    "network": check_network,
    "pace": check_pace,
    "disk": check_disk,
    "sqlite": check_sqlite,
    "index": check_index,
    "lists": check_lists,
}
"""Name of a group → what looks at it, in the order in which they are run."""


def examine(folder: Path, fetcher: "Fetcher | None" = None) -> Iterator[Finding]:
    """Run every check on the archive in ``folder``, and on the network if there is a ``fetcher``; where there is none, or none that can be read, that is a finding."""
    try:
        archive = Archive(folder)
    except NoArchiveError:
        yield Finding("archive", "there is an archive", "skipped", f"none in {folder}")
        yield from _run(Examined(folder, None, fetcher))
        return
    except StoreError as error:
        yield Finding("archive", "the archive can be read", "failed", error.message, error.hint)
        yield from _run(Examined(folder, None, fetcher))
        return
    with archive:
        yield Finding("archive", "the archive can be read", "good")
        yield from _run(Examined(folder, archive, fetcher))


def _run(examined: Examined) -> Iterator[Finding]:
    for check in CHECKS.values():
        yield from check(examined)
