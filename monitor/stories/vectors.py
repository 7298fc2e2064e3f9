"""Articles → sparse vectors whose product is the likeness of two articles, between 0 and 1.

Two channels: the title (single words and pairs) and the body (title and the start of the text, its 150 heaviest words).
Each is weighed by `1 + log(count)` and inverse document frequency, brought to unit length, and scaled so that the
product of two vectors is `TITLE_WEIGHT * cos(titles) + (1 - TITLE_WEIGHT) * cos(bodies)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from monitor.records import Document
from monitor.stories.terms import BUCKETS, Counted, count

TITLE_WEIGHT: Final = 0.4
BODY_TERMS: Final = 150

Indices = NDArray[np.int64]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A document as a sparse vector of length 1 (or none): `indices` (int64, n) in 2 x BUCKETS, `weights` (float32, n).

    The body channel comes first, the title channel is shifted by BUCKETS. `words` is the text's length in words.
    """

    indices: Indices
    weights: Weights
    words: int


def vector(document: Document, idf: Weights) -> Vector:
    """Return the vector of a document; `idf` is `WordStatistics.weights()`.

    A channel without words gives its share to the other.
    """
    counted = count(document)
    body, body_weights = _body(counted, idf)
    title, title_weights = counted.title + BUCKETS, _weighed(counted.title + BUCKETS, counted.title_counts, idf)
    share = TITLE_WEIGHT if len(title) and len(body) else float(len(title) > 0)
    return Vector(
        indices=np.concatenate([body, title]),
        weights=np.concatenate([_scaled(body_weights, 1 - share), _scaled(title_weights, share)]),
        words=counted.words,
    )


def matrix(vectors: Sequence[Vector]) -> Any:  # noqa: ANN401 - SciPy's matrices have no usable type
    """Return the vectors as the rows of a CSR matrix (float32), its columns renumbered to those that occur."""
    lengths = [len(one.indices) for one in vectors]
    indices = np.concatenate([one.indices for one in vectors]) if vectors else np.zeros(0, dtype=np.int64)
    weights = np.concatenate([one.weights for one in vectors]) if vectors else np.zeros(0, dtype=np.float32)
    columns, renumbered = np.unique(indices, return_inverse=True)
    rows = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return sparse.csr_matrix((weights, renumbered, rows), shape=(len(vectors), len(columns)))


def _body(counted: Counted, idf: Weights) -> tuple[Indices, Weights]:
    weights = _weighed(counted.body, counted.body_counts, idf)
    if len(weights) <= BODY_TERMS:
        return counted.body, weights
    # A stable sort, so that ties at the border fall the same way on every machine.
    heaviest = np.sort(np.argsort(-weights, kind="stable")[:BODY_TERMS])
    return counted.body[heaviest], weights[heaviest]


def _weighed(indices: Indices, counts: Indices, idf: Weights) -> Weights:
    return np.asarray((1 + np.log(counts)) * idf[indices], dtype=np.float32)


def _scaled(weights: Weights, share: float) -> Weights:
    length = float(np.linalg.norm(weights))
    return np.asarray(weights * (np.sqrt(share) / length), dtype=np.float32) if length else weights
