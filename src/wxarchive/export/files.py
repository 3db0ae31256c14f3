"""Files and folders that are either written whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar, cast

from wxarchive.errors import ExportError, InputError, TargetExistsError

__all__ = ["open_binary_target", "open_target", "staged_folder"]

_Stream = TypeVar("_Stream", TextIO, BinaryIO)


@contextmanager
def open_target(target: Path | TextIO, *, force: bool, errors: str = "replace") -> Iterator[TextIO]:
    """A text stream to write an export to.

    ``target`` is a path, or a stream that the caller opened and closes.
    For a path the stream is a new file beside it, which takes the path's place when all is written and
    flushed to the disk; line ends are written as given. Raises TargetExistsError if the path is taken
    and not ``force``, ExportError if it cannot be written. A device or a pipe is written to as it is.
    """
    if not isinstance(target, Path):
        yield target
        return

    def open_text(path: Path, mode: str) -> TextIO:
        return cast("TextIO", path.open(mode, encoding="utf-8", errors=errors, newline=""))

    with _open_beside(target, open_text, force=force) as stream:
        yield stream


@contextmanager
def open_binary_target(target: Path | BinaryIO, *, force: bool) -> Iterator[BinaryIO]:
    """As :func:`open_target`, for bytes."""
    if not isinstance(target, Path):
        yield target
        return

    def open_bytes(path: Path, mode: str) -> BinaryIO:
        return cast("BinaryIO", path.open(f"{mode}b"))

    with _open_beside(target, open_bytes, force=force) as stream:
        yield stream


@contextmanager
def _open_beside(
    target: Path, open_file: Callable[[Path, str], _Stream], *, force: bool
) -> Iterator[_Stream]:
    path = Path(os.path.realpath(target))
    with _as_export_error(target):
        if path.exists() and not path.is_file() and not path.is_dir():
            with open_file(path, "w") as stream:
                yield stream
            return
        if path.is_dir():
            raise ExportError("is a folder, and the export is one file", subject=str(target))
        _refuse_taken(path, target, force)
        part = _beside(path)
        try:
            # Not tempfile: its files are for their owner only, and this one is what the user asked for.
            with open_file(part, "x") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            _refuse_taken(path, target, force)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        _sync_folder(path.parent)


@contextmanager
def staged_folder(target: Path | TextIO, *, force: bool) -> Iterator[Path]:
    """An empty folder to write an export's files into; when all are written they move to ``target`` together.

    Raises InputError if ``target`` is a stream, TargetExistsError if it is a folder with something in it
    and not ``force`` (with it, files of the same names are replaced and others stay), ExportError if it
    cannot be written.
    """
    if not isinstance(target, Path):
        raise InputError("this format is a folder of files", hint="name the folder with -o FOLDER")
    folder = Path(os.path.realpath(target))
    with _as_export_error(target):
        if folder.exists() and not folder.is_dir():
            raise ExportError("is a file, and the export is a folder", subject=str(target))
        _refuse_filled(folder, target, force)
        stage = _beside(folder)
        stage.mkdir()
        try:
            yield stage
            if hasattr(os, "sync"):
                os.sync()  # once for all the files: one by one would take longer than writing them
            _refuse_filled(folder, target, force)
            if folder.is_dir():
                for file in sorted(file for file in stage.rglob("*") if not file.is_dir()):
                    (folder / file.relative_to(stage)).parent.mkdir(parents=True, exist_ok=True)
                    file.replace(folder / file.relative_to(stage))
                shutil.rmtree(stage)
            else:
                stage.rename(folder)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        _sync_folder(folder.parent)


@contextmanager
def _as_export_error(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = None
        if isinstance(error, FileNotFoundError):
            hint = f"make the folder {target.parent} first"
        raise ExportError(
            f"cannot be written: {error.strerror or error}", subject=str(target), hint=hint
        ) from error


def _refuse_taken(path: Path, target: Path, force: bool) -> None:
    if path.exists() and not force:
        raise TargetExistsError("there is a file already", subject=str(target))


def _refuse_filled(folder: Path, target: Path, force: bool) -> None:
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise TargetExistsError("there is a folder with files in it already", subject=str(target))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")


def _sync_folder(folder: Path) -> None:
    """Flush a folder's entries, where the system lets folders be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
