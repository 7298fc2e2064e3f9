"""Decompression in steps: little in, a bounded piece out, and at the end the knowledge whether that was the end.

The HTTP library's own decoders take a gzip or brotli stream that was cut in the middle for the whole of it, which would
make half a feed look like all of it; so the compression libraries are asked directly.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

STEP = 1_048_576
"""Bytes given out at once, about; what one slice of a bomb could become at most before somebody counts."""

DECODING_ERRORS: tuple[type[Exception], ...] = (zlib.error, brotli.error, ZstdError)

_GZIP = zlib.MAX_WBITS | 16
_GZIP_START = b"\x1f\x8b"


class Decoder(Protocol):
    """One stream; `feed` raises one of DECODING_ERRORS."""

    @property
    def complete(self) -> bool:
        """Whether the stream's own end has been seen."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what a slice of the stream decompresses to, in pieces of about STEP bytes, some of them empty."""
        ...


class Gzip:
    """RFC 1952: one member after another; zeros and other padding behind the last one are passed over."""

    def __init__(self) -> None:
        """Begin with the first member."""
        self._member = zlib.decompressobj(_GZIP)
        self._over = False

    @property
    def complete(self) -> bool:
        """Whether a member has ended and no other began."""
        return self._member.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces."""
        while not self._over:
            if self._member.eof:
                if not data:
                    return
                self._over = data[:2] != _GZIP_START[: len(data)]
                if self._over:
                    return
                self._member = zlib.decompressobj(_GZIP)
            piece = self._member.decompress(data, STEP)
            yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not data and not piece:
                return


class Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        """Begin."""
        self._stream = brotli.Decompressor()

    @property
    def complete(self) -> bool:
        """Whether the stream has ended."""
        return bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces."""
        # The library may allocate nearly twice what it is asked to stop at.
        piece: bytes = self._stream.process(data, output_buffer_limit=STEP // 2)
        while piece:
            yield piece
            piece = self._stream.process(b"", output_buffer_limit=STEP // 2)


class Zstandard:
    """RFC 8878: one frame after another."""

    def __init__(self) -> None:
        """Begin with the first frame."""
        self._frame = ZstdDecompressor()

    @property
    def complete(self) -> bool:
        """Whether a frame has ended and no other began."""
        return self._frame.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces."""
        while data or not self._frame.needs_input:
            if self._frame.eof:
                if not data:
                    return
                self._frame = ZstdDecompressor()
            yield self._frame.decompress(data, STEP)
            data = self._frame.unused_data if self._frame.eof else b""


DECODERS: dict[str, Callable[[], Decoder]] = {"gzip": Gzip, "br": Brotli, "zstd": Zstandard}
"""By the name of the coding (RFC 9110, 8.4.1)."""
