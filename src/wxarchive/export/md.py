"""Posts → a folder of Markdown files with front matter, and an ``index.md`` that lists them."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

from wxarchive.export.captions import shown_date, shown_title
from wxarchive.export.folder import Pages, write_pages
from wxarchive.export.options import ExportOptions
from wxarchive.records import Post
from wxarchive.render.markdown import escape_markdown
from wxarchive.times import format_moment

__all__ = ["front_matter", "to_document", "write"]

# What JSON leaves as it is inside quotation marks, but YAML forbids there or takes for a line end.
_NOT_YAML: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def write(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions) -> int:
    """Write a file for each post and the index; return their number without the index.

    ``target`` is the folder; see :func:`wxarchive.export.write_posts`.
    """
    return write_pages(posts, target, options, _PAGES)


def to_document(post: Post) -> str:
    """The post as a Markdown document: front matter, its title as the first heading, its body."""
    parts = [front_matter(post), f"# {escape_markdown(shown_title(post))}\n"]
    if post.markdown:
        parts.append(post.markdown + "\n")
    return "\n".join(parts)


def front_matter(post: Post) -> str:
    """The post's facts as YAML between two lines of dashes; what is absent is left out.

    Every value is written as JSON, which is YAML too: whatever a title holds, it cannot end its line.
    """
    lines = [f"{key}: {_scalar(value)}\n" for key, value in _facts(post) if value not in (None, "", [], {})]
    return f"---\n{''.join(lines)}---\n"


def _facts(post: Post) -> Iterator[tuple[str, Any]]:
    yield "title", post.title
    yield "id", post.id
    yield "kind", post.kind
    yield "account", post.account.nickname
    yield "alias", post.account.alias
    yield "author", post.author
    yield "date", format_moment(post.published_at)[:10] if post.published_at else None
    yield "published_at", format_moment(post.published_at) if post.published_at else None
    yield "source", post.source
    yield "credits", {role: list(names) for role, names in post.credits.items()}
    yield "copyright", None if post.copyright == "unknown" else post.copyright
    yield "origin", (post.origin.nickname or post.origin.url) if post.origin else None
    yield "ip_location", post.ip_location
    yield "digest", post.digest
    yield "albums", [album.title for album in post.albums]
    yield "url", post.url or post.short_url
    yield "source_url", post.source_url
    yield "cover", post.cover_url
    yield "fetched_at", format_moment(post.fetched_at) if post.fetched_at else None


def _scalar(value: Any) -> str:
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _entry(post: Post, file: str) -> str:
    beside = " · ".join(escape_markdown(said) for said in (shown_date(post), post.account.nickname) if said)
    linked = f"[{escape_markdown(shown_title(post))}]({quote(file, errors='replace')})"
    return f"- {linked}{f' {beside}' if beside else ''}\n"


_PAGES: Final = Pages(
    ending=".md",
    to_text=to_document,
    index_head="# 文章目录\n\n",
    index_entry=_entry,
    index_foot=lambda count: f"\n共 {count} 篇\n",
)
