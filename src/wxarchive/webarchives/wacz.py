"""WACZ 1.1.1: a ZIP of a WARC, its index, a list of pages with their texts, and the hashes of all of them."""

import gzip
import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from wxarchive.webarchives.captures import WebCapture
from wxarchive.webarchives.warc import Written, warc_date, write_warc

__all__ = ["write_wacz"]

_DATA: Final = "archive/data.warc.gz"
_INDEX: Final = "indexes/index.cdx.gz"
_INDEX_OF_INDEX: Final = "indexes/index.idx"
_LINES: Final = 1000
"""Lines of the index that are packed together: a reader fetches only those that it needs."""
_PAGES: Final = "pages/pages.jsonl"
_PACKAGE: Final = "datapackage.json"
_CHUNK: Final = 1024 * 1024


def write_wacz(
    captures: Iterable[WebCapture], out: BinaryIO, *, software: str, created_at: datetime, title: str
) -> int:
    """Write captures as they come; gives their number. The index and the list of pages are held in memory."""
    index: list[str] = []
    pages: list[str] = [
        _line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True})
    ]
    with tempfile.TemporaryFile() as data:
        for capture, written in write_warc(captures, data, software=software, created_at=created_at):
            index += [_index_line(one) for one in written]
            pages.append(_line(_page(capture, len(pages))))
        packed, idx = _pack_index(sorted(index))
        entries = {_INDEX: packed, _INDEX_OF_INDEX: idx.encode(), _PAGES: "".join(pages).encode()}
        with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
            size, digest = _store_stream(archive, _DATA, data, created_at)
            resources = [_resource(_DATA, size, digest)]
            for name, content in entries.items():
                _store(archive, name, content, created_at, packed=name == _PAGES)
                resources.append(_resource(name, len(content), hashlib.sha256(content).hexdigest()))
            package = {
                "profile": "data-package",
                "wacz_version": "1.1.1",
                "title": title,
                "software": software,
                "created": warc_date(created_at),
                "resources": resources,
            }
            content = json.dumps(package, ensure_ascii=False, indent=2).encode()
            _store(archive, _PACKAGE, content, created_at, packed=True)
            signed = {"path": _PACKAGE, "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
            _store(
                archive,
                "datapackage-digest.json",
                json.dumps(signed, indent=2).encode(),
                created_at,
                packed=True,
            )
    return len(pages) - 1


def _pack_index(lines: list[str]) -> tuple[bytes, str]:
    """The index in blocks, each gzipped by itself, and a line for each block: how it begins and where it is."""
    packed = b""
    meta = _line({"format": "cdxj-gzip-1.0", "filename": _INDEX.rpartition("/")[2]})
    about = [f"!meta 0 {meta}"]
    for at in range(0, len(lines), _LINES):
        block = gzip.compress("".join(lines[at : at + _LINES]).encode(), mtime=0)
        place = {
            "offset": len(packed),
            "length": len(block),
            "digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        }
        key, moment, _ = lines[at].split(" ", 2)
        about.append(f"{key} {moment} {_line(place)}")
        packed += block
    return packed, "".join(about)


def _page(capture: WebCapture, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "url": capture.url,
        "ts": warc_date(capture.captured_at),
        "title": capture.title or capture.url,
        "text": capture.text,
    }


def _index_line(written: Written) -> str:
    """A line of CDXJ: the address in an order that sorts, the time, and where the record is."""
    moment = written.captured_at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    fields = {
        "url": written.url,
        "mime": written.mime,
        "status": str(written.status),
        "digest": written.digest,
        "length": str(written.length),
        "offset": str(written.offset),
        "filename": _DATA.rpartition("/")[2],
    }
    return f"{_sort_key(written.url)} {moment} {_line(fields)}"


def _sort_key(url: str) -> str:
    """SURT: the host from its end, the path, the sorted query; in small letters."""
    parts = urlsplit(url)
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return (
        ",".join(reversed(host.split(".")))
        + ")"
        + (parts.path.lower() or "/")
        + (f"?{query}" if query else "")
    )


def _resource(name: str, size: int, digest: str) -> dict[str, Any]:
    return {"name": name.rpartition("/")[2], "path": name, "hash": f"sha256:{digest}", "bytes": size}


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _entry(name: str, moment: datetime, *, packed: bool) -> zipfile.ZipInfo:
    at = moment.astimezone(UTC)
    info = zipfile.ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info


def _store(archive: zipfile.ZipFile, name: str, content: bytes, moment: datetime, *, packed: bool) -> None:
    archive.writestr(_entry(name, moment, packed=packed), content)


def _store_stream(archive: zipfile.ZipFile, name: str, data: BinaryIO, moment: datetime) -> tuple[int, str]:
    """Store a stream as it is, so that readers can jump into it; gives its size and hash."""
    data.seek(0)
    digest, size = hashlib.sha256(), 0
    with archive.open(_entry(name, moment, packed=False), "w", force_zip64=True) as target:
        for chunk in _chunks(data):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return size, digest.hexdigest()


def _chunks(data: BinaryIO) -> Iterator[bytes]:
    while chunk := data.read(_CHUNK):
        yield chunk
