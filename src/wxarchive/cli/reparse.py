"""``wxarchive reparse``: everything that is read from raw pages, read anew."""

import os
from typing import Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonlOption,
    JsonOption,
    QuietOption,
    archive_folder,
    to_filter,
)

__all__ = ["reparse"]


def reparse(
    archive: ArchiveOption = None,
    account: AccountOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change; write nothing.")
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes",
            min=1,
            metavar="N",
            help="Read in so many processes. Default: one for each processor.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read all stored pages anew, with the parser and the rules of today, and tell what changed, field by field.

    Nothing is fetched. The archive changes at the end, at once; a run that was interrupted goes on where it was. Where
    a page cannot be read any more, what was read from it before is kept.

    Examples:

      wxarchive reparse --dry-run

      wxarchive reparse --account 青石坪镇发布
    """
    from wxarchive import Archive
    from wxarchive import reparse as read_anew
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl, quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        report = read_anew(
            opened,
            filter=to_filter(account=account) if account else None,
            dry_run=dry_run,
            processes=processes or os.cpu_count() or 1,
            progress=lambda done, total: output.show_progress(done, total, "captures read"),
        )
    output.reparsed(report, dry_run=dry_run)
