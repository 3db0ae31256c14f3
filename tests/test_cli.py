"""The command line as a user meets it: whole processes, a fake WeChat on loopback, every exit code."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakewechat import FIXTURES, FakeWeChat, Fault
from wxarchive import Archive

MANIFEST = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
POSTS = [entry for entry in MANIFEST if entry["state"] == "post"]
Run = Callable[..., subprocess.CompletedProcess[str]]


def short_link(entry: dict[str, str]) -> str:
    return f"https://mp.weixin.qq.com/s/{entry['short']}"


def long_link(entry: dict[str, str]) -> str:
    link = f"https://mp.weixin.qq.com/s?__biz={entry['biz']}&mid={entry['mid']}&idx={entry['idx']}"
    return link + (f"&sn={entry['sn']}" if entry["sn"] else "")


def entry_of(name: str) -> dict[str, str]:
    return next(entry for entry in MANIFEST if entry["file"] == f"pages/{name}.html")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``wxarchive`` as a process, with an archive of its own in the test's folder."""

    def run_it(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wxarchive", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={
                **os.environ,
                "WXARCHIVE_HOME": str(tmp_path / "archive"),
                "PYTHONIOENCODING": "utf-8",
                "NO_COLOR": "1",
                **environment,
            },
            timeout=60,
        )

    return run_it


@pytest.fixture
def server() -> Iterator[FakeWeChat]:
    with FakeWeChat(FIXTURES) as fake:
        yield fake


def assert_one_line_error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) <= 2, done.stderr
    for word in words:
        assert word in done.stderr


# -- the main job --------------------------------------------------------------------------------------------------


def test_the_main_job_fetch_search_export(run: Run, server: FakeWeChat, tmp_path: Path) -> None:
    fetched = run("fetch", "-f", str(FIXTURES / "links.txt"), "--replay", server.url)
    assert fetched.returncode == 9, fetched.stderr  # one of the links leads to a deleted post
    assert "deleted" in fetched.stdout + fetched.stderr
    asked = len(server.requests)
    again = run("fetch", "-f", str(FIXTURES / "links.txt"), "--replay", server.url)
    assert again.returncode == 9
    assert len(server.requests) == asked  # neither the posts nor the link that is known to be dead
    with Archive(tmp_path / "archive") as archive:
        accounts = {post.account.nickname for post in archive.iter_posts()}
        assert archive.count_posts() >= 12
        assert len(accounts) >= 4

    found = run("search", "防汛")
    assert found.returncode == 0
    assert "防汛" in found.stdout

    exported = run("export", "csv", "--bom", "-o", "posts.csv")
    assert exported.returncode == 0
    data = (tmp_path / "posts.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) >= 12
    assert any("防汛" in row["text"] for row in rows)


def test_all_forms_of_a_link_are_one_post_and_a_held_post_is_not_asked_for(
    run: Run, server: FakeWeChat
) -> None:
    entry = entry_of("article-c-2025-full")
    tracked = long_link(entry).replace("&", "&amp;") + "&amp;chksm=abc&amp;scene=27&amp;pass_ticket=secret#rd"
    first = run("fetch", short_link(entry), f"看这篇 <{long_link(entry)}>。", tracked, "--replay", server.url)
    assert first.returncode == 0, first.stderr
    asked = len(server.requests)
    assert asked <= 2  # the short link, and at most the long one before the page told that they are one
    again = run("fetch", short_link(entry), long_link(entry), tracked, "--replay", server.url)
    assert again.returncode == 0
    assert len(server.requests) == asked
    listed = run("list", "--jsonl")
    assert [json.loads(line)["id"] for line in listed.stdout.splitlines()] == [
        f"{entry['biz']}:{entry['mid']}:{entry['idx']}"
    ]
    assert "secret" not in run("show", "1", "--json").stdout
    refreshed = run("fetch", long_link(entry), "--refresh", "--replay", server.url)
    assert refreshed.returncode == 0
    assert len(server.requests) == asked + 1


def test_links_come_from_standard_input(run: Run, server: FakeWeChat) -> None:
    stdin = f"好文\n{short_link(POSTS[0])}，还有{long_link(POSTS[1])}\n"
    done = run("fetch", "-", "--replay", server.url, stdin=stdin)
    assert "好文" not in done.stdout
    assert len(run("list", "--jsonl").stdout.splitlines()) == 2


def test_one_bad_link_never_stops_the_rest(run: Run, server: FakeWeChat) -> None:
    server.script = {POSTS[0]["short"]: Fault(action="status", status=404)}
    done = run("fetch", short_link(POSTS[0]), "不是链接", short_link(POSTS[1]), "--replay", server.url)
    assert done.returncode == 9
    assert len(run("list", "--jsonl").stdout.splitlines()) == 1


def test_a_captcha_stops_the_run_stores_nothing_and_says_blocked(run: Run, server: FakeWeChat) -> None:
    server.script = {2: Fault(action="verify")}
    done = run("fetch", *(short_link(entry) for entry in POSTS[:4]), "--replay", server.url)
    assert done.returncode == 4
    assert len(server.requests) == 2
    assert len(run("list", "--jsonl").stdout.splitlines()) == 1
    info = json.loads(run("info", "--json").stdout)
    assert info["captures"] == 1
    resumed = run("fetch", *(short_link(entry) for entry in POSTS[:4]), "--replay", server.url)
    assert resumed.returncode == 0
    assert len(run("list", "--jsonl").stdout.splitlines()) == 4


def test_a_deleted_page_never_touches_the_stored_post(run: Run, server: FakeWeChat) -> None:
    entry = entry_of("article-c-2023")
    assert run("fetch", long_link(entry), "--replay", server.url).returncode == 0
    before = run("show", "1", "--json").stdout
    server.script = {
        f"{entry['biz']}:{entry['mid']}:{entry['idx']}": Fault(action="redirect", location="/s/gone")
    }
    gone = run("fetch", long_link(entry), "--refresh", "--replay", server.url)
    assert gone.returncode == 3
    assert run("show", "1", "--json").stdout == before


def test_events_are_json_lines(run: Run, server: FakeWeChat) -> None:
    done = run("fetch", short_link(POSTS[0]), "不是链接", "--replay", server.url, "--jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["status"] for event in events] == ["new", "failed", "media"]
    assert events[1]["error"]["slug"] == "bad-address"


# -- looking -------------------------------------------------------------------------------------------------------


def test_a_page_is_inspected_without_an_archive(run: Run, tmp_path: Path) -> None:
    page = FIXTURES / "pages" / "article-c-2025-full.html"
    done = run("inspect", str(page), str(FIXTURES / "pages" / "deleted-zh.html"), "--jsonl")
    assert done.returncode == 0
    post, gone = (json.loads(line) for line in done.stdout.splitlines())
    assert list(post)[:5] == ["file", "state", "state_text", "post", "error"]
    assert (post["state"], post["error"]) == ("post", None)
    assert post["post"]["record_version"] == 1
    assert (gone["state"], gone["post"]) == ("deleted", None)
    assert "删除" in gone["state_text"]
    assert not (tmp_path / "archive").exists()


def test_inspect_explains_where_a_field_was_taken_from(run: Run) -> None:
    done = run("inspect", "--explain", str(FIXTURES / "pages" / "article-c-2025-full.html"))
    assert done.returncode == 0
    assert "cgi:title" in done.stdout


def test_a_file_that_cannot_be_read_is_a_line_of_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    done = run("inspect", "empty.html", str(FIXTURES / "pages" / "text-2025.html"), "missing.html", "--jsonl")
    assert done.returncode == 9
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["error"] and line["error"]["slug"] for line in lines] == ["parse-failed", None, "bad-input"]


def test_import_walks_folders_and_reports_each_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "post_files").mkdir(parents=True)
    (folder / "post_files" / "frame.html").write_text("<p>no</p>")
    for name in ("article-a-notice", "deleted-zh"):
        (folder / f"{name}.html").write_bytes((FIXTURES / "pages" / f"{name}.html").read_bytes())
    done = run("import", str(folder), "--jsonl")
    assert done.returncode == 9
    events = {Path(event["source"]).name: event for event in map(json.loads, done.stdout.splitlines())}
    assert events["article-a-notice.html"]["status"] == "new"
    assert events["deleted-zh.html"]["error"]["slug"] == "page-gone"
    assert "frame.html" not in events
    again = run("import", str(folder / "article-a-notice.html"), "--jsonl")
    assert json.loads(again.stdout)["status"] == "unchanged"


def test_show_gives_the_record_the_markdown_and_the_raw_page(run: Run, tmp_path: Path) -> None:
    page = FIXTURES / "pages" / "article-c-footers.html"
    assert run("import", str(page)).returncode == 0
    record = json.loads(run("show", "1", "--json").stdout)
    assert record["removed"]
    assert run("show", record["id"]).stdout.count(record["title"]) == 1
    assert run("show", record["url"], "--markdown").stdout.strip()
    raw = subprocess.run(
        [sys.executable, "-m", "wxarchive", "show", "1", "--raw", "--archive", str(tmp_path / "archive")],
        capture_output=True,
        check=True,
    )
    assert raw.stdout == page.read_bytes()
    removed = run("show", "1", "--removed").stdout
    assert record["removed"][0]["rule"] in removed
    uncleaned = run("show", "1", "--uncleaned").stdout
    assert len(uncleaned) > len(record["text"])


def test_search_answers_in_json_with_marks_that_spell_the_word(run: Run) -> None:
    run("import", str(FIXTURES / "pages"))
    done = run("search", "春耕", "--json", "--limit", "2")
    result = json.loads(done.stdout)
    assert result["wxarchive"] == 1
    assert result["total"] >= len(result["hits"]) > 0
    for hit in result["hits"]:
        excerpt = hit["excerpt"]
        assert [excerpt["text"][start:end] for start, end in excerpt["marks"]] == ["春耕"] * len(
            excerpt["marks"]
        )


def test_the_same_filters_hold_for_list_search_and_export(run: Run) -> None:
    run("import", str(FIXTURES / "pages"))
    account = "河湾读书会"
    listed = [json.loads(line) for line in run("list", "--account", account, "--jsonl").stdout.splitlines()]
    assert {post["account"]["nickname"] for post in listed} == {account}
    exported = [json.loads(line) for line in run("export", "jsonl", "--account", account).stdout.splitlines()]
    assert {post["id"] for post in exported} == {post["id"] for post in listed}
    days = sorted(post["published_at"][:10] for post in listed if post["published_at"])
    since = [json.loads(line) for line in run("list", "--since", days[-1], "--jsonl").stdout.splitlines()]
    assert since
    assert all(post["published_at"][:10] >= days[-1] for post in since)


# -- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("今天天气不错", "hint"),
        ("https://example.com/s/AbCdEfGhIjKlMnOpQrStUv", "example.com"),
        ("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5OTk5MDAwMQ==&album_id=1", "album"),
    ],
)
def test_a_link_that_is_none_is_said_to_be_none(run: Run, link: str, words: str) -> None:
    done = run("fetch", link, "--replay", "http://127.0.0.1:9")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stdout + done.stderr


def test_no_link_at_all_is_a_usage_error(run: Run) -> None:
    assert_one_line_error(run("fetch"), 2, "hint")


def test_a_missing_links_file(run: Run) -> None:
    assert_one_line_error(run("fetch", "-f", "nowhere.txt"), 2, "nowhere.txt")


def test_a_server_that_is_not_there(run: Run) -> None:
    done = run("fetch", short_link(POSTS[0]), "--replay", "http://127.0.0.1:9")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert "--replay" in done.stdout + done.stderr


def test_a_captcha_on_the_only_link(run: Run, server: FakeWeChat) -> None:
    server.script = {1: Fault(action="captcha")}
    done = run("fetch", short_link(POSTS[0]), "--replay", server.url)
    assert done.returncode == 4
    assert "browser" in done.stdout + done.stderr
    assert json.loads(run("info", "--json").stdout)["captures"] == 0


def test_an_archive_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for command in (["search", "春耕"], ["list"], ["show", "1"], ["info"], ["export", "csv"]):
        assert_one_line_error(run(*command), 7, "archive")
    assert not (tmp_path / "archive").exists()


def test_an_archive_that_is_not_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.db").write_text("this is no database, however long it may be " * 20)
    assert_one_line_error(run("list"), 7, "archive")
    assert_one_line_error(run("import", str(FIXTURES / "pages" / "text-2025.html")), 7, "archive")
    (tmp_path / "file").write_text("a file where a folder should be")
    assert_one_line_error(run("list", "--archive", "file"), 7, "file")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses even the superuser")
def test_a_folder_that_cannot_be_written(run: Run) -> None:
    done = run("import", str(FIXTURES / "pages" / "text-2025.html"), "--archive", "/proc/wxarchive")
    assert_one_line_error(done, 7, "/proc/wxarchive")


def test_an_id_that_is_not_held(run: Run) -> None:
    run("import", str(FIXTURES / "pages" / "text-2025.html"))
    assert_one_line_error(run("show", "99"), 7, "99")


@pytest.mark.parametrize("option", [["--since", "gestern"], ["--kind", "poem"], ["--until", "2024-13-01"]])
def test_a_filter_that_cannot_be_used(run: Run, option: list[str]) -> None:
    run("import", str(FIXTURES / "pages" / "text-2025.html"))
    assert_one_line_error(run("list", *option), 2, option[1])


def test_a_target_that_is_there_is_not_replaced(run: Run, tmp_path: Path) -> None:
    run("import", str(FIXTURES / "pages" / "text-2025.html"))
    (tmp_path / "posts.csv").write_text("mine")
    assert_one_line_error(run("export", "csv", "-o", "posts.csv"), 8, "posts.csv")
    assert (tmp_path / "posts.csv").read_text() == "mine"
    assert run("export", "csv", "-o", "posts.csv", "--force").returncode == 0


def test_errors_are_json_where_json_was_asked_for(run: Run) -> None:
    done = run("info", "--json")
    assert done.returncode == 7
    assert json.loads(done.stderr)["error"]["slug"] == "store-no-archive"


def test_remote_text_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    page = (FIXTURES / "pages" / "article-a-notice.html").read_text(encoding="utf-8")
    evil = page.replace("</h2>", "\x1b]0;owned\x07\x1b[31m</h2>", 1)
    assert evil != page
    (tmp_path / "evil.html").write_text(evil, encoding="utf-8")
    run("import", "evil.html")
    for command in (["list"], ["show", "1"], ["search", "的"]):
        assert "\x1b" not in run(*command).stdout


def test_a_reader_that_goes_away_is_no_error(run: Run, tmp_path: Path) -> None:
    run("import", str(FIXTURES / "pages"))
    command = f"{sys.executable} -m wxarchive export jsonl --archive {tmp_path / 'archive'} | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_terminal_without_unicode_is_no_error(run: Run) -> None:
    run("import", str(FIXTURES / "pages"))
    for command in (["list"], ["search", "春耕"], ["show", "1"]):
        done = run(*command, PYTHONIOENCODING="ascii", LC_ALL="C")
        assert done.returncode == 0, done.stderr
