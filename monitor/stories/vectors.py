"""Articles → sparse vectors whose product is the likeness of two articles, between 0 and 1.

Two channels: the title (single words and pairs) and the body (title and the start of the text, its 150 heaviest words).
Each is weighed by `1 + log(count)` and inverse document frequency, brought to unit length, and scaled so that the
product of two vectors is `TITLE_WEIGHT * cos(titles) + (1 - TITLE_WEIGHT) * cos(bodies)`. A vector is made once and
kept: packed it takes about a kilobyte, and unpacking gives the same numbers again.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.records import Document
from monitor.stories.terms import BUCKETS, Counted, count

TITLE_WEIGHT: Final = 0.4
BODY_TERMS: Final = 150

KEY_BYTES: Final = 16
_HEAD: Final = struct.Struct(f"<HH{KEY_BYTES}s")

Counts = NDArray[np.int64]
Indices = NDArray[np.int32]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A document as a sparse vector of length 1 (or none): `indices` (int32, n) in 2 x BUCKETS, `weights` (float32, n).

    Indices ascend; the body channel comes first, the title channel is shifted by BUCKETS. Weights are rounded to half
    precision, so that packing loses nothing. `words` is the text's length in words, as far as it is read. `text` is a
    digest of the whole text, empty for a text too short to be nobody's by chance.
    """

    indices: Indices
    weights: Weights
    words: int
    text: bytes = b""


def vector(document: Document, idf: Weights, *, short_words: int = 40) -> Vector:
    """Return the vector of a document; `idf` is `WordStatistics.weights()`.

    A channel without words gives its share to the other. Texts of fewer than `short_words` words have no digest.
    """
    counted = count(document)
    body, body_weights = _body(counted, idf)
    title, title_weights = counted.title + BUCKETS, _weighed(counted.title + BUCKETS, counted.title_counts, idf)
    share = TITLE_WEIGHT if len(title) and len(body) else float(len(title) > 0)
    weights = np.concatenate([_scaled(body_weights, 1 - share), _scaled(title_weights, share)])
    return Vector(
        indices=np.concatenate([body, title]).astype(np.int32),
        weights=weights.astype(np.float16).astype(np.float32),
        words=counted.words,
        text=_digest(document.text) if counted.words >= short_words else b"",
    )


def pack(one: Vector) -> bytes:
    """Return a vector as bytes: six for each term, and a few for the rest."""
    head = _HEAD.pack(min(one.words, 0xFFFF), len(one.indices), one.text)
    return head + one.indices.astype("<i4", copy=False).tobytes() + one.weights.astype("<f2").tobytes()


def unpack(data: bytes) -> Vector:
    """Return the vector that `pack` was given; raises ValueError for bytes of another kind."""
    if len(data) < _HEAD.size:
        raise ValueError("too short for a vector")
    words, size, text = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + 6 * size:
        raise ValueError(f"{len(data)} bytes are no vector of {size} terms")
    indices = np.frombuffer(data, "<i4", size, _HEAD.size)
    weights = np.frombuffer(data, "<f2", size, _HEAD.size + 4 * size).astype(np.float32)
    return Vector(indices=indices, weights=weights, words=words, text=text.rstrip(b"\0") and text)


def _body(counted: Counted, idf: Weights) -> tuple[Counts, Weights]:
    weights = _weighed(counted.body, counted.body_counts, idf)
    if len(weights) <= BODY_TERMS:
        return counted.body, weights
    # A stable sort, so that ties at the border fall the same way on every machine.
    heaviest = np.sort(np.argsort(-weights, kind="stable")[:BODY_TERMS])
    return counted.body[heaviest], weights[heaviest]


def _weighed(indices: Counts, counts: Counts, idf: Weights) -> Weights:
    return np.asarray((1 + np.log(counts)) * idf[indices], dtype=np.float32)


def _scaled(weights: Weights, share: float) -> Weights:
    length = float(np.linalg.norm(weights))
    return np.asarray(weights * (np.sqrt(share) / length), dtype=np.float32) if length else weights


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.strip().encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
