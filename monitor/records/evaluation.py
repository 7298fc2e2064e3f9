"""How well topics are told apart: figures measured on labels that the judging models had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.records.topics import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `of`, as a share with its 95 % interval; `value` is None for 0 of 0, of which nothing is known."""

    hits: int
    of: int
    value: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval, which is None where the labels are too few to have one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledRecall:
    """Which share of all right articles matches, estimated from rejected ones that were drawn by lot and labelled.

    `found` of the `asked` rejected articles were right after all; `said` is the sentence for a person, also where
    there is no `estimate`.
    """

    estimate: Estimate | None
    asked: int
    found: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Texts with a probability from `low` to `high`: their number, mean probability, and share of yes labels."""

    low: float
    high: float
    count: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far probabilities can be believed.

    `brier` is the mean squared error, `base_brier` that of one who always says the share of yes labels; `error` is the
    expected calibration error over ten bins of equal width, of which the empty ones are left out.
    """

    brier: float
    base_brier: float
    error: float
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """Average precision after so many labels: mean and standard deviation over `draws` random choices of them."""

    labels: int
    mean: float
    spread: float
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Precision and recall at one of the possible thresholds."""

    recall: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A labelled text on the wrong side of the threshold, with the strongest reasons for its score."""

    title: str
    url: str | None
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Texts by score, in ten bins of equal width: labelled yes, labelled no, and articles of the stream."""

    yes: tuple[int, ...]
    no: tuple[int, ...]
    stream: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Matches among the articles published in one ISO week, such as `2026-W47`."""

    week: str
    matches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was found of one topic in the news that came: matches a week, scores in ten bins, articles not matched."""

    weeks: tuple[Week, ...] = ()
    scores: tuple[int, ...] = ()
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """What simpler means do on the same texts: keywords alone as a yes or no, and the order by cosine alone.

    The three of keywords are None for a topic without any. `cold` is the average precision of the model without labels.
    """

    keyword_precision: float | None
    keyword_recall: float | None
    keyword_f1: float | None
    cosine: float | None
    cold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEvaluation:
    """The figures of one topic.

    `yes`, `no` and `stories` count the labelled texts and the stories among them. `cold` says that the labels could not
    be divided, so that the model without labels was judged. `threshold` is the median of those that the folds chose,
    each of which was applied to the texts of its own fold. `average_precision` is None where only one kind of label
    is there. `target` is the precision that the topic asks for.
    """

    topic: str
    title: str
    yes: int
    no: int
    stories: int
    cold: bool
    target: float
    average_precision: Estimate | None
    threshold: float | None
    precision: Share
    recall: Share
    sampled_recall: SampledRecall
    calibration: Calibration | None
    baselines: Baselines
    curve: tuple[CurvePoint, ...]
    learning: tuple[LearningPoint, ...]
    false_matches: tuple[Mistake, ...]
    misses: tuple[Mistake, ...]
    scores: Histogram
    weeks: tuple[Week, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of all topics.

    `model` is the version in charge if the same topics, labels and background train it, and else nothing; what was
    judged are its `folds` sisters, each trained without a part of the labels. `labels` were given for `texts`, which
    tell `stories`.
    """

    model: str
    at: datetime
    topics: tuple[TopicEvaluation, ...]
    labels: int
    texts: int
    stories: int
    background: int
    folds: int
    mean_average_precision: float | None
    notes: tuple[str, ...]
