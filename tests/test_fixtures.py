"""The invented pages are complete, agree with their manifest, and hold nothing of the real pages."""

import base64
import csv
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wxarchive.records import STATES

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PAGES = FIXTURES / "pages"
MANIFEST: list[dict[str, Any]] = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
POSTS = [entry for entry in MANIFEST if entry["state"] == "post"]
KEYS = ["file", "state", "kind", "biz", "mid", "idx", "sn", "short", "account", "shows"]
KINDS = {"article", "picture", "text", "video", "audio", "share"}

# What the platform itself writes on every page of its kind: not anybody's text.
PLATFORM_WORDS = (
    "你的访问过于频繁，需要从微信打开验证身份，是否需要继续访问当前页面",
    "预览时标签不可点微信扫一扫关注该公众号继续滑动看下一个轻触阅读原文",
    "向上滑动看下一个知道了微信扫一扫使用小程序取消允许取消允许",
    "视频小程序赞，轻点两下取消赞在看，轻点两下取消在看分享留言收藏听过",
)
RUN = 20
_HAN_RUN = re.compile(r"[\u3007\u4e00-\u9fff，。、；：？！“”‘’《》（）…—·]{20,}")
_NOT_HAN = re.compile(r"[^\u3007\u4e00-\u9fff]+")


def text_of(entry: dict[str, Any]) -> str:
    return (FIXTURES / entry["file"]).read_text("utf-8")


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def ids(entry: dict[str, Any]) -> str:
    return Path(entry["file"]).stem


# -- the manifest ----------------------------------------------------------------------------------------


def test_manifest_lists_each_page_once_and_nothing_else() -> None:
    listed = [entry["file"] for entry in MANIFEST]
    assert len(listed) == len(set(listed))
    assert sorted(listed) == [path.relative_to(FIXTURES).as_posix() for path in files_of(PAGES)]


@pytest.mark.parametrize("entry", MANIFEST, ids=ids)
def test_manifest_entry_is_well_formed(entry: dict[str, Any]) -> None:
    assert list(entry) == KEYS
    assert entry["state"] in STATES
    assert (entry["kind"] in KINDS) == (entry["state"] == "post")
    assert entry["shows"]
    assert "\n" not in entry["shows"]
    if entry["biz"]:
        assert re.fullmatch(rb"\d{10}", base64.b64decode(entry["biz"], validate=True))
    if entry["short"] is not None:
        assert re.fullmatch(r"[A-Za-z0-9_-]{22}", entry["short"])
        assert re.fullmatch(r"\d{9,10}", entry["mid"])
        assert re.fullmatch(r"[1-8]", entry["idx"])
    if entry["sn"] is not None:
        assert re.fullmatch(r"[0-9a-f]{32}", entry["sn"])


def test_no_two_addresses_are_the_same() -> None:
    addressed = [entry for entry in MANIFEST if entry["short"] is not None]
    for name in ("short", "sn"):
        values = [entry[name] for entry in addressed if entry[name] is not None]
        assert len(values) == len(set(values)), name
    identities = [(entry["biz"], entry["mid"], entry["idx"]) for entry in addressed]
    assert len(identities) == len(set(identities))


def test_each_account_has_one_number_and_one_name() -> None:
    pairs = {(entry["biz"], entry["account"]) for entry in MANIFEST if entry["biz"]}
    assert len({biz for biz, _ in pairs}) == len({account for _, account in pairs}) == len(pairs)


def test_there_is_enough_for_a_demo() -> None:
    assert len(POSTS) >= 16
    assert len({entry["biz"] for entry in POSTS}) >= 4
    assert {entry["kind"] for entry in POSTS} == KINDS
    pushes = [(entry["biz"], entry["mid"]) for entry in POSTS]
    assert any(pushes.count(push) == 2 for push in pushes), "two items of one push"
    # States that a page can have; a search engine's list is nothing that this project imitates.
    assert {entry["state"] for entry in MANIFEST} == set(STATES) - {"search", "unknown"}


@pytest.mark.parametrize("entry", POSTS, ids=ids)
def test_post_states_what_the_manifest_says(entry: dict[str, Any]) -> None:
    page = text_of(entry)
    assert entry["account"] in page
    for name in ("biz", "mid", "sn"):
        assert entry[name] is None or entry[name] in page, name
    assert re.search(rf"""["'=]{entry["idx"]}(?!\d)""", page)
    assert re.search(r"gh_[0-9a-f]{12}", page)


@pytest.mark.parametrize("path", files_of(PAGES), ids=lambda path: path.name)
def test_page_is_small_and_valid_text(path: Path) -> None:
    data = path.read_bytes()
    assert 0 < len(data) <= 28 * 1024
    data.decode("utf-8")
    assert b"\x00" not in data


@pytest.mark.parametrize("path", files_of(FIXTURES), ids=lambda path: path.name)
def test_no_fixture_names_a_reader_s_secret(path: Path) -> None:
    page = path.read_bytes().decode("utf-8", "replace")
    assert not re.search(r"[?&;](?:key|uin|pass_ticket|exportkey|appmsg_token)=[^&\"'\s]", page)


def test_posts_differ_in_the_words_that_searches_use() -> None:
    bodies = [text_of(entry) for entry in POSTS]
    for word in ("脱贫", "春耕", "教程", "防汛", "番茄", "读书"):
        holding = sum(word in body for body in bodies)
        assert 1 <= holding < len(bodies), word


# -- the pasted message ----------------------------------------------------------------------------------


def linked_identities() -> Iterator[str]:
    """What each link of links.txt names, read with as little cleverness as possible."""
    message = html.unescape(html.unescape((FIXTURES / "links.txt").read_text("utf-8")))
    by_short = {entry["short"]: entry["file"] for entry in MANIFEST if entry["short"]}
    by_identity = {(e["biz"], e["mid"], e["idx"]): e["file"] for e in MANIFEST if e["short"]}
    for short in re.findall(r"mp\.weixin\.qq\.com/s/([\w-]{22})", message, re.ASCII):
        yield by_short[short]
    for found in re.findall(r"__biz=([\w=]+)&mid=(\d+)&idx=(\d)", message, re.ASCII):
        yield by_identity[found]


def test_pasted_message_links_to_posts_and_one_deleted_page() -> None:
    named = list(linked_identities())
    states = {entry["file"]: entry for entry in MANIFEST}
    posts = {file for file in named if states[file]["state"] == "post"}
    assert len(posts) >= 14
    assert len({states[file]["biz"] for file in posts}) >= 4
    assert [states[file]["state"] for file in set(named) - posts] == ["deleted"]
    assert len(named) == len(set(named)) + 1, "one post is linked twice, in two forms"


def test_pasted_message_mixes_the_forms() -> None:
    message = (FIXTURES / "links.txt").read_text("utf-8")
    for form in (
        "&amp;mid=",
        "&amp;amp;mid=",
        "&chksm=",
        "scene=",
        "](https://mp.weixin.qq.com/",
        "<https://mp.weixin.qq.com/",
        "http://mp.weixin.qq.com/s/?__biz=",
        "HTTPS://MP.WEIXIN.QQ.COM/",
        "#wechat_redirect。",
    ):
        assert form in message, form
    assert re.search(r"/s/[\w-]{22}[，。、】？]", message)


# -- dumps and hostile files -----------------------------------------------------------------------------


def test_dumps_are_no_pages() -> None:
    dumps = files_of(FIXTURES / "dumps")
    assert len(dumps) >= 3
    for path in dumps:
        assert not re.search(r"<(?:html|script|div|p)\b", path.read_text("utf-8"))
    header = (FIXTURES / "dumps" / "header-glued.txt").read_text("utf-8")
    assert header.split()[:2] == ["微信号", "qingshiping_fabu"]
    assert re.search(r"来源：\w+长按二维码", header)


def test_hostile_files_are_what_their_names_say() -> None:
    folder = FIXTURES / "hostile"
    assert (folder / "empty.html").read_bytes() == b""
    with pytest.raises(UnicodeDecodeError):
        (folder / "gbk-declared.html").read_bytes().decode("utf-8")
    assert "charset=gbk" in (folder / "gbk-declared.html").read_bytes().decode("gbk")
    marked = (folder / "bom-and-nuls.html").read_bytes()
    assert marked.startswith(b"\xef\xbb\xbf")
    assert b"\x00" in marked
    dumped = (folder / "json-dumped.html").read_text("utf-8")
    assert "\n" not in dumped
    assert "\\n<html>\\n" in dumped
    assert json.loads(f'"{dumped}"').lstrip().startswith("<!DOCTYPE html>")
    assert (folder / "nested-2000.html").read_text("utf-8").count("<section>") == 2000
    for name in ("truncated-in-body.html", "truncated-in-script.html"):
        assert b"</html>" not in (folder / name).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        (folder / "broken-surrogates.html").read_bytes().decode("utf-8")


# -- nothing of the real pages ---------------------------------------------------------------------------


def fixture_text() -> dict[str, str]:
    """Every fixture as text; scripts write Han characters as themselves, so nothing is escaped."""
    texts = {}
    for path in files_of(FIXTURES):
        encoding = "gbk" if path.name == "gbk-declared.html" else "utf-8"
        text = path.read_bytes().decode(encoding, "replace")
        texts[path.relative_to(FIXTURES).as_posix()] = text
    return texts


def windows(text: str) -> Iterator[str]:
    """Each run of 20 Han characters, punctuation between them left out."""
    for run in _HAN_RUN.findall(text):
        han = _NOT_HAN.sub("", run)
        for at in range(len(han) - RUN + 1):
            yield han[at : at + RUN]


@pytest.mark.shared
def test_no_account_of_the_real_pages_occurs(shared: Path) -> None:
    facts = json.loads((shared / "pages" / "fields.json").read_text("utf-8"))
    numbers, names = set[str](), set[str]()
    for page in facts.values():
        numbers |= {page[key] for key in ("biz", "user_name", "alias", "sn") if page.get(key)}
        names |= {page["nickname"]} if page.get("nickname") else set()
    with (shared / "pages" / "manifest.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            numbers |= set(
                re.findall(r"gh_[0-9a-f]{12}|\bM[\w]{14}[A-Za-z0-9=]", row["notes"] + row["account"])
            )
            if row["account"] and not row["account"].startswith("biz "):
                names.add(row["account"])
    assert len(numbers) > 100
    assert len(names) > 30
    ours = {entry["account"] for entry in MANIFEST}
    assert not ours & names
    for file, text in fixture_text().items():
        for number in numbers:
            assert number not in text, (file, number)
        for name in names:
            # Short names are also words of the language.
            assert len(name) < 4 or name not in text, (file, name)


@pytest.mark.shared
def test_no_long_run_of_text_comes_from_the_real_pages(shared: Path) -> None:
    allowed = {window for words in PLATFORM_WORDS for window in windows(words)}
    found_in: dict[str, str] = {}
    for file, text in fixture_text().items():
        for window in windows(text):
            found_in.setdefault(window, file)
    assert len(found_in) > 3000
    mine = found_in.keys() - allowed
    for path in files_of(shared / "pages"):
        if path.suffix in (".html", ".txt", ".md", ".json"):
            copied = mine.intersection(windows(path.read_text("utf-8", "replace")))
            assert not copied, (path.name, [(window, found_in[window]) for window in sorted(copied)][:3])
