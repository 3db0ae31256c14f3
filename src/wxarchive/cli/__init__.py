"""The command line: options in, calls of the library, results to ``output``. Each command has a file of its own.

Only the command that is called is loaded: Typer works out the options of each one that it is given, and for all of
them together that takes longer than a search. In a command's file only Typer and the standard library are imported at
module level; a command imports what it needs in its body.
"""

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Final

import typer

from wxarchive.errors import WxArchiveError

__all__ = ["COMMANDS", "build_app", "main"]

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "fetch": ("fetch", "fetch"),
    "queue": ("queue", "queue"),
    "follow": ("follow", "follow"),
    "unfollow": ("follow", "unfollow"),
    "sources": ("follow", "sources"),
    "sync": ("follow", "sync"),
    "links": ("links", "links"),
    "media": ("media", "media"),
    "import": ("imports", "import_"),
    "inspect": ("inspect", "inspect"),
    "search": ("search", "search"),
    "searches": ("searches", "searches"),
    "list": ("listing", "list_"),
    "show": ("show", "show"),
    "info": ("info", "info"),
    "export": ("export", "export"),
    "evidence": ("evidence", "evidence"),
    "history": ("history", "history"),
    "diff": ("diff", "diff"),
    "changed": ("history", "changed"),
    "gone": ("history", "gone"),
    "check": ("check", "check"),
    "reparse": ("reparse", "reparse"),
    "verify": ("verify", "verify"),
    "repair": ("verify", "repair"),
    "backup": ("backup", "backup"),
    "restore": ("backup", "restore"),
    "merge": ("backup", "merge"),
    "forget": ("backup", "forget"),
    "reindex": ("reindex", "reindex"),
    "doctor": ("doctor", "doctor"),
    "learn": ("learn", "learn"),
    "review": ("review", "review"),
    "config": ("config", "config"),
}
"""Command → the module of this package that it stands in, and its function's name there (or its group's)."""


def build_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program with these commands, in the order in which help lists them."""
    app = typer.Typer(
        name="wxarchive",
        help="Archive posts of WeChat public accounts (微信公众号): fetch, clean, keep, find, export.",
        epilog="Start with: wxarchive fetch LINK, then: wxarchive search 关键词",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        module, member = COMMANDS[name]
        command = getattr(import_module(f"wxarchive.cli.{module}"), member)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from wxarchive import __version__
        from wxarchive.output import Output

        Output().data(f"wxarchive {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Archive posts of WeChat public accounts (微信公众号): fetch, clean, keep, find, export."""


def main() -> None:
    """Run the command line; errors become one line, a hint and an exit code."""
    from wxarchive.output import Output

    output = Output()
    output.prepare_streams()
    # Anything but a command that stands first is an option of the program, or a mistake: all commands are needed to
    # tell about it.
    called = sys.argv[1:2]
    try:
        build_app(called if called and called[0] in COMMANDS else COMMANDS)()
    except WxArchiveError as error:
        output.error(error, as_json="--json" in sys.argv or "--jsonl" in sys.argv)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        output.close_quietly()
        sys.exit(0)
