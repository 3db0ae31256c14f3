"""A body as cleaning sees it: a run of lines and things between them, each with the form of its words to match.

Matching never looks at a line's text as written: people set 关 注 我 们 with spaces, put quotation marks, arrows and
emoji between the words, use full-width letters and traditional characters. :func:`fold` levels what does not change a
character's place, :func:`to_key` then leaves out what is no word at all.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from wxarchive.blocks import Block, Body

__all__ = ["Line", "Sort", "fold", "mask_markdown", "raw_offset", "read_lines", "to_key", "to_keys"]

Sort = Literal["text", "code", "table", "image", "card", "media", "rule"]

_TRADITIONAL: Final = (
    "點擊關註眾號長識別掃維碼圖閱讀歡轉發贊讚請權聲載來責輯審設為標藍顆與區論後臺聯繫業務電話廣報單課題導歷經驗"
    "熱門見給這們個篇動開頭鏈訂獲雲書網絡內從屬該條編記攝對實習譯"
)
_SIMPLIFIED: Final = (
    "点击关注众号长识别扫维码图阅读欢转发赞赞请权声载来责辑审设为标蓝颗与区论后台联系业务电话广报单课题导历经验"
    "热门见给这们个篇动开头链订获云书网络内从属该条编记摄对实习译"
)
_LEVEL: Final[dict[int, str]] = (
    {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    | {ord(t): s for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
    | {ord(c): "|" for c in "丨︱│┃∣￨"}
)

# The few that nearly every text has are replaced one by one; only where another stands is the table asked for it.
_COMMON: Final = tuple((mark, _LEVEL[ord(mark)]) for mark in "，：！？；（）")
_UNCOMMON: Final = re.compile(
    f"[{''.join(re.escape(chr(c)) for c in _LEVEL if chr(c) not in '，：！？；（）')}]"
)

# Space, zero-width marks, quotation marks and brackets, Markdown's emphasis, arrows, shapes, dingbats and emoji.
_NO_WORD: Final = re.compile(
    "[\\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffc"
    "\"'`*_~^\\\\\\[\\]{}“”‘’「」『』【】〔〕〖〗〈〉"
    "\u2190-\u21ff\u2300-\u24ff\u25a0-\u27bf\u2900-\u2bff\u3030\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_HEAD_MARKS: Final = "- \t\n—–―─━=#.·•。,、:;|/<>()+!?…"
_TAIL_MARKS: Final = "- \t\n—–―─━=#·•,、:;|/<>(+…"
_MARKDOWN: Final = re.compile(
    r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,4000}\)|\]\((?:[^()\n]|\([^()\n]{0,300}\)){0,4000}\)"
    r"|</?(?:span|center|font|br|b|strong|em|p|div|section|figure|figcaption|table|tbody|tr|td|th|ul|ol|li|img|a|h[1-6]|blockquote|"
    r"code|pre|u|i|sup|sub)\b[^<>\n]{0,4000}>"
    r"|^[ \t]*(?:>[ \t]*)+|^[ \t]*#{1,6}[ \t]+|\\(?=[\\|()\[\]*_#.-])"
)

_BETWEEN: Final = "\x00"
"""Stands between lines that are read together: no word, no space and no mark."""
_ADDRESS: Final = re.compile(r"https?://[^\s\u4e00-\u9fff]+")
_PICTURE: Final = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^)\s]")
_LONGEST_MARK: Final = 60
_LONGEST_END: Final = 12
"""Of the words of an end mark, with what marks stay among them."""
_END_MARK: Final = re.compile(
    r"[\W_]*(?:(?i:the\s*end)|END|End|全文完|正文完|本文完|全文结束|正文结束|完结)[\W_]*|"
    r"[\W_]+(?:end|完|fin|FIN|Fin|终)[\W_]*"
)
_SPACED_END: Final = re.compile(r"[\W_]*(?:T\s*H\s*E\s+)?E\s+N\s+D[\W_]*")
_LONG: Final = 240
_LONG_IF_ALONE: Final = 60
"""A line of a dump longer than this may have furniture glued to its end; a line that is nearly all of it, than that."""
_FEW: Final = 3
_GLUED: Final = 900
"""How much of its end is looked at."""
_SEAM: Final = re.compile(
    # behind a sentence
    r"(?<=[。！？!?…～~↓])(?![。！？!?…～~↓”’」』）)】])|(?<=[。！？!?][”’」』）)])|(?:"
    # a credit
    r"(?:素材|文章|图片|信息|稿件|内容|资料|新闻|原文|本文)?来源[：:｜|]"
    r"|(?:本文|本期|责任|执行|文字|视频|网络|值班|微信)?(?:编辑|责编|作者|主编)[：:｜|/／]"
    r"|(?:本报|本刊|海报|图片|文字|特约)?"
    r"(?:记者|通讯员|摄影|审核|校对|监制|校审|审校|排版|美编|供稿|终审|初审|复审|统筹|总编辑)[：:｜|]"
    # an ask
    r"|(?:长按|扫码|扫描)?识别(?:下方|上方|图中|左侧|右侧)?(?:的)?(?:二维码|图片|小程序码)"
    r"|(?:长按|扫码|扫描)(?:下方|上方|图中|左侧|右侧)?(?:的)?(?:二维码|图片|小程序码)"
    r"|扫码(?:关注|添加|加入|进群)|点击(?:上方|下方|蓝字)|点赞[+＋、]|点亮?[“\"]?在看|(?<!请)欢迎关注|(?<![码迎图请])关注我们"
    # a heading
    r"|往期(?:推荐|回顾|精彩|精选|文章|链接)|[推相]荐阅读|相关阅读|投稿(?:邮箱|请)|转载请|[©—-]+ ?(?:THE )?END|版权声明|免责声明"
    r"|预览时标签不可点)"
)


class Line(NamedTuple):
    """One line of text, or one thing that stands between lines."""

    at: int
    """Its place among the lines of the body."""
    block: int
    """The block it is of."""
    start: int = 0
    end: int = 0
    """The part of the block's text that it covers."""
    sort: Sort = "text"
    text: str = ""
    key: str = ""
    """The words alone: what rules are matched against."""
    linked: float = 0.0
    """The share of its characters that are links."""
    hrefs: tuple[str, ...] = ()
    faint: bool = False
    """Centred, small or pale: how furniture is often set."""
    heading: bool = False
    caption: bool = False
    images: int = 0
    widget: bool = False
    whole: bool = True
    """Whether it is all of its block."""
    end_mark: bool = False
    """Whether it says END or 完 and nothing else."""


def fold(text: str) -> str:
    """``text`` with full-width forms and traditional characters levelled; every character keeps its place.

    >>> fold("點擊｜ＱＲ：")
    '点击|QR:'
    """
    if text.isascii():
        return text
    for mark, plain in _COMMON:
        text = text.replace(mark, plain)
    return _UNCOMMON.sub(_level, text)


def _level(found: re.Match[str]) -> str:
    return _LEVEL[ord(found[0])]


def to_key(text: str) -> str:
    """The words of a line: folded, without space, quotation marks, arrows and emoji, plain marks at its ends cut.

    >>> to_key("▲ 长 按“二维码”，关注我们 👇👇")
    '长按二维码,关注我们'
    """
    return _NO_WORD.sub("", fold(text)).lstrip(_HEAD_MARKS).rstrip(_TAIL_MARKS)


def to_keys(texts: Sequence[str]) -> list[str]:
    """:func:`to_key` of each text, all at once: a tenth of the calls where lines are many and short."""
    whole = _BETWEEN.join(texts)
    if whole.count(_BETWEEN) != len(texts) - 1:
        return [to_key(text) for text in texts]
    words = _NO_WORD.sub("", fold(whole)).split(_BETWEEN)
    return [key.lstrip(_HEAD_MARKS).rstrip(_TAIL_MARKS) for key in words]


def raw_offset(text: str, key_offset: int) -> int:
    """The place in ``text`` of the character that stands at ``key_offset`` in its key, or the end of ``text``."""
    folded = fold(text)
    words = _NO_WORD.sub("", folded)
    wanted = key_offset + len(words) - len(words.lstrip(_HEAD_MARKS))
    seen = 0
    at = 0
    for gap in _NO_WORD.finditer(folded):
        if seen + gap.start() - at > wanted:
            break
        seen += gap.start() - at
        at = gap.end()
    return min(at + wanted - seen, len(text))


def mask_markdown(text: str) -> str:
    """``text`` with Markdown's own signs blanked by zero-width spaces: what a dump's reader would see, in place."""
    return _MARKDOWN.sub(lambda found: "\u200b" * len(found[0]), text)


def read_lines(body: Body, *, dump: bool, seam: tuple[int, int] | None = None) -> tuple[Line, ...]:
    """The lines of a body in reading order.

    Of a dump, long lines are split where furniture may begin, and the line of block ``seam[0]`` at its character
    ``seam[1]`` in any case.
    """
    if not dump and seam is None:
        return _read_page(body.blocks)
    lines: list[Line] = []
    few = sum(1 for block in body.blocks if block.text and not block.widget) <= _FEW
    for index, block in enumerate(body.blocks):
        text = block.text
        border = seam[1] if seam and seam[0] == index else len(text)
        starts = (
            _seams(text[:border], _LONG_IF_ALONE if few else _LONG)
            if dump and block.kind not in ("code", "table")
            else [0]
        )
        if 0 < border < len(text):
            starts.append(border)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            lines.append(_line(len(lines), index, block, start, end, dump=dump))
    return tuple(lines)


def _read_page(blocks: Sequence[Block]) -> tuple[Line, ...]:
    """The lines of a page's body: one for each block. As :func:`_line` reads them, but all at once."""
    keys = to_keys([block.text for block in blocks]) if blocks else []
    lines: list[Line] = []
    for at, (block, key) in enumerate(zip(blocks, keys, strict=True)):
        text = block.text
        if not text or block.media is not None or block.rows or block.kind in ("code", "table", "rule"):
            lines.append(_line(at, at, block, 0, len(text), dump=False))
            continue
        images = 0
        hrefs: list[str] = []
        for span in block.spans:
            images += span.image is not None
            if span.href:
                hrefs.append(span.href)
        size = len(text)
        lines.append(
            Line(
                at,
                at,
                0,
                size,
                "text",
                text,
                key,
                block.link_chars / size,
                tuple(hrefs),
                block.centred or block.small or block.pale,
                block.kind == "heading",
                block.kind == "caption",
                images,
                block.widget is not None,
                True,
                len(key) <= _LONGEST_END and _is_end_mark(text),
            )
        )
    return tuple(lines)


def _seams(text: str, long: int) -> list[int]:
    """Where the lines of a glued line begin: 0 and, if it is ``long``, the places at its end where furniture may."""
    shown = mask_markdown(text)
    starts = [0]
    if len(shown.replace("\u200b", "")) > long:
        shown = _ADDRESS.sub(lambda found: "x" * len(found[0]), shown)
        for found in _SEAM.finditer(shown, max(len(shown) - _GLUED, 0)):
            if starts[-1] + 1 < found.start() < len(shown):
                starts.append(found.start())
    return starts


def _line(at: int, index: int, block: Block, start: int, end: int, *, dump: bool) -> Line:
    text = block.text[start:end]
    images = _count_images(block)
    sort = _sort(block, images)
    if sort != "text":
        return Line(at=at, block=index, end=end, sort=sort, text=text, images=images)
    shown = mask_markdown(text) if dump else text
    if dump and _PICTURE.search(text) and not to_key(shown):
        return Line(at=at, block=index, start=start, end=end, sort="image", text=text, images=1)
    whole = start == 0 and end == len(block.text)
    key = to_key(shown)
    return Line(
        at=at,
        block=index,
        start=start,
        end=end,
        sort="text",
        text=text,
        key=key,
        linked=block.link_chars / len(block.text) if whole and block.text else 0.0,
        hrefs=tuple([span.href for span in block.spans if span.href]) if whole else (),
        faint=block.centred or block.small or block.pale,
        heading=block.kind == "heading",
        caption=block.kind == "caption",
        images=images,
        widget=block.widget is not None,
        whole=whole,
        end_mark=len(key) <= _LONGEST_END and _is_end_mark(text),
    )


def _is_end_mark(text: str) -> bool:
    if len(text) > _LONGEST_MARK:
        return False
    return _END_MARK.fullmatch(text) is not None or _SPACED_END.fullmatch(text) is not None


def _count_images(block: Block) -> int:
    if len(block.spans) == 1 and not block.rows:
        return int(block.spans[0].image is not None)
    return len(block.images)


def _sort(block: Block, images: int) -> Sort:
    if block.kind in ("code", "table", "rule"):
        return block.kind
    if block.media is not None:
        return "card" if block.media.type == "account_card" else "media"
    if not block.text and images:
        return "image"
    return "text"
