"""When each person is to hear of each watch: the timetable's next slot, quiet hours, the day's limit, and mutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import digests
from monitor.digests import Occasion, Price
from monitor.pipeline.tools import Rules, Tools
from monitor.ports import Slot
from monitor.records import Mute, MuteKind, Person, Story, Watch, Why

ACTIVE = timedelta(days=7)
"""Stories without an article for longer are not told any more."""

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


def look(rules: Rules, tools: Tools, model: str, watch: Watch, person: Person, *, by_hand: bool) -> Looked:
    """Find out what a watch has for a person now, and on what occasion."""
    now = tools.clock()
    stories, price = _counted(tools, model, watch, now)
    slot, due = _slots(tools, watch, person, now)
    mutes = tuple(tools.store.readers.mutes(now, person.id))
    since = tools.store.readers.last_digest_at(watch.id, person.id)
    occasion = Occasion(
        watch=watch,
        person=person,
        now=now,
        coverage=tools.store.readers.coverage(since, now),
        why=Why.BY_HAND if by_hand else Why.NOTICE if due is None else Why.DIGEST,
        slot=due,
        next_at=slot.next_at if slot else None,
        left=_left(rules, tools, person, now),
        mutes=mutes,
        price=price,
    )
    return Looked(occasion=occasion, stories=stories, slot=slot)


def is_muted(watch: Watch, mutes: Sequence[Mute]) -> bool:
    """Say whether one of a person's mutes is about the whole watch, or about everything."""
    return any(
        mute.kind is MuteKind.ALL or (mute.kind is MuteKind.WATCH and mute.subject == watch.id) for mute in mutes
    )


def _counted(tools: Tools, model: str, watch: Watch, now: datetime) -> tuple[tuple[Story, ...], Price | None]:
    """Return the active stories with the matches that the watch counts, and what its budget comes to."""
    stories = tools.store.stories.matching(watch.topics, model, now - ACTIVE)
    if watch.minimum.precision is None and watch.budget is None:
        return digests.stricter(watch, stories, stories), None
    recent = tools.store.stories.matching(watch.topics, model, now - LOOKED_BACK)
    counted = digests.stricter(watch, recent, recent)
    seen_since = min((member.seen_at for story in recent for member in story.members), default=None)
    price = None if watch.budget is None else digests.price(watch, counted, now, seen_since)
    return digests.stricter(watch, stories, recent), price


def _slots(tools: Tools, watch: Watch, person: Person, now: datetime) -> tuple[Slot | None, datetime | None]:
    """Return the next slot of a watch's timetable after now, and the one that is due, if one is.

    A timetable seen for the first time, or changed, begins now: what it would have told before is not made up for.
    However many slots were missed, one digest makes up for them.
    """
    if watch.digest is None:
        return None, None
    zone = watch.timezone or person.timezone
    timetable = f"{watch.digest.phrase} {zone}"
    kept = tools.store.readers.slot(watch.id, person.id)
    following = Slot(timetable=timetable, next_at=digests.next_slot(watch.digest, zone, now))
    if kept is None or kept.timetable != timetable:
        return following, None
    if kept.next_at > now or digests.quiet_until(person.quiet, person.timezone, now) is not None:
        return kept, None
    return following, kept.next_at


def _left(rules: Rules, tools: Tools, person: Person, now: datetime) -> int | None:
    """Return how many messages a person may still get today, those kept free that scheduled digests will need."""
    if person.messages_per_day is None:
        return None
    midnight = digests.day_start(person.timezone, now)
    next_midnight = digests.day_start(person.timezone, midnight + _NEXT_DAY)
    slots: Mapping[str, Slot | None] = {
        watch.id: _slots(tools, watch, person, now)[0] for watch in rules.watches if person.id in watch.people
    }
    needed = sum(slot is not None and slot.next_at < next_midnight for slot in slots.values())
    sent = tools.store.readers.messages_since(person.id, midnight)
    return max(0, person.messages_per_day - sent - needed)
