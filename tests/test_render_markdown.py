"""Markdown: what a reader that is not ours makes of it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from bodies import bodies, bodies_with_media
from wxarchive.blocks import Block, Body, Container, Span, plain_block
from wxarchive.decode import decode
from wxarchive.parse import judge, open_document, parse_post
from wxarchive.records import Image, Media
from wxarchive.render import render_html, render_markdown
from wxarchive.render.labels import media_text
from wxarchive.render.markdown import escape_markdown
from wxarchive.text import squeeze

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def paragraph(*spans: Span | str, joined: bool = False, inside: tuple[Container, ...] = ()) -> Block:
    found = tuple(Span(span) if isinstance(span, str) else span for span in spans)
    return Block(text="".join(s.text for s in found), spans=found, joined=joined, inside=inside)


def written(*blocks: Block) -> str:
    return render_markdown(Body(blocks))


def read_text(markdown: str) -> str:
    """All text of a Markdown document, as an independent reader sees it."""
    return "".join(_texts(READER.parse(markdown)))


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline", "fence", "code_block", "html_block"):
            yield token.content
        elif token.type in ("inline", "text_special"):
            yield from _texts(token.children or []) if token.children else (token.content,)


def read_html(markdown: str) -> str:
    return str(READER.render(markdown)).replace("\n", "")


@given(bodies)
@settings(max_examples=400, deadline=None)
@example(Body((paragraph("1"), paragraph(Span(". x", "i")))))
@example(Body((paragraph("1", Span(". x", "i")),)))
@example(Body((paragraph("看！!", Span("这里", href="https://a.example/")),)))
@example(Body((paragraph("&", Span("amp;", "u")),)))
@example(Body((paragraph("甲 | 乙"), paragraph("--|--", joined=True))))
@example(Body((paragraph("甲"), paragraph("===", joined=True))))
def test_a_reader_finds_exactly_the_text_of_the_body(body: Body) -> None:
    assert squeeze(read_text(render_markdown(body))) == squeeze(body.text)


@given(bodies_with_media)
@settings(max_examples=150, deadline=None)
def test_media_add_one_line_each(body: Body) -> None:
    expected = "\n".join(
        (media_text(b.media) if b.media.url and _is_link(b.media.url) else f"【{media_text(b.media)}】")
        if b.media
        else b.text
        for b in body.blocks
    )
    assert squeeze(read_text(render_markdown(body))) == squeeze(expected)


def _is_link(url: str) -> bool:
    return url.startswith(("http", "//", "mailto"))


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_no_address_but_web_mail_and_local_ones_is_written(body: Body) -> None:
    for token in READER.parse(render_markdown(body)):
        for child in token.children or ():
            href = child.attrs.get("href") or child.attrs.get("src")
            assert href is None or str(href).startswith(("http", "mailto:", "media/", "x_files/"))


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_pictures_keep_their_places_and_number(body: Body) -> None:
    children = [c for token in READER.parse(render_markdown(body)) for c in token.children or ()]
    assert sum(child.type == "image" for child in children) == len(body.images)


@pytest.mark.parametrize(
    "line",
    [
        "# 不是标题",
        "1. 不是列表",
        "2) 也不是",
        "- 不是",
        "+ 不是",
        "> 不是引文",
        "---",
        "===",
        "***",
        "```",
        "~~~",
        "| a | b |",
        "*不斜*",
        "__init__",
        "_下划线_",
        "`不是代码`",
        "[不是](https://链接.example)",
        "![不是](图)",
        "<script>alert(1)</script>",
        "&lt;不是引用&gt;",
        "\\反斜线\\",
        "[1]: https://a.example",
        "    不是代码",
        "3~5天，7~8天",
        "甲~~乙~~丙",
        "#",
    ],
)
def test_text_that_looks_like_markup_stays_text(line: str) -> None:
    assert squeeze(read_text(written(plain_block(line)))) == squeeze(line)
    html = read_html(written(plain_block(line)))
    assert html.startswith("<p>")
    assert html.count("<") == 2


def test_identifiers_and_numbers_are_not_littered_with_backslashes() -> None:
    plain = "用 snake_case 写 3.14 和 1.5 倍，增长 -5%，价格 a & b，见 https://a.example/x_y?a=1&b=2"
    assert written(plain_block(plain)) == plain
    assert written(plain_block("1.没有空格的编号")) == "1.没有空格的编号"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ((Span("他说"), Span("“重要”", "b"), Span("的事")), "他说“**重要**”的事"),
        ((Span("“重要”", "b"),), "**“重要”**"),
        ((Span("甲"), Span(" 乙 ", "b"), Span("丙")), "甲 **乙** 丙"),
        ((Span("甲"), Span("，", "b"), Span("丙")), "甲，丙"),
        ((Span("甲", "b"), Span("乙", "bi"), Span("丙", "b")), "**甲乙丙**"),
        ((Span("甲", "b"), Span("乙", "i")), "**甲**乙"),
        ((Span("甲", "bi"),), "***甲***"),
        ((Span("旧价", "s"), Span("新价", "b")), "~~旧价~~**新价**"),
        ((Span("H"), Span("2", "v"), Span("O")), "H<sub>2</sub>O"),
        ((Span("m"), Span("2", "^")), "m<sup>2</sup>"),
        ((Span("下划线", "u"),), "下划线"),
        ((Span("x = `y`", "c"),), "`` x = `y` ``"),
        ((Span("甲"), Span("👨\u200d👩好", "b")), "甲👨\u200d👩**好**"),
        (
            (Span("原文", "b", href="https://a.example/?a=(1) 2"),),
            "[**原文**](https://a.example/?a=%281%29%202)",
        ),
        ((Span("https://a.example/x", href="https://a.example/x"),), "<https://a.example/x>"),
        ((Span("点!"), Span("这里", href="https://a.example/")), "点\\![这里](https://a.example/)"),
        ((Span("骗人", href="javascript:alert(1)"),), "骗人"),
    ],
)
def test_looks_are_written_so_that_readers_agree(spans: tuple[Span, ...], expected: str) -> None:
    assert written(paragraph(*spans)) == expected
    assert squeeze(read_text(expected)) == squeeze("".join(span.text for span in spans))


def test_bold_amid_han_and_punctuation_is_bold() -> None:
    html = read_html(written(paragraph("他说", Span("“重要”", "b"), "的，", Span("（注）要", "b"), "去")))
    assert html == "<p>他说“<strong>重要</strong>”的，<strong>（注）要</strong>去</p>"


def test_a_line_break_is_a_hard_break_and_each_line_is_guarded() -> None:
    markdown = written(
        paragraph("第一行"), paragraph("# 第二行", joined=True), paragraph("1. 第三", joined=True)
    )
    assert markdown == "第一行\\\n\\# 第二行\\\n1\\. 第三"
    assert read_html(markdown) == "<p>第一行<br />\\# 第二行<br />1. 第三</p>".replace("\\#", "#")


def test_headings_captions_and_rules() -> None:
    heading = Block(kind="heading", level=2, text="小标题 #", spans=(Span("小标题 #"),))
    second = Block(kind="heading", level=2, text="下半行", spans=(Span("下半行"),), joined=True)
    caption = Block(kind="caption", text="图1：湖", spans=(Span("图1：湖"),))
    assert written(heading, Block(kind="rule"), caption) == "## 小标题 \\#\n\n***\n\n*图1：湖*"
    assert written(heading, second) == "## 小标题 # 下半行"


def test_code_is_verbatim_in_a_fence_longer_than_any_inside() -> None:
    code = "def f():\n    return '```'\n\n# *done* | <b>"
    markdown = written(Block(kind="code", text=code, language="python"))
    assert markdown.startswith("````python\n")
    assert READER.parse(markdown)[0].content == code + "\n"
    assert written(Block(kind="code", text="x", language="a b`")).startswith("```\n")


def test_code_in_an_item_keeps_its_indentation() -> None:
    item = (Container("list", 1), Container("item", 2))
    markdown = written(paragraph("如下", inside=item), Block(kind="code", text="a\n\n    b", inside=item))
    assert [t.content for t in READER.parse(markdown) if t.type == "fence"] == ["a\n\n    b\n"]


def test_tables_have_a_head_row_and_guarded_pipes() -> None:
    rows = (
        ((Span("名称"),), (Span("值"),)),
        ((Span("a|b"),), (Span("x|y", "c"),)),
        ((Span("只有一格"),),),
    )
    markdown = written(Block(kind="table", text="…", rows=rows))
    assert markdown.split("\n")[:2] == ["| 名称 | 值 |", "| --- | --- |"]
    html = read_html(markdown)
    assert "<td>a|b</td><td><code>x|y</code></td>" in html
    assert html.count("<tr>") == 3


def test_lists_nest_count_and_stay_apart() -> None:
    outer, one, two = Container("olist", 1), Container("item", 2), Container("item", 3)
    inner, deep = Container("list", 4), Container("item", 5)
    other, last = Container("olist", 6), Container("item", 7)
    markdown = written(
        paragraph("甲", inside=(outer, one)),
        paragraph("乙", inside=(outer, two)),
        paragraph("丙", inside=(outer, two, inner, deep)),
        paragraph("丁", inside=(other, last)),
    )
    assert markdown == "1. 甲\n2. 乙\n\n   - 丙\n\n1) 丁"
    html = read_html(markdown)
    assert html.count("<ol>") == 2
    assert html.count("<ul>") == 1


def test_a_list_right_inside_a_list_and_loose_paragraphs_find_their_item() -> None:
    outer, one = Container("list", 1), Container("item", 2)
    inner, deep = Container("list", 3), Container("item", 4)
    markdown = written(
        paragraph("无主", inside=(outer,)),
        paragraph("甲", inside=(outer, one)),
        paragraph("乙", inside=(outer, inner, deep)),
        paragraph("丙", inside=(outer,)),
    )
    assert markdown == "无主\n\n- 甲\n\n  - 乙\n\n  丙"


def test_quotations_hold_their_paragraphs_and_boxes_vanish() -> None:
    box, quote, other = Container("box", 1), Container("quote", 2), Container("quote", 3)
    markdown = written(
        paragraph("甲", inside=(box, quote)),
        paragraph("乙", inside=(box, quote)),
        paragraph("丙", inside=(other,)),
    )
    assert markdown == "> 甲\n>\n> 乙\n\n> 丙"


def test_pictures_stand_in_place_and_local_copies_come_first() -> None:
    far = Image(url="https://img.example/a.png", alt="湖 [1]")
    near = Image(url="https://img.example/b.png", file="media/ab/b.png")
    astray = Image(url="https://img.example/c.png", file="../../c.png")
    assert (
        written(
            paragraph("看", Span(image=far), "图"), paragraph(Span(image=near)), paragraph(Span(image=astray))
        )
        == "看![湖 \\[1\\]](https://img.example/a.png)图\n\n![](media/ab/b.png)\n\n![](https://img.example/c.png)"
    )


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (
            Media(type="audio", title="晨读", author="小南", duration_ms=205_000, url="https://a.example/1"),
            "[音频：晨读（小南，3:25）](https://a.example/1)",
        ),
        (Media(type="miniprogram", title="借书"), "【小程序：借书】"),
        (Media(type="account_card", title="城南观察", author="看见城南"), "【公众号：城南观察（看见城南）】"),
        (Media(type="video", duration_ms=3_725_000), "【视频（1:02:05）】"),
        (Media(type="vote", title="[选] 一\n个", url="javascript:x"), "【投票：\\[选\\] 一 个】"),
    ],
)
def test_media_are_readable_lines(media: Media, expected: str) -> None:
    assert written(Block(kind="media", media=media)) == expected


def test_formulas_and_han_urls_come_as_they_are() -> None:
    assert written(plain_block("设 $x^2 + y^2 = 1$，则")) == "设 $x^2 + y^2 = 1$，则"


def test_plain_text_is_escaped_for_use_in_other_documents() -> None:
    assert escape_markdown("# 1. *题*\n二") == "\\# 1. \\*题\\* 二"


def test_an_empty_body_is_empty() -> None:
    assert written() == ""
    assert written(plain_block(" "), Block(kind="media")) == ""


def test_time_grows_with_length_alone() -> None:
    quick = Body(tuple(paragraph("字" * 50, Span("_" * 50 + "&" * 50, "b")) for _ in range(200)))
    hostile = Body(
        (paragraph("_" * 200_000, Span("，" * 200_000, "b"), "`" * 200_000, Span("[" * 200_000, "c")),)
    )
    deep = Body(
        tuple(paragraph("x", inside=tuple(Container("quote", n) for n in range(500))) for _ in range(200))
    )
    for body in (quick, hostile, deep):
        start = time.process_time()
        render_markdown(body)
        assert time.process_time() - start < 3


@pytest.mark.shared
def test_readers_agree_on_real_posts(shared: Path) -> None:
    read = 0
    for page in sorted((shared / "pages").rglob("*.html")):
        document = open_document(decode(page.read_bytes()).text, None)
        if judge(document).state != "post":
            continue
        body = parse_post(document).body
        expected = "".join(
            (media_text(b.media) if _is_link(b.media.url or "") else f"【{media_text(b.media)}】")
            if b.media
            else b.text
            for b in body.blocks
        )
        assert squeeze(read_text(render_markdown(body))) == squeeze(expected), page.name
        shown = LexborHTMLParser(render_html(body)).body
        plain = "".join(media_text(b.media) if b.media else b.text for b in body.blocks)
        assert shown is None or squeeze(shown.text()) == squeeze(plain), page.name
        read += 1
    assert read > 80
