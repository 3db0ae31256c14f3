"""Two archives into one: captures unite, posts and versions follow from them, nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from wxarchive.errors import InputError, StoreError, WxArchiveError
from wxarchive.read import Guide, read_captured
from wxarchive.records import Post
from wxarchive.store import Archive, CaptureInfo, Merged

__all__ = ["Merge", "merge"]

_T = TypeVar("_T")
_BATCH: Final = 50
"""Captures that are stored at once."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What a merge did. ``damaged``: captures of the other archive that could not be had, by number, with the reason."""

    captures: int
    known: int
    """Captures that were held here before, or were forgotten here."""
    new_posts: int
    media: int
    damaged: tuple[tuple[int, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "captures": self.captures,
            "known": self.known,
            "new_posts": self.new_posts,
            "media": self.media,
            "damaged": [{"capture": number, "words": words} for number, words in self.damaged],
        }


def merge(
    archive: Archive, other: Archive, *, guide: Guide | None = None, progress: Progress | None = None
) -> Merge:
    """Take over into ``archive`` all that ``other`` holds and it does not; ``other`` is not changed.

    Each capture is read with ``guide`` (the archive's own if it is not given) as if it had been stored at its time, so that versions are in their order. What
    was forgotten in ``archive`` stays forgotten. A merge that was interrupted goes on when it is run again.
    ``progress`` is told how many captures of the other were looked at.

    Raises InputError if both are the same archive, StoreError if one cannot be used.
    """
    if archive.path.resolve() == other.path.resolve():
        raise InputError("an archive cannot be merged with itself", subject=str(archive.path))
    guide = archive.load_guide() if guide is None else guide
    new: list[int] = []
    damaged: list[tuple[int, str]] = []
    known = posts = seen = 0
    for batch in _batches(other.iter_captures(), _BATCH):
        with archive.batch():
            for capture in batch:
                if archive.knows_capture(capture):
                    known += 1
                    continue
                try:
                    number, is_new_post = _take_over(archive, other, capture, guide)
                except StoreError as error:
                    damaged.append((capture.id, error.message))
                    continue
                new.append(number)
                posts += is_new_post
        seen += len(batch)
        if progress is not None:
            progress(seen)
    archive.merge_rows(other)
    media = _merge_media(archive, other)
    if new:
        archive.note_merge(other.archive_id, other.chain_head, (new[0], new[-1]))
    return Merge(captures=len(new), known=known, new_posts=posts, media=media, damaged=tuple(damaged))


def _take_over(archive: Archive, other: Archive, capture: CaptureInfo, guide: Guide) -> tuple[int, bool]:
    """Store one capture; gives its number here, and whether its post was new."""
    page = other.get_page(capture.id)
    merged = Merged(
        archive_id=capture.merged_from or other.archive_id,
        stored_at=capture.stored_at,
        post_id=capture.post_id,
    )
    try:
        reading = read_captured(page, guide)
    except WxArchiveError:
        state, words, post = capture.state, capture.state_text, None
    else:
        state, words, post = reading.state, reading.state_text, reading.post
    if post is None and capture.state == "post":
        # Not readable any more: what the other archive read from it stands.
        state, words, post = capture.state, capture.state_text, _held_reading(other, capture)
    urls = [url for url in (page.url, page.final_url) if url]
    saved = archive.save_merged(page, merged, state=state, state_text=words, post=post, addresses=urls)
    return saved.capture_id, saved.outcome == "new"


def _held_reading(other: Archive, capture: CaptureInfo) -> Post | None:
    """What the other archive holds as read from a capture, in whatever version."""
    if capture.post_id is None:
        return None
    history, versions = other.get_history(capture.post_id), other.get_versions(capture.post_id)
    of_capture = (
        post for info, post in zip(history.versions, versions, strict=True) if info.capture_id == capture.id
    )
    return next(of_capture, None)


def _merge_media(archive: Archive, other: Archive) -> int:
    """Take over pictures and sound that are not held; gives how many."""
    files: set[str] = set()
    for url, kind, post_id, file in other.iter_held_media():
        if archive.find_media(url, post_id or "") is not None:
            continue
        # A file that is missing or damaged there is left there: verify names it.
        with suppress(OSError, InputError):
            data = (other.path / file).read_bytes()
            archive.save_media(data, url=url, kind=kind, post_id=post_id)  # type: ignore[arg-type]
            files.add(file)
    return len(files)


def _batches(items: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while batch := list(islice(items, size)):
        yield batch
