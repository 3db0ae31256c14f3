"""``wxarchive check``: ask again for posts that are held, to see what became of them."""

from datetime import timedelta
from typing import Annotated

import typer

from wxarchive.cli.network import (
    AnywayOption,
    LogOption,
    MaxTimeOption,
    PaceOption,
    ProxyOption,
    ReplayOption,
    collect_options,
    open_fetcher,
    settings_of,
)
from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonlOption,
    QuietOption,
    archive_folder,
    to_filter,
)
from wxarchive.errors import InputError

__all__ = ["check"]

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LONGEST = timedelta(days=36500)


def check(
    archive: ArchiveOption = None,
    account: AccountOption = None,
    older_than: Annotated[
        str,
        typer.Option("--older-than", metavar="AGE", help="Only posts not seen for so long: 12h, 30d, 8w."),
    ] = "30d",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most this many.")] = 100,
    gone_too: Annotated[
        bool, typer.Option("--gone-too", help="Also posts that were gone already: some come back.")
    ] = False,
    max_time: MaxTimeOption = None,
    pace: PaceOption = None,
    proxy: ProxyOption = None,
    anyway: AnywayOption = False,
    replay: ReplayOption = None,
    log: LogOption = None,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask again for posts that are held: whether they are still there, and as they were.

    Those that were not seen for longest come first. Each answer is kept with its time; an edited post becomes a new
    version, and one that is gone stays in the archive as it was.

    Examples:

      wxarchive check

      wxarchive check --account 青石坪镇发布 --older-than 7d --limit 20
    """
    from wxarchive import Archive, fetch_posts
    from wxarchive.output import Output
    from wxarchive.times import now

    settings = settings_of(pace=pace, proxy=proxy, replay=replay, log=log)
    options = collect_options(settings, refresh=True, no_media=True, max_time=max_time, anyway=anyway)
    output = Output(jsonl=jsonl, quiet=quiet, log=settings["log"].value)
    before = now() - _to_age(older_than)
    wanted = to_filter(account=account) if account else None
    with open_fetcher(settings) as fetcher, Archive(archive_folder(archive)) as opened:
        links = list(opened.iter_unseen_links(wanted, before=before, gone_too=gone_too))
        outcomes = fetch_posts(opened, links[:limit], fetcher, options=options, found_in="check")
        code = output.outcomes(outcomes, verb="checked", gone_is_news=True)
        if len(links) > limit:
            output.say(f"{len(links) - limit:,} more are due")
    raise typer.Exit(code)


def _to_age(text: str) -> timedelta:
    """A length of time as an option gives it. Raises InputError for anything else."""
    number, unit = text[:-1], text[-1:].lower()
    if not (number.isascii() and number.isdigit() and unit in _UNITS):
        raise InputError(f"{text!r} is no age", hint="write it as 12h, 30d or 8w")
    try:
        return min(int(number) * _UNITS[unit], _LONGEST)
    except (OverflowError, ValueError):
        return _LONGEST
