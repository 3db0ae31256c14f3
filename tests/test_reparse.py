"""Reading anew: what is read from raw pages is made again from them alone, at once, and what changed is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from samples import NOW, make_page, make_post_page
from wxarchive.clean import BOOK
from wxarchive.clean.signs import compile_rules
from wxarchive.errors import StoreError, StoreLockedError
from wxarchive.pages import Page
from wxarchive.pipeline import import_files
from wxarchive.query import PostFilter
from wxarchive.read import Guide, read_captured
from wxarchive.reparsing import reparse
from wxarchive.store import Archive, Saved
from wxarchive.store.staging import STAGING

FIXTURES = ROOT / "fixtures"
TABLES = ("captures", "posts", "addresses")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "an archive 档案", create=True, clock=lambda: NOW) as opened:
        yield opened


def page(text: str, *, biz: str = "MzAwMDAwMDAwMQ==", mid: int = 100, **changes: Any) -> Page:
    return make_post_page(text, biz=biz, mid=mid, **changes)


def save(archive: Archive, page: Page) -> Saved:
    reading = read_captured(page)
    urls = [url for url in (page.url, page.final_url) if url]
    return archive.save(
        page, state=reading.state, state_text=reading.state_text, post=reading.post, addresses=urls
    )


def spoil(archive: Archive, sql: str, *values: Any) -> None:
    """Change what is derived behind the archive's back, as an older parser might have left it."""
    with closing(sqlite3.connect(archive.path / "archive.db")) as connection, connection:
        connection.execute(sql, values)


def dump(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(archive.path / "archive.db")) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}


def test_reading_the_same_pages_with_the_same_parser_changes_nothing(archive: Archive) -> None:
    for _ in import_files(archive, [FIXTURES / "pages", FIXTURES / "dumps", FIXTURES / "forms"]):
        pass
    before = dump(archive)
    report = reparse(archive)
    assert report.changes == ()
    assert (report.captures, report.posts) == (len(before["captures"]), len(before["posts"]))
    assert report.captures_changed == 0
    assert dump(archive) == before
    assert not (archive.path / STAGING).exists()


def test_what_an_older_parser_left_is_read_anew_and_told_field_by_field(archive: Archive) -> None:
    save(archive, page("春耕开始了"))
    right = dump(archive)
    spoil(archive, "UPDATE posts SET digest = '错', url = NULL")
    spoil(archive, "UPDATE captures SET state = 'unknown'")
    spoil(archive, "DELETE FROM addresses")
    (change,) = reparse(archive).changes
    assert change.what == "changed"
    assert {one.field: (one.before, one.after) for one in change.fields} == {
        "digest": ("错", None),
        "url": (None, right["posts"][0][12][:60] + "…"),
        "content_hash": (change.fields[-1].before, change.fields[-1].after),
    }
    assert dump(archive) == right


def test_the_index_follows(archive: Archive) -> None:
    saved = save(archive, page("春耕开始了"))
    post = archive.get_post(saved.post_id or "")
    archive.save(page("春耕开始了"), state="post", post=post.with_changes(text="错字"))
    assert archive.search("错字").total == 1
    reparse(archive)
    assert archive.search("错字").total == 0
    assert archive.search("春耕").total == 1


def test_a_change_inside_a_long_text_is_shown_where_it_is(archive: Archive) -> None:
    save(archive, page("春" * 500 + "耕" + "夏" * 500))
    spoil(archive, "UPDATE posts SET text = replace(text, '耕', '播')")
    fields = {one.field: one for one in reparse(archive, dry_run=True).changes[0].fields}
    assert fields["text"].before == "…" + "春" * 15 + "播" + "夏" * 44 + "…"
    assert fields["text"].after == "…" + "春" * 15 + "耕" + "夏" * 44 + "…"


def test_a_dry_run_tells_the_same_and_writes_nothing(archive: Archive) -> None:
    save(archive, page("一"))
    save(archive, page("二", mid=101))
    spoil(archive, "UPDATE posts SET digest = '错'")
    before = dump(archive)
    told = reparse(archive, dry_run=True)
    assert len(told.changes) == 2
    assert dump(archive) == before
    assert sorted(file.name for file in archive.path.iterdir() if file.suffix == ".db") == ["archive.db"]
    assert reparse(archive).changes == told.changes


def test_versions_are_counted_anew(archive: Archive) -> None:
    save(archive, page("一"))
    save(archive, page("二"))
    save(archive, page("二 "))
    spoil(archive, "UPDATE posts SET version = 7, text = '三'")
    reparse(archive)
    post = archive.get_post("1")
    assert (post.version, post.text) == (2, "二")
    assert archive.get_raw("1") == page("二").body


def test_a_post_that_is_told_apart_anew_keeps_its_number_and_links(archive: Archive) -> None:
    saved = save(archive, page("一", mid=100))
    save(archive, page("二", mid=200))
    spoil(archive, "PRAGMA foreign_keys = OFF")
    spoil(archive, "UPDATE posts SET post_id = 'text:0' WHERE id = 1")
    spoil(archive, "UPDATE captures SET post_id = 'text:0' WHERE id = 1")
    spoil(archive, "UPDATE addresses SET post_id = 'text:0' WHERE url LIKE '%mid=100%'")
    (change,) = reparse(archive).changes
    assert (change.what, change.fields[0].field, change.fields[0].before) == ("changed", "id", "text:0")
    assert archive.get_post("1").id == saved.post_id
    assert archive.holds(page("", mid=100).url or "") == saved.post_id
    assert archive.search("一").total == 1


def test_two_posts_that_turn_out_to_be_one_become_one(archive: Archive) -> None:
    first = save(archive, page("一"))
    save(archive, page("一 ", fetched_at=NOW))
    post = archive.get_post("1")
    archive.save(page("一  "), state="post", post=post.with_changes(id="text:0"))
    assert archive.count_posts() == 2
    report = reparse(archive)
    assert [(change.what, change.post_id) for change in report.changes] == [("dropped", "text:0")]
    assert archive.count_posts() == 1
    assert report.captures_changed == 1
    assert [row[1] for row in dump(archive)["captures"]] == [first.post_id] * 3
    assert archive.search("一").total == 1


def test_what_cannot_be_read_any_more_is_kept(archive: Archive) -> None:
    save(archive, page("一"))
    post = archive.get_post("1").with_changes(text="只此一份", id="text:1")
    archive.save(make_page(b"<html><body>nothing</body></html>"), state="post", post=post)
    archive.save(
        make_page(b"\x00\xff\x00\xfe" * 99), state="post", post=post.with_changes(id="text:2", text="二")
    )
    before = dump(archive)
    report = reparse(archive)
    assert [(change.what, change.post_id) for change in report.changes] == [
        ("kept", "text:1"),
        ("kept", "text:2"),
    ]
    assert all(change.words for change in report.changes)
    assert dump(archive) == before
    assert archive.search("只此一份").total == 1


def test_a_damaged_page_keeps_its_post(archive: Archive) -> None:
    save(archive, page("一"))
    spoil(archive, "UPDATE bodies SET data = x'00'")
    assert [change.what for change in reparse(archive).changes] == ["kept"]
    assert archive.get_post("1").text == "一"


def test_a_page_of_a_deletion_is_linked_to_the_post_it_was(archive: Archive) -> None:
    save(archive, page("一"))
    gone = make_page((FIXTURES / "pages" / "deleted-zh.html").read_bytes(), url=page("").url)
    save(archive, gone)
    right = dump(archive)
    spoil(archive, "UPDATE captures SET post_id = NULL, state_text = '?' WHERE id = 2")
    report = reparse(archive)
    assert (report.changes, report.captures_changed) == ((), 1)
    assert dump(archive) == right


def test_one_account_is_read_anew_with_all_captures_of_its_posts(archive: Archive) -> None:
    save(archive, page("一", biz="MzAwMDAwMDAwMQ=="))
    save(archive, page("二", biz="MzAwMDAwMDAwMQ=="))
    save(archive, page("三", biz="MzAwMDAwMDAwMg=="))
    spoil(archive, "UPDATE posts SET digest = '错'")
    report = reparse(archive, filter=PostFilter(account="MzAwMDAwMDAwMQ=="))
    assert (report.captures, len(report.changes)) == (2, 1)
    assert [post.digest for post in archive.iter_posts(order="old")] == [None, "错"]
    assert archive.get_post("1").version == 2


def test_captures_of_a_post_outside_that_turns_out_to_be_the_same_are_read_too(archive: Archive) -> None:
    save(archive, page("一"))
    save(archive, page("二"))
    post = archive.get_post("1")
    archive.save(
        page("三"),
        state="post",
        post=post.with_changes(id="text:0", account=post.account.__class__(biz="other")),
    )
    reparse(archive, filter=PostFilter(account="other"))
    assert archive.count_posts() == 1
    assert (archive.get_post("1").text, archive.get_post("1").version) == ("三", 3)


class StoppedError(Exception):
    """Ends a reparse at a moment of the test's choosing."""


def stop_at(number: int) -> Any:
    def progress(done: int, total: int) -> None:
        if done >= number:
            raise StoppedError

    return progress


def test_an_interrupted_run_changed_nothing_and_the_next_goes_on(archive: Archive) -> None:
    for mid in range(20):
        save(archive, page("一", mid=100 + mid))
    spoil(archive, "UPDATE posts SET digest = '错'")
    before = dump(archive)
    with pytest.raises(StoppedError):
        reparse(archive, progress=stop_at(16))
    assert dump(archive) == before
    save(archive, page("二", mid=100))
    report = reparse(archive)
    assert (report.resumed, report.captures) == (16, 21)
    assert len(report.changes) == 19  # the one that was stored anew is right already
    assert archive.get_post("1").version == 2


def test_readings_that_were_made_with_other_rules_are_not_gone_on_with(archive: Archive) -> None:
    for mid in range(20):
        save(archive, page("一", mid=100 + mid))
    with pytest.raises(StoppedError):
        reparse(archive, progress=stop_at(8))
    assert reparse(archive, guide=Guide(book=BOOK, name="other")).resumed == 0


def test_a_damaged_file_of_readings_is_made_anew(archive: Archive) -> None:
    save(archive, page("一"))
    (archive.path / STAGING).write_bytes(b"no database" * 999)
    assert reparse(archive).captures == 1


def test_a_second_reparse_is_refused_meanwhile(archive: Archive) -> None:
    with (
        archive.staging("a"),
        pytest.raises(StoreLockedError),
        Archive(archive.path) as other,
        other.staging("a"),
    ):
        pass


def test_rules_that_are_handed_in_take_effect(archive: Archive) -> None:
    save(archive, page("正文</p><p>点击上方蓝字关注我们"))
    before = archive.get_post("1")
    assert before.removed
    bare = compile_rules((), ())
    (change,) = reparse(archive, guide=Guide(book=bare, name="bare")).changes
    assert {"text", "removed"} <= {one.field for one in change.fields}
    assert archive.get_post("1").text == before.uncleaned_text


def test_several_processes_read_as_one_does(archive: Archive) -> None:
    for _ in import_files(archive, [FIXTURES / "pages", FIXTURES / "dumps"]):
        pass
    spoil(archive, "UPDATE posts SET digest = '错'")
    told = reparse(archive, dry_run=True)
    assert reparse(archive, processes=2).changes == told.changes
    assert reparse(archive).changes == ()


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError), Archive(tmp_path / "none") as archive:
        reparse(archive)
