"""Pictures and sound of posts: which they are, where they are had best, and what their bytes are. Pure.

The CDN hands out one picture under many addresses: other hosts, sizes and formats. What stays is the path without the
size at its end, and that is a picture's identity here. The size ``0`` is the picture as its author sent it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

from wxarchive.address import strip_secrets
from wxarchive.records import Media, Post

__all__ = [
    "FOLDER",
    "FileType",
    "Wanted",
    "WantedKind",
    "audio_url",
    "best_addresses",
    "find_type",
    "is_media_host",
    "iter_wanted",
    "media_file",
    "media_key",
]

FOLDER: Final = "media"
"""The folder of the files in an archive, and beside an export."""

WantedKind = Literal["picture", "cover", "audio", "avatar"]

MEDIA_SITES: Final = ("qpic.cn", "qlogo.cn", "res.wx.qq.com")
"""Hosts of pictures and sound, with all names below them."""

# The interface that pages' own scripts play sound from, by the `voice_encode_fileid` of an `mpvoice`.
_VOICE: Final = "https://res.wx.qq.com/voice/getvoice?mediaid="
_VOICE_ID = re.compile(r"[A-Za-z0-9_=+-]{8,128}")
_SIZE_AT_END = re.compile(r"/\d{1,4}\Z")
# The folder of a CDN path names the format: mmbiz_jpg, sz_mmbiz_png, mmbiz_gif; plain mmbiz is JPEG.
_FORMAT_IN_PATH = re.compile(r"/(?:[a-z]+_)?mmbiz_(?P<format>[a-z]{3,5})/")
_FORMATS: Final = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "svg": "svg"}


@dataclass(frozen=True, slots=True)
class FileType:
    """What bytes are: their MIME type, and the ending of their file's name."""

    mime: str
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A picture or sound of a post."""

    key: str
    """Its identity, under whatever address."""
    url: str
    """Its address as the post gives it."""
    kind: WantedKind


# Offset, first bytes, type; the first that fits is it. Audio after pictures: its marks are shorter.
_SIGNATURES: Final[tuple[tuple[int, bytes, FileType], ...]] = (
    (0, b"\xff\xd8\xff", FileType("image/jpeg", "jpg")),
    (0, b"\x89PNG\r\n\x1a\n", FileType("image/png", "png")),
    (0, b"GIF87a", FileType("image/gif", "gif")),
    (0, b"GIF89a", FileType("image/gif", "gif")),
    (8, b"WEBP", FileType("image/webp", "webp")),
    (4, b"ftypavif", FileType("image/avif", "avif")),
    (4, b"ftypavis", FileType("image/avif", "avif")),
    (4, b"ftypheic", FileType("image/heic", "heic")),
    (4, b"ftypmif1", FileType("image/heif", "heif")),
    (0, b"\x00\x00\x01\x00", FileType("image/x-icon", "ico")),
    (0, b"BM", FileType("image/bmp", "bmp")),
    (0, b"ID3", FileType("audio/mpeg", "mp3")),
    (0, b"\xff\xfb", FileType("audio/mpeg", "mp3")),
    (0, b"\xff\xf3", FileType("audio/mpeg", "mp3")),
    (0, b"\xff\xf2", FileType("audio/mpeg", "mp3")),
    (0, b"\xff\xf1", FileType("audio/aac", "aac")),
    (0, b"\xff\xf9", FileType("audio/aac", "aac")),
    (0, b"#!AMR", FileType("audio/amr", "amr")),
    (0, b"OggS", FileType("audio/ogg", "ogg")),
    (0, b"fLaC", FileType("audio/flac", "flac")),
    (8, b"WAVE", FileType("audio/wav", "wav")),
    (4, b"ftypM4A", FileType("audio/mp4", "m4a")),
    (4, b"ftyp", FileType("video/mp4", "mp4")),
)
_SVG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!DOCTYPE svg[^>]{0,300}>\s*)?<svg\b",
    re.S | re.I,
)


def find_type(data: bytes) -> FileType | None:
    """What ``data`` are, told by their first bytes; None for no picture and no sound (an error page, for one)."""
    for offset, mark, found in _SIGNATURES:
        if data.startswith(mark, offset):
            return found
    return FileType("image/svg+xml", "svg") if _SVG.match(data[:2048]) else None


def media_file(sha256: str, ending: str) -> str:
    """Where a file lies, as a path under the archive's folder: ``media/ab/ab….jpg``."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{ending}"


def media_key(url: str, post_id: str = "") -> str:
    """The identity of what has this address; of a file beside a saved page, ``post_id`` is a part of it.

    >>> media_key("http://mmbiz.qpic.cn/mmbiz_jpg/AbC/640?wx_fmt=jpeg&tp=webp")
    'mmbiz/mmbiz_jpg/AbC'
    """
    if url.startswith("//"):
        url = "https:" + url
    if not url.lower().startswith(("http://", "https://")):
        return f"file:{post_id}/{url}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return url
    if not _is_below(host, ("qpic.cn", "qlogo.cn")):
        return strip_secrets(url.partition("#")[0])
    path = _SIZE_AT_END.sub("", parts.path) if parts.path.count("/") > 2 else parts.path
    # mmbiz.qpic.cn and mmbiz.qlogo.cn are one store.
    return ("mmbiz" if host.startswith("mmbiz") else host) + path


def best_addresses(url: str) -> tuple[str, ...]:
    """The addresses to ask for what is at ``url``, the best first: the whole picture, then as the page shows it."""
    if url.startswith("//"):
        url = "https:" + url
    given = strip_secrets(url.partition("#")[0])
    if given.startswith("http://"):
        given = "https://" + given[7:]
    try:
        parts = urlsplit(given)
        host = (parts.hostname or "").lower()
    except ValueError:
        return (given,)
    if host.endswith(".qlogo.cn") and parts.path.startswith("/mmhead/"):
        return tuple(dict.fromkeys((f"https://{host}{_SIZE_AT_END.sub('/0', parts.path)}", given)))
    if not (host.startswith("mmbiz") and _is_below(host, ("qpic.cn", "qlogo.cn"))):
        return (given,)
    if not _SIZE_AT_END.search(parts.path) or parts.path.count("/") < 3:
        return (given,)
    stated = parse_qs(parts.query).get("wx_fmt", [""])[0]
    in_path = _FORMAT_IN_PATH.search(parts.path)
    form = _FORMATS.get(stated) or _FORMATS.get(in_path["format"] if in_path else "")
    whole = f"https://{host}{_SIZE_AT_END.sub('/0', parts.path)}" + (f"?wx_fmt={form}" if form else "")
    return tuple(dict.fromkeys((whole, given)))


def audio_url(media: Media) -> str | None:
    """Where a post's own sound is had; None for what is not the platform's (music services, videos)."""
    if media.type != "audio" or not media.id or not _VOICE_ID.fullmatch(media.id):
        return None
    return _VOICE + media.id


def is_media_host(host: str) -> bool:
    """Whether pictures and sound are had from this host."""
    return _is_below(host.lower(), MEDIA_SITES)


def iter_wanted(post: Post) -> Iterator[Wanted]:
    """The pictures and sound of a post that can be had from the web, each once, in their order."""
    seen: set[str] = set()
    found = [(image.url, "cover" if image.role == "cover" else "picture") for image in post.images]
    found += [(url, "audio") for item in post.media if (url := audio_url(item))]
    found += [(post.account.avatar_url, "avatar")] if post.account.avatar_url else []
    for url, kind in found:
        key = media_key(url, post.id)
        if key not in seen and not key.startswith("file:"):
            seen.add(key)
            yield Wanted(key=key, url=url, kind=kind)  # type: ignore[arg-type]


def _is_below(host: str, sites: tuple[str, ...]) -> bool:
    return ("." + host).endswith(tuple("." + site for site in sites))
