"""Page bytes, packed against earlier pages and unpacked.

Pages of one template are alike in nine tenths of their bytes. So some pages are kept as references, and the others are
packed with zstd against the one they are most like, as its dictionary: 20 to 400 times smaller instead of 6. A page
that fits no reference becomes one; it may be packed against another reference itself, up to :data:`MOST_STEPS` deep.

Pure: where references are kept is told by :class:`References`. A frame has the size and a checksum of what is in it.
"""

import re
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard

from wxarchive.errors import StoreError

__all__ = [
    "MOST_STEPS",
    "PLAIN",
    "REFERENCE",
    "Packed",
    "Packer",
    "References",
    "Sketch",
    "dump_sketch",
    "load_sketch",
    "make_sketch",
    "pack",
    "pack_reference",
    "unpack",
]

PLAIN: Final = "zstd"
"""Codec: a frame by itself, or against the reference that is named beside it."""
REFERENCE: Final = "reference"
"""Codec: the bytes are the reference that is named beside it."""

MOST_STEPS: Final = 2
"""How many references are unpacked before the one that a page needs."""

_SMALL: Final = 2048
"""Bytes; smaller pages are packed by themselves."""
_POOR: Final = 80 * 1024
_GOOD_RATIO: Final = 28
"""A page that takes more bytes than the first and more than its size by the second, packed against the references that
it is most like, becomes a reference itself."""
_VERY_GOOD: Final = 24 * 1024
_VERY_GOOD_RATIO: Final = 50
_POOR_RATIO: Final = 8
_PICTURES_RATIO: Final = 3
"""Packed so many times smaller by a reference, a page need not be tried by itself: that reaches 5 to 8."""
# Levels for what is packed by itself: pages of which few like them are known, and references, kept twice and for long.
_LEVEL: Final = 3
_REFERENCE_LEVEL: Final = 5
_TRIED: Final = 2
"""References that are tried: those with most in common."""
_KEPT: Final = 8
"""References that stay in memory, ready for use; some 15 MB each."""
_WINDOW_LOG: Final = 24
"""How far back matches may lie: page and reference together are within 16 MB but for a few."""

Sketch = frozenset[int]
"""Some of what stands in a page, chosen such that pages which have much in common have much of it in common."""
_SAMPLES: Final = 256
_FEW: Final = 64
# How functions of the template's scripts begin; pages with few scripts are known by their lines.
_BODIES_OF_CODE: Final = re.compile(rb"(?s)\){.{20}")
_LINES: Final = re.compile(rb"\n[ \t]*([^\n]{24,40})")


class References(Protocol):
    """Where references are: told by their number."""

    def load_reference(self, number: int) -> bytes:
        """The bytes of a reference. Raises StoreError if it is damaged."""

    def iter_sketches(self) -> Iterable[tuple[int, int, Sketch]]:
        """The number, the steps below it and the sketch of each reference."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A page as it is to be stored: against ``reference``, if any. ``becomes_reference``: to be kept as one."""

    data: bytes
    reference: int | None = None
    becomes_reference: bool = False
    steps: int = 0
    sketch: Sketch = frozenset()


def make_sketch(body: bytes) -> Sketch:
    """The sketch of a page: the least of the checksums of many places in it."""
    found = set(map(zlib.crc32, _BODIES_OF_CODE.findall(body)))
    if len(found) < _FEW:
        found.update(map(zlib.crc32, _LINES.findall(body)))
    return frozenset(sorted(found)[:_SAMPLES])


def dump_sketch(sketch: Sketch) -> bytes:
    """A sketch as it is stored: numbers of four bytes."""
    return array("I", sorted(sketch)).tobytes()


def load_sketch(data: bytes) -> Sketch:
    """The inverse of :func:`dump_sketch`."""
    return frozenset(array("I", data[: len(data) // 4 * 4]))


def pack(body: bytes, level: int = _LEVEL) -> bytes:
    """``body`` compressed by itself."""
    return zstandard.ZstdCompressor(level=level, write_checksum=True, write_content_size=True).compress(body)


def pack_reference(body: bytes) -> bytes:
    """A reference compressed by itself."""
    return pack(body, _REFERENCE_LEVEL)


def unpack(data: bytes, reference: bytes | None = None) -> bytes:
    """The inverse of packing. Raises StoreError for damaged data, or another reference than it was packed against."""
    try:
        return _decompressor(reference).decompress(data)
    except (zstandard.ZstdError, MemoryError) as error:
        raise StoreError(f"a page's bytes are damaged ({error})") from error


def _decompressor(reference: bytes | None) -> zstandard.ZstdDecompressor:
    if reference is None:
        return zstandard.ZstdDecompressor()
    words = zstandard.ZstdCompressionDict(reference, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=words)


class Packer:
    """Packs pages one after another; keeps the references that it used last."""

    def __init__(self, shelf: References) -> None:
        self._shelf = shelf
        self._sketches: dict[int, tuple[int, Sketch]] = {
            number: (steps, sketch) for number, steps, sketch in shelf.iter_sketches()
        }
        self._ready: OrderedDict[int, zstandard.ZstdCompressor] = OrderedDict()

    def know(self, number: int, packed: Packed) -> None:
        """Take note of a page that was stored as a reference."""
        self._sketches[number] = (packed.steps, packed.sketch)

    def forget(self, number: int) -> None:
        """Use a reference no more."""
        self._sketches.pop(number, None)
        self._ready.pop(number, None)

    def pack(self, body: bytes) -> Packed:
        """Pack a page in the smallest way that is known, which may be as a new reference."""
        if len(body) < _SMALL:
            return Packed(pack(body))
        sketch = make_sketch(body)
        tries: list[tuple[bytes, int]] = []
        for number in self._find_alike(sketch):
            data = self._pack_against(number, body)
            tries.append((data, number))
            if len(data) <= max(_VERY_GOOD, len(body) // _VERY_GOOD_RATIO):
                break
        data, best = min(tries, key=lambda one: len(one[0]), default=(body, 0))
        if len(data) <= max(_POOR, len(body) // _GOOD_RATIO) and tries:
            alone = pack(body) if len(data) > len(body) // _POOR_RATIO else data
            return Packed(data, best) if len(data) <= len(alone) else Packed(alone)
        if not tries and len(body) < _POOR * 4:
            return Packed(pack(body))
        return self._as_reference(body, sketch, tries)

    def _as_reference(self, body: bytes, sketch: Sketch, tries: Iterable[tuple[bytes, int]]) -> Packed:
        bases = [(data, number) for data, number in tries if self._sketches[number][0] < MOST_STEPS]
        data, base = min(bases, key=lambda one: len(one[0]), default=(body, 0))
        if len(data) < len(body) // _POOR_RATIO:
            steps = self._sketches[base][0] + 1
            # Kept twice and read often: worth some more time.
            slow = _compressor(self._shelf.load_reference(base), zstandard.STRATEGY_LAZY2, more=1)
            return Packed(slow.compress(body), base, becomes_reference=True, steps=steps, sketch=sketch)
        alone = pack_reference(body)
        # What does not get much smaller is pictures, which no other page has.
        return Packed(alone, becomes_reference=len(alone) < len(body) // _PICTURES_RATIO, sketch=sketch)

    def _find_alike(self, sketch: Sketch) -> list[int]:
        """The references that have most in common with a page, the most alike first."""
        common = [(len(sketch & other), number) for number, (_, other) in self._sketches.items()]
        return [number for shared, number in sorted(common, reverse=True)[:_TRIED] if shared]

    def _pack_against(self, number: int, body: bytes) -> bytes:
        compressor = self._ready.pop(number, None) or self._make_ready(number)
        self._ready[number] = compressor
        if len(self._ready) > _KEPT:
            self._ready.popitem(last=False)
        return compressor.compress(body)

    def _make_ready(self, number: int) -> zstandard.ZstdCompressor:
        reference = self._shelf.load_reference(number)
        return _compressor(reference, zstandard.STRATEGY_DFAST, more=0)


def _compressor(reference: bytes, strategy: int, *, more: int) -> zstandard.ZstdCompressor:
    # A table with a place for each sixth byte or so: half of that forgets most of the reference, twice that gains
    # nothing and takes time to be filled and copied. (The chain log is the size of the table of short matches.)
    log = min(max(len(reference).bit_length() - 3, 14), 22) + more
    settings = zstandard.ZstdCompressionParameters(
        strategy=strategy,
        window_log=_WINDOW_LOG,
        hash_log=log,
        chain_log=log + (1 if more else -3),
        search_log=5,
        min_match=5,
        write_checksum=True,
        write_content_size=True,
    )
    words = zstandard.ZstdCompressionDict(reference, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    if not more:
        # Tables that are made once and copied for each page; what is used only once makes its own.
        words.precompute_compress(compression_params=settings)
    return zstandard.ZstdCompressor(dict_data=words, compression_params=settings)
