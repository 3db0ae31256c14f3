"""Order: best first by bm25 and a little recency, newest first however posts are numbered, selections of the frequent."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from samples import make_page, make_post, make_text
from wxarchive.query import parse_query
from wxarchive.store import Archive
from wxarchive.store import search as reading
from wxarchive.store.conditions import to_plan
from wxarchive.store.newest import iter_numbers, iter_recent
from wxarchive.store.ranking import character_ranked_at_most, rank_all, rank_selected, ranked_at_most
from wxarchive.times import BEIJING

# More than a step of a walk; in any order more than makes a character very frequent.
NUMBERS = {"in order of publication": 1_100, "in any order": 2_400}


@pytest.fixture(scope="module", params=["in order of publication", "in any order"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Nearly all posts hold 山, three of four 水路."""
    chance = random.Random(1)
    folder = tmp_path_factory.mktemp("ranking")
    days = list(range(NUMBERS[request.param]))
    if request.param == "in any order":
        chance.shuffle(days)
    with Archive(folder, create=True) as opened, opened.batch():
        for number, day in enumerate(days):
            text = make_text(chance, 3) + "山" * (number % 9 > 0) + "，水路" * (number % 4 > 0)
            post = make_post(
                number,
                text,
                title="水路" if number % 50 == 1 else f"第{number}期",
                published_at=None
                if number % 100 == 7
                else datetime(2012, 1, 1, tzinfo=BEIJING) + timedelta(hours=day),
            )
            opened.save(make_page(b"%d" % number), state="post", post=post)
    with Archive(folder) as opened:
        yield opened


def in_order(archive: Archive, words: str, order: str) -> list[int]:
    posts = archive._reading().execute("SELECT id, published_at FROM posts").fetchall()
    plan = to_plan(parse_query(words))
    found = archive._reading().execute(f"SELECT {plan.key} FROM {plan.source}", plan.values)
    wanted = {number for (number,) in found}
    dated = sorted(((at, n) for n, at in posts if at and n in wanted), reverse=order == "new")
    undated = sorted((n for n, at in posts if not at and n in wanted), reverse=order == "new")
    return [number for _, number in dated] + undated


@pytest.mark.parametrize(
    "words", ["水路", "山", "水路 -山", "第7期", "水路 kind:article after:2012-02", "C++ OR 水路"]
)
@pytest.mark.parametrize("order", ["new", "old"])
@pytest.mark.parametrize("most", [None, 1, 20, 1_000])
def test_posts_come_in_order_of_publication(
    archive: Archive, words: str, order: str, most: int | None
) -> None:
    plan = to_plan(parse_query(words), lambda term: True)
    found = list(iter_numbers(archive._reading(), plan, order, most, gathered=100))  # type: ignore[arg-type]
    assert found == in_order(archive, words, order)[:most]


def test_recent_posts_are_the_newest_as_far_as_they_are_found(archive: Archive) -> None:
    plan = to_plan(parse_query("水路"))
    found = list(iter_recent(archive._reading(), plan, 50))
    assert found == in_order(archive, "水路", "new")[:50]


def test_a_selection_puts_titles_first_and_leaves_no_post_out(archive: Archive) -> None:
    connection = archive._reading()
    query = parse_query("水路")
    plan = to_plan(query)
    ranked = rank_selected(connection, plan, query, 10_000, 0)
    assert sorted(number for number, _ in ranked) == sorted(in_order(archive, "水路", "new"))
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    titled = {n for (n,) in connection.execute("SELECT id FROM posts WHERE title = '水路'")}
    assert titled, "some posts have it in the title"
    assert {number for number, _ in ranked[: len(titled)]} == titled
    rest = [number for number, score in ranked if score == 0.0]
    assert rest == [n for n in in_order(archive, "水路", "new") if n in set(rest)], "the rest is newest first"


@pytest.mark.parametrize("words", ["水路", "山", "山 水路"])
def test_pages_of_a_selection_join_without_a_gap(archive: Archive, words: str) -> None:
    query = parse_query(words)
    plan = to_plan(query, lambda term: True)
    whole = rank_selected(archive._reading(), plan, query, 600, 0)
    pages = [rank_selected(archive._reading(), plan, query, 200, at) for at in range(0, 600, 200)]
    assert [hit for page in pages for hit in page] == whole


def test_pages_of_all_posts_ranked_join_without_a_gap(archive: Archive) -> None:
    plan = to_plan(parse_query("水路"))
    whole = rank_all(archive._reading(), plan, 600, 0)
    pages = [rank_all(archive._reading(), plan, 50, at) for at in range(0, 600, 50)]
    assert [hit for page in pages for hit in page] == whole
    assert [score for _, score in whole] == sorted((score for _, score in whole), reverse=True)


def test_of_equal_posts_the_newer_one_comes_first(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Archive(tmp_path_factory.mktemp("recency"), create=True) as archive:
        for number, year in enumerate((2014, 2023, 2018, 2020)):
            moment = datetime(year, 5, 1, tzinfo=BEIJING)
            post = make_post(number, "春耕时节", title="无题", published_at=moment)
            archive.save(make_page(b"%d" % number), state="post", post=post)
        for number in range(10, 30):
            archive.save(make_page(b"%d" % number), state="post", post=make_post(number, "别的"))
        years = [hit.published_at.year for hit in archive.search("春耕").hits if hit.published_at]
        assert years == [2023, 2020, 2018, 2014]


def test_posts_can_be_sorted_by_time(archive: Archive) -> None:
    for sort in ("new", "old"):
        result = archive.search("水路", sort=sort, limit=30, offset=10)  # type: ignore[arg-type]
        assert [hit.number for hit in result.hits] == in_order(archive, "水路", sort)[10:40]
        assert result.ranking == sort
        assert result.total == len(in_order(archive, "水路", "new"))


def test_a_very_frequent_character_is_selected_and_exact_rank_ranks_all(archive: Archive) -> None:
    selected, exact = archive.search("山"), archive.search("山", exact_rank=True)
    is_frequent = selected.total > character_ranked_at_most(10)
    assert (selected.ranking, exact.ranking) == ("selected" if is_frequent else "all", "all")
    assert selected.total == exact.total == len(in_order(archive, "山", "new"))


def test_how_many_posts_are_ranked() -> None:
    assert [ranked_at_most(n) for n in (10, 100_000, 600_000, 1_000_000, 10**8)] == [20_000, 20_000, 30_000, 50_000, 50_000]  # fmt: skip
    assert [character_ranked_at_most(n) for n in (10, 100_000, 10**8)] == [2_000, 5_000, 50_000]


def test_counts_agree_whatever_the_way(archive: Archive) -> None:
    connection = archive._reading()
    for words in ("山", "水路", "山 水路", "-山 水路", "kind:article", "山 OR 水路"):
        query = parse_query(words)
        assert reading.count_posts(connection, query) == len(in_order(archive, words, "new"))
        assert archive.count(words) == sum(count for _, count in archive.count_by("account", words))
        months = archive.count_by_month(words)
        undated = dict(archive.count_by("month", words)).get(None, 0)
        assert sum(count for _, count, _ in months) + undated == archive.count(words)
        assert [month for month, _, _ in months] == sorted({month for month, _, _ in months})
