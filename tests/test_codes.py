"""QR codes in pictures: found in the bytes, kept with the picture, and a sign of furniture beside it."""

import base64
import io
from pathlib import Path

import pytest

from samples import make_page, make_post
from wxarchive import Archive, import_files
from wxarchive.blocks import Block, Body, Span, plain_block
from wxarchive.clean import About, Hints, clean_body
from wxarchive.codes import find_codes
from wxarchive.records import Image
from wxarchive.reparsing import reparse

pytest.importorskip("zxingcpp")
pytest.importorskip("PIL")

ADDRESS = "http://weixin.qq.com/r/shanqianxiaozhu"
URL = "https://mmbiz.qpic.cn/mmbiz_png/code/640?wx_fmt=png"
TEXT = (
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上，声音传得很远。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响，老师也不去管它。",
)


def picture(*texts: str, form: str = "PNG") -> bytes:
    """A white picture with these codes in it, one beside the other."""
    import zxingcpp
    from PIL import Image as Picture

    sheet = Picture.new("L", (300 * max(len(texts), 1), 300), 255)
    for place, text in enumerate(texts):
        drawn = memoryview(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
        height, width = drawn.shape
        sheet.paste(Picture.frombytes("L", (width, height), drawn.tobytes()), (300 * place + 50, 50))
    out = io.BytesIO()
    sheet.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_code_is_read_from_any_form_of_picture(form: str) -> None:
    assert find_codes(picture(ADDRESS, form=form)) == (ADDRESS,)


def test_several_codes_are_read_each_once() -> None:
    assert set(find_codes(picture(ADDRESS, "https://example.com/a", ADDRESS))) == {
        ADDRESS,
        "https://example.com/a",
    }


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(40), b"\xff\xd8\xff\xe0" + bytes(40), picture(), b"GIF89a"]
)
def test_bytes_without_a_code_have_none(data: bytes) -> None:
    assert find_codes(data) == ()


def test_a_code_that_would_steer_a_terminal_is_none() -> None:
    assert find_codes(picture("\x1b[31mred")) == ()


def test_the_record_of_a_kept_picture_has_its_code_and_the_role_qr(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", create=True) as archive:
        post = make_post(images=(Image(url=URL), Image(url=URL.replace("code", "other"))))
        archive.save(make_page(), state="post", post=post)
        archive.save_media(picture(ADDRESS), url=URL, post_id=post.id)
        first, second = archive.get_post(post.id).images
    assert (first.code, first.role) == (ADDRESS, "qr")
    assert (second.code, second.role) == (None, "body")


def page(data: bytes) -> str:
    inner = base64.b64encode(data).decode()
    lines = "".join(f"<p>{line}</p>" for line in TEXT)
    return (
        f"<html><head><meta property='og:title' content='石桥'></head><body><div id='js_content'>{lines}"
        f"<p><img src='data:image/png;base64,{inner}' data-src='{URL}'></p><p>慢慢走，我们在这里</p><p>长按识别二维码</p></div>"
        "<script>var biz = 'MzAwMDAwMDAwMA=='; var mid = '2650000001'; var idx = '1';"
        "var sn = '0123456789abcdef0123456789abcdef'; var nickname = '山前小筑';</script></body></html>"
    )


def test_reparse_cleans_by_the_codes_of_kept_pictures(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(page(picture(ADDRESS)), encoding="utf-8")
    with Archive(tmp_path / "a", create=True) as archive:
        list(import_files(archive, [tmp_path / "p.html"]))
    with Archive(tmp_path / "a") as archive:
        assert dict(archive.load_guide().codes) == {"mmbiz/mmbiz_png/code": ADDRESS}
        reparse(archive)
        (post,) = archive.iter_posts()
    assert post.text.split("\n") == list(TEXT)
    assert [(image.role, image.code) for image in post.images] == [("qr", ADDRESS)]
    assert "mmbiz" not in post.markdown


def clean_codes(*blocks: Block, title: str) -> tuple[list[str], list[str]]:
    cleaned = clean_body(Body(blocks), About(title=title), hints=Hints(codes={URL: ADDRESS}))
    return cleaned.body.text.split("\n"), [image.url for image in cleaned.body.images]


def test_a_notice_keeps_the_code_it_is_about() -> None:
    blocks = (
        *(plain_block(line) for line in TEXT),
        plain_block("请扫描下方二维码填写报名表"),
        Block(spans=(Span(image=Image(url=URL)),)),
    )
    text, pictures = clean_codes(*blocks, title="周末徒步古道报名")
    assert text[-1] == "请扫描下方二维码填写报名表"
    assert pictures == [URL]


def test_a_picture_without_furniture_beside_it_stays_whatever_it_says() -> None:
    blocks = (plain_block(TEXT[0]), Block(spans=(Span(image=Image(url=URL)),)), plain_block(TEXT[1]))
    text, pictures = clean_codes(*blocks, title="石桥")
    assert text == list(TEXT)
    assert pictures == [URL]
