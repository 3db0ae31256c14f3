"""Everything that writes: captures, posts, addresses and the index, together in one transaction for each page."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from wxarchive import __version__
from wxarchive.kinds import State
from wxarchive.pages import Page
from wxarchive.records import Post
from wxarchive.store import index
from wxarchive.store.captures import Merged, capture_sum, versions_of
from wxarchive.store.chain import FIRST_LINK, LinkKind, capture_entry, digest_of, link_of
from wxarchive.store.connect import check_schema, prepare
from wxarchive.store.decide import Version, absorb
from wxarchive.store.links import find_held, to_forms_and_keys
from wxarchive.store.migrations import HAS_VERSIONS, migrate
from wxarchive.store.rederive import CapturePlan, DropPlan, KeptPlan, Plan, PostPlan
from wxarchive.store.results import Outcome, Saved
from wxarchive.store.rows import post_sum, storable, to_row, version_row
from wxarchive.store.schema import SCHEMA_VERSION
from wxarchive.store.shelf import Bodies
from wxarchive.times import Clock, format_moment, parse_moment

__all__ = ["Writer"]

_CACHE_KIB: Final = 64 * 1024


class Writer:
    """A connection that writes. Errors are SQLite's own; the archive translates them."""

    def __init__(
        self, file: Path, *, create: bool, timeout: float, clock: Clock, mend_index: bool = True
    ) -> None:
        self.file = file
        self.clock = clock
        if create:
            file.parent.mkdir(parents=True, exist_ok=True)
        elif not file.is_file():
            raise FileNotFoundError(2, "there is no archive", str(file))
        self.connection = sqlite3.connect(file, timeout=timeout)
        try:
            self._prepare(mend_index=mend_index)
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self, *, mend_index: bool) -> None:
        if self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            check_schema(self.connection, self.file, writing=True)
        self.connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode NORMAL never damages the archive, but may lose the last transactions when the power fails, after
        # they were reported as stored. FULL syncs at each commit: some milliseconds for a page that took seconds to
        # fetch, and imports commit in batches.
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        prepare(self.connection)
        self.db = Database(self.connection, execute_plugins=False)
        self.bodies = Bodies(self.connection)
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION and index.is_current(self.connection):
            return
        with self.transaction():
            if version < SCHEMA_VERSION:
                migrate(self.db)
            if 0 < version < HAS_VERSIONS:
                self._find_versions()
            if version == 0:
                self._note("created_at", format_moment(self.clock()))
                self._note("created_with", __version__)
                index.note_tokens(self.connection)
        if mend_index and not index.is_current(self.connection):
            for _ in self.reindex(anew=False):
                pass

    def close(self) -> None:
        """Close the connection; what is not committed is undone."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing. Inside of another transaction: a part that can fail alone."""
        if self.connection.in_transaction:
            try:
                with self.db.atomic():
                    yield
            except BaseException:
                self.bodies.rollback()
                raise
            return
        # A transaction that begins by reading cannot become a writing one once another program has written.
        self.connection.execute("BEGIN IMMEDIATE")
        with self._ended():
            yield

    @contextmanager
    def _ended(self) -> Iterator[None]:
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            self.bodies.rollback()
            raise

    # --------------------------------------------------------------------------------------------------------
    # Pages and posts

    def save(
        self,
        page: Page,
        *,
        state: State,
        state_text: str | None,
        post: Post | None,
        addresses: Iterable[str],
        merged: Merged | None = None,
    ) -> Saved:
        """Store a page and what was read from it; see :meth:`Archive.save`. ``merged``: it is of another archive."""
        with self.transaction():
            forms, keys = to_forms_and_keys(addresses)
            post_id = post.id if post is not None else find_held(self.connection, forms, keys)
            if post_id is None and merged is not None:
                post_id = merged.post_id
            capture_id = self._capture(page, state, state_text, post_id, merged)
            if post is None:
                return Saved(outcome="noted", post_id=post_id, version=None, capture_id=capture_id)
            outcome, version = self._store(post, page, capture_id, late=merged is not None)
            self._remember(post, forms)
            return Saved(outcome=outcome, post_id=post.id, version=version, capture_id=capture_id)

    def _capture(
        self, page: Page, state: State, state_text: str | None, post_id: str | None, merged: Merged | None
    ) -> int:
        """Add the capture; of a file that was imported before, find it."""
        digest = page.sha256
        read = {"post_id": post_id, "state": state, "state_text": state_text}
        if not self.bodies.holds(digest):
            self.bodies.add(digest, page.body)
        elif page.origin == "import" and merged is None:
            row = self.connection.execute(
                "SELECT id FROM captures WHERE sha256 = ? ORDER BY id LIMIT 1", (digest,)
            ).fetchone()
            if row is not None:
                self._reread(row[0], read)
                return int(row[0])
        facts = {
            "origin": page.origin,
            "url": page.url,
            "final_url": page.final_url,
            "file": page.file,
            "fetched_at": format_moment(page.fetched_at) if page.fetched_at else None,
            "stored_at": merged.stored_at if merged else format_moment(self.clock()),
            "status": page.status,
            "headers": json.dumps(dict(page.headers), ensure_ascii=False),
            "sha256": digest,
        }
        number = self.add_link("capture", capture_entry(facts))
        other = read | {"merged_from": merged.archive_id if merged else None}
        self._insert("captures", {"id": number, **facts, **other, "row_sum": capture_sum(other)})
        return number

    def drop_post(self, row: sqlite3.Row, post: Post) -> None:
        """Remove a post with its earlier versions and links. Its captures stay."""
        index.forget(self.connection, row["id"], _indexed(post))
        self.connection.execute("DELETE FROM posts WHERE id = ?", (row["id"],))

    def _reread(self, capture_id: int, read: dict[str, Any]) -> None:
        """Note what a capture shows, as it is read now."""
        (merged_from,) = self.connection.execute(
            "SELECT merged_from FROM captures WHERE id = ?", (capture_id,)
        ).fetchone()
        row_sum = capture_sum(read | {"merged_from": merged_from})
        self._update("captures", capture_id, read | {"row_sum": row_sum})

    def add_link(self, kind: LinkKind, entry: str) -> int:
        """Add an entry to the chain; gives its place. The text of a capture's entry is not kept: it is in its row."""
        place, before = self.connection.execute(
            "SELECT coalesce(max(id), 0) + 1, (SELECT link FROM chain ORDER BY id DESC LIMIT 1) FROM chain"
        ).fetchone()
        digest = digest_of(entry)
        link = link_of(before or FIRST_LINK, digest)
        kept = None if kind == "capture" else entry
        self.connection.execute("INSERT INTO chain VALUES (?, ?, ?, ?, ?)", (place, kind, kept, digest, link))
        # Kept apart, so that it shows when the last links are gone.
        self._note("chain_head", f"{place} {link}")
        return int(place)

    def _store(self, post: Post, page: Page, capture_id: int, *, late: bool) -> tuple[Outcome, int]:
        """Hold the post as it is decided."""
        imported = page.origin == "import"
        moment, fetched_at = self.connection.execute(
            "SELECT coalesce(fetched_at, stored_at), fetched_at FROM captures WHERE id = ?", (capture_id,)
        ).fetchone()
        # The capture's time, not the page's: a file that was imported before may have another one now.
        had_at = parse_moment(fetched_at) if fetched_at else None
        read = storable(post.with_changes(raw_sha256=post.raw_sha256 or page.sha256, fetched_at=had_at))
        row = self._row_of(read.id)
        held = versions_of(self.connection, row)
        outcome, versions = absorb(
            held, read, capture_id=capture_id, seen_at=moment, imported=imported, late=late or imported
        )
        if row is None:
            self._add_post(versions, moment)
        elif versions != held:
            self._hold(row, held, versions)
        return outcome, versions[-1].post.version

    def _add_post(self, versions: tuple[Version, ...], first_captured_at: str) -> None:
        current = versions[-1]
        values = to_row(current.post) | {
            "capture_id": current.capture_id,
            "first_captured_at": first_captured_at,
        }
        number = self._insert("posts", values | {"row_sum": post_sum(values)})
        index.index(self.connection, number, _indexed(current.post))
        self._hold_earlier((), versions)

    def _hold(
        self,
        row: sqlite3.Row,
        held: tuple[Version, ...],
        versions: tuple[Version, ...],
        *,
        is_sound: bool = True,
    ) -> None:
        """Hold these versions in the place of those that are held, which may be of another id.

        If the row is not sound, nobody knows what of it is in the index: that is to be made anew then.
        """
        current, was_id = versions[-1], row["post_id"]
        if was_id != current.post.id:
            # The rows that name the old id follow within the transaction.
            self.connection.execute("PRAGMA defer_foreign_keys = ON")
        values = to_row(current.post) | {
            "capture_id": current.capture_id,
            "first_captured_at": row["first_captured_at"],
        }
        self._update("posts", row["id"], values | {"row_sum": post_sum(values)})
        if was_id != current.post.id:
            self._move_addresses(was_id, current.post.id)
        if is_sound and _indexed(current.post) != _indexed(held[-1].post):
            index.forget(self.connection, row["id"], _indexed(held[-1].post))
            index.index(self.connection, row["id"], _indexed(current.post))
        self._hold_earlier(held if is_sound else (), versions)

    def _hold_earlier(self, held: tuple[Version, ...], versions: tuple[Version, ...]) -> None:
        if held and held[:-1] == versions[:-1]:
            return
        post_id = versions[-1].post.id
        self.connection.execute("DELETE FROM versions WHERE post_id = ?", (post_id,))
        for version in versions[:-1]:
            self._insert("versions", version_row(version))

    def _row_of(self, post_id: str) -> sqlite3.Row | None:
        cursor = self.connection.cursor()
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row | None = cursor.execute(
            "SELECT * FROM posts WHERE post_id = ?", (post_id,)
        ).fetchone()
        return row

    def _remember(self, post: Post, forms: Iterable[str]) -> None:
        """Note the links that lead to the post. What is known only as text is at no address of its own."""
        own = () if post.id.startswith("text:") else (post.url, post.short_url)
        for form in dict.fromkeys([*forms, *(url for url in own if url)]):
            self.connection.execute(
                "INSERT OR REPLACE INTO addresses (url, post_id) VALUES (?, ?)", (form, post.id)
            )

    # --------------------------------------------------------------------------------------------------------
    # Read anew

    def _find_versions(self) -> None:
        """Read the earlier versions of edited posts, which older schemas did not keep, from their captures."""
        from wxarchive.store.rederive import iter_version_plans

        for post_id, versions in iter_version_plans(self.connection, self.bodies):
            for number, version in enumerate(versions, 1):
                post = version.post.with_changes(id=post_id, version=number)
                self._insert("versions", version_row(replace(version, post=post)))

    def carry_out(self, plan: Plan) -> None:
        """Write what a reading of captures anew asks for; see :mod:`wxarchive.store.rederive`."""
        match plan:
            case PostPlan(row=None):
                self._add_post(plan.versions, plan.first_captured_at)
                self._remember(plan.post, plan.forms)
            case PostPlan(row=sqlite3.Row() as row):
                if plan.versions != plan.held or not plan.is_sound:
                    self._hold(row, plan.held, plan.versions, is_sound=plan.is_sound)
                self._remember(plan.post, plan.forms)
            case DropPlan(row=row, was=was, into=into):
                self._move_addresses(was.id, into)
                self.drop_post(row, was)
            case CapturePlan():
                read = {"post_id": plan.post_id, "state": plan.state, "state_text": plan.state_text}
                self._reread(plan.capture_id, read)
            case KeptPlan():
                pass

    def _move_addresses(self, former: str, into: str) -> None:
        for table in ("addresses", "media_addresses"):
            self.connection.execute(f"UPDATE {table} SET post_id = ? WHERE post_id = ?", (into, former))
        # Files that a browser saved beside a page are known by the page's post.
        old, new = (f"file:{post_id}/" for post_id in (former, into))
        self.connection.execute(
            "UPDATE OR IGNORE media_addresses SET key = ? || substr(key, ?) WHERE substr(key, 1, ?) = ?",
            (new, len(old) + 1, len(old), old),
        )

    # --------------------------------------------------------------------------------------------------------
    # The index

    def reindex(self, *, anew: bool = True) -> Iterator[int]:
        """Make the index anew, or go on with it; see :func:`wxarchive.store.index.rebuild`."""
        return index.rebuild(self.connection, self.transaction, anew=anew)

    # --------------------------------------------------------------------------------------------------------
    # Rows

    def _note(self, key: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        number = self.connection.execute(sql, tuple(row.values())).lastrowid
        assert number is not None, "an INSERT gives a row its number"
        return number

    def _update(self, table: str, number: int, row: dict[str, Any]) -> None:
        sql = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?"
        self.connection.execute(sql, (*row.values(), number))


def _indexed(post: Post) -> tuple[str | None, ...]:
    """What of a post is searched, in the order of the index's columns."""
    return post.title, post.author, post.account.nickname, post.source, post.text
