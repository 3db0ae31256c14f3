"""``wxarchive inspect``: what a file is and what would be stored."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import JsonlOption

__all__ = ["inspect"]


def inspect(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Saved pages, lists or text dumps.")],
    jsonl: JsonlOption = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also say where each field was taken from, and why each piece of text went."
        ),
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="Clean by the rules in this file too, as by an archive's rules.toml.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a file is and what would be stored. Reads nothing else, writes nothing.

    Examples:

      wxarchive inspect post.html

      wxarchive inspect --explain post.html

      wxarchive inspect *.html --jsonl

      wxarchive inspect --rules rules.toml --explain post.html
    """
    from wxarchive.errors import SomeFailedError, WxArchiveError
    from wxarchive.files import load_file
    from wxarchive.output import Output
    from wxarchive.read import GUIDE, Guide, explain_page, read_captured
    from wxarchive.webarchives.reading import Picture

    output = Output(jsonl=jsonl)
    guide = GUIDE
    if rules is not None:
        from wxarchive.store.guide import load_own_rules

        guide = Guide(rules=load_own_rules(rules))
    failed: list[WxArchiveError] = []
    inspected = 0
    for source, page in chain.from_iterable(load_file(file) for file in files):
        if isinstance(page, Picture):
            continue
        inspected += 1
        try:
            if isinstance(page, WxArchiveError):
                raise page
            reading = read_captured(page, guide)
        except WxArchiveError as error:
            if len(files) == 1 and source == str(files[0]) and not jsonl:
                error.subject = error.subject or source
                raise
            failed.append(error)
            output.inspected(source, error=error)
            continue
        explanation = explain_page(page.body) if explain else None
        output.inspected(source, reading=reading, explanation=explanation)
    if failed:
        raise typer.Exit(failed[0].exit_code if inspected == 1 else SomeFailedError.exit_code)
