"""Posts → JSON Lines: one record (see ``docs/record.md``) on each line."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from wxarchive.export.files import open_target
from wxarchive.export.options import ExportOptions, as_exported
from wxarchive.records import Post

__all__ = ["iter_records", "write"]


def write(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions) -> int:
    """Write one record a line and return their number; see :func:`wxarchive.export.write_posts`."""
    count = 0
    # Half of a surrogate pair comes out as its JSON escape, which is what it was in the page.
    with open_target(target, force=options.force, errors="backslashreplace") as stream:
        for record in iter_records(posts, options):
            stream.write(record + "\n")
            count += 1
    return count


def iter_records(posts: Iterable[Post], options: ExportOptions) -> Iterator[str]:
    """The records as JSON, each on one line."""
    for post in posts:
        yield json.dumps(as_exported(post, options).to_dict(), ensure_ascii=False)
