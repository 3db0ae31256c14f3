"""A copy of an archive as it is at one moment, while others write to it: for backups and for restoring them."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from wxarchive.errors import InputError, StoreError, TargetExistsError
from wxarchive.store.connect import open_for_reading
from wxarchive.store.schema import DATABASE

__all__ = ["copy_archive", "restore_archive"]

Progress = Callable[[int, int], None]


def copy_archive(
    source: Path, target: Path, *, timeout: float, links: bool, progress: Progress | None = None
) -> int:
    """Copy an archive to a new folder, whole or not at all; gives the number of files of pictures and sound.

    The database is copied by SQLite, in one state. Files are linked where ``links`` and the file system allow it
    (nothing ever writes into them), and copied otherwise. ``progress`` is told how many files of how many are there.

    Raises TargetExistsError if something is at ``target``, StoreError if the copy is not sound.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetExistsError("there is something already", subject=str(target), hint="name a new folder")
    part = target.with_name(f"{target.name}.part")
    if part.exists():
        shutil.rmtree(part)  # what an interrupted run left
    part.mkdir(parents=True)
    with closing(open_for_reading(source / DATABASE, timeout)) as reader:
        files = _copy_database(reader, part / DATABASE)
    for number, name in enumerate(files, 1):
        _copy_file(source / name, part / name, links=links)
        if progress is not None:
            progress(number, len(files))
    for folder in {(part / name).parent for name in files}:
        _sync(folder)
    _sync(part)
    if target.exists():
        target.rmdir()
    part.rename(target)
    _sync(target.parent)
    return len(files)


def restore_archive(
    source: Path, target: Path, *, timeout: float, force: bool, progress: Progress | None = None
) -> tuple[Path | None, int]:
    """Copy a backup to the place of an archive; gives where that is now, and the number of files.

    What is at ``target`` is set aside with ``force``, when the copy is whole; TargetExistsError is raised without.
    """
    if source.resolve() == target.resolve():
        raise InputError("this is the archive itself", subject=str(source))
    is_free = not target.exists() or (target.is_dir() and not any(target.iterdir()))
    if not (is_free or force):
        raise TargetExistsError(
            "there is an archive already", subject=str(target), hint="add --force to set it aside"
        )
    coming = target.with_name(f"{target.name}.restored")
    if coming.exists():
        shutil.rmtree(coming)  # what an interrupted run left
    # Not linked: the backup is to outlive whatever happens to the archive.
    files = copy_archive(source, coming, timeout=timeout, links=False, progress=progress)
    aside = None
    if is_free:
        if target.exists():
            target.rmdir()
    else:
        aside = _free_name(target)
        target.rename(aside)
    coming.rename(target)
    _sync(target.parent)
    return aside, files


def _free_name(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.before-restore-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def _copy_database(reader: sqlite3.Connection, file: Path) -> list[str]:
    """Copy the database; gives the files that it names. What is copied is looked at before it is called a copy."""
    with closing(sqlite3.connect(file)) as copy:
        # In one step: a state of one moment, and nobody who writes meanwhile is held up.
        reader.backup(copy)
        said = copy.execute("PRAGMA quick_check(1)").fetchone()
        if said != ("ok",):
            raise StoreError(
                f"what was copied is damaged: {said[0]}",
                subject=str(file.parent),
                hint="wxarchive verify names what is damaged in the archive",
            )
        files = [name for (name,) in copy.execute("SELECT file FROM media ORDER BY file")]
        # Leaves one file, which needs no others beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    _sync(file)
    return files


def _copy_file(source: Path, target: Path, *, links: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if links:
        with suppress(OSError):  # another file system, or one without links
            os.link(source, target)
            return
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        return  # a picture that is missing in the archive is missing in its copy; verify names it in both
    _sync(target)


def _sync(path: Path) -> None:
    with suppress(OSError):  # not every system lets folders be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
