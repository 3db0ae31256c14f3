"""The archive keeps what it is given, decides what is new, and says plainly when it cannot."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import BIZ, NOW, make_page, make_post
from wxarchive.errors import (
    NoArchiveError,
    NotAnArchiveError,
    PostNotFoundError,
    SchemaTooNewError,
    StoreError,
    StoreLockedError,
    StoreWriteError,
)
from wxarchive.records import Account, Album, Image, Link, Media, Origin, Post, Removal
from wxarchive.store import Archive, bodies, failures
from wxarchive.store.decide import decide
from wxarchive.store.rows import from_row, to_row

SHORT = "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"
LONG = f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=101&idx=1&sn=abc1"
assert bodies, "loaded before a test gives up the right to read the library"

FULL = make_post(
    1,
    "一\n二",
    short_url=SHORT,
    digest="摘要",
    author="张三",
    cover_url="https://mmbiz.qpic.cn/c",
    account=Account(biz=BIZ, user_name="gh_1", alias="a", nickname="青石", description="介绍"),
    item_show_type=0,
    copyright="reprint",
    origin=Origin(nickname="别处", url="https://mp.weixin.qq.com/s/x"),
    ip_location="河北",
    is_paid=True,
    source="青石县人民政府",
    credits={"editor": ("李四", "王五"), "摄影": ()},
    source_url="https://example.com/",
    albums=(Album(id="1", title="合集"),),
    markdown="# 一",
    html="<p>一</p>",
    images=(Image(url="https://mmbiz.qpic.cn/1", width=3, alt=""),),
    media=(Media(type="audio", duration_ms=1200),),
    links=(Link(url="https://example.com/", text=""),),
    removed=(Removal(rule="r", label="l", text="关注\n", at=0),),
    fetched_at=NOW,
    raw_sha256="00" * 32,
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", create=True, clock=lambda: NOW) as opened:
        yield opened


def save(archive: Archive, post: Post, body: bytes = b"page", **page: Any) -> str:
    return archive.save(make_page(body, **page), state="post", post=post).outcome


def rows(archive: Archive, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive.path / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


# ------------------------------------------------------------------------------------------------------------
# Posts


def test_a_post_comes_back_as_it_was(archive: Archive) -> None:
    assert save(archive, FULL) == "new"
    assert archive.get_post(FULL.id) == FULL
    assert list(archive.iter_posts()) == [FULL]


def test_what_a_post_lacks_is_filled_from_its_page(archive: Archive) -> None:
    save(archive, make_post(), b"page")
    stored = archive.get_post("1")
    assert stored.fetched_at == NOW
    assert stored.raw_sha256 == make_page(b"page").sha256


@given(st.text(), st.text(), st.none() | st.text())
def test_any_text_goes_through_a_row(title: str, text: str, author: str | None) -> None:
    post = make_post(text=text, title=title, author=author)
    assert from_row(to_row(post)) == post  # type: ignore[arg-type]


def test_lone_surrogates_are_stored_as_the_replacement_character(archive: Archive) -> None:
    save(archive, make_post(text="a\ud800b", title="\udcff"))
    assert archive.get_post("1").text == "a\ufffdb"
    assert save(archive, make_post(text="a\ud800b", title="\udcff"), b"other") == "unchanged"


def test_posts_come_newest_or_oldest_first_and_undated_ones_last(archive: Archive) -> None:
    for number in (3, 1, 2):
        save(archive, make_post(number), b"%d" % number)
    save(archive, make_post(9, published_at=None, published_precision=None), b"9")
    assert [post.title for post in archive.iter_posts()] == ["第3期", "第2期", "第1期", "第9期"]
    assert [line.title for line in archive.iter_summaries(order="old")] == [
        "第1期",
        "第2期",
        "第3期",
        "第9期",
    ]
    assert archive.count_posts() == 4


def test_posts_can_be_stored_while_others_are_read(archive: Archive) -> None:
    for number in range(50):
        save(archive, make_post(number), b"%d" % number)
    seen = 0
    for post in archive.iter_posts(order="old"):
        save(archive, post.with_changes(text=f"改{seen}"), b"edit %d" % seen)
        seen += 1
    assert seen == 50


@pytest.mark.parametrize(
    "name",
    [
        "1",
        f"{BIZ}:101:1",
        f"{BIZ}:101",
        SHORT,
        SHORT.replace("https", "http") + "?scene=1",
        f"看这个：{LONG}&key=secret#rd。",
        LONG.replace("&", "&amp;"),
        f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=101&idx=1",
    ],
)
def test_a_post_is_found_under_all_its_names(archive: Archive, name: str) -> None:
    archive.save(make_page(), state="post", post=make_post(1), addresses=[SHORT + "#rd"])
    save(archive, make_post(2), b"2")
    assert archive.get_post(name).title == "第1期"
    assert archive.get_raw(name) == b"page"


@pytest.mark.parametrize(
    "name", ["", "3", "9" * 30, "nothing", BIZ, SHORT, LONG.replace("101", "999"), "\udcff", "%", "²"]
)
def test_what_is_not_held_or_not_one_is_not_found(archive: Archive, name: str) -> None:
    save(archive, make_post(1))
    save(archive, make_post(2), b"2")
    assert archive.find_post(name) is None
    with pytest.raises(PostNotFoundError):
        archive.get_post(name)


def test_holds_knows_every_form_of_link(archive: Archive) -> None:
    temporary = "https://mp.weixin.qq.com/s?src=11&timestamp=1&ver=1&signature=abc&new=1"
    archive.save(make_page(), state="post", post=make_post(1), addresses=[temporary, SHORT])
    for link in (
        SHORT,
        temporary,
        LONG,
        LONG + "&chksm=1",
        "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv?x=1",
    ):
        assert archive.holds(link) == f"{BIZ}:101:1"
    assert archive.holds("https://mp.weixin.qq.com/s/zzzzzzzzzzzzzzzzzzzzzz") is None
    assert archive.holds("nothing") is None


def test_a_text_that_names_a_link_does_not_hold_it(archive: Archive) -> None:
    save(archive, make_post(id="text:0123456789abcdef", url=LONG))
    assert archive.holds(LONG) is None


# ------------------------------------------------------------------------------------------------------------
# New, unchanged, changed, noted


def test_an_edit_is_a_new_version_and_the_old_page_stays(archive: Archive) -> None:
    assert save(archive, make_post(text="一"), b"one") == "new"
    assert save(archive, make_post(text="二"), b"two") == "changed"
    assert archive.get_post("1").version == 2
    assert archive.get_post("1").text == "二"
    assert archive.get_raw("1") == b"two"
    assert archive.search("二").total == 1
    assert archive.info().captures == 2
    assert archive.count_posts() == 1


def test_the_same_post_again_is_unchanged_but_what_it_lacked_is_filled_in(archive: Archive) -> None:
    save(archive, make_post(account=Account(biz=BIZ), published_precision="day"), b"one")
    later = make_post(short_url=SHORT, source="青石县人民政府")
    assert save(archive, later, b"two") == "unchanged"
    held = archive.get_post("1")
    assert (held.short_url, held.source, held.account.nickname) == (SHORT, "青石县人民政府", "青石镇发布")
    assert held.published_precision == "second"
    assert held.version == 1
    assert archive.get_raw("1") == b"one"
    assert archive.search("source:青石 account:青石镇").total == 1


def test_a_page_that_is_no_post_is_noted_and_touches_none(archive: Archive) -> None:
    archive.save(make_page(b"one"), state="post", post=make_post(), addresses=[SHORT])
    before = archive.get_post("1")
    saved = archive.save(
        make_page(b"gone"), state="deleted", state_text="已被删除", post=None, addresses=[SHORT]
    )
    assert (saved.outcome, saved.post_id) == ("noted", before.id)
    assert archive.get_post("1") == before
    assert archive.get_raw("1") == b"one"
    by_number = archive.save(
        make_page(b"gone"),
        state="deleted",
        post=None,
        addresses=[f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=101&idx=1"],
    )
    assert by_number.post_id == before.id
    unknown = archive.save(
        make_page(b"gone"), state="deleted", post=None, addresses=["https://mp.weixin.qq.com/s/" + "z" * 22]
    )
    assert unknown.post_id is None
    assert rows(
        archive, "SELECT post_id, state, state_text FROM captures WHERE state = 'deleted' ORDER BY id"
    ) == [
        (before.id, "deleted", "已被删除"),
        (before.id, "deleted", None),
        (None, "deleted", None),
    ]


def test_the_same_bytes_are_stored_once_and_the_same_file_is_one_capture(archive: Archive) -> None:
    for _ in range(2):
        save(archive, make_post(), b"file", origin="import", file="a.html")
    assert archive.info().captures == 1
    for _ in range(2):
        save(archive, make_post(), b"file")
    info = archive.info()
    assert (info.captures, info.raw_size) == (3, 4)


def test_what_a_new_parser_reads_from_the_same_bytes_is_no_edit() -> None:
    held = make_post(text="一", raw_sha256="aa", version=3, short_url=SHORT)
    read = make_post(text="一 二", raw_sha256="aa", parser_version=2)
    decision = decide(held, read, imported=False)
    assert decision.outcome == "unchanged"
    assert decision.post == replace(read, version=3, short_url=SHORT)


def test_a_poorer_copy_from_a_file_overwrites_nothing() -> None:
    held = replace(FULL, raw_sha256="aa")
    poorer = make_post(
        1, "一\n 二", removed=FULL.removed, raw_sha256="bb", fetched_at=NOW + timedelta(days=1)
    )
    assert decide(held, poorer, imported=True).post == held
    assert decide(held, poorer, imported=False).outcome == "changed"
    assert decide(held, replace(poorer, text="三"), imported=True).outcome == "changed"


def test_an_older_file_overwrites_nothing() -> None:
    held = replace(FULL, raw_sha256="aa", short_url=None)
    older = replace(FULL, text="早", raw_sha256="bb", fetched_at=NOW - timedelta(days=1))
    decision = decide(held, older, imported=True)
    assert (decision.outcome, decision.post) == ("unchanged", FULL.with_changes(raw_sha256="aa"))
    assert decide(held, older, imported=False).outcome == "changed"


def test_versions_count_up_from_one_whatever_the_reading_says() -> None:
    first = decide(None, make_post(version=7), imported=False).post
    assert first.version == 1
    assert decide(first, make_post(text="二", version=7), imported=False).post.version == 2


# ------------------------------------------------------------------------------------------------------------
# All or nothing


def test_a_save_that_fails_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(OverflowError):
        save(archive, make_post(item_show_type=2**70))
    assert archive.info().captures == 0
    assert rows(archive, "SELECT * FROM bodies") == []
    assert save(archive, make_post()) == "new"


def store_and_stop(archive: Archive) -> None:
    with archive.batch():
        save(archive, make_post(1), b"1")
        assert archive.find_post("1")
        raise KeyError("stop")


def test_a_batch_is_stored_whole_or_not_at_all(archive: Archive) -> None:
    with pytest.raises(KeyError):
        store_and_stop(archive)
    assert archive.find_post("1") is None
    assert archive.search("正文").total == 0
    with archive.batch():
        save(archive, make_post(1), b"1")
        with pytest.raises(OverflowError):
            save(archive, make_post(2, item_show_type=2**70), b"2")
        save(archive, make_post(3), b"3")
        assert rows(archive, "SELECT count(*) FROM posts") == [(0,)]
    assert [post.title for post in archive.iter_posts()] == ["第3期", "第1期"]
    assert archive.info().captures == 2


def test_an_error_of_the_caller_passes_through_a_batch(archive: Archive) -> None:
    with pytest.raises(FileNotFoundError), archive.batch():
        raise FileNotFoundError("the caller's own")


WRITE_FOR_EVER = """
import sys
sys.path.insert(0, {tests!r})
from samples import make_page, make_post, make_text
from wxarchive.store import Archive
import random
chance = random.Random(1)
with Archive({folder!r}, create=True) as archive:
    for number in range(10_000):
        post = make_post(number % 7, make_text(chance, 50))
        saved = archive.save(make_page(b"%d" % number), state="post", post=post)
        print(saved.capture_id, saved.post_id, saved.version, flush=True)
"""


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    script = WRITE_FOR_EVER.format(tests=str(Path(__file__).parent), folder=str(folder))
    acknowledged = []
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged.append(line.split())
            if len(acknowledged) == 40:
                process.send_signal(signal.SIGKILL)
    with Archive(folder) as archive:
        captures = archive.info().captures
        assert captures >= int(acknowledged[-1][0])
        versions = {post.id: post.version for post in archive.iter_posts()}
        assert all(versions[post_id] >= int(version) for _, post_id, version in acknowledged)
        assert archive.index_answers()
    with Archive(folder, create=True) as archive:
        save(archive, make_post(100), b"on we go")
        assert archive.info().captures == captures + 1
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_two_programs_take_turns(archive: Archive) -> None:
    with Archive(archive.path, create=True) as other:
        for number in range(20):
            save(archive if number % 2 else other, make_post(number), b"%d" % number)
        assert archive.count_posts() == other.count_posts() == 20


# ------------------------------------------------------------------------------------------------------------
# Opening


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "filled"
    with Archive(folder, create=True, clock=lambda: NOW) as archive:
        save(archive, make_post(text="春耕"))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_reading_leaves_the_folder_as_it_was(filled: Path) -> None:
    before, changed = contents(filled), (filled / "archive.db").stat().st_mtime_ns
    with Archive(filled) as archive:
        assert archive.search("春耕").total == 1
        assert archive.get_raw("1") == b"page"
        assert len(list(archive.iter_posts())) == 1
        archive.info()
    assert contents(filled) == before
    assert (filled / "archive.db").stat().st_mtime_ns == changed


def leave_unfinished(folder: Path, target: Path) -> None:
    """Copy an archive whose writer has stored another post and is not done."""
    with Archive(folder, create=True) as archive:
        save(archive, make_post(2, text="春播"), b"2")
        target.mkdir()
        for name in ("archive.db", "archive.db-wal"):
            shutil.copy(folder / name, target / name)


def test_reading_what_an_interrupted_program_left_sees_all_and_writes_nothing(
    filled: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "left"
    leave_unfinished(filled, folder)
    before = contents(folder)
    with Archive(folder) as archive:
        assert archive.search("春播").total == 1
    after = contents(folder)
    assert {name: after[name] for name in before} == before


def test_a_reader_sees_what_a_writer_stores_meanwhile(filled: Path) -> None:
    with Archive(filled) as reader, Archive(filled, create=True) as writer:
        save(writer, make_post(2, text="春播"), b"2")
        assert reader.search("春播").total == 1


def test_an_archive_opened_for_reading_can_store(filled: Path) -> None:
    with Archive(filled) as archive:
        save(archive, make_post(2, text="春播"), b"2")
        assert archive.search("春播").total == 1


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A copy of ``folder`` that cannot be written; a superuser steps down meanwhile."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        shutil.copytree(folder, copy)
        Path(place).chmod(0o755)
        for path in copy.iterdir():
            path.chmod(0o555 if path.is_dir() else 0o444)
        copy.chmod(0o555)
        superuser = os.geteuid() == 0
        if superuser:
            os.seteuid(65534)
        try:
            yield copy
        finally:
            if superuser:
                os.seteuid(0)
            copy.chmod(0o755)


def test_a_folder_that_cannot_be_written_can_be_read(filled: Path) -> None:
    with read_only(filled) as folder:
        before = sorted(path.name for path in folder.iterdir())
        with Archive(folder) as archive:
            assert archive.search("春耕").total == 1
            assert archive.get_raw("1") == b"page"
        assert sorted(path.name for path in folder.iterdir()) == before == ["archive.db"]


def test_a_folder_that_cannot_be_written_is_not_written(filled: Path) -> None:
    with read_only(filled) as folder:
        with pytest.raises(StoreWriteError):
            Archive(folder, create=True)
        with pytest.raises(StoreWriteError):
            Archive(folder / "new", create=True)
        with Archive(folder) as archive, pytest.raises(StoreWriteError):
            save(archive, make_post(2), b"2")


def test_unfinished_work_in_a_folder_that_cannot_be_written_is_not_passed_over(
    filled: Path, tmp_path: Path
) -> None:
    leave_unfinished(filled, tmp_path / "left")
    with read_only(tmp_path / "left") as folder, pytest.raises(StoreWriteError) as caught:
        Archive(folder)
    assert "copy" in (caught.value.hint or "")


def test_where_there_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "archive.db").touch()
    for name in ("nowhere", "empty", "begun"):
        with pytest.raises(NoArchiveError):
            Archive(tmp_path / name)
        with Archive(tmp_path / name, create=True) as archive:
            assert archive.count_posts() == 0


@pytest.mark.parametrize("create", [False, True])
def test_what_is_no_archive(tmp_path: Path, create: bool) -> None:
    (tmp_path / "archive.db").write_text("This is text, not a database. " * 100)
    with pytest.raises(NotAnArchiveError):
        Archive(tmp_path, create=create)
    with pytest.raises(NotAnArchiveError):
        Archive(tmp_path / "archive.db", create=create)
    (tmp_path / "archive.db").unlink()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        connection.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY)")
    with pytest.raises(NotAnArchiveError):
        Archive(tmp_path, create=create)


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_schema_is_refused(filled: Path, create: bool) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = contents(filled)
    with pytest.raises(SchemaTooNewError):
        Archive(filled, create=create)
    assert contents(filled) == before


def test_a_locked_archive(filled: Path) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with Archive(filled, create=True, timeout=0.01) as archive:
            assert archive.search("春耕").total == 1
            with pytest.raises(StoreLockedError):
                save(archive, make_post(2), b"2")
        connection.rollback()


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes: what a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def store_much(archive: Archive) -> None:
    for number in range(2, 100):
        save(archive, make_post(number, "春耕" * 5000), os.urandom(20_000))


def test_a_full_disk(archive: Archive) -> None:
    save(archive, make_post(1))
    with small_files(300_000), pytest.raises(StoreWriteError):
        store_much(archive)
    assert save(archive, make_post(1)) == "unchanged"
    assert all(len(archive.get_raw(post.id)) in (4, 20_000) for post in archive.iter_posts())


def test_a_damaged_page_is_said_to_be_damaged(filled: Path) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as connection, connection:
        (data,) = connection.execute("SELECT data FROM bodies").fetchone()
        connection.execute("UPDATE bodies SET data = ?", (data[:-1] + bytes([data[-1] ^ 1]),))
    with Archive(filled) as archive, pytest.raises(StoreError):
        archive.get_raw("1")


def test_a_closed_archive_says_so(archive: Archive) -> None:
    archive.close()
    archive.close()
    with pytest.raises(ValueError, match="closed"):
        archive.count_posts()
    with pytest.raises(ValueError, match="closed"):
        save(archive, make_post())


def test_sqlite_errors_that_are_bugs_stay_as_they_are(tmp_path: Path) -> None:
    with (
        pytest.raises(sqlite3.OperationalError),
        failures.translated(tmp_path),
        closing(sqlite3.connect(":memory:")) as c,
    ):
        c.execute("SELECT nonsense")
    with pytest.raises(sqlite3.ProgrammingError), failures.translated(tmp_path):
        c.execute("SELECT 1")


def test_info(archive: Archive) -> None:
    save(archive, FULL)
    info = archive.info()
    assert (info.posts, info.accounts, info.captures, info.raw_size) == (1, 1, 1, 4)
    assert info.size > info.index_size > 0
    assert info.first_published_at == info.last_published_at == FULL.published_at
    assert json.dumps(info.to_dict())


def test_searching_loads_nothing_heavy(filled: Path) -> None:
    script = (
        "import sys; from wxarchive.store import Archive; archive = Archive(sys.argv[1]); "
        "archive.search('春耕'); archive.get_post('1'); archive.info(); list(archive.iter_posts()); archive.close(); "
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(filled)], capture_output=True, text=True, check=True
    )
    heavy = {"sqlite_utils", "zstandard", "httpx", "selectolax", "pydantic", "typer", "asyncio", "opencc"}
    assert not heavy & set(done.stdout.split())


def test_damage_to_an_avatars_address_is_named(tmp_path: Path) -> None:
    post = make_post()
    account = replace(post.account, avatar_url="https://mmbiz.qpic.cn/mmbiz_png/avatar/0")
    with Archive(tmp_path, create=True) as archive:
        archive.save(make_page(), state="post", post=post.with_changes(account=account))
        assert not archive.verify(quick=True).findings
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection, connection:
        connection.execute("UPDATE posts SET account_avatar_url = 'https://mmbiz.qpic.cn/mmbiz_png/avatas/0'")
    with Archive(tmp_path) as archive:
        assert [finding.place for finding in archive.verify(quick=True).findings] == ["post"]
