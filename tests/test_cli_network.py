"""Commands that fill and mind the archive over years, as a user meets them: whole processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakewechat import FIXTURES, Album, FakeWeChat, Fault, Feed
from madeposts import key_of, link_to, made_page, made_pages
from wxarchive import Archive

ALBUM = "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5OTk5OTk5OQ==&action=getalbum&album_id=700000001"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server() -> Iterator[FakeWeChat]:
    with FakeWeChat(FIXTURES) as fake:
        fake.made.update(made_pages(30))
        yield fake


@pytest.fixture
def environment(tmp_path: Path, server: FakeWeChat) -> dict[str, str]:
    return {
        **os.environ,
        "WXARCHIVE_HOME": str(tmp_path / "archive"),
        "WXARCHIVE_CONFIG": str(tmp_path / "config.toml"),
        "WXARCHIVE_REPLAY": server.url,
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
    }


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    def run_it(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wxarchive", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environment, **more},
            timeout=60,
        )

    return run_it


def test_an_album_is_followed_synced_and_goes_on_after_a_captcha(
    run: Run, server: FakeWeChat, tmp_path: Path
) -> None:
    server.albums["700000001"] = Album(links=[(link_to(n), f"第{n}篇", 1_500_000_000 + n) for n in range(6)])
    followed = run("follow", ALBUM + "&key=SECRET", "--name", "河湾")
    assert followed.returncode == 0, followed.stderr
    assert "SECRET" not in followed.stdout
    dry = run("sync", "--dry-run", "--jsonl")
    assert [json.loads(line)["status"] for line in dry.stdout.splitlines()] == ["listed"] * 6 + ["synced"]
    server.script = {5: Fault(action="captcha")}  # two for the album so far
    stopped = run("sync")
    assert stopped.returncode == 4, stopped.stderr
    assert "in a browser" in stopped.stderr
    queue = json.loads(run("queue", "--json").stdout)
    assert queue["counts"] == {"waiting": 4, "done": 2}
    assert queue["breaker"]["kind"] == "verify"
    assert run("fetch", "--resume").returncode == 0
    asked = len([r for r in server.requests if r.path.startswith("/s?")])
    again = run("sync", "河湾", "--log", "run.log")
    assert again.returncode == 0
    assert len([r for r in server.requests if r.path.startswith("/s?")]) == asked == 7
    assert "0 new, 6 known" in (tmp_path / "run.log").read_text(encoding="utf-8")
    assert json.loads(run("sources", "--json").stdout)["sources"][0]["name"] == "河湾"
    assert run("unfollow", "河湾").returncode == 0
    assert run("unfollow", "河湾").returncode == 2
    assert run("sync").returncode == 2


def test_pictures_later_then_offline(run: Run, server: FakeWeChat, tmp_path: Path) -> None:
    fetched = run("fetch", link_to(0), "--media-later")
    assert fetched.returncode == 0, fetched.stderr
    assert not server.media_requests
    assert "0 of 3 held" in run("media").stdout
    done = run("media", "--missing", "--jsonl")
    (losses,) = (json.loads(line) for line in done.stdout.splitlines())
    assert (losses["held"], losses["wanted"], losses["missing"]) == (3, 3, [])
    assert run("media", "--missing").returncode == 0
    assert len(server.media_requests) == 3
    record = json.loads(run("show", "1", "--json").stdout)
    for image in record["images"]:
        assert (tmp_path / "archive" / image["file"]).is_file()
    assert f"({tmp_path}/archive/media/" in run("show", "1", "--markdown").stdout
    assert run("export", "html", "-o", "site").returncode == 0
    (page,) = (path for path in (tmp_path / "site").glob("*.html") if path.name != "index.html")
    html = page.read_text(encoding="utf-8")
    assert 'src="media/' in html
    assert "qpic.cn" not in html.partition("<article>")[2].partition("<footer>")[0]
    assert run("export", "md", "-o", "web", "--no-media").returncode == 0
    assert not (tmp_path / "web" / "media").exists()


def test_ctrl_c_stops_at_once_and_the_list_stays(
    run: Run, server: FakeWeChat, environment: dict[str, str]
) -> None:
    links = [link_to(n) for n in range(10)]
    with subprocess.Popen(
        [sys.executable, "-m", "wxarchive", "fetch", *links, "--pace", "50-60", "--no-media", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["status"] == "new"  # and now it waits for its turn
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert time.monotonic() - started < 10
        assert process.returncode == 130
    assert len(server.requests) == 1
    assert json.loads(run("queue", "--json").stdout)["counts"] == {"waiting": 9, "done": 1}


def test_failed_links_are_shown_with_their_reason_and_retried(run: Run, server: FakeWeChat) -> None:
    server.script = {key_of(0): Fault(action="status", status=404)}
    assert run("fetch", link_to(0), "--no-media").returncode == 5
    shown = run("queue", "--state", "failed")
    assert "status 404" in shown.stdout
    assert "next after" in shown.stdout
    assert run("fetch", "--resume").stdout == ""
    server.script = {}
    assert "new" in run("fetch", "--retry", "failed", "--no-media").stdout
    assert run("fetch", link_to(1), "--resume").returncode == 2


def test_posts_that_are_cited_go_on_the_list(run: Run, server: FakeWeChat) -> None:
    server.made[key_of(0)] = made_page(0, cites=(1, 2))
    run("fetch", link_to(0), "--no-media")
    looked = json.loads(run("links", "--dry-run", "--json").stdout)
    assert [link["is_new"] for link in looked["links"]] == [True, True]
    assert json.loads(run("queue", "--json").stdout)["counts"] == {"done": 1}
    assert run("links").returncode == 0
    assert run("fetch", "--resume", "--limit", "1", "--no-media").returncode == 0
    assert json.loads(run("queue", "--json").stdout)["counts"] == {"waiting": 1, "done": 2}
    assert json.loads(run("links", "--gaps", "--json").stdout)["gaps"] == []


def test_what_a_feed_gave_of_a_post_that_is_gone_is_shown(run: Run, server: FakeWeChat) -> None:
    text = "<p>" + "雨下了一夜。" * 100 + "</p>"
    item = {"url": link_to(0), "title": "夜雨", "content_html": text}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "河湾", "items": [item]}
    server.feeds["/feed.json"] = Feed(body=json.dumps(feed).encode())
    server.script = {key_of(0): Fault(action="redirect", location="/s/gone")}
    assert run("follow", "https://feeds.example.org/feed.json").returncode == 0
    assert run("sync").returncode == 9
    shown = run("show", link_to(0))
    assert shown.returncode == 0
    assert "夜雨" in shown.stdout
    assert "雨下了一夜。雨下了一夜。" in shown.stdout
    assert "not held" in shown.stdout
    assert json.loads(run("show", link_to(0), "--json").stdout)["html"] == text
    assert run("show", link_to(5)).returncode == 7


def test_settings_come_from_the_file_the_environment_and_options(
    run: Run, server: FakeWeChat, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(
        'user_agent = "from-file/1"\nmedia = "no"\npace = [1, 2]\nproxy = "http://user:SECRET@127.0.0.1:1"\n',
        encoding="utf-8",
    )
    held = json.loads(run("config", "--json", WXARCHIVE_PACE="7").stdout)["settings"]
    assert held["media"] == {"value": "no", "origin": str(tmp_path / "config.toml")}
    assert held["pace"] == {"value": "7-7", "origin": "WXARCHIVE_PACE"}
    assert held["timeout"] == {"value": 30.0, "origin": "default"}
    assert "SECRET" not in run("config").stdout
    (tmp_path / "config.toml").write_text('user_agent = "from-file/1"\nmedia = "no"\n', encoding="utf-8")
    run("fetch", link_to(0))
    run("fetch", link_to(1), WXARCHIVE_USER_AGENT="from-environment/1")
    run("fetch", link_to(2), "--user-agent", "from-option/1", WXARCHIVE_USER_AGENT="from-environment/1")
    agents = [request.headers["user-agent"] for request in server.requests]
    assert agents == ["from-file/1", "from-environment/1", "from-option/1"]
    assert not server.media_requests


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pase = 3", "did you mean pace?"),
        ("pace = 'quick'", "pace in"),
        ("not toml", "no TOML"),
        ("media = 1", "media in"),
    ],
)
def test_a_config_that_cannot_be_used_is_one_line(run: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    done = run("config")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["fetch", link_to(0), "--pace", "fast"],
        ["fetch", link_to(0), "--pace", "6-3"],
        ["fetch", link_to(0), "--cookies", "nowhere.txt"],
        ["fetch", link_to(0), "--allow-host", "127.0.0.1"],
        ["fetch", link_to(0), "--no-media", "--media-later"],
        ["follow", "nothing"],
        ["sync", "--since", "soon"],
    ],
    ids=lambda arguments: " ".join(arguments[-2:]),
)
def test_options_that_cannot_be_used_are_one_line(run: Run, server: FakeWeChat, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert not server.requests


def test_several_requests_at_once_are_for_a_server_of_ones_own(run: Run) -> None:
    done = run("fetch", link_to(0), "--connections", "8", WXARCHIVE_REPLAY="")
    assert done.returncode == 2
    assert "one request at a time" in done.stderr


def test_the_doctor_looks_at_everything(run: Run, server: FakeWeChat, tmp_path: Path) -> None:
    server.script = {key_of(1): Fault(action="captcha")}
    run("fetch", link_to(0), link_to(1), "--media-later")
    done = run("doctor", "--json")
    assert done.returncode == 0
    found = {(one["group"], one["status"]) for one in json.loads(done.stdout)["findings"]}
    assert found == {
        ("archive", "good"), ("network", "good"), ("pace", "skipped"), ("disk", "good"), ("sqlite", "good"),
        ("index", "good"), ("list", "good"), ("list", "odd"),
    }  # fmt: skip
    broken = run("doctor", WXARCHIVE_REPLAY="http://127.0.0.1:9")
    assert broken.returncode == 9
    assert "the site answers" in broken.stdout
    asked = len(server.requests)
    assert run("doctor", "--offline").returncode == 0
    assert len(server.requests) == asked


def test_two_processes_import_the_same_as_one(run: Run, tmp_path: Path) -> None:
    pages = str(FIXTURES / "pages")
    for jobs in ("1", "2"):
        done = run(
            "import", pages, str(tmp_path / "nothing"), "--jobs", jobs, "--archive", f"jobs-{jobs}", "--jsonl"
        )
        assert done.returncode == 9
        (tmp_path / f"events-{jobs}").write_text(done.stdout, encoding="utf-8")
    assert (tmp_path / "events-1").read_text(encoding="utf-8") == (tmp_path / "events-2").read_text(
        encoding="utf-8"
    )
    with Archive(tmp_path / "jobs-1") as one, Archive(tmp_path / "jobs-2") as two:
        assert [post.to_dict() for post in one.iter_posts()] == [post.to_dict() for post in two.iter_posts()]
        assert one.info().captures == two.info().captures
