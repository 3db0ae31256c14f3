"""Bodies made up by hypothesis, for the tests of what writes them."""

from hypothesis import strategies as st

from wxarchive.blocks import Block, Body, Container, Span
from wxarchive.records import Image, Media

# What trips writers up: markup, punctuation at the edge of emphasis, emoji, wide space, digits with dots.
TRICKY = "#>-+=*_`~|[]()<>&;:!\\.1290a Zé中文字“”，。！（）《》…　\t'\"$^{}/%@👍🏽👨\u200d❤\ufe0f①"
CHUNKS = (
    "# 标题",
    "1. 一",
    "2) 二",
    "- 项",
    "+ 项",
    "---",
    "***",
    "===",
    "```",
    "~~~",
    "> 引",
    "| a | b |",
    "--|--",
    ":-|-:",
    "&amp;",
    "&#60;",
    "<b>粗</b>",
    "<!-- x -->",
    "<script>alert(1)</script>",
    "[链接](http://x.example)",
    "![图](x)",
    "[1]: http://x.example",
    "`代码`",
    "``",
    "a_b_c",
    "_a_",
    "__init__",
    "snake_",
    "**粗**",
    "3~5天，7~8天",
    "~~删~~",
    "!",
    "C:\\路径\\",
    "\\",
    "https://a.example/b_c?d=1&copy=2",
    "<https://a.example>",
    "$x^2$",
    "12.",
    "“重要”",
    "##",
)

texts = st.one_of(
    st.text(alphabet=TRICKY, min_size=1, max_size=12),
    st.sampled_from(CHUNKS),
    st.lists(st.sampled_from(CHUNKS), min_size=2, max_size=3).map("".join),
    # Anything at all but controls, halves of surrogate pairs and code points that are no characters.
    st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=8),
)
marks = st.sampled_from(["", "", "", "b", "b", "i", "bi", "c", "s", "u", "bs", "^", "v", "bu", "b^", "bc"])
hrefs = st.sampled_from(
    [
        None,
        None,
        None,
        "https://a.example/",
        "http://b.example/x_y?z=1&copy;=2#f",
        "mailto:post@a.example",
        "https://a.example/(a) b|c",
        "javascript:alert(1)",
        "//c.example/`x`",
        "data:text/html,x",
    ]
)
images = st.builds(
    Image,
    url=st.sampled_from(
        ["https://img.example/1_2.png?a=1&b=2", "https://img.example/a b)(.png", "x_files/1.png"]
    ),
    alt=st.none() | texts,
    width=st.none() | st.integers(1, 2000),
    file=st.sampled_from([None, "media/ab/cd.png", "../up.png"]),
)
spans = st.one_of(
    st.builds(Span, text=texts, marks=marks, href=hrefs),
    st.builds(Span, text=texts, marks=marks, href=hrefs),
    st.builds(Span, text=st.just(""), href=hrefs, image=images),
)
lines = st.lists(spans, max_size=5).map(tuple)
containers = st.builds(
    Container, st.sampled_from(["quote", "list", "olist", "item", "box"]), st.integers(1, 5)
)
paths = st.lists(containers, max_size=5).map(tuple)


def _line_block(
    kind: str, line: tuple[Span, ...], level: int, joined: bool, inside: tuple[Container, ...]
) -> Block:
    text = "".join(span.text for span in line)
    return Block(kind=kind, text=text, spans=line, level=level, joined=joined, inside=inside)  # type: ignore[arg-type]


def _table_block(rows: list[list[tuple[Span, ...]]], inside: tuple[Container, ...]) -> Block:
    text = "\n".join("\t".join("".join(span.text for span in cell) for cell in row) for row in rows)
    return Block(kind="table", text=text, rows=tuple(map(tuple, rows)), inside=inside)


code_text = st.lists(
    st.one_of(texts, st.sampled_from(["", "    x = 1", "````", "```py", "~~~"])), max_size=4
).map("\n".join)
medias = st.builds(
    Media,
    type=st.sampled_from(
        ["audio", "video", "videosnap", "music", "miniprogram", "product", "vote", "account_card"]
    ),
    title=st.none() | texts,
    author=st.none() | texts,
    duration_ms=st.none() | st.integers(0, 10_000_000),
    url=hrefs,
)
blocks = st.one_of(
    st.builds(
        _line_block,
        st.sampled_from(["paragraph", "paragraph", "paragraph", "heading", "caption"]),
        lines,
        st.integers(0, 7),
        st.booleans(),
        paths,
    ),
    st.builds(
        lambda text, language, inside: Block(kind="code", text=text, language=language, inside=inside),
        code_text,
        st.sampled_from([None, "python", "c++", "a`b", "x y"]),
        paths,
    ),
    st.builds(_table_block, st.lists(st.lists(lines, min_size=1, max_size=3), min_size=1, max_size=3), paths),
    st.builds(lambda inside: Block(kind="rule", inside=inside), paths),
)
media_blocks = st.builds(lambda media, inside: Block(kind="media", media=media, inside=inside), medias, paths)
bodies = st.lists(blocks, max_size=7).map(lambda found: Body(tuple(found)))
bodies_with_media = st.lists(blocks | media_blocks, max_size=7).map(lambda found: Body(tuple(found)))
