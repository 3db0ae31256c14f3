"""Web archives of any tool → the pages in them that may be WeChat's, and the pictures of its CDN."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlsplit

from wxarchive.address import strip_secrets
from wxarchive.errors import InputError, PageTooLargeError, WxArchiveError
from wxarchive.media import is_media_host
from wxarchive.pages import Page
from wxarchive.webarchives.warc import import_warcio

__all__ = ["WARC_START", "Found", "Picture", "is_warc_in_wacz", "iter_wacz", "iter_warc"]

WARC_START: Final = b"WARC/"

_SITES: Final = ("mp.weixin.qq.com", "weixin.qq.com")
_MENTION: Final = b"mp.weixin.qq.com"
_PAGES: Final = ("text/html", "application/xhtml+xml", "text/plain", "multipart/related")
# Of an answer's headers those that say something of the page, as fetching keeps them.
_KEPT: Final = frozenset({"content-type", "date", "last-modified", "logicret", "retkey", "etag"})
_CHUNK: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture or sound that a web archive has: its address and its bytes."""

    url: str
    data: bytes


Found = Page | Picture | WxArchiveError


def iter_warc(stream: BinaryIO, name: str, *, most: int) -> Iterator[tuple[str, Found]]:
    """The pages and pictures in a WARC, packed or not, each with the record's address; an error in place of a bad one.

    ``most`` is how many bytes of a record are read. Pages of other sites are passed over. Raises InputError if the
    package for it is missing, or nothing can be read.
    """
    warcio = import_warcio()
    try:
        for record in warcio.archiveiterator.ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type not in ("response", "resource") or not url:
                continue
            found = _read_record(record, url.strip("<>"), name, most)
            if found is not None:
                yield url.strip("<>"), found
    except (
        warcio.exceptions.ArchiveLoadFailed,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,
    ) as error:
        yield "", InputError(f"the WARC cannot be read further: {_reason(error)}", subject=name)


def iter_wacz(file: Path, *, most: int) -> Iterator[tuple[str, Found]]:
    """As :func:`iter_warc`, from all WARCs in a WACZ."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.namelist():
            if is_warc_in_wacz(member):
                with archive.open(member) as stream:
                    yield from iter_warc(cast("BinaryIO", stream), f"{file}!{member}", most=most)


def is_warc_in_wacz(member: str) -> bool:
    """Whether a file of a ZIP archive is a WARC in its place."""
    return member.startswith("archive/") and member.endswith((".warc", ".warc.gz"))


def _read_record(record: Any, url: str, name: str, most: int) -> Found | None:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    headers = {
        key.lower(): value for key, value in (record.http_headers.headers if record.http_headers else ())
    }
    kind = headers.get("content-type") or record.rec_headers.get_header("Content-Type") or ""
    mime = kind.split(";")[0].strip().lower()
    status = int(record.http_headers.get_statuscode()) if record.http_headers else None
    if is_media_host(host) and status in (None, 200) and not mime.startswith("text/"):
        data = _read(record, most)
        return Picture(url=url, data=data) if isinstance(data, bytes) else data
    is_address = parts.scheme in ("http", "https")
    # Tools keep their logs as records, under schemes of their own.
    if (
        status not in (None, 200)
        or mime not in _PAGES
        or not (is_address or url.startswith("urn:wxarchive:"))
    ):
        return None
    body = _read(record, most)
    if not isinstance(body, bytes):
        return body if host in _SITES else None
    if is_address and host not in _SITES and _MENTION not in body:
        return None
    return Page(
        body=body,
        fetched_at=_moment(record.rec_headers.get_header("WARC-Date")),
        url=strip_secrets(url) if is_address else None,
        status=status,
        headers={key: value for key, value in headers.items() if key in _KEPT},
        origin="import",
        file=Path(name).name,
    )


def _read(record: Any, most: int) -> bytes | WxArchiveError:
    """What a record holds, unpacked, if it is no more than is read."""
    kept = io.BytesIO()
    stream = record.content_stream()
    while chunk := stream.read(_CHUNK):
        kept.write(chunk)
        if kept.tell() > most:
            return PageTooLargeError(f"it has more than the {most:,} bytes that are read")
    return kept.getvalue()


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
