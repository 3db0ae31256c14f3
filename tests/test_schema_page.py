"""What docs/schema.md says holds: its SQL runs in the sqlite3 shell, and finds what wxarchive finds."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from samples import make_page, make_post
from wxarchive.store import Archive

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "schema.md").read_text(encoding="utf-8")
STATEMENTS = [
    statement.strip()
    for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    for statement in block.split(";")
    if statement.strip()
]
TEXTS = [
    "推进脱贫攻坚，发展教育", "推进脫貧攻堅。", "脱贫了，还要教育", "脱，贫", "用App办教育，脱贫", "招聘启事：脱贫教育",
    "贫", "别的文字", "的确",
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("schema")
    with Archive(folder, create=True) as opened:
        for number, text in enumerate(TEXTS):
            title = "春耕" if number % 3 == 0 else "无题"
            opened.save(make_page(b"%d" % number), state="post", post=make_post(number, text, title=title))
        gone = make_page(b"gone", url="https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv")
        opened.save(gone, state="deleted", post=None)
    with Archive(folder) as opened:
        yield opened


def shell(archive: Archive, sql: str) -> list[str]:
    program = shutil.which("sqlite3")
    assert program, "install the sqlite3 shell (Debian: sqlite3)"
    done = subprocess.run(
        [program, "-readonly", str(archive.path / "archive.db"), sql],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_there_is_sql_to_test() -> None:
    assert len(STATEMENTS) >= 10


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_of_the_page_finds_something(archive: Archive, statement: str) -> None:
    found = shell(archive, statement)
    assert found
    assert found != ["0"]


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ("脱贫", "脱贫"),
        ('"脱贫 贫攻 攻坚"', "脱贫攻坚"),
        ("脱贫 + 贫攻 + 攻坚", "脱贫攻坚"),
        ("贫*", "贫"),
        ("脱贫 AND (教育 OR app) NOT 招聘", "脱贫 (教育 OR app) -招聘"),
        ("title : 春耕", "title:春耕"),
    ],
)
def test_plain_sql_finds_what_search_finds(archive: Archive, match: str, words: str) -> None:
    sql = f"SELECT count(*) FROM posts_fts WHERE posts_fts MATCH '{match}'"
    assert any(match in statement for statement in STATEMENTS), "it stands in the page"
    assert shell(archive, sql) == [str(archive.count(words))] != ["0"]


def test_the_small_index_finds_what_search_finds(archive: Archive) -> None:
    for token, words in (("的", "的"), ("t春耕", "title:春耕"), ("贫", "贫")):
        sql = f"SELECT count(*) FROM posts_characters WHERE posts_characters MATCH '\"{token}\"'"
        assert shell(archive, sql) == [str(archive.count(words))]


def test_the_page_lists_every_table_column_and_view(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.path / "archive.db")) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' "
                "AND name NOT GLOB 'posts_*_*' AND name NOT GLOB '_*migrations'"
            )
        ]
        assert {"posts", "post_list", "account_list", "capture_list", "searches"} <= set(names)
        for name in names:
            section = PAGE.split(f"\n### {name}\n")[1].split("\n### ")[0]
            for _, column, *_ in connection.execute(f"PRAGMA table_xinfo({name})"):
                if column not in (name, "rank"):
                    assert f"`{column}`" in section, f"{name}.{column}"


def test_the_views_say_what_the_tables_say(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.path / "archive.db")) as connection:
        assert connection.execute("SELECT count(*) FROM post_list").fetchone() == (len(TEXTS),)
        assert connection.execute("SELECT account, posts, first_day FROM account_list").fetchall() == [
            ("青石镇发布", len(TEXTS), "2020-01-01")
        ]
        rows = connection.execute("SELECT title, state FROM capture_list WHERE state != 'post'").fetchall()
        assert rows == [(None, "deleted")]
