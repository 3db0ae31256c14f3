"""Kills for tests: a program that works on an archive is killed at a random moment; nothing may be lost or half done.

As a command it kills many: ``python tests/crash.py --kills 200``. After each kill: verify finds nothing damaged, all
that the program had acknowledged is there, and the next run goes on to the same end as one that nobody disturbed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fakewechat import FakeWeChat
from samples import make_post_page
from wxarchive.clean.signs import compile_rules
from wxarchive.pipeline import import_files
from wxarchive.read import Guide, read_captured
from wxarchive.reparsing import reparse
from wxarchive.store import Archive

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PAGES = sorted((FIXTURES / "pages").glob("*.html"))
FEW = PAGES[::5]
"""For the suite, which has little time."""
BARE = Guide(book=compile_rules((), ()), name="bare")


@dataclass(frozen=True)
class Job:
    """Something that a program does to an archive in ``folder``, beside others that it may need.

    ``prepare`` sets the stage; ``arguments`` are those of the program; ``acknowledged`` are the ids of posts that a
    line of its output says to be stored; ``end`` is what the archive holds when it is done.
    """

    name: str
    prepare: Callable[[Path, Sequence[Path]], None]
    arguments: Callable[[Path], Sequence[str]]
    between: Callable[[Path], None] = lambda folder: None
    """What a person does between a killed run and the next."""
    pages: Sequence[Path] = ()


def nothing(folder: Path, pages: Sequence[Path]) -> None:
    """No stage is needed."""


def fill_from_fixtures(folder: Path, pages: Sequence[Path]) -> None:
    """An archive of the fixtures' pages."""
    with Archive(folder / "archive", create=True) as archive:
        for _ in import_files(archive, pages):
            pass


def fill_with_other_rules(folder: Path, pages: Sequence[Path]) -> None:
    """An archive of the fixtures' pages that was cleaned with no rules at all."""
    fill_from_fixtures(folder, pages)
    with Archive(folder / "archive", create=True) as archive:
        reparse(archive, guide=BARE)


def fill_two(folder: Path, pages: Sequence[Path]) -> None:
    """Two archives that have some in common, and versions that interleave."""
    fill_from_fixtures(folder, pages)
    with Archive(folder / "other", create=True) as other, other.batch():
        for number in range(3 * len(pages)):
            page = make_post_page(f"第{number}段", mid=100 + number % len(pages))
            other.save(page, state="post", post=read_captured(page).post, addresses=[page.url or ""])


def add_pictures(folder: Path, pages: Sequence[Path]) -> None:
    """An archive with pictures."""
    fill_from_fixtures(folder, pages)
    with Archive(folder / "archive") as archive:
        for number in range(60):
            data = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 2000
            archive.save_media(data, url=f"https://mmbiz.qpic.cn/mmbiz_png/a{number}/640")


def remove_copy(folder: Path) -> None:
    """A backup overwrites nothing: who has a whole one takes it away before making the next."""
    if (folder / "copy").exists():
        shutil.rmtree(folder / "copy")


def links() -> list[str]:
    """Links of fixtures."""
    rows = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    return [
        f"https://mp.weixin.qq.com/s?__biz={row['biz']}&mid={row['mid']}&idx={row['idx']}&sn={row['sn']}"
        for row in rows
        if all(row.get(name) for name in ("biz", "mid", "idx", "sn"))
    ]


def jobs(server: str, pages: Sequence[Path] = PAGES) -> tuple[Job, ...]:
    """All that is killed."""
    names = [str(page) for page in pages]
    asked = links()[: len(pages)]
    return (
        Job("import", nothing, lambda folder: ("import", "--jsonl", *names), pages=pages),
        Job("fetch", nothing, lambda folder: ("fetch", "--jsonl", "--replay", server, *asked), pages=pages),
        Job("reparse", fill_with_other_rules, lambda folder: ("reparse", "--processes", "2"), pages=pages),
        Job("learn", fill_from_fixtures, lambda folder: ("learn",), pages=pages),
        Job("merge", fill_two, lambda folder: ("merge", str(folder / "other")), pages=pages),
        Job(
            "backup", add_pictures, lambda folder: ("backup", str(folder / "copy")), remove_copy, pages=pages
        ),
    )


def start(job: Job, folder: Path) -> subprocess.Popen[str]:
    """Start the program that does the job."""
    command = [
        sys.executable,
        "-m",
        "wxarchive",
        *job.arguments(folder),
        "--archive",
        str(folder / "archive"),
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )


def run(job: Job, folder: Path) -> tuple[float, list[str]]:
    """Do the job to its end; gives the seconds that it took, and what it said."""
    began = time.monotonic()
    with start(job, folder) as process:
        said, _ = process.communicate(timeout=300)
    return time.monotonic() - began, said.splitlines()


def run_and_kill(job: Job, folder: Path, after: float) -> tuple[bool, list[str]]:
    """Do the job and kill it; gives whether it was still at work, and what it had said."""
    with start(job, folder) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        was_at_work = process.poll() is None
        process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
    if job.name == "reparse" and was_at_work:
        # Its processes notice by themselves that their parent is gone.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return was_at_work, said


def acknowledged(said: Sequence[str]) -> set[str]:
    """The posts that a program said to have stored, line by line; the last line may be half written."""
    ids: set[str] = set()
    for line in said:
        with suppress(ValueError, TypeError, KeyError):
            outcome = json.loads(line)
            if outcome["status"] in ("new", "changed", "unchanged", "held"):
                ids.add(outcome["id"])
    return ids


def holdings(folder: Path) -> Any:
    """What an archive holds, without what differs from run to run (times, numbers)."""
    with Archive(folder) as archive:
        posts = {
            post.id: (post.content_hash, post.text, post.markdown, len(archive.get_versions(post.id)))
            for post in archive.iter_posts()
        }
        return posts, sorted(info.state for info in archive.iter_captures())


def faults(job: Job, folder: Path, said: Sequence[str]) -> list[str]:
    """What is wrong with what a killed program left."""
    wrong: list[str] = []
    for name in ("archive", "other", "copy"):
        if not (folder / name / "archive.db").exists():
            continue
        if (folder / name / "archive.db").stat().st_size == 0:
            continue  # killed before anything was stored
        with Archive(folder / name, create=True) as archive:
            wrong += [f"{name}: {finding}" for finding in archive.verify().findings]
            if name == "archive":
                held = {post.id for post in archive.iter_posts()}
                wrong += [f"lost: {post_id}" for post_id in acknowledged(said) - held]
    return wrong


def prepare_stage(job: Job, folder: Path) -> None:
    """Set the stage in ``folder``."""
    folder.mkdir()
    job.prepare(folder, job.pages)


def kill_often(job: Job, kills: int, chance: random.Random) -> list[str]:
    """Kill the job so often, each at another moment; gives what was wrong."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        stage = Path(place) / "stage"
        prepare_stage(job, stage)
        whole = Path(place) / "whole"
        shutil.copytree(stage, whole)
        seconds, _ = run(job, whole)
        end = holdings(whole / ("copy" if job.name == "backup" else "archive"))
        began = holdings(stage / "archive") if (stage / "archive").exists() else None
        killed = 0
        while killed < kills:
            folder = Path(place) / f"run{killed}"
            shutil.copytree(stage, folder)
            after = chance.uniform(0.1, seconds)
            was_at_work, said = run_and_kill(job, folder, after)
            if was_at_work:
                killed += 1
                found = faults(job, folder, said)
                if job.name == "reparse" and holdings(folder / "archive") not in (began, end):
                    found.append("half of it was carried out")
                job.between(folder)
                run(job, folder)
                if holdings(folder / ("copy" if job.name == "backup" else "archive")) != end:
                    found.append("the next run came to another end")
                found += faults(job, folder, ())
                wrong += [f"{job.name}, killed after {after:.3f} s: {one}" for one in found]
            shutil.rmtree(folder)
    return wrong


def main() -> int:
    """Kill often; fail if anything was lost or half done."""
    parser = argparse.ArgumentParser(
        description="Kill programs that work on an archive, and see what is left."
    )
    parser.add_argument("--kills", type=int, default=200, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one of import, fetch, reparse, learn, merge, backup")
    options = parser.parse_args()
    failed = False
    with FakeWeChat() as server:
        chosen = [job for job in jobs(server.url) if options.only in (None, job.name)]
        for job in chosen:
            kills = max(options.kills // len(chosen), 1)
            wrong = kill_often(job, kills, random.Random(f"{job.name} {options.seed}"))
            failed |= bool(wrong)
            print(f"{job.name}: killed {kills} times, {len(wrong)} things wrong", flush=True)
            for one in wrong:
                print(f"  {one}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
