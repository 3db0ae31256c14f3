"""Posts → files in the formats that other programs read.

Each format is one module with one function, ``write(posts, target, options) -> int``. It takes posts
from an iterable as they come, never keeps them, and returns how many it wrote. A new format is a module
and a line in ``FORMATS``.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from wxarchive.errors import InputError
from wxarchive.export.options import ExportOptions
from wxarchive.records import Post

__all__ = ["FORMATS", "ExportOptions", "Format", "Writer", "get_writer", "write_posts"]

Writer = Callable[[Iterable[Post], Path | TextIO, ExportOptions], int]


class Format(NamedTuple):
    """Where a format is written down, and whether it is a folder with a file for each post."""

    module: str
    is_folder: bool
    summary: str


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format("wxarchive.export.csv", False, "a table for spreadsheets, one row a post, text included"),
    "json": Format("wxarchive.export.json", False, "one JSON document with all records"),
    "jsonl": Format("wxarchive.export.jsonl", False, "one record a line"),
    "md": Format("wxarchive.export.md", True, "a folder of Markdown files with front matter"),
    "html": Format("wxarchive.export.html", True, "a folder of web pages that need nothing else"),
}


def get_writer(name: str) -> Writer:
    """The writer of a format, imported on first use. Raises InputError for a name that is no format."""
    found = FORMATS.get(name)
    if found is None:
        raise InputError(f"there is no format {name!r}", hint=f"the formats are {', '.join(FORMATS)}")
    writer: Writer = import_module(found.module).write
    return writer


def write_posts(
    name: str, posts: Iterable[Post], target: Path | TextIO, options: ExportOptions | None = None
) -> int:
    """Write ``posts`` in the format ``name`` and return their number.

    A path is written whole or not at all; a stream is written to as the posts come. Raises InputError
    for an unknown format, option or a stream where a folder is needed, TargetExistsError for a path that
    is taken (unless ``options.force``), ExportError for one that cannot be written, and whatever
    ``posts`` raises.
    """
    return get_writer(name)(posts, target, options or ExportOptions())
