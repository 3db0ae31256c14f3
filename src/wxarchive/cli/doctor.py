"""``wxarchive doctor``: whether all is well, and what to do if not."""

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, archive_folder

__all__ = ["doctor"]


def doctor(archive: ArchiveOption = None, json: JsonOption = False, jsonl: JsonlOption = False) -> None:
    """Look whether all is well: that the archive can be read, and that its search index answers as its text would.

    Changes nothing. Ends with code 9 if something is wrong.

    Examples:

      wxarchive doctor

      wxarchive doctor --archive ./my-archive --json
    """
    from wxarchive.doctor import examine
    from wxarchive.output import Output

    code = Output(json=json, jsonl=jsonl).findings(examine(archive_folder(archive)))
    if code:
        raise typer.Exit(code)
