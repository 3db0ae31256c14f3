"""Options that several commands share, each spelled once."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from wxarchive.errors import InputError, QueryError

if TYPE_CHECKING:
    from wxarchive.kinds import Kind, State
    from wxarchive.query import PostFilter

__all__ = [
    "AccountOption",
    "AlbumOption",
    "ArchiveOption",
    "AuthorOption",
    "HasOption",
    "JsonOption",
    "JsonlOption",
    "KindOption",
    "LimitOption",
    "OffsetOption",
    "OnOption",
    "QueryOption",
    "QuietOption",
    "SinceOption",
    "SourceOption",
    "StateOption",
    "TitleOption",
    "UntilOption",
    "archive_folder",
    "config_file",
    "read_text",
    "to_day",
    "to_filter",
]

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        envvar="WXARCHIVE_HOME",
        help="The archive's folder. Default: wxarchive in the user's data folder.",
        show_default=False,
    ),
]
AccountOption = Annotated[
    str | None,
    typer.Option(
        "--account",
        metavar="NAME",
        help="Only this account: nickname, 微信号, gh_… or biz.",
        show_default=False,
    ),
]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Only posts of this author.", show_default=False),
]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="Only posts from this source (来源).", show_default=False),
]
TitleOption = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help="Only posts with this in the title.", show_default=False),
]
AlbumOption = Annotated[
    str | None,
    typer.Option(
        "--album",
        metavar="NAME",
        help="Only posts in this album (合集, 话题): name or id.",
        show_default=False,
    ),
]
StateOption = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="Only posts whose address last showed this: post, deleted, violation …",
        show_default=False,
    ),
]
HasOption = Annotated[
    list[str] | None,
    typer.Option(
        "--has",
        metavar="THING",
        help="Only posts with an image, audio, video or qr (a code to scan); may be repeated.",
        show_default=False,
    ),
]
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DATE", help="Only posts of this day, month or year (2024-05).", show_default=False
    ),
]
KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only this kind: article, picture, text, video, audio or share.",
        show_default=False,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DATE", help="Only posts of this day or later (2024-05-01).", show_default=False
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Only posts of this day or earlier.", show_default=False),
]
QueryOption = Annotated[
    str | None,
    typer.Option(
        "--query", metavar="WORDS", help="Only posts that hold these words, as in search.", show_default=False
    ),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most this many.")]
OffsetOption = Annotated[int, typer.Option("--offset", min=0, metavar="N", help="Pass over the first N.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
JsonlOption = Annotated[bool, typer.Option("--jsonl", help="One JSON object a line instead of text.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors and data.")]


def archive_folder(given: Path | None) -> Path:
    """The archive to use: what was given, else what config.toml names, else the default place."""
    if given is not None:
        return given.expanduser()
    file = config_file()
    if file.exists():
        from wxarchive.settings import load_settings

        named: Path | None = load_settings(file, {})["archive"].value
        if named is not None:
            return named
    from platformdirs import user_data_path

    return user_data_path("wxarchive", appauthor=False)


def config_file() -> Path:
    """Where settings are written down: ``WXARCHIVE_CONFIG``, else config.toml in the user's folder for settings."""
    named = os.environ.get("WXARCHIVE_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("wxarchive", appauthor=False) / "config.toml"


def to_day(text: str | None) -> date | None:
    """A day as an option gives it. Raises QueryError for anything else."""
    if text is None:
        return None
    parts = text.replace("/", "-").split("-")
    try:
        year, month, day = [*(int(part) for part in parts), 1, 1][: max(3, len(parts))]
        return date(year, month, day)
    except (TypeError, ValueError):
        raise QueryError(f"{text!r} is no day", hint="write it as 2024-05-01") from None


def to_filter(
    *,
    account: str | None = None,
    author: str | None = None,
    source: str | None = None,
    title: str | None = None,
    album: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    has: list[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    on: str | None = None,
    query: str | None = None,
) -> "PostFilter":
    """The filter that the shared options ask for. Raises QueryError for a day or a query that cannot be used."""
    from wxarchive.query import PostFilter, all_of, parse_query, quote

    wanted = parse_query(query) if query else None
    if on is not None:
        day = parse_query(f"on:{quote(on)}")
        wanted = all_of(wanted, PostFilter(query=day)) if wanted else day
    return PostFilter(
        account=account,
        author=author,
        source=source,
        title=title,
        album=album,
        kind=cast("Kind | None", kind),  # this and the next two are checked where the filter is used
        state=cast("State | None", state),
        has=tuple(has or ()),
        since=to_day(since),
        until=to_day(until),
        query=wanted,
    )


def read_text(file: Path) -> str:
    """The text of a file of links. Raises InputError if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", subject=os.fspath(file)) from error
