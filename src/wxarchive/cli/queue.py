"""``wxarchive queue``: the to-fetch list."""

from enum import StrEnum
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, LimitOption, archive_folder

__all__ = ["queue"]


class LinkStates(StrEnum):
    """States of links."""

    waiting = "waiting"
    done = "done"
    gone = "gone"
    failed = "failed"
    refused = "refused"


def queue(
    archive: ArchiveOption = None,
    state: Annotated[
        list[LinkStates] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="Only links in this state: waiting, done, gone, failed or refused; may be given several times.",
            show_default=False,
        ),
    ] = None,
    limit: LimitOption = 50,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """Show the to-fetch list: every link with its state, its tries, the next time and the last reason.

    Without --state: how many links are in each state, and those that are waiting, failed or refused.

    waiting: to be asked for. done: the post is held. gone: the site says that there is no such post any more. failed:
    worth another try (fetch --resume takes them when their time has come, fetch --retry failed at once). refused: no
    post can be had from it.

    Examples:

      wxarchive queue

      wxarchive queue --state failed --json

      wxarchive queue --state gone --limit 1000
    """
    from itertools import islice

    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    states = tuple(item.value for item in state or ())
    with Archive(archive_folder(archive)) as opened:
        wanted = states or ("waiting", "failed", "refused")
        links = islice(opened.links.iter(wanted), limit)  # type: ignore[arg-type]
        output.queue(links, counts=opened.links.count(), breaker=opened.links.load_breaker())
