"""A user's own rules: lines to take out or to keep, of all accounts or of some, as ``rules.toml`` states them.

[[delete]]
id = "motto"
text = "山里人的小事"          # the line holds these words; spaces, quotation marks and emoji do not count
account = "山前小筑"           # nickname, 微信号, gh_… or biz; a list of them; left out: all accounts

[[delete]]
id = "campaign"
pattern = "第\\d+届.{0,8}节"   # or a regular expression
where = "tail"                # head, tail or anywhere (which it is if left out)
label = "ad"                  # what it is called among the removals

[[keep]]
id = "our-refrain"
text = "关注我们的河"          # no rule takes such a line
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from wxarchive.clean.lines import to_key
from wxarchive.clean.rules import LABELS, Label
from wxarchive.errors import InputError

__all__ = ["NO_RULES", "OwnRule", "OwnRules", "Where", "parse_own_rules"]

Where = Literal["anywhere", "head", "tail"]

_HINT: Final = "see docs/rules.md for what a rule may hold"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KEYS: Final = frozenset(("id", "text", "pattern", "account", "where", "label"))
_DEFAULT_LABEL: Final[Label] = "ad"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """One rule: ``delete`` takes lines out, ``keep`` protects them."""

    id: str
    action: Literal["delete", "keep"]
    pattern: re.Pattern[str]
    """Looked for in a line's key (see :mod:`wxarchive.clean.lines`)."""
    accounts: tuple[str, ...] = ()
    """Any name of the accounts that it is for; empty: all."""
    where: Where = "anywhere"
    label: Label = _DEFAULT_LABEL


@dataclass(frozen=True, slots=True)
class OwnRules:
    """A user's rules in their order."""

    rules: tuple[OwnRule, ...] = ()

    def of(self, *names: str | None) -> tuple[OwnRule, ...]:
        """The rules for the account with these names."""
        own = {name.casefold() for name in names if name}
        return tuple(
            rule
            for rule in self.rules
            if not rule.accounts or any(name.casefold() in own for name in rule.accounts)
        )


NO_RULES: Final = OwnRules()


def parse_own_rules(text: str, file: str) -> OwnRules:
    """The rules that the text of a file states. Raises InputError that names ``file``, the rule and the mistake."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is no TOML: {error}", subject=file, hint=_HINT) from None
    for key in tables:
        if key not in ("delete", "keep"):
            raise InputError(
                f"{key!r} is not known here: rules are [[delete]] or [[keep]]", subject=file, hint=_HINT
            )
    rules: list[OwnRule] = []
    known: set[str] = set()
    for action in ("delete", "keep"):
        given = tables.get(action, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise InputError(f"{action} must be written as [[{action}]]", subject=file, hint=_HINT)
        for place, table in enumerate(given, 1):
            name = f"[[{action}]] {place}" + (f" ({table['id']})" if isinstance(table.get("id"), str) else "")
            for mistake in _iter_mistakes(table, action, known):
                raise InputError(f"{name}: {mistake}", subject=file, hint=_HINT)
            known.add(table["id"])
            rules.append(_to_rule(table, action))
    return OwnRules(tuple(rules))


def _iter_mistakes(table: Mapping[str, Any], action: str, known: set[str]) -> Iterator[str]:
    """What is wrong with a rule, in words, the first first."""
    for key in table:
        if key not in _KEYS or (action == "keep" and key == "label"):
            yield f"{key!r} is not known here"
    for key in ("id", "text", "pattern", "where", "label"):
        if key in table and not isinstance(table[key], str):
            yield f"{key} must be a text"
    if not _ID.fullmatch(table.get("id", "")):
        yield "id must be 1 to 40 of a-z, 0-9 and -"
    if table["id"] in known:
        yield "another rule has this id"
    if ("text" in table) == ("pattern" in table):
        yield "give text or pattern, one of the two"
    if "text" in table and not to_key(table["text"]):
        yield "text holds no word"
    if "pattern" in table:
        try:
            found = re.compile(table["pattern"], re.IGNORECASE)
        except re.error as error:
            yield f"pattern is no regular expression: {error}"
            return
        if found.match(""):
            yield "pattern fits any line, an empty one too"
    if table.get("where", "anywhere") not in get_args(Where):
        yield f"where must be one of {', '.join(get_args(Where))}"
    if table.get("label", _DEFAULT_LABEL) not in LABELS:
        yield f"label must be one of {', '.join(LABELS)}"
    accounts = table.get("account", [])
    if not (isinstance(accounts, str) and accounts) and not (
        isinstance(accounts, list) and all(isinstance(one, str) and one for one in accounts)
    ):
        yield "account must be a name or a list of names"


def _to_rule(table: Mapping[str, Any], action: Literal["delete", "keep"]) -> OwnRule:
    accounts = table.get("account", [])
    pattern = table.get("pattern") or re.escape(to_key(table["text"]))
    return OwnRule(
        id=table["id"],
        action=action,
        pattern=re.compile(pattern, re.IGNORECASE),
        accounts=(accounts,) if isinstance(accounts, str) else tuple(accounts),
        where=table.get("where", "anywhere"),
        label=table.get("label", _DEFAULT_LABEL),
    )
