"""``wxarchive links``: posts that stored posts point at, and that are not held."""

from typing import Annotated

import typer

from wxarchive.cli.options import (
    AccountOption,
    ArchiveOption,
    JsonlOption,
    JsonOption,
    QueryOption,
    SinceOption,
    UntilOption,
    archive_folder,
    to_filter,
)

__all__ = ["links"]


def links(
    archive: ArchiveOption = None,
    gaps: Annotated[
        bool,
        typer.Option("--gaps", help="Show pushes of which some posts are held and earlier ones are not."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show them; leave the to-fetch list as it is.")
    ] = False,
    query: QueryOption = None,
    account: AccountOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    json: JsonOption = False,
    jsonl: JsonlOption = False,
) -> None:
    """Put posts that stored posts link to, and that are not held, on the to-fetch list.

    The filters choose the posts whose links are followed. fetch --resume then fetches them. A gap in a push (--gaps)
    can only be shown: a post's link does not tell those of its neighbours.

    Examples:

      wxarchive links --dry-run

      wxarchive links --account 青石坪镇发布 && wxarchive fetch --resume

      wxarchive links --gaps
    """
    from wxarchive import Archive
    from wxarchive.citations import find_gaps, iter_citations
    from wxarchive.collect import found_link
    from wxarchive.output import Output

    output = Output(json=json, jsonl=jsonl)
    wanted = to_filter(account=account, since=since, until=until, query=query)
    with Archive(archive_folder(archive)) as opened:
        if gaps:
            ids = (summary.post_id for summary in opened.iter_summaries(wanted))
            output.gaps(find_gaps(ids))
            return
        found = {
            citation.address.url: citation
            for citation in iter_citations(opened.iter_posts(wanted, order="old"), opened.get_raw)
            if opened.holds(citation.address.url) is None
        }
        new = {url for url in found if not opened.links.knows(url)}
        if not dry_run:
            for url in new:
                citation = found[url]
                opened.links.add(
                    [found_link(citation.address, title=citation.text or None)], found_in=citation.cited_by
                )
        output.citations(found.values(), new, dry_run=dry_run)
