"""``wxarchive diff``: what is different between two versions of a post."""

from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonOption, archive_folder
from wxarchive.errors import InputError

__all__ = ["diff"]


def diff(
    post: Annotated[str, typer.Argument(metavar="ID", help="A post's id, its number in list, or its link.")],
    first: Annotated[
        int | None,
        typer.Argument(metavar="A", help="A version. Default: the one before the last.", show_default=False),
    ] = None,
    second: Annotated[
        int | None,
        typer.Argument(metavar="B", help="Another version. Default: the last.", show_default=False),
    ] = None,
    archive: ArchiveOption = None,
    uncleaned: Annotated[
        bool, typer.Option("--uncleaned", help="Compare the texts as they were before cleaning.")
    ] = False,
    json: JsonOption = False,
    html: Annotated[bool, typer.Option("--html", help="A page of HTML instead of text.")] = False,
) -> None:
    """Show what is different between two versions of a post: headline and credits, then the text by sentence.

    Examples:

      wxarchive diff 3

      wxarchive diff 3 1 4 --html > diff.html
    """
    from wxarchive import Archive
    from wxarchive.diff import diff_posts
    from wxarchive.output import Output

    output = Output(json=json)
    with Archive(archive_folder(archive)) as opened:
        history = opened.get_history(post)
        posts = opened.get_versions(post)
    last = len(posts)
    one, other = first or max(last - 1, 1), second or last
    for number in (one, other):
        if not 1 <= number <= last:
            raise InputError(
                f"there is no version {number}: {last} {'is' if last == 1 else 'are'} held",
                subject=history.post_id,
                hint="wxarchive history shows them",
            )
    if last == 1 and first is None:
        output.say("only one version is held")
    found = diff_posts(posts[one - 1], posts[other - 1], uncleaned=uncleaned)
    output.diff(found, history, history.versions[one - 1], history.versions[other - 1], html=html)
