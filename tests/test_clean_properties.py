"""Cleaning over anything: it never fails, loses nothing for good, explains each piece, and has nothing to do twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wxarchive.blocks import Block, Body, Span, plain_block
from wxarchive.clean import About, clean_body, find_reason, uncut
from wxarchive.clean.credits import read_credits
from wxarchive.clean.cuts import apply_cuts
from wxarchive.clean.draft import Cut
from wxarchive.clean.lines import fold, raw_offset, to_key
from wxarchive.clean.rules import FENCES, LABELS, RULES
from wxarchive.records import Image, Media

FURNITURE = [row.example for row in (*RULES, *FENCES)]
PROSE = [row.counter_example for row in (*RULES, *FENCES)] + [
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响。",
    "后来路修通了，进城只要四十分钟，许多人家搬去了县城。",
    "一",
    "2021年3月4日",
]
OTHERS = [
    "编辑：许文",
    "来源：县广播站",
    "文｜周一山 图｜林小满",
    "责任编辑：",
    "许文",
    "— END —",
    "▽",
    "---",
    "……",
    "  ",
    "01",
]
POST = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1&sn=0"

chinese = st.text(
    st.sampled_from("关注我们二维码长按识别点赞在看来源编辑：，。！“”（）[]()#*|-— \u3000\u200b👇①aA1@./"),
    max_size=40,
)
any_line = st.one_of(st.sampled_from(FURNITURE + PROSE + OTHERS), chinese, st.text(max_size=30))
glued = st.lists(st.sampled_from(FURNITURE + PROSE + OTHERS), min_size=2, max_size=8).map("".join)


@st.composite
def any_block(draw: st.DrawFn) -> Block:
    kind = draw(
        st.sampled_from(
            ["paragraph"] * 8 + ["heading", "caption", "code", "table", "rule", "media", "image", "linked"]
        )
    )
    if kind == "rule":
        return Block(kind="rule")
    if kind == "media":
        return Block(
            kind="media", media=Media(type=draw(st.sampled_from(["account_card", "video", "product"])))
        )
    if kind == "image":
        return Block(spans=(Span(image=Image(url="https://mmbiz.qpic.cn/a/640")),))
    text = draw(any_line)
    if kind == "linked":
        return Block(text=text, spans=(Span(text, "", POST),) if text else (), link_chars=len(text))
    if kind in ("code", "table"):
        return Block(kind=kind, text=f"{text}\n{draw(any_line)}")  # type: ignore[arg-type]
    middle = draw(st.integers(0, len(text)))
    spans = tuple(span for span in (Span(text[:middle], "b"), Span(text[middle:])) if span.text)
    return Block(
        kind=kind,  # type: ignore[arg-type]
        text=text,
        spans=spans,
        joined=draw(st.booleans()),
        centred=draw(st.booleans()),
        widget=draw(st.sampled_from([None, None, None, "js_audio_frame"])),
    )


bodies = st.lists(any_block(), max_size=25).map(lambda blocks: Body(tuple(blocks)))
abouts = st.builds(
    About,
    nickname=st.sampled_from([None, "", "山前小筑", "山", "二维码"]),
    alias=st.sampled_from([None, "shanqianxiaozhu"]),
    description=st.sampled_from([None, "写给山里人看的小事"]),
    title=st.sampled_from([None, "石桥与竹林", "周末徒步古道报名", "公众号星标功能怎么用"]),
    author=st.sampled_from([None, "许文"]),
    kind=st.sampled_from(["article", "text"]),
    form=st.sampled_from(["page", "dump"]),
)


@settings(max_examples=300, deadline=None)
@given(bodies, abouts)
def test_putting_the_pieces_back_gives_the_text_exactly(body: Body, about: About) -> None:
    cleaned = clean_body(body, about)
    assert uncut(cleaned) == body.text
    offsets = [piece.at for piece in cleaned.removed]
    assert offsets == sorted(offsets)
    assert all(piece.text for piece in cleaned.removed)
    assert len(cleaned.confidences) == len(cleaned.removed)


@settings(max_examples=200, deadline=None)
@given(bodies, abouts)
def test_every_piece_has_a_label_and_a_reason(body: Body, about: About) -> None:
    for piece in clean_body(body, about).removed:
        assert piece.label in LABELS
        assert find_reason(piece.rule), piece.rule


@settings(max_examples=200, deadline=None)
@given(bodies, abouts)
def test_blocks_that_stay_are_themselves_or_shorter(body: Body, about: About) -> None:
    cleaned = clean_body(body, about)
    kept = [block for block in cleaned.body.blocks if block.text]
    assert all("".join(span.text for span in block.spans) == block.text for block in kept if block.spans)
    assert {image.url for image in cleaned.images} == {image.url for image in body.images}
    assert len(cleaned.images) == len(body.images)
    assert [block for block in kept if block.kind in ("code", "table")] == [
        block for block in body.blocks if block.kind in ("code", "table") and block.text
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(glued, min_size=1, max_size=3), abouts)
def test_glued_dumps_are_reversible_too(lines: list[str], about: About) -> None:
    body = Body(tuple(plain_block(line) for line in lines))
    assert uncut(clean_body(body, about)) == body.text


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PROSE[-5:]), min_size=3, max_size=12),
    st.lists(st.sampled_from(FURNITURE), max_size=5),
)
def test_a_clean_post_is_clean(prose: list[str], footer: list[str]) -> None:
    about = About(nickname="山前小筑", title="石桥与竹林")
    once = clean_body(Body(tuple(plain_block(line) for line in (*prose, *footer))), about)
    # What a later step cut may lay bare one more line; never a second, and never a sentence of the text.
    again = clean_body(once.body, about)
    assert len(again.removed) <= 1
    assert all(line in once.body.text for line in prose if len(line) > 20)


@given(st.text())
def test_no_line_breaks_the_reading_of_credits(text: str) -> None:
    read_credits(text)
    read_credits(text, text)
    read_credits(text, company=True)


@given(st.one_of(chinese, st.text(), st.sampled_from(FURNITURE)))
def test_a_place_in_a_key_leads_back_to_its_character(text: str) -> None:
    key = to_key(text)
    for place, character in enumerate(key):
        assert fold(text)[raw_offset(text, place)] == character


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(bodies, st.lists(st.tuples(st.integers(0, 24), st.integers(0, 30), st.integers(0, 40)), max_size=12))
def test_any_cuts_can_be_undone(body: Body, places: list[tuple[int, int, int]]) -> None:
    cuts = [
        Cut(block, start, end, "edge.gap", "notice", 0.5)
        for block, start, end in places
        if block < len(body.blocks) and body.blocks[block].kind not in ("rule", "media")
    ]
    clean, removed, confidences = apply_cuts(body, cuts)
    text = clean.text
    for piece in reversed(removed):
        text = text[: piece.at] + piece.text + text[piece.at :]
    assert text == body.text
    assert len(confidences) == len(removed)
