"""``wxarchive show``: one post."""

from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonOption, archive_folder

__all__ = ["show"]


def show(
    post: Annotated[str, typer.Argument(metavar="ID", help="A post's id, its number in list, or its link.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The post's body as Markdown.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="The page's bytes as they were received.")] = False,
    removed: Annotated[
        bool, typer.Option("--removed", help="Also what cleaning took out, and by which rule.")
    ] = False,
    uncleaned: Annotated[
        bool, typer.Option("--uncleaned", help="The text as it was before cleaning.")
    ] = False,
) -> None:
    """Show one post: its record and clean text.

    Examples:

      wxarchive show 3

      wxarchive show 'https://mp.weixin.qq.com/s/…' --json

      wxarchive show 3 --raw > page.html
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json)
    with Archive(archive_folder(archive)) as opened:
        found = opened.get_post(post)
        if raw:
            output.raw(opened.get_raw(found.id))
        elif markdown:
            output.data(found.markdown)
        elif uncleaned and not json:
            output.data(found.uncleaned_text)
        else:
            output.post(found, removed=removed)
