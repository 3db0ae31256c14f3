"""Bytes → what they are, and the post in them: the whole of reading, without network, clock or database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from wxarchive.clean import (
    BOOK,
    NO_HINTS,
    NO_RULES,
    About,
    Hints,
    LearnedBlocks,
    OwnRules,
    Rulebook,
    clean_body,
)
from wxarchive.decode import Decoded, Form, decode
from wxarchive.kinds import State
from wxarchive.media import media_key
from wxarchive.normalize import normalize
from wxarchive.pages import Page
from wxarchive.parse import Document, ParsedPost, Testimony, judge, judge_text, open_document, parse_post
from wxarchive.parse.fields import ask_all, read_fields
from wxarchive.parse.lists import ListedPost, PostList, find_page_list, find_reply_list
from wxarchive.parse.pictures import count_embedded
from wxarchive.parse.textdump import parse_text_dump
from wxarchive.parse.witnesses import WITNESSES
from wxarchive.records import Post

__all__ = [
    "GUIDE",
    "Explanation",
    "Guide",
    "Reading",
    "about_post",
    "explain_page",
    "read_captured",
    "read_page",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What reading goes by beside the page itself: the rules to clean with.

    One object, handed down from whoever reads (import, fetch, reparse, inspect); it can be pickled, because pages are
    read in several processes.
    """

    book: Rulebook = BOOK
    rules: OwnRules = NO_RULES
    """The user's own."""
    learned: Mapping[str, LearnedBlocks] = field(default_factory=dict)
    """Any name of an account → what it repeats."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Identity of a picture (:func:`wxarchive.media.media_key`) → what the QR code in it says."""
    name: str = ""
    """Tells guides apart that read otherwise: readings that were made with another one are not used again."""

    def hints(self, parsed: ParsedPost) -> Hints:
        """What of it cleaning needs for one post."""
        names = [parsed.get(name) for name in ("biz", "user_name", "alias", "nickname")]
        if not (self.rules.rules or self.learned or self.codes):
            return NO_HINTS
        learned = next(
            (self.learned[name] for name in names if name and name in self.learned), LearnedBlocks()
        )
        codes = {
            image.url: self.codes[key]
            for image in (parsed.body.images if self.codes else ())
            if (key := media_key(image.url)) in self.codes
        }
        return Hints(rules=self.rules.of(*names), learned=learned, codes=codes)


GUIDE: Final = Guide()
"""What the program knows by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What bytes turned out to be.

    ``post`` is set exactly where ``state`` is ``post``. Of another page, ``state_text`` has its own words,
    ``identity`` what it still tells of a post or an account (``biz user_name nickname …``), and ``target_url`` the
    link that a captcha page stands before.
    """

    state: State
    form: Form
    state_text: str | None = None
    post: Post | None = None
    identity: Mapping[str, str] | None = None
    target_url: str | None = None
    missing: tuple[str, ...] = ()
    """What the post or list should hold and its page does not, in plain words."""
    listed: tuple[ListedPost, ...] = ()
    """The posts that an account's page, an album, search results or a saved list reply name, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Who said what: for each field the witness that was taken, and those that say otherwise."""

    taken: Mapping[str, Testimony]
    others: Mapping[str, tuple[Testimony, ...]]


def read_page(data: bytes, *, url: str | None = None, guide: Guide = GUIDE) -> Reading:
    """Read a page, a text dump or a saved list reply.

    ``data`` are the bytes as received or as a file holds them; ``url`` is the address they were had from, where it is
    known, ``guide`` what to clean by. Raises ParseError for bytes that are no text and PageTooLargeError for too many; any text is read.

    >>> read_page(b"<html><body><div class='mesg-block'>\\xe5\\x8f\\x82\\xe6\\x95\\xb0\\xe9\\x94\\x99\\xe8\\xaf\\xaf</div>").state
    'unavailable'
    """
    decoded = decode(data)
    if decoded.form in ("text", "json"):
        return _read_text(decoded, guide)
    document = open_document(decoded.markup or decoded.source, url or decoded.url)
    verdict = judge(document)
    if verdict.state != "post":
        found = find_page_list(document) if verdict.state in ("account", "album", "search") else None
        identity = {**(found.identity if found else {}), **(_identity(document) or {})}
        return Reading(
            state=verdict.state,
            form=decoded.form,
            state_text=verdict.words,
            identity=identity or None,
            target_url=verdict.target_url,
            listed=found.posts if found else (),
        )
    parsed = parse_post(document)
    cleaned = clean_body(parsed.body, about_post(parsed), guide.book, guide.hints(parsed))
    post = normalize(parsed, cleaned, raw_text=lambda: decoded.text, url=url or decoded.url)
    missing = (*parsed.missing, *_embedded(document))
    return Reading(state="post", form=decoded.form, post=post, missing=missing)


def read_captured(page: Page, guide: Guide = GUIDE) -> Reading:
    """Read a page with its provenance: the post also knows when its bytes were had, and their hash."""
    reading = read_page(page.body, url=page.final_url or page.url, guide=guide)
    if reading.post is None:
        return reading
    post = reading.post.with_changes(fetched_at=_whole_second(page.fetched_at), raw_sha256=page.sha256)
    return replace(reading, post=post)


def explain_page(data: bytes, *, url: str | None = None) -> Explanation:
    """For each field of the page in ``data``: which witness was taken and who says otherwise."""
    decoded = decode(data)
    if decoded.form in ("text", "json"):
        is_list = decoded.form == "json" or find_reply_list(decoded.text) is not None
        return Explanation(taken={} if is_list else parse_text_dump(decoded.text).fields, others={})
    document = open_document(decoded.markup or decoded.source, url or decoded.url)
    taken = read_fields(document)
    others = {
        name: tuple(t for t in ask_all(document, name) if t.value != taken[name].value)
        for name in WITNESSES
        if name in taken
    }
    return Explanation(taken=taken, others={name: said for name, said in others.items() if said})


def _embedded(document: Document) -> tuple[str, ...]:
    number = count_embedded(document)
    return (f"pictures: {number} without an address, only their bytes stand in the page",) if number else ()


def _read_text(decoded: Decoded, guide: Guide) -> Reading:
    text = decoded.text
    found = find_reply_list(text)
    if found is None and decoded.form == "json":
        found = PostList(state="unknown")
    if found is not None:
        return Reading(
            state=found.state,
            form="json",
            state_text=found.words,
            identity=dict(found.identity) or None,
            missing=found.missing,
            listed=found.posts,
        )
    verdict = judge_text(text)
    if verdict is not None:
        return Reading(state=verdict.state, form="text", state_text=verdict.words)
    parsed = parse_text_dump(text)
    cleaned = clean_body(parsed.body, about_post(parsed), guide.book, guide.hints(parsed))
    post = normalize(parsed, cleaned, raw_text=lambda: text)
    return Reading(state="post", form="text", post=post, missing=parsed.missing)


def about_post(parsed: ParsedPost) -> About:
    """What cleaning is told of a post beside its body."""
    return About(
        nickname=parsed.get("nickname"),
        alias=parsed.get("alias"),
        description=parsed.get("description"),
        title=parsed.get("title"),
        author=parsed.get("author"),
        kind=parsed.kind,
        form="dump" if parsed.form == "dump" else "page",
    )


def _identity(document: Document) -> dict[str, str] | None:
    fields = read_fields(document)
    names = ("biz", "mid", "idx", "sn", "user_name", "nickname", "alias", "title")
    found = {name: fields[name].value for name in names if name in fields}
    return found or None


def _whole_second(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(microsecond=0)
