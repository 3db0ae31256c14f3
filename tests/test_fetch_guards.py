"""Whom requests may reach, how long they may take, what they bring along: against names that lie and servers that stall."""

import json
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from fakewechat import FIXTURES, FakeWeChat, Fault, Feed
from wxarchive.errors import (
    AddressError,
    FetchError,
    FetchTimeoutError,
    ForbiddenHostError,
    InputError,
    StatusError,
    TooLargeError,
)
from wxarchive.fetch import Fetcher, FetchOptions, Stopped, is_public

POST = "https://mp.weixin.qq.com/s/aB3_dE-6gH9jK2mN5pQ8sT"
PICTURE = "https://mmbiz.qpic.cn/mmbiz_png/abc/0?wx_fmt=png"
BODY = "春天的第一场雨".encode() * 200


@pytest.fixture
def site() -> Iterator[FakeWeChat]:
    with FakeWeChat(FIXTURES) as server:
        yield server


class Carrier(httpx.BaseTransport):
    """Answers everything with one body."""

    def __init__(self, body: bytes, coding: str = "", status: int = 200) -> None:
        self.body, self.coding, self.status = body, coding, status
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        headers = {"Content-Encoding": self.coding} if self.coding else {}
        return httpx.Response(self.status, headers=headers, stream=httpx.ByteStream(self.body))


# --- addresses ------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fd00:ec2::254",
        "0x7f.1", "2130706433", "127.1", "localhost", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["203.205.219.57", "8.8.8.8", "240e:97c:2f:3003::77", "64:ff9b::808:808", "198.18.0.9"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(address)


@given(st.text())
def test_no_text_is_an_address_by_accident(text: str) -> None:
    assert is_public(text) in (True, False)


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["169.254.169.254"], ["::1"], ["203.205.219.57", "10.0.0.1"], ["::ffff:10.0.0.1"]],
)
def test_a_name_that_leads_inside_is_not_asked(site: FakeWeChat, answers: list[str]) -> None:
    with (
        Fetcher(FetchOptions(retries=0), resolve=lambda host, port: answers) as fetcher,
        pytest.raises(ForbiddenHostError) as caught,
    ):
        fetcher.fetch_page(POST)
    assert "mp.weixin.qq.com" in caught.value.message
    assert not site.requests


def test_a_redirect_to_a_name_that_leads_inside_is_not_followed() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"]

    with Fetcher(FetchOptions(retries=0), resolve=resolve) as fetcher, pytest.raises(ForbiddenHostError):
        fetcher.fetch_media(PICTURE)
    assert asked == ["mmbiz.qpic.cn"]


def test_a_name_without_an_address_is_a_failed_connection() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with Fetcher(FetchOptions(retries=0), resolve=resolve) as fetcher, pytest.raises(FetchError):
        fetcher.fetch_page(POST)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f.1", "localhost", "2130706433", "[::1]", "", "a b.example.org", "10.0.0.1."]
)
def test_a_host_to_allow_has_a_name(host: str) -> None:
    with pytest.raises(InputError):
        Fetcher(FetchOptions(allow_hosts=(host,)))


def test_a_host_that_is_allowed_is_asked_with_the_names_below_it() -> None:
    carrier = Carrier(BODY)
    with Fetcher(
        FetchOptions(allow_hosts=("Mirror.example.org",), pace=(0, 0)), transport=carrier
    ) as fetcher:
        fetcher.fetch_page("https://mirror.example.org/s/a")
        fetcher.fetch_media("https://img.mirror.example.org/a.png")
        for url in ("https://example.org/s/a", "https://xmirror.example.org/s/a"):
            with pytest.raises(ForbiddenHostError):
                fetcher.fetch_page(url)
    assert len(carrier.requests) == 2


def test_pictures_come_from_hosts_of_pictures_only() -> None:
    with Fetcher(FetchOptions(), transport=Carrier(BODY)) as fetcher, pytest.raises(ForbiddenHostError):
        fetcher.fetch_media("https://example.com/a.png")


# --- time and size ----------------------------------------------------------------


@pytest.mark.parametrize("action", ["hang", "drip"])
def test_a_server_that_stalls_is_left(site: FakeWeChat, action: str) -> None:
    site.script = {1: Fault(action=action)}  # type: ignore[arg-type]
    options = FetchOptions(
        replay=site.url, retries=0, timeout=0.2 if action == "hang" else 30, max_seconds=0.3
    )
    with Fetcher(options) as fetcher, pytest.raises(FetchTimeoutError):
        fetcher.fetch_page(POST)


@pytest.mark.parametrize(
    ("coding", "packed"), [("br", brotli.compress(BODY)), ("zstd", zstandard.compress(BODY)), ("", BODY)]
)
def test_packed_bodies_are_unpacked(coding: str, packed: bytes) -> None:
    with Fetcher(FetchOptions(max_bytes=len(BODY)), transport=Carrier(packed, coding)) as fetcher:
        assert fetcher.fetch_page(POST).body == BODY


def test_zstd_in_several_frames_is_whole() -> None:
    packed = zstandard.compress(BODY[:70]) + zstandard.compress(BODY[70:])
    with Fetcher(FetchOptions(), transport=Carrier(packed, "zstd")) as fetcher:
        assert fetcher.fetch_page(POST).body == BODY


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_no_packing_of_zeros_fills_the_memory(coding: str) -> None:
    zeros = bytes(64 * 2**20)
    gzip = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = {
        "br": lambda: brotli.compress(zeros),
        "zstd": lambda: zstandard.compress(zeros),
        "gzip": lambda: gzip.compress(zeros) + gzip.flush(),
    }[coding]()
    with Fetcher(FetchOptions(max_bytes=2**20), transport=Carrier(packed, coding)) as fetcher:
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError):
                fetcher.fetch_page(POST)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_body_is_a_failure(coding: str, damage: str) -> None:
    packers = {"br": brotli.compress, "zstd": zstandard.compress}
    whole = packers[coding](BODY) if coding in packers else zlib.compress(BODY, wbits=zlib.MAX_WBITS | 16)
    packed = whole[: len(whole) // 2] if damage == "cut" else b"\x00\xff" * 200
    with (
        Fetcher(FetchOptions(retries=0), transport=Carrier(packed, coding)) as fetcher,
        pytest.raises(FetchError),
    ):
        fetcher.fetch_page(POST)


def test_waiting_ends_at_once_when_the_fetcher_is_stopped() -> None:
    with Fetcher(FetchOptions(pace=(3000, 3000)), transport=Carrier(BODY)) as fetcher:
        fetcher.fetch_page(POST)
        fetcher.stop()
        with pytest.raises(Stopped):
            fetcher.fetch_page(POST)


# --- what goes along ----------------------------------------------------------------


def test_cookies_go_where_they_belong_and_none_are_taken(site: FakeWeChat, tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(
        "# Netscape HTTP Cookie File\n"
        "mp.weixin.qq.com\tFALSE\t/\tTRUE\t4102444800\tmine\tone\n"
        "#HttpOnly_.qq.com\tTRUE\t/\tFALSE\t0\tsession\ttwo\n"
        ".example.org\tTRUE\t/\tFALSE\t4102444800\tother\tthree\n",
        encoding="utf-8",
    )
    site.script = {1: Fault(action="serve", headers={"Set-Cookie": "taken=no; Path=/"})}
    with Fetcher(FetchOptions(replay=site.url, cookies=file)) as fetcher:
        fetcher.fetch_page(POST)
        fetcher.fetch_page(POST)
        fetcher.fetch_media(PICTURE)
    sent = [set(filter(None, r.headers.get("cookie", "").split("; "))) for r in site.requests]
    assert sent == [{"mine=one", "session=two"}] * 2
    assert "cookie" not in site.media_requests[0].headers


@pytest.mark.parametrize(
    "text", ["a=b; token=SECRET", "# Netscape HTTP Cookie File\nbroken SECRET line\n", None]
)
def test_a_cookies_file_that_is_none_is_refused_without_showing_it(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "cookies.txt"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Fetcher(FetchOptions(cookies=file))
    assert "SECRET" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_picture_is_asked_for_as_from_its_post(site: FakeWeChat) -> None:
    with Fetcher(FetchOptions(replay=site.url)) as fetcher:
        assert fetcher.fetch_media(PICTURE, referer=POST).startswith(b"\x89PNG")
        fetcher.fetch_media(PICTURE)
    assert [r.headers["referer"] for r in site.media_requests] == [POST, "https://mp.weixin.qq.com/"]


# --- feeds ----------------------------------------------------------------------------


def test_a_feed_that_has_not_changed_is_not_sent_again(site: FakeWeChat) -> None:
    site.feeds["/feed.xml"] = Feed(body=b"<rss/>", etag='"v1"')
    with Fetcher(FetchOptions(replay=site.url)) as fetcher:
        first = fetcher.fetch_feed("https://feeds.example.org/feed.xml")
        again = fetcher.fetch_feed("https://feeds.example.org/feed.xml", etag=first.headers["etag"])
    assert (first.status, first.body) == (200, b"<rss/>")
    assert (again.status, again.body) == (304, b"")


def test_a_feed_does_not_lead_to_another_host(site: FakeWeChat) -> None:
    url = "https://feeds.example.org/feed.xml"
    for location in ("https://example.com/feed.xml", "http://127.0.0.1/", "https://mp.weixin.qq.com/s/a"):
        site.script = {"/feed.xml": Fault(action="redirect", location=location)}
        with Fetcher(FetchOptions(replay=site.url)) as fetcher, pytest.raises(ForbiddenHostError):
            fetcher.fetch_feed(url)
    site.script = {"/feed.xml": Fault(action="status", status=404)}
    with Fetcher(FetchOptions(replay=site.url)) as fetcher, pytest.raises(StatusError):
        fetcher.fetch_feed(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/feed", "http://0x7f.1/feed", "http://localhost/feed", "http://[", "feed"]
)
def test_a_feed_is_at_a_named_host(url: str) -> None:
    with (
        Fetcher(FetchOptions(), transport=Carrier(BODY)) as fetcher,
        pytest.raises((InputError, AddressError)),
    ):
        fetcher.fetch_feed(url)


def test_the_environment_names_the_proxy(site: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    monkeypatch.setenv("NO_PROXY", "localhost")
    with Fetcher(FetchOptions(retries=0)) as fetcher, pytest.raises(FetchError):
        fetcher.fetch_page(POST)  # the fake is no proxy for https: it says 501 to CONNECT
    assert json.dumps([r.path for r in site.requests]) == "[]"
