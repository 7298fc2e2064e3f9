"""Made-up labels and evaluations, small enough to be judged in a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.records import (
    Asked,
    Baselines,
    Calibration,
    CalibrationBin,
    CurvePoint,
    Estimate,
    Evaluation,
    Histogram,
    Label,
    LearningPoint,
    Mistake,
    SampledRecall,
    Share,
    Term,
    Topic,
    TopicEvaluation,
    Week,
)

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
FERRIES = Topic(
    id="ferries",
    title="Ferries",
    description="Ferry lines, their boats, operators and timetables.",
    seeds=(
        "night ferry to the island",
        "car deck of the ferry",
        "ferry timetable changes",
        "sailing cancelled because of the swell",
        "new ferry operator takes over the line",
    ),
    keywords=(("ferr*", "sailing*", "car deck*"),),
)
BEES = Topic(
    id="bees",
    title="Bees",
    description="Beekeeping, hives, swarms and honey harvests.",
    seeds=(
        "beekeepers lose hives to mites",
        "honey harvest after a wet spring",
        "swarm of bees in the orchard",
        "hive inspection and queen rearing",
        "pollination of fruit trees by bees",
    ),
)
_YES = (
    "Both ferry sailings to Lundy Skerry were cancelled after a storm damaged the ramp.",
    "The operator orders a boat with a larger car deck for the summer timetable.",
    "A return by ferry will cost two crowns more from May, the company said on Tuesday.",
    "After nine years a night ferry links the two harbours again, with cabins for 300.",
    "Passengers spent four hours on the Morning Star before a tug arrived; its sailing was late.",
    "The new terminal lets two ferries load cars and lorries at once, the port authority says.",
    "Islanders ask for a second winter sailing and collect names in the post office.",
    "Tests of an electric ferry begin in the sound; its batteries are charged in ten minutes.",
)
_NO = (
    "The disused ferry hall shows paintings by six local artists until the end of the month.",
    "Her third book takes its title from a ferry nobody has ever boarded.",
    "The juniors won four of five races; sailing has never been more popular in town.",
    "Members spoke for two hours about street lamps and adjourned without a vote.",
    "After sixty years the last bakery on Mill Lane has closed its doors.",
    "Drivers no longer wait at the water: the bridge carried 9,000 cars on its first day.",
    "The choir sings twice this week, and tickets for Saturday are nearly gone.",
    "Engineers found the leak under the square and closed the main for a night.",
)


def label(text: str, yes: bool, topic: str = "ferries", **more: object) -> Label:  # noqa: FBT001 - a person's yes or no
    plain: dict[str, object] = {
        "title": text.split(";", maxsplit=1)[0][:40],
        "text": text,
        "topic": topic,
        "label": yes,
    }
    return Label(**{**plain, **more})  # type: ignore[arg-type]  # keywords are checked by the record itself


def labels(yes: int = 8, no: int = 8) -> list[Label]:
    """Return so many labels of either kind for ferries, at most eight each."""
    return [*(label(text, yes=True) for text in _YES[:yes]), *(label(text, yes=False) for text in _NO[:no])]


def drawn(chance: float = 0.1) -> list[Label]:
    """Return labels of rejected articles that were drawn by lot, one of four right."""
    texts = (*_NO[4:7], "Boats of the line stay in harbour while their crews are on strike.")
    return [
        label(text, yes=number == 3, asked=Asked.RANDOM, chance=chance, url=f"https://lot.example/{number}")
        for number, text in enumerate(texts)
    ]


def make_topic(**changes: object) -> TopicEvaluation:
    """Return the figures of a topic of 60 labels, each of them different from all others."""
    plain: dict[str, object] = {
        "topic": "ferries",
        "title": "Ferries",
        "yes": 23,
        "no": 37,
        "stories": 51,
        "cold": False,
        "target": 0.8,
        "average_precision": Estimate(value=0.8461, low=0.71, high=0.93),
        "threshold": 0.6134,
        "precision": Share(hits=18, of=22, value=18 / 22, low=0.615, high=0.927),
        "recall": Share(hits=18, of=23, value=18 / 23, low=0.581, high=0.903),
        "sampled_recall": SampledRecall(
            estimate=Estimate(value=0.64, low=0.43, high=0.88), asked=12, found=1, said="1 of 12 was right after all"
        ),
        "calibration": Calibration(
            brier=0.1023,
            base_brier=0.2364,
            error=0.0487,
            bins=(
                CalibrationBin(low=0.0, high=0.1, count=31, predicted=0.04, observed=0.03),
                CalibrationBin(low=0.5, high=0.6, count=9, predicted=0.55, observed=0.44),
                CalibrationBin(low=0.9, high=1.0, count=20, predicted=0.95, observed=0.9),
            ),
        ),
        "baselines": Baselines(
            keyword_precision=0.59, keyword_recall=0.77, keyword_f1=0.668, cosine=0.7172, cold=0.7393
        ),
        "curve": tuple(CurvePoint(recall=n / 10, precision=1 - n / 20) for n in range(1, 11)),
        "learning": (
            LearningPoint(labels=10, mean=0.752, spread=0.031, draws=2),
            LearningPoint(labels=36, mean=0.811, spread=0.012, draws=2),
        ),
        "false_matches": (
            Mistake(
                title="Ferry hall shows paintings",
                url="https://one.example/hall?a=1&b=2",
                score=0.912,
                terms=(Term(text="ferry", weight=2.25), Term(text="paintings", weight=-0.5)),
            ),
        ),
        "misses": (Mistake(title="Crews on strike", url=None, score=0.087, terms=()),),
        "scores": Histogram(
            yes=(1, 0, 1, 1, 1, 1, 2, 3, 5, 8), no=(20, 6, 4, 2, 1, 0, 1, 1, 1, 1), stream=(4001, 300, *range(1, 9))
        ),
        "weeks": tuple(Week(week=f"2026-W{week}", matches=week % 5) for week in range(40, 48)),
        "notes": ("38 % of the labels are yes",),
    }
    return TopicEvaluation(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_cold() -> TopicEvaluation:
    """Return a topic of which nothing can be said yet."""
    nothing = Share(hits=0, of=0, value=None, low=0.0, high=1.0)
    return make_topic(
        topic="bees",
        title="Bees",
        yes=0,
        no=0,
        stories=0,
        cold=True,
        average_precision=None,
        threshold=None,
        precision=nothing,
        recall=nothing,
        sampled_recall=SampledRecall(estimate=None, asked=0, found=0, said="not known: nobody was asked"),
        calibration=None,
        baselines=Baselines(keyword_precision=None, keyword_recall=None, keyword_f1=None, cosine=None, cold=None),
        curve=(),
        learning=(),
        false_matches=(),
        misses=(),
        scores=Histogram(yes=(0,) * 10, no=(0,) * 10, stream=()),
        weeks=(),
        notes=("cold: 0 yes and 0 no",),
    )


def make_evaluation(*topics: TopicEvaluation, **changes: object) -> Evaluation:
    """Return an evaluation of these topics, or of one labelled and one cold one."""
    plain: dict[str, object] = {
        "model": "0123456789ab",
        "at": AT,
        "topics": topics or (make_topic(), make_cold()),
        "labels": 60,
        "texts": 58,
        "stories": 51,
        "background": 300,
        "folds": 5,
        "mean_average_precision": 0.8461,
        "notes": ("the labelled mix is not the stream",),
    }
    return Evaluation(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def hostile(text: str) -> Evaluation:
    """Return an evaluation in which every text that comes from outside is `text`."""
    mistake = Mistake(title=text, url=f"javascript:{text}", score=0.9, terms=(Term(text=text, weight=1.0),))
    sampled = replace(make_topic().sampled_recall, said=text)
    topic = make_topic(
        topic=text, title=text, false_matches=(mistake,), misses=(mistake,), sampled_recall=sampled, notes=(text,)
    )
    return make_evaluation(topic, notes=(text,))
