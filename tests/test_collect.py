"""The run: every link keeps a true state, nothing is asked twice, and the site is left alone when it asks for it."""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakewechat import FIXTURES, FakeWeChat, Fault, picture_of
from madeposts import key_of, link_to, made_pages
from wxarchive import Archive, CollectOptions, Fetcher, FetchOptions, fetch_media, fetch_posts, resume_posts
from wxarchive.collect import Event, find_losses
from wxarchive.errors import BlockedError
from wxarchive.pipeline import Outcome
from wxarchive.store import LinkState

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


class Time:
    """Time that moves only when somebody waits."""

    def __init__(self) -> None:
        self.at = START
        self.waits: list[float] = []

    def clock(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def site() -> Iterator[FakeWeChat]:
    with FakeWeChat(FIXTURES) as server:
        server.made.update(made_pages(8))
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a", create=True) as opened:
        yield opened


def fetcher_for(site: FakeWeChat, **options: Any) -> Fetcher:
    return Fetcher(FetchOptions(replay=site.url, **{"retries": 0, **options}))


def states(archive: Archive) -> dict[str, LinkState]:
    return {link.url: link.state for link in archive.links.iter()}


def outcomes(events: Iterator[Event]) -> list[Outcome]:
    return [event for event in events if isinstance(event, Outcome)]


def asked(site: FakeWeChat) -> list[str]:
    return [request.path for request in site.requests]


# --- the list -----------------------------------------------------------------


def test_every_link_is_on_the_list_before_the_first_is_asked_for(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        events = fetch_posts(archive, [link_to(n) for n in range(5)], fetcher)
        next(events)
        events.close()
    assert Counter(states(archive).values()) == {"done": 1, "waiting": 4}


def test_a_run_that_was_stopped_goes_on_where_it_was(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        events = fetch_posts(archive, [link_to(n) for n in range(5)], fetcher)
        done = [next(events), next(events)]
        events.close()
        done += outcomes(resume_posts(archive, fetcher))
        assert [event.status for event in done if isinstance(event, Outcome)] == ["new"] * 5
        assert outcomes(resume_posts(archive, fetcher)) == []
    assert len(set(asked(site))) == 5
    assert set(states(archive).values()) == {"done"}


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        (Fault(action="status", status=500), "failed", "status 500"),
        (Fault(action="status", status=404), "failed", "status 404"),
        (Fault(action="reset"), "failed", "broke"),
        (Fault(action="cut-gzip"), "failed", "broke off"),
        (Fault(action="bomb", size=2**21), "failed", "larger"),
        (Fault(action="garbage"), "failed", "not text"),
        (Fault(action="json"), "refused", "system error"),
        (Fault(action="loop"), "failed", "redirected"),
        (Fault(action="redirect", location="http://169.254.169.254/"), "refused", "169.254.169.254"),
        (Fault(action="redirect", location="http://0x7f.1/"), "refused", "0x7f.1"),
        (Fault(action="redirect", location="http://[::1]/"), "refused", "::1"),
        (Fault(action="redirect", location="/s/gone"), "gone", "deleted"),
    ],
    ids=lambda value: getattr(value, "action", None),
)
def test_a_failure_becomes_a_state_with_its_reason(
    site: FakeWeChat, archive: Archive, fault: Fault, state: LinkState, words: str
) -> None:
    site.script = {key_of(0): fault}
    with fetcher_for(site, max_bytes=2**20) as fetcher:
        found = outcomes(fetch_posts(archive, [link_to(0), link_to(1)], fetcher))
    assert [outcome.status for outcome in found][1] == "new"
    link = next(archive.links.iter())
    assert (link.state, words in (link.reason or "")) == (state, True), link.reason
    assert archive.count_posts() == 1


def test_a_failed_link_waits_longer_each_time_and_is_asked_when_its_time_comes(
    site: FakeWeChat, tmp_path: Path
) -> None:
    time = Time()
    site.script = {key_of(0): Fault(action="status", status=500)}
    waits = []
    with Archive(tmp_path / "a", create=True, clock=time.clock) as archive, fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, [link_to(0)], fetcher))
        for _ in range(6):
            assert outcomes(resume_posts(archive, fetcher)) == []  # too early
            link = next(archive.links.iter())
            assert link.next_at is not None
            waits.append(link.next_at - time.at)
            time.at = link.next_at
            outcomes(resume_posts(archive, fetcher))
        assert waits == sorted(waits)
        assert next(archive.links.iter()).attempts == 6  # no more of its own accord
        site.script = {}
        assert [
            o.status for o in outcomes(resume_posts(archive, fetcher, states=("failed",), due=False))
        ] == ["new"]


def test_a_gone_post_can_be_asked_for_again_and_held_ones_are_never(
    site: FakeWeChat, archive: Archive
) -> None:
    site.script = {key_of(0): [Fault(action="redirect", location="/s/gone")]}
    links = [link_to(0), link_to(1)]
    with fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, links, fetcher))
        assert [o.status for o in outcomes(fetch_posts(archive, links, fetcher))] == ["held", "held"]
        before = len(site.requests)
        again = outcomes(resume_posts(archive, fetcher, states=("gone",), due=False))
    assert [outcome.status for outcome in again] == ["new"]
    assert len(site.requests) == before + 1


def test_an_edited_post_is_fetched_only_with_refresh(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, [link_to(0)], fetcher))
        site.script = {key_of(0): Fault(action="edited")}
        assert [o.status for o in outcomes(fetch_posts(archive, [link_to(0)], fetcher))] == ["held"]
        changed = outcomes(fetch_posts(archive, [link_to(0)], fetcher, refresh=True))
    assert [outcome.status for outcome in changed] == ["changed"]
    assert len(site.requests) == 2


def test_two_forms_of_one_link_are_refreshed_once(site: FakeWeChat, archive: Archive) -> None:
    row = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))[0]
    short = f"https://mp.weixin.qq.com/s/{row['short']}"
    long = f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
    with fetcher_for(site) as fetcher:
        for _ in range(2):
            found = outcomes(fetch_posts(archive, [short, long], fetcher, refresh=True))
            assert [outcome.status for outcome in found][1] == "held"
    assert len(site.requests) == 2


def test_limits_of_number_and_time_leave_the_rest_waiting(site: FakeWeChat, archive: Archive) -> None:
    links = [link_to(n) for n in range(6)]
    with fetcher_for(site) as fetcher:
        found = outcomes(fetch_posts(archive, links, fetcher, options=CollectOptions(limit=2)))
        assert [o.status for o in found] == ["new", "new"] + ["not-asked"] * 4
        outcomes(resume_posts(archive, fetcher, options=CollectOptions(limit=1)))
        assert outcomes(resume_posts(archive, fetcher, options=CollectOptions(max_time=0))) == []
    assert Counter(states(archive).values()) == {"done": 3, "waiting": 3}


def test_no_secret_is_on_the_list(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, [link_to(0) + "&key=SECRET&uin=SECRET&pass_ticket=SECRET"], fetcher))
    archive.close()
    files = [file for file in archive.path.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"SECRET" in file.read_bytes()]


# --- the breaker --------------------------------------------------------------


class Carrier(httpx.BaseTransport):
    """Answers from a table of paths, without a server: for what is not done under replay."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        page = self.pages[f"mid={request.url.params['mid']}"]
        return httpx.Response(200, stream=httpx.ByteStream(page))


@pytest.mark.parametrize("action", ["verify", "captcha", "too-often"])
def test_a_captcha_stops_the_run_and_stores_nothing(site: FakeWeChat, archive: Archive, action: Any) -> None:
    site.script = {3: Fault(action=action)}
    with fetcher_for(site) as fetcher:
        found = outcomes(fetch_posts(archive, [link_to(n) for n in range(5)], fetcher))
    assert [outcome.status for outcome in found] == ["new", "new", "failed", "not-asked", "not-asked"]
    error = found[2].error
    assert isinstance(error, BlockedError)
    assert "--resume" in (error.hint or "")
    assert (link_to(2) in (error.hint or "")) is (action != "too-often")
    assert len(site.requests) == 3
    assert archive.info().captures == 2
    assert Counter(states(archive).values()) == {"done": 2, "waiting": 3}
    breaker = archive.links.load_breaker()
    assert breaker is not None
    assert breaker.url == link_to(2)
    with fetcher_for(site) as fetcher:
        assert [o.status for o in outcomes(resume_posts(archive, fetcher))] == ["new"] * 3
    assert archive.links.load_breaker() is None


def test_the_site_is_left_alone_until_the_time_that_was_said(tmp_path: Path) -> None:
    time = Time()
    verify = (FIXTURES / "pages" / "verify.html").read_bytes()
    pages = made_pages(3)
    carrier = Carrier({f"mid={key.split(':')[1]}": page for key, page in pages.items()})
    good = dict(carrier.pages)
    links = [link_to(n) for n in range(3)]
    rests = []
    with (
        Archive(tmp_path / "a", create=True, clock=time.clock) as archive,
        Fetcher(FetchOptions(), sleep=time.sleep, clock=time.clock, transport=carrier) as fetcher,
    ):
        for name in carrier.pages:
            carrier.pages[name] = verify
        for _ in range(3):
            outcomes(fetch_posts(archive, links, fetcher, clock=time.clock))
            breaker = archive.links.load_breaker()
            assert breaker is not None
            rests.append(breaker.until - time.at)
            sent = len(carrier.requests)
            found = outcomes(fetch_posts(archive, links, fetcher, clock=time.clock))
            assert [outcome.status for outcome in found] == ["not-asked"] * 3
            assert [type(outcome.error).__name__ for outcome in found] == [
                "VerifyRequiredError",
                "NoneType",
                "NoneType",
            ]
            (only,) = outcomes(resume_posts(archive, fetcher, clock=time.clock))
            assert isinstance(only.error, BlockedError)
            assert len(carrier.requests) == sent
            time.at = breaker.until
        assert rests == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
        time.at = START
        carrier.pages = good
        found = outcomes(
            fetch_posts(archive, links, fetcher, options=CollectOptions(anyway=True), clock=time.clock)
        )
        assert [outcome.status for outcome in found] == ["new"] * 3
        assert archive.links.load_breaker() is None


def test_a_long_retry_after_is_kept_by_the_breaker(site: FakeWeChat, archive: Archive) -> None:
    site.script = {1: Fault(action="status", status=429, headers={"Retry-After": "86400"})}
    with fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, [link_to(0)], fetcher))
    breaker = archive.links.load_breaker()
    assert breaker is not None
    assert breaker.until - breaker.at == timedelta(days=1)


# --- pictures -----------------------------------------------------------------


def test_pictures_come_with_their_posts(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        events = list(fetch_posts(archive, [link_to(0)], fetcher, options=CollectOptions(media="now")))
    post = archive.get_post(key_of(0))
    assert len(post.images) == 3
    for image in post.images:
        data = (archive.path / str(image.file)).read_bytes()
        assert data == picture_of(httpx.URL(image.url).path)
    losses = events[-1]
    assert (losses.held, losses.wanted, losses.missing) == (3, 3, ())  # type: ignore[union-attr]
    assert all("/0" in request.path for request in site.media_requests)  # the whole picture
    assert {request.headers["referer"] for request in site.media_requests} == {post.url}


def test_a_picture_of_two_posts_is_fetched_once(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        list(fetch_posts(archive, [link_to(0), link_to(1)], fetcher, options=CollectOptions(media="now")))
        list(fetch_posts(archive, [link_to(0)], fetcher, options=CollectOptions(media="now", refresh=True)))
    paths = [request.path for request in site.media_requests]
    assert len(paths) == len(set(paths)) == 5  # one cover is the same for all made posts


def test_a_picture_that_is_lost_is_reported_and_tried_again(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site) as fetcher:
        (post_outcome,) = outcomes(
            fetch_posts(archive, [link_to(0)], fetcher, options=CollectOptions(media="later"))
        )
        assert not site.media_requests
        post = archive.get_post(str(post_outcome.post_id))
        one, two = (httpx.URL(image.url).path for image in post.images[1:])
        whole = [path.rpartition("/")[0] + "/0" for path in (one, two)]
        site.script = {
            one: Fault(action="status", status=404),
            whole[0]: Fault(action="status", status=404),
            whole[1]: [Fault(action="serve")],  # an HTML page instead of a picture
            two: [Fault(action="serve")],
        }
        (losses,) = fetch_media(archive, fetcher)
        assert (losses.held, losses.wanted) == (1, 3)
        assert [reason for _, reason in losses.missing] == [
            "the server answered with status 404",
            "the answer is no picture and no sound",
        ]
        (losses,) = fetch_media(archive, fetcher)
        assert (losses.held, losses.wanted) == (2, 3)
    assert find_losses(archive, archive.get_post(post.id)) == losses
    assert archive.count_media() == {"held": 2, "gone": 1}


def test_the_whole_picture_falls_back_to_the_one_that_the_page_shows(
    site: FakeWeChat, archive: Archive
) -> None:
    with fetcher_for(site) as fetcher:
        outcomes(fetch_posts(archive, [link_to(0)], fetcher))
        shown = httpx.URL(archive.get_post(key_of(0)).images[1].url).path
        site.script = {shown.rpartition("/")[0] + "/0": Fault(action="status", status=400)}
        (losses,) = fetch_media(archive, fetcher)
    assert losses.held == 3


def test_sound_is_kept_and_video_is_said_not_to_be(site: FakeWeChat, archive: Archive) -> None:
    rows = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    row = next(row for row in rows if "embeds" in row["file"])
    link = f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
    with fetcher_for(site) as fetcher:
        events = list(fetch_posts(archive, [link], fetcher, options=CollectOptions(media="now")))
    (post,) = archive.iter_posts()
    sounds = [item for item in post.media if item.type == "audio"]
    assert [str(item.file)[-4:] for item in sounds] == [".mp3", ".mp3"]
    assert "music" in events[-1].not_kept  # type: ignore[union-attr]


def test_pictures_left_by_an_interrupted_run_come_with_the_next(site: FakeWeChat, archive: Archive) -> None:
    now_ = CollectOptions(media="now")
    with fetcher_for(site) as fetcher:
        events = fetch_posts(archive, [link_to(0), link_to(1)], fetcher, options=now_)
        next(events)
        events.close()
        list(resume_posts(archive, fetcher, options=now_))
    assert set(archive.count_media()) == {"held"}
    assert all(image.file for post in archive.iter_posts() for image in post.images)


# --- pace and order -------------------------------------------------------------


def test_one_request_at_a_time_at_the_pace_that_was_said(tmp_path: Path) -> None:
    time = Time()
    under_way = threading.Lock()
    pages = made_pages(4)
    table = {f"mid={key.split(':')[1]}": page for key, page in pages.items()}
    moments: list[datetime] = []

    class Watched(Carrier):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert under_way.acquire(blocking=False), "two requests at once"
            moments.append(time.at)
            try:
                return super().handle_request(request)
            finally:
                under_way.release()

    with (
        Archive(tmp_path / "a", create=True, clock=time.clock) as archive,
        Fetcher(
            FetchOptions(connections=8), sleep=time.sleep, clock=time.clock, transport=Watched(table)
        ) as fetcher,
    ):
        found = outcomes(fetch_posts(archive, [link_to(n) for n in range(4)], fetcher, clock=time.clock))
    assert [outcome.status for outcome in found] == ["new"] * 4
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    assert all(3.0 <= gap <= 6.0 for gap in gaps)
    assert len(set(gaps)) > 1  # drawn anew each time


def test_several_requests_at_once_store_the_same(site: FakeWeChat, tmp_path: Path) -> None:
    site.made.update(made_pages(40))
    links = [link_to(n) for n in range(40)]
    held = []
    for connections in (1, 8):
        with (
            Archive(tmp_path / str(connections), create=True) as archive,
            fetcher_for(site, connections=connections) as fetcher,
        ):
            assert {o.status for o in outcomes(fetch_posts(archive, links, fetcher))} == {"new"}
            held.append(sorted((post.id, post.content_hash) for post in archive.iter_posts()))
    assert held[0] == held[1]
    assert len(held[0]) == 40


def test_a_page_that_meets_a_bug_ends_one_run_and_not_all(
    site: FakeWeChat, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxarchive import read

    read_page = read.read_page

    def stumbling(data: bytes, **options: Any) -> Any:
        if "第1篇".encode() in data:
            raise ZeroDivisionError
        return read_page(data, **options)

    monkeypatch.setattr(read, "read_page", stumbling)
    with fetcher_for(site) as fetcher:
        with pytest.raises(ZeroDivisionError):
            list(fetch_posts(archive, [link_to(n) for n in range(3)], fetcher))
        assert [outcome.status for outcome in outcomes(resume_posts(archive, fetcher))] == ["new"]
    assert list(states(archive).values()) == ["done", "failed", "done"]


def test_a_fetcher_that_is_stopped_ends_the_run(site: FakeWeChat, archive: Archive) -> None:
    with fetcher_for(site, pace=(3000, 3000)) as fetcher:
        events = fetch_posts(archive, [link_to(n) for n in range(3)], fetcher)
        next(events)
        threading.Timer(0.05, fetcher.stop).start()
        assert list(events) == []
    assert Counter(states(archive).values()) == {"done": 1, "waiting": 2}


def test_a_bug_in_a_lane_is_not_swallowed(archive: Archive) -> None:
    class Broken(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise ZeroDivisionError

    with Fetcher(FetchOptions(), transport=Broken()) as fetcher, pytest.raises(ZeroDivisionError):
        outcomes(fetch_posts(archive, [link_to(0)], fetcher))
    assert set(states(archive).values()) == {"waiting"}
