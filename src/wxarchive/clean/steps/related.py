"""Other posts: runs of titles behind a heading, and lines at an edge that are nothing but links."""

import re
from typing import Final

from wxarchive.clean.credits import read_credits
from wxarchive.clean.draft import Cut, Draft, heading_key, is_end_mark, is_prose, leads_to_post
from wxarchive.clean.lines import Line
from wxarchive.clean.signs import find_fence

__all__ = ["drop_links", "drop_related"]

_NUMBERED: Final = re.compile(
    r"^(?:\d{1,2}|[①-⑳]|[一二三四五六七八九十]{1,2})[.、,)|:丨《\s]|^[·•▶►▷●○◆◇■□★☆→>*-]|^[《【#|]"
)
_ANNOUNCES: Final = re.compile("推荐阅读|阅读|往期|相关文章|回顾|点击|这一?篇|好文")


def drop_related(draft: Draft) -> Draft:
    """Runs of titles behind a heading such as 往期推荐, and lines near an edge that are nothing but links to posts."""
    cuts: list[Cut] = []
    done: set[int] = set()
    words = list(draft.words())
    for place, line in enumerate(words):
        if line.at in done:
            continue
        fence = find_fence(heading_key(line), draft.book.related)
        if fence is None or (line.linked > 0.9 and leads_to_post(line) and fence.id != "related.heading"):
            continue
        run = _titles(draft, words, place + 1, fence.lines, fence.length)
        settled = bool(run) and all(leads_to_post(one) for one in run)
        if fence.id == "related.named" and not settled and not _is_set_off(line):
            continue
        if not settled and not _is_outside(draft, words, place, run):
            continue
        if not run and not _ends_here(draft, words, place):
            continue
        cuts.append(draft.whole(line, fence.id, "related-links", 0.9))
        cuts += [draft.whole(one, "related.run", "related-links", 0.9 if settled else 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    return draft.with_cuts(cuts)


def drop_links(draft: Draft) -> Draft:
    """Lines at an edge of the text that are nothing but links to other posts."""
    return draft.with_cuts(_bare_links(draft))


def _is_set_off(line: Line) -> bool:
    """Whether a line looks like a heading: a colon at its end, brackets around it, a heading's or a centred look."""
    text = line.text.strip()
    return line.heading or line.faint or text[-1:] in ":：" or text[:1] in "【「[《#▼▽☟↓👇"


def _titles(draft: Draft, words: list[Line], place: int, most: int, length: int) -> list[Line]:
    """The titles that follow a heading, as far as they look like titles."""
    run: list[Line] = []
    linked = 0
    for line in words[place : place + most]:
        ask = draft.signs[line.at].ask
        to_post = leads_to_post(line)
        if to_post:
            run.append(line)
            linked += 1
            continue
        if ask >= 2 and draft.signs[line.at].own:
            # Another piece of furniture: titles may go on behind it.
            if any(leads_to_post(near) for near in words[place + len(run) + 1 : place + len(run) + 3]):
                continue
            if len(run) < 1 and ask < 3:
                continue
            break
        if len(line.key) > length or (line.text.rstrip().endswith(("。", "；", ";")) and len(line.key) > 24):
            break
        if linked and linked == len(run) and not _NUMBERED.match(line.text.strip()):
            ahead = words[place + len(run) + 1 : place + len(run) + 3]
            if len(line.key) > 8 or not any(map(leads_to_post, ahead)):
                break
            linked += 1
        if line.heading and run:
            break
        if read_credits(line.text) or is_end_mark(line) or find_fence(heading_key(line), draft.book.sections):
            break
        run.append(line)
    return run


def _is_outside(draft: Draft, words: list[Line], place: int, run: list[Line]) -> bool:
    """Whether a heading with its titles stands before or behind the text, not in it."""
    behind = [line for line in words[place + 1 + len(run) :] if draft.signs[line.at].ask < 2]
    before = words[:place]
    left = sum(len(line.key) for line in behind if is_prose(line))
    total = sum(len(line.key) for line in words) or 1
    if left <= max(120, total * 0.06) and before:
        return True
    return not any(is_prose(line) for line in before) and len(run) >= 2 and all(map(leads_to_post, run))


def _ends_here(draft: Draft, words: list[Line], place: int) -> bool:
    """Whether nothing but furniture follows: then a heading alone (its titles are pictures) goes too."""
    return all(draft.signs[line.at].ask >= 1.5 for line in words[place + 1 :])


def _bare_links(draft: Draft) -> list[Cut]:
    """Lines at an edge that are wholly links to other posts, with no heading over them."""
    words = list(draft.words())
    cuts: list[Cut] = []
    for line in reversed(words):
        if leads_to_post(line):
            cuts.append(draft.whole(line, "related.links-only", "related-links", 0.85))
        elif draft.signs[line.at].ask < 1.5 and not is_end_mark(line):
            # A line that announces the links makes them part of the text.
            if (
                cuts
                and re.search(r"[:：]\s*$", line.text)
                and _ANNOUNCES.search(line.key)
                and len(line.key) <= 40
            ):
                cuts.append(draft.whole(line, "related.announced", "related-links", 0.7))
            elif re.search(r"[:：]\s*$", line.text) and not find_fence(heading_key(line), draft.book.fences):
                cuts = [cut for cut in cuts if cut.block > _last_linked(words, line)]
            break
    for line in words:
        if leads_to_post(line) and not any(cut.block == line.block for cut in cuts):
            cuts.append(draft.whole(line, "related.links-only", "related-links", 0.8))
        elif draft.signs[line.at].ask < 1.5:
            break
    return cuts


def _last_linked(words: list[Line], line: Line) -> int:
    """The block of the last of the links that directly follow a line."""
    last = line.block
    for one in words:
        if one.at > line.at:
            if not leads_to_post(one):
                break
            last = one.block
    return last
