"""``wxarchive verify`` and ``repair``: whether an archive is as it was written, and what can be made again."""

import os
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonOption, QuietOption, archive_folder

__all__ = ["repair", "verify"]


def verify(
    archive: ArchiveOption = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what takes long: what is in pages, index and pictures.")
    ] = False,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read everything and name what is damaged: captures, their chain, pages, posts, the index, pictures.

    Nothing is written. The last line has the last link of the chain: noted elsewhere, it proves later that no capture
    up to now was removed, moved or altered. Exit code 7 where something is damaged.

    Examples:

      wxarchive verify

      wxarchive verify --quick --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        found = opened.verify(quick=quick, progress=lambda what, done: output.show_count(done, what))
    raise typer.Exit(output.verified(found))


def repair(
    archive: ArchiveOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make again what is damaged and can be made from what stands, and say what cannot.

    Posts, versions, links and the index are read from their pages anew. Captures are never changed. Exit code 7 where
    something stays damaged.

    Examples:

      wxarchive repair

      wxarchive repair --archive ./my-archive
    """
    from wxarchive import Archive
    from wxarchive.output import Output
    from wxarchive.repairing import repair as repair_archive

    output = Output(json=json, quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        done = repair_archive(
            opened,
            processes=os.cpu_count() or 1,
            progress=lambda number, total: output.show_progress(number, total, "captures read"),
        )
    raise typer.Exit(output.repaired(done))
