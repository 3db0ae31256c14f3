"""What keeping pages costs: their size, storing, reading back, verifying, reading all anew.

    python bench/archive.py [--captures 10000] [--times 20] [--write docs/benchmarks-archive.md]

The pages are the post pages in ../shared, or, where that folder is missing, made ones. Sizes are exact; times are CPU
time, or wall time where several threads or processes work. Beside each stands a limit measured in the same run.
"""

import argparse
import hashlib
import io
import os
import platform
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from damage import make_big_page, make_template
from wxarchive.pages import Page
from wxarchive.read import read_captured
from wxarchive.records import Post
from wxarchive.reparsing import reparse
from wxarchive.store import Archive
from wxarchive.store.bodies import pack
from wxarchive.webarchives import WebCapture
from wxarchive.webarchives.warc import write_warc

SHARED: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "pages"
_ROUNDS: Final = 5
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
METHOD: Final = """<!-- Written by `make bench`; changes here are lost. -->

# What keeping pages costs

`make bench` stores the real post pages in an archive of their own and looks at what is on the disk, then stores many
captures that each differ (a new nonce and some kilobytes of new text in a known page), verifies them, and reads all
pages anew in one process and in two. Sizes are exact. Storing is CPU time of the whole call that keeps a page's bytes
(hash, choice of a reference, packing, row), the best of five rounds. Beside times stands what the same machine does in the same run.

"""


def load_posts() -> list[tuple[Page, Post]]:
    """The post pages, with what is read from them."""
    found: list[tuple[Page, Post]] = []
    for file in sorted(SHARED.glob("*/*.html")) if SHARED.is_dir() else []:
        if ".gold." in file.name:
            continue
        page = Page(body=file.read_bytes(), fetched_at=NOW, status=200)
        post = read_captured(page).post
        if post is not None:
            found.append((page, post))
    return found or list(_make_posts())


def _make_posts() -> Iterator[tuple[Page, Post]]:
    chance = random.Random(1)
    templates = [make_template(chance, 1_000_000) for _ in range(5)]
    for number in range(60):
        page = Page(body=make_big_page(templates[number % 5], chance), fetched_at=NOW, status=200)
        yield page, Post(id=f"text:{number}", kind="article")


def vary(page: Page, chance: random.Random) -> Page:
    """The page as if it was had once more: another nonce, and some new text."""
    at = page.body.find(b"</body>")
    text = "".join(chr(chance.randrange(0x4E00, 0x5FFF)) for _ in range(chance.randrange(200, 4000)))
    new = f"<!-- {chance.random()} {text} -->".encode()
    return Page(body=page.body[:at] + new + page.body[at:], fetched_at=NOW, status=200)


def _store(posts: list[tuple[Page, Post]], folder: Path) -> float:
    """Store the pages in a new archive; gives the CPU milliseconds for each."""
    with Archive(folder, create=True) as archive, archive.batch():
        bodies = archive._writing().bodies
        began = process_time()
        for page, _ in posts:
            sha256 = page.sha256
            if not bodies.holds(sha256):
                bodies.add(sha256, page.body)
        return (process_time() - began) / len(posts) * 1000


def measure_size(posts: list[tuple[Page, Post]], folder: Path) -> list[tuple[str, str, str]]:
    """Size, storing and reading back of the pages as they are."""
    raw = sum(len(page.body) for page, _ in posts)
    storing = plain = float("inf")
    for turn in range(_ROUNDS):
        storing = min(storing, _store(posts, folder if turn == 0 else folder.with_name(f"again{turn}")))
        began = process_time()
        for page, _ in posts:
            pack(page.body)
        plain = min(plain, (process_time() - began) / len(posts) * 1000)
    with Archive(folder) as archive:
        stored = archive.info().stored_raw_size
        hashes = [page.sha256 for page, _ in posts]
        random.Random(1).shuffle(hashes)
        times: list[float] = []
        for sha256 in hashes:
            began = perf_counter()
            # A connection's first page: nothing of it is in memory.
            archive._read_bodies = None
            archive._bodies().load(sha256)
            times.append((perf_counter() - began) * 1000)
    captures = (
        WebCapture(page=page, url=post.url or "urn:x", captured_at=NOW, title=None, text="", facts={})
        for page, post in posts
    )
    warc = io.BytesIO()
    for _ in write_warc(captures, warc, software="bench", created_at=NOW):
        pass
    packed = len(warc.getvalue())
    times.sort()
    return [
        ("raw bytes / stored bytes, references twice", f"{raw / stored:.1f}", "at least 20"),
        (".warc.gz / stored bytes", f"{packed / stored:.1f}", "at least 4"),
        ("storing, CPU ms a page", f"{storing:.1f}", "at most 8"),
        ("  packing by itself with zstd level 3, for comparison", f"{plain:.1f}", ""),
        ("reading one page back, ms: median", f"{times[len(times) // 2]:.1f}", "at most 10"),
        ("  the slowest of them", f"{times[-1]:.1f}", ""),
    ]


def measure_verify(posts: list[tuple[Page, Post]], folder: Path, captures: int) -> list[tuple[str, str, str]]:
    """Verifying many captures, and what hashing alone takes."""
    chance = random.Random(2)
    with Archive(folder, create=True) as archive:
        stored = 0
        while stored < captures:
            with archive.batch():
                for page, post in posts[: captures - stored]:
                    archive.save(vary(page, chance), state="post", post=post)
                    stored += 1
    sample = posts[0][0].body * 50
    began = perf_counter()
    hashlib.sha256(sample).digest()
    hashing = len(sample) / (perf_counter() - began) / 1e6
    with Archive(folder) as archive:
        began = perf_counter()
        found = archive.verify()
        seconds = perf_counter() - began
        began = perf_counter()
        archive.verify(quick=True)
        quick = perf_counter() - began
    assert not found.findings, found.findings[:3]
    size = (folder / "archive.db").stat().st_size
    return [
        (f"verify of {found.captures:,} captures: seconds", f"{seconds:.1f}", ""),
        (
            "  MB of stored pages a second",
            f"{found.stored / 1e6 / seconds:.1f}",
            "at least 100, or its bound",
        ),
        ("  MB of raw pages a second, unpacked and hashed", f"{found.raw / 1e6 / seconds:.0f}", ""),
        ("  the bound: SHA-256 alone, MB a second on one processor", f"{hashing:.0f}", ""),
        ("verify --quick: MB of the database a second", f"{size / 1e6 / quick:.0f}", "at least 100"),
    ]


def measure_reparse(posts: list[tuple[Page, Post]], folder: Path, times: int) -> list[tuple[str, str, str]]:
    """Reading all anew in one process and in two."""
    chance = random.Random(3)
    with Archive(folder, create=True) as archive:
        for _ in range(times):
            with archive.batch():
                for page, post in posts:
                    archive.save(vary(page, chance), state="post", post=post)
    seconds: dict[int, float] = {}
    for processes in (1, 2):
        with Archive(folder) as archive:
            began = perf_counter()
            report = reparse(archive, processes=processes)
            seconds[processes] = perf_counter() - began
    return [
        (f"reparse of {report.captures:,} captures: seconds, one process", f"{seconds[1]:.1f}", ""),
        ("  seconds, two processes", f"{seconds[2]:.1f}", ""),
        ("  times faster", f"{seconds[1] / seconds[2]:.2f}", "at least 1.7"),
    ]


def main() -> int:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description="Measure what keeping pages costs.")
    parser.add_argument("--captures", type=int, default=10_000, help="for verify; 0: not")
    parser.add_argument("--times", type=int, default=20, help="how often each page is read anew; 0: not")
    parser.add_argument("--write", type=Path, help="write the page with method and results there")
    options = parser.parse_args()
    posts = load_posts()
    with tempfile.TemporaryDirectory() as place:
        rows = measure_size(posts, Path(place) / "size")
        if options.captures:
            rows += measure_verify(posts, Path(place) / "verify", options.captures)
        if options.times:
            rows += measure_reparse(posts, Path(place) / "reparse", options.times)
    raw = sum(len(page.body) for page, _ in posts) / 1e6
    machine = f"CPython {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    head = (
        f"## Last run\n\n{datetime.now(UTC):%Y-%m-%d}: {len(posts)} post pages, {raw:.1f} MB. {machine}.\n\n"
    )
    table = "| | measured | goal |\n|---|---:|---|\n" + "".join(f"| {a} | {b} | {c} |\n" for a, b, c in rows)
    sys.stdout.write(head + table)
    if options.write:
        options.write.write_text(METHOD + head + table, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
