"""What stands behind an end mark or the closing credits: the author said where the text ends."""

import re
from typing import Final

from wxarchive.clean.draft import Draft, heading_key, is_end_mark, is_prose
from wxarchive.clean.lines import Line
from wxarchive.clean.rules import Label

__all__ = ["drop_behind_end"]

_MOST: Final = 40
_SEPARATORS: Final = re.compile("[:/|]")
_ROLES: Final = 2
_LONGEST: Final = 160
_FIRM: Final = 2.0
_CONTACTS: Final = 2
"""So many lines with an address, a number or a handle are as good as one that asks."""
_REFERENCE: Final = re.compile(
    r"^(?:参考|引用|注释|附录|附件|脚注|文献|原文链接|译自|编译自|reference)|^\[\d{1,3}\]|^(?:注|附)[:\d]|^https?:|"
    r"^(?:\d{1,2}[.、)])?[^,。]{2,40}https?:",
    re.IGNORECASE,
)
"""References stand behind the end mark of many a post; they are its text."""


def drop_behind_end(draft: Draft) -> Draft:
    """The lines behind the last end mark, or the closing credits, if some of them ask and none is text or a reference.

    Of a notice or an offer the credits and end marks close the matter too.
    """
    marks = (
        []
        if draft.solicits
        else [line.at for line in draft.lines if line.sort == "text" and is_end_mark(line)]
    )
    if marks and _is_late(draft, marks[-1]):
        draft = _drop_behind(draft, marks[-1], "edge.behind-end")
    closing = _find_closing_credits(draft)
    return draft if closing is None else _drop_behind(draft, closing, "edge.behind-credits")


def _find_closing_credits(draft: Draft) -> int | None:
    """The place of the last of two or more credit lines in a row in the second half of a post, or of one with as many
    roles."""
    words = draft.text_lines
    for place in range(len(words) - 1, len(words) // 2, -1):
        if draft.labels.get(words[place].at) == "credit":
            is_run = (
                draft.labels.get(words[place - 1].at) == "credit"
                or len(_SEPARATORS.findall(words[place].key)) >= _ROLES
            )
            return words[place].at if is_run and _is_late(draft, words[place].at) else None
    return None


def _drop_behind(draft: Draft, mark: int, rule: str) -> Draft:
    behind = draft.lines[mark + 1 :]
    words = [line for line in behind if line.sort == "text" and line.key]
    if not 0 < len(words) <= _MOST or any(line.sort in ("code", "table") for line in behind):
        return draft
    left = [line for line in words if line.at not in draft.gone]
    if not _has_asks(draft, words) or any(_is_text(draft, line) for line in left):
        return draft
    label = _main_label(draft, words)
    return draft.with_cuts(draft.whole(line, rule, label, 0.6) for line in left)


def _is_late(draft: Draft, mark: int) -> bool:
    """Whether more than half of the text stands before the mark."""
    before = sum(len(line.key) for line in draft.lines[:mark])
    behind = sum(len(line.key) for line in draft.lines[mark + 1 :] if line.at not in draft.gone)
    return before > behind


def _has_asks(draft: Draft, words: list[Line]) -> bool:
    firm = sum(
        line.at in draft.gone or (draft.signs[line.at].own and draft.signs[line.at].ask >= _FIRM)
        for line in words
    )
    contacts = sum(any(hit.rule.label == "contact" for hit in draft.signs[line.at].hits) for line in words)
    if contacts >= _CONTACTS and contacts * 3 >= len(words):
        return True
    return firm >= 1 and firm * 6 >= len(words)


def _is_text(draft: Draft, line: Line) -> bool:
    """Whether a line behind the mark is a paragraph that asks nothing, a reference, or the head of some."""
    signs = draft.signs[line.at]
    if (
        line.at in draft.references
        or signs.ask < 0
        or _REFERENCE.match(line.key)
        or _REFERENCE.match(heading_key(line))
    ):
        return True
    return (is_prose(line) and signs.ask < 1) or len(line.key) > _LONGEST


def _main_label(draft: Draft, words: list[Line]) -> Label:
    """The label of most of what asks there."""
    found: list[Label] = []
    for line in words:
        strongest = draft.signs[line.at].strongest
        if strongest is not None and strongest.rule.weight > 0:
            found.append(strongest.rule.label)
    return max(found, key=found.count) if found else "follow-prompt"
