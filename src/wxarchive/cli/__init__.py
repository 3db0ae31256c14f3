"""The command line: options in, calls of the library, results to ``output``. Each command has a file of its own.

At module level only Typer and the standard library are imported, so that ``--help`` is there at once; a command
imports what it needs in its body.
"""

import sys
from typing import Annotated

import typer

from wxarchive.cli.backup import backup, forget, merge, restore
from wxarchive.cli.check import check
from wxarchive.cli.config import config
from wxarchive.cli.diff import diff
from wxarchive.cli.doctor import doctor
from wxarchive.cli.evidence import evidence
from wxarchive.cli.export import export
from wxarchive.cli.fetch import fetch
from wxarchive.cli.follow import follow, sources, sync, unfollow
from wxarchive.cli.history import changed, gone, history
from wxarchive.cli.imports import import_
from wxarchive.cli.info import info
from wxarchive.cli.inspect import inspect
from wxarchive.cli.learn import learn
from wxarchive.cli.links import links
from wxarchive.cli.listing import list_
from wxarchive.cli.media import media
from wxarchive.cli.queue import queue
from wxarchive.cli.reindex import reindex
from wxarchive.cli.reparse import reparse
from wxarchive.cli.review import review
from wxarchive.cli.search import search
from wxarchive.cli.searches import searches
from wxarchive.cli.show import show
from wxarchive.cli.verify import repair, verify
from wxarchive.errors import WxArchiveError

__all__ = ["app", "main"]

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

app.command("fetch")(fetch)
app.command("queue")(queue)
app.command("follow")(follow)
app.command("unfollow")(unfollow)
app.command("sources")(sources)
app.command("sync")(sync)
app.command("links")(links)
app.command("media")(media)
app.command("import")(import_)
app.command("inspect")(inspect)
app.command("search")(search)
app.add_typer(searches, name="searches")
app.command("list")(list_)
app.command("show")(show)
app.command("info")(info)
app.command("export")(export)
app.command("evidence")(evidence)
app.command("history")(history)
app.command("diff")(diff)
app.command("changed")(changed)
app.command("gone")(gone)
app.command("check")(check)
app.command("reparse")(reparse)
app.command("verify")(verify)
app.command("repair")(repair)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("merge")(merge)
app.command("forget")(forget)
app.command("reindex")(reindex)
app.command("doctor")(doctor)
app.command("learn")(learn)
app.command("review")(review)
app.command("config")(config)


def _print_version(wanted: bool) -> None:
    if wanted:
        from wxarchive import __version__
        from wxarchive.output import Output

        Output().data(f"wxarchive {__version__}")
        raise typer.Exit


@app.callback()
def root(
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
    try:
        app()
    except WxArchiveError as error:
        output.error(error, as_json="--json" in sys.argv or "--jsonl" in sys.argv)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        output.close_quietly()
        sys.exit(0)
