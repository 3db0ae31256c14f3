"""A page opened for reading: its tree, and what its scripts, metas and marked elements state.

Everything that later steps ask of a page is gathered here once, so that a page is parsed, its scripts are scanned and
its elements are looked up one time only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wxarchive.parse.script import JsValue, iter_assignments, read_object
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
_ASSIGNED = re.compile(
    r"(?:\bvar\s+|\bwindow\.|\b(?:d|_g|cgiData)\.|^\s*)(?P<name>" + "|".join(_NAMES) + r")\s*=(?![=>])\s*", re.MULTILINE
)
# Keys of the object that video and picture pages of 2018–19 build.
_KEYED = re.compile(r"(?:^|[\s,{])(?P<name>vid|video_title|source_link|vidsn)\s*:\s*", re.MULTILINE)
# A script that states facts of the post holds one of these; the bundles of code hold none and are not scanned.
_FACT_MARKS: Final = (
    "var biz =",
    "var msg_title",
    "var ct =",
    "var nickname",
    "var user_name",
    "d.nick_name",
    "d.ct =",
    "ip_wording =",
    "item_show_type =",
    "var publish_time",
    "createTime =",
    "PAGE_MID",
    "var appuin",
    "var biz=",
    "var msgList",
    "_g.ct =",
    "video_title :",
)
_CGI_DATA = re.compile(r"\bcgiDataNew\s*=\s*(?=\{)")
_ERROR_DATA = re.compile(r"\bcgiData\s*=\s*(?=\{)")
_BIGGEST_FACT_SCRIPT = 400_000  # characters; scripts that state facts stay far below

# Elements that a field or a state is read from, by id; looked up in one walk.
_IDS: Final = (
    "js_content js_name post-user activity-name activity_name post-date publish_time js_author_name "
    "js_author_name_text copyright_logo js_share_content js_share_author original_panel_title js_share_source "
    "img_list js_video_desc video_title img-content js_tags js_verify js_ip_wording js_share_notice js_text_desc "
    "js_text_title js_image_desc js_image_content nickname js_login_ip history js_pay_preview_filter "
    "js_view_source js_article page-content js_pay_preview js_reprint_source js_novel_card"
).split()


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page and the facts gathered from it; ``text`` is the source it was parsed from."""

    text: str
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


def open_document(text: str, url: str | None = None) -> Document:
    """Parse a page's text. Never raises for any text: a page cut in half is a page with less in it."""
    tree = LexborHTMLParser(text)
    fact_scripts: list[str] = []
    cgi: Mapping[str, JsValue] = {}
    error: Mapping[str, JsValue] = {}
    for node in tree.css("script"):
        script = node.text() or ""
        if not script or len(script) > _BIGGEST_FACT_SCRIPT:
            if "cgiDataNew = {" not in script:
                continue
        if not cgi and "cgiDataNew" in script:
            found = _CGI_DATA.search(script)
            if found:
                cgi = read_object(script, found.end())
        if not error and "cgiData" in script:
            found = _ERROR_DATA.search(script)
            if found:
                error = read_object(script, found.end())
        if any(mark in script for mark in _FACT_MARKS):
            fact_scripts.append(script)
    scripts = "\n".join(fact_scripts)
    variables: dict[str, JsValue] = {}
    for name, value in iter_assignments(scripts, _ASSIGNED):
        if value not in (None, "") and name not in variables:
            variables[name] = value
    if "video_title" in scripts:
        for name, value in iter_assignments(scripts, _KEYED):
            if value not in (None, "") and name not in variables:
                variables[name] = value
    metas: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name")
        if name and attributes.get("content"):
            metas.setdefault(name, attributes["content"] or "")
    elements: dict[str, LexborNode] = {}
    for node in tree.css(",".join(f"[id='{name}']" for name in _IDS)):
        elements.setdefault(node.id or "", node)
    return Document(
        text=text,
        tree=tree,
        cgi=cgi,
        error=error,
        variables=variables,
        metas=metas,
        elements=elements,
        scripts=scripts,
        url=url,
    )
