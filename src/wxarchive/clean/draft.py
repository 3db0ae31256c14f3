"""The state that the steps of cleaning pass on: a body's lines, what the rules see in them, and the cuts so far."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from wxarchive.blocks import Body
from wxarchive.clean.chrome import find_interface
from wxarchive.clean.credits import Credit
from wxarchive.clean.hints import NO_HINTS, Hints
from wxarchive.clean.lines import Line, mask_markdown, read_lines, to_key
from wxarchive.clean.rules import Fence, Label
from wxarchive.clean.signs import BOOK, About, LineSigns, Rulebook, Signs, find_fence

__all__ = ["Cut", "Draft", "heading_key", "is_end_mark", "is_prose", "leads_to_post", "start_draft"]

_PROSE: Final = 55
_HEAD_LINES: Final = 14
_TAIL_LINES: Final = 70
_SHORT: Final = 60
_LONGEST_OF_REFERENCES: Final = 16
_NO_FENCES: Final = (None, None)
_READ_AHEAD: Final = 4
_FIRM: Final = 2.5
_DETAILS_OF_AN_OFFER: Final = 3

_LONGEST_HEADING: Final = 200
_POST_LINK: Final = re.compile(r"https?://mp\.weixin\.qq\.com/(?:s[/?]|mp/appmsgalbum)", re.IGNORECASE)
_MARKDOWN_POST: Final = re.compile(
    r"(?:[^\w\[\]!]|\d){0,16}\[(?:[^\[\]]|!\[[^\[\]]*\]\([^()]*\)){0,400}\]\(https?://mp\.weixin\.qq\.com/[^)]*\)[^\w\[\]]{0,8}",
    re.IGNORECASE,
)

# What a post speaks of when it is itself about what furniture asks for, or asks for something by its subject.
_TOPICS: Final[dict[str, tuple[Label, ...]]] = {
    "二维码|扫码|扫一扫": ("qr-prompt",),
    "公众号|订阅号|服务号|星标|置顶|推送": ("follow-prompt", "account-intro"),
    "点赞|在看|转发|打赏|赞赏|朋友圈|评论区|留言": ("share-prompt",),
    "版权|侵权|转载|著作权|免责": ("notice",),
    "投稿|征稿|来稿|商务合作": ("contact",),
    "阅读原文": ("read-original",),
}
_TOPIC_CUES: Final = {pattern: tuple(pattern.split("|")) for pattern in _TOPICS}
# A post whose very title names one of the platform's features speaks of its codes and buttons too.
_PLATFORM: Final = re.compile("公众号|订阅号|服务号|视频号|星标")
_PLATFORM_LABELS: Final[tuple[Label, ...]] = ("qr-prompt", "follow-prompt", "share-prompt", "account-intro")
# A post on the trade of writing such posts quotes what they ask for.
_TRADE: Final = re.compile("涨粉|吸粉|引流|新媒体|运营|排版|爆款|爆文|十万加|10万[+＋]")
_OF_THE_TRADE: Final = re.compile("关注|公众号|二维码|阅读原文|在看|点赞|粉丝")
_SOLICITS: Final = re.compile(
    "招聘|诚聘|招募|招生|招新|招标|采购|公告|通告|公示|通知|启事|报名|征集|征稿|征文|邀请函|邀请您|"
    "诚邀|大赛|比赛|讲座|沙龙|论坛|峰会|研讨会|培训|训练营|"
    "夏令营|冬令营|促销|开业|抽奖|义诊|放假|预约|购票|门票|演出|展览|团购|众筹|评选|倡议|募捐|寻人|"
    "求助|招商|竞赛|开课|公开课|志愿者|团建|预告|活动"
)
_REFERENCE: Final = re.compile(
    r"(?:\d{1,3}[.、)])?(?:https?://[^\u4e00-\u9fff]{4,}$|(?!https?:)[^,。!?]{1,60}[:|]https?://[^\u4e00-\u9fff]{4,}$)|"
    r"\(?\d{1,3}\)?[^,。]{2,60}https?://[^\u4e00-\u9fff]{4,}$",
    re.IGNORECASE,
)
_REFERENCES: Final = re.compile(
    "(?:参考|引用|延伸|相关)?(?:资料|文献|来源|链接|引用|书目)(?:来源|链接|资料|列表)?|参考|references?",
    re.IGNORECASE,
)
_QUOTES: Final = ("“", "「", "『", '"')
_TOLD: Final = re.compile(
    r"[“「『\"][^”」』\"]{10,200}[”」』\"](?:——|—|这样的|这类|这种|之类|这句|的)[^👇]{6,160}|"
    r"[“「『\"][^”」』\"]{1,120}[。！？，…!?,～~—][”」』\"](?!长按|扫|点|关注|识别|戳|请|欢迎|转|快)[^\s👇]{2,120}[。！？：”」』…]$"
)
_SPEAKER: Final = re.compile(r"([\u4e00-\u9fffA-Za-z]{1,5})[:|]")
_DETAILS: Final = re.compile(
    "^【?(?:[\\d一二三四五六七八九十]+[.、])?[\u4e00-\u9fff]{0,4}?"
    "(?:时间|地点|费用|价格|售价|规格|产地|门票|票价|联系人|电话|方式|对象|岗位|职位|薪资|待遇|截止|主办|承办|协办|要求|条件|人数|"
    "名额|日期|地址|嘉宾|主办方|主讲人|内容)[:]"
)


_BRACKETED: Final = re.compile(
    "\\s*[【\\[](?:讲座|活动|比赛|招聘|报名)?(?:时间|地点|主题|内容|对象|费用|方式|要求|条件|主讲人|嘉宾|岗位|名额)[】\\]]"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a block's text that is to go, and why."""

    block: int
    start: int
    end: int
    rule: str
    label: Label
    confidence: float
    note: str | None = None
    """More of the reason, in words: how often the account repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A body on its way to being clean."""

    body: Body
    about: About
    book: Rulebook
    hints: Hints
    lines: tuple[Line, ...]
    signs: Sequence[Signs]
    text_lines: tuple[Line, ...]
    """The lines of running text, those that are gone too."""
    may_head: frozenset[int]
    """The places of short lines with a word that headings of furniture have."""
    topics: Container[Label]
    """Labels of what the post itself speaks of: such wording counts for less."""
    solicits: bool
    """Whether the post is a notice, an offer or an event: telephone, address and price are its matter."""
    cuts: tuple[Cut, ...] = ()
    gone: frozenset[int] = frozenset()
    """The places of lines that are cut whole."""
    credits: tuple[Credit, ...] = ()
    references: frozenset[int] = frozenset()
    """The places of lines near the end that cite: they are text, and furniture may stand before and behind them."""
    kept: frozenset[int] = frozenset()
    """The blocks that a rule of the user's protects."""
    dialogue: frozenset[str] = frozenset()
    """Who speaks, where lines begin with speakers' names: what they ask each other is the text's."""
    dump: bool = False
    interface: tuple[int, int] | None = None
    """Of a dump: block and character where the platform's interface at its end begins."""
    labels: Mapping[int, Label] = field(default_factory=dict)
    """Of the lines that are gone, by their places."""
    headings: dict[int, tuple[Fence | None, Fence | None]] = field(default_factory=dict)
    """What was found of lines that may be headings; the same for all drafts of a body."""

    def with_cuts(self, cuts: Iterable[Cut], stated: Iterable[Credit] = ()) -> Self:
        """This draft with some more cuts, and the credits they state; lines that cuts cover whole are gone."""
        new = tuple(cuts)
        if self.kept:
            new = tuple(cut for cut in new if cut.block not in self.kept)
        if not new:
            return self
        labels = dict(self.labels)
        gone = set(self.gone)
        by_block: dict[int, list[Cut]] = {}
        for cut in new:
            by_block.setdefault(cut.block, []).append(cut)
        pages = len(self.lines) == len(self.body.blocks) and not self.dump
        touched = [self.lines[block] for block in by_block] if pages else self.lines
        for line in touched:
            for cut in by_block.get(line.block, ()):
                if cut.start <= line.start and cut.end >= line.end:
                    gone.add(line.at)
                    labels[line.at] = cut.label
        return replace(
            self,
            cuts=self.cuts + new,
            gone=frozenset(gone),
            labels=labels,
            credits=self.credits + tuple(stated),
        )

    def whole(self, line: Line, rule: str, label: Label, confidence: float) -> Cut:
        """The cut of a whole line."""
        return Cut(line.block, line.start, line.end, rule, label, confidence)

    def is_spoken(self, line: Line) -> bool:
        """Whether a line is somebody's speech in a dialogue, or in a story: “扫码吧。”他说。"""
        if line.text.lstrip()[:1] in _QUOTES and _TOLD.match(line.text.strip()):
            return True
        if not self.dialogue:
            return False
        found = _SPEAKER.match(line.key)
        return found is not None and found[1] in self.dialogue

    def words(self) -> list[Line]:
        """The lines of running text that are not gone."""
        gone = self.gone
        return [line for line in self.text_lines if line.at not in gone] if gone else list(self.text_lines)

    def find_related(self, line: Line) -> Fence | None:
        """The heading over other posts that a line is."""
        return self._find_fences(line)[0]

    def find_section(self, line: Line) -> Fence | None:
        """The heading over other furniture that a line is; 关于 and the account's name is one too."""
        return self._find_fences(line)[1]

    def _find_fences(self, line: Line) -> tuple[Fence | None, Fence | None]:
        if line.at not in self.may_head:
            return _NO_FENCES
        known = self.headings.get(line.at)
        if known is None:
            key = heading_key(line)
            related = find_fence(key, self.book.related)
            about = key[2:] if key[:2] in ("关于", "认识") and len(key) > 3 else ""
            if about and to_key(self.about.nickname or "").startswith(about):
                key = "关于我们"
            known = self.headings[line.at] = (related, find_fence(key, self.book.sections))
        return known


def is_prose(line: Line) -> bool:
    """Whether a line is a paragraph of text rather than a short line."""
    return line.sort in ("code", "table") or (line.sort == "text" and len(line.key) >= _PROSE)


def is_end_mark(line: Line) -> bool:
    """Whether a line says END or 完 and nothing else. A bare ``end`` is a keyword in some languages, so it does not."""
    return line.end_mark


def heading_key(line: Line) -> str:
    """The words of a line that may be a heading, without the marks around them; a long line is none."""
    key = line.key
    start, end = 0, len(key)
    if end > _LONGEST_HEADING:
        return key
    while start < end and not (key[start].isalnum() or key[start] == "_"):
        start += 1
    while start < end and not (key[end - 1].isalnum() or key[end - 1] in "_)"):
        end -= 1
    return key[start:end]


def leads_to_post(line: Line) -> bool:
    """Whether a line is a link to a post or an album and hardly anything else."""
    if line.linked >= 0.75:
        return any(_POST_LINK.match(href) for href in line.hrefs)
    return "](http" in line.text and _MARKDOWN_POST.fullmatch(line.text) is not None


def start_draft(body: Body, about: About, book: Rulebook = BOOK, hints: Hints = NO_HINTS) -> Draft:
    """Read a body's lines and what the rules see in them: near the edges all, elsewhere short lines only."""
    dump = about.form == "dump"
    interface = _find_interface(body) if dump else None
    lines = read_lines(body, dump=dump, seam=interface)
    words = tuple([line for line in lines if line.sort == "text" and line.key])
    edges = {line.at for line in (*words[:_HEAD_LINES], *words[-_TAIL_LINES:])}
    short = [line for line in words if len(line.key) <= _SHORT]
    # The outermost paragraphs are asked for in nearly every post.
    outer = [line for line in words[:_HEAD_LINES] if len(line.key) > _SHORT][:_READ_AHEAD]
    outer += [line for line in words[-_TAIL_LINES:][::-1] if len(line.key) > _SHORT][:_READ_AHEAD]
    signs = LineSigns(lines, about, book, [*short, *{line.at: line for line in outer}.values()], edges)
    return Draft(
        body=body,
        about=about,
        book=book,
        hints=hints,
        lines=lines,
        signs=signs,
        text_lines=words,
        may_head=frozenset([line.at for line in short if signs[line.at].may_head]),
        topics=_Topics(words, signs, about),
        solicits=_does_solicit(lines, signs, about),
        references=_find_references(words, signs),
        kept=_find_kept(words, hints),
        dialogue=_find_speakers(words),
        dump=dump,
        interface=interface,
    )


def _find_interface(body: Body) -> tuple[int, int] | None:
    """Block and character where the interface at the end of a dump begins."""
    begin = find_interface("\n".join(mask_markdown(block.text) for block in body.blocks))
    if begin is None:
        return None
    for place, block in enumerate(body.blocks):
        if begin <= len(block.text):
            return place, begin
        begin -= len(block.text) + 1
    return None


class _Topics(Container[Label]):
    """The labels of what a post speaks of, found when they are first asked for: most posts ask for none."""

    def __init__(self, words: Sequence[Line], signs: Sequence[Signs], about: About) -> None:
        self._read = (words, signs, about)
        self._found: frozenset[Label] | None = None

    def __contains__(self, label: object) -> bool:
        if self._found is None:
            self._found = _find_topics(*self._read)
        return label in self._found


def _find_topics(words: Sequence[Line], signs: Sequence[Signs], about: About) -> frozenset[Label]:
    """What the post speaks of: words that stand in its title, or in three lines of its middle.

    In the middle's second half a line that asks is none of them: of a short post with a long footer it is the footer.
    """
    whole = "\n".join([line.key for line in words[max(len(words) // 8, 1) : len(words) * 7 // 10]])
    seen = [pattern for pattern, cues in _TOPIC_CUES.items() if any(cue in whole for cue in cues)]
    title = about.title or ""
    if not seen and not _PLATFORM.search(title) and not _TRADE.search(title):
        return frozenset()
    half = len(words) // 2
    first = max(len(words) // 8, _count_asking_head(words, signs), 1)
    found: set[Label] = set()
    for pattern in seen:
        often = sum(
            1
            for place, line in enumerate(words[: len(words) * 7 // 10])
            if place >= first
            and len(line.key) >= 12
            and re.search(pattern, line.key)
            and (place < half or signs[line.at].ask < 2)
        )
        if often >= 3 or (often >= 1 and re.search(pattern, title)):
            found.update(_TOPICS[pattern])
    if _PLATFORM.search(title) and any(_PLATFORM.search(line.key) for line in words):
        found.update(_PLATFORM_LABELS)
    if _TRADE.search(title):
        told = sum(
            len(line.key) >= 20 and _OF_THE_TRADE.search(line.key) is not None
            for line in words[: max(len(words) * 7 // 10, 4)]
        )
        if told >= 2:
            found.update((*_PLATFORM_LABELS, "read-original"))
    return frozenset(found)


def _find_references(words: Sequence[Line], signs: Sequence[Signs]) -> frozenset[int]:
    """The references among the last lines: runs of two or more, or one under its heading; the headings too."""
    found: list[int] = []
    run: list[int] = []
    for line in words[-_TAIL_LINES:]:
        if "http" in line.key and _REFERENCE.match(line.key) and not signs[line.at].own:
            run.append(line.at)
            continue
        if len(line.key) <= _LONGEST_OF_REFERENCES and _REFERENCES.fullmatch(heading_key(line)):
            if len(run) > 1:
                found += run
            run = [line.at]
            continue
        if len(run) > 1:
            found += run
        run = []
    return frozenset([*found, *(run if len(run) > 1 else ())])


def _find_kept(words: Sequence[Line], hints: Hints) -> frozenset[int]:
    """The blocks with a line that the user wants kept."""
    patterns = [rule.pattern for rule in hints.rules if rule.action == "keep"]
    if not patterns:
        return frozenset()
    return frozenset(line.block for line in words if any(pattern.search(line.key) for pattern in patterns))


def _count_asking_head(words: Sequence[Line], signs: Sequence[Signs]) -> int:
    """How many lines at the head are furniture for the most part."""
    count = asking = 0
    for place, line in enumerate(words[:_HEAD_LINES]):
        asking += signs[line.at].ask >= 1.5
        if asking * 5 >= (place + 1) * 3:
            count = place + 1
    return count


def _find_speakers(words: Sequence[Line]) -> frozenset[str]:
    """The names that open two lines or more, if there are two such: an interview or a play."""
    counts = Counter(
        found[1]
        for line in words
        if (":" in line.key[:6] or "|" in line.key[:6]) and (found := _SPEAKER.match(line.key))
    )
    speakers = frozenset(name for name, count in counts.items() if count > 1)
    return speakers if len(speakers) > 1 else frozenset()


def _does_solicit(lines: Sequence[Line], signs: Sequence[Signs], about: About) -> bool:
    """Whether a post's title says that it is a notice or an offer, or three lines before its footer are details."""
    if about.title and _SOLICITS.search(about.title):
        return True
    details = [
        line.at
        for line in lines
        if line.sort == "text"
        and ((":" in line.key[:16] and _DETAILS.match(line.key)) or _BRACKETED.match(line.text))
    ]
    if len(details) < _DETAILS_OF_AN_OFFER:
        return False
    last = details[_DETAILS_OF_AN_OFFER - 1]
    footer = (line.at for line in lines[len(lines) * 2 // 5 : last + 1] if line.sort == "text" and line.key)
    return not any(at * 5 >= len(lines) * 2 and signs[at].own and signs[at].ask >= _FIRM for at in footer)
