"""What is furniture by its company: lines of names and mail addresses in a row, and what stands in a post twice."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from wxarchive.clean.draft import Cut, Draft
from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import Label
from wxarchive.clean.steps.weights import measure_ask

__all__ = ["drop_captions", "drop_contacts", "drop_twins"]

_RUN: Final = 3
_LATE: Final = 0.6
_LONGEST: Final = 40
_LONGEST_HEADING: Final = 10
_OF_PEOPLE: Final = re.compile("团队|编辑部|联系|邮箱|成员|小组|信箱")
_LONGEST_CAPTION: Final = 16
_CAPTIONS_OF_A_PICTURE: Final = 2
_MAIL: Final = re.compile(r"(?:e-?mail[:]?)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_HANDLES: Final = frozenset(("contact.mail", "contact.weixin", "contact.handle"))
_NO_FURNITURE: Final[frozenset[Label]] = frozenset(("credit", "ornament", "meta", "chrome"))


def drop_contacts(draft: Draft) -> Draft:
    """In the last part of a post: three lines or more that are each an address with a name at most; and mail addresses
    that are the last lines.

    Of a notice or an offer they are the matter, unless they are the account's own handles.
    """
    words = draft.words()
    above_of = {line.at: above for above, line in pairwise(words)}
    cuts: list[Cut] = []
    for run in _runs(draft, words[int(len(words) * _LATE) :]):
        if (draft.solicits or "contact" in draft.topics) and not _name_the_account(draft, run):
            continue
        above = above_of.get(run[0].at)
        if above and len(above.key) <= _LONGEST_HEADING and _OF_PEOPLE.search(above.key):
            run = [above, *run]
        cuts += [draft.whole(line, "contact.run", "contact", 0.7) for line in run]
    matter = draft.solicits or "contact" in draft.topics
    if len(words) > 3 and not matter and not cuts:
        for line in reversed(words[3:]):
            if not _MAIL.fullmatch(line.key):
                break
            cuts.append(draft.whole(line, "contact.run", "contact", 0.6))
    return draft.with_cuts(cuts)


def _runs(draft: Draft, words: list[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in [*words, None]:
        if line is not None and _is_address(draft, line):
            run.append(line)
            continue
        if len(run) >= _RUN:
            yield run
        run = []


def _name_the_account(draft: Draft, run: list[Line]) -> bool:
    """Whether two lines or more are handles with the account's name: its own, whatever the post asks for."""
    name = to_key(draft.about.nickname or "")
    handles = [
        line for line in run if any(hit.rule.id == "contact.handle" for hit in draft.signs[line.at].hits)
    ]
    return len(name) > 1 and sum(name in line.key for line in handles) > 1


def _is_address(draft: Draft, line: Line) -> bool:
    signs = draft.signs[line.at]
    return (
        len(line.key) <= _LONGEST
        and bool(signs.hits)
        and signs.bare == 0
        and any(hit.rule.id in _HANDLES for hit in signs.hits)
        and all(hit.rule.label in ("contact", "account-intro") for hit in signs.hits)
    )


def drop_captions(draft: Draft) -> Draft:
    """Behind a prompt to scan, to the end of the post: nothing but pictures and a few words under each of them."""
    asked = [at for at, label in draft.labels.items() if label == "qr-prompt"]
    if not asked:
        return draft
    behind = draft.lines[max(asked) + 1 :]
    words = [line for line in behind if line.sort == "text" and line.key and line.at not in draft.gone]
    pictures = sum(line.sort == "image" or line.images > 0 for line in behind)
    if not words or len(words) > _CAPTIONS_OF_A_PICTURE * pictures:
        return draft
    if any(len(line.key) > _LONGEST_CAPTION or not line.faint or line.heading for line in words):
        return draft
    if any(line.sort in ("code", "table", "media") for line in behind):
        return draft
    return draft.with_cuts(draft.whole(line, "qr.caption", "qr-prompt", 0.6) for line in words)


def drop_twins(draft: Draft) -> Draft:
    """A line that asks and stands in the post once more, word for word, where it went: a prompt at both ends."""
    gone = {
        draft.lines[at].key: label
        for at, label in draft.labels.items()
        if label not in _NO_FURNITURE and 4 <= len(draft.lines[at].key) <= _LONGEST
    }
    if not gone:
        return draft
    return draft.with_cuts(
        draft.whole(line, "edge.twin", gone[line.key], 0.7)
        for line in draft.words()
        if line.key in gone and draft.signs[line.at].hits and measure_ask(draft, line) > 0
    )
