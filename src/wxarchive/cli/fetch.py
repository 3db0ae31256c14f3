"""``wxarchive fetch``: links in, stored posts out."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, QuietOption, archive_folder, read_text
from wxarchive.errors import InputError

__all__ = ["fetch"]


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
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again for posts that are held.")] = False,
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            metavar="URL",
            envvar="WXARCHIVE_REPLAY",
            help="Send every request to this server instead (tests, demos, mirrors).",
            show_default=False,
        ),
    ] = None,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Fetch posts by their links and store them.

    Links may be long, short, escaped or full of tracking, and may stand in any text. A post that is held is not asked
    for again. Requests to WeChat go out one at a time, 3 to 6 seconds apart.

    Examples:

      wxarchive fetch 'https://mp.weixin.qq.com/s/…'

      wxarchive fetch -f links.txt

      pbpaste | wxarchive fetch -
    """
    from wxarchive import Archive, Fetcher, FetchOptions, fetch_posts
    from wxarchive.output import Output

    output = Output(jsonl=jsonl, quiet=quiet)
    texts = list(_iter_texts(links or [], file or []))
    options = FetchOptions(replay=replay)
    with Fetcher(options) as fetcher, Archive(archive_folder(archive), create=True) as opened:
        code = output.outcomes(fetch_posts(opened, texts, fetcher, refresh=refresh), verb="fetched")
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
