"""``wxarchive learn``: what accounts repeat at the head and tail of their posts."""

from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, QuietOption, archive_folder

__all__ = ["learn"]


def learn(
    account: Annotated[
        str | None,
        typer.Argument(
            metavar="ACCOUNT",
            help="Only this account: nickname, 微信号, gh_… or biz. Default: all.",
            show_default=False,
        ),
    ] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Learn which lines accounts repeat at the head and tail of their posts, from the posts that are held.

    Needs three posts of an account. What is learned goes out of posts that are imported or fetched from then on; reparse
    takes it out of those that are held. A line that recurs inside texts too is no furniture, and is not learned.

    Examples:

      wxarchive learn

      wxarchive learn 青石坪镇发布 && wxarchive reparse --account 青石坪镇发布
    """
    from wxarchive import Archive
    from wxarchive.learning import learn as learn_accounts
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl, quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        output.learned(learn_accounts(opened, account))
