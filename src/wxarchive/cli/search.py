"""``wxarchive search``: Chinese words of any length, ranked, with excerpts; as a concordance; counted."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    AlbumOption,
    ArchiveOption,
    AuthorOption,
    HasOption,
    JsonlOption,
    JsonOption,
    KindOption,
    LimitOption,
    OffsetOption,
    OnOption,
    SinceOption,
    SourceOption,
    StateOption,
    TitleOption,
    UntilOption,
    archive_folder,
    to_filter,
)
from wxarchive.errors import InputError

__all__ = ["search"]


class Sorting(StrEnum):
    """The orders there are."""

    rank = "rank"
    new = "new"
    old = "old"


class Counting(StrEnum):
    """What posts can be counted by."""

    account = "account"
    author = "author"
    source = "source"
    month = "month"
    year = "year"


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="What to look for; words are AND.", show_default=False),
    ] = None,
    archive: ArchiveOption = None,
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
    sort: Annotated[
        Sorting, typer.Option("--sort", metavar="rank|new|old", help="Best, newest or oldest first.")
    ] = Sorting.rank,
    exact_rank: Annotated[
        bool,
        typer.Option("--exact-rank", help="Rank all posts that hold very frequent words, however many."),
    ] = False,
    all_versions: Annotated[
        bool,
        typer.Option("--all-versions", help="Also what posts said before their authors edited them."),
    ] = False,
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
    count: Annotated[bool, typer.Option("--count", help="Only say how many posts there are.")] = False,
    context: Annotated[
        int | None,
        typer.Option(
            "--context",
            metavar="N",
            min=1,
            max=500,
            help="A concordance: each occurrence on a line, with N characters on both sides.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        Counting | None,
        typer.Option(
            "--by",
            metavar="account|author|source|month|year",
            help="Count the posts by this.",
            show_default=False,
        ),
    ] = None,
    trend: Annotated[
        bool, typer.Option("--trend", help="Show how many posts there are of each month.")
    ] = False,
    svg: Annotated[
        Path | None,
        typer.Option(
            "--svg", metavar="FILE", help="With --trend: draw it into this file.", show_default=False
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how the words are read, and search not.")
    ] = False,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """Search the archive's posts: title, author, account, source and text.

    Words are AND; OR, NOT, -word, parentheses, "exact phrases", word* and NEAR(one two, 10) work, and so do title:
    author: account: source: album: kind: state: has: after: before: on: inside the words. Anything else is text.

    Examples:

      wxarchive search 脱贫

      wxarchive search '春耕 OR 防汛' --since 2021-01-01 --sort new

      wxarchive search '"5G基站" -招聘 has:image' --json

      wxarchive search 防汛 --context 12

      wxarchive search 脱贫 --by account

      wxarchive search 脱贫 --trend --svg 脱贫.svg
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    modes = {"--count": count, "--context": context, "--by": by, "--trend": trend, "--explain": explain}
    asked = [name for name, value in modes.items() if value]
    if len(asked) > 1:
        raise InputError(f"{asked[0]} and {asked[1]} do not go together", hint="choose one")
    if asked and all_versions:
        raise InputError(f"{asked[0]} and --all-versions do not go together", hint="choose one")
    if svg is not None and not trend:
        raise InputError("--svg is for --trend", hint="add --trend")
    output = Output(json=json, jsonl=jsonl)
    typed = " ".join(words or ())
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
    )
    if explain:
        from wxarchive.query import explain as explain_query
        from wxarchive.query import of_words

        output.explanation(explain_query(of_words(typed, wanted)), words=typed)
        return
    with Archive(archive_folder(archive)) as opened:
        if by is not None:
            output.counts(opened.count_by(by.value, typed, filter=wanted), by=by.value, words=typed)
        elif trend:
            months = opened.count_by_month(typed, filter=wanted)
            output.trend(months, words=typed, svg=svg)
        elif count:
            output.count(opened.count(typed, filter=wanted), words=typed)
        elif context is not None:
            found = opened.iter_contexts(
                typed, filter=wanted, limit=limit, offset=offset, sort=sort.value, width=context
            )
            output.contexts(found, words=typed, width=context)
        else:
            result = opened.search(
                typed, filter=wanted, limit=limit, offset=offset, sort=sort.value, exact_rank=exact_rank
            )
            earlier = opened.iter_earlier_hits(typed, filter=wanted) if all_versions else ()
            output.search_result(result, words=typed, offset=offset, earlier=earlier)
