"""The small index beside the large one: which posts hold a character, and what stands in their titles.

The large index finds one character as the beginning of thousands of pairs, which takes a second where the character is
in every post. So each post also has a set of tokens without places: every CJK character that it holds, as it is;
the characters of its short fields with the field's letter before them (``t贫``); and the tokens of its title likewise
(``t脱贫``), so that of a frequent word the posts with it in the title are at hand. Pure.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from wxarchive.han import cjk_characters, is_cjk, run_tokens, tokens
from wxarchive.query.nodes import COLUMNS, Field, Term

__all__ = ["character_match", "character_tokens", "is_character", "title_match"]

# The text has none: a character that is in no other field is in the text, and the rest is verified.
_LETTERS: Final[Mapping[Field, str]] = {"title": "t", "author": "a", "account": "n", "source": "s"}
_TOKEN = re.compile(r"\S+")


def character_tokens(folded: Sequence[Collection[str]], title_tokens: str) -> str:
    """The tokens of one post, each once, in no order of meaning.

    ``folded`` are its texts in the order of the fields, or the characters that are in each of them, ``title_tokens``
    what :func:`wxarchive.han.tokens` makes of the first of them.
    """
    made = set(cjk_characters(set().union(*folded)))
    for field, text in zip(COLUMNS, folded, strict=True):
        letter = _LETTERS.get(field)
        if letter and text:
            made.update([letter + character for character in cjk_characters(text)])
    made.update(["t" + token for token in title_tokens.split()])
    return " ".join(made)


def is_character(term: Term) -> bool:
    """Whether the term is one CJK character, which the small index finds."""
    return len(term.text) == 1 and is_cjk(term.text)


def character_match(term: Term) -> str:
    """The expression that asks the small index for a term of one character; in the text alone it is a bound."""
    return f'"{_LETTERS.get(term.field, "") if term.field else ""}{run_tokens(term.text)[0]}"'


def title_match(term: Term) -> str | None:
    """An expression that every post satisfies whose title holds the term; None where the tokens bound nothing."""
    if is_character(term):
        return f'"t{run_tokens(term.text)[0]}"'
    found: list[str] = []
    for run in _TOKEN.findall(tokens(term.text)):
        # A run's last character may go on behind the term, and a word may begin the title's.
        if len(run) > 1 or not is_cjk(run[0]):
            found.append(f'"t{run}"')
    if found and term.prefix and not is_cjk(term.text[-1]):
        found[-1] += " *"
    return " AND ".join(found) or None
