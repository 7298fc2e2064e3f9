"""Plan: stories → digests → the outbox.

Planning is one transaction for each watch and person: the digests, what the person has now been told, when the next
scheduled one is due, and the deliveries with the bytes that their channels will hand over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor import digests, messages
from monitor.digests import NOTHING_NEW, Composed, Fate, Occasion, Ruling
from monitor.errors import DeliveryError, StoreError
from monitor.pipeline.occasions import Desk, Looked, is_muted
from monitor.pipeline.reports import PlanReport, Waiting
from monitor.pipeline.tools import Rules, Tools
from monitor.records import (
    Delivery,
    Digest,
    Held,
    Message,
    Outcome,
    Person,
    Planned,
    Told,
    Topic,
    Watch,
    Wish,
)

NOT_YET = frozenset({Fate.WAITS, Fate.DIGEST, Fate.HELD})


CLOCK_SLACK = timedelta(hours=1)
"""A clock that is behind the newest digest by more was set back: what it would tell may be old."""

OUT_OF_SIGHT = timedelta(days=1)
"""A story that no planning has looked at for so long is not active any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be sent now, without storing or sending it; no messages when there is nothing to tell."""

    watch: str
    person: str
    messages: tuple[Message, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules of a watch say of a story for one person now, and what the person was told of it.

    There is no ruling where no article of the story counts for the watch.
    """

    watch: str
    person: str
    ruling: Ruling | None
    told: Told | None


def plan(
    rules: Rules,
    tools: Tools,
    model: str,
    *,
    watch: str | None = None,
    person: str | None = None,
    by_hand: bool = False,
) -> PlanReport:
    """Compose what is due for every watch and person (or for one of them) and put it into the outbox."""
    desk = Desk(rules=rules, tools=tools, model=model, now=tools.clock())
    newest = tools.store.readers.newest_at()
    if newest is not None and desk.now < newest - CLOCK_SLACK:
        return PlanReport(trouble=_clock_sentence(desk.now, newest))
    made: list[Digest] = []
    held: list[tuple[str, str, Held]] = []
    waiting: list[Waiting] = []
    for one, reader in told_by(rules, watch, person):
        looked, composed = compose(desk, one, reader, by_hand=by_hand)
        made += _put(desk, looked, composed)
        held.extend((one.id, reader.id, near) for near in _near_misses(composed))
        waiting += _waiting(looked.occasion, composed)
    if watch is None and person is None:
        tools.store.readers.forget_slots([(one.id, reader.id) for one, reader in told_by(rules)])
        tools.store.outbox.close_missed(desk.now - OUT_OF_SIGHT, desk.now)
    return PlanReport(
        digests=tuple(made),
        held=tuple((name, near) for name, _, near in held),
        held_for=tuple(reader_name for _, reader_name, _ in held),
        waiting=tuple(waiting),
    )


def compose(desk: Desk, watch: Watch, person: Person, *, by_hand: bool) -> tuple[Looked, Composed]:
    """Compose one person's digests of one watch, without storing anything."""
    looked = desk.look(watch, person, by_hand=by_hand)
    topics: Mapping[str, Topic] = {topic.id: topic for topic in desk.rules.topics}
    heard = desk.tools.store.readers.told(person.id, [story.id for story in looked.stories])
    composed = digests.compose(looked.occasion, looked.stories, heard, topics, desk.tell)
    told = tuple(digests.with_actions(digest, desk.tools.link, desk.rules.config) for digest in composed.digests)
    return looked, replace(composed, digests=told)


def preview(rules: Rules, tools: Tools, model: str, watch: str, person: str | None = None) -> list[Preview]:
    """Compose a watch's digest as if it were asked for by hand now; store and send nothing."""
    desk = Desk(rules=rules, tools=tools, model=model, now=tools.clock())
    previews = []
    for one, reader in told_by(rules, watch, person):
        _, composed = compose(desk, one, reader, by_hand=True)
        shown = tuple(messages.render(digest) for digest in composed.digests)
        previews.append(Preview(watch=one.id, person=reader.id, messages=shown, rulings=composed.rulings))
    return previews


def why(
    rules: Rules, tools: Tools, model: str, story: str, *, watch: str | None = None, person: str | None = None
) -> list[Judged]:
    """Ask each watch's rules about one story, for each person, as they stand now."""
    desk = Desk(rules=rules, tools=tools, model=model, now=tools.clock())
    found = []
    for one, reader in told_by(rules, watch, person):
        looked = desk.look(one, reader, by_hand=False)
        heard = tools.store.readers.told(reader.id, [story]).get(story)
        asked = [known for known in looked.stories if known.id == story]
        rulings = digests.judge(looked.occasion, asked, {story: heard} if heard else {}, desk.tell)
        found.append(Judged(watch=one.id, person=reader.id, ruling=next(iter(rulings), None), told=heard))
    return found


def readdress(rules: Rules, tools: Tools, row: Mapping[str, Any]) -> Delivery | None:
    """Plan a delivery anew for where its person is reached now; None when that is where it goes already.

    `row` is the delivery as it is kept. Raises StoreError when its person has no such channel any more.
    """
    person = next((one for one in rules.people if one.id == row["person"]), None)
    if person is None or not person.channels:
        raise StoreError("outbox", "no-person", f"there is no person {row['person']!r} in the configuration any more")
    channel = row["channel"] if row["channel"] in person.channels else person.channels[0]
    if (channel, _recipient(rules, person, channel)) == (row["channel"], row["recipient"]):
        return None
    message = tools.store.outbox.message(row["digest_id"])
    envelope = _Envelope(digest_id=row["digest_id"], watch_id=row["watch_id"], watch_title=row["watch_title"])
    delivery = _delivery(rules, tools, person, envelope, message, channel, tools.clock())
    tools.store.outbox.readdress(row["id"], delivery, tools.clock())
    return delivery


def told_by(rules: Rules, watch: str | None = None, person: str | None = None) -> Iterator[tuple[Watch, Person]]:
    """Yield each watch with each person it tells, or those of one watch or one person only."""
    people = {one.id: one for one in rules.people}
    for one in rules.watches:
        if watch in {None, one.id}:
            yield from ((one, people[name]) for name in one.people if person in {None, name})


def _put(desk: Desk, looked: Looked, composed: Composed) -> list[Digest]:
    """Put composed digests into the outbox, and return those that were taken."""
    occasion = looked.occasion
    planned = [_planned(desk.rules, desk.tools, occasion.person, digest) for digest in composed.digests]
    outcomes = [*composed.outcomes(occasion, desk.model), *_about_slot(occasion, composed, desk.model)]
    slots = {(occasion.watch.id, occasion.person.id): looked.slot} if looked.slot else {}
    stored = desk.tools.store.outbox.plan(planned, outcomes, desk.model, slots=slots)
    if len(stored) == len(planned):
        desk.keep(slots)
    return [digest for digest in composed.digests if digest.id in stored]


def _clock_sentence(now: datetime, newest: datetime) -> str:
    return (
        f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, but a digest was composed at {newest:%Y-%m-%d %H:%M} UTC "
        "already; nothing is told until the clock is right, or that moment has passed"
    )


def _about_slot(occasion: Occasion, composed: Composed, model: str) -> list[Outcome]:
    """Return the ledger's line on a scheduled digest: that it was made, or why nothing went out."""
    if occasion.slot is None:
        return []
    muted = is_muted(occasion.watch, occasion.mutes)
    outcome, reason = ("told", "scheduled") if composed.digests else ("skipped", "muted" if muted else NOTHING_NEW)
    numbers: dict[str, int | str] = {"stories": len(composed.rulings), "slot": occasion.slot.isoformat()}
    subject = f"digest {occasion.person.id} {occasion.watch.id} {occasion.slot:%Y-%m-%dT%H:%MZ}"
    return [
        Outcome(
            step="plan", subject=subject, outcome=outcome, reason=reason, numbers=numbers, model=model, at=occasion.now
        )
    ]


def _near_misses(composed: Composed) -> Iterator[Held]:
    for ruling in composed.rulings:
        if ruling.fate in NOT_YET:
            headline = next(member.article.title for member in ruling.story.members if member.scores)
            yield Held(story_id=ruling.story.id, headline=headline, reason=ruling.reason, message=ruling.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """What a delivery carries of its digest; `thread` is the digest that it goes on with."""

    digest_id: str
    watch_id: str
    watch_title: str
    thread: str | None = None
    major: bool = False
    why: str = ""


def _waiting(occasion: Occasion, composed: Composed) -> Iterator[Waiting]:
    """Yield how many stories a watch keeps for a person until later, if it keeps any."""
    kept = sum(ruling.fate in {Fate.WAITS, Fate.DIGEST} for ruling in composed.rulings)
    if kept:
        yield Waiting(
            watch=occasion.watch.id,
            person=occasion.person.id,
            timezone=occasion.person.timezone,
            stories=kept,
            next_at=occasion.next_at,
        )


def _planned(rules: Rules, tools: Tools, person: Person, digest: Digest) -> Planned:
    message = messages.render(digest)
    envelope = _Envelope(
        digest_id=digest.id,
        watch_id=digest.watch_id,
        watch_title=digest.watch_title,
        thread=digest.thread,
        major=bool(digest.items) and all(item.major for item in digest.items),
        why=digest.why.value,
    )
    deliveries = tuple(
        _delivery(rules, tools, person, envelope, message, channel, digest.created_at) for channel in person.channels
    )
    return Planned(digest=digest, message=message, deliveries=deliveries)


def _delivery(
    rules: Rules, tools: Tools, person: Person, envelope: _Envelope, message: Message, channel: str, at: datetime
) -> Delivery:
    recipient = _recipient(rules, person, channel)
    name = hashlib.sha256(f"{envelope.digest_id}\n{channel}\n{recipient}".encode()).hexdigest()[:16]
    parent = tools.store.outbox.thread(envelope.thread, channel, recipient) if envelope.thread else None
    unsubscribe = tools.link(Wish(name="unsubscribe", person=person.id, subject=envelope.watch_id))
    delivery = Delivery(
        id=name,
        digest_id=envelope.digest_id,
        channel=channel,
        recipient=recipient,
        person=person.id,
        message_id=f"<d.{envelope.digest_id}.{name[:8]}@{rules.mail_domain}>",
        created_at=at,
        subject=_subject(message, envelope, parent if rules.channel_types[channel] == "email" else None),
        watch_id=envelope.watch_id,
        watch_title=envelope.watch_title,
        parent=parent.id if parent else None,
        parent_message_id=parent.message_id if parent else "",
        aloud=parent is not None and envelope.major,
        unsubscribe=unsubscribe if unsubscribe.startswith("https://") else "",
        major=envelope.major,
        why=envelope.why,
    )
    return replace(delivery, body=_frozen(tools, delivery, message))


def _subject(message: Message, envelope: _Envelope, parent: Delivery | None) -> str:
    """Return a message's own subject, or for a mail that goes on with one story's, that one's.

    Some mail programs tell conversations by their subject. Major news has its own, and so has what goes on with a
    message of several stories, whose subject is about another.
    """
    if parent is None or envelope.major or not messages.is_about_one(parent.subject, envelope.watch_title):
        return message.subject
    return f"Re: {parent.subject}"


def _recipient(rules: Rules, person: Person, channel: str) -> str:
    if rules.channel_types[channel] == "email":
        return person.email or ""
    return (person.slack or rules.targets[channel]) if channel in rules.targets else person.id


def _frozen(tools: Tools, delivery: Delivery, message: Message) -> bytes:
    """Return what the channel will hand over; nothing where it cannot, which its first attempt will say."""
    try:
        return tools.notifiers[delivery.channel].freeze(delivery, message)
    except DeliveryError:
        return b""
