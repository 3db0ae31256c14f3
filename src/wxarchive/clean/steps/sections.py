"""Sections of furniture: what stands behind 关于我们, 投稿须知, 版权声明 … as far as it goes on."""

from wxarchive.clean.draft import Cut, Draft, heading_key
from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import Fence, Label
from wxarchive.clean.signs import find_fence

__all__ = ["drop_sections"]


def drop_sections(draft: Draft) -> Draft:
    """What stands behind 关于我们, 投稿须知, 版权声明 …, as far as it goes on."""
    cuts: list[Cut] = []
    words = list(draft.words())
    total = sum(len(line.key) for line in words) or 1
    done: set[int] = set()
    for place, line in enumerate(words):
        if line.at in done:
            continue
        fence = _find_section(draft, line)
        if fence is None or fence.label in draft.topics:
            continue
        rest = words[place + 1 :]
        left = sum(len(one.key) for one in rest)
        at_head = place <= 3 and fence.label == "notice"
        if not at_head and (left > max(900, total * 0.4) or place < 2 or place * 5 < len(words) * 2):
            continue
        if draft.solicits and fence.label == "ad":
            continue
        if draft.solicits and fence.label in ("contact", "account-intro", "notice"):
            # Of a notice or an offer these are the matter, unless the account speaks of itself.
            follows = rest[: fence.lines]
            if not any(draft.signs[one.at].own and draft.signs[one.at].ask >= 2 for one in follows[:3]):
                continue
        run = _section(draft, rest, fence.lines, fence.length, fence.label, at_head)
        told = draft.signs[line.at].ask >= 1.5 or any(draft.signs[one.at].ask > 0.5 for one in run[:4])
        if not told or (not run and draft.signs[line.at].ask < 2 and rest):
            continue
        cuts.append(draft.whole(line, fence.id, fence.label, 0.85))
        cuts += [draft.whole(one, f"{fence.id.split('.')[0]}.section", fence.label, 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    return draft.with_cuts(cuts)


def _find_section(draft: Draft, line: Line) -> Fence | None:
    """The section that a line heads; 关于 and the account's name is one too."""
    key = heading_key(line)
    if draft.about.nickname and key == f"关于{to_key(draft.about.nickname)}":
        key = "关于我们"
    return find_fence(key, draft.book.sections)


def _section(draft: Draft, rest: list[Line], most: int, length: int, label: Label, at_head: bool) -> list[Line]:
    run: list[Line] = []
    most = 2 if at_head else most
    for line in rest:
        if len(run) >= most:
            break
        signs = draft.signs[line.at]
        inner = find_fence(heading_key(line), draft.book.sections)
        if inner and not at_head:
            most, length = len(run) + 1 + inner.lines, max(length, inner.length)
        if at_head and signs.ask < 1:
            break
        if len(line.key) > length or line.sort != "text":
            break
        if signs.ask < 1 and run and line.heading:
            break
        if find_fence(heading_key(line), draft.book.related):
            break
        run.append(line)
    # A last line that is a sentence without any sign, with more text behind it, belongs to that text.
    while len(run) > 1 and draft.signs[run[-1].at].ask < 1 and len(run[-1].key) > 40 and _goes_on(draft, rest, run):
        run.pop()
    return run


def _goes_on(draft: Draft, rest: list[Line], run: list[Line]) -> bool:
    """Whether text, not furniture, follows a run."""
    return any(draft.signs[line.at].ask < 1 and len(line.key) > 20 for line in rest[len(run) : len(run) + 2])
