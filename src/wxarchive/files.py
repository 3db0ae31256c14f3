"""Files → pages to import: plain, gzipped, and those in ZIP and web archives; folders are walked.

Nothing is unpacked to disk. What is in an archive is read one page at a time and within limits, so that an archive
made to swell costs an error and no more.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import IO, Final

from wxarchive.decode import MAX_BYTES
from wxarchive.errors import InputError, PageTooLargeError, WxArchiveError
from wxarchive.pages import Page
from wxarchive.text import without_controls
from wxarchive.times import BEIJING
from wxarchive.webarchives.reading import (
    WARC_START,
    Found,
    Picture,
    is_warc_in_wacz,
    iter_wacz,
    iter_warc,
)

__all__ = [
    "IMPORTED_SUFFIXES",
    "MOST_MEMBERS",
    "MOST_UNPACKED",
    "Loaded",
    "is_plain",
    "iter_files",
    "load_file",
    "load_files",
]

Loaded = tuple[str, Page | Picture | WxArchiveError]
"""A file's name, as outcomes show it (``archive.zip!name.html`` for one in an archive), and its page or why none.

Web archives also have pictures."""

IMPORTED_SUFFIXES: Final = frozenset({".html", ".htm", ".mhtml", ".mht", ".txt", ".md", ".markdown"})
"""What is looked at in a folder or an archive; a file that is named itself is read whatever its name ends in."""

MOST_MEMBERS: Final = 50_000
"""Files in one archive that is read."""
MOST_UNPACKED: Final = 4 * 1024**3
"""Bytes that are unpacked from one archive."""
MOST_SWELLING: Final = 300
"""A page may unpack to this many times its packed size; pages come to 5 or 10."""
_SMALL: Final = 1024 * 1024
"""Bytes; below this swelling does no harm."""
_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_START: Final = b"\x1f\x8b"
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_OLDEST_ZIP_YEAR: Final = 1980
# All that the standard library raises for archives that are damaged or packed by a method it does not know.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def load_files(paths: Iterable[Path]) -> Iterator[Loaded]:
    """The pages of files and folders, in order; an error in the place of each that cannot be used.

    One page is held at a time. Raises nothing that a file can cause.
    """
    for item in iter_files(paths):
        if isinstance(item, InputError):
            yield item.subject or "", item
        else:
            yield from load_file(item)


def iter_files(paths: Iterable[Path]) -> Iterator[Path | InputError]:
    """The files to import, in order; an InputError in the place of a path that cannot be used.

    In folders: only names that can be pages, dumps or archives of them, no hidden ones, and not the ``…_files``
    folders that browsers lay beside a saved page.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        elif path.exists():
            yield path
        else:
            yield InputError("there is no such file or folder", subject=str(path))


def load_file(path: Path) -> Iterator[Loaded]:
    """The page of a file; of a ZIP archive each page in it, told by its first bytes, whatever it is called."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start in _ZIP_STARTS and _is_wacz(path):
            yield from _load_web_archive(path, iter_wacz(path, most=MAX_BYTES))
        elif start in _ZIP_STARTS:
            yield from _load_zip(path)
        elif start == WARC_START[:4] or (start.startswith(_GZIP_START) and _holds_warc(path)):
            with path.open("rb") as file:
                yield from _load_web_archive(path, iter_warc(file, str(path), most=MAX_BYTES))
        elif start.startswith(_GZIP_START):
            yield str(path), _load_gzip(path)
        else:
            yield str(path), _load_plain(path)
    except OSError as error:
        yield str(path), InputError(f"cannot be read: {error.strerror or error}", subject=str(path))
    except WxArchiveError as error:
        yield str(path), error


def is_plain(path: Path) -> bool:
    """Whether a file is one page or dump, and not packed or a web archive."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    return start not in (*_ZIP_STARTS, WARC_START[:4]) and not start.startswith(_GZIP_START)


def _load_web_archive(path: Path, found: Iterator[tuple[str, Found]]) -> Iterator[Loaded]:
    """What a WARC or WACZ has of WeChat; an error if that is nothing."""
    count = 0
    for url, item in found:
        count += 1
        yield f"{path}!{without_controls(url)}" if url else str(path), item
    if not count:
        raise InputError("there is no page of WeChat in this web archive", subject=str(path))


def _is_wacz(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(map(is_warc_in_wacz, archive.namelist()))
    except _DAMAGE:
        return False


def _holds_warc(path: Path) -> bool:
    """Whether a gzip file begins as a WARC does."""
    try:
        with gzip.open(path) as unpacked:
            return unpacked.read(len(WARC_START)) == WARC_START
    except _DAMAGE:
        return False


def _walk(folder: Path) -> Iterator[Path | InputError]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield InputError(f"cannot be read: {error.strerror}", subject=str(folder))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not _is_beside_page(entry.name) and not entry.is_symlink():
                yield from _walk(entry)
        elif _can_hold_pages(entry.name):
            yield entry


def _is_beside_page(folder: str) -> bool:
    return folder.endswith(("_files", ".files"))


def _can_hold_pages(name: str) -> bool:
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    if suffixes[-1:] == [".gz"]:
        return suffixes[0] in {*IMPORTED_SUFFIXES, ".warc"}
    return suffixes[-1:] in ([".zip"], [".warc"], [".wacz"]) or is_page_name(name)


def is_page_name(name: str) -> bool:
    """Whether a file of this name can be a page or a dump."""
    return PurePosixPath(name).suffix.lower() in IMPORTED_SUFFIXES


def _load_plain(path: Path) -> Page:
    facts = path.stat()
    if facts.st_size > MAX_BYTES:
        raise _too_large(facts.st_size)
    return Page(body=path.read_bytes(), fetched_at=_moment(facts.st_mtime), origin="import", file=path.name)


def _too_large(size: int) -> PageTooLargeError:
    return PageTooLargeError(f"{size:,} bytes are more than the {MAX_BYTES:,} that are read")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


# -- packed -------------------------------------------------------------------------------------------------------


def _load_gzip(path: Path) -> Page:
    packed = path.stat()
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        try:
            with gzip.GzipFile(fileobj=file) as unpacked:
                body = _read_within(unpacked, packed.st_size)
        except _DAMAGE as error:
            raise InputError(
                f"the gzip file cannot be unpacked: {_reason(error)}", subject=str(path)
            ) from error
    # RFC 1952: the time of the packed file, 0 for none.
    packed_at = int.from_bytes(head[4:8], "little")
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    return Page(body=body, fetched_at=_moment(packed_at or packed.st_mtime), origin="import", file=name)


def _read_within(unpacked: IO[bytes] | gzip.GzipFile, packed_size: int) -> bytes:
    """What is packed, if it is no more than is read of a page and did not swell beyond all measure."""
    chunks = io.BytesIO()
    while chunk := unpacked.read(_SMALL):
        chunks.write(chunk)
        size = chunks.tell()
        if size > MAX_BYTES:
            raise PageTooLargeError(f"it unpacks to more than the {MAX_BYTES:,} bytes that are read")
        if size > _SMALL and size > packed_size * MOST_SWELLING:
            raise PageTooLargeError(
                f"it unpacks to more than {MOST_SWELLING} times its size: that is no page"
            )
    return chunks.getvalue()


def _load_zip(path: Path) -> Iterator[Loaded]:
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise InputError(f"the ZIP archive cannot be opened: {_reason(error)}", subject=str(path)) from error
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise InputError(
                f"{len(members):,} files in one archive are more than the {MOST_MEMBERS:,} that are read",
                subject=str(path),
                hint="unpack it and import the folder",
            )
        wanted = sorted(
            (_name_of(member), at)
            for at, member in enumerate(members)
            if not member.is_dir() and _is_wanted(_name_of(member))
        )
        if not wanted:
            raise InputError("there is no page or text in this archive", subject=str(path))
        left = MOST_UNPACKED
        for name, at in wanted:
            source = f"{path}!{without_controls(name)}"
            if members[at].file_size > left:
                yield (
                    source,
                    InputError(
                        f"the archive unpacks to more than {MOST_UNPACKED:,} bytes: the rest is not read",
                        subject=source,
                        hint="unpack it and import the folder",
                    ),
                )
                return
            try:
                page = _load_member(archive, members[at], name, source)
            except WxArchiveError as error:
                yield source, error
                continue
            left -= len(page.body)
            yield source, page


def _is_wanted(name: str) -> bool:
    """As folders are walked: pages and dumps, nothing hidden, no parts that a browser saved beside a page."""
    *folders, last = name.replace("\\", "/").split("/")
    if any((folder.startswith(".") and folder != "..") or _is_beside_page(folder) for folder in folders):
        return False
    return "__MACOSX" not in folders and not last.startswith(".") and is_page_name(last)


def _name_of(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: archives that do not say UTF-8 are read as CP437 and mostly hold GBK or UTF-8."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _load_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, source: str) -> Page:
    parts = name.replace("\\", "/").split("/")
    # Nothing is written by these names; an archive that has them was made to do harm.
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise InputError("its name leads out of the archive: not read", subject=source)
    if S_ISLNK(member.external_attr >> 16):
        raise InputError("it is a link to another file: not read", subject=source)
    if member.flag_bits & _ENCRYPTED:
        raise InputError("it is encrypted", subject=source, hint="unpack the archive and import the folder")
    if member.file_size > MAX_BYTES:
        raise _too_large(member.file_size)
    try:
        with archive.open(member) as unpacked:
            body = _read_within(unpacked, member.compress_size)
    except _DAMAGE as error:
        raise InputError(f"it cannot be unpacked: {_reason(error)}", subject=source) from error
    return Page(body=body, fetched_at=_packed_at(member), origin="import", file=parts[-1])


def _packed_at(member: zipfile.ZipInfo) -> datetime | None:
    """The time that the archive gives a file. ZIP knows no time zone; who saves these posts mostly lives in Beijing's."""
    if member.date_time[0] <= _OLDEST_ZIP_YEAR:
        return None
    try:
        return datetime(*member.date_time, tzinfo=BEIJING)
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
