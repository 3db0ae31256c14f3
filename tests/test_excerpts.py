"""Marks spell the query's terms on the original text; excerpts are whole sentences around the densest hits."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from samples import make_text
from wxarchive.excerpts import excerpt, find_marks
from wxarchive.han import fold
from wxarchive.query import parse_query, quote

TEXT = "全县推进脫貧攻坚工作。这里没有。脱贫成效显著，脱贫攻坚取得胜利！“下一步”，要防止返贫。"


def shown(text: str, words: str) -> list[str]:
    return [text[start:end] for start, end in find_marks(text, parse_query(words))]


def test_marks_are_exact_on_the_original() -> None:
    assert shown(TEXT, "脱贫攻坚") == ["脫貧攻坚", "脱贫攻坚"]
    assert shown("用ＡＰＰ办事，不用WhatsApp", "app") == ["ＡＰＰ"]


def test_of_terms_at_one_place_the_longest_is_marked_and_none_overlap() -> None:
    assert shown(TEXT, "脱贫 脱贫攻坚 攻坚工") == ["脫貧攻坚", "脱贫", "脱贫攻坚"]


def test_negated_terms_and_those_of_other_fields_are_not_marked() -> None:
    assert shown(TEXT, "返贫 -胜利 title:脱贫") == ["返贫"]
    assert find_marks("脱贫", parse_query("title:脱贫"), "title") == ((0, 2),)


def test_every_mark_spells_a_term() -> None:
    for seed in range(500):
        check_marks(random.Random(seed))


def check_marks(chance: random.Random) -> None:
    text = make_text(chance, 60)
    places = [chance.randrange(len(text)) for _ in range(chance.randint(1, 4))]
    terms = [text[place : place + chance.randint(1, 8)] for place in places]
    terms = [term for term in terms if term.strip()] or ["山"]
    query = parse_query(" OR ".join(map(quote, terms)))
    marks = find_marks(text, query)
    assert all(fold(text[start:end]) in map(fold, terms) for start, end in marks)
    assert all(one[1] <= other[0] for one, other in pairwise(marks))
    cut = excerpt(text, query, chance.choice([10, 30, 120]))
    spelled = {fold(cut.text[start:end]) for start, end in cut.marks}
    assert spelled <= {"".join(" " if c.isspace() else c for c in fold(term)) for term in terms}
    assert bool(cut.marks) == bool(marks)
    assert "\n" not in cut.text


def test_the_densest_stretch_of_whole_sentences_is_shown() -> None:
    cut = excerpt(TEXT, parse_query("脱贫 胜利"), 30)
    assert cut.text == "脱贫成效显著，脱贫攻坚取得胜利！“下一步”，要防止返贫。"
    assert [cut.text[start:end] for start, end in cut.marks] == ["脱贫", "脱贫", "胜利"]


def test_sentences_before_fill_the_room_when_the_text_ends() -> None:
    assert (
        excerpt(TEXT, parse_query("返贫"), 32).text
        == "脱贫成效显著，脱贫攻坚取得胜利！“下一步”，要防止返贫。"
    )
    assert excerpt(TEXT, parse_query("返贫"), 20).text == "“下一步”，要防止返贫。"


def test_a_long_sentence_is_cut_around_its_hits() -> None:
    cut = excerpt("甲" * 300 + "脱贫" + "乙" * 300, parse_query("脱贫"), 40)
    assert cut.text.startswith("…")
    assert cut.text.endswith("…")
    assert len(cut.text) == 42
    assert cut.text[slice(*cut.marks[0])] == "脱贫"
    assert excerpt("脱贫" + "乙" * 300, parse_query("脱贫"), 40).text == "脱贫" + "乙" * 38 + "…"


def test_without_hits_the_beginning_is_shown() -> None:
    assert excerpt(TEXT, parse_query("魃"), 20).text == "全县推进脫貧攻坚工作。这里没有。"
    assert excerpt("\n \n", parse_query("魃"), 20).text == ""
    assert excerpt("甲" * 100, parse_query("魃"), 20).text == "甲" * 20 + "…"


def test_lines_become_one() -> None:
    cut = excerpt("第一行\n第二行有脱贫\n第三行", parse_query("脱贫"), 50)
    assert cut.text == "第一行 第二行有脱贫 第三行"


def test_a_full_stop_inside_a_number_or_an_address_ends_no_sentence() -> None:
    assert excerpt("比例为3.14。见example.com的说明", parse_query("14"), 12).text == "比例为3.14。"


@given(st.text(max_size=200), st.text(min_size=1, max_size=5), st.integers(1, 60))
def test_any_text_gives_an_excerpt(text: str, words: str, width: int) -> None:
    if not words.strip():
        return
    cut = excerpt(text, parse_query(quote(words)), width)
    assert all(0 <= start < end <= len(cut.text) for start, end in cut.marks)


def test_a_long_text_takes_no_long_time() -> None:
    text = "人山人海。" * 50_000
    assert len(excerpt(text, parse_query("人 山 海"), 120).marks) == 96
