"""Sources that are files: any text with links in it, and lists of feeds (OPML)."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from wxarchive.address import iter_addresses
from wxarchive.errors import InputError, SourceError
from wxarchive.sources.kinds import Found, Step, Visit

__all__ = ["LinkFiles", "is_opml", "local_path", "parse_opml", "read_bytes"]

_LARGEST: Final = 64 * 2**20
_OPML = re.compile(rb"<opml[\s>]", re.I)


class LinkFiles:
    """The kind ``links``: a file that people or programs add links to."""

    name = "links"

    def find_address(self, text: str) -> str | None:
        """The path of the file that ``text`` names, if there is one with a link to a post in it."""
        path = local_path(text)
        if path is None or next(iter_addresses(_text_of(path)), None) is None:
            return None
        return str(path)

    def iter_steps(self, visit: Visit) -> Iterator[Step]:
        """All links of the file, if it has changed since the last visit."""
        path = local_path(visit.address)
        if path is None:
            raise SourceError("the file of links is not there any more", subject=visit.address)
        text = _text_of(path)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if digest == visit.memory.get("sha256"):
            yield Step(memory=visit.memory)
            return
        found = tuple(Found(url=address.url, post_id=address.key) for address in iter_addresses(text))
        yield Step(found=found, memory={"sha256": digest})


def local_path(text: str) -> Path | None:
    """The file that ``text`` names, as an absolute path; None if there is none."""
    try:
        path = Path(text.strip()).expanduser()
        return path.resolve() if path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, no home
        return None


def read_bytes(path: Path) -> bytes:
    """What is in a file. Raises InputError if it cannot be read, or is no file for this."""
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"the file is larger than {_LARGEST:,} bytes", subject=str(path))
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", subject=str(path)) from error


def _text_of(path: Path) -> str:
    return read_bytes(path).decode("utf-8-sig", "replace")


def is_opml(body: bytes) -> bool:
    """Whether bytes look like a list of feeds."""
    return _OPML.search(body[:2000]) is not None


def parse_opml(body: bytes) -> list[tuple[str, str | None]]:
    """The feeds of an OPML file with their titles. Raises InputError for a broken one.

    Entities that swell are refused by the XML library itself.
    """
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(f"the OPML file is broken: {error}") from error
    found = []
    for outline in root.iter("outline"):
        url = outline.get("xmlUrl") or outline.get("xmlurl")
        if url:
            found.append((url.strip(), outline.get("title") or outline.get("text")))
    return found
