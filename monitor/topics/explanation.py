"""Why a score is what it is: the signed share of every word in a logit.

A linear classifier's logit is a sum of weight times value over its features, so its shares are exact and complete. What
runs of letters add is a sum over the words that hold them, and is counted with those words.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from monitor.records import Term
from monitor.topics.features import LETTERS_WEIGHT, Articles, Rows
from monitor.topics.vocabulary import Floats, Ints, Matrix, Spelling, Vocabulary

SHOWN = 8
"""Shares kept with a score; the strongest one against it is always among them."""

COSINE, KEYWORDS, BIAS, OTHERS = "(cosine)", "(keywords)", "(bias)", "(others)"
"""Shares that are no words of the article; no word has parentheses."""


def judge(articles: Articles, topic: int, weights: Floats, bias: float) -> tuple[Floats, Ints]:
    """Return the logit of each document for a topic, and the row of its best passage (-1 for a short text)."""
    logits = _logits(articles.wholes, articles.spelling, topic, weights) + bias
    best = np.full(len(logits), -1, dtype=np.int64)
    if len(articles.owners):
        parts = _logits(articles.parts, articles.spelling, topic, weights) + bias
        # The last passage of each owner in this order is its best, and of equals the first.
        order = np.lexsort((-np.arange(len(parts)), parts, articles.owners))
        owners, firsts = np.unique(articles.owners[order][::-1], return_index=True)
        best[owners] = order[::-1][firsts]
        logits[owners] = (logits[owners] + parts[best[owners]]) / 2
    return logits, best


class Shares:
    """What each word adds to the logits of a batch of documents."""

    def __init__(self, articles: Articles, vocabulary: Vocabulary) -> None:
        """Give every word that occurs a column: that of its term, or one of its own."""
        self._articles = articles
        self._terms = len(vocabulary.terms)
        strange: list[str] = []
        places = np.empty(len(articles.spelling.distinct), dtype=np.int64)
        for number, word in enumerate(articles.spelling.distinct):
            column = vocabulary.columns.get(word)
            places[number] = self._terms + len(strange) if column is None else column
            if column is None:
                strange.append(word)
        self._places = places
        self._names = (*vocabulary.terms, *strange, COSINE, KEYWORDS, BIAS)

    def of(self, topic: int, weights: Floats, best: Ints) -> Matrix:
        """Return the shares (documents × words and phrases, then likeness and keyword hits); no bias."""
        long = np.flatnonzero(best >= 0)
        found = self._added(self._articles.wholes, topic, weights)
        if len(long):
            portion = np.where(best >= 0, 0.5, 1.0)
            pick = sparse.csr_matrix((np.full(len(long), 0.5), (long, np.arange(len(long)))), (len(best), len(long)))
            parts = self._added(self._articles.parts.at(best[long]), topic, weights)
            found = (sparse.diags(portion) @ found + pick @ parts).tocsr()
        return found

    def ranked(self, found: Matrix, row: int, bias: float, limit: int | None = SHOWN) -> tuple[Term, ...]:
        """Return the shares of one document, bias included, the strongest first: all, or `limit` and their rest.

        What is returned adds up to the logit.
        """
        start, end = found.indptr[row], found.indptr[row + 1]
        values = np.append(found.data[start:end], bias)
        columns = np.append(found.indices[start:end], len(self._names) - 1)
        shown = _strongest(values, len(values) if limit is None else limit)
        terms = [
            Term(text=self._names[column], weight=weight)
            for column, weight in zip(columns[shown].tolist(), values[shown].tolist(), strict=True)
        ]
        rest = float(values.sum()) - sum(term.weight for term in terms)
        if len(shown) < len(values):
            terms.append(Term(text=OTHERS, weight=rest))
        return tuple(term for term in terms if term.weight)

    def _added(self, rows: Rows, topic: int, weights: Floats) -> Matrix:
        """Return what each column adds to the logit of each row."""
        terms = rows.terms.copy()
        terms.data = terms.data * weights[terms.indices]
        said = rows.said.copy()
        said.data = said.data * _by_word(self._articles.spelling, weights, self._terms)[said.indices]
        extras = rows.extras(topic)
        extras.data = extras.data * weights[extras.indices + len(weights) - extras.shape[1]]
        width = len(self._names) - 1
        # All keyword hits, also those of other topics, are one share.
        together = sparse.hstack([terms, said, extras], format="csr")
        last = np.minimum(np.arange(extras.shape[1]), 1) + width - 2
        columns = np.concatenate([np.arange(self._terms), self._places, last])
        return _widened(together, columns[together.indices], width)


def _strongest(values: Floats, limit: int) -> Ints:
    """Return the places of the strongest values, in order; the strongest one against is among them."""
    strength = np.abs(values)
    # Of hundreds of shares only those that may be shown are sorted.
    least = np.partition(strength, -limit)[-limit] if len(values) > limit else 0.0
    candidates = np.flatnonzero(strength >= least)
    shown = candidates[np.argsort(-strength[candidates], kind="stable")][:limit]
    against = int(np.argmin(values))
    if values[against] < 0 and against not in shown:
        shown = np.append(shown[: limit - 1], against)
    return shown


def _logits(rows: Rows, spelling: Spelling, topic: int, weights: Floats) -> Floats:
    terms = rows.terms.shape[1]
    extras = rows.extras(topic)
    found: Floats = rows.terms @ weights[:terms]
    found += rows.said @ _by_word(spelling, weights, terms)
    found += extras @ weights[len(weights) - extras.shape[1] :]
    return found


def _by_word(spelling: Spelling, weights: Floats, terms: int) -> Floats:
    """Return the weight of each distinct word's letters."""
    runs = spelling.runs
    found: Floats = LETTERS_WEIGHT * (runs @ weights[terms : terms + runs.shape[1]])
    return found


def _widened(matrix: Matrix, columns: Ints, width: int) -> Matrix:
    """Return a matrix with its columns moved; several may come together in one."""
    moved = sparse.csr_matrix((matrix.data, columns, matrix.indptr), shape=(matrix.shape[0], width))
    moved.sum_duplicates()
    return moved
