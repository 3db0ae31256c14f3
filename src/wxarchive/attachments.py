"""Pictures that a saved page brings along: files beside it, parts of an MHTML file, ``data:`` addresses inside it."""

import base64
import binascii
import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from wxarchive.decode import Form
from wxarchive.media import media_key
from wxarchive.records import Post
from wxarchive.text import decode_entities

__all__ = ["MOST_BYTES", "iter_attachments"]

MOST_BYTES: Final = 32 * 2**20
"""Bytes of one picture that is taken along."""

_IMG = re.compile(rb"<img\s", re.I)
_DATA = re.compile(
    rb"""\ssrc=(["']?)data:image/[a-z0-9.+-]{1,20}(?P<coding>;base64)?,(?P<data>[^"'\s>]+)\1""", re.I
)
_ADDRESS = re.compile(rb"""\sdata-(?:src|backsrc|sf-original-src)=["']?((?:https?:)?//[^"'\s>]+)""", re.I)


def iter_attachments(post: Post, body: bytes, form: Form, folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The addresses and bytes of a post's pictures that came with its saved page.

    ``body`` are the page's bytes, ``folder`` is where its file lies, if it is a file. An address is one of
    ``post.images``. Bytes may be anything; what cannot be had is passed over.
    """
    wanted = {media_key(image.url, post.id): image.url for image in post.images}
    if folder is not None:
        for image in post.images:
            data = _read_beside(folder, image.file or image.url)
            if data is not None:
                yield image.url, data
    if form == "mhtml":
        found = _iter_parts(body)
    elif b"data:image" in body:
        found = _iter_embedded(body)
    else:
        return
    for url, data in found:
        key = media_key(url, post.id)
        if key in wanted:
            yield wanted[key], data


def _read_beside(folder: Path, name: str) -> bytes | None:
    """The file that a page names as lying beside it; None for any other address, and for one that leads elsewhere."""
    if "://" in name or name.startswith(("/", "//", "data:")) or not name:
        return None
    for spelled in dict.fromkeys((unquote(name), name)):
        steps = spelled.replace("\\", "/").removeprefix("./").split("/")
        if ".." in steps or "\x00" in spelled:
            continue
        path = folder.joinpath(*steps)
        try:
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                return path.read_bytes()
        except (OSError, ValueError):
            continue
    return None


def _iter_parts(body: bytes) -> Iterator[tuple[str, bytes]]:
    message = email.message_from_bytes(body, policy=email.policy.compat32)
    for part in message.walk():
        location = part.get("Content-Location")
        if location and part.get_content_maintype() == "image":
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and 0 < len(data) <= MOST_BYTES:
                yield "".join(str(location).split()), data  # long ones are folded


def _iter_embedded(body: bytes) -> Iterator[tuple[str, bytes]]:
    for tag in _iter_tags(body):
        inner, address = _DATA.search(tag), _ADDRESS.search(tag)
        if inner is None or address is None or len(inner["data"]) > 2 * MOST_BYTES:
            continue
        raw = unquote_to_bytes(inner["data"])
        try:
            data = base64.b64decode(raw + b"=" * (-len(raw) % 4)) if inner["coding"] else raw
        except binascii.Error:
            continue
        yield decode_entities(address[1].decode("utf-8", "replace")), data


def _iter_tags(body: bytes) -> Iterator[bytes]:
    """The ``img`` tags, each read once, whatever is left open."""
    at = 0
    while found := _IMG.search(body, at):
        end = body.find(b">", found.end())
        if end < 0:
            return
        yield body[found.start() : end]
        at = end
