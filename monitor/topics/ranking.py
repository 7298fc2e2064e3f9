"""Average precision of two models on the same labels, and how far their difference is chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.records import Label, Score
from monitor.topics.dividing import text_of
from monitor.topics.vocabulary import Floats, Ints

RESAMPLES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Average precision of both by topic, and what 95 of 100 resamples of their difference stay above."""

    topics: tuple[str, ...]
    new: Floats
    old: Floats
    low: float

    @property
    def difference(self) -> float:
        """The challenger's mean less the champion's."""
        return float(self.new.mean() - self.old.mean())


def gap_between(
    test: Sequence[Label],
    groups: Ints,
    ours: Mapping[tuple[str, str], Score],
    theirs: Mapping[tuple[str, str], Score],
) -> Gap:
    """Measure both on the whole test part, then on resamples of its stories; what lacks a sign there is left out."""
    topics = tuple(sorted({label.topic for label in test}))
    stories = int(groups.max()) + 1
    once = np.ones((1, stories))
    draws = np.random.default_rng(0).multinomial(stories, np.full(stories, 1 / stories), RESAMPLES).astype(np.float64)
    differences = _by_topic(test, groups, ours, draws, topics) - _by_topic(test, groups, theirs, draws, topics)
    seen = differences[~np.isnan(differences).all(axis=1)]
    return Gap(
        topics=topics,
        new=_by_topic(test, groups, ours, once, topics)[0],
        old=_by_topic(test, groups, theirs, once, topics)[0],
        low=float(np.quantile(np.nanmean(seen, axis=1), 0.05)) if len(seen) else float("-inf"),
    )


def average_precision(weights: Floats, truth: Floats, scores: Floats) -> Floats:
    """Return the average precision for each row of `weights` (how often each text counts); NaN without both signs."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    # Equal scores are one step: no order among them is better than another.
    steps = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    weighed = weights[:, order]
    right = np.cumsum(weighed * truth[order], axis=1)[:, steps]
    found = np.cumsum(weighed, axis=1)[:, steps]
    total = right[:, -1]
    gained = np.diff(right, axis=1, prepend=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        area = np.nansum(gained * right / found, axis=1) / total
    return np.where((total > 0) & (total < found[:, -1]), area, np.nan)


def _by_topic(
    test: Sequence[Label],
    groups: Ints,
    scores: Mapping[tuple[str, str], Score],
    draws: Floats,
    topics: Sequence[str],
) -> Floats:
    """Return average precisions (draws × topics); `draws` say how often each story counts."""
    columns = []
    for topic in topics:
        places = [place for place, label in enumerate(test) if label.topic == topic]
        truth = np.array([test[place].label for place in places], dtype=np.float64)
        given = np.array([scores[text_of(test[place]), topic].score for place in places])
        columns.append(average_precision(draws[:, groups[places]], truth, given))
    return np.column_stack(columns)
