"""The raw answer behind an article, packed for the archive and unpacked to be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import zstandard

from monitor.records import ArchivedPage

_LEVEL: Final = 3
"""A page shrinks to a fifth; a tenth less of that would take three times as long."""


def packed(url: str, headers: Mapping[str, str], body: bytes, fetched_at: datetime) -> ArchivedPage:
    """Return an answer as it is archived."""
    return ArchivedPage(
        url=url,
        headers=headers,
        packed=zstandard.ZstdCompressor(level=_LEVEL).compress(body),
        size=len(body),
        digest=hashlib.sha256(body).hexdigest(),
        fetched_at=fetched_at,
    )


def unpacked(page: ArchivedPage) -> bytes:
    """Return the body of an archived answer, byte for byte as it came."""
    return zstandard.ZstdDecompressor().decompress(page.packed, max_output_size=page.size)
