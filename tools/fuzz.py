"""Feed broken pages to the reader for a while: it gives a reading or a ParseError, in bounded time, or this exits 1.

    python tools/fuzz.py [--seconds 60] [--seed N]

Each round takes a fixture (or a real page, if ../shared is there), breaks it in one of several ways and reads it. A
page that fails is written to ./fuzz-failure-<seed>-<round>.html so that it can become a fixture.
"""

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from wxarchive.errors import ParseError
from wxarchive.read import read_page

ROOT = Path(__file__).resolve().parent.parent
SLOWEST_SECONDS_PER_MB = 5.0
"""A page that takes longer than this (and a second) is a failure: reading is linear and far faster."""

Breaker = Callable[[bytes, random.Random], bytes]
_SPICE = [
    b"<", b">", b"&", b"'", b'"', b"\\", b"{", b"}", b"<!--", b"-->", b"</script>", b"<script>", b"<pre>", b"<table>",
    b"<td>", b"]]>", b"\\x5c", b"\\u{ffffffff}", b"&#x110000;", b"\xff\xfe", b"\xed\xa0\x80", b"\x00", "　".encode(),
    b"<iframe>", b"<noscript>", b"<svg>", b"<textarea>", b"<plaintext>", b"var biz = ", b"cgiDataNew = {", b"* 1",
    b"https://mp.weixin.qq.com/s?__biz=", b"display:none", b"url(", b"20", b"%%%", "来源：".encode(), "长按".encode(),
]  # fmt: skip


def cut(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randrange(len(page))]


def cut_head(page: bytes, chance: random.Random) -> bytes:
    return page[chance.randrange(len(page)) :]


def flip(page: bytes, chance: random.Random) -> bytes:
    broken = bytearray(page)
    for _ in range(chance.choice((1, 4, 64, 1024))):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def spice(page: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 8, 64))):
        at = chance.randrange(len(page))
        page = page[:at] + chance.choice(_SPICE) * chance.choice((1, 1, 2, 500)) + page[at:]
    return page


def drop(page: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(page)), chance.randrange(len(page))))
    return page[:start] + page[end:]


def repeat(page: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(page))
    piece = page[start : start + chance.choice((1, 8, 200, 4000))]
    return (
        page[:start]
        + piece * min(chance.choice((2, 100, 10_000)), 1 + 2_000_000 // max(len(piece), 1))
        + page[start:]
    )


def nest(page: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(page))
    tag = chance.choice(
        ("section", "blockquote", "table><tr><td", "ul><li", "span style='color:red'", "b", "svg", "pre")
    )
    return page[:at] + f"<{tag}>".encode() * chance.choice((100, 20_000)) + page[at:]


def crowd(page: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(page))
    names = b" ".join(b"a%d=%d" % (n, n) for n in range(chance.choice((10, 40_000))))
    return page[:at] + b"<p " + names + b">" + page[at:]


BREAKERS: Sequence[Breaker] = (cut, cut_head, flip, spice, drop, repeat, nest, crowd)


def sources() -> list[Path]:
    """The pages to break."""
    found = [
        path for folder in ("pages", "dumps", "hostile") for path in (ROOT / "fixtures" / folder).iterdir()
    ]
    real = ROOT.parent / "shared" / "pages"
    found += [path for path in real.glob("*/*") if path.suffix in (".html", ".txt", ".mhtml")]
    return sorted(path for path in found if 0 < path.stat().st_size < 1_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    options = parser.parse_args()
    pages = sources()
    ends: Counter[str] = Counter()
    began = time.monotonic()
    number = 0
    while time.monotonic() - began < options.seconds:
        number += 1
        chance = random.Random(f"{options.seed}:{number}")
        page = chance.choice(pages).read_bytes()
        for breaker in chance.choices(BREAKERS, k=chance.choice((1, 1, 2, 3))):
            page = breaker(page, chance) or b" "
        started = time.process_time()
        try:
            ends[read_page(page).state] += 1
        except ParseError:
            ends["ParseError"] += 1
        except Exception:
            sys.stderr.write(traceback.format_exc())
            return report(page, options.seed, number)
        spent = time.process_time() - started
        if spent > 1 + SLOWEST_SECONDS_PER_MB * len(page) / 1e6:
            sys.stderr.write(f"{spent:.1f} s for {len(page):,} bytes\n")
            return report(page, options.seed, number)
    sys.stdout.write(f"{number:,} broken pages read (seed {options.seed}): {dict(ends.most_common())}\n")
    return 0


def report(page: bytes, seed: int, number: int) -> int:
    path = Path(f"fuzz-failure-{seed}-{number}.html")
    path.write_bytes(page)
    sys.stderr.write(f"round {number} of seed {seed} failed; the page is in {path}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
