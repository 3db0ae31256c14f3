"""A page opened for reading: its tree, and what its scripts, metas and marked elements state.

Everything that later steps ask of a page is gathered here once, so that a page is parsed, its scripts are scanned and
its elements are looked up one time only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wxarchive.parse.crowds import without_crowds
from wxarchive.parse.script import JsObject, JsValue, iter_assignments, read_object
from wxarchive.parse.tags import VOID_TAGS
from wxarchive.text import tidy_line

__all__ = ["Document", "open_document"]

# Names that the templates assign and that a field is read from.
_NAMES: Final = (
    "biz mid idx sn appuin appmsgid ct createTime create_time publish_time oriCreateTime ori_create_time "
    "msg_title title msg_desc desc nickname nick_name "
    "user_name username alias signature author item_show_type real_item_show_type _copyright_stat copyright_stat "
    "msg_cdn_url cdn_url cdn_url_235_1 cdn_url_1_1 msg_link msg_source_url source_url source_link "
    "is_pay_subscribe PAGE_MID reprint_ticket source_encode_biz source_mid source_idx source_username "
    "ori_head_img_url video_title vid "
    "ip_wording"
).split()
# One pattern a prefix: a pattern that begins with a literal is searched several times faster than an alternation.
_ASSIGNED: Final = tuple(
    re.compile(prefix + r"(?P<name>" + "|".join(_NAMES) + r")\s*=(?![=>])\s*")
    for prefix in (r"var\s+", r"window\.", r"d\.", r"_g\.", r"cgiData\.")
)
# Keys of the object that video and picture pages of 2018–19 build.
_KEYED = re.compile(r"(?:^|[\s,{])(?P<name>vid|video_title|source_link|vidsn)\s*:\s*", re.MULTILINE)
# A script that states facts of a post holds one of these; the others hold code and are not scanned.
_POST_MARKS: Final = (b"var biz", b"var ct", b"nick_name =", b"item_show_type =", b"ip_wording =")
# What else states facts: looked for where the marks above leave the publish time open, or the page is of 2018–19.
_OTHER_MARKS: Final = (
    b"var msg_title",
    b"createTime =",
    b"PAGE_MID",
    b"var msgList",
    b"video_title :",
    b"nickname",
)
_CGI_DATA = re.compile(r"\bcgiDataNew\s*=\s*(?=\{)")
_ERROR_DATA = re.compile(r"\bcgiData\s*=\s*(?=\{)")
# Bytes; scripts that state facts stay below, bundles of code lie far above. ``cgiDataNew`` is looked for in any.
_BIGGEST_FACT_SCRIPT: Final = 60_000

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>")
_VOID: Final = frozenset(tag.encode() for tag in VOID_TAGS)
_DEEPEST: Final = 1_000
# Pages leave some hundred tags unclosed (void elements, comparisons in scripts), never so many.
_SUSPICIOUS_UNCLOSED: Final = 5_000

# Elements that a field or a state is read from, by id; looked up in one walk.
_IDS: Final = frozenset(
    (
        "js_content js_name post-user activity-name activity_name post-date publish_time js_author_name "
        "js_author_name_text copyright_logo js_share_content js_share_author original_panel_title js_share_source "
        "img_list js_video_desc video_title img-content js_tags js_verify js_ip_wording js_share_notice js_text_desc "
        "js_text_title js_image_desc js_image_content nickname js_login_ip history js_pay_preview_filter "
        "js_view_source js_article page-content js_pay_preview js_reprint_source js_novel_card"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page and the facts gathered from it; ``source`` is what it was parsed from, in UTF-8."""

    source: bytes
    tree: LexborHTMLParser
    cgi: Mapping[str, JsValue]
    """``window.cgiDataNew``, of pages from 2025 on."""
    error: Mapping[str, JsValue]
    """``window.cgiData`` of pages that are no posts."""
    variables: Mapping[str, JsValue]
    """Assigned names → the first value that is no empty literal."""
    metas: Mapping[str, str]
    """``name`` or ``property`` of ``<meta>`` → content."""
    elements: Mapping[str, LexborNode]
    """The first element of each known id."""
    scripts: str
    """The scripts that state facts, one after the other."""
    url: str | None

    @property
    def text(self) -> str:
        """The source as text."""
        return self.source.decode("utf-8", "replace")

    def find_text(self, element_id: str) -> str | None:
        """The text of the element with this id on one line; None if it is missing or empty."""
        node = self.elements.get(element_id)
        return node_text(node) if node is not None else None


def node_text(node: LexborNode) -> str | None:
    """The text of a node on one line, scripts and styles left out; None if there is none."""
    if node.css_first("script, style") is not None:
        parts = [
            part.text_content or ""
            for part in node.traverse(include_text=True)
            if part.tag == "-text" and part.parent is not None and part.parent.tag not in ("script", "style")
        ]
        return tidy_line("".join(parts)) or None
    return tidy_line(node.text() or "") or None


def split_scripts(source: bytes) -> tuple[list[bytes], bytes]:
    """The contents of all script elements, and the source without them.

    Told by the source alone: outside of scripts, a post's own text cannot hold a bare ``<script``.
    """
    scripts: list[bytes] = []
    rest: list[bytes] = []
    at = 0
    while (start := source.find(b"<script", at)) >= 0:
        rest.append(source[at:start])
        inner = source.find(b">", start) + 1
        if not inner:
            return scripts, b"".join(rest)
        at = source.find(b"</script", inner)
        if at < 0:
            scripts.append(source[inner:])
            return scripts, b"".join(rest)
        if at > inner:
            scripts.append(source[inner:at])
    rest.append(source[at:])
    return scripts, b"".join(rest)


def without_deep_nesting(source: bytes, outside_scripts: bytes) -> bytes:
    """The source without elements nested deeper than :data:`_DEEPEST`, where many are left open.

    HTML parsers look through all open elements at each new block, so a page that opens 100,000 and closes none would
    take time by the square of it. Only such a page is looked at, and in it only tags are dropped, never text.
    """
    if outside_scripts.count(b"<") - 2 * outside_scripts.count(b"</") < _SUSPICIOUS_UNCLOSED:
        return source
    depth = 0

    def keep(tag: re.Match[bytes]) -> bytes:
        nonlocal depth
        if tag[1]:
            depth = max(depth - 1, 0)
            return tag[0]
        if tag[2].lower() in _VOID:
            return tag[0]
        depth += 1
        return tag[0] if depth <= _DEEPEST else b""

    return _TAG.sub(keep, source)


def open_document(source: bytes | str, url: str | None = None) -> Document:
    """Parse a page, given in UTF-8 or as text. Never raises: a page cut in half is a page with less in it."""
    if isinstance(source, str):
        source = source.encode("utf-8", "replace")
    scripts, outside = split_scripts(source)
    # Looked for outside of scripts, where a bare "<" is a tag's.
    calm = source if without_crowds(outside) is outside else without_crowds(source)
    tree = LexborHTMLParser(without_deep_nesting(calm, outside))
    cgi: Mapping[str, JsValue] = {}
    error: Mapping[str, JsValue] = {}
    # Looked for in the source at once: in the pages that have it, it stands before most of the code.
    if source.find(b"cgiDataNew = {") >= 0:
        for script in scripts:
            if b"cgiDataNew = {" in script:
                text = script.decode("utf-8", "replace")
                found = _CGI_DATA.search(text)
                cgi = JsObject(text, found.end()) if found else {}
                break
    short = [script for script in scripts if len(script) < _BIGGEST_FACT_SCRIPT]
    fact_scripts = [script for script in short if any(mark in script for mark in _POST_MARKS)]
    if not any(b"var ct" in script and b"nick_name =" not in script for script in fact_scripts):
        marks = (*_POST_MARKS, *_OTHER_MARKS)
        fact_scripts = [script for script in short if any(mark in script for mark in marks)]
    if not cgi:
        for script in short:
            if b"cgiData = {" in script:
                text = script.decode("utf-8", "replace")
                found = _ERROR_DATA.search(text)
                error = read_object(text, found.end()) if found else {}
                break
    facts = b"\n".join(fact_scripts).decode("utf-8", "replace")
    variables: dict[str, JsValue] = {}
    for pattern in (*_ASSIGNED, _KEYED) if "video_title" in facts else _ASSIGNED:
        for name, value in iter_assignments(facts, pattern, known=variables):
            if value not in (None, ""):
                variables[name] = value
    metas: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name")
        if key and attributes.get("content"):
            metas.setdefault(key, attributes["content"] or "")
    elements: dict[str, LexborNode] = {}
    for node in tree.css("[id]"):
        element_id = node.id
        if element_id in _IDS and element_id is not None:
            elements.setdefault(element_id, node)
    return Document(
        source=source,
        tree=tree,
        cgi=cgi,
        error=error,
        variables=variables,
        metas=metas,
        elements=elements,
        scripts=facts,
        url=url,
    )
