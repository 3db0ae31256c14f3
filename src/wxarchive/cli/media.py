"""``wxarchive media``: pictures and sound, held and missing."""

from contextlib import closing
from typing import Annotated

import typer

from wxarchive.cli.network import (
    AllowHostOption,
    CookiesOption,
    LogOption,
    ProxyOption,
    ReplayOption,
    UserAgentOption,
    open_fetcher,
    settings_of,
)
from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, QuietOption, archive_folder

__all__ = ["media"]


def media(
    posts: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID…", help="Only of these posts: ids, numbers in list, or links."),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Fetch what is missing, also what failed before.")
    ] = False,
    archive: ArchiveOption = None,
    proxy: ProxyOption = None,
    cookies: CookiesOption = None,
    user_agent: UserAgentOption = None,
    allow_host: AllowHostOption = None,
    replay: ReplayOption = None,
    log: LogOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say which pictures and sounds are held; with --missing fetch those that are not.

    Files lie in the archive's folder under media/, once for each content. Video is not kept.

    Examples:

      wxarchive media

      wxarchive media 3

      wxarchive media --missing
    """
    from wxarchive import Archive, fetch_media
    from wxarchive.collect import find_losses
    from wxarchive.output import Output

    settings = settings_of(
        proxy=proxy,
        cookies=cookies,
        user_agent=user_agent,
        allow_hosts=allow_host or None,
        replay=replay,
        log=log,
    )
    output = Output(json=json, jsonl=jsonl, quiet=quiet, log=settings["log"].value)
    with Archive(archive_folder(archive)) as opened:
        ids = [opened.get_post(post).id for post in posts] if posts else None
        if not missing:
            chosen = (opened.get_post(post_id) for post_id in ids) if ids else opened.iter_posts(order="old")
            output.losses(find_losses(opened, post) for post in chosen)
            return
        with open_fetcher(settings) as fetcher, closing(fetch_media(opened, fetcher, post_ids=ids)) as events:
            code = output.outcomes(events, verb="fetched")
    raise typer.Exit(code)
