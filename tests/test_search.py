"""A search finds exactly what brute force finds, whatever was typed and however the archive came to be."""

import random
import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from samples import BIZ, make_page, make_post, make_text
from wxarchive.errors import QueryError, StoreError
from wxarchive.han import fold, tokens
from wxarchive.query import PostFilter, parse_query, quote
from wxarchive.query.meaning import Asked
from wxarchive.records import Account, Post
from wxarchive.store import Archive
from wxarchive.times import BEIJING

POSTS = 250


def make_posts() -> list[Post]:
    chance = random.Random(20240501)
    posts = []
    for number in range(POSTS):
        account = (
            Account(biz=BIZ, alias="QingshiZhen") if number % 3 else Account(nickname=make_text(chance, 2))
        )
        posts.append(
            make_post(
                number,
                make_text(chance, chance.randint(0, 60)),
                title=make_text(chance, 4) if number % 7 else None,
                author=chance.choice(["张三", "李四 王五", None]),
                source=chance.choice(["青石县人民政府", None]),
                account=account,
                kind=chance.choice(["article", "text", "picture"]),
                published_at=None
                if number % 10 == 0
                else datetime(2020, 1, 1, tzinfo=BEIJING).replace(day=1 + number % 28),
            )
        )
    return posts


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return make_posts()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, posts: list[Post]) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("search") / "档案 with space"
    with Archive(folder, create=True) as opened, opened.batch():
        for number, post in enumerate(posts):
            opened.save(make_page(b"%d" % number), state="post", post=post)
    with Archive(folder) as opened:
        yield opened


def found(archive: Archive, words: str) -> set[str]:
    return {summary.post_id for summary in archive.iter_summaries(PostFilter(query=parse_query(words)))}


def texts_of(post: Post) -> list[str]:
    """The searched texts, folded; remembered, because brute force asks often."""
    if post.id not in FOLDED:
        texts = (post.title, post.author, post.account.nickname, post.source, post.text)
        FOLDED[post.id] = [fold(text) for text in texts if text]
    return FOLDED[post.id]


FOLDED: dict[str, list[str]] = {}


# The same meaning as the query module's, written another way.
CJK = "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
WORD = f"[^\\W_{CJK}]"


def brute_force(term: str) -> Callable[[Post], bool]:
    folded = fold(term)
    before = f"(?<!{WORD})" if re.match(WORD, folded) else ""
    behind = f"(?!{WORD})" if re.match(WORD, folded[-1]) else ""
    pattern = re.compile(before + re.escape(folded) + behind)
    return lambda post: any(pattern.search(text) for text in texts_of(post))


def random_part(chance: random.Random, posts: list[Post]) -> str:
    while True:
        text = chance.choice([*texts_of(chance.choice(posts)), chance.choice(posts).text, ""])
        if text:
            start = chance.randrange(len(text))
            part = text[start : start + chance.randint(1, 12)]
            if part.strip():
                return part


def test_random_parts_of_stored_texts_are_found_exactly(archive: Archive, posts: list[Post]) -> None:
    chance = random.Random(1)
    for _ in range(3000):
        part = random_part(chance, posts)
        holds = brute_force(part)
        assert found(archive, quote(part)) == {post.id for post in posts if holds(post)}, part


def test_plain_parts_are_substrings(archive: Archive, posts: list[Post]) -> None:
    chance = random.Random(2)
    for _ in range(500):
        part = "".join(chance.choices("山水县鎮脱貧攻坚教育中人的", k=chance.randint(1, 4)))
        wanted = {post.id for post in posts if any(fold(part) in text for text in texts_of(post))}
        assert found(archive, part) == wanted, part


def test_random_trees_are_found_exactly(archive: Archive, posts: list[Post]) -> None:
    chance = random.Random(3)
    errors = 0
    for _ in range(500):
        words, wants = random_tree(chance, posts, 3)
        try:
            assert found(archive, words) == {post.id for post in posts if wants(post)}, words
        except QueryError:
            errors += 1
    assert errors < 250, "only trees of negations may be refused"


def random_tree(chance: random.Random, posts: list[Post], depth: int) -> tuple[str, Callable[[Post], bool]]:
    if depth == 0 or chance.random() < 0.2:
        return random_leaf(chance, posts)
    one, wants_one = random_tree(chance, posts, depth - 1)
    other, wants_other = random_tree(chance, posts, depth - 1)
    match chance.choice(["and", "or", "not", "minus"]):
        case "and":
            return f"({one} {other})", lambda post: wants_one(post) and wants_other(post)
        case "or":
            return f"({one} OR {other})", lambda post: wants_one(post) or wants_other(post)
        case "not":
            return f"(NOT {one})", lambda post: not wants_one(post)
        case _:
            return f"({one} -{other})", lambda post: wants_one(post) and not wants_other(post)


def random_leaf(chance: random.Random, posts: list[Post]) -> tuple[str, Callable[[Post], bool]]:
    match chance.randint(0, 9):
        case 0:
            return "kind:text", lambda post: post.kind == "text"
        case 1:
            return (
                "after:2020-01-10",
                lambda post: post.published_at is not None and post.published_at.day >= 10,
            )
        case 2:
            return "account:qingshizhen", lambda post: post.account.alias is not None
        case 3:
            return "author:王", lambda post: "王" in (post.author or "")
        case 4:
            return "title:山", lambda post: "山" in (post.title or "")
        case _:
            part = random_part(chance, posts)
            return quote(part), brute_force(part)


def test_the_filter_of_a_list_wants_what_the_query_wants(archive: Archive, posts: list[Post]) -> None:
    wanted = PostFilter(
        account="QINGSHIZHEN",
        author="张",
        kind="article",
        since=date(2020, 1, 5),
        until=date(2020, 1, 20),
        query=parse_query("县"),
    )
    words = "account:qingshizhen author:张 kind:article after:2020-01-05 before:2020-01-21 县"
    ids = {post.id for post in archive.iter_posts(wanted)}
    assert ids == found(archive, words)
    assert archive.count_posts(wanted) == len(ids) == archive.search("县", filter=wanted).total
    assert ids, "the filter is meant to let some pass"


def test_every_hit_shows_its_words(archive: Archive, posts: list[Post]) -> None:
    chance = random.Random(4)
    for _ in range(200):
        part = random_part(chance, posts)
        result = archive.search(quote(part), limit=50)
        assert result.total == len(found(archive, quote(part)))
        for hit in result.hits:
            spelled = {fold(hit.excerpt.text[start:end]) for start, end in hit.excerpt.marks}
            assert spelled <= {"".join(" " if c.isspace() else c for c in fold(part))}
            assert {fold((hit.title or "")[start:end]) for start, end in hit.title_marks} <= {fold(part)}
            text = next(post.text for post in posts if post.id == hit.post_id)
            assert bool(hit.excerpt.marks) == parse_query(quote(part)).verify(Asked(text=fold(text)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.text(max_size=30) | st.text(st.sampled_from('山县5gapp+-|()"“”*：: ORNT'), max_size=20))
def test_anything_typed_is_answered(archive: Archive, words: str) -> None:
    try:
        result = archive.search(words, limit=3)
    except QueryError:
        return
    assert result.total >= len(result.hits)


def test_hits_are_ranked_and_paged(tmp_path: Path) -> None:
    with Archive(tmp_path, create=True) as archive:
        archive.save(make_page(b"1"), state="post", post=make_post(1, "春耕时节。" + "播种。" * 200))
        archive.save(make_page(b"2"), state="post", post=make_post(2, "播种。" * 200, title="春耕"))
        archive.save(make_page(b"3"), state="post", post=make_post(3, "春耕春耕春耕"))
        for number in range(4, 30):
            archive.save(make_page(b"%d" % number), state="post", post=make_post(number, "别的"))
        ranked = [hit.number for hit in archive.search("春耕").hits]
        assert sorted(ranked) == [1, 2, 3]
        assert ranked[-1] == 1, "the title and a text full of it come before one mention in a long text"
        scores = [hit.score for hit in archive.search("春耕").hits]
        assert scores == sorted(scores, reverse=True)
        pages = [archive.search("春耕", limit=1, offset=number).hits[0].number for number in range(3)]
        assert pages == ranked
        assert archive.search("春耕", limit=1).total == 3


def test_where_only_facts_are_asked_the_newest_come_first(archive: Archive) -> None:
    hits = archive.search("kind:article", limit=100).hits
    days = [hit.published_at for hit in hits if hit.published_at]
    assert days == sorted(days, reverse=True)
    assert [hit.score for hit in hits] == [0.0] * len(hits)


# ------------------------------------------------------------------------------------------------------------
# The index and the posts


def indexed(file: Path) -> Counter[tuple[str, int, str, int]]:
    """Everything in the index: token, post, column, place."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, posts_fts, instance)")
        return Counter(connection.execute("SELECT term, doc, col, offset FROM temp.words"))


def expected(file: Path) -> Counter[tuple[str, int, str, int]]:
    made: Counter[tuple[str, int, str, int]] = Counter()
    columns = ("title", "author", "nickname", "source", "text")
    with closing(sqlite3.connect(file)) as connection:
        for number, *texts in connection.execute(f"SELECT id, {', '.join(columns)} FROM posts"):
            for column, text in zip(columns, texts, strict=True):
                for place, token in enumerate(tokens(fold(text or "")).split()):
                    made[token, number, column, place] += 1
    return made


def test_the_index_holds_the_tokens_of_the_posts_and_nothing_else(archive: Archive) -> None:
    file = archive.path / "archive.db"
    assert indexed(file) == expected(file)


def test_edits_leave_nothing_stale_in_the_index(tmp_path: Path) -> None:
    chance = random.Random(5)
    with Archive(tmp_path, create=True) as archive:
        for edit in range(300):
            number = chance.randrange(20)
            post = make_post(
                number,
                make_text(chance, 20),
                title=make_text(chance, 3),
                author=chance.choice([None, "张三"]),
            )
            archive.save(make_page(b"%d" % edit), state="post", post=post)
    file = tmp_path / "archive.db"
    assert indexed(file) == expected(file)


def test_an_index_damaged_by_another_tool_is_noticed_and_made_anew(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copy(archive.path / "archive.db", folder)
    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute("INSERT INTO posts_fts(posts_fts) VALUES ('rebuild')")
    with Archive(folder) as damaged:
        assert not damaged.index_answers()
    with Archive(folder, create=True) as repaired:
        assert repaired.reindex() == POSTS
        assert repaired.index_answers()
    assert indexed(folder / "archive.db") == expected(folder / "archive.db")


def test_an_index_of_other_tokens_is_refused_when_read_and_made_anew_when_written(tmp_path: Path) -> None:
    with Archive(tmp_path, create=True) as archive:
        archive.save(make_page(), state="post", post=make_post(text="春耕"))
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = 'bigram-0' WHERE key = 'fts_tokens'")
        connection.execute("INSERT INTO posts_fts(posts_fts) VALUES ('delete-all')")
    with Archive(tmp_path) as archive, pytest.raises(StoreError):
        archive.search("春耕")
    with Archive(tmp_path, create=True) as archive:
        assert archive.search("春耕").total == 1


def test_the_sqlite_shell_finds_pairs_and_phrases(archive: Archive, posts: list[Post]) -> None:
    shell = shutil.which("sqlite3")
    if shell is None:
        pytest.skip("needs the sqlite3 shell, which is not installed")
    for match, text in (
        ("脱贫", "脱贫"),
        ('"脱贫 贫攻"', "脱贫攻"),
        ("贫*", "贫"),
        ("脱贫 + 贫攻", "脱贫攻"),
    ):
        sql = f"SELECT post_id FROM posts JOIN posts_fts ON posts.id = posts_fts.rowid WHERE posts_fts MATCH '{match}'"
        done = subprocess.run(
            [shell, str(archive.path / "archive.db"), sql], capture_output=True, text=True, check=True
        )
        assert set(done.stdout.split()) == {
            post.id for post in posts if any(text in t for t in texts_of(post))
        }


def test_sqlite_utils_finds_pairs(archive: Archive, posts: list[Post]) -> None:
    database = Database(archive.path / "archive.db")
    try:
        rows = list(database.table("posts").search("脱贫"))
    finally:
        database.close()
    assert {row["post_id"] for row in rows} == {
        post.id for post in posts if any("脱贫" in t for t in texts_of(post))
    }
