"""What fetching and importing cost, as ratios of one run: connections against one, import against reading alone.

python bench/fetching.py [--pages 5000]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from fakewechat import FIXTURES
from madeposts import link_to
from wxarchive import Archive, Fetcher, FetchOptions, fetch_posts, read_page


def main() -> None:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000, help="pages to import")
    parser.add_argument("--links", type=int, default=300, help="links to fetch with 50 ms of latency")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_fetching(Path(folder), options.links)
        measure_import(Path(folder), options.pages)


def measure_fetching(folder: Path, links: int) -> None:
    """Seconds for so many links with one connection and with eight, 50 ms of latency each."""
    seconds = {}
    for connections in (1, 8):
        with (
            _serving(folder, links) as address,
            Archive(folder / f"fetched-{connections}", create=True) as archive,
            Fetcher(FetchOptions(replay=address, connections=connections)) as fetcher,
        ):
            started = time.perf_counter()
            for _ in fetch_posts(archive, [link_to(n) for n in range(links)], fetcher):
                pass
            seconds[connections] = time.perf_counter() - started
            assert archive.count_posts() == links
    say(f"{links} links, 50 ms latency: {seconds[1]:.1f} s with 1 connection, {seconds[8]:.1f} s with 8")
    say(f"  {seconds[1] / seconds[8]:.1f} times as fast")


@contextmanager
def _serving(folder: Path, links: int) -> Iterator[str]:
    """A server in a process of its own; its address."""
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    script = Path(__file__).resolve().parent.parent / "tests" / "fakewechat.py"
    command = [
        sys.executable,
        str(script),
        "--port-file",
        str(port_file),
        "--latency",
        "0.05",
        "--made",
        str(links),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        while not port_file.exists():
            time.sleep(0.05)
        try:
            yield address
        finally:
            process.terminate()


def measure_import(folder: Path, pages: int) -> None:
    """CPU of reading alone and of importing, and the time with one process and with two."""
    source = folder / "pages"
    source.mkdir()
    templates = sorted((FIXTURES / "pages").glob("article-*.html"))
    texts = [template.read_text(encoding="utf-8") for template in templates]
    for n in range(pages):
        # Another post each time: the mid changes wherever it stands, and the text at one place.
        text = texts[n % len(texts)]
        text = (
            text.replace("26496", f"{n:05d}", 30)
            .replace("26507", f"{n:05d}", 30)
            .replace("22474", f"{n:05d}", 30)
        )
        (source / f"{n:06d}.html").write_text(text.replace("。", f"。{n}", 1), encoding="utf-8")
    files = sorted(source.iterdir())
    for file in files[:200]:
        read_page(file.read_bytes())
    started = time.process_time()
    for file in files:
        read_page(file.read_bytes())
    reading = (time.process_time() - started) / pages
    say(f"reading alone: {reading * 1000:.2f} ms CPU a page")
    walls = {}
    for jobs in (1, 2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "wxarchive",
            "import",
            str(source),
            "--archive",
            str(folder / f"import-{jobs}"),
        ]
        process = subprocess.Popen([*command, "--quiet", "--jobs", str(jobs)])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        walls[jobs] = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        say(
            f"import --jobs {jobs}: exit {process.returncode}, {spent / pages * 1000:.2f} ms CPU a page, "
            f"{walls[jobs]:.1f} s, {usage.ru_maxrss / 1024:.0f} MB"
        )
        if jobs == 1:
            say(f"  {spent / pages / reading:.2f} times the CPU of reading alone")
    say(f"  --jobs 2 is {walls[1] / walls[2]:.2f} times as fast")


def say(text: str) -> None:
    """One line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
