"""A fake WeChat on loopback: serves the fixtures by identity, goes wrong on cue, remembers who asked.

    with FakeWeChat(FIXTURES) as server:
        fetcher = Fetcher(FetchOptions(replay=server.url))

As a command it serves until it is stopped: ``python tests/fakewechat.py --port 0 --port-file F``. A request
whose Host header is not WeChat's is refused: a test shall notice if the original host does not come through.
"""

import argparse
import contextlib
import gzip
import hashlib
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
    "serve", "status", "redirect", "verify", "captcha", "loop", "reset", "bomb", "cut-gzip", "cut", "hang",
    "drip", "garbage", "json", "edited", "too-often",
]  # fmt: skip


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
    hang       nothing, until the client or the server goes away
    drip       a byte of the header each 50 ms, for ever
    garbage    bytes that are no text, as ``image/jpeg``
    json       a page of the site's JSON, with a status of 200
    edited     the page with another sentence at the end of its body
    too-often  the page that asks for less haste
    ========== ==============================================================
    """

    action: Action
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    size: int = 80 * 2**20


Script = Mapping[int | str, Fault | Sequence[Fault | None]]
"""When to go wrong.

A number is the n-th request to the post host, from 1. Text is a short token, a ``biz:mid:idx``, or a path that begins
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


@dataclass(kw_only=True)
class Feed:
    """A feed: its bytes, their type, and the tag by which a client says that it has them."""

    body: bytes
    type: str = "application/rss+xml"
    etag: str | None = None


@dataclass(kw_only=True)
class Album:
    """An album: the links of its posts, in its order, given out in pages.

    ``ret`` is an error of the interface, ``repeats`` makes it give its first page for ever, ``says`` is the number of
    posts that it claims to have.
    """

    links: list[tuple[str, str, int]]
    """Link, title and time (Unix) of each."""
    title: str = "一本合集"
    ret: int = 0
    repeats: bool = False
    says: int | None = None
    empty: bool = False

    def page(self, query: Mapping[str, str]) -> bytes:
        """The reply to a request."""
        if self.ret:
            return json.dumps({"base_resp": {"ret": self.ret, "err_msg": "freq control"}}).encode()
        if self.empty:
            return json.dumps({"base_resp": {"ret": 0}, "getalbum_resp": {}}).encode()
        items = [self._item(*link) for link in self.links]
        if query.get("is_reverse") == "1":
            items.reverse()
        begin = (query.get("begin_msgid"), query.get("begin_itemidx"))
        at = next((n + 1 for n, item in enumerate(items) if (item["msgid"], item["itemidx"]) == begin), 0)
        at = 0 if self.repeats else at
        size = int(query.get("count", "10"))
        listed: Any = items[at : at + size]
        more = "1" if self.repeats or at + size < len(items) else "0"
        reply = {
            "base_resp": {"ret": 0},
            "getalbum_resp": {
                # One object, not a list, where there is one item.
                "article_list": listed[0] if len(listed) == 1 else listed,
                "base_info": {
                    "article_count": str(self.says if self.says is not None else len(items)),
                    "title": self.title,
                    "nickname": "青石坪镇发布",
                    "username": "gh_51a0c3e7d201",
                },
                "continue_flag": more,
                "reverse_continue_flag": "0",
            },
        }
        return json.dumps(reply, ensure_ascii=False).encode()

    @staticmethod
    def _item(link: str, title: str, moment: int) -> dict[str, str]:
        query = parse_qs(urlsplit(link).query)
        return {
            "url": link.replace("https:", "http:") + "#rd",
            "title": title,
            "msgid": query["mid"][0],
            "itemidx": query["idx"][0],
            "create_time": str(moment),
            "item_show_type": "0",
        }


def picture_of(path: str) -> bytes:
    """The picture at a path of the CDN: the same bytes whatever size and format are asked for."""
    name = urlsplit(path).path.rpartition("/")[0]
    return png(hashlib.sha256(name.encode()).digest()[:3])


def png(colour: bytes) -> bytes:
    """A small picture of one colour, three bytes of red, green and blue."""
    rows = b"".join(b"\x00" + colour * 32 for _ in range(32))
    head = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    made = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + made


class FakeWeChat:
    """The server; a context manager, running from the start of the block to its end."""

    def __init__(
        self,
        root: Path = FIXTURES,
        script: Script | None = None,
        *,
        port: int = 0,
        pack: bool = True,
        latency: float = 0.0,
    ) -> None:
        self.requests: list[Request] = []
        """All requests to the post host so far, in the order of their coming."""
        self.media_requests: list[Request] = []
        """All requests to the hosts of pictures and sound."""
        self.feed_requests: list[Request] = []
        """All requests to other hosts, which have feeds."""
        self.albums: dict[str, Album] = {}
        """Albums by their number."""
        self.feeds: dict[str, Feed] = {}
        """Feeds by their path."""
        self.made: dict[str, bytes] = {}
        """Pages that are served beside the fixtures', by ``biz:mid:idx`` or short token."""
        self.latency = latency
        """Seconds before each answer."""
        self.gone = threading.Event()
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
        self.gone.set()
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
        for name in names:
            if name in self.made:
                return self.made[name]
        for row in self._rows:
            key = f"{row.get('biz')}:{row.get('mid')}:{row.get('idx')}"
            by_key = key in names and row.get("sn") in (None, query.get("sn", [None])[0])
            by_short = row.get("short") is not None and row["short"] in names
            by_signature = row.get("signature") is not None and row["signature"] in query.get("signature", [])
            if by_key or by_short or by_signature:
                return (self._root / str(row["file"])).read_bytes()
        return self._first("deleted", DELETED_PAGE)

    def fault_of(self, request: Request) -> Fault | None:
        """What the script says of a request that does not count as one to the post host."""
        with self._lock:
            for name in _names(request.path):
                planned = self.script.get(name)
                if isinstance(planned, Fault):
                    return planned
                if planned is not None:
                    self._met[name] += 1
                    return planned[self._met[name] - 1] if self._met[name] <= len(planned) else None
        return None

    @property
    def root(self) -> Path:
        """The folder that it serves from."""
        return self._root

    def album(self, path: str) -> bytes:
        """A page of an album, as the interface gives it."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        album = self.albums.get(query.get("album_id", ""))
        if album is None:
            return json.dumps({"base_resp": {"ret": 1, "err_msg": "invalid album"}}).encode()
        return album.page(query)

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
        host = request.host.lower().partition(":")[0]
        if site.latency:
            site.gone.wait(site.latency)
        if host.endswith((".qpic.cn", ".qlogo.cn", "res.wx.qq.com")):
            site.media_requests.append(request)
            self._answer_media(site.fault_of(request))
            return
        if host.endswith((".example.org", ".example.com")):
            site.feed_requests.append(request)
            self._answer_feed(site.fault_of(request))
            return
        fault = site.note(request)
        if host not in ("mp.weixin.qq.com", "weixin.qq.com"):
            self._answer(421, b"the host header is not WeChat's\n", {"Content-Type": "text/plain"})
        elif urlsplit(self.path).path == "/mp/wappoc_appmsgcaptcha":
            self._answer(200, site.verify_page())
        elif fault is None and urlsplit(self.path).path == "/mp/appmsgalbum":
            self._answer(200, site.album(self.path), {"Content-Type": "application/json; charset=utf-8"})
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
            case "hang":
                site.gone.wait(60)
                self.close_connection = True
            case "drip":
                self._drip()
            case "garbage":
                self._answer(200, bytes(range(256)) * 40, {"Content-Type": "image/jpeg"})
            case "json":
                self._answer(
                    200,
                    json.dumps({"base_resp": {"ret": -1, "err_msg": "system error"}}).encode(),
                    {"Content-Type": "application/json"},
                )
            case "edited":
                edited = site.page(self.path).replace("午后".encode(), "后来添上的一句。午后".encode())
                self._answer(200, edited)
            case "too-often":
                self._answer(200, (site.root / "pages" / "too-frequent.html").read_bytes())
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

    def _answer_media(self, fault: Fault | None) -> None:
        if not self.headers.get("Referer", "").startswith("https://mp.weixin.qq.com/"):
            self._answer(403, b"", {})
        elif fault is not None:
            self._go_wrong(fault)
        elif "/voice/" in self.path:
            self._answer(200, b"ID3\x04" + self.path.encode(), {"Content-Type": "audio/mp3"})
        else:
            self._answer(200, picture_of(self.path), {"Content-Type": "image/png"})

    def _answer_feed(self, fault: Fault | None) -> None:
        feed = self.server.site.feeds.get(urlsplit(self.path).path)
        if fault is not None:
            self._go_wrong(fault)
        elif feed is None:
            self._answer(404, b"")
        elif feed.etag and self.headers.get("If-None-Match") == feed.etag:
            self._answer(304, b"", {"ETag": feed.etag})
        else:
            self._answer(
                200, feed.body, {"Content-Type": feed.type, **({"ETag": feed.etag} if feed.etag else {})}
            )

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with contextlib.suppress(OSError):
            while not self.server.site.gone.wait(0.05):
                self.wfile.write(b"x")
        self.close_connection = True

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
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--made", type=int, default=0, help="how many made posts to serve beside the fixtures"
    )
    parser.add_argument("--album", type=int, default=0, help="how many of them stand in album 700000001")
    parser.add_argument(
        "--captcha-at", type=int, default=0, help="the request that is answered with a captcha"
    )
    options = parser.parse_args()
    if not (options.root / "manifest.json").is_file():
        parser.error(f"there is no manifest.json in {options.root}")
    script: Script = {options.captcha_at: Fault(action="captcha")} if options.captcha_at else {}
    site = FakeWeChat(options.root, script, port=options.port, latency=options.latency)
    if options.made:
        from madeposts import link_to, made_pages

        site.made.update(made_pages(options.made))
        links = [(link_to(n), f"第{n}篇：河湾的一天", 1_500_000_000 + n * 3600) for n in range(options.album)]
        site.albums["700000001"] = Album(links=links, title="河湾旧事")
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
