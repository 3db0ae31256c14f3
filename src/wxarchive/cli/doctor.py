"""``wxarchive doctor``: whether all is well, and what to do if not."""

from typing import Annotated

import typer

from wxarchive.cli.network import ProxyOption, ReplayOption, open_fetcher, settings_of
from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, archive_folder

__all__ = ["doctor"]


def doctor(
    archive: ArchiveOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the network.")] = False,
    proxy: ProxyOption = None,
    replay: ReplayOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """Look whether all is well: network, proxy, clock, pace, disk, archive, search index, to-fetch list, pictures.

    One request goes to the site's home page. Changes nothing. Ends with code 9 if something is wrong.

    Examples:

      wxarchive doctor

      wxarchive doctor --archive ./my-archive --json
    """
    from wxarchive.doctor import examine
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    folder = archive_folder(archive)
    if offline:
        code = output.findings(examine(folder))
    else:
        with open_fetcher(settings_of(proxy=proxy, replay=replay)) as fetcher:
            code = output.findings(examine(folder, fetcher))
    if code:
        raise typer.Exit(code)
