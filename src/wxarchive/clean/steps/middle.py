"""Furniture inside a post: short lines that ask wherever they stand, and what furniture encloses."""

import re
from typing import Final

from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.lines import Line
from wxarchive.clean.rules import Label
from wxarchive.clean.steps.weights import is_enumerated, is_slight, measure_ask, weigh

__all__ = ["drop_gaps", "drop_middle"]

_LONGEST: Final = 60
_LONGEST_BY_ITSELF: Final = 48
_BARE: Final = 8
_GAP_LINES: Final = 4
_HEAD: Final = 12
_SLIP: Final = 8
_SAYING: Final = 20
"""A sentence longer than this that asks nothing is text, whatever stands around it."""
_ASKS: Final[frozenset[Label]] = frozenset(("qr-prompt", "contact", "ad"))
_ASK_TO_SEND: Final[frozenset[Label]] = frozenset(("follow-prompt", "qr-prompt"))
_TO_SEND: Final = re.compile(
    r"[A-Za-z0-9\u4e00-\u9fff]{1,12},?(?:即可)?(?:领取|获取|获得|查看|下载|加入|进群)"
)
_NO_FURNITURE: Final[frozenset[Label]] = frozenset(("credit", "ornament", "meta"))


def drop_middle(draft: Draft) -> Draft:
    """Short lines that ask and do nothing else, wherever they stand; then what asks right beside them."""
    words = draft.words()
    late = len(words) * 3 // 5
    signs = draft.signs
    signed = [
        (place, line) for place, line in enumerate(words) if len(line.key) <= _LONGEST and signs[line.at].hits
    ]
    cuts: dict[int, Cut] = {}
    for place, line in signed:
        hit = signs[line.at].strongest
        if _is_within_sentence(words, place) or _is_list_item(draft, words, place):
            continue
        if hit and hit.rule.label not in draft.topics and _asks(draft, line, late=place >= late):
            cuts[line.at] = draft.whole(line, hit.rule.id, hit.rule.label, 0.8)
    if not cuts:
        return draft
    for place, line in signed:
        hit = signs[line.at].strongest
        beside = any(near.at in cuts for near in words[max(place - 1, 0) : place + 2] if near is not line)
        if (
            hit
            and beside
            and line.at not in cuts
            and hit.rule.label not in draft.topics
            and _joins_in(draft, line)
        ):
            cuts[line.at] = draft.whole(line, hit.rule.id, hit.rule.label, 0.65)
    return draft.with_cuts(cuts.values())


def _is_within_sentence(words: list[Line], place: int) -> bool:
    """Whether a line is a clause of a sentence that is set over several lines: a comma ends it and the one before it."""
    if not 0 < place < len(words) - 1:
        return False
    ends = [words[n].text.rstrip(" *_")[-1:] for n in (place - 1, place)]
    return all(end in ("，", ",") for end in ends)


def _is_list_item(draft: Draft, words: list[Line], place: int) -> bool:
    """Whether a line is numbered, and so are those around it, of which none asks: an exercise, a step."""
    if not 0 < place < len(words) - 1:
        return False
    around = (words[place - 1], words[place + 1])
    numbered = all(is_enumerated(line) for line in (words[place], *around))
    return numbered and not any(draft.signs[line.at].ask >= 1 for line in around)


def _asks(draft: Draft, line: Line, *, late: bool) -> bool:
    signs = draft.signs[line.at]
    hit = signs.strongest
    size = len(line.key)
    if hit is None or size > _LONGEST:
        return False
    ask = measure_ask(draft, line)
    if signs.bare <= _BARE and ask >= 2 and hit.rule.alone and size <= _LONGEST_BY_ITSELF:
        return True
    if signs.bare <= _BARE and ask >= 2.2 and signs.own and late and not draft.solicits:
        return True
    return signs.own and signs.ask >= 2 and weigh(draft, line, tail=True) > 0 and _is_beside_card(draft, line)


def _joins_in(draft: Draft, line: Line) -> bool:
    signs = draft.signs[line.at]
    hit = signs.strongest
    if hit is None or len(line.key) > _LONGEST_BY_ITSELF:
        return False
    settled = signs.bare <= 12 or (signs.ask >= 2 and weigh(draft, line, tail=True) > 0)
    return settled and signs.ask >= (0.7 if hit.rule.label == "contact" else 1.5)


def _is_beside_card(draft: Draft, line: Line) -> bool:
    """Whether an account's card stands right before or behind a line, pictures and rules apart."""
    for step in (-1, 1):
        at = line.at + step
        while 0 <= at < len(draft.lines) and draft.lines[at].sort in ("image", "rule"):
            at += step
        if 0 <= at < len(draft.lines) and draft.lines[at].sort == "card":
            return True
    return False


def drop_gaps(draft: Draft) -> Draft:
    """A few short lines that furniture encloses: at the end nothing else may be below, at the head one may stand."""
    slips = _cut_slips(draft)
    if draft.solicits:
        return draft.with_cuts(slips)
    cuts = _cut_slogans(draft) + slips
    gap: list[Line] = []
    label: Label | None = None
    for line in reversed(draft.lines):
        if line.sort in ("code", "table", "media"):
            break
        if line.sort != "text" or not line.key:
            continue
        if line.at not in draft.gone:
            gap.append(line)
            if len(gap) > _GAP_LINES:
                break
            continue
        if gap:
            if label is None or not _is_enclosed(draft, gap, line):
                break
            cuts += [draft.whole(one, "edge.gap", draft.labels.get(line.at, label), 0.5) for one in gap]
        gap = []
        label = draft.labels.get(line.at)
    return draft.with_cuts(cuts)


def _cut_slips(draft: Draft) -> list[Cut]:
    """A word or two between two lines of furniture: what they ask to reply, a name, the rest of a broken prompt."""
    if not draft.gone:
        return []
    words = draft.text_lines
    return [
        draft.whole(line, "edge.slip", draft.labels[above.at], 0.5)
        for above, line, below in zip(words, words[1:], words[2:], strict=False)
        if line.at not in draft.gone and _leads_to_contact(draft, above, line)
    ] + [
        draft.whole(line, "edge.slip", draft.labels[above.at], 0.5)
        for above, line, below in zip(words, words[1:], words[2:], strict=False)
        if line.at not in draft.gone
        and draft.labels.get(above.at, "credit") not in _NO_FURNITURE
        and draft.labels.get(below.at, "credit") not in _NO_FURNITURE
        and line.at - above.at == 1
        and below.at - line.at == 1
        and not line.heading
        and draft.signs[line.at].ask >= 0
        and (len(line.key) <= _SLIP or _is_wholly_contact(draft, line))
    ]


def _leads_to_contact(draft: Draft, above: Line, line: Line) -> bool:
    """Whether a line is the address, or the word to send, that the line right above, which is gone, announces with a
    colon."""
    label = draft.labels.get(above.at)
    if not above.text.rstrip(" *_").endswith((":", "：")):
        return False
    if label == "contact" and _is_wholly_contact(draft, line):
        return True
    return label in _ASK_TO_SEND and line.at - above.at == 1 and _TO_SEND.match(line.key) is not None


def _is_wholly_contact(draft: Draft, line: Line) -> bool:
    """Whether a line is an address, a number, a handle and nothing else."""
    signs = draft.signs[line.at]
    return bool(signs.hits) and signs.bare == 0 and all(hit.rule.label == "contact" for hit in signs.hits)


def _cut_slogans(draft: Draft) -> list[Cut]:
    """Near the head, set-off lines between a prompt and a credit."""
    words = [line for line in draft.lines[:_HEAD] if line.sort == "text" and line.key]
    return [
        draft.whole(line, "edge.gap", draft.labels[above.at], 0.5)
        for above, line, below in zip(words, words[1:], words[2:], strict=False)
        if draft.labels.get(above.at) in ("follow-prompt", "qr-prompt")
        and draft.labels.get(below.at) == "credit"
        and line.at not in draft.gone
        and line.faint
        and is_slight(line)
    ]


def _is_enclosed(draft: Draft, gap: list[Line], above: Line) -> bool:
    silent = [line for line in gap if draft.signs[line.at].ask < 1]
    if any(line.text.rstrip().endswith("。") and len(line.key) > _SAYING for line in silent):
        return False
    size = sum(len(line.key) for line in gap)
    if size > (200 if len(gap) <= 3 else 90):
        return False
    one = len(gap) == 1 and (draft.signs[gap[0].at].ask >= 1 or draft.labels.get(above.at) in _ASKS)
    return _count_above(draft, above) >= (1 if one else 2)


def _count_above(draft: Draft, line: Line) -> int:
    """How many lines in a row, ending with this one, are gone as furniture proper; more than two are not counted."""
    count = 0
    at = line.at
    while at >= 0 and count < 2:
        one = draft.lines[at]
        if one.sort in ("code", "table", "media"):
            break
        if one.sort == "text" and one.key:
            if at not in draft.gone:
                break
            count += draft.labels.get(at) not in _NO_FURNITURE
        at -= 1
    return count
