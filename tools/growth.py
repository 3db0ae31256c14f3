"""Show that reading costs in proportion to a page's size: CPU seconds per MB for pages from 0.1 to 50 MB.

    python tools/growth.py [--sizes 0.1,1,10,50] [--shapes paragraphs,script,…] [--patience 60]

Each shape is a way for a page to be large. Each page is read in a process of its own, which also gives its peak memory.
"per MB" should hardly change along a row: the last column divides the largest page's by that of the 1 MB page (the
smallest pages are mostly start-up of tables and caches). Exits 1 if a shape's cost per MB grows more than threefold.
A size that would take longer than the patience, going by the one before, is left out and so is no proof.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

MB: Final = 1_000_000
ALARMING: Final = 3.0
"""Quadratic work would show as 10 from 1 to 10 MB; noise of a busy machine as less than 2."""

_HEAD: Final = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>\n<script>var biz = '
    '"MzA5OTk5MDAwMQ=="; var mid = "2247484301"; var idx = "1"; var nickname = "河湾读书会"; var ct = '
    '"1714521600"; var msg_title = "渡口旧事";</script>\n'
)
_TEXT: Final = "一条渡船，三代摆渡人，和一条渐渐不需要渡的河。"


def _fill(piece: str, size: int) -> str:
    """``piece`` repeated to ``size`` bytes; ``{}`` in it is the number of the repetition."""
    if "{}" not in piece:
        return piece * max(1, size // len(piece.encode()))
    count = max(1, size // (len(piece.encode()) + 4))
    return "".join(piece.replace("{}", str(number)) for number in range(count))


def _body(piece: str) -> Callable[[int], str]:
    return lambda size: f'{_HEAD}<div id="js_content">{_fill(piece, size)}</div></body></html>'


def _around(before: str, piece: str, after: str) -> Callable[[int], str]:
    return lambda size: f"{before}{_fill(piece, size)}{after}"


_POST: Final = '<div id="js_content"><p>渡口</p></div>'
SHAPES: Final[Mapping[str, Callable[[int], str]]] = {
    # The page of a real post, with more of everything.
    "paragraphs": _body(f'<p style="margin:0"><span style="font-size:15px">{_TEXT}{{}}</span></p>\n'),
    "same-line": _body(f"<p>{_TEXT}</p>"),
    "one-paragraph": _around(f'{_HEAD}<div id="js_content"><p>', _TEXT, "</p></div>"),
    "pictures": _body('<p><img data-src="https://mmbiz.qpic.cn/mmbiz_png/a{}/640?wx_fmt=png"></p>'),
    "links": _body('<a href="https://mp.weixin.qq.com/s?__biz=MzA5OTk5MDAwMQ==&mid={}&idx=1&sn=a">渡</a>'),
    "table": _around(f'{_HEAD}<div id="js_content"><table>', "<tr><td>渡{}</td><td>口</td></tr>", "</table></div>"),
    "list": _around(f'{_HEAD}<div id="js_content"><ul>', "<li><p>渡{}</p></li>", "</ul></div>"),
    "code": _around(f'{_HEAD}<div id="js_content"><pre><code>', "x = '{}' \\ 2\n", "</code></pre></div>"),
    "svg": _body("<svg><g><text>渡{}</text></g></svg>"),
    "boxes": _body('<section style="border:1px solid"><p>渡口茶馆</p><p>微信：dukou{}</p><p>营业时间 10:00</p></section>\n'),
    "addresses": _body("<p>河</p><p>竹下 a{}@example.com</p><p>南浦 b@example.com</p><p>北渚 c@example.com</p>\n"),
    "announced": _body(
        '<p>相关文章：</p><p><a href="https://mp.weixin.qq.com/s/a{}">渡</a></p>'
        '<p><a href="https://mp.weixin.qq.com/s/b">口</a></p>\n'
    ),
    "headings": _body("<p>投稿须知</p><p>稿件一经采用，奉上稿酬{}。</p><p>渡口</p>\n"),
    "credits": _body("<p>来源：河湾{}　编辑：竹下　审核：南浦</p>\n"),
    "furniture": _body("<p>长按二维码关注我们{}</p><p>点击上方蓝字关注</p>"),
    # Pages that nobody writes by accident.
    "elements": _body("<b></b><i></i><br>"),
    "attributes": _around(f'{_HEAD}<div id="js_content"><p ', 'a{}="1" ', ">渡口</p></div>"),
    "styles": _around(f'{_HEAD}<div id="js_content"><p style="', "color:red;display :none ;a{}:b;", '">渡口</p></div>'),
    "open-tags": _body("<section>"),
    "open-quotes": _body("<blockquote><p>"),
    "unended-comment": _around(f'{_HEAD}{_POST}<!--', " -- > <p>渡口", ""),
    "unended-attribute": _around(f'{_HEAD}{_POST}<a href="', "<p>渡口 ' > ", ""),
    "unended-script": _around(f"{_HEAD}{_POST}<script>", 'var biz = "', ""),
    "less-than": _around(f'{_HEAD}<div id="js_content">', "<", "</div>"),
    "ampersands": _around(f'{_HEAD}<div id="js_content">', "&", "</div>"),
    "spaces": _around(f'{_HEAD}<div id="js_content"><p>渡', "  　\t", "口</p></div>"),
    "lines": _around(f'{_HEAD}<div id="js_content"><p>渡', "<br>", "口</p></div>"),
    "quotes": _around(f'{_HEAD}{_POST}<script>var a = "', "\\\\'\\\"", '";</script>'),
    "bare-quotes": _around(f"{_HEAD}{_POST}<script>", "'\"\\`", "</script>"),
    "variables": _around(f"{_HEAD}{_POST}<script>", 'var v{} = "a\\\\" || "";\n', "</script>"),
    "data-object": _around(f"{_HEAD}{_POST}<script>window.cgiDataNew = {{", "a{}: 'b' * 1,", "};</script>"),
    "data-depth": _around(f"{_HEAD}{_POST}<script>window.cgiDataNew = ", "{a:[", "</script>"),
    "slashes": _around(f"{_HEAD}{_POST}<script>", "/*", "</script>"),
    "scripts": _around(f"{_HEAD}{_POST}", "<script>var a{} = 1;</script>", ""),
    # Text that is no page, and pages inside other things.
    "dump-lines": _around("渡口旧事\n", f"{_TEXT}{{}}\n", ""),
    "dump-one-line": _around("渡口旧事 ", _TEXT, ""),
    "dump-labels": _around("渡口旧事\n", "来源：河湾{} 编辑：竹下 微信扫一扫 ", ""),
    "dump-links": _around("渡口旧事\n", "[渡]({}) ![](https://a.example/{}.png)\n", ""),
    "dump-brackets": _around("渡口旧事\n", "![](", ""),
    "dump-spaces": _around("渡口旧事\n", "　 ", "\n渡口"),
    "json-dump": _around('"<html>\\n<body>\\n<div id=\\"js_content\\">\\n', '<p class=\\"a\\">渡{}</p>\\n', '</div>"'),
    "mhtml": _around(
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
        '<html><div id="js_content">',
        "<p>du{}</p>\n",
        "</div>\n--x--\n",
    ),
}  # fmt: skip


def measure(shape: str, size: float) -> tuple[float, int]:
    """CPU seconds for one reading of a page of ``size`` MB, and the process's peak memory in MB, in a new process."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", shape, str(size)], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)


def read_one(shape: str, size: float) -> None:
    """In the child: read one page and say what it took."""
    from wxarchive.errors import ParseError
    from wxarchive.read import read_page

    read_page((_HEAD + _POST).encode())  # so that imports and first uses are not counted
    page = SHAPES[shape](int(size * MB)).encode()
    began = time.process_time()
    with suppress(ParseError):
        read_page(page)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MB
    sys.stdout.write(f"{spent} {peak}\n")


def main() -> int:
    """Print the table; 1 if a shape's cost per MB grows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="0.1,1,10,50", help="in MB, growing")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds that one reading may take, as foreseen"
    )
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        read_one(options.one[0], float(options.one[1]))
        return 0
    sizes = [float(size) for size in options.sizes.split(",")]
    heads = "".join(f"{f'{size:g} MB':>10}" for size in sizes)
    sys.stdout.write(
        f"CPU seconds per MB; peak memory of the largest page\n{'':18}{heads}   growth      peak\n"
    )
    growing = []
    for shape in options.shapes.split(","):
        costs: dict[float, float] = {}
        peak = 0
        for size in sizes:
            if costs and max(costs.values()) * size > options.patience:
                break
            seconds, peak = measure(shape, size)
            costs[size] = seconds / size
        base = next((cost for size, cost in costs.items() if size >= 1), max(costs.values()))
        growth = costs[max(costs)] / base
        cells = "".join(f"{costs[size]:10.3f}" if size in costs else f"{'–':>10}" for size in sizes)
        mark = "  !" if growth > ALARMING else ""
        sys.stdout.write(f"{shape:18}{cells}{growth:8.2f}×{peak:7} MB{mark}\n")
        sys.stdout.flush()
        if growth > ALARMING:
            growing.append(shape)
    if growing:
        sys.stderr.write(f"cost per MB grows: {', '.join(growing)}\n")
    return 1 if growing else 0


if __name__ == "__main__":
    sys.exit(main())
