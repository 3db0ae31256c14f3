"""Counts as bars and columns, and a concordance whose keywords stand in one column, as wide as a terminal shows them."""

import re
from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from samples import make_post
from wxarchive.excerpts import Context, contexts
from wxarchive.han import fold
from wxarchive.output.charts import bar_lines, column_lines, columns_svg
from wxarchive.output.concordance import context_line, side_width
from wxarchive.output.paint import Paint
from wxarchive.query import parse_query
from wxarchive.store import Summary
from wxarchive.text import display_width

PLAIN = Paint(False)
MONTHS = [(f"{2015 + n // 12}-{n % 12 + 1:02}", n % 7 * 3, 40) for n in range(90)]


def summary(number: int = 7) -> Summary:
    post = make_post()
    return Summary(
        number=number, post_id=post.id, kind=post.kind, title=post.title, author=None, account=None, source=None,
        published_at=None, published_precision=None, url=None, version=1,
    )  # fmt: skip


def test_bars_are_as_long_as_their_counts_and_stand_in_one_column() -> None:
    lines = list(bar_lines([("青石镇发布", 400), ("App", 100), (None, 1), ("空", 0)], PLAIN, 80))
    starts = {display_width(line[: line.index("█")]) for line in lines[:2]}
    assert len(starts) == 1
    assert lines[0].count("█") // 4 == lines[1].count("█")
    assert "(none)" in lines[2]
    assert re.search("[▏▎▍▌]", lines[2]), "one post shows"
    assert not re.search("[█▏]", lines[3])
    assert all(display_width(line) <= 80 for line in lines)


def test_without_a_terminal_counts_are_a_table() -> None:
    assert list(bar_lines([("甲\t乙", 4), (None, 1)], PLAIN, None)) == ["4\t甲 乙", "1\t(none)"]
    assert list(bar_lines([], PLAIN, None)) == []


@given(st.integers(30, 200), st.integers(1, 90))
@example(31, 13)
def test_columns_fit_any_terminal(width: int, months: int) -> None:
    lines = list(column_lines(MONTHS[:months], PLAIN, width))
    assert all(display_width(line) <= width for line in lines)
    assert "2015" in "\n".join(lines)


def test_the_highest_column_is_the_month_with_the_most() -> None:
    lines = list(column_lines([("2024-01", 1, 5), ("2024-02", 8, 9), ("2024-03", 4, 9)], PLAIN, 60))
    assert lines[0] == "8 │  ██"
    assert lines[4] == "  │  ████"
    assert lines[-1].endswith("2024")


def test_an_svg_has_a_column_for_each_month_and_no_markup_of_strangers() -> None:
    root = ElementTree.fromstring(columns_svg(MONTHS, '<script>"脱贫"&'))
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == '<script>"脱贫"&'
    assert len(titles) == len(MONTHS) + 1
    assert titles[2] == "2015-02: 3 of 40 posts"
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert ElementTree.fromstring(columns_svg([], "空")).tag.endswith("svg")


TEXT = "先做App再说。\n镇防汛指挥部：做好防汛准备；加强防汛。"


def test_every_occurrence_has_a_line_with_the_keyword_in_one_column() -> None:
    found = contexts(TEXT, parse_query("防汛"), 8)
    assert [TEXT[one.at : one.at + 2] for one in found] == ["防汛"] * 3
    side = side_width(8, None)
    lines = [context_line(summary(), one, PLAIN, side) for one in found]
    columns = {display_width(line[: line.index("防汛", 8 if n else 0)]) for n, line in enumerate(lines)}
    assert {display_width(line.split("防汛")[0]) for line in lines[:1]} == {8 + side}
    assert len(lines) == 3
    assert columns


@given(st.text(max_size=30), st.text(min_size=1, max_size=4), st.text(max_size=30), st.integers(1, 30))
def test_keywords_stand_in_one_column_whatever_stands_around(
    before: str, term: str, behind: str, width: int
) -> None:
    painted = Paint(True)
    side = side_width(width, None)
    line = context_line(summary(), Context(before, term, behind, 0), painted, side)
    assert "\n" not in line
    assert "\x07" not in line
    left = re.sub("\x1b\\[[0-9;]*m", "", line.split("\x1b[1;31m")[0])
    if "\x1b[1;31m" in line:
        assert display_width(left) == 8 + side


@given(st.text(max_size=60), st.text(st.sampled_from("山县app"), min_size=1, max_size=2))
def test_contexts_spell_the_term_and_its_neighbours(text: str, term: str) -> None:
    spaced = re.compile(r"\s")
    for one in contexts(text + term, parse_query(term), 5):
        assert fold(one.term) == fold(term)
        assert text[max(one.at - 5, 0) : one.at] == one.before or spaced.search(one.before)
        assert len(one.before) <= 5
        assert len(one.behind) <= 5


def test_sides_are_less_on_a_narrow_terminal() -> None:
    assert side_width(20, None) == side_width(20, 200) == 40
    assert side_width(20, 80) == 32
    assert side_width(20, 10) == 8
