"""``wxarchive history``, ``gone`` and ``changed``: what became of posts."""

from itertools import islice
from typing import Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonlOption,
    JsonOption,
    LimitOption,
    archive_folder,
    to_filter,
)

__all__ = ["changed", "gone", "history"]


def history(
    post: Annotated[str, typer.Argument(metavar="ID", help="A post's id, its number in list, or its link.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Show when a post was seen, alive or gone, and when it became another version.

    Examples:

      wxarchive history 3

      wxarchive history 'https://mp.weixin.qq.com/s/…' --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json)
    with Archive(archive_folder(archive)) as opened:
        output.history(opened.get_history(post))


def gone(
    archive: ArchiveOption = None,
    account: AccountOption = None,
    limit: LimitOption = 50,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """List the posts that were gone when they were last asked for: deleted, blocked or hidden.

    Their stored copies are as they were. wxarchive check asks again.

    Examples:

      wxarchive gone

      wxarchive gone --account 青石坪镇发布 --jsonl
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    wanted = to_filter(account=account) if account else None
    with Archive(archive_folder(archive)) as opened:
        output.gone(islice(opened.iter_gone(wanted), limit))


def changed(
    archive: ArchiveOption = None,
    account: AccountOption = None,
    limit: LimitOption = 50,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """List the posts that their authors have edited since they were first stored.

    wxarchive diff shows what became different.

    Examples:

      wxarchive changed

      wxarchive changed --account 青石坪镇发布 --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    wanted = to_filter(account=account) if account else None
    with Archive(archive_folder(archive)) as opened:
        output.changed(islice(opened.iter_changed(wanted), limit))
