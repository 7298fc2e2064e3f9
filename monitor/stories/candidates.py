"""Sketches → which texts may share most of their words: the search before any proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.stories.shingles import ONE_IN, Shingles

MOST: Final = 24
"""Candidates per text that are worth a proof: the likest ones, the earliest among equals."""

_COMMON: Final = 400
"""A shingle in more texts than this is a phrase of the trade, or a wire story in many papers: it finds the earliest."""

_ENOUGH: Final = 0.25
"""Share of the smaller sketch that has to agree; far below the share to be proved, since sketches are samples."""

_BLOCK: Final = 512
_FILTER: Final = 2**22

Ints = NDArray[np.int64]


def candidates(sketches: Sequence[Shingles], wanted: Sequence[int]) -> dict[int, list[int]]:
    """Return for each wanted text the numbers of those that may be its copy or its original, the likest first.

    `sketches` are in order of time; `wanted` are places in it. Texts without candidates are left out.
    """
    found: dict[int, list[int]] = {}
    if not len(wanted):
        return found
    sizes = np.array([len(one) for one in sketches], dtype=np.int64)
    coarse = np.array([np.count_nonzero(one % ONE_IN == 0) for one in sketches], dtype=np.int64)
    for rows, others, shared in _shared(sketches, sizes, np.asarray(wanted, dtype=np.int64)):
        # A short text's whole sketch meets a long text's only where the long one was sampled.
        whole = (coarse < sizes)[rows] & (coarse < sizes)[others]
        ours, theirs = np.where(whole, sizes[rows], coarse[rows]), np.where(whole, sizes[others], coarse[others])
        likeness = shared / np.maximum(np.minimum(ours, theirs), 1)
        kept = (likeness >= _ENOUGH) & (rows != others)
        order = np.lexsort((others[kept], -np.minimum(likeness[kept], 1.0), rows[kept]))
        for row, other in zip(rows[kept][order].tolist(), others[kept][order].tolist(), strict=True):
            near = found.setdefault(row, [])
            if len(near) < MOST:
                near.append(other)
    return found


def _shared(sketches: Sequence[Shingles], sizes: Ints, wanted: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Return who shares how many shingles with whom, block by block: wanted texts, all texts, numbers of shingles."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - half a second to load

    values = np.concatenate([sketches[at] for at in wanted.tolist()])
    owners, columns = _places(sketches, sizes, np.unique(values))
    often = np.bincount(columns, minlength=1)
    useful = often[columns] > 1
    owners, columns = owners[useful], columns[useful]
    shape = (len(sketches), len(often))
    table = csr_matrix((np.ones(len(owners), dtype=np.int32), (owners, columns)), shape=shape)
    early = _earliest(columns, often)
    turned = csr_matrix((np.ones(len(early), dtype=np.int32), (columns[early], owners[early])), shape=shape[::-1])
    for start in range(0, len(wanted), _BLOCK):
        block = wanted[start : start + _BLOCK]
        product = (table[block] @ turned).tocoo()
        yield block[product.row], product.col.astype(np.int64), product.data.astype(np.int64)


def _earliest(columns: Ints, often: Ints) -> Ints:
    """Return the places where a shingle stands in one of the first texts that have it, the texts in order of time."""
    few = np.flatnonzero(often[columns] <= _COMMON)
    many = np.flatnonzero(often[columns] > _COMMON)
    many = many[np.argsort(columns[many], kind="stable")]
    starts = np.searchsorted(columns[many], columns[many])
    early: Ints = np.concatenate([few, many[np.arange(len(many)) - starts < _COMMON]])
    return early


def _places(sketches: Sequence[Shingles], sizes: Ints, wanted: Shingles) -> tuple[Ints, Ints]:
    """Return in which text (row) each of the wanted shingles (column) stands."""
    values = np.concatenate(sketches)
    # Most shingles of the past are in no new text: a bitmap lets them go without a search.
    seen = np.zeros(_FILTER, dtype=np.bool_)
    seen[(wanted >> 2) % _FILTER] = True
    maybe = np.flatnonzero(seen[(values >> 2) % _FILTER])
    columns = np.searchsorted(wanted, values[maybe])
    columns[columns == len(wanted)] = 0
    right = wanted[columns] == values[maybe] if len(wanted) else np.zeros(len(maybe), dtype=np.bool_)
    ends = np.cumsum(sizes)
    owners = np.searchsorted(ends, maybe[right], side="right")
    return owners.astype(np.int64), columns[right].astype(np.int64)
