"""From logits to scores and thresholds.

A topic with labels gets a probability (Platt 1999, with his smoothed targets, fitted on logits that each text got from
a classifier that had not seen it) and the threshold that reaches its target precision. Where the user's own stream is
known, both are those of the stream, in which most topics are rarer than among the labels (Saerens et al. 2002). A cold
topic gets a threshold just above what ordinary articles reach that merely mention its words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.records import Document, Topic
from monitor.topics.vocabulary import Floats

FLOOR = 0.5
"""The lowest threshold: a match is at least as likely as not."""

_TINY = 1e-12
_ROUNDS = 200
_RAREST = 10.0
_HOST_WORDS = 120
_MENTIONS_PER_HOST = 4
_NO_REGULARISATION = 1e6


def platt(logits: Floats, truth: Floats) -> tuple[float, float]:
    """Return slope and intercept that turn a logit into a probability; the slope is <= 0 when the two do not agree."""
    positives, negatives = truth.sum(), (1 - truth).sum()
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    curve = LogisticRegression(C=_NO_REGULARISATION, solver="newton-cholesky")
    curve.fit(
        np.concatenate([logits, logits])[:, None],
        np.repeat([1, 0], len(logits)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def prevalence(probabilities: Floats, labelled: float) -> float:
    """Return how common a topic is in a stream, given what a model calibrated on the labels says of its texts.

    `labelled` is the topic's share among the labels. Expectation maximisation of Saerens et al. (2002); the answer is
    kept between a tenth of that share and the whole of it, because labels are asked for where the topic is likely.
    """
    odds = probabilities / np.maximum(1.0 - probabilities, _TINY)
    share = labelled
    for _ in range(_ROUNDS):
        moved = odds * (share / labelled) * ((1.0 - labelled) / (1.0 - share))
        share = float(np.clip(np.mean(moved / (1.0 + moved)), labelled / _RAREST, labelled))
    return share


def threshold_for(probabilities: Floats, truth: Floats, precision: float, rarer: float = 1.0) -> float:
    """Return the lowest threshold from 0.5 up that reaches a precision, or else the one of the highest precision.

    Thresholds lie half-way between neighbouring probabilities, so that rounding decides nothing. In the stream there
    are `rarer` texts of the topic to each among the labels, in proportion to the others.
    """
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    above = np.append(ranked[1:], 0.0)
    right = rarer * np.cumsum(truth[order])
    reached = right / (right + np.cumsum(1.0 - truth[order]))
    usable = np.flatnonzero((ranked >= FLOOR) & (ranked > above))
    if not len(usable):
        return FLOOR
    enough = usable[reached[usable] >= precision]
    best = enough[-1] if len(enough) else usable[np.argmax(reached[usable])]
    return max(FLOOR, float(ranked[best] + above[best]) / 2)


def mentions(topic: Topic, ordinary: Sequence[Document]) -> list[Document]:
    """Return ordinary articles of 120 words and more, each with a mention of the topic: a word of every keyword group.

    A topic without keywords is mentioned by one of its seed phrases.
    """
    groups = topic.keywords or (topic.seeds,)
    found: list[Document] = []
    for host in _hosts(ordinary):
        for _ in range(_MENTIONS_PER_HOST):
            number = len(found)
            # A step that shares no factor with most lengths reaches every word sooner or later.
            words = " ".join(group[(7 * number) % len(group)].rstrip("*") for group in groups)
            found.append(Document(id="", title=host.title, text=f"{host.text}. {words}"))
    return found


def _hosts(ordinary: Sequence[Document]) -> list[Document]:
    """Join short texts until each has enough words to make a mention a passing one."""
    hosts: list[Document] = []
    held: list[str] = []
    title = ""
    for document in ordinary:
        title = title or document.title
        held += document.text.split()[:_HOST_WORDS]
        if len(held) >= _HOST_WORDS:
            hosts.append(Document(id="", title=title, text=" ".join(held)))
            held, title = [], ""
    return hosts
