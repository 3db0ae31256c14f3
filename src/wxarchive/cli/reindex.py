"""``wxarchive reindex``: the search index made anew."""

from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, QuietOption, archive_folder

__all__ = ["reindex"]


def reindex(
    archive: ArchiveOption = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin at the beginning, where an interrupted run would go on.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Make the search index anew, or go on with it where that was interrupted. Brings an older archive up to date.

    While it runs, posts can be stored and searches are refused; when it is stopped, the next run goes on.

    Examples:

      wxarchive reindex

      wxarchive reindex --archive ./my-archive --anew
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    with Archive(archive_folder(archive), upgrade=True) as opened:
        begin = anew or opened.index_state() == "current"
        total = opened.count_posts()
        done = output.progress_of(opened.iter_reindex(anew=begin), total, "posts indexed")
    output.say(f"{done:,} {'post' if done == 1 else 'posts'} indexed")
