"""Boxes that authors draw around their furniture: where most of one goes, the rest of it goes too."""

from typing import Final

from wxarchive.clean.draft import Cut, Draft, is_end_mark, is_prose
from wxarchive.clean.lines import Line
from wxarchive.clean.rules import Label
from wxarchive.clean.steps.weights import is_slight, measure_ask

__all__ = ["drop_boxes"]

_MOST_LINES: Final = 16
_MOST_CHARACTERS: Final = 500
_MOST_OF_POST: Final = 0.4
_LATE: Final = 0.5
_FIRST: Final = 6
_FIRM: Final = 2.0
_NO_FURNITURE: Final[frozenset[Label]] = frozenset(("credit", "ornament", "meta", "chrome"))


def drop_boxes(draft: Draft) -> Draft:
    """In a box at the end or the head of a post, the short lines beside those that went or ask for certain.

    A third of its lines must have a sign. A box with a paragraph of text, a reference or a list's items is left alone;
    of a notice or an offer every box but the account's own card at the end.
    """
    if draft.dump:
        return draft
    boxes: dict[int, list[Line]] = {}
    for line in draft.text_lines:
        for container in draft.body.blocks[line.block].inside:
            if container.kind == "box":
                boxes.setdefault(container.id, []).append(line)
    if not boxes:
        return draft
    total = sum(len(line.key) for line in draft.text_lines)
    places = {line.at: place for place, line in enumerate(draft.text_lines)}
    cuts: dict[int, Cut] = {}
    for lines in boxes.values():
        size = sum(len(line.key) for line in lines)
        first, last = places[lines[0].at], places[lines[-1].at]
        at_edge = first >= len(places) * _LATE or last < _FIRST
        if not at_edge or len(lines) > _MOST_LINES or size > min(_MOST_CHARACTERS, total * _MOST_OF_POST):
            continue
        is_last = last == len(places) - 1
        if draft.solicits and not is_last:
            continue
        for line in _rest_of_furniture(draft, lines, is_last=is_last):
            cuts.setdefault(line.at, draft.whole(line, "edge.box", _label(draft, lines), 0.55))
    return draft.with_cuts(cuts.values())


def _rest_of_furniture(draft: Draft, lines: list[Line], *, is_last: bool) -> list[Line]:
    """The lines of a box that are left, if the box is furniture; else none.

    The last box of a post is, too, if it names the account and says where or when to find it.
    """
    left = [line for line in lines if line.at not in draft.gone]
    firm = [line for line in lines if _is_firm(draft, line)]
    signed = [line for line in lines if line in firm or draft.signs[line.at].hits]
    labels = [{hit.rule.label for hit in draft.signs[line.at].hits} for line in signed]
    contacts = sum("contact" in found for found in labels)
    named = any("account-intro" in found for found in labels)
    is_card = is_last and contacts > 0 and (named or (contacts > 1 and _is_closed(draft, lines[0])))
    known = is_card if draft.solicits else firm or is_card
    if not left or not known or len(signed) * 3 < len(lines):
        return []
    return left if all(_may_go(draft, line) for line in left) else []


def _is_closed(draft: Draft, first: Line) -> bool:
    """Whether a signature with a date, an end mark, credits or furniture stands right over a box."""
    above = next((line for line in reversed(draft.text_lines) if line.at < first.at), None)
    if above is None:
        return False
    signed = any(hit.rule.id == "keep.signed" for hit in draft.signs[above.at].hits)
    return signed or above.at in draft.gone or is_end_mark(above)


def _is_firm(draft: Draft, line: Line) -> bool:
    if line.at in draft.gone:
        return draft.labels.get(line.at) not in _NO_FURNITURE
    return draft.signs[line.at].own and measure_ask(draft, line) >= _FIRM


def _may_go(draft: Draft, line: Line) -> bool:
    signs = draft.signs[line.at]
    if signs.ask < 0 or line.at in draft.references or is_prose(line):
        return False
    return bool(signs.hits) or is_slight(line)


def _label(draft: Draft, lines: list[Line]) -> Label:
    labels = [draft.labels[line.at] for line in lines if line.at in draft.gone]
    proper = [label for label in labels if label not in _NO_FURNITURE]
    for line in lines:
        strongest = draft.signs[line.at].strongest
        if not proper and strongest is not None and strongest.rule.weight > 0:
            proper.append(strongest.rule.label)
    return max(proper, key=proper.count) if proper else "account-intro"
