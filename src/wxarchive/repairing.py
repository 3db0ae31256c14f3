"""Making again what of a damaged archive can be made again, and saying what cannot."""

from collections.abc import Callable
from dataclasses import dataclass

from wxarchive.errors import StoreError
from wxarchive.read import Guide
from wxarchive.reparsing import reparse
from wxarchive.store import Archive, Finding

__all__ = ["Repair", "repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was damaged, and what still is."""

    before: tuple[Finding, ...]
    after: tuple[Finding, ...]


def repair(
    archive: Archive,
    *,
    guide: Guide | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Repair:
    """Look at all of an archive, and make again what is damaged and can be read from what stands.

        That is all that is read from pages (posts, versions, links, the index), the copies of references, and SQLite's
        indexes. Damaged pictures are put on the list of what is to be had. Captures are never changed: what is damaged of
    of them stays and is told. ``guide`` is what reading goes by, the archive's own if it is not given.

        Raises StoreError if the database itself is broken.
    """
    before = archive.verify().findings
    if not before:
        return Repair(before=(), after=())
    media = [finding.name for finding in before if finding.place == "media"]
    try:
        archive.mend(media)
        archive.mend_derived()
        reparse(archive, guide=guide, processes=processes, progress=progress)
        archive.mend_derived()
    except StoreError as error:
        error.hint = "restore a backup, or take what can be read into a new archive with wxarchive merge"
        raise
    return Repair(before=before, after=archive.verify().findings)
