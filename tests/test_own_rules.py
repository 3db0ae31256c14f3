"""A user's own rules: what they take and keep, for whom, and what is said of a mistake in them."""

from pathlib import Path

import pytest

from wxarchive import Archive
from wxarchive.blocks import Body, plain_block
from wxarchive.clean import About, Hints, clean_body, find_reason, parse_own_rules, uncut
from wxarchive.errors import InputError
from wxarchive.pipeline import import_files
from wxarchive.reparsing import reparse

TEXT = (
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上，声音传得很远。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响，老师也不去管它。",
)


def clean_lines(toml: str, *lines: str, names: tuple[str, ...] = ("山前小筑",)) -> list[str]:
    body = Body(tuple(plain_block(line) for line in lines))
    rules = parse_own_rules(toml, "rules.toml").of(*names)
    cleaned = clean_body(body, About(nickname=names[0] if names else None), hints=Hints(rules=rules))
    assert uncut(cleaned) == body.text
    return cleaned.body.text.split("\n")


def test_a_delete_rule_takes_the_line_that_holds_its_words_wherever_it_stands() -> None:
    rules = '[[delete]]\nid = "motto"\ntext = "山里人的小事"'
    assert clean_lines(rules, TEXT[0], "写给 山里人 的“小事”！", TEXT[1]) == list(TEXT)


def test_a_pattern_is_looked_for_in_the_words() -> None:
    rules = '[[delete]]\nid = "campaign"\npattern = "第\\\\d+届.{0,6}节"'
    assert clean_lines(rules, TEXT[0], "第12届茶花节开幕", TEXT[1]) == list(TEXT)


def test_a_rule_for_the_tail_takes_nothing_from_the_head() -> None:
    rules = '[[delete]]\nid = "motto"\ntext = "慢慢说"\nwhere = "tail"'
    lines = ["山里的事慢慢说", *(f"{TEXT[0]}{n}" for n in range(20)), "山里的事慢慢说"]
    assert clean_lines(rules, *lines) == lines[:-1]


def test_a_rule_of_one_account_takes_nothing_from_others() -> None:
    rules = '[[delete]]\nid = "motto"\ntext = "慢慢说"\naccount = ["山前小筑", "gh_000000000001"]'
    lines = (*TEXT, "山里的事慢慢说")
    assert clean_lines(rules, *lines) == list(TEXT)
    assert clean_lines(rules, *lines, names=("GH_000000000001",)) == list(TEXT)
    assert clean_lines(rules, *lines, names=("别家",)) == list(lines)


def test_a_keep_rule_protects_a_line_from_every_other_rule() -> None:
    ask = "长按图片，识别二维码关注我们"
    assert clean_lines("", *TEXT, ask) == list(TEXT)
    keep = '[[keep]]\nid = "ours"\ntext = "识别二维码"\n[[delete]]\nid = "other"\ntext = "长按"'
    assert clean_lines(keep, *TEXT, ask) == [*TEXT, ask]


def test_a_removal_names_the_rule() -> None:
    body = Body(tuple(plain_block(line) for line in (*TEXT, "山里的事慢慢说")))
    rules = parse_own_rules('[[delete]]\nid = "motto"\ntext = "慢慢说"\nlabel = "account-intro"', "r").rules
    (piece,) = clean_body(body, About(), hints=Hints(rules=rules)).removed
    assert (piece.rule, piece.label, piece.confidence) == ("own.motto", "account-intro", 1.0)
    assert find_reason(piece.rule) == "your rule motto names it"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[[delete]", "this is no TOML"),
        ('[[drop]]\nid = "a"', "'drop' is not known here"),
        ('delete = "a"', r"delete must be written as \[\[delete\]\]"),
        ('[[delete]]\ntext = "a"', r"\[\[delete\]\] 1: id must be"),
        ('[[delete]]\nid = "A b"\ntext = "a"', r"\[\[delete\]\] 1 \(A b\): id must be"),
        (
            '[[delete]]\nid = "a"\ntext = "x"\n[[delete]]\nid = "a"\ntext = "y"',
            r"2 \(a\): another rule has this id",
        ),
        ('[[delete]]\nid = "a"', "give text or pattern"),
        ('[[delete]]\nid = "a"\ntext = "x"\npattern = "y"', "give text or pattern"),
        ('[[delete]]\nid = "a"\ntext = "。"', "text holds no word"),
        ('[[delete]]\nid = "a"\ntext = 3', "text must be a text"),
        ('[[delete]]\nid = "a"\npattern = "("', "pattern is no regular expression"),
        ('[[delete]]\nid = "a"\npattern = "x*"', "fits any line"),
        ('[[delete]]\nid = "a"\ntext = "x"\nwhere = "middle"', "where must be one of anywhere, head, tail"),
        ('[[delete]]\nid = "a"\ntext = "x"\nlabel = "spam"', "label must be one of qr-prompt"),
        ('[[delete]]\nid = "a"\ntext = "x"\naccount = 3', "account must be a name"),
        ('[[delete]]\nid = "a"\ntext = "x"\nacount = "b"', "'acount' is not known here"),
        ('[[keep]]\nid = "a"\ntext = "x"\nlabel = "ad"', "'label' is not known here"),
    ],
)
def test_a_mistake_is_told_with_file_rule_and_hint(toml: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_own_rules(toml, "archive/rules.toml")
    assert caught.value.subject == "archive/rules.toml"
    assert caught.value.hint
    assert "\n" not in caught.value.message


def page(number: int) -> str:
    lines = "".join(f"<p>{line}</p>" for line in (*TEXT, "山里的事慢慢说"))
    return (
        "<html><head><meta property='og:title' content='石桥'></head><body>"
        f"<div id='js_content'>{lines}</div><script>var biz = 'MzAwMDAwMDAwMA=='; var mid = '265000000{number}';"
        "var idx = '1'; var sn = '0123456789abcdef0123456789abcdef'; var nickname = '山前小筑';</script></body></html>"
    )


def test_rules_of_an_archive_take_effect_at_import_and_at_reparse(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.html").write_text(page(number), encoding="utf-8")
    folder = tmp_path / "archive"
    with Archive(folder, create=True) as archive:
        list(import_files(archive, [tmp_path / "0.html"]))
    (folder / "rules.toml").write_text('[[delete]]\nid = "motto"\ntext = "慢慢说"', encoding="utf-8")
    with Archive(folder) as archive:
        list(import_files(archive, [tmp_path / "1.html"]))
        assert [("慢慢说" in post.text) for post in archive.iter_posts(order="old")] == [True, False]
        reparse(archive)
        assert [("慢慢说" in post.text) for post in archive.iter_posts()] == [False, False]
        post = next(iter(archive.iter_posts()))
        assert post.uncleaned_text.endswith("山里的事慢慢说")


def test_an_archive_with_wrong_rules_imports_nothing_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "0.html").write_text(page(0), encoding="utf-8")
    folder = tmp_path / "archive"
    with Archive(folder, create=True) as archive:
        (folder / "rules.toml").write_text('[[delete]]\nid = "motto"', encoding="utf-8")
        with pytest.raises(InputError, match="give text or pattern"):
            list(import_files(archive, [tmp_path / "0.html"]))
        assert archive.count_posts() == 0
