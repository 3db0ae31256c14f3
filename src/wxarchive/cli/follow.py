"""``wxarchive follow``, ``unfollow``, ``sources`` and ``sync``: what is looked through again and again."""

from contextlib import closing
from typing import Annotated

import typer

from wxarchive.cli.network import (
    AllowHostOption,
    AnywayOption,
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
from wxarchive.cli.options import (
    ArchiveOption,
    JsonlOption,
    JsonOption,
    QuietOption,
    archive_folder,
    to_day,
)
from wxarchive.errors import InputError

__all__ = ["follow", "sources", "sync", "unfollow"]


def follow(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…", help="An album's link, a feed's address or file, OPML, a file of links."
        ),
    ],
    archive: ArchiveOption = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it.", show_default=False)
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Follow albums (合集), feeds and files of links. Asks nobody: sync does.

    An OPML file is followed feed by feed. Files are read anew at each sync.

    Examples:

      wxarchive follow 'https://mp.weixin.qq.com/mp/appmsgalbum?__biz=…&action=getalbum&album_id=…'

      wxarchive follow https://feeds.example.org/account.xml --name 青石坪

      wxarchive follow subscriptions.opml ~/links.txt
    """
    from wxarchive import Archive
    from wxarchive.output import Output
    from wxarchive.sources import iter_followable

    output = Output(quiet=quiet)
    found = [item for text in what for item in iter_followable(text)]
    if name is not None and len(found) != 1:
        raise InputError("--name is for one source", hint=f"{len(found)} were named")
    with Archive(archive_folder(archive), create=True) as opened:
        before = {source.address for source in opened.followed.all()}
        for item in found:
            added = opened.followed.add(name or item.name, item.kind, item.address, item.title)
            status = "known" if item.address in before else "followed"
            output.data(f"{status:10} {added.name}  {added.kind}  {added.address}")


def unfollow(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME…", help="Names or addresses, as sources shows them.")
    ],
    archive: ArchiveOption = None,
    quiet: QuietOption = False,
) -> None:
    """Follow sources no more. Posts and links that were had from them stay.

    Examples:

      wxarchive unfollow album-25418901
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        found = [(name, opened.followed.find(name)) for name in names]
        for name, source in found:
            if source is None:
                raise InputError(
                    "no such source is followed", subject=name, hint="wxarchive sources lists them"
                )
        for _, source in found:
            if source is not None and opened.followed.remove(source.name):
                output.say(f"not followed any more: {source.name}")


def sources(archive: ArchiveOption = None, json: JsonOption = False, jsonl: JsonlOption = False) -> None:
    """List what is followed, when it was looked through last, and what could not be seen.

    Examples:

      wxarchive sources

      wxarchive sources --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    with Archive(archive_folder(archive)) as opened:
        output.sources(opened.followed.all())


def sync(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME…", help="Sources to look through; all, if none is named."),
    ] = None,
    archive: ArchiveOption = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only posts of this day or later.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is new; store nothing, fetch no post.")
    ] = False,
    list_only: Annotated[
        bool, typer.Option("--list-only", help="Put new links on the to-fetch list; fetch no post.")
    ] = False,
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
    log: LogOption = None,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Look through what is followed, and fetch the posts that are new.

    Posts that are held are not asked for, feeds only if they have changed, and albums only until a page that is known.
    An interrupted sync goes on where it was. Says what it could not see.

    Examples:

      wxarchive sync

      wxarchive sync album-25418901 --since 2024-01-01 --dry-run
    """
    from datetime import datetime, time

    from wxarchive import Archive
    from wxarchive.output import Output
    from wxarchive.sync import sync_sources
    from wxarchive.times import BEIJING

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
        settings, no_media=no_media, media_later=media_later, limit=limit, max_time=max_time, anyway=anyway
    )
    output = Output(jsonl=jsonl, quiet=quiet, log=settings["log"].value)
    day = to_day(since)
    moment = datetime.combine(day, time(), BEIJING) if day is not None else None
    with open_fetcher(settings) as fetcher, Archive(archive_folder(archive)) as opened:
        events = sync_sources(
            opened,
            fetcher,
            names or [],
            since=moment,
            dry_run=dry_run,
            list_only=list_only,
            options=options,
        )
        with closing(events):
            code = output.outcomes(events, verb="synced")
        output.queue_left(opened.links.count())
    raise typer.Exit(code)
