"""Texts as numbers: weighted words, phrases and letters, likeness to a topic's own words, keyword hits.

A document is cut into its title and its passages, each of which is counted once; the rest is arithmetic on counts: the
whole article is twice its title plus its passages, a passage is its text with the title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse

from monitor.records import Document, Topic
from monitor.topics.keywords import KeywordIndex, words
from monitor.topics.passages import split
from monitor.topics.vocabulary import Floats, Ints, Letters, Matrix, Spelling, Vocabulary, tokens

TITLE_WEIGHT = 2
COSINE_WEIGHT = 4.0
LETTERS_WEIGHT = 1.0
NEIGHBOUR_WEIGHT = 0.25
TITLE_CAP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Features of texts.

    TF-IDF (rows × terms); what the distinct words say (rows × words), which times their spelling are runs of letters;
    likeness and whether the keywords hit (both rows × topics).
    """

    terms: Matrix
    said: Matrix
    cosine: Floats
    hits: Floats

    def of(self, topic: int, spelling: Spelling, rows: Ints) -> Matrix:
        """Return what a topic's classifier sees of some rows: terms, letters, likeness, keyword hits of every topic."""
        letters = LETTERS_WEIGHT * (self.said[rows] @ spelling.runs)
        return sparse.hstack([self.terms[rows], letters, self.extras(topic)[rows]], format="csr")

    def at(self, rows: Ints) -> Rows:
        """Return some of the rows."""
        return Rows(terms=self.terms[rows], said=self.said[rows], cosine=self.cosine[rows], hits=self.hits[rows])

    def extras(self, topic: int) -> Matrix:
        """Return likeness and keyword hits alone, as the classifier of one topic sees them."""
        hits = np.full(self.hits.shape[1], NEIGHBOUR_WEIGHT)
        hits[topic] = 1.0
        return sparse.csr_matrix(np.column_stack([COSINE_WEIGHT * self.cosine[:, topic], hits * self.hits]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """Features of documents: one row per whole article, and one per passage of those with more than one.

    Passages stand in the order of their documents; `owners` is the document of each, `passages` the texts. `spelling`
    tells how the distinct words of them all are spelt.
    """

    wholes: Rows
    parts: Rows
    owners: Ints
    passages: tuple[str, ...]
    spelling: Spelling


class Featuriser:
    """Turns documents into the numbers that the classifiers see; frozen with a model."""

    def __init__(self, topics: Sequence[Topic], vocabulary: Vocabulary, letters: Letters) -> None:
        """Take the topics in the order of their columns."""
        self.topics = tuple(topics)
        self.vocabulary = vocabulary
        self.letters = letters
        self.index = KeywordIndex(topics)
        self._groups = [[self.index.columns(topic, g) for g in range(len(topic.keywords))] for topic in self.topics]
        self._vetoes = [self.index.columns(topic, -1) for topic in self.topics]
        said = tokens([topic_words(topic) for topic in self.topics])
        self._queries: Matrix = vocabulary.weigh(vocabulary.count(said))

    @property
    def width(self) -> int:
        """How many features a classifier sees: terms, runs of letters, likeness, keyword hits of every topic."""
        return len(self.vocabulary.terms) + len(self.letters.runs) + 1 + len(self.topics)

    def articles(self, documents: Sequence[Document]) -> Articles:
        """Cut, count and weigh documents.

        A long article hits a topic's keywords when they meet in one of its passages (with the title): two words a
        thousand words apart say little about each other.
        """
        cut = _cut(documents)
        split_up = [words(text) for text in cut.texts]
        texts = tokens(split_up)
        spelling = self.letters.spell(texts)
        counts = self.vocabulary.count(texts), texts.counts(), _keyword_counts(self.index, split_up)
        wholes = self._rows([cut.wholes @ each for each in counts], spelling)
        parts = self._rows([cut.parts @ each for each in counts], spelling)
        if len(cut.owners):
            wholes.hits[np.unique(cut.owners)] = 0.0
            np.maximum.at(wholes.hits, cut.owners, parts.hits)
        return Articles(wholes=wholes, parts=parts, owners=cut.owners, passages=cut.passages, spelling=spelling)

    def _rows(self, counts: Sequence[Matrix], spelling: Spelling) -> Rows:
        terms, words_said, keywords = counts
        weighed = self.vocabulary.weigh(terms)
        cosine = np.asarray((weighed @ self._queries.T).todense(), dtype=np.float64)
        said = self.letters.weigh(words_said, spelling)
        return Rows(terms=weighed, said=said, cosine=cosine, hits=self._hits(keywords))

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
