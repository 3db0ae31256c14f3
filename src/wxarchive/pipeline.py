"""Links or files in, stored posts out: the stages wired together.

Reading and storing, and the import of files; :mod:`wxarchive.collect` has the half that asks the site. Outcomes are
yielded when what they tell is safely stored. Nothing here prints; a command, a test and a program each do their own
with the outcomes.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from wxarchive.errors import (
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
from wxarchive.kinds import GONE, State

if TYPE_CHECKING:
    from wxarchive.pages import Page
    from wxarchive.read import Reading
    from wxarchive.store import Archive
    from wxarchive.webarchives.reading import Picture

__all__ = [
    "Outcome",
    "Status",
    "import_files",
    "iter_linked_lines",
    "state_error",
    "store_page",
]

Status = Literal["new", "unchanged", "changed", "held", "noted", "listed", "synced", "failed", "not-asked"]

# Answers that say nothing lasting about the post: they are reported, not stored.
_PASSING: Final = frozenset({"verify", "too_frequent", "unavailable", "expired"})
_BATCH: Final = 20
_LIKE_A_LINK: Final = re.compile(r"://|%3A%2F%2F|weixin\.qq|__biz", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one link or file.

    ``status``: ``new``, ``changed`` (a new version) or ``unchanged`` posts; ``held`` (known from before, not asked
    again); ``noted`` (the page is no post and that is recorded); ``listed`` (a list of posts, now on the to-fetch
    list); ``synced`` (a source was looked through); ``failed``; ``not-asked`` (the run stopped before).
    ``error`` is set where there is no post.
    """

    source: str
    status: Status
    state: State | None = None
    post_id: str | None = None
    title: str | None = None
    error: WxArchiveError | None = None
    new_links: int | None = None
    """Of a list or source: links that were not known."""


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


def import_files(archive: "Archive", paths: Iterable[Path], *, jobs: int = 1) -> Iterator[Outcome]:
    """Import saved pages and text dumps: files, gzipped too, those in ZIP archives, and folders walked by name.

    With more ``jobs`` than one, other processes read the files, and this one stores them (see
    :mod:`wxarchive.readers`). One outcome a file, the unusable ones with their reason. Raises StoreError if the archive
    cannot be written, and InputError if its ``rules.toml`` has a mistake.
    """
    from wxarchive.readers import iter_read

    pages = iter_read(paths, jobs, archive.load_guide())
    for first in pages:
        with archive.batch():
            # Taken from the iterator one by one: a batch of large pages is never held at once.
            tried = [_import_one(archive, *item) for item in chain([first], islice(pages, _BATCH - 1))]
            outcomes = [outcome for outcome in tried if outcome is not None]
        yield from outcomes


def _import_one(
    archive: "Archive",
    source: str,
    loaded: "Page | Picture | WxArchiveError",
    reading: "Reading | WxArchiveError | None",
) -> Outcome | None:
    """Store what a file holds; None for a picture, which is no post of its own."""
    if isinstance(loaded, WxArchiveError):
        return Outcome(source=source, status="failed", error=loaded)
    from wxarchive.webarchives.reading import Picture

    if isinstance(loaded, Picture):
        with suppress(InputError):
            archive.save_media(loaded.data, url=loaded.url)
        return None
    try:
        if isinstance(reading, WxArchiveError):
            raise reading
        assert reading is not None, "a page comes with its reading"
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


def store_page(archive: "Archive", page: "Page", source: str) -> Outcome:
    """Read a page and store what it shows. Raises ParseError for what cannot be read, and StoreError."""
    from wxarchive.read import read_captured

    return _store_reading(archive, page, read_captured(page, archive.load_guide()), source)


def _store_reading(archive: "Archive", page: "Page", reading: "Reading", source: str) -> Outcome:
    if reading.post is None:
        if page.origin == "import" and reading.listed:
            return _put_on_list(archive, reading, source)
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
    return error


def _put_on_list(archive: "Archive", reading: "Reading", source: str) -> Outcome:
    """Put the posts that a saved list names, and that are not held, on the to-fetch list."""
    from wxarchive.store import FoundLink

    open_posts = [post for post in reading.listed if not post.deleted]
    linked = [(post, url) for post in open_posts if (url := post.url or post.temporary_url)]
    unheld = [(post, url) for post, url in linked if not archive.holds(url)]
    placed = archive.links.add(
        (
            FoundLink(url=url, post_id=post.id, title=post.title, published_at=post.published_at)
            for post, url in unheld
        ),
        found_in=source,
    )
    new = sum(is_new for _, is_new in placed)
    number = len(reading.listed)
    said = f"{_CALLED.get(reading.state, 'a list')} with {number:,} post{'s' if number > 1 else ''}"
    said += f", {new:,} of them new on the to-fetch list" if new else ", none of them new"
    deleted, lost = number - len(open_posts), len(open_posts) - len(linked)
    said += f"; {deleted:,} deleted" if deleted else ""
    said += f"; {lost:,} without a link" if lost else ""
    return Outcome(source=source, status="listed", state=reading.state, title=said, new_links=new)


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
