"""Which articles a person is asked about: those the model is least sure of, and some by lot from what it rejected.

The first teach most. The second show what is missed: each carries the chance with which it was drawn, so that recall
can be estimated for all that was rejected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from monitor.records import Asked, Judged, Label
from monitor.topics.answers import cut, plain_title

SPAN = timedelta(days=30)
"""How far back articles are asked about."""

COPIES = timedelta(days=3)
"""How far apart articles of one title may be copies of one another."""

_BY_LOT = 2 / 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An article to be answered for a topic, and why it is asked about; `chance` only if it was drawn by lot."""

    judged: Judged
    asked: Asked
    chance: float | None = None


def questions(
    judged: Sequence[Judged], labels: Sequence[Label], count: int, random: Random, *, now: datetime
) -> list[Question]:
    """Return at most `count` questions about a topic's judged articles: three uncertain ones for two by lot.

    Asked about are articles of the last 30 days that were not answered for this topic. The lot is drawn first and from
    all of these that are below the threshold, so that each has the same chance and together they stand for all; of the
    uncertain ones, each title is asked about once.
    """
    open_ones = _unanswered(judged, labels, now - SPAN)
    rejected = [one for one in open_ones if one.score.score < one.score.threshold]
    drawn = random.sample(rejected, min(round(count * _BY_LOT), len(rejected)))
    return [
        *(Question(judged=one, asked=Asked.UNCERTAIN) for one in _uncertain(open_ones, drawn)[: count - len(drawn)]),
        *(Question(judged=one, asked=Asked.RANDOM, chance=len(drawn) / len(rejected)) for one in drawn),
    ]


def answered(question: Question, *, yes: bool, at: datetime, by: str) -> Label:
    """Return the label that a person's answer makes of a question."""
    one = question.judged
    return Label(
        title=one.title,
        text=cut(one.text),
        topic=one.score.topic,
        label=yes,
        url=one.url,
        at=at,
        by=by,
        asked=question.asked,
        chance=question.chance,
        score=one.score.score,
        model=one.model,
        threshold=one.score.threshold,
    )


def _unanswered(judged: Sequence[Judged], labels: Iterable[Label], since: datetime) -> list[Judged]:
    """Return the articles that may be asked about, by id: no answer for the topic is about them or a copy of them."""
    dates = {one.url: one.published for one in judged}
    urls: set[tuple[str, str]] = set()
    told: defaultdict[tuple[str, str], list[datetime | None]] = defaultdict(list)
    for label in labels:
        urls.add((label.topic, label.url or ""))
        day = dates.get(label.url or "", label.at)
        if (title := plain_title(label.title)) and (day or not label.url):
            told[label.topic, title].append(day)
    return sorted(
        (
            one
            for one in judged
            if one.published >= since
            and not one.score.reason
            and (one.title.strip() or one.text.strip())
            and (one.score.topic, one.url) not in urls
            and not any(_is_near(one, day) for day in told.get((one.score.topic, plain_title(one.title)), ()))
        ),
        key=lambda one: one.id,
    )


def _uncertain(open_ones: Sequence[Judged], drawn: Sequence[Judged]) -> list[Judged]:
    """Return what was not drawn, the least sure first; of copies of one title the newest of those."""
    taken = {one.id for one in drawn}
    asked = {plain_title(one.title) or one.id for one in drawn}
    found = []
    for one in sorted(open_ones, key=lambda one: (_margin(one), -one.published.timestamp(), one.id)):
        if (title := plain_title(one.title) or one.id) not in asked and one.id not in taken:
            asked.add(title)
            found.append(one)
    return found


def _is_near(one: Judged, day: datetime | None) -> bool:
    """Whether an answer of that day, or of an unknown one, may be about a copy: `Morning briefing` comes every day."""
    return day is None or abs(one.published - day) <= COPIES


def _margin(one: Judged) -> float:
    """Return how far the model was from deciding otherwise."""
    sure = one.score.score if one.score.probability is None else one.score.probability
    return abs(sure - one.score.threshold)
