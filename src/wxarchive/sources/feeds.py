"""Feeds: RSS, Atom and JSON Feed, at an address or in a file, asked for again only if they have changed."""

import hashlib
import io
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wxarchive.address import address_kind, iter_addresses
from wxarchive.errors import SourceError
from wxarchive.sources.files import local_path, read_bytes
from wxarchive.sources.kinds import Found, Step, Visit
from wxarchive.text import decode_entities, one_line, without_surrogates

__all__ = ["Feeds", "is_feed", "parse_feed"]

_WHOLE_TEXT: Final = 400
"""Characters of HTML from which on an item has the post's text, and not a summary."""
_START = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)[\s>]", re.I)
_WEB = re.compile(r"(?:feed:)?(?://)?(https?://\S+)\Z", re.I)


class Feeds:
    """The kind ``feed``."""

    name = "feed"

    def find_address(self, text: str) -> str | None:
        """The address or path of the feed that ``text`` names: any web address that is not WeChat's, or a feed's file."""
        text = text.strip()
        web = _WEB.match(text)
        if web is not None:
            return web[1] if address_kind(web[1]) == "other" else None
        path = local_path(text)
        return str(path) if path is not None and is_feed(read_bytes(path)) else None

    def iter_steps(self, visit: Visit) -> Iterator[Step]:
        """The feed's items; nothing if it has not changed since the last visit."""
        memory = dict(visit.memory)
        path = local_path(visit.address) if not _WEB.match(visit.address) else None
        if path is None and not _WEB.match(visit.address):
            raise SourceError("the feed's file is not there any more", subject=visit.address)
        if path is not None:
            body, headers = read_bytes(path), {}
        else:
            answer = visit.fetcher.fetch_feed(
                visit.address, etag=memory.get("etag"), modified=memory.get("modified")
            )
            body, headers = answer.body, dict(answer.headers)
            if answer.status == 304:
                yield Step(memory=memory)
                return
        digest = hashlib.sha256(body).hexdigest()
        if digest == memory.get("sha256"):
            yield Step(memory=memory)
            return
        title, items, lost = parse_feed(body, headers)
        memory = {"etag": headers.get("etag"), "modified": headers.get("last-modified"), "sha256": digest}
        said = (f"{lost:,} items without a link to a post",) if lost else ()
        yield Step(found=tuple(items), memory=memory, title=title, said=said)


def is_feed(body: bytes) -> bool:
    """Whether bytes look like a feed."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(_START.search(start)) or (start.startswith(b"{") and b"jsonfeed.org/version" in body[:20_000])


def parse_feed(body: bytes, headers: Mapping[str, str] | None = None) -> tuple[str | None, list[Found], int]:
    """A feed's title, its posts, and how many items link to no post. Raises SourceError for what is no feed."""
    if not is_feed(body):
        raise SourceError("the answer is no feed (RSS, Atom or JSON Feed)")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json(body)
    return _parse_xml(body, headers or {})


def _parse_json(body: bytes) -> tuple[str | None, list[Found], int]:
    try:
        feed = json.loads(body.decode("utf-8-sig"), strict=False)
        listed = feed["items"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError("the JSON feed is broken") from error
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    found = []
    for item in items:
        authors = item.get("authors") or [item.get("author")]
        author = authors[0].get("name") if authors and isinstance(authors[0], dict) else None
        post = _to_found(
            (item.get("url"), item.get("external_url"), item.get("id")),
            title=item.get("title"),
            author=author,
            html=item.get("content_html"),
            moment=_moment_of_text(item.get("date_published")),
        )
        if post is not None:
            found.append(post)
    return _line(feed.get("title")), found, len(items) - len(found)


def _parse_xml(body: bytes, headers: Mapping[str, str]) -> tuple[str | None, list[Found], int]:
    import feedparser  # type: ignore[import-untyped]

    # From a stream, never from a text: that would be taken for an address or a file's name, and opened.
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": headers.get("content-type", "application/xml")},
        sanitize_html=False,  # what it gave is kept as it gave it; what is shown of it is cleaned then
        resolve_relative_uris=False,
    )
    found = []
    for entry in parsed.entries:
        contents = [content.get("value") for content in entry.get("content", ())]
        post = _to_found(
            (entry.get("link"), entry.get("id"), *(link.get("href") for link in entry.get("links", ()))),
            title=entry.get("title"),
            author=entry.get("author"),
            html=max((text for text in (*contents, entry.get("summary")) if text), key=len, default=None),
            moment=_moment_of_tuple(entry.get("published_parsed") or entry.get("updated_parsed")),
        )
        if post is not None:
            found.append(post)
    if not parsed.entries and parsed.get("bozo"):
        raise SourceError("the feed is broken")
    return _line(parsed.feed.get("title")), found, len(parsed.entries) - len(found)


def _to_found(
    links: tuple[Any, ...], *, title: Any, author: Any, html: Any, moment: datetime | None
) -> Found | None:
    address = next((found for link in links if isinstance(link, str) for found in iter_addresses(link)), None)
    if address is None:
        return None
    whole = html if isinstance(html, str) and len(html) >= _WHOLE_TEXT else None
    return Found(
        url=address.url,
        post_id=address.key,
        title=_line(title),
        author=_line(author),
        published_at=moment,
        html=without_surrogates(whole) if whole else None,
    )


def _line(value: Any) -> str | None:
    return one_line(decode_entities(without_surrogates(value))) or None if isinstance(value, str) else None


def _moment_of_tuple(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(value), UTC) if value else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _moment_of_text(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
