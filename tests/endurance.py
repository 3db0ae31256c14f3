"""Long runs against a fake WeChat that goes wrong: the whole command, as a process, in small for the tests and in
large for ``make endure``."""

import itertools
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fakewechat import FIXTURES, FakeWeChat, Fault
from madeposts import key_of, link_to, made_pages
from wxarchive import Archive

# What a link does, again and again or so many times, and the state that it ends in.
_GONE: Final = Fault(action="redirect", location="/s/gone")
_ONCE: Final = (
    Fault(action="status", status=500),
    Fault(action="status", status=503, headers={"Retry-After": "0"}),
    Fault(action="status", status=429, headers={"Retry-After": "0"}),
    Fault(action="reset"),
    Fault(action="cut"),
    Fault(action="cut-gzip"),
)
_FOR_EVER: Final[tuple[tuple[Fault, str], ...]] = (
    (Fault(action="status", status=500), "failed"),
    (Fault(action="status", status=404), "failed"),
    (Fault(action="reset"), "failed"),
    (Fault(action="cut-gzip"), "failed"),
    (Fault(action="hang"), "failed"),
    (Fault(action="drip"), "failed"),
    (Fault(action="bomb", size=100 * 2**20), "failed"),
    (Fault(action="garbage"), "failed"),
    (Fault(action="loop"), "failed"),
    (Fault(action="json"), "refused"),
    (Fault(action="redirect", location="http://127.0.0.1/"), "refused"),
    (Fault(action="redirect", location="http://169.254.169.254/latest/meta-data/"), "refused"),
    (Fault(action="redirect", location="http://[::1]/"), "refused"),
    (Fault(action="redirect", location="http://0x7f.1/"), "refused"),
    (Fault(action="redirect", location="https://example.com/"), "refused"),
    (_GONE, "gone"),
)
_CAPTCHAS: Final = ("verify", "captcha", "too-often")


@dataclass(frozen=True, kw_only=True)
class FaultReport:
    """What a run over links with faults did."""

    links: int
    faulty: int
    runs: int
    states: dict[str, int]
    wrong: list[str]
    """Links that ended in another state than they should, with both."""
    posts: int
    captures_of_posts: int
    """More than ``posts`` would be a post stored twice."""
    requests: int
    shortest_gap: float
    """Seconds between two requests, at the server."""
    least_pace: float
    peak_mb: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class KillReport:
    """What a run that was killed again and again did."""

    links: int
    kills: int
    announced: int
    """Posts that an event told of before a kill; all of them were there after it."""
    lost: list[str]
    requests: int
    """No more than the links and one for each kill."""
    differences: list[str]
    """Posts and files that are not as an undisturbed run made them."""
    seconds: float


def run_faults(
    folder: Path, links: int, *, share: float = 0.2, seed: int = 1, pace: float = 0.01
) -> FaultReport:
    """Fetch so many links of which a share goes wrong, until nothing waits."""
    dice = random.Random(seed)
    faulty = dice.sample(range(links), round(links * share))
    script: dict[int | str, Any] = {}
    expected = {link_to(n): "done" for n in range(links)}
    for place, n in enumerate(faulty):
        if place % 3 == 0:
            script[key_of(n)] = [dice.choice(_ONCE) for _ in range(dice.randint(1, 3))]
        else:
            fault, state = _FOR_EVER[place % len(_FOR_EVER)]
            script[key_of(n)] = fault
            expected[link_to(n)] = state
    for place, n in enumerate(
        dice.sample([n for n in range(links) if n not in faulty], max(links // 250, 3))
    ):
        script[key_of(n)] = [Fault(action=_CAPTCHAS[place % len(_CAPTCHAS)])]  # type: ignore[arg-type]
    file = folder / "links.txt"
    file.write_text("\n".join(link_to(n) for n in range(links)), encoding="utf-8")
    started = time.monotonic()
    with FakeWeChat(FIXTURES, script) as site:
        site.made.update(made_pages(links))
        common = ["--archive", str(folder / "archive"), "--replay", site.url, "--no-media", "--jsonl"]
        common += ["--pace", f"{pace}-{2 * pace}"]
        arguments, runs, peak = ["-f", str(file)], 0, 0
        while True:
            code, size = _run("fetch", *arguments, *common)
            runs, peak = runs + 1, max(peak, size)
            with Archive(folder / "archive") as archive:
                waiting = archive.links.count().get("waiting", 0)
            if not waiting:
                break
            assert code == 4, f"it ended with {code} while links wait"
            arguments = ["--resume"]
        moments = [request.at for request in site.requests]
        requests = len(site.requests)
    with Archive(folder / "archive") as archive:
        found = {link.url: link.state for link in archive.links.iter()}
        states = dict(archive.links.count())
        posts = archive.count_posts()
        captures = (
            archive._reading().execute("SELECT count(*) FROM captures WHERE state = 'post'").fetchone()[0]
        )
    wrong = [
        f"{url}: {found.get(url)}, not {state}" for url, state in expected.items() if found.get(url) != state
    ]
    return FaultReport(
        links=links,
        faulty=len(faulty),
        runs=runs,
        states=dict(states),
        wrong=wrong + [f"{url}: not asked for" for url in found.keys() - expected.keys()],
        posts=posts,
        captures_of_posts=captures,
        requests=requests,
        shortest_gap=min(b - a for a, b in itertools.pairwise(moments)),
        least_pace=pace,
        peak_mb=peak / 1024,
        seconds=time.monotonic() - started,
    )


def run_kills(
    folder: Path, links: int, kills: int, *, seed: int = 1, within: tuple[float, float] = (0.3, 0.9)
) -> KillReport:
    """Fetch so many links with their pictures, killed at random moments and resumed, and once undisturbed."""
    dice = random.Random(seed)
    file = folder / "links.txt"
    file.write_text("\n".join(link_to(n) for n in range(links)), encoding="utf-8")
    started = time.monotonic()
    with FakeWeChat(FIXTURES, latency=0.01) as site:
        site.made.update(made_pages(links))
        common = ["--replay", site.url, "--jsonl"]
        _run("fetch", "-f", str(file), *common, "--archive", str(folder / "undisturbed"))
        site.requests.clear()
        killed = folder / "killed"
        announced: Counter[str] = Counter()
        lost: list[str] = []
        arguments, done = ["-f", str(file)], 0
        while True:
            process = _start("fetch", *arguments, *common, "--archive", str(killed))
            if done < kills:
                time.sleep(dice.uniform(*within))
                process.kill()
                done += 1
            out, _ = process.communicate(timeout=300)
            told = _announced(out)
            announced.update(told)
            if (killed / "archive.db").is_file():
                with Archive(killed, create=True) as archive:
                    lost += [post_id for post_id in told if archive.find_post(post_id) is None]
                    count = archive.links.count()
                if sum(count.values()) == links:
                    arguments = ["--resume"]
            if process.returncode == 0:
                with Archive(killed) as archive:
                    if archive.links.count() == {"done": links} and set(archive.count_media()) == {"held"}:
                        break
        requests = len(site.requests)
    return KillReport(
        links=links,
        kills=done,
        announced=len(announced),
        lost=lost,
        requests=requests,
        differences=_differences(folder / "undisturbed", killed),
        seconds=time.monotonic() - started,
    )


def _announced(out: str) -> list[str]:
    """The posts that whole lines of events tell of as stored."""
    lines = out.split("\n")[:-1]
    events = [json.loads(line) for line in lines]
    return [event["id"] for event in events if event["status"] in ("new", "changed", "unchanged", "held")]


def _differences(one: Path, other: Path) -> list[str]:
    with Archive(one) as first, Archive(other) as second:
        held, found = (
            {post.id: _lasting(post.to_dict()) for post in a.iter_posts()} for a in (first, second)
        )
        raw = [i for i in held.keys() & found.keys() if first.get_raw(i) != second.get_raw(i)]
        captures = [a.info().captures for a in (first, second)]
    different = [i for i in held.keys() | found.keys() if held.get(i) != found.get(i)]
    media = [
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("media/*/[!.]*")}
        for folder in (one, other)
    ]
    different += [f"the raw page of {i}" for i in raw]
    different += [] if captures[0] == captures[1] else [f"captures: {captures}"]
    return different + ([] if media[0] == media[1] else ["media"])


def _lasting(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the moment of its fetching, which no two runs share."""
    return {key: value for key, value in record.items() if key != "fetched_at"}


_ENVIRONMENT: Final = {
    "PYTHONIOENCODING": "utf-8",
    "WXARCHIVE_TIMEOUT": "0.4",
    "WXARCHIVE_MAX_SECONDS": "0.6",
    "WXARCHIVE_CONFIG": os.devnull + "-none",
}


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "wxarchive", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, **_ENVIRONMENT},
    )


def _run(*arguments: str) -> tuple[int, int]:
    """Run to its end; its exit code and the most memory that it had, in KiB.

    Asked of the running process at each of its events: what the system says of an ended one counts the memory of the
    program that started it.
    """
    process = _start(*arguments)
    assert process.stdout is not None
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    for _ in process.stdout:
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
        peak = max(peak, int(found[1]) if found else 0)
    process.stdout.close()
    return process.wait(), peak
