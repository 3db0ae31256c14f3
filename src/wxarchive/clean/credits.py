"""Who made or supplied a post: 来源, 作者, 记者, 图, 编辑, 审核 … as lines state them → source and roles with names.

A line is a credit line only if labels and names account for all of it: ``记者`` in a sentence, or ``作者：`` before one,
is none. Labels are folded to the record's roles; a label without a role of the record keeps its own Chinese word.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wxarchive.clean.lines import fold
from wxarchive.clean.sources import SOURCE_ALIASES
from wxarchive.text import tidy_line

__all__ = [
    "ROLES",
    "SOURCE",
    "Credit",
    "gather",
    "is_label",
    "is_name_line",
    "may_be_label",
    "may_state_credits",
    "read_credits",
    "read_unknown",
]

SOURCE: Final = "source"
"""The role of a 来源: not one of ``credits`` but the record's ``source``."""

ROLES: Final[Mapping[str, str]] = {
    word: role
    for role, words in {
        SOURCE: (
            "来源 稿源 稿件来源 文章来源 内容来源 信息来源 素材来源 新闻来源 本文来源 原文来源 "
            "消息来源 资料来源 文章来自 本文来自 转自 本文转自"
            " 转载自 文章转自 摘自 选自 出自 源自 综合自 整理自 首发于 原载 原载于 本文首发于 "
            "来源公众号 转载来源 出处 原文出处 文章出处"
        ),
        "author": "作者 文 撰文 文字 撰稿 原创 原作者 执笔 文案 文章作者 主笔 写手 原文",
        "reporter": (
            "记者 文字记者 采写 采访 采编 报道 本报记者 本刊记者 本网记者 特约记者 实习记者 见习记者 "
            "首席记者 全媒体记者 融媒记者"
            " 融媒体记者 采访记者 报道记者 撰稿记者 采写记者"
        ),
        "photographer": "图 图片 现场摄影 摄影 摄 摄影师 拍摄 配图 摄像 供图 图片提供 摄影记者 海报摄影 图片摄影",
        "editor": (
            "编辑 责编 责任编辑 责辑 小编 值班编辑 执行编辑 文字编辑 网络编辑 视频编辑 微信编辑 "
            "新媒体编辑 当班编辑 编 编校 责任编校 编审"
            " 图文编辑 内容编辑 执编 编发 图片编辑 后台编辑"
        ),
        "reviewer": (
            "审核 审稿 初审 复审 终审 审 一审 二审 三审 监审 审定 责审 审签 核稿 审阅 主审 审读 审校 "
            "校审 审核人 内容审核 值班审核 责任审核"
            " 签发 复核"
        ),
        "proofreader": "校对 校 责校 校稿 责任校对 排校 一校 二校 三校 校阅",
        "producer": "监制 总监制 出品人 制片 制片人 总制片人 执行监制",
        "contributor": "供稿 通讯员 投稿人 来稿 供稿单位 稿件提供 提供 特约通讯员 供稿人 撰稿单位 来稿人",
        "designer": (
            "排版 美编 设计 美术编辑 版式 美术 版面 封面设计 海报设计 美工 视觉 美术设计 平面设计 制图 "
            "视觉设计 版式设计 图文设计 排版编辑"
            " 版面设计 图文排版 文字排版"
        ),
    }.items()
    for word in words.split()
}
"""Label → the record's role."""

_OWN_WORDS: Final = frozenset(
    (
        "主播 朗读 朗读者 诵读 播音 配音 音频 封面 封面图 封图 题图 头图 首图 封图来源 封面图来源 "
        "题图来源 图片来源 图片资料来源 图源 照片来源"
        " 配图来源 视频来源 音乐 配乐 背景音乐 视频 剪辑 后期 动画 插画 插图 绘图 漫画 手绘 题字 翻译 "
        "译者 译 编译 译文 译校 策划 总策划 统筹"
        " 总统筹 制作 出品 主编 总编 总编辑 副主编 副总编辑 执行主编 技术总编 值班主编 值班主任 "
        "值班编委 编委 总监 运营 整理 文字整理 主持"
        " 主持人 监督 技术 技术支持 编导 编剧 导演 出镜 海报 综合 综合整理 联合出品 指导 指导老师 "
        "内容指导 发布 投稿"
    ).split()
)
_NEEDS_COMPANY: Final = frozenset(
    (
        "报道 提供 设计 视觉 美术 音频 音乐 视频 后期 动画 主持 主持人 监督 技术 编导 编剧 导演 出镜 "
        "海报 图片 资料来源 指导 发布 投稿 运营 整理 策划 出品 制作 总监 剪辑 编 审 校 摄 译 原文 采访 拍摄 "
        "插图 漫画 朗读 配音 封面 文字 原创 出处 统筹 指导老师 复核 签发 制片 版式 版面 美工 排版"
    ).split()
)
"""Words that stand before a colon for many other reasons: a label only beside another."""
_SAFE_ALONE: Final = frozenset(
    (
        "编辑 责编 责任编辑 校对 审核 摄影 作者 记者 监制 排版 美编 供稿 通讯员 终审 初审 复审 撰文 "
        "主编 来源 撰稿 责任校对 值班编辑 文字编辑 审校"
    ).split()
)
_PREFIX: Final = "(?:本文|本期|今日|今晚|本版|本篇|该文|文中)?"
_WORDS: Final = "|".join(sorted({*ROLES, *_OWN_WORDS}, key=len, reverse=True))
_JOIN: Final = "[/、&+和与及]"
_LABEL: Final = re.compile(
    rf"(?:(?<![^\s;,。|/、·•)\]>*(\[+&])|(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff]{{2}}))"
    rf"{_PREFIX}((?:{_WORDS})(?:{_JOIN}(?:{_WORDS}))*)[】\])]?\s*(?:人|者|员|单位)?(?:[:|/=·•>]+|"
    r"(?<=\S)\s+[-—–]+\s*|\s*[—–]+|\s+by\b|by(?=[\u4e00-\u9fff]))\s*",
    re.IGNORECASE,
)
_LAST_OF_LABELS: Final = "".join(sorted({word[-1] for word in (*ROLES, *_OWN_WORDS)})) + r"】\])人者员位"
_MAY_LABEL: Final = re.compile(rf"[{_LAST_OF_LABELS}]\s*(?:[:|/=·•>—–-]|by)", re.IGNORECASE)
"""How a label ends; a line without this, which is looked for much faster, has none."""
_LONGEST_LABEL: Final = 60
_PREFIXES: Final = ("", *re.findall("[\u4e00-\u9fff]+", _PREFIX))
_BARE_KEYS: Final = frozenset(prefix + word for prefix in _PREFIXES for word in (*ROLES, *_OWN_WORDS))
_PLACEHOLDERS: Final = frozenset(("图片", "视频", "音频", "动画"))
"""What converters put where a picture was: no label."""
_BARE_LABEL: Final = re.compile(rf"^{_PREFIX}({_WORDS})\s*[:|/]?$")
_SPACED: Final = re.compile(
    rf"^{_PREFIX}(?:{'|'.join(sorted(_SAFE_ALONE, key=len, reverse=True))})\s+(?!by\b)[^\s:|/=·>-]"
)
_JOINED: Final = re.compile(r"^((?:文|图|摄影?|编辑?)(?:[/、&+](?:文|图|摄影?|编辑?|视频))+)\s+(\S.{0,20})$")
_REVERSED: Final = re.compile(
    r"^(?:本[报刊网台])?(?:特约|实习|见习|首席|资深)?(记者|作者|通讯员)?\s*([^\s/|,。:]{2,12})\s*[/|"
    r"]\s*(文|图|摄|摄影|编辑|译|整理|撰文|文图|图文|供图)$"
)
_FROM: Final = re.compile(
    r"^(?:本文|文章|以上|部分|全文)?(?:内容|信息|资料|素材|稿件|文字|消息|原文)?(?:均|系|皆|主要)?"
    r"(?:来源于|来自于?|源自|源于|转自|转载自|摘自|摘编自|选自|出自|综合自|整理自|节选自|首发于|"
    r"原载于?|编译自)[:\s]*(.{2,40})$"
)
_PICTURES_FROM: Final = re.compile(
    r"^(?:本文|文中|文章|文内|所有|部分|以上)?(?:的)?(题图|头图|封面图?|封图|配图|插图|图片|照片|视频|"
    r"图)(?:及封面|素材|资料)?(?:均|皆|都|部分)?"
    r"(?:来源于?|来自于?|源自|源于|取自)[:\s]*(.{2,24})$"
)
_REWORKED: Final = re.compile(
    r"^(?:本文)?(?:经|由)(?:过)?([\u4e00-\u9fffA-Za-z0-9]{2,10}?)(重新编排|整理|编辑|编译|编排|改编|"
    r"排版|综合整理)(?:发布)?$"
)
_SUMMED: Final = re.compile(r"^综合(?=[^\s合考治素大性体上所以来起])(.{2,30})$")
_UNKNOWN: Final = re.compile(r"([\u4e00-\u9fff]{2,6})\s*[:|/]\s*(.{2,40})$")
_NO_LABEL: Final = re.compile(
    "时间|地点|电话|地址|网址|邮箱|热线|标题|日期|传真|主题|价格|费用|对象|题目|微信|名称|参考|链接|答案|公众|摘要|关键"
)
_PERSON: Final = re.compile(
    "[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?|[\u4e00-\u9fff]{2,20}(?:部|室|中心|社|组|工作室|协会|学会|研究生会|学生会|团委|局|委)"
)
_BOOK: Final = re.compile(
    r"书名|出版社|出版时间|出版年|ISBN|定价|页数|书号|装帧|片名|主演|上映|片长|演唱|作词|作曲|歌手|"
    r"专辑|编曲|词曲|作品名|曲名|刊号|DOI|期刊",
    re.IGNORECASE,
)
_ID: Final = re.compile(
    r"\s*[(（]\s*(?:微信(?:公众)?号|公众号|微信|wx|公号)?\s*(?:id)?\s*[:：]?\s*[A-Za-z][\w-]{3,}\s*[)）]",
    re.IGNORECASE,
)
_GAP: Final = re.compile(r"[、，,;；&/／|｜丨\s+＆＋]+|(?<=[\u4e00-\u9fff])[和与](?=[\u4e00-\u9fff]{2})")
_TRAILER: Final = re.compile(
    r"^(?:版权归.*|如有侵权.*|侵删|侵权.*|已获授权.*|转载.*|仅供.*|有删(?:减|改|节)|"
    r"略?有(?:所)?(?:删改|改动|删减)|部分|整理|等|原标题.*"
    r"|.{0,6}第\d+期|投稿.*|微信号?:?.*|id.*)$",
    re.IGNORECASE,
)
_BEFORE_TRAILER: Final = re.compile(
    r"[;；,，|｜丨。]\s*(?=综合|图片|版权|如有|侵|转载|已获|投稿|原标题|略?有(?:所)?(?:删|改))"
)
_LEAD: Final = re.compile(r"^(?:the\s?)?end$|^[(（]?完[)）]?$", re.IGNORECASE)
_TRADE: Final = re.compile(
    "作家|教练|教授|博士|研究员|律师|医生|记者|编剧|学者|创始人|专家|主编|作者|老师|总监|博主"
)
_LIFE: Final = re.compile(
    r"^([^\s，,。；;、:：]{2,8})[，,。；;](?=.*(?:作家|作者|专栏|撰稿|教授|博士|研究员|律师|医生|编剧|"
    r"学者|创始人|公众号|著有|出版|毕业|博主|编辑))[^!！?？]*$",
    re.DOTALL,
)
"""A name and the life of its bearer behind it."""
_SPACE: Final = "".join(filter(str.isspace, map(chr, range(0x3001))))
_LONGEST_BARRED: Final = 5
_PADDED: Final = re.compile(
    "(?<=^[记编来审校作摄供监责出])[ \u3000]{1,8}(?=[者辑源核对影稿制编品][ \u3000]*[:：|｜丨/])"
)
"""Labels of two characters set as wide as those of four: 编  辑："""
_BEFORE: Final = _SPACE + "-—–·•#>|｜▲▼▽△◆●■★☆※"
_BEHIND: Final = _SPACE + "-—–·•;；,，。|｜▲▼▽△◆●■★☆※"
_CAPTION: Final = re.compile(r"\s*[(（]\s*(?:图|摄影?)\s*[:：/|｜]")
_LED: Final = re.compile(rf"^{_PREFIX}")
_MAY_STATE: Final = re.compile(
    r"[:：/／|｜丨=＝·•—–>＞]|by|自|于|来|经|由|编|校|审|摄|作者|记者|監|监|排版|供稿|通讯员|撰|主编|責|责|[（(]综合",
    re.IGNORECASE,
)
"""A line without any of these states no credit; most lines go no further than this."""
_SENTENCE: Final = re.compile(r"[。！？!?…]|[,，][^,，]{12,}")
_SAID: Final = re.compile(r"[:：][^:：|]{4,}[。？！?!]$")
_SAYING: Final = re.compile("[不了我你他她这吗呢吧]")
_EDGES: Final = " ;；,，。|｜丨/／、-—–·•\u3000"


_BEGINS_AS_CREDIT: Final = re.compile(
    rf"{_PREFIX}(?:{'|'.join(sorted(_SAFE_ALONE, key=len, reverse=True))})|(?:文|图|摄影?|编辑?)[/、&+]|(?:本文)?[经由]|"
    r"综合(?=[\u4e00-\u9fff])|.{0,12}?(?:来源|来自|源自|源于|转自|载自|摘自|摘编自|选自|出自|取自|综合自|整理自|首发于|原载|编译自)"
)
_ENDS_AS_CREDIT: Final = re.compile("[/|](?:文|图|摄|摄影|编辑|译|整理|撰文|文图|图文|供图)$")


@dataclass(frozen=True, slots=True)
class Credit:
    """One label with its names; ``role`` is a role of the record, or the label itself."""

    role: str
    label: str
    names: tuple[str, ...]


def may_state_credits(key: str) -> bool:
    """Whether a line with these words (see :func:`wxarchive.clean.lines.to_key`) can be a credit line at all.

    Quick; where it says no, :func:`read_credits` finds nothing.
    """
    return bool(_MAY_LABEL.search(key) or _BEGINS_AS_CREDIT.match(key) or _ENDS_AS_CREDIT.search(key))


def may_be_label(key: str) -> bool:
    """Whether a line with these words can be a credit label alone. Quick; see :func:`is_label`."""
    return key in _BARE_KEYS and key not in _PLACEHOLDERS


def is_label(text: str) -> bool:
    """Whether a line is a credit label alone, its names expected on the next line."""
    return len(text) <= _LONGEST_LABEL and _BARE_LABEL.match(fold(_bare(text))) is not None


def is_name_line(text: str) -> bool:
    """Whether a line could be the names that a label on the line before asks for."""
    bare = _bare(text)
    return (
        bool(bare)
        and len(bare) <= 24
        and not (_SENTENCE.search(bare) or re.search("[:：]", bare) or _LEAD.match(bare))
    )


def read_credits(text: str, value: str | None = None, *, company: bool = False) -> tuple[Credit, ...]:
    """The credits that a line states, if labels and names account for all of it; else nothing.

    ``value`` is the next line, for a label that stands alone; ``company`` says that a line beside it states credits,
    so that words which are labels only in company may be.

    >>> read_credits("文｜周一山 图｜林小满")
    (Credit(role='author', label='文', names=('周一山',)), Credit(role='photographer', label='图', names=('林小满',)))
    >>> read_credits("作者说，这本书写了七年。")
    ()
    """
    if value is None and not _MAY_STATE.search(text):
        return ()
    if _CAPTION.match(text):
        return ()
    raw = _bare(text)
    line = fold(raw)
    if not line or len(line) > 220:
        return ()
    if value is not None:
        label = _BARE_LABEL.match(line)
        return _credit(label[1], _bare(value)) if label and not _BOOK.search(line) else ()
    summed = _SUMMED.match(line) if text.strip()[:1] in ("（", "(") else None
    if summed:
        return _credit("综合", raw[summed.start(1) :])
    stated = _read_form(raw, line) or _read_labelled(raw, line, company)
    # A sentence with commas that breaks into "names" is a sentence.
    listed = sum(len(credit.names) for credit in stated) > 2 and text.rstrip().endswith("。") and "，" in raw
    said = len(stated) == 1 and _says(text)
    return () if listed or said or (stated and _BOOK.search(line)) else stated


def read_unknown(text: str) -> tuple[Credit, ...]:
    """The credit of a line between credit lines whose label is in no table: ``点评专家：周一山``, ``视觉｜林小满``.

    The label is two to six characters, and all names look like people's or an office's.
    """
    raw = _bare(text)
    found = _UNKNOWN.match(fold(raw))
    if found is None or _NO_LABEL.search(found[1]):
        return ()
    names = _names(raw[found.start(2) :])
    return (Credit(found[1], found[1], names),) if names and all(map(_PERSON.fullmatch, names)) else ()


def _says(text: str) -> bool:
    """Whether a sentence stands behind a label, full stop and all: somebody speaks in a dialogue."""
    said = _SAID.search(text.rstrip())
    return said is not None and _SAYING.search(said[0]) is not None


def gather(stated: Iterable[Credit]) -> tuple[str | None, dict[str, tuple[str, ...]]]:
    """The source and the roles with their names, each name once, in the order found."""
    source: str | None = None
    roles: dict[str, list[str]] = {}
    for credit in stated:
        if credit.role == SOURCE:
            source = source or "、".join(credit.names)
            continue
        names = roles.setdefault(credit.role, [])
        names += [name for name in credit.names if name not in names]
    if source is None and "综合" in roles:
        source = "、".join(roles["综合"])
    return source, {role: tuple(names) for role, names in roles.items()}


def _bare(text: str) -> str:
    """A line without the marks that people set around it; Markdown's emphasis and escapes gone."""
    line = tidy_line(text.replace("*", "").replace("_", " ").replace("\\", ""))
    line = _PADDED.sub("", line)
    line = line.lstrip(_BEFORE).rstrip(_BEHIND)
    if line[:1] in ("(", "（", "[", "【") and line[-1:] in (")", "）", "]", "】"):
        line = line[1:-1].strip()
    return line


def _read_form(raw: str, line: str) -> tuple[Credit, ...]:
    """Lines of one fixed form: names before the label, a label and a space, 图片来自…, 本文转自…"""
    if _SPACED.match(line) and ":" not in line:
        return _read_spaced(raw)
    found = _JOINED.match(line)
    if found:
        return _credit(found[1], raw[found.start(2) :])
    found = _REVERSED.match(line)
    if found:
        names = raw[found.start(2) : found.end(2)]
        # A reporter's text states both: who wrote it, and that it is a reporter.
        reporter = (
            _credit("记者", names)
            if found[1] == "记者" and found[3] in ("文", "撰文", "文图", "图文")
            else ()
        )
        return reporter + _credit(found[3], names)
    found = _PICTURES_FROM.match(line)
    if found and not _SENTENCE.search(found[2]):
        label = "图片来源" if found[1] in ("图", "图片", "照片") else f"{found[1]}来源"
        return _credit(label, raw[found.start(2) :])
    found = _REWORKED.match(line)
    if found:
        return _credit(found[2], raw[found.start(1) : found.end(1)])
    found = _FROM.match(line)
    if found:
        value = _BEFORE_TRAILER.split(raw[found.start(1) :])[0]
        vague = re.match("来|源", line) is not None and re.search("[,，]", value)
        return () if vague or _SENTENCE.search(value) else _credit("来源", value)
    return ()


def _read_spaced(raw: str) -> tuple[Credit, ...]:
    """``记者 周一山 通讯员 林小满 许文``: words that are labels, and names."""
    found: list[Credit] = []
    label = ""
    names: list[str] = []
    for word in [*re.split(r"[\s、，,]+", raw), None]:
        bare = _LED.sub("", word) if word else None
        if word is None or bare in _SAFE_ALONE:
            if label:
                found += _credit(label, "、".join(names)) or (Credit("", "", ()),)
            label, names = bare or "", []
        else:
            names.append(word)
    if any(not credit.names or max(map(len, credit.names)) > 8 for credit in found):
        return ()
    return tuple(found)


def _read_labelled(raw: str, line: str, company: bool) -> tuple[Credit, ...]:
    labels = [
        found
        for found in (_LABEL.finditer(line) if _MAY_LABEL.search(line) else ())
        if line[found.start(1) - 1 : found.start(1)] != "创"  # 创作者 is no 作者
    ]
    if not labels:
        return ()
    lead = line[: labels[0].start()].strip(_EDGES + "【】[]()（）")
    strange = 0
    if lead and not _LEAD.match(lead):
        if len(labels) < 2 or len(lead) > 40 or _SENTENCE.search(lead):
            return ()
        strange += 1
    stated: list[Credit] = []
    ends = [found.start() for found in labels[1:]] + [len(line)]
    for found, end in zip(labels, ends, strict=True):
        value, *rest = _BEFORE_TRAILER.split(raw[found.end() : end].strip())
        got = _credit(found[1], value.strip(_EDGES))
        if not got:
            return ()
        stated += got
        for piece in rest:
            more = _read_trailer(piece.strip(_EDGES))
            strange += more is None
            stated += more or ()
    known = company or any(credit.label not in _NEEDS_COMPANY for credit in stated)
    if strange * 2 > len(labels) or not (known or len(labels) > 1):
        return ()
    return tuple(credit for credit in stated if credit.label != "投稿")


def _read_trailer(piece: str) -> tuple[Credit, ...] | None:
    """What stands behind the names, led by no label: more credits, a known phrase (nothing), or None: strange."""
    summed = _SUMMED.match(piece)
    if summed:
        return _credit("综合", summed[1])
    pictures = _PICTURES_FROM.match(piece)
    if pictures:
        return _credit("图片来源", pictures[2])
    return () if not piece or _TRAILER.match(fold(piece)) else None


def _credit(label: str, value: str) -> tuple[Credit, ...]:
    """The credits of one label; none if the value is no name."""
    words = re.split(_JOIN, label)
    roles = tuple(dict.fromkeys(ROLES.get(word, word) for word in words))
    if roles == (SOURCE,):
        name = _source_name(value)
        return (Credit(SOURCE, label, (name,)),) if name and _is_source(name) else ()
    if label == "综合":
        # 综合 names what a text was put together from: as the post has it, account numbers too.
        value = re.sub("等$", "", value)
        parts = tuple(part for part in re.split(r"[、，,；;]+", value) if part)
        return (Credit(label, label, parts),) if _is_source(value) else ()
    if label.endswith("来源") or label == "图源":
        if not value or len(value) > 40 or _SENTENCE.search(value):
            return ()
        return (Credit(roles[0], label, (value,)),)
    names = _names(value)
    return tuple(Credit(role, label, names) for role in roles) if names else ()


def _source_name(value: str) -> str:
    name = _ID.sub("", value).strip(_EDGES)
    name = re.sub(r"^(?:微信公众号|公众号|微信)\s*[:：|｜]?\s*(?=\S{2})", "", name)
    for left, right in (("《", "》"), ("“", "”"), ("「", "」"), ("【", "】")):
        if name.startswith(left) and name.endswith(right) and name.count(left) == 1:
            name = name[1:-1]
    return SOURCE_ALIASES.get(name, name)


def _is_source(name: str) -> bool:
    return len(name) <= 48 and not re.search(r"[。！？!?]|长按|扫码|点击|关注", name)


def _names(value: str) -> tuple[str, ...]:
    """The names of a value; none if it reads like a sentence. A first name's trade, set behind it, is left out."""
    value = re.sub(r"[(（][^()（）]{0,24}[)）]", "", _ID.sub("", value)).strip(_EDGES)
    told = _LIFE.match(value)
    if told and len(value) <= 160:
        return (told[1],)
    if not value or len(value) > 90 or re.search(r"[。！？!?]", value):
        return ()
    if re.fullmatch(r"[A-Za-z0-9 .@'_\-]{2,40}", value) and re.search(r"[A-Za-z]", value):
        return (value,)
    value = re.sub(
        r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff](?![\u4e00-\u9fff]))", r"\1", value
    )
    if any(len(part) > _LONGEST_BARRED for part in re.split(r"[|｜丨]", value)[1:]):
        return ()  # a list of other things, in which the label is the first
    names: list[str] = []
    for part in _GAP.split(value):
        if not part:
            continue
        if names and (_TRADE.search(part) or len(part) > 14 or re.search("[《:：]", part)):
            break
        if not names and (len(part) > 20 or re.search("[《:：]", part)):
            return ()
        names.append(part)
    return tuple(names) if len(names) <= 20 else ()
