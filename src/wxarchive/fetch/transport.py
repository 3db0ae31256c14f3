"""What carries requests: to public addresses only, within a time for the whole answer; or to a replay server.

A name is checked before it is asked for (:mod:`wxarchive.fetch.client`), but a name can stand for any machine. So it
is resolved here, every address that it has is checked, and the connection goes to the very address that was checked:
a name server cannot give another answer in between. Behind a proxy it is the proxy that resolves names.
"""

import ipaddress
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any, Final

import httpcore
import httpx

from wxarchive.errors import ForbiddenHostError

__all__ = ["GuardedTransport", "ReplayTransport", "Resolve", "environment_proxy", "is_public", "resolve"]

Resolve = Callable[[str, int], list[str]]
"""A host's name and a port → its addresses. Raises OSError where there are none."""

# Local proxies that work as a network card (Clash, Surge and their like) answer every name with an address of this
# block, which RFC 2544 reserves for measuring and nothing else lives in.
_STAND_INS: Final = ipaddress.ip_network("198.18.0.0/15")
_EMBEDDING: Final = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not this machine's, nor a private or special network's.

    Addresses of IPv4 inside of IPv6 are judged by what they stand for.

    >>> [is_public(text) for text in ("203.205.219.57", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False]
    """
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _EMBEDDING:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    if ip in _STAND_INS:
        return True
    return ip.is_global and not ip.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host``, as the system resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def environment_proxy() -> str | None:
    """The proxy that the environment names for https, where it names one for WeChat's hosts."""
    if urllib.request.proxy_bypass("mp.weixin.qq.com"):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get("https") or proxies.get("all")
    return None if not found else found if "://" in found else f"http://{found}"


class _Deadline(threading.local):
    """When the request of this thread must be over, on the clock that only goes forward; None for never."""

    at: float | None = None

    def left(self, timeout: float | None) -> float | None:
        """How long to wait for one sign of life: no longer than the request has left."""
        if self.at is None:
            return timeout
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection that ends with the request's time, however slowly it drips."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens connections; ``resolve`` is None where the host was chosen by the user (a proxy, a replay server)."""

    def __init__(self, deadline: _Deadline, resolve: Resolve | None) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        targets = [host] if self._resolve is None else self._checked(host, port)
        for target in targets:
            try:
                stream = self._inner.connect_tcp(
                    target, port, self._deadline.left(timeout), local_address, socket_options
                )
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if target == targets[-1]:
                    raise
        raise httpcore.ConnectError("the host has no address")

    def _checked(self, host: str, port: int) -> list[str]:
        assert self._resolve is not None
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for address in addresses:
            if not is_public(address):
                raise ForbiddenHostError(
                    f"the name {host} leads to {address}, which is no address of the internet: not asked",
                    hint="check the name server, /etc/hosts and any local proxy",
                )
        return addresses


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over connections that are checked; see this module."""

    def __init__(self, *, proxy: str | None, resolve: Resolve | None, connections: int) -> None:
        limits = httpx.Limits(max_connections=connections + 4, max_keepalive_connections=connections + 4)
        super().__init__(http2=True, proxy=proxy, limits=limits)
        self.deadline = _Deadline()
        # The pool has a parameter for this, which httpx does not hand on.
        self._pool._network_backend = _Backend(self.deadline, None if proxy else resolve)

    def set_deadline(self, seconds: float | None) -> None:
        """Give the requests of this thread so many seconds from now on."""
        self.deadline.at = None if seconds is None else time.monotonic() + seconds


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
