"""``wxarchive evidence``: all that proves one post, in a folder that can be checked without this program."""

from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, QuietOption, archive_folder

__all__ = ["evidence"]


def evidence(
    post: Annotated[str, typer.Argument(metavar="ID", help="A post's id, its number in list, or its link.")],
    target: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder to write into.")
    ],
    archive: ArchiveOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files in the folder if it is there.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Write all that proves one post: raw pages, their places in the chain, record, a readable page, a WACZ, hashes.

    README.txt in the folder says how to check it with sha256sum alone.

    Examples:

      wxarchive evidence 3 -o evidence-3

      cd evidence-3 && sha256sum -c SHA256SUMS
    """
    from wxarchive import Archive
    from wxarchive.output import Output
    from wxarchive.preserving import write_evidence

    output = Output(quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        count = write_evidence(opened, post, target, force=force)
    output.say(f"{count:,} captures written to {target}")
