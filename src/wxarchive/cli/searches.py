"""``wxarchive searches``: searches kept under a name, and what is new in them."""

from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonlOption, JsonOption, QuietOption, archive_folder

__all__ = ["searches"]

searches = typer.Typer(
    help="Keep searches under a name, and see what is new in them.",
    epilog="Examples: wxarchive searches save 防汛 '防汛 OR 暴雨', then daily: wxarchive searches run 防汛 --new",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name under which it is kept.")]


@searches.command("save")
def save(
    name: Name,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for, as in search.")],
    archive: ArchiveOption = None,
    quiet: QuietOption = False,
) -> None:
    """Keep a search under a name; filters stand among its words.

    Examples:

      wxarchive searches save 防汛 '防汛 OR 暴雨' account:岚溪天气

      wxarchive searches save hiring '招聘 -实习 after:2024'
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    with Archive(archive_folder(archive)) as opened:
        opened.save_search(name, " ".join(words))
    Output(quiet=quiet).say(f"kept as {name}")


@searches.command("run")
def run(
    name: Name,
    archive: ArchiveOption = None,
    new: Annotated[
        bool, typer.Option("--new", help="Only what it had not found when it was last run.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="Show at most this many.", show_default=False),
    ] = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """Run a search that is kept, newest posts first, and remember what it found.

    With --new nothing is printed to standard output if nothing is new, so that cron sends no mail. What could not be
    printed is new again the next time.

    Examples:

      wxarchive searches run 防汛

      wxarchive searches run 防汛 --new --jsonl
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    with (
        Archive(archive_folder(archive)) as opened,
        opened.run_search(name, only_new=new, limit=limit) as result,
    ):
        if new:
            output.new_posts(result, name=name)
        else:
            output.search_result(result, words=result.query.words)


@searches.command("list")
def list_(archive: ArchiveOption = None, json: JsonOption = False, jsonl: JsonlOption = False) -> None:
    """List the searches that are kept.

    Examples:

      wxarchive searches list

      wxarchive searches list --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    with Archive(archive_folder(archive)) as opened:
        Output(json=json, jsonl=jsonl).searches(opened.searches())


@searches.command("delete")
def delete(name: Name, archive: ArchiveOption = None, quiet: QuietOption = False) -> None:
    """Forget a search.

    Examples:

      wxarchive searches delete 防汛
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    with Archive(archive_folder(archive)) as opened:
        opened.delete_search(name)
    Output(quiet=quiet).say(f"{name} is no longer kept")
