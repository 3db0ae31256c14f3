"""What is asked of a post beside its words, and words that must stand close together: as brute force answers."""

import random
import sys
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import make_page, make_post, make_text
from wxarchive.errors import QueryError
from wxarchive.han import fold
from wxarchive.query import (
    AlbumIs,
    And,
    Has,
    Near,
    Not,
    PostFilter,
    StateIs,
    Term,
    explain,
    find_apart,
    find_occurrences,
    find_places,
    near,
    of_words,
    parse_query,
    quote,
)
from wxarchive.query.meaning import Asked
from wxarchive.records import Album, Image, Media, Post
from wxarchive.store import Archive
from wxarchive.store.conditions import to_plan

NUMBER = 120


def make_posts() -> list[Post]:
    chance = random.Random(7)
    posts = []
    for number in range(NUMBER):
        albums = [
            Album(id=str(n), title=f"{make_text(chance, 2)}第{n}辑") for n in range(chance.randint(0, 2))
        ]
        images = [
            Image(url=f"https://mmbiz.qpic.cn/{n}", role=chance.choice(["body", "cover", "qr", "decoration"]))
            for n in range(chance.randint(0, 2))
        ]
        media = [
            Media(type=chance.choice(["audio", "music", "video", "videosnap", "vote"]), title='"role":"qr"')
            for _ in range(chance.randint(0, 1))
        ]
        kind = chance.choice(["article", "picture", "video", "audio"])
        posts.append(
            make_post(
                number,
                make_text(chance, 40),
                title=make_text(chance, 4),
                albums=tuple(albums),
                images=tuple(images),
                media=tuple(media),
                kind=kind,
            )
        )
    return posts


def features_of(post: Post) -> frozenset[str]:
    types = {item.type for item in post.media}
    has = {
        "image": any(image.role == "body" for image in post.images),
        "qr": any(image.role == "qr" for image in post.images),
        "audio": post.kind == "audio" or bool(types & {"audio", "music"}),
        "video": post.kind == "video" or bool(types & {"video", "videosnap"}),
    }
    return frozenset(name for name, holds in has.items() if holds)


def asked(post: Post, state: str) -> Asked:
    return Asked(
        title=fold(post.title or ""),
        author=fold(post.author or ""),
        account=fold(post.account.nickname or ""),
        source=fold(post.source or ""),
        text=fold(post.text),
        kind=post.kind,
        state=state,
        albums=tuple((album.id, fold(album.title)) for album in post.albums),
        features=features_of(post),  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return make_posts()


@pytest.fixture(scope="module")
def states(posts: list[Post]) -> dict[str, str]:
    chance = random.Random(8)
    return {post.id: chance.choice(["post", "post", "deleted", "violation"]) for post in posts}


@pytest.fixture(scope="module")
def archive(
    tmp_path_factory: pytest.TempPathFactory, posts: list[Post], states: dict[str, str]
) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("facts")
    with Archive(folder, create=True) as opened, opened.batch():
        for number, post in enumerate(posts):
            opened.save(make_page(b"%d" % number), state="post", post=post)
            if states[post.id] != "post":
                gone = make_page(b"gone %d" % number, url=post.url)
                opened.save(gone, state=states[post.id], post=None, addresses=[post.url or ""])  # type: ignore[arg-type]
    with Archive(folder) as opened:
        yield opened


def random_fact(chance: random.Random, posts: list[Post]) -> str:
    text = chance.choice(posts).text
    places = [chance.randrange(len(text)) for _ in range(chance.randint(2, 3))]
    terms = [text[place : place + chance.randint(1, 3)] for place in places]
    terms = [term if term.strip() else "山" for term in terms]
    album = next((album for post in chance.sample(posts, 20) for album in post.albums), None)
    return chance.choice(
        [
            f"has:{chance.choice(['image', 'audio', 'video', 'qr'])}",
            f"state:{chance.choice(['post', 'deleted', 'violation', 'hidden'])}",
            f"album:{quote(album.title[: chance.randint(1, 4)]) if album and album.title[:1].strip() else '第1辑'}",
            "album:1",
            f"NEAR({' '.join(map(quote, terms))}, {chance.choice([0, 1, 5, 40])})",
            f"title:NEAR({' '.join(map(quote, terms[:2]))}, 3)",
            quote(terms[0]),
        ]
    )


def test_facts_and_nearness_are_answered_as_brute_force_answers(
    archive: Archive, posts: list[Post], states: dict[str, str]
) -> None:
    chance = random.Random(9)
    some = 0
    for _ in range(400):
        one, other = random_fact(chance, posts), random_fact(chance, posts)
        words = chance.choice([one, f"{one} {other}", f"{one} OR {other}", f"{one} -({other})"])
        query = parse_query(words)
        wanted = {post.id for post in posts if query.verify(asked(post, states[post.id]))}
        found = {summary.post_id for summary in archive.iter_summaries(PostFilter(query=query))}
        assert found == wanted, words
        some += 0 < len(wanted) < NUMBER
    assert some > 100, "the queries are meant to tell posts apart"


def test_options_ask_what_the_words_ask(archive: Archive) -> None:
    options = PostFilter(has=("image", "qr"), state="deleted", title="山", album="第0辑")
    words = "has:image has:qr state:deleted title:山 album:第0辑"
    assert (
        of_words("", options).root == parse_query("title:山 album:第0辑 state:deleted has:image has:qr").root
    )
    ids = {post.id for post in archive.iter_posts(options)}
    assert ids == {post.id for post in archive.iter_posts(PostFilter(query=parse_query(words)))}


# ------------------------------------------------------------------------------------------------------------
# How they are read


def test_facts_are_read() -> None:
    assert parse_query("has:QR").root == Has("qr")
    assert parse_query("State：deleted").root == StateIs("deleted")
    assert parse_query("state:too-frequent").root == StateIs("too_frequent")
    assert parse_query("album:茶乡*").root == AlbumIs(Term("茶乡", prefix=True), "茶乡")
    assert parse_query("甲 -has:video").root == And((Term("甲"), Not(Has("video"))))


@pytest.mark.parametrize(
    "words", ["NEAR(甲 乙, 10)", "NEAR(甲 乙)", "NEAR（甲 乙，10）", 'NEAR("甲" 乙 , 10 )']
)
def test_near_in_its_spellings(words: str) -> None:
    assert parse_query(words).root == Near((Term("甲"), Term("乙")), 10)


def test_near_takes_phrases_prefixes_and_a_field() -> None:
    read = parse_query('title:NEAR("甲 乙" app*, 3) 丙').root
    near_them = Near((Term("甲 乙", field="title"), Term("app", prefix=True, field="title")), 3)
    assert read == And((near_them, Term("丙")))


@pytest.mark.parametrize("words", ["NEAR(甲)", "NEAR(甲,3)", "NEAR(", "near(甲)", "NEAR()"])
def test_what_is_no_nearness_is_text(words: str) -> None:
    assert isinstance(parse_query(words).root, Term)


@pytest.mark.parametrize("words", ["has:pictures", "state:gone", 'album:""', "has:"])
def test_a_fact_that_is_none_is_an_error_with_a_hint(words: str) -> None:
    if words == "has:":
        assert parse_query(words).root == Term("has:")
        return
    with pytest.raises(QueryError):
        parse_query(words)


def test_a_query_is_explained_as_it_was_read() -> None:
    said = "\n".join(
        explain(parse_query("脱贫 -title:招聘 (app* OR NEAR(甲乙 丙丁, 5)) has:qr after:2023-05"))
    )
    for part in ("“脱贫” in any field", "not:", "“招聘” in the title", "one of:", "words that begin so",
                 "at most 5 characters", "has: qr", "published on 2023-05-01 or later", "index: "):  # fmt: skip
        assert part in said
    assert "every post is looked at" in "\n".join(explain(parse_query("kind:video")))


# ------------------------------------------------------------------------------------------------------------
# Nearness and places, by other means


@given(
    st.text(st.sampled_from("甲乙丙，a "), max_size=25),
    st.lists(st.text(st.sampled_from("甲乙丙a"), min_size=1, max_size=3), min_size=2, max_size=3),
    st.integers(0, 8),
)
def test_nearness_is_that_of_the_best_choice_of_places(text: str, terms: list[str], distance: int) -> None:
    wanted = [Term(term) for term in terms]
    places = [list(find_occurrences(term, text)) for term in wanted]

    def is_near(choice: tuple[int, ...]) -> bool:
        first = min(choice)
        ends = [at + len(term.text) for at, term in zip(choice, wanted, strict=True) if at == first]
        return max(choice) - max(ends) <= distance

    assert near(wanted, distance, text) == any(map(is_near, product(*places)))


SPELLED = st.text(st.sampled_from("县縣国國發发髮人app，Ｇ5 \u3000ﾃｽﾄテスト") | st.characters(), max_size=30)


@given(SPELLED, st.text(st.sampled_from("县国发人app5gテスト，"), min_size=1, max_size=4), st.booleans())
def test_places_in_a_text_are_those_in_the_folded_text(text: str, term: str, prefix: bool) -> None:
    wanted = Term(fold(term), prefix)
    assert list(find_places(wanted, text)) == list(find_occurrences(wanted, fold(text)))


def test_every_character_that_folds_to_a_character_spells_it() -> None:
    for character in "县发台里后于面复干国":
        spelled = [chr(code) for code in range(0x3400, 0xFFFF) if fold(chr(code)) == character]
        for one in spelled:
            assert list(find_places(Term(character), one)) == [0], one


def test_every_character_that_folds_to_a_letter_or_digit_spells_it() -> None:
    letters = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+#.@/%")
    spelled = [one for one in map(chr, range(sys.maxunicode + 1)) if fold(one) in letters]
    assert len(spelled) > 1_000, "case, width, and the letters of mathematics"
    for one in spelled:
        assert list(find_places(Term(fold(one)), f"，{one}，")) == [1], one


@given(
    st.text(st.sampled_from("哈县縣a，"), max_size=20),
    st.text(st.sampled_from("哈县a"), min_size=1, max_size=3),
)
def test_places_apart_leave_out_those_that_overlap_one_before(text: str, term: str) -> None:
    wanted = Term(term)
    free, apart = 0, []
    for at in find_occurrences(wanted, fold(text)):
        if at >= free:
            apart.append(at)
            free = at + len(term)
    assert list(find_apart(wanted, text)) == apart


# ------------------------------------------------------------------------------------------------------------
# One character, asked of the small index


def test_one_character_is_found_by_the_small_index_as_by_the_large_one(
    archive: Archive, posts: list[Post], states: dict[str, str]
) -> None:
    connection = archive._reading()
    chance = random.Random(10)
    numbers = {summary.post_id: summary.number for summary in archive.iter_summaries()}
    for _ in range(300):
        one = chance.choice("山水县脱贫的app𠀀〇ひ豈々한")
        field = chance.choice(["", "", "title:", "author:", "source:", "text:"])
        other = chance.choice(["", "的", "-县", "-title:山", "攻坚", "kind:video", "C++"])
        query = parse_query(f"{field}{one} {other}")
        plan = to_plan(query, lambda term: True)
        found = {
            number for (number,) in connection.execute(f"SELECT {plan.key} FROM {plan.source}", plan.values)
        }
        wanted = {numbers[post.id] for post in posts if query.verify(asked(post, states[post.id]))}
        assert found == wanted, query.words
