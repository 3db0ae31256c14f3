"""An archive of any earlier schema is brought up to date when something is stored, and answers as before.

``fixtures/archives/vN`` is a small archive as the program of schema N made it, never touched again.
"""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from samples import make_page, make_post
from wxarchive.errors import SchemaTooNewError, StoreError
from wxarchive.store import Archive
from wxarchive.store.schema import SCHEMA_VERSION

ARCHIVES = sorted((Path(__file__).resolve().parent.parent / "fixtures" / "archives").iterdir())
POSTS = {
    "MzA5OTk5MDAwMQ==:2649600101:1": "关于做好2016年春耕备耕工作的通知",
    "MzA5OTk5MDAwMg==:2247484388:1": "听一章｜《渡口旧事》之《等人》",
    "MzA5OTk5MDAwMg==:2247484431:1": "舊碼頭的燈",
    "MzA5OTk5MDAwNA==:2650703301:1": "分享图片",
    "text:9b2daa9096a9e901": None,
}


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(request.param, tmp_path / "old"))


def version_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def assert_answers(archive: Archive) -> None:
    assert {post.id: post.title for post in archive.iter_posts()} == POSTS
    assert {hit.post_id for hit in archive.search("春耕").hits} == {"MzA5OTk5MDAwMQ==:2649600101:1"}
    assert {hit.post_id for hit in archive.search("旧码头").hits} == {"MzA5OTk5MDAwMg==:2247484431:1"}
    assert archive.search("的", limit=1).total == 5
    assert archive.index_answers()
    assert b"js_content" in archive.get_raw("MzA5OTk5MDAwMQ==:2649600101:1")


def test_the_first_schema_has_its_archive() -> None:
    assert "v1" in {path.name for path in ARCHIVES}


def test_storing_brings_it_up_to_date_and_it_answers(old: Path) -> None:
    with Archive(old, create=True) as archive:
        assert version_of(old) == SCHEMA_VERSION
        assert_answers(archive)
        saved = archive.save(make_page(), state="post", post=make_post(text="新的一篇，说到旧码头"))
        assert saved.outcome == "new"
        assert archive.search("旧码头").total == 2
    with Archive(old) as archive:
        assert archive.search("旧码头").total == 2


def test_opening_it_for_reading_changes_nothing(old: Path) -> None:
    before = files(old)
    version = version_of(old)
    assert files(old) == before
    if version == SCHEMA_VERSION:
        with Archive(old) as archive:
            assert_answers(archive)
    else:
        with pytest.raises(StoreError) as caught:
            Archive(old)
        assert caught.value.hint
    assert files(old) == before


def test_a_newer_one_is_refused_and_left_as_it_is(old: Path) -> None:
    with closing(sqlite3.connect(old / "archive.db")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = files(old)
    for create in (False, True):
        with pytest.raises(SchemaTooNewError):
            Archive(old, create=create)
    assert files(old) == before
