"""Whether the search index answers as going through all the text would."""

from collections.abc import Iterator
from typing import Final

from wxarchive.doctor.findings import Examined, Finding

__all__ = ["check_index"]

_HINT: Final = "wxarchive reindex makes it anew"
_STATES: Final = {
    "current": "",
    "unfinished": "it is being made anew, or that was interrupted",
    "other": "it was made by another version of wxarchive",
}


def check_index(examined: Examined) -> Iterator[Finding]:
    """The index is whole, holds each post and no other, and answers as brute force does on a sample."""
    archive = examined.archive
    if archive is None:
        yield Finding("index", "the index", "skipped", "there is no archive to read")
        return
    state = archive.index_state()
    is_current = state == "current"
    yield _finding("the index is whole and of this version", is_current, _STATES[state])
    if not is_current:
        return
    missing, stale = archive.index_gaps()
    yield _finding("every post is in the index", not missing, f"{missing:,} are not")
    yield _finding("nothing else is in it", not stale, f"{stale:,} are posts that are not held")
    yield _finding("it finds the newest posts", archive.index_answers(), "a pair of characters was not found")
    asked, wrong = archive.compare_index()
    detail = f"{len(wrong)} of {asked} words are answered wrongly, among them {', '.join(wrong[:5])}"
    yield _finding(f"it answers as brute force does ({asked} words from the posts)", not wrong, detail)


def _finding(about: str, is_good: bool, detail: str) -> Finding:
    if is_good:
        return Finding("index", about, "good")
    return Finding("index", about, "failed", detail, _HINT)
