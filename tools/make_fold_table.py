"""Write src/wxarchive/han_fold.json anew (``make fold-table``; needs OpenCC, which nothing else does).

A character folds to what repeating these steps ends in, each only where it gives one character: Unicode's
NFKC, lower case, OpenCC's t2s. The table holds what is left to do after ``str.lower()``.
"""

import hashlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import opencc

# str.lower() makes one or the other of a capital sigma, depending on what stands around it.
FINAL_SIGMA = {"ς": "σ"}
TARGET = Path(__file__).resolve().parent.parent / "src" / "wxarchive" / "han_fold.json"


STEPS: tuple[Callable[[str], str], ...] = (
    lambda character: unicodedata.normalize("NFKC", character),
    str.lower,
    lambda character: FINAL_SIGMA.get(character, character),
    opencc.OpenCC("t2s").convert,
)


def fold_character(character: str) -> str:
    """The end of the steps; stops with an error if OpenCC's table ever leads in a circle."""
    seen: list[str] = []
    while character not in seen:
        seen.append(character)
        for step in STEPS:
            stepped = step(character)
            character = stepped if len(stepped) == 1 else character
    if character != seen[-1]:
        raise SystemExit(f"a circle: {seen}")
    return character


def iter_pairs() -> Iterator[tuple[str, str]]:
    """Each character that ``str.lower()`` leaves short of its fold, with its fold."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF or character.lower() != character:
            continue
        folded = fold_character(character)
        if folded != character:
            yield character, folded


def main() -> None:
    pairs = list(iter_pairs())
    digest = hashlib.sha256("".join(map("".join, pairs)).encode()).hexdigest()[:16]
    table = {
        "about": f"Made by tools/make_fold_table.py: NFKC of Unicode {unicodedata.unidata_version}, "
        "OpenCC t2s. The n-th character of 'from' folds to the n-th of 'to'.",
        "digest": digest,
        "from": "".join(source for source, _ in pairs),
        "to": "".join(target for _, target in pairs),
    }
    TARGET.write_text(json.dumps(table, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(pairs)} characters\n")


if __name__ == "__main__":
    main()
