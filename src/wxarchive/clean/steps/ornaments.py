"""Dividers and end marks that mean nothing by themselves, and a dump's picture lines beside an asked-for code."""

import re
from typing import Final

from wxarchive.clean.draft import Cut, Draft, is_end_mark
from wxarchive.clean.lines import Line

__all__ = ["drop_ornaments", "drop_pictures"]

_LONGEST: Final = 60
_ELLIPSIS: Final = re.compile(r"[\s.。…？?！!,，、:：;；\"'“”()（）%+=<>/0-9-]*")
_DIVIDER: Final = re.compile(
    r"[\s\-—–―─━═=_~～*#·•.…|"
    r"｜丨/\\\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2b00-\u2bff\u3030\ufe0f\U0001f446-\U0001f449\U000"
    r"1f53a-\U0001f53d]+"
)


def drop_ornaments(draft: Draft) -> Draft:
    """Dividers and end marks that mean nothing by themselves."""
    cuts: list[Cut] = []
    for line in draft.lines:
        if line.sort != "text" or not line.text.strip() or line.at in draft.gone:
            continue
        if draft.dump and not line.key and "](" in line.text and _beside_gone(draft, line):
            cuts.append(draft.whole(line, "edge.marks", "ornament", 0.6))
        if len(line.text) > _LONGEST:
            continue
        if is_end_mark(line) and _is_ending(draft, line):
            cuts.append(draft.whole(line, "ornament.end", "ornament", 0.9))
        elif line.key:
            continue
        elif line.text.lstrip().startswith("|"):
            continue  # a row of a Markdown table
        elif _DIVIDER.fullmatch(line.text) and not _ELLIPSIS.fullmatch(line.text):
            cuts.append(draft.whole(line, "ornament.divider", "ornament", 0.9))
        elif re.fullmatch(r"[\W_]+", line.text) and _beside_gone(draft, line):
            cuts.append(draft.whole(line, "ornament.marks", "ornament", 0.7))
    return draft.with_cuts(cuts)


def _is_ending(draft: Draft, line: Line) -> bool:
    """An end mark ends: no more than a little text may follow it, and more than a word is before it."""
    behind = sum(len(one.key) for one in draft.words() if one.at > line.at)
    before = sum(len(one.key) for one in draft.words() if one.at < line.at)
    return before > behind and (re.search("end", line.text, re.IGNORECASE) is not None or behind < before / 3)


def _beside_gone(draft: Draft, line: Line) -> bool:
    """Whether all text on one side is gone, or both neighbours are."""
    words = [one for one in draft.lines if one.text.strip() and one.at != line.at]
    before = [one for one in words if one.at < line.at]
    behind = [one for one in words if one.at > line.at]
    if before and behind and before[-1].at in draft.gone and behind[0].at in draft.gone:
        return True
    if _ELLIPSIS.fullmatch(line.text):
        return False
    left = all(one.at in draft.gone or not one.key for one in before)
    right = all(one.at in draft.gone or not one.key for one in behind)
    return left or right


def drop_pictures(draft: Draft) -> Draft:
    """A dump's picture lines beside an asked-for code, with nothing of the text on their other side."""
    if not draft.dump:
        return draft
    cuts: list[Cut] = []
    for line in draft.lines:
        if line.sort != "image" or line.at in draft.gone:
            continue
        before = [one for one in draft.lines[: line.at] if one.text.strip()][-1:]
        behind = [one for one in draft.lines[line.at + 1 :] if one.text.strip()][:1]
        near = [draft.labels.get(one.at) for one in (*before, *behind) if one.at in draft.gone]
        asked = any(label in ("qr-prompt", "contact") for label in near)
        if asked and len(near) == len(before) + len(behind) and not line.text.lstrip().startswith("["):
            cuts.append(draft.whole(line, "qr.picture", "qr-prompt", 0.6))
    return draft.with_cuts(cuts)
