"""The kinds of sources there are, and which of them a text names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from wxarchive.errors import InputError
from wxarchive.sources.albums import Albums
from wxarchive.sources.feeds import Feeds
from wxarchive.sources.files import LinkFiles, is_opml, local_path, parse_opml, read_bytes
from wxarchive.sources.kinds import Kind

__all__ = ["ENTRY_POINTS", "KINDS", "Followable", "find_followable", "get_kind", "iter_followable"]

ENTRY_POINTS: Final = "wxarchive.sources"
"""The group of entry points by which other packages add kinds."""

KINDS: Final[tuple[Kind, ...]] = (Albums(), Feeds(), LinkFiles())


@dataclass(frozen=True, slots=True, kw_only=True)
class Followable:
    """A source that can be followed: its kind, canonical address, and a name for it."""

    kind: str
    address: str
    name: str
    title: str | None = None


def get_kind(name: str) -> Kind:
    """The kind with this name. Raises InputError if no such kind is installed."""
    for kind in (*KINDS, *_added()):
        if kind.name == name:
            return kind
    raise InputError(f"there is no kind of source {name!r}", hint="a package that added it may be missing")


def find_followable(text: str) -> Followable | None:
    """The source that a text names: what other packages add is asked first."""
    for kind in (*_added(), *KINDS):
        address = kind.find_address(text)
        if address is not None:
            return Followable(kind=kind.name, address=address, name=_name_for(kind.name, address))
    return None


def iter_followable(text: str) -> Iterator[Followable]:
    """The sources that a text names: one, or the feeds of an OPML file. Raises InputError for what is none."""
    path = local_path(text)
    if path is not None and is_opml(body := read_bytes(path)):
        feeds = parse_opml(body)
        if not feeds:
            raise InputError("there is no feed in this OPML file", subject=text)
        for url, title in feeds:
            address = Feeds().find_address(url)
            if address is not None:
                yield Followable(
                    kind="feed",
                    address=address,
                    name=_slug(title or "") or _name_for("feed", address),
                    title=title,
                )
        return
    found = find_followable(text)
    if found is None:
        raise InputError(
            "this cannot be followed",
            subject=text[:200],
            hint="give the link of an album (合集), a feed's address or file, an OPML file, or a file with links",
        )
    yield found


def _added() -> Iterator[Kind]:
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINTS):
        made = point.load()
        yield made() if isinstance(made, type) else made


def _name_for(kind: str, address: str) -> str:
    if kind == "album":
        return f"album-{address.rpartition('=')[2][-8:]}"
    if "://" in address:
        parts = urlsplit(address)
        return _slug(f"{(parts.hostname or '').removeprefix('www.')} {parts.path}") or kind
    return _slug(address.replace("\\", "/").rpartition("/")[2].partition(".")[0]) or kind


def _slug(text: str) -> str:
    """A short name that needs no quotes in a shell."""
    return re.sub(r"[^\w.]+", "-", text).strip("-.")[:40].strip("-.")
