"""What ``doctor`` looks at: a table of checks, each a function that gives what it found.

A check is a function of a :class:`Patient` that yields :class:`Finding`s and raises nothing a machine can cause. A new
one is a function and its line in ``CHECKS``.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from wxarchive.errors import NoArchiveError, WxArchiveError
from wxarchive.settings import Value
from wxarchive.times import BEIJING, now

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher

__all__ = ["CHECKS", "Finding", "Patient", "run_checks"]

SITE: Final = "https://mp.weixin.qq.com/"
PICTURES: Final = "mmbiz.qpic.cn"
_LEAST_SPACE: Final = 2**30
_CLOCK_OFF: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: ``ok``, ``odd`` (works, but worth a look) or ``bad``, and what to do about it."""

    check: str
    status: Literal["ok", "odd", "bad"]
    words: str
    hint: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {"check": self.check, "status": self.status, "words": self.words, "hint": self.hint}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is looked at."""

    folder: Path
    """The archive's."""
    fetcher: "Fetcher"
    settings: Mapping[str, Value]


Check = Callable[[Patient], Iterator[Finding]]


def run_checks(patient: Patient) -> Iterator[Finding]:
    """All findings, in the order of the table."""
    for check in CHECKS:
        yield from check(patient)


def check_network(patient: Patient) -> Iterator[Finding]:
    """Whether the site answers, whether it shows a captcha, and whether this machine's clock is right."""
    replay = patient.settings["replay"].value
    if replay is None and _proxy_of(patient) is None:
        for host in ("mp.weixin.qq.com", PICTURES):
            try:
                socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
            except OSError as error:
                yield Finding(
                    check="names", status="bad", words=f"{host}: {error.strerror or error}",
                    hint="check the network and its name server",
                )  # fmt: skip
                return
        yield Finding(check="names", status="ok", words="the site's names are found")
    if replay is None and _is_left_alone(patient):
        yield Finding(check="network", status="odd", words="not asked: the site is to be left alone now")
        return
    sent = now()
    try:
        page = patient.fetcher.fetch_page(SITE)
    except WxArchiveError as error:
        yield Finding(check="network", status="bad", words=f"{SITE}: {error.message}", hint=error.hint)
        return
    where = f" (the replay server {replay})" if replay else ""
    yield Finding(check="network", status="ok", words=f"the site answers{where}")
    yield from _check_clock(page.headers.get("date"), sent)


def _is_left_alone(patient: Patient) -> bool:
    from wxarchive.store import Archive

    try:
        with Archive(patient.folder) as archive:
            breaker = archive.links.load_breaker()
    except WxArchiveError:
        return False  # check_archive tells of it
    return breaker is not None and breaker.until > now()


def _check_clock(date: str | None, sent: datetime) -> Iterator[Finding]:
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return
    said = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    off = (now() - said).total_seconds()
    if abs(off) > _CLOCK_OFF + (now() - sent).total_seconds():
        yield Finding(
            check="clock", status="bad", words=f"this machine's clock is {abs(off):,.0f} seconds {'ahead' if off > 0 else 'behind'}",
            hint="certificates and times of fetching depend on it: set it right",
        )  # fmt: skip
    else:
        yield Finding(check="clock", status="ok", words="agrees with the site's")


def _proxy_of(patient: Patient) -> str | None:
    from wxarchive.fetch import environment_proxy

    if patient.settings["replay"].value is not None:
        return None
    proxy: str | None = patient.settings["proxy"].value or environment_proxy()
    return proxy


def check_proxy(patient: Patient) -> Iterator[Finding]:
    """Which proxy serves; its user and password are nobody's business."""
    proxy = _proxy_of(patient)
    if proxy is None:
        yield Finding(check="proxy", status="ok", words="none")
        return
    origin = patient.settings["proxy"].origin if patient.settings["proxy"].value else "the environment"
    yield Finding(
        check="proxy", status="ok", words=f"{proxy.rpartition('@')[2].rpartition('//')[2]} (from {origin}); it resolves names"
    )  # fmt: skip


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Whether the archive's folder can be written, and how much room there is."""
    folder = patient.folder
    place = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    if not os.access(place, os.W_OK):
        yield Finding(
            check="disk", status="bad", words=f"{place} cannot be written", hint="name another with --archive"
        )
        return
    free = shutil.disk_usage(place).free
    status: Literal["ok", "odd"] = "ok" if free >= _LEAST_SPACE else "odd"
    hint = None if status == "ok" else "a post with its pictures takes about 1 MB"
    yield Finding(check="disk", status=status, words=f"{free / 1e9:,.1f} GB free at {place}", hint=hint)


def check_sqlite(patient: Patient) -> Iterator[Finding]:
    """Whether SQLite can do what the archive needs."""
    from wxarchive.store import probe_sqlite

    version, has_fts5 = probe_sqlite()
    if has_fts5:
        yield Finding(check="sqlite", status="ok", words=f"SQLite {version} with FTS5")
    else:
        yield Finding(
            check="sqlite", status="bad", words=f"SQLite {version} has no FTS5",
            hint="use a Python whose SQLite has it: those of python.org, Debian and conda do",
        )  # fmt: skip


def check_archive(patient: Patient) -> Iterator[Finding]:
    """Whether the archive opens, what waits in it, and whether the site asked to be left alone."""
    from wxarchive.store import Archive

    try:
        with Archive(patient.folder) as archive:
            yield Finding(
                check="archive", status="ok", words=f"{patient.folder}: {archive.count_posts():,} posts"
            )
            sound = archive.index_answers()
            yield Finding(
                check="index", status="ok" if sound else "bad",
                words="finds what is stored" if sound else "does not find what is stored",
                hint=None if sound else "importing or fetching anything makes a damaged index anew",
            )  # fmt: skip
            yield from _check_lists(archive)
    except NoArchiveError:
        yield Finding(
            check="archive",
            status="odd",
            words=f"there is none yet at {patient.folder}",
            hint="wxarchive fetch makes it",
        )
    except WxArchiveError as error:
        yield Finding(check="archive", status="bad", words=str(error), hint=error.hint)


def _check_lists(archive: Any) -> Iterator[Finding]:
    counts, media = archive.links.count(), archive.count_media()
    said = ", ".join(f"{number:,} {state}" for state, number in counts.items()) or "empty"
    yield Finding(check="to-fetch list", status="odd" if counts.get("failed") else "ok", words=said,
                  hint="wxarchive queue --state failed" if counts.get("failed") else None)  # fmt: skip
    missing = media.get("waiting", 0) + media.get("failed", 0)
    yield Finding(
        check="pictures", status="odd" if missing else "ok",
        words=f"{media.get('held', 0):,} held, {missing:,} missing, {media.get('gone', 0):,} gone from the CDN",
        hint="wxarchive media --missing" if missing else None,
    )  # fmt: skip
    breaker = archive.links.load_breaker()
    if breaker is None:
        yield Finding(check="breaker", status="ok", words="closed: the site did not complain")
        return
    when = breaker.until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    rests = breaker.until > now()
    yield Finding(
        check="breaker", status="odd",
        words=f"the site asked for {'a person' if breaker.kind == 'verify' else 'less haste'}; it {'is' if rests else 'was'} left alone until {when} (Beijing time)",
        hint=f"open {breaker.url} in a browser" if breaker.kind == "verify" else "wait",
    )  # fmt: skip


def check_pace(patient: Patient) -> Iterator[Finding]:
    """Whether the pace is one that the site bears."""
    pace, replay = patient.settings["pace"].value, patient.settings["replay"].value
    least, most = pace
    if replay is not None:
        yield Finding(check="pace", status="odd", words=f"requests go to {replay}, not to WeChat")
    elif least < 2:
        yield Finding(
            check="pace", status="odd", words=f"{least:g} to {most:g} seconds are fast: the site answers with captchas",
            hint="3-6 is a pace that lasts",
        )  # fmt: skip
    else:
        yield Finding(check="pace", status="ok", words=f"one request each {least:g} to {most:g} seconds")


CHECKS: Final[tuple[Check, ...]] = (
    check_network,
    check_proxy,
    check_pace,
    check_disk,
    check_sqlite,
    check_archive,
)
