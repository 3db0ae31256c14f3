"""Other posts: runs of titles behind a heading, and lines at an edge that are nothing but links."""

import re
from collections.abc import Sequence
from typing import Final

from wxarchive.clean.credits import read_credits
from wxarchive.clean.draft import Cut, Draft, is_end_mark, is_prose, leads_to_post
from wxarchive.clean.lines import Line
from wxarchive.clean.rules import Fence
from wxarchive.clean.steps.weights import is_slight

__all__ = ["drop_links", "drop_related"]

_LITTLE_BEHIND: Final = 120
_SHARE_BEHIND: Final = 0.06
"""A list of other posts stands at the end: at most so many characters of text, or this share of it, follow."""
_CAPTION: Final = 8
_NUMBERED: Final = re.compile(
    r"^(?:\d{1,2}|[①-⑳]|[一二三四五六七八九十]{1,2})[.、,)|:丨《\s]|^[·•▶►▷●○◆◇■□★☆→>*-]|^[《【#|]"
)
_ANNOUNCES: Final = re.compile("阅读|往期|相关文章|回顾|点击|这一?篇|好文")
_OF_POSTS: Final = re.compile(
    "文章|推文|报道|系列|专题|往期|阅读|链接|回顾|推送|原创|好文|前文|前情|合集|已发|刊发"
)
_LONGEST_ANNOUNCEMENT: Final = 24
_TAGGED: Final = re.compile(r"(?:#{1,4}\s*)?【[^】]{1,8}】[^。]{4,60}$")
_TAG: Final = re.compile(r"[\s*_\[]*【[^】]{1,8}】")
_BULLET: Final = re.compile(r"\s*([●•·▪■◆▶►☞➤○◇*-])\s*\S")
_LEADING: Final = frozenset(("follow-prompt", "related-links", "read-original"))
_SLIGHT_BELOW: Final = 3
_LONGEST_HEAD: Final = 16
_COLON: Final = re.compile(r"[:：]\s*$")


def drop_related(draft: Draft) -> Draft:
    """Headings such as 往期推荐 with the titles under them: at the end, or anywhere if all titles are links."""
    if not draft.may_head:
        return draft
    words = draft.words()
    place_of: _Places | None = None
    cuts: list[Cut] = []
    done: set[int] = set()
    for place, line in enumerate(words):
        fence = None if line.at in done or line.at not in draft.may_head else draft.find_related(line)
        if fence is None or (fence.id != "related.heading" and leads_to_post(line)):
            continue
        place_of = place_of or _Places(draft, words)
        run = _read_titles(draft, words, place + 1, fence)
        settled = bool(run) and all(leads_to_post(one) for one in run)
        if not settled and not (
            (fence.id == "related.heading" or _is_set_off(line))
            and place_of.end(place, len(run))
            and (run or place_of.furniture_behind(place))
        ):
            continue
        cuts.append(draft.whole(line, fence.id, "related-links", 0.9))
        cuts += [draft.whole(one, "related.run", "related-links", 0.9 if settled else 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    return draft.with_cuts(cuts)


def drop_links(draft: Draft) -> Draft:
    """Lines at an edge of the text that are nothing but links to other posts."""
    words = draft.words()
    cuts = {
        line.at: draft.whole(line, "related.links-only", "related-links", 0.85)
        for line in _last_links(draft, words)
    }
    for line in words:
        if leads_to_post(line):
            cuts.setdefault(line.at, draft.whole(line, "related.links-only", "related-links", 0.8))
        elif draft.signs[line.at].ask < 1.5:
            break
    for line in _announced_lists(draft, words):
        cuts.setdefault(line.at, draft.whole(line, "related.announced", "related-links", 0.75))
    for line in [*_late_lists(draft, words), *_bulleted_titles(draft, words)]:
        cuts.setdefault(line.at, draft.whole(line, "related.run", "related-links", 0.7))
    announced = _find_announcement(draft, words, set(cuts))
    if announced:
        cuts[announced.at] = draft.whole(announced, "related.announced", "related-links", 0.7)
    return draft.with_cuts(cuts.values())


class _Places:
    """How much text stands behind lines: added up once, from the last line to the first."""

    def __init__(self, draft: Draft, words: Sequence[Line]) -> None:
        self._most = max(_LITTLE_BEHIND, sum([len(line.key) for line in words]) * _SHARE_BEHIND)
        self._behind = [0]
        self._last_text = -1
        for place in range(len(words) - 1, -1, -1):
            line = words[place]
            is_text = line.at not in draft.references and is_prose(line) and draft.signs[line.at].ask < 2
            self._behind.append(self._behind[-1] + (len(line.key) if is_text else 0))
            if self._last_text < 0 and draft.signs[line.at].ask < 1.5:
                self._last_text = place
        self._behind.reverse()

    def end(self, place: int, titles: int) -> bool:
        """Whether a heading with so many titles stands behind the text."""
        return place > 0 and self._behind[min(place + 1 + titles, len(self._behind) - 1)] <= self._most

    def furniture_behind(self, place: int) -> bool:
        """Whether nothing but furniture follows: a heading alone goes too then, its titles are pictures."""
        return self._last_text <= place


def _is_set_off(line: Line) -> bool:
    """Whether a line looks like a heading: a colon at its end, brackets around it, a heading's or a centred look."""
    text = line.text.strip()
    return line.heading or line.faint or text[-1:] in (":", "：") or text[:1] in tuple("【「[《#▼▽☟↓👇")


def _read_titles(draft: Draft, words: Sequence[Line], place: int, fence: Fence) -> list[Line]:
    """The titles that follow a heading, as far as they look like titles."""
    run: list[Line] = []
    linked = 0
    for line in words[place : place + fence.lines]:
        ahead = words[place + len(run) + 1 : place + len(run) + 3]
        signs = draft.signs[line.at]
        if leads_to_post(line):
            run.append(line)
            linked += 1
        elif signs.own and signs.ask >= 2:
            # Another piece of furniture: titles may go on behind it.
            if not any(map(leads_to_post, ahead)) and (run or signs.ask >= 3):
                break
        elif not _may_be_title(draft, line, fence) or (line.heading and run):
            break
        elif linked and linked == len(run) and not _NUMBERED.match(line.text.strip()):
            # Among linked titles only a caption of a word or two.
            if len(line.key) > _CAPTION or not any(map(leads_to_post, ahead)):
                break
            run.append(line)
            linked += 1
        else:
            run.append(line)
    return run


def _may_be_title(draft: Draft, line: Line, fence: Fence) -> bool:
    """Whether a line without a link may be a title: short, no sentence, no credit, no other heading."""
    if len(line.key) > fence.length or (
        len(line.key) > 24 and line.text.rstrip().endswith(("。", "；", ";"))
    ):
        return False
    if line.at in draft.references or draft.signs[line.at].ask < 0:
        return False
    if is_end_mark(line) or draft.find_section(line):
        return False
    return not read_credits(line.text)


def _last_links(draft: Draft, words: Sequence[Line]) -> list[Line]:
    """The links at the end of the text, but for those that a sentence before them announces as part of it."""
    links: list[Line] = []
    titles: list[Line] = []
    """Lines without a link that begin with a column's name in brackets, as the links behind or before them do."""
    for place in range(len(words) - 1, -1, -1):
        line = words[place]
        if leads_to_post(line):
            links.append(line)
        elif _TAGGED.match(line.text.strip()):
            titles.append(line)
        elif draft.signs[line.at].ask < 1.5 and not is_end_mark(line):
            told = _COLON.search(line.text) and not _is_announcement(line)
            if told and not (draft.find_related(line) or draft.find_section(line)):
                own = {one.at for one in _links_behind(words, place)}
                links = [one for one in links if one.at not in own]
            break
    return links + titles if sum(_is_tagged_link(line) for line in links) > 1 else links


def _is_tagged_link(line: Line) -> bool:
    return _TAG.match(line.text.strip()) is not None


def _is_announcement(line: Line) -> bool:
    return (
        len(line.key) <= 40
        and _COLON.search(line.text) is not None
        and _ANNOUNCES.search(line.key) is not None
    )


def _late_lists(draft: Draft, words: Sequence[Line]) -> list[Line]:
    """Two or more links in a row right behind furniture, credits or an end mark, with the short line over them.

    A few short lines may follow them, but no text.
    """
    place = len(words) - 1
    below: list[Line] = []
    while place >= 0 and not leads_to_post(words[place]) and len(below) <= _SLIGHT_BELOW:
        if draft.signs[words[place].at].ask < 1.5:
            below.append(words[place])
        place -= 1
    if len(below) > _SLIGHT_BELOW or not all(map(is_slight, below)):
        return []
    run: list[Line] = []
    while place >= 0 and leads_to_post(words[place]):
        run.append(words[place])
        place -= 1
    if len(run) < 2 or place < 2:
        return []
    head = words[place] if len(words[place].key) <= _LONGEST_HEAD and is_slight(words[place]) else None
    outer = head or run[-1]
    above = next((line for line in reversed(draft.text_lines) if line.at < outer.at), None)
    if above is None or not (above.at in draft.gone or is_end_mark(above)):
        return []
    return [*run, head] if head else run


def _bulleted_titles(draft: Draft, words: Sequence[Line]) -> list[Line]:
    """In the last third: three or more short lines with one mark before each, right behind what asks or the credits."""
    first = len(words) * 2 // 3
    found: list[Line] = []
    run: list[Line] = []
    for place in range(first, len(words) + 1):
        line = words[place] if place < len(words) else None
        mark = _BULLET.match(line.text) if line else None
        if (
            line
            and mark
            and is_slight(line)
            and (not run or mark[1] == _mark_of(run[0]))
            and not draft.signs[line.at].own
        ):
            run.append(line)
            continue
        if len(run) > 2 and _is_behind_asks(draft, run[0]):
            found += run
        run = []
    return found


def _mark_of(line: Line) -> str:
    found = _BULLET.match(line.text)
    return found[1] if found else ""


def _is_behind_asks(draft: Draft, line: Line) -> bool:
    """Whether the text line right above is gone as furniture or credit, or asks to follow or to read."""
    at = line.at - 1
    while at >= 0 and not (draft.lines[at].sort == "text" and draft.lines[at].key):
        if draft.lines[at].sort not in ("image", "rule", "text"):
            return False
        at -= 1
    if at < 0:
        return False
    if at in draft.gone:
        return draft.labels.get(at) not in ("meta", "chrome")
    signs = draft.signs[at]
    strongest = signs.strongest
    return strongest is not None and signs.own and signs.ask >= 2 and strongest.rule.label in _LEADING


def _announced_lists(draft: Draft, words: Sequence[Line]) -> list[Line]:
    """Wherever they stand: two or more lines that are nothing but links to posts, and the short line that announces them."""
    found: list[Line] = []
    for place, line in enumerate(words):
        if not (
            len(line.key) <= _LONGEST_ANNOUNCEMENT and _COLON.search(line.text) and _OF_POSTS.search(line.key)
        ):
            continue
        links = _links_behind(words, place)
        if len(links) > 1 and draft.signs[line.at].ask >= 0:
            found += [line, *links]
    return found


def _links_behind(words: Sequence[Line], place: int) -> list[Line]:
    """The links that directly follow a line."""
    end = place + 1
    while end < len(words) and leads_to_post(words[end]):
        end += 1
    return list(words[place + 1 : end])


def _find_announcement(draft: Draft, words: Sequence[Line], gone: set[int]) -> Line | None:
    """The line that announces the links at the end, where it does no more than that."""
    for line in reversed(words):
        if line.at in gone:
            continue
        if draft.signs[line.at].ask < 1.5 and not is_end_mark(line):
            return line if gone and _is_announcement(line) and line.at + 1 in gone else None
    return None
