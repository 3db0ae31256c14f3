"""Dividers and end marks that mean nothing by themselves, and a dump's picture lines beside an asked-for code."""

import re
from itertools import accumulate
from typing import Final

from wxarchive.clean.draft import Cut, Draft, is_end_mark
from wxarchive.clean.lines import Line

__all__ = ["drop_ornaments", "drop_pictures"]

_LONGEST: Final = 60
_MARKS: Final = re.compile(r"[\W_]+")
_ELLIPSIS: Final = re.compile(r"[\s.。…？?！!,，、:：;；\"'“”()（）%+=<>/0-9-]*")
_DIVIDER: Final = re.compile(
    r"[\s\-—–―─━═=_~～*#·•.…|｜丨/\\"
    "\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2b00-\u2bff\u3030\ufe0f\U0001f446-\U0001f449\U0001f53a-\U0001f53d]+"
)


def drop_ornaments(draft: Draft) -> Draft:
    """Dividers and end marks, wherever they stand; other marks beside furniture."""
    marks = [line for line in draft.lines if line.sort == "text" and (line.end_mark or not line.key)]
    if not marks:
        return draft
    around = _Around(draft)
    cuts: list[Cut] = []
    for line in marks:
        if line.at in draft.gone or not line.text.strip():
            continue
        if is_end_mark(line):
            if around.is_ending(line):
                cuts.append(draft.whole(line, "ornament.end", "ornament", 0.9))
        elif line.key or line.text.lstrip().startswith("|"):
            continue  # words, or a row of a Markdown table
        elif draft.dump and "](" in line.text:
            if around.is_beside_gone(line):
                cuts.append(draft.whole(line, "edge.marks", "ornament", 0.6))
        elif len(line.text) > _LONGEST:
            continue
        elif _DIVIDER.fullmatch(line.text) and not _ELLIPSIS.fullmatch(line.text):
            cuts.append(draft.whole(line, "ornament.divider", "ornament", 0.9))
        elif _MARKS.fullmatch(line.text) and around.is_beside_gone(line):
            cuts.append(draft.whole(line, "ornament.marks", "ornament", 0.7))
    return draft.with_cuts(cuts)


def drop_pictures(draft: Draft) -> Draft:
    """A dump's picture lines beside an asked-for code, with nothing of the text on their other side."""
    if not draft.dump:
        return draft
    around = _Around(draft)
    cuts: list[Cut] = []
    for line in draft.lines:
        if line.sort != "image" or line.at in draft.gone or line.text.lstrip().startswith("["):
            continue
        near = [at for at in (around.before[line.at], around.behind[line.at]) if at is not None]
        asked = any(draft.labels.get(at) == "qr-prompt" for at in near)
        if asked and all(at in draft.gone for at in near):
            cuts.append(draft.whole(line, "qr.picture", "qr-prompt", 0.6))
    return draft.with_cuts(cuts)


class _Around:
    """What stands before and behind each line, counted once."""

    def __init__(self, draft: Draft) -> None:
        self._gone = draft.gone
        lines = draft.lines
        self.before = _nearest(lines, range(len(lines)))
        self.behind = _nearest(lines, range(len(lines) - 1, -1, -1))
        left = [len(line.key) if line.sort == "text" and line.at not in draft.gone else 0 for line in lines]
        self._upto = [*accumulate(left, initial=0)]

    def is_ending(self, line: Line) -> bool:
        """Whether an end mark ends: more text stands before it than behind, and behind 完 hardly any."""
        before = self._upto[line.at]
        behind = self._upto[-1] - self._upto[line.at + 1]
        return before > behind and ("end" in line.text.lower() or behind < before / 3)

    def is_beside_gone(self, line: Line) -> bool:
        """Whether both neighbours are gone, or all text on one side; an ellipsis may be the text's own."""
        near = (self.before[line.at], self.behind[line.at])
        if all(at is not None and at in self._gone for at in near):
            return True
        if _ELLIPSIS.fullmatch(line.text):
            return False
        return self._upto[line.at] == 0 or self._upto[-1] == self._upto[line.at + 1]


def _nearest(lines: tuple[Line, ...], order: range) -> list[int | None]:
    """For each line the place of the last one with any text before it in ``order``."""
    nearest: list[int | None] = [None] * len(lines)
    last: int | None = None
    for at in order:
        nearest[at] = last
        if lines[at].text.strip():
            last = at
    return nearest
