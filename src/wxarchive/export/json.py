"""Posts → one JSON document, ``{"wxarchive": 1, "posts": […]}``, one record a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from wxarchive.export.files import open_target
from wxarchive.export.jsonl import iter_records
from wxarchive.export.options import ExportOptions
from wxarchive.records import Post

__all__ = ["write"]


def write(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions) -> int:
    """Write the posts as one document and return their number; see :func:`wxarchive.export.write_posts`."""
    count = 0
    with open_target(target, force=options.force, errors="backslashreplace") as stream:
        stream.write('{"wxarchive": 1, "posts": [')
        for record in iter_records(posts, options):
            stream.write(f",\n{record}" if count else f"\n{record}")
            count += 1
        stream.write("\n]}\n")
    return count
