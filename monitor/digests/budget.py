"""A budget of messages a day → the rule that tells the most of what matters within it, and what it misses.

Every rule of a grid is tried on what the archive holds of the last weeks, as if it had been in force then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.digests.asked import MAJOR_FOR
from monitor.digests.rulings import Price
from monitor.digests.spans import Report, first_met, reports, spans
from monitor.digests.untold import untold
from monitor.records import Major, Member, Notify, Story, Updates, Watch

LONGEST, SHORTEST = 28, 7
"""Days of the archive that are looked at, and the fewest that say something."""

Rule = tuple[int, int]
"""Numbers of articles and publishers."""

RULES: tuple[Rule, ...] = tuple(
    (articles, publishers) for publishers in range(1, 9) for articles in range(publishers, 13)
)

SPACINGS = (6.0, 12.0, 24.0, 48.0, 120.0)
"""Hours between updates that are tried, one after the other, when those of the watch leave too little room."""

WORTH = 0.5
"""Least part of the share that could be told without any updates for which they are kept as close as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A story of the archive: its weight, when it was major, and when each rule that it met would have told of it."""

    story: Story
    matching: Sequence[Member]
    weight: float
    major_at: datetime | None
    told: Mapping[Rule, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What a rule would have come to: messages a day, and the expected share told at once."""

    rule: Rule
    messages: float
    recall: float


def price(watch: Watch, stories: Sequence[Story], now: datetime, seen_since: datetime | None) -> Price:
    """Return the rule that a watch's budget sets, and its price in what it does not tell at once.

    `stories` are those of the last weeks that matched the watch, `seen_since` is when the archive begins. Of the rules
    that would have kept to the budget, the one that would have told the largest expected share at once is taken, then
    the one with fewer messages. Where updates as the watch asks for them would take more than half of that share away,
    they are put further apart. When no rule keeps to the budget, the one with the fewest messages is taken.
    """
    base = watch.notify or Notify()
    days = min((now - seen_since).days, LONGEST) if seen_since else 0
    found = _begun(stories, now - timedelta(days=days))
    if days < SHORTEST or watch.budget is None or not found:
        return Price(notify=base, days=max(days, 0), stories=len(found), messages=0.0, recall=None)
    past = [_past(watch, base, story) for story in found]
    options = [(one, _best(_grid(past, one, days, now), watch.budget)) for one in _spacings(watch.updates)]
    fitting = [option for option in options if option[1].messages <= watch.budget] or options[-1:]
    most = max(best.recall for _, best in fitting)
    updates, best = next(option for option in fitting if option[1].recall >= most * WORTH)
    return Price(
        notify=replace(base, articles=best.rule[0], publishers=best.rule[1]),
        days=days,
        stories=len(found),
        messages=best.messages,
        recall=best.recall,
        updates=None if updates == watch.updates else updates,
    )


def _best(tried: Sequence[_Tried], budget: float) -> _Tried:
    least = min(one.messages for one in tried)
    fitting = [one for one in tried if one.messages <= max(budget, least)]
    return max(fitting, key=lambda one: (one.recall, -one.messages, -one.rule[0], -one.rule[1]))


def _spacings(updates: Updates | None) -> Iterator[Updates | None]:
    yield updates
    if updates is not None:
        yield from (replace(updates, hours=hours) for hours in SPACINGS if hours > updates.hours)


def _begun(stories: Sequence[Story], since: datetime) -> list[Story]:
    """Return the stories that began in the time looked at: what is older came all at once with the first poll."""
    starts = [
        (story, min((one.article.published for one in story.members if one.scores), default=None)) for story in stories
    ]
    return [story for story, start in starts if start is not None and start >= since]


def _past(watch: Watch, base: Notify, story: Story) -> _Past:
    matching = [member for member in story.members if member.scores]
    found = reports(matching, story.members)
    pause = timedelta(minutes=base.settle_minutes)
    return _Past(
        story=story,
        matching=matching,
        weight=_weight(matching),
        major_at=_major_at(found, watch.major) if watch.major else None,
        told={rule: met_at + pause for rule, met_at in _met(found, base.hours).items()},
    )


def _major_at(found: Sequence[Report], major: Major) -> datetime | None:
    """Return when a story was first major, None for one that never was, or was so only before we saw it."""
    met = first_met(found, Notify(articles=1, publishers=major.publishers, hours=major.hours))
    return met.at if met and met.at - met.published <= MAJOR_FOR else None


def _met(found: Sequence[Report], hours: float) -> dict[Rule, datetime]:
    """Return when each rule of the grid was first met, for those that were."""
    met: dict[Rule, datetime] = {}
    near, seen = timedelta(hours=hours), sorted(found, key=lambda report: report.seen)
    for count, last in enumerate(seen, start=1):
        # Only a span that holds the newest one can meet what was not met before.
        around = [one for one in seen[:count] if abs(one.published - last.published) <= near]
        best = set(spans(sorted(around, key=lambda one: one.published), hours))
        for rule in RULES:
            if rule not in met and any(articles >= rule[0] and voices >= rule[1] for articles, voices in best):
                met[rule] = last.seen
        if len(met) == len(RULES):
            break
    return met


def _grid(past: Sequence[_Past], updates: Updates | None, days: int, now: datetime) -> list[_Tried]:
    messages, told = dict.fromkeys(RULES, 0), dict.fromkeys(RULES, 0.0)
    for one in past:
        known: dict[datetime, int] = {}
        for rule in RULES:
            settled = one.told.get(rule)
            told_at = min((at for at in (settled, one.major_at) if at is not None), default=None)
            if told_at is None:
                continue
            if told_at not in known:
                known[told_at] = _updates(updates, one, told_at, now) if updates else 0
            messages[rule] += known[told_at] + int(told_at != one.major_at)
            told[rule] += one.weight
    total = sum(one.weight for one in past)
    return [
        _Tried(rule=rule, messages=messages[rule] / days, recall=told[rule] / total if total else 1.0) for rule in RULES
    ]


def _updates(rule: Updates, past: _Past, told_at: datetime, now: datetime) -> int:
    """Return how often a reader would have been told more of a story that was told first at `told_at`."""
    found, last, wanted = 0, told_at, max(rule.articles, 1)
    while True:
        known = {one.article.id for one in past.matching if one.seen_at <= last}
        own, _ = untold(past.matching, past.story, known)
        if len(own) < wanted:
            return found
        last = max(own[wanted - 1].seen_at, last + timedelta(hours=rule.hours))
        if last > now or last - told_at >= timedelta(days=rule.days):
            return found
        found += 1


def _weight(matching: Sequence[Member]) -> float:
    """Return how probably a story is relevant, by its best match; while nothing was learned, each counts fully."""
    known = [score.probability for one in matching for score in one.scores.values() if score.probability is not None]
    return max(known, default=1.0)
