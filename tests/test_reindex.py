"""The index is made anew in portions; whatever kills that leaves a whole index or a marked one, and the doctor sees it."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from samples import make_page, make_post, make_text
from wxarchive.doctor import CHECKS, examine
from wxarchive.errors import NoArchiveError, StoreError
from wxarchive.han import fold, tokens
from wxarchive.query import character_tokens
from wxarchive.store import Archive
from wxarchive.store import index as indexing

POSTS = 300
# CI kills a few; `make crash` kills fifty.
KILLS = int(os.environ.get("WXARCHIVE_KILLS", "4"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(1)
    folder = tmp_path_factory.mktemp("reindex")
    with Archive(folder, create=True) as archive, archive.batch():
        for number in range(POSTS):
            post = make_post(number, make_text(chance, 30), title=make_text(chance, 3))
            archive.save(make_page(b"%d" % number), state="post", post=post)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "archive"))


def indexed(folder: Path) -> tuple[Counter[tuple[str, int, str, int]], Counter[tuple[str, int]]]:
    """Everything in both indexes."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, posts_fts, instance)")
        connection.execute(
            "CREATE VIRTUAL TABLE temp.chars USING fts5vocab(main, posts_characters, instance)"
        )
        return (
            Counter(connection.execute("SELECT term, doc, col, offset FROM temp.words")),
            Counter(connection.execute("SELECT term, doc FROM temp.chars")),
        )


def expected(folder: Path) -> tuple[Counter[tuple[str, int, str, int]], Counter[tuple[str, int]]]:
    columns = ("title", "author", "nickname", "source", "text")
    words: Counter[tuple[str, int, str, int]] = Counter()
    characters: Counter[tuple[str, int]] = Counter()
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        for number, *texts in connection.execute(f"SELECT id, {', '.join(columns)} FROM posts"):
            folded = [fold(text or "") for text in texts]
            for column, text in zip(columns, folded, strict=True):
                for place, token in enumerate(tokens(text).split()):
                    words[token, number, column, place] += 1
            for token in character_tokens(folded, tokens(folded[0])).split():
                characters[token, number] += 1
    return words, characters


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many portions, so that there is an in-between to be killed in."""
    monkeypatch.setattr(indexing, "_PORTION", 20)


def test_it_is_made_anew_in_portions(folder: Path, small_portions: None) -> None:
    with Archive(folder, upgrade=True) as archive:
        assert sorted(set(archive.iter_reindex())) == list(range(20, POSTS + 1, 20))
    assert indexed(folder) == expected(folder)


def begun(folder: Path, portions: int) -> Iterator[int]:
    """A rebuild that stops behind some portions, as if killed."""
    archive = Archive(folder, upgrade=True)
    going = archive.iter_reindex()
    for _ in range(portions):
        next(going)
    yield archive._reading().execute("SELECT value FROM meta WHERE key = 'reindexed_to'").fetchone()[0]
    going.close()
    archive.close()


def test_an_interrupted_one_is_marked_refused_and_gone_on_with(folder: Path, small_portions: None) -> None:
    assert list(begun(folder, 3)) == ["60"]
    with Archive(folder) as archive:
        assert archive.index_state() == "unfinished"
        assert archive.count_posts() == POSTS, "what asks no words is answered"
        with pytest.raises(StoreError) as caught:
            archive.search("山")
        assert "reindex" in (caught.value.hint or "")
    with Archive(folder, upgrade=True) as archive:
        assert next(archive.iter_reindex(anew=False)) == 80, "it goes on where it was"
    with Archive(folder, upgrade=True) as archive:
        assert archive.reindex(anew=False) == POSTS
        assert archive.search("山").total
    assert indexed(folder) == expected(folder)


def test_what_is_stored_meanwhile_is_in_the_index_in_the_end(folder: Path, small_portions: None) -> None:
    going = begun(folder, 5)
    next(going)
    with Archive(folder, upgrade=True) as other:
        for number in (3, 50, 150, 250, POSTS + 5):  # some before the mark, some behind it, one new
            changed = make_post(number, f"改过的第{number}篇，山水")
            other.save(make_page(b"changed %d" % number), state="post", post=changed)
    assert list(going) == []
    with Archive(folder, create=True) as archive:  # whoever stores next goes on with it
        assert archive.index_state() == "current"
    assert indexed(folder) == expected(folder)


def test_one_of_other_tokens_is_not_gone_on_with(folder: Path, small_portions: None) -> None:
    assert list(begun(folder, 3)) == ["60"]
    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = 'bigram-0' WHERE key = 'fts_tokens'")
    with Archive(folder) as archive:
        assert archive.index_state() == "other"
    with Archive(folder, upgrade=True) as archive:
        assert next(archive.iter_reindex(anew=False)) == 20
        archive.reindex(anew=False)
    assert indexed(folder) == expected(folder)


def test_there_must_be_an_archive(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveError):
        Archive(tmp_path / "none", upgrade=True)


WORK = """
import sys
sys.path.insert(0, sys.argv[2])
import random
from samples import make_page, make_post, make_text
from wxarchive.store import Archive, index
index._PORTION = 10
chance = random.Random(int(sys.argv[3]))
with Archive(sys.argv[1], create=True) as archive:
    print("open", flush=True)
    for _ in range(10_000):
        for _ in range(5):
            number = chance.randrange(400)
            post = make_post(number, make_text(chance, 30), title=make_text(chance, 3))
            archive.save(make_page(b"%d" % chance.randrange(10**9)), state="post", post=post)
        archive.reindex()
"""


def test_a_kill_at_any_moment_leaves_no_mismatch(folder: Path) -> None:
    chance = random.Random(2)
    for kill in range(KILLS):
        command = [sys.executable, "-c", WORK, str(folder), str(Path(__file__).parent), str(kill)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            deadline = time.monotonic() + chance.random() * 0.6
            while time.monotonic() < deadline:  # any moment will do
                os.sched_yield()
            process.send_signal(signal.SIGKILL)
        with Archive(folder) as archive:
            state = archive.index_state()
            assert state in ("current", "unfinished")
            if state == "current":
                assert archive.compare_index(seed=kill)[1] == []
        if state == "current":
            assert indexed(folder) == expected(folder)
    with Archive(folder, create=True) as archive:
        assert archive.index_state() == "current"
    assert indexed(folder) == expected(folder)


# ------------------------------------------------------------------------------------------------------------
# The doctor


def failed(folder: Path) -> set[str]:
    return {finding.about.split(" (")[0] for finding in examine(folder) if finding.status == "failed"}


def test_the_doctor_finds_nothing_wrong_where_nothing_is(folder: Path) -> None:
    assert failed(folder) == set()


def test_the_doctor_notices_what_other_tools_did_to_the_index(folder: Path) -> None:
    damages = {
        "INSERT INTO posts_fts(posts_fts) VALUES ('rebuild')": "it finds the newest posts",
        "DELETE FROM posts_fts_docsize WHERE id = 7": "every post is in the index",
        "DELETE FROM posts WHERE id = 9": "nothing else is in it",
        "UPDATE posts SET text = '全新的文字，谁也没有索引过它' WHERE id % 2": "it answers as brute force does",
        "INSERT INTO posts_characters(posts_characters) VALUES ('delete-all')": "it answers as brute force does",
        "UPDATE meta SET value = 'x' WHERE key = 'fold_table'": "the index is whole and of this version",
    }
    whole = (folder / "archive.db").read_bytes()
    for sql, about in damages.items():
        (folder / "archive.db").write_bytes(whole)
        with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
            connection.execute(sql)
        assert about in failed(folder), sql
        with Archive(folder, upgrade=True) as archive:
            archive.reindex()
        assert failed(folder) == set(), sql


def test_the_doctor_says_that_there_is_no_archive(tmp_path: Path) -> None:
    found = {finding.about: finding.status for finding in examine(tmp_path)}
    assert found["there is an archive"] == "skipped"
    assert "failed" not in found.values()
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 100)
    assert failed(tmp_path) == {"the archive can be read"}


def test_every_check_finds_something_or_has_nothing_to_say_yet(folder: Path) -> None:
    groups = {finding.group for finding in examine(folder)}
    # Nobody fetches here, and nothing is on the lists.
    assert set(CHECKS) - groups <= {"pace", "lists"}


def test_verify_sees_each_token_of_the_small_index(folder: Path) -> None:
    def damaged() -> set[str]:
        with Archive(folder) as archive:
            return {finding.place for finding in archive.verify().findings}

    assert damaged() == set()
    for sql in (
        "INSERT INTO posts_characters(posts_characters, rowid, characters) VALUES ('delete', 5, '山')",
        "INSERT INTO posts_characters(rowid, characters) VALUES (5, '魃')",
    ):
        with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
            connection.execute(sql)
        assert damaged() == {"index"}
        with Archive(folder, create=True) as archive:
            archive.mend_derived()
        assert damaged() == set()
        assert indexed(folder) == expected(folder)
