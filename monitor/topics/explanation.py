"""Why a score is what it is: the signed share of every word in a logit.

A linear classifier's logit is a sum of weight times value over its features, so its shares are exact and complete.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from monitor.records import Term
from monitor.topics.features import Articles, Floats, Ints, Matrix

SHOWN = 8
"""Shares kept with a score."""

COSINE, KEYWORDS, BIAS = "cosine", "keywords", "bias"


def judge(articles: Articles, topic: int, weights: Floats, bias: float) -> tuple[Floats, Ints]:
    """Return the logit of each document for a topic, and the row of its best passage (-1 for a short text)."""
    logits = articles.wholes.of(topic) @ weights + bias
    best = np.full(len(logits), -1, dtype=np.int64)
    if len(articles.owners):
        parts = articles.parts.of(topic) @ weights + bias
        # The last passage of each owner in this order is its best, and of equals the first.
        order = np.lexsort((-np.arange(len(parts)), parts, articles.owners))
        owners, firsts = np.unique(articles.owners[order][::-1], return_index=True)
        best[owners] = order[::-1][firsts]
        logits[owners] = (logits[owners] + parts[best[owners]]) / 2
    return logits, best


def shares(articles: Articles, topic: int, weights: Floats, best: Ints) -> Matrix:
    """Return what adds to each document's logit (documents × terms, then likeness and keyword hits); no bias."""
    long = np.flatnonzero(best >= 0)
    portion = np.where(best >= 0, 0.5, 1.0)
    pick = sparse.csr_matrix((np.full(len(long), 0.5), (long, best[long])), shape=(len(best), len(articles.owners)))
    found = (sparse.diags(portion) @ articles.wholes.of(topic) + pick @ articles.parts.of(topic)).tocsr()
    found.data = found.data * weights[found.indices]
    # All keyword hits, also those of other topics, are one share.
    terms = articles.wholes.terms.shape[1]
    found.indices = np.minimum(found.indices, terms + 1)
    found.sum_duplicates()
    return found


def ranked(found: Matrix, row: int, bias: float, terms: Sequence[str], limit: int | None = SHOWN) -> tuple[Term, ...]:
    """Return the shares of one document, bias included, the strongest first: `limit` of them, or all."""
    start, end = found.indptr[row], found.indptr[row + 1]
    values = np.append(found.data[start:end], bias)
    columns = np.append(found.indices[start:end], len(terms) + 2)
    places = np.argsort(-np.abs(values), kind="stable")[:limit]
    return tuple(
        Term(text=_name(column, terms), weight=value)
        for column, value in zip(columns[places].tolist(), values[places].tolist(), strict=True)
        if value
    )


def _name(column: int, terms: Sequence[str]) -> str:
    return terms[column] if column < len(terms) else (COSINE, KEYWORDS, BIAS)[column - len(terms)]
