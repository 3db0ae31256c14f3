"""Pages of posts in any number, made on one template: for runs over more links than there are fixtures."""

from typing import Final

BIZ: Final = "MzA5OTk5OTk5OQ=="
FIRST_MID: Final = 2_650_000_000
_CDN: Final = "https://mmbiz.qpic.cn"

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta property="og:title" content="第{n}篇：河湾的一天" /><title></title></head>
<body id="activity-detail"><div class="rich_media_inner"><h1 class="rich_media_title" id="activity-name">第{n}篇：河湾的一天</h1>
<div id="meta_content"><a id="js_name">河湾读书会</a><em id="publish_time"></em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">
<p>第{n}篇。清晨的雾从河面上升起来，渡口的老人把船推进水里，岸上的孩子数着第{n}只白鹭。</p>
<p><img data-src="{cdn}/mmbiz_png/made{n}one/640?wx_fmt=png" data-type="png" data-w="640" data-ratio="0.5" src="data:image/gif;base64,AA=="/></p>
<p>午后有人在祠堂里说书，讲的是{m}年前发大水的故事，听的人比椅子多。</p>
<p><img data-src="{cdn}/mmbiz_png/made{n}two/640?wx_fmt=png" data-type="png" data-w="640" data-ratio="0.5" src="data:image/gif;base64,AA=="/></p>
{links}</div></div>
<script>
var biz = "{biz}" || ""; var mid = "{mid}" || ""; var idx = "1" || ""; var sn = "{sn}" || "";
var msg_title = '第{n}篇：河湾的一天'.html(false); var nickname = htmlDecode("河湾读书会"); var user_name = "gh_made00000001";
var msg_cdn_url = "{cdn}/mmbiz_jpg/madecover/0?wx_fmt=jpeg"; var ct = "{ct}"; var item_show_type = "0";
var msg_link = "{link}";
</script></body></html>
"""


def mid_of(n: int) -> str:
    return str(FIRST_MID + n)


def key_of(n: int) -> str:
    """The identity of the n-th post."""
    return f"{BIZ}:{mid_of(n)}:1"


def link_to(n: int) -> str:
    """The canonical link of the n-th post."""
    return f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid={mid_of(n)}&idx=1&sn={n:032x}"


def made_page(n: int, cites: tuple[int, ...] = ()) -> bytes:
    """The n-th post's page; its body links to the posts that it cites."""
    links = "".join(f'<p><a href="{link_to(c).replace("&", "&amp;")}">第{c}篇</a></p>' for c in cites)
    return _PAGE.format(
        n=n,
        m=n % 90 + 10,
        biz=BIZ,
        mid=mid_of(n),
        sn=f"{n:032x}",
        ct=1_500_000_000 + n * 3600,
        link=link_to(n).replace("&", "\\x26amp;"),
        links=links,
        cdn=_CDN,
    ).encode()


def made_pages(number: int) -> dict[str, bytes]:
    """So many posts, by identity."""
    return {key_of(n): made_page(n) for n in range(number)}
