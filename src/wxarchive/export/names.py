"""Names of files for posts: readable, and safe on every system."""

import hashlib
import re
import unicodedata
from typing import Final

from wxarchive.records import Post
from wxarchive.text import tidy_line, without_controls
from wxarchive.times import format_moment

__all__ = ["MOST_BYTES", "FileNames", "file_stem"]

MOST_BYTES: Final = 120
"""Of UTF-8, for a name without its ending: file systems take 255, but folders get zipped and copied about."""

# Characters that Windows, or a path, reserves: their full-width twins read the same.
_TWINS: Final = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{device}{n}" for device in ("com", "lpt") for n in "0123456789¹²³"}
)


def file_stem(post: Post, most_bytes: int = MOST_BYTES) -> str:
    """The name of a post's file, without its ending: its day and its title, or its id if it has neither.

    In Unicode's composed form (NFC); never empty, hidden, an option, or the name of a device on Windows;
    at most ``most_bytes`` long in UTF-8.
    """
    day = format_moment(post.published_at)[:10] if post.published_at else ""
    stem = _fit(_safe(f"{day} {post.title or ''}"), most_bytes)
    if not stem:
        stem = _fit(re.sub(r"[^0-9A-Za-z]+", "-", post.id).strip("-") or "post", most_bytes)
    is_device = stem.partition(".")[0].rstrip(" ").lower() in _DEVICES
    return f"_{_fit(stem, most_bytes - 1)}" if is_device else stem


class FileNames:
    """Gives every post of an export a name of its own.

    Names that differ in case alone are one name on many systems. The first post keeps a name; one that
    comes later has part of its id's SHA-256 added, so that its name depends on the post and not on its
    neighbours' number.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = {_key(name) for name in taken}

    def claim(self, post: Post) -> str:
        """The name for ``post``, without an ending."""
        stem = file_stem(post)
        digest = hashlib.sha256(post.id.encode("utf-8", "surrogatepass")).hexdigest()
        length = 8
        name = stem
        while _key(name) in self._taken:
            suffix = f" {digest[:length]}" if length <= len(digest) else f" {digest}-{length}"
            name = _fit(stem, MOST_BYTES - len(suffix)) + suffix
            length += 8
        self._taken.add(_key(name))
        return name


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _safe(text: str) -> str:
    text = _UNSEEN.sub("", tidy_line(without_controls(text).replace("\n", " ").replace("\t", " ")))
    # A name must not hide (.), look like an option (-) or mean a home (~); composing comes last, as it
    # is what counts.
    return unicodedata.normalize("NFC", text).translate(_TWINS).strip(" .").lstrip("-~. ")


def _fit(text: str, most_bytes: int) -> str:
    """As many whole characters as fit, without space, dots or half a joined emoji at the end."""
    cut = text.encode("utf-8", "ignore")[:most_bytes].decode("utf-8", "ignore")
    return cut.rstrip(" .\u200d")
