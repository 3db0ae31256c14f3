"""A body as cleaning sees it: a run of lines and things between them, each with the form of its words to match.

Matching never looks at a line's text as written: people set 关 注 我 们 with spaces, ③ quotation marks, arrows and
emoji between the words, full-width letters, traditional characters. :func:`fold` levels what does not change a
character's place, :func:`to_key` then leaves out what is no word at all.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from wxarchive.blocks import Block, Body

__all__ = ["Line", "Sort", "fold", "raw_offset", "read_lines", "to_key"]

Sort = Literal["text", "code", "table", "image", "card", "media", "rule"]

_TRADITIONAL: Final = "點擊關註眾號長識別掃維碼圖閱讀歡轉發贊讚請權聲載來責輯審設為標藍顆與區論後臺聯繫業務電話廣報單課題導歷經驗熱門見給這們個篇動開頭鏈們訂獲雲書網絡內從屬該條碼"
_SIMPLIFIED: Final = "点击关注众号长识别扫维码图阅读欢转发赞赞请权声载来责辑审设为标蓝颗与区论后台联系业务电话广报单课题导历经验热门见给这们个篇动开头链们订获云书网络内从属该条码"
_LEVEL: Final = (
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | {ord(t): s for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
    | {ord(c): "|" for c in "丨︱│┃∣｜"}
    | {ord(c): "." for c in "・•"}
)

# Space, zero-width marks, quotation marks and brackets, Markdown's emphasis, arrows, shapes, dingbats and emoji.
_NO_WORD: Final = re.compile(
    "[\\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\"'`*_~^\\[\\]{}“”‘’「」『』【】〔〕〖〗〈〉\u2190-\u22ff\u2300-\u27bf\u2900-\u2bff\u3030"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_MARKDOWN_PICTURE: Final = re.compile(r"!\[[^\]]*\]\([^)\s]*(?:\s[^)]*)?\)")
_MARKDOWN_LINK: Final = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)")
_END_MARKS: Final = re.compile(r"^[\s\-—–―─━=#.·。,、:;|/\\<>()]+|[\s\-—–―─━=#·,、:;|/\\<>(]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text, or one thing that stands between lines."""

    at: int
    """Its place among the lines of the body."""
    block: int
    """The block it is of."""
    start: int = 0
    end: int = 0
    """The part of the block's text it covers."""
    sort: Sort
    text: str = ""
    key: str = ""
    """The words alone: what rules are matched against."""
    linked: float = 0.0
    """The share of its characters that are links."""
    hrefs: tuple[str, ...] = ()
    box: int | None = None
    """The innermost styled box it stands in."""
    faint: bool = False
    """Centred, small or pale: how furniture is often set."""
    heading: bool = False
    images: int = 0
    widget: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is the whole of its block."""
        return self.start == 0 and self.end < 0

    @property
    def is_words(self) -> bool:
        """Whether it is a line of running text, neither code nor a table nor a picture."""
        return self.sort == "text"


def fold(text: str) -> str:
    """``text`` with full-width forms and traditional characters levelled; every character keeps its place.

    >>> fold("點擊｜ＱＲ：")
    '点击|QR:'
    """
    return text.translate(_LEVEL)


def to_key(text: str) -> str:
    """The words of a line: folded, without space, quotation marks, arrows and emoji, plain marks at its ends cut.

    >>> to_key("▲ 长 按“二维码”，关注我们 👇👇")
    '长按二维码,关注我们'
    """
    return _END_MARKS.sub("", _NO_WORD.sub("", fold(text)))


def raw_offset(text: str, key_offset: int) -> int:
    """The place in ``text`` of the character that stands at ``key_offset`` in its key, or the end of ``text``."""
    folded = _NO_WORD.sub(lambda found: "\0" * len(found[0]), fold(text))
    lead = _END_MARKS.match(folded.replace("\0", ""))
    skip = key_offset + (len(lead[0]) if lead and lead.start() == 0 else 0)
    for place, character in enumerate(folded):
        if character == "\0":
            continue
        if skip == 0:
            return place
        skip -= 1
    return len(text)


def read_lines(body: Body, *, dump: bool) -> tuple[Line, ...]:
    """The lines of a body in reading order. Of a dump, long lines are split where furniture may begin."""
    lines: list[Line] = []
    for index, block in enumerate(body.blocks):
        pieces = _split(block.text) if dump and len(block.text) > _LONG else ((0, len(block.text)),)
        for start, end in pieces:
            lines.append(_line(len(lines), index, block, start, end, dump=dump))
    return tuple(lines)
