"""Printing: data and talk kept apart, nothing of strangers' text obeyed, and programs given what they can read."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from wxarchive.errors import (
    AddressError,
    ConnectError,
    ExportError,
    PageGoneError,
    ParseError,
    VerifyRequiredError,
    WxArchiveError,
)
from wxarchive.excerpts import Excerpt
from wxarchive.export import write_posts
from wxarchive.output import Output
from wxarchive.output.paint import Paint, fit, pad
from wxarchive.output.views import outcome_line, row_line, shown_moment, shown_size
from wxarchive.parse.fields import Testimony as Said
from wxarchive.pipeline import Outcome, Status
from wxarchive.query import parse_query
from wxarchive.read import Explanation, Reading
from wxarchive.records import Account, Post, Removal
from wxarchive.store.hits import Hit, SearchResult, Summary
from wxarchive.store.results import ArchiveInfo
from wxarchive.text import display_width
from wxarchive.times import BEIJING

EVIL = "\x1b[2J\x1b]0;owned\x07题\x9b31m\r\x00\u202e尾"
LIVE = "\x1b\x9b\x07\r\x00\u202e"
DAY = datetime(2024, 3, 9, 8, 30, tzinfo=BEIJING)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> tuple[Terminal, Terminal]:
    """Make both streams terminals of 80 columns. Not a fixture: between set-up and test, pytest sets its own."""
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return out, err


def make_post(**changes: object) -> Post:
    post = Post(
        id="MzA5OTk5OTk5OQ==:2650000001:1",
        kind="article",
        title="春耕时节",
        author="江小南",
        account=Account(alias="chengnan", nickname="城南观察"),
        published_at=DAY,
        published_precision="minute",
        source="城南日报",
        credits={"editor": ("江小南", "何小北")},
        text="第一段\n第二段",
        markdown="第一段",
        removed=(Removal(rule="follow", label="follow ask", text="\n长按关注", at=7),),
    )
    return post.with_changes(**changes)


def make_hit(**changes: object) -> Hit:
    values: dict[str, object] = {
        "number": 3,
        "post_id": "MzA5OTk5OTk5OQ==:2650000001:1",
        "kind": "article",
        "title": "春耕时节",
        "author": None,
        "account": "城南观察",
        "source": None,
        "published_at": DAY,
        "published_precision": "day",
        "url": None,
        "version": 1,
        "score": 1.5,
        "title_marks": ((0, 2),),
        "excerpt": Excerpt("说到春耕，春耕忙。", ((2, 4), (5, 7))),
    }
    return Hit(**(values | changes))  # type: ignore[arg-type]


def make_summary(number: int, **changes: object) -> Summary:
    hit = make_hit(**changes)
    names = ("post_id", "kind", "title", "author", "account", "source", "published_at", "published_precision")
    return Summary(number=number, url=None, version=1, **{name: getattr(hit, name) for name in names})


def make_result(*hits: Hit, total: int | None = None) -> SearchResult:
    return SearchResult(query=parse_query("春耕"), total=len(hits) if total is None else total, hits=hits)


def make_outcome(status: Status, error: WxArchiveError | None = None, **changes: str | None) -> Outcome:
    held = status in ("new", "changed", "unchanged", "held")
    values = {"post_id": "a:1:1", "title": "春耕时节"} if held else {}
    return Outcome(source="https://mp.weixin.qq.com/s/x", status=status, error=error, **(values | changes))  # type: ignore[arg-type]


# -- data and talk -------------------------------------------------------------------------------------------


def test_data_goes_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.data("数据")
    output.say("闲话")
    output.exported(1, Path("a.csv"))
    output.error(AddressError("no link", subject="x"))
    assert capsys.readouterr() == (
        "数据\n",
        "闲话\n1 post written to a.csv\nwxarchive: x: no link\nhint: "
        + str(AddressError.default_hint)
        + "\n",
    )


def test_quiet_silences_talk_but_neither_data_nor_errors(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.say("闲话")
    output.exported(2, None)
    output.search_result(make_result(make_hit()), words="春耕")
    output.error(ConnectError("no answer", hint="none"))
    out, err = capsys.readouterr()
    assert "春耕时节" in out
    assert err == "wxarchive: no answer\nhint: none\n"


def test_an_error_is_one_line_however_it_is_worded(capsys: pytest.CaptureFixture[str]) -> None:
    Output().error(ParseError("two\nlines" + EVIL, subject="a\nb", hint=EVIL))
    err = capsys.readouterr().err
    assert err.count("\n") == 2
    assert not set(err) & set(LIVE)


@pytest.mark.parametrize("output", [Output(json=True), Output(jsonl=True)])
def test_errors_are_json_where_programs_read(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    output.say("闲话")
    output.error(AddressError("no link", subject="x", hint="y"))
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {
        "error": {"slug": "bad-address", "message": "no link", "subject": "x", "hint": "y"}
    }


def test_an_error_before_the_command_is_known_can_be_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    Output().error(AddressError("no link"), as_json=True)
    assert json.loads(capsys.readouterr().err)["error"]["slug"] == "bad-address"


# -- what strangers wrote ------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", [Output(), Output(json=True), Output(jsonl=True)])
def test_no_control_character_of_strangers_is_printed(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    post = make_post(title=EVIL, text=EVIL, source=EVIL, credits={EVIL: (EVIL,)}, digest=EVIL)
    hit = make_hit(
        title=EVIL, account=EVIL, excerpt=Excerpt(EVIL + "春耕" + EVIL, ((5, 25),)), title_marks=((2, 9),)
    )
    output.posts([post, make_summary(1, title=EVIL, account=EVIL)])
    output.post(post, removed=True)
    output.search_result(make_result(hit), words=EVIL)
    output.outcomes(
        [make_outcome("new", title=EVIL), make_outcome("failed", ParseError(EVIL))], verb="fetched"
    )
    output.inspected(EVIL, reading=Reading(state="post", form="page", post=post))  # type: ignore[arg-type]
    output.inspected(EVIL, reading=Reading(state="deleted", form="page", state_text=EVIL))  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert not set(out + err) & set(LIVE)


def test_data_is_stripped_of_controls_too(capsys: pytest.CaptureFixture[str]) -> None:
    Output().data("# 题\n\n\t体" + EVIL)
    assert capsys.readouterr().out == "# 题\n\n\t体题31m尾\n"


def test_raw_bytes_are_exact(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    page = b"\xff\xfe<html>\x1b[2J\r\n"
    with os.fdopen(os.dup(1), "w") as stdout, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        Output().raw(page)
    assert capfdbinary.readouterr().out == page


def test_raw_bytes_do_not_rule_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = on_terminal(monkeypatch)
    Output().raw(b"<html>\x1b[2J\xff\x00</html>\r\n")
    assert out.getvalue() == "<html>\ufffd</html>\n\n"


# -- colour and columns --------------------------------------------------------------------------------------


def test_colour_is_for_terminals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = on_terminal(monkeypatch)
    Output().search_result(make_result(make_hit()), words="春耕")
    assert "\x1b[1;31m春耕\x1b[0m" in out.getvalue()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    out, err = on_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    Output().search_result(make_result(make_hit()), words="春耕")
    Output().error(AddressError("x"))
    assert "\x1b" not in out.getvalue() + err.getvalue()


def test_without_colour_marks_leave_the_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Output().search_result(make_result(make_hit(), total=12), words="春耕", offset=4)
    out, err = capsys.readouterr()
    assert out == (
        "    3  春耕时节\n       2024-03-09 · 城南观察 · MzA5OTk5OTk5OQ==:2650000001:1\n       说到春耕，春耕忙。\n\n"
    )
    assert err == "12 posts hold 春耕; 5 to 5 shown\n"


def test_marks_keep_their_places_whatever_is_stripped_around_them() -> None:
    text = "\x1b[2J甲\x00乙\n丙"
    assert (
        Paint(True).marked(text, ((4, 5), (8, 9), (8, 9), (3, 99)))
        == "\x1b[1;31m甲\x1b[0m乙 \x1b[1;31m丙\x1b[0m"
    )


def test_finding_nothing_is_said_and_no_data(capsys: pytest.CaptureFixture[str]) -> None:
    Output().search_result(make_result(), words="无有")
    assert capsys.readouterr() == ("", "no post holds 无有\n")


def test_a_listing_is_aligned_by_columns_of_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [make_summary(3, account="城南"), make_summary(12345, account="abc", published_at=None)]
    Output().posts(rows, total=9)
    out, err = capsys.readouterr()
    starts = [display_width(line[: line.index("春耕时节")]) for line in out.splitlines()]
    assert starts == [40, 40]
    assert err == "2 of 9 posts\n"


def test_a_listing_fits_the_terminal_but_is_whole_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = on_terminal(monkeypatch)
    long = make_summary(3, title="长" * 200, account="名" * 50)
    assert display_width(row_line(long, Paint(), 80)) <= 80
    assert row_line(long, Paint(), None).endswith("长" * 200)
    Output().posts([long])
    (line,) = out.getvalue().splitlines()
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("春耕", 4, "春耕"),
        ("春耕时节", 5, "春耕…"),
        ("春耕时节", 6, "春耕…"),
        ("abc", 2, "a…"),
        ("abc", None, "abc"),
        ("ab", 0, ""),
    ],
)
def test_text_is_cut_by_columns(text: str, width: int | None, expected: str) -> None:
    assert fit(text, width) == expected
    assert width is None or display_width(fit(text, width)) <= width


def test_text_is_padded_by_columns() -> None:
    assert pad("春耕", 6) == "春耕  "
    assert pad("春耕", 3) == "春耕"


# -- for programs --------------------------------------------------------------------------------------------


def test_listings_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    posts = [make_post(), make_post(id="b:1:1")]
    Output(json=True).posts(posts, total=7)
    assert json.loads(capsys.readouterr().out) == {
        "wxarchive": 1,
        "total": 7,
        "posts": [post.to_dict() for post in posts],
    }
    Output(jsonl=True).posts(posts, total=7)
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [post.to_dict() for post in posts]
    assert err == ""
    Output(json=True).posts([], total=0)
    assert json.loads(capsys.readouterr().out) == {"wxarchive": 1, "total": 0, "posts": []}


def test_one_post_for_programs_is_its_record(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=True).post(make_post())
    assert Post.from_dict(json.loads(capsys.readouterr().out)) == make_post()


def test_hits_for_programs_have_offsets(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=True).search_result(make_result(make_hit(), total=12), words="春耕", offset=2)
    document = json.loads(capsys.readouterr().out)
    assert {key: document[key] for key in ("wxarchive", "query", "total", "offset")} == {
        "wxarchive": 1,
        "query": "春耕",
        "total": 12,
        "offset": 2,
    }
    assert document["hits"][0]["excerpt"] == {"text": "说到春耕，春耕忙。", "marks": [[2, 4], [5, 7]]}


def test_json_is_ascii_where_the_locale_has_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", plain)
    Output(jsonl=True).post(make_post(title="春😀"))
    raw = plain.buffer.getvalue()  # type: ignore[attr-defined]
    assert raw.isascii()
    assert json.loads(raw)["title"] == "春😀"


# -- outcomes ------------------------------------------------------------------------------------------------


def test_each_outcome_is_a_line_and_hints_are_given_once(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [
        make_outcome("new"),
        make_outcome("held", title=None),
        make_outcome("failed", ConnectError("no answer")),
        make_outcome("failed", ConnectError("no answer")),
        make_outcome("noted", PageGoneError("deleted: 该内容已被发布者删除")),
    ]
    assert Output().outcomes(outcomes, verb="fetched") == 9
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "new        春耕时节  a:1:1",
        "held       (untitled)  a:1:1",
        "failed     https://mp.weixin.qq.com/s/x: no answer",
        "failed     https://mp.weixin.qq.com/s/x: no answer",
        "noted      https://mp.weixin.qq.com/s/x: deleted: 该内容已被发布者删除",
    ]
    assert err.splitlines() == [
        f"hint: {ConnectError.default_hint}",
        "fetched: 1 new, 1 held, 2 failed, 1 noted (5 in all)",
    ]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        ([make_outcome("new"), make_outcome("held")], 0),
        ([make_outcome("failed", ConnectError("x"))], 5),
        ([make_outcome("failed", ConnectError("x")), make_outcome("failed", ConnectError("y"))], 5),
        ([make_outcome("failed", ConnectError("x")), make_outcome("new")], 9),
        ([make_outcome("failed", ConnectError("x")), make_outcome("noted", PageGoneError("y"))], 9),
        ([make_outcome("noted", PageGoneError("y"))], 3),
        (
            [
                make_outcome("new"),
                make_outcome("failed", VerifyRequiredError("x")),
                make_outcome("not-asked"),
            ],
            4,
        ),
    ],
)
def test_outcomes_add_up_to_an_exit_code(outcomes: list[Outcome], code: int) -> None:
    assert Output(quiet=True).outcomes(outcomes, verb="fetched") == code


def test_quiet_outcomes_tell_of_failures_only(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [make_outcome("new"), make_outcome("failed", ParseError("broken"))]
    Output(quiet=True).outcomes(outcomes, verb="imported")
    assert capsys.readouterr() == ("", "failed     https://mp.weixin.qq.com/s/x: broken\n")


def test_outcomes_for_programs_are_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output(jsonl=True).outcomes([make_outcome("new"), make_outcome("failed", ParseError("broken"))], verb="x")
    out, err = capsys.readouterr()
    new, failed = (json.loads(line) for line in out.splitlines())
    assert new == {
        "source": "https://mp.weixin.qq.com/s/x",
        "status": "new",
        "state": None,
        "id": "a:1:1",
        "title": "春耕时节",
        "error": None,
    }
    assert failed["error"] == {"slug": "parse-failed", "message": "broken", "subject": None, "hint": None}
    assert err == ""


def test_an_outcome_is_printed_before_the_next_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    def outcomes() -> Iterator[Outcome]:
        yield make_outcome("new")
        assert "春耕时节" in capsys.readouterr().out
        yield make_outcome("new")

    Output().outcomes(outcomes(), verb="fetched")


def test_a_run_of_one_kind_or_none_is_summed_up_shortly(capsys: pytest.CaptureFixture[str]) -> None:
    Output().outcomes([make_outcome("new"), make_outcome("new")], verb="imported")
    Output().outcomes([], verb="imported")
    assert capsys.readouterr().err == "imported: 2 new\nimported: nothing\n"


def test_a_link_that_was_not_asked_shows_itself() -> None:
    assert outcome_line(make_outcome("not-asked"), Paint()) == "not asked  https://mp.weixin.qq.com/s/x"


def test_progress_is_shown_on_a_terminal_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _, err = on_terminal(monkeypatch)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert list(Output().progress(iter("abc"), "written")) == ["a", "b", "c"]
    shown = err.getvalue()
    assert "\r3 written" in shown
    assert shown.endswith("\r         \r")
    Output().outcomes([make_outcome("new")], verb="fetched")
    assert "\r1 fetched" in err.getvalue()


@pytest.mark.parametrize("quiet", [True, False])
def test_progress_is_silent_elsewhere(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(Output(quiet=quiet).progress([1], "written")) == [1]
    assert capsys.readouterr() == ("", "")


# -- one thing to read ---------------------------------------------------------------------------------------


def test_a_post_is_shown_to_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    Output().post(make_post(), removed=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "春耕时节"
    assert "  account       城南观察 (chengnan)" in lines
    assert "  published     2024-03-09 08:30" in lines
    assert "  editor        江小南、何小北" in lines
    assert lines[lines.index("第一段") :] == [
        "第一段",
        "第二段",
        "",
        "removed: 1 piece",
        "  follow follow ask (at 7)",
        "    长按关注",
    ]


def test_what_is_removed_is_shown_only_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Output().post(make_post())
    assert "长按关注" not in capsys.readouterr().out


def test_a_file_is_shown_with_what_would_be_stored_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    reading = Reading(state="post", form="page", post=make_post(), missing=("body",))  # type: ignore[arg-type]
    explanation = Explanation(
        taken={"title": Said("script", "春耕时节")}, others={"title": (Said("og", "春耕"),)}
    )
    Output().inspected("a.html", reading=reading, explanation=explanation)
    out = capsys.readouterr().out
    assert out.startswith("a.html: article (page)\n")
    assert "7 characters; 1 piece removed (5 characters)" in out
    assert "missing       body" in out
    assert "from script" in out
    assert "says og" in out


def test_a_file_that_is_no_post_is_shown_with_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    reading = Reading(
        state="too_frequent",
        form="page",
        state_text="过于频繁",
        identity={"nickname": "城南"},
        target_url="https://a.example/",
    )  # type: ignore[arg-type]
    Output().inspected("a.html", reading=reading)
    assert capsys.readouterr().out.splitlines() == [
        "a.html: too frequent (page): 过于频繁",
        "  nickname      城南",
        "  wanted        https://a.example/",
    ]
    Output().inspected("b.html", error=ParseError("no text"))
    assert capsys.readouterr().out == "b.html: cannot be read: no text\n"


def test_a_file_for_programs_is_one_line_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(jsonl=True)
    output.inspected("a.html", reading=Reading(state="post", form="page", post=make_post()))  # type: ignore[arg-type]
    output.inspected("b.html", reading=Reading(state="deleted", form="page", state_text="已删除"))  # type: ignore[arg-type]
    output.inspected("c.html", error=ParseError("no text"))
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(first)[:5] == ["file", "state", "state_text", "post", "error"]
    assert Post.from_dict(first["post"]) == make_post()
    assert (second["state"], second["state_text"], second["post"], second["error"]) == (
        "deleted",
        "已删除",
        None,
        None,
    )
    assert (third["file"], third["error"]) == ("c.html", {"slug": "parse-failed", "message": "no text"})


def test_an_archive_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    info = ArchiveInfo(
        path=Path("/somewhere/archive"),
        posts=1234,
        accounts=1,
        captures=1300,
        size=12_345_678,
        raw_size=999,
        stored_raw_size=5_000,
        index_size=2_000_000,
        schema_version=1,
        created_with="0.1.0",
        wxarchive_version="0.1.0",
        sqlite_version="3.40.1",
        first_published_at=DAY,
        last_published_at=DAY,
    )
    Output().info(info)
    out = capsys.readouterr().out
    assert "posts         1,234 of 1 account\n" in out
    assert "published     2024-03-09 to 2024-03-09\n" in out
    assert "database      12.3 MB, of it 2.0 MB search index\n" in out
    Output(json=True).info(info)
    assert json.loads(capsys.readouterr().out) == {"wxarchive": 1, **info.to_dict()}


def test_moments_and_sizes_say_no_more_than_is_known() -> None:
    assert shown_moment(DAY, "day") == "2024-03-09"
    assert shown_moment(DAY, "minute") == shown_moment(DAY, None) == "2024-03-09 08:30"
    assert shown_moment(None, None) == ""
    assert [shown_size(n) for n in (0, 999, 1000, 1_500_000)] == ["0 B", "999 B", "1.0 kB", "1.5 MB"]


# -- pipes, disks, locales -----------------------------------------------------------------------------------

PROGRAM = """
from wxarchive.output import Output
from wxarchive.records import Post
from wxarchive.export import ExportOptions, write_posts
from wxarchive.errors import WxArchiveError
import sys
output = Output(jsonl="--jsonl" in sys.argv)
output.prepare_streams()
posts = (Post(id=f"x:{n}:1", kind="text", title="春😀" * 50) for n in range(20000))
try:
    if "export" in sys.argv:
        write_posts("csv", posts, output.stream())
    elif "one" in sys.argv:
        output.data("春")
    else:
        output.posts(posts)
except WxArchiveError as error:
    output.error(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of POSIX")
@pytest.mark.parametrize("arguments", [[], ["--jsonl"], ["export"], ["one"]])
def test_a_closed_pipe_ends_the_run_without_a_word(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    os.close(reading)
    _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [[], ["export"], ["one"]])
def test_a_full_disk_is_one_clear_error(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert run.returncode == ExportError.exit_code
    assert run.stderr.decode().startswith("wxarchive: standard output cannot be written: ")
    assert run.stderr.count(b"\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_a_locale_that_lacks_characters_is_no_error(encoding: str) -> None:
    environ = os.environ | {"PYTHONIOENCODING": encoding}
    run = subprocess.run([sys.executable, "-c", PROGRAM], env=environ, capture_output=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.count(b"\n") == 20000
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, "export"], env=environ, capture_output=True, timeout=60
    )
    assert run.stdout.decode("utf-8").count("春😀" * 50) == 20000


def test_an_export_to_stdout_is_what_a_file_would_be(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    posts = [make_post(text="甲\n乙")]
    write_posts("csv", posts, tmp_path / "a.csv")
    with os.fdopen(os.dup(1), "w") as stdout, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        output = Output()
        write_posts("csv", posts, output.stream())
        output.exported(1, None)
    assert capfdbinary.readouterr().out == (tmp_path / "a.csv").read_bytes()


def test_nothing_heavy_is_loaded_to_print() -> None:
    code = "import sys, wxarchive.output; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("httpx", "sqlite3", "sqlite_utils", "selectolax", "nh3", "typer", "rich", "pydantic"):
        assert f"'{heavy}'" not in loaded
