"""Sources in, new links on the to-fetch list out, and their posts fetched."""

from collections.abc import Generator, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from wxarchive.collect import CollectOptions, Event, resting_error, resume_posts, trip_breaker
from wxarchive.errors import BlockedError, InputError, WxArchiveError
from wxarchive.pipeline import Outcome
from wxarchive.sources import Found, Visit, get_kind
from wxarchive.store import FeedText, FoundLink
from wxarchive.times import Clock, now

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher
    from wxarchive.store import Archive, FollowedSource

__all__ = ["sync_sources"]


def sync_sources(
    archive: "Archive",
    fetcher: "Fetcher",
    names: Iterable[str] = (),
    *,
    since: datetime | None = None,
    dry_run: bool = False,
    list_only: bool = False,
    options: CollectOptions | None = None,
    clock: Clock = now,
) -> Generator[Event, None, None]:
    """Look through the sources called ``names`` (or all that are followed) and fetch the posts that are new.

    What a source gave is on the list before it is asked on; an interrupted visit goes on where it was. With
    ``dry_run`` nothing is stored, and each new link is an Outcome ``listed``; with ``list_only`` the links are put on
    the list and not asked for. Yields an Outcome ``synced`` for each source, then those of the posts. Raises
    InputError for a name that is not followed, and StoreError.
    """
    options = options or CollectOptions()
    chosen = _choose(archive, list(names))
    resting = resting_error(archive, fetcher, options, clock)
    for source in chosen:
        if resting is not None and source.kind == "album":
            yield Outcome(source=source.name, status="not-asked", error=resting)
            continue
        outcome: Outcome | None = None
        for outcome in _visit(archive, fetcher, source, since, dry_run):
            yield outcome
        if outcome is not None and isinstance(outcome.error, BlockedError):
            if not dry_run:
                trip_breaker(archive, outcome.error, source.address)
            resting = outcome.error
    if dry_run or list_only or resting is not None:
        return
    yield from resume_posts(
        archive, fetcher, found_in=[source.name for source in chosen], options=options, clock=clock
    )


def _choose(archive: "Archive", names: list[str]) -> "list[FollowedSource]":
    followed = archive.followed.all()
    if not followed:
        raise InputError("nothing is followed", hint="wxarchive follow ALBUM-LINK, FEED or FILE")
    if not names:
        return followed
    chosen = []
    for name in names:
        found = next(
            (source for source in followed if name in (source.name, source.address, source.title)), None
        )
        if found is None:
            known = ", ".join(source.name for source in followed)
            raise InputError("no such source is followed", subject=name, hint=f"followed are {known}")
        chosen.append(found)
    return list({source.name: source for source in chosen}.values())


def _visit(
    archive: "Archive",
    fetcher: "Fetcher",
    source: "FollowedSource",
    since: datetime | None,
    dry_run: bool,
) -> Generator[Outcome, None, None]:
    """Ask one source; every step is stored whole before the next one is asked for."""
    new = 0
    known: set[str] = set()
    said: dict[str, None] = {}
    seen: set[str] = set()

    def is_known(url: str) -> bool:
        return url in seen or archive.holds(url) is not None or archive.links.knows(url)

    try:
        kind = get_kind(source.kind)
        visit = Visit(
            address=source.address, memory=source.memory, fetcher=fetcher, is_known=is_known, since=since
        )
        for step in kind.iter_steps(visit):
            said |= dict.fromkeys(step.said)
            wanted = [item for item in step.found if _is_wanted(item, since)]
            fresh = [item for item in wanted if not is_known(item.url)]
            if dry_run:
                yield from (Outcome(source=item.url, status="listed", title=item.title) for item in fresh)
                added = len(fresh)
            else:
                added = _store_step(archive, source, fresh, step.memory, step.title)
                _keep_texts(archive, source, step.found)
            new += added
            known |= {item.url for item in wanted} - {item.url for item in fresh} - seen
            seen.update(item.url for item in fresh)
    except WxArchiveError as error:
        if error.exit_code == 7:
            raise
        if not dry_run:
            _remember(archive, source, error.message, is_synced=False)
        yield Outcome(source=source.name, status="failed", error=error, new_links=new)
        return
    words = "; ".join(said)
    if not dry_run:
        _remember(archive, source, words or None, is_synced=True)
    told = f"{new:,} new, {len(known):,} known{f'; {words}' if words else ''}"
    yield Outcome(source=source.name, status="synced", title=told, new_links=new)


def _is_wanted(item: Found, since: datetime | None) -> bool:
    """What has no date may be new: it is wanted."""
    return since is None or item.published_at is None or item.published_at >= since


def _store_step(
    archive: "Archive",
    source: "FollowedSource",
    fresh: list[Found],
    memory: object,
    title: str | None,
) -> int:
    """Put what is new on the list and remember how far the source was read, both or neither."""
    with archive.batch():
        placed = archive.links.add(
            (
                FoundLink(
                    url=item.url, post_id=item.post_id, title=item.title, published_at=item.published_at
                )
                for item in fresh
            ),
            found_in=source.name,
        )
        assert isinstance(memory, dict)
        archive.followed.update(source.name, memory=memory, title=title, said=source.said)
    return sum(is_new for _, is_new in placed)


def _keep_texts(archive: "Archive", source: "FollowedSource", found: Iterable[Found]) -> None:
    """Keep whole texts of posts that are not held: they may be all that is left by the time they are asked for."""
    texts = [item for item in found if item.html is not None and archive.holds(item.url) is None]
    if not texts:
        return
    moment = now()
    with archive.batch():
        for item in texts:
            archive.followed.keep_text(
                FeedText(
                    url=item.url,
                    source=source.address,
                    title=item.title,
                    author=item.author,
                    published_at=item.published_at,
                    seen_at=moment,
                    html=item.html or "",
                )
            )


def _remember(archive: "Archive", source: "FollowedSource", said: str | None, *, is_synced: bool) -> None:
    held = archive.followed.find(source.name)
    if held is not None:
        archive.followed.update(source.name, memory=held.memory, said=said, is_synced=is_synced)
