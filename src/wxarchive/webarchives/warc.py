"""WARC 1.1: a response (or, of an imported file, a resource) for each page, with its request and metadata; pictures.

Pages are kept as they were after the transfer was undone, so headers that speak of the transfer are left out, and the
request is made from what is known of it: its address.
"""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from wxarchive.errors import InputError
from wxarchive.webarchives.captures import CapturedFile, WebCapture

__all__ = ["Written", "import_warcio", "warc_date", "write_warc"]

# Headers about how the body travelled, which is not how it is stored.
_OF_TRANSFER: Final = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
_HINT: Final = "install it with: pip install 'wxarchive[warc]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record that can be replayed: where it is in the file, and what an index says of it."""

    url: str
    captured_at: datetime
    mime: str
    status: int
    digest: str
    offset: int
    length: int


def import_warcio() -> Any:
    """The package that reads and writes WARC. Raises InputError if it is not installed."""
    try:
        import warcio.archiveiterator
        import warcio.statusandheaders
        import warcio.warcwriter
    except ImportError as error:
        raise InputError(
            "web archives need the package warcio, which is not installed", hint=_HINT
        ) from error
    return warcio


def warc_date(moment: datetime) -> str:
    """A moment as WARC has it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_warc(
    captures: Iterable[WebCapture], out: BinaryIO, *, software: str, created_at: datetime, packed: bool = True
) -> Iterator[tuple[WebCapture, tuple[Written, ...]]]:
    """Write captures as they come, each record gzipped by itself if ``packed``; gives what was written of each.

    A picture that several pages show is written once.
    """
    warcio = import_warcio()
    writer = warcio.warcwriter.WARCWriter(out, gzip=packed, warc_version="1.1")
    about = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    writer.write_record(
        _make(writer, "", "warcinfo", about, created_at, warc_content_type="application/warc-fields")
    )
    seen: set[str] = set()
    for capture in captures:
        written = [_write_page(warcio, writer, out, capture)]
        for file in capture.files:
            if file.url not in seen:
                seen.add(file.url)
                written.append(_write_file(writer, out, file))
        yield capture, tuple(written)


def _write_page(warcio: Any, writer: Any, out: BinaryIO, capture: WebCapture) -> Written:
    page, at = capture.page, out.tell()
    mime = page.headers.get("content-type", "text/html").split(";")[0].strip().lower()
    if page.status is None:
        mime = _mime_of_file(page.body)
        record = _make(
            writer, capture.url, "resource", page.body, capture.captured_at, warc_content_type=mime
        )
    else:
        headers = _response_headers(warcio, page.status, page.headers, len(page.body))
        record = _make(writer, capture.url, "response", page.body, capture.captured_at, http_headers=headers)
    writer.write_record(record)
    written = _written(record, capture.url, capture.captured_at, mime, page.status or 200, at, out.tell())
    record_id = record.rec_headers.get_header("WARC-Record-ID")
    if page.status is not None:
        writer.write_record(_request(warcio, writer, capture, record_id))
    facts = json.dumps(capture.facts, ensure_ascii=False, indent=1).encode()
    writer.write_record(
        _make(
            writer,
            capture.url,
            "metadata",
            facts,
            capture.captured_at,
            beside=record_id,
            warc_content_type="application/json",
        )
    )
    return written


def _make(
    writer: Any, url: str, kind: str, body: bytes, moment: datetime, *, beside: str | None = None, **more: Any
) -> Any:
    """A record. Its length is given, so that the package needs no temporary file to count."""
    headers = {"WARC-Date": warc_date(moment)} | ({"WARC-Concurrent-To": beside} if beside else {})
    return writer.create_warc_record(
        url, kind, payload=io.BytesIO(body), length=len(body), warc_headers_dict=headers, **more
    )


def _response_headers(warcio: Any, status: int, headers: Any, size: int) -> Any:
    kept = [(name, value) for name, value in headers.items() if name not in _OF_TRANSFER]
    if not any(name == "content-type" for name, _ in kept):
        kept.append(("content-type", "text/html; charset=UTF-8"))
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [(name, _one_line(value)) for name, value in (*kept, ("content-length", str(size)))]
    return warcio.statusandheaders.StatusAndHeaders(f"{status} {phrase}".strip(), lines, protocol="HTTP/1.1")


def _request(warcio: Any, writer: Any, capture: WebCapture, beside: str) -> Any:
    parts = urlsplit(capture.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = warcio.statusandheaders.StatusAndHeaders(
        f"GET {path} HTTP/1.1", [("Host", parts.netloc)], is_http_request=True
    )
    return _make(
        writer, capture.url, "request", b"", capture.captured_at, beside=beside, http_headers=headers
    )


def _write_file(writer: Any, out: BinaryIO, file: CapturedFile) -> Written:
    at = out.tell()
    record = _make(writer, file.url, "resource", file.data, file.stored_at, warc_content_type=file.type)
    writer.write_record(record)
    return _written(record, file.url, file.stored_at, file.type, 200, at, out.tell())


def _written(record: Any, url: str, moment: datetime, mime: str, status: int, at: int, end: int) -> Written:
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or record.rec_headers.get_header(
        "WARC-Block-Digest"
    )
    return Written(
        url=url,
        captured_at=moment,
        mime=mime,
        status=status,
        digest=digest or "-",
        offset=at,
        length=end - at,
    )


def _mime_of_file(body: bytes) -> str:
    start = body[:2000].lstrip().lower()
    if start.startswith((b"from:", b"mime-version:", b"snapshot-content-location:")):
        return "multipart/related"
    return "text/html" if b"<" in start else "text/plain"


def _one_line(value: str) -> str:
    return " ".join(value.split())
