"""The body of an answer, decompressed, never holding much more than the request's limit.

The limit counts before decompression, after it, and between the layers of a body that was compressed twice. Two
kilobytes can hold a million compressed frames that say nothing, and a decoder that gets them at once works for minutes
without a pause; so every layer is fed small slices, the event loop has its turn between them, and a layer that
swallows much more than it gives is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpcore2
import httpx2

from monitor.errors import FetchError
from monitor.web import faults
from monitor.web.decoders import DECODERS, DECODING_ERRORS

ENCODINGS = tuple(DECODERS)
"""What is asked for and understood."""

_LAYERS = 2  # some servers compress what was compressed already
_SLICE = 16_384
_SWALLOWED = 262_144  # twice the largest block that an honest encoder fills before it gives something


async def read_body(url: str, response: httpcore2.Response, headers: httpx2.Headers, limit: int) -> bytes:
    """Return the whole body; raises FetchError `too-large` beyond `limit` bytes, or `bad-encoding`."""
    codings = _codings(url, headers)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > limit:
        raise faults.too_large(url, limit)
    pieces = _limited(url, response.aiter_stream(), limit)
    for coding in reversed(codings):
        pieces = _limited(url, _decoded(url, coding, pieces), limit)
    body = bytearray()
    async with aclosing(pieces):
        async for piece in pieces:
            body += piece
    return bytes(body)


def _codings(url: str, headers: httpx2.Headers) -> list[str]:
    named = [value.strip().lower() for value in headers.get_list("content-encoding", split_commas=True)]
    codings = [coding for coding in named if coding not in {"", "identity"}]
    for coding in codings:
        if coding not in ENCODINGS:
            message = f"the answer is compressed with {coding[:20]!r}, which was not asked for"
            raise FetchError(url, "bad-encoding", message)
    if len(codings) > _LAYERS:
        raise FetchError(url, "bad-encoding", f"the answer is compressed {len(codings)} times over")
    return codings


async def _limited(url: str, pieces: AsyncGenerator[bytes], limit: int) -> AsyncGenerator[bytes]:
    size = 0
    async with aclosing(pieces):
        async for piece in pieces:
            size += len(piece)
            if size > limit:
                raise faults.too_large(url, limit)
            yield piece


async def _decoded(url: str, coding: str, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Yield what a layer decompresses to, with a pause for the event loop and a check after each small slice."""
    decoder = DECODERS[coding]()
    taken = given = 0
    async with aclosing(pieces):
        async for piece in pieces:
            for start in range(0, len(piece), _SLICE):
                part = piece[start : start + _SLICE]
                try:
                    for decoded in decoder.feed(part):
                        given += len(decoded)
                        yield decoded
                except DECODING_ERRORS as error:
                    sentence = "the answer could not be decompressed"
                    raise FetchError(url, "bad-encoding", sentence, transient=True) from error
                taken += len(part)
                if taken > given + _SWALLOWED:
                    raise FetchError(url, "bad-encoding", "the compressed answer is larger than what it says")
                await asyncio.sleep(0)
    if taken and not decoder.complete:
        raise FetchError(url, "bad-encoding", "the compressed answer was cut off", transient=True)
