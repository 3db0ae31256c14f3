"""Bytes become text of a known form, whatever encoding or wrapping they have."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.decode import MAX_BYTES, decode
from wxarchive.errors import PageTooLargeError, ParseError

PAGE = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n<body><div id="js_content"><p>春耕备耕</p></div></body></html>\n'


def test_a_page_in_utf8_is_a_page() -> None:
    decoded = decode(PAGE.encode())
    assert (decoded.form, decoded.text) == ("page", PAGE)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(PAGE.encode(encoding)).text == PAGE


@pytest.mark.parametrize("declared", ["gbk", "gb2312", "GB18030"])
def test_a_declared_chinese_encoding_is_read_as_its_superset(declared: str) -> None:
    page = PAGE.replace("utf-8", declared).replace("春耕", "镕㐂")
    assert "镕㐂备耕" in decode(page.encode("gb18030")).text


def test_an_undeclared_chinese_encoding_is_found() -> None:
    assert "春耕备耕" in decode(PAGE.replace('<meta charset="utf-8">', "").encode("gbk")).text


def test_a_wrongly_declared_utf8_page_is_still_read_as_utf8() -> None:
    assert "春耕备耕" in decode(PAGE.replace("utf-8", "gbk").encode("utf-8")).text


def test_a_page_cut_inside_a_character_loses_only_that_character() -> None:
    cut = PAGE.encode()[: PAGE.encode().index("耕".encode()) + 2]
    assert decode(cut).text.endswith("春")


def test_nul_bytes_are_dropped() -> None:
    assert decode(PAGE.replace("春", "\0春").encode()).text == PAGE


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    broken = PAGE.encode().replace("备".encode(), b"\xff")
    assert "春耕\ufffd耕" in decode(broken).text


def test_a_page_dumped_as_a_json_string_is_undone() -> None:
    body = PAGE.replace("<p>", '<p class="x">\n' * 1) + '<p class="y">\n' * 30
    for dumped in (json.dumps(body, ensure_ascii=False), json.dumps(body, ensure_ascii=False)[1:-1]):
        decoded = decode(dumped.encode())
        assert (decoded.form, decoded.text) == ("json-page", body)


def test_mhtml_gives_its_page_and_its_address() -> None:
    mhtml = (
        "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----=_B"\r\n\r\n'
        "------=_B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Content-Location: https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv\r\n\r\n"
        "<html><body><p>=E6=98=A5=E8=80=95</p></body></html>\r\n------=_B--\r\n"
    )
    decoded = decode(mhtml.encode())
    assert (decoded.form, decoded.url) == ("mhtml", "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv")
    assert "春耕" in decoded.text


def test_the_address_that_a_browser_noted_is_kept() -> None:
    page = "<!-- saved from url=(0047)https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv -->\n" + PAGE
    assert decode(page.encode()).url == "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"


def test_text_without_markup_is_text() -> None:
    assert decode("微信号\nhewan\n3 < 5，a > b。".encode()).form == "text"


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"\0\0"])
def test_nothing_is_said_to_be_nothing(data: bytes) -> None:
    with pytest.raises(ParseError, match="nothing"):
        decode(data)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"PK\x03\x04" + b"\0" * 200])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="not text"):
        decode(data)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PageTooLargeError):
        decode(b" " * (MAX_BYTES + 1))


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_parse_error(data: bytes) -> None:
    with suppress(ParseError):
        decode(data)


@pytest.mark.parametrize(
    "element",
    [
        "<p>一段</p>",
        "`<div>` 标签",
        "<section><span>二维码</span></section>",
        "<table><tr><td><section>格</section></td></tr></table>",
    ],
)
@pytest.mark.parametrize("head", ["# 标题\n\n", "---\ntitle: 标题\n---\n\n", "说的是标签。\n\n"])
def test_markdown_with_an_element_in_it_is_text(head: str, element: str) -> None:
    assert decode(f"{head}正文第一段。\n\n{element}\n\n正文第二段。".encode()).form == "text"


@pytest.mark.parametrize(
    "page",
    [
        "<div id='js_content'><p>一段</p></div>",
        "头\n<!doctype html><p>一段</p>",
        "头 <div class=rich_media>一段</div>",
        "<p>一段</p>",
    ],
)
def test_what_begins_with_an_element_or_has_a_pages_own_is_a_page(page: str) -> None:
    assert decode(page.encode()).form == "page"
