"""``search``, ``searches``, ``reindex`` and ``doctor`` as whole processes on the fixtures."""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from wxarchive import Archive, import_files

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search-cli") / "archive"
    with Archive(folder, create=True) as archive:
        for _ in import_files(archive, [ROOT / "fixtures" / "pages"]):
            pass
    return folder


@pytest.fixture
def run(filled: Path, tmp_path: Path) -> Run:
    folder = Path(shutil.copytree(filled, tmp_path / "archive"))

    def run_it(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wxarchive", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "WXARCHIVE_HOME": str(folder), "PYTHONIOENCODING": "utf-8"},
        )

    return run_it


def data(run: Run, *arguments: str) -> str:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_filters_inside_and_outside_the_query(run: Run, filled: Path) -> None:
    pairs = [
        (["防汛", "--account", "岚溪天气"], "防汛 account:岚溪天气"),
        (["的", "--has", "qr", "--has", "image"], "的 has:qr has:image"),
        (["--title", "春耕"], "title:春耕"),
        (["--kind", "picture"], "kind:picture"),
        (["的", "--on", "2019"], "的 on:2019"),
        (["的", "--source", "县", "--state", "post"], "的 source:县 state:post"),
        (["--author", "的", "--album", "茶"], "author:的 album:茶"),
    ]
    with Archive(filled) as archive:
        for options, words in pairs:
            outside = json.loads(data(run, "search", *options, "--json", "--limit", "100"))
            inside = {hit.post_id for hit in archive.search(words, limit=100).hits}
            assert {hit["id"] for hit in outside["hits"]} == inside, words
    listed = json.loads(data(run, "list", *pairs[1][0][1:], "--query", "的", "--json", "--limit", "100"))
    exported = data(run, "export", "jsonl", *pairs[1][0][1:], "--query", "的")
    found = json.loads(data(run, "search", *pairs[1][0], "--json", "--limit", "100"))["hits"]
    numbers = {hit["id"] for hit in found}
    assert numbers == {post["id"] for post in listed["posts"]}
    assert numbers == {json.loads(line)["id"] for line in exported.splitlines()}


def test_counting(run: Run) -> None:
    total = int(data(run, "search", "的", "--count"))
    assert total == json.loads(data(run, "search", "的", "--json"))["total"]
    for by in ("account", "author", "source", "month", "year"):
        counts = json.loads(data(run, "search", "的", "--by", by, "--json"))["counts"]
        assert sum(row["posts"] for row in counts) == total
    table = data(run, "search", "--by", "account").splitlines()
    assert all(line.split("\t")[0].isdigit() for line in table)
    months = json.loads(data(run, "search", "的", "--trend", "--json"))["months"]
    assert all(month["posts"] <= month["of"] for month in months)


def test_a_trend_is_drawn_into_a_file(run: Run, tmp_path: Path) -> None:
    done = run("search", "防汛", "--trend", "--svg", "trend.svg")
    assert done.returncode == 0
    assert (tmp_path / "trend.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert run("search", "防汛", "--trend", "--svg", "none/trend.svg").returncode == 8


def test_a_concordance(run: Run) -> None:
    lines = data(run, "search", "防汛", "--context", "6").splitlines()
    assert len(lines) >= 3
    assert all("防汛" in line for line in lines)
    records = json.loads(data(run, "search", "防汛", "--context", "6", "--json"))["contexts"]
    assert len(records) == len(lines)
    assert {record["term"] for record in records} == {"防汛"}
    assert data(run, "search", "防汛", "--context", "6", "--jsonl").count("\n") == len(lines)


def test_a_query_is_explained_without_an_archive(run: Run) -> None:
    said = data(run, "search", "脱贫 -招聘 has:qr", "--kind", "article", "--explain")
    assert "not:" in said
    assert "kind: article" in said


def test_modes_that_do_not_go_together_are_refused(run: Run) -> None:
    done = run("search", "防汛", "--count", "--trend")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert run("search", "防汛", "--svg", "x.svg").returncode == 2
    assert run("search").returncode == 2
    assert run("search", "--has", "pictures").returncode == 2


def test_kept_searches_for_cron(run: Run) -> None:
    assert run("searches", "save", "flood", "防汛").returncode == 0
    assert run("searches", "save", "flood", "防汛").returncode == 2
    first = run("searches", "run", "flood", "--new")
    assert "防汛" in first.stdout
    again = run("searches", "run", "flood", "--new")
    assert (again.returncode, again.stdout) == (0, "")
    assert "flood" in data(run, "searches", "list")
    assert json.loads(data(run, "searches", "list", "--json"))["searches"][0]["found"] > 0
    assert run("searches", "delete", "flood").returncode == 0
    assert run("searches", "run", "flood").returncode == 2


def test_an_older_archive_is_brought_up_to_date_by_reindex(run: Run, tmp_path: Path) -> None:
    old = Path(shutil.copytree(ROOT / "fixtures" / "archives" / "v1", tmp_path / "old"))
    refused = run("search", "春耕", "--archive", str(old))
    assert refused.returncode == 7
    assert "wxarchive reindex" in refused.stderr
    done = run("reindex", "--archive", str(old))
    assert done.returncode == 0
    assert "5 posts indexed" in done.stderr
    assert run("search", "春耕", "--archive", str(old), "--count").stdout == "1\n"
    assert run("reindex", "--archive", str(tmp_path / "none")).returncode == 7


def test_the_doctor_says_what_to_do(run: Run, tmp_path: Path) -> None:
    assert run("doctor", "--offline").returncode == 0
    with closing(sqlite3.connect(tmp_path / "archive" / "archive.db")) as connection, connection:
        connection.execute("INSERT INTO posts_fts(posts_fts) VALUES ('rebuild')")
    done = run("doctor", "--offline")
    assert done.returncode == 9
    assert "wxarchive reindex" in done.stdout
    assert any(
        one["status"] == "failed"
        for one in json.loads(run("doctor", "--offline", "--json").stdout)["findings"]
    )
    assert run("reindex").returncode == 0
    assert run("doctor", "--offline").returncode == 0


def test_a_terminal_gets_charts_and_colours(filled: Path, tmp_path: Path) -> None:
    for arguments, wanted in (
        (["防汛", "--trend"], "│"),
        (["的", "--by", "account"], "█"),
        (["防汛", "--context", "8"], "\x1b[1;31m防汛"),
    ):
        leader, follower = pty.openpty()
        command = [sys.executable, "-m", "wxarchive", "search", *arguments, "--archive", str(filled)]
        environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
        environment.pop("NO_COLOR", None)
        with subprocess.Popen(
            command, stdout=follower, stderr=subprocess.DEVNULL, env=environment
        ) as process:
            os.close(follower)
            shown = b""
            while chunk := _read(leader):
                shown += chunk
            process.wait()
        os.close(leader)
        assert wanted in shown.decode(), arguments


def _read(file: int) -> bytes:
    try:
        return os.read(file, 65536)
    except OSError:  # the other end is closed
        return b""
