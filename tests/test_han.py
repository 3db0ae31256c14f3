"""Folding keeps every character in its place; tokens reach the index as they were made."""

import hashlib
import json
import runpy
import sqlite3
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.han import fold, fold_digest, is_cjk, run_tokens, split_runs, tokens

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "src" / "wxarchive" / "han_fold.json"
EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]


def test_every_character_folds_to_one_that_stays() -> None:
    for character in EVERY_CHARACTER:
        folded = fold(character)
        assert len(folded) == 1
        assert fold(folded) == folded


def test_every_character_folds_alike_alone_and_among_others() -> None:
    together = "".join(EVERY_CHARACTER)
    assert fold(together) == "".join(fold(character) for character in EVERY_CHARACTER)


@given(st.text(), st.text())
def test_a_part_folds_as_it_does_in_the_whole(before: str, text: str) -> None:
    assert fold(before + text + before) == fold(before) + fold(text) + fold(before)


def test_case_width_and_script_are_folded() -> None:
    assert fold("ＡＢＣ１２３％：，") == "abc123%:,"
    assert fold("靈壽縣發佈脫貧攻堅") == "灵寿县发布脱贫攻坚"
    assert fold("ΣΑΣ ς") == "σασ σ"
    assert fold("ﾃｽﾄ") == "テスト"


def test_what_is_simplified_already_stays() -> None:
    text = "3月9日，灵寿县推进脱贫攻坚。“春耕”开始了！"
    assert fold(text) == text.replace("，", ",").replace("！", "!")


def test_the_table_agrees_with_unicode_where_one_character_stays_one() -> None:
    for code in range(0xFF01, 0xFF5F):
        assert fold(chr(code)) == unicodedata.normalize("NFKC", chr(code)).lower()


def test_a_run_of_han_gives_its_pairs_and_its_last_character() -> None:
    assert tokens("脱贫攻坚") == "脱贫 贫攻 攻坚 坚"
    assert tokens("坚") == "坚"
    assert tokens("基站,5g基站 c++") == "基站 站 5g 基站 站 c"


def test_runs_end_at_everything_but_letters_and_digits() -> None:
    assert split_runs("snake_case 3.14 ひらがな한글") == ["snake", "case", "3", "14", "ひらがな한글"]


@given(st.text(st.characters() | st.sampled_from("脱贫攻坚ひ한〇a5_ ，"), max_size=60))
def test_a_short_text_has_the_runs_that_it_has_in_a_long_one(text: str) -> None:
    folded = fold(text)
    assert split_runs(folded + " " * 100) == split_runs(folded)
    assert "".join(split_runs(folded)) == "".join(c for c in folded if c.isalnum() or is_cjk(c))


def test_tokens_of_a_text_are_the_tokens_of_its_runs() -> None:
    text = fold("推进脱贫攻坚，5G基站𰻝面½x 〇")
    assert tokens(text).split(" ") == [token for run in split_runs(text) for token in run_tokens(run)]


def test_sqlite_takes_the_tokens_of_every_character_as_they_are() -> None:
    # Between letters, so that a character which SQLite takes for a separator, or for another, would show.
    letters = [c for c in map(fold, EVERY_CHARACTER) if not c.isascii() and (c.isalnum() or is_cjk(c))]
    made = {ord(letter): tokens(f"a{letter}b") for letter in letters}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 0')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        connection.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", made.items())
        taken: dict[int, list[str]] = {code: [] for code in made}
        for code, token in connection.execute("SELECT doc, term FROM v ORDER BY doc, offset"):
            taken[code].append(token)
    assert {code: " ".join(found) for code, found in taken.items()} == made


def test_the_digest_is_that_of_the_table() -> None:
    shipped = json.loads(TABLE.read_text(encoding="utf-8"))
    pairs = "".join(s + t for s, t in zip(shipped["from"], shipped["to"], strict=True))
    assert shipped["digest"] == hashlib.sha256(pairs.encode()).hexdigest()[:16] == fold_digest()


def test_the_shipped_table_is_what_the_tool_makes() -> None:
    pytest.importorskip("opencc", reason="the fold table's tool needs OpenCC, which is not installed")
    tool = runpy.run_path(str(ROOT / "tools" / "make_fold_table.py"))
    shipped = json.loads(TABLE.read_text(encoding="utf-8"))
    known = {character for character in shipped["from"] if unicodedata.category(character) != "Cn"}
    made = {source: target for source, target in tool["iter_pairs"]() if source in known}
    assert made == {s: t for s, t in zip(shipped["from"], shipped["to"], strict=True) if s in known}
