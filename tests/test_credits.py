"""Credit lines in their many spellings become source and roles; what only looks like one stays text."""

import pytest

from wxarchive.blocks import Body, plain_block
from wxarchive.clean import About, Cleaned, clean_body
from wxarchive.clean.credits import ROLES, SOURCE, gather, is_label, is_name_line, read_credits

TEXT = (
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上，声音传得很远。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响，老师也不去管它。",
    "后来路修通了，进城只要四十分钟，许多人家搬去了县城，学校的孩子一年比一年少，到去年秋天，全校只剩下十七个学生。",
)
RECORD_ROLES = {
    "author",
    "editor",
    "reviewer",
    "proofreader",
    "producer",
    "photographer",
    "contributor",
    "designer",
    "reporter",
}


def clean(*lines: str) -> Cleaned:
    return clean_body(Body(tuple(plain_block(line) for line in lines)), About(title="石桥与竹林"))


def roles_of(line: str) -> dict[str, tuple[str, ...]]:
    source, roles = gather(read_credits(line))
    return roles | ({SOURCE: (source,)} if source else {})


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("作者：周一山", {"author": ("周一山",)}),
        ("作者 周一山", {"author": ("周一山",)}),
        ("作者=周一山", {"author": ("周一山",)}),
        ("文/周一山", {"author": ("周一山",)}),
        ("文｜周一山 图｜林小满", {"author": ("周一山",), "photographer": ("林小满",)}),
        ("文/图 周一山", {"author": ("周一山",), "photographer": ("周一山",)}),
        ("撰文： 周一山 & 林小满 编辑： 许文", {"author": ("周一山", "林小满"), "editor": ("许文",)}),
        ("编辑/许文", {"editor": ("许文",)}),
        ("编辑｜许文", {"editor": ("许文",)}),
        ("编辑 by 许文", {"editor": ("许文",)}),
        ("编辑by许文", {"editor": ("许文",)}),
        ("文字编辑：许 文", {"editor": ("许文",)}),
        ("責任編輯：許文", {"editor": ("許文",)}),
        ("本期编辑：许文、林小满", {"editor": ("许文", "林小满")}),
        ("【编辑：许文】", {"editor": ("许文",)}),
        ("** ** **编辑 / 许文** 版面 / 林小满****", {"editor": ("许文",), "designer": ("林小满",)}),
        (
            "编辑：许文 审核：林小满 监制：周一山",
            {"editor": ("许文",), "reviewer": ("林小满",), "producer": ("周一山",)},
        ),
        ("初审：许文　复审：林小满　终审：周一山", {"reviewer": ("许文", "林小满", "周一山")}),
        ("校对：许文；排版：林小满；", {"proofreader": ("许文",), "designer": ("林小满",)}),
        ("记者 周一山 通讯员 林小满 许文", {"reporter": ("周一山",), "contributor": ("林小满", "许文")}),
        ("本刊记者周一山／文", {"reporter": ("周一山",), "author": ("周一山",)}),
        ("题图标题：《大宅》 创作者：周一山的画笔 算法提供：画机 第六版", {}),
        ("许文／编辑", {"editor": ("许文",)}),
        ("供稿：县图书馆", {"contributor": ("县图书馆",)}),
        ("主播：林小满", {"主播": ("林小满",)}),
        ("技术总编：许文", {"技术总编": ("许文",)}),
        ("作者：周一山，青年作家，著有《山中来信》。", {"author": ("周一山",)}),
        ("作者：Robin Hill", {"author": ("Robin Hill",)}),
        ("来源：县广播站", {SOURCE: ("县广播站",)}),
        ("来源 | 山前小筑（ID：shanqianxiaozhu）", {SOURCE: ("山前小筑",)}),
        ("（来源：县广播站）", {SOURCE: ("县广播站",)}),
        ("来源：县广播站 编辑：许文", {SOURCE: ("县广播站",), "editor": ("许文",)}),
        ("本文转自公众号：山前小筑（ID：shanqianxiaozhu），略有删改", {SOURCE: ("山前小筑",)}),
        ("本文转载自“山前小筑”", {SOURCE: ("山前小筑",)}),
        ("出自2019年第3期《山前》", {SOURCE: ("2019年第3期《山前》",)}),
        ("信息来源于网络", {SOURCE: ("网络",)}),
        ("经过许文重新编排", {"重新编排": ("许文",)}),
        ("本文图片均来自网络", {"图片来源": ("网络",)}),
        ("封图来源：镇上的照相馆", {"封图来源": ("镇上的照相馆",)}),
        (
            "来源：山前小筑（ID：shanqian），综合县志办、广播站等， 图片来源网络，版权归原作者",
            {SOURCE: ("山前小筑",), "综合": ("县志办", "广播站"), "图片来源": ("网络",)},
        ),
        (
            "【版权声明】山前第9期；投稿： hello@example.com；作者：周一山；图片来源：网络；美编：林小满；",
            {"author": ("周一山",), "图片来源": ("网络",), "designer": ("林小满",)},
        ),
    ],
)
def test_a_credit_line_is_read(line: str, roles: dict[str, tuple[str, ...]]) -> None:
    assert roles_of(line) == roles


@pytest.mark.parametrize(
    "line",
    [
        "作者说，这本书写了七年。",
        "记者：您为什么选择回到山里？",
        "记者从镇上获悉，石桥将在秋天重修。",
        "来源于生活，又高于生活，这是艺术的真谛。",
        "综合考虑各方面因素之后，他们还是决定留下。",
        "图片：是最好的语言。",
        "设计：以人为本",
        "文：天地玄黄，宇宙洪荒，日月盈昃，辰宿列张。",
        "书名：《山中来信》 作者：周一山 定价：48元",
        "（图：村民正在收割水稻）",
        "编辑好文档之后，点击保存。",
        "摄影是他唯一的爱好",
        "",
    ],
)
def test_what_only_looks_like_a_credit_is_none(line: str) -> None:
    assert read_credits(line) == ()


def test_words_that_are_labels_only_in_company_need_it() -> None:
    assert read_credits("策划：许文") == ()
    assert roles_of("策划：许文 编辑：林小满") == {"策划": ("许文",), "editor": ("林小满",)}
    assert gather(read_credits("策划：许文", company=True))[1] == {"策划": ("许文",)}


def test_a_label_on_its_own_line_takes_the_names_of_the_next() -> None:
    assert is_label("图片资料来源：")
    assert is_name_line("镇上的照相馆")
    assert not is_name_line("他说：走吧。")
    assert gather(read_credits("责任编辑：", "许文"))[1] == {"editor": ("许文",)}


def test_labels_fold_to_the_roles_of_the_record() -> None:
    assert set(ROLES.values()) == RECORD_ROLES | {SOURCE}


def test_names_are_gathered_once_in_the_order_found() -> None:
    found = [*read_credits("编辑：许文 责编：林小满"), *read_credits("编辑：许文")]
    assert gather(found) == (None, {"editor": ("许文", "林小满")})


def test_the_first_source_counts_and_a_compilation_is_one_where_none_is_stated() -> None:
    assert gather([*read_credits("来源：县广播站"), *read_credits("来源：网络")])[0] == "县广播站"
    assert gather(read_credits("综合：县志办、广播站"))[0] == "县志办、广播站"


# -- in a post -------------------------------------------------------------------------------------------------------


def test_credit_lines_leave_the_text_and_become_fields() -> None:
    cleaned = clean("文｜周一山 图｜林小满", *TEXT, "来源：县广播站", "责任编辑：", "许文", "审核：林小满")
    assert cleaned.body.text == "\n".join(TEXT)
    assert cleaned.source == "县广播站"
    assert cleaned.credits == {
        "author": ("周一山",),
        "photographer": ("林小满",),
        "editor": ("许文",),
        "reviewer": ("林小满",),
    }
    assert {piece.label for piece in cleaned.removed} == {"credit"}


def test_a_link_under_who_wrote_or_translated_it_belongs_to_that() -> None:
    link = "https://example.org/original/7"
    cleaned = clean(*TEXT, "原文：Zhou Yishan", "译文：林小满", link)
    assert cleaned.body.text == "\n".join(TEXT)
    assert cleaned.credits == {"author": ("Zhou Yishan",), "译文": ("林小满",), "链接": (link,)}
    dump = clean_body(
        Body(tuple(plain_block(line) for line in (*TEXT, "原文：Zhou Yishan", "译文：林小满", link))),
        About(form="dump"),
    )
    assert dump.credits["链接"] == (link,)
    kept = clean(*TEXT, "数据见下：", link)
    assert kept.body.text.endswith(link), "a link with no credit above is text"


def test_a_bare_byline_is_known_by_the_author_of_the_page() -> None:
    body = Body(tuple(plain_block(line) for line in ("周一山", *TEXT)))
    assert clean_body(body, About(author="周一山")).credits == {"author": ("周一山",)}
    assert clean_body(body, About()).credits == {}


def test_an_interview_keeps_its_speakers() -> None:
    talk = ("记者：最难的是什么", "周一山：冬天", "记者：后来呢", "周一山：春天来了", "记者：谢谢")
    cleaned = clean(*TEXT, *talk)
    assert cleaned.body.text.split("\n") == [*TEXT, *talk]
    assert cleaned.credits == {}


def test_the_author_of_a_book_card_is_not_the_posts() -> None:
    book = ("书名：《山中来信》", "作者：周一山", "出版社：石桥出版社", "这本书适合在雨天慢慢读。")
    cleaned = clean(*TEXT, *book)
    assert cleaned.body.text.split("\n") == [*TEXT, *book]
    assert cleaned.credits == {}


def test_a_credit_in_the_middle_of_a_long_text_stays() -> None:
    cleaned = clean(*TEXT, *TEXT, "作者：周一山", *TEXT, *TEXT)
    assert "作者：周一山" in cleaned.body.text


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("来源：人民日报微信公众号", "人民日报"),
        ("来源｜央视新闻客户端", "央视新闻"),
        ("来源：中新社", "中国新闻社"),
        ("来源：新华网", "新华网"),
        ("来源：山前日报微信公众号", "山前日报微信公众号"),
    ],
)
def test_only_organisations_of_the_table_are_called_by_one_name(line: str, source: str) -> None:
    found, _ = gather(read_credits(line))
    assert found == source
