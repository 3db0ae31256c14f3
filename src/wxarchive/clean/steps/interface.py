"""What the platform put around a post: widgets of a page, the interface at the edges of a dump."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from wxarchive.clean.chrome import is_interface_line
from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.lines import Line, mask_markdown, to_key

__all__ = ["drop_interface"]

_HEAD_OF_DUMP: Final = 24
_EMPTY_PICTURE: Final = re.compile(r"[\s*]*!?\[\]\((?:javascript:[^)]*\)?)?\)[\s*]*")
_POSTS_OF_A_CARD: Final = re.compile(r"\d+篇原创内容")
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d")


def drop_interface(draft: Draft) -> Draft:
    """Lines that parsing marked as widgets or header, and lines that hold words of the interface alone."""
    if draft.dump:
        return draft.with_cuts(
            [*_headers(draft), *_end_of_dump(draft), *_head_of_dump(draft), *_empty(draft)]
        )
    cuts = [
        draft.whole(line, "chrome.widget", "chrome", 1.0) for line in draft.lines if line.widget and line.text
    ]
    cuts += [
        draft.whole(line, "chrome.interface", "chrome", 0.95)
        for line in draft.words()
        if len(line.key) <= 60 and not line.widget and is_interface_line(line.text)
    ]
    return draft.with_cuts(cuts)


def _headers(draft: Draft) -> list[Cut]:
    """Lines of a dump that state title, account and date: parsing has read them."""
    return [
        draft.whole(line, "meta.header", "meta", 1.0) for line in draft.lines if line.widget and line.text
    ]


def _end_of_dump(draft: Draft) -> list[Cut]:
    if draft.interface is None:
        return []
    lines = [line for line in draft.lines if line.text and (line.block, line.start) >= draft.interface]
    lines = _from_sure_words(lines)
    cuts = [draft.whole(line, "chrome.interface", "chrome", 0.95) for line in lines]
    return cuts + (_signature(draft, lines[0].at) if lines else [])


def _from_sure_words(lines: list[Line]) -> list[Line]:
    """The lines of an interface; without words it shares with everyone where those stand before pictures of the post."""
    sure = next((n for n, line in enumerate(lines) if is_interface_line(mask_markdown(line.text))), 0)
    pictures = [n for n, line in enumerate(lines[:sure]) if line.sort == "image" and "](http" in line.text]
    return lines[pictures[-1] + 1 :] if pictures else lines


def _signature(draft: Draft, first: int) -> list[Cut]:
    """The account's name that stands over a tip dialog."""
    names = {to_key(name) for name in (draft.about.nickname, draft.about.author) if name}
    above = next((line for line in reversed(draft.lines[:first]) if line.sort == "text" and line.key), None)
    if above is None or above.key not in names:
        return []
    return [draft.whole(above, "chrome.signature", "chrome", 0.8)]


def _head_of_dump(draft: Draft) -> list[Cut]:
    cuts: list[Cut] = []
    words = [line for line in islice(draft.words(), _HEAD_OF_DUMP) if not line.widget]
    sure = {line.at for line in words if is_interface_line(mask_markdown(line.text))}
    for place, line in enumerate(words):
        beside = any(near.at in sure for near in words[max(place - 1, 0) : place + 2])
        if line.at in sure or (beside and is_interface_line(mask_markdown(line.text), shared=True)):
            cuts.append(draft.whole(line, "chrome.interface", "chrome", 0.9))
        elif _is_motto(draft, words, place):
            cuts.append(draft.whole(line, "chrome.card", "chrome", 0.6))
        elif place < 3 and _CLOCK.fullmatch(line.key):
            cuts.append(draft.whole(line, "chrome.clock", "chrome", 0.7))
    return cuts


def _is_motto(draft: Draft, words: Sequence[Line], place: int) -> bool:
    """Whether a line stands between the account's name and 412篇原创内容: the motto of a copied profile card."""
    name = to_key(draft.about.nickname or "")
    return (
        0 < place < len(words) - 1
        and bool(name)
        and words[place - 1].key == name
        and _POSTS_OF_A_CARD.fullmatch(words[place + 1].key) is not None
    )


def _empty(draft: Draft) -> list[Cut]:
    return [
        draft.whole(line, "chrome.empty-picture", "chrome", 0.9)
        for line in draft.lines
        if line.text and _EMPTY_PICTURE.fullmatch(line.text)
    ]
