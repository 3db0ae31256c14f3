"""Everything that writes: captures, posts, addresses and the index, together in one transaction for each page."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from wxarchive import __version__
from wxarchive.han import TOKEN_VERSION, fold, fold_digest, tokens
from wxarchive.pages import Page
from wxarchive.query import COLUMNS
from wxarchive.records import Post, State
from wxarchive.store.bodies import CODEC, pack
from wxarchive.store.connect import check_schema, prepare
from wxarchive.store.decide import decide
from wxarchive.store.links import find_held, to_forms_and_keys
from wxarchive.store.migrations import migrate
from wxarchive.store.rederive import CapturePlan, DropPlan, KeptPlan, Plan, PostPlan
from wxarchive.store.results import Outcome, Saved
from wxarchive.store.rows import from_row, storable, to_row
from wxarchive.store.schema import SCHEMA_VERSION
from wxarchive.times import Clock, format_moment

__all__ = ["Writer"]

_COLUMNS: Final = tuple(COLUMNS.values())
_INDEX_COLUMNS: Final = ", ".join(_COLUMNS)
_INDEX_VALUES: Final = ", ".join("?" * len(_COLUMNS))
_CACHE_KIB: Final = 64 * 1024


class Writer:
    """A connection that writes. Errors are SQLite's own; the archive translates them."""

    def __init__(self, file: Path, *, create: bool, timeout: float, clock: Clock) -> None:
        self.file = file
        self.clock = clock
        if create:
            file.parent.mkdir(parents=True, exist_ok=True)
        elif not file.is_file():
            raise FileNotFoundError(2, "there is no archive", str(file))
        self.connection = sqlite3.connect(file, timeout=timeout)
        try:
            self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self) -> None:
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
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION and self._index_is_current():
            return
        with self.transaction():
            if version < SCHEMA_VERSION:
                migrate(self.db)
            if version == 0:
                self._note("created_at", format_moment(self.clock()))
                self._note("created_with", __version__)
                self._note_tokens()
            elif not self._index_is_current():
                self.reindex()

    def close(self) -> None:
        """Close the connection; what is not committed is undone."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing. Inside of another transaction: a part that can fail alone."""
        if self.connection.in_transaction:
            with self.db.atomic():
                yield
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
            raise

    # --------------------------------------------------------------------------------------------------------
    # Pages and posts

    def save(
        self, page: Page, *, state: State, state_text: str | None, post: Post | None, addresses: Iterable[str]
    ) -> Saved:
        """Store a page and what was read from it; see :meth:`Archive.save`."""
        with self.transaction():
            forms, keys = to_forms_and_keys(addresses)
            post_id = post.id if post is not None else find_held(self.connection, forms, keys)
            capture_id = self._capture(page, state, state_text, post_id)
            if post is None:
                return Saved(outcome="noted", post_id=post_id, version=None, capture_id=capture_id)
            outcome, version = self._store(post, page, capture_id)
            self._remember(post, forms)
            return Saved(outcome=outcome, post_id=post.id, version=version, capture_id=capture_id)

    def _capture(self, page: Page, state: State, state_text: str | None, post_id: str | None) -> int:
        """Add the capture; of a file that was imported before, find it."""
        digest = page.sha256
        known = self.connection.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (digest,)).fetchone()
        if known is None:
            self.connection.execute(
                "INSERT INTO bodies (sha256, size, codec, data) VALUES (?, ?, ?, ?)",
                (digest, len(page.body), CODEC, pack(page.body)),
            )
        elif page.origin == "import":
            row = self.connection.execute(
                "SELECT id FROM captures WHERE sha256 = ? ORDER BY id LIMIT 1", (digest,)
            ).fetchone()
            if row is not None:
                self.connection.execute(
                    "UPDATE captures SET post_id = ?, state = ?, state_text = ? WHERE id = ?",
                    (post_id, state, state_text, row[0]),
                )
                return int(row[0])
        capture = {
            "post_id": post_id,
            "origin": page.origin,
            "url": page.url,
            "final_url": page.final_url,
            "file": page.file,
            "fetched_at": format_moment(page.fetched_at) if page.fetched_at else None,
            "stored_at": format_moment(self.clock()),
            "status": page.status,
            "headers": json.dumps(dict(page.headers), ensure_ascii=False),
            "state": state,
            "state_text": state_text,
            "sha256": digest,
        }
        return self._insert("captures", capture)

    def _store(self, post: Post, page: Page, capture_id: int) -> tuple[Outcome, int]:
        """Hold the post as it is decided."""
        read = storable(
            post.with_changes(
                raw_sha256=post.raw_sha256 or page.sha256, fetched_at=post.fetched_at or page.fetched_at
            )
        )
        row = self._row_of(read.id)
        held = None if row is None else from_row(row)
        decision = decide(held, read, imported=page.origin == "import")
        if row is None or held is None:
            moment = page.fetched_at or self.clock()
            values = {"capture_id": capture_id, "first_captured_at": format_moment(moment)}
            number = self._insert("posts", to_row(decision.post) | values)
            self._index(number, decision.post)
        elif decision.post != held:
            shown = row["capture_id"] if decision.post.raw_sha256 == held.raw_sha256 else capture_id
            self._update(row["id"], to_row(decision.post) | {"capture_id": shown})
            if _indexed(decision.post) != _indexed(held):
                self._unindex(row["id"], held)
                self._index(row["id"], decision.post)
        return decision.outcome, decision.post.version

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

    def carry_out(self, plan: Plan) -> None:
        """Write what a reading of captures anew asks for; see :mod:`wxarchive.store.rederive`."""
        match plan:
            case PostPlan():
                self._hold(plan)
            case DropPlan(number=number, was=was, into=into):
                self._move_addresses(was.id, into)
                self._unindex(number, was)
                self.connection.execute("DELETE FROM posts WHERE id = ?", (number,))
            case CapturePlan():
                self.connection.execute(
                    "UPDATE captures SET post_id = ?, state = ?, state_text = ? WHERE id = ?",
                    (plan.post_id, plan.state, plan.state_text, plan.capture_id),
                )
            case KeptPlan():
                pass

    def _hold(self, plan: PostPlan) -> None:
        row = to_row(plan.post) | {"capture_id": plan.capture_id}
        if plan.number is None or plan.was is None:
            number = self._insert("posts", row | {"first_captured_at": plan.first_captured_at})
            self._index(number, plan.post)
        elif plan.was != plan.post:
            if plan.was.id != plan.post.id:
                # The rows that name the old id follow within the transaction.
                self.connection.execute("PRAGMA defer_foreign_keys = ON")
            self._update(plan.number, row)
            self._move_addresses(plan.was.id, plan.post.id)
            if _indexed(plan.post) != _indexed(plan.was):
                self._unindex(plan.number, plan.was)
                self._index(plan.number, plan.post)
        self._remember(plan.post, plan.forms)

    def _move_addresses(self, former: str, into: str) -> None:
        if former != into:
            self.connection.execute("UPDATE addresses SET post_id = ? WHERE post_id = ?", (into, former))

    # --------------------------------------------------------------------------------------------------------
    # The index

    def reindex(self) -> int:
        """Make the index anew from the stored posts; gives their number."""
        with self.transaction():
            self.connection.execute("INSERT INTO posts_fts(posts_fts) VALUES ('delete-all')")
            rows = self.connection.execute(f"SELECT id, {_INDEX_COLUMNS} FROM posts ORDER BY id")
            count = 0
            for number, *texts in rows:
                self._index_texts(number, tuple(texts))
                count += 1
            self._note_tokens()
        return count

    def _index(self, number: int, post: Post) -> None:
        self._index_texts(number, _indexed(post))

    def _index_texts(self, number: int, texts: tuple[str | None, ...]) -> None:
        self.connection.execute(
            f"INSERT INTO posts_fts(rowid, {_INDEX_COLUMNS}) VALUES (?, {_INDEX_VALUES})",
            (number, *_made(texts)),
        )

    def _unindex(self, number: int, held: Post) -> None:
        """FTS5 keeps no text, so it is told what to forget: exactly the tokens that it was given."""
        self.connection.execute(
            f"INSERT INTO posts_fts(posts_fts, rowid, {_INDEX_COLUMNS}) VALUES ('delete', ?, {_INDEX_VALUES})",
            (number, *_made(_indexed(held))),
        )

    def _index_is_current(self) -> bool:
        rows = self.connection.execute(
            "SELECT key, value FROM meta WHERE key IN ('fts_tokens', 'fold_table')"
        )
        return dict(rows) == {"fts_tokens": TOKEN_VERSION, "fold_table": fold_digest()}

    def _note_tokens(self) -> None:
        self._note("fts_tokens", TOKEN_VERSION)
        self._note("fold_table", fold_digest())

    # --------------------------------------------------------------------------------------------------------
    # Rows

    def _note(self, key: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        number = self.connection.execute(sql, tuple(row.values())).lastrowid
        assert number is not None, "an INSERT gives a row its number"
        return number

    def _update(self, number: int, row: dict[str, Any]) -> None:
        sql = f"UPDATE posts SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?"
        self.connection.execute(sql, (*row.values(), number))


def _indexed(post: Post) -> tuple[str | None, ...]:
    """What of a post is searched, in the order of the index's columns."""
    return post.title, post.author, post.account.nickname, post.source, post.text


def _made(texts: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(tokens(fold(text)) if text else "" for text in texts)
