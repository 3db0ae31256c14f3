"""The tail and the head: furniture at the edges of a post, found as the best-scoring end and beginning."""

import re
from collections.abc import Sequence
from typing import Final

from wxarchive.clean.draft import Cut, Draft, is_end_mark
from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import Label
from wxarchive.clean.steps.clauses import find_asking_end
from wxarchive.clean.steps.weights import is_slight, measure_ask, weigh

__all__ = ["drop_head", "drop_tail"]

_FAR: Final = 9.0
"""The search for a better border stops so far below the best balance."""
_LEAST: Final = 0.9
_LEAST_OF_TEXT_POSTS: Final = 2.6
"""A post that is all text has little furniture: a thank-you at its end is its own."""
_MOST: Final = 0.6
_LITTLE: Final = 160
"""An edge that takes more than so much of a post, and more characters than that, is doubted."""
_SLOGANS: Final = 2
_DETAIL: Final = re.compile("[^,。:]{2,8}:.{1,60}")
_HEAD: Final = 40
_BEHIND_END_MARK: Final = 60
_NO_FURNITURE: Final[frozenset[Label]] = frozenset(("credit", "ornament", "meta"))
_OF_THE_TAIL: Final = frozenset(("intro.boast", "intro.founded", "ad.price"))
"""What a firm says of itself at the end of a post stands in the first line of many a report."""
_OF_THE_ACCOUNT: Final[frozenset[Label]] = frozenset(("account-intro", "contact", "notice"))


def drop_tail(draft: Draft) -> Draft:
    """The best-scoring end: every line counts for or against, and the end begins where the balance is best."""
    order = range(len(draft.lines) - 1, -1, -1)
    border = _find_border(draft, order, tail=True)
    if border is None:
        return draft
    cuts = _spare_text(draft, _cut_within(draft, range(len(draft.lines) - 1, border - 1, -1), tail=True))
    return draft.with_cuts([*cuts, *_cut_masthead(draft, border, cuts)])


def drop_head(draft: Draft) -> Draft:
    """The best-scoring beginning, measured in the same way."""
    border = _find_border(draft, range(min(len(draft.lines), _HEAD)), tail=False)
    if border is None:
        return draft
    return draft.with_cuts(_spare_text(draft, _cut_within(draft, range(border + 1), tail=False)))


def _spare_text(draft: Draft, cuts: list[Cut]) -> list[Cut]:
    """Where an edge would take most of a post, only what certainly asks goes."""
    total = sum(len(line.text) for line in draft.words())
    if sum(cut.end - cut.start for cut in cuts) <= max(_LITTLE, _MOST * total):
        return cuts
    sure = {
        (line.block, line.start)
        for line in draft.words()
        if draft.signs[line.at].ask >= 2 and draft.signs[line.at].bare <= 12
    }
    return [cut for cut in cuts if (cut.block, cut.start) in sure]


def _find_border(draft: Draft, order: Sequence[int], *, tail: bool) -> int | None:
    """The place of the innermost line that belongs to the edge; ``order`` goes from the outer end inwards."""
    least = _LEAST_OF_TEXT_POSTS if draft.about.kind == "text" else _LEAST
    relaxed = tail and any(is_end_mark(line) for line in draft.lines[-_BEHIND_END_MARK:])
    score, best, border, silent = 0.0, 0.0, None, 0
    between: list[Line] = []
    """Lines without a sign since the border."""
    for at in order:
        line = draft.lines[at]
        weight = weigh(draft, line, tail=tail, relaxed=relaxed)
        if line.sort == "text" and line.key:
            # Silent lines in a row weigh more with each: that is how text looks.
            silent = silent + 1 if weight < 0 else 0
            weight *= 1 + 0.3 * max(silent - 1, 0)
            relaxed = relaxed and not is_end_mark(line)
            if weight < 0:
                between.append(line)
        score += weight
        reached = score >= max(best, least)
        if weight > 0 and not reached and border is not None and tail:
            # A line that asks for certain takes a slogan or two behind it along.
            reached = (
                _asks_for_certain(draft, line) and len(between) <= _SLOGANS and all(map(is_slight, between))
            )
        if weight > 0 and reached:
            best, border, between = score, at, []
        if score < best - _FAR:
            break
    return border


def _asks_for_certain(draft: Draft, line: Line) -> bool:
    return draft.signs[line.at].own and measure_ask(draft, line) >= 2


def _cut_within(draft: Draft, span: Sequence[int], *, tail: bool) -> list[Cut]:
    """Which lines of an edge go: those with signs, and short lines whose outer neighbour goes too.

    How many lines without a sign may go depends on how many lines with firm signs are there.
    """
    cuts: list[Cut] = []
    weak: list[Cut] = []
    """Of the run at hand, the cuts of lines that only company makes furniture."""
    spared: set[Cut] = set()
    label: Label = "follow-prompt"
    outer = True
    allowed = 0 if draft.solicits else _allow_silent(draft, span)
    for at in span:
        line = draft.lines[at]
        if at in draft.gone:
            outer = True
        elif at in draft.references:
            continue
        elif line.sort in ("code", "table"):
            outer = False
        elif line.sort != "text" or not line.text or is_end_mark(line):
            continue
        elif not line.key:
            if outer:
                cuts.append(draft.whole(line, "edge.marks", label, 0.6))
        elif cut := _cut_signed(draft, line, outer=outer, tail=tail):
            cuts.append(cut)
            if draft.signs[at].own:
                weak.clear()
            else:
                weak.append(cut)
            label = cut.label
            outer = (cut.start, cut.end) == (line.start, line.end)
        elif outer and allowed > 0 and _may_stand_between(draft, line, tail=tail):
            allowed -= 1
            cuts.append(draft.whole(line, "edge.between", label, 0.55))
        elif draft.signs[at].hits and not draft.signs[at].own and measure_ask(draft, line) > 0:
            continue
        else:
            outer = False
            if weak and _DETAIL.match(line.key):
                spared.update(weak)
            weak.clear()
    if weak and _is_detail_beyond(draft, span):
        # A list of time, place and telephone: its last lines are of one kind with its first.
        spared.update(weak)
    return _drop_weak_border(draft, [cut for cut in cuts if cut not in spared], span)


def _may_stand_between(draft: Draft, line: Line, *, tail: bool) -> bool:
    """Whether a line without signs may be furniture for standing among it; a heading, or the title once more, is none."""
    if draft.signs[line.at].hits or line.heading or not is_slight(line):
        return False
    return tail or not draft.about.title or line.key not in to_key(draft.about.title)


def _drop_weak_border(draft: Draft, cuts: list[Cut], span: Sequence[int]) -> list[Cut]:
    """The cuts without the innermost ones that only company makes furniture, where there is none inwards of them."""
    by_line = {(cut.block, cut.start): cut for cut in cuts}
    inwards = [at for at in reversed(span) if draft.lines[at].sort == "text" and draft.lines[at].key]
    for at in inwards:
        line = draft.lines[at]
        cut = by_line.get((line.block, line.start))
        if at in draft.gone or draft.signs[at].own:
            break
        if cut is not None and cut.label in ("contact", "ad"):
            del by_line[line.block, line.start]
    return list(by_line.values())


def _is_detail_beyond(draft: Draft, span: Sequence[int]) -> bool:
    """Whether the line inwards of an edge is one like 地点：三楼."""
    step = -1 if len(span) > 1 and span[1] < span[0] else 1
    at = span[-1] + step if len(span) > 1 else span[0] - 1
    while 0 <= at < len(draft.lines) and draft.lines[at].sort in ("image", "rule"):
        at += step
    return 0 <= at < len(draft.lines) and _DETAIL.fullmatch(draft.lines[at].key) is not None


def _allow_silent(draft: Draft, span: Sequence[int]) -> int:
    firm = sum(
        draft.labels.get(at) not in _NO_FURNITURE
        if at in draft.gone
        else draft.signs[at].own and measure_ask(draft, draft.lines[at]) >= 2
        for at in span
    )
    return 2 * firm + 1 if firm else 0


def _cut_signed(draft: Draft, line: Line, *, outer: bool, tail: bool) -> Cut | None:
    """The cut of a line with signs: the line, or its asking end where most of it does not ask."""
    signs = draft.signs[line.at]
    strongest = signs.strongest
    if strongest is None or measure_ask(draft, line) <= 0:
        return None
    settled = signs.own and signs.ask >= 2 and signs.bare <= 12
    if not settled and weigh(draft, line, tail=tail) <= 0:
        return None
    if not signs.own and (not outer or (not tail and strongest.rule.id in _OF_THE_TAIL)):
        return None
    mixed = len(line.key) >= 30 and signs.bare >= max(10, len(line.key) * 0.3)
    part = find_asking_end(draft, line, signs) if mixed else None
    return part or draft.whole(line, strongest.rule.id, strongest.rule.label, min(0.95, 0.5 + signs.ask / 8))


def _cut_masthead(draft: Draft, border: int, cuts: Sequence[Cut]) -> list[Cut]:
    """One or two set-off lines right over an account's own lines, under a picture or a rule: its name, its motto."""
    first = draft.lines[border]
    label = next((cut.label for cut in cuts if cut.block == first.block), None)
    if label not in _OF_THE_ACCOUNT:
        return []
    above: list[Line] = []
    for line in reversed(draft.lines[:border]):
        if line.sort in ("image", "rule") or line.at in draft.gone:
            return [draft.whole(one, "edge.masthead", "account-intro", 0.5) for one in above]
        if line.sort != "text" or line.caption or not line.faint or not is_slight(line) or len(above) == 2:
            return []
        above.append(line)
    return []
