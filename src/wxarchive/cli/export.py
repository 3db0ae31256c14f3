"""``wxarchive export``: posts to files that other programs read."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    AlbumOption,
    ArchiveOption,
    AuthorOption,
    HasOption,
    KindOption,
    OnOption,
    QueryOption,
    QuietOption,
    SinceOption,
    SourceOption,
    StateOption,
    TitleOption,
    UntilOption,
    archive_folder,
    to_filter,
)
from wxarchive.errors import InputError

if TYPE_CHECKING:
    from wxarchive.output import Output
    from wxarchive.query import PostFilter

__all__ = ["export"]


class Format(StrEnum):
    """The formats there are; ``wxarchive.export`` has one module for each."""

    csv = "csv"
    json = "json"
    jsonl = "jsonl"
    md = "md"
    html = "html"
    warc = "warc"
    wacz = "wacz"


def export(
    to: Annotated[
        Format, typer.Argument(metavar="csv|json|jsonl|md|html|warc|wacz", help="The format to write.")
    ],
    output_path: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The file to write; for md and html a folder. Default: standard output (md and html need a folder, "
            "warc and wacz a file).",
            show_default=False,
        ),
    ] = None,
    archive: ArchiveOption = None,
    query: QueryOption = None,
    account: AccountOption = None,
    author: AuthorOption = None,
    source: SourceOption = None,
    title: TitleOption = None,
    album: AlbumOption = None,
    kind: KindOption = None,
    state: StateOption = None,
    has: HasOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    on: OnOption = None,
    bom: Annotated[bool, typer.Option("--bom", help="csv: begin with a byte order mark, for Excel.")] = False,
    uncleaned: Annotated[
        bool, typer.Option("--uncleaned", help="The text as it was before cleaning.")
    ] = False,
    media: Annotated[
        bool,
        typer.Option("--media/--no-media", help="html, md: take held pictures and sound along."),
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace the target if it is there.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Export posts, oldest first.

    warc and wacz hold all captures of the posts, as they were received, for other web archives and for replay.

    Examples:

      wxarchive export csv --bom -o posts.csv

      wxarchive export jsonl --since 2021-01-01 | jq .title

      wxarchive export md -o notes/ --account 青石坪镇发布

      wxarchive export wacz -o posts.wacz
    """
    from contextlib import closing

    from wxarchive import Archive, write_posts
    from wxarchive.export import ExportOptions
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    wanted = to_filter(
        account=account,
        author=author,
        source=source,
        title=title,
        album=album,
        kind=kind,
        state=state,
        has=has,
        since=since,
        until=until,
        on=on,
        query=query,
    )
    folder = archive_folder(archive)
    if to in (Format.warc, Format.wacz):
        _export_captures(to, folder, output_path, wanted, output, force=force)
        return
    options = ExportOptions(force=force, bom=bom, uncleaned=uncleaned, media=folder if media else None)
    with (
        Archive(folder) as opened,
        closing(
            opened.iter_posts(wanted, order="old")
        ) as posts,  # a reader that goes away ends it before the archive
    ):
        target = None if output_path is None or str(output_path) == "-" else output_path
        count = write_posts(to.value, posts, target or output.stream(), options)
    output.exported(count, target)


def _export_captures(
    to: Format, folder: Path, target: Path | None, wanted: "PostFilter", output: "Output", *, force: bool
) -> None:
    from wxarchive import Archive
    from wxarchive.preserving import export_wacz, export_warc

    if target is None or str(target) == "-":
        raise InputError("a web archive is a file", hint=f"name it with -o posts.{to.value}")
    write = export_warc if to is Format.warc else export_wacz
    with Archive(folder) as opened:
        count = write(opened, target, filter=wanted, force=force)
    output.say(f"{count:,} captures written to {target}")
