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
from monitor.topics.explanation import Shares, judge
from monitor.topics.features import Articles, Featuriser
from monitor.topics.keywords import words
from monitor.topics.languages import language_of, phrasebook
from monitor.topics.passages import excerpt
from monitor.topics.version import ENGLISH
from monitor.topics.vocabulary import Floats

_BATCH = 256
_ENOUGH = 200
"""Characters of a text that need no counting of words."""

FEWEST_WORDS = 4
"""Title and text together; fewer words are not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was learned for one topic.

    `weights` has one number per feature (see `features.Rows.of`). The score is the logistic function of
    `slope * logit + intercept`; it is a probability unless the topic is `cold`. `notes` say in sentences what the
    labels could not support. `prevalence` is about how common the topic is in the user's stream, where that was told.
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
    prevalence: float | None = None
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

        The document is read as English. Raises ModelError when the model does not know the topic.
        """
        column = self._column(topic)
        head = self.heads[column]
        articles = self.featuriser.articles([document])
        _, best = judge(articles, column, head.weights, head.bias)
        shares = Shares(articles, self.featuriser.vocabulary)
        return list(shares.ranked(shares.of(column, head.weights, best), 0, head.bias, None))

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
        shares = Shares(articles, self.featuriser.vocabulary)
        languages = [language_of(document) for document in documents]
        reasons = [_reason(document, language) for document, language in zip(documents, languages, strict=True)]
        columns = [
            self._column_scores(documents, list(zip(languages, reasons, strict=True)), articles, shares, column)
            for column in range(len(self.heads))
        ]
        return [score for row in zip(*columns, strict=True) for score in row]

    def _column_scores(
        self,
        documents: Sequence[Document],
        known: Sequence[tuple[str, str]],
        articles: Articles,
        shares: Shares,
        column: int,
    ) -> Iterator[Score]:
        head = self.heads[column]
        logits, best = judge(articles, column, head.weights, head.bias)
        found = shares.of(column, head.weights, best)
        scores = squash(head.slope * logits + head.intercept)
        for row, (document, (language, reason)) in enumerate(zip(documents, known, strict=True)):
            if language != ENGLISH and (book := phrasebook(head.topic, language)) is not None:
                yield book.score(document)
                continue
            part, parts = _place(articles, row, int(best[row]))
            yield Score(
                id=document.id,
                topic=head.topic.id,
                score=float(scores[row]),
                probability=None if head.cold or reason else float(scores[row]),
                threshold=head.threshold,
                matched=bool(scores[row] >= head.threshold) and not reason,
                passage=excerpt(articles.passages[best[row]] if part else document.text or document.title),
                terms=shares.ranked(found, row, head.bias),
                logit=float(logits[row]),
                part=part,
                parts=parts,
                reason=reason,
            )


def _reason(document: Document, language: str) -> str:
    """Return why a document cannot be judged by the English model, or nothing."""
    if language != ENGLISH:
        return f"no-model-for-language-{language}"
    if len(document.text) >= _ENOUGH:
        return ""
    # Of one or two words all the weight is on these: `AI` alone would be the purest article on AI there is.
    return "too-short" if len(words(f"{document.title} {document.text}")) < FEWEST_WORDS else ""


def _place(articles: Articles, row: int, best: int) -> tuple[int, int]:
    """Return which of its passages a document's best one is, counted from 1, and how many it has; 0 of 0 for none."""
    if best < 0:
        return 0, 0
    first, end = np.searchsorted(articles.owners, [row, row + 1])
    return int(best - first) + 1, int(end - first)


def squash(values: Floats) -> Floats:
    """Return the logistic function of each value, without overflow."""
    result: Floats = 0.5 * (1.0 + np.tanh(0.5 * values))
    return result


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), _BATCH):
        yield documents[start : start + _BATCH]
