"""Posts as bare text: what tag strippers, converters and clipboards leave.

Such a file may begin with front matter, a heading, the account's block (微信号, 功能介绍), a byline and a date. What is
stated there becomes a field, and its lines are marked as matter about the post, not of it. Every other line is kept
as it stands, Markdown marks included: cleaning decides about the interface words and prompts at the end.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from wxarchive.blocks import Body, plain_block
from wxarchive.parse.dumpheader import MARKDOWN_IMAGE, read_header
from wxarchive.parse.post import ParsedPost
from wxarchive.records import Image
from wxarchive.text import decode_entities, without_controls

__all__ = ["META_WIDGET", "parse_text_dump"]

META_WIDGET: Final = "dump-meta"
"""``Block.widget`` of lines that state title, account, date and the like."""

_MOST_LINES: Final = 400_000


def parse_text_dump(text: str) -> ParsedPost:
    """Read a post that is known only as text. Never raises: text without any header is all body."""
    lines = list(islice(_lines(text), _MOST_LINES))
    header = read_header(lines)
    blocks = []
    pictures: list[Image] = []
    joined = False
    for n, line in enumerate(lines):
        if not line:
            joined = False
            continue
        block = plain_block(line, joined=joined)
        if n in header.lines:
            block = replace(block, widget=META_WIDGET)
        else:
            joined = True
            pictures += [
                Image(url=decode_entities(found["url"]), alt=found["alt"] or None)
                for found in MARKDOWN_IMAGE.finditer(line)
            ]
        blocks.append(block)
    return ParsedPost(
        kind="article",
        fields=header.fields,
        body=Body(tuple(blocks)),
        pictures=tuple(pictures),
        form="dump",
        missing=tuple(name for name in ("title", "nickname", "link") if name not in header.fields),
    )


def _lines(text: str) -> Iterator[str]:
    for line in without_controls(text).replace("\r", "").split("\n"):
        yield line.replace("\u00a0", " ").strip(" \t\u3000\u200b\ufeff")
