"""What an account repeats at the edges of its posts is learned; what it repeats inside them is its text."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxarchive import Archive
from wxarchive.blocks import Body, plain_block
from wxarchive.clean import About, Hints, LearnedBlocks, clean_body, learn_blocks, uncut
from wxarchive.clean.learned import fingerprint
from wxarchive.errors import InputError
from wxarchive.learning import learn
from wxarchive.pipeline import import_files
from wxarchive.reparsing import reparse

REFRAIN = "河水还是那样慢慢地流。"
SUBJECTS = ("石桥", "竹林", "码头", "学堂", "晒谷场", "老井", "山路", "渡船", "茶园", "戏台")
DOINGS = (
    "在雾里站了整整一个早晨，来往的人都要绕着它走",
    "被去年的大水冲掉了一角，到今年春天才有人来修",
    "是镇上的孩子放学以后都要去坐一坐的地方",
    "已经没有人记得是哪一年修的，只知道比祠堂还要早",
    "旁边新栽了两排树，走过去的时候影子落在身上",
)
FOOTERS = (
    # Each is one design; {n} and {word} change slowly from post to post.
    (
        "山里的事，慢慢说",
        "我们在云溪县西边的一座小镇上，用{word}记下每一天",
        "第{n}次相见，谢谢你还在",
        "云溪小筑",
    ),
    ("云溪小筑 · 写给远方的家书", "编辑部设在旧粮站二楼，楼下是{word}的老街", "这里是山里人的第{n}封信"),
    ("山 · 水 · 人", "镇上的老人把故事讲给我们，我们再用{word}讲给你", "往后的日子也一起走，已走过{n}篇"),
)
WORDS = ("文字", "文字", "文字", "文字和照片", "文字和照片", "照片和文字", "照片、声音和文字")
DESIGNS = (20, 35, 50)
"""The first post behind each design."""


def design_of(number: int) -> int:
    return next(place for place, end in enumerate(DESIGNS) if number < end)


def footer_of(number: int) -> list[str]:
    word = WORDS[number * len(WORDS) // 50]
    return [line.format(n=number + 1, word=word) for line in FOOTERS[design_of(number)]]


def text_of(number: int) -> list[str]:
    chance = random.Random(number)
    lines = [
        f"{chance.choice(SUBJECTS)}{chance.choice(DOINGS)}，{chance.choice(SUBJECTS)}{chance.choice(DOINGS)}，"
        f"这是第{number}年{chance.randrange(1, 13)}月的事情，{chance.choice(SUBJECTS)}{chance.choice(DOINGS)}。"
        for _ in range(chance.randrange(5, 9))
    ]
    lines.insert(chance.randrange(1, len(lines)), REFRAIN)
    return lines


def page_of(number: int) -> str:
    body = "".join(f"<p>{line}</p>" for line in (*text_of(number), *footer_of(number)))
    return (
        f"<html><head><meta property='og:title' content='第{number}篇'></head><body>"
        f"<div id='js_content'>{body}</div><script>var biz = 'MzAwMDAwMDAwMA=='; var mid = '{2_650_000_000 + number}';"
        f"var idx = '1'; var sn = '{number + 1:032x}'; var ct = '{1_600_000_000 + number * 86_400}';"
        f"var nickname = '云溪小筑'; var msg_title = '第{number}篇';</script></body></html>"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of fifty posts of one account, learned and read anew."""
    pages = tmp_path_factory.mktemp("pages")
    for number in range(50):
        (pages / f"{number:02}.html").write_text(page_of(number), encoding="utf-8")
    folder = tmp_path_factory.mktemp("learned") / "archive"
    with Archive(folder, create=True) as archive:
        assert {outcome.status for outcome in import_files(archive, [pages])} == {"new"}
        list(learn(archive))
        reparse(archive)
    return folder


def numbered_posts(archive: Archive) -> Iterator[tuple[int, list[str], list[tuple[str, str | None]]]]:
    for number, post in enumerate(archive.iter_posts(order="old")):
        removed = [
            (piece.text.strip("\n"), piece.note) for piece in post.removed if piece.rule == "learned.tail"
        ]
        yield number, post.text.split("\n"), removed


def test_footers_go_from_all_posts_but_the_first_of_each_design(folder: Path) -> None:
    with Archive(folder) as archive:
        for number, text, _ in numbered_posts(archive):
            since_design = number - (0, *DESIGNS)[design_of(number)]
            left = [line for line in footer_of(number) if line in text]
            assert left == [] or since_design < 3, (number, left)


def test_every_line_of_text_and_every_refrain_stays(folder: Path) -> None:
    with Archive(folder) as archive:
        for number, text, _ in numbered_posts(archive):
            assert [line for line in text_of(number) if line not in text] == [], number
            assert text.count(REFRAIN) == 1


def test_each_removal_says_in_how_many_posts_it_was_seen(folder: Path) -> None:
    with Archive(folder) as archive:
        notes = {line: note for _, _, removed in numbered_posts(archive) for line, note in removed}
    assert notes["山里的事，慢慢说"] == "in 20 of 20 posts"
    assert notes["山 · 水 · 人"] == "in 15 of 15 posts"
    assert all(note and note.startswith("in ") for note in notes.values())


def test_what_is_learned_takes_effect_at_import(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "new.html"
    page.write_text(page_of(49).replace("2650000049", "2650000099"), encoding="utf-8")
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with Archive(copy) as archive:
        list(import_files(archive, [page]))
        post = archive.find_post("MzAwMDAwMDAwMA==:2650000099:1")
    assert post is not None
    assert "山 · 水 · 人" not in post.text
    assert REFRAIN in post.text


def test_an_account_that_is_not_held_is_an_error(folder: Path) -> None:
    with Archive(folder) as archive, pytest.raises(InputError, match="no post of this account is held"):
        list(learn(archive, "无此号"))


# -- learning by itself --------------------------------------------------------------------------------------------


def posts(footer: list[str], count: int = 6) -> list[list[str]]:
    return [[*text_of(number), *footer] for number in range(count)]


def texts_of(learned: LearnedBlocks) -> list[str]:
    return [block.text for block in learned.blocks]


def test_two_posts_teach_nothing() -> None:
    assert texts_of(learn_blocks(posts(["山里的事，慢慢说"], 2))) == []


def test_a_line_that_also_stands_inside_texts_is_not_learned() -> None:
    footer = [REFRAIN, "山里的事，慢慢说"]
    assert texts_of(learn_blocks(posts(footer))) == ["山里的事，慢慢说"]


def test_the_same_post_held_many_times_teaches_nothing() -> None:
    assert texts_of(learn_blocks([text_of(7) for _ in range(5)])) == []


def test_a_greeting_is_not_learned() -> None:
    greeted = [["大家好，我是阿岩，今天也来看山。", *text_of(number)] for number in range(6)]
    assert texts_of(learn_blocks(greeted)) == []


def test_numbers_in_a_line_are_alike() -> None:
    assert fingerprint("第 312 期 · 云溪小筑") == fingerprint("第7期·云溪小筑")


def test_a_learned_line_in_the_middle_of_a_text_stays() -> None:
    learned = learn_blocks(posts(["这里是写给山里人的小事"]))
    lines = [*text_of(90), "这里是写给山里人的小事", *text_of(91)]
    body = Body(tuple(plain_block(line) for line in lines))
    cleaned = clean_body(body, About(), hints=Hints(learned=learned))
    assert "这里是写给山里人的小事" in cleaned.body.text


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from([*FOOTERS[0], *SUBJECTS, REFRAIN, *DOINGS, "", "第1期"]), max_size=12),
        max_size=12,
    )
)
def test_learning_never_fails_and_what_it_takes_can_be_put_back(given_posts: list[list[str]]) -> None:
    learned = learn_blocks(given_posts)
    for lines in given_posts:
        body = Body(tuple(plain_block(line) for line in lines))
        assert uncut(clean_body(body, About(), hints=Hints(learned=learned))) == body.text


def test_two_lines_of_a_footer_that_are_alike_are_both_learned() -> None:
    footer = ["来信请寄云溪县旧粮站二楼编辑部", "来稿请寄云溪县旧粮站二楼编辑部"]
    learned = learn_blocks(posts(footer))
    assert all(learned.find(line, "tail") for line in footer)


def test_paragraphs_that_differ_by_their_numbers_alone_are_text() -> None:
    numbered = [[f"第{n}篇的第{k}段" for k in range(6)] + ["山里的事，慢慢说"] for n in range(8)]
    assert texts_of(learn_blocks(numbered)) == ["山里的事，慢慢说"]
