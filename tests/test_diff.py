"""What is different between two versions: nothing is lost, nothing is made up, and what changed is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import make_post
from wxarchive.diff import diff_posts, split_sentences
from wxarchive.output.diffs import diff_html, diff_lines
from wxarchive.output.paint import Paint
from wxarchive.records import Account, Removal
from wxarchive.store import VersionInfo
from wxarchive.times import parse_moment

texts = st.text(alphabet="一二三。！\n”ab. ；…", max_size=60)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("一", ["一"]),
        ("一。二！三", ["一。", "二！", "三"]),
        ("他说：“来吧。”我去了！？\n好……走", ["他说：“来吧。”", "我去了！？", "好……", "走"]),
        ("共3.5元，见example.com。It is. So be it.", ["共3.5元，见example.com。", "It is.", "So be it."]),
        ("（见注；下同）", ["（见注；", "下同）"]),
        ("\n\n 一 \n\n", ["一"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(texts)
def test_no_character_but_space_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(texts, texts)
def test_both_texts_can_be_put_together_from_the_difference(before: str, after: str) -> None:
    found = diff_posts(make_post(text=before), make_post(text=after))
    assert [one for part in found.text for one in part.before] == split_sentences(before)
    assert [one for part in found.text for one in part.after] == split_sentences(after)
    assert found.is_empty == (before == after)
    for part in found.text:
        if part.what == "changed":
            kept = [
                "".join(text[n] for n in range(len(text)) if not any(a <= n < b for a, b in marks))
                for text, marks in ((part.before[0], part.before_marks), (part.after[0], part.after_marks))
            ]
            assert kept[0] == kept[1]


def test_what_changed_inside_a_sentence_is_marked() -> None:
    found = diff_posts(make_post(text="今天去春耕。\n完"), make_post(text="昨天去春耕。\n完"))
    (changed, same) = found.text
    assert (changed.what, changed.before_marks, changed.after_marks) == ("changed", ((0, 1),), ((0, 1),))
    assert same.what == "same"


def test_a_sentence_that_was_put_in_is_added() -> None:
    found = diff_posts(make_post(text="一。三。"), make_post(text="一。完全不同的一句话。三。"))
    assert [(part.what, part.after) for part in found.text] == [
        ("same", ("一。",)),
        ("added", ("完全不同的一句话。",)),
        ("same", ("三。",)),
    ]


def test_headline_and_credits_come_first() -> None:
    before = make_post(title="旧", author="甲", credits={"摄影": ("乙",)}, account=Account(nickname="号"))
    after = before.with_changes(title="新", author=None, credits={"编辑": ("乙", "丙")})
    found = diff_posts(before, after)
    assert [(one.field, one.before, one.after) for one in found.fields] == [
        ("title", "旧", "新"),
        ("author", "甲", None),
        ("credits: 摄影", "乙", None),
        ("credits: 编辑", None, "乙、丙"),
    ]


def test_only_breaks() -> None:
    found = diff_posts(make_post(text="一。二。"), make_post(text="一。\n二。"))
    assert found.only_breaks
    assert not found.is_empty


def test_uncleaned_texts_can_be_compared() -> None:
    before = make_post(text="一")
    after = make_post(text="一", removed=(Removal(rule="r", label="l", text="\n关注我们", at=1),))
    assert diff_posts(before, after).is_empty
    assert not diff_posts(before, after, uncleaned=True).is_empty


def test_a_text_of_many_equal_sentences_is_compared_in_time() -> None:
    found = diff_posts(make_post(text="一。" * 20_000), make_post(text="一。" * 20_000 + "二。"))
    assert found.text[-1].after[-1] == "二。"


INFO = tuple(
    VersionInfo(
        version=n,
        seen_at=parse_moment("2024-05-01T12:00:00+08:00"),
        capture_id=n,
        title="题",
        content_hash="0",
    )
    for n in (1, 2)
)


def test_as_lines() -> None:
    found = diff_posts(
        make_post(title="旧", text="一。二。三。四。今天去。"),
        make_post(title="新", text="一。二。三。四。昨天去。"),
    )
    assert list(diff_lines(found, "题", (INFO[0], INFO[1]), Paint())) == [
        "题  version 1 (2024-05-01T12:00:00+08:00) → 2 (2024-05-01T12:00:00+08:00)",
        "title",
        "  - 旧",
        "  + 新",
        "text",
        "    … 3 sentences are the same",
        "    四。",
        "  - 今天去。",
        "  + 昨天去。",
    ]
    coloured = "\n".join(diff_lines(found, "题", (INFO[0], INFO[1]), Paint(is_on=True)))
    assert "\x1b[1;31m今\x1b[0m" in coloured


def test_as_html_is_inert() -> None:
    found = diff_posts(make_post(title="<script>", text="<b>一"), make_post(title="&", text="<i>一"))
    page = diff_html(found, "<题>", "<id>", (INFO[0], INFO[1]))
    assert "<script" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page
    assert "<del>" in page
    assert "<ins>" in page
