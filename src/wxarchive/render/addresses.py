"""Which addresses may stand in what is rendered: a post's links and pictures are written by strangers."""

import re
from functools import lru_cache

from wxarchive.records import Image

__all__ = ["is_local_path", "picture_source", "safe_href"]

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s/?#]", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
# A path under the folder that the text lies in: no scheme, no root, no way up (in disguise either), no home.
_LOCAL = re.compile(
    r"(?![/~])(?!(?:.*/)?\.\.(?:/|$))(?!.*%(?:2e|2f|5c))[^:\\?#&<>\"]+", re.DOTALL | re.IGNORECASE
)


def safe_href(url: str | None) -> str | None:
    """``url`` if a link may lead there: ``http``, ``https``, ``mailto``; without what browsers pass over.

    >>> safe_href("java\\nscript:alert(1)") is None
    True
    >>> safe_href("//mp.weixin.qq.com/s/a b")
    'https://mp.weixin.qq.com/s/a%20b'
    """
    if not url:
        return None
    url = _tidy(url)
    return url if _LINK.match(url) else None


def is_local_path(path: str) -> bool:
    """Whether ``path`` names something below the folder that the text lies in."""
    return _LOCAL.fullmatch(path) is not None


def picture_source(image: Image) -> str | None:
    """Where a picture is to be had: the copy under ``media/``, else its address, else a path beside the page.

    A file beside a page that a browser saved is the last choice: it stays with that page.
    """
    file = _tidy(image.file) if image.file else ""
    if file.startswith("media/") and is_local_path(file):
        return file
    url = _tidy(image.url)
    if _WEB.match(url):
        return url
    return next((path for path in (file, url) if path and is_local_path(path)), None)


@lru_cache(maxsize=1024)  # each address is written twice, into the Markdown and into the HTML
def _tidy(url: str) -> str:
    url = _UNSEEN.sub("", url).strip().replace(" ", "%20")
    return "https:" + url if url.startswith("//") else url
