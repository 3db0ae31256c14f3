"""Addresses: every wrapping of a link, one identity per post, no secret that survives, no text that hurts."""

import doctest
import random
import string
import tracemalloc
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive import address as address_module
from wxarchive.address import (
    AddressKind,
    PostAddress,
    address_kind,
    is_verify_link,
    is_wechat_host,
    iter_addresses,
    parse_address,
    permanent_url,
    strip_secrets,
)
from wxarchive.errors import AddressError

BIZ = "MzA5MDAwMDAwMQ=="
SN = "0123456789abcdef0123456789abcdef"
SHORT = "aB3_dE-6gH9jK2mN5pQ8sT"
LONG = f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=2650000001&idx=2&sn={SN}"
POST = PostAddress(biz=BIZ, mid="2650000001", idx="2", sn=SN)
SHORT_URL = f"https://mp.weixin.qq.com/s/{SHORT}"
SIGNATURE = "aa*bcd-ef*0123456789ABCdef="
TEMPORARY = f"src=11&timestamp=1700000000&ver=5000&signature={SIGNATURE}&new=1"
TRACKED = (
    f"http://mp.weixin.qq.com/s?__biz={BIZ}&mid=2650000001&idx=2&sn={SN}&chksm=bf0e&mpshare=1&scene=1&srcid=0101"
    "&sharer_shareinfo=feed&key=f00d&ascene=1&uin=MTIz&devicetype=Windows&version=62&lang=zh_CN&exportkey=n_Ch"
    "&pass_ticket=bad%2Bcafe&wx_header=0#rd"
)
CAPTCHA = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha"
SECRET_NAMES = sorted(address_module.OWN_SECRETS | address_module.COMMON_SECRETS)


def quoted(text: str, times: int = 1) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


# --- one link in many wrappings --------------------------------------

WRAPPED_LONG = {
    "as it is": LONG,
    "with tracking": TRACKED,
    "http": LONG.replace("https", "http"),
    "without scheme": LONG.removeprefix("https://"),
    "slash before the query": LONG.replace("/s?", "/s/?"),
    "upper-case host": LONG.replace("mp.weixin.qq.com", "MP.WeiXin.QQ.com"),
    "upper-case scheme": LONG.replace("https", "HTTPS"),
    "with a port": LONG.replace(".com/", ".com:443/"),
    "with a user": LONG.replace("https://", "https://somebody@"),
    "entities": LONG.replace("&", "&amp;"),
    "entities twice": LONG.replace("&", "&amp;amp;"),
    "numeric entities": LONG.replace("&", "&#38;").replace("=", "&#x3D;"),
    "entities of entities": LONG.replace("&", "&#38;amp;"),
    "json": LONG.replace("/", "\\/"),
    "json in json": LONG.replace("/", "\\\\/"),
    "script": LONG.replace("&", "\\x26").replace("=", "\\x3d"),
    "script with entities": LONG.replace("&", "\\x26amp;"),
    "unicode escapes": LONG.replace("&", "\\u0026").replace("/", "\\u002F"),
    "slashes in hex": LONG.replace("/", "\\x2f"),
    "Markdown link": f"看[这一篇]({LONG})吧",
    "Markdown with a title": f'[a]({LONG} "标题")',
    "Markdown escapes": LONG.replace("_", "\\_").replace("&", "\\&"),
    "bold": f"**{LONG}**",
    "angle brackets": f"<{LONG}>",
    "Chinese full stop": f"见{LONG}。然后",
    "Chinese brackets": f"（{LONG}）",
    "book title": f"《标题：{LONG}》",
    "full stop": f"See {LONG}. Then",
    "exclamation": f"{LONG}!",
    "fragment": f"{LONG}#wechat_redirect",
    "attribute": f"<a href='{LONG.replace('&', '&amp;')}'>",
    "quoted entity behind it": f"&quot;{LONG.replace('&', '&amp;')}&quot;,&quot;cover",
    "encoded biz": LONG.replace("==", "%3D%3D"),
    "biz encoded twice": LONG.replace("==", "%253D%253D"),
    "biz without its end": LONG.replace("==", ""),
    "other order": f"https://mp.weixin.qq.com/s?sn={SN}&idx=2&mid=2650000001&__biz={BIZ}",
    "old names": f"http://mp.weixin.qq.com/s?__biz={BIZ}&appmsgid=2650000001&itemidx=2&sn={SN}",
    "names of albums": f"http://mp.weixin.qq.com/s?__biz={BIZ}&msgid=2650000001&itemidx=2&sn={SN}",
    "empty before full": LONG.replace("mid=", "mid=&mid="),
    "leading zeros": LONG.replace("idx=2", "idx=02"),
    "captcha": f"{CAPTCHA}?poc_token=x&target_url={quoted(LONG)}&a=1",
    "captcha, encoded link": f"{CAPTCHA}?target_url={quoted(quoted(LONG))}",
    "redirector": f"https://link.example.com/?target={quoted(LONG)}&mid=1&idx=1",
    "redirector that spares slashes": f"https://link.example.com/?target={quote(LONG)}&utm=1",
    "redirectors in a row": f"https://a.example/?u={quoted('https://b.example/?u=' + quoted(TRACKED))}",
    "in a path": f"https://web.example.org/save/{LONG}",
    "encoded by halves": LONG.replace("&", "%26"),
    "question mark encoded": LONG.replace("?", "%3F"),
    "no scheme after Chinese": f"链接mp.weixin.qq.com{LONG.partition('.com')[2]}",
    "zero-width mark behind": f"{LONG}\u200b",
    "line end": f"标题\r\n{LONG}\r\n",
    "pasted before another": f"{LONG}https://example.com/",
}


@pytest.mark.parametrize("text", WRAPPED_LONG.values(), ids=WRAPPED_LONG.keys())
def test_a_long_link_is_read_in_any_wrapping(text: str) -> None:
    assert parse_address(text) == POST
    assert list(iter_addresses(text)) == [POST]
    assert parse_address(text).url == LONG


WRAPPED_SHORT = {
    "as it is": SHORT_URL,
    "without scheme": f"mp.weixin.qq.com/s/{SHORT}",
    "tracking": f"{SHORT_URL}?scene=1&key=abc#rd",
    "fragment": f"{SHORT_URL}#rd",
    "slash behind": f"{SHORT_URL}/",
    "two slashes": SHORT_URL.replace("/s/", "//s//"),
    "json": SHORT_URL.replace("/", "\\/"),
    "Markdown": f"[x]({SHORT_URL})",
    "underscores around": f"_{SHORT_URL}_",
    "dashes behind": f"{SHORT_URL}--《标题》",
    "comma": f"{SHORT_URL}，再看",
    "redirect": f"https://link.example.com/?target={quoted(SHORT_URL)}&x=1",
    "captcha": f"{CAPTCHA}?target_url={quoted(SHORT_URL)}",
    "pasted before another": f"{SHORT_URL}http://example.com",
}


@pytest.mark.parametrize("text", WRAPPED_SHORT.values(), ids=WRAPPED_SHORT.keys())
def test_a_short_link_is_read_in_any_wrapping(text: str) -> None:
    assert parse_address(text) == PostAddress(short=SHORT)
    assert parse_address(text).url == SHORT_URL


@pytest.mark.parametrize(
    "text",
    [
        f"https://mp.weixin.qq.com/s?{TEMPORARY}",
        f"http://mp.weixin.qq.com/s?{TEMPORARY.replace('&', '&amp;')}#rd",
        f"**https://mp.weixin.qq.com/s?{TEMPORARY}**",
        "https://mp.weixin.qq.com/s?new=1&key=f00d&signature="
        + SIGNATURE
        + "&ver=5000&timestamp=1700000000&src=11",
        f"{CAPTCHA}?target_url={quoted('https://mp.weixin.qq.com/s?' + TEMPORARY)}",
    ],
)
def test_a_temporary_link_keeps_what_opens_it(text: str) -> None:
    assert parse_address(text) == PostAddress(temporary=TEMPORARY)
    assert parse_address(text).url == f"https://mp.weixin.qq.com/s?{TEMPORARY}"


def test_a_preview_link_is_temporary() -> None:
    link = f"https://mp.weixin.qq.com/s?__biz={BIZ}&tempkey=AbC%2F6mi%2B0&chksm=9&key=f00d#rd"
    assert parse_address(link).url == f"https://mp.weixin.qq.com/s?__biz={BIZ}&tempkey=AbC%2F6mi%2B0&chksm=9"
    assert parse_address(link).key is None


def test_the_oldest_links_have_an_identity() -> None:
    old = f"http://mp.weixin.qq.com/mp/appmsg/show?__biz={BIZ}&appmsgid=10000001&itemidx=1&sign=ab12#rd"
    assert parse_address(old).key == f"{BIZ}:10000001:1"


def test_a_short_link_with_parameters_tells_both() -> None:
    both = parse_address(f"{SHORT_URL}?__biz={BIZ}&mid=2650000001&idx=2&sn={SN}&scene=4")
    assert (both.key, both.short_url, both.url) == (POST.key, SHORT_URL, LONG)


# --- several links ---------------------------------------------------


def test_links_come_in_order_and_once_each() -> None:
    other = LONG.replace("idx=2", "idx=3")
    message = f"先看 {other}，再看{SHORT_URL}。\n{TRACKED}\n<{other}>、{LONG}、mp.weixin.qq.com/s/{SHORT}"
    assert [found.url for found in iter_addresses(message)] == [other, SHORT_URL, LONG]


def test_links_glued_together_are_told_apart() -> None:
    other = LONG.replace("2650000001", "2650000009")
    glued = SHORT_URL + LONG + other + SHORT_URL.replace("aB3", "xY4")
    assert [found.url for found in iter_addresses(glued)] == [
        SHORT_URL,
        LONG,
        other,
        SHORT_URL.replace("aB3", "xY4"),
    ]


def test_links_glued_behind_their_place_are_told_apart() -> None:
    bare = f"https://mp.weixin.qq.com/s?__biz={BIZ}&sn={SN}&mid=1&idx=1"
    assert [found.key for found in iter_addresses(bare + LONG)] == [f"{BIZ}:1:1", POST.key]


def test_what_a_later_link_adds_joins_the_first() -> None:
    bare = LONG.partition("&sn=")[0]
    both = f"{SHORT_URL}?__biz={BIZ}&mid=2650000001&idx=2"
    assert list(iter_addresses(f"{bare} {SHORT_URL} {LONG} {both}")) == [
        PostAddress(biz=BIZ, mid="2650000001", idx="2", sn=SN, short=SHORT)
    ]


def test_links_of_page_source_are_found() -> None:
    escaped = TRACKED.replace("/", "\\/").replace("&", "&amp;")
    source = (
        f'{{"url":"{escaped}","cover":"http:\\/\\/mmbiz.qpic.cn\\/a"}}'
        f"<a data-itemshowtype=0 href='{SHORT_URL}#rd' target=_blank>x</a>"
        "var link = 'https://mp.weixin.qq.com/s?__biz=' + biz + '&mid=' + mid;"
    )
    assert [found.url for found in iter_addresses(source)] == [LONG, SHORT_URL]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有链接",
        LONG.replace("mp.weixin.qq.com", "xmp.weixin.qq.com"),
        LONG.replace("mp.weixin.qq.com", "mp.weixin.qq.com.example.org"),
        LONG.replace("mp.weixin.qq.com", "mp.weixin.qq.community"),
        f"https://mp.weixin.qq.com/s/{SHORT}abc",
        f"https://mp.weixin.qq.com/s/{SHORT[:-1]}",
        "https://mp.weixin.qq.com/s?__biz=${window.biz}&mid=${window.mid}&idx=${window.idx}",
        LONG.replace("idx=2", "idx=x"),
        LONG.replace("mid=2650000001", "mid=0"),
        f"https://mp.weixin.qq.com/mp/rumor?__biz={BIZ}&mid=1&idx=1&sn={SN}",
    ],
)
def test_what_is_no_link_to_a_post_is_passed_over(text: str) -> None:
    assert list(iter_addresses(text)) == []


# --- refusals --------------------------------------------------------

REFUSED: list[tuple[str, AddressKind, str]] = [
    ("", "none", "not a link"),
    ("今天天气不错", "none", "not a link"),
    ("notes.v2 of Tuesday", "none", "not a link"),
    ("https://example.com/s/abc", "other", "not a link to WeChat"),
    ("example.com/a", "other", "not a link to WeChat"),
    ("见 www.example.com", "other", "not a link to WeChat"),
    ("https://weixin.sogou.com/link?url=abc", "search", "search engine"),
    (f"https://mp.weixin.qq.com/mp/appmsgalbum?__biz={BIZ}&action=getalbum&album_id=1", "album", "合集"),
    (
        f"https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz={BIZ}#wechat_redirect",
        "history",
        "history",
    ),
    (f"mp.weixin.qq.com/mp/homepage?__biz={BIZ}&hid=1", "homepage", "home page"),
    ("https:\\/\\/mp.weixin.qq.com\\/mp\\/appmsgalbum?album_id=1", "album", "合集"),
    (CAPTCHA + "?poc_token=1", "verify", "captcha"),
    ("https://mp.weixin.qq.com/", "wechat", "but not a post"),
    ("https://channels.weixin.qq.com/a", "wechat", "but not a post"),
    (f"https://mp.weixin.qq.com/s?__biz={BIZ}", "cut", "missing"),
    ("https://mp.weixin.qq.com/s/short", "cut", "missing"),
]


@pytest.mark.parametrize(("text", "kind", "says"), REFUSED)
def test_what_is_no_post_is_named(text: str, kind: AddressKind, says: str) -> None:
    assert address_kind(text) == kind
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert says in caught.value.message
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_refusal_shows_no_secret_and_no_flood() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(
            "https://mp.weixin.qq.com/mp/profile_ext?uin=SECRET&key=SECRET\x1b[31m&a=" + "9" * 10_000
        )
    assert "SECRET" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", [LONG, SHORT_URL, *WRAPPED_LONG.values()])
def test_a_link_to_a_post_is_of_that_kind(text: str) -> None:
    assert address_kind(text) == "post"


def test_an_address_of_which_nothing_is_known_has_no_link() -> None:
    assert PostAddress().key is None
    with pytest.raises(AddressError):
        _ = PostAddress().url


def test_hosts_of_wechat() -> None:
    assert all(map(is_wechat_host, ["mp.weixin.qq.com", "MP.WEIXIN.QQ.COM", "weixin.qq.com"]))
    assert not any(
        map(is_wechat_host, ["", "qq.com", "notweixin.qq.com", "mp.weixin.qq.com.example", "127.0.0.1"])
    )


def test_only_the_captcha_itself_is_the_captcha() -> None:
    captcha = f"{CAPTCHA}?target_url={quoted(LONG)}"
    assert is_verify_link(captcha)
    assert is_verify_link("https://mp.weixin.qq.com/mp/secitptpage/verify.html?x=1")
    assert not is_verify_link(LONG)
    assert not is_verify_link(f"https://mp.weixin.qq.com/s?next={quoted(captcha)}")


# --- links of bodies -------------------------------------------------


@pytest.mark.parametrize(
    ("url", "permanent"),
    [
        (TRACKED, LONG),
        (f"{SHORT_URL}?scene=1#rd", SHORT_URL),
        (LONG.removeprefix("https:"), LONG),
        (LONG.removeprefix("https://mp.weixin.qq.com"), LONG),
        (f" {LONG} ", LONG),
        (f"{CAPTCHA}?target_url={quoted(TRACKED)}", LONG),
        (
            "http://mp.weixin.qq.com/mp/appmsgalbum?__biz=a&amp;album_id=1&amp;uin=7#wechat_redirect",
            "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=a&album_id=1#wechat_redirect",
        ),
        ("/mp/homepage?hid=1", "https://mp.weixin.qq.com/mp/homepage?hid=1"),
        ("http://mmbiz.qpic.cn/a/0?wx_fmt=png", "https://mmbiz.qpic.cn/a/0?wx_fmt=png"),
        ("http://MP.weixin.qq.com", "https://mp.weixin.qq.com"),
        ("http://example.com/?key=1&a=b&amp;c=d", "http://example.com/?key=1&a=b&amp;c=d"),
        ("//example.com/a", "https://example.com/a"),
        ("#top", "#top"),
        ("javascript:;", "javascript:;"),
        ("mailto:a@example.com?token=5", "mailto:a@example.com?token=5"),
        ("https://evil.example\\@mp.weixin.qq.com/s", "https://evil.example\\@mp.weixin.qq.com/s"),
        (
            f"https://share.example.com/?url={quoted(LONG + '&key=f00d')}&key=own",
            f"https://share.example.com/?url={quoted(LONG)}&key=own",
        ),
    ],
)
def test_links_of_bodies_become_permanent(url: str, permanent: str) -> None:
    assert permanent_url(url) == permanent
    assert permanent_url(permanent) == permanent


# --- secrets ---------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://mp.weixin.qq.com/s?key=1", "https://mp.weixin.qq.com/s"),
        ("https://mp.weixin.qq.com/s?key=1&a=2&uin=3&b=4", "https://mp.weixin.qq.com/s?a=2&b=4"),
        ("https://mp.weixin.qq.com/s?key=1&uin=3&a=2", "https://mp.weixin.qq.com/s?a=2"),
        ("https://mp.weixin.qq.com/s?KEY=1&a=2#uin=3", "https://mp.weixin.qq.com/s?a=2"),
        (
            "https://mp.weixin.qq.com/s?a=2#wechat_redirect&uin=3",
            "https://mp.weixin.qq.com/s?a=2#wechat_redirect",
        ),
        ("https://mp.weixin.qq.com/s?%6bey=1&a=2", "https://mp.weixin.qq.com/s?a=2"),
        ("https://mp.weixin.qq.com/s?key=1%26b=2&a=2", "https://mp.weixin.qq.com/s?a=2"),
        ("https://mp.weixin.qq.com/s?monkey=1&keyword=2", "https://mp.weixin.qq.com/s?monkey=1&keyword=2"),
        ("https://example.com/s?key=1&token=2", "https://example.com/s?key=1&token=2"),
        ("https://example.com/s?pass_ticket=1&token=2", "https://example.com/s?token=2"),
    ],
)
def test_secrets_go_and_all_else_stays(url: str, clean: str) -> None:
    assert strip_secrets(url) == clean


plain = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=8)
pairs = st.lists(st.tuples(plain, plain), max_size=4)
joints: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.replace("&", "&amp;"),
    lambda text: text.replace("&", "&amp;amp;"),
    lambda text: text.replace("&", "\\x26"),
    lambda text: text.replace("&", "\\u0026amp;").replace("=", "\\x3d"),
    lambda text: text.replace("/", "\\/"),
    lambda text: text.replace("/", "\\\\/").replace("&", "&#38;"),
    lambda text: CAPTCHA + "?a=1&target_url=" + quoted(text) + "&b=2",
    lambda text: CAPTCHA + "?target_url=" + quoted(text, 2),
    lambda text: "https://link.example.com/?target=" + quote(text),
    lambda text: "https://link.example.com/?key=mine&u=" + quoted("https://b.example/?u=" + quoted(text)),
]


@given(
    base=st.sampled_from(
        [
            LONG,
            SHORT_URL + "?a=b",
            "https://mp.weixin.qq.com/mp/appmsgalbum?album_id=1",
            "http://wx.qq.com/?x=1",
        ]
    ),
    before=pairs,
    names=st.lists(st.sampled_from(SECRET_NAMES), min_size=1, max_size=4),
    after=pairs,
    fragment=st.sampled_from(["", "#rd", "#wechat_redirect"]),
    wrap=st.sampled_from(joints),
    shuffle=st.randoms(use_true_random=False),
)
def test_no_secret_survives(
    base: str,
    before: list[tuple[str, str]],
    names: list[str],
    after: list[tuple[str, str]],
    fragment: str,
    wrap: Callable[[str], str],
    shuffle: random.Random,
) -> None:
    parameters = [*before, *((name, "S3CRET%2B%3D") for name in names), *after]
    shuffle.shuffle(parameters)
    link = wrap(base + "".join(f"&{name}={value}" for name, value in parameters) + fragment)
    assert "S3CRET" not in strip_secrets(link)
    assert "S3CRET" not in permanent_url(link)
    for found in iter_addresses(link):
        assert "S3CRET" not in repr(found) + found.url


# --- any text --------------------------------------------------------

scraps = st.sampled_from([
    "https://", "mp.weixin.qq.com", "weixin.qq.com", "/s", "/s?", "/s/", SHORT, LONG, f"__biz={BIZ}",
    "mid=1", "idx=1", f"sn={SN}", "&", "&amp;", "&#38;", "%26", "%2526", "%3F", "?", "#", ";", "=", "%3D",
    "%", "\\", "\\/", "\\x26", "\\u0026", "key=1", "uin=", "pass_ticket=x", "target_url=", "%2F", "%252F",
    "/mp/wappoc_appmsgcaptcha?", "：", " ", "\n", "amp;", "#38;", "//", ":", "@", "src=11", "timestamp=1",
    "signature=a*b=", "tempkey=", "\ud800", "\x00",
])  # fmt: skip
any_text = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(scraps, scraps, st.text(max_size=3)), max_size=30).map("".join)
)


@given(any_text)
def test_no_text_raises_anything_but_an_address_error(text: str) -> None:
    is_verify_link(text)
    is_wechat_host(text)
    if list(iter_addresses(text)):
        assert address_kind(text) == "post"
        assert parse_address(text).url
    else:
        assert address_kind(text) != "post"
        with pytest.raises(AddressError):
            parse_address(text)


@given(any_text)
def test_the_canonical_form_is_read_as_itself(text: str) -> None:
    for found in iter_addresses(text):
        again = parse_address(found.url)
        assert again.url == found.url == permanent_url(found.url) == strip_secrets(found.url)
        assert again.key == found.key
    assert permanent_url(permanent_url(text)) == permanent_url(text)
    assert strip_secrets(strip_secrets(text)) == strip_secrets(text)


@given(st.lists(any_text, max_size=5))
def test_an_identity_comes_once(texts: list[str]) -> None:
    found = list(iter_addresses("\n".join(texts)))
    for name in ("key", "short"):
        names = [getattr(address, name) for address in found if getattr(address, name)]
        assert len(names) == len(set(names))


HOSTILE = {
    "hosts": "mp.weixin.qq.com",
    "links": LONG + " ",
    "links without end": "mp.weixin.qq.com/s?__biz=" + "a" * 50,
    "backslashes": "\\",
    "ampersands": "&amp;",
    "percent signs": "%25",
    "encoded slashes": "%2F",
    "slashes in hex": "2F",
    "letters": "a",
    "labels": "a.",
    "parameters": "&key=1",
    "encoded parameters": "%26key%3D1",
    "question marks": "?",
    "colons": ":1",
    "captchas": "mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url=",
    "dashes": "-",
    "tokens": f"mp.weixin.qq.com/s/{SHORT}" + "_" * 50,
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    "lead", ["", "https://mp.weixin.qq.com/s?", "https://mp.weixin.qq.com/s%3F", "pass_ticket"]
)
def test_a_flood_of_anything_is_read_in_one_pass(unit: str, lead: str) -> None:
    # No clock: what grows with the square would need many minutes here, and the test would not end.
    text = lead + unit * (200_000 // len(unit)) + "mid=1 weixin.qq.com"
    list(iter_addresses(text))
    address_kind(text)
    permanent_url(text)


def test_a_megabyte_of_links_is_read_in_one_pass() -> None:
    text = (TRACKED + "。") * 4_000
    assert len(text) > 1_000_000
    assert list(iter_addresses(text)) == [POST]


def test_memory_grows_with_the_text_only() -> None:
    text = (LONG + "\n") * 5_000
    tracemalloc.start()
    try:
        list(iter_addresses(text))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * len(text)


def test_the_examples_of_the_documentation_hold() -> None:
    tried = doctest.testmod(address_module)
    assert tried.attempted > 0
    assert tried.failed == 0
