"""Values stated in scripts are read without running them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.parse.script import iter_assignments, read_object, read_string, read_value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('"" || "MzA5OTk5MDAwMQ=="', "MzA5OTk5MDAwMQ=="),
        ('"MzA5OTk5MDAwMQ==" || ""', "MzA5OTk5MDAwMQ=="),
        ('"" || "" || "2"', "2"),
        ("'8' * 1", 8),
        ("'' * 1", 0),
        ("'0.79' * 1", 0.79),
        ("JsDecode('a\\x26amp;b')", "a&amp;b"),
        ('htmlDecode("甲&amp;乙")', "甲&乙"),
        ("'第一&lt;篇&gt;'.html(false)", "第一<篇>"),
        ("xml ? getXmlValue('user_name.DATA') : 'gh_0123456789ab'", "gh_0123456789ab"),
        ("'' ? 1 : 0", 0),
        ("'\\u4e2d\\x41\\n\\/'", "中A\n/"),
        ("'\\ud83d\\ude00'", "😀"),
        ("[1, 'b', {c: true}]", [1, "b", {"c": True}]),
        ("null", None),
        ("window.biz", None),
        ("opt.biz || window.biz", None),
        ("new Date()", None),
        ("-3", -3),
    ],
)
def test_the_templates_expressions_are_read(source: str, value: object) -> None:
    assert read_value(source) == value


def test_jsdecode_undoes_exactly_what_the_page_does_backslash_first() -> None:
    # The page writes a backslash as \x5c, so \x5cx3c is first a backslash and then, with what follows, "<".
    assert read_value(r"JsDecode('\x5cx3c')") == "<"
    assert read_value(r"JsDecode('\x5cx41')") == r"\x41"


def test_an_object_keeps_what_is_understood_and_skips_the_rest() -> None:
    source = """x = {
        a: '1' * 1,  // a comment, with a } brace
        handler: function (e) { return e ? "}" : '{'; },
        b: JsDecode('乙'),
        'quoted-key': [ { deep: '值', }, ],
        method() { return 1 },
        c: true,
    };"""
    assert read_object(source, source.index("{"))["a"] == 1


def test_an_object_cut_off_gives_the_keys_up_to_there() -> None:
    source = "{ a: 'one', nested: { b: 'two', c: 'thr"
    assert read_object(source, 0) == {"a": "one", "nested": {"b": "two"}}


def test_text_that_looks_like_an_assignment_inside_a_string_does_not_end_it() -> None:
    assert read_value("""'He said: "var biz = 1;" and left'""") == 'He said: "var biz = 1;" and left'


def test_the_first_literal_of_several_assignments_can_be_told() -> None:
    pattern = re.compile(r"var (?P<name>biz)\s*=\s*")
    source = 'var biz = ""||"MzA5OTk5MDAwMQ=="; var biz = null; var biz = opt.biz || window.biz;'
    assert [value for _, value in iter_assignments(source, pattern, {"biz"})] == [
        "MzA5OTk5MDAwMQ==",
        None,
        None,
    ]


def test_a_literal_is_read_whatever_is_done_to_it() -> None:
    assert read_string('"第一行\\n第二行".replace(/\\r/g,"")') == "第一行\n第二行"
    assert read_string("document.title") is None


@given(st.text(alphabet="{}[]()'\"`\\,:;?|&*+-/!<>=.aJx0 \n中", max_size=200))
def test_no_source_raises(source: str) -> None:
    read_value(source)
    read_object(source, 0)
    read_object("{" + source, 0)


@given(st.text(max_size=80))
def test_a_string_written_as_a_literal_is_read_back(text: str) -> None:
    literal = "".join(f"\\u{{{ord(c):x}}}" if c in "'\\\n\r" or ord(c) < 32 else c for c in text)
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert read_value(f"'{literal}'") == expected


@pytest.mark.parametrize(
    "source", ["[)", "[}", "f(]", "f(}", "{a:)}", "{a:]", "[1 2 }", "f(1 2 ]", "{) : 1}"]
)
def test_a_closer_of_another_kind_ends_the_reading(source: str) -> None:
    read_value(source)
    read_object("{x:" + source, 0)


def test_nesting_without_end_is_given_up_not_crashed_on() -> None:
    assert read_value("[" * 100_000) is None
    assert read_value("(" * 100_000 + "1") is None
    assert read_object("{a:" * 100_000, 0) is not None
