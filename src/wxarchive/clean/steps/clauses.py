"""The asking end of a paragraph: the paragraph stays."""

import re
from collections.abc import Sequence
from typing import Final

from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.lines import Line, mask_markdown, raw_offset, to_key
from wxarchive.clean.signs import Hit, Signs
from wxarchive.clean.steps.weights import is_enumerated, measure_ask

__all__ = ["drop_clauses", "find_asking_end"]

_SENTENCE: Final = re.compile(r"[^。！？!?…~～\n]*(?:[。！？!?…~～\n]+[”’」』）)】]*|$)")
_CLAUSE_END: Final = re.compile("(?<=[,，；;])")
_LONGEST: Final = 6_000
_FIRST: Final = 4
_LAST: Final = 6
_SHORTEST: Final = 24
_LEAD: Final = 20
"""So many characters of a paragraph, and two fifths of it, must be left; else its end is not worth a cut."""
_BARE_IN_SENTENCE: Final = 26
_LONGEST_CLAUSES: Final = 44
_SILENT_CLAUSE: Final = 14

_Spans = Sequence[tuple[int, int]]


def drop_clauses(draft: Draft) -> Draft:
    """Of paragraphs near an edge, the sentences or clauses at their end that ask."""
    words = draft.words()
    near = {line.at: line for line in (*words[:_FIRST], *words[-_LAST:])}
    cuts: list[Cut] = []
    for line in near.values():
        signs = draft.signs[line.at]
        if is_enumerated(line):
            continue  # an item of a list asks for what the list is about
        if len(line.key) >= _SHORTEST and signs.own and signs.ask >= 2 and measure_ask(draft, line) >= 1:
            cut = find_asking_end(draft, line, signs)
            cuts += [cut] if cut else []
    return draft.with_cuts(cuts)


def find_asking_end(draft: Draft, line: Line, signs: Signs) -> Cut | None:
    """The cut of a paragraph's asking end; None if it has none, or if too little were left of the paragraph."""
    firm = [
        hit
        for hit in signs.hits
        if hit.rule.own and hit.rule.weight >= 2 and hit.rule.label not in draft.topics
    ]
    if not firm or len(line.text) > _LONGEST:
        return None
    shown = mask_markdown(line.text) if draft.dump else line.text
    asking = _places(shown, [hit for hit in signs.hits if hit.rule.own])
    begin = _find_begin(shown, asking, _places(shown, firm))
    if begin is None:
        return None
    lead = len(to_key(shown[:begin]))
    if lead < _LEAD or lead < 0.4 * len(line.key):
        return None
    rule = max(firm, key=lambda hit: hit.rule.weight).rule
    return Cut(line.block, line.start + begin, line.end, rule.id, rule.label, 0.6)


def _places(shown: str, hits: Sequence[Hit]) -> _Spans:
    """Where hits stand in the text as written."""
    return [(raw_offset(shown, hit.start), raw_offset(shown, hit.end - 1) + 1) for hit in hits]


def _find_begin(shown: str, asking: _Spans, firm: _Spans) -> int | None:
    """Where the run of asking sentences at the end begins; of a long one only its asking clauses count."""
    begin: int | None = None
    for found in reversed(list(_SENTENCE.finditer(shown))):
        start, end = found.span()
        if not found[0].strip():
            continue
        covered = sum(min(b, end) - max(a, start) for a, b in asking if a < end and b > start)
        if covered <= 0:
            break
        if end - start - covered > _BARE_IN_SENTENCE:
            inner = _find_clauses(shown, start, end, asking, firm)
            begin = begin if inner is None else inner
            break
        begin = start
    return begin if begin is not None and any(a >= begin for a, _ in firm) else None


def _find_clauses(shown: str, start: int, end: int, asking: _Spans, firm: _Spans) -> int | None:
    """Where the asking clauses at the end of a long sentence begin: behind the comma before the first of them."""
    inside = [a for a, b in firm if a >= start and b <= end]
    if not inside:
        return None
    comma = max(shown.rfind(mark, start, inside[0]) for mark in ",，；;")
    if comma <= start or end - comma > _LONGEST_CLAUSES:
        return None
    at = comma + 1
    for clause in _CLAUSE_END.split(shown[comma + 1 : end]):
        asks = any(a < at + len(clause) and b > at for a, b in asking)
        if not asks and len(clause) > _SILENT_CLAUSE:
            return None
        at += len(clause)
    return comma + 1
