"""What one topic learns from: labels, its own seed phrases at half weight, and ordinary news without its keywords."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from monitor.errors import ModelError
from monitor.records import Document, Label
from monitor.topics.calibration import mentions
from monitor.topics.explanation import judge
from monitor.topics.features import Articles, Featuriser, Floats, Ints, Matrix

NEGATIVES = 400
FEWEST_NEGATIVES = 10
SEED_WEIGHT = 0.5
REGULARISATION = 10.0
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
    """Logits of texts from classifiers that had not seen them: labels in their order, negatives, mere mentions."""

    labels: Floats
    negatives: Floats
    mentions: Floats


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
        seeds = featuriser.articles([_untitled(text) for text in (*topic.seeds, topic.description)])
        self._articles = featuriser.articles([Document(id="", title=x.title, text=x.text) for x in labels])
        self.truth: Floats = np.array([x.label for x in labels], dtype=np.float64)
        self._stories = _stories(self._articles.wholes.terms)
        # The background is in random order, so its first texts are a sample.
        self._negatives: Ints = np.flatnonzero(background.articles.wholes.hits[:, column] == 0)[:NEGATIVES]
        if len(self._negatives) < FEWEST_NEGATIVES:
            raise ModelError(
                topic.id,
                "no_negatives",
                f"only {len(self._negatives)} background texts do not hit its keywords; {FEWEST_NEGATIVES} are needed",
            )
        columns = np.ones(len(featuriser.vocabulary.terms) + 1 + len(featuriser.topics))
        if not neighbours:
            columns[len(featuriser.vocabulary.terms) + 1 :] = 0.0
            columns[len(featuriser.vocabulary.terms) + 1 + column] = 1.0
        seen = sparse.diags(columns)
        self._labelled: Matrix = (self._articles.wholes.of(column) @ seen).tocsr()
        self._seeds: Matrix = (seeds.wholes.of(column) @ seen).tocsr()
        self._ordinary: Matrix = (background.articles.wholes.of(column)[self._negatives] @ seen).tocsr()

    @property
    def most_folds(self) -> int:
        """How often the labels can be divided: no oftener than there are labels of either sign, or stories."""
        yes = int(self.truth.sum())
        return min(yes, len(self.truth) - yes, len(set(self._stories.tolist())))

    def fit(self) -> tuple[Floats, float]:
        """Return weights and bias of the classifier that has seen everything."""
        return self._fit(np.arange(len(self.truth)), np.arange(len(self._negatives)))

    def held_out(self, folds: int) -> HeldOut:
        """Return logits by cross-validation; labels of near-identical texts are always in the same fold.

        Labels that cannot be divided so often take part in every fold and have no held-out logit (NaN).
        """
        labels = np.full(len(self.truth), np.nan)
        negatives: list[Floats] = []
        mentioned: list[Floats] = []
        part = np.arange(len(self._negatives)) % folds
        for number, test in enumerate(self._folds(folds)):
            kept = np.setdiff1d(np.arange(len(self.truth)), test)
            weights, bias = self._fit(kept, np.flatnonzero(part != number))
            if len(test):
                labels[test] = judge(self._articles, self._column, weights, bias)[0][test]
            unseen = self._negatives[part == number]
            negatives.append(judge(self._background.articles, self._column, weights, bias)[0][unseen])
            mentioned.append(self._mention_logits(unseen, weights, bias))
        return HeldOut(labels=labels, negatives=np.concatenate(negatives), mentions=np.concatenate(mentioned))

    def _fit(self, labels: Ints, negatives: Ints) -> tuple[Floats, float]:
        rows = sparse.vstack([self._labelled[labels], self._seeds, self._ordinary[negatives]], format="csr")
        seeds = self._seeds.shape[0]
        truth = np.concatenate([self.truth[labels], np.ones(seeds), np.zeros(len(negatives))])
        weight = np.concatenate([np.ones(len(labels)), np.full(seeds, SEED_WEIGHT), np.ones(len(negatives))])
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
        classifier.fit(rows, truth, sample_weight=weight)
        return classifier.coef_[0].astype(np.float64), float(classifier.intercept_[0])

    def _folds(self, folds: int) -> Iterator[Ints]:
        if folds > self.most_folds:
            yield from (np.zeros(0, dtype=np.int64) for _ in range(folds))
            return
        divide = StratifiedGroupKFold(n_splits=folds)
        yield from (test for _, test in divide.split(self.truth, self.truth, self._stories))

    def _mention_logits(self, unseen: Ints, weights: Floats, bias: float) -> Floats:
        """Return logits of ordinary news that mentions the topic; news already close to the topic is no host for it."""
        likeness = self._background.articles.wholes.cosine[:, self._column]
        hosts = [self._background.documents[i] for i in unseen if likeness[i] <= np.median(likeness[self._negatives])]
        topic = self._background.featuriser.topics[self._column]
        found = mentions(topic, hosts)
        return judge(self._background.featuriser.articles(found), self._column, weights, bias)[0]


def _stories(terms: Matrix) -> Ints:
    """Return a number for each text, the same for those that are near-identical or tied by such."""
    if not terms.shape[0]:
        return np.zeros(0, dtype=np.int64)
    alike = (terms @ terms.T) >= SAME_STORY
    return np.asarray(connected_components(alike, directed=False)[1], dtype=np.int64)


def _untitled(text: str) -> Document:
    return Document(id="", title="", text=text)
