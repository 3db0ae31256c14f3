"""``wxarchive search``: Chinese words of any length, ranked, with excerpts."""

from typing import Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonOption,
    KindOption,
    LimitOption,
    OffsetOption,
    SinceOption,
    UntilOption,
    archive_folder,
    to_filter,
)

__all__ = ["search"]


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for; words are AND.")],
    archive: ArchiveOption = None,
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
    account: AccountOption = None,
    kind: KindOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    json: JsonOption = False,
) -> None:
    """Search the archive's posts: title, author, account, source and text.

    Words are AND; OR, NOT, -word, parentheses and "exact phrases" work, and so do account:NAME, author:NAME,
    title:WORD, after:DATE and before:DATE.

    Examples:

      wxarchive search 脱贫

      wxarchive search '春耕 OR 防汛' --since 2021-01-01

      wxarchive search '"5G基站" -招聘' --json
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json)
    wanted = to_filter(account=account, kind=kind, since=since, until=until)
    with Archive(archive_folder(archive)) as opened:
        result = opened.search(" ".join(words), filter=wanted, limit=limit, offset=offset)
        output.search_result(result, words=" ".join(words), offset=offset)
