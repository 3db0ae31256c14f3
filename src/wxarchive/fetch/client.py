"""Pages over HTTP: one request at a time, with pauses, and to WeChat's hosts only.

Redirects are followed by hand, so that each of them
is looked at before it is asked for; answers are read piece by piece, so that none grows larger than it may;
and what can go wrong in the client becomes an error of ours in one table.

Nothing of a reader goes out or is kept: requests carry no cookies from one page to the next, and addresses
lose the secrets that they may bring along.
"""

import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from wxarchive.address import is_verify_link, is_wechat_host, strip_secrets
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
from wxarchive.fetch.cookies import open_jar
from wxarchive.fetch.gate import Gate, Stopped
from wxarchive.fetch.transport import GuardedTransport, ReplayTransport, Resolve, environment_proxy, resolve
from wxarchive.fetch.unpack import ACCEPTED, PassingError, find_unpacker
from wxarchive.media import is_media_host
from wxarchive.pages import Page
from wxarchive.times import Clock, now

__all__ = [
    "ERRORS",
    "MAX_REDIRECTS",
    "MISTAKES",
    "USER_AGENT",
    "Answer",
    "FetchOptions",
    "Fetcher",
    "to_our_error",
]

USER_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 wxarchive"
"""What requests call themselves: a desktop browser, for to those the site serves posts, and our name."""

MAX_REDIRECTS: Final = 5
# Longer than this nobody waits before a screen: the run ends and says when to come back.
MAX_RETRY_AFTER: Final = 120.0
# A page unpacks to 5 or 10 times its packed size; what swells further is made to do harm.
MOST_SWELLING: Final = 200
_SMALL: Final = 4 * 2**20
FIRST_BACKOFF: Final = 2.0
MAX_BACKOFF: Final = 60.0

_HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # Only what is unpacked here in bounded steps: the client's own decoders unpack any piece whole.
    "Accept-Encoding": ACCEPTED,
}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_DROPPED_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})

# Each class of the client's errors, and what it is for us. A test holds the table complete.
ERRORS: Final[dict[type[Exception], type[WxArchiveError]]] = {
    httpx.HTTPError: FetchError,
    httpx.RequestError: FetchError,
    httpx.TransportError: ConnectError,
    httpx.TimeoutException: FetchTimeoutError,
    httpx.ConnectTimeout: FetchTimeoutError,
    httpx.ReadTimeout: FetchTimeoutError,
    httpx.WriteTimeout: FetchTimeoutError,
    httpx.PoolTimeout: FetchTimeoutError,
    httpx.NetworkError: ConnectError,
    httpx.ConnectError: ConnectError,
    httpx.ReadError: ConnectError,
    httpx.WriteError: ConnectError,
    httpx.CloseError: ConnectError,
    httpx.ProxyError: ConnectError,
    httpx.ProtocolError: ConnectError,
    httpx.LocalProtocolError: FetchError,
    httpx.RemoteProtocolError: ConnectError,
    httpx.UnsupportedProtocol: ForbiddenHostError,
    httpx.DecodingError: FetchError,
    httpx.TooManyRedirects: StatusError,
    httpx.HTTPStatusError: StatusError,
    httpx.InvalidURL: AddressError,
}
# Errors that only a mistake of ours can cause: these keep their traceback.
MISTAKES: Final[frozenset[type[Exception]]] = frozenset(
    {
        httpx.CookieConflict,
        httpx.StreamError,
        httpx.StreamConsumed,
        httpx.StreamClosed,
        httpx.ResponseNotRead,
        httpx.RequestNotRead,
    }
)
_MESSAGES: Final[dict[type[Exception], str]] = {
    httpx.ConnectError: "the server cannot be reached",
    httpx.ConnectTimeout: "the server cannot be reached in time",
    httpx.TimeoutException: "the server does not answer in time",
    httpx.ProxyError: "the proxy refuses",
    httpx.ProtocolError: "the server's answer is broken",
    httpx.TransportError: "the connection broke",
    httpx.UnsupportedProtocol: "only http and https are spoken",
    httpx.InvalidURL: "not an address that can be asked for",
}


PACE: Final = (3.0, 6.0)
"""The shortest and the longest pause between two requests to WeChat, in seconds."""
MEDIA_PACE: Final = (0.3, 0.8)
"""The same for the hosts of pictures, which are made to serve many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch.

    Under ``replay`` nothing waits but for a server's own ``Retry-After``, unless a pace is given.
    """

    replay: str | None = None
    """The base address (``http://127.0.0.1:8000``) that every request goes to instead of WeChat."""
    pace: tuple[float, float] | None = None
    """The shortest and the longest pause between two requests to WeChat, in seconds; None for 3 to 6."""
    media_pace: tuple[float, float] | None = None
    """The same for pictures and sound; None for 0.3 to 0.8."""
    connections: int = 1
    """Requests that may be under way at once where the pace is zero; with a pace it is always one."""
    timeout: float = 30.0
    """Seconds without a sign of life that end a request."""
    max_seconds: float = 300.0
    """Seconds that one answer may take."""
    max_bytes: int = 32 * 2**20
    """The largest page, unpacked."""
    max_media_bytes: int = 32 * 2**20
    """The largest picture or sound."""
    retries: int = 3
    """How often a request is made again after a passing failure."""
    user_agent: str = USER_AGENT
    proxy: str | None = None
    """``http://host:port``; without it the environment's proxy serves, except under ``replay``."""
    cookies: Path | None = None
    """A ``cookies.txt`` in Netscape's format; they are sent to the hosts that they are for."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may be asked beside WeChat's own, each with all names below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; ``headers`` has lower-case names and no secrets."""

    status: int
    body: bytes
    at: datetime
    url: str
    """Where redirects ended, without a reader's secrets."""
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """One kind of request: whom it may go to, how large its answer may be, at what pace."""

    gate: Gate
    may_ask: Callable[[str], bool]
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset({200})
    is_posts: bool = False
    as_given: bool = False
    """Scheme and port stay: the address is the user's, not a page's."""


class Fetcher:
    """Fetches pages, pictures and feeds; a context manager that holds the connections.

    Threads may share it: requests to WeChat still go out one at a time, unless the pace is zero. ``sleep``, ``clock``
    and ``uniform`` are what waits, tells the time and draws the length of a pause; ``resolve`` is what looks up names;
    ``transport`` is what carries requests. Raises InputError for options that cannot be used.
    """

    def __init__(
        self,
        options: FetchOptions,
        *,
        sleep: Callable[[float], None] | None = None,
        clock: Clock = now,
        uniform: Callable[[float, float], float] = random.uniform,
        resolve: Resolve = resolve,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.options = options
        self._stopped = threading.Event()
        self._sleep = sleep or self._wait
        self._clock = clock
        self._uniform = uniform
        pace, media_pace = _pace(options)
        self.connections = max(options.connections, 1) if pace[1] <= 0 else 1
        """Requests to WeChat that may be under way at once."""
        self.pace = pace
        """The shortest and the longest pause between two requests to WeChat, in seconds."""
        self._allowed = tuple(_checked_host(host) for host in options.allow_hosts)
        self._posts = _Lane(
            gate=self._gate(pace), may_ask=self._is_post_host, max_bytes=options.max_bytes, is_posts=True
        )
        self._media = _Lane(
            gate=self._gate(media_pace), may_ask=self._is_file_host, max_bytes=options.max_media_bytes
        )
        self._feeds: dict[str, Gate] = {}
        self._guarded: GuardedTransport | None = None
        self._client = self._open_client(resolve, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, and close the connections; the fetcher cannot be used any more."""
        self.stop()
        self._client.close()

    def stop(self) -> None:
        """End all waiting at once: threads that wait raise :class:`Stopped`, and no further request begins."""
        self._stopped.set()

    def fetch_page(self, url: str) -> Page:
        """The page at ``url``, redirects followed.

        Raises ForbiddenHostError for an address that is not WeChat's, AddressError for one that is none,
        VerifyRequiredError where the site leads to its captcha, TooFrequentError where it says 429 and keeps
        to it, and the other FetchErrors. Each has the address asked for, without secrets, as its subject.
        """
        asked = strip_secrets(url)
        answer = self._get(asked, self._posts)
        return Page(
            body=answer.body,
            fetched_at=answer.at,
            url=asked,
            final_url=answer.url,
            status=answer.status,
            headers=answer.headers,
        )

    def fetch_reply(self, url: str) -> bytes:
        """What one of WeChat's list interfaces answers, as it came; raises as :meth:`fetch_page` does."""
        return self._get(strip_secrets(url), self._posts).body

    def fetch_media(self, url: str, *, referer: str | None = None) -> bytes:
        """The picture or sound at ``url``; the CDN answers only to those who come from a post (``referer``).

        Raises as :meth:`fetch_page` does.
        """
        headers = {"Accept": "image/avif,image/webp,image/*,audio/*,*/*;q=0.8"}
        headers["Referer"] = referer or "https://mp.weixin.qq.com/"
        lane = _Lane(
            gate=self._media.gate,
            may_ask=self._media.may_ask,
            max_bytes=self._media.max_bytes,
            headers=headers,
        )
        return self._get(strip_secrets(url), lane).body

    def fetch_feed(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """The feed at ``url``; with ``etag`` and ``modified`` as an earlier answer's headers gave them, status 304
        and no body where it has not changed since.

        It may be on any public host, but redirects stay on that host. Raises as :meth:`fetch_page` does.
        """
        host = _host_of(url)
        headers = {"Accept": "application/feed+json,application/atom+xml,application/rss+xml,*/*;q=0.8"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        gate = self._feeds.setdefault(host, self._gate(_pace(self.options)[0]))
        lane = _Lane(
            gate=gate,
            may_ask=lambda asked: _is_below(asked, (host.removeprefix("www."), *self._allowed)),
            max_bytes=self.options.max_bytes,
            headers=headers,
            statuses=frozenset({200, 304}),
            as_given=True,
        )
        return self._get(url, lane)

    # --------------------------------------------------------------------------------------------------------

    def _gate(self, pace: tuple[float, float]) -> Gate:
        return Gate(pace, sleep=self._sleep, clock=self._clock, uniform=self._uniform)

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise Stopped

    def _is_post_host(self, host: str) -> bool:
        return is_wechat_host(host) or _is_below(host, self._allowed)

    def _is_file_host(self, host: str) -> bool:
        return is_media_host(host) or self._is_post_host(host)

    def _get(self, asked: str, lane: _Lane) -> Answer:
        try:
            return self._follow(asked, lane)
        except WxArchiveError as error:
            error.subject = asked
            raise

    def _follow(self, asked: str, lane: _Lane) -> Answer:
        url = _checked(asked, lane)
        for _ in range(MAX_REDIRECTS + 1):
            answer, location = self._ask_patiently(url, lane)
            if location is None:
                return answer
            target = _joined(url, location)
            if lane.is_posts and is_verify_link(target):
                raise VerifyRequiredError("the site asks for a person (captcha)")
            url = _checked(target, lane)
        raise StatusError(f"redirected more than {MAX_REDIRECTS} times")

    def _ask_patiently(self, url: httpx.URL, lane: _Lane) -> tuple[Answer, str | None]:
        """Ask, and ask again after passing failures, later each time."""
        failures = 0
        while True:
            try:
                with lane.gate.turn():
                    if self._stopped.is_set():
                        raise Stopped
                    return self._ask(url, lane)
            except PassingError as failure:
                wait = self._backoff(failures, failure.retry_after)
                if failures >= self.options.retries or wait > MAX_RETRY_AFTER:
                    failure.error.retry_after = failure.retry_after
                    raise failure.error from failure.__cause__
            failures += 1
            if wait > 0:
                self._sleep(wait)

    def _ask(self, url: httpx.URL, lane: _Lane) -> tuple[Answer, str | None]:
        if self._guarded is not None:
            self._guarded.set_deadline(self.options.max_seconds)
        try:
            with self._client.stream("GET", url, headers=dict(lane.headers)) as response:
                return self._read(response, url, lane)
        except httpx.HTTPError as error:
            ours = to_our_error(error)
            if isinstance(ours, ConnectError | FetchTimeoutError):
                raise PassingError(ours) from error
            raise ours from error

    def _read(self, response: httpx.Response, url: httpx.URL, lane: _Lane) -> tuple[Answer, str | None]:
        status = response.status_code
        location = response.headers.get("location") if status in _REDIRECTS else None
        if location is None:
            if status == 429 or status >= 500:
                after = _retry_after(response.headers.get("retry-after"), self._clock())
                raise PassingError(_busy(status, after), after)
            if status not in lane.statuses:
                raise StatusError(f"the server answered with status {status}", status=status)
        body = b"".join(self._pieces(response, lane.max_bytes)) if location is None and status == 200 else b""
        headers = {name: value for name, value in response.headers.items() if name not in _DROPPED_HEADERS}
        answer = Answer(
            status=status, body=body, at=self._clock(), url=strip_secrets(str(url)), headers=headers
        )
        return answer, location

    def _pieces(self, response: httpx.Response, limit: int) -> Iterator[bytes]:
        """The body, unpacked, within the limits of size and time."""
        started = self._clock()
        unpack = find_unpacker(response.headers.get("content-encoding", ""))
        received = held = 0
        for packed in response.iter_raw():
            received += len(packed)
            # Packed bytes count too: they may go on for ever without yielding anything.
            for piece in unpack.feed(packed, limit - held + 1) if received <= limit else ():
                held += len(piece)
                yield piece
            if held > _SMALL and held > received * MOST_SWELLING:
                raise TooLargeError(f"the answer unpacks to more than {MOST_SWELLING} times its size")
            if max(received, held) > limit:
                raise TooLargeError(f"the answer is larger than {limit:,} bytes")
            if (self._clock() - started).total_seconds() > self.options.max_seconds:
                raise FetchTimeoutError(f"the answer took more than {self.options.max_seconds:g} seconds")
            if self._stopped.is_set():
                raise Stopped
        unpack.finish()

    def _backoff(self, failures: int, retry_after: float | None) -> float:
        """How long to wait after so many failures: what the server asks for, else twice as long each time."""
        if retry_after is not None:
            return retry_after
        if self.options.replay is not None:
            return 0.0
        most = min(FIRST_BACKOFF * 2**failures, MAX_BACKOFF)
        return self._uniform(most / 2, most)

    def _open_client(self, resolve: Resolve, transport: httpx.BaseTransport | None) -> httpx.Client:
        options = self.options
        if not (options.user_agent.isascii() and options.user_agent.isprintable()):
            raise InputError("the user agent holds characters that no header can carry")
        base = _replay_base(options.replay) if options.replay is not None else None
        jar = open_jar(options.cookies)
        try:
            if transport is None:
                proxy = options.proxy or (None if base is not None else environment_proxy())
                self._guarded = transport = GuardedTransport(
                    proxy=proxy,
                    resolve=None if base is not None else resolve,
                    connections=max(options.connections, 1),
                )
            if base is not None:
                transport = ReplayTransport(base, transport)
            return httpx.Client(
                transport=transport,
                headers={**_HEADERS, "User-Agent": options.user_agent},
                cookies=jar,
                timeout=options.timeout,
                follow_redirects=False,
            )
        except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
            # The client's message may show the proxy's password.
            raise InputError(
                f"the proxy or the certificates cannot be used ({type(error).__name__})",
                hint="a proxy looks like http://host:port",
            ) from error


def to_our_error(error: Exception) -> WxArchiveError:
    """An error of the HTTP client as one of ours; one that only our own mistake causes is raised."""
    for kind in type(error).__mro__:
        if kind in ERRORS:
            message = next(
                (_MESSAGES[name] for name in type(error).__mro__ if name in _MESSAGES), "the request failed"
            )
            return ERRORS[kind](message)
    raise error


# ----------------------------------------------------------------------------------------------------------
# Addresses


def _checked(url: str, lane: _Lane) -> httpx.URL:
    """``url`` as it may be asked for: https, and one of the lane's hosts."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError("not an address that can be asked for") from error
    if parsed.scheme not in ("http", "https") or not lane.may_ask(parsed.host):
        name = parsed.host or parsed.scheme or "no host"
        raise ForbiddenHostError(f"only WeChat's hosts are asked, not {name}")
    if lane.as_given and not parsed.userinfo:
        return parsed
    if parsed.userinfo or parsed.port not in (None, 80, 443):
        raise ForbiddenHostError("an address with a user or a port of its own is not asked")
    return parsed.copy_with(scheme="https", port=None)


def _host_of(url: str) -> str:
    """The host that the user named by naming this address; no bare number, whatever way it is written."""
    try:
        return _checked_host(httpx.URL(url).host)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError("not an address that can be asked for") from error


def _checked_host(host: str) -> str:
    """A host's name as options give it. Raises InputError for what is none: names end in letters, IP addresses do not."""
    name = host.strip().strip(".").lower()
    if not _HOST_NAME.fullmatch(name) or "." not in name or not _ENDS_LIKE_A_NAME.search(name):
        raise InputError("not the name of a host", subject=host, hint="names look like feeds.example.org")
    return name


def _is_below(host: str, names: tuple[str, ...]) -> bool:
    return ("." + host.lower()).endswith(tuple("." + name for name in names)) if names else False


def _pace(options: FetchOptions) -> tuple[tuple[float, float], tuple[float, float]]:
    """The pauses for WeChat and for pictures. Raises InputError for what is no pace."""
    none = (0.0, 0.0) if options.replay is not None else None
    found = options.pace or none or PACE, options.media_pace or none or MEDIA_PACE
    for least, most in found:
        if not 0 <= least <= most < 86_400:
            raise InputError("not a pace", hint="give the shortest and the longest pause in seconds: 3-6")
    return found


def _joined(url: httpx.URL, location: str) -> str:
    """Where a redirect leads, without secrets."""
    try:
        return strip_secrets(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise StatusError("redirected to what is no address") from error


def _replay_base(replay: str) -> httpx.URL:
    try:
        base = httpx.URL(replay)
    except (httpx.InvalidURL, ValueError) as error:
        raise InputError("not a base address", subject=replay, hint=_REPLAY_HINT) from error
    plain = base.scheme in ("http", "https") and base.raw_path == b"/" and not base.userinfo
    if not plain or not _HOST_NAME.fullmatch(base.host):
        raise InputError("not a base address", subject=replay, hint=_REPLAY_HINT)
    return base


_HOST_NAME = re.compile(r"[A-Za-z0-9._:-]+")  # colons are those of IPv6
_ENDS_LIKE_A_NAME = re.compile(r"\.(?:[a-z][a-z-]*|xn--[a-z0-9-]+)\Z")
_REPLAY_HINT: Final = "--replay takes a scheme, a host and a port only: http://127.0.0.1:8000"


# ----------------------------------------------------------------------------------------------------------
# Answers


def _busy(status: int, retry_after: float | None) -> WxArchiveError:
    hint = None if retry_after is None else f"the server asks to wait {retry_after:,.0f} seconds"
    if status == 429:
        return TooFrequentError("the server says that requests come too often (status 429)", hint=hint)
    return StatusError(f"the server answered with status {status}", hint=hint or "try again later")


def _retry_after(value: str | None, since: datetime) -> float | None:
    """``Retry-After`` in seconds from ``since``: a number or a date; None if it is neither."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    # Dates of HTTP are in GMT, said or not.
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max((moment - since).total_seconds(), 0.0)
