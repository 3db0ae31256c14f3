"""Links or files in, stored posts out: the stages wired together.

Two generators of :class:`Outcome`, one per link or file, yielded when what they tell is safely stored. Nothing here
prints; a command, a test and a program each do their own with the outcomes.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from wxarchive.address import PostAddress, iter_addresses, parse_address
from wxarchive.errors import (
    AddressError,
    BlockedError,
    InputError,
    NotAPostError,
    PageError,
    PageExpiredError,
    PageGoneError,
    PageUnavailableError,
    TooFrequentError,
    VerifyRequiredError,
    WxArchiveError,
)
from wxarchive.records import GONE, State

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher
    from wxarchive.pages import Page
    from wxarchive.read import Reading
    from wxarchive.store import Archive
    from wxarchive.webarchives.reading import Picture

__all__ = [
    "Outcome",
    "Status",
    "fetch_posts",
    "import_files",
    "state_error",
]

Status = Literal["new", "unchanged", "changed", "held", "noted", "failed", "not-asked"]

# Answers that say nothing lasting about the post: they are reported, not stored.
_PASSING: Final = frozenset({"verify", "too_frequent", "unavailable", "expired"})
_BATCH: Final = 20
_LIKE_A_LINK: Final = re.compile(r"://|%3A%2F%2F|weixin\.qq|__biz", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one link or file.

    ``status``: ``new``, ``changed`` (a new version) or ``unchanged`` posts; ``held`` (known from before, not asked
    again); ``noted`` (the page is no post and that is recorded); ``failed``; ``not-asked`` (the run stopped before).
    ``error`` is set where there is no post.
    """

    source: str
    status: Status
    state: State | None = None
    post_id: str | None = None
    title: str | None = None
    error: WxArchiveError | None = None


def fetch_posts(
    archive: "Archive", texts: Iterable[str], fetcher: "Fetcher", *, refresh: bool = False
) -> Iterator[Outcome]:
    """Fetch the posts that ``texts`` link to (each a link, or any text that has links in it) and store them.

    Each post is asked for once, whatever forms its link had, and not at all if it is held, unless ``refresh``. One
    bad link never stops the rest; a captcha or a request for less haste does, and the links that are left are
    reported as not asked. Raises StoreError if the archive itself cannot be written, and InputError if its
    ``rules.toml`` has a mistake.
    """
    archive.load_guide()
    seen: set[str] = set()
    blocked = False
    for text in texts:
        try:
            addresses = _find_links(text)
        except AddressError as error:
            yield Outcome(source=_shorten(text), status="failed", error=error)
            continue
        for address in addresses:
            url = address.url
            if url in seen:
                continue
            seen.add(url)
            if blocked:
                yield Outcome(source=url, status="not-asked")
                continue
            outcome = _fetch_one(archive, address, fetcher, refresh, seen)
            blocked = isinstance(outcome.error, BlockedError)
            yield outcome


def iter_linked_lines(text: str) -> Iterator[str]:
    """The lines of a pasted text that have links, or what looks like one: talk between them is no mistake.

    A text without any such line is given whole, so that it can be said to hold no link.
    """
    found = False
    for line in text.splitlines():
        if _LIKE_A_LINK.search(line):
            found = True
            yield line
    if not found:
        yield text


def _find_links(text: str) -> tuple[PostAddress, ...]:
    found = tuple(iter_addresses(text))
    return found or (parse_address(text),)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _fetch_one(
    archive: "Archive", address: PostAddress, fetcher: "Fetcher", refresh: bool, seen: set[str]
) -> Outcome:
    url = address.url
    known = None if refresh else _known(archive, url)
    if known is not None:
        return known
    try:
        page = fetcher.fetch_page(url)
        outcome = _store_page(archive, page, url)
    except WxArchiveError as error:
        if error.exit_code == 7:
            raise
        return Outcome(source=url, status="failed", state=_state_of(error), error=error)
    if outcome.post_id is not None:
        # The page told its permanent address: another form of it later in this run is the same post.
        post = archive.find_post(outcome.post_id)
        seen.update(form for form in (post.url, post.short_url) if form) if post else None
    return outcome


def _known(archive: "Archive", url: str) -> Outcome | None:
    """What the archive knows of a link already: the post that it led to, or that it led to none."""
    held = archive.holds(url)
    if held is not None:
        post = archive.find_post(held)
        return Outcome(
            source=url, status="held", state="post", post_id=held, title=post.title if post else None
        )
    gone = archive.find_gone(url)
    if gone is None:
        return None
    return Outcome(source=url, status="held", state=gone.state, error=state_error(gone.state, gone.words))


def _state_of(error: WxArchiveError) -> State | None:
    if isinstance(error, VerifyRequiredError):
        return "verify"
    return "too_frequent" if isinstance(error, TooFrequentError) else None


def import_files(archive: "Archive", paths: Iterable[Path]) -> Iterator[Outcome]:
    """Import saved pages and text dumps: files, gzipped too, those in ZIP archives, and folders walked by name.

    One outcome a file, the unusable ones with their reason. Raises StoreError if the archive cannot be written, and
    InputError if its ``rules.toml`` has a mistake.
    """
    from wxarchive.files import load_files

    archive.load_guide()
    pages = load_files(paths)
    for first in pages:
        with archive.batch():
            # Taken from the iterator one by one: a batch of large pages is never held at once.
            tried = [_import_one(archive, *item) for item in chain([first], islice(pages, _BATCH - 1))]
            outcomes = [outcome for outcome in tried if outcome is not None]
        yield from outcomes


def _import_one(archive: "Archive", source: str, loaded: "Page | Picture | WxArchiveError") -> Outcome | None:
    """Store what a file holds; None for a picture, which is no post of its own."""
    if isinstance(loaded, WxArchiveError):
        return Outcome(source=source, status="failed", error=loaded)
    from wxarchive.read import read_captured
    from wxarchive.webarchives.reading import Picture

    if isinstance(loaded, Picture):
        with suppress(InputError):
            archive.save_media(loaded.data, url=loaded.url)
        return None
    try:
        reading = read_captured(loaded, archive.load_guide())
        outcome = _store_reading(archive, loaded, reading, source)
        if reading.post is not None:
            _keep_attachments(archive, loaded, reading, Path(source))
        return outcome
    except WxArchiveError as error:
        if error.exit_code == 7:
            raise
        return Outcome(source=source, status="failed", error=error)


def _keep_attachments(archive: "Archive", page: "Page", reading: "Reading", file: Path) -> None:
    """Keep the pictures that a saved page brings along; what is none of them is passed over."""
    from wxarchive.attachments import iter_attachments

    assert reading.post is not None
    folder = file.parent if file.is_file() else None
    for url, data in iter_attachments(reading.post, page.body, reading.form, folder):
        with suppress(InputError):
            archive.save_media(data, url=url, post_id=reading.post.id)


def _store_page(archive: "Archive", page: "Page", source: str) -> Outcome:
    from wxarchive.read import read_captured

    return _store_reading(archive, page, read_captured(page, archive.load_guide()), source)


def _store_reading(archive: "Archive", page: "Page", reading: "Reading", source: str) -> Outcome:
    if reading.post is None:
        if page.origin == "import":
            return Outcome(source=source, status="failed", state=reading.state, error=_file_error(reading))
        error = state_error(reading.state, reading.state_text)
        if reading.state in _PASSING:
            return Outcome(source=source, status="failed", state=reading.state, error=error)
        archive.save(
            page, state=reading.state, state_text=reading.state_text, post=None, addresses=_forms(page)
        )
        return Outcome(source=source, status="noted", state=reading.state, error=error)
    saved = archive.save(page, state="post", state_text=None, post=reading.post, addresses=_forms(page))
    return Outcome(
        source=source, status=saved.outcome, state="post", post_id=reading.post.id, title=reading.post.title
    )


def _file_error(reading: "Reading") -> PageError:
    """Why a saved page is no post. It may show what the site said once, so no hint about the site belongs to it."""
    error = state_error(reading.state, reading.state_text)
    if isinstance(error, BlockedError):
        return NotAPostError(
            f"this is no post but the site's own page: {reading.state_text or reading.state}"
        )
    error.hint = None if reading.state in _PASSING else error.hint
    if reading.listed:
        number = len(reading.listed)
        error.message += f"; it lists {number:,} post{'s' if number > 1 else ''}"
    return error


def _forms(page: "Page") -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in (page.url, page.final_url) if form))


def state_error(state: State, words: str | None) -> PageError | BlockedError:
    """The error that says why a page in ``state``, with its own ``words``, is no post."""
    said = f": {words}" if words else ""
    if state == "verify":
        return VerifyRequiredError(f"the site asks for a person{said}")
    if state == "too_frequent":
        return TooFrequentError(f"the site asks for less haste{said}")
    if state in GONE:
        return PageGoneError(f"{state}{said}")
    if state == "expired":
        return PageExpiredError(f"the temporary link has run out{said}")
    if state == "unavailable":
        return PageUnavailableError(f"the page cannot be shown now{said}")
    if state == "unknown":
        return NotAPostError(
            f"no post is found in it{said}", hint="please report the page if it shows a post"
        )
    return NotAPostError(f"this is no post but {_CALLED.get(state, state)}{said}")


_CALLED: Final = {"account": "an account's page", "album": "an album", "search": "a page of search results"}
