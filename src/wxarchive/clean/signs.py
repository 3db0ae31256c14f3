"""How much a line's wording speaks for furniture, and how much of the line it leaves over."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import RULES, Fence, Label, Rule

__all__ = ["About", "Hit", "Signs", "find_fence", "read_signs", "rules_by_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a post beside its body: its account names itself in furniture."""

    nickname: str | None = None
    alias: str | None = None
    description: str | None = None
    title: str | None = None
    author: str | None = None
    kind: str = "article"
    form: Literal["page", "dump"] = "page"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that a line meets, and where in its key."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules see in one line."""

    hits: tuple[Hit, ...] = ()
    ask: float = 0.0
    """The weights of the rules it meets, the heaviest whole, each further one half."""
    bare: int = 0
    """How many characters of its key no hit covers."""
    own: bool = False
    """Whether a rule speaks for furniture by itself, not only in company."""

    @property
    def strongest(self) -> Hit | None:
        """The hit that names the line's label: of the heaviest rule, the first."""
        return max(self.hits, key=lambda hit: (hit.rule.weight, -hit.start), default=None)


_NO_SIGNS: Final = Signs()
_CLAUSE: Final = re.compile(r"[,。;!?~…|]+")
_MATCHERS: Final = tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in RULES)
_BY_CUE: Final[dict[str, list[tuple[str, int]]]] = {}
"""First character of a cue → the cue and its rule's place: few of them are tried on a line."""
for _n, _rule in enumerate(RULES):
    for _cue in _rule.cues.split():
        _BY_CUE.setdefault(_cue[0], []).append((_cue, _n))

_NAME: Final = Rule(
    id="intro.name",
    label="account-intro",
    cues="",
    pattern="",
    weight=2,
    example="",
    counter_example="",
)
_MOTTO: Final = Rule(id="intro.motto", label="account-intro", cues="", pattern="", weight=3, example="", counter_example="")
_ALIAS: Final = Rule(id="intro.alias", label="account-intro", cues="", pattern="", weight=2.5, example="", counter_example="")
_TELL: Final = Rule(id="intro.mention", label="account-intro", cues="", pattern="", weight=1.0, example="", counter_example="")


def rules_by_id() -> dict[str, Rule]:
    """All rules, those that no table row states too, by their ids."""
    return {rule.id: rule for rule in (*RULES, _NAME, _MOTTO, _ALIAS, _TELL)}


def read_signs(line: Line, about: About) -> Signs:
    """What the rules, and the account's own names, see in a line."""
    key = line.key
    if not key:
        return _NO_SIGNS
    low = key.lower()
    tried = sorted({n for first in set(low) for cue, n in _BY_CUE.get(first, ()) if cue in low})
    hits = [
        Hit(rule, found.start(), found.end())
        for rule, matcher in (_MATCHERS[n] for n in tried)
        for found in matcher.finditer(key)
    ]
    hits += _name_hits(key, about)
    if not hits:
        return _NO_SIGNS
    weights: dict[str, float] = {}
    for hit in hits:
        weights[hit.rule.id] = hit.rule.weight
    ranked = sorted((weight for weight in weights.values() if weight > 0), reverse=True)
    against = sum(weight for weight in weights.values() if weight < 0)
    return Signs(
        tuple(hits),
        (ranked[0] + sum(ranked[1:]) / 2 if ranked else 0) + against,
        _bare_characters(key, hits),
        any(hit.rule.own and hit.rule.weight > 0 for hit in hits),
    )


def _bare_characters(key: str, hits: Iterable[Hit]) -> int:
    covered = 0
    begin = 0
    for clause in [*_CLAUSE.finditer(key), None]:
        end = clause.start() if clause else len(key)
        size = end - begin
        touching = [hit for hit in hits if hit.start < end and hit.end > begin]
        if touching:
            # A long clause is covered no further than a few words around what was hit.
            covered += min(size, sum(min(hit.end, end) - max(hit.start, begin) for hit in touching) + 16)
        if clause is None:
            break
        covered += clause.end() - clause.start()
        begin = clause.end()
    return max(len(key) - covered, 0)


@lru_cache(maxsize=8)
def _own_words(about: About) -> tuple[str, str, str]:
    return (to_key(about.nickname or ""), (about.alias or "").lower(), to_key(about.description or ""))


def _name_hits(key: str, about: About) -> list[Hit]:
    """The account's name, number or motto in a short line."""
    name, alias, motto = _own_words(about)
    whole = (0, len(key))
    if name and len(name) >= 2 and name in key:
        if key == name or (key.replace(name, "").strip(".|-:()").lower() in ("", alias, "微信公众号", "公众号", "微信")):
            return [Hit(_NAME, *whole)]
        at = key.index(name)
        if len(key) <= len(name) + 20 or (at == 0 and len(key) <= 120):
            return [Hit(_TELL, at, at + len(name))]
    if alias and len(alias) >= 5 and alias in key.lower() and len(key) <= 60:
        return [Hit(_ALIAS, *whole)]
    if motto and len(key) >= 6 and (key in motto or (len(motto) >= 6 and motto in key and len(key) <= len(motto) * 2)):
        return [Hit(_MOTTO, *whole)]
    return []



def find_fence(key: str, fences: Iterable[Fence]) -> Fence | None:
    """The fence that a line is, if it is one."""
    if not 1 <= len(key) <= 34:
        return None
    for fence in fences:
        if _compiled(fence.pattern).fullmatch(key):
            return fence
    return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
