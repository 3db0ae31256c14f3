"""What one line counts for: above 0 for furniture, below for the text."""

import re
from typing import Final

from wxarchive.clean.draft import Draft, is_end_mark
from wxarchive.clean.lines import Line, Sort
from wxarchive.clean.pictures import has_code
from wxarchive.clean.rules import Label
from wxarchive.clean.signs import Signs

__all__ = ["is_enumerated", "is_slight", "measure_ask", "weigh"]

_FOR_THINGS: Final[dict[Sort, float]] = {
    "image": 0.0,
    "rule": 0.0,
    "media": -1.0,
    "table": -4.0,
    "code": -6.0,
}
_FOR_CARDS: Final = {True: 1.5, False: 0.2}
"""An account's card ends a post; before one it introduces it, and what follows is the text."""
_FOR_CODES: Final = 0.8
"""A picture in which a QR code was read, at the tail."""
_FOR_GONE: Final = 1.0
_FOR_CREDITS: Final = {True: 0.5, False: 0.0}
_FOR_MARKS: Final = 0.2
_FOR_END_MARKS: Final = 1.0
_BARE_THAT_SIGNS_CARRY: Final = 80
_SHORT: Final = 22
_MIDDLING: Final = 40
_WITHOUT_COMPANY: Final = 0.6
_ON_TOPIC: Final = 0.3
_IN_A_LIST: Final = 0.5
_LEAST_ASK: Final = 0.5
_FOR_SOLICITING: Final[dict[Label, float]] = {
    "contact": 0.2,
    "ad": 0.0,
    "account-intro": 0.3,
    "qr-prompt": 0.3,
    "notice": 0.3,
}
"""What wording counts for in a notice, an offer or an event: they need telephone, terms and codes themselves."""
_FIRM_LABELS: Final[frozenset[Label]] = frozenset(
    ("follow-prompt", "share-prompt", "read-original", "related-links")
)
_STEPS_OF_AN_OFFER: Final[frozenset[Label]] = frozenset(("qr-prompt", "read-original", "contact", "ad"))
_FIRM_NOTICES: Final = frozenset(("notice.forbid", "notice.reprint", "notice.infringe", "notice.from-net"))
_FIRM_CONTACTS: Final = frozenset(("contact.editor", "contact.business"))
_MATTER: Final = re.compile(
    "报名|填写|投递|参与|参加|查询|查看|下载|缴费|预约|咨询|入群|加群|进群|投票|购票|购买|提交|登记|签到|答题|领取|申请"
)
"""What a notice or an offer has its code scanned for."""
_ENUMERATED: Final = re.compile(
    r"^(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[、.．)）]|^[(（][\d一二三四五六七八九十]{1,3}[)）]"
)
_OPEN_ENDS: Final = ("。", "；", "：", "，", "；", ":", ",")


def weigh(draft: Draft, line: Line, *, tail: bool, relaxed: bool = False) -> float:
    """What a line counts for at the tail, or else the head; ``relaxed`` behind an end mark, where less is text."""
    if line.at in draft.gone:
        return _FOR_CREDITS[tail] if draft.labels.get(line.at) == "credit" else _FOR_GONE
    if line.at in draft.references:
        return 0.0
    if line.sort == "card":
        return _FOR_CARDS[tail]
    if line.sort == "image" and tail and has_code(draft, line):
        return _FOR_CODES
    if line.sort != "text":
        return _FOR_THINGS[line.sort]
    if not line.key:
        return _FOR_MARKS if line.text else 0.0
    if is_end_mark(line):
        return _FOR_END_MARKS
    ask = measure_ask(draft, line)
    if ask <= 0:
        return -_cost_of_silence(line) * (0.6 if relaxed else 1.0)
    signs = draft.signs[line.at]
    cost = _cost_of_bareness(signs) * (1.0 if tail else 1.3) * (0.7 if relaxed else 1.0)
    return ask * (1.0 if signs.own else _WITHOUT_COMPANY) - cost


def measure_ask(draft: Draft, line: Line) -> float:
    """How much a line's wording counts in this post: less for what the post itself is about, or is by its nature."""
    signs = draft.signs[line.at]
    if not signs.hits or signs.ask <= 0:
        return min(signs.ask, 0.0)
    strongest = signs.strongest
    assert strongest is not None
    ask = signs.ask
    label = strongest.rule.label
    if draft.is_spoken(line):
        return 0.0
    if label in draft.topics:
        ask *= _ON_TOPIC
    if _ENUMERATED.match(line.text.strip()):
        ask *= _IN_A_LIST
    if draft.solicits:
        if not signs.own or (is_enumerated(line) and label in _STEPS_OF_AN_OFFER):
            return 0.0
        if label == "qr-prompt" and _MATTER.search(line.key) and "关注" not in line.key:
            return 0.0
        if not _is_firm(signs) and not (label == "qr-prompt" and "关注" in line.key):
            ask *= _FOR_SOLICITING.get(label, 1.0)
    return ask if ask >= _LEAST_ASK else 0.0


def is_enumerated(line: Line) -> bool:
    """Whether a line begins with the number of a list's item."""
    return _ENUMERATED.match(line.text.strip()) is not None


def is_slight(line: Line) -> bool:
    """Whether a line is short, no sentence, no item of a list and announces nothing."""
    text = line.text.strip()
    if text.endswith(_OPEN_ENDS) or _ENUMERATED.match(text):
        return False
    return len(line.key) <= (40 if line.faint else 28)


def _is_firm(signs: Signs) -> bool:
    """Whether a line asks for what no notice or offer needs: to follow, to share, not to reprint."""
    return any(
        (hit.rule.label in _FIRM_LABELS and hit.rule.weight >= 2)
        or hit.rule.id in _FIRM_NOTICES
        or hit.rule.id in _FIRM_CONTACTS
        for hit in signs.hits
    )


def _cost_of_silence(line: Line) -> float:
    """What a line without any sign counts for the text: the more, the longer it is."""
    size = len(line.key)
    if size > _MIDDLING:
        cost = 2 + size / 60
    elif size > _SHORT or line.text.rstrip().endswith("。"):
        cost = 1.2
    else:
        cost = 0.8
    return cost * 0.7 if line.faint else cost


def _cost_of_bareness(signs: Signs) -> float:
    """What the words that no rule covers count for the text. Several signs carry a longer paragraph than one."""
    cost = signs.bare / 16 + (0.8 if signs.bare > 60 else 0.0)
    rules = len({hit.rule.id for hit in signs.hits})
    if rules == 1 or signs.bare > _BARE_THAT_SIGNS_CARRY:
        return cost
    return min(cost, 3.4 if rules == 2 else 2.2)
