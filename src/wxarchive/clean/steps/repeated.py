"""What the account repeats at the head or the tail of its posts."""

from collections.abc import Sequence
from typing import Final

from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.learned import Edge, LearnedBlock
from wxarchive.clean.lines import Line

__all__ = ["drop_repeated"]

_AT_EDGE: Final[dict[Edge, int]] = {"head": 12, "tail": 40}
_MISSES: Final[dict[Edge, int]] = {"head": 2, "tail": 5}
"""The walk inwards stops behind so many lines that are none of the account's."""
_LONGEST_MISS: Final = 80
_MOST: Final = 0.6
"""Of a post that would be mostly of it, nothing is taken: it is the same post once more."""


def drop_repeated(draft: Draft) -> Draft:
    """The learned lines at both edges, from the outside inwards: further in, the same words are the text's."""
    if not draft.hints.learned.blocks:
        return draft
    words = [line for line in draft.lines if line.sort == "text" and line.key]
    found = _walk(draft, words[::-1], "tail")
    found |= {at: block for at, block in _walk(draft, words, "head").items() if at not in found}
    size = sum(len(draft.lines[at].key) for at in found)
    if size > _MOST * sum(len(line.key) for line in words):
        return draft
    return draft.with_cuts(_cut(draft, draft.lines[at], block) for at, block in sorted(found.items()))


def _walk(draft: Draft, order: Sequence[Line], edge: Edge) -> dict[int, LearnedBlock]:
    """Place of line → what it repeats."""
    found: dict[int, LearnedBlock] = {}
    misses = looked = 0
    for line in order:
        if line.at in draft.gone:
            continue
        looked += 1
        if looked > _AT_EDGE[edge]:
            break
        block = draft.hints.learned.find(line.text, edge)
        if block is not None:
            found[line.at] = block
            misses = 0
            continue
        misses += 1
        if misses > _MISSES[edge] or len(line.key) > _LONGEST_MISS:
            break
    return found


def _cut(draft: Draft, line: Line, block: LearnedBlock) -> Cut:
    strongest = draft.signs[line.at].strongest
    label = strongest.rule.label if strongest and strongest.rule.weight > 0 else "account-intro"
    note = f"in {block.seen} of {block.posts} posts"
    confidence = round(min(0.95, 0.55 + 0.4 * block.share), 2)
    return Cut(line.block, line.start, line.end, f"learned.{block.edge}", label, confidence, note)
