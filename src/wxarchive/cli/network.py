"""Options of the commands that speak to the network, each spelled once, and the fetcher that they ask for."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wxarchive.cli.options import config_file
from wxarchive.errors import InputError
from wxarchive.settings import Value, load_settings

if TYPE_CHECKING:
    from wxarchive.collect import CollectOptions
    from wxarchive.fetch import Fetcher

__all__ = [
    "AllowHostOption",
    "AnywayOption",
    "ConnectionsOption",
    "CookiesOption",
    "LogOption",
    "MaxTimeOption",
    "MediaLaterOption",
    "MostOption",
    "NoMediaOption",
    "PaceOption",
    "ProxyOption",
    "ReplayOption",
    "UserAgentOption",
    "collect_options",
    "open_fetcher",
    "settings_of",
]

ReplayOption = Annotated[
    str | None,
    typer.Option(
        "--replay",
        metavar="URL",
        help="Send every request to this server instead (tests, demos, mirrors).",
        show_default=False,
    ),
]
PaceOption = Annotated[
    str | None,
    typer.Option(
        "--pace",
        metavar="A-B",
        help="Seconds between two requests to WeChat, drawn anew each time. Default: 3-6.",
        show_default=False,
    ),
]
ProxyOption = Annotated[
    str | None, typer.Option("--proxy", metavar="URL", help="http://host:port", show_default=False)
]
CookiesOption = Annotated[
    Path | None,
    typer.Option(
        "--cookies", metavar="FILE", help="Send these cookies (Netscape's cookies.txt).", show_default=False
    ),
]
UserAgentOption = Annotated[
    str | None,
    typer.Option("--user-agent", metavar="TEXT", help="What requests call themselves.", show_default=False),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST",
        help="Ask this host too; may be given several times.",
        show_default=False,
    ),
]
MaxTimeOption = Annotated[
    float | None,
    typer.Option(
        "--max-time", metavar="MINUTES", help="Ask for nothing new after so long.", show_default=False
    ),
]
MostOption = Annotated[
    int | None,
    typer.Option("--limit", min=0, metavar="N", help="Ask for at most N posts.", show_default=False),
]
NoMediaOption = Annotated[bool, typer.Option("--no-media", help="Leave pictures and sound out.")]
MediaLaterOption = Annotated[
    bool, typer.Option("--media-later", help="Only note pictures and sound; media --missing fetches them.")
]
AnywayOption = Annotated[
    bool, typer.Option("--anyway", help="Ask although the site asked to be left alone a while ago.")
]
LogOption = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="FILE",
        help="Write every outcome with its time to this file, too.",
        show_default=False,
    ),
]
ConnectionsOption = Annotated[
    int,
    typer.Option(
        "--connections", min=1, max=32, metavar="N", help="Requests at once; only with --replay and no pace."
    ),
]


def settings_of(**given: Any) -> dict[str, Value]:
    """The settings, with what options gave."""
    return load_settings(config_file(), os.environ, given)


def open_fetcher(settings: dict[str, Value], connections: int = 1) -> "Fetcher":
    """The fetcher that the settings ask for. Raises InputError for what cannot be used."""
    from wxarchive.fetch import Fetcher, FetchOptions

    replay = settings["replay"].value
    if connections > 1 and replay is None:
        raise InputError(
            "several requests at once are for a server of your own",
            hint="WeChat is asked one request at a time; --connections goes with --replay",
        )

    def chosen(name: str) -> Any:
        return settings[name].value if settings[name].origin != "default" else None

    options: dict[str, Any] = {
        "replay": replay,
        "pace": chosen("pace"),
        "media_pace": chosen("media_pace"),
        "connections": connections,
        "timeout": settings["timeout"].value,
        "max_seconds": settings["max_seconds"].value,
        "max_media_bytes": int(settings["max_media_mb"].value * 2**20),
        "proxy": settings["proxy"].value,
        "cookies": settings["cookies"].value,
        "allow_hosts": settings["allow_hosts"].value,
    }
    if settings["user_agent"].value is not None:
        options["user_agent"] = settings["user_agent"].value
    return Fetcher(FetchOptions(**options))


def collect_options(
    settings: dict[str, Value],
    *,
    refresh: bool = False,
    no_media: bool = False,
    media_later: bool = False,
    limit: int | None = None,
    max_time: float | None = None,
    anyway: bool = False,
) -> "CollectOptions":
    """How the run goes. Raises InputError for options that exclude each other."""
    from wxarchive.collect import CollectOptions

    if no_media and media_later:
        raise InputError("--no-media and --media-later exclude each other")
    media: Any = "no" if no_media else "later" if media_later else settings["media"].value
    return CollectOptions(
        refresh=refresh,
        media=media,
        limit=limit,
        max_time=max_time * 60 if max_time is not None else None,
        anyway=anyway,
    )
