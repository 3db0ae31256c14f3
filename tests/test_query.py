"""What a user types is read as the language says; whatever is typed gives a query or a QueryError."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.errors import QueryError
from wxarchive.han import fold, tokens
from wxarchive.query import (
    AccountIs,
    And,
    KindIs,
    Node,
    Not,
    Or,
    PostFilter,
    Published,
    Query,
    Term,
    parse_query,
    quote,
)
from wxarchive.query.language import DEEPEST
from wxarchive.query.meaning import Asked


def read(words: str) -> Node:
    return parse_query(words).root


def test_words_are_and() -> None:
    assert read("脱贫 教育\u3000春耕") == And((Term("脱贫"), Term("教育"), Term("春耕")))
    assert read("脱贫 AND 教育") == And((Term("脱贫"), Term("教育")))


@pytest.mark.parametrize("words", ["甲 OR 乙", "甲 | 乙", "甲|乙", "甲 ｜ 乙", "(甲 OR 乙)", "（甲 OR 乙）"])
def test_or_in_its_spellings(words: str) -> None:
    assert read(words) == Or((Term("甲"), Term("乙")))


@pytest.mark.parametrize("words", ["甲 -乙", "甲 NOT 乙", "甲 －乙", "甲 AND NOT 乙", "甲 -(乙)", '甲 -"乙"'])
def test_not_in_its_spellings(words: str) -> None:
    assert read(words) == And((Term("甲"), Not(Term("乙"))))


def test_not_binds_closer_than_and_and_and_closer_than_or() -> None:
    assert read("a b OR NOT c d") == Or((And((Term("a"), Term("b"))), And((Not(Term("c")), Term("d")))))
    assert read("a (b OR c)") == And((Term("a"), Or((Term("b"), Term("c")))))


@pytest.mark.parametrize("words", ['"a OR -b"', "“a OR -b”", "「a OR -b」", "＂a OR -b＂"])
def test_a_phrase_is_text(words: str) -> None:
    assert read(words) == Term("a or -b")


def test_quote_finds_what_it_is_given_whatever_stands_in_it() -> None:
    for text in ('说"好"', '"', '""', "a) OR (b", "title:x", "“”", "-x*", "脱贫 攻坚"):
        assert read(quote(text)) == Term(fold(text))


def test_a_star_behind_a_letter_or_a_phrase_lets_the_word_go_on() -> None:
    assert read("app*") == Term("app", prefix=True)
    assert read('"app sto"*') == Term("app sto", prefix=True)
    assert read("5*") == Term("5", prefix=True)


@pytest.mark.parametrize(
    "words",
    [
        "*",
        "c++*",
        "c++",
        "a*b",
        "100%",
        "#话题#",
        "f(x)",
        "国发(2019)12号",
        "（2019）12号",
        "a@b.com",
        "--x",
        "甲｜乙",
        "((",
        "a)",
        ":)",
    ],
)
def test_what_is_no_operator_is_text(words: str) -> None:
    assert read(words) == Term(fold(words))


@pytest.mark.parametrize("words", ["OR", "AND", "NOT", "or", "not"])
def test_an_operator_with_nothing_to_work_on_is_text(words: str) -> None:
    assert read(words) == Term(fold(words))
    assert read(f"甲 {words}") == And((Term("甲"), Term(fold(words))))


def test_fields() -> None:
    assert read("title:脱贫") == Term("脱贫", field="title")
    assert read("Title：“脱贫 攻坚”") == Term("脱贫 攻坚", field="title")
    assert read("source:(甲 OR 乙) 丙") == And(
        (Or((Term("甲", field="source"), Term("乙", field="source"))), Term("丙"))
    )
    assert read("-author:张三 甲") == And((Not(Term("张三", field="author")), Term("甲")))
    assert read("title: 脱贫") == And((Term("title:"), Term("脱贫")))


def test_an_account_is_found_by_a_part_of_its_name_or_by_an_id_as_it_is_spelled() -> None:
    assert read("account:MzAw==") == Or((Term("mzaw==", field="account"), AccountIs("MzAw==")))


def test_kinds_and_dates() -> None:
    assert read("kind:Video") == KindIs("video")
    assert read("after:2023") == Published(since=date(2023, 1, 1))
    assert read("before:2023-05") == Published(before=date(2023, 5, 1))
    assert read("on:2024-02") == Published(date(2024, 2, 1), date(2024, 3, 1))
    assert read("on：2024年2月29日") == Published(date(2024, 2, 29), date(2024, 3, 1))
    assert read("on:2024/12/31") == Published(date(2024, 12, 31), date(2025, 1, 1))
    assert read("on:9999") == Published(date(9999, 1, 1), None)


@pytest.mark.parametrize(
    "words", ["", "  \u3000", '""', '" "', "()OR", "-甲", "-甲 -乙", "NOT (甲 OR 乙)", "-甲 OR -乙"]
)
def test_nothing_to_look_for_is_an_error_with_a_hint(words: str) -> None:
    if words == "()OR":
        assert read(words) == Term("()or")
        return
    with pytest.raises(QueryError) as caught:
        parse_query(words)
    assert caught.value.hint


@pytest.mark.parametrize(
    "words", ["kind:novel", "after:yesterday", "on:2023-02-30", "before:2023-13", "on:0000"]
)
def test_a_kind_or_date_that_is_none_is_an_error_with_a_hint(words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(words)
    assert caught.value.hint


def test_queries_beyond_all_measure_are_errors() -> None:
    for words in ("x" * 20_000, "x " * 4000, "( " * 30 + "x" + " )" * 30):
        with pytest.raises(QueryError):
            parse_query(words)


def test_long_chains_of_operators_are_read() -> None:
    assert read("NOT " * 2000 + "x") == Term("x")
    assert read("title:" * 1500 + "x") == Term("x", field="title")


def test_negations_of_negations_vanish() -> None:
    assert read("NOT NOT 甲") == Term("甲")
    assert read("NOT (NOT 甲) 乙") == And((Term("甲"), Term("乙")))


def test_terms_are_the_positive_ones() -> None:
    assert parse_query("甲 -乙 (丙 OR 甲)").terms == (Term("甲"), Term("丙"))


def test_lone_surrogates_become_a_character_that_can_be_stored() -> None:
    assert read("a\udcffb") == Term("a\ufffdb")


# ------------------------------------------------------------------------------------------------------------
# What the index is asked


@pytest.mark.parametrize(
    ("words", "match", "exact"),
    [
        ("脱贫攻坚", '"脱贫 贫攻 攻坚"', True),
        ("贫", '"贫" *', True),
        ("5G", '"5g"', True),
        ("app*", '"app" *', True),
        ("5G基站", '"5g 基站"', False),
        ("C++", '"c"', False),
        ("+", None, False),
        ("贫 高质量", '("贫" * AND "高质 质量")', True),
        ("甲乙 -丙", '("甲乙" NOT "丙" *)', True),
        ("title:甲乙", 'title : "甲乙"', True),
        ("甲乙 kind:text", '"甲乙"', False),
        ("甲乙 OR +", None, False),
        ("甲乙 -c++", '"甲乙"', False),
    ],
)
def test_the_expression_for_the_index(words: str, match: str | None, exact: bool) -> None:
    query = parse_query(words)
    assert (query.match, query.exact) == (match, exact)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE posts_fts USING fts5(title, author, nickname, source, text, "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        yield connection


def matches(index: sqlite3.Connection, query: Query, text: str) -> bool:
    with index:
        index.execute("DELETE FROM posts_fts")
        index.execute("INSERT INTO posts_fts(text) VALUES (?)", (tokens(fold(text)),))
    return (
        index.execute("SELECT 1 FROM posts_fts WHERE posts_fts MATCH ?", (query.match,)).fetchone()
        is not None
    )


LANGUAGE = st.text(
    st.sampled_from("甲乙縣a5＿_- |｜()（）“”「」\"＂*:：.+~^{}[]\\'\0\n\u3000😀½") | st.characters(),
    max_size=40,
) | st.lists(
    st.sampled_from(
        [
            "甲",
            "甲乙",
            "app*",
            "OR",
            "AND",
            "NOT",
            "-",
            "(",
            ")",
            '"',
            "title:",
            "account:x",
            "NEAR(",
            "kind:text",
            "|",
        ]
    ),
    max_size=15,
).map(" ".join)


@given(LANGUAGE, st.text(max_size=30))
def test_anything_typed_gives_a_query_that_sqlite_takes_or_a_query_error(
    index: sqlite3.Connection, words: str, text: str
) -> None:
    try:
        query = parse_query(words)
    except QueryError:
        return
    wanted = query.verify(Asked(text=fold(text)))
    if query.match is not None:
        found = matches(index, query, text)
        assert found or not wanted
        assert found == wanted or not query.exact


@given(st.text(min_size=1, max_size=12), st.text(max_size=5), st.text(max_size=5))
def test_a_quoted_text_is_bounded_by_its_tokens_wherever_it_stands(
    index: sqlite3.Connection, text: str, before: str, behind: str
) -> None:
    try:
        query = parse_query(quote(text))
    except QueryError:
        assert not text.strip()
        return
    whole = before + " " + text + " " + behind
    if query.match is not None and query.verify(Asked(text=fold(whole))):
        assert matches(index, query, whole)


def test_sqlite_takes_the_deepest_query(index: sqlite3.Connection) -> None:
    words = "x"
    for number in range(DEEPEST):
        words = (
            f"({words} {'OR' if number % 2 else 'NOT'} (a{number} b -c))" if number < DEEPEST - 2 else words
        )
    assert matches(index, parse_query(words + " OR z"), "z")


# ------------------------------------------------------------------------------------------------------------
# What a term finds


@pytest.mark.parametrize(
    ("words", "text", "wanted"),
    [
        ("脱贫", "推进脱贫攻坚", True),
        ("脱贫", "脱，贫", False),
        ("app", "WhatsApp", False),
        ("app", "用APP办事", True),
        ("app*", "Application", True),
        ("5G", "15G", False),
        ("5G基站", "建设5G基站。", True),
        ("5G基站", "建设5G 基站。", False),
        ("C++", "用C++写", True),
        ("C++", "用C写", False),
        ("100%", "达到100％", True),
        ('"GB/T 7714"', "按GB/T 7714著录", True),
        ("貧困縣", "贫困县", True),
        ("news@example.com", "写信到News@Example.com，谢谢", True),
        ("ws@example.com", "写信到News@Example.com，谢谢", False),
        ("#脱贫攻坚#", "转发#脱贫攻坚#，好", True),
        ("#脱贫攻坚#", "转发脱贫攻坚，好", False),
        ("React组件", "写React组件。", True),
        ("2023-05-01", "自2023-05-01起", True),
        ("snake", "snake_case", True),
    ],
)
def test_what_a_term_finds(words: str, text: str, wanted: bool) -> None:
    assert parse_query(words).verify(Asked(text=fold(text))) is wanted


def test_terms_may_stand_in_different_fields_but_a_field_is_kept_to() -> None:
    post = Asked(title="春耕", account="青石镇发布", text="播种")
    assert parse_query("春耕 播种 青石").verify(post)
    assert not parse_query("title:播种").verify(post)
    assert parse_query("account:青石 text:播种").verify(post)


def test_a_filter_is_a_query() -> None:
    wanted = PostFilter(
        account="青石", kind="text", since=date(2024, 1, 1), until=date(2024, 1, 31), query=parse_query("甲")
    )
    query = wanted.to_query()
    assert query is not None
    assert query.verify(Asked(account="青石镇发布", kind="text", day="2024-01-31", text="甲"))
    assert not query.verify(Asked(account="青石镇发布", kind="text", day="2024-02-01", text="甲"))
    assert not query.verify(Asked(account="青石镇发布", kind="text", text="甲"))
    assert PostFilter().to_query() is None
    with pytest.raises(QueryError):
        PostFilter(account=" ").to_query()
    with pytest.raises(QueryError):
        PostFilter(kind="novel").to_query()  # type: ignore[arg-type]
