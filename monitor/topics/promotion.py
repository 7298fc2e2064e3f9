"""Whether a challenger may take the champion's place: by labels neither has seen, false alarms, and the golden set.

The newest fifth of the labels is the test part. A text that is nearly one of them goes with it, whatever its age, so
that nobody is tested on what it has seen. Thresholds come from training alone; the test part only judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from monitor.records import Document, Label, Score
from monitor.topics import lineage
from monitor.topics.model import TopicModel
from monitor.topics.version import digest, distinct
from monitor.topics.vocabulary import Floats, Ints

TEST_SHARE = 0.2
SAME_STORY = 0.5
"""Texts at least this alike (cosine) stand on the same side."""

FEWEST = 10
"""Test labels of topics with both signs; average precision of fewer says nothing."""

RESAMPLES = 1_000
WORST = -0.02
"""What 95 of 100 resamples must stay above: the challenger's average precision less the champion's."""

EXACT = 1e-9
MORE_ALARMS = 1.5
FREE_ALARMS = 2
ORDINARY = 2_000
"""Background texts on which false alarms are counted."""

SHOWN = 5
_OLDEST = datetime.min.replace(tzinfo=UTC)

Fit = Callable[[Sequence[Label]], TopicModel]
"""Trains on labels, with the topics and the background of the challenger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of promotion, whether the challenger kept it, and a sentence with the numbers."""

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a challenger compares with the champion; `numbers` are plain values for the record."""

    rules: tuple[Rule, ...]
    numbers: Mapping[str, Any]

    @property
    def promoted(self) -> bool:
        """Whether the challenger kept every rule."""
        return all(rule.passed for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """Labels in two parts that share no story; `groups` numbers the story of each test label."""

    train: tuple[Label, ...]
    test: tuple[Label, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The model in charge, and the names of the labels it learned from."""

    model: TopicModel
    learned: frozenset[str]


def compare(
    *,
    labels: Sequence[Label],
    champion: Champion,
    challenger: TopicModel,
    background: Sequence[Document],
    golden: Sequence[Label],
    fit: Fit,
) -> Comparison:
    """Return how `challenger`, trained on all `labels` (the oldest first), compares with the champion.

    Both know the same topics. `fit` trains again on fewer labels, for the test.
    """
    known = {topic.id for topic in challenger.topics}
    mine = _last_word([label for label in labels if label.topic in known])
    parts = divide(mine, challenger)
    precision, numbers = _precision(parts, mine, champion, fit)
    alarms, counted = _alarms(champion.model, challenger, background)
    right, judged = golden_rule(challenger, golden)
    return Comparison(
        rules=(precision, alarms, right),
        numbers={"test": len(parts.test), "train": len(parts.train), **numbers, "false_alarms": counted, **judged},
    )


def divide(labels: Sequence[Label], model: TopicModel) -> Divided:
    """Put the newest fifth, and every label whose text is nearly one of theirs, into the test part.

    Labels without a time are the oldest, in the order given.
    """
    places = sorted(range(len(labels)), key=lambda place: (labels[place].at or _OLDEST, place))
    newest = places[len(places) - int(np.ceil(TEST_SHARE * len(places))) :]
    story = _stories(labels, model)
    tested = {story[place] for place in newest}
    test = [place for place in range(len(labels)) if story[place] in tested]
    return Divided(
        train=tuple(label for place, label in enumerate(labels) if story[place] not in tested),
        test=tuple(labels[place] for place in test),
        groups=tuple(story[place] for place in test),
    )


def golden_rule(model: TopicModel, golden: Sequence[Label]) -> tuple[Rule, dict[str, Any]]:
    """Return whether a model judges every golden text right."""
    known = {topic.id for topic in model.topics}
    mine = [label for label in golden if label.topic in known]
    scores = _scores(model, mine)
    wrong = [
        (label, score)
        for label, score in ((label, scores[_text(label), label.topic]) for label in mine)
        if score.matched != label.label
    ]
    sentence = f"golden set: {len(mine) - len(wrong)} of {len(mine)} texts judged right"
    if not mine:
        sentence = "golden set: there is none (golden.jsonl)"
    shown = [_wrong(label, score) for label, score in wrong[:SHOWN]]
    shown += [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    sentence += f"; wrong: {'; '.join(shown)}" if shown else ""
    rule = Rule(name="golden", passed=not wrong, sentence=sentence)
    return rule, {"golden": len(mine), "golden_wrong": len(wrong)}


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


def _precision(parts: Divided, labels: Sequence[Label], champion: Champion, fit: Fit) -> tuple[Rule, dict[str, Any]]:
    places = _both_signs(parts)
    if len(places) < FEWEST:
        few = f"{len(places)} test labels of topics with both signs, {FEWEST} are needed"
        sentence = f"too few labels to compare: {few}"
        return Rule(name="average precision", passed=True, sentence=sentence), {"compared": len(places)}
    unspoilt = _unspoilt(parts, labels, champion)
    rival = champion.model if unspoilt else fit([x for x in parts.train if lineage.said(x) in champion.learned])
    test = [parts.test[place] for place in places]
    groups = np.unique([parts.groups[place] for place in places], return_inverse=True)[1].astype(np.int64)
    gap = _gap(test, groups, _scores(fit(parts.train), test), _scores(rival, test))
    sentence = (
        f"mean average precision on {len(test)} test labels of {int(groups.max()) + 1} stories: "
        f"challenger {gap.new.mean():.3f}, champion {gap.old.mean():.3f}, "
        f"difference {gap.difference:+.3f} (wanted: 0 or more), "
        f"in 95 of 100 resamples above {gap.low:+.3f} (wanted: above {WORST:+.2f})"
    )
    passed = gap.difference >= -EXACT and gap.low > WORST
    by_topic = {
        topic: {"champion": float(old), "challenger": float(new)}
        for topic, old, new in zip(gap.topics, gap.old, gap.new, strict=True)
    }
    numbers = {"compared": len(test), "difference": gap.difference, "low": gap.low, "champion_retrained": not unspoilt}
    rule = Rule(name="average precision", passed=passed, sentence=sentence)
    return rule, {**numbers, "average_precision": by_topic}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """Average precision of both by topic, and what 95 of 100 resamples of their difference stay above."""

    topics: tuple[str, ...]
    new: Floats
    old: Floats
    low: float

    @property
    def difference(self) -> float:
        return float(self.new.mean() - self.old.mean())


def _gap(
    test: Sequence[Label],
    groups: Ints,
    ours: Mapping[tuple[str, str], Score],
    theirs: Mapping[tuple[str, str], Score],
) -> _Gap:
    """Measure both on the whole test part, then on resamples of its stories; what lacks a sign there is left out."""
    topics = tuple(sorted({label.topic for label in test}))
    stories = int(groups.max()) + 1
    once = np.ones((1, stories))
    draws = np.random.default_rng(0).multinomial(stories, np.full(stories, 1 / stories), RESAMPLES).astype(np.float64)
    differences = _by_topic(test, groups, ours, draws, topics) - _by_topic(test, groups, theirs, draws, topics)
    seen = differences[~np.isnan(differences).all(axis=1)]
    return _Gap(
        topics=topics,
        new=_by_topic(test, groups, ours, once, topics)[0],
        old=_by_topic(test, groups, theirs, once, topics)[0],
        low=float(np.quantile(np.nanmean(seen, axis=1), 0.05)) if len(seen) else float("-inf"),
    )


def _alarms(
    champion: TopicModel, challenger: TopicModel, background: Sequence[Document]
) -> tuple[Rule, dict[str, dict[str, int]]]:
    """Count, per topic, matches among ordinary texts without its keywords."""
    # Training takes its negatives from the beginning of this order, so those at its end are mostly unseen.
    ordinary = distinct(background)[-ORDINARY:]
    without = _hits(challenger, ordinary) == 0
    old, new = _matched(champion, ordinary), _matched(challenger, ordinary)
    counted: dict[str, dict[str, int]] = {}
    over = []
    for column, topic in enumerate(challenger.topics):
        texts = without[:, column]
        was, now = int(old[texts, column].sum()), int(new[texts, column].sum())
        counted[topic.id] = {"texts": int(texts.sum()), "champion": was, "challenger": now}
        if now > max(MORE_ALARMS * was, was + FREE_ALARMS):
            over.append(f"{topic.id} {now} instead of {was}")
    totals = {who: sum(one[who] for one in counted.values()) for who in ("champion", "challenger")}
    sentence = (
        f"false alarms on {len(ordinary)} background texts: challenger {totals['challenger']}, champion "
        f"{totals['champion']} (wanted for each topic: at most {MORE_ALARMS} times as many, or {FREE_ALARMS} more)"
    )
    sentence += f"; too many: {', '.join(over)}" if over else ""
    return Rule(name="false alarms", passed=not over, sentence=sentence), counted


def _last_word(labels: Sequence[Label]) -> list[Label]:
    """Return labels as training takes them, in the order in which they were given."""
    last = {(_text(label), label.topic): place for place, label in enumerate(labels)}
    return [labels[place] for place in sorted(last.values())]


def _stories(labels: Sequence[Label], model: TopicModel) -> list[int]:
    """Return a number for each label, the same for those whose texts are near-identical or tied by such."""
    if not labels:
        return []
    texts = sorted({_text(label): label for label in labels}.items())
    documents = [Document(id=name, title=label.title, text=label.text) for name, label in texts]
    terms = model.featuriser.articles(documents).wholes.terms
    numbers = connected_components((terms @ terms.T) >= SAME_STORY, directed=False)[1]
    story = {name: int(number) for (name, _), number in zip(texts, numbers, strict=True)}
    return [story[_text(label)] for label in labels]


def _both_signs(parts: Divided) -> list[int]:
    """Return the places of test labels whose topic has a yes and a no among them."""
    signs: dict[str, set[bool]] = {}
    for label in parts.test:
        signs.setdefault(label.topic, set()).add(label.label)
    return [place for place, label in enumerate(parts.test) if len(signs[label.topic]) > 1]


def _unspoilt(parts: Divided, labels: Sequence[Label], champion: Champion) -> bool:
    """Return whether the champion has seen no test text, as far as that can be known."""
    seen = {name.split(" ")[0] for name in champion.learned}
    known = {lineage.text_of(label) for label in labels}
    return seen <= known and not any(lineage.text_of(label) in seen for label in parts.test)


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
        given = np.array([scores[_text(test[place]), topic].score for place in places])
        columns.append(average_precision(draws[:, groups[places]], truth, given))
    return np.column_stack(columns)


def _scores(model: TopicModel, labels: Sequence[Label]) -> dict[tuple[str, str], Score]:
    once = {_text(label): Document(id=_text(label), title=label.title, text=label.text) for label in labels}
    return {(score.id, score.topic): score for score in model.score(list(once.values()))}


def _matched(model: TopicModel, documents: Sequence[Document]) -> npt.NDArray[np.bool_]:
    """Return which documents match which topics (documents × topics)."""
    found = np.array([score.matched for score in model.score(documents)], dtype=np.bool_)
    return found.reshape(len(documents), len(model.topics))


def _hits(model: TopicModel, documents: Sequence[Document]) -> Floats:
    """Return where the keywords of topics hit (documents × topics)."""
    return np.asarray(model.featuriser.articles(documents).wholes.hits)


def _text(label: Label) -> str:
    return digest(label.title, label.text)


def _wrong(label: Label, score: Score) -> str:
    asked = "should match" if label.label else "should not match"
    return f"{label.title!r} {asked} {label.topic} ({score.score:.2f}, threshold {score.threshold:.2f})"
