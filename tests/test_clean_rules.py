"""Every rule meets its example and not its counter-example, and what a rule must not take stays."""

import re

import pytest

from wxarchive.blocks import Body, plain_block
from wxarchive.clean import About, clean_body, find_reason, uncut
from wxarchive.clean.lines import Line, to_key
from wxarchive.clean.rules import FENCES, LABELS, NAME_RULES, OTHER_REASONS, RULES, Fence, Rule
from wxarchive.clean.signs import BOOK, Signs, find_fence, read_signs

ABOUT = About(nickname="山前小筑", alias="shanqianxiaozhu", title="石桥与竹林")
TEXT = (
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上，声音传得很远。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响，老师也不去管它。",
    "后来路修通了，进城只要四十分钟，许多人家搬去了县城，学校的孩子一年比一年少，到去年秋天，全校只剩下十七个学生。",
)
SPEAKING = [rule for rule in RULES if rule.weight > 0]
AGAINST = [rule for rule in RULES if rule.weight < 0]
SETTLING = [rule for rule in SPEAKING if rule.weight >= 2 and rule.own]


def signs_of(text: str) -> Signs:
    return read_signs([Line(at=0, block=0, text=text, key=to_key(text))], About())[0]


def rules_met(text: str) -> set[str]:
    return {hit.rule.id for hit in signs_of(text).hits}


def kept_lines(*lines: str) -> list[str]:
    body = Body(tuple(plain_block(line) for line in lines))
    cleaned = clean_body(body, ABOUT)
    assert uncut(cleaned) == body.text
    return cleaned.body.text.split("\n")


def by_id(rule: Rule | Fence) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_a_rule_meets_its_example(rule: Rule) -> None:
    assert rule.id in rules_met(rule.example)


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_a_rule_does_not_meet_its_counter_example(rule: Rule) -> None:
    assert rule.id not in rules_met(rule.counter_example)


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_the_counter_example_stays_wherever_it_stands(rule: Rule) -> None:
    line = rule.counter_example
    assert line in kept_lines(*TEXT, line)
    assert line in kept_lines(line, *TEXT)
    assert line in kept_lines(*TEXT, line, *TEXT)


@pytest.mark.parametrize("rule", SETTLING, ids=by_id)
def test_a_rule_that_settles_takes_its_example_from_the_end(rule: Rule) -> None:
    assert kept_lines(*TEXT, rule.example) == list(TEXT)


@pytest.mark.parametrize("rule", [rule for rule in SPEAKING if rule.alone], ids=by_id)
def test_a_rule_that_stands_alone_takes_its_example_from_the_middle(rule: Rule) -> None:
    assert kept_lines(*TEXT, rule.example, *TEXT) == [*TEXT, *TEXT]


@pytest.mark.parametrize("rule", AGAINST, ids=by_id)
def test_what_speaks_against_furniture_keeps_the_line(rule: Rule) -> None:
    assert signs_of(rule.example).ask < 0
    assert rule.example in kept_lines(*TEXT, rule.example)


@pytest.mark.parametrize("rule", [rule for rule in SPEAKING if not rule.own], ids=by_id)
def test_wording_that_needs_company_takes_nothing_by_itself_from_the_middle(rule: Rule) -> None:
    assert rule.example in kept_lines(*TEXT, rule.example, *TEXT)


@pytest.mark.parametrize("fence", FENCES, ids=by_id)
def test_a_fence_is_its_example_and_not_its_counter_example(fence: Fence) -> None:
    found = find_fence(to_key(fence.example).strip("【】"), BOOK.fences)
    assert found is not None
    assert found.label == fence.label
    assert (
        find_fence(to_key(fence.counter_example), [pair for pair in BOOK.fences if pair[0] == fence]) is None
    )


def test_ids_are_unique_and_say_what_they_are_about() -> None:
    ids = [row.id for row in (*RULES, *FENCES, *NAME_RULES.values())] + list(OTHER_REASONS)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+\.[a-z-]+", name) for name in ids)


def test_every_label_is_one_of_the_guide() -> None:
    assert {row.label for row in (*RULES, *FENCES)} <= set(LABELS)


def test_cues_are_lower_case_words_that_keys_can_hold() -> None:
    for rule in RULES:
        assert rule.cues, rule.id
        for cue in rule.cues.split():
            assert cue == cue.lower() == to_key(f"甲{cue}甲")[1:-1], (rule.id, cue)


@pytest.mark.parametrize("rule", [*(row.id for row in (*RULES, *FENCES)), *NAME_RULES, *OTHER_REASONS])
def test_every_rule_has_a_reason_in_words(rule: str) -> None:
    reason = find_reason(rule)
    assert reason
    assert "\n" not in reason


def test_an_unknown_rule_has_no_reason() -> None:
    assert find_reason("no.such-rule") is None
