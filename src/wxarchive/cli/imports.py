"""``wxarchive import``: saved pages and text dumps in, stored posts out."""

from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, QuietOption, archive_folder

__all__ = ["import_"]


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, or folders to walk.")],
    archive: ArchiveOption = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=64, metavar="N", help="Processes that read files.")
    ] = 1,
    jsonl: JsonlOption = False,
    quiet: QuietOption = False,
) -> None:
    """Import saved pages and text dumps, packed (.zip, .gz) or not.

    In folders and archives, files named .html, .htm, .mhtml, .mht, .txt, .md and .markdown are read; a file that is
    named here is read whatever its name. Pictures beside a saved page, or inside it, are kept. A saved list (album,
    history, reply of an interface) puts its posts on the to-fetch list.

    Examples:

      wxarchive import ~/Downloads/post.html

      wxarchive import saved-pages/ dump.txt pages.zip

      wxarchive import --jobs 4 thousands-of-pages/
    """
    from wxarchive import Archive, import_files
    from wxarchive.output import Output

    output = Output(jsonl=jsonl, quiet=quiet)
    with Archive(archive_folder(archive), create=True) as opened:
        code = output.outcomes(import_files(opened, paths, jobs=jobs), verb="imported")
    raise typer.Exit(code)
