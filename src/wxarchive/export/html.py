"""Posts → a folder of web pages that need nothing else to be read, and an ``index.html`` that lists them.

Nothing in a page runs: the body is cleaned once more when it is written, and the page's own policy
forbids scripts, frames, forms and every request but pictures. Its one style sheet is allowed by its
hash, so that no other can be.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import quote

from wxarchive.export.captions import ROLES, shown_date, shown_title
from wxarchive.export.folder import Pages, write_pages
from wxarchive.export.options import ExportOptions
from wxarchive.records import Post
from wxarchive.render import clean_html
from wxarchive.render.addresses import is_local_path, safe_href

__all__ = ["POLICY", "STYLE", "to_page", "write"]

STYLE: Final = """\
:root { color-scheme: light dark; --ink: #1f2328; --pale: #667; --line: #d8dce0; --paper: #fff; --link:
#0a5dab; } @media (prefers-color-scheme: dark) {
  :root { --ink: #d8dbe0; --pale: #969ca5; --line: #3a3f46; --paper: #16181b; --link: #7db4ee; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1.2rem 4rem; background: var(--paper); color: var(--ink); line-height: 1.85;
  font: 1.06rem/1.85 system-ui, -apple-system, "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC",
  "Source Han Sans SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
article, main { max-width: 42rem; margin: 0 auto; } h1 { font-size: 1.65rem; line-height: 1.4; margin: 0
0 .6rem; } h2, h3, h4, h5, h6 { line-height: 1.5; margin: 2rem 0 .8rem; } p, ul, ol, pre, table, figure,
blockquote { margin: 0 0 1.1rem; } li > p { margin: 0 0 .3rem; } a { color: var(--link); } img {
max-width: 100%; height: auto; } figure { text-align: center; } figcaption, .caption, .byline, footer,
.media, li time, li span { color: var(--pale); font-size: .92rem; } .caption { text-align: center; }
.media { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .8rem; } blockquote {
border-left: .25rem solid var(--line); padding-left: 1rem; color: var(--pale); } pre { overflow-x: auto;
padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem; line-height: 1.5; } code {
font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; } table { display:
block; overflow-x: auto; border-collapse: collapse; } td, th { border: 1px solid var(--line); padding:
.3rem .6rem; } hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; } header {
margin-bottom: 2rem; } footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); }
footer p { margin: 0 0 .3rem; } .posts { list-style: none; padding: 0; }
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; img-src https: data: file: 'self'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; upgrade-insecure-requests"
)
# Picture hosts refuse requests that say which page they come from.
_HEAD: Final = f"""\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>{STYLE.replace("{", "{{").replace("}", "}}")}</style>
</head>
<body>
"""
_FOOT: Final = "</body>\n</html>\n"


def write(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions) -> int:
    """Write a page for each post and the index; return their number without the index.

    ``target`` is the folder; see :func:`wxarchive.export.write_posts`.
    """
    return write_pages(posts, target, options, _PAGES)


def to_page(post: Post) -> str:
    """The post as a complete page."""
    title = escape(shown_title(post))
    byline = f'<p class="byline">{" · ".join(_byline(post))}</p>\n'
    below = "".join(f"<p>{line}</p>\n" for line in _below(post))
    return (
        f"{_HEAD.format(title=title)}<article>\n<header>\n<h1>{title}</h1>\n{byline}</header>\n"
        f"{clean_html(post.html)}\n{f'<footer>{below}</footer>' if below else ''}\n</article>\n{_FOOT}"
    )


def _byline(post: Post) -> Iterator[str]:
    if post.account.nickname:
        yield escape(post.account.nickname)
    if post.author and post.author != post.account.nickname:
        yield escape(post.author)
    date = shown_date(post)
    if date:
        yield f'<time datetime="{date.replace(" ", "T") + ("+08:00" if " " in date else "")}">{date}</time>'
    if post.ip_location:
        yield escape(post.ip_location)
    if post.copyright == "original":
        yield "原创"


def _below(post: Post) -> Iterator[str]:
    """The lines under a post, as HTML."""
    if post.source:
        yield f"来源：{escape(post.source)}"
    for role, people in post.credits.items():
        yield f"{escape(ROLES.get(role, role))}：{escape('、'.join(people))}"
    if post.origin is not None:
        origin = post.origin.nickname or post.origin.title or post.origin.url
        if origin:
            yield f"转载自：{_link(post.origin.url, origin)}"
    if post.albums:
        yield "合集：" + "、".join(_link(album.url, album.title) for album in post.albums)
    for item in post.media:
        if item.file and item.file.startswith("media/") and is_local_path(item.file):
            yield f'音频：<a href="{escape(item.file)}">{escape(item.title or item.file)}</a>'
    if post.source_url:
        yield _link(post.source_url, "阅读原文")
    url = post.url or post.short_url
    if url:
        yield "原文链接：" + _link(url, url)


def _entry(post: Post, file: str) -> str:
    date = shown_date(post)
    time = f"<time>{date}</time> " if date else ""
    account = f" <span>{escape(post.account.nickname)}</span>" if post.account.nickname else ""
    link = f'<a href="{escape(quote(file, errors="replace"))}">{escape(shown_title(post))}</a>'
    return f"<li>{time}{link}{account}</li>\n"


def _link(url: str | None, text: str) -> str:
    href = safe_href(url)
    if href is None:
        return escape(text)
    return f'<a href="{escape(href)}" rel="noopener noreferrer">{escape(text)}</a>'


_PAGES: Final = Pages(
    ending=".html",
    to_text=to_page,
    index_head=_HEAD.format(title="文章目录") + '<main>\n<h1>文章目录</h1>\n<ul class="posts">\n',
    index_entry=_entry,
    index_foot=lambda count: f"</ul>\n<footer><p>共 {count} 篇</p></footer>\n</main>\n{_FOOT}",
)
