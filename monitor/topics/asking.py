"""Which articles a person is asked about: those the model is least sure of, and some by lot from what it rejected.

The first teach most. The second show what is missed: each carries the chance with which it was drawn, so that recall
can be estimated for all that was rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from monitor.records import Asked, Judged, Label
from monitor.topics.answers import cut

SPAN = timedelta(days=30)
"""How far back articles are asked about."""

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

    Asked about are articles of the last 30 days that were not answered for this topic, each title once. The lot is
    drawn first and from all of these that are below the threshold, so that each has the same chance.
    """
    open_ones = _unanswered(judged, labels, now - SPAN)
    rejected = [one for one in open_ones if one.score.score < one.score.threshold]
    drawn = random.sample(rejected, min(round(count * _BY_LOT), len(rejected)))
    taken = {one.id for one in drawn}
    rest = sorted((one for one in open_ones if one.id not in taken), key=lambda one: (_margin(one), one.id))
    return [
        *(Question(judged=one, asked=Asked.UNCERTAIN) for one in rest[: max(count - len(drawn), 0)]),
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
    )


def _unanswered(judged: Iterable[Judged], labels: Iterable[Label], since: datetime) -> list[Judged]:
    """Return the articles that may be asked about, of those with the same title the newest; by id."""
    topics: dict[str, set[str]] = {}
    for label in labels:
        topics.setdefault(label.topic, set()).update({label.url or "", _title(label.title)} - {""})
    once: dict[str, Judged] = {}
    for one in sorted(judged, key=lambda one: (one.published, one.id)):
        known = topics.get(one.score.topic, set())
        is_readable = bool(one.title.strip() or one.text.strip()) and not one.score.reason
        if is_readable and one.published >= since and not {one.url, _title(one.title)} & known:
            once[_title(one.title) or one.id] = one
    return sorted(once.values(), key=lambda one: one.id)


def _margin(one: Judged) -> float:
    """Return how far the model was from deciding otherwise."""
    sure = one.score.score if one.score.probability is None else one.score.probability
    return abs(sure - one.score.threshold)


def _title(title: str) -> str:
    """Return a title by its letters and digits alone: near-identical articles mostly have the same."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())
