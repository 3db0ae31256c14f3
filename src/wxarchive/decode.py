"""Bytes of a file or an answer → text and the form it has.

Forms: a page as a server sent it or a browser or SingleFile saved it, a page inside MHTML, a page dumped as a JSON
string (literal ``\\n`` and ``\\"``), a list interface's reply in JSON, and text that is none of these. Knows no network
and no HTML tree.
"""

import codecs
import email
import email.policy
import json
import re
from dataclasses import dataclass
from typing import Final, Literal

from wxarchive.errors import PageTooLargeError, ParseError
from wxarchive.markup import Markup, split_markup

__all__ = ["MAX_BYTES", "Decoded", "Form", "decode"]

Form = Literal["page", "mhtml", "json-page", "json", "text"]

MAX_BYTES = 64 * 1024 * 1024
"""The largest input that is read, in bytes. Pages with all scripts inlined reach 4 MB."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
# Control bytes that no text has, NUL apart from a stray one; one in twenty of them means a picture or an archive.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|script|meta|section|p)\b", re.IGNORECASE)
_OF_A_PAGE = re.compile(
    rb"<(?:!doctype|html|head|body|script|meta)\b|\bid=\\?[\"']?(?:js_|activity|page-content|img-content)|\brich_media",
    re.IGNORECASE,
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
# SingleFile's comment; before 2019 it began with other words.
_SINGLE_FILE = re.compile(
    rb"<!--\s*(?:Page saved with|Archive processed by) SingleFile\s+url:\s*(?P<url>\S+)", re.IGNORECASE
)
# Where SingleFile can note the address of a picture that it put into the page, read as the lazy loader's second name.
_ORIGINAL_ADDRESS = b" data-sf-original-src="
_LAZY_ADDRESS = b" data-backsrc="
# Keys of the site's list interfaces: their replies hold pieces of markup and are no pages.
_REPLY = re.compile(
    rb'"(?:base_resp|getalbum_resp|general_msg_list|app_msg_list|publish_page|comm_msg_info|app_msg_ext_info)"'
)
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_HEAD: Final = 20_000
"""Bytes in which a page begins to look like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What bytes hold: the form, the text in UTF-8, and the address if the file itself states one."""

    form: Form
    source: bytes
    """The text in UTF-8: what an HTML parser reads fastest. Of a page it may hold stray bytes inside of scripts."""
    url: str | None = None
    markup: Markup | None = None
    """Of a page, its markup and scripts told apart."""

    @property
    def text(self) -> str:
        """The text; made anew each time, for a page is megabytes."""
        return self.source.decode("utf-8", "replace")


def decode(data: bytes) -> Decoded:
    """Read ``data`` as text of a known form.

    Raises PageTooLargeError above :data:`MAX_BYTES` and ParseError for no bytes at all, or for bytes that are no text
    (a picture, an archive).
    """
    if len(data) > MAX_BYTES:
        raise PageTooLargeError(
            f"{len(data):,} bytes are more than the {MAX_BYTES:,} that are read", hint="split the file"
        )
    if _is_empty(data[:_HEAD]) and _is_empty(data):
        raise ParseError("there is nothing in it")
    if _is_mhtml(data):
        return _decode_mhtml(data)
    source = data
    if data.startswith(tuple(_MARKS)):
        source = _to_utf8(data)
    if source[:_HEAD].lstrip()[:1] in (b"{", b"[") and _REPLY.search(source, 0, _HEAD):
        return Decoded(form="json", source=_to_utf8(source))
    if not _MARKUP.search(source, 0, _HEAD):
        source = _to_utf8(source)
        if not _MARKUP.search(source, 0, 3 * _HEAD):
            return Decoded(form="text", source=source)
    if _is_marked_up_text(source):
        return Decoded(form="text", source=_to_utf8(source))
    if _is_json_dump(source):
        source = _undump(_to_utf8(source))
        return _decoded_page("json-page", source, _saved_from(source))
    saved = _SINGLE_FILE.search(source, 0, 4096)
    if saved and _ORIGINAL_ADDRESS in source:
        source = source.replace(_ORIGINAL_ADDRESS, _LAZY_ADDRESS)
    return _decoded_page("page", source, _to_url(saved["url"]) if saved else _saved_from(source))


def _is_empty(data: bytes) -> bool:
    return not data.strip(b"\x00 \t\r\n\xef\xbb\xbf")


def _decoded_page(form: Form, source: bytes, url: str | None) -> Decoded:
    """A page told apart; its encoding is that of its markup, which is a small part of it."""
    markup = split_markup(source)
    try:
        if b"\x00" in markup.lean:
            raise UnicodeError("bytes to drop first")
        markup.lean.decode("utf-8")
    except UnicodeError:
        source = _to_utf8(source)
        markup = split_markup(source)
    return Decoded(form=form, source=source, url=url, markup=markup)


def _to_utf8(data: bytes) -> bytes:
    return _decode_text(data).encode("utf-8", "replace")


def _decode_text(data: bytes) -> str:
    """Text by byte order mark, then UTF-8 if it is, then what the page declares, then GB 18030.

    Raises ParseError for binary data.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").replace("\x00", "")
    head = data[:8192]
    if len(_BINARY.findall(head)) * 20 > len(head):
        raise ParseError("this is not text", hint="give a saved page (.html, .mhtml) or a text file")
    data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.start >= len(data) - 3
        broken_at = error.start
    if cut_short:
        return data.decode("utf-8", "ignore")
    declared = _META_CHARSET.search(data, 0, 4096)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            # gb2312 in a declaration means its superset, as browsers read it (WHATWG Encoding Standard).
            return data.decode("gb18030" if name in ("gb2312", "gbk", "gb18030") else name, "replace")
        except LookupError:
            pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        # The encoding that reads further before it breaks is the more likely one.
        text = data.decode("gb18030" if error.start > broken_at and not declared else "utf-8", "replace")
    if text.count("\ufffd") * 10 > len(text):
        raise ParseError("this is not text", hint="give a saved page (.html, .mhtml) or a text file")
    return text


def _is_marked_up_text(source: bytes) -> bool:
    """Text, as Markdown is, with an element here and there: it begins with words, and no element is a page's own."""
    return source[:_HEAD].lstrip()[:1] not in (b"<", b'"', b"'") and not _OF_A_PAGE.search(
        source, 0, 3 * _HEAD
    )


def _is_json_dump(source: bytes) -> bool:
    """A page written as a JSON or JavaScript string: its line ends and quotes are escaped, nearly none are real."""
    if b'\\"' not in source[:_HEAD]:
        return False
    head = source[:50_000]
    return head.count(b"\\n") + head.count(b'\\"') > 20 and head.count(b"\n") * 10 < head.count(b"\\n")


def _undump(source: bytes) -> bytes:
    text = source.decode("utf-8", "replace")
    stripped = text.strip()
    if stripped.startswith('"') and stripped.endswith('"'):
        stripped = stripped[1:-1]
    try:
        undumped = json.loads(f'"{stripped}"', strict=False)
    except ValueError:
        undumped = _ESCAPE.sub(_unescape, stripped)
    return undumped.encode("utf-8", "replace") if isinstance(undumped, str) else source


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nrtbf\"'/\\]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "", '"': '"', "'": "'", "/": "/", "\\": "\\"}


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _PLAIN[found[2]]


def _is_mhtml(data: bytes) -> bool:
    head = data[:4096].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def _decode_mhtml(data: bytes) -> Decoded:
    """The first HTML part of an MHTML file (RFC 2557), with the address that it was saved from."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                location = part.get("Content-Location") or message.get("Snapshot-Content-Location")
                url = str(location).strip() if location else None
                return _decoded_page("mhtml", _to_utf8(payload), url)
    raise ParseError("this MHTML file holds no page")


def _saved_from(source: bytes) -> str | None:
    found = _SAVED_FROM.search(source, 0, 4096)
    return _to_url(found[1]) if found else None


def _to_url(found: bytes) -> str:
    return found.decode("utf-8", "replace")
