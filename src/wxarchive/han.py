"""Chinese text for searching: folding without a change of length, and tokens for an index.

**Folding** makes spellings of one thing equal: upper and lower case, full and half width, compatibility
forms, and Traditional and Simplified, each character by itself. One character stays one character, so an
offset in the folded text is the same offset in the text. The table (``han_fold.json``) is made by
``tools/make_fold_table.py`` from Unicode's NFKC and OpenCC's single-character t2s.

**Tokens.** The folded text is cut into runs. A run of CJK characters (Han, kana, Hangul: what is written
without spaces) gives its overlapping pairs and then its last character: ``脱贫攻坚`` gives
``脱贫 贫攻 攻坚 坚``. A run of other letters and digits is a word and gives itself. Everything else
separates. From this follows:

- pairs that follow each other stand in one run, so a phrase of pairs is a substring and nothing else;
- a character is the beginning of one token at each of its places, so it is found by a prefix;
- words are found whole.

The tokens go through SQLite's ``unicode61`` tokenizer, whose idea of a letter differs from Python's in rare
characters and between versions. So characters outside of well-known letters are written as ``U+E000`` and
six hex digits: whatever SQLite is used, the tokens in the index are exactly these.
"""

import json
import re
import sys
from array import array
from collections.abc import Collection, Sequence, Set
from functools import cache
from itertools import groupby
from operator import add
from pathlib import Path
from typing import Final

__all__ = [
    "TOKEN_VERSION",
    "cjk_characters",
    "fold",
    "fold_and_list",
    "fold_digest",
    "is_cjk",
    "is_word_character",
    "run_tokens",
    "spellings",
    "split_runs",
    "tokens",
]

TOKEN_VERSION: Final = "bigram-2"
"""Raised whenever what is indexed changes; an index made by another version must be made anew."""

# Of folded characters; the commonest range stands first, because it is tried first.
_CJK_RANGES: Final = (
    ("\u4e00", "\u9fff"),
    ("\u3400", "\u4dbf"),
    ("\u3005", "\u3007"),
    ("\u3041", "\u3096"),
    ("\u309d", "\u309f"),
    ("\u30a1", "\u30fa"),
    ("\u30fc", "\u30ff"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
# Letters that every SQLite from 3.40 on takes as they are: ASCII, lower-case Latin-1, Greek, Cyrillic, kana,
# Hangul syllables, and Han up to Extension B. All others are odd.
_KNOWN = (
    "\u4e00-\u9fa5a-z0-9\u3400-\u4db5\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u00df-\u00f6\u00f8-\u00ff"
    "\u03b1-\u03c9\u0430-\u045f\uac00-\ud7a3\U00020000-\U0002a6d6"
)
# Of characters: up to here a text is looked through without a compiled pattern.
_FEW: Final = 64
_TABLE_FILE = Path(__file__).with_name("han_fold.json")


def fold(text: str) -> str:
    """``text`` in one case, one width and one form of Han; exactly as long as before.

    >>> fold("灵寿縣：ＡＢＣ")
    '灵寿县:abc'
    """
    return fold_and_list(text)[0]


def fold_and_list(text: str) -> tuple[str, set[str]]:
    """``text`` folded, and the characters that are in it then: indexing asks for them three times."""
    # U+0130 is the one character whose lower case is two.
    folded = text.replace("\u0130", "i").lower()
    characters = set(folded)
    if folded.isascii():
        return folded, characters
    table = _table()
    for character in table.keys() & characters:
        folded = folded.replace(character, table[character])
        characters.remove(character)
        characters.add(table[character])
    return folded, characters


def fold_digest() -> str:
    """What tells one fold table from another: an index made with another table must be made anew."""
    digest: str = _loaded()["digest"]
    return digest


@cache
def _loaded() -> dict[str, str]:
    loaded: dict[str, str] = json.loads(_TABLE_FILE.read_bytes())
    return loaded


@cache
def _table() -> dict[str, str]:
    loaded = _loaded()
    return dict(zip(loaded["from"], loaded["to"], strict=True))


def spellings(character: str) -> str:
    """All characters that fold to this folded CJK character, itself first."""
    return character + _spellings().get(character, "")


@cache
def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for source, target in _table().items():
        found[target] = found.get(target, "") + source
    return found


def is_cjk(character: str) -> bool:
    """Whether a folded character is of a script that is written without spaces."""
    return any(first <= character <= last for first, last in _CJK_RANGES)


def is_word_character(character: str) -> bool:
    """Whether a folded character is a letter or digit that makes words."""
    return character.isalnum() and (character.isascii() or not is_cjk(character))


def split_runs(folded: str) -> list[str]:
    """The runs of a folded text, in order: CJK runs and words.

    >>> split_runs("5g基站，c++")
    ['5g', '基站', 'c']
    """
    if len(folded) > _FEW:
        return [cjk or word for cjk, word in _run().findall(folded)]
    return ["".join(run) for kind, run in groupby(folded, _kind) if kind]


def _kind(character: str) -> int:
    """1 for CJK, 2 for other letters and digits, 0 for what separates."""
    return 1 if is_cjk(character) else 2 if character.isalnum() else 0


def run_tokens(run: str) -> list[str]:
    """The tokens of one run: of a CJK run its pairs and its last character, of a word the word."""
    if run.isascii() or all("\u4e00" <= character <= "\u9fa5" for character in run):
        spelled = list(run)
    else:
        spelled = [_odd().sub(_spell, character) for character in run]
    if is_cjk(run[0]):
        return [*map(add, spelled, spelled[1:]), spelled[-1]]
    return ["".join(spelled)]


def tokens(folded: str, characters: Set[str] | None = None) -> str:
    """The tokens of a folded text with spaces between them: what the index is given.

    ``characters`` are those of the text, where they are known.

    >>> tokens(fold("推进脱贫攻坚，5G基站"))
    '推进 进脱 脱贫 贫攻 攻坚 坚 5g 基站 站'
    """
    made: list[str] = []
    if _odd().search("".join(set(folded) if characters is None else characters)):
        for run in split_runs(folded):
            made += run_tokens(run)
        return " ".join(made)
    return _pairs(_run().findall(folded))  # the same, three times as fast


def _pairs(runs: Sequence[tuple[str, str]]) -> str:
    """The tokens of runs, each a CJK run or else a word: all pairs are made at once, as numbers of characters.

    Every character is written with the one behind it in its run and a space; behind the last there is a space more.
    """
    words = [word for _, word in runs if word]
    first = "".join([cjk or _WORD for cjk, _ in runs])
    second = "".join([cjk[1:] + " " for cjk, _ in runs])
    written = array("I", [32]) * (3 * len(first))
    written[0::3] = array("I", first.encode(_UTF_32))
    written[1::3] = array("I", second.encode(_UTF_32))
    made = written.tobytes().decode(_UTF_32).replace("  ", " ").rstrip()
    if not words:
        return made
    between = made.split(_WORD)
    return "".join([piece for pair in zip(between, [*words, ""], strict=True) for piece in pair])


# Stands for a word among CJK characters; no letter, so that no run holds it.
_WORD: Final = "\ue001"
_UTF_32: Final = f"utf-32-{sys.byteorder[0]}e"


def cjk_characters(folded: Collection[str]) -> list[str]:
    """The CJK characters of a folded text or of those in it, each once and spelled as a token, in no order of meaning."""
    found = _not_cjk().sub("", "".join(set(folded) if isinstance(folded, str) else folded))
    if _odd().search(found):
        return [_odd().sub(_spell, character) for character in found]
    return list(found)


# These sets of characters take milliseconds to compile: that is done for whole texts, not for the words of a query.


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"([{_CJK}]+)|([^\\W_{_CJK}]+)")


@cache
def _not_cjk() -> re.Pattern[str]:
    return re.compile(f"[^{_CJK}]+")


@cache
def _odd() -> re.Pattern[str]:
    return re.compile(
        f"[^\\W_{_KNOWN}]|[\u309d-\u309f\u30ff\u4db6-\u4dbf\u9fa6-\u9fff\uf900-\ufaff\U0002a6d7-\U0003ffff]"
    )


def _spell(odd: re.Match[str]) -> str:
    return f"\ue000{ord(odd[0]):06x}"
