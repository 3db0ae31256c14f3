"""What reading costs: `read_page` beside a bare parse of the same bytes and beside other tools.

    python bench/read.py [--rounds 5] [--sizes 0.1,1,10,50] [--write docs/benchmarks.md]

One process, CPU time. In every round each page goes to every reader in turn, so that a busy machine slows all of them
alike; of each page and reader the best round counts. Needs the dependency group `bench`. The pages are those named in
../shared/pages/fields.json, or, where that folder is missing, those of fixtures/pages.
"""

import argparse
import gc
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any, Final, NamedTuple

import trafilatura
from selectolax.lexbor import LexborHTMLParser
from wechat_article_parser import parser as article_parser

from wxarchive import read
from wxarchive.decode import decode

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = ROOT.parent / "shared" / "pages"
FIXTURES: Final = ROOT / "fixtures" / "pages"
GROWN: Final = FIXTURES / "article-c-2025-full.html"

STAGES: Final[Mapping[str, str]] = {
    "decode": "bytes to text",
    "open_document": "HTML parse",
    "judge": "which page it is",
    "parse_post": "fields and body",
    "clean_body": "cleaning",
    "normalize": "record, Markdown, HTML",
}
"""What `read_page` calls, in its order, timed where it calls them."""
GOALS: Final[Mapping[str, str]] = {
    "read_page / bare parse": "at most 3.5",
    "trafilatura.extract / read_page": "at least 4",
    "wechat-article-parser / read_page": "at least 12",
}
MB: Final = 1_000_000


class Page(NamedTuple):
    """A page to read; ``name`` is for the terminal, ``sort`` for the written report."""

    name: str
    sort: str
    data: bytes
    text: str


class Figures(NamedTuple):
    """CPU seconds: best of each page by reader, and of all pages by stage."""

    readers: dict[str, list[float]]
    stages: dict[str, float]
    failed: dict[str, int]


def load_pages() -> tuple[list[Page], str]:
    """The pages, and where they are from, in words."""
    index = SHARED / "fields.json"
    if index.is_file():
        paths = [SHARED / name for name in sorted(json.loads(index.read_text(encoding="utf-8")))]
        source = "real post pages"
    else:
        paths = sorted(FIXTURES.glob("*.html"))
        source = "pages of fixtures/pages (../shared/pages is not there)"
    pages = []
    for path in paths:
        data = path.read_bytes()
        if path.suffix == ".html" and read.read_page(data).post is not None:
            sort = path.parent.name if path.parent != FIXTURES else path.stem
            pages.append(Page(f"{path.parent.name}/{path.name}", sort, data, decode(data).text))
    return pages, f"{len(pages)} {source}"


def readers() -> dict[str, Callable[[Page], object]]:
    """What is compared, by name."""
    return {
        "bare parse": lambda page: LexborHTMLParser(page.data),
        "read_page": lambda page: read.read_page(page.data),
        "trafilatura.extract": lambda page: trafilatura.extract(page.data),
        # The package's parse() fetches first; this is what it does with the text that it gets.
        "wechat-article-parser": lambda page: article_parser._parse_html(
            "https://mp.weixin.qq.com/s/a", page.text
        ),
    }


def measure(pages: list[Page], rounds: int) -> Figures:
    """Time every reader on every page ``rounds`` times, and the stages of `read_page` as often."""
    best = {name: [float("inf")] * len(pages) for name in readers()}
    failed = dict.fromkeys(best, 0)
    stages: dict[str, list[float]] = {name: [float("inf")] * len(pages) for name in STAGES}
    for turn in range(rounds):
        for place, page in enumerate(pages):
            for name, reader in readers().items():
                gc.collect()
                begin = process_time()
                try:
                    kept = reader(page)
                except Exception:  # another tool's failure on a page is a figure, not ours to mend
                    if name == "read_page":
                        raise
                    kept = None
                    failed[name] += turn == 0
                best[name][place] = min(best[name][place], process_time() - begin)
                del kept
            gc.collect()
            for name, spent in time_stages(page).items():
                stages[name][place] = min(stages[name][place], spent)
        sys.stderr.write(f"round {turn + 1} of {rounds}\n")
    return Figures(best, {name: sum(times) for name, times in stages.items()}, failed)


def time_stages(page: Page) -> dict[str, float]:
    """CPU seconds of each stage in one `read_page`."""
    spent = dict.fromkeys(STAGES, 0.0)

    def timed(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            begin = process_time()
            try:
                return stage(*args, **options)
            finally:
                spent[name] += process_time() - begin

        return run

    plain = {name: getattr(read, name) for name in STAGES}
    try:
        for name, stage in plain.items():
            setattr(read, name, timed(name, stage))
        read.read_page(page.data)
    finally:
        for name, stage in plain.items():
            setattr(read, name, stage)
    return spent


def measure_growth(sizes: list[float]) -> list[tuple[float, float]]:
    """Size in MB and milliseconds per MB, for a fixture whose body is repeated up to each size."""
    page = GROWN.read_text(encoding="utf-8")
    body = LexborHTMLParser(page).css_first("#js_content")
    assert body is not None
    inner = body.inner_html or ""
    head = page[: page.index(">", page.index('id="js_content"')) + 1]
    found = []
    for size in sizes:
        count = max(round((size * MB - len(head.encode())) / len(inner.encode())), 1)
        data = f"{head}{inner * count}</div></body></html>".encode()
        best = float("inf")
        for _ in range(5 if size < 1 else 3 if size < 10 else 1):
            gc.collect()
            begin = process_time()
            read.read_page(data)
            best = min(best, process_time() - begin)
        found.append((len(data) / MB, best * 1000 / (len(data) / MB)))
    return found


def report(
    pages: list[Page], source: str, figures: Figures, growth: list[tuple[float, float]], rounds: int
) -> str:
    """The measurements as Markdown."""
    total = {name: sum(times) for name, times in figures.readers.items()}
    ours = total["read_page"]
    ratios = {
        "read_page / bare parse": ours / total["bare parse"],
        "trafilatura.extract / read_page": total["trafilatura.extract"] / ours,
        "wechat-article-parser / read_page": total["wechat-article-parser"] / ours,
    }
    size = sum(len(page.data) for page in pages) / MB
    staged = sum(figures.stages.values())
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}: {source}, {size:.1f} MB, best of {rounds} rounds. {machine()}.",
        "",
        "| ratio of CPU time | measured | goal |",
        "|---|---:|---|",
        *(f"| {name} | {ratio:.2f} | {GOALS[name]} |" for name, ratio in ratios.items()),
        "",
        "| reader | CPU ms, all pages | ms per MB | pages it failed on |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {seconds * 1000:.0f} | {seconds * 1000 / size:.1f} | {figures.failed[name]} |"
            for name, seconds in total.items()
        ),
        "",
        "| stage of read_page | what it does | CPU ms | share |",
        "|---|---|---:|---:|",
        *(
            f"| {name} | {STAGES[name]} | {spent * 1000:.0f} | {spent / staged:.0%} |"
            for name, spent in figures.stages.items()
        ),
        "",
        "| slowest pages | kB | read_page ms | bare parse ms |",
        "|---|---:|---:|---:|",
    ]
    slowest = sorted(zip(figures.readers["read_page"], figures.readers["bare parse"], pages, strict=True))[
        :-6:-1
    ]
    lines += [
        f"| {page.sort} | {len(page.data) / 1000:.0f} | {mine * 1000:.1f} | {bare * 1000:.1f} |"
        for mine, bare, page in slowest
    ]
    if growth:
        lines += ["", "| page size, MB | ms per MB |", "|---:|---:|"]
        lines += [f"| {megabytes:.1f} | {cost:.1f} |" for megabytes, cost in growth]
    sys.stderr.write("slowest: " + ", ".join(page.name for *_, page in slowest) + "\n")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What the figures hold for, without a name or a path of the machine."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("selectolax", "nh3", "trafilatura", "wechat-article-parser")
    )
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs; {packages}"


METHOD: Final = """\
<!-- Written by `make bench`; changes here are lost. -->

# What reading costs

`make bench` measures `read_page` (state, fields, body, cleaning, text, Markdown, HTML) beside a bare selectolax parse
of the same bytes, and beside two other tools: `trafilatura.extract` with its defaults, and what the package
`wechat-article-parser` does with a page's text once it has it. They are installed for this only (dependency group
`bench`).

One process, CPU time. In every round each page goes to every reader in turn, so that a busy machine slows all of them
alike; of each page and reader the best round counts, and garbage is collected before, not within, a measurement.
Compare ratios, not milliseconds: these hold for one machine.
The stages are timed where `read_page` calls them. Growth is measured on a fixture whose body is repeated up to each
size; `tools/growth.py` does the same for many shapes of page.

## Last run

"""


def main() -> int:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description="Measure what reading a page costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default="0.1,1,10,50", help="sizes in MB for growth; empty: none")
    parser.add_argument("--write", type=Path, help="write the page with method and results there")
    options = parser.parse_args()
    pages, source = load_pages()
    gc.collect()
    gc.freeze()
    figures = measure(pages, options.rounds)
    growth = measure_growth([float(size) for size in options.sizes.split(",") if size])
    written = report(pages, source, figures, growth, options.rounds)
    sys.stdout.write(written)
    if options.write:
        options.write.write_text(METHOD + written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
