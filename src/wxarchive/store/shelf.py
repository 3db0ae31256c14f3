"""Page bytes in the database: references and the pages packed against them."""

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from wxarchive.errors import StoreError
from wxarchive.store.bodies import (
    PLAIN,
    REFERENCE,
    Packed,
    Packer,
    Sketch,
    dump_sketch,
    load_sketch,
    make_sketch,
    pack_reference,
    unpack,
)
from wxarchive.store.chain import sum_of

__all__ = ["Bodies", "Shelf", "reference_sum"]

_KEPT: Final = 8
"""References that stay in memory, unpacked; some 3 MB each."""


class Shelf:
    """The references that a connection reads; the last ones stay in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def load_reference(self, number: int) -> bytes:
        """The bytes of a reference, from its second copy if the first is damaged. Raises StoreError if both are."""
        found = self._kept.pop(number, None)
        if found is None:
            found = self._unpack(number)
        self._kept[number] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def load_copy(self, number: int, table: str) -> bytes:
        """The bytes of a reference from one of its two copies. Raises StoreError if that is damaged or not there."""
        row = self._connection.execute(
            f"SELECT base_id, data FROM {table} WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise StoreError(f"a page is packed against reference {number}, which is not there")
        base, data = row
        if base is not None and not (isinstance(base, int) and base < number):
            raise StoreError(f"reference {number} is damaged: it is packed against a later one")
        return unpack(data, None if base is None else self.load_reference(base))

    def _unpack(self, number: int) -> bytes:
        try:
            return self.load_copy(number, "page_references")
        except (StoreError, sqlite3.DatabaseError):
            return self.load_copy(number, "reference_copies")

    def iter_sketches(self) -> Iterator[tuple[int, int, Sketch]]:
        """The number, the steps below it and the sketch of each reference."""
        for number, steps, sketch in self._connection.execute(
            "SELECT id, steps, sketch FROM page_references"
        ):
            yield number, steps, load_sketch(sketch)

    def forget(self) -> None:
        """Read references anew: some were undone."""
        self._kept.clear()


def _reference_row(sha256: str, size: int, packed: Packed) -> dict[str, Any]:
    row = {
        "sha256": sha256,
        "size": size,
        "base_id": packed.reference,
        "steps": packed.steps,
        "sketch": dump_sketch(packed.sketch),
        "data": packed.data,
    }
    return row | {"row_sum": reference_sum(row)}


def reference_sum(row: Mapping[str, Any] | sqlite3.Row) -> str:
    """The hash over a row of references by which damage to it shows."""
    facts = sum_of(*(row[name] for name in ("sha256", "size", "base_id", "steps")))
    return hashlib.sha256(facts.encode() + row["sketch"] + row["data"]).hexdigest()


class Bodies:
    """The page bytes that a connection reads, and writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._shelf = Shelf(connection)
        self._packer: Packer | None = None

    @property
    def shelf(self) -> Shelf:
        """The references."""
        return self._shelf

    def load(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises StoreError if they are not held, or damaged."""
        row = self._connection.execute(
            "SELECT codec, reference_id, data FROM bodies WHERE sha256 = ?", (sha256,)
        ).fetchone()
        if row is None:
            raise StoreError("a page's bytes are missing", subject=sha256)
        return self.unpack(*row)

    def unpack(self, codec: str, reference: int | None, data: bytes) -> bytes:
        """The bytes of a row. Raises StoreError for damaged ones, or a codec that is not known."""
        if codec == REFERENCE and reference is not None:
            return self._shelf.load_reference(reference)
        if codec != PLAIN:
            raise StoreError(
                f"a page is packed in a way that is not known here ({codec})", hint="upgrade wxarchive"
            )
        return unpack(data, None if reference is None else self._shelf.load_reference(reference))

    def holds(self, sha256: str) -> bool:
        """Whether bytes with this hash are held."""
        found = self._connection.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,))
        return found.fetchone() is not None

    def add(self, sha256: str, body: bytes) -> None:
        """Store bytes that are not held."""
        self._connection.execute(
            "INSERT INTO bodies (codec, reference_id, data, data_sum, sha256, size) VALUES (?, ?, ?, ?, ?, ?)",
            (*self._pack_row(sha256, body), sha256, len(body)),
        )

    def _pack_row(self, sha256: str, body: bytes) -> tuple[str, int | None, bytes, str]:
        """The columns codec, reference_id, data and data_sum of a body; stores a reference if it becomes one."""
        packed = self._pack(body)
        codec, reference, data = PLAIN, packed.reference, packed.data
        if packed.becomes_reference:
            codec, reference, data = REFERENCE, self._add_reference(sha256, len(body), packed), b""
        return codec, reference, data, hashlib.sha256(data).hexdigest()

    def remove(self, hashes: Iterable[str]) -> None:
        """Remove the bytes with these hashes. Pages that are packed against one of them are packed anew before."""
        leaving = set(hashes)
        for sha256 in leaving:
            row = self._connection.execute(
                "SELECT codec, reference_id FROM bodies WHERE sha256 = ?", (sha256,)
            ).fetchone()
            if row is not None and row[0] == REFERENCE:
                self._free(row[1], leaving)
            self._connection.execute("DELETE FROM bodies WHERE sha256 = ?", (sha256,))
            if row is not None and row[0] == REFERENCE:
                for table in ("reference_copies", "page_references"):
                    self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (row[1],))
        self.rollback()

    def _free(self, reference: int, leaving: set[str]) -> None:
        """Pack all that is packed against a reference in another way, but for what is leaving too."""
        for number, sha256 in self._connection.execute(
            "SELECT id, sha256 FROM page_references WHERE base_id = ?", (reference,)
        ).fetchall():
            body = self._shelf.load_reference(number)
            self._write_reference(
                number, sha256, len(body), Packed(pack_reference(body), sketch=make_sketch(body))
            )
        if self._packer is None:
            self._packer = Packer(self._shelf)
        self._packer.forget(reference)
        against = self._connection.execute(
            "SELECT sha256 FROM bodies WHERE reference_id = ? AND codec = ?", (reference, PLAIN)
        ).fetchall()
        for (sha256,) in against:
            if sha256 not in leaving:
                self._connection.execute(
                    "UPDATE bodies SET codec = ?, reference_id = ?, data = ?, data_sum = ? WHERE sha256 = ?",
                    (*self._pack_row(sha256, self.load(sha256)), sha256),
                )
        self._connection.execute(
            "UPDATE bodies SET reference_id = NULL WHERE reference_id = ? AND codec = ?", (reference, PLAIN)
        )

    def rollback(self) -> None:
        """Know no more than what is stored: a transaction was undone, maybe with references in it."""
        self._packer = None
        self._shelf.forget()

    def _pack(self, body: bytes) -> Packed:
        if self._packer is None:
            self._packer = Packer(self._shelf)
        packed = self._packer.pack(body)
        while packed.reference is not None and not self._has_reference(packed.reference):
            # Another program has removed it meanwhile.
            self._packer.forget(packed.reference)
            packed = self._packer.pack(body)
        return packed

    def _has_reference(self, number: int) -> bool:
        found = self._connection.execute("SELECT 1 FROM page_references WHERE id = ?", (number,))
        return found.fetchone() is not None

    def _write_reference(self, number: int, sha256: str, size: int, packed: Packed) -> None:
        row = _reference_row(sha256, size, packed)
        changes = ", ".join(f"{name} = ?" for name in row)
        for table in ("page_references", "reference_copies"):
            self._connection.execute(f"UPDATE {table} SET {changes} WHERE id = ?", (*row.values(), number))

    def _add_reference(self, sha256: str, size: int, packed: Packed) -> int:
        row = _reference_row(sha256, size, packed)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        number = self._connection.execute(
            f"INSERT INTO page_references ({names}) VALUES ({marks})", tuple(row.values())
        ).lastrowid
        assert number is not None, "an INSERT gives a row its number"
        self._connection.execute(
            f"INSERT INTO reference_copies (id, {names}) VALUES (?, {marks})", (number, *row.values())
        )
        assert self._packer is not None, "it has packed this"
        self._packer.know(number, packed)
        return number
