"""``wxarchive fetch``: links in, stored posts out."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.network import (
    AllowHostOption,
    AnywayOption,
    ConnectionsOption,
    CookiesOption,
    LogOption,
    MaxTimeOption,
    MediaLaterOption,
    MostOption,
    NoMediaOption,
    PaceOption,
    ProxyOption,
    ReplayOption,
    UserAgentOption,
    collect_options,
    open_fetcher,
    settings_of,
)
from wxarchive.cli.options import ArchiveOption, JsonlOption, QuietOption, archive_folder, read_text
from wxarchive.errors import InputError

__all__ = ["fetch"]


class Retry(StrEnum):
    """States that links can be taken from again."""

    failed = "failed"
    gone = "gone"


def fetch(
    links: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LINK…", help="Links, or texts that have links in them; - reads standard input."
        ),
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file", "-f", metavar="FILE", help="A text file with links in it; may be given several times."
        ),
    ] = None,
    archive: ArchiveOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the to-fetch list (see queue).")
    ] = False,
    retry: Annotated[
        Retry | None,
        typer.Option(
            "--retry", metavar="failed|gone", help="Ask again for links in this state.", show_default=False
        ),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again for posts that are held.")] = False,
    no_media: NoMediaOption = False,
    media_later: MediaLaterOption = False,
    limit: MostOption = None,
    max_time: MaxTimeOption = None,
    pace: PaceOption = None,
    proxy: ProxyOption = None,
    cookies: CookiesOption = None,
    user_agent: UserAgentOption = None,
    allow_host: AllowHostOption = None,
    anyway: AnywayOption = False,
    replay: ReplayOption = None,
    connections: ConnectionsOption = 1,
    log: LogOption = None,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Fetch posts by their links, with their pictures, and store them.

    Links may be long, short, escaped or full of tracking, and may stand in any text. A post that is held is not asked
    for again. Requests to WeChat go out one at a time, 3 to 6 seconds apart.

    Every link is kept on a list with its state (wxarchive queue). A run can be stopped at any moment; --resume goes
    on. If the site shows a captcha the run stops, says which link to open, and when to go on.

    Examples:

      wxarchive fetch 'https://mp.weixin.qq.com/s/…'

      wxarchive fetch -f links.txt

      pbpaste | wxarchive fetch -

      wxarchive fetch --resume --max-time 30
    """
    from wxarchive import Archive, fetch_posts, resume_posts
    from wxarchive.output import Output

    settings = settings_of(
        pace=pace,
        proxy=proxy,
        cookies=cookies,
        user_agent=user_agent,
        allow_hosts=allow_host or None,
        replay=replay,
        log=log,
    )
    options = collect_options(
        settings,
        refresh=refresh,
        no_media=no_media,
        media_later=media_later,
        limit=limit,
        max_time=max_time,
        anyway=anyway,
    )
    again = resume or retry is not None
    if again and (links or file):
        raise InputError("--resume and --retry go on with the list; links are fetched in a run of their own")
    output = Output(jsonl=jsonl, quiet=quiet, log=settings["log"].value)
    texts = [] if again else list(_iter_texts(links or [], file or []))
    with (
        open_fetcher(settings, connections) as fetcher,
        Archive(archive_folder(archive), create=True) as opened,
    ):
        if again:
            states = (retry.value,) if retry is not None else ("waiting", "failed")
            counts = opened.links.count()
            total = sum(counts.get(state, 0) for state in states)  # type: ignore[call-overload]
            events = resume_posts(opened, fetcher, states=states, due=retry is None, options=options)  # type: ignore[arg-type]
        else:
            total = len(texts)
            events = fetch_posts(opened, texts, fetcher, options=options, found_in="fetch")
        with closing(events):
            code = output.outcomes(events, verb="fetched", total=total)
        output.queue_left(opened.links.count())
    raise typer.Exit(code)


def _iter_texts(links: list[str], files: list[Path]) -> Iterator[str]:
    """The texts to look for links in. Raises InputError if there are none, or a file cannot be read."""
    from wxarchive.pipeline import iter_linked_lines

    for link in links:
        if link == "-":
            yield from iter_linked_lines(sys.stdin.read())
        else:
            yield link
    for file in files:
        yield from iter_linked_lines(sys.stdin.read() if os.fspath(file) == "-" else read_text(file))
    if not links and not files:
        raise InputError("there is no link to fetch", hint="give a link, -f FILE, or - for standard input")
