"""Articles of a story → how many came how close together, by whom, and since when a rule is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.records import Member, Notify, voice_of


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule sees of an article: when it was published and seen, with whose voice it speaks, and its house."""

    published: datetime
    seen: datetime
    voice: str
    house: str


@dataclass(frozen=True, slots=True)
class Met:
    """When a rule was first met, by what had been seen `at` that moment.

    `published` is the moment of the newest article of those that met it.
    """

    at: datetime
    published: datetime


def reports(members: Sequence[Member], among: Sequence[Member] = ()) -> list[Report]:
    """Return articles as rules see them, in order of publication; `among` are all articles of the story.

    These say whose news each article is: chains of copies and citations lead through articles that did not match.
    """
    speaking = voice_of(among or members)
    found = [_report(member, speaking) for member in members]
    return sorted(found, key=lambda report: report.published)


def busiest(members: Sequence[Member], rule: Notify, among: Sequence[Member] = ()) -> tuple[int, int]:
    """Return the articles and independent publishers of the span of `rule.hours` nearest to what the rule asks for.

    A span that meets the rule wins over one that holds more articles by fewer publishers. `among` are all articles of
    the story, which say whose news these are.
    """
    return nearest(reports(members, among), rule)[1:]


def independent(members: Sequence[Member], among: Sequence[Member] = ()) -> int:
    """Return how many independent publishers these articles are by: those who only repeat another do not count."""
    found = reports(members, among)
    return min(len({report.voice for report in found}), len({report.house for report in found}))


def nearest(found: Sequence[Report], rule: Notify) -> tuple[bool, int, int]:
    """Say whether a span meets a rule, and how many articles and independent publishers the best one holds.

    `found` are in order of publication.
    """
    rows = spans(found, rule.hours)
    return max(((row[0] >= rule.articles and row[1] >= rule.publishers, *row) for row in rows), default=(False, 0, 0))


def spans(found: Sequence[Report], hours: float) -> Iterator[tuple[int, int]]:
    """Yield the articles and independent publishers of each span of so many hours that begins with an article.

    `found` are in order of publication.
    """
    length = timedelta(hours=hours)
    voices, houses = Counter[str](), Counter[str]()
    end = 0
    for start, first in enumerate(found):
        while end < len(found) and found[end].published <= first.published + length:
            voices[found[end].voice] += 1
            houses[found[end].house] += 1
            end += 1
        yield end - start, min(len(voices), len(houses))
        _leave(voices, first.voice)
        _leave(houses, first.house)


def newest(found: Sequence[Report], rule: Notify) -> datetime | None:
    """Return when the newest article was published of the spans that meet a rule; None when none does.

    `found` are in order of publication.
    """
    rows = enumerate(spans(found, rule.hours))
    ends = [
        found[start + articles - 1].published
        for start, (articles, publishers) in rows
        if articles >= rule.articles and publishers >= rule.publishers
    ]
    return max(ends, default=None)


def first_met(found: Sequence[Report], rule: Notify) -> Met | None:
    """Return when a rule was first met, by what had been seen then; None when it is not met.

    More articles never undo a span that meets a rule, so that the moment stays when others come.
    """
    if not nearest(found, rule)[0]:
        return None
    moments = sorted({report.seen for report in found})
    low, high = 0, len(moments) - 1
    while low < high:
        middle = (low + high) // 2
        if nearest(_seen_by(found, moments[middle]), rule)[0]:
            high = middle
        else:
            low = middle + 1
    published = newest(_seen_by(found, moments[low]), rule)
    return Met(at=moments[low], published=published or moments[low])


def _seen_by(found: Sequence[Report], moment: datetime) -> list[Report]:
    return [report for report in found if report.seen <= moment]


def _report(member: Member, speaking: Mapping[str, str]) -> Report:
    article = member.article
    return Report(article.published, member.seen_at, speaking[article.id], article.publisher.casefold())


def _leave(counted: Counter[str], name: str) -> None:
    counted[name] -= 1
    if not counted[name]:
        del counted[name]
