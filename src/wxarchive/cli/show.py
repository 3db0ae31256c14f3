"""``wxarchive show``: one post."""

from typing import TYPE_CHECKING, Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonOption, archive_folder

if TYPE_CHECKING:
    from wxarchive import Archive
    from wxarchive.store import FeedText

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
    """Show one post: its record and clean text; pictures that are held are shown from their files.

    Of a post that was gone before it was fetched, what a followed feed gave of it is shown, if one did.

    Examples:

      wxarchive show 3

      wxarchive show 'https://mp.weixin.qq.com/s/…' --json

      wxarchive show 3 --raw > page.html
    """
    from wxarchive import Archive
    from wxarchive.errors import PostNotFoundError
    from wxarchive.output import Output
    from wxarchive.parse.body import parse_body
    from wxarchive.render.local import with_local_pictures

    output = Output(json=json)
    with Archive(archive_folder(archive)) as opened:
        try:
            found = opened.get_post(post)
        except PostNotFoundError:
            kept = _find_feed_text(opened, post)
            if kept is None or raw:
                raise
            output.feed_text(kept, parse_body(kept.html).text)
            return
        if raw:
            output.raw(opened.get_raw(found.id))
        elif markdown:
            output.data(with_local_pictures(found, f"{opened.path.absolute()}/").markdown)
        elif uncleaned and not json:
            output.data(found.uncleaned_text)
        else:
            output.post(found, removed=removed)


def _find_feed_text(archive: "Archive", text: str) -> "FeedText | None":
    """What a feed gave of the post that ``text`` links to."""
    from wxarchive.address import iter_addresses

    address = next(iter_addresses(text), None)
    return archive.followed.find_text(address.url) if address is not None else None
