"""Text that a tag stripper or a converter left: what it states becomes a field, every other line is kept."""

from hypothesis import given
from hypothesis import strategies as st

from wxarchive.parse.textdump import META_WIDGET, parse_text_dump
from wxarchive.read import read_page
from wxarchive.text import without_controls


def fields(text: str) -> dict[str, str]:
    return {name: said.value for name, said in parse_text_dump(text).fields.items()}


def body(text: str) -> list[str]:
    return [block.text for block in parse_text_dump(text).body.blocks if block.widget != META_WIDGET]


def test_the_accounts_block_becomes_fields() -> None:
    text = "\n微信号\nqingshi_zhen\n\n功能介绍\n青石镇的大事小情。\n4月2日，青石镇开始春耕。\n第二段。"
    assert fields(text) == {"alias": "qingshi_zhen", "description": "青石镇的大事小情。"}
    assert body(text) == ["4月2日，青石镇开始春耕。", "第二段。"]


def test_labels_may_be_english_and_stand_on_one_line_with_their_value() -> None:
    text = "WeChat ID qingshi_zhen\nIntro 青石镇的大事小情。\n正文第一段，说的是春耕。"
    assert fields(text) == {"alias": "qingshi_zhen", "description": "青石镇的大事小情。"}


def test_front_matter_and_a_heading_give_title_date_and_digest() -> None:
    text = '---\nlayout: post\ntitle: "河水涨了"\ndate: 2021-07-03\ndescription: 一句话\ntags: a\n---\n\n# 河水涨了\n\n正文。'
    found = fields(text)
    assert (found["title"], found["shown_date"], found["digest"]) == ("河水涨了", "2021-07-03", "一句话")
    assert body(text) == ["正文。"]


def test_a_byline_gives_author_account_and_time() -> None:
    text = "# 河水涨了\n原创 渡口  河湾读书会   2022-08-31 17:37\n\n正文从这里开始。"
    found = fields(text)
    assert (found["author"], found["nickname"], found["copyright_stat"]) == ("渡口", "河湾读书会", "1")
    assert found["shown_date"].endswith("2022-08-31 17:37")


def test_a_source_line_gives_account_and_link() -> None:
    text = "原文来自公众号「河湾读书会」：[河水涨了](https://mp.weixin.qq.com/s/AbCd_fGhIjKlMnOpQrStUv)\n\n---\n\n正文。"
    found = fields(text)
    assert (found["nickname"], found["link"]) == (
        "河湾读书会",
        "https://mp.weixin.qq.com/s/AbCd_fGhIjKlMnOpQrStUv",
    )
    assert body(text) == ["正文。"]


def test_a_dated_line_under_the_heading_gives_account_and_author() -> None:
    found = fields("#  河水涨了\n渡口\n   渡口  河湾读书会   2022-08-31 17:37  \n\n正文从这里开始。")
    assert (found["author"], found["nickname"]) == ("渡口", "河湾读书会")
    assert found["shown_date"].strip() == "2022-08-31 17:37"
    alone = "# 河水涨了\n 河湾读书会   2022-08-31 17:37\n正文从这里开始。"
    assert fields(alone)["nickname"] == "河湾读书会"
    assert body(alone) == ["正文从这里开始。"]


def test_facts_in_bold_under_the_heading_become_fields() -> None:
    text = (
        "# 河水涨了\n\n**作者**：渡口\n\n**来源**：河湾读书会\n\n**发布日期**：2022-08-31\n\n"
        "**原文链接**：https://mp.weixin.qq.com/s/AbCd_fGhIjKlMnOpQrStUv\n\n---\n\n正文从这里开始。"
    )
    found = fields(text)
    assert (found["author"], found["nickname"], found["shown_date"]) == ("渡口", "河湾读书会", "2022-08-31")
    assert found["link"].endswith("/AbCd_fGhIjKlMnOpQrStUv")
    assert body(text) == ["正文从这里开始。"]


def test_a_repeated_title_original_mark_author_and_account_are_header() -> None:
    text = (
        "---\ntitle: 河水涨了\nsource: a feed\n---\n\n# 河水涨了\n\n![cover_image](https://mmbiz.qpic.cn/x/0)\n\n"
        "# 河水涨了\n\n原创\n\n渡口\n渡口\n\n河湾读书会\n\n![]()\n\n正文从这里开始，说的是春耕。"
    )
    found = fields(text)
    assert (found["author"], found["nickname"], found["copyright_stat"]) == ("渡口", "河湾读书会", "1")
    assert body(text) == ["![]()", "正文从这里开始，说的是春耕。"]


def test_the_interface_at_the_end_names_the_account() -> None:
    tail = (
        "继续滑动看下一个\n\n轻触阅读原文\n\n![](http://mmbiz.qpic.cn/x/0)\n\n河湾读书会\n\n向上滑动看下一个"
    )
    assert fields(f"# 河水涨了\n\n正文从这里开始。\n\n{tail}")["nickname"] == "河湾读书会"


def test_a_bare_first_line_is_the_title_where_a_name_and_a_date_follow() -> None:
    text = "第86期回顾｜在雨天读一本旧书\n河湾读书会\n2019-09-06\n微信号\nhewan_dushu\n\n正文从这里开始。"
    found = fields(text)
    assert (found["title"], found["nickname"], found["alias"]) == (
        "第86期回顾｜在雨天读一本旧书",
        "河湾读书会",
        "hewan_dushu",
    )
    assert body(text) == ["正文从这里开始。"]
    bylined = fields("耳边的噪音\n原创 渡口 河湾读书会\n2019-09-06\n正文。")
    assert (bylined["title"], bylined["author"], bylined["nickname"]) == ("耳边的噪音", "渡口", "河湾读书会")


def test_front_matter_without_fences_is_read_and_one_key_is_none() -> None:
    text = "title: 河水涨了\nauthor: 渡口\ndate: 2019-10-30 20:15\nurl: https://mp.weixin.qq.com/s/AbCd_fGhIjKlMnOpQrStUv\n\n正文。"
    found = fields(text)
    assert (found["title"], found["author"]) == ("河水涨了", "渡口")
    assert found["link"].endswith("/AbCd_fGhIjKlMnOpQrStUv")
    assert body(text) == ["正文。"]
    assert body("title: 一行不算\n\n正文。") == ["title: 一行不算", "正文。"]


def test_a_link_to_the_account_with_a_date_is_header() -> None:
    text = "[河湾读书会](https://mp.weixin.qq.com/mp/profile_ext?action=home) 2021-06-18\n\n正文。"
    found = fields(text)
    assert (found["nickname"], found["shown_date"]) == ("河湾读书会", "2021-06-18")
    assert body(text) == ["正文。"]


def test_the_interface_of_a_glued_text_names_the_account() -> None:
    glued = "河水涨了河湾读书会正文从这里开始。预览时标签不可点继续滑动看下一个轻触阅读原文河湾读书会向上滑动看下一个"
    assert fields(glued)["nickname"] == "河湾读书会"


def test_a_source_line_may_name_the_author_behind_the_account() -> None:
    line = "原文来自「河湾读书会」渡口：~~[河水涨了](https://archive.example/d7)~~\n\n正文。"
    assert (fields(line)["nickname"], fields(line)["author"]) == ("河湾读书会", "渡口")
    assert "author" not in fields(line.replace("渡口：", "秀米文章：")), "a kind of post is no name"


def test_a_text_that_states_nothing_is_all_body() -> None:
    text = "---\n昨天，\n小编的朋友圈\n\n被一条消息刷屏了"
    assert fields(text) == {}
    assert body(text) == ["---", "昨天，", "小编的朋友圈", "被一条消息刷屏了"]


def test_a_short_first_line_is_no_account() -> None:
    assert fields("父与女\n01:26\n\n一部公益短片") == {}


def test_pictures_of_markdown_are_listed_and_their_lines_kept() -> None:
    parsed = parse_text_dump("正文。\n![河](https://mmbiz.qpic.cn/a/640?wx_fmt=png)")
    assert [(p.url, p.alt) for p in parsed.pictures] == [("https://mmbiz.qpic.cn/a/640?wx_fmt=png", "河")]


@given(st.text(max_size=300))
def test_no_line_is_lost(text: str) -> None:
    def squeezed(words: str) -> str:
        return "".join(c for c in words if c.isprintable() and not c.isspace())

    kept = "".join(block.text for block in parse_text_dump(text).body.blocks)
    assert sorted(squeezed(kept)) == sorted(squeezed(without_controls(text)))


def test_the_link_that_a_dump_states_is_kept_but_is_not_its_identity() -> None:
    link = "https://mp.weixin.qq.com/s?__biz=MzA5OTk5MDAwMg==&mid=2247484301&idx=1&sn=4c3e6fc5343d6f46f6b1af2ec3e1bd9e"
    post = read_page(f"原文来自「河湾读书会」：[河水涨了]({link}&scene=1)\n\n---\n\n正文。".encode()).post
    assert post is not None
    assert post.id.startswith("text:")
    assert post.url == link
