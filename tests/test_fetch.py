"""Fetching, against a server that goes wrong on cue; time is held by hand, so that nothing waits."""

import gzip
import inspect
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from fakewechat import FIXTURES, FakeWeChat, Fault, Script
from wxarchive import errors, fetch
from wxarchive.address import PostAddress
from wxarchive.errors import (
    AddressError,
    ConnectError,
    FetchError,
    FetchTimeoutError,
    ForbiddenHostError,
    InputError,
    StatusError,
    TooFrequentError,
    TooLargeError,
    VerifyRequiredError,
    WxArchiveError,
)
from wxarchive.fetch import USER_AGENT, Fetcher, FetchOptions, to_our_error

BIZ = "MzA5MDAwMDAwMQ=="
SN = "0123456789abcdef0123456789abcdef"
SHORT = "aB3_dE-6gH9jK2mN5pQ8sT"
LONG = f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=2650000001&idx=1&sn={SN}"
SHORT_URL = f"https://mp.weixin.qq.com/s/{SHORT}"
BODY = "<html><body><div id='js_content'>春天的第一场雨</div></body></html>".encode() * 20
START = datetime(2025, 1, 1, tzinfo=UTC)


class Time:
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = START
        self.waits: list[float] = []

    def clock(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small site: one post, and a page that is gone."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "post.html").write_bytes(BODY)
    (tmp_path / "pages" / "gone.html").write_bytes(b"gone")
    rows = [
        {
            "file": "pages/post.html",
            "state": "post",
            "biz": BIZ,
            "mid": "2650000001",
            "idx": "1",
            "sn": SN,
            "short": SHORT,
        },
        {
            "file": "pages/gone.html",
            "state": "deleted",
            "biz": BIZ,
            "mid": "2",
            "idx": "1",
            "sn": None,
            "short": None,
        },
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


@pytest.fixture
def site(root: Path) -> Iterator[FakeWeChat]:
    with FakeWeChat(root) as server:
        yield server


def open_fetcher(
    options: FetchOptions, time: Time | None = None, transport: httpx.BaseTransport | None = None
) -> Fetcher:
    time = time or Time()
    return Fetcher(
        options, sleep=time.sleep, clock=time.clock, uniform=lambda a, b: (a + b) / 2, transport=transport
    )


def replaying(
    site: FakeWeChat, time: Time | None = None, script: Script | None = None, **options: int
) -> Fetcher:
    site.script = script or {}
    return open_fetcher(FetchOptions(replay=site.url, **options), time)  # type: ignore[arg-type]


class Carrier(httpx.BaseTransport):
    """Carries requests nowhere: takes answers from a list, the last one for ever, and raises errors in it."""

    def __init__(self, *answers: "Answer | Exception") -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        body = answer.body
        stream = httpx.ByteStream(body) if isinstance(body, bytes) else body
        return httpx.Response(answer.status, headers=answer.headers, stream=stream)


@dataclass
class Answer:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | httpx.SyncByteStream = BODY


def packed(body: bytes | httpx.SyncByteStream, coding: str = "gzip") -> Answer:
    return Answer(headers={"Content-Encoding": coding}, body=body)


# --- a page comes ---------------------------------------------------------


def test_a_page_comes_with_its_provenance(site: FakeWeChat) -> None:
    with replaying(site) as fetcher:
        page = fetcher.fetch_page(LONG)
    assert page.body == BODY
    assert (page.url, page.final_url, page.status, page.origin) == (LONG, LONG, 200, "fetch")
    assert page.fetched_at == START
    assert page.headers["content-type"] == "text/html; charset=UTF-8"


@pytest.mark.parametrize("pack", [True, False])
def test_packed_and_plain_bodies_are_the_same(root: Path, pack: bool) -> None:
    with FakeWeChat(root, pack=pack) as site, replaying(site) as fetcher:
        page = fetcher.fetch_page(SHORT_URL)
    assert page.body == BODY
    assert ("content-encoding" in page.headers) is pack


def test_replay_keeps_path_query_and_host(site: FakeWeChat) -> None:
    with replaying(site) as fetcher:
        fetcher.fetch_page(LONG)
        fetcher.fetch_page(SHORT_URL)
    assert [(request.path, request.host) for request in site.requests] == [
        (LONG.removeprefix("https://mp.weixin.qq.com"), "mp.weixin.qq.com"),
        (f"/s/{SHORT}", "mp.weixin.qq.com"),
    ]
    assert site.requests[0].headers["user-agent"] == USER_AGENT


def test_the_user_agent_can_be_another(site: FakeWeChat) -> None:
    with open_fetcher(FetchOptions(replay=site.url, user_agent="reader/1")) as fetcher:
        fetcher.fetch_page(LONG)
    assert site.requests[0].headers["user-agent"] == "reader/1"


def test_plain_http_is_asked_as_https() -> None:
    carrier = Carrier(Answer())
    with open_fetcher(FetchOptions(), transport=carrier) as fetcher:
        page = fetcher.fetch_page(LONG.replace("https://mp.weixin.qq.com/", "http://MP.weixin.qq.com:80/"))
    assert str(carrier.requests[0].url) == LONG
    assert page.final_url == LONG


def test_a_body_in_several_packed_parts_is_whole() -> None:
    parts = gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]) + b"\0\0\0"
    with open_fetcher(FetchOptions(), transport=Carrier(packed(parts))) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY


# --- no secret stays ------------------------------------------------------


def test_secrets_are_neither_sent_nor_kept(site: FakeWeChat) -> None:
    script: Script = {
        1: Fault(action="redirect", location=f"/s/{SHORT}?uin=SECRET&a=1&pass_ticket=SECRET"),
        2: Fault(action="serve", headers={"Set-Cookie": "wap_sid2=SECRET", "X-Note": "kept"}),
    }
    with replaying(site, script=script) as fetcher:
        page = fetcher.fetch_page(f"{LONG}&key=SECRET#rd")
        fetcher.fetch_page(SHORT_URL)
    assert (page.url, page.final_url) == (f"{LONG}#rd", f"{SHORT_URL}?a=1")
    assert page.headers["x-note"] == "kept"
    assert "SECRET" not in repr(page)
    assert "SECRET" not in repr(site.requests)


def test_errors_show_no_secret(site: FakeWeChat) -> None:
    with (
        replaying(site, script={1: Fault(action="status", status=404)}) as fetcher,
        pytest.raises(StatusError) as caught,
    ):
        fetcher.fetch_page(f"{LONG}&key=SECRET")
    assert caught.value.subject == LONG
    assert "SECRET" not in str(caught.value)


# --- only WeChat ----------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/s/a",
        "https://mp.weixin.qq.com.example.com/s",
        "https://notweixin.qq.com/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "mp.weixin.qq.com/s/a",
        "https://user:word@mp.weixin.qq.com/s",
        "https://mp.weixin.qq.com:8443/s",
        "https://evil.example\\@mp.weixin.qq.com/s",
    ],
)
def test_other_addresses_are_not_asked(url: str) -> None:
    carrier = Carrier(Answer())
    with open_fetcher(FetchOptions(), transport=carrier) as fetcher, pytest.raises(ForbiddenHostError):
        fetcher.fetch_page(url)
    assert not carrier.requests


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://[",
        "https://mp.weixin.qq.com/\x00",
        "https://mp.weixin.qq.com/\ud800",
        "http://" + "a" * 70_000,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with (
        open_fetcher(FetchOptions(), transport=Carrier(Answer())) as fetcher,
        pytest.raises((AddressError, ForbiddenHostError)),
    ):
        fetcher.fetch_page(url)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/",
        "https://example.com/",
        "//example.com/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(site: FakeWeChat, location: str) -> None:
    with (
        replaying(site, script={1: Fault(action="redirect", location=location)}) as fetcher,
        pytest.raises(ForbiddenHostError),
    ):
        fetcher.fetch_page(LONG)
    assert len(site.requests) == 1


@pytest.mark.parametrize("location", ["http://mp.weixin.qq.com:x/", "http://[", "/" + "a" * 70_000])
def test_a_redirect_to_nonsense_is_an_error(location: str) -> None:
    carrier = Carrier(Answer(302, {"Location": location}))
    with open_fetcher(FetchOptions(), transport=carrier) as fetcher, pytest.raises(FetchError):
        fetcher.fetch_page(LONG)


def test_redirects_go_through_the_replay_too(site: FakeWeChat) -> None:
    script: Script = {
        1: Fault(action="redirect", location=LONG),
        2: Fault(action="redirect", location=f"http://mp.weixin.qq.com/s/{SHORT}?scene=1#rd"),
    }
    with replaying(site, script=script) as fetcher:
        page = fetcher.fetch_page("https://weixin.qq.com/r/abc")
    assert page.body == BODY
    assert page.final_url == f"{SHORT_URL}?scene=1#rd"
    assert [request.host for request in site.requests] == [
        "weixin.qq.com",
        "mp.weixin.qq.com",
        "mp.weixin.qq.com",
    ]


def test_a_redirect_loop_ends(site: FakeWeChat) -> None:
    with (
        replaying(site, script={f"/s/{SHORT}": Fault(action="loop")}) as fetcher,
        pytest.raises(StatusError) as caught,
    ):
        fetcher.fetch_page(SHORT_URL)
    assert "redirected" in caught.value.message
    assert len(site.requests) == 1 + fetch.MAX_REDIRECTS


def test_a_redirect_to_the_captcha_is_named_and_not_followed(site: FakeWeChat) -> None:
    with (
        replaying(site, script={1: Fault(action="captcha")}) as fetcher,
        pytest.raises(VerifyRequiredError) as caught,
    ):
        fetcher.fetch_page(LONG)
    assert caught.value.subject == LONG
    assert len(site.requests) == 1


def test_a_captcha_page_without_a_redirect_is_a_page(site: FakeWeChat) -> None:
    with replaying(site, script={1: Fault(action="verify")}) as fetcher:
        assert b"secitptpage" in fetcher.fetch_page(LONG).body


# --- limits ---------------------------------------------------------------


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(64 * 2**20))
    with open_fetcher(FetchOptions(max_bytes=2**20), transport=Carrier(packed(bomb))) as fetcher:
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError):
                fetcher.fetch_page(LONG)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_bomb_is_asked_for_once(site: FakeWeChat) -> None:
    script: Script = {1: Fault(action="bomb", size=4 * 2**20)}
    with replaying(site, script=script, max_bytes=2**20) as fetcher, pytest.raises(TooLargeError):
        fetcher.fetch_page(LONG)
    assert len(site.requests) == 1


@pytest.mark.parametrize("pack", [True, False])
def test_the_limit_is_exact(root: Path, pack: bool) -> None:
    with FakeWeChat(root, pack=pack) as site:
        with replaying(site, max_bytes=len(BODY)) as fetcher:
            assert fetcher.fetch_page(LONG).body == BODY
        with replaying(site, max_bytes=len(BODY) - 1) as fetcher, pytest.raises(TooLargeError):
            fetcher.fetch_page(LONG)


class Endless(httpx.SyncByteStream):
    """A body that never ends: a beginning, then one piece again and again, ``seconds`` apart."""

    def __init__(
        self, piece: bytes, *, lead: bytes = b"", time: Time | None = None, seconds: float = 0.0
    ) -> None:
        self.piece, self.lead, self.time, self.seconds, self.sent = piece, lead, time or Time(), seconds, 0

    def __iter__(self) -> Iterator[bytes]:
        yield self.lead
        while True:
            self.time.at += timedelta(seconds=self.seconds)
            self.sent += len(self.piece)
            yield self.piece


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("identity", Endless(b"x" * 1000)),
        ("gzip", Endless(b"\x00\x00\x00\xff\xff" * 200, lead=gzip.compress(b"")[:10])),  # empty blocks
    ],
)
def test_a_body_without_end_is_cut_off(coding: str, body: Endless) -> None:
    carrier = Carrier(packed(body, coding))
    with (
        open_fetcher(FetchOptions(max_bytes=50_000), transport=carrier) as fetcher,
        pytest.raises(TooLargeError),
    ):
        fetcher.fetch_page(LONG)
    assert body.sent <= 60_000


def test_a_body_of_countless_parts_is_refused() -> None:
    carrier = Carrier(packed(gzip.compress(b"") * 1000))
    with open_fetcher(FetchOptions(), transport=carrier) as fetcher, pytest.raises(FetchError):
        fetcher.fetch_page(LONG)


def test_a_body_that_drips_is_cut_off() -> None:
    time = Time()
    carrier = Carrier(Answer(body=Endless(b"x", time=time, seconds=25.0)))
    with (
        open_fetcher(FetchOptions(max_seconds=100), time, carrier) as fetcher,
        pytest.raises(FetchTimeoutError),
    ):
        fetcher.fetch_page(LONG)
    assert time.at - START < timedelta(seconds=200)


@pytest.mark.parametrize("coding", ["compress", "gzip, gzip", "deflate", "br, gzip"])
def test_a_packing_that_was_not_asked_for_is_refused(coding: str) -> None:
    with (
        open_fetcher(FetchOptions(), transport=Carrier(packed(b"x", coding))) as fetcher,
        pytest.raises(FetchError),
    ):
        fetcher.fetch_page(LONG)


# --- pauses ---------------------------------------------------------------


def test_requests_keep_their_distance() -> None:
    time, carrier = Time(), Carrier(Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        fetcher.fetch_page(LONG)
        assert time.waits == []
        fetcher.fetch_page(LONG)
        assert time.waits == [4.5]
        time.at += timedelta(seconds=1.5)  # spent on reading the page
        fetcher.fetch_page(LONG)
        assert time.waits == [4.5, 3.0]
        time.at += timedelta(seconds=60)
        fetcher.fetch_page(LONG)
        assert time.waits == [4.5, 3.0]


def test_a_clock_set_back_does_not_lengthen_a_pause() -> None:
    time, carrier = Time(), Carrier(Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        fetcher.fetch_page(LONG)
        time.at -= timedelta(days=1)
        fetcher.fetch_page(LONG)
    assert time.waits == [4.5]


def test_redirects_and_retries_keep_their_distance_too() -> None:
    time = Time()
    carrier = Carrier(Answer(302, {"Location": SHORT_URL}), Answer(503, {"Retry-After": "1"}), Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        fetcher.fetch_page(LONG)
    assert time.waits == [4.5, 1.0, 3.5]
    assert len(carrier.requests) == 3


def test_a_failed_request_is_followed_by_a_pause() -> None:
    time, carrier = Time(), Carrier(Answer(404), Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        with pytest.raises(StatusError):
            fetcher.fetch_page(LONG)
        fetcher.fetch_page(LONG)
    assert time.waits == [4.5]


def test_pauses_are_drawn_from_the_pace() -> None:
    drawn: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return most

    time = Time()
    options = FetchOptions(pace=(1.0, 2.0))
    with Fetcher(
        options, sleep=time.sleep, clock=time.clock, uniform=uniform, transport=Carrier(Answer())
    ) as fetcher:
        fetcher.fetch_page(LONG)
        fetcher.fetch_page(LONG)
    assert drawn == [(1.0, 2.0)]
    assert time.waits == [2.0]


def test_a_replay_does_not_pause(site: FakeWeChat) -> None:
    time = Time()
    script: Script = {1: Fault(action="status", status=500), 2: Fault(action="reset")}
    with replaying(site, time, script) as fetcher:
        for _ in range(3):
            assert fetcher.fetch_page(LONG).body == BODY
    assert time.waits == []
    assert len(site.requests) == 5


# --- trying again ---------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault(action="status", status=500),
        Fault(action="status", status=502),
        Fault(action="status", status=503),
        Fault(action="status", status=429),
        Fault(action="reset"),
        Fault(action="cut"),
        Fault(action="cut-gzip"),
    ],
    ids=lambda fault: f"{fault.action}-{fault.status}",
)
def test_a_passing_failure_is_tried_again(site: FakeWeChat, fault: Fault) -> None:
    with replaying(site, script={SHORT: [fault, fault, None]}) as fetcher:
        assert fetcher.fetch_page(SHORT_URL).body == BODY
    assert len(site.requests) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(action="status", status=500), StatusError),
        (Fault(action="status", status=429), TooFrequentError),
        (Fault(action="reset"), ConnectError),
        (Fault(action="cut"), ConnectError),
        (Fault(action="cut-gzip"), ConnectError),
    ],
    ids=lambda value: getattr(value, "action", ""),
)
def test_a_lasting_failure_ends_with_its_reason(
    site: FakeWeChat, fault: Fault, error: type[WxArchiveError]
) -> None:
    with replaying(site, script={SHORT: fault}, retries=2) as fetcher, pytest.raises(error) as caught:
        fetcher.fetch_page(SHORT_URL)
    assert type(caught.value) is error
    assert caught.value.subject == SHORT_URL
    assert len(site.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 410, 204, 304])
def test_a_final_status_is_not_tried_again(site: FakeWeChat, status: int) -> None:
    with (
        replaying(site, script={SHORT: Fault(action="status", status=status)}) as fetcher,
        pytest.raises(StatusError, match=str(status)),
    ):
        fetcher.fetch_page(SHORT_URL)
    assert len(site.requests) == 1


def test_one_failure_does_not_spoil_the_next_page(site: FakeWeChat) -> None:
    with replaying(site, script={1: Fault(action="reset")}, retries=0) as fetcher:
        with pytest.raises(ConnectError):
            fetcher.fetch_page(LONG)
        assert fetcher.fetch_page(LONG).body == BODY


def test_waits_between_tries_grow_and_are_bounded() -> None:
    time, carrier = Time(), Carrier(httpx.ConnectError("no"))
    with (
        open_fetcher(FetchOptions(pace=(0, 0), retries=7), time, carrier) as fetcher,
        pytest.raises(ConnectError),
    ):
        fetcher.fetch_page(LONG)
    assert time.waits == [1.5, 3.0, 6.0, 12.0, 24.0, 45.0, 45.0]
    assert len(carrier.requests) == 8


@pytest.mark.parametrize("when", ["30", format_datetime(START + timedelta(seconds=30), usegmt=True)])
def test_retry_after_is_obeyed(when: str) -> None:
    time, carrier = Time(), Carrier(Answer(429, {"Retry-After": when}), Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY
    assert time.waits == [30.0]


def test_retry_after_is_obeyed_under_replay(site: FakeWeChat) -> None:
    time = Time()
    script: Script = {1: Fault(action="status", status=429, headers={"Retry-After": "7"})}
    with replaying(site, time, script) as fetcher:
        fetcher.fetch_page(LONG)
    assert time.waits == [7.0]


@pytest.mark.parametrize("when", ["121", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_waits_as_long_as_a_server_may_ask(when: str) -> None:
    time, carrier = Time(), Carrier(Answer(429, {"Retry-After": when}))
    with open_fetcher(FetchOptions(), time, carrier) as fetcher, pytest.raises(TooFrequentError) as caught:
        fetcher.fetch_page(LONG)
    assert time.waits == []
    assert len(carrier.requests) == 1
    assert "asks to wait" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "when", ["soon", "", "-5", "1.5", "Mon, 99 Foo 2025", "Wed, 01 Jan 2020 00:00:00 GMT"]
)
def test_a_retry_after_that_says_nothing_changes_nothing(when: str) -> None:
    time, carrier = Time(), Carrier(Answer(503, {"Retry-After": when}), Answer())
    with open_fetcher(FetchOptions(), time, carrier) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY
    assert sum(time.waits) == 4.5


def test_a_server_that_is_not_there_is_named(root: Path) -> None:
    with FakeWeChat(root) as site:
        address = site.url
    with (
        open_fetcher(FetchOptions(replay=address, timeout=5)) as fetcher,
        pytest.raises(ConnectError) as caught,
    ):
        fetcher.fetch_page(LONG)
    assert caught.value.hint


# --- the client's errors --------------------------------------------------


def test_every_error_of_the_client_is_mapped() -> None:
    known = {kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)}
    assert known == set(fetch.ERRORS) | set(fetch.MISTAKES)
    assert not set(fetch.ERRORS) & set(fetch.MISTAKES)


@pytest.mark.parametrize("kind", fetch.ERRORS, ids=str)
def test_errors_of_the_client_become_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    Exception.__init__(error, "socket 7 said no")
    ours = to_our_error(error)
    assert type(ours) is fetch.ERRORS[kind]
    assert type(ours).__module__ == errors.__name__
    assert "socket 7" not in str(ours)


def test_a_newer_class_of_the_client_is_taken_for_its_base() -> None:
    class NewTimeout(httpx.ReadTimeout):
        pass

    assert isinstance(to_our_error(NewTimeout("x")), FetchTimeoutError)


@pytest.mark.parametrize("kind", sorted(fetch.MISTAKES, key=str))
def test_mistakes_of_ours_keep_their_traceback(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    with pytest.raises(kind):
        to_our_error(error)


@pytest.mark.parametrize(
    ("raised", "error", "tries"),
    [
        (httpx.ConnectTimeout("x"), FetchTimeoutError, 4),
        (httpx.ReadTimeout("x"), FetchTimeoutError, 4),
        (httpx.ProxyError("x"), ConnectError, 4),
        (httpx.RemoteProtocolError("x"), ConnectError, 4),
        (httpx.LocalProtocolError("x"), FetchError, 1),
    ],
)
def test_only_what_may_pass_is_tried_again(
    raised: Exception, error: type[WxArchiveError], tries: int
) -> None:
    carrier = Carrier(raised)
    with open_fetcher(FetchOptions(), transport=carrier) as fetcher, pytest.raises(error):
        fetcher.fetch_page(LONG)
    assert len(carrier.requests) == tries


def test_a_bug_is_not_swallowed() -> None:
    with (
        open_fetcher(FetchOptions(), transport=Carrier(ZeroDivisionError())) as fetcher,
        pytest.raises(ZeroDivisionError),
    ):
        fetcher.fetch_page(LONG)


# --- options --------------------------------------------------------------


@pytest.mark.parametrize(
    "replay",
    [
        "",
        "127.0.0.1:8000",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1/mirror",
        "http://127.0.0.1/?a",
        "http://a:b@127.0.0.1",
        "http://[",
        "http://127.0.0.1:x",
    ],
)
def test_a_replay_address_that_is_none_is_refused(replay: str) -> None:
    with pytest.raises(InputError) as caught:
        Fetcher(FetchOptions(replay=replay))
    assert caught.value.hint


@pytest.mark.parametrize(
    "replay", ["http://127.0.0.1:{port}", "http://127.0.0.1:{port}/", "HTTP://localhost:{port}"]
)
def test_a_replay_address_is_taken_as_people_write_it(site: FakeWeChat, replay: str) -> None:
    with open_fetcher(FetchOptions(replay=replay.format(port=site.port))) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY


@pytest.mark.parametrize(
    "options",
    [
        FetchOptions(user_agent="a\r\nX-Evil: 1"),
        FetchOptions(user_agent="浏览器"),
        FetchOptions(proxy="nonsense"),
        FetchOptions(proxy="gopher://user:PASSWORD@127.0.0.1"),
    ],
    ids=["newline", "Chinese", "no address", "unknown scheme"],
)
def test_options_that_cannot_be_used_are_refused(options: FetchOptions) -> None:
    with pytest.raises(InputError) as caught:
        Fetcher(options)
    assert "PASSWORD" not in f"{caught.value} {caught.value.hint}"


def test_the_proxy_of_the_environment_is_not_used_under_replay(
    site: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with replaying(site) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY


def test_a_proxy_is_used(site: FakeWeChat) -> None:
    with open_fetcher(FetchOptions(replay="http://127.0.0.1:9", proxy=site.url, retries=0)) as fetcher:
        assert fetcher.fetch_page(LONG).body == BODY
    assert site.requests[0].path.startswith("http://127.0.0.1:9/s?")


# --- the fake itself ------------------------------------------------------


def test_the_fake_knows_its_posts_by_every_form(site: FakeWeChat) -> None:
    with replaying(site) as fetcher:
        bodies = [
            fetcher.fetch_page(url).body
            for url in (
                LONG,
                SHORT_URL,
                LONG.replace(SN, "f" * 32),
                LONG.replace("idx=1", "idx=2"),
                f"{LONG}&scene=1",
            )
        ]
    assert bodies == [BODY, BODY, b"gone", b"gone", BODY]


def test_the_fake_refuses_another_host(site: FakeWeChat) -> None:
    assert httpx.get(f"{site.url}/s/{SHORT}", trust_env=False).status_code == 421


def test_the_fake_serves_as_a_command(root: Path, tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    script = Path(__file__).with_name("fakewechat.py")
    command = [sys.executable, str(script), "--root", str(root), "--port-file", str(port_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            with open_fetcher(FetchOptions(replay=address)) as fetcher:
                assert fetcher.fetch_page(LONG).body == BODY
            os.kill(process.pid, signal.SIGINT)  # the port file is there once it listens
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    assert address.endswith(f":{port_file.read_text().strip()}")


def test_the_fixtures_are_served_by_their_identity() -> None:
    rows = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    with FakeWeChat() as site, replaying(site) as fetcher:
        for row in rows:
            address = PostAddress(**{name: row[name] for name in ("biz", "mid", "idx", "sn", "short")})
            page = (FIXTURES / row["file"]).read_bytes()
            if address.key:
                assert fetcher.fetch_page(address.url).body == page
            if address.short_url:
                assert fetcher.fetch_page(address.short_url).body == page
