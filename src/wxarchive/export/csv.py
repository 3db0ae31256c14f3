"""Posts → CSV as RFC 4180 has it: UTF-8, commas, CRLF, quotation marks doubled, line breaks inside cells.

A cell that a spreadsheet would take for a formula gets an apostrophe in front. That can be undone: take
one apostrophe off every cell that has one or more of them before such a character.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, TextIO

from wxarchive.errors import InputError
from wxarchive.export.files import open_target
from wxarchive.export.options import ExportOptions, as_exported
from wxarchive.records import Post
from wxarchive.times import format_moment

__all__ = ["COLUMNS", "USUAL_COLUMNS", "guard_cell", "write"]

COLUMNS: Final[Mapping[str, Callable[[Post], str | int | None]]] = {
    "id": lambda post: post.id,
    "kind": lambda post: post.kind,
    "title": lambda post: post.title,
    "account": lambda post: post.account.nickname,
    "alias": lambda post: post.account.alias,
    "user_name": lambda post: post.account.user_name,
    "biz": lambda post: post.account.biz,
    "author": lambda post: post.author,
    "published_at": lambda post: format_moment(post.published_at) if post.published_at else None,
    "published_precision": lambda post: post.published_precision,
    "source": lambda post: post.source,
    "credits": lambda post: "；".join(f"{role}：{'、'.join(names)}" for role, names in post.credits.items()),
    "copyright": lambda post: post.copyright,
    "origin": lambda post: (post.origin.nickname or post.origin.url) if post.origin else None,
    "ip_location": lambda post: post.ip_location,
    "is_paid": lambda post: int(post.is_paid),
    "digest": lambda post: post.digest,
    "url": lambda post: post.url,
    "short_url": lambda post: post.short_url,
    "source_url": lambda post: post.source_url,
    "cover_url": lambda post: post.cover_url,
    "albums": lambda post: "、".join(album.title for album in post.albums),
    "images": lambda post: sum(image.role == "body" for image in post.images),
    "media": lambda post: len(post.media),
    "links": lambda post: len(post.links),
    "text": lambda post: post.text,
    "markdown": lambda post: post.markdown,
    "html": lambda post: post.html,
    "removed": lambda post: json.dumps([piece.text for piece in post.removed], ensure_ascii=False),
    "fetched_at": lambda post: format_moment(post.fetched_at) if post.fetched_at else None,
    "version": lambda post: post.version,
    "content_hash": lambda post: post.content_hash,
}
"""Name of a column → its value. ``images`` counts the pictures of the body; lists are joined by ``、``."""

USUAL_COLUMNS: Final = (
    "id",
    "kind",
    "title",
    "account",
    "alias",
    "author",
    "published_at",
    "source",
    "credits",
    "copyright",
    "digest",
    "url",
    "source_url",
    "albums",
    "images",
    "text",
    "fetched_at",
    "version",
)

# What spreadsheets take for the start of a formula; full-width signs too, which East Asian editions read
# as plain.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def write(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions) -> int:
    """Write the posts as one table with a head row and return their number.

    Raises InputError for a column that is not known; see :func:`wxarchive.export.write_posts` for the rest.
    """
    names = options.columns if options.columns is not None else USUAL_COLUMNS
    columns = [_get_column(name) for name in names]
    count = 0
    with open_target(target, force=options.force) as stream:
        if options.bom:
            stream.write("\ufeff")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(names)
        for post in posts:
            shown = as_exported(post, options)
            writer.writerow([_cell(column(shown)) for column in columns])
            count += 1
    return count


def guard_cell(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs as a formula.

    >>> guard_cell("=1+1"), guard_cell("1+1")
    ("'=1+1", '1+1')
    """
    return "'" + text if _FORMULA.match(text) else text


def _get_column(name: str) -> Callable[[Post], str | int | None]:
    column = COLUMNS.get(name)
    if column is None:
        raise InputError(f"there is no column {name!r}", hint=f"the columns are {', '.join(COLUMNS)}")
    return column


def _cell(value: str | int | None) -> str | int:
    if isinstance(value, str):
        return guard_cell(value.replace("\0", ""))
    return "" if value is None else value
