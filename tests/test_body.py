"""The body's HTML becomes flat blocks: one line of text each, with what a reader sees of its look."""

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from wxarchive.blocks import Block, Body
from wxarchive.parse.body import parse_body


def body(inner: str) -> Body:
    """As a page's body is read: parsed by the HTML parser, serialised, then turned into blocks."""
    node = LexborHTMLParser(f'<div id="b" style="visibility: hidden; opacity: 0">{inner}</div>').css_first(
        "#b"
    )
    assert node is not None
    return parse_body(node.html or "")


def only(inner: str) -> Block:
    blocks = body(inner).blocks
    assert len(blocks) == 1, blocks
    return blocks[0]


def test_paragraphs_sections_and_breaks_are_lines() -> None:
    blocks = body("<section><p>第一段<br>换行</p><p><span>第</span><span>二</span>段</p></section>").blocks
    assert [(b.text, b.joined) for b in blocks] == [("第一段", False), ("换行", True), ("第二段", False)]


def test_space_is_collapsed_as_a_browser_shows_it() -> None:
    assert only("<p>\n  甲  <b> 乙</b>&nbsp;&nbsp;丙\u200b \n</p>").text == "甲 乙 丙"


def test_an_ideographic_indent_is_no_text() -> None:
    assert only("<p>　　正文</p>").text == "正文"


def test_looks_are_kept_as_marks() -> None:
    block = only(
        "<p>普通<strong>粗<em>斜</em></strong><span style='font-weight: bold;'>也粗</span><s>删</s></p>"
    )
    assert [(s.text, s.marks) for s in block.spans] == [
        ("普通", ""),
        ("粗", "b"),
        ("斜", "bi"),
        ("也粗", "b"),
        ("删", "s"),
    ]


def test_a_hidden_element_is_no_text_but_the_body_itself_may_be_hidden() -> None:
    assert (
        body("<p style='display: none;'><mp-style-type></mp-style-type>看不见</p><p>看得见</p>").text
        == "看得见"
    )
    node = LexborHTMLParser("<div id='b' style='display:none'><p>正文</p></div>").css_first("#b")
    assert node is not None
    assert parse_body(node.html or "").text == "正文"


def test_links_keep_their_target_and_scripts_as_targets_are_dropped() -> None:
    block = only(
        "<p>见<a href='//mp.weixin.qq.com/s/abc'>此文</a>和<a href='javascript:alert(1)'>这里</a></p>"
    )
    assert [(s.text, s.href) for s in block.spans] == [
        ("见", None),
        ("此文", "https://mp.weixin.qq.com/s/abc"),
        ("和这里", None),
    ]
    assert block.link_chars == 2


def test_a_picture_is_read_from_data_src_with_its_size() -> None:
    image = only(
        "<p><img data-src='https://mmbiz.qpic.cn/a/640?wx_fmt=png' data-w='1080' data-ratio='0.5' src='data:x'></p>"
    ).images[0]
    assert (image.url, image.width, image.height) == ("https://mmbiz.qpic.cn/a/640?wx_fmt=png", 1080, 540)


def test_a_picture_that_a_browser_saved_keeps_its_address_and_names_its_file() -> None:
    image = only("<p><img data-src='https://mmbiz.qpic.cn/a/640' src='./post_files/640.jpg'></p>").images[0]
    assert (image.url, image.file) == ("https://mmbiz.qpic.cn/a/640", "./post_files/640.jpg")


def test_a_placeholder_without_an_address_is_no_picture() -> None:
    assert body("<p><img src='data:image/gif;base64,R0lGOD'></p>").images == ()


def test_a_smiley_is_its_text() -> None:
    assert (
        only("<p>好<img class='icon_emotion_single icon_smiley_0' alt='[微笑]' src='x.gif'>的</p>").text
        == "好[微笑]的"
    )


def test_lists_quotes_and_headings_are_told() -> None:
    blocks = body(
        "<h2>题</h2><ul><li>一</li><li><p>二</p></li></ul><blockquote><p>引</p></blockquote>"
    ).blocks
    assert [(b.kind, b.level) for b in blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("paragraph", 0),
    ]
    assert [[c.kind for c in b.inside] for b in blocks] == [[], ["list", "item"], ["list", "item"], ["quote"]]
    assert blocks[1].inside[1].id != blocks[2].inside[1].id


def test_code_is_verbatim_and_its_line_numbers_are_dropped() -> None:
    block = only(
        "<section class='code-snippet__fix code-snippet__js'>"
        "<ul class='code-snippet__line-index code-snippet__js'><li>1</li><li>2</li></ul>"
        "<pre class='code-snippet__js' data-lang='python'><code><span>def f():</span></code>"
        "<code><span>    return&nbsp;1</span></code></pre></section>"
    )
    assert (block.kind, block.language, block.text) == ("code", "python", "def f():\n    return 1")


def test_code_with_breaks_keeps_its_blank_lines() -> None:
    assert only("<pre><code>a = 1<br><br>b = 2</code></pre>").text == "a = 1\n\nb = 2"


def test_prose_pasted_into_pre_is_prose() -> None:
    blocks = body("<pre>从别处粘贴来的一段文字，不是代码。\n第二行也是文字。</pre>").blocks
    assert [b.kind for b in blocks] == ["paragraph", "paragraph"]


def test_a_table_of_data_is_a_table_and_a_table_for_layout_is_its_content() -> None:
    block = only("<table><tr><th>名</th><th>数</th></tr><tr><td>甲</td><td><p>1</p></td></tr></table>")
    assert (block.kind, block.text) == ("table", "名\t数\n甲\t1")
    blocks = body("<table><tr><td><p>一列的表</p><p>是排版</p></td></tr></table>").blocks
    assert [(b.kind, b.text) for b in blocks] == [("paragraph", "一列的表"), ("paragraph", "是排版")]


def test_a_table_around_a_table_is_layout() -> None:
    inner = "<table><tr><td>甲</td><td>乙</td></tr></table>"
    blocks = body(f"<table><tr><td>左</td><td>{inner}</td></tr></table>").blocks
    assert [(b.kind, b.text) for b in blocks] == [("paragraph", "左"), ("table", "甲\t乙")]


def test_embedded_things_are_media() -> None:
    blocks = body(
        "<mpvoice name='%E6%B2%B3%E6%B9%BE' play_length='61000' voice_encode_fileid='F1'></mpvoice>"
        "<section><mp-common-profile data-nickname='河湾读书会' data-id='MzA5OTk5MDAwMg=='>"
        "<span>河湾读书会</span></mp-common-profile></section>"
        "<iframe class='video_iframe' data-mpvid='wxv_1' data-src='https://mp.weixin.qq.com/mp/readtemplate?vid=wxv_1'>"
        "</iframe><iframe class='vote_iframe' data-supervoteid='77'></iframe>"
        "<mp-common-miniprogram data-miniprogram-appid='wx1' data-miniprogram-title='报名'></mp-common-miniprogram>"
    ).blocks
    media = [b.media for b in blocks if b.media]
    assert [(m.type, m.title, m.id) for m in media] == [
        ("audio", "河湾", "F1"),
        ("account_card", "河湾读书会", "MzA5OTk5MDAwMg=="),
        ("video", None, "wxv_1"),
        ("vote", None, "77"),
        ("miniprogram", "报名", "wx1"),
    ]
    assert media[0].duration_ms == 61000


def test_what_the_platform_drew_into_the_body_is_marked() -> None:
    blocks = body(
        "<span class='js_audio_frame db'><strong>音频名</strong><em>00:00</em></span><p>正文</p>"
    ).blocks
    assert [(b.text, b.widget) for b in blocks] == [("音频名00:00", "js_audio_frame"), ("正文", None)]


def test_svg_shows_its_text_and_its_pictures() -> None:
    blocks = body(
        "<section><svg viewBox='0 0 1 1'><title>不算</title><text>图中字</text></svg></section>"
        "<svg style='background-image: url(&quot;https://mmbiz.qpic.cn/x/0?a=1&amp;b=2&quot;);'></svg>"
    ).blocks
    assert blocks[0].text == "图中字"
    assert blocks[1].images[0].url == "https://mmbiz.qpic.cn/x/0?a=1&b=2"


def test_look_is_inherited_and_ends_with_its_element() -> None:
    blocks = body(
        "<section style='text-align: center; font-size: 12px; color: rgb(136, 136, 136);'><p>小字</p></section><p>正文</p>"
    ).blocks
    assert [(b.centred, b.small, b.pale) for b in blocks] == [(True, True, True), (False, False, False)]


def test_deep_nesting_is_read() -> None:
    assert parse_body("<section>" * 50_000 + "底" + "</section>" * 50_000).text == "底"


@given(st.text(alphabet="<>/=\"' abp中&;-!", max_size=300))
def test_no_source_raises(source: str) -> None:
    parse_body(source)


@given(
    st.recursive(
        st.text(alphabet="甲乙 x&<\u200b\u00a0", max_size=6).map(
            lambda t: t.replace("&", "&amp;").replace("<", "&lt;")
        ),
        lambda inner: st.tuples(
            st.sampled_from(["p", "section", "span", "strong", "blockquote", "li", "td", "em", "h2", "a"]),
            st.lists(inner, max_size=4),
        ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
        max_leaves=20,
    )
)
def test_no_character_of_the_text_is_lost(html: str) -> None:
    tree = LexborHTMLParser(f"<div id='b'>{html}</div>")
    node = tree.css_first("#b")
    assert node is not None
    shown = "".join(c for c in node.text() if not c.isspace() and c != "\u200b")
    read = "".join(c for c in parse_body(node.html or "").text if not c.isspace())
    assert read == shown


def test_a_block_equals_its_spans() -> None:
    for block in body(
        "<p> a <b> b </b> <i>c</i></p><h1> 题 <img data-src='https://mmbiz.qpic.cn/1'> 目 </h1>"
    ).blocks:
        assert block.text == "".join(span.text for span in block.spans)


def test_containers_nested_without_end_cost_no_more_than_they_hold() -> None:
    blocks = parse_body("<blockquote><p>引</p>" * 5_000).blocks
    assert len(blocks) == 5_000
    assert max(len(block.inside) for block in blocks) <= 24
