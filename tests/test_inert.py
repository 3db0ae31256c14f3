"""In a real browser, what is written of hostile posts runs nothing and asks for nothing but pictures.

Each hostile string is put wherever a post has room for one (body, attributes, fields), the page is read and exported,
and headless Chromium opens each result as a page of its own: once as ``post.html`` alone, which no policy protects,
and once as the exported file. A script trap in front of each page reports what runs, plays the reader (moves, focuses,
opens, follows script links) and compares every element that Chromium sees with the allow-list. The same trap, server
and browser open the hostile strings themselves, to show that they would be caught.
"""

import html
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from test_render_html import BREAKING_ADDRESSES, HOSTILE_ADDRESSES, HOSTILE_MARKUP
from wxarchive.export import write_posts
from wxarchive.read import read_page
from wxarchive.records import Post
from wxarchive.render.html import ALLOWED_ATTRIBUTES, ALLOWED_TAGS

PICTURES = "https://pictures.example"
"""Where the posts' own pictures are."""

MORE_MARKUP = (
    "<script src=https://evil.example/x.js></script>",
    "<script>top.alert(1)</script>",
    "<svg><script href=https://evil.example/x.js /></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='https://evil.example/x.svg#a'/><image href=https://evil.example/y.svg /></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math></p><style><!--</style><img src/onerror=alert(1)>--></style></math>",
    "<iframe srcdoc='&lt;script&gt;top.alert(1)&lt;/script&gt;'></iframe>",
    "<iframe src=https://evil.example/frame></iframe>",
    "<frameset><frame src=https://evil.example/frame></frameset>",
    "<body onload=alert(1) onpageshow=alert(1) background=https://evil.example/b>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=preload as=fetch href=https://evil.example/p><link rel=prefetch href=https://evil.example/q>",
    "<link rel=icon href=https://evil.example/icon><link rel=dns-prefetch href=https://evil.example>",
    "<style>@import 'https://evil.example/x.css'; @font-face{font-family:x;src:url(https://evil.example/f)} p{font-family:x}</style>",
    "<p style='background-image:url(https://evil.example/s);font:1px x;behavior:url(https://evil.example/h)'>字</p>",
    "<p style=\"background:url('https://evil.example/s?'),url(&quot;https://evil.example/t&quot;)\">字</p>",
    "<table background=https://evil.example/t><tr><td background=https://evil.example/d>x</table>",
    "<audio src=https://evil.example/a autoplay></audio><video autoplay><source src=https://evil.example/v></video>",
    "<video><track default src=https://evil.example/t></video>",
    "<input type=image src=https://evil.example/i onerror=alert(1)>",
    "<a href=https://a.example/ ping=https://evil.example/ping>x</a>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<p onanimationstart=alert(1) onmouseover=alert(1) onfocus=alert(1) tabindex=0>x</p>",
    "<img src=x: onerror=alert(1)//><img src=`x`onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<button popovertarget=q>x</button><p id=q popover onbeforetoggle=alert(1)>y</p>",
    "<plaintext><script>alert(1)</script>",
    "<select><iframe></select><img src=x: onerror=alert(1)></iframe>",
    "<noscript><style></noscript><img src=x: onerror=alert(1)></style>",
    "<div><template shadowrootmode=open><img src=x: onerror=alert(1)></template></div>",
    "</title></textarea></style></script></noscript>--><img src=x: onerror=alert(1)>",
    "';alert(1);//\\';alert(1);//\";alert(1);//\\\";alert(1);//</script><script>alert(1)</script>",
    "&#60;img src=x onerror=alert(1)&#62;&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e\\u003cimg src=x onerror=alert(1)\\u003e",
)
_PAGE = re.compile(r"/page/\d+")
# Chromium asks these for updates, the time and its sign-in, whatever page it shows; no page here names them.
_BROWSERS_OWN = re.compile(r"^(?:https?://)?[\w-]+\.(?:google|googleapis)\.com[:/]")
VECTORS = (*HOSTILE_MARKUP, *MORE_MARKUP, *HOSTILE_ADDRESSES, *BREAKING_ADDRESSES)

# Sent in front of each page, where no policy of the page holds yet.
TRAP = """<script>(() => {
  const tags = %s, attributes = %s, told = new Set();
  const tell = what => { if (!told.has(what)) { told.add(what); new Image().src = '/trap?' + encodeURIComponent(location.pathname + ' ' + what); } };
  window.alert = window.confirm = window.prompt = window.print = () => tell('ran');
  addEventListener('securitypolicyviolation', e => tell('policy stopped ' + e.effectiveDirective + ' ' + e.blockedURI));
  const own = document.currentScript;
  addEventListener('load', () => {
    for (const node of document.body.querySelectorAll('*')) {
      if (!tags.includes(node.localName) || node.namespaceURI != 'http://www.w3.org/1999/xhtml') tell('element ' + node.localName);
      for (const {name, value} of node.attributes) {
        if (!(attributes[node.localName] || []).includes(name)) tell('attribute ' + node.localName + ' ' + name);
      }
      for (const type of ['mouseover', 'mousemove', 'focus', 'toggle', 'animationstart', 'error', 'pointerenter'])
        node.dispatchEvent(new Event(type));
      if (node.protocol && !['http:', 'https:', 'mailto:'].includes(node.protocol)) {
        tell('link ' + node.protocol);
        if (node.protocol == 'javascript:') node.click();
      }
    }
    tell('loaded');
  });
  own.remove();
})();</script>
"""  # fmt: skip
OUR_TAGS = sorted(ALLOWED_TAGS | {"article", "header", "footer", "main", "time", "span"})
OUR_ATTRIBUTES = {
    **{tag: sorted(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
    "a": ["href", "rel"],
    "p": ["class"],
    "ul": ["class"],
    "time": ["datetime"],
}


def hostile_page(number: int, vector: str, evil: str) -> bytes:
    """A whole WeChat page that holds ``vector`` in its body, its attributes and its fields."""
    vector = vector.replace("https://evil.example", evil)
    quoted, script = html.escape(vector), json.dumps(vector).replace("</", "<\\/")
    address = html.escape(vector, quote=True)
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{quoted}</title>
<meta property="og:title" content="{quoted}"><meta property="og:url" content="{address}">
<meta property="og:image" content="{address}"><meta name="author" content="{quoted}">
<meta property="og:description" content="{quoted}"></head><body id="activity-detail">
<script>var biz = "MzA5OTk5MDAwMQ=="; var mid = "{number + 1}"; var idx = "1"; var sn = "";
var ct = "1714521600"; var msg_title = {script}; var nickname = {script}; var author = {script};
var msg_desc = {script}; var user_name = {script}; var msg_source_url = {script}; var msg_link = {script};
var ip_wording = {script}; var source_encode_biz = {script};</script>
<div id="js_article"><h1 id="activity-name">{quoted}</h1><a id="js_name">{quoted}</a>
<div id="js_content"><p>开头</p><p>{quoted}</p>
<p><a href="{address}">链接</a><img data-src="{address}" alt="{quoted}"><img src="{address}"></p>
<p><img data-src="{PICTURES}/{number}.png" alt="{quoted}" width="{quoted}"></p>
<pre class="code-snippet__js" data-lang="{quoted}"><code class="{quoted}">{quoted}</code></pre>
<table><tr><td colspan="{quoted}">{quoted}</td></tr></table>
<mpvoice name="{quoted}" author="{quoted}" voice_encode_fileid="{quoted}"></mpvoice>
<qqmusic music_name="{quoted}" play_url="{address}" otherid="{address}"></qqmusic>
<iframe class="video_iframe" data-src="{address}" data-vid="{quoted}" data-cover="{address}"></iframe>
<mp-common-profile data-nickname="{quoted}" data-id="{quoted}" data-headimg="{address}"></mp-common-profile>
<p>结尾</p>
<section>{vector}</section><p>{vector}</p></div></div></body></html>"""
    return page.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Log:
    """What the browser asked for: what it says each request is for (``Sec-Fetch-Dest``), and where it went."""

    requests: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, target and destination."""

    @property
    def told(self) -> dict[str, set[str]]:
        """What the trap told of each page."""
        told: dict[str, set[str]] = {}
        for _, target, _ in self.requests:
            parts = urlsplit(target)
            if parts.path == "/trap":
                page, _, what = unquote(parts.query).partition(" ")
                told.setdefault(page, set()).add(what)
        return told

    @property
    def asked(self) -> set[str]:
        """All that was asked for but the pages themselves, the trap's reports and the browser's own icon."""
        return {
            f"{method} {target} {purpose}"
            for method, target, purpose in self.requests
            if not _BROWSERS_OWN.search(target)
            and not _PAGE.fullmatch(target)
            and not target.startswith("/trap?")
            and target != "/favicon.ico"
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: Sequence[bytes]
    log: Log
    done: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        purpose = self.headers.get("Sec-Fetch-Dest", "")
        host = self.headers.get("Host", "")
        whole = self.path.startswith("http:") or host.startswith("127.0.0.1")
        target = self.path if whole else f"http://{host}{self.path}"
        self.server.log.requests.append((self.command, target, purpose))
        pages = self.server.pages
        if _PAGE.fullmatch(target):
            number = int(target.removeprefix("/page/"))
            body = pages[number] if number < len(pages) else b"<title>end</title>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if number < len(pages):
                self.send_header("Refresh", f"1; url=/page/{number + 1}")
        else:
            body = b""
            self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if target == f"/page/{len(pages)}":
            self.server.done.set()

    def do_POST(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        """The server is the browser's proxy too: of requests to others it sees where they go, and refuses."""
        self.server.log.requests.append(("CONNECT", self.path, ""))
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        message = "needs Chromium (Debian: apt-get install chromium), which is not here"
        if os.environ.get("WXARCHIVE_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server(("127.0.0.1", 0), _Handler)
    made.log, made.done, made.pages = Log(), threading.Event(), ()
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def open_pages(chromium: str, server: _Server, pages: Sequence[str], profile: Path) -> Log:
    """Open each page with the trap in front, one after the other in one browser; what it asked for."""
    trap = TRAP % (json.dumps(OUR_TAGS), json.dumps(OUR_ATTRIBUTES))
    server.pages = [
        page.replace("<head>", "<head>" + trap, 1).encode("utf-8", "replace")
        if "<head>" in page
        else (f"<!doctype html><head>{trap}</head><body>{page}").encode("utf-8", "replace")
        for page in pages
    ]
    port = server.server_address[1]
    command = [
        chromium,
        *"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
        *"--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage".split(),
        "--disable-features=OptimizationHints,MediaRouter,Translate",
        f"--user-data-dir={profile}",
        f"--proxy-server=http://127.0.0.1:{port}",
        f"--virtual-time-budget={1500 * (len(pages) + 2)}",
        "--dump-dom",
        f"http://127.0.0.1:{port}/page/0",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert server.done.is_set(), f"the browser did not come to the last page\n{done.stderr[-2000:]}"
    return server.log


def read_posts(server: _Server) -> list[Post]:
    evil = f"http://evil.localhost:{server.server_address[1]}"
    posts = [read_page(hostile_page(number, vector, evil)).post for number, vector in enumerate(VECTORS)]
    assert all(posts)
    return [post for post in posts if post is not None]


def assert_nothing_but_pictures(log: Log, number_of_pages: int) -> None:
    visited = [target for _, target, _ in log.requests if _PAGE.fullmatch(target)]
    assert visited == [f"/page/{number}" for number in range(number_of_pages + 1)]
    assert log.told == {f"/page/{number}": {"loaded"} for number in range(number_of_pages)}
    others = {asked for asked in log.asked if not is_picture(asked)}
    assert others == set()
    assert f"CONNECT {urlsplit(PICTURES).hostname}:443 " in log.asked, "pictures are asked for"


def is_picture(asked: str) -> bool:
    method, target, purpose = asked.split(" ")
    # Style sheets ask for images too: so none may come from the hostile host, not even as an image.
    return (method == "GET" and purpose == "image" and target.startswith("/")) or (method, target) in (
        ("CONNECT", f"{urlsplit(PICTURES).hostname}:443"),
        ("CONNECT", "a.example:443"),  # the addresses of pictures that try to break out of their attribute
    )


def test_the_html_of_a_post_is_inert_in_a_browser(chromium: str, server: _Server, tmp_path: Path) -> None:
    pages = [post.html for post in read_posts(server)]
    log = open_pages(chromium, server, pages, tmp_path / "profile")
    assert_nothing_but_pictures(log, len(pages))


def test_exported_pages_are_inert_in_a_browser(chromium: str, server: _Server, tmp_path: Path) -> None:
    posts = read_posts(server)
    write_posts("html", posts, tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == len(posts) + 1
    pages = [file.read_text(encoding="utf-8") for file in files]
    log = open_pages(chromium, server, pages, tmp_path / "profile")
    assert_nothing_but_pictures(log, len(pages))


def test_the_trap_catches_the_hostile_strings_themselves(
    chromium: str, server: _Server, tmp_path: Path
) -> None:
    evil = f"http://evil.localhost:{server.server_address[1]}"
    pages = [
        vector.replace("https://evil.example", evil)
        for vector in (*HOSTILE_MARKUP, *MORE_MARKUP)
        if re.match(
            r"<(?:script|img|svg(?!><use)|style|p style|details|link|body|math)\b",
            vector,
        )
    ]
    log = open_pages(chromium, server, pages, tmp_path / "profile")
    told = log.told
    assert sum("ran" in said for said in told.values()) >= 12
    assert sum(said == {"loaded"} for said in told.values()) <= 1  # one of them is a picture and no more
    purposes = {asked.rsplit(" ", 1)[1] for asked in log.asked}
    assert {"script", "style", "image"} <= purposes
