"""A reader's days, played through step by step: articles come, digests are composed, what was told is remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.digests import Composed, Occasion, compose, day_start, next_slot
from monitor.records import (
    Account,
    Coverage,
    Digest,
    Item,
    Kind,
    Member,
    News,
    Person,
    Relation,
    Sourced,
    Sourcing,
    Story,
    Telling,
    Told,
    Watch,
    Why,
    voices,
)

ACTIVE = timedelta(days=7)
"""Stories without an article for longer are not looked at any more."""


def plain_tell(story: Story, told: Collection[str] | None) -> Telling:
    """Put a story into words without reading it: a stand-in for the real thing, which takes milliseconds a story."""
    first = story.members[0].article
    publishers = tuple(dict.fromkeys(member.article.publisher for member in story.members))
    independent = tuple(speaking[0].article.publisher for speaking in voices(story.members))
    relations = tuple(Sourced(article_id=one.article.id, relation=Relation.INDEPENDENT) for one in story.members)
    sourcing = Sourcing(first=first.id, publishers=publishers, independent=independent, unseen=(), relations=relations)
    account = Account(lead=first.id, headline=first.title, summary=())
    return Telling(
        account=account, sourcing=sourcing, news=None if told is None else News(sentences=(), figures=(), actors=())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One look: when it was, and what came of it."""

    at: datetime
    composed: Composed

    @property
    def digests(self) -> tuple[Digest, ...]:
        """The messages of this look."""
        return self.composed.digests


class Days:
    """One watch of one person, with its own memory of what was told."""

    def __init__(
        self,
        watch: Watch,
        person: Person,
        arrivals: Mapping[str, Sequence[Member]],
        is_lost: Callable[[Digest], bool] = lambda _: False,
    ) -> None:
        """Take the articles of each story, by its id; they are seen when their `seen_at` has come.

        `is_lost` says which messages never arrive.
        """
        self.watch, self.person, self._is_lost = watch, person, is_lost
        self.told: dict[str, Told] = {}
        self._coming = sorted(
            ((member.seen_at, name, member) for name, members in arrivals.items() for member in members),
            key=lambda row: (row[0], row[2].article.id),
            reverse=True,
        )
        self._stories: dict[str, Story] = {}
        self._sent: list[datetime] = []
        self._slot: datetime | None = None

    def run(self, start: datetime, end: datetime, step: timedelta) -> list[Step]:
        """Look again and again, from `start` to before `end`, and return what came of it."""
        steps, now = [], start
        while now < end:
            self._see(now)
            steps += [Step(at=now, composed=self._look(now, why, slot)) for why, slot in self._due(now)]
            now += step
        return steps

    def _see(self, now: datetime) -> None:
        while self._coming and self._coming[-1][0] <= now:
            _, name, member = self._coming.pop()
            members = (*self._stories[name].members, member) if name in self._stories else (member,)
            ordered = tuple(sorted(members, key=lambda one: (one.article.published, one.article.id)))
            self._stories[name] = Story(id=name, members=ordered)
        old = [name for name, story in self._stories.items() if story.members[-1].article.published < now - ACTIVE]
        for name in old:
            del self._stories[name]

    def _due(self, now: datetime) -> list[tuple[Why, datetime | None]]:
        timetable = self.watch.digest
        if timetable is None:
            return [(Why.NOTICE, None)]
        slot = self._slot or next_slot(timetable, self.person.timezone, now)
        self._slot = next_slot(timetable, self.person.timezone, now) if slot <= now else slot
        return [(Why.DIGEST, slot), (Why.NOTICE, None)] if slot <= now else [(Why.NOTICE, None)]

    def _look(self, now: datetime, why: Why, slot: datetime | None) -> Composed:
        coverage = Coverage(feeds=1, feeds_answering=1, articles=0, since=None)
        occasion = Occasion(
            watch=self.watch, person=self.person, now=now, coverage=coverage, why=why, slot=slot, left=self._left(now)
        )
        composed = compose(occasion, list(self._stories.values()), self.told, {}, plain_tell)
        for digest in composed.digests:
            if not is_free(digest):
                self._sent.append(now)
            for item in digest.items:
                remembered = self._lapsed if self._is_lost(digest) else self._remembered
                self.told[item.story_id] = remembered(item, digest.id, now)
        return composed

    def _left(self, now: datetime) -> int | None:
        most = self.person.messages_per_day
        if most is None:
            return None
        today = day_start(self.person.timezone, now)
        return max(0, most - sum(at >= today for at in self._sent))

    def _remembered(self, item: Item, digest: str, now: datetime) -> Told:
        articles = frozenset(source.article_id for source in item.sources)
        if item.story_id not in self.told or self.told[item.story_id].lapsed:
            return Told(article_ids=articles, first_at=now, last_at=now, digest_id=digest, major=item.major)
        before = self.told[item.story_id]
        return replace(
            before,
            article_ids=before.article_ids | articles,
            last_at=now,
            major=before.major or item.major,
            lapsed_at=None,
        )

    def _lapsed(self, item: Item, _: str, now: datetime) -> Told:
        if item.kind is Kind.UPDATE:
            return replace(self.told[item.story_id], lapsed_at=now)
        articles = frozenset(source.article_id for source in item.sources)
        return Told(
            article_ids=articles, first_at=now, last_at=now, digest_id="", major=item.major, lapsed=True, lapsed_at=now
        )


def is_free(digest: Digest) -> bool:
    """Say whether the daily limit does not count a message: it holds nothing but major news."""
    return bool(digest.items) and all(item.major for item in digest.items)


def messages_a_day(steps: Sequence[Step], zone: str) -> Counter[datetime]:
    """Return how many messages that are not only major news came on each local day, by its beginning."""
    return Counter(day_start(zone, step.at) for step in steps for digest in step.digests if not is_free(digest))
