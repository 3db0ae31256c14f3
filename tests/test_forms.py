"""Forms that pages come in: saved by SingleFile or a browser, gzipped, or many in a ZIP archive."""

import gzip
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wxarchive import Archive, import_files
from wxarchive.errors import InputError, PageTooLargeError, WxArchiveError
from wxarchive.files import load_file, load_files
from wxarchive.pages import Page
from wxarchive.pipeline import Outcome
from wxarchive.read import read_page

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PAGES = FIXTURES / "pages"
FIRST = PAGES / "article-a-push-first.html"
SECOND = PAGES / "article-a-push-second.html"
SINGLE = FIXTURES / "forms" / "singlefile.html"


def load_one(path: Path) -> Page:
    ((_, page),) = load_file(path)
    assert isinstance(page, Page), page
    return page


def load_error(path: Path) -> WxArchiveError:
    ((_, error),) = load_file(path)
    assert isinstance(error, WxArchiveError), error
    return error


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def imported(folder: Path, *paths: Path) -> list[Outcome]:
    with Archive(folder / "archive", create=True) as archive:
        return list(import_files(archive, paths))


# -- SingleFile ------------------------------------------------------------------------------------------


def test_a_singlefile_page_keeps_pictures_in_order_with_address_and_size() -> None:
    reading = read_page(SINGLE.read_bytes())
    post = reading.post
    assert post is not None
    assert [(image.url.split("/")[-2], image.width, image.height) for image in post.images] == [
        ("firstpicture", 1080, 540),
        ("secondpicture", 640, 480),
    ]
    at = [
        post.markdown.index(words)
        for words in ("老船从", "firstpicture", "三个赶集", "secondpicture", "靠岸")
    ]
    assert at == sorted(at)


def test_a_singlefile_page_names_itself_in_its_comment() -> None:
    post = read_page(SINGLE.read_bytes()).post
    assert post is not None
    assert post.id == "MzA5OTk5MDAwMQ==:2247491777:2"
    without_metas = SINGLE.read_text("utf-8").replace("og:url", "x")
    again = read_page(without_metas.encode()).post
    assert again is not None
    assert again.id == post.id
    assert again.url == post.url


def test_a_picture_without_an_address_is_counted_and_its_bytes_stay_out() -> None:
    reading = read_page(SINGLE.read_bytes())
    assert reading.missing == ("pictures: 1 without an address, only their bytes stand in the page",)
    assert reading.post is not None
    assert "data:image" not in json.dumps(reading.post.to_dict())


def test_placeholders_are_no_pictures() -> None:
    page = SINGLE.read_text("utf-8").replace("A" * 600, "A")
    assert read_page(page.encode()).missing == ()


def test_pictures_that_a_browser_saved_beside_the_page_are_mapped() -> None:
    post = read_page((PAGES / "article-a-saved-by-browser.html").read_bytes()).post
    assert post is not None
    files = [image.file for image in post.images if image.role == "body"]
    assert files
    assert all(file and "_files/" in file for file in files)


# -- gzip ------------------------------------------------------------------------------------------------


def test_a_gzipped_page_is_the_page(tmp_path: Path) -> None:
    path = tmp_path / "post.html.gz"
    path.write_bytes(gzip.compress(FIRST.read_bytes(), mtime=1_600_000_000))
    page = load_one(path)
    assert page.body == FIRST.read_bytes()
    assert page.file == "post.html"
    assert page.fetched_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    (outcome,) = imported(tmp_path, path)
    assert (outcome.source, outcome.status) == (str(path), "new")


def test_a_gzip_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "post.html.gz"
    path.write_bytes(gzip.compress(FIRST.read_bytes())[:-100])
    error = load_error(path)
    assert isinstance(error, InputError)
    assert "cannot be unpacked" in error.message


def test_a_gzip_file_that_swells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b" " * 8_000_000))
    error = load_error(path)
    assert isinstance(error, PageTooLargeError)
    assert "times its size" in error.message


# -- ZIP -------------------------------------------------------------------------------------------------


def test_pages_in_a_zip_archive_are_imported_by_name(tmp_path: Path) -> None:
    members = {"b/two.html": SECOND.read_bytes(), "a/one.html": FIRST.read_bytes(), "a/readme.pdf": b"%PDF"}
    path = zipped(tmp_path / "pages.zip", members)
    outcomes = imported(tmp_path, path)
    assert [(outcome.source, outcome.status) for outcome in outcomes] == [
        (f"{path}!a/one.html", "new"),
        (f"{path}!b/two.html", "new"),
    ]


def test_a_bad_page_in_a_zip_archive_does_not_stop_the_others(tmp_path: Path) -> None:
    members = {"1.html": b"\x00\x01\x02" * 50, "2.html": FIRST.read_bytes(), "3.html": b""}
    outcomes = imported(tmp_path, zipped(tmp_path / "pages.zip", members))
    assert [outcome.status for outcome in outcomes] == ["failed", "new", "failed"]


def test_what_is_no_page_of_its_own_is_passed_over(tmp_path: Path) -> None:
    members = {
        "one.html": FIRST.read_bytes(),
        "one_files/frame.html": b"<p>x",
        "__MACOSX/._one.html": b"\x00\x05",
        ".hidden.html": b"<p>x",
        "inner.zip": b"PK",
    }
    path = zipped(tmp_path / "pages.zip", members)
    assert [source for source, _ in load_file(path)] == [f"{path}!one.html"]


@pytest.mark.parametrize(
    "name", ["../out.html", "/etc/out.html", "a/../../out.html", "..\\out.html", "C:/out.html"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    error = load_error(zipped(tmp_path / "trick.zip", {name: FIRST.read_bytes()}))
    assert isinstance(error, InputError)
    assert "leads out" in error.message


def test_a_link_in_a_zip_archive_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("passwords.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "link to another file" in load_error(path).message


def test_a_member_that_swells_is_refused(tmp_path: Path) -> None:
    error = load_error(zipped(tmp_path / "bomb.zip", {"bomb.html": b"0" * 8_000_000}))
    assert isinstance(error, PageTooLargeError)


def test_a_member_that_says_less_than_it_holds_gives_no_more_than_that(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lie.zip", {"lie.html": b"0" * 5_000_000})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1000)))
    assert isinstance(load_error(path), InputError | PageTooLargeError)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxarchive.files.MOST_MEMBERS", 2)
    error = load_error(zipped(tmp_path / "many.zip", {f"{n}.txt": b"x" for n in range(3)}))
    assert "3 files" in error.message
    assert error.hint


def test_an_archive_that_unpacks_to_too_much_is_read_up_to_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wxarchive.files.MOST_UNPACKED", 1500)
    path = zipped(tmp_path / "large.zip", {f"{n}.txt": b"x" * 1000 for n in range(3)})
    loaded = list(load_file(path))
    assert [isinstance(page, Page) for _, page in loaded] == [True, False]
    assert "the rest is not read" in str(loaded[1][1])


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def damaged(data: bytes) -> bytes:
    return data[:60] + bytes(byte ^ 0x55 for byte in data[60:90]) + data[90:]


def encrypted(data: bytes) -> bytes:
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


@pytest.mark.parametrize(
    ("harm", "words"),
    [(cut, "cannot be opened"), (damaged, "cannot be unpacked"), (encrypted, "is encrypted")],
)
def test_an_archive_that_cannot_be_unpacked_says_why(
    tmp_path: Path, harm: Callable[[bytes], bytes], words: str
) -> None:
    path = zipped(tmp_path / "bad.zip", {"one.html": FIRST.read_bytes()})
    path.write_bytes(harm(path.read_bytes()))
    assert words in load_error(path).message


def test_an_archive_without_pages_says_so(tmp_path: Path) -> None:
    assert "no page" in load_error(zipped(tmp_path / "empty.zip", {})).message
    assert "no page" in load_error(zipped(tmp_path / "music.zip", {"a.mp3": b"x"})).message


def test_chinese_names_that_windows_packed_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "old.zip", {"xxxx.html": FIRST.read_bytes()})
    path.write_bytes(path.read_bytes().replace(b"xxxx", "渡口".encode("gbk")))
    assert [source for source, _ in load_file(path)] == [f"{path}!渡口.html"]


# -- folders ---------------------------------------------------------------------------------------------


def test_folders_are_walked_for_packed_pages_too(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(FIRST.read_bytes())
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(SECOND.read_bytes()))
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(b"1,2"))
    zipped(tmp_path / "c.zip", {"deep/c.html": SINGLE.read_bytes()})
    loaded = list(load_files([tmp_path]))
    assert [Path(source).relative_to(tmp_path).as_posix() for source, _ in loaded] == [
        "a.html",
        "b.html.gz",
        "c.zip!deep/c.html",
    ]
    assert all(isinstance(page, Page) for _, page in loaded)


def test_a_list_that_is_imported_says_how_many_posts_it_names(tmp_path: Path) -> None:
    history = FIXTURES / "lists" / "history.json"
    album = FIXTURES / "lists" / "album-one-item.json"
    outcomes = imported(tmp_path, history, album)
    assert [outcome.state for outcome in outcomes] == ["account", "album"]
    assert [(outcome.status, outcome.title) for outcome in outcomes] == [
        ("listed", "an account's page with 4 posts, 3 of them new on the to-fetch list; 1 deleted"),
        ("listed", "an album with 1 post, 1 of them new on the to-fetch list"),
    ]
