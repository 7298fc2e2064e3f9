"""Texts as numbers: weighted words and phrases, likeness to a topic's own words, keyword hits.

A document is cut into its title and its passages, each of which is counted once; the rest is arithmetic on counts: the
whole article is twice its title plus its passages, a passage is its text with the title.
Word weights are TF-IDF with logarithmic counts (Salton & Buckley 1988), rows of length one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from monitor.records import Document, Topic
from monitor.topics.keywords import KeywordIndex, words
from monitor.topics.passages import split

TITLE_WEIGHT = 2
COSINE_WEIGHT = 4.0
NEIGHBOUR_WEIGHT = 0.25
TITLE_CAP = 1_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Matrix = Any
"""A scipy CSR matrix of floats (scipy has no types to name it by)."""

_UNKNOWN, _SKIPPED = -1, -2


class Vocabulary:
    """Words and two-word phrases with their inverse document frequencies."""

    def __init__(self, terms: Sequence[str], idf: Floats, stop_words: Iterable[str]) -> None:
        """Take the terms in column order with one weight each; stop words are left out before phrases are formed."""
        self.terms = tuple(terms)
        self.idf = idf
        self.stop_words = tuple(sorted(stop_words))
        self._lookup = {term: column for column, term in enumerate(self.terms) if " " not in term}
        self._lookup.update(dict.fromkeys(self.stop_words, _SKIPPED))
        self._width = len(self.terms)
        pairs = sorted(
            (self._lookup[first] * self._width + self._lookup[second], column)
            for column, (first, _, second) in ((c, t.partition(" ")) for c, t in enumerate(self.terms))
            if second
        )
        self._pair_keys = np.array([key for key, _ in pairs], dtype=np.int64)
        self._pair_columns = np.array([column for _, column in pairs], dtype=np.int64)

    def count(self, texts: Sequence[Sequence[str]]) -> Matrix:
        """Return how often each term occurs in each text (texts × terms), the texts given as words."""
        lookup = self._lookup
        sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        found = map(lookup.get, chain.from_iterable(texts), repeat(_UNKNOWN))
        ids = np.fromiter(found, dtype=np.int64, count=int(sizes.sum()))
        rows = np.repeat(np.arange(len(texts)), sizes)
        kept = ids != _SKIPPED
        ids, rows = ids[kept], rows[kept]
        pair_rows, pair_columns = self._pairs(ids, rows)
        known = ids >= 0
        rows = np.concatenate([rows[known], pair_rows])
        columns = np.concatenate([ids[known], pair_columns])
        ones = np.ones(len(rows))
        counts = sparse.csr_matrix((ones, (rows, columns)), shape=(len(texts), self._width))
        counts.sum_duplicates()
        return counts

    def _pairs(self, ids: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> tuple[Any, Any]:
        if len(ids) < 2 or not len(self._pair_keys):  # noqa: PLR2004 - a pair is two
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        joined = (rows[:-1] == rows[1:]) & (ids[:-1] >= 0) & (ids[1:] >= 0)
        keys = (ids[:-1] * self._width + ids[1:])[joined]
        places = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        found = self._pair_keys[places] == keys
        return rows[:-1][joined][found], self._pair_columns[places[found]]

    def weigh(self, counts: Matrix) -> Matrix:
        """Return counts as TF-IDF rows of length one; a row without known terms stays zero."""
        weighed = counts.copy()
        weighed.data = (1.0 + np.log(weighed.data)) * self.idf[weighed.indices]
        norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        norms[norms == 0] = 1.0
        return sparse.diags(1.0 / norms).dot(weighed).tocsr()


def fit_vocabulary(
    texts: Sequence[Sequence[str]], always: Sequence[Sequence[str]], stop_words: Iterable[str], limit: int
) -> Vocabulary:
    """Choose the `limit` most frequent terms of the texts, and every term of `always`, and weigh them.

    Ties are broken by the alphabet, so the same texts give the same vocabulary in any order.
    """
    stop = frozenset(stop_words)
    total: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    for text in [*texts, *always]:
        terms = _terms(text, stop)
        total.update(terms)
        frequency.update(set(terms))
    required = {term for text in always for term in _terms(text, stop)}
    ranked = sorted(total, key=lambda term: (-total[term], term))[:limit]
    # A phrase is found through its words, so they come with it.
    chosen = required.union(ranked)
    chosen.update(word for term in list(chosen) for word in term.split(" "))
    ordered = sorted(chosen)
    documents = len(texts) + len(always)
    idf = np.log((1.0 + documents) / (1.0 + np.array([frequency[term] for term in ordered], dtype=np.float64))) + 1.0
    return Vocabulary(ordered, idf, stop)


def _terms(text: Sequence[str], stop: frozenset[str]) -> list[str]:
    kept = [word for word in text if word not in stop]
    return kept + [f"{first} {second}" for first, second in pairwise(kept)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Features of texts: TF-IDF (rows × terms); likeness and whether the keywords hit (both rows × topics)."""

    terms: Matrix
    cosine: Floats
    hits: Floats

    def of(self, topic: int) -> Matrix:
        """Return what the classifier of one topic sees: rows × (terms, likeness, keyword hits of every topic)."""
        hits = np.full(self.hits.shape[1], NEIGHBOUR_WEIGHT)
        hits[topic] = 1.0
        extra = np.column_stack([COSINE_WEIGHT * self.cosine[:, topic], hits * self.hits])
        return sparse.hstack([self.terms, sparse.csr_matrix(extra)], format="csr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """Features of documents: one row per whole article, and one per passage of those with more than one.

    Passages stand in the order of their documents; `owners` is the document of each, `passages` the texts.
    """

    wholes: Rows
    parts: Rows
    owners: Ints
    passages: tuple[str, ...]


class Featuriser:
    """Turns documents into the numbers that the classifiers see; frozen with a model."""

    def __init__(self, topics: Sequence[Topic], vocabulary: Vocabulary) -> None:
        """Take the topics in the order of their columns."""
        self.topics = tuple(topics)
        self.vocabulary = vocabulary
        self.index = KeywordIndex(topics)
        self._groups = [[self.index.columns(topic, g) for g in range(len(topic.keywords))] for topic in self.topics]
        self._vetoes = [self.index.columns(topic, -1) for topic in self.topics]
        self._queries: Matrix = vocabulary.weigh(vocabulary.count([topic_words(topic) for topic in self.topics]))

    def articles(self, documents: Sequence[Document]) -> Articles:
        """Cut, count and weigh documents.

        A long article hits a topic's keywords when they meet in one of its passages (with the title): two words a
        thousand words apart say little about each other.
        """
        cut = _cut(documents)
        tokens = [words(text) for text in cut.texts]
        terms, keywords = self.vocabulary.count(tokens), _keyword_counts(self.index, tokens)
        wholes = self._rows(cut.wholes @ terms, cut.wholes @ keywords)
        parts = self._rows(cut.parts @ terms, cut.parts @ keywords)
        if len(cut.owners):
            wholes.hits[np.unique(cut.owners)] = 0.0
            np.maximum.at(wholes.hits, cut.owners, parts.hits)
        return Articles(wholes=wholes, parts=parts, owners=cut.owners, passages=cut.passages)

    def _rows(self, terms: Matrix, keywords: Matrix) -> Rows:
        weighed = self.vocabulary.weigh(terms)
        cosine = np.asarray((weighed @ self._queries.T).todense(), dtype=np.float64)
        return Rows(terms=weighed, cosine=cosine, hits=self._hits(keywords))

    def _hits(self, found: Matrix) -> Floats:
        """Return 1 where every keyword group of a topic has a word and no excluded word occurs (rows × topics)."""
        hits = np.zeros((found.shape[0], len(self.topics)))
        for column, (groups, vetoes) in enumerate(zip(self._groups, self._vetoes, strict=True)):
            if groups:
                fired = np.all([np.asarray(found[:, group].sum(axis=1)).ravel() > 0 for group in groups], axis=0)
                vetoed = np.asarray(found[:, vetoes].sum(axis=1)).ravel() > 0
                hits[:, column] = fired & ~vetoed
        return hits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Texts of titles and passages, and the recipes (rows × texts) that put articles and passages together."""

    texts: list[str]
    wholes: Matrix
    parts: Matrix
    owners: Ints
    passages: tuple[str, ...]


def _cut(documents: Sequence[Document]) -> _Cut:
    texts: list[str] = []
    whole: list[tuple[int, int, float]] = []
    part: list[tuple[int, int, float]] = []
    owners: list[int] = []
    for number, document in enumerate(documents):
        title, passages = len(texts), split(document.text)
        texts += [document.title[:TITLE_CAP], *passages]
        columns = range(title + 1, len(texts))
        whole += [(number, title, TITLE_WEIGHT), *((number, column, 1.0) for column in columns)]
        # The only passage of a short text is the article itself.
        for column in columns if len(passages) > 1 else ():
            part += [(len(owners), title, 1.0), (len(owners), column, 1.0)]
            owners.append(number)
    return _Cut(
        texts=texts,
        wholes=_matrix(whole, (len(documents), len(texts))),
        parts=_matrix(part, (len(owners), len(texts))),
        owners=np.array(owners, dtype=np.int64),
        passages=tuple(texts[column] for _, column, _ in part[1::2]),
    )


def topic_words(topic: Topic) -> list[str]:
    """Return the words that a topic describes itself with: title, description and seeds."""
    return words(". ".join([topic.title, topic.description, *topic.seeds]))


def _keyword_counts(index: KeywordIndex, texts: Sequence[Sequence[str]]) -> Matrix:
    found = [index.find(text) for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(texts), len(index.patterns)))


def _matrix(cells: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> Matrix:
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return sparse.csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)
