"""A fake WeChat on loopback: serves the fixtures by identity, goes wrong on cue, remembers who asked.

    with FakeWeChat(FIXTURES) as server:
        fetcher = Fetcher(FetchOptions(replay=server.url))

As a command it serves until it is stopped: ``python tests/fakewechat.py --port 0 --port-file F``. A request
whose Host header is not WeChat's is refused: a test shall notice if the original host does not come through.
"""

import argparse
import contextlib
import gzip
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, quote, urlsplit

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
WECHAT = "https://mp.weixin.qq.com"

# Served where the fixtures have no page of the kind.
DELETED_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>
<div class="weui-msg"><h2 class="weui-msg__title warn">该内容已被发布者删除</h2></div></body></html>"""
VERIFY_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>
<script>var PAGE_MID='mmbizwap:secitptpage/verify.html';</script><a id="js_verify">去验证</a></body></html>"""

Action = Literal[
    "serve", "status", "redirect", "verify", "captcha", "loop", "reset", "bomb", "cut-gzip", "cut"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do instead of serving the page.

    ========== ==============================================================
    serve      the page, with ``headers`` added
    status     ``status`` with ``headers`` and no page
    redirect   to ``location``
    loop       a redirect to the same address, for ever
    captcha    a redirect to the captcha
    verify     the captcha page itself
    reset      half the page, then a broken connection
    cut        half the page, then the end of the connection
    cut-gzip   half of a packed page that claims to be whole
    bomb       ``size`` zeros, packed a thousandfold
    ========== ==============================================================
    """

    action: Action
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    size: int = 80 * 2**20


Script = Mapping[int | str, Fault | Sequence[Fault | None]]
"""When to go wrong.

A number is the n-th request of all, from 1. Text is a short token, a ``biz:mid:idx``, or a path that begins
with a slash, with or without its query. One fault is for every such request; a sequence is for the first, the
second and so on, where None is no fault, and when it is used up all is well again.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in; ``at`` in seconds of a clock that only goes forward."""

    method: str
    path: str
    host: str
    headers: Mapping[str, str]
    at: float


class FakeWeChat:
    """The server; a context manager, running from the start of the block to its end."""

    def __init__(
        self, root: Path = FIXTURES, script: Script | None = None, *, port: int = 0, pack: bool = True
    ) -> None:
        self.requests: list[Request] = []
        """All requests so far, in the order of their coming."""
        self.script: Script = script or {}
        """May be exchanged while the server runs."""
        self.pack = pack
        self._root = root
        self._rows: list[dict[str, Any]] = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
        self._met: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.site = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve in this thread until a signal ends it."""
        try:
            self._server.serve_forever(poll_interval=0.1)
        finally:
            self._server.hang_up()
            self._server.server_close()

    def note(self, request: Request) -> Fault | None:
        """Remember a request and tell what to do about it."""
        with self._lock:
            self.requests.append(request)
            names = [name for name in _names(request.path) if name in self.script]
            if len(self.requests) in self.script:
                names.insert(0, "")
            if not names:
                return None
            planned = self.script[names[0] or len(self.requests)]
            if isinstance(planned, Fault):
                return planned
            self._met[names[0]] += 1
            turn = self._met[names[0]]
            return planned[turn - 1] if turn <= len(planned) else None

    def page(self, path: str) -> bytes:
        """The page that lives at ``path``; the deleted page where none does."""
        names = _names(path)
        query = parse_qs(urlsplit(path).query)
        for row in self._rows:
            key = f"{row.get('biz')}:{row.get('mid')}:{row.get('idx')}"
            by_key = key in names and row.get("sn") in (None, query.get("sn", [None])[0])
            by_short = row.get("short") is not None and row["short"] in names
            by_signature = row.get("signature") is not None and row["signature"] in query.get("signature", [])
            if by_key or by_short or by_signature:
                return (self._root / str(row["file"])).read_bytes()
        return self._first("deleted", DELETED_PAGE)

    def verify_page(self) -> bytes:
        """The captcha page."""
        return self._first("verify", VERIFY_PAGE)

    def _first(self, state: str, otherwise: str) -> bytes:
        for row in self._rows:
            if row.get("state") == state:
                return (self._root / str(row["file"])).read_bytes()
        return otherwise.encode()


def _names(path: str) -> list[str]:
    """What a script may call a request for ``path``."""
    parts = urlsplit(path)
    steps = [step for step in parts.path.split("/") if step]
    query = parse_qs(parts.query)
    names = [path, parts.path]
    if len(steps) == 2 and steps[0] == "s":
        names.append(steps[1])
    if {"__biz", "mid", "idx"} <= query.keys():
        names.append(":".join(query[name][0] for name in ("__biz", "mid", "idx")))
    return names


class _Server(ThreadingHTTPServer):
    site: FakeWeChat
    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that clients keep open, so that no thread waits for their next request."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # clients that hang up are no news
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30

    def do_GET(self) -> None:
        request = Request(
            method=self.command,
            path=self.path,
            host=self.headers.get("Host", ""),
            headers={name.lower(): value for name, value in self.headers.items()},
            at=time.monotonic(),
        )
        site = self.server.site
        fault = site.note(request)
        if request.host.lower() not in ("mp.weixin.qq.com", "weixin.qq.com"):
            self._answer(421, b"the host header is not WeChat's\n", {"Content-Type": "text/plain"})
        elif urlsplit(self.path).path == "/mp/wappoc_appmsgcaptcha":
            self._answer(200, site.verify_page())
        elif fault is None:
            self._answer(200, site.page(self.path))
        else:
            self._go_wrong(fault)

    def _go_wrong(self, fault: Fault) -> None:
        site = self.server.site
        match fault.action:
            case "serve":
                self._answer(200, site.page(self.path), fault.headers)
            case "status":
                self._answer(fault.status, b"", fault.headers)
            case "redirect":
                self._answer(302, b"", {"Location": fault.location, **fault.headers})
            case "loop":
                self._answer(302, b"", {"Location": self.path})
            case "captcha":
                target = quote(WECHAT + self.path, safe="")
                self._answer(
                    302,
                    b"",
                    {"Location": f"{WECHAT}/mp/wappoc_appmsgcaptcha?poc_token=x&target_url={target}"},
                )
            case "verify":
                self._answer(200, site.verify_page())
            case "bomb":
                self._answer(200, _zeros(fault.size), {"Content-Encoding": "gzip"})
            case "cut-gzip":
                packed = gzip.compress(site.page(self.path))
                self._answer(200, packed[: len(packed) // 2], {"Content-Encoding": "gzip"})
            case "cut" | "reset":
                self._break_off(site.page(self.path), reset=fault.action == "reset")

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        sent = {"Content-Type": "text/html; charset=UTF-8", **(headers or {})}
        takes_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
        if self.server.site.pack and takes_gzip and body and "Content-Encoding" not in sent:
            body, sent["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        self.send_response(status)
        for name, value in sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _break_off(self, body: bytes, *, reset: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        self.close_connection = True
        if reset:
            # No linger: closing sends a reset instead of a clean end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: tests read ``requests``."""


def _zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = bytes(2**20)
    packed = b"".join(packer.compress(piece) for _ in range(size // len(piece)))
    return packed + packer.flush()


def main() -> None:
    """Serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(description="A fake WeChat on loopback, serving the fixtures.")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port, once it listens")
    parser.add_argument(
        "--root", type=Path, default=FIXTURES, help="the folder with manifest.json and pages/"
    )
    options = parser.parse_args()
    if not (options.root / "manifest.json").is_file():
        parser.error(f"there is no manifest.json in {options.root}")
    site = FakeWeChat(options.root, port=options.port)
    print(site.url, flush=True)
    if options.port_file:
        # Written beside and moved, so that who waits for the file never reads half of it.
        beside = options.port_file.with_name(options.port_file.name + ".part")
        beside.write_text(f"{site.port}\n", encoding="ascii")
        os.replace(beside, options.port_file)  # noqa: PTH105
    signal.signal(signal.SIGTERM, _stop)
    with contextlib.suppress(KeyboardInterrupt):
        site.serve_forever()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
