"""Whether what a run needs around the archive is in order: network, proxy, clock, pace, disk, and what waits."""

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from wxarchive.doctor.findings import Examined, Finding
from wxarchive.errors import WxArchiveError
from wxarchive.store import Breaker, probe_sqlite
from wxarchive.times import BEIJING, now

__all__ = ["check_disk", "check_lists", "check_network", "check_pace", "check_sqlite"]

SITE: Final = "https://mp.weixin.qq.com/"
_HOSTS: Final = ("mp.weixin.qq.com", "mmbiz.qpic.cn")
_LEAST_SPACE: Final = 2**30
_CLOCK_OFF: Final = 120.0


def check_network(examined: Examined) -> Iterator[Finding]:
    """Whether the site's names are found and it answers, through which proxy, and whether the clock agrees with its."""
    from wxarchive.fetch import environment_proxy

    fetcher = examined.fetcher
    if fetcher is None:
        yield Finding("network", "the network", "skipped", "not asked")
        return
    replay = fetcher.options.replay
    proxy = None if replay is not None else fetcher.options.proxy or environment_proxy()
    # A proxy's user and password are nobody's business.
    shown = proxy.rpartition("@")[2].rpartition("//")[2] if proxy else ""
    yield Finding("network", "the proxy", "good", f"{shown}; it resolves names" if shown else "none")
    if replay is None and proxy is None:
        for host in _HOSTS:
            try:
                socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
            except OSError as error:
                hint = "check the network and its name server"
                yield Finding("network", f"{host} is found", "failed", error.strerror or str(error), hint)
                return
        yield Finding("network", "the site's names are found", "good")
    breaker = _load_breaker(examined)
    if replay is None and breaker is not None and breaker.until > now():
        yield Finding("network", "the site answers", "skipped", "it is to be left alone now")
        return
    sent = now()
    try:
        page = fetcher.fetch_page(SITE)
    except WxArchiveError as error:
        yield Finding("network", "the site answers", "failed", error.message, error.hint)
        return
    yield Finding("network", "the site answers", "good", f"the replay server {replay}" if replay else "")
    yield from _check_clock(page.headers.get("date"), sent)


def _check_clock(date: str | None, sent: datetime) -> Iterator[Finding]:
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return
    said = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    off = (now() - said).total_seconds()
    about = "this machine's clock agrees with the site's"
    if abs(off) <= _CLOCK_OFF + (now() - sent).total_seconds():
        yield Finding("network", about, "good")
        return
    detail = f"it is {abs(off):,.0f} seconds {'ahead' if off > 0 else 'behind'}"
    yield Finding("network", about, "failed", detail, "certificates and times of fetching depend on it")


def check_pace(examined: Examined) -> Iterator[Finding]:
    """Whether the pace is one that the site bears."""
    if examined.fetcher is None:
        return
    least, most = examined.fetcher.pace
    about = f"one request each {least:g} to {most:g} seconds"
    if examined.fetcher.options.replay is not None:
        yield Finding("pace", about, "skipped", "requests go to a replay server, not to WeChat")
    elif least < 2:
        yield Finding(
            "pace", about, "odd", "fast: the site answers with captchas", "3-6 is a pace that lasts"
        )
    else:
        yield Finding("pace", about, "good")


def check_disk(examined: Examined) -> Iterator[Finding]:
    """Whether the archive's folder can be written, and how much room there is."""
    folder = examined.folder
    place = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    if not os.access(place, os.W_OK):
        yield Finding("disk", f"{place} can be written", "failed", "", "name another with --archive")
        return
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e9:,.1f} GB free"
    if free >= _LEAST_SPACE:
        yield Finding("disk", f"{place} can be written", "good", detail)
    else:
        hint = "a post with its pictures takes about 1 MB"
        yield Finding("disk", f"{place} can be written", "odd", detail, hint)


def check_sqlite(examined: Examined) -> Iterator[Finding]:
    """Whether SQLite can do what the archive needs."""
    version, has_fts5 = probe_sqlite()
    about = f"SQLite {version} has FTS5"
    if has_fts5:
        yield Finding("sqlite", about, "good")
    else:
        hint = "use a Python whose SQLite has it: those of python.org, Debian and conda do"
        yield Finding("sqlite", about, "failed", "", hint)


def check_lists(examined: Examined) -> Iterator[Finding]:
    """What waits on the to-fetch list, which pictures are missing, and whether the site asked to be left alone."""
    archive = examined.archive
    if archive is None:
        return
    counts, media = archive.links.count(), archive.count_media()
    said = ", ".join(f"{number:,} {state}" for state, number in counts.items()) or "empty"
    failed = "failed" in counts
    hint = "wxarchive queue --state failed" if failed else None
    yield Finding("list", "the to-fetch list", "odd" if failed else "good", said, hint)
    missing = media.get("waiting", 0) + media.get("failed", 0)
    held, gone = media.get("held", 0), media.get("gone", 0)
    detail = f"{held:,} held, {missing:,} missing, {gone:,} gone from their host"
    hint = "wxarchive media --missing" if missing else None
    yield Finding("list", "pictures and sound", "odd" if missing else "good", detail, hint)
    breaker = _load_breaker(examined)
    if breaker is None:
        yield Finding("list", "the site has not asked to be left alone", "good")
        return
    when = breaker.until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    detail = f"it asked for {'a person' if breaker.kind == 'verify' else 'less haste'}; best left alone until {when} (Beijing time)"
    hint = f"open {breaker.url} in a browser" if breaker.kind == "verify" else "wait"
    yield Finding("list", "the site has not asked to be left alone", "odd", detail, hint)


def _load_breaker(examined: Examined) -> Breaker | None:
    return examined.archive.links.load_breaker() if examined.archive is not None else None
