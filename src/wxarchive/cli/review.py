"""``wxarchive review``: what cleaning took out, the least certain first."""

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonlOption,
    JsonOption,
    LimitOption,
    QueryOption,
    SinceOption,
    UntilOption,
    archive_folder,
    to_filter,
)

__all__ = ["review"]


def review(
    archive: ArchiveOption = None,
    limit: LimitOption = 50,
    account: AccountOption = None,
    query: QueryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """List what cleaning took out of the held posts, the pieces of which it was least sure first.

    A piece that should have stayed can be protected by a [[keep]] rule in the archive's rules.toml, and one that was
    left taken out by a [[delete]] rule; reparse applies them.

    Examples:

      wxarchive review --account 青石坪镇发布

      wxarchive review --limit 1000 --jsonl
    """
    from wxarchive import Archive
    from wxarchive.output import Output
    from wxarchive.reviewing import review as find_doubtful

    output = Output(json=json, jsonl=jsonl)
    wanted = to_filter(account=account, query=query, since=since, until=until)
    with Archive(archive_folder(archive)) as opened:
        output.reviewed(find_doubtful(opened, wanted, limit=limit))
