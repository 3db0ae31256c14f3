"""A page opened for reading: its tree, and what its scripts, metas and marked elements state.

Everything that later steps ask of a page is gathered here once, so that a page is parsed, its scripts are scanned and
its elements are looked up one time only.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wxarchive.markup import Markup, split_markup
from wxarchive.parse.guards import guarded
from wxarchive.parse.script import JsObject, JsValue, iter_assignments, read_object
from wxarchive.text import tidy_line

__all__ = ["Document", "open_document"]

# Names that the templates assign and that a field is read from.
_NAMES: Final = frozenset(
    (
        "biz mid idx sn appuin appmsgid ct createTime create_time publish_time oriCreateTime ori_create_time "
        "msg_title title msg_desc desc nickname nick_name "
        "user_name username alias signature author item_show_type real_item_show_type _copyright_stat copyright_stat "
        "msg_cdn_url cdn_url cdn_url_235_1 cdn_url_1_1 msg_link msg_source_url source_url source_link "
        "is_pay_subscribe PAGE_MID reprint_ticket source_encode_biz source_mid source_idx source_username "
        "ori_head_img_url video_title vid "
        "ip_wording"
    ).split()
)
# What a name is assigned as, and what a page's scripts hold if they do it so. One pattern each: one that begins with
# a literal is searched several times faster than an alternation.
_ASSIGNED: Final = tuple(
    (mark, re.compile(prefix + r"(?P<name>\w+)\s*=(?![=>])\s*"))
    for mark, prefix in (
        ("var", r"var\s+"),
        ("window.", r"window\."),
        ("d.nick_name", r"d\."),
        ("_g.", r"_g\."),
        ("cgiData.", r"cgiData\."),
    )
)
# Keys of the object that video and picture pages of 2018–19 build.
_KEYED: Final = (
    "video_title",
    re.compile(r"(?:^|[\s,{])(?P<name>vid|video_title|source_link)\s*:\s*", re.MULTILINE),
)
_TIME_MARK: Final = b"var ct"
"""In the one script that states most of a post's facts."""
# A short script that states facts of a post holds one of these.
_POST_MARKS: Final = (_TIME_MARK, b"var biz", b"nick_name =", b"item_show_type =", b"ip_wording =")
# What else states facts: looked for where the marks above leave the publish time open, or the page is of 2018–19.
_OTHER_MARKS: Final = (
    b"var msg_title",
    b"createTime =",
    b"PAGE_MID",
    b"var msgList",
    b"video_title :",
    b"nickname",
)
_CGI_MARK: Final = b"cgiDataNew = {"
_CGI_DATA = re.compile(r"\bcgiDataNew\s*=\s*(?=\{)")
_LEAST_CGI: Final = 1_000
_ERROR_MARK: Final = b"cgiData = {"
_ERROR_DATA = re.compile(r"\bcgiData\s*=\s*(?=\{)")
_HEAD: Final = 5_000
"""Bytes of a script in which ``cgiDataNew`` begins, if it is the one that has it."""
# Bytes. Scripts that state facts stay below the second, all but that with the publish time below the first; bundles of
# code lie above. ``cgiDataNew`` is looked for in any.
_SMALL_SCRIPT: Final = 10_000
_BIGGEST_FACT_SCRIPT: Final = 60_000

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
    """A parsed page and the facts gathered from it."""

    markup: Markup
    """The page's bytes, its scripts told apart."""
    tree: LexborHTMLParser
    """Its elements; style sheets, and scripts that do not write into the page, are empty in it."""
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
        return self.markup.source.decode("utf-8", "replace")

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


def open_document(source: bytes | str | Markup, url: str | None = None) -> Document:
    """Parse a page, given in UTF-8 or as text, or told apart. Never raises: a page cut in half has less in it."""
    if isinstance(source, str):
        source = source.encode("utf-8", "replace")
    markup = split_markup(source) if isinstance(source, bytes) else source
    tree = _parse(markup)
    facts, cgi, error = _read_scripts(markup)
    variables: dict[str, JsValue] = {}
    for mark, pattern in (*_ASSIGNED, _KEYED):
        if mark not in facts:
            continue
        for name, value in iter_assignments(facts, pattern, _NAMES, known=variables):
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
        markup=markup,
        tree=tree,
        cgi=cgi,
        error=error,
        variables=variables,
        metas=metas,
        elements=elements,
        scripts=facts,
        url=url,
    )


def _parse(markup: Markup) -> LexborHTMLParser:
    """The tree of a page: of its markup alone, where the parser sees the same elements in it that were told apart."""
    tree = LexborHTMLParser(guarded(markup.lean))
    if len(tree.css("script, style")) != markup.elements or tree.css_first("[id]") is None:
        tree = LexborHTMLParser(guarded(markup.source))
    return tree


def _read_scripts(markup: Markup) -> tuple[str, Mapping[str, JsValue], Mapping[str, JsValue]]:
    """The scripts that state facts, one after the other; ``cgiDataNew``; and the ``cgiData`` of a page without either."""
    source = markup.source
    short = [source[start:end] for start, end in markup.scripts if 0 < end - start < _BIGGEST_FACT_SCRIPT]
    # In a page that has it, it begins its script, and says nearly all; if little is known otherwise, it is looked for
    # everywhere.
    cgi = _find_object(markup, _HEAD)
    facts = [script for script in short if len(script) < _SMALL_SCRIPT and _holds(script, _POST_MARKS)]
    if cgi is None and not _tells_time(facts):
        known = set(facts)
        facts = [script for script in short if script in known or _TIME_MARK in script]
    timed = _tells_time(facts)
    if cgi is None and not timed:
        marks = (*_POST_MARKS, *_OTHER_MARKS)
        facts = [script for script in short if _holds(script, marks)]
        cgi = _find_object(markup, len(source))
    error: Mapping[str, JsValue] = {}
    if not timed and cgi is None:
        script = next((script for script in short if _ERROR_MARK in script), b"")
        text = script.decode("utf-8", "replace")
        found = _ERROR_DATA.search(text)
        error = read_object(text, found.end()) if found else {}
    return b"\n".join(facts).decode("utf-8", "replace").replace("\x00", ""), cgi or {}, error


def _holds(script: bytes, marks: Iterable[bytes]) -> bool:
    return any(mark in script for mark in marks)


def _tells_time(facts: Iterable[bytes]) -> bool:
    return any(_TIME_MARK in script and b"nick_name =" not in script for script in facts)


def _find_object(markup: Markup, bound: int) -> Mapping[str, JsValue] | None:
    """``cgiDataNew``, if one of the scripts has it in its first ``bound`` bytes."""
    for start, end in markup.scripts:
        if end - start > _LEAST_CGI and markup.source.find(_CGI_MARK, start, min(start + bound, end)) >= 0:
            text = markup.source[start:end].decode("utf-8", "replace")
            found = _CGI_DATA.search(text)
            if found:
                return JsObject(text, found.end())
    return None
