"""The archive: the one way in which the rest of the program, and other programs, store and find posts.

What a search needs is loaded with this module; the rest where it is used, for it takes longer to load than a search
takes.
"""

from __future__ import annotations

# ruff: noqa: A002 - an argument called filter is what users expect; the builtin is not needed here
import sqlite3
from contextlib import closing, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from wxarchive import __version__
from wxarchive.errors import (
    AddressError,
    InputError,
    NoArchiveError,
    NotAnArchiveError,
    PostNotFoundError,
    StoreError,
)
from wxarchive.query import PostFilter, Query, of_words, parse_query
from wxarchive.store import search as reading
from wxarchive.store.connect import open_for_checking, open_for_reading
from wxarchive.store.failures import translated, translated_sqlite, translated_writing
from wxarchive.store.index import IndexState, state_of
from wxarchive.store.newest import iter_numbers
from wxarchive.store.schema import DATABASE
from wxarchive.text import without_surrogates
from wxarchive.times import Clock, format_moment, now, parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import datetime
    from types import TracebackType

    from wxarchive.clean import LearnedBlocks
    from wxarchive.excerpts import Context
    from wxarchive.kinds import State
    from wxarchive.media import WantedKind
    from wxarchive.pages import Page
    from wxarchive.read import Guide
    from wxarchive.records import Post
    from wxarchive.store import media
    from wxarchive.store.captures import CaptureInfo, Merged
    from wxarchive.store.forget import Forgotten
    from wxarchive.store.hits import Hit, SearchResult, Summary
    from wxarchive.store.lists import Followed, ToFetch
    from wxarchive.store.results import (
        AccountNames,
        ArchiveInfo,
        Gone,
        History,
        PostChange,
        Saved,
        SavedSearch,
        Verified,
    )
    from wxarchive.store.shelf import Bodies
    from wxarchive.store.staging import Staged, Staging
    from wxarchive.store.tally import By
    from wxarchive.store.writer import Writer

__all__ = ["Archive"]

# SQLite's rows are numbered up to here.
_LAST_NUMBER: Final = 2**63 - 1
_MEDIA_BATCH: Final = 200


class Archive:
    """One archive: a folder with ``archive.db`` in it.

    Opened for reading unless something is stored, and then nothing in the folder changes. With ``create`` the folder
    and the database are made if they are not there. ``upgrade`` brings an archive of an older version up to date at
    once, but for its search index, which :meth:`iter_reindex` makes anew. ``timeout`` is how long to wait for another program that writes,
    in seconds; ``clock`` tells when something is stored.

    Opening raises NoArchiveError, NotAnArchiveError, SchemaTooNewError, StoreLockedError or StoreWriteError, and so
    does everything else where the disk fails in between. Use it as a context manager, from one thread.

    >>> with Archive("my-archive") as archive:  # doctest: +SKIP
    ...     for hit in archive.search("春耕").hits:
    ...         print(hit.post_id, hit.title, hit.excerpt.text)
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = False,
        upgrade: bool = False,
        timeout: float = 10.0,
        clock: Clock = now,
    ) -> None:
        self.path = Path(path)
        self._file = self.path / DATABASE
        self._timeout = timeout
        self._clock = clock
        self._reader: sqlite3.Connection | None = None
        self._read_bodies: Bodies | None = None
        self._writer: Writer | None = None
        self._closed = False
        self._guide: Guide | None = None
        if self.path.is_file():
            raise NotAnArchiveError("this is a file; an archive is a folder", subject=str(self.path))
        with translated(self.path):
            if upgrade and not self._file.is_file():
                raise NoArchiveError("there is no archive", subject=str(self.path))
            if create or upgrade:
                self._writer = self._open_writer(create=create, mend_index=not upgrade)
            else:
                self._reader = open_for_reading(self._file, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive; closing twice does no harm."""
        self._closed = True
        with translated(self.path):
            if self._reader is not None:
                self._reader.close()
                self._reader = None
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    # --------------------------------------------------------------------------------------------------------
    # Storing

    def save(
        self,
        page: Page,
        *,
        state: State,
        state_text: str | None = None,
        post: Post | None,
        addresses: Iterable[str] = (),
    ) -> Saved:
        """Store a page, and the post that was read from it, if it shows one; on return both are safe on the disk.

        ``addresses`` are the links under which the page was had, in any form. A page that shows no post (deleted, for
        instance) is noted and never touches a post that is held. A post that an author has edited becomes a new
        version of itself; the pages of all versions stay. The same file imported twice is one capture.
        """
        with translated(self.path):
            return self._writing().save(
                page, state=state, state_text=state_text, post=post, addresses=addresses
            )

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Store all pages that are saved inside at once at the end, or none: much faster for many.

        What is saved inside can be read inside, and is safe on the disk only behind it.
        """
        with translated_sqlite(self.path), self._writing().transaction():
            yield

    # --------------------------------------------------------------------------------------------------------
    # What is to be fetched, and from where

    @property
    def links(self) -> ToFetch:
        """The to-fetch list."""
        from wxarchive.store.lists import ToFetch

        return ToFetch(self.path, reading=self._reading, writing=self._writing, clock=self._clock)

    @property
    def followed(self) -> Followed:
        """The sources that are followed."""
        from wxarchive.store.lists import Followed

        return Followed(self.path, reading=self._reading, writing=self._writing, clock=self._clock)

    # --------------------------------------------------------------------------------------------------------
    # Pictures and sound

    def save_media(
        self,
        data: bytes,
        *,
        url: str,
        kind: WantedKind = "picture",
        post_id: str | None = None,
        key: str | None = None,
    ) -> media.StoredMedia:
        """Keep the bytes of the picture or sound at ``url``; on return they are safe on the disk.

        ``post_id`` is a post that shows it, ``key`` its identity if another than the address tells. The same bytes are kept once, under however many addresses. Raises
        InputError for bytes that are no picture and no sound.
        """
        from wxarchive.codes import can_find_codes
        from wxarchive.media import Wanted, media_key
        from wxarchive.store import learned, media

        with translated_sqlite(self.path):
            writer = self._writing()
            with translated_writing(self.path):
                stored, _ = media.write_file(self.path, data)
            wanted = Wanted(key=key or media_key(url, post_id or ""), url=without_surrogates(url), kind=kind)
            with writer.transaction():
                media.note_stored(writer.connection, wanted, post_id, stored, self._clock())
                if stored.type.startswith("image/") and can_find_codes():
                    learned.note_codes(writer.connection, stored.sha256, data)
        return stored

    def find_media(self, url: str, post_id: str = "") -> media.StoredMedia | None:
        """The file that is held of the picture or sound at ``url``, in whatever size; None if none is.

        Of a file that a browser saved beside a page, ``url`` is its path there, and ``post_id`` the page's post.
        """
        from wxarchive.media import media_key
        from wxarchive.store import media

        with translated(self.path):
            return media.find_media(self._reading(), media_key(without_surrogates(url), post_id))

    def load_media(self, url: str, post_id: str = "") -> bytes | None:
        """The bytes of the picture or sound at ``url``; None if they are not held."""
        found = self.find_media(url, post_id)
        with translated(self.path):
            return None if found is None else (self.path / found.file).read_bytes()

    def want_media(self, post: Post, most: int | None = None) -> int:
        """Put the pictures and sound of a post (the first ``most``) on the list of what is to be had.

        Gives how many were not known.
        """
        from wxarchive.media import iter_wanted
        from wxarchive.store import media

        with translated_sqlite(self.path):
            writer = self._writing()
            with writer.transaction():
                return media.want(writer.connection, post.id, islice(iter_wanted(post), most), self._clock())

    def note_media_failure(self, key: str, reason: str, *, gone: bool = False) -> None:
        """Say why a picture was not had: for now, or (``gone``) because its host has it no more."""
        from wxarchive.store import media

        with translated_sqlite(self.path):
            writer = self._writing()
            with writer.transaction():
                state: media.MediaState = "gone" if gone else "failed"
                media.note_failure(writer.connection, key, state, reason, self._clock())

    def iter_missing_media(
        self, states: Iterable[media.MediaState] = ("waiting", "failed"), *, keys: Iterable[str] | None = None
    ) -> Iterator[media.WaitingMedia]:
        """What is wanted and not held, of ``keys`` or all; reads on as it is asked."""
        from wxarchive.store import media

        last = 0
        asked = None if keys is None else list(keys)
        while True:
            with translated(self.path):
                rows = list(
                    islice(media.iter_waiting(self._reading(), states, after=last, keys=asked), _MEDIA_BATCH)
                )
            if not rows:
                return
            last = rows[-1][0]
            for _, waiting in rows:
                yield waiting

    def find_media_states(self, keys: Iterable[str]) -> dict[str, tuple[media.MediaState, str | None]]:
        """State of each of these pictures and sounds that is known, and why it is not held."""
        from wxarchive.store import media

        with translated(self.path):
            return media.find_states(self._reading(), keys)

    def count_media(self) -> dict[str, int]:
        """How many pictures and sounds are ``held``, ``waiting``, ``failed`` and ``gone``."""
        from wxarchive.store import media

        with translated(self.path):
            return media.count_media(self._reading())

    # --------------------------------------------------------------------------------------------------------
    # What reading goes by

    def load_guide(self) -> Guide:
        """What pages are read by here: the user's ``rules.toml``, what accounts repeat, codes in kept pictures.

        Loaded once. Raises InputError for a ``rules.toml`` with a mistake.
        """
        if self._guide is None:
            from wxarchive.store.guide import load_guide

            with translated(self.path):
                self._guide = load_guide(self._reading(), self.path)
        return self._guide

    def iter_accounts(self, name: str | None = None) -> Iterator[AccountNames]:
        """The accounts of the held posts, most posts first; or those with this nickname, 微信号, gh_… or biz."""
        from wxarchive.store import learned

        with translated(self.path):
            yield from learned.iter_accounts(self._reading(), name)

    def iter_uncleaned_lines(self, account: AccountNames) -> Iterator[list[str]]:
        """For each post of an account, the oldest first, its lines as they were before cleaning."""
        from wxarchive.store import learned

        with translated(self.path):
            yield from learned.iter_texts(self._reading(), account)

    def save_learned(self, account: AccountNames, blocks: LearnedBlocks) -> None:
        """Hold what an account repeats, in place of what was held before."""
        from wxarchive.store import learned

        with translated_sqlite(self.path):
            writer = self._writing()
            with writer.transaction():
                learned.save_learned(writer.connection, account, blocks, self._clock())
        self._guide = None

    def read_codes(self) -> int:
        """Look for QR codes in kept pictures that were not looked at yet; gives how many those were.

        0 where the packages of the extra ``images`` are missing.
        """
        from wxarchive.codes import can_find_codes
        from wxarchive.store import learned

        if not can_find_codes():
            return 0
        with translated_sqlite(self.path):
            writer = self._writing()
            with writer.transaction():
                count = learned.read_codes(writer.connection, self.path)
        self._guide = None
        return count

    # --------------------------------------------------------------------------------------------------------
    # The index

    def reindex(self, *, anew: bool = True) -> int:
        """Make the search index anew from the stored posts; gives their number. See :meth:`iter_reindex`."""
        done = 0
        for done in self.iter_reindex(anew=anew):  # noqa: B007 - the last one is wanted
            pass
        return done

    def iter_reindex(self, *, anew: bool = True) -> Iterator[int]:
        """Make the search index anew, telling after each portion how many posts are done.

        With ``anew`` false an index that was left unfinished is only completed. Until the end a search is refused;
        what was killed in between goes on where it was when anything is stored, or when this is called again.
        """
        with translated(self.path):
            yield from self._writing().reindex(anew=anew)

    # --------------------------------------------------------------------------------------------------------
    # Captures, and reading them anew

    def get_page(self, capture_id: int) -> Page:
        """The page of a capture, as it was had. Raises StoreError if it is not held, or its bytes are damaged."""
        from wxarchive.store.captures import load_page

        with translated(self.path):
            return load_page(self._reading(), self._bodies(), capture_id)

    @contextmanager
    def staging(self, name: str, *, trial: bool = False) -> Iterator[Staging]:
        """Where new readings of captures are kept until all are there: beside the database, or for a trial nowhere.

        ``name`` says with what they are read. Raises StoreLockedError while another program reads this archive anew.
        """
        from wxarchive.store.staging import STAGING, Staging

        with translated_sqlite(self.path):
            if not trial:
                self._writing()
            staging = Staging(None if trial else self.path / STAGING, name=name)
        with staging:
            yield staging

    def find_unread(self, staging: Staging, filter: PostFilter | None = None) -> list[int]:
        """The captures that are still to be read before :meth:`rederive` can be called, in order."""
        from wxarchive.store.rederive import find_missing

        with translated(self.path):
            return find_missing(self._reading(), staging, filter.to_query() if filter else None)

    def rederive(
        self,
        staging: Staging,
        read: Callable[[int], Staged],
        *,
        filter: PostFilter | None = None,
        trial: bool = False,
    ) -> tuple[tuple[PostChange, ...], int, int]:
        """Make all that is read from captures anew from the staged readings, in one transaction: whole or not at all.

        ``read`` reads the captures that were stored meanwhile. Gives what became different in posts, the number of
        posts that were looked at, and the number of captures that are of another post or state than before. A trial
        writes nothing.
        """
        from wxarchive.store import rederive as anew

        query = filter.to_query() if filter else None
        changes: list[PostChange] = []
        posts = captures = 0
        with nullcontext() if trial else self.batch(), translated_sqlite(self.path):
            while missing := anew.find_missing(self._reading(), staging, query):
                staging.add(read(number) for number in missing)
            for plan in anew.iter_plans(self._reading(), staging):
                if not trial:
                    self._writing().carry_out(plan)
                if isinstance(plan, anew.CapturePlan):
                    captures += 1
                elif plan.change is not None:
                    changes.append(plan.change)
                posts += isinstance(plan, anew.PostPlan | anew.KeptPlan)
        if not trial:
            staging.discard()
        return tuple(changes), posts, captures

    # --------------------------------------------------------------------------------------------------------
    # Whether it is as it was written

    def verify(self, *, quick: bool = False, progress: Callable[[str, int], None] | None = None) -> Verified:
        """Read everything and name what is damaged. ``quick`` leaves out what takes long.

        Quick looks at the database, the chain, the rows and the stored bytes of pages, not at what is in them, nor at
        each token of the index or each byte of pictures. Nothing is written.
        """
        from wxarchive.store.results import Verified
        from wxarchive.store.verify import Verification

        with translated(self.path):
            connection, can_lock = open_for_checking(self._file, self._timeout)
            with closing(connection):
                look = Verification(connection, self.path, quick=quick, can_lock=can_lock, progress=progress)
                findings = tuple(look.find_all())
                return Verified(findings=findings, quick=quick, head=look.head, **look.counts)

    def mend(self, media: Iterable[str] = ()) -> None:
        """Make again what reading pages anew depends on; ``media`` are files that are damaged. Part of a repair."""
        from wxarchive.store.mend import mend_before

        with translated(self.path):
            mend_before(self._writing(), self.path, list(media))

    def mend_derived(self) -> None:
        """Make the indexes and sums again; the other part of a repair, behind a reparse."""
        from wxarchive.store.mend import mend_after

        with translated(self.path):
            mend_after(self._writing())

    # --------------------------------------------------------------------------------------------------------
    # Copying, uniting, forgetting

    def back_up(
        self, target: str | Path, *, links: bool = True, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Copy the archive to a new folder, as it is now, whatever others write; gives the number of its files.

        Files of pictures are linked where ``links`` and the file system allow it: nothing ever writes into them.
        Raises TargetExistsError if there is something at ``target``.
        """
        from wxarchive.store.copying import copy_archive

        with translated(Path(target)):  # that is where it is most likely to fail
            return copy_archive(
                self.path, Path(target), timeout=self._timeout, links=links, progress=progress
            )

    def restore_to(
        self, target: str | Path, *, force: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> tuple[Path | None, int]:
        """Copy this archive, a backup, to the place of another; gives where that is now, and the number of files.

        What is at ``target`` is set aside with ``force``, and TargetExistsError is raised without.
        """
        from wxarchive.store.copying import restore_archive

        with translated(Path(target)):
            return restore_archive(
                self.path, Path(target), timeout=self._timeout, force=force, progress=progress
            )

    @property
    def archive_id(self) -> str:
        """A random id that the archive was given when it was made; its copies have the same."""
        with translated(self.path):
            (found,) = self._one("SELECT value FROM meta WHERE key = 'archive_id'")
        return str(found)

    def iter_captures(self) -> Iterator[CaptureInfo]:
        """What is known of each capture but for its bytes, in the order of their coming."""
        from wxarchive.store.captures import iter_capture_infos

        with translated(self.path):
            yield from iter_capture_infos(self._reading())

    def iter_captures_of(self, post_id: str) -> Iterator[CaptureInfo]:
        """As :meth:`iter_captures`, of one post."""
        from wxarchive.store.captures import iter_capture_infos

        with translated(self.path):
            yield from iter_capture_infos(self._reading(), post_id)

    def get_entry(self, capture_id: int) -> str:
        """The text of a capture's entry in the chain: its SHA-256 is the digest. Raises StoreError if it is not held."""
        from wxarchive.store.chain import capture_entry

        with translated(self.path):
            row = self._capture_row(capture_id)
        return capture_entry(row)

    def get_link(self, capture_id: int) -> tuple[str, str]:
        """The link before that of a capture, and its own. Raises StoreError if it is not held."""
        from wxarchive.store.chain import FIRST_LINK

        with translated(self.path):
            self._capture_row(capture_id)
            before = self._one("SELECT link FROM chain WHERE id < ? ORDER BY id DESC LIMIT 1", capture_id)
            (own,) = self._one("SELECT link FROM chain WHERE id = ?", capture_id) or ("",)
        return (before[0] if before else FIRST_LINK), own

    def iter_chain(self) -> Iterator[tuple[int, str, str, str]]:
        """The place, kind, digest and link of each entry of the chain."""
        with translated(self.path):
            yield from self._reading().execute("SELECT id, kind, digest, link FROM chain ORDER BY id")

    def _capture_row(self, capture_id: int) -> sqlite3.Row:
        cursor = self._reading().cursor()
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row | None = cursor.execute(
            "SELECT * FROM captures WHERE id = ?", (capture_id,)
        ).fetchone()
        if row is None:
            raise StoreError("no such capture is held", subject=str(capture_id))
        return row

    def knows_capture(self, capture: CaptureInfo) -> bool:
        """Whether this very capture, of whatever archive, is held here or was forgotten here."""
        with translated(self.path):
            return self._one("SELECT 1 FROM chain WHERE digest = ?", capture.digest) is not None

    def save_merged(
        self,
        page: Page,
        merged: Merged,
        *,
        state: State,
        state_text: str | None = None,
        post: Post | None,
        addresses: Iterable[str] = (),
    ) -> Saved:
        """As :meth:`save`, for a capture of another archive: it keeps its times and takes its place among versions."""
        with translated(self.path):
            return self._writing().save(
                page, state=state, state_text=state_text, post=post, addresses=addresses, merged=merged
            )

    def note_merge(self, other_id: str, head: str | None, captures: tuple[int, int]) -> None:
        """Say in the chain which captures came from another archive, and the last link of its chain."""
        from wxarchive.store.chain import entry_text

        with translated(self.path):
            writer = self._writing()
            entry = {
                "archive": other_id,
                "at": format_moment(self._clock()),
                "captures": list(captures),
                "head": head,
            }
            with writer.transaction():
                writer.add_link("merge", entry_text(entry))

    def merge_rows(self, other: Archive) -> None:
        """Take over another archive's links and its list of pictures, as far as they are not known here."""
        from wxarchive.store.uniting import unite_rows

        with translated(self.path):
            writer = self._writing()
            with writer.transaction():
                unite_rows(other._reading(), writer.connection)

    def iter_held_media(self) -> Iterator[tuple[str, str, str | None, str]]:
        """Address, kind, a post that shows it, and file of each picture and sound that is held."""
        with translated(self.path):
            yield from self._reading().execute(
                "SELECT url, kind, post_id, file FROM media_addresses JOIN media USING (sha256) ORDER BY id"
            )

    @property
    def chain_head(self) -> str | None:
        """The last link of the chain, which stands for all captures; None while there are none."""
        with translated(self.path):
            row = self._one("SELECT link FROM chain ORDER BY id DESC LIMIT 1")
        return None if row is None else str(row[0])

    def forget(self, id_or_link: str) -> Forgotten:
        """Remove a post for good: pages, versions, text, links, and what no other post shows: pictures, learned lines.

        A tombstone stays in the chain, by which it can be verified. Copies and exports are not reached. Raises
        PostNotFoundError if the post is not held.
        """
        from wxarchive.store.forget import forget_post, remove_files
        from wxarchive.store.staging import STAGING

        with translated(self.path):
            writer = self._writing()
            forgotten = forget_post(writer, self._get_row(id_or_link), self._clock())
            remove_files(self.path, (*forgotten.files, STAGING, f"{STAGING}-journal"))
        self._guide = None
        return forgotten

    # --------------------------------------------------------------------------------------------------------
    # One post

    def find_post(self, id_or_link: str) -> Post | None:
        """The post with this id; None if it is not held, or if a shortened id is that of several.

        An id is ``biz:mid:idx`` or ``text:…``, the beginning of one, the number that ``list`` shows, or any link
        under which the post was seen.
        """
        row = self._find_row(id_or_link)
        return None if row is None else self._to_post(row)

    def get_post(self, id_or_link: str) -> Post:
        """As :meth:`find_post`. Raises PostNotFoundError if the post is not held."""
        return self._to_post(self._get_row(id_or_link))

    def holds(self, url: str) -> str | None:
        """The id of the post that was stored under this link, in whatever form; None if none was."""
        with translated(self.path):
            return self._find_by_link(without_surrogates(url))

    def find_gone(self, url: str) -> Gone | None:
        """What the site said when it was last asked for this address, if that was no post; None otherwise."""
        from wxarchive.store.results import Gone

        with translated(self.path):
            row = (
                self._reading()
                .execute(
                    "SELECT state, state_text FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1",
                    (without_surrogates(url),),
                )
                .fetchone()
            )
        return None if row is None or row[0] == "post" else Gone(state=row[0], words=row[1])

    def get_raw(self, id_or_link: str) -> bytes:
        """The bytes of the page from which the post was read, as they were received.

        Raises PostNotFoundError if the post is not held, and StoreError if its bytes are damaged.
        """
        row = self._get_row(id_or_link)
        with translated(self.path):
            (sha256,) = self._one("SELECT sha256 FROM captures WHERE id = ?", row["capture_id"])
            return self._bodies().load(sha256)

    # --------------------------------------------------------------------------------------------------------
    # The life of a post

    def get_history(self, id_or_link: str) -> History:
        """When a post was seen, alive or gone, and in which versions. Raises PostNotFoundError if it is not held."""
        from wxarchive.store import lifecycle

        row = self._get_row(id_or_link)
        with translated(self.path):
            return lifecycle.load_history(self._reading(), row)

    def get_versions(self, id_or_link: str) -> tuple[Post, ...]:
        """What a post said, oldest first: all its versions. Raises PostNotFoundError if it is not held."""
        from wxarchive.store.captures import versions_of

        row = self._get_row(id_or_link)
        with translated(self.path):
            return tuple(version.post for version in versions_of(self._reading(), row))

    def iter_gone(self, filter: PostFilter | None = None) -> Iterator[History]:
        """The posts that were gone when they were last asked for, the latest first."""
        from wxarchive.store import lifecycle

        yield from self._iter_histories(lifecycle.iter_gone_ids, filter)

    def iter_changed(self, filter: PostFilter | None = None) -> Iterator[History]:
        """The posts that their authors have edited since they were first stored, the latest edit first."""
        from wxarchive.store import lifecycle

        yield from self._iter_histories(lifecycle.iter_changed_ids, filter)

    def iter_unseen_links(
        self, filter: PostFilter | None = None, *, before: datetime, gone_too: bool = False
    ) -> Iterator[str]:
        """Links of posts that were last seen before a moment, those that were not seen for longest first.

        Posts that were gone then are left out, unless ``gone_too``.
        """
        from wxarchive.store import lifecycle

        query = filter.to_query() if filter else None
        with translated(self.path):
            yield from lifecycle.iter_unseen_links(self._reading(), query, before=before, gone_too=gone_too)

    def _iter_histories(
        self,
        iter_ids: Callable[[sqlite3.Connection, Query | None], Iterator[str]],
        filter: PostFilter | None,
    ) -> Iterator[History]:
        from wxarchive.store import lifecycle

        query = filter.to_query() if filter else None
        with translated(self.path):
            for post_id in iter_ids(self._reading(), query):
                row = self._row("post_id = ?", post_id)
                if row is not None:
                    yield lifecycle.load_history(self._reading(), row)

    # --------------------------------------------------------------------------------------------------------
    # Many posts

    def iter_posts(
        self, filter: PostFilter | None = None, order: reading.Order = "new"
    ) -> Generator[Post, None, None]:
        """The posts that ``filter`` wants, newest (``"new"``) or oldest (``"old"``) first, undated ones last.

        Posts are read as they are asked for: memory does not grow with their number.
        """
        from wxarchive.store import media
        from wxarchive.store.rows import from_row

        query = filter.to_query() if filter else None
        with translated(self.path):
            connection = self._indexed(query)
            for row in reading.iter_rows(connection, query, order):
                yield media.with_files(connection, from_row(row))

    def iter_summaries(
        self, filter: PostFilter | None = None, order: reading.Order = "new", most: int | None = None
    ) -> Generator[Summary, None, None]:
        """As :meth:`iter_posts`, but only what stands in a list: number, id, title, account, time.

        ``most``: how many will be asked for, if that is known; a few are found faster.
        """
        query = filter.to_query() if filter else None
        with translated(self.path):
            yield from reading.iter_summaries(self._indexed(query), query, order, most)

    def count_posts(self, filter: PostFilter | None = None) -> int:
        """How many posts ``filter`` wants."""
        query = filter.to_query() if filter else None
        with translated(self.path):
            return reading.count_posts(self._indexed(query), query)

    def search(
        self,
        words: str,
        *,
        filter: PostFilter | None = None,
        limit: int = 20,
        offset: int = 0,
        sort: reading.Sort = "rank",
        exact_rank: bool = False,
    ) -> SearchResult:
        """The posts that hold ``words`` (see :mod:`wxarchive.query`), best, newest or oldest first, with excerpts.

        Of words that very many posts hold, a selection is ranked and the rest follows (see
        :mod:`wxarchive.store.ranking`), unless ``exact_rank`` asks for more patience. Raises QueryError if nothing is
        looked for, and StoreError if the index was made by another version or is not whole.
        """
        query = of_words(words, filter)
        with translated(self.path):
            connection = self._indexed(query)
            return reading.search(connection, query, limit, offset, sort=sort, exact_rank=exact_rank)

    def iter_earlier_hits(
        self, words: str, *, filter: PostFilter | None = None
    ) -> Generator[Hit, None, None]:
        """The versions before today's that hold ``words``, those seen last first; :meth:`search` finds today's."""
        from wxarchive.store.earlier import iter_earlier_hits

        query = of_words(words, filter)
        with translated(self.path):
            yield from iter_earlier_hits(self._reading(), query)

    def count(self, words: str, *, filter: PostFilter | None = None) -> int:
        """How many posts hold ``words``; see :meth:`search`."""
        query = of_words(words, filter)
        with translated(self.path):
            return reading.count_posts(self._indexed(query), query)

    def iter_contexts(
        self,
        words: str,
        *,
        filter: PostFilter | None = None,
        limit: int = 20,
        offset: int = 0,
        sort: reading.Sort = "rank",
        width: int = 20,
    ) -> Generator[tuple[Summary, list[Context]], None, None]:
        """A concordance: the posts of :meth:`search`, and every occurrence of the words in the text of each.

        ``width`` is how many characters are given before and behind. A post that holds the words only in other fields
        has none.
        """
        query = of_words(words, filter)
        with translated(self.path):
            connection = self._indexed(query)
            ranked, _, _ = reading.rank(connection, query, limit, offset, sort=sort)
            yield from reading.iter_contexts(connection, query, ranked, width)

    def count_by(
        self, by: By, words: str = "", *, filter: PostFilter | None = None
    ) -> list[tuple[str | None, int]]:
        """How many posts hold ``words``, by account, author, source, month or year; without words: how many there are.

        Most first, months and years in their order; None stands for posts without one and comes last.
        """
        from wxarchive.store.tally import count_by

        query = of_words(words, filter) if words.strip() else filter.to_query() if filter else None
        with translated(self.path):
            connection = self._indexed(query)
            return count_by(connection, reading.to_measured_plan(connection, query), by)

    def count_by_month(self, words: str, *, filter: PostFilter | None = None) -> list[tuple[str, int, int]]:
        """Month, how many of its posts hold ``words``, and how many posts it has; no month between is left out."""
        from wxarchive.store.tally import count_by_month

        query = of_words(words, filter) if words.strip() else filter.to_query() if filter else None
        with translated(self.path):
            connection = self._indexed(query)
            return count_by_month(connection, reading.to_measured_plan(connection, query))

    # --------------------------------------------------------------------------------------------------------
    # Searches kept under a name

    def save_search(self, name: str, words: str) -> None:
        """Keep a search. Raises InputError if the name is taken or none, QueryError if the words are no query."""
        from wxarchive.store import saved

        with translated(self.path):
            writer = self._writing()
            with writer.transaction():
                saved.save_search(writer.connection, name, words, format_moment(self._clock()))

    def delete_search(self, name: str) -> None:
        """Forget a search. Raises InputError if there is none of this name."""
        from wxarchive.store import saved

        self.get_search(name)
        with translated(self.path):
            writer = self._writing()
            with writer.transaction():
                saved.delete_search(writer.connection, name)

    def searches(self) -> list[SavedSearch]:
        """The searches that are kept, by name."""
        from wxarchive.store import saved

        with translated(self.path):
            return saved.iter_searches(self._reading())

    def get_search(self, name: str) -> SavedSearch:
        """The search of this name. Raises InputError if there is none."""
        from wxarchive.store import saved

        with translated(self.path):
            found = saved.find_search(self._reading(), name)
        if found is None:
            raise InputError(
                "no search of this name is kept",
                subject=name,
                hint="wxarchive searches list shows those that are",
            )
        return found

    @contextmanager
    def run_search(
        self, name: str, *, only_new: bool = False, limit: int | None = None
    ) -> Iterator[SearchResult]:
        """Run a search that is kept, newest posts first; ``only_new``: those that it had not found before.

        What it finds is noted at the end of the block, if that ends well: posts that could not be printed are new
        again the next time. ``total`` counts what is given, were it not for ``limit``.
        """
        from wxarchive.store import saved
        from wxarchive.store.hits import SearchResult

        query = parse_query(self.get_search(name).words)
        with translated(self.path):
            connection = self._indexed(query)
            plan = reading.to_measured_plan(connection, query)
            numbers = list(iter_numbers(connection, plan, "new"))
            shown = saved.new_numbers(connection, name, numbers) if only_new else numbers
            ranked = [(number, 0.0) for number in shown[:limit]]
            hits = tuple(reading.iter_hits(connection, query, ranked))
        yield SearchResult(query=query, total=len(shown), hits=hits, ranking="new")
        with translated(self.path):
            writer = self._writing()
            with writer.transaction():
                saved.note_run(writer.connection, name, numbers, format_moment(self._clock()))

    # --------------------------------------------------------------------------------------------------------

    def index_answers(self) -> bool:
        """Whether the search index finds what is stored; another tool may have damaged it."""
        from wxarchive.store import proof

        with translated(self.path):
            return proof.index_answers(self._reading())

    def index_state(self) -> IndexState:
        """Whether the search index is ``current``, ``unfinished`` (see :meth:`iter_reindex`) or of an ``other`` version."""
        with translated(self.path):
            return state_of(self._reading())

    def index_gaps(self) -> tuple[int, int]:
        """How many posts are not in the search index, and how many in it are not held."""
        from wxarchive.store import proof

        with translated(self.path):
            return proof.gaps(self._reading())

    def compare_index(self, seed: int = 1) -> tuple[int, list[str]]:
        """Words from the posts that were looked for, by the index and by brute force; those for which they differ."""
        from wxarchive.store import proof

        with translated(self.path):
            return proof.compare(self._reading(), seed)

    def info(self) -> ArchiveInfo:
        """What the archive holds, its sizes and versions. Goes through the whole index."""
        from wxarchive.store.results import ArchiveInfo

        with translated(self.path):
            posts, first, last = self._one("SELECT count(*), min(published_at), max(published_at) FROM posts")
            (accounts,) = self._one(
                "SELECT count(DISTINCT coalesce(biz, user_name, alias, nickname)) FROM posts"
            )
            (captures,) = self._one("SELECT count(*) FROM captures")
            raw_size, stored = self._one("SELECT total(size), total(length(data)) FROM bodies")
            (references,) = self._one("SELECT total(length(data)) * 2 FROM page_references")
            (index_size,) = self._one("SELECT total(length(block)) FROM posts_fts_data")
            (created_with,) = self._one("SELECT value FROM meta WHERE key = 'created_with'")
            (schema_version,) = self._one("PRAGMA user_version")
            files = [self._file.with_name(DATABASE + ending) for ending in ("", "-wal")]
            size = sum(file.stat().st_size for file in files if file.exists())
        return ArchiveInfo(
            path=self.path,
            posts=posts,
            accounts=accounts,
            captures=captures,
            size=size,
            raw_size=int(raw_size),
            stored_raw_size=int(stored + references),
            index_size=int(index_size),
            schema_version=schema_version,
            created_with=created_with,
            wxarchive_version=__version__,
            sqlite_version=sqlite3.sqlite_version,
            first_published_at=parse_moment(first) if first else None,
            last_published_at=parse_moment(last) if last else None,
        )

    # --------------------------------------------------------------------------------------------------------

    def _writing(self) -> Writer:
        if self._writer is None:
            self._check_open()
            self._writer = self._open_writer(create=False)
        return self._writer

    def _open_writer(self, *, create: bool, mend_index: bool = True) -> Writer:
        from wxarchive.store.writer import Writer

        return Writer(
            self._file, create=create, mend_index=mend_index, timeout=self._timeout, clock=self._clock
        )

    def _reading(self) -> sqlite3.Connection:
        """The connection to read from: the writer's where there is one, so that a batch sees what it stored."""
        if self._writer is not None:
            return self._writer.connection
        self._check_open()
        if self._reader is None:
            raise NoArchiveError("there is no archive", subject=str(self.path))
        return self._reader

    def _bodies(self) -> Bodies:
        """Page bytes, by the connection that is read from."""
        if self._writer is not None:
            return self._writer.bodies
        if self._read_bodies is None:
            from wxarchive.store.shelf import Bodies

            self._read_bodies = Bodies(self._reading())
        return self._read_bodies

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("the archive is closed")

    def _indexed(self, query: Query | None) -> sqlite3.Connection:
        """The connection to read from; what asks the index is answered only by a good one."""
        connection = self._reading()
        if query is not None and query.asks_words:
            self._check_index(connection)
        return connection

    def _check_index(self, connection: sqlite3.Connection) -> None:
        state = state_of(connection)
        if state == "other":
            raise StoreError(
                "the search index was made by another version of wxarchive",
                subject=str(self.path),
                hint="wxarchive reindex makes it anew",
            )
        if state == "unfinished":
            raise StoreError(
                "the search index is being made anew, or that was interrupted",
                subject=str(self.path),
                hint="wait for it, or let wxarchive reindex go on with it",
            )

    def _one(self, sql: str, *values: Any) -> Any:
        return self._reading().execute(sql, values).fetchone()

    def _get_row(self, id_or_link: str) -> sqlite3.Row:
        row = self._find_row(id_or_link)
        if row is not None:
            return row
        with translated(self.path):
            beginning = without_surrogates(id_or_link).strip()
            several = bool(beginning) and len(self._ids_from(beginning)) > 1
        message = "several posts have an id that begins so" if several else "no such post is held"
        raise PostNotFoundError(message, subject=id_or_link)

    def _find_row(self, id_or_link: str) -> sqlite3.Row | None:
        wanted = without_surrogates(id_or_link).strip()
        with translated(self.path):
            row = self._row("post_id = ?", wanted)
            if row is None and wanted.isdecimal() and int(wanted) <= _LAST_NUMBER:
                row = self._row("id = ?", int(wanted))
            if row is None:
                found = self._ids_from(wanted) if wanted else []
                post_id = found[0] if len(found) == 1 else self._find_by_link(wanted)
                row = self._row("post_id = ?", post_id) if post_id else None
        return row

    def _to_post(self, row: sqlite3.Row) -> Post:
        from wxarchive.store import media
        from wxarchive.store.rows import from_row

        with translated(self.path):
            return media.with_files(self._reading(), from_row(row))

    def _row(self, condition: str, value: str | int) -> sqlite3.Row | None:
        cursor = self._reading().cursor()
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row | None = cursor.execute(
            f"SELECT * FROM posts WHERE {condition}", (value,)
        ).fetchone()
        return row

    def _ids_from(self, beginning: str) -> list[str]:
        """At most two ids that begin so."""
        rows = self._reading().execute(
            "SELECT post_id FROM posts WHERE post_id >= ? AND post_id < ? LIMIT 2",
            (beginning, beginning + "\U0010ffff"),
        )
        return [post_id for (post_id,) in rows]

    def _find_by_link(self, link: str) -> str | None:
        from wxarchive.address import parse_address

        forms = [link]
        try:
            address = parse_address(link)
        except AddressError:
            address = None
        if address is not None:
            if address.key and self._one("SELECT 1 FROM posts WHERE post_id = ?", address.key):
                return address.key
            forms = [form for form in (address.url, address.short_url) if form]
        for form in forms:
            row = self._one("SELECT post_id FROM addresses WHERE url = ?", form)
            if row is not None:
                return str(row[0])
        return None
