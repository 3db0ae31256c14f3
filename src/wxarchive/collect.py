"""Links in, stored posts and pictures out: the half of the pipeline that asks the site.

Every link goes onto the archive's to-fetch list before the first of them is asked for, and leaves it in the same
transaction that stores its answer: a run that is stopped at any moment goes on where it was, and asks for nothing
twice whose answer was safe. Nothing here prints: generators yield an event when what it tells is on the disk.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Literal

from wxarchive.address import PostAddress, iter_addresses, parse_address
from wxarchive.errors import (
    AddressError,
    BlockedError,
    ForbiddenHostError,
    InputError,
    PageExpiredError,
    PageGoneError,
    PageUnavailableError,
    StatusError,
    TooFrequentError,
    VerifyRequiredError,
    WxArchiveError,
)
from wxarchive.kinds import State
from wxarchive.lanes import Done, Lane, take_done
from wxarchive.media import best_addresses, find_type, iter_wanted
from wxarchive.pipeline import Outcome, state_error, store_page
from wxarchive.records import Post
from wxarchive.times import BEIJING, Clock, now

if TYPE_CHECKING:
    from wxarchive.fetch import Fetcher
    from wxarchive.pages import Page
    from wxarchive.store import Archive, Breaker, FoundLink, LinkState, WaitingMedia

__all__ = [
    "CollectOptions",
    "Event",
    "Losses",
    "fetch_media",
    "fetch_posts",
    "find_losses",
    "found_link",
    "resting_error",
    "resume_posts",
    "trip_breaker",
]

_BATCH: Final = 500
"""Links that are put on the list in one transaction."""
_MOST_AT_ONCE: Final = 20
"""Answers that are stored in one transaction."""
_FILES_AT_ONCE: Final = 2
"""Pictures that are under way at once; their pace holds for all of them together."""
_UNAVAILABLE_REST: Final = 86_400.0
_NEVER_A_PICTURE: Final = frozenset({400, 403, 404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """How a run goes."""

    refresh: bool = False
    """Ask for posts that are held, too."""
    media: Literal["now", "later", "no"] = "no"
    """Pictures and sound: with their posts, noted for later, or not at all."""
    most_media: int = 500
    """Pictures and sounds of one post."""
    limit: int | None = None
    """Posts that are asked for at most."""
    max_time: float | None = None
    """Seconds after which no further post is asked for."""
    anyway: bool = False
    """Ask although the site was to be left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What of a post's pictures and sound is held, and what is not."""

    post_id: str
    title: str | None
    wanted: int
    held: int
    missing: tuple[tuple[str, str], ...] = ()
    """Address and reason of each that is not."""
    not_kept: tuple[str, ...] = ()
    """What is never kept: kinds of media, ``video`` and the like, once for each."""


Event = Outcome | Losses


def fetch_posts(
    archive: "Archive",
    texts: Iterable[str],
    fetcher: "Fetcher",
    *,
    refresh: bool = False,
    options: CollectOptions | None = None,
    found_in: str | None = None,
    clock: Clock = now,
) -> Generator[Event, None, None]:
    """Fetch the posts that ``texts`` link to (each a link, or any text that has links in it) and store them.

    Each post is asked for once, whatever forms its link had, and not at all if it is held, unless ``refresh``. One
    bad link never stops the rest; a captcha or a request for less haste does, and the links that are left are
    reported as not asked and stay on the list. Yields an :class:`Outcome` for each link, and :class:`Losses` for each
    post whose pictures were fetched. Raises StoreError if the archive itself cannot be written, and InputError
    if its ``rules.toml`` has a mistake.
    """
    options = options or CollectOptions(refresh=refresh)
    archive.load_guide()
    plan = list(_put_on_list(archive, texts, options.refresh, found_in))
    run = _Run(archive, fetcher, options, clock)
    yield from run.go(iter(plan), tell_rest=True)


def resume_posts(
    archive: "Archive",
    fetcher: "Fetcher",
    *,
    states: "Iterable[LinkState]" = ("waiting", "failed"),
    due: bool = True,
    found_in: Iterable[str | None] = (None,),
    options: CollectOptions | None = None,
    clock: Clock = now,
) -> Generator[Event, None, None]:
    """Go on with the to-fetch list: what waits, and what failed before and is worth another try.

    With ``due`` false also what was to wait longer; ``found_in`` narrows it to links of some sources. Pictures that an
    interrupted run left waiting are fetched too, unless options say otherwise. Yields and raises as
    :func:`fetch_posts` does; links that are not asked are not yielded.
    """
    options = options or CollectOptions()
    archive.load_guide()
    run = _Run(archive, fetcher, options, clock)
    if options.media == "now":
        run.take_up_media()
    asked = tuple(states)
    plan = (
        _Task(link.url, link.id, link.refresh or not due)
        for name in found_in
        for link in archive.links.iter(asked, due=due, found_in=name)
    )
    yield from run.go(plan, tell_rest=False)


def fetch_media(
    archive: "Archive",
    fetcher: "Fetcher",
    *,
    options: CollectOptions | None = None,
    post_ids: Iterable[str] | None = None,
    clock: Clock = now,
) -> Generator[Losses, None, None]:
    """Fetch the pictures and sound that stored posts lack, also those that failed before.

    Of the posts ``post_ids``, or of all. Yields :class:`Losses` for each post that lacked something.
    """
    options = options or CollectOptions(media="now")
    run = _Run(archive, fetcher, options, clock)
    ids = (
        list(post_ids)
        if post_ids is not None
        else [post.id for post in archive.iter_posts(order="old") if _lacks(post)]
    )
    for event in run.go_for_media(ids):
        if isinstance(event, Losses):
            yield event


def find_losses(archive: "Archive", post: Post) -> Losses:
    """What of a stored post's pictures and sound is held and what is not, and why."""
    wanted = list(iter_wanted(post))
    states = archive.find_media_states([item.key for item in wanted])
    missing = tuple(
        (item.url, states.get(item.key, ("", None))[1] or "not fetched yet")
        for item in wanted
        if states.get(item.key, ("", None))[0] != "held"
    )
    return Losses(
        post_id=post.id,
        title=post.title,
        wanted=len(wanted),
        held=len(wanted) - len(missing),
        missing=missing,
        not_kept=tuple(dict.fromkeys(item.type for item in post.media if item.type in _NEVER_KEPT)),
    )


def found_link(
    address: PostAddress, *, title: str | None = None, published_at: datetime | None = None
) -> "FoundLink":
    """A post's address as the to-fetch list takes it."""
    from wxarchive.store import FoundLink

    return FoundLink(url=address.url, post_id=address.key, title=title, published_at=published_at)


# ----------------------------------------------------------------------------------------------------------
# Links


@dataclass(frozen=True, slots=True)
class _Task:
    """A link that is to be looked at; ``number`` is its place on the list, None if the list need not know it."""

    url: str
    number: int | None
    refresh: bool = False


def _put_on_list(
    archive: "Archive", texts: Iterable[str], refresh: bool, found_in: str | None
) -> Iterator[_Task | Outcome]:
    """All links of the texts, in order and each once, after they were put on the list."""
    seen: set[str] = set()
    found: list[PostAddress | Outcome] = []
    for text in texts:
        try:
            addresses = tuple(iter_addresses(text)) or (parse_address(text),)
        except AddressError as error:
            found.append(Outcome(source=_shorten(text), status="failed", error=error))
        else:
            found += [address for address in addresses if address.url not in seen]
            seen.update(address.url for address in addresses)
        if len(found) >= _BATCH:
            yield from _listed(archive, found, refresh, found_in)
            found.clear()
    yield from _listed(archive, found, refresh, found_in)


def _listed(
    archive: "Archive", found: list[PostAddress | Outcome], refresh: bool, found_in: str | None
) -> Iterator[_Task | Outcome]:
    new = [
        item for item in found if isinstance(item, PostAddress) and (refresh or not archive.holds(item.url))
    ]
    numbers: dict[str, int] = {}
    if new:
        placed = archive.links.add(map(found_link, new), found_in=found_in, ask_again=True, refresh=refresh)
        numbers = {address.url: number for address, (number, _) in zip(new, placed, strict=True)}
    done: set[int] = set()
    for item in found:
        if isinstance(item, Outcome):
            yield item
            continue
        number = numbers.get(item.url)
        if number is None or number not in done:
            yield _Task(item.url, number, refresh)
        if number is not None:
            done.add(number)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _find_known(archive: "Archive", url: str) -> Outcome | None:
    """What the archive knows of a link already: the post that it led to, or that it led to none."""
    held = archive.holds(url)
    if held is not None:
        post = archive.find_post(held)
        return Outcome(
            source=url, status="held", state="post", post_id=held, title=post.title if post else None
        )
    gone = archive.find_gone(url)
    if gone is None:
        return None
    return Outcome(source=url, status="held", state=gone.state, error=state_error(gone.state, gone.words))


# ----------------------------------------------------------------------------------------------------------
# A run


class _Run:
    """One run: two lanes for the network, and the main thread that reads and stores what they bring."""

    def __init__(self, archive: "Archive", fetcher: "Fetcher", options: CollectOptions, clock: Clock) -> None:
        self.archive = archive
        self.fetcher = fetcher
        self.options = options
        self.clock = clock
        self.done: SimpleQueue[Done[Any]] = SimpleQueue()
        several = fetcher.connections > 1
        self.pages: Lane[_Task] = Lane(
            fetcher.connections, self.done, ahead=fetcher.connections if several else 0
        )
        self.files: Lane[tuple[str, WaitingMedia]] = Lane(_FILES_AT_ONCE, self.done)
        self.wanted: deque[tuple[str, WaitingMedia]] = deque()
        """Pictures that are to be fetched, each with the post for which it is."""
        self.coming: dict[str, list[str]] = {}
        """Picture on its way → the posts that wait for it."""
        self.open: dict[str, int] = {}
        """Post → its pictures that are still to come."""
        self.stop: WxArchiveError | None = None
        """Why no further link is asked for."""
        self.withdrawn: list[_Task] = []
        """Links whose turn had not come when the run was stopped."""
        self.had: set[str] = set()
        """Every form of link of the posts that this run has had: they are not asked for twice, refreshed or not."""
        self.is_over = False
        self.at_hand: _Task | None = None
        """The link whose page is being read."""
        self.asked = 0
        self.breaker = archive.links.load_breaker()
        self.until = clock() + timedelta(seconds=options.max_time) if options.max_time is not None else None

    def go(self, plan: Iterator[_Task | Outcome], *, tell_rest: bool) -> Iterator[Event]:
        """Work through the plan, and through the pictures of what it brings."""
        self._mind_the_breaker()
        try:
            while True:
                yield from self._refill(plan, tell_rest)
                if not (self.pages.busy or self.files.busy):
                    return
                ended = take_done(self.done, _MOST_AT_ONCE)
                if self.pages.size > 1:  # the network goes on while these are read
                    yield from self._refill(plan, tell_rest)
                try:
                    events = self._store(ended)
                except Exception as error:
                    self._pass_over(error)
                    raise
                yield from events
                if tell_rest:
                    yield from (Outcome(source=task.url, status="not-asked") for task in self.withdrawn)
                self.withdrawn.clear()
        finally:
            self.pages.close()
            self.files.close()

    def go_for_media(self, post_ids: Iterable[str]) -> Iterator[Event]:
        """Fetch what these posts lack."""
        nothing: Iterator[_Task | Outcome] = iter(())
        try:
            for part in _parts(iter(post_ids), _MOST_AT_ONCE):
                for post_id in part:
                    post = self.archive.find_post(post_id)
                    if post is not None:
                        self._want(post, ("waiting", "failed"))
                yield from self._drain(nothing)
        finally:
            self.files.close()

    def _drain(self, nothing: Iterator[_Task | Outcome]) -> Iterator[Event]:
        while True:
            yield from self._refill(nothing, False)
            if not self.files.busy:
                return
            yield from self._store(take_done(self.done, _MOST_AT_ONCE))

    def take_up_media(self) -> None:
        """Go on with the pictures that an interrupted run left waiting."""
        for waiting in self.archive.iter_missing_media(("waiting",)):
            if waiting.post_id is not None:
                self._expect(waiting.post_id, waiting)

    # -- what to ask for ------------------------------------------------------------------------------------

    def _mind_the_breaker(self) -> None:
        self.stop = resting_error(self.archive, self.fetcher, self.options, self.clock)

    def _refill(self, plan: Iterator[_Task | Outcome], tell_rest: bool) -> Iterator[Event]:
        """Keep the lanes busy; yield what needs no asking."""
        while self.files.has_room and self.wanted:
            post_id, waiting = self.wanted.popleft()
            self.files.begin((post_id, waiting), lambda waiting=waiting: _fetch_file(self.fetcher, waiting))  # type: ignore[misc]
        while not self.is_over and self.pages.has_room:
            if self._must_end() and not tell_rest:
                self.is_over = True
                if self.stop is not None and self.asked == 0:
                    yield Outcome(
                        source=self.breaker.url if self.breaker else "", status="not-asked", error=self.stop
                    )
                return
            task = next(plan, None)
            if task is None:
                self.is_over = True
                return
            if isinstance(task, Outcome):
                yield task
                continue
            asks_again = task.refresh and task.url not in self.had
            known = None if asks_again else _find_known(self.archive, task.url)
            if known is not None:
                self._note_known(task, known)
                yield known
            elif self._must_end():
                told, self.stop = self.stop, _silent(self.stop)
                yield Outcome(
                    source=task.url, status="not-asked", error=told if told is not _SILENT else None
                )
            else:
                self.asked += 1
                self.pages.begin(task, lambda task=task: self.fetcher.fetch_page(task.url))  # type: ignore[misc]

    def _must_end(self) -> bool:
        """Whether no further link is to be asked for."""
        limit, until = self.options.limit, self.until
        return (
            self.stop is not None
            or (limit is not None and self.asked >= limit)
            or (until is not None and self.clock() >= until)
        )

    def _note_known(self, task: _Task, known: Outcome) -> None:
        if task.number is None:
            return
        link = self.archive.links.find(task.number)
        state: LinkState = "done" if known.post_id is not None else "gone"
        state = "refused" if known.state in _NO_POST else state
        if link is not None and link.state != state:
            reason = known.error.message if known.error else None
            self.archive.links.mark(task.number, state, post_id=known.post_id, reason=reason)

    def _pass_over(self, error: Exception) -> None:
        """A page that a bug ends the run for must not do so in every run to come: it waits like one that failed."""
        task = self.at_hand
        if task is not None and task.number is not None and not isinstance(error, WxArchiveError):
            self.archive.links.mark_failed(task.number, f"a bug in wxarchive: {type(error).__name__}")

    # -- what came -------------------------------------------------------------------------------------------

    def _store(self, ended: list[Done[Any]]) -> list[Event]:
        """Store answers in one transaction; what it says is true when it returns."""
        from wxarchive.fetch import Stopped

        bugs = [done.error for done in ended if not isinstance(done.error, WxArchiveError | None)]
        ended = [done for done in ended if isinstance(done.error, WxArchiveError | None)]
        events: list[Event] = []
        whole: list[str] = []
        with self.archive.batch():
            for done in ended:
                if done.lane is self.pages:
                    self.at_hand = done.item
                    events.append(self._store_page(done.item, done.value, done.error))
                else:
                    owner, waiting = done.item
                    whole += self._store_file(owner, waiting, done.value, done.error)
            for post_id in [*whole, *(e.post_id for e in events if isinstance(e, Outcome) and e.post_id)]:
                if self.open.get(post_id) == 0:
                    del self.open[post_id]
                    post = self.archive.find_post(post_id)
                    if post is not None:
                        events.append(find_losses(self.archive, post))
        for bug in bugs:
            if not isinstance(bug, Stopped):
                raise bug
            self.is_over = True
        return events

    def _store_page(self, task: _Task, page: "Page | None", error: "BaseException | None") -> Outcome:
        links = self.archive.links
        try:
            if page is None:
                assert isinstance(error, WxArchiveError)
                raise error
            outcome = store_page(self.archive, page, task.url)
        except WxArchiveError as failure:
            if failure.exit_code == 7:
                raise
            outcome = Outcome(source=task.url, status="failed", state=_state_of(failure), error=failure)
        if isinstance(outcome.error, BlockedError):
            self._trip(outcome.error, task.url)
        elif outcome.error is None:
            if task.number is not None:
                links.mark(task.number, "done", post_id=outcome.post_id)
            if self.breaker is not None:
                links.clear_breaker()
                self.breaker = None
            if task.refresh and outcome.post_id is not None:
                self._note_forms(outcome.post_id)
            self._want_of(outcome)
        elif task.number is not None:
            _note_failure(self.archive, task.number, outcome)
        return outcome

    def _note_forms(self, post_id: str) -> None:
        post = self.archive.find_post(post_id)
        if post is not None:
            self.had.update(form for form in (post.url, post.short_url) if form)

    def _trip(self, error: BlockedError, url: str) -> None:
        if self.stop is None:
            self.breaker = trip_breaker(self.archive, error, url)
            self.stop = _SILENT
            self.withdrawn += self.pages.withdraw()

    # -- pictures --------------------------------------------------------------------------------------------

    def _want_of(self, outcome: Outcome) -> None:
        if self.options.media == "no" or outcome.post_id is None:
            return
        post = self.archive.find_post(outcome.post_id)
        if post is None:
            return
        if self.options.media == "later":
            self.archive.want_media(post, self.options.most_media)
        else:
            self._want(post, ("waiting",))

    def _want(self, post: Post, states: "tuple[Literal['waiting', 'failed'], ...]") -> None:
        self.archive.want_media(post, self.options.most_media)
        keys = [item.key for item in iter_wanted(post)]
        if keys:
            self.open.setdefault(post.id, 0)
        for waiting in self.archive.iter_missing_media(states, keys=keys):
            self._expect(post.id, waiting)

    def _expect(self, post_id: str, waiting: "WaitingMedia") -> None:
        """Wait for a picture for this post; one that is on its way for another is not asked for twice."""
        self.open[post_id] = self.open.get(post_id, 0) + 1
        if waiting.key in self.coming:
            self.coming[waiting.key].append(post_id)
        else:
            self.coming[waiting.key] = [post_id]
            self.wanted.append((post_id, waiting))

    def _store_file(
        self, post_id: str, waiting: "WaitingMedia", data: bytes | None, error: BaseException | None
    ) -> list[str]:
        """Keep a picture or note why there is none; gives the posts that waited for no other."""
        if data is not None:
            self.archive.save_media(data, url=waiting.url, post_id=post_id, key=waiting.key)
        else:
            assert isinstance(error, WxArchiveError)
            gone = isinstance(error, StatusError) and error.status in _NEVER_A_PICTURE
            self.archive.note_media_failure(waiting.key, error.message, gone=gone)
        owners = self.coming.pop(waiting.key)
        for owner in owners:
            self.open[owner] -= 1
        return [owner for owner in owners if self.open[owner] == 0]


def _fetch_file(fetcher: "Fetcher", waiting: "WaitingMedia") -> bytes:
    """The bytes at the best address that has any; called in a lane."""
    *better, last = best_addresses(waiting.url)
    for url in better:
        try:
            data = fetcher.fetch_media(url, referer=waiting.referer)
        except StatusError:
            continue
        if find_type(data) is not None:
            return data
    data = fetcher.fetch_media(last, referer=waiting.referer)
    if find_type(data) is None:
        raise InputError("the answer is no picture and no sound")
    return data


def _parts(items: Iterator[str], size: int) -> Iterator[list[str]]:
    while part := list(islice(items, size)):
        yield part


def _lacks(post: Post) -> bool:
    """Whether a picture or sound of the post is wanted and not held."""
    held = {image.url for image in post.images if image.sha256}
    pictures = any(image.url not in held for image in post.images)
    lacks_avatar = post.account.avatar_url is not None and post.account.avatar_file is None
    return (
        lacks_avatar or pictures or any(item.type == "audio" and item.sha256 is None for item in post.media)
    )


# ----------------------------------------------------------------------------------------------------------
# Failures

_NEVER_KEPT: Final = ("video", "videosnap", "music")
_NO_POST: Final = ("account", "album", "search", "unknown")
"""States of pages that are there and show no post; that of an unknown one is kept, for a later reader."""
_SILENT: Final = WxArchiveError("the run was stopped")
"""Stands for a reason that was told already."""


def _silent(stop: WxArchiveError | None) -> WxArchiveError | None:
    return None if stop is None else _SILENT


def _state_of(error: WxArchiveError) -> State | None:
    if isinstance(error, VerifyRequiredError):
        return "verify"
    return "too_frequent" if isinstance(error, TooFrequentError) else None


def _note_failure(archive: "Archive", number: int, outcome: Outcome) -> None:
    """What a link that brought no post becomes on the list."""
    error = outcome.error
    assert error is not None
    links = archive.links
    if isinstance(error, PageGoneError | PageExpiredError):
        links.mark(number, "gone", reason=error.message)
    elif isinstance(error, AddressError | ForbiddenHostError) or outcome.state in _NO_POST:
        links.mark(number, "refused", reason=error.message)
    else:
        least = _UNAVAILABLE_REST if isinstance(error, PageUnavailableError) else error.retry_after
        links.mark_failed(number, error.message, least=least)


def trip_breaker(archive: "Archive", error: BlockedError, url: str) -> "Breaker":
    """Leave the site alone for a while, in this run and the next; ``error`` gets to say what to do."""
    kind = "verify" if isinstance(error, VerifyRequiredError) else "too_frequent"
    breaker = archive.links.trip_breaker(kind, url, least=error.retry_after)
    error.hint = _what_to_do(breaker)
    return breaker


def resting_error(
    archive: "Archive", fetcher: "Fetcher", options: CollectOptions, clock: Clock
) -> BlockedError | None:
    """Why the site is to be left alone now; None if it may be asked. A replay server has nobody to spare."""
    breaker = archive.links.load_breaker()
    if breaker is None or options.anyway or fetcher.options.replay is not None:
        return None
    return _resting(breaker) if breaker.until > clock() else None


def _what_to_do(breaker: "Breaker") -> str:
    when = breaker.until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    first = f"open {breaker.url} in a browser and pass the check there; " if breaker.kind == "verify" else ""
    return f"{first}nothing is lost: wxarchive fetch --resume goes on, best after {when} (Beijing time)"


def _resting(breaker: "Breaker") -> BlockedError:
    kind = VerifyRequiredError if breaker.kind == "verify" else TooFrequentError
    asked = "a person" if breaker.kind == "verify" else "less haste"
    at = breaker.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    return kind(
        f"the site asked for {asked} at {at}: it is left alone for now",
        hint=f"{_what_to_do(breaker)}; --anyway asks now",
    )
