"""A crowd for tests: several programs write to one archive and several read it, at once.

As a command it does so for a while: ``python tests/crowd.py --seconds 60``. No reader may meet an error or see fewer
posts than before, and at the end all that was acknowledged is there and verify finds nothing.
"""

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from samples import make_post_page, make_text
from wxarchive.read import read_captured
from wxarchive.store import Archive


def write(folder: Path, number: int, most: int, seconds: float) -> int:
    """Store posts, some of them new versions of others, until there are so many or the time is over."""
    chance = random.Random(number)
    began = time.monotonic()
    done = 0
    with Archive(folder, create=True, timeout=60) as archive:
        for turn in itertools.count():
            if turn >= most or time.monotonic() - began > seconds:
                break
            page = make_post_page(make_text(chance, 30), mid=1000 * number + turn % 20)
            post = read_captured(page).post
            saved = archive.save(page, state="post", post=post, addresses=[page.url or ""])
            done += saved.outcome in ("new", "changed", "unchanged")
    return done


def read(folder: Path, most: int, seconds: float) -> int:
    """List, search, show and take raw pages; gives how often. Raises AssertionError for a post that went away."""
    began = time.monotonic()
    rounds = seen = 0
    while rounds < most and time.monotonic() - began < seconds:
        with Archive(folder) as archive:
            posts = list(archive.iter_summaries())
            assert len(posts) >= seen, f"{seen} posts became {len(posts)}"
            seen = len(posts)
            archive.search("山水 OR 县镇")
            for summary in posts[:5]:
                assert archive.get_post(summary.post_id).id == summary.post_id
                assert archive.get_raw(summary.post_id)
        rounds += 1
    return rounds


def run_crowd(
    folder: Path, *, writers: int, readers: int, most: int, seconds: float
) -> tuple[list[int], list[int], Sequence[str]]:
    """Let them all work at once; gives what each writer stored, how often each reader read, and what went wrong."""
    with Archive(folder, create=True):
        pass
    command = [
        sys.executable,
        __file__,
        "--folder",
        str(folder),
        "--most",
        str(most),
        "--seconds",
        str(seconds),
    ]
    jobs = [("write", str(number)) for number in range(writers)] + [("read", "0")] * readers
    running = [
        subprocess.Popen(
            [*command, "--do", job, "--number", number],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for job, number in jobs
    ]
    results = [process.communicate(timeout=seconds + 300) for process in running]
    wrong = [said[-500:] for process, (_, said) in zip(running, results, strict=True) if process.returncode]
    counts = [int(out.strip() or 0) for out, _ in results]
    with Archive(folder) as archive:
        wrong += map(str, archive.verify().findings)
        captures = archive.info().captures
        if captures != sum(counts[:writers]):
            wrong.append(f"{sum(counts[:writers])} captures were acknowledged, {captures} are there")
    return counts[:writers], counts[writers:], wrong


def main() -> int:
    """Run the crowd, or one of it."""
    parser = argparse.ArgumentParser(description="Two writers and five readers on one archive.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--most", type=int, default=10**9)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--do", choices=["write", "read"])
    parser.add_argument("--number", type=int, default=0)
    options = parser.parse_args()
    if options.do == "write":
        print(write(options.folder, options.number, options.most, options.seconds))
        return 0
    if options.do == "read":
        print(read(options.folder, options.most, options.seconds))
        return 0
    with tempfile.TemporaryDirectory() as place:
        written, seen, wrong = run_crowd(
            Path(place) / "一 archive", writers=2, readers=5, most=options.most, seconds=options.seconds
        )
    print(f"two writers stored {written}, five readers read {seen} times, {len(wrong)} things went wrong")
    for one in wrong:
        print(one)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
