"""A page of a post → what it holds, as found: kind, fields with their witnesses, body, pictures, media."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from wxarchive.blocks import Block, Body, Span, plain_block
from wxarchive.kinds import Kind
from wxarchive.parse.body import parse_body
from wxarchive.parse.document import Document
from wxarchive.parse.fields import Testimony, read_fields
from wxarchive.parse.script import JsValue, read_string
from wxarchive.records import Album, Image, Media, Origin
from wxarchive.text import decode_entities, tidy_line

__all__ = ["ParsedPost", "parse_post"]

_KINDS: Final[dict[str, Kind]] = {
    "0": "article",
    "5": "video",
    "6": "audio",
    "7": "audio",
    "8": "picture",
    "10": "text",
    "11": "text",
    "16": "text",
    "17": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPost:
    """What a page or a dump states of a post, strings as found."""

    kind: Kind
    fields: Mapping[str, Testimony]
    body: Body
    albums: tuple[Album, ...] = ()
    origin: Origin | None = None
    pictures: tuple[Image, ...] = ()
    """Pictures that belong to the post but stand beside its text (picture posts)."""
    media: tuple[Media, ...] = ()
    """Media that the page names beside the body."""
    paid: bool = False
    form: str = "page"
    missing: tuple[str, ...] = field(default=())
    """What the page should hold and does not, in plain words."""

    def get(self, name: str) -> str | None:
        """The value of a field; None if no witness knows it."""
        testimony = self.fields.get(name)
        return testimony.value if testimony else None


def parse_post(document: Document) -> ParsedPost:
    """Read a page that was judged to be a post. Never raises: what is not found is absent."""
    fields = read_fields(document)
    kind = _find_kind(document, fields)
    body, pictures, media = _CONTENT[kind](document)
    missing: tuple[str, ...] = ()
    if not body.blocks and not pictures and not media:
        # A template that moved its content: take what the other places give, and say so.
        body = _rescue(document)
        missing = ("body: taken from another place than its kind names",) if body.blocks else ("body",)
    return ParsedPost(
        kind=kind,
        fields=fields,
        body=body,
        albums=_find_albums(document),
        origin=_find_origin(document, kind),
        pictures=pictures,
        media=media,
        paid=_is_paid(document, fields),
        missing=missing,
    )


def _find_kind(document: Document, fields: Mapping[str, Testimony]) -> Kind:
    """By structure where it is plain (a share card), else by ``item_show_type``; an article if nothing is said."""
    shown = fields["item_show_type"].value if "item_show_type" in fields else "0"
    if shown in ("0", "") and "js_share_content" in document.elements:
        return "share"
    return _KINDS.get(shown, "article")


# -- content, kind by kind ----------------------------------------------------------------------------------------

_Content = tuple[Body, tuple[Image, ...], tuple[Media, ...]]


def _article(document: Document) -> _Content:
    node = document.elements.get("js_content")
    if node is None:
        node = document.tree.css_first(".rich_media_content")
    body = parse_body(node.html or "") if node is not None else Body()
    if not body.blocks:
        body = parse_body(f"<div>{_string(document.cgi.get('content_noencode'))}</div>")
    return body, (), ()


def _picture(document: Document) -> _Content:
    listed = document.cgi.get("picture_page_info_list")
    pictures: list[Image] = []
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and item.get("cdn_url"):
            pictures.append(
                Image(
                    url=_link(item["cdn_url"]),
                    width=_size(item.get("width")),
                    height=_size(item.get("height")),
                    role="qr" if item.get("is_qr_code") == 1 else "body",
                )
            )
    if not pictures and "img_list" in document.elements:
        for node in document.elements["img_list"].css("img"):
            url = node.attributes.get("data-src") or node.attributes.get("src") or ""
            if url.startswith(("http", "//")):
                pictures.append(Image(url=_link(url)))
    text = _string(document.cgi.get("content_noencode")) or _string(document.cgi.get("desc"))
    if text:
        return _plain_body(text), tuple(pictures), ()
    return _written_body(document, ("js_image_desc", "js_content")), tuple(pictures), ()


def _text(document: Document) -> _Content:
    info = document.cgi.get("text_page_info")
    text = ""
    if isinstance(info, dict):
        text = _string(info.get("content_noencode")) or _string(info.get("content"))
    text = text or _string(document.cgi.get("content_noencode")) or _string(document.cgi.get("title"))
    if not text:
        written = _written_body(document, ("js_text_desc", "js_content"))
        if written.blocks:
            return written, (), ()
        text = (document.metas.get("og:title") or "").replace("\\n", "\n")
    return _plain_body(text), (), ()


def _video(document: Document) -> _Content:
    media: list[Media] = []
    listed = document.cgi.get("video_page_infos")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            media.append(
                Media(
                    type="video",
                    id=_string(item.get("video_id")) or _string(item.get("vid")) or None,
                    title=_string(item.get("title")) or None,
                    duration_ms=(_size(item.get("duration")) or 0) * 1000 or None,
                )
            )
    if not media:
        vid = document.variables.get("vid")
        if vid:
            title = document.variables.get("video_title")
            media.append(Media(type="video", id=str(vid), title=_string(title) or None))
    text = _string(document.cgi.get("content_noencode")) or _string(document.cgi.get("desc"))
    if text:
        return (parse_body(text) if "</" in text else _plain_body(text)), (), tuple(media)
    return _written_body(document, ("js_video_desc",)), (), tuple(media)


def _audio(document: Document) -> _Content:
    media: list[Media] = []
    listed = document.cgi.get("voice_in_appmsg")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            title = _string(item.get("title")) or _string(item.get("name"))
            identity = (
                _string(item.get("voice_id")) or _string(item.get("media_id")) or _string(item.get("fileid"))
            )
            length = item.get("duration_ms") or item.get("play_length") or item.get("duration")
            media.append(
                Media(
                    type="audio", title=title or None, id=identity or None, duration_ms=_milliseconds(length)
                )
            )
    body, pictures, _ = _article(document)
    if not body.blocks:
        body = _plain_body(_string(document.cgi.get("desc")))
    return body, pictures, tuple(media)


def _share(document: Document) -> _Content:
    """The sharer's own comment; the shared post's text belongs to another author and another record."""
    info = document.cgi.get("copyright_info")
    words = info.get("guide_words") if isinstance(info, dict) else None
    text = _string(document.cgi.get("desc")) or _string(words)
    if text:
        return _plain_body(text), (), ()
    return _written_body(document, ("js_share_notice", "js_content")), (), ()


_CONTENT: Final[dict[Kind, Callable[[Document], _Content]]] = {
    "article": _article,
    "picture": _picture,
    "text": _text,
    "video": _video,
    "audio": _audio,
    "share": _share,
}

_WRITTEN = re.compile(r"(?:document\.write\(|innerHTML\s*=|\.innerText\s*=)\s*")


def _written_body(document: Document, ids: tuple[str, ...]) -> Body:
    """Text that a script inside an element writes into it (pages of 2018–19), or the element's own content."""
    places = [document.elements.get(name) for name in ids]
    places.append(document.tree.css_first(".share_notice"))
    for node in places:
        if node is None:
            continue
        for script in node.css("script"):
            source = script.text() or ""
            for found in _WRITTEN.finditer(source):
                words = read_string(source, found.end())
                if words and words.strip():
                    return _plain_body(words)
        body = parse_body(node.html or "")
        if body.text:
            return body
    return Body()


def _rescue(document: Document) -> Body:
    for value in (document.cgi.get("content_noencode"), document.cgi.get("desc")):
        text = _string(value)
        if text:
            return parse_body(f"<div>{text}</div>") if "</" in text else _plain_body(text)
    node = document.elements.get("js_content") or document.elements.get("img-content")
    if node is not None:
        body = parse_body(node.html or "")
        if body.blocks:
            return body
    shown = document.metas.get("og:description") or document.metas.get("description")
    return _plain_body(decode_entities(shown)) if shown else Body()


_ANCHOR = re.compile(
    r'<a\b[^<>]*?href="([^"<>]*)"[^<>]*>((?:(?!</?a\b).){0,2000}?)</a>', re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def _plain_body(text: str) -> Body:
    """Plain text, one block a line; the links and topics that such text may hold as markup are kept as links."""
    blocks: list[Block] = []
    joined = False
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("<br>", "\n").replace("<br/>", "\n")
    for line in text.split("\n"):
        block = _plain_line(line) if "<" in line else plain_block(tidy_line(decode_entities(line)))
        if block.text:
            blocks.append(replace(block, joined=joined))
            joined = True
        else:
            joined = False
    return Body(tuple(blocks))


def _plain_line(line: str) -> Block:
    spans: list[Span] = []
    at = 0
    for found in _ANCHOR.finditer(line):
        spans.append(Span(_untagged(line[at : found.start()])))
        href = decode_entities(found[1])
        spans.append(Span(_untagged(found[2]), href=href if href.startswith("http") else None))
        at = found.end()
    spans.append(Span(_untagged(line[at:])))
    spans = [span for span in spans if span.text]
    if spans:
        spans[0] = replace(spans[0], text=spans[0].text.lstrip())
        spans[-1] = replace(spans[-1], text=spans[-1].text.rstrip())
    text = "".join(span.text for span in spans)
    return Block(text=text, spans=tuple(spans), link_chars=sum(len(s.text) for s in spans if s.href))


def _untagged(text: str) -> str:
    return decode_entities(_TAG.sub("", text))


# -- beside the body ----------------------------------------------------------------------------------------------


def _find_albums(document: Document) -> tuple[Album, ...]:
    found: dict[str, Album] = {}
    for key in ("appmsgalbuminfo", "appmsg_album_info"):
        info = document.cgi.get(key)
        if isinstance(info, dict):
            _add_album(found, info)
    tags = document.cgi.get("public_tag_info")
    listed = tags.get("tags") if isinstance(tags, dict) else None
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            _add_album(found, item)
    listed = document.cgi.get("appmsg_album_infos")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            _add_album(found, item)
    holder = document.elements.get("js_tags")
    for node in holder.css("[data-album_id]") if holder is not None else ():
        values = node.attributes
        name = node.css_first(".article-tag__item, .article-tag-card__title, .js_tag_name")
        title = tidy_line((name or node).text() or "").strip("#＃ ")
        _add_album(
            found, {"album_id": values.get("data-album_id"), "title": title, "link": values.get("data-url")}
        )
    return tuple(found.values())


def _add_album(found: dict[str, Album], info: Mapping[str, JsValue]) -> None:
    identity = str(info.get("album_id") or info.get("id") or "")
    title = tidy_line(decode_entities(_string(info.get("title") or info.get("tag_name")))).strip("#＃ ")
    if not identity.isdigit() or identity == "0" or not title or identity in found:
        return
    link = _string(info.get("link") or info.get("url") or info.get("tag_link"))
    found[identity] = Album(id=identity, title=title, url=_link(link) if link else None)


def _find_origin(document: Document, kind: Kind) -> Origin | None:
    info = document.cgi.get("copyright_info")
    info = info if isinstance(info, dict) else {}
    if kind == "share":
        node = document.elements.get("js_share_source")
        url = node.attributes.get("data-url") if node is not None else None
        return Origin(
            nickname=document.find_text("js_share_author") or _string(info.get("source_nickname")) or None,
            biz=_string(info.get("source_encode_biz")) or None,
            url=_link(url) if url else None,
            author=_string(info.get("author")) or None,
            title=document.find_text("original_panel_title"),
        )
    stat = str(info.get("copyright_stat", document.variables.get("_copyright_stat", "")))
    if stat != "2":
        return None
    biz = _string(info.get("source_encode_biz")) or _string(document.variables.get("source_encode_biz"))
    mid = _string(info.get("source_mid")) or _string(document.variables.get("source_mid"))
    idx = _string(info.get("source_idx")) or _string(document.variables.get("source_idx"))
    url = _string(info.get("reprint_url")) or _string(info.get("ori_article_url"))
    if not url and biz and mid and idx:
        url = f"https://mp.weixin.qq.com/s?__biz={biz}&mid={mid}&idx={idx}"
    source = document.elements.get("js_reprint_source")
    nickname = (
        _string(info.get("source_nickname"))
        or _string(info.get("platform"))
        or (document.find_text("js_reprint_source") if source is not None else None)
        or _string(info.get("source_username"))
        or _string(document.variables.get("source_username"))
    )
    author = _string(info.get("author")) or _string(info.get("source_author"))
    if not any((nickname, biz, url, author)):
        return None
    return Origin(
        nickname=nickname or None, biz=biz or None, url=_link(url) if url else None, author=author or None
    )


def _is_paid(document: Document, fields: Mapping[str, Testimony]) -> bool:
    if "is_pay_subscribe" in fields:
        return fields["is_pay_subscribe"].value not in ("0", "false")
    return (
        document.tree.css_first("mp-pay-preview-filter, #js_pay_preview_filter, .js_pay_preview_filter")
        is not None
    )


def _string(value: JsValue) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return ""
    return str(value)


def _size(value: JsValue) -> int | None:
    try:
        number = int(float(_string(value) or 0))
    except ValueError:
        return None
    return number if 0 < number < 10**9 else None


def _milliseconds(value: JsValue) -> int | None:
    """A length of sound. Pages give seconds in places and milliseconds in others; no audio post is under ten seconds."""
    length = _size(value)
    return None if length is None else length * 1000 if length < 10_000 else length


def _link(value: JsValue) -> str:
    url = decode_entities(_string(value)).strip()
    return "https:" + url if url.startswith("//") else url
