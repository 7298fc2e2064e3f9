"""Words and two-word phrases with their weights, and the letters that words are made of.

Word weights are TF-IDF with logarithmic counts (Salton & Buckley 1988), rows of length one. Beside them a text is
described by the runs of three and four letters in its words (Cavnar & Trenkle 1994), so that a word never seen before
is still known by its parts: `deregulation` by those of `regulator`. The runs of a text are the sum of those of its
words, each word counted logarithmically, so that what they add to a score is exactly divided among the words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Matrix = Any
"""A scipy CSR matrix of floats (scipy has no types to name it by)."""

LETTERS = (3, 4)
"""Lengths of the runs of letters."""

_UNKNOWN, _SKIPPED = -1, -2
_NONE = np.zeros(0, dtype=np.int64)
_AT_ONCE = 256
"""Rows whose letters are spelt out together: a text has hundreds of words, and each word ten runs."""
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Texts as words: the distinct words by the alphabet, and for each place the number of its word and of its text."""

    distinct: tuple[str, ...]
    ids: Ints
    rows: Ints
    texts: int

    def counts(self) -> Matrix:
        """Return how often each distinct word occurs in each text (texts × words)."""
        ones = np.ones(len(self.ids))
        counted = sparse.csr_matrix((ones, (self.rows, self.ids)), shape=(self.texts, len(self.distinct)))
        counted.sum_duplicates()
        return counted


def tokens(texts: Iterable[Sequence[str]]) -> Tokens:
    """Return texts, given as words, with each distinct word looked at once.

    The order of the alphabet lets sums over a text's words come out the same, to the last bit, whatever other texts
    are looked at with it.
    """
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    ids = [np.fromiter(map(numbers.__getitem__, text), dtype=np.int64, count=len(text)) for text in texts]
    rows = np.repeat(np.arange(len(ids)), [len(each) for each in ids])
    distinct = sorted(numbers)
    places = np.empty(len(distinct), dtype=np.int64)
    places[[numbers[word] for word in distinct]] = np.arange(len(distinct))
    return Tokens(distinct=tuple(distinct), ids=places[np.concatenate([*ids, _NONE])], rows=rows, texts=len(ids))


class Vocabulary:
    """Words and two-word phrases with their inverse document frequencies."""

    def __init__(self, terms: Sequence[str], idf: Floats, stop_words: Iterable[str]) -> None:
        """Take the terms in column order with one weight each; stop words are left out before phrases are formed."""
        self.terms = tuple(terms)
        self.idf = idf
        self.stop_words = tuple(sorted(stop_words))
        self.columns = {term: column for column, term in enumerate(self.terms) if " " not in term}
        self._lookup = self.columns | dict.fromkeys(self.stop_words, _SKIPPED)
        self._width = len(self.terms)
        pairs = sorted(
            (self._lookup[first] * self._width + self._lookup[second], column)
            for column, (first, _, second) in ((c, t.partition(" ")) for c, t in enumerate(self.terms))
            if second
        )
        self._pair_keys = np.array([key for key, _ in pairs], dtype=np.int64)
        self._pair_columns = np.array([column for _, column in pairs], dtype=np.int64)

    def count(self, texts: Tokens) -> Matrix:
        """Return how often each term occurs in each text (texts × terms)."""
        known = [self._lookup.get(word, _UNKNOWN) for word in texts.distinct]
        ids = np.array(known, dtype=np.int64)[texts.ids] if known else texts.ids
        kept = ids != _SKIPPED
        ids, rows = ids[kept], texts.rows[kept]
        pair_rows, pair_columns = self._pairs(ids, rows)
        found = ids >= 0
        rows = np.concatenate([rows[found], pair_rows])
        columns = np.concatenate([ids[found], pair_columns])
        counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(texts.texts, self._width))
        counts.sum_duplicates()
        return counts

    def _pairs(self, ids: Ints, rows: Ints) -> tuple[Any, Any]:
        if len(ids) < 2 or not len(self._pair_keys):  # noqa: PLR2004 - a pair is two
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        joined = (rows[:-1] == rows[1:]) & (ids[:-1] >= 0) & (ids[1:] >= 0)
        keys = (ids[:-1] * self._width + ids[1:])[joined]
        places = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        found = self._pair_keys[places] == keys
        return rows[:-1][joined][found], self._pair_columns[places[found]]

    def weigh(self, counts: Matrix) -> Matrix:
        """Return counts as TF-IDF rows of length one; a row without known terms stays zero."""
        weighed = dampened(counts)
        weighed.data *= self.idf[weighed.indices]
        return sparse.diags(1.0 / _norms(weighed)).dot(weighed).tocsr()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """The distinct words of a batch of texts and the weighted runs of letters of each (words × runs)."""

    distinct: tuple[str, ...]
    runs: Matrix


class Letters:
    """Runs of letters with their inverse document frequencies; none of them when `runs` is empty."""

    def __init__(self, runs: Sequence[str], idf: Floats, stop_words: Iterable[str]) -> None:
        """Take the runs in column order with one weight each; stop words have none."""
        self.runs = tuple(runs)
        self.idf = idf
        self._columns = {run: column for column, run in enumerate(self.runs)}
        self._skipped = frozenset(stop_words)
        self._known: dict[str, list[int]] = {}

    def spell(self, texts: Tokens) -> Spelling:
        """Return the runs of each distinct word of the texts."""
        columns = [self._of(word) for word in texts.distinct]
        ends = np.cumsum([0, *map(len, columns)])
        flat = np.fromiter(chain.from_iterable(columns), dtype=np.int64, count=int(ends[-1]))
        runs = sparse.csr_matrix((self.idf[flat], flat, ends), shape=(len(columns), len(self.runs)))
        runs.sum_duplicates()
        return Spelling(distinct=texts.distinct, runs=runs)

    def weigh(self, counts: Matrix, spelling: Spelling) -> Matrix:
        """Return how much each distinct word says in each row (rows × words), `counts` being how often it occurs.

        Times the spelling, these are the rows of runs, which are of length one.
        """
        if not self.runs:
            return sparse.csr_matrix(counts.shape)
        said = dampened(counts)
        starts = range(0, said.shape[0], _AT_ONCE)
        norms = [_norms((said[start : start + _AT_ONCE] @ spelling.runs).tocsr()) for start in starts]
        return sparse.diags(1.0 / np.concatenate([*norms, np.zeros(0)])).dot(said).tocsr() if norms else said

    def _of(self, word: str) -> list[int]:
        found = self._known.get(word)
        if found is None:
            # A monitor that runs for months meets names and typos without end.
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            runs = () if word in self._skipped else letter_runs(word)
            found = [column for run in runs if (column := self._columns.get(run)) is not None]
            self._known[word] = found
        return found


def letter_runs(word: str) -> list[str]:
    """Return the runs of letters of a word, its ends marked by blanks."""
    padded = f" {word[:_LONGEST_WORD]} "
    return [padded[start : start + size] for size in LETTERS for start in range(len(padded) - size + 1)]


_LONGEST_WORD = 40


def fit_vocabulary(texts: Tokens, always: int, stop_words: Iterable[str], limit: int) -> Vocabulary:
    """Choose the `limit` most frequent terms, and every term of the last `always` texts, and weigh them.

    Ties are broken by the alphabet, so the same texts give the same vocabulary in any order.
    """
    stop = frozenset(stop_words)
    kept = np.array([word not in stop for word in texts.distinct], dtype=bool)[texts.ids]
    # A word is its place in the alphabet, and a pair those of both: numbers that sort as the terms do, nearly.
    ids, rows = texts.ids[kept], texts.rows[kept]
    width = len(texts.distinct) + 1
    joined = rows[:-1] == rows[1:]
    keys = np.concatenate([ids * width, (ids[:-1] * width + ids[1:] + 1)[joined]])
    owners = np.concatenate([rows, rows[1:][joined]])
    terms, inverse, total = np.unique(keys, return_inverse=True, return_counts=True)
    chosen = np.zeros(len(terms), dtype=bool)
    chosen[np.lexsort((terms, -total))[:limit]] = True
    chosen[inverse[owners >= texts.texts - always]] = True
    # A phrase is found through its words, so they come with it.
    pairs = terms[chosen & (terms % width > 0)]
    chosen[np.searchsorted(terms, np.concatenate([pairs // width, pairs % width - 1]) * width)] = True
    frequency = np.bincount(
        np.unique(inverse * np.int64(texts.texts + 1) + owners) // (texts.texts + 1), minlength=len(terms)
    )
    found = [_term(int(term), width, texts.distinct) for term in terms[chosen]]
    by_alphabet = sorted(range(len(found)), key=found.__getitem__)
    idf = _idf(frequency[chosen][by_alphabet], texts.texts)
    return Vocabulary([found[place] for place in by_alphabet], idf, stop)


def _term(key: int, width: int, alphabet: Sequence[str]) -> str:
    first, second = divmod(key, width)
    return f"{alphabet[first]} {alphabet[second - 1]}" if second else alphabet[first]


def fit_letters(texts: Tokens, stop_words: Iterable[str], limit: int) -> Letters:
    """Choose the `limit` runs of letters that occur in most texts, those of one text left out, and weigh them."""
    stop = frozenset(stop_words)
    if not limit:
        return Letters((), np.zeros(0), stop)
    spelt = [() if word in stop else letter_runs(word) for word in texts.distinct]
    runs = sorted(set(chain.from_iterable(spelt)))
    every = Letters(runs, np.ones(len(runs)), stop)
    counts, spelling = texts.counts(), every.spell(texts)
    frequency = np.zeros(len(runs), dtype=np.int64)
    for start in range(0, texts.texts, _AT_ONCE):
        present = (counts[start : start + _AT_ONCE] @ spelling.runs).tocsc()
        frequency += np.diff(present.indptr)
    ranked = np.lexsort((np.arange(len(runs)), -frequency))[:limit]
    chosen = np.sort(ranked[frequency[ranked] > 1])
    return Letters([runs[place] for place in chosen], _idf(frequency[chosen], texts.texts), stop)


def dampened(counts: Matrix) -> Matrix:
    """Return counts with their logarithms: the tenth mention of a word says less than the first."""
    said = counts.copy().tocsr()
    said.data = 1.0 + np.log(said.data)
    return said


def _norms(rows: Matrix) -> Floats:
    norms: Floats = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel())
    norms[norms == 0] = 1.0
    return norms


def _idf(frequencies: Ints, documents: int) -> Floats:
    found = np.log((1.0 + documents) / (1.0 + frequencies)) + 1.0
    # A model is kept in single precision; it scores before it is kept as it does afterwards.
    rounded: Floats = found.astype(np.float32).astype(np.float64)
    return rounded
