"""Pages over HTTP: one request at a time, with pauses, and to WeChat's hosts only.

This is the only module that knows the HTTP client. Redirects are followed by hand, so that each of them
is looked at before it is asked for; answers are read piece by piece, so that none grows larger than it may;
and what can go wrong in the client becomes an error of ours in one table.

Nothing of a reader goes out or is kept: requests carry no cookies from one page to the next, and addresses
lose the secrets that they may bring along.
"""

import random
import re
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Protocol, Self

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
from wxarchive.pages import Page
from wxarchive.times import Clock, now

__all__ = ["USER_AGENT", "FetchOptions", "Fetcher", "ReplayTransport", "to_our_error"]

USER_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 wxarchive"
"""What requests call themselves: a desktop browser, for to those the site serves posts, and our name."""

MAX_REDIRECTS: Final = 5
# Longer than this nobody waits before a screen: the run ends and says when to come back.
MAX_RETRY_AFTER: Final = 120.0
FIRST_BACKOFF: Final = 2.0
MAX_BACKOFF: Final = 60.0

_HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # Only what is unpacked here in bounded steps: the client's own decoders unpack any piece whole.
    "Accept-Encoding": "gzip",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch.

    Under ``replay`` nothing waits but for a server's own ``Retry-After``.
    """

    replay: str | None = None
    """The base address (``http://127.0.0.1:8000``) that every request goes to instead of WeChat."""
    pace: tuple[float, float] = (3.0, 6.0)
    """The shortest and the longest pause between two requests, in seconds."""
    timeout: float = 30.0
    """Seconds without a sign of life that end a request."""
    max_seconds: float = 300.0
    """Seconds that reading one body may take."""
    max_bytes: int = 64 * 2**20
    """The largest body, unpacked."""
    retries: int = 3
    """How often a request is made again after a passing failure."""
    user_agent: str = USER_AGENT
    proxy: str | None = None
    """``http://host:port``; without it the environment's proxy serves, except under ``replay``."""


class Fetcher:
    """Fetches pages one after the other; a context manager that holds the connection.

    ``sleep``, ``clock`` and ``uniform`` are what waits, tells the time and draws the length of a pause;
    ``transport`` is what carries requests. Raises InputError for options that cannot be used.
    """

    def __init__(
        self,
        options: FetchOptions,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Clock = now,
        uniform: Callable[[float, float], float] = random.uniform,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._options = options
        self._sleep = sleep
        self._clock = clock
        self._uniform = uniform
        self._last: datetime | None = None
        self._client = _open_client(options, transport)

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
        """Close the connection; the fetcher cannot be used any more."""
        self._client.close()

    def fetch_page(self, url: str) -> Page:
        """The page at ``url``, redirects followed.

        Raises ForbiddenHostError for an address that is not WeChat's, AddressError for one that is none,
        VerifyRequiredError where the site leads to its captcha, TooFrequentError where it says 429 and keeps
        to it, and the other FetchErrors. Each has the address asked for, without secrets, as its subject.
        """
        asked = strip_secrets(url)
        self._client.cookies.clear()
        try:
            return self._follow(asked)
        except WxArchiveError as error:
            error.subject = asked
            raise

    def _follow(self, asked: str) -> Page:
        url = _checked(asked)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask_patiently(url)
            if answer.location is None:
                return Page(
                    body=answer.body,
                    fetched_at=answer.at,
                    url=asked,
                    final_url=strip_secrets(str(url)),
                    status=answer.status,
                    headers=answer.headers or {},
                )
            target = _joined(url, answer.location)
            if is_verify_link(target):
                raise VerifyRequiredError("the site asks for a person (captcha)")
            url = _checked(target)
        raise StatusError(f"redirected more than {MAX_REDIRECTS} times")

    def _ask_patiently(self, url: httpx.URL) -> "_Answer":
        """Ask, and ask again after passing failures, later each time."""
        failures = 0
        while True:
            self._pause()
            try:
                return self._ask(url)
            except _PassingError as failure:
                wait = self._backoff(failures, failure.retry_after)
                if failures >= self._options.retries or wait > MAX_RETRY_AFTER:
                    raise failure.error from failure.__cause__
            failures += 1
            if wait > 0:
                self._sleep(wait)

    def _ask(self, url: httpx.URL) -> "_Answer":
        try:
            with self._client.stream("GET", url) as response:
                return self._read(response)
        except httpx.HTTPError as error:
            ours = to_our_error(error)
            if isinstance(ours, ConnectError | FetchTimeoutError):
                raise _PassingError(ours) from error
            raise ours from error
        finally:
            self._last = self._clock()

    def _read(self, response: httpx.Response) -> "_Answer":
        status = response.status_code
        if status in _REDIRECTS and "location" in response.headers:
            return _Answer(status, response.headers["location"])
        if status == 429 or status >= 500:
            after = _retry_after(response.headers.get("retry-after"), self._clock())
            raise _PassingError(_busy(status, after), after)
        if status != 200:
            raise StatusError(f"the server answered with status {status}")
        body = b"".join(self._pieces(response))
        headers = {name: value for name, value in response.headers.items() if name not in _DROPPED_HEADERS}
        return _Answer(status, None, body, headers, self._clock())

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """The body, unpacked, within the limits of size and time."""
        started = self._clock()
        limit = self._options.max_bytes
        unpack = _unpacker(response.headers.get("content-encoding", ""))
        received = held = 0
        for packed in response.iter_raw():
            received += len(packed)
            # Packed bytes count too: they may go on for ever without yielding anything.
            for piece in unpack.feed(packed, limit - held + 1) if received <= limit else ():
                held += len(piece)
                yield piece
            if max(received, held) > limit:
                raise TooLargeError(f"the answer is larger than {limit:,} bytes")
            if (self._clock() - started).total_seconds() > self._options.max_seconds:
                raise FetchTimeoutError(f"the answer took more than {self._options.max_seconds:g} seconds")
        unpack.finish()

    def _pause(self) -> None:
        """Wait until the pause since the last request is over; the first request does not wait."""
        if self._last is None or self._options.replay is not None:
            return
        pause = self._uniform(*self._options.pace)
        # A clock that was set back must not lengthen the pause, one that was set forward may shorten it.
        elapsed = max((self._clock() - self._last).total_seconds(), 0.0)
        if pause > elapsed:
            self._sleep(pause - elapsed)

    def _backoff(self, failures: int, retry_after: float | None) -> float:
        """How long to wait after so many failures: what the server asks for, else twice as long each time."""
        if retry_after is not None:
            return retry_after
        if self._options.replay is not None:
            return 0.0
        most = min(FIRST_BACKOFF * 2**failures, MAX_BACKOFF)
        return self._uniform(most / 2, most)


class ReplayTransport(httpx.BaseTransport):
    """Sends every request to one base address; path, query and headers, ``Host`` too, stay as they are."""

    def __init__(self, base: httpx.URL, inner: httpx.BaseTransport) -> None:
        self._base = base
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        url = request.url.copy_with(scheme=self._base.scheme, host=self._base.host, port=self._base.port)
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                url,
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        """Close what carries the requests."""
        self._inner.close()


def to_our_error(error: Exception) -> WxArchiveError:
    """An error of the HTTP client as one of ours; one that only our own mistake causes is raised."""
    for kind in type(error).__mro__:
        if kind in ERRORS:
            message = next(
                (_MESSAGES[name] for name in type(error).__mro__ if name in _MESSAGES), "the request failed"
            )
            return ERRORS[kind](message)
    raise error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    location: str | None
    body: bytes = b""
    headers: dict[str, str] | None = None
    at: datetime | None = None


class _PassingError(Exception):
    """A failure after which asking again makes sense, ``retry_after`` seconds later if the server says so."""

    def __init__(self, error: WxArchiveError, retry_after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after


# ----------------------------------------------------------------------------------------------------------
# Addresses


def _checked(url: str) -> httpx.URL:
    """``url`` as it may be asked for: https, and one of WeChat's hosts."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError("not an address that can be asked for") from error
    if parsed.scheme not in ("http", "https") or not is_wechat_host(parsed.host):
        name = parsed.host or parsed.scheme or "no host"
        raise ForbiddenHostError(f"only WeChat's hosts are asked, not {name}")
    if parsed.userinfo or parsed.port not in (None, 80, 443):
        raise ForbiddenHostError("an address with a user or a port of its own is not asked")
    return parsed.copy_with(scheme="https", port=None)


def _joined(url: httpx.URL, location: str) -> str:
    """Where a redirect leads, without secrets."""
    try:
        return strip_secrets(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise StatusError("redirected to what is no address") from error


# ----------------------------------------------------------------------------------------------------------
# The client


def _open_client(options: FetchOptions, transport: httpx.BaseTransport | None) -> httpx.Client:
    if not (options.user_agent.isascii() and options.user_agent.isprintable()):
        raise InputError("the user agent holds characters that no header can carry")
    base = _replay_base(options.replay) if options.replay is not None else None
    try:
        if base is not None:
            # Given a transport, the client passes over the environment's proxy: that is for the internet.
            transport = ReplayTransport(base, transport or httpx.HTTPTransport(proxy=options.proxy))
        return httpx.Client(
            transport=transport,
            # A transport that is given carries everything; a proxy beside it would be asked first.
            proxy=options.proxy if transport is None else None,
            http2=True,
            headers={**_HEADERS, "User-Agent": options.user_agent},
            timeout=options.timeout,
            follow_redirects=False,
        )
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        # The client's message may show the proxy's password.
        raise InputError(
            f"the proxy or the certificates cannot be used ({type(error).__name__})",
            hint="a proxy looks like http://host:port",
        ) from error


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


class _Unpacker(Protocol):
    """Takes a body apart as it comes in."""

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        """What ``packed`` yields, no more than ``room`` bytes (at least 1) of it."""

    def finish(self) -> None:
        """Say that the body ended; raises if it must go on."""


class _Plain:
    """A body that is sent as it is."""

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        yield packed[:room]

    def finish(self) -> None:
        pass


class _Gzip:
    """A body in gzip, unpacked in bounded steps: a kilobyte can hold a megabyte."""

    _MOST_MEMBERS: Final = 64

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._members = 1

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        while packed and room > 0:
            if self._stream.eof:
                if packed[:1] != b"\x1f":  # what follows is padding, which browsers pass over too
                    return
                self._begin_member()
            try:
                piece = self._stream.decompress(packed, room)
            except zlib.error as error:
                raise _PassingError(ConnectError("the answer is damaged")) from error
            room -= len(piece)
            yield piece
            packed = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > self._MOST_MEMBERS:
            raise FetchError("the answer is packed in too many parts")
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def finish(self) -> None:
        if not self._stream.eof:
            raise _PassingError(ConnectError("the answer broke off"))


def _unpacker(coding: str) -> _Unpacker:
    match coding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
    raise FetchError("the answer is packed in a way that was not asked for")
