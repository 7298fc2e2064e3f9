"""What one topic learns from: labels, its own seed phrases, and the user's archive.

Of the archive, what is least like the topic teaches what the topic is not. While there are few labels, what is most
like it stands in for those that are missing (self-training; Scudder 1965, Nigam et al. 2000): texts near the topic's
own words that also hit its keywords.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from monitor.errors import ModelError
from monitor.records import Document, Label
from monitor.topics.calibration import mentions
from monitor.topics.explanation import judge
from monitor.topics.features import Articles, Featuriser
from monitor.topics.vocabulary import Floats, Ints, Matrix

Bools = npt.NDArray[np.bool_]

NEGATIVES = 400
FEWEST_NEGATIVES = 10
ORDINARY = 1_600
"""Background texts on which false alarms are counted, besides those that are learned from."""
UNLIKE = 0.6
"""Share of the background, that least like the topic, from which negatives are drawn."""
FEW = 40
"""A background of no more texts than this is used whole."""
DOUBTFUL = 0.1
"""Share of the background, that most like the topic, on which no false alarm is counted: it may well be right."""
SEED_WEIGHT = 0.5
STAND_INS, STAND_IN_WEIGHT = 100, 0.3
FEWEST_STAND_INS = 5
LIKE = 0.06
"""Least likeness (cosine) of a stand-in, which is besides at least half that of the ten texts most like the topic."""
ENOUGH_POSITIVES = 20
"""From so many yes labels on, nothing stands in for them."""
HIT_BONUS = 0.3
HOSTS = 150
"""Ordinary texts that are made to mention a topic."""
REGULARISATION = 10.0
_AT_ONCE = 500
SAME_STORY = 0.5
"""Labelled texts at least this alike (cosine) are judged together, lest a classifier is tested on what it has seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Ordinary news, counted once for all topics."""

    featuriser: Featuriser
    documents: tuple[Document, ...]
    articles: Articles


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Logits of texts from classifiers that had not seen them: labels in their order, ordinary news, mere mentions."""

    labels: Floats
    ordinary: Floats
    mentions: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The rows of the background by what a topic makes of them.

    `like` stand in for yes labels, `negatives` are learned from as not on the topic, and `others` are ordinary news
    that nothing is learned from. `near` says of every row whether it is near the topic: alike, or hit by its keywords.
    """

    like: Ints
    negatives: Ints
    others: Ints
    near: Bools


class Examples:
    """The training texts of one topic."""

    def __init__(self, background: Background, column: int, labels: Sequence[Label], *, neighbours: bool) -> None:
        """Count the texts; `column` is the topic's place in the featuriser, `labels` are those of this topic.

        Raises ModelError when the background has too few texts that are not about the topic.

        With `neighbours` the classifier also learns what the keyword hits of other topics mean for this one, which
        labels can teach and seed phrases cannot.
        """
        self._background = background
        self._column = column
        featuriser = background.featuriser
        topic = featuriser.topics[column]
        seeds = featuriser.articles([_untitled(text) for text in (*topic.seeds, topic.description) if text.strip()])
        self._articles = featuriser.articles([Document(id="", title=x.title, text=x.text) for x in labels])
        self.truth: Floats = np.array([x.label for x in labels], dtype=np.float64)
        self._stories = stories_of(self._articles.wholes.terms)
        known = alike(background.articles.wholes.terms, self._articles.wholes.terms)
        self._sorted = sort(background.articles, column, keyed=bool(topic.keywords), without=known)
        if len(self._sorted.negatives) < FEWEST_NEGATIVES:
            raise ModelError(
                topic.id,
                "no_negatives",
                f"only {len(self._sorted.negatives)} background texts do not hit its keywords; "
                f"{FEWEST_NEGATIVES} are needed",
            )
        self._seen = self._columns(neighbours=neighbours)
        like = self._sorted.like if self.truth.sum() < ENOUGH_POSITIVES else self._sorted.like[:0]
        self._labelled = self._features(self._articles)
        self._seeds = self._features(seeds)
        self._like = self._features(background.articles, like)
        self._negatives = self._features(background.articles, self._sorted.negatives)

    def share_near(self, rows: Ints) -> float:
        """Return which share of these background rows is near the topic."""
        return float(self._sorted.near[rows].mean())

    @property
    def most_folds(self) -> int:
        """How often the labels can be divided: no oftener than there are labels of either sign, or stories."""
        yes = int(self.truth.sum())
        return min(yes, len(self.truth) - yes, len(set(self._stories.tolist())))

    def fit(self) -> tuple[Floats, float]:
        """Return weights and bias of the classifier that has seen everything."""
        return self._fit(np.arange(len(self.truth)), np.arange(self._negatives.shape[0]))

    def held_out(self, folds: int) -> HeldOut:
        """Return logits by cross-validation; labels of near-identical texts are always in the same fold.

        Labels that cannot be divided so often take part in every fold and have no held-out logit (NaN).
        """
        labels = np.full(len(self.truth), np.nan)
        ordinary: list[Floats] = []
        mentioned: list[Floats] = []
        part = np.arange(len(self._sorted.negatives)) % folds
        for number, test in enumerate(self._folds(folds)):
            kept = np.setdiff1d(np.arange(len(self.truth)), test)
            weights, bias = self._fit(kept, np.flatnonzero(part != number))
            if len(test):
                labels[test] = judge(self._articles, self._column, weights, bias)[0][test]
            unseen = np.concatenate([self._sorted.negatives[part == number], self._sorted.others[number::folds]])
            ordinary.append(judge(self._background.articles, self._column, weights, bias)[0][unseen])
            mentioned.append(self._mention_logits(unseen, HOSTS // folds, weights, bias))
        return HeldOut(labels=labels, ordinary=np.concatenate(ordinary), mentions=np.concatenate(mentioned))

    def _columns(self, *, neighbours: bool) -> Matrix:
        """Return what hides the keyword hits of other topics, unless they are to be seen."""
        topics = len(self._background.featuriser.topics)
        columns = np.ones(self._background.featuriser.width)
        if not neighbours:
            columns[-topics:] = 0.0
            columns[len(columns) - topics + self._column] = 1.0
        return sparse.diags(columns)

    def _features(self, articles: Articles, rows: Ints | None = None) -> Matrix:
        wanted = np.arange(articles.wholes.terms.shape[0]) if rows is None else rows
        return (articles.wholes.of(self._column, articles.spelling, wanted) @ self._seen).tocsr()

    def _fit(self, labels: Ints, negatives: Ints) -> tuple[Floats, float]:
        blocks = [self._labelled[labels], self._seeds, self._like, self._negatives[negatives]]
        sizes = [block.shape[0] for block in blocks]
        truth = np.concatenate([self.truth[labels], np.ones(sizes[1]), np.ones(sizes[2]), np.zeros(sizes[3])])
        weight = np.repeat([1.0, SEED_WEIGHT, STAND_IN_WEIGHT, 1.0], sizes)
        # The dual problem has a variable per text, of which there are far fewer than terms.
        classifier = LogisticRegression(
            solver="liblinear",
            dual=True,
            C=REGULARISATION,
            class_weight="balanced",
            random_state=0,
            tol=1e-6,
            max_iter=10_000,
        )
        classifier.fit(sparse.vstack(blocks, format="csr"), truth, sample_weight=weight)
        # A model is kept in single precision; it scores before it is kept as it does afterwards.
        weights = classifier.coef_[0].astype(np.float32).astype(np.float64)
        return weights, float(np.float32(classifier.intercept_[0]))

    def _folds(self, folds: int) -> Iterator[Ints]:
        if folds > self.most_folds:
            yield from (np.zeros(0, dtype=np.int64) for _ in range(folds))
            return
        divide = StratifiedGroupKFold(n_splits=folds)
        yield from (test for _, test in divide.split(self.truth, self.truth, self._stories))

    def _mention_logits(self, unseen: Ints, most: int, weights: Floats, bias: float) -> Floats:
        """Return logits of ordinary news that mentions the topic; news already close to the topic is no host for it."""
        likeness = self._background.articles.wholes.cosine[:, self._column]
        hosts = [self._background.documents[i] for i in unseen if likeness[i] <= np.median(likeness[unseen])]
        topic = self._background.featuriser.topics[self._column]
        found = mentions(topic, hosts[:most])
        return judge(self._background.featuriser.articles(found), self._column, weights, bias)[0]


def sort(articles: Articles, column: int, *, keyed: bool, without: Ints | None = None) -> Sorted:
    """Return what the rows of a background, which is in random order, are for a topic; `keyed`: it has keywords.

    Nothing is made of the rows `without`, which somebody has labelled.
    """
    likeness, hits = articles.wholes.cosine[:, column], articles.wholes.hits[:, column]
    free = np.ones(len(likeness), dtype=bool)
    free[without if without is not None else []] = False
    order = np.argsort(-(likeness + HIT_BONUS * hits), kind="stable")
    tenth = float(np.sort(likeness)[-10:][0]) if len(likeness) else 0.0
    near = likeness >= max(LIKE, tenth / 2)
    first = order[free[order]][:STAND_INS]
    like = first[near[first] & ((hits[first] > 0) | (not keyed))]
    unlike = np.zeros(len(order), dtype=bool)
    unlike[order[len(order) - max(int(np.ceil(UNLIKE * len(order))), min(len(order), FEW)) :]] = True
    negatives = np.flatnonzero(free & unlike & (hits == 0))[:NEGATIVES]
    doubtful = near.copy()
    doubtful[order[: int(DOUBTFUL * len(order))]] = True
    rest = np.setdiff1d(np.flatnonzero(free & ~doubtful & (hits == 0)), negatives)[:ORDINARY]
    return Sorted(
        like=like if len(like) >= FEWEST_STAND_INS else like[:0],
        negatives=negatives,
        others=rest,
        near=near | (hits > 0),
    )


def alike(terms: Matrix, known: Matrix) -> Ints:
    """Return the rows of `terms` that are near-identical to any row of `known`."""
    nothing = np.zeros(0, dtype=np.int64)
    return np.unique(np.concatenate([nothing, *(found[0] for found in _pairs_alike(terms, known))]))


def stories_of(terms: Matrix) -> Ints:
    """Return a number for each text, the same for those that are near-identical or tied by such."""
    texts = terms.shape[0]
    if not texts:
        return np.zeros(0, dtype=np.int64)
    pairs = np.concatenate(list(_pairs_alike(terms, terms)), axis=1)
    graph = sparse.csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(texts, texts))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _pairs_alike(some: Matrix, others: Matrix) -> Iterator[Ints]:
    """Yield the pairs of rows that are near-identical, some at a time: all likenesses at once fill the memory."""
    for start in range(0, some.shape[0] if others.shape[0] else 0, _AT_ONCE):
        likeness = (some[start : start + _AT_ONCE] @ others.T).tocoo()
        found = likeness.data >= SAME_STORY
        yield np.stack([likeness.row[found].astype(np.int64) + start, likeness.col[found].astype(np.int64)])


def _untitled(text: str) -> Document:
    return Document(id="", title="", text=text)
