"""Page bytes in the database: references and the pages packed against them."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from wxarchive.errors import StoreError
from wxarchive.store.bodies import PLAIN, REFERENCE, Packed, Packer, Sketch, dump_sketch, load_sketch, unpack

__all__ = ["Bodies", "Shelf"]

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
            f"SELECT r.base_id, c.data FROM page_references r JOIN {table} c USING (id) WHERE id = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise StoreError(f"a page is packed against reference {number}, which is not there")
        base, data = row
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
        packed = self._pack(body)
        codec, reference, data = PLAIN, packed.reference, packed.data
        if packed.becomes_reference:
            codec, reference, data = REFERENCE, self._add_reference(sha256, len(body), packed), b""
        self._connection.execute(
            "INSERT INTO bodies (sha256, size, codec, reference_id, data) VALUES (?, ?, ?, ?, ?)",
            (sha256, len(body), codec, reference, data),
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

    def _add_reference(self, sha256: str, size: int, packed: Packed) -> int:
        number = self._connection.execute(
            "INSERT INTO page_references (sha256, size, base_id, steps, sketch, data) VALUES (?, ?, ?, ?, ?, ?)",
            (sha256, size, packed.reference, packed.steps, dump_sketch(packed.sketch), packed.data),
        ).lastrowid
        assert number is not None, "an INSERT gives a row its number"
        self._connection.execute("INSERT INTO reference_copies VALUES (?, ?)", (number, packed.data))
        assert self._packer is not None, "it has packed this"
        self._packer.know(number, packed)
        return number
