"""The post record: the one shape in which a post leaves wxarchive.

The contract stands here once. Keys of :meth:`Post.to_dict` come in the order of the fields; None means absent, an
empty string or list means present and empty; times are ISO 8601 with the offset ``+08:00``; addresses are absolute.
Keys may be added; none is renamed, dropped or given another meaning without a new ``RECORD_VERSION``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal, Self

from wxarchive.kinds import GONE, STATES, Copyright, ImageRole, Kind, State
from wxarchive.times import Precision, format_moment, parse_moment

__all__ = [
    "GONE",
    "PARSER_VERSION",
    "RECORD_VERSION",
    "STATES",
    "Account",
    "Album",
    "Copyright",
    "Image",
    "ImageRole",
    "Kind",
    "Link",
    "Media",
    "Origin",
    "Post",
    "Removal",
    "State",
]

RECORD_VERSION = 1
PARSER_VERSION = 3
"""Raised whenever reading or cleaning changes what it yields."""

_HASH_VERSION = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A public account as a page names it."""

    biz: str | None = None
    """``__biz``: the account's number in base64."""
    user_name: str | None = None
    """``gh_…``"""
    alias: str | None = None
    """微信号"""
    nickname: str | None = None
    """The name that readers see."""
    description: str | None = None
    """功能介绍"""
    avatar_url: str | None = None
    """Its picture's address at the CDN."""
    avatar_file: str | None = None
    """The stored file of that picture, under the archive's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a reprint or a share comes from."""

    nickname: str | None = None
    """The account that the original is from; its ``gh_…`` where the page tells no more."""
    biz: str | None = None
    """That account's ``__biz``."""
    url: str | None = None
    """The original's permanent link."""
    author: str | None = None
    """Who wrote the original."""
    title: str | None = None
    """The original's title, of a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A 合集 or 话题 the post stands in."""

    id: str
    """The album's number."""
    title: str
    """The album's name, without ``#``."""
    url: str | None = None
    """Where the album is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One picture; ``width`` and ``height`` in pixels, as the page states them."""

    url: str
    """Its address at the CDN."""
    role: ImageRole = "body"
    """``body``, ``cover``, ``qr`` (a code to scan) or ``decoration``."""
    width: int | None = None
    """In pixels, as the page states it."""
    height: int | None = None
    """In pixels, as the page states it."""
    sha256: str | None = None
    """Of the stored file."""
    file: str | None = None
    """The stored file, under the archive's folder (``media/…``), or the file that a browser saved beside the page."""
    alt: str | None = None
    """Its alternative text, where the author gave one."""
    code: str | None = None
    """What the QR code in it says, most often an address; known of stored pictures only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Something embedded that is not a picture."""

    type: Literal["audio", "video", "videosnap", "music", "miniprogram", "product", "vote", "account_card"]
    """What it is."""
    title: str | None = None
    """Its title; of an account card, the account's name."""
    author: str | None = None
    """Who made it; of a mini-program, its name; of an account card, the account's introduction."""
    duration_ms: int | None = None
    """Its length in milliseconds."""
    url: str | None = None
    """Its address, where the page has one."""
    id: str | None = None
    """The platform's identifier of it."""
    sha256: str | None = None
    """Of the stored file: sound is kept, video is not."""
    file: str | None = None
    """The stored file, under the archive's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the body; one to another post is in its permanent form."""

    url: str
    """Where it leads."""
    text: str
    """The words it stands on; empty for a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A piece that cleaning took out.

    ``text`` is the exact piece, line ends included, and ``at`` the offset in the clean text where it stood: putting
    the pieces back from the last to the first gives the uncleaned text.
    """

    rule: str
    """The rule that took it out."""
    label: str
    """What kind of furniture it is."""
    text: str
    """The exact piece, line ends included."""
    at: int
    """Where it stood, as an offset in the clean text."""
    confidence: float | None = None
    """How sure cleaning is of it: 0 to 1."""
    note: str | None = None
    """More of the reason, such as ``in 37 of 41 posts`` for what the account repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post, read, cleaned and normalised."""

    id: str
    """``biz:mid:idx``, or ``text:`` and 16 hex digits for a post known only as text."""
    kind: Kind
    """What sort of post it is."""
    url: str | None = None
    """The permanent long link: ``__biz mid idx sn`` in that order and nothing else."""
    short_url: str | None = None
    """The ``/s/`` form with 22 characters, if it was ever seen."""
    title: str | None = None
    """On one line; of a text or picture post without one of its own, its first line, at most 64 characters."""
    digest: str | None = None
    """摘要, as lists of posts show it."""
    author: str | None = None
    """The author that the page names."""
    cover_url: str | None = None
    """The cover picture's address."""
    account: Account = field(default_factory=Account)
    """The account that published it."""
    published_at: datetime | None = None
    """When it was published, as far as it is known."""
    published_precision: Precision | None = None
    """How much of ``published_at`` is known."""
    item_show_type: int | None = None
    """WeChat's own number of the kind, as found."""
    copyright: Copyright = "unknown"
    """Whether it is marked as original (原创) or as a reprint (转载)."""
    origin: Origin | None = None
    """Where a reprint or a share comes from."""
    ip_location: str | None = None
    """IP 属地: a province or country."""
    is_paid: bool = False
    """Whether only a part of it is free to read."""
    source: str | None = None
    """来源 as the post states it: the name alone."""
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role → names."""
    source_url: str | None = None
    """Where 阅读原文 leads."""
    albums: tuple[Album, ...] = ()
    """合集 and 话题 it stands in."""
    text: str = ""
    """The clean text: paragraphs separated by one newline."""
    markdown: str = ""
    """The clean body as Markdown, pictures in place."""
    html: str = ""
    """The clean body as inert HTML: no script, style sheet, event handler, form or frame."""
    images: tuple[Image, ...] = ()
    """The cover, then the pictures in reading order."""
    media: tuple[Media, ...] = ()
    """What is embedded, in reading order."""
    links: tuple[Link, ...] = ()
    """The body's links, in reading order."""
    removed: tuple[Removal, ...] = ()
    """What cleaning took out, in document order."""
    state: State = "post"
    """Always ``post`` in a stored record."""
    fetched_at: datetime | None = None
    """When its bytes were had."""
    raw_sha256: str | None = None
    """Of the page's bytes as received, in hex."""
    version: int = 1
    """1 for the first capture, one more for each capture whose ``content_hash`` differs."""
    parser_version: int = PARSER_VERSION
    """Raised whenever reading or cleaning changes what it yields."""

    @property
    def content_hash(self) -> str:
        """A hash of what an author can edit, version byte first: equal hashes mean an unedited post.

        Empty fields are left out, so that a field that is added later does not change the hashes of old posts.
        Picture addresses are compared by the text around them only: the CDN hands out several for one picture.
        """
        edited = {
            "title": self.title,
            "digest": self.digest,
            "author": self.author,
            "text": self.uncleaned_text,
            "source_url": self.source_url,
            "media": [[m.type, m.title, m.id] for m in self.media],
            "pictures": sum(image.role != "cover" for image in self.images),
        }
        kept = {key: value for key, value in edited.items() if value}
        canonical = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(_HASH_VERSION + canonical.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def uncleaned_text(self) -> str:
        """The text as it was before cleaning: ``text`` with the removed pieces put back."""
        text = self.text
        for piece in reversed(self.removed):
            text = text[: piece.at] + piece.text + text[piece.at :]
        return text

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON-ready values, keys in the contract's order."""
        record: dict[str, Any] = {"record_version": RECORD_VERSION}
        for f in fields(self):
            if f.name == "version":
                record["content_hash"] = self.content_hash
            record[f.name] = _to_json(getattr(self, f.name))
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`to_dict`; keys that are not known are passed over.

        Raises KeyError or TypeError if ``record`` lacks what a post must have.
        """
        values = {f.name: record[f.name] for f in fields(cls) if f.name in record}
        for name, of in (
            ("albums", Album),
            ("images", Image),
            ("media", Media),
            ("links", Link),
            ("removed", Removal),
        ):
            if name in values:
                values[name] = tuple(_known(of, item) for item in values[name])
        if values.get("account") is not None:
            values["account"] = _known(Account, values["account"])
        if values.get("origin") is not None:
            values["origin"] = _known(Origin, values["origin"])
        if "credits" in values:
            values["credits"] = {role: tuple(names) for role, names in values["credits"].items()}
        for name in ("published_at", "fetched_at"):
            if values.get(name) is not None:
                values[name] = parse_moment(values[name])
        return cls(**values)

    def with_changes(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return replace(self, **changes)


def _known(of: type, item: Mapping[str, Any]) -> Any:
    names = {f.name for f in fields(of)}
    return of(**{key: value for key, value in item.items() if key in names})


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _to_json(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _to_json(getattr(value, f.name)) for f in fields(value)}
    return value
