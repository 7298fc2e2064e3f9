"""Whether a challenger may take the champion's place: by labels neither has seen, false alarms, and the golden set.

The newest fifth of each topic's labels is the test part. A text that is nearly one of them goes with it, whatever its
age, and leaves the background too, so that nobody is tested on what it has seen. Thresholds come from training alone;
the test part only judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.records import Document, Label, Score
from monitor.topics import lineage
from monitor.topics.dividing import Divided, both_signs, divide, last_word, near, text_of, without
from monitor.topics.model import TopicModel
from monitor.topics.ranking import gap_between
from monitor.topics.version import distinct

FEWEST = 10
"""Test labels of topics with both signs; average precision of fewer says nothing."""

WORST = -0.02
"""What 95 of 100 resamples must stay above: the challenger's average precision less the champion's."""

EXACT = 1e-9
LOST, FREE_LOST = 0.1, 2
"""Share and number of the yes labels found by the champion that a challenger may miss; the larger counts."""

HALF = 0.5
FEWEST_MATCHES = 10
"""Matches of a topic of which a challenger must keep half; of fewer it may lose any."""

MORE_ALARMS = 1.5
FREE_ALARMS = 2
ORDINARY = 2_000
"""Background texts on which false alarms are counted."""

SHOWN = 5

Fit = Callable[[Sequence[Label], Sequence[Document]], TopicModel]
"""Trains on labels and a background, with the topics of the challenger."""


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
    mine = last_word([label for label in labels if label.topic in known])
    parts = divide(mine, challenger)
    contest = _contest(parts, mine, champion, challenger, background, fit)
    precision, numbers = _precision(parts, mine, champion, contest)
    found, yes = _found(parts, contest, challenger)
    alarms, counted = _alarms(champion.model, challenger, background, mine)
    right, judged = golden_rule(challenger, golden)
    sizes = {"test": len(parts.test), "train": len(parts.train)}
    return Comparison(
        rules=(precision, found, alarms, right),
        numbers={**sizes, **numbers, **yes, "false_alarms": counted, **judged},
    )


def kept_matches(counts: Mapping[str, tuple[int, int]]) -> Rule:
    """Return whether no topic loses more than half of its matches; `counts` are those it had and those it loses."""
    judged = {topic: (had, lost) for topic, (had, lost) in counts.items() if had >= FEWEST_MATCHES}
    over = [f"{topic} {lost} of {had}" for topic, (had, lost) in judged.items() if lost > HALF * had]
    had, lost = (sum(one[place] for one in counts.values()) for place in (0, 1))
    sentence = (
        f"what would change: {lost} of {had} matches of the last 30 days would be lost "
        f"(wanted for each topic with {FEWEST_MATCHES} or more: at most half)"
    )
    sentence += f"; too many: {', '.join(over)}" if over else ""
    return Rule(name="what would change", passed=not over, sentence=sentence)


def golden_rule(model: TopicModel, golden: Sequence[Label]) -> tuple[Rule, dict[str, Any]]:
    """Return whether a model judges every golden text right."""
    known = {topic.id for topic in model.topics}
    mine = [label for label in golden if label.topic in known]
    scores = _scores(model, mine)
    wrong = [
        (label, score)
        for label, score in ((label, scores[text_of(label), label.topic]) for label in mine)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """What meets on the test part: a challenger and a champion, trained without it unless it is too small for that."""

    challenger: TopicModel
    champion: TopicModel
    retrained: bool


def _contest(
    parts: Divided,
    labels: Sequence[Label],
    champion: Champion,
    challenger: TopicModel,
    background: Sequence[Document],
    fit: Fit,
) -> _Pair:
    if len(both_signs(parts)) < FEWEST:
        return _Pair(challenger=challenger, champion=champion.model, retrained=False)
    left = without(background, parts.test, challenger)
    ours = fit(parts.train, left)
    if _unspoilt(parts, labels, champion):
        return _Pair(challenger=ours, champion=champion.model, retrained=False)
    rival = fit([label for label in parts.train if lineage.said(label) in champion.learned], left)
    return _Pair(challenger=ours, champion=rival, retrained=True)


def _precision(
    parts: Divided, labels: Sequence[Label], champion: Champion, contest: _Pair
) -> tuple[Rule, dict[str, Any]]:
    places = both_signs(parts)
    left_out = _left_out(parts, contest.challenger)
    if len(places) < FEWEST:
        return _too_few(len(places), left_out, labels, champion), {"compared": len(places)}
    test = [parts.test[place] for place in places]
    groups = np.unique([parts.groups[place] for place in places], return_inverse=True)[1].astype(np.int64)
    gap = gap_between(test, groups, _scores(contest.challenger, test), _scores(contest.champion, test))
    sentence = (
        f"mean average precision on {len(test)} test labels of {int(groups.max()) + 1} stories: "
        f"challenger {gap.new.mean():.3f}, champion {gap.old.mean():.3f}, "
        f"difference {gap.difference:+.3f} (wanted: 0 or more), "
        f"in 95 of 100 resamples above {gap.low:+.3f} (wanted: above {WORST:+.2f}){left_out}"
    )
    passed = gap.difference >= -EXACT and gap.low > WORST
    by_topic = {
        topic: {"champion": float(old), "challenger": float(new)}
        for topic, old, new in zip(gap.topics, gap.old, gap.new, strict=True)
    }
    numbers = {
        "compared": len(test),
        "difference": gap.difference,
        "low": gap.low,
        "champion_retrained": contest.retrained,
    }
    rule = Rule(name="average precision", passed=passed, sentence=sentence)
    return rule, {**numbers, "average_precision": by_topic}


def _too_few(compared: int, left_out: str, labels: Sequence[Label], champion: Champion) -> Rule:
    """Return a rule that is kept, unless there are fewer labels than the champion learned from."""
    topics = {topic.id for topic in champion.model.topics}
    learned, gone = lineage.learned_of(champion.learned, topics), lineage.gone(champion.learned, topics, labels)
    lost = len(labels) < len(learned)
    sentence = f"too few labels to compare: {compared} test labels of topics with both signs, {FEWEST} are needed"
    if lost:
        count = "1 label" if len(gone) == 1 else f"{len(gone)} labels"
        verb = "is" if len(gone) == 1 else "are"
        what = f"{count} the model in charge learned from {verb} gone"
        sentence += f", and {what}; put them back, or train with --force"
    return Rule(name="average precision", passed=not lost, sentence=sentence + left_out)


def _left_out(parts: Divided, model: TopicModel) -> str:
    """Return a half-sentence that names the topics that cannot be compared."""
    compared = {parts.test[place].topic for place in both_signs(parts)}
    named = [topic.id for topic in model.topics if topic.id not in compared]
    return f"; not compared, for want of labels of both signs: {', '.join(named)}" if named else ""


def _found(parts: Divided, contest: _Pair, challenger: TopicModel) -> tuple[Rule, dict[str, Any]]:
    """Count the yes labels of the test part that each finds at its own thresholds.

    The challenger that would take over counts besides its twin of the contest: it has seen them and must find them.
    """
    yes = [label for label in parts.test if label.label]
    was, twin, itself = (_finds(model, yes) for model in (contest.champion, contest.challenger, challenger))
    least = was - max(FREE_LOST, LOST * was)
    sentence = (
        f"yes labels of the test part found, of {len(yes)}: challenger {twin}, and {itself} once it has learned them, "
        f"champion {was} (wanted: at most {FREE_LOST} or {LOST:.0%} fewer)"
    )
    rule = Rule(name="matches", passed=min(twin, itself) >= least, sentence=sentence)
    return rule, {"yes": len(yes), "found": {"champion": was, "challenger": twin, "learned": itself}}


def _finds(model: TopicModel, labels: Sequence[Label]) -> int:
    scores = _scores(model, labels)
    return sum(scores[text_of(label), label.topic].matched for label in labels)


def _alarms(
    champion: TopicModel, challenger: TopicModel, background: Sequence[Document], labels: Sequence[Label]
) -> tuple[Rule, dict[str, dict[str, int]]]:
    """Count, per topic, matches among ordinary texts that nobody labelled yes: all, and those without its keywords."""
    # Training takes its negatives from the beginning of this order, so those at its end are mostly unseen.
    ordinary = distinct(background)[-ORDINARY:]
    articles = challenger.featuriser.articles(ordinary)
    unkeyed = np.asarray(articles.wholes.hits) == 0
    old, new = _matched(champion, ordinary), _matched(challenger, ordinary)
    counted: dict[str, dict[str, int]] = {}
    over = []
    for column, topic in enumerate(challenger.topics):
        free = np.ones(len(ordinary), dtype=np.bool_)
        free[near(articles, [x for x in labels if x.label and x.topic == topic.id], challenger)] = False
        one = {"texts": int(free.sum())}
        for kind, rows in (("", free), ("_without", free & unkeyed[:, column])):
            was, now = int(old[rows, column].sum()), int(new[rows, column].sum())
            one |= {f"champion{kind}": was, f"challenger{kind}": now}
            if now > max(MORE_ALARMS * was, was + FREE_ALARMS):
                over.append(f"{topic.id} {now} instead of {was}{' without keywords' if kind else ''}")
        counted[topic.id] = one
    rule = Rule(name="false alarms", passed=not over, sentence=_alarms_sentence(len(ordinary), counted, over))
    return rule, counted


def _alarms_sentence(texts: int, counted: Mapping[str, Mapping[str, int]], over: Sequence[str]) -> str:
    def total(key: str) -> str:
        return f"{sum(one[key] for one in counted.values())} ({sum(one[f'{key}_without'] for one in counted.values())})"

    sentence = (
        f"matches on {texts} background texts that nobody labelled yes (in brackets: without keywords): challenger "
        f"{total('challenger')}, champion {total('champion')} (wanted of both for each topic: at most "
        f"{MORE_ALARMS} times as many, or {FREE_ALARMS} more)"
    )
    return sentence + (f"; too many: {', '.join(over)}" if over else "")


def _unspoilt(parts: Divided, labels: Sequence[Label], champion: Champion) -> bool:
    """Return whether the champion has seen no test text, as far as that can be known."""
    seen = {name.split(" ")[0] for name in champion.learned}
    known = {lineage.text_of(label) for label in labels}
    return seen <= known and not any(lineage.text_of(label) in seen for label in parts.test)


def _scores(model: TopicModel, labels: Sequence[Label]) -> dict[tuple[str, str], Score]:
    once = {text_of(label): Document(id=text_of(label), title=label.title, text=label.text) for label in labels}
    return {(score.id, score.topic): score for score in model.score(list(once.values()))}


def _matched(model: TopicModel, documents: Sequence[Document]) -> npt.NDArray[np.bool_]:
    """Return which documents match which topics (documents × topics)."""
    found = np.array([score.matched for score in model.score(documents)], dtype=np.bool_)
    return found.reshape(len(documents), len(model.topics))


def _wrong(label: Label, score: Score) -> str:
    asked = "should match" if label.label else "should not match"
    return f"{label.title!r} {asked} {label.topic} ({score.score:.2f}, threshold {score.threshold:.2f})"
