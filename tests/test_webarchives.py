"""WARC and WACZ: other tools read what is written, and what other tools write is read; evidence checks by itself."""

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from fakewechat import FakeWeChat
from samples import NOW, make_page, make_post_page
from wxarchive.errors import InputError, PostNotFoundError, TargetExistsError
from wxarchive.fetch import Fetcher, FetchOptions
from wxarchive.pipeline import fetch_posts, import_files
from wxarchive.preserving import export_wacz, export_warc, write_evidence
from wxarchive.store import Archive

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Some fetched posts, one of them with a picture, one imported file, and one that is gone."""
    with FakeWeChat() as server, Archive(tmp_path / "archive", create=True, clock=lambda: NOW) as opened:
        rows = [row for row in server._rows if all(row.get(name) for name in ("biz", "mid", "idx", "sn"))]
        links = [
            f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
            for row in rows[:12]
        ]
        with Fetcher(FetchOptions(replay=server.url), clock=lambda: NOW) as fetcher:
            assert {outcome.status for outcome in fetch_posts(opened, links, fetcher)} == {"new"}
        file = tmp_path / "saved 页.html"
        file.write_bytes(make_post_page("存下的一页").body)
        assert [outcome.status for outcome in import_files(opened, [file])] == ["new"]
        first = next(post for post in opened.iter_posts() if any(i.role == "body" for i in post.images))
        opened.save_media(PNG, url=next(i.url for i in first.images if i.role == "body"), post_id=first.id)
        gone = make_page(
            b"<html>gone</html>", fetched_at=NOW, url=links[0], headers={"content-encoding": "gzip"}
        )
        opened.save(gone, state="deleted", state_text="该内容已被发布者删除", post=None, addresses=[links[0]])
        yield opened


def records(file: Path) -> list[dict[str, Any]]:
    """The records of a WARC as the reference implementation reads them, digests checked."""
    found: list[dict[str, Any]] = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            found.append(
                {
                    "type": record.rec_type,
                    "url": record.rec_headers.get_header("WARC-Target-URI"),
                    "date": record.rec_headers.get_header("WARC-Date"),
                    "version": record.rec_headers.protocol,
                    "id": record.rec_headers.get_header("WARC-Record-ID"),
                    "with": record.rec_headers.get_header("WARC-Concurrent-To"),
                    "http": record.http_headers,
                    "body": record.content_stream().read(),
                }
            )
    return found


def posts(archive: Archive) -> dict[str, str]:
    return {post.id: post.text for post in archive.iter_posts()}


@pytest.mark.parametrize("name", ["posts.warc.gz", "posts.warc"])
def test_a_warc_has_each_page_as_it_was_received(archive: Archive, tmp_path: Path, name: str) -> None:
    count = export_warc(archive, tmp_path / name)
    found = records(tmp_path / name)
    assert count == archive.info().captures
    assert {record["version"] for record in found} == {"WARC/1.1"}
    responses = [record for record in found if record["type"] == "response"]
    raw = {archive.get_page(capture.id).body for capture in archive.iter_captures()}
    pages = {record["body"] for record in found if record["type"] in ("response", "resource")}
    assert raw | {PNG} == pages
    assert all(record["http"].get_statuscode() == "200" for record in responses)
    assert not any(record["http"].get_header("content-encoding") for record in responses)
    ids = {record["id"] for record in responses}
    assert {record["with"] for record in found if record["type"] == "request"} == ids
    (gone,) = [
        json.loads(record["body"])
        for record in found
        if record["type"] == "metadata" and b'"deleted"' in record["body"]
    ]
    assert (gone["words"], gone["post"]) == ("该内容已被发布者删除", None)


def test_what_was_exported_imports_as_the_same(archive: Archive, tmp_path: Path) -> None:
    export_warc(archive, tmp_path / "posts.warc.gz")
    export_wacz(archive, tmp_path / "posts.wacz")
    for name in ("posts.warc.gz", "posts.wacz"):
        with Archive(tmp_path / f"from {name}", create=True) as other:
            outcomes = list(import_files(other, [tmp_path / name]))
            assert {outcome.status for outcome in outcomes} <= {"new", "unchanged", "failed"}
            assert posts(other) == posts(archive)
            assert other.count_media()["held"] == 1
            assert {post.fetched_at for post in other.iter_posts()} == {
                post.fetched_at for post in archive.iter_posts()
            }
            assert other.verify().findings == ()


def test_a_wacz_is_whole_and_its_index_leads_to_the_records(archive: Archive, tmp_path: Path) -> None:
    count = export_wacz(archive, tmp_path / "posts.wacz", title="存档")
    with zipfile.ZipFile(tmp_path / "posts.wacz") as opened:
        package = json.loads(opened.read("datapackage.json"))
        digest = json.loads(opened.read("datapackage-digest.json"))
        assert digest["hash"] == "sha256:" + hashlib.sha256(opened.read("datapackage.json")).hexdigest()
        for resource in package["resources"]:
            content = opened.read(resource["path"])
            assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert resource["bytes"] == len(content)
        assert (package["wacz_version"], package["title"]) == ("1.1.1", "存档")
        assert opened.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        data = opened.read("archive/data.warc.gz")
        packed = opened.read("indexes/index.cdx.gz")
        lines = gzip.decompress(packed).decode().splitlines()
        blocks = [line.split(" ", 2) for line in opened.read("indexes/index.idx").decode().splitlines()[1:]]
        assert [block[:2] for block in blocks] == [lines[0].split(" ", 2)[:2]]
        assert json.loads(blocks[0][2])["length"] == len(packed)
        assert lines == sorted(lines)
        for line in lines:
            fields = json.loads(line.split(" ", 2)[2])
            at, length = int(fields["offset"]), int(fields["length"])
            record = next(iter(ArchiveIterator(io.BytesIO(data[at : at + length]))))
            assert record.rec_headers.get_header("WARC-Target-URI") == fields["url"]
        head, *pages = map(json.loads, opened.read("pages/pages.jsonl").decode().splitlines())
    assert head["format"] == "json-pages-1.0"
    assert len(pages) == count
    assert {post.text for post in archive.iter_posts()} <= {page["text"] for page in pages}


def test_a_filter_and_a_taken_target_hold_here_too(archive: Archive, tmp_path: Path) -> None:
    from wxarchive.query import PostFilter

    (tmp_path / "taken.warc").touch()
    with pytest.raises(TargetExistsError):
        export_warc(archive, tmp_path / "taken.warc")
    assert export_warc(archive, tmp_path / "taken.warc", filter=PostFilter(account="nobody"), force=True) == 0


# ------------------------------------------------------------------------------------------------------------
# Of other tools


def write_foreign(file: Path, *, cut: bool = False) -> None:
    """A WARC as a crawler writes it: bodies as they travelled, other sites, redirects, revisits, logs."""
    page = make_post_page("爬来的一页").body
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)

    def add(url: str, body: bytes, status: str = "200 OK", kind: str = "response", **headers: str) -> None:
        lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
        http = StatusAndHeaders(status, lines, protocol="HTTP/1.1") if kind != "resource" else None
        record = writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_content_type=headers.get("mime", ""),
        )
        writer.write_record(record)

    html = "text/html; charset=UTF-8"
    add("https://example.com/", b"<html>nothing</html>", Content_Type=html)
    add(
        "http://mp.weixin.qq.com/s/x",
        b"",
        "302 Found",
        Location="https://mp.weixin.qq.com/s/y",
        Content_Type=html,
    )
    url = "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=101&idx=1&sn=abc&key=secret&pass_ticket=t"
    add(url, gzip.compress(page), Content_Type=html, Content_Encoding="gzip")
    add("https://mmbiz.qpic.cn/mmbiz_png/seen/640?wx_fmt=png", PNG, Content_Type="image/png")
    add("https://mmbiz.qpic.cn/mmbiz_png/error/640", b"<html>", Content_Type="text/html")
    add(
        "metadata://gnu.org/software/wget/warc/wget.log",
        b"mp.weixin.qq.com",
        kind="resource",
        mime="text/plain",
    )
    add(url, b"", kind="revisit", Content_Type=html)
    data = out.getvalue()
    file.write_bytes(data[:-30] if cut else data)


@pytest.mark.parametrize("name", ["crawl.warc.gz", "without an ending"])
def test_a_warc_of_another_tool_is_imported(tmp_path: Path, name: str) -> None:
    write_foreign(tmp_path / name)
    with Archive(tmp_path / "archive", create=True) as archive:
        (outcome,) = import_files(archive, [tmp_path / name])
        assert outcome.status == "new"
        page = archive.get_page(1)
        assert page.body == make_post_page("爬来的一页").body
        assert page.url == "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=101&idx=1&sn=abc"
        assert archive.load_media("https://mmbiz.qpic.cn/mmbiz_png/seen/0") == PNG
        assert archive.count_media() == {"held": 1}
        assert [outcome.status for outcome in import_files(archive, [tmp_path / name])] == ["unchanged"]


def test_of_a_damaged_warc_what_stands_before_the_damage_is_imported(tmp_path: Path) -> None:
    write_foreign(tmp_path / "cut.warc.gz", cut=True)
    with Archive(tmp_path / "archive", create=True) as archive:
        outcomes = list(import_files(archive, [tmp_path / "cut.warc.gz"]))
        assert outcomes[0].status == "new"
        (tmp_path / "bad.warc").write_bytes(b"WARC/1.1\r\nnonsense\r\n\r\n" + bytes(999))
        assert {outcome.status for outcome in import_files(archive, [tmp_path / "bad.warc"])} == {"failed"}


def test_a_web_archive_without_wechat_says_so(tmp_path: Path) -> None:
    writer_out = io.BytesIO()
    writer = WARCWriter(writer_out, gzip=False)
    info = writer.create_warc_record("", "warcinfo", payload=io.BytesIO(b"software: x\r\n"), length=13)
    writer.write_record(info)
    (tmp_path / "x.warc").write_bytes(writer_out.getvalue())
    with Archive(tmp_path / "archive", create=True) as archive:
        (outcome,) = import_files(archive, [tmp_path / "x.warc"])
    assert "no page of WeChat" in str(outcome.error)


@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
def test_a_warc_that_wget_made_is_imported(tmp_path: Path) -> None:
    with FakeWeChat() as server:
        row = next(row for row in server._rows if all(row.get(name) for name in ("biz", "mid", "idx", "sn")))
        link = (
            f"http://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
        )
        proxy = ["-e", "use_proxy=yes", "-e", f"http_proxy={server.url}"]
        command = ["wget", "-q", "--warc-file", str(tmp_path / "w"), "-O", "/dev/null", *proxy, link]
        subprocess.run(command, check=True, timeout=60)
    with Archive(tmp_path / "archive", create=True) as archive:
        (outcome,) = import_files(archive, [tmp_path / "w.warc.gz"])
        assert outcome.post_id == f"{row['biz']}:{row['mid']}:{row['idx']}"


def test_without_the_package_the_error_says_how_to_get_it(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_foreign(tmp_path / "crawl.warc.gz")
    for name in ("warcio", "warcio.archiveiterator", "warcio.warcwriter", "warcio.statusandheaders"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError) as caught:
        export_warc(archive, tmp_path / "posts.warc")
    assert "wxarchive[warc]" in (caught.value.hint or "")
    assert not (tmp_path / "posts.warc").exists()
    (outcome,) = import_files(archive, [tmp_path / "crawl.warc.gz"])
    assert "warcio" in str(outcome.error)


# ------------------------------------------------------------------------------------------------------------
# Evidence


def test_evidence_can_be_checked_with_sha256sum_alone(archive: Archive, tmp_path: Path) -> None:
    post = next(post for post in archive.iter_posts() if archive.get_history(post.id).gone)
    folder = tmp_path / "the evidence"
    assert write_evidence(archive, post.id, folder, clock=lambda: NOW) == 2
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    chain = {line.split()[0]: line.split() for line in (folder / "chain.txt").read_text().splitlines()}
    for entry in (folder / "captures").glob("*.entry.json"):
        number = entry.name.split(".")[0]
        facts = json.loads(entry.read_text())
        page = folder / "captures" / f"{number}.page"
        sums = subprocess.run(
            ["sha256sum", page, entry, folder / "captures" / f"{number}.link.txt"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        of_page, of_entry, of_link = (line.split()[0] for line in sums)
        assert of_page == facts["sha256"]
        assert [of_entry, of_link] == chain[number][2:]
    script = (folder / "README.txt").read_text().split("5. ")[1].split("\n\n")[1]
    checked = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert checked.stdout == ""
    altered = (folder / "chain.txt").read_text().replace(chain["2"][2], "0" * 64)
    (folder / "chain.txt").write_text(altered)
    checked = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert "2 does not follow" in checked.stdout
    assert post.text in json.loads((folder / "record.json").read_text())["record"]["text"]
    assert any((folder / "page").glob("*.html"))


def test_evidence_of_what_is_not_held(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(PostNotFoundError):
        write_evidence(archive, "nothing", tmp_path / "evidence")
    assert not (tmp_path / "evidence").exists()
