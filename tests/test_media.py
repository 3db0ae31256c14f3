"""Pictures and sound: which they are, that they are kept once and safely, and shown from their files."""

import base64
import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import make_page, make_post
from wxarchive import Archive, import_files, write_posts
from wxarchive.errors import InputError
from wxarchive.export import ExportOptions
from wxarchive.media import best_addresses, find_type, is_media_host, iter_wanted, media_key
from wxarchive.records import Account, Image, Media
from wxarchive.render.local import with_local_pictures

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CDN = "https://mmbiz.qpic.cn"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
JPEG = b"\xff\xd8\xff\xe0" + bytes(50)
MP3 = b"ID3\x04" + bytes(50)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- identity ---------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        f"{CDN}/mmbiz_jpg/AbC/640?wx_fmt=jpeg",
        f"{CDN}/mmbiz_jpg/AbC/0?wx_fmt=jpeg&tp=webp&wxfrom=5&wx_lazy=1",
        "http://mmbiz.qpic.cn/mmbiz_jpg/AbC/300",
        "//mmbiz.qlogo.cn/mmbiz_jpg/AbC/0?wx_fmt=png#imgIndex=3",
        "https://MMBIZ.qpic.cn/mmbiz_jpg/AbC",
    ],
)
def test_one_picture_has_one_identity(url: str) -> None:
    assert media_key(url) == "mmbiz/mmbiz_jpg/AbC"


def test_other_pictures_have_others() -> None:
    urls = [
        f"{CDN}/mmbiz_jpg/AbC/0",
        f"{CDN}/mmbiz_jpg/AbD/0",
        f"{CDN}/sz_mmbiz_jpg/AbC/0",
        "https://wx.qlogo.cn/mmhead/AbC/0",
        "https://example.com/AbC/0",
        "https://example.com/AbC/640",
    ]
    assert len({media_key(url) for url in urls}) == len(urls)


def test_files_beside_a_page_belong_to_its_post() -> None:
    assert media_key("index_files/640.png", "a:1:1") != media_key("index_files/640.png", "a:2:1")


@given(st.text())
def test_no_address_raises(url: str) -> None:
    media_key(url)
    assert best_addresses(url)


def test_the_whole_picture_is_asked_for_first() -> None:
    url = "http://mmbiz.qpic.cn/mmbiz_png/AbC/640?wx_fmt=png&tp=webp#imgIndex=0"
    assert best_addresses(url) == (
        f"{CDN}/mmbiz_png/AbC/0?wx_fmt=png",
        f"{CDN}/mmbiz_png/AbC/640?wx_fmt=png&tp=webp",
    )
    assert best_addresses(f"{CDN}/sz_mmbiz_jpg/AbC/640")[0] == f"{CDN}/sz_mmbiz_jpg/AbC/0?wx_fmt=jpeg"
    assert best_addresses("http://wx.qlogo.cn/mmhead/abc/132")[0] == "https://wx.qlogo.cn/mmhead/abc/0"
    assert best_addresses("https://example.com/a/640") == ("https://example.com/a/640",)


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("mmbiz.qpic.cn", True),
        ("res.wx.qq.com", True),
        ("wx.qlogo.cn", True),
        ("qpic.cn.example.com", False),
        ("example.com", False),
    ],
)
def test_hosts_of_pictures_are_known(host: str, is_one: bool) -> None:
    assert is_media_host(host) is is_one


def test_a_post_wants_its_pictures_and_sound_each_once() -> None:
    post = make_post(
        images=(
            Image(url=f"{CDN}/mmbiz_jpg/a/0", role="cover"),
            Image(url=f"{CDN}/mmbiz_jpg/a/640"),
            Image(url=f"{CDN}/mmbiz_jpg/b/640"),
            Image(url="post_files/640.png"),
        ),
        media=(
            Media(type="audio", id="MzA5OTk5MDAwNV8x"),
            Media(type="video", id="wxv_1"),
            Media(type="audio"),
        ),
    )
    assert [(item.kind, item.key.rsplit("/", 1)[1]) for item in iter_wanted(post)] == [
        ("cover", "a"),
        ("picture", "b"),
        ("audio", "getvoice?mediaid=MzA5OTk5MDAwNV8x"),
    ]


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "image/svg+xml"),
        (MP3, "audio/mpeg"),
        (b"#!AMR\n", "audio/amr"),
        (b"<!DOCTYPE html><html>", None),
        (b"", None),
        (b"{}", None),
    ],
)
def test_bytes_tell_what_they_are(data: bytes, mime: str | None) -> None:
    found = find_type(data)
    assert (found.mime if found else None) == mime


# --- keeping ----------------------------------------------------------------


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", create=True) as archive:
        first = archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
        assert archive.save_media(PNG, url=f"{CDN}/mmbiz_png/b/640") == first
        assert archive.find_media(f"{CDN}/mmbiz_png/b/0?wx_fmt=png") == first
        assert archive.load_media(f"{CDN}/mmbiz_png/a/0") == PNG
        assert archive.load_media(f"{CDN}/mmbiz_png/c/0") is None
    sha = digest(PNG)
    assert (first.sha256, first.type, first.size) == (sha, "image/png", len(PNG))
    assert files_in(tmp_path / "a" / "media") == [f"{sha[:2]}/{sha}.png"]


def test_what_is_no_picture_is_not_kept(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", create=True) as archive:
        with pytest.raises(InputError):
            archive.save_media(b"<html>no</html>", url=f"{CDN}/mmbiz_png/a/640")
        assert archive.find_media(f"{CDN}/mmbiz_png/a/640") is None
    assert not (tmp_path / "a" / "media").exists()


def test_a_damaged_file_is_written_anew(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", create=True) as archive:
        stored = archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
        (tmp_path / "a" / stored.file).write_bytes(PNG[:20])
        archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
        assert archive.load_media(f"{CDN}/mmbiz_png/a/640") == PNG


def test_a_file_is_there_before_its_row(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with Archive(folder, create=True) as archive:
        with suppress(ZeroDivisionError), archive.batch():
            archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
            raise ZeroDivisionError
        assert archive.find_media(f"{CDN}/mmbiz_png/a/640") is None
        assert len(files_in(folder / "media")) == 1
        archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
        assert len(files_in(folder / "media")) == 1


def test_what_is_wanted_is_remembered_with_its_state(tmp_path: Path) -> None:
    post = make_post(images=tuple(Image(url=f"{CDN}/mmbiz_jpg/{name}/640") for name in "abc"))
    with Archive(tmp_path / "a", create=True) as archive:
        archive.save(make_page(), state="post", post=post)
        assert archive.want_media(post) == 3
        assert archive.want_media(post) == 0
        a, b, c = archive.iter_missing_media()
        assert a.referer == post.url
        archive.save_media(JPEG, url=a.url)
        archive.note_media_failure(b.key, "the server answered with status 503")
        archive.note_media_failure(c.key, "status 404", gone=True)
        assert archive.count_media() == {"held": 1, "failed": 1, "gone": 1}
        (left,) = archive.iter_missing_media()
        assert (left.key, left.attempts, left.reason) == (b.key, 1, "the server answered with status 503")
        archive.note_media_failure(a.key, "late")
        assert archive.count_media()["held"] == 1


# --- posts with files -------------------------------------------------------


def test_a_record_names_the_files_that_are_held(tmp_path: Path) -> None:
    post = make_post(
        account=Account(nickname="青石镇发布", avatar_url="https://wx.qlogo.cn/mmhead/abc/132"),
        images=(Image(url=f"{CDN}/mmbiz_jpg/a/640"), Image(url=f"{CDN}/mmbiz_jpg/b/640")),
        media=(Media(type="audio", id="MzA5OTk5MDAwNV8x"), Media(type="video", id="wxv_1")),
    )
    sha = digest(JPEG)
    with Archive(tmp_path / "a", create=True) as archive:
        archive.save(make_page(), state="post", post=post)
        assert archive.get_post(post.id).images == post.images
        archive.save_media(JPEG, url=f"{CDN}/mmbiz_jpg/a/0?wx_fmt=jpeg")
        archive.save_media(
            MP3, url="https://res.wx.qq.com/voice/getvoice?mediaid=MzA5OTk5MDAwNV8x", kind="audio"
        )
        archive.save_media(PNG, url="https://wx.qlogo.cn/mmhead/abc/0", kind="avatar")
        for found in (archive.get_post(post.id), *archive.iter_posts()):
            assert found.account.avatar_file == f"media/{digest(PNG)[:2]}/{digest(PNG)}.png"
            assert found.images[0] == replace(post.images[0], sha256=sha, file=f"media/{sha[:2]}/{sha}.jpg")
            assert found.images[1] == post.images[1]
            assert found.media[0].sha256 == digest(MP3)
            assert found.media[1].file is None
        again = archive.save(make_page(), state="post", post=archive.get_post(post.id))
        assert again.outcome == "unchanged"


def test_pictures_in_html_and_markdown_become_files() -> None:
    held = f"{CDN}/mmbiz_jpg/a/640?wx_fmt=jpeg&from=appmsg"
    other = f"{CDN}/mmbiz_jpg/b/640"
    post = make_post(
        images=(Image(url=held, file="media/ab/ab.jpg"), Image(url=other, file="saved_files/640.jpg")),
        html=f'<p><img src="{held.replace("&", "&amp;")}" alt="x"><img src="{other}" alt=""></p><p>{held}</p>',
        markdown=f"![a \\[b\\]]({held}) [text]({held}) ![]({other})",
    )
    local = with_local_pictures(post)
    assert local.html.startswith('<p><img src="media/ab/ab.jpg" alt="x"><img src="https://mmbiz.qpic.cn/')
    assert local.html.endswith(f"<p>{held}</p>")
    assert local.markdown == f"![a \\[b\\]](media/ab/ab.jpg) [text]({held}) ![]({other})"
    assert "(/x%20y/media/ab/ab.jpg)" in with_local_pictures(post, "/x y/").markdown


@pytest.mark.parametrize("form", ["html", "md"])
def test_an_export_brings_its_pictures(tmp_path: Path, form: str) -> None:
    url = f"{CDN}/mmbiz_jpg/a/640"
    post = make_post(
        images=(Image(url=url),),
        media=(Media(type="audio", id="MzA5OTk5MDAwNV8x", title="一段"),),
        html=f'<p><img src="{url}" alt=""></p>',
        markdown=f"![]({url})",
    )
    with Archive(tmp_path / "a", create=True) as archive:
        archive.save(make_page(), state="post", post=post)
        stored = archive.save_media(JPEG, url=url)
        archive.save_media(MP3, url="https://res.wx.qq.com/voice/getvoice?mediaid=MzA5OTk5MDAwNV8x")
        options = ExportOptions(media=archive.path, force=True)
        for _ in range(2):  # over itself too
            write_posts(form, archive.iter_posts(), tmp_path / "out", options)
        (text,) = [
            path.read_text(encoding="utf-8")
            for path in (tmp_path / "out").glob(f"*.{form}")
            if not path.name.startswith("index")
        ]
        assert (tmp_path / "out" / stored.file).read_bytes() == JPEG
        assert stored.file in text
        assert url not in text.split("cover")[0]
        (tmp_path / "a" / stored.file).unlink()
        write_posts(form, archive.iter_posts(), tmp_path / "lost", options)
        write_posts(form, archive.iter_posts(), tmp_path / "web", ExportOptions())
    for folder in ("lost", "web"):
        (page,) = [p for p in (tmp_path / folder).glob(f"*.{form}") if not p.name.startswith("index")]
        assert url in page.read_text(encoding="utf-8")


# --- pictures that saved pages bring along -----------------------------------


def test_pictures_beside_a_saved_page_are_kept(tmp_path: Path) -> None:
    page = FIXTURES / "pages" / "article-a-saved-by-browser.html"
    (tmp_path / "page.html").write_bytes(page.read_bytes())
    folder = tmp_path / "用 Shell 整理_files"
    folder.mkdir()
    (folder / "640.png").write_bytes(PNG)
    (folder / "640.jpeg").write_bytes(b"<html>an error page</html>")
    with Archive(tmp_path / "a", create=True) as archive:
        (outcome,) = import_files(archive, [tmp_path / "page.html"])
        assert outcome.post_id is not None
        post = archive.get_post(outcome.post_id)
    assert [image.sha256 for image in post.images if image.sha256] == [digest(PNG)]
    assert (
        next(image.file for image in post.images if image.sha256)
        == f"media/{digest(PNG)[:2]}/{digest(PNG)}.png"
    )


def test_pictures_inside_a_singlefile_page_are_kept(tmp_path: Path) -> None:
    page = (FIXTURES / "forms" / "singlefile.html").read_bytes()
    with Archive(tmp_path / "a", create=True) as archive:
        (tmp_path / "page.html").write_bytes(page)
        (outcome,) = import_files(archive, [tmp_path / "page.html"])
        assert outcome.post_id is not None
        held = [image.url for image in archive.get_post(outcome.post_id).images if image.sha256]
    assert [url.split("/")[4] for url in held] == ["firstpicture", "secondpicture"]


def test_pictures_inside_an_mhtml_file_are_kept(tmp_path: Path) -> None:
    page = (FIXTURES / "pages" / "article-c-2023.html").read_bytes()
    url = json.loads((FIXTURES / "expected" / "article-c-2023.json").read_text(encoding="utf-8"))
    address = (url.get("post") or url)["images"][1]["url"]
    saved = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----end"\r\n\r\n'
    for kind, location, data in (
        ("text/html", "https://mp.weixin.qq.com/s/x", page),
        ("image/png", address, PNG),
    ):
        head = f"------end\r\nContent-Type: {kind}\r\nContent-Location: {location}\r\n"
        saved += f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(data)
    (tmp_path / "page.mhtml").write_bytes(saved + b"------end--\r\n")
    with Archive(tmp_path / "a", create=True) as archive:
        (outcome,) = import_files(archive, [tmp_path / "page.mhtml"])
        assert outcome.post_id is not None
        held = [image.url for image in archive.get_post(outcome.post_id).images if image.sha256]
    assert held == [address]


@pytest.mark.parametrize(
    "name", ["../secret.png", "%2e%2e/secret.png", "..%5csecret.png", "x/../../secret.png"]
)
def test_a_page_cannot_bring_in_a_file_from_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "in").mkdir()
    page = (FIXTURES / "pages" / "article-a-saved-by-browser.html").read_text(encoding="utf-8")
    page = page.replace("%E7%94%A8%20Shell%20%E6%95%B4%E7%90%86_files/640.png", name)
    (tmp_path / "in" / "page.html").write_text(page, encoding="utf-8")
    with Archive(tmp_path / "a", create=True) as archive:
        list(import_files(archive, [tmp_path / "in"]))
        assert archive.count_media() == {}


# --- older archives -----------------------------------------------------------


def test_an_archive_of_the_first_schema_gets_the_tables(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "archives" / "v1", tmp_path / "a")
    with Archive(tmp_path / "a", create=True) as archive:
        archive.save_media(PNG, url=f"{CDN}/mmbiz_png/a/640")
        assert archive.count_posts() == 5
