"""``wxarchive list``: the posts that are held."""

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    AuthorOption,
    JsonlOption,
    JsonOption,
    KindOption,
    LimitOption,
    OffsetOption,
    QueryOption,
    SinceOption,
    UntilOption,
    archive_folder,
    to_filter,
)

__all__ = ["list_"]


def list_(
    archive: ArchiveOption = None,
    limit: LimitOption = 50,
    offset: OffsetOption = 0,
    query: QueryOption = None,
    account: AccountOption = None,
    author: AuthorOption = None,
    kind: KindOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """List the posts that are held, newest first.

    Examples:

      wxarchive list

      wxarchive list --account 青石坪镇发布 --since 2021-01-01

      wxarchive list --jsonl --limit 1000
    """
    from contextlib import closing
    from itertools import islice

    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    wanted = to_filter(account=account, author=author, kind=kind, since=since, until=until, query=query)
    with (
        Archive(archive_folder(archive)) as opened,
        closing(opened.iter_posts(wanted) if json or jsonl else opened.iter_summaries(wanted)) as found,
    ):
        output.posts(islice(found, offset, offset + limit), total=opened.count_posts(wanted))
