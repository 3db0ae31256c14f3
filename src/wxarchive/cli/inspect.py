"""``wxarchive inspect``: what a file is and what would be stored."""

from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import JsonlOption

__all__ = ["inspect"]


def inspect(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Saved pages or text dumps.")],
    jsonl: JsonlOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also say which place of the page each field was taken from.")
    ] = False,
) -> None:
    """Say what a file is and what would be stored. Reads nothing else, writes nothing.

    Examples:

      wxarchive inspect post.html

      wxarchive inspect --explain post.html

      wxarchive inspect *.html --jsonl
    """
    from wxarchive.errors import SomeFailedError, WxArchiveError
    from wxarchive.output import Output
    from wxarchive.pipeline import load_page
    from wxarchive.read import explain_page, read_captured

    output = Output(jsonl=jsonl)
    failed: list[WxArchiveError] = []
    for file in files:
        try:
            page = load_page(file)
            reading = read_captured(page)
        except WxArchiveError as error:
            if len(files) == 1 and not jsonl:
                error.subject = error.subject or str(file)
                raise
            failed.append(error)
            output.inspected(str(file), error=error)
            continue
        explanation = explain_page(page.body) if explain else None
        output.inspected(str(file), reading=reading, explanation=explanation)
    if failed:
        raise typer.Exit(failed[0].exit_code if len(files) == 1 else SomeFailedError.exit_code)
