"""A parsed post and its cleaned body → the record: every field's rule in one visible place."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from wxarchive.address import PostAddress, iter_addresses, permanent_url
from wxarchive.blocks import Block, Body, Span
from wxarchive.clean import Cleaned
from wxarchive.kinds import Copyright
from wxarchive.parse import ParsedPost
from wxarchive.records import Account, Image, Link, Origin, Post
from wxarchive.render import render_both
from wxarchive.text import one_line, squeeze
from wxarchive.times import Precision, from_ct, parse_shown_date

__all__ = ["find_address", "normalize"]

_COPYRIGHT: Final[Mapping[str, Copyright]] = {"0": "none", "1": "original", "2": "reprint"}
_TITLE_CHARACTERS: Final = 64
"""Of a title made from the first line of a post that has none."""


def normalize(
    parsed: ParsedPost, cleaned: Cleaned, *, raw_text: Callable[[], str], url: str | None = None
) -> Post:
    """The record of a post; ``url`` is the address its page was asked for, if it is known.

    ``raw_text`` gives what identifies a post that is known only as text.
    """
    address = find_address(parsed, url)
    # A dump's identity is its text: the link that it states is kept, but nothing proves it to be this text's.
    identity = None if parsed.form == "dump" else address.key
    published_at, precision = _published(parsed)
    body = cleaned.body
    markdown, html = render_both(_with_what_stands_beside(body, parsed))
    return Post(
        id=identity or _text_id(raw_text()),
        kind=parsed.kind,
        url=address.url if address.key else None,
        short_url=address.short_url,
        title=_title(parsed, body),
        digest=_line(parsed, "digest"),
        author=_line(parsed, "author"),
        cover_url=_https(_line(parsed, "cover_url")),
        account=Account(
            biz=_line(parsed, "biz"),
            user_name=_line(parsed, "user_name"),
            alias=_line(parsed, "alias"),
            nickname=_line(parsed, "nickname"),
            description=_line(parsed, "description"),
            avatar_url=_avatar(_line(parsed, "avatar_url")),
        ),
        published_at=published_at,
        published_precision=precision,
        item_show_type=_whole(parsed.get("item_show_type")),
        copyright=_COPYRIGHT.get(parsed.get("copyright_stat") or "", "unknown"),
        origin=_origin(parsed.origin),
        ip_location=_line(parsed, "ip_location"),
        is_paid=parsed.paid,
        source=cleaned.source,
        credits=dict(cleaned.credits),
        source_url=_link(parsed.get("source_url")),
        albums=tuple(replace(album, url=_https(album.url)) for album in parsed.albums),
        text=body.text,
        markdown=markdown,
        html=html,
        images=_images(parsed, cleaned),
        media=(*parsed.media, *body.media),
        links=_links(body),
        removed=cleaned.removed,
    )


def _with_what_stands_beside(body: Body, parsed: ParsedPost) -> Body:
    """The body with the pictures and media that a picture, video or audio post shows beside its text.

    A dump's pictures stand in its lines already.
    """
    if parsed.form == "dump" or not (parsed.pictures or parsed.media):
        return body
    pictures = tuple(Block(spans=(Span(image=image),)) for image in parsed.pictures)
    media = tuple(Block(kind="media", media=item) for item in parsed.media)
    return Body((*media, *body.blocks, *pictures))


def find_address(parsed: ParsedPost, url: str | None = None) -> PostAddress:
    """The identity that a page states, with the forms of its address that the page or the request had."""
    asked = next(iter_addresses(url), None) if url else None
    stated = next(iter_addresses(parsed.get("link") or ""), None)
    if parsed.form == "dump" and stated is not None:
        return stated
    forms = [found for found in (asked, stated) if found is not None]
    short = next((found.short for found in forms if found.short), None)
    temporary = next((found.temporary for found in forms if found.temporary), None)
    return PostAddress(
        biz=_line(parsed, "biz"),
        mid=_whole_text(parsed.get("mid")),
        idx=_whole_text(parsed.get("idx")),
        sn=_line(parsed, "sn"),
        short=short,
        temporary=temporary,
    )


def _line(parsed: ParsedPost, name: str) -> str | None:
    return one_line(parsed.get(name)) or None


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() else None


def _whole_text(value: str | None) -> str | None:
    """``mid`` and ``idx`` are numbers above zero; anything else is no identity."""
    number = _whole(value)
    return str(number) if number else None


def _text_id(raw_text: str) -> str:
    squeezed = squeeze(raw_text).encode("utf-8", "surrogatepass")
    return "text:" + hashlib.sha256(squeezed).hexdigest()[:16]


def _published(parsed: ParsedPost) -> tuple[datetime | None, Precision | None]:
    moment = from_ct(parsed.get("ct"))
    if moment is not None:
        return moment, "second"
    shown = parse_shown_date(parsed.get("shown_date"))
    return shown if shown is not None else (None, None)


def _title(parsed: ParsedPost, body: Body) -> str | None:
    """The title as the page has it; of a text or picture post without one of its own, its first line.

    Such a post's page has its whole text in the title's place.
    """
    title = _line(parsed, "title")
    if parsed.kind not in ("text", "picture"):
        return title
    is_text = title is None or "\n" in (parsed.get("title") or "") or len(title) > _TITLE_CHARACTERS
    if title and (not is_text or not squeeze(body.text).startswith(squeeze(title)[:_TITLE_CHARACTERS])):
        return title
    first = next((block.text for block in body.blocks if block.text), title or "")
    return first[:_TITLE_CHARACTERS] or None


def _https(url: str | None) -> str | None:
    """An address as ``https``: all hosts of pages and pictures serve it."""
    if not url:
        return None
    if url.startswith("//"):
        return "https:" + url
    return (
        "https://" + url[7:]
        if url.startswith("http://") and ("qq.com/" in url or "qpic.cn/" in url or "qlogo.cn/" in url)
        else url
    )


def _avatar(url: str | None) -> str | None:
    """An account's picture; scripts also have placeholders in its place."""
    found = _https(url)
    return found if found is not None and found.startswith("https://") and "/" in found[8:] else None


def _link(url: str | None) -> str | None:
    return (
        permanent_url(url.strip()) if url and url.strip().startswith(("http://", "https://", "//")) else None
    )


def _origin(origin: Origin | None) -> Origin | None:
    if origin is None:
        return None
    return replace(
        origin, url=_link(origin.url), nickname=one_line(origin.nickname), title=one_line(origin.title)
    )


def _images(parsed: ParsedPost, cleaned: Cleaned) -> tuple[Image, ...]:
    """The cover first, then the pictures in reading order with the roles that cleaning gave."""
    found: list[Image] = []
    cover = _https(_line(parsed, "cover_url"))
    if cover:
        found.append(Image(url=cover, role="cover"))
    for image in (*cleaned.images, *parsed.pictures):
        url = _https(image.url) or image.url
        found.append(image if url == image.url else replace(image, url=url))
    return tuple(found)


def _links(body: Body) -> tuple[Link, ...]:
    """The body's links in reading order, neighbouring pieces of one link joined."""
    links: list[Link] = []
    for block in body.blocks:
        last: str | None = None
        for span in block.iter_spans():
            if not span.href or not (span.text or span.image):
                last = None
                continue
            url = permanent_url(span.href)
            if last == url:
                links[-1] = Link(url=url, text=links[-1].text + span.text)
            else:
                links.append(Link(url=url, text=span.text))
            last = url
    return tuple(Link(url=link.url, text=link.text.strip()) for link in links)
