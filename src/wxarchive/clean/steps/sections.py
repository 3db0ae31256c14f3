"""Sections of furniture: what stands behind 关于我们, 投稿须知, 版权声明 … as far as it goes on."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

from wxarchive.clean.draft import Cut, Draft, is_end_mark
from wxarchive.clean.lines import Line
from wxarchive.clean.rules import Fence, Label

__all__ = ["drop_headings", "drop_lonely_heading", "drop_sections"]

_FRAGMENT: Final = 60
_WORD: Final = 5
_LONELY: Final = 12
"""A heading whose section went is at most so long."""
_HEADING_MARKS: Final = re.compile(r"\s*(?:#{1,6}\s.*|\*\*[^*]+\*\*\s*)")
_LONGEST_TERMS: Final = 1200
_OF_TERMS: Final = re.compile(
    "(?:本|该)(?:微信)?(?:公众号|订阅号|微信号|公众平台|资料|报告)|订阅者|"
    "(?:本平台|本账号|本号|任何(?:情况|机构|个人|人))[^。]{0,60}(?:不|仅|版权|授权|责任)"
)
_UNDER_TERMS: Final = re.compile("(?:特别|一般|重要|风险|法律)(?:提示|声明|说明)")
_LITTLE_BEHIND: Final = 900
_MUCH_BEHIND: Final = 0.4
"""A section stands in the last part of a post: at most so many characters, or this share of all, follow its head."""
_FIRST_PLACE: Final = 0.4
_LONGEST: Final = 80
_HEAD: Final = 3
_LEAST_WORDS: Final = 4
_LINES_AT_HEAD: Final = 16
"""So many at the head, each with a sign of its own."""
_UNDER_HEADINGS: Final[frozenset[Label | None]] = frozenset(
    ("account-intro", "contact", "notice", "ad", "qr-prompt", "follow-prompt", "share-prompt")
)
_CHAPTERS: Final[frozenset[Label]] = frozenset(("account-intro", "contact", "notice"))
"""Headings that a post about such things may have for chapters of its own."""
_CHAPTERS_OR_ADS: Final = _CHAPTERS | {"ad"}
_ASKS: Final[frozenset[Label]] = frozenset(("qr-prompt", "contact"))


def drop_sections(draft: Draft) -> Draft:
    """Headings of furniture with what stands behind them; a notice's section may stand at the head too."""
    cuts: list[Cut] = []
    words = draft.words()
    if not any(draft.find_section(line) for line in words if line.at in draft.may_head):
        return draft
    upto = [*accumulate((len(line.key) for line in words), initial=0)]
    done: set[int] = set()
    for place, line in enumerate(words):
        fence = None if line.at in done else draft.find_section(line)
        if fence is None or (fence.label in draft.topics and fence.label in _CHAPTERS):
            continue
        at_head = place <= _HEAD and fence.label == "notice"
        if not at_head and not _is_placed(place, len(words), upto[place], upto[-1] - upto[place + 1]):
            continue
        rest = words[place + 1 : place + 1 + _LONGEST]
        if draft.solicits and not _is_of_the_account(draft, fence, rest):
            continue
        if fence.late and not _is_behind_furniture(draft, words, place, done):
            continue
        run = _read_run(draft, rest, fence, at_head=at_head)
        told = _is_told(draft, fence, line, run, rest, first=len(run) if at_head else fence.first) or (
            bool(run) and fence.label in _CHAPTERS_OR_ADS and _is_behind_furniture(draft, words, place, done)
        )
        if not told:
            continue
        cuts.append(draft.whole(line, fence.id, fence.label, 0.85))
        cuts += [draft.whole(one, f"{fence.id.split('.')[0]}.section", fence.label, 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    return draft.with_cuts(cuts)


def drop_headings(draft: Draft) -> Draft:
    """Headings of furniture that are left over lines which went by themselves."""
    if draft.solicits:
        return draft
    cuts: list[Cut] = []
    for line, behind in pairwise(draft.text_lines):
        if line.at in draft.gone or draft.labels.get(behind.at) not in _UNDER_HEADINGS:
            continue
        fence = draft.find_section(line)
        if fence and fence.label not in draft.topics:
            cuts.append(draft.whole(line, fence.id, fence.label, 0.6))
    return draft.with_cuts(cuts)


def drop_lonely_heading(draft: Draft) -> Draft:
    """The last line that is left, if it is a heading and what stood under it was furniture."""
    words = draft.words()
    if len(words) < _LEAST_WORDS or draft.solicits:
        return draft
    last = words[-1]
    is_heading = last.heading or (draft.dump and _HEADING_MARKS.fullmatch(last.text) is not None)
    behind = next((line for line in draft.text_lines if line.at > last.at), None)
    label = draft.labels.get(behind.at) if behind else None
    if (
        label is None
        or label not in _UNDER_HEADINGS
        or not is_heading
        or len(last.key) > _LONELY
        or last.end_mark
    ):
        return draft
    return draft.with_cuts([draft.whole(last, "edge.heading", label, 0.6)])


def _is_placed(place: int, places: int, before: int, behind: int) -> bool:
    """Whether a line stands in the last part of a post, by lines or by the characters before and behind it."""
    total = before + behind
    far = place >= places * _FIRST_PLACE or before >= total * _FIRST_PLACE
    return place >= 2 and far and behind <= max(_LITTLE_BEHIND, total * _MUCH_BEHIND)


def _is_behind_furniture(draft: Draft, words: Sequence[Line], place: int, done: set[int]) -> bool:
    """Whether a line stands right behind one that is gone, that asks for certain, or that ends the post."""
    at = words[place].at - 1
    while at >= 0 and not (
        (draft.lines[at].sort == "text" and draft.lines[at].key) or is_end_mark(draft.lines[at])
    ):
        at -= 1
    if at < 0:
        return False
    above = draft.lines[at]
    signs = draft.signs[above.at]
    asks = signs.own and signs.ask >= 1.5
    return above.at in draft.gone or above.at in done or asks or is_end_mark(above)


def _is_of_the_account(draft: Draft, fence: Fence, rest: Sequence[Line]) -> bool:
    """Of a notice or an offer such sections are the matter, unless the account at once speaks of itself in them."""
    if fence.label == "ad":
        return False
    return any(draft.signs[line.at].own and draft.signs[line.at].ask >= 2 for line in rest[:3])


def _read_run(draft: Draft, rest: Sequence[Line], fence: Fence, *, at_head: bool) -> list[Line]:
    """The lines that belong to a section; a section inside it lengthens it."""
    run: list[Line] = []
    most, length = (_LINES_AT_HEAD if at_head else fence.lines), fence.length
    for line in rest:
        asks = draft.signs[line.at].ask >= 1
        inner = None if at_head else draft.find_section(line)
        if inner:
            most, length = len(run) + 1 + inner.lines, max(length, inner.length)
        terms = fence.label == "notice" and not at_head and _states_terms(line, run)
        goes_on = at_head and draft.dump and len(line.key) <= _FRAGMENT and _is_fragment(line, run)
        if not terms and (
            len(run) >= most or len(line.key) > length or (at_head and not asks and not goes_on)
        ):
            break
        if (line.heading and run and not asks) or draft.find_related(line):
            break
        run.append(line)
    # A last line that is a sentence without any sign, with more text behind it, belongs to that text.
    while (
        len(run) > 1
        and draft.signs[run[-1].at].ask < 1
        and len(run[-1].key) > 40
        and _goes_on(draft, rest, run)
    ):
        run.pop()
    return run


def _is_fragment(line: Line, run: Sequence[Line]) -> bool:
    """Whether a line is a piece of a sentence that a converter broke: it begins with its mark, or the one above has none."""
    if line.text.lstrip(" *_")[:1] in ("：", "，", ":", ",") or len(line.key) <= _WORD:
        return True
    above = run[-1].text.rstrip(" *_") if run else ""
    return not above.endswith(("。", "！", "？", "；", "…", ".", "!"))


def _states_terms(line: Line, run: Sequence[Line]) -> bool:
    """Whether a line goes on with terms that a section of a notice has begun, however many there are."""
    if not run or len(line.key) > _LONGEST_TERMS:
        return False
    return _OF_TERMS.search(line.key) is not None or _UNDER_TERMS.fullmatch(line.key) is not None


def _goes_on(draft: Draft, rest: Sequence[Line], run: Sequence[Line]) -> bool:
    """Whether text, not furniture, follows a run."""
    return any(draft.signs[line.at].ask < 1 and len(line.key) > 20 for line in rest[len(run) : len(run) + 2])


def _is_told(
    draft: Draft, fence: Fence, line: Line, run: Sequence[Line], rest: Sequence[Line], *, first: int
) -> bool:
    """Whether more than the heading speaks for a section: its first lines, or of a pitch that it asks to join or buy."""
    ask = draft.signs[line.at].ask
    if rest and not run and ask < 2:
        return False
    if ask >= 1.5 or any(draft.signs[one.at].ask > 0.5 for one in run[:first]):
        return True
    return fence.label == "ad" and any(
        hit.rule.label in _ASKS and hit.rule.weight >= 2
        for one in rest[: len(run) + 2]
        for hit in draft.signs[one.at].hits
    )
