"""How well the topics are told apart, measured on labels that the judging model had not seen.

    topics, labels, background → gather → deal → judge_held_out → a TopicEvaluation each → Evaluation

No threshold, calibration or vocabulary is chosen on the texts that it is measured on. The same inputs and seed give the
same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from monitor.records import (
    Asked,
    Baselines,
    Document,
    Evaluation,
    Histogram,
    Label,
    LearningPoint,
    Mistake,
    SampledRecall,
    Score,
    Share,
    Stream,
    Term,
    Topic,
    TopicEvaluation,
)
from monitor.records import Estimate as EstimateRecord
from monitor.topics import measures
from monitor.topics.heldout import Say, Texts, deal, gather, judge_cold, judge_held_out, learning
from monitor.topics.measures import Floats, Ints
from monitor.topics.version import fingerprint, unknown_labels

FEW_YES = 20
WORST = 5
_TERMS_SHOWN = 5
_NO_WORDS = frozenset({"(bias)", "(others)"})
_RARER = 2.0
MATCHES_NEEDED = 10
"""Answered matches of the stream that say something of the precision there."""
_UPPER_BOUND = f"an upper bound, with the precision among the labels: under {MATCHES_NEEDED} matches are answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is computed: `curve` asks for learning curves over `draws` each; `resamples` are the bootstrap's."""

    curve: bool = False
    draws: int = 2
    resamples: int = 500
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is known of one topic's labelled texts, row by row."""

    topic: Topic
    rows: Ints
    truth: Floats
    scores: tuple[Score, ...]
    labels: tuple[Label, ...]
    stories: Ints
    divided: bool
    streamed: bool
    stream: Stream

    @property
    def values(self) -> Floats:
        return np.array([one.score for one in self.scores], dtype=np.float64)

    @property
    def matched(self) -> Floats:
        return np.array([one.matched for one in self.scores], dtype=np.float64)


def evaluate(
    topics: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    *,
    stream: Mapping[str, Stream],
    at: datetime,
    weeks: float | None = None,
    effort: Effort | None = None,
    say: Say = lambda _line: None,
) -> Evaluation:
    """Return the figures of every topic, in the order of their ids.

    `stream` is what the scores of the news that came say, by topic; `weeks` is the background's, as for `train`, and
    errors are its own.
    """
    effort = effort or Effort()
    texts = gather(topics, labels, background, weeks)
    say(f"{len(texts.labels)} labels for {len(texts.documents)} texts, {len(texts.background)} background texts")
    cold = judge_cold(texts)
    folds = deal(texts, effort.seed)
    judged, streamed = judge_held_out(texts, folds, cold, say)
    curves = learning(texts, folds, effort.draws, effort.seed, say) if effort.curve and texts.labels else []
    found = [
        _topic(
            _found(texts, column, judged, folds, stream.get(topic.id, Stream()), is_streamed=column in streamed),
            texts,
            column,
            cold,
            curves,
            effort,
        )
        for column, topic in enumerate(texts.topics)
    ]
    means = [one.average_precision.value for one in found if one.average_precision is not None]
    return Evaluation(
        model=fingerprint(topics, labels, background, weeks=weeks),
        at=at,
        topics=tuple(found),
        labels=len(texts.labels),
        texts=len(texts.documents),
        stories=len(set(texts.stories.tolist())),
        background=len(texts.background),
        folds=len(set(folds.tolist())) if any(not one.cold for one in found) else 0,
        mean_average_precision=sum(means) / len(means) if means else None,
        notes=tuple(_notes(texts, labels, len(background), is_streamed=bool(streamed))),
    )


def _notes(texts: Texts, labels: Sequence[Label], background: int, *, is_streamed: bool) -> list[str]:
    said = unknown_labels(texts.topics, labels)
    if repeats := background - len(texts.background):
        said.append(f"{repeats} background texts repeat a labelled one and were left out")
    if not texts.labels:
        said.append("there are no labels, so nothing can be measured (monitor label --next asks for some)")
    elif not is_streamed:
        said.append("the labelled mix is not the stream: in a rarer stream the same threshold has a lower precision")
    return said


def _found(
    texts: Texts, column: int, judged: list[list[Score]], folds: Ints, stream: Stream, *, is_streamed: bool
) -> _Found:
    rows = texts.rows(column)
    return _Found(
        topic=texts.topics[column],
        rows=rows,
        truth=texts.truth[rows, column],
        scores=tuple(judged[row][column] for row in rows),
        labels=tuple(texts.label(row, column) for row in rows.tolist()),
        stories=texts.stories[rows],
        divided=texts.can_be_divided(column, folds),
        streamed=is_streamed,
        stream=stream,
    )


def _topic(
    found: _Found,
    texts: Texts,
    column: int,
    cold: list[list[Score]],
    curves: list[list[tuple[int, list[float]]]],
    effort: Effort,
) -> TopicEvaluation:
    random = np.random.default_rng([effort.seed, column])
    right = int((found.matched * found.truth).sum())
    precision = measures.share(right, int(found.matched.sum()))
    recall = measures.share(right, int(found.truth.sum()))
    thresholds = [one.threshold for one in found.scores]
    probable = np.array([one.probability is not None for one in found.scores], dtype=bool)
    return TopicEvaluation(
        topic=found.topic.id,
        title=found.topic.title,
        yes=recall.of,
        no=len(found.rows) - recall.of,
        stories=len(set(found.stories.tolist())),
        cold=not found.divided,
        target=found.topic.precision,
        average_precision=_ranking(found, random, effort),
        threshold=float(np.median(thresholds)) if thresholds else None,
        precision=precision,
        recall=recall,
        sampled_recall=_sampled_recall(found, precision, random),
        calibration=measures.calibration(found.truth[probable], found.values[probable]),
        baselines=_baselines(texts, column, found, cold),
        curve=measures.curve(found.truth, found.values),
        learning=tuple(_learned(*point) for point in curves[column]) if curves else (),
        false_matches=_worst(found, np.flatnonzero((found.matched == 1) & (found.truth == 0)), -found.values),
        misses=_worst(found, np.flatnonzero((found.matched == 0) & (found.truth == 1)), found.values),
        scores=Histogram(
            yes=measures.histogram(found.values[found.truth == 1]),
            no=measures.histogram(found.values[found.truth == 0]),
            stream=tuple(found.stream.scores),
        ),
        weeks=found.stream.weeks,
        notes=tuple(_topic_notes(found, precision, probable)),
    )


def _ranking(found: _Found, random: np.random.Generator, effort: Effort) -> EstimateRecord | None:
    return measures.average_precision_interval(found.truth, found.values, found.stories, random, effort.resamples)


def _learned(labels: int, values: list[float]) -> LearningPoint:
    return LearningPoint(labels=labels, mean=float(np.mean(values)), spread=float(np.std(values)), draws=len(values))


def _baselines(texts: Texts, column: int, found: _Found, cold: list[list[Score]]) -> Baselines:
    hits = texts.keyword_hits(column)
    precision = recall = None
    if hits is not None:
        hit = hits[found.rows]
        right = int((hit * found.truth).sum())
        precision = measures.share(right, int(hit.sum())).value
        recall = measures.share(right, int(found.truth.sum())).value
    unlearned = np.array([cold[row][column].score for row in found.rows], dtype=np.float64)
    return Baselines(
        keyword_precision=precision,
        keyword_recall=recall,
        keyword_f1=measures.f1(precision, recall),
        cosine=measures.average_precision(found.truth, texts.cosine[found.rows, column]),
        cold=measures.average_precision(found.truth, unlearned),
    )


def _worst(found: _Found, rows: Ints, order: Floats) -> tuple[Mistake, ...]:
    ranked = rows[np.argsort(order[rows], kind="stable")][:WORST]
    return tuple(
        Mistake(
            title=found.labels[row].title or found.labels[row].text[:120],
            url=found.labels[row].url,
            score=found.scores[row].score,
            terms=_shown(found.scores[row].terms),
        )
        for row in ranked.tolist()
    )


def _shown(terms: Sequence[Term]) -> tuple[Term, ...]:
    return tuple(term for term in terms if term.text not in _NO_WORDS)[:_TERMS_SHOWN]


def _sampled_recall(found: _Found, labelled: Share, random: np.random.Generator) -> SampledRecall:
    """Return recall in the stream: what was answered of the rejected counts as it is, the lot stands for the others."""
    drawn = [x for x in found.labels if x.asked is Asked.RANDOM and x.chance is not None and 0 < x.chance <= 1]
    yes = np.array([label.label for label in drawn], dtype=np.float64)
    chances = np.array([label.chance for label in drawn], dtype=np.float64)
    matches = sum(week.matches for week in found.stream.weeks)
    answered = _answered_matches(found.labels)
    precision = answered if answered.of >= MATCHES_NEEDED else labelled
    said, estimate = _why_not(len(drawn), matches, precision), None
    if not said:
        others = [x for x in found.labels if x.asked is not Asked.RANDOM and _is_above(x) is False]
        known = float(sum(x.label for x in others))
        population = max(found.stream.rejected - len(others), len(drawn)) if found.stream.rejected else None
        value = measures.recall_of_rejects(matches, yes, chances, population, known=known, precision=precision)
        bounds = measures.recall_interval(matches, precision, yes, chances, population, random, known=known)
        if value is not None and bounds is not None:
            estimate = EstimateRecord(value=value, low=min(bounds[0], value), high=max(bounds[1], value))
            lost = measures.missed(yes, chances, population, known)
            more = f", and {int(known)} of {len(others)} answered otherwise" if others else ""
            said = (
                f"{int(yes.sum())} of {len(drawn)} rejected articles drawn by lot were right after all{more}: about "
                f"{lost:,.0f} missed beside {matches * (precision.value or 0.0):,.0f} right ones of {matches:,} matches"
            )
            if precision is labelled:
                said = f"{_UPPER_BOUND} ({answered.of} are); {said}"
        else:
            said = "no right article was found, among the matches or among the rejected"
    return SampledRecall(estimate=estimate, asked=len(drawn), found=int(yes.sum()), said=said)


def _answered_matches(labels: Sequence[Label]) -> Share:
    """Return the share of right ones among the stream's matches that were answered, but for those on the border."""
    said = [label.label for label in labels if label.asked is not Asked.UNCERTAIN and _is_above(label)]
    return measures.share(sum(said), len(said))


def _is_above(label: Label) -> bool | None:
    """Whether an article of the stream matched when it was answered; None where that is not known."""
    return None if label.score is None or label.threshold is None else label.score >= label.threshold


def _why_not(drawn: int, matches: int, precision: Share) -> str:
    if not drawn:
        return "not known: no rejected article drawn by lot has a label yet (monitor label --next asks for some)"
    if not matches:
        return f"not known: {drawn} rejected articles have labels, but the database holds no match to set beside them"
    if precision.value is None:
        return f"not known: {drawn} rejected articles have labels, but no labelled text matches"
    return ""


def _topic_notes(found: _Found, precision: Share, probable: np.ndarray) -> list[str]:
    yes, no = int(found.truth.sum()), int((1 - found.truth).sum())
    said = []
    if not found.divided:
        said.append(f"cold: {yes} yes and {no} no; what is shown is the model without labels")
    elif yes < FEW_YES:
        said.append(f"only {yes} yes labels: the intervals are wide, and {FEW_YES} are a beginning")
    if found.divided and not probable.all():
        said.append(f"{int((~probable).sum())} of {len(probable)} texts were judged by a model that had stayed cold")
    if precision.value is not None and precision.high < found.topic.precision:
        said.append(f"the precision asked for, {found.topic.precision:.2f}, is not reached")
    if found.streamed:
        said.append(
            "probabilities and threshold are meant for the stream, where the topic is rarer: among the labels, "
            "probabilities read too low"
        )
    else:
        said += _unlike(found, yes)
    unjudged = [one.reason for one in found.scores if one.reason]
    if unjudged:
        said.append(f"{len(unjudged)} labelled texts could not be judged ({', '.join(sorted(set(unjudged)))})")
    return said


def _unlike(found: _Found, yes: int) -> list[str]:
    """Say how much rarer matches are in the stream than among the labels."""
    matches = sum(week.matches for week in found.stream.weeks)
    seen = matches + found.stream.rejected
    if not seen or not yes or yes / len(found.truth) < _RARER * matches / seen:
        return []
    rare, common = (
        f"{100 * matches / seen:.1f} % of the stream matches",
        f"{100 * yes / len(found.truth):.0f} % of the labels are yes",
    )
    return [f"{common}, but {rare}: the precision there is lower than the one shown"]
