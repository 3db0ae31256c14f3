"""Lists of posts: saved replies and list pages give links with titles and dates, and are never taken for posts."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.output import Output
from wxarchive.parse.lists import find_reply_list
from wxarchive.read import Reading, explain_page, read_page
from wxarchive.times import BEIJING

LISTS = Path(__file__).resolve().parent.parent / "fixtures" / "lists"
LINK = "https://mp.weixin.qq.com/s?__biz=MzA5OTk5MDAwMQ==&mid={}&idx={}&sn="


def read(name: str) -> Reading:
    return read_page((LISTS / name).read_bytes())


def read_json(value: object) -> Reading:
    return read_page(json.dumps(value).encode())


# -- albums ----------------------------------------------------------------------------------------------


def test_an_album_reply_names_its_posts_and_its_account() -> None:
    reading = read("album.json")
    assert (reading.state, reading.form, reading.state_text) == ("album", "json", "茶乡故事")
    assert reading.post is None
    assert reading.identity == {
        "biz": "MzA5OTk5MDAwMQ==",
        "user_name": "gh_51a0c3e7d201",
        "nickname": "青石坪镇发布",
        "title": "茶乡故事",
    }
    first, second = reading.listed
    assert first.title == '从脱贫到振兴：一座"荒山"的十年'
    assert first.url is not None
    assert first.url.startswith(LINK.format(2247491503, 1))
    assert first.published_at == datetime(2025, 2, 20, 18, 5, 9, tzinfo=BEIJING)
    assert (second.id, second.idx) == ("MzA5OTk5MDAwMQ==:2247488806:2", 2)


def test_an_album_of_one_post_is_given_as_an_object() -> None:
    assert isinstance(
        json.loads((LISTS / "album-one-item.json").read_text("utf-8"))["getalbum_resp"]["article_list"], dict
    )
    assert [post.title for post in read("album-one-item.json").listed] == ["第一锅春茶"]


def test_an_empty_reply_is_no_empty_album() -> None:
    reading = read("album-empty.json")
    assert (reading.state, reading.listed) == ("unknown", ())
    assert read_json({"base_resp": {"ret": 0}, "getalbum_resp": {}}).state == "unknown"


def test_an_album_whose_posts_are_gone_is_an_album() -> None:
    info = {"title": "茶乡故事", "nickname": "青石坪镇发布"}
    reading = read_json({"base_resp": {"ret": 0}, "getalbum_resp": {"base_info": info, "article_list": []}})
    assert (reading.state, reading.state_text, reading.listed) == ("album", "茶乡故事", ())


# -- histories -------------------------------------------------------------------------------------------

HISTORY = ("history.json", "history-object.json", "history-entities.json", "history-items.jsonl")


@pytest.mark.parametrize("name", HISTORY)
def test_a_history_reads_the_same_however_it_was_kept(name: str) -> None:
    reading = read(name)
    assert (reading.state, reading.form) == ("account", "json")
    assert reading.identity == {"biz": "MzA5OTk5MDAwMQ=="}
    assert [(post.idx, post.title, post.deleted) for post in reading.listed] == [
        (1, "【防汛提醒】夜间有强降雨，请沿河住户提前转移", False),
        (2, '“河长”巡河记：一条河的"体检"', False),
        (3, "夏收夏种进度通报", True),
        (2, "镇卫生院端午值班安排", False),
    ]
    assert reading.listed == read("history.json").listed
    first = reading.listed[0]
    assert first.digest == "全镇启动防汛四级应急响应。"
    assert first.published_at == datetime(2017, 6, 27, 9, 5, tzinfo=BEIJING)
    assert reading.listed[1].author == "陆小满"
    assert all(post.url and "chksm" not in post.url for post in reading.listed)


def test_lines_that_are_cut_off_are_counted_and_the_others_read() -> None:
    lines = (LISTS / "history-items.jsonl").read_bytes()
    reading = read_page(lines[:-200])
    assert reading.state == "account"
    assert len(reading.listed) == 3
    assert reading.missing == ("1 line not read: no whole JSON",)


@pytest.mark.parametrize("name", ["album.json", "history.json", "list-ex.json"])
def test_of_a_reply_that_was_cut_off_the_links_are_read(name: str) -> None:
    data = (LISTS / name).read_bytes()
    reading = read_page(data[: len(data) * 3 // 4])
    assert reading.state in ("album", "account")
    assert reading.listed
    assert all(post.url and post.title is None for post in reading.listed)
    assert "not whole" in reading.missing[0]


def test_replies_that_a_program_put_together_are_one_list() -> None:
    pages = [json.loads((LISTS / name).read_text("utf-8")) for name in ("list-ex.json", "list-ex.json")]
    frequent = json.loads((LISTS / "list-ex-frequent.json").read_text("utf-8"))
    reading = read_json([frequent, *pages])
    assert reading.state == "account"
    assert [post.idx for post in reading.listed] == [1, 2]


# -- the writers' interface ------------------------------------------------------------------------------


def test_a_list_ex_reply_names_posts() -> None:
    reading = read("list-ex.json")
    assert reading.state == "account"
    assert [(post.idx, post.title) for post in reading.listed] == [(1, "石榴沟通了自来水"), (2, "一周天气")]
    assert reading.listed[0].published_at == datetime(2025, 3, 3, 19, 6, 40, tzinfo=BEIJING)


def test_a_published_reply_dates_posts_by_the_push() -> None:
    reading = read("published.json")
    assert reading.state == "account"
    assert [post.url for post in reading.listed] == [post.url for post in read("list-ex.json").listed]
    assert {post.published_at for post in reading.listed} == {datetime(2025, 3, 3, 20, 6, 40, tzinfo=BEIJING)}


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        ({"base_resp": {"ret": 200013, "err_msg": "freq control"}}, "too_frequent", "freq control (200013)"),
        ({"base_resp": {"ret": "200013"}}, "too_frequent", "ret 200013"),
        ({"base_resp": {"ret": 200003, "err_msg": "invalid session"}}, "unknown", "invalid session (200003)"),
        ({"base_resp": {"ret": 200002, "err_msg": "invalid args"}}, "unknown", "invalid args (200002)"),
        ({"base_resp": {"ret": -3, "errmsg": "no session"}, "ret": -3}, "unknown", "no session (-3)"),
        ({"ret": -3, "errmsg": "no session"}, "unknown", "no session (-3)"),
        ({"base_resp": {"ret": 1}, "getalbum_resp": {"base_info": {"title": "x"}}}, "unknown", "ret 1"),
    ],
)
def test_an_error_of_the_interface_is_told_in_its_own_words(reply: object, state: str, words: str) -> None:
    reading = read_json(reply)
    assert (reading.state, reading.state_text, reading.listed) == (state, words, ())


# -- pages -----------------------------------------------------------------------------------------------


def test_a_profile_from_a_search_engine_gives_links_that_run_out() -> None:
    reading = read("profile-from-search.html")
    assert reading.state == "account"
    assert reading.identity == {"biz": "MzA5OTk5MDAwMQ==", "nickname": "河湾读书会"}
    (post,) = reading.listed
    assert (post.title, post.author, post.url) == ('渡口的 "老船"', "陆小满", None)
    assert post.temporary_url is not None
    assert "signature=inventedSignature" in post.temporary_url


def test_search_results_that_are_posts_are_listed() -> None:
    reading = read("search-results.html")
    assert reading.state == "search"
    (post,) = reading.listed
    assert (post.title, post.published_at) == (
        "青石坪的渡口",
        datetime(2018, 4, 15, 21, 46, 40, tzinfo=BEIJING),
    )


@pytest.mark.parametrize(
    ("page", "state", "number"),
    [("album", "album", 2), ("account-history", "account", 3), ("account-history-migrated", "account", 0)],
)
def test_a_page_that_lists_posts_says_which(page: str, state: str, number: int) -> None:
    reading = read_page((LISTS.parent / "pages" / f"{page}.html").read_bytes())
    assert (reading.state, len(reading.listed)) == (state, number)
    assert all(post.url and post.title and post.published_at for post in reading.listed)


# -- shown -----------------------------------------------------------------------------------------------


def test_inspect_shows_a_line_for_each_post(capsys: pytest.CaptureFixture[str]) -> None:
    Output().inspected("history.json", reading=read("history.json"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "history.json: account (json)"
    assert lines[2].startswith(
        "  2017-06-27  【防汛提醒】夜间有强降雨，请沿河住户提前转移  https://mp.weixin.qq.com/s?"
    )
    assert "deleted" in lines[4]
    assert len(lines) == 6


def test_inspect_gives_listed_posts_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Output(jsonl=True).inspected("album.json", reading=read("album.json"))
    record = json.loads(capsys.readouterr().out)
    assert [post["published_at"] for post in record["listed"]] == [
        "2025-02-20T18:05:09+08:00",
        "2023-05-08T17:45:51+08:00",
    ]


def test_what_strangers_wrote_in_a_list_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = {"title": "a\x1b[31m\x07\u202eb\nc", "link": "x\x1b]0;t\x07", "aid": "1_1"}
    Output().inspected("x.json", reading=read_json({"app_msg_list": [evil]}))
    shown = capsys.readouterr().out
    assert not any(sign in shown for sign in ("\x1b", "\x07", "\u202e"))
    assert len(shown.splitlines()) == 2


# -- other JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['{"comments": [{"content": "好"}]}', "{}", "[]", '[{"a": 1}]'])
def test_other_json_is_no_post(text: str) -> None:
    assert read_page(text.encode()).state == "unknown"


@pytest.mark.parametrize(
    "text", ["[图片]\n\n春耕开始了。", "{注} 本文转载。", "[1]\n春耕开始了，田里都是人。"]
)
def test_a_text_that_opens_with_a_bracket_is_a_text(text: str) -> None:
    assert read_page(text.encode()).state == "post"


def test_half_a_reply_without_links_is_no_post() -> None:
    assert read_page(b'{"base_resp":{"ret":0,"err_msg":"ok"},"is_admin":fal').state == "unknown"


def test_a_list_explains_no_fields() -> None:
    assert explain_page((LISTS / "history.json").read_bytes()).taken == {}


KEYS = st.sampled_from(
    "base_resp ret err_msg errmsg getalbum_resp article_list base_info title nickname url msgid itemidx create_time "
    "general_msg_list list comm_msg_info id type datetime app_msg_ext_info multi_app_msg_item_list content_url "
    "del_flag app_msg_list aid link publish_page publish_list publish_info sent_info time appmsgex".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["49", "1740045909", "http:\\/\\/mp.weixin.qq.com\\/s?__biz=MzA5&amp;mid=1&amp;idx=1", "[", "{"]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6) | inner.map(json.dumps)
    ),
    max_leaves=25,
)


@given(VALUES)
def test_no_json_raises(value: object) -> None:
    text = json.dumps(value)
    found = find_reply_list(text)
    if isinstance(value, dict | list):
        assert found is not None
        json.dumps([post.to_dict() for post in found.posts]).encode()
        assert find_reply_list(text + "\n" + text) is not None or not value


@given(st.text(max_size=200), st.sampled_from(["{", "[", '{"general_msg_list":', '{"a": 1}\n']))
def test_no_text_raises(text: str, start: str) -> None:
    find_reply_list(start + text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"list":' * 50_000, '{"ret": ' + "9" * 5_000 + "}"])
def test_json_that_breaks_readers_is_refused_quietly(text: str) -> None:
    find_reply_list(text)


# -- real ones -------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_every_real_reply_and_list_page_is_read(shared: Path) -> None:
    pages = shared / "pages"
    for path in [*pages.glob("api-profile_ext-getmsg/*.json"), *pages.glob("account-history/*.html")]:
        reading = read_page(path.read_bytes())
        assert reading.state == "account", path.name
        assert len(reading.listed) >= 10, path.name
        assert all(post.title and post.published_at for post in reading.listed), path.name
        assert all(post.url or post.temporary_url for post in reading.listed), path.name
        assert reading.identity is not None
        assert reading.identity.get("biz"), path.name
    others = {
        path.parent.name: read_page(path.read_bytes()).state
        for path in pages.glob("api-*/*.json")
        if "getmsg" not in path.parent.name
    }
    assert others == {
        "api-appmsg-list_ex": "too_frequent",
        "api-appmsg_comment": "unknown",
        "api-getalbum": "unknown",
        "api-getappmsgext": "unknown",
    }
