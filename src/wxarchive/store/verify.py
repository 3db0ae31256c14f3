"""Whether an archive is as it was written: everything is read, and what is damaged is named.

Nothing here writes. A row that cannot be read is passed over and named, and the rest is looked at.
"""

import hashlib
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from wxarchive.errors import StoreError
from wxarchive.media import FOLDER, WantedKind, find_type, media_key
from wxarchive.store.bodies import PLAIN, REFERENCE, unpack
from wxarchive.store.captures import capture_sum
from wxarchive.store.chain import CAPTURE_FACTS, FIRST_LINK, capture_entry, digest_of, link_of
from wxarchive.store.forgotten import forgotten_by
from wxarchive.store.index_check import iter_index_faults
from wxarchive.store.links import to_forms_and_keys
from wxarchive.store.media import MediaState
from wxarchive.store.results import Finding
from wxarchive.store.rows import post_sum, version_sum
from wxarchive.store.shelf import Shelf, reference_sum

__all__ = ["Counts", "Verification"]

_T = TypeVar("_T")
_WAITING: Final = 64
"""Pages that wait for a thread; each may be some megabytes."""
_MOST_GAPS: Final = 5_000
"""Rows in which reading is tried again behind one that cannot be read."""

Progress = Callable[[str, int], None]
Counts = dict[str, int]


class Verification:
    """One look at all of an archive, through a connection of its own that other threads do not use.

    ``find_all`` gives what is damaged as it is found; ``counts`` then says what was looked at.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        folder: Path,
        *,
        quick: bool,
        can_lock: bool,
        progress: Progress | None = None,
    ) -> None:
        self._connection = connection
        # Text that is no UTF-8 any more shows by its hash, and must not stop the reading of the rest.
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        self._folder = folder
        self._quick = quick
        self._can_lock = can_lock
        self._progress = progress
        self._shelf = Shelf(connection)
        self._damaged_pages: set[str] = set()
        self.head: str | None = None
        """The last link of the chain."""
        self.counts: Counts = dict.fromkeys(
            ("captures", "pages", "references", "posts", "versions", "media", "stored", "raw", "stray"), 0
        )

    def find_all(self) -> Iterator[Finding]:
        """Everything that is damaged."""
        steps: tuple[Callable[[], Iterator[Finding]], ...] = (
            self._check_database,
            self._check_chain,
            self._check_references,
            self._check_pages,
            self._check_captures,
            self._check_posts,
            self._check_versions,
            self._check_addresses,
            self._check_media,
            self._check_index,
        )
        for step in steps:
            try:
                yield from step()
            except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError) as error:
                # A value of another kind than was written, where nothing more exact was said of it.
                yield Finding(
                    "database", step.__name__[1:].replace("_", " "), f"it cannot be finished: {error}"
                )

    # -- the database ------------------------------------------------------------------------------------------------

    def _check_database(self) -> Iterator[Finding]:
        check = "quick_check" if self._quick else "integrity_check"
        try:
            for (said,) in self._connection.execute(f"PRAGMA {check}"):
                if said != "ok":
                    mends = "missing from index" in said or "wrong # of entries" in said
                    yield Finding("database", "archive.db", str(said), can_be_repaired=mends)
        except sqlite3.DatabaseError as error:
            yield Finding("database", "archive.db", str(error))
        for table, row, parent, _ in self._connection.execute("PRAGMA foreign_key_check").fetchall():
            yield Finding(
                "database",
                f"{table} {row}",
                f"it refers to a row of {parent} that is not there",
                table != "captures",
            )

    # -- captures and their pages ------------------------------------------------------------------------------------

    def _check_chain(self) -> Iterator[Finding]:
        link, last = FIRST_LINK, 0
        forgotten = forgotten_by(self._connection)
        for row in self._rows("chain"):
            if isinstance(row, Finding):
                yield row
                continue
            place, kind, digest = row["id"], row["kind"], row["digest"]
            name = f"link {place}"
            if kind not in ("capture", "forget", "merge"):
                yield Finding("chain", name, f"it is of no known kind ({kind!r})")
            if kind == "capture":
                yield from self._check_capture_of(place, digest, forgotten)
            elif row["entry"] is None or digest_of(row["entry"]) != digest:
                yield Finding("chain", name, "its entry is not what was written")
            if link_of(link, digest) != row["link"]:
                yield Finding(
                    "chain", name, f"it does not follow from link {last}: one was removed, moved or altered"
                )
            link, last = row["link"], place
        self.head = link if last else None
        yield from self._check_head(last, link)
        unlinked = "SELECT id FROM captures WHERE id NOT IN (SELECT id FROM chain WHERE kind = 'capture')"
        for (number,) in self._connection.execute(unlinked).fetchall():
            yield Finding("chain", f"capture {number}", "it has no link: it was put in from outside")

    def _check_head(self, last: int, link: str) -> Iterator[Finding]:
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'chain_head'").fetchone()
        noted = row[0] if row else "0 " + FIRST_LINK
        if noted != f"{last} {link}":
            yield Finding(
                "chain",
                "head",
                f"the last link is {last}, not {str(noted).split(' ')[0]} as noted: the end was altered",
            )

    def _check_capture_of(self, number: int, digest: str, forgotten: set[int]) -> Iterator[Finding]:
        row = self._row(f"SELECT {', '.join(CAPTURE_FACTS)} FROM captures WHERE id = ?", number)
        if row is not None:
            self.counts["captures"] += 1
            if digest_of(capture_entry(row)) != digest:
                yield Finding("capture", str(number), "where, when or how it was had is not what was written")
        elif number not in forgotten:
            yield Finding("capture", str(number), "it is missing, and was not forgotten")

    def _check_captures(self) -> Iterator[Finding]:
        """What is read from captures, and whether the pages are there."""
        for row in self._rows("captures"):
            if isinstance(row, Finding):
                yield row
                continue
            if capture_sum(row) != row["row_sum"]:
                yield Finding(
                    "capture", str(row["id"]), "what was read from its page is not what was written", True
                )
            if row["sha256"] in self._damaged_pages:
                stands = "; the post that was read from it still stands" if row["post_id"] else ""
                yield Finding("capture", str(row["id"]), f"the bytes of its page are damaged{stands}")

    def _check_references(self) -> Iterator[Finding]:
        for row in self._rows("page_references"):
            if isinstance(row, Finding):
                yield row
                continue
            number, name = row["id"], f"reference {row['id']}"
            self.counts["references"] += 1
            self.counts["stored"] += 2 * len(row["data"])
            copy = self._row("SELECT * FROM reference_copies WHERE id = ?", number)
            damaged = [
                place
                for place, table, one in (
                    ("first", "page_references", row),
                    ("second", "reference_copies", copy),
                )
                if one is None or not self._reference_stands(one, table)
            ]
            for place in damaged:
                if len(damaged) == 1:
                    yield Finding(
                        "page", name, f"its {place} copy is damaged; pages are read from the other", True
                    )
            if len(damaged) == 2:
                yield Finding("page", name, "both copies are damaged: pages packed against it cannot be read")

    def _reference_stands(self, row: sqlite3.Row, table: str) -> bool:
        if reference_sum(row) != row["row_sum"]:
            return False
        try:
            body = b"" if self._quick else self._shelf.load_copy(row["id"], table)
        except (StoreError, sqlite3.DatabaseError):
            return False
        return self._quick or (
            len(body) == row["size"] and hashlib.sha256(body).hexdigest() == str(row["sha256"])
        )

    def _check_pages(self) -> Iterator[Finding]:
        """Each page's bytes against their hash: by threads, because unpacking and hashing let others run meanwhile."""
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            waiting: deque[tuple[sqlite3.Row, Future[str | None]]] = deque()
            for row in self._rows("bodies", "reference_id"):
                if isinstance(row, Finding):
                    yield row
                    continue
                self.counts["pages"] += 1
                self.counts["stored"] += len(row["data"])
                self.counts["raw"] += row["size"] if isinstance(row["size"], int) else 0
                waiting.append((row, self._start_page(pool, row)))
                if len(waiting) >= _WAITING:
                    yield from self._finish_page(*waiting.popleft())
                self._tell("pages", self.counts["pages"])
            for row, future in waiting:
                yield from self._finish_page(row, future)

    def _start_page(self, pool: ThreadPoolExecutor, row: sqlite3.Row) -> "Future[str | None]":
        codec, number, reference = row["codec"], row["reference_id"], None
        if codec not in (PLAIN, REFERENCE) or (codec == REFERENCE and number is None):
            return pool.submit(lambda: "it is packed in no known way")
        if number is not None and not self._quick:
            try:
                reference = self._shelf.load_reference(number)
            except (StoreError, sqlite3.DatabaseError) as error:
                words = str(error)
                return pool.submit(lambda: words)
        values = (row["data"], row["data_sum"], row["size"], row["sha256"])
        return pool.submit(_find_page_fault, codec, reference, values, quick=self._quick)

    def _finish_page(self, row: sqlite3.Row, future: "Future[str | None]") -> Iterator[Finding]:
        fault = future.result()
        if fault is not None:
            self._damaged_pages.add(row["sha256"])
            yield Finding("page", row["sha256"], fault)

    # -- what was read from them -------------------------------------------------------------------------------------

    def _check_posts(self) -> Iterator[Finding]:
        for row in self._rows("posts"):
            if isinstance(row, Finding):
                yield row
                continue
            self.counts["posts"] += 1
            if post_sum(row) != row["row_sum"]:
                yield Finding("post", row["post_id"], "what was read is not what was written", True)
            self._tell("posts", self.counts["posts"])

    def _check_versions(self) -> Iterator[Finding]:
        for row in self._rows("versions"):
            if isinstance(row, Finding):
                yield row
                continue
            self.counts["versions"] += 1
            if version_sum(row) != row["row_sum"]:
                name = f"{row['post_id']} version {row['version']}"
                yield Finding("post", name, "what was read is not what was written", True)

    def _check_addresses(self) -> Iterator[Finding]:
        """The links of captures must lead to their posts."""
        if self._quick:
            return
        rows = self._connection.execute(
            "SELECT id, post_id, url, final_url FROM captures WHERE state = 'post' AND post_id NOT LIKE 'text:%'"
        )
        for number, post_id, *urls in rows:
            for form in to_forms_and_keys(url for url in urls if url)[0]:
                if self._row("SELECT 1 FROM addresses WHERE url = ?", form) is None:
                    yield Finding(
                        "post", str(post_id), f"a link of capture {number} does not lead to it", True
                    )

    def _check_index(self) -> Iterator[Finding]:
        faults = iter_index_faults(self._connection, quick=self._quick, can_lock=self._can_lock)
        for fault in faults:
            yield Finding("index", "search index", fault, True)

    # -- pictures and sound ------------------------------------------------------------------------------------------

    def _check_media(self) -> Iterator[Finding]:
        known: set[str] = set()
        for row in self._connection.execute("SELECT sha256, file, type, size FROM media"):
            sha256, name, kind, size = row
            known.add(str(name))
            self.counts["media"] += 1
            fault = self._find_media_fault(sha256, name, kind, size)
            if fault is not None:
                yield Finding("media", str(name), fault, True)
            self._tell("files", self.counts["media"])
        for key, url, post_id, state, sha256, kind in self._connection.execute(
            "SELECT key, url, post_id, state, sha256, kind FROM media_addresses"
        ):
            fits = key in (media_key(url, post_id or ""), media_key(url))
            is_known = state in get_args(MediaState) and kind in get_args(WantedKind)
            if post_id is not None:
                is_known &= self._row("SELECT 1 FROM posts WHERE post_id = ?", post_id) is not None
            if not (fits and is_known) or (state == "held") != (sha256 is not None):
                yield Finding("media", str(key), "its address is not what was written", True)
        self.counts["stray"] = sum(name not in known for name in iter_media_files(self._folder))

    def _find_media_fault(self, sha256: str, name: str, kind: str, size: int) -> str | None:
        path = self._folder / name
        if not name.startswith(f"{FOLDER}/{sha256[:2]}/{sha256}.") or ".." in name:
            return "its row is not what was written"
        try:
            if path.stat().st_size != size:
                return "the file is not as long as it was"
            if self._quick:
                return None
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            return f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        if hashlib.sha256(data).hexdigest() != sha256:
            return "the file's bytes are damaged"
        found = find_type(data)
        return None if found is not None and found.mime == kind else "its row is not what was written"

    # -- reading -----------------------------------------------------------------------------------------------------

    def _rows(self, table: str, order: str = "") -> "Iterator[sqlite3.Row | Finding]":
        """All rows of a table; a finding in the place of those that cannot be read."""
        if order:
            try:
                yield from self._select(f"SELECT * FROM {table} ORDER BY {order}, id")
                return
            except sqlite3.DatabaseError:
                pass  # then one by one, below: those that were read are looked at twice, which does no harm
        last = gaps = 0
        while True:
            try:
                for row in self._select(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", last):
                    yield row
                    last = row["id"]
                return
            except sqlite3.DatabaseError as error:
                if not gaps:
                    yield Finding("database", table, f"behind row {last} it cannot be read: {error}")
                gaps += 1
                last += 1
                if gaps > _MOST_GAPS:
                    return

    def _select(self, sql: str, *values: Any) -> Iterator[sqlite3.Row]:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        yield from cursor.execute(sql, values)

    def _row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        try:
            return next(self._select(sql, *values), None)
        except sqlite3.DatabaseError:
            return None

    def _tell(self, what: str, done: int) -> None:
        if self._progress is not None:
            self._progress(what, done)


def _find_page_fault(
    codec: str, reference: bytes | None, values: tuple[bytes, str, int, str], *, quick: bool
) -> str | None:
    data, data_sum, size, sha256 = values
    if hashlib.sha256(data).hexdigest() != data_sum:
        return "its stored bytes are damaged"
    if quick:
        return None
    try:
        body = reference or b"" if codec == REFERENCE else unpack(data, reference)
    except StoreError as error:
        return error.message
    if len(body) != size or hashlib.sha256(body).hexdigest() != sha256:
        return "its bytes are not those that were had"
    return None


def iter_media_files(folder: Path) -> Iterator[str]:
    """The files of pictures and sound in an archive's folder, as their rows name them."""
    for path in sorted((folder / FOLDER).glob("*/*")):
        if path.is_file() and not path.name.endswith(".damaged"):
            yield path.relative_to(folder).as_posix()
