"""The life of posts: seen alive, edited, gone, back; and a deletion that never touches what is stored."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakewechat import FakeWeChat
from samples import NOW, make_page, make_post
from wxarchive.collect import fetch_posts
from wxarchive.errors import PostNotFoundError
from wxarchive.fetch import Fetcher, FetchOptions
from wxarchive.query import PostFilter
from wxarchive.store import Archive
from wxarchive.store.decide import Version, absorb

DAY = timedelta(days=1)
URL = make_post(1).url or ""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", create=True, clock=lambda: NOW) as opened:
        yield opened


def see(archive: Archive, text: str, day: int, number: int = 1, **page: Any) -> None:
    body = f"{text} {day} {number} {page}".encode()
    archive.save(
        make_page(body, fetched_at=NOW + day * DAY, **page), state="post", post=make_post(number, text)
    )


def see_gone(archive: Archive, day: int, number: int = 1, state: Any = "deleted") -> None:
    page = make_page(f"gone {day}".encode(), fetched_at=NOW + day * DAY)
    url = make_post(number).url or ""
    archive.save(page, state=state, state_text="该内容已被发布者删除", post=None, addresses=[url])


def texts(archive: Archive, name: str = "1") -> list[str]:
    return [post.text for post in archive.get_versions(name)]


def test_each_edit_is_a_version_that_can_be_read(archive: Archive) -> None:
    for day, text in enumerate(["一", "一", "二", "三", "一"]):
        see(archive, text, day)
    assert texts(archive) == ["一", "二", "三", "一"]
    assert [post.version for post in archive.get_versions("1")] == [1, 2, 3, 4]
    history = archive.get_history("1")
    assert [version.seen_at for version in history.versions] == [NOW + n * DAY for n in (0, 2, 3, 4)]
    assert len(history.observations) == 5
    assert archive.get_post("1") == archive.get_versions("1")[-1]


def test_what_an_author_took_out_is_found_in_earlier_versions(archive: Archive) -> None:
    for day, text in enumerate(["防汛值班表：老周。", "防汛值班表：小吴。", "值班表。"]):
        see(archive, text, day)
    see(archive, "防汛演练", 3, number=2)
    assert [hit.post_id for hit in archive.search("防汛").hits] == [make_post(2).id]
    found = list(archive.iter_earlier_hits("防汛"))
    assert [(hit.version, hit.excerpt.text) for hit in found] == [
        (2, "防汛值班表：小吴。"),
        (1, "防汛值班表：老周。"),
    ]
    assert all(hit.excerpt.text[a:b] == "防汛" for hit in found for a, b in hit.excerpt.marks)
    assert [hit.version for hit in archive.iter_earlier_hits("防汛 -小吴")] == [1]
    assert not list(archive.iter_earlier_hits("防汛", filter=PostFilter(account="别的号")))


def test_search_shows_earlier_versions_if_asked(archive: Archive, tmp_path: Path) -> None:
    see(archive, "防汛值班表", 0)
    see(archive, "值班表", 1)
    archive.close()
    command = [sys.executable, "-m", "wxarchive", "search", "防汛", "--archive", str(tmp_path / "archive")]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}

    def say(*options: str) -> str:
        done = subprocess.run(
            [*command, *options], capture_output=True, encoding="utf-8", check=True, env=environment
        )
        return done.stdout + done.stderr

    assert "as it was" not in say()
    assert "as it was in version 1" in say("--all-versions")
    assert "1 earlier version of posts" in say("--all-versions")
    assert [hit["version"] for hit in json.loads(say("--all-versions", "--json"))["hits"]] == [1]


def test_an_older_copy_that_comes_late_takes_its_place_among_the_versions(archive: Archive) -> None:
    see(archive, "二", 2)
    see(archive, "三", 3)
    see(archive, "一", 0, origin="import")
    assert texts(archive) == ["一", "二", "三"]
    assert archive.get_post("1").version == 3
    assert archive.get_post("1").text == "三"
    see(archive, "二", 1, origin="import")
    assert texts(archive) == ["一", "二", "三"]


def test_a_clock_that_jumps_back_loses_nothing_and_the_last_answer_is_shown(archive: Archive) -> None:
    see(archive, "一", 0)
    see(archive, "二", -300)
    assert archive.get_post("1").text == "二"
    assert texts(archive) == ["一", "二"]
    assert len(archive.get_history("1").observations) == 2


_reading = st.tuples(st.sampled_from("一二三"), st.integers(0, 9), st.booleans())


@given(st.lists(_reading, min_size=1, max_size=8))
def test_versions_are_numbered_the_last_fetched_one_is_shown_and_no_text_is_lost(
    readings: list[tuple[str, int, bool]],
) -> None:
    versions: tuple[Version, ...] = ()
    last: str | None = None
    for number, (text, day, imported) in enumerate(readings):
        moment = NOW + day * DAY
        read = make_post(text=text, fetched_at=moment, raw_sha256=str(number))
        _, versions = absorb(
            versions,
            read,
            capture_id=number,
            seen_at=moment.isoformat(),
            imported=imported,
            late=imported,
        )
        if not imported:
            last = text
            assert versions[-1].post.content_hash == read.content_hash
    assert [version.post.version for version in versions] == list(range(1, len(versions) + 1))
    assert {version.post.text for version in versions} == {text for text, _, _ in readings}
    assert last is None or last in {version.post.text for version in versions}


def test_a_deletion_never_touches_the_stored_copy(archive: Archive) -> None:
    see(archive, "一", 0)
    before, raw = archive.get_post("1"), archive.get_raw("1")
    see_gone(archive, 1)
    see_gone(archive, 2)
    assert archive.get_post("1") == before
    assert archive.get_raw("1") == raw
    assert archive.search("一").total == 1
    history = archive.get_history("1")
    assert history.gone is not None
    assert history.last_alive is not None
    assert (history.gone.seen_at, history.gone.state, history.gone.words) == (
        NOW + DAY,
        "deleted",
        "该内容已被发布者删除",
    )
    assert history.last_alive.seen_at == NOW
    assert [seen.state for seen in history.observations] == ["post", "deleted", "deleted"]


def test_a_post_that_comes_back_is_not_gone(archive: Archive) -> None:
    see(archive, "一", 0)
    see_gone(archive, 1)
    assert [history.post_id for history in archive.iter_gone()] == [make_post(1).id]
    see(archive, "一", 2)
    assert list(archive.iter_gone()) == []
    assert archive.get_history("1").gone is None


def test_gone_and_changed_list_the_latest_first_and_by_account(archive: Archive) -> None:
    for number in (1, 2, 3):
        see(archive, "一", 0, number)
    see_gone(archive, 2, 1)
    see_gone(archive, 3, 2, "violation")
    see(archive, "二", 5, 3)
    assert [history.title for history in archive.iter_gone()] == ["第2期", "第1期"]
    assert [history.title for history in archive.iter_changed()] == ["第3期"]
    assert list(archive.iter_gone(PostFilter(account="nobody"))) == []
    assert len(list(archive.iter_gone(PostFilter(account="qingshizhen")))) == 2
    assert json.dumps([history.to_dict() for history in archive.iter_gone()])


def test_what_is_due_for_a_check_comes_oldest_first_without_what_is_gone(archive: Archive) -> None:
    for number in (1, 2, 3, 4):
        see(archive, "一", -number, number)
    see_gone(archive, 0, 3)

    def due(before: datetime, *, gone_too: bool = False) -> list[str]:
        return list(archive.iter_unseen_links(before=before, gone_too=gone_too))

    links = {number: make_post(number).url for number in (1, 2, 3, 4)}
    assert due(NOW + DAY) == [links[4], links[2], links[1]]
    assert due(NOW + DAY, gone_too=True) == [links[4], links[2], links[1], links[3]]
    assert due(NOW - 2 * DAY) == [links[4]]


def test_a_post_known_only_as_text_cannot_be_asked_for(archive: Archive) -> None:
    archive.save(make_page(origin="import"), state="post", post=make_post(id="text:0", url=None))
    assert list(archive.iter_unseen_links(before=NOW + DAY)) == []


def test_a_check_keeps_each_answer(tmp_path: Path) -> None:
    with FakeWeChat() as server, Archive(tmp_path / "a", create=True) as archive:
        options = FetchOptions(replay=server.url)
        row = next(row for row in server._rows if row.get("biz") and row.get("mid") and row.get("sn"))
        link = (
            f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
        )
        with Fetcher(options) as fetcher:
            assert [outcome.status for outcome in fetch_posts(archive, [link], fetcher)] == ["new"]
            again = list(archive.iter_unseen_links(before=NOW + 9999 * DAY))
            assert [outcome.status for outcome in fetch_posts(archive, again, fetcher, refresh=True)] == [
                "unchanged"
            ]
        assert len(archive.get_history("1").observations) == 2


def test_a_post_that_is_not_held(archive: Archive) -> None:
    with pytest.raises(PostNotFoundError):
        archive.get_history("1")
    with pytest.raises(PostNotFoundError):
        archive.get_versions("1")
