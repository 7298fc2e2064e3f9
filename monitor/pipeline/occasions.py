"""When each person is to hear of each watch: the timetable's next slot, quiet hours, the day's limit, and mutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from monitor import digests
from monitor.digests import Occasion, Price
from monitor.pipeline.tools import Rules, Tools
from monitor.ports import Slot
from monitor.records import Coverage, Mute, MuteKind, Person, Story, Telling, Watch, Why, beyond

ACTIVE = timedelta(days=7)
"""Stories whose last article came to us longer ago are not told any more, unless a digest or a mute held them back."""

LOOKED_BACK = timedelta(days=28)
"""How far back a budget and a wanted precision look to find what they mean in numbers."""

_NEXT_DAY = timedelta(hours=36)
"""From one midnight, somewhere into the next day, however long a day is that changes its clocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One look at a watch for a person: the occasion, the stories that it counts, and the slot to be kept."""

    occasion: Occasion
    stories: tuple[Story, ...]
    slot: Slot | None


@dataclass
class Desk:
    """One planning, at one moment: what is the same for all people is found out once.

    `model` is the version whose matches count.
    """

    rules: Rules
    tools: Tools
    model: str
    now: datetime
    _covered: dict[datetime | None, Coverage] = field(default_factory=dict)
    _counted: dict[str, tuple[tuple[Story, ...], Price | None]] = field(default_factory=dict)
    _told: dict[tuple[str, frozenset[str] | None], Telling] = field(default_factory=dict)

    def look(self, watch: Watch, person: Person, *, by_hand: bool) -> Looked:
        """Find out what a watch has for a person now, and on what occasion."""
        stories, price = self._stories(watch)
        slot, due = self._slots(watch, person)
        occasion = Occasion(
            watch=watch,
            person=person,
            now=self.now,
            coverage=self._coverage(watch, person),
            why=Why.BY_HAND if by_hand else Why.NOTICE if due is None else Why.DIGEST,
            slot=None if by_hand else due,
            next_at=slot.next_at if slot else None,
            left=self._left(person),
            mutes=self._mutes[person.id],
            price=price,
        )
        return Looked(occasion=occasion, stories=stories, slot=None if by_hand else slot)

    def keep(self, slots: Mapping[tuple[str, str], Slot]) -> None:
        """Take note of slots that were stored since this planning began."""
        self._kept.update(slots)

    def tell(self, story: Story, told: Collection[str] | None) -> Telling:
        """Put a story into words, once for all who were told the same of it."""
        key = (story.id, None if told is None else frozenset(told))
        if key not in self._told:
            telling = self.tools.tell(story.members, self.rules.publishers, told)
            feeds = [feed.publisher for feed in self.rules.feeds]
            self._told[key] = replace(telling, sourcing=beyond(telling.sourcing, feeds))
        return self._told[key]

    @cached_property
    def _mutes(self) -> Mapping[str, tuple[Mute, ...]]:
        found: dict[str, tuple[Mute, ...]] = defaultdict(tuple)
        for mute in self.tools.store.readers.mutes(self.now):
            found[mute.person] += (mute,)
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, str], Slot]:
        return self.tools.store.readers.slots()

    def _coverage(self, watch: Watch, person: Person) -> Coverage:
        """Return what has come since the last digest that was to be complete; without a timetable, since any."""
        readers = self.tools.store.readers
        since = readers.scheduled_at(watch.id, person.id)
        if since is None and watch.digest is None:
            since = readers.last_digest_at(watch.id, person.id)
        if since not in self._covered:
            self._covered[since] = readers.coverage(since, self.now)
        return self._covered[since]

    def _stories(self, watch: Watch) -> tuple[tuple[Story, ...], Price | None]:
        """Return the active stories with the matches that the watch counts, and what its budget comes to."""
        if watch.id not in self._counted:
            self._counted[watch.id] = self._count(watch)
        return self._counted[watch.id]

    def _count(self, watch: Watch) -> tuple[tuple[Story, ...], Price | None]:
        stories = self._matching(watch, self.now - self._active(watch))
        if watch.minimum.precision is None and watch.budget is None:
            return digests.stricter(watch, stories, stories), None
        recent = self._matching(watch, self.now - LOOKED_BACK)
        counted = digests.stricter(watch, recent, recent)
        begun = self.tools.store.readers.seen_since()
        price = None if watch.budget is None else digests.price(watch, counted, self.now, begun)
        return digests.stricter(watch, stories, recent), price

    def _matching(self, watch: Watch, since: datetime) -> list[Story]:
        return self.tools.store.stories.matching(watch.topics, self.model, since)

    def _active(self, watch: Watch) -> timedelta:
        """Return how far back a story may still be owed to somebody: by a timetable with long gaps, or after a mute."""
        gap = max((self._gap(watch, zone) for zone in self._zones(watch)), default=timedelta())
        since = self.now - ACTIVE - gap
        ended = self.tools.store.readers.mutes_ended(since, self.now)
        return self.now - min(
            (mute.since - ACTIVE - gap for mute in ended if mute.person in watch.people), default=since
        )

    def _zones(self, watch: Watch) -> set[str]:
        return {watch.timezone or one.timezone for one in self.rules.people if one.id in watch.people}

    def _gap(self, watch: Watch, zone: str) -> timedelta:
        """Return the time between two scheduled digests of a watch; nothing when it has none."""
        if watch.digest is None:
            return timedelta()
        following = digests.next_slot(watch.digest, zone, self.now)
        return digests.next_slot(watch.digest, zone, following) - following

    def _slots(self, watch: Watch, person: Person) -> tuple[Slot | None, datetime | None]:
        """Return the next slot of a watch's timetable after now, and the one that is due, if one is.

        A timetable seen for the first time, or changed, begins now: what it would have told before is not made up for.
        However many slots were missed, one digest makes up for them.
        """
        if watch.digest is None:
            return None, None
        zone = watch.timezone or person.timezone
        timetable = f"{watch.digest.phrase} {zone}"
        kept = self._kept.get((watch.id, person.id))
        following = Slot(timetable=timetable, next_at=digests.next_slot(watch.digest, zone, self.now))
        # A slot beyond the next one was kept by a clock that was ahead.
        if kept is None or kept.timetable != timetable or kept.next_at > following.next_at:
            return following, None
        if kept.next_at > self.now or digests.quiet_until(person.quiet, person.timezone, self.now) is not None:
            return kept, None
        return following, kept.next_at

    def _left(self, person: Person) -> int | None:
        """Return how many messages a person may still get today, but for those that scheduled digests will need."""
        if person.messages_per_day is None:
            return None
        midnight = digests.day_start(person.timezone, self.now)
        next_midnight = digests.day_start(person.timezone, midnight + _NEXT_DAY)
        needed = sum(self._needs(watch, person, next_midnight) for watch in self.rules.watches)
        sent = self.tools.store.readers.messages_since(person.id, midnight)
        return max(0, person.messages_per_day - sent - needed)

    def _needs(self, watch: Watch, person: Person, midnight: datetime) -> int:
        """Return how many scheduled digests of a watch are still to come to a person until midnight, at most one."""
        if person.id not in watch.people or is_muted(watch, self._mutes[person.id]):
            return 0
        slot, due = self._slots(watch, person)
        return int(due is not None or (slot is not None and slot.next_at < midnight))


def is_muted(watch: Watch, mutes: Sequence[Mute]) -> bool:
    """Say whether one of a person's mutes is about the whole watch, or about everything."""
    return any(
        mute.kind is MuteKind.ALL or (mute.kind is MuteKind.WATCH and mute.subject == watch.id) for mute in mutes
    )
