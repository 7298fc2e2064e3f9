"""The scorer: documents in, a score per document and topic out, each with its passage and its reasons.

A long article's logit is the mean of two: that of the whole and that of its best passage. The best passage alone would
raise false alarms with every passage looked at; the whole alone drowns a topic that has one paragraph. The mean stays a
sum of word contributions, so the reasons remain exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.errors import ModelError
from monitor.records import Document, Score, Term, Topic
from monitor.topics.explanation import judge, ranked, shares
from monitor.topics.features import Articles, Featuriser, Floats
from monitor.topics.passages import excerpt

_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was learned for one topic.

    `weights` has one number per feature (see `features.Rows.of`). The score is the logistic function of
    `slope * logit + intercept`; it is a probability unless the topic is `cold`. `notes` say in sentences what the
    labels could not support.
    """

    topic: Topic
    weights: Floats
    bias: float
    slope: float
    intercept: float
    threshold: float
    cold: bool
    positives: int
    negatives: int
    precision: float | None = None
    recall: float | None = None
    notes: tuple[str, ...] = ()


class TopicModel:
    """A trained set of topics; fits `monitor.ports.Scorer`. Safe to use from several threads."""

    def __init__(self, *, version: str, featuriser: Featuriser, heads: Sequence[Head]) -> None:
        """Take what training or loading produced; `heads` are in the order of the featuriser's topics."""
        self._version = version
        self.featuriser = featuriser
        self.heads = tuple(heads)

    @property
    def version(self) -> str:
        """The fingerprint of everything the model was trained from."""
        return self._version

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics in the order of their ids."""
        return self.featuriser.topics

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """Return a score per document and topic, documents in the order given, topics in the order of their ids."""
        return [score for batch in _batches(documents) for score in self._score(batch)]

    def explain(self, document: Document, topic: str) -> list[Term]:
        """Return every contribution to the logit of a document, the strongest first; they add up to it exactly.

        Raises ModelError when the model does not know the topic.
        """
        column = self._column(topic)
        head = self.heads[column]
        articles = self.featuriser.articles([document])
        _, best = judge(articles, column, head.weights, head.bias)
        found = shares(articles, column, head.weights, best)
        return list(ranked(found, 0, head.bias, self.featuriser.vocabulary.terms, None))

    def logit(self, document: Document, topic: str) -> float:
        """Return the number that `explain` takes apart, before it is turned into a score."""
        column = self._column(topic)
        head = self.heads[column]
        logits, _ = judge(self.featuriser.articles([document]), column, head.weights, head.bias)
        return float(logits[0])

    def _column(self, topic: str) -> int:
        for column, known in enumerate(self.topics):
            if known.id == topic:
                return column
        known_ids = ", ".join(known.id for known in self.topics)
        raise ModelError(topic, "unknown_topic", f"the model knows no such topic, only {known_ids}")

    def _score(self, documents: Sequence[Document]) -> list[Score]:
        articles = self.featuriser.articles(documents)
        columns = [list(self._column_scores(documents, articles, column)) for column in range(len(self.heads))]
        return [score for row in zip(*columns, strict=True) for score in row]

    def _column_scores(self, documents: Sequence[Document], articles: Articles, column: int) -> Iterator[Score]:
        head = self.heads[column]
        logits, best = judge(articles, column, head.weights, head.bias)
        found = shares(articles, column, head.weights, best)
        scores = squash(head.slope * logits + head.intercept)
        for row, document in enumerate(documents):
            passage = articles.passages[best[row]] if best[row] >= 0 else document.text or document.title
            yield Score(
                id=document.id,
                topic=head.topic.id,
                score=float(scores[row]),
                probability=None if head.cold else float(scores[row]),
                threshold=head.threshold,
                matched=bool(scores[row] >= head.threshold),
                passage=excerpt(passage),
                terms=ranked(found, row, head.bias, self.featuriser.vocabulary.terms),
            )


def squash(values: Floats) -> Floats:
    """Return the logistic function of each value, without overflow."""
    result: Floats = 0.5 * (1.0 + np.tanh(0.5 * values))
    return result


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), _BATCH):
        yield documents[start : start + _BATCH]
