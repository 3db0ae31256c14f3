"""HTML: semantic, and inert whatever strangers write into a body."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from selectolax.lexbor import LexborHTMLParser

from bodies import bodies_with_media, texts
from wxarchive.blocks import Block, Body, Container, Span, plain_block
from wxarchive.records import Image, Media
from wxarchive.render import clean_html, render_html
from wxarchive.render.html import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from wxarchive.render.labels import media_text
from wxarchive.text import squeeze

HOSTILE_MARKUP = (
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</p></figure></code></pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    '<p style="background:url(https://evil.example/x)">x</p>',
    "<object data=javascript:alert(1)></object><embed src=https://evil.example/>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    "<form action=https://evil.example/><input autofocus onfocus=alert(1)><button>x</button></form>",
    "<video src=https://evil.example/ poster=https://evil.example/><source onerror=alert(1)></video>",
    "<img srcset='https://evil.example/ 1x' src=x>",
    "<details open ontoggle=alert(1)>x</details>",
    "<template><script>alert(1)</script></template>",
    "<xmp></p><img src=x onerror=alert(1)></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<textarea></p><img src=x onerror=alert(1)></textarea>",
    "<title></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "`onmouseover=alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<script\x00>alert(1)</script>",
    "<\u0000img src=x onerror=alert(1)>",
    "\ud83d<script>",
)
HOSTILE_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://evil.example/1",
    "about:blank",
    "view-source:x",
    "//",
    "",
    "https:javascript:alert(1)",
    "http://",
    "\\\\evil.example\\x",
    "/etc/passwd",
    "../../../etc/passwd",
    "a/../../b",
    "~/x",
    "weixin://dl/business",
    "?x=1",
    "#x",
    "media/../../x",
    "C:\\x.png",
    "c:/x.png",
    "\\x",
    "media/..\\..\\x",
    "media/%2E%2e/x",
)
BREAKING_ADDRESSES = (
    'https://a.example/"onload="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    "https://a.example/<svg>",
    'https://a.example/\\" x=',
    "https://a.example/ onerror=alert(1)",
)

_LOCAL_OR_WEB = re.compile(r"(?:https?://|mailto:)|(?!/|\.\.)[^:]+$", re.IGNORECASE)


def assert_inert(html: str) -> None:
    """Two readers, each with its own idea of HTML, find nothing but what is allowed."""
    assert "\x00" not in html
    tree = LexborHTMLParser(f"<div>{html}</div>")
    assert tree.body is not None
    for node in tree.body.traverse():
        if node.tag == "body" or (node.tag == "div" and not node.attributes):
            continue
        check_element(str(node.tag), list(node.attributes.items()))
    head = tree.head
    assert head is None or head.first_child is None
    simple = _Elements()
    simple.feed(html)
    simple.close()
    for tag, attributes in simple.found:
        check_element(tag, attributes)


def check_element(tag: str, attributes: list[tuple[str, str | None]]) -> None:
    assert tag in ALLOWED_TAGS, tag
    for name, value in attributes:
        allowed = ALLOWED_ATTRIBUTES.get(tag, set()) | {"a": {"rel"}, "p": {"class"}}.get(tag, set())
        assert name in allowed, (tag, name)
        if name in ("href", "src"):
            assert _LOCAL_OR_WEB.match(value or ""), value
        if name == "rel":
            assert value == "noopener noreferrer"


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", []))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", []))


def read_text(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text() if body is not None else ""


def hostile_body(markup: str, address: str) -> Body:
    span = Span(markup, "b", address)
    image = Image(url=address, alt=markup, file=address, width=3)
    item = (Container("list", 1), Container("item", 2))
    return Body(
        (
            Block(text=markup, spans=(span,)),
            Block(text=markup, spans=(Span(markup), Span(href=address, image=image)), inside=item),
            Block(spans=(Span(image=image),)),
            Block(kind="caption", text=markup, spans=(Span(markup),)),
            Block(kind="heading", level=2, text=markup, spans=(Span(markup, "c"),)),
            Block(kind="code", text=markup, language=markup),
            Block(kind="code", text=markup, language='x" onclick="alert(1)'),
            Block(kind="table", text=markup, rows=(((span,), (Span(image=image),)),)),
            Block(
                kind="media", media=Media(type="audio", title=markup, author=markup, url=address, id=markup)
            ),
        )
    )


@pytest.mark.parametrize("markup", HOSTILE_MARKUP)
def test_hostile_text_is_text(markup: str) -> None:
    html = render_html(hostile_body(markup, "https://a.example/"))
    assert_inert(html)
    shown = re.sub(r"[\x00\ud800-\udfff�?]", "", squeeze(markup))
    assert re.sub(r"[\x00\ud800-\udfff�?]", "", squeeze(read_text(html))).count(shown) >= 6


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_hostile_addresses_lead_nowhere(address: str) -> None:
    html = render_html(hostile_body("字", address))
    assert_inert(html)
    assert "href" not in html
    assert "src" not in html


@pytest.mark.parametrize("address", BREAKING_ADDRESSES)
def test_no_address_breaks_out_of_its_attribute(address: str) -> None:
    html = render_html(hostile_body("字", address))
    assert_inert(html)
    assert html.count("<img") == 3


@pytest.mark.parametrize("markup", HOSTILE_MARKUP)
def test_the_second_lock_holds_alone(markup: str) -> None:
    for around in (
        "{}",
        "<p>{}</p>",
        "<table><tr><td>{}</td></tr></table>",
        "<code>{}</code>",
        "<h1><a>{}</a></h1>",
    ):
        cleaned = clean_html(around.format(markup))
        assert_inert(cleaned)
        assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_the_second_lock_checks_addresses_too(address: str) -> None:
    cleaned = clean_html(f'<a href="{address}">x</a><img src="{address}" style="x" onload="y" srcset="z">')
    assert_inert(cleaned)
    assert "script" not in cleaned


def test_the_second_lock_keeps_what_the_first_writes() -> None:
    html = (
        '<p class="media media-audio"><a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer">'
        "音</a></p>\n"
        '<figure><img src="media/ab/c.png" alt="湖" width="1"><figcaption>图</figcaption></figure>\n'
        '<pre><code class="language-c++">a &lt; b\n\n  c</code></pre>\n'
        "<table><tbody><tr><td><br></td></tr></tbody></table>"
    )
    assert clean_html(html) == html


@given(bodies_with_media)
@settings(max_examples=150, deadline=None)
@example(Body((plain_block("甲\n乙\u2028丙"),)))
def test_a_reader_finds_exactly_the_text_of_the_body_and_nothing_live(body: Body) -> None:
    html = render_html(body)
    assert_inert(html)
    unseen = {"../up.png"}  # a picture without an address shows its alternative text
    expected = "".join(media_text(b.media) if b.media else b.text for b in body.blocks)
    if not any(image.url in unseen for image in body.images):
        assert squeeze(read_text(html)) == squeeze(expected)
    assert html.count("<img") == len(body.images)


@given(texts)
@settings(max_examples=100, deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_html(clean_html(text)) == clean_html(text)


def test_structure_is_semantic() -> None:
    quote, lst, one, two = (
        Container("quote", 1),
        Container("olist", 2),
        Container("item", 3),
        Container("item", 4),
    )
    body = Body(
        (
            Block(kind="heading", level=3, text="题", spans=(Span("题"),)),
            Block(text="甲", spans=(Span("甲", "bi"),)),
            Block(text="乙", spans=(Span("乙", "s"), Span(href="https://a.example/")), joined=True),
            Block(text="引", spans=(Span("引"),), inside=(Container("box", 9), quote)),
            Block(text="一", spans=(Span("一"),), inside=(quote, lst, one)),
            Block(text="二", spans=(Span("2", "^"),), inside=(quote, lst, two)),
            Block(kind="rule"),
            Block(spans=(Span(image=Image(url="https://img.example/a.png", width=8, height=6)),)),
            Block(kind="caption", text="图", spans=(Span("图"),)),
            Block(kind="caption", text="注", spans=(Span("注"),)),
            Block(kind="code", text="a\n\n  b", language="py"),
            Block(kind="table", text="x", rows=(((Span("x"),), (Span("y"),)),)),
            Block(kind="media", media=Media(type="account_card", title="城南")),
        )
    )
    assert render_html(body).split("\n") == [
        "<h3>题</h3>",
        "<p><strong><em>甲</em></strong><br><s>乙</s></p>",
        "<blockquote><p>引</p>",
        "<ol><li><p>一</p></li>",
        "<li><p><sup>2</sup></p></li></ol></blockquote>",
        "<hr>",
        '<figure><img src="https://img.example/a.png" alt="" width="8" height="6">'
        "<figcaption>图</figcaption></figure>",
        '<p class="caption">注</p>',
        '<pre><code class="language-py">a',
        "",
        "  b</code></pre>",
        "<table><tbody><tr><td>x</td><td>y</td></tr></tbody></table>",
        '<p class="media media-account-card">公众号：城南</p>',
    ]


def test_an_empty_body_is_empty() -> None:
    assert render_html(Body()) == ""
    assert render_html(Body((Block(), Block(kind="media")))) == ""


def test_time_grows_with_length_alone() -> None:
    deep = tuple(plain_block("x") for _ in range(200))
    deep = tuple(
        Block(text="x", spans=(Span("x"),), inside=tuple(Container("quote", n) for n in range(500)))
        for _ in deep
    )
    hostile = (plain_block("<" * 500_000), plain_block("&" * 500_000))
    for body in (Body(deep), Body(hostile)):
        start = time.process_time()
        render_html(body)
        assert time.process_time() - start < 3
