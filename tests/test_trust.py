"""An archive that can be trusted: the chain, packing, verify and repair, backups, merging, forgetting."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import damage
from fakewechat import FakeWeChat
from samples import NOW, make_page, make_post, make_post_page
from test_store import read_only
from wxarchive.collect import fetch_posts
from wxarchive.errors import InputError, PostNotFoundError, StoreError, StoreWriteError, TargetExistsError
from wxarchive.fetch import Fetcher, FetchOptions
from wxarchive.learning import learn
from wxarchive.merging import merge
from wxarchive.read import read_captured
from wxarchive.records import Image
from wxarchive.repairing import repair
from wxarchive.store import Archive
from wxarchive.store.bodies import Packed, Packer, Sketch, dump_sketch, load_sketch, pack, unpack
from wxarchive.store.chain import CAPTURE_FACTS

DAY = timedelta(days=1)
PNG = damage.PNG + bytes(100)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with something of everything. Tests work on copies."""
    folder = tmp_path_factory.mktemp("sound") / "archive"
    damage.fill(folder)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "一 archive 档案"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", create=True, clock=lambda: NOW) as opened:
        yield opened


def change(folder: Path, sql: str, *values: Any) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute(sql, values)


def ask(folder: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        return connection.execute(sql, values).fetchall()


def findings(folder: Path, *, quick: bool = False) -> list[tuple[str, str]]:
    with Archive(folder) as archive:
        return [(found.place, found.name) for found in archive.verify(quick=quick).findings]


def save(archive: Archive, text: str, day: int = 0, number: int = 1, **page: Any) -> None:
    body = f"{text} {day} {number} {page}".encode()
    archive.save(
        make_page(body, fetched_at=NOW + day * DAY, **page), state="post", post=make_post(number, text)
    )


# ------------------------------------------------------------------------------------------------------------
# The chain


def test_the_chain_can_be_checked_by_hand(folder: Path) -> None:
    link = "0" * 64
    facts = f"SELECT {', '.join(CAPTURE_FACTS)} FROM captures WHERE id = ?"
    for place, kind, entry, digest, its_link in ask(folder, "SELECT * FROM chain ORDER BY id"):
        row = ask(folder, facts, place)
        if kind == "capture" and row:
            values = dict(zip(CAPTURE_FACTS, row[0], strict=True))
            entry = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if entry is not None:
            assert hashlib.sha256(entry.encode()).hexdigest() == digest
        link = hashlib.sha256(f"{link}\n{digest}\n".encode()).hexdigest()
        assert link == its_link
    with Archive(folder) as archive:
        assert archive.chain_head == archive.verify().head == link


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE captures SET url = 'https://example.com' WHERE id = 3", ("capture", "3")),
        ("UPDATE captures SET fetched_at = '2020-01-01T00:00:00+08:00' WHERE id = 3", ("capture", "3")),
        ('UPDATE captures SET headers = \'{"x":"y"}\' WHERE id = 3', ("capture", "3")),
        ("UPDATE captures SET status = 404 WHERE id = 8", ("capture", "8")),
        (
            "DELETE FROM captures WHERE id = (SELECT max(id) FROM captures WHERE state = 'deleted')",
            ("capture", "16"),
        ),
        ("DELETE FROM chain WHERE id = 4", ("chain", "link 5")),
        ("UPDATE chain SET digest = lower(hex(randomblob(32))) WHERE id = 4", ("chain", "link 4")),
        ("UPDATE chain SET entry = '{\"captures\":[3]}' WHERE kind = 'forget'", ("chain", "link 17")),
        ("DELETE FROM chain WHERE id = (SELECT max(id) FROM chain)", ("chain", "head")),
        ("UPDATE chain SET id = -id WHERE id IN (4, 5)", ("chain", "link 4")),
    ],
)
def test_a_capture_that_is_removed_moved_or_altered_shows(
    folder: Path, sql: str, named: tuple[str, str]
) -> None:
    change(folder, sql)
    found = findings(folder, quick=True)
    if named == ("chain", "link 4") and "-id" in sql:
        assert any(place == "chain" for place, _ in found)
    else:
        assert named in found


def test_two_captures_that_change_places_show(folder: Path) -> None:
    columns = (
        "origin, url, final_url, file, fetched_at, stored_at, status, headers, post_id, state, state_text"
    )
    rows = {row[0]: row[1:] for row in ask(folder, f"SELECT id, {columns}, sha256 FROM captures")}
    marks = ", ".join(f"{name.strip()} = ?" for name in f"{columns}, sha256".split(","))
    for number, other in ((8, 9), (9, 8)):
        change(folder, f"UPDATE captures SET {marks} WHERE id = ?", *rows[other], number)
    assert {("capture", "8"), ("capture", "9")} <= set(findings(folder))


def test_a_capture_that_was_put_in_from_outside_shows(folder: Path) -> None:
    columns = "origin, fetched_at, stored_at, headers, state, sha256"
    change(folder, f"INSERT INTO captures (id, {columns}) SELECT 99, {columns} FROM captures WHERE id = 8")
    assert ("chain", "capture 99") in findings(folder)


def test_a_sound_archive_is_said_to_be_sound_and_looking_writes_nothing(folder: Path) -> None:
    before = (folder / "archive.db").read_bytes()
    assert findings(folder) == findings(folder, quick=True) == []
    assert (folder / "archive.db").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["archive.db", "media"]


def test_an_archive_that_cannot_be_written_can_be_looked_at(folder: Path) -> None:
    assert findings(folder) == []  # what that needs is loaded before the right to read it is given up
    with read_only(folder) as copy:
        assert findings(copy) == []
        with Archive(copy) as archive, pytest.raises(StoreWriteError):
            archive.forget(make_post(1).id)
        assert findings(copy, quick=True) == []


def test_an_archive_can_be_looked_at_while_it_is_written(folder: Path) -> None:
    with Archive(folder, create=True) as writer, writer.batch():
        save(writer, "一", 1, 50)
        assert findings(folder) == []
    assert findings(folder) == []


# ------------------------------------------------------------------------------------------------------------
# Packing


class Memory:
    """References in memory."""

    def __init__(self) -> None:
        self.bodies: dict[int, bytes] = {}
        self.known: dict[int, Packed] = {}

    def load_reference(self, number: int) -> bytes:
        return self.bodies[number]

    def iter_sketches(self) -> Iterator[tuple[int, int, Sketch]]:
        for number, packed in self.known.items():
            yield number, packed.steps, packed.sketch


def store(memory: Memory, packer: Packer, body: bytes) -> Packed:
    packed = packer.pack(body)
    if packed.becomes_reference:
        number = len(memory.bodies) + 1
        memory.bodies[number], memory.known[number] = body, packed
        packer.know(number, packed)
    return packed


def test_pages_of_one_template_are_packed_against_the_first_and_come_back() -> None:
    chance, memory = random.Random(3), Memory()
    packer = Packer(memory)
    templates = [damage.make_template(chance, 700_000) for _ in range(3)]
    for turn in range(12):
        body = damage.make_big_page(templates[turn % 3], chance)
        packed = store(memory, packer, body)
        reference = None if packed.reference is None else memory.bodies[packed.reference]
        assert unpack(packed.data, reference) == body
        assert packed.becomes_reference == (turn < 3)
        if turn >= 3:
            assert len(packed.data) < len(body) / 100
    assert Packer(memory).pack(damage.make_big_page(templates[0], chance)).reference == 1


def test_references_stand_on_each_other_only_so_deep() -> None:
    chance, memory = random.Random(3), Memory()
    packer = Packer(memory)
    template = damage.make_template(chance, 1_200_000)
    for _ in range(6):
        template = template[100_000:] + chance.randbytes(100_000)
        body = damage.make_big_page(template, chance)
        packed = store(memory, packer, body)
        reference = None if packed.reference is None else memory.bodies[packed.reference]
        assert unpack(packed.data, reference) == body
    assert max(packed.steps for packed in memory.known.values()) == 2


@given(st.binary(max_size=5000) | st.integers(1, 400).map(lambda n: b"function(a){return b}\n" * n * 50))
def test_any_bytes_come_back(body: bytes) -> None:
    memory = Memory()
    packer = Packer(memory)
    for _ in range(2):
        packed = store(memory, packer, body)
        reference = None if packed.reference is None else memory.bodies[packed.reference]
        assert unpack(packed.data, reference) == body


@given(st.frozensets(st.integers(0, 2**32 - 1)))
def test_a_sketch_comes_back(sketch: Sketch) -> None:
    assert load_sketch(dump_sketch(sketch)) == sketch


@pytest.mark.parametrize("data", [b"", b"nothing", pack(b"a page")[:-1], pack(b"a page" * 99)[:20]])
def test_what_is_no_frame_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(StoreError):
        unpack(data)


def save_and_stop(archive: Archive, body: bytes) -> None:
    with archive.batch():
        archive.save(make_page(body), state="post", post=make_post(1))
        raise KeyError


def test_references_of_a_batch_that_failed_are_not_packed_against(archive: Archive) -> None:
    chance = random.Random(3)
    template = damage.make_template(chance, 700_000)
    bodies = [damage.make_big_page(template, chance) for _ in range(3)]
    with pytest.raises(KeyError):
        save_and_stop(archive, bodies[0])
    for number, body in enumerate(bodies[1:], 1):
        archive.save(make_page(body), state="post", post=make_post(number))
    assert [archive.get_raw(str(number)) for number in (1, 2)] == bodies[1:]
    assert archive.verify().findings == ()


def test_a_page_reads_while_one_copy_of_its_reference_stands(folder: Path) -> None:
    with Archive(folder) as archive:
        raw = {post.id: archive.get_raw(post.id) for post in archive.iter_posts()}
    change(folder, "UPDATE page_references SET data = zeroblob(length(data))")
    with Archive(folder) as archive:
        assert {post.id: archive.get_raw(post.id) for post in archive.iter_posts()} == raw
    assert set(findings(folder)) == {("page", "reference 1"), ("page", "reference 2")}
    with Archive(folder) as archive:
        assert repair(archive).after == ()
    assert findings(folder) == []


def test_one_damaged_page_leaves_the_others_readable(folder: Path) -> None:
    ids = [row[0] for row in ask(folder, "SELECT id FROM bodies WHERE codec = 'zstd' ORDER BY id")]
    change(folder, "UPDATE bodies SET data = zeroblob(length(data)) WHERE id = ?", ids[0])
    with Archive(folder) as archive:
        readable = 0
        for (number,) in ask(folder, "SELECT id FROM captures"):
            try:
                archive.get_page(number)
                readable += 1
            except StoreError:
                pass
        found = archive.verify().findings
    assert readable == len(ask(folder, "SELECT id FROM captures")) - 1
    assert [one.place for one in found] == ["page", "capture"]
    assert "still stands" in found[1].words


# ------------------------------------------------------------------------------------------------------------
# Damage and repair


@pytest.mark.parametrize("place", damage.PLACES)
def test_a_bit_that_flips_is_named_and_the_rest_still_reads(sound: Path, place: str) -> None:
    before, texts = damage.meaning(sound), damage.read_all(sound)
    chance = random.Random(f"suite {place}")
    verdicts = [damage.judge(sound, place, chance, before, texts) for _ in range(8)]
    assert [verdict for verdict in verdicts if verdict.what == "missed" or verdict.wrong] == []
    assert any(verdict.what == "named" for verdict in verdicts)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE posts SET text = '错' WHERE id = 1",
        "UPDATE posts SET images = '[{' WHERE id = 1",
        "UPDATE posts SET row_sum = 'x' WHERE id = 1",
        "UPDATE posts SET title = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE captures SET state_text = '?' WHERE id = 1",
        "UPDATE captures SET merged_from = '?' WHERE id = 1",
        "DELETE FROM addresses WHERE post_id = (SELECT post_id FROM posts WHERE id = 1)",
        "INSERT INTO posts_fts(posts_fts) VALUES ('rebuild')",
        "DELETE FROM posts_fts_data WHERE id > 10",
        "DELETE FROM reference_copies WHERE id = 2",
        "UPDATE page_references SET base_id = 2 WHERE id = 1",
    ],
)
def test_what_can_be_made_again_is_made_again(tmp_path: Path, sql: str) -> None:
    folder = tmp_path / "archive"
    with Archive(folder, create=True, clock=lambda: NOW) as archive:
        with FakeWeChat() as server, Fetcher(FetchOptions(replay=server.url)) as fetcher:
            rows = [row for row in server._rows if row.get("biz") and row.get("sn") and row.get("mid")][:2]
            links = [
                f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
                for row in rows
            ]
            assert [outcome.status for outcome in fetch_posts(archive, links, fetcher)] == ["new", "new"]
        chance = random.Random(1)
        for _ in (1, 2):
            body = damage.make_big_page(damage.make_template(chance, 700_000), chance)
            archive.save(make_page(body), state="deleted", post=None)
        right = list(archive.iter_posts())
    change(folder, sql)
    assert findings(folder)
    with Archive(folder) as archive:
        done = repair(archive)
        assert done.before
        assert done.after == ()
        assert list(archive.iter_posts()) == right
        assert archive.index_answers()
    assert findings(folder) == []


def test_facts_of_a_capture_are_never_made_up(folder: Path) -> None:
    change(folder, "UPDATE captures SET status = 404 WHERE id = 8")
    with Archive(folder) as archive:
        done = repair(archive)
    assert [(found.place, found.name) for found in done.after] == [("capture", "8")]
    assert ask(folder, "SELECT status FROM captures WHERE id = 8") == [(404,)]


def test_a_damaged_picture_is_set_aside_and_asked_for_again(folder: Path) -> None:
    file = next(path for path in (folder / "media").rglob("*.png"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    name = file.relative_to(folder).as_posix()
    assert ("media", name) in findings(folder)
    with Archive(folder) as archive:
        assert repair(archive).after == ()
        assert archive.count_media() == {"held": 2, "waiting": 1}
    assert file.with_name(f"{file.name}.damaged").exists()


def test_a_missing_picture_is_named(folder: Path) -> None:
    next((folder / "media").rglob("*.png")).unlink()
    assert [place for place, _ in findings(folder, quick=True)] == ["media"]


# ------------------------------------------------------------------------------------------------------------
# Copies


def contents(archive: Archive) -> list[Any]:
    return [list(archive.iter_posts()), archive.info().captures, archive.chain_head]


def test_a_backup_is_an_archive_as_it_was_at_one_moment(folder: Path, tmp_path: Path) -> None:
    with Archive(folder, create=True) as archive:
        before = contents(archive)
        with archive.batch():
            save(archive, "未完", 1, 60)
            assert Archive(folder).back_up(tmp_path / "copy") == 3
    with Archive(tmp_path / "copy") as copy:
        assert contents(copy) == before
        assert copy.verify().findings == ()
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["archive.db", "media"]
    assert not list(tmp_path.glob("*.part"))


def test_pictures_are_linked_or_copied(folder: Path, tmp_path: Path) -> None:
    with Archive(folder) as archive:
        archive.back_up(tmp_path / "linked")
        archive.back_up(tmp_path / "copied", links=False)
    picture = next((folder / "media").rglob("*.png")).relative_to(folder)
    assert (tmp_path / "linked" / picture).samefile(folder / picture)
    assert not (tmp_path / "copied" / picture).samefile(folder / picture)


def test_a_backup_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").touch()
    with Archive(folder) as archive:
        with pytest.raises(TargetExistsError):
            archive.back_up(tmp_path / "copy")
        (tmp_path / "copy" / "mine").unlink()
        (tmp_path / "copy.part").mkdir()
        archive.back_up(tmp_path / "copy")
    assert findings(tmp_path / "copy") == []


def test_a_broken_database_is_not_backed_up_as_if_it_were_sound(folder: Path, tmp_path: Path) -> None:
    with (folder / "archive.db").open("r+b") as file:
        file.seek(4096 * 5)
        file.write(os.urandom(4096 * 20))
    with pytest.raises(StoreError), Archive(folder) as archive:
        archive.back_up(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_restoring_sets_aside_what_was_there(folder: Path, tmp_path: Path) -> None:
    with Archive(folder) as archive:
        before = contents(archive)
        archive.back_up(tmp_path / "copy")
    with Archive(folder, create=True) as archive:
        save(archive, "坏", 1, 60)
    with Archive(tmp_path / "copy") as copy:
        with pytest.raises(TargetExistsError):
            copy.restore_to(folder)
        with pytest.raises(InputError):
            copy.restore_to(tmp_path / "copy", force=True)
        aside, files = copy.restore_to(folder, force=True)
        assert copy.restore_to(tmp_path / "elsewhere") == (None, 3)
    assert aside is not None
    assert files == 3
    with Archive(folder) as archive, Archive(aside) as other:
        assert contents(archive) == before
        assert other.find_post(make_post(60).id)
    assert findings(folder) == findings(tmp_path / "elsewhere") == []


# ------------------------------------------------------------------------------------------------------------
# Merging


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "other", create=True, clock=lambda: NOW) as opened:
        yield opened


def save_page(archive: Archive, text: str, day: int = 0, number: int = 1) -> None:
    page = make_post_page(text, mid=100 + number, fetched_at=NOW + day * DAY)
    archive.save(page, state="post", post=read_captured(page).post, addresses=[page.url or ""])


def texts(archive: Archive) -> list[str]:
    return [post.text for post in archive.get_versions(make_post(1).id)]


def test_merging_unites_captures_and_orders_versions(archive: Archive, other: Archive) -> None:
    for day, text in ((0, "一"), (2, "三"), (4, "五")):
        save_page(archive, text, day)
    for day, text in ((1, "二"), (3, "四"), (5, "六")):
        save_page(other, text, day)
    save_page(other, "别", 0, 2)
    done = merge(archive, other)
    assert (done.captures, done.known, done.new_posts, done.damaged) == (4, 0, 1, ())
    assert texts(archive) == ["一", "二", "三", "四", "五", "六"]
    assert archive.count_posts() == 2
    assert archive.search("六").total == archive.search("别").total == 1
    assert archive.search("五").total == 0
    assert archive.verify().findings == ()
    again = merge(archive, other)
    assert (again.captures, again.known) == (0, 4)
    assert merge(other, archive).captures == 3
    assert texts(other) == texts(archive)
    assert other.verify().findings == ()


def test_what_was_forgotten_here_stays_forgotten(archive: Archive, other: Archive) -> None:
    save_page(archive, "一")
    merge(other, archive)
    archive.forget("1")
    assert merge(archive, other).known == 1
    assert archive.count_posts() == 0


def test_pictures_and_links_are_merged(archive: Archive, other: Archive) -> None:
    short = "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"
    page = make_post_page("一")
    other.save(page, state="post", post=read_captured(page).post, addresses=[short])
    other.save_media(PNG, url="https://mmbiz.qpic.cn/mmbiz_png/a/640", post_id=make_post(1).id)
    done = merge(archive, other)
    assert done.media == 1
    assert archive.load_media("https://mmbiz.qpic.cn/mmbiz_png/a/0") == PNG
    assert archive.holds(short) == make_post(1).id
    assert archive.verify().findings == ()


def test_all_that_can_be_read_of_a_damaged_archive_is_taken(folder: Path, archive: Archive) -> None:
    (number,) = ask(folder, "SELECT id FROM bodies WHERE codec = 'zstd' ORDER BY id")[0]
    change(folder, "UPDATE bodies SET data = x'00' WHERE id = ?", number)
    with Archive(folder) as other:
        done = merge(archive, other)
        assert len(done.damaged) == 1
        assert done.captures == other.info().captures - 1
    assert archive.verify().findings == ()


def test_an_archive_is_not_merged_with_itself(folder: Path) -> None:
    with Archive(folder) as one, Archive(folder) as two, pytest.raises(InputError):
        merge(one, two)


# ------------------------------------------------------------------------------------------------------------
# Forgetting

SECRET = "此人的秘密不可留存"


def test_nothing_of_a_forgotten_post_is_left_but_its_tombstone(archive: Archive) -> None:
    link = "https://mp.weixin.qq.com/s/" + "q" * 22
    for day, text in enumerate([SECRET, f"{SECRET}改"]):
        body = f"<p>{text}</p>".encode()
        page = make_page(body, fetched_at=NOW + day * DAY, url=link)
        archive.save(page, state="post", post=make_post(1, text, title=SECRET), addresses=[link])
    save(archive, "别的", 0, 2)
    archive.save_media(PNG, url="https://mmbiz.qpic.cn/mmbiz_png/mine/640", post_id=make_post(1).id)
    forgotten = archive.forget("1")
    assert (forgotten.captures, forgotten.pages, len(forgotten.files)) == (2, 2, 1)
    with pytest.raises(PostNotFoundError):
        archive.get_post(make_post(1).id)
    assert archive.search(SECRET).total == 0
    assert archive.holds(link) is None
    assert archive.verify().findings == ()
    archive.close()
    left = b"".join(path.read_bytes() for path in archive.path.rglob("*") if path.is_file())
    pairs = [SECRET[n : n + 2].encode() for n in range(len(SECRET) - 1)]
    for trace in (SECRET.encode(), b"q" * 22, make_post(1).id.encode(), *pairs, PNG):
        assert trace not in left
    assert ask(archive.path, "SELECT kind, count(*) FROM chain GROUP BY kind") == [
        ("capture", 3),
        ("forget", 1),
    ]


def test_a_learned_line_that_only_forgotten_posts_had_is_forgotten(archive: Archive) -> None:
    for number in range(1, 5):
        lines = [
            "春夏秋冬"[number - 1] * 9,
            "东南西北"[number - 1] * 9,
            "山里的小事，" * (number < 4) + "慢慢说",
        ]
        save(archive, "\n".join(lines), number, number)
    list(learn(archive))
    texts = "SELECT text FROM learned"
    assert ask(archive.path, texts) == [("山里的小事，慢慢说",)]
    archive.forget("1")
    archive.forget("2")
    assert ask(archive.path, texts) == [("山里的小事，慢慢说",)], "a post still has it"
    archive.forget("3")
    assert ask(archive.path, texts) == []
    archive.close()
    assert "山里的小事".encode() not in b"".join(
        path.read_bytes() for path in archive.path.rglob("*") if path.is_file()
    )


def test_forgetting_the_page_that_others_are_packed_against_loses_none_of_them(folder: Path) -> None:
    with Archive(folder, create=True) as archive:
        raw = {post.id: archive.get_raw(post.id) for post in archive.iter_posts()}
        for post_id in [row[0] for row in ask(folder, "SELECT post_id FROM posts ORDER BY id")]:
            archive.forget(post_id)
            del raw[post_id]
            assert {post.id: archive.get_raw(post.id) for post in archive.iter_posts()} == raw
            assert archive.verify().findings == ()
        assert ask(folder, "SELECT count(*) FROM page_references") == [(0,)]


def test_a_picture_that_another_post_shows_stays(archive: Archive) -> None:
    images = (Image(url="https://mmbiz.qpic.cn/mmbiz_png/shared/640"),)
    for number in (1, 2):
        archive.save(make_page(b"%d" % number), state="post", post=make_post(number, images=images))
    archive.save_media(PNG, url=images[0].url, post_id=make_post(1).id)
    assert archive.forget("1").files == ()
    assert archive.load_media(images[0].url) == PNG
    assert len(archive.forget(make_post(2).id).files) == 1
    assert archive.load_media(images[0].url) is None
    assert archive.verify().findings == ()


def test_numbers_of_forgotten_captures_are_not_given_again(archive: Archive) -> None:
    save(archive, "一")
    archive.forget("1")
    save(archive, "二", 1, 2)
    assert [row[0] for row in ask(archive.path, "SELECT id FROM captures")] == [3]
    assert archive.verify().findings == ()
