"""``wxarchive info``: where the archive is and what it holds."""

from wxarchive.cli.options import ArchiveOption, JsonOption, archive_folder

__all__ = ["info"]


def info(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Say where the archive is, what it holds, its sizes and versions.

    Examples:

      wxarchive info

      wxarchive info --archive ./my-archive --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json)
    with Archive(archive_folder(archive)) as opened:
        output.info(opened.info())
