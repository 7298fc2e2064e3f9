"""Vectors → an inverted index: how like a new article is to every article of the window, by sparse products.

Segments of rows are held as columns of terms, so that the time per article follows the lists of the terms it has, and
the memory is eight bytes for each term of each article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from monitor.stories.vectors import Vector

BLOCK: Final = 32
"""Rows multiplied at once: their likenesses with all rows take 32 x n floats, and some room to multiply in."""

_MOST_SEGMENTS: Final = 6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """Rows as columns: `terms` (int32, t) ascending are those that occur, `table` is CSR (t, rows)."""

    terms: NDArray[np.int32]
    table: Any

    @property
    def rows(self) -> int:
        return int(self.table.shape[1])


class Index:
    """All rows added so far, numbered in the order in which they came."""

    def __init__(self) -> None:
        """Start without rows."""
        self._segments: list[_Segment] = []

    def __len__(self) -> int:
        """The number of rows."""
        return sum(segment.rows for segment in self._segments)

    def add(self, vectors: Sequence[Vector]) -> None:
        """Append rows."""
        if not vectors:
            return
        self._segments.append(_segment(vectors))
        while len(self._segments) > _MOST_SEGMENTS:
            self._join_smallest()

    def cosines(self, vectors: Sequence[Vector]) -> Iterator[Floats]:
        """Yield for each vector its likeness with every row (float32, n), block by block."""
        if not vectors:
            return
        table = _Table.of(vectors)
        places = [table.places(segment.terms) for segment in self._segments]
        for start in range(0, len(vectors), BLOCK):
            end = min(start + BLOCK, len(vectors))
            found = np.zeros((end - start, len(self)), dtype=np.float32)
            first = 0
            for segment, columns in zip(self._segments, places, strict=True):
                product = table.rows(start, end, columns, len(segment.terms)) @ segment.table
                found[:, first : first + segment.rows] = product.toarray()
                first += segment.rows
            yield from found

    def _join_smallest(self) -> None:
        """Make one of the two neighbours that have fewest rows together: the order of the rows stays."""
        pairs = zip(self._segments, self._segments[1:], strict=False)
        at = min(enumerate(one.rows + other.rows for one, other in pairs), key=lambda pair: pair[1])[0]
        self._segments[at : at + 2] = [_joined(*self._segments[at : at + 2])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Vectors one behind the other: `terms` ascending are those that occur, `which` is the place of each weight's term.

    Row r has the weights from `ends[r]` up to `ends[r + 1]`.
    """

    terms: NDArray[np.int32]
    which: NDArray[np.int64]
    weights: Floats
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Sequence[Vector]) -> Self:
        terms, which = np.unique(np.concatenate([one.indices for one in vectors]), return_inverse=True)
        ends = np.concatenate([[0], np.cumsum([len(one.indices) for one in vectors], dtype=np.int64)])
        return cls(terms=terms, which=which, weights=np.concatenate([one.weights for one in vectors]), ends=ends)

    def places(self, terms: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return where each of our terms stands among others, -1 for one that does not."""
        found = np.searchsorted(terms, self.terms)
        found[found == len(terms)] = 0
        return np.where(terms[found] == self.terms, found, -1) if len(terms) else np.full(len(self.terms), -1)

    def rows(self, start: int, end: int, places: NDArray[np.int64], width: int) -> Any:  # noqa: ANN401 - SciPy's matrices have no usable type
        """Return some rows as CSR (end - start, width), their terms put to `places`."""
        from scipy import sparse  # noqa: PLC0415 - half a second to load

        first, last = self.ends[start], self.ends[end]
        columns = places[self.which[first:last]]
        known = columns >= 0
        kept = np.concatenate([[0], np.cumsum(known)])[self.ends[start : end + 1] - first]
        return sparse.csr_matrix((self.weights[first:last][known], columns[known], kept), shape=(end - start, width))


def _segment(vectors: Sequence[Vector]) -> _Segment:
    from scipy import sparse  # noqa: PLC0415 - half a second to load

    table = _Table.of(vectors)
    places = np.arange(len(table.terms))
    rows = table.rows(0, len(vectors), places, len(table.terms))
    return _Segment(terms=table.terms, table=sparse.csr_matrix(rows.T))


def _joined(one: _Segment, other: _Segment) -> _Segment:
    from scipy import sparse  # noqa: PLC0415 - half a second to load

    terms = np.union1d(one.terms, other.terms)
    tables = []
    for segment in (one, other):
        lengths = np.zeros(len(terms), dtype=np.int64)
        lengths[np.searchsorted(terms, segment.terms)] = np.diff(segment.table.indptr)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        shape = (len(terms), segment.rows)
        tables.append(sparse.csr_matrix((segment.table.data, segment.table.indices, starts), shape=shape))
    return _Segment(terms=terms, table=sparse.csr_matrix(sparse.hstack(tables, format="csr")))
