"""From logits to scores and thresholds.

A topic with labels gets a probability (Platt 1999, with his smoothed targets, fitted on logits that each text got from
a classifier that had not seen it) and the threshold that reaches its target precision. Where the user's own stream is
known, both are those of the stream: labels are given where the topic is likely, so that they stand for the part of the
stream that is near the topic, and ordinary news for the rest (Shimodaira 2000). A cold
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

_HOST_WORDS = 120
_MENTIONS_PER_HOST = 4
_NO_REGULARISATION = 1e6


def platt(logits: Floats, truth: Floats, weight: Floats | None = None) -> tuple[float, float]:
    """Return slope and intercept that turn a logit into a probability; the slope is <= 0 when the two do not agree.

    `weight` is how many texts each one stands for; all stand for themselves without it.
    """
    counted = np.ones(len(truth)) if weight is None else weight
    positives, negatives = (counted * truth).sum(), (counted * (1 - truth)).sum()
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    curve = LogisticRegression(C=_NO_REGULARISATION, solver="newton-cholesky")
    curve.fit(
        np.concatenate([logits, logits])[:, None],
        np.repeat([1, 0], len(logits)),
        sample_weight=np.concatenate([counted * target, counted * (1 - target)]),
    )
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def threshold_for(probabilities: Floats, truth: Floats, precision: float, weight: Floats | None = None) -> float:
    """Return the lowest threshold from 0.5 up that reaches a precision, or else the one of the highest precision.

    Thresholds lie half-way between neighbouring probabilities, so that rounding decides nothing. `weight` is how many
    texts each one stands for.
    """
    counted = np.ones(len(truth)) if weight is None else weight
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    above = np.append(ranked[1:], 0.0)
    reached = np.cumsum((counted * truth)[order]) / np.cumsum(counted[order])
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
