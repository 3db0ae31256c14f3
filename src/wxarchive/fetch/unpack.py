"""Bodies taken apart as they come in, in bounded steps: a kilobyte can hold a megabyte, or a thousand of them."""

import zlib
from collections.abc import Iterator
from typing import Any, Final, Protocol

from wxarchive.errors import ConnectError, FetchError, WxArchiveError

__all__ = ["ACCEPTED", "PassingError", "Unpacker", "find_unpacker"]

_MOST_PARTS: Final = 64
"""Parts that one packed body may be put together of."""
# RFC 9659: over HTTP nobody may need a larger window.
_ZSTD_WINDOW: Final = 8 * 2**20
# Four bytes of zstd can mean a block of 128 KiB: so many bytes at a time yield 2 MiB at most.
_ZSTD_STEP: Final = 64
_BROTLI_STEP: Final = 256 * 1024


class PassingError(Exception):
    """A failure after which asking again makes sense, ``retry_after`` seconds later if the server says so."""

    def __init__(self, error: WxArchiveError, retry_after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after


class Unpacker(Protocol):
    """Takes a body apart as it comes in."""

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        """What ``packed`` yields, until it is ``room`` bytes (at least 1) or a bounded step more."""

    def finish(self) -> None:
        """Say that the body ended; raises if it must go on."""


class _Plain:
    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        yield packed[:room]

    def finish(self) -> None:
        pass


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._parts = 1

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        while packed and room > 0:
            if self._stream.eof:
                if packed[:1] != b"\x1f":  # what follows is padding, which browsers pass over too
                    return
                self._begin_part()
            try:
                piece = self._stream.decompress(packed, room)
            except zlib.error as error:
                raise _damaged() from error
            room -= len(piece)
            yield piece
            packed = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise FetchError("the answer is packed in too many parts")
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def finish(self) -> None:
        if not self._stream.eof:
            raise _broken_off()


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._packer = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._packer.decompressobj()
        self._parts = 1

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        at = 0
        while at < len(packed) and room > 0:
            if self._stream.eof:
                self._parts += 1
                if self._parts > _MOST_PARTS:
                    raise FetchError("the answer is packed in too many parts")
                self._stream = self._packer.decompressobj()
            step = packed[at : at + _ZSTD_STEP]
            try:
                piece = self._stream.decompress(step)
            except self._error as error:
                raise _damaged() from error
            at += len(step) - (len(self._stream.unused_data) if self._stream.eof else 0)
            room -= len(piece)
            yield piece

    def finish(self) -> None:
        if not self._stream.eof:
            raise _broken_off()


class _Brotli:
    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]

        self._error: type[Exception] = brotli.error
        self._stream: Any = brotli.Decompressor()

    def feed(self, packed: bytes, room: int) -> Iterator[bytes]:
        while room > 0:
            try:
                piece: bytes = self._stream.process(packed, output_buffer_limit=min(room, _BROTLI_STEP))
            except self._error as error:
                raise _damaged() from error
            packed = b""
            room -= len(piece)
            yield piece
            if self._stream.is_finished() or self._stream.can_accept_more_data():
                return

    def finish(self) -> None:
        if not self._stream.is_finished():
            raise _broken_off()


def _damaged() -> PassingError:
    return PassingError(ConnectError("the answer is damaged"))


def _broken_off() -> PassingError:
    return PassingError(ConnectError("the answer broke off"))


ACCEPTED: Final = "gzip, br, zstd"
"""What requests say that they take: all that is unpacked here, and the client's own decoders stay out of it."""

_UNPACKERS: Final[dict[str, type[_Plain | _Gzip | _Zstd | _Brotli]]] = {
    "": _Plain,
    "identity": _Plain,
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "br": _Brotli,
    "zstd": _Zstd,
}


def find_unpacker(coding: str) -> Unpacker:
    """What takes a body of this ``Content-Encoding`` apart. Raises FetchError for one that was not asked for."""
    found = _UNPACKERS.get(coding.strip().lower())
    if found is None:
        raise FetchError("the answer is packed in a way that was not asked for")
    return found()
