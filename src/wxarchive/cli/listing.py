"""``wxarchive list``: the posts that are held."""

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
    QueryOption,
    SinceOption,
    SourceOption,
    StateOption,
    TitleOption,
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
    source: SourceOption = None,
    title: TitleOption = None,
    album: AlbumOption = None,
    kind: KindOption = None,
    state: StateOption = None,
    has: HasOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    on: OnOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """List the posts that are held, newest first.

    Examples:

      wxarchive list

      wxarchive list --account 青石坪镇发布 --since 2021-01-01

      wxarchive list --query 'NEAR(防汛 预案, 20)' --has image --on 2024

      wxarchive list --jsonl --limit 1000
    """
    from contextlib import closing
    from itertools import islice

    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
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
    with (
        Archive(archive_folder(archive)) as opened,
        closing(
            opened.iter_posts(wanted) if json or jsonl else opened.iter_summaries(wanted, most=offset + limit)
        ) as found,
    ):
        output.posts(islice(found, offset, offset + limit), total=opened.count_posts(wanted))
