"""Credit lines: they leave the text and become source and credits."""

import re
from typing import Final

from wxarchive.clean.credits import (
    Credit,
    is_label,
    is_name_line,
    may_be_label,
    may_state_credits,
    read_credits,
    read_unknown,
)
from wxarchive.clean.draft import Cut, Draft, is_prose
from wxarchive.clean.lines import Line, to_key

__all__ = ["drop_credits"]

_FIRST: Final = 6
_LAST: Final = 6
_PARAGRAPHS_BEHIND: Final = 2
_OF_PICTURES: Final = frozenset({"photographer", "图片来源", "图源", "照片来源", "配图来源", "视频来源"})
_CARD: Final = re.compile(
    "^(?:书名|作品|索书号|馆藏|推荐理由|出版社|出版|定价|页数|ISBN|片名|主演|上映|类型|片长|豆瓣|演唱|作词|作曲|歌手|专辑|"
    "编曲|曲名|歌名"
    "|论文标题|论文地址|项目地址|刊物|论文|标题|会议|单位|机构)[:]",
    re.IGNORECASE,
)
_SPEAKER: Final = re.compile(r"([\u4e00-\u9fff]{1,4})[:|]")
# Where the original or its translation stands, on a line of its own under who wrote it.
_LINK: Final = re.compile(r"https?://[\x21-\x7e]{4,300}")
_LAST_PARAGRAPHS: Final = 8
_LONGEST_END: Final = 24
_AT_THE_END: Final = re.compile(
    r"(?<=[。！？”])\s*[（(]((?:本报|本网|本刊|全媒体|融媒体)?(?:记者|通讯员|作者|编辑|责编|责任编辑|来源|供稿|供图|摄影)[^（）()。]{2,40})[）)]\s*$"
)
_WRITERS: Final = frozenset(("reporter", "author", "contributor", "photographer", "editor", "source"))
_OF_THE_POST: Final = re.compile("本文|文中|全文|文章")


def drop_credits(draft: Draft) -> Draft:
    """Credit lines near the head and the tail, read into source and roles."""
    words = draft.words()
    near = _near_edges(draft, words)
    stating = [
        place
        for place in near
        if len(words[place].key) <= 200 and (draft.dump or may_state_credits(words[place].key))
    ]
    read = _read_runs(words, near, {place: read_credits(words[place].text) for place in stating})
    author = to_key(draft.about.author) if draft.about.author else None
    cuts: list[Cut] = []
    stated: list[Credit] = []
    dialogue = _speakers(words)
    skip = -1
    for place in near:
        line = words[place]
        if place == skip:
            continue
        beside = read.get(place - 1) or read.get(place + 1)
        if not (place in read or beside or (place < 3 and author) or may_be_label(line.key)):
            continue
        found: tuple[Credit, ...] = ()
        lines = [line]
        following = words[place + 1] if place + 1 < len(words) else None
        if (
            may_be_label(line.key)
            and is_label(line.text)
            and following
            and following.at - line.at <= 2
            and is_name_line(following.text)
        ):
            found = read_credits(line.text, following.text)
            lines.append(following)
            skip = place + 1
        if not found:
            lines = [line]
            skip = -1
            found = read.get(place, ())
        if not found and place < 3 and draft.about.author and line.key == author:
            found = (Credit("author", "", (draft.about.author,)),)
        if not found or any(credit.label in dialogue for credit in found) or _is_card(words, place):
            continue
        if all(credit.role in _OF_PICTURES for credit in found) and _is_caption(draft, line):
            continue
        if (
            following
            and not read.get(place + 1)
            and following.at - line.at <= 2
            and _LINK.fullmatch(following.text.strip())
        ):
            found = (*found, Credit("链接", "链接", (following.text.strip(),)))
            lines.append(following)
        stated += found
        rule = f"credit.{found[0].role}" if found[0].role.isascii() else "credit.other"
        cuts += [draft.whole(one, rule, "credit", 0.9) for one in lines]
    ends, more = _end_credits(draft, words)
    return draft.with_cuts([*cuts, *ends], [*stated, *more])


def _end_credits(draft: Draft, words: list[Line]) -> tuple[list[Cut], list[Credit]]:
    """（记者 周一山 通讯员 林小满） behind the last sentence of one of the last paragraphs."""
    cuts: list[Cut] = []
    stated: list[Credit] = []
    for line in words[-_LAST_PARAGRAPHS:]:
        found = _AT_THE_END.search(line.text)
        names = read_credits(found[1]) if found and len(line.key) > _LONGEST_END else ()
        if found and names and all(credit.role in _WRITERS for credit in names):
            at = line.start + found.start()
            cuts.append(Cut(line.block, at, line.end, f"credit.{names[0].role}", "credit", 0.8))
            stated += names
    return cuts, stated


def _read_runs(
    words: list[Line], near: list[int], read: dict[int, tuple[Credit, ...]]
) -> dict[int, tuple[Credit, ...]]:
    """What lines state, those beside a line that states credits read again as in company, and so on along the run."""
    open_places = [place for place, found in read.items() if found]
    known = dict(read)
    within = set(near)
    while open_places:
        place = open_places.pop()
        for beside in (place - 1, place + 1):
            if beside not in within or known.get(beside) or abs(words[beside].at - words[place].at) > 2:
                continue
            text = words[beside].text
            found = read_credits(text, company=True) or (read_unknown(text) if beside > _FIRST else ())
            if found:
                known[beside] = found
                open_places.append(beside)
    return known


def _near_edges(draft: Draft, words: list[Line]) -> list[int]:
    """Places of lines among the first, before or right behind the first paragraph, or near the end of the text."""
    near = set(range(max(len(words) - _LAST, 0), len(words)))
    paragraphs = 0
    for place, line in enumerate(words[:_FIRST]):
        if paragraphs > 1:
            break
        near.add(place)
        paragraphs += is_prose(line)
    paragraphs = 0
    for place in range(len(words) - 1, -1, -1):
        if paragraphs > _PARAGRAPHS_BEHIND:
            break
        near.add(place)
        paragraphs += is_prose(words[place]) and draft.signs[words[place].at].ask < 2
    return sorted(near)


def _speakers(words: list[Line]) -> set[str]:
    """Labels that open three lines or more: an interview, not credits."""
    counts: dict[str, int] = {}
    for line in words:
        found = _SPEAKER.match(line.key)
        if found:
            counts[found[1]] = counts.get(found[1], 0) + 1
    return {label for label, count in counts.items() if count > 2}


def _is_caption(draft: Draft, line: Line) -> bool:
    """Whether a line that only says whose picture it is stands right under one."""
    if line.at == 0 or _OF_THE_POST.match(line.key):
        return False
    above = draft.lines[line.at - 1]
    near = [above, *draft.lines[line.at + 1 : line.at + 2]]
    beside = any(one.sort == "text" and read_credits(one.text) for one in near)
    return above.sort in ("image", "media") and not beside


def _is_card(words: list[Line], place: int) -> bool:
    """Whether a line stands among those of a book, a film or a song: its 作者 is not the post's."""
    near = words[max(place - 2, 0) : place] + words[place + 1 : place + 3]
    return any(_CARD.match(line.key) for line in near)
