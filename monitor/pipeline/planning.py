"""Plan: stories → digests → the outbox.

Planning is one transaction for each watch and person: the digests, what the person has now been told, when the next
scheduled one is due, and the deliveries with the bytes that their channels will hand over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor import digests, messages
from monitor.digests import NOTHING_NEW, Composed, Fate, Occasion, Ruling
from monitor.errors import DeliveryError
from monitor.pipeline.occasions import Looked, is_muted, look
from monitor.pipeline.reports import PlanReport
from monitor.pipeline.tools import Rules, Tools
from monitor.records import (
    Delivery,
    Digest,
    Held,
    Message,
    Outcome,
    Person,
    Planned,
    Story,
    Telling,
    Told,
    Topic,
    Watch,
    Wish,
    beyond,
)

NOT_YET = frozenset({Fate.WAITS, Fate.DIGEST, Fate.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be sent now, without storing or sending it; no messages when there is nothing to tell."""

    watch: str
    person: str
    messages: tuple[Message, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules of a watch say of a story for one person now, and what the person was told of it."""

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
    made: list[Digest] = []
    held: list[tuple[str, Held]] = []
    for one, reader in told_by(rules, watch, person):
        looked, composed = compose(rules, tools, model, one, reader, by_hand=by_hand)
        planned = [_planned(rules, tools, reader, digest) for digest in composed.digests]
        outcomes = [*composed.outcomes(looked.occasion, model), *_about_slot(looked.occasion, composed, model)]
        slots = {(one.id, reader.id): looked.slot} if looked.slot else {}
        tools.store.outbox.plan(planned, outcomes, model, slots=slots)
        made.extend(plan.digest for plan in planned)
        held.extend((one.id, near) for near in _near_misses(composed))
    return PlanReport(digests=tuple(made), held=tuple(held))


def compose(
    rules: Rules, tools: Tools, model: str, watch: Watch, person: Person, *, by_hand: bool
) -> tuple[Looked, Composed]:
    """Compose one person's digests of one watch, without storing anything."""
    looked = look(rules, tools, model, watch, person, by_hand=by_hand)
    topics: Mapping[str, Topic] = {topic.id: topic for topic in rules.topics}
    heard = tools.store.readers.told(person.id, [story.id for story in looked.stories])
    composed = digests.compose(looked.occasion, looked.stories, heard, topics, _teller(rules, tools))
    told = tuple(digests.with_actions(digest, tools.link, rules.config) for digest in composed.digests)
    return looked, replace(composed, digests=told)


def preview(rules: Rules, tools: Tools, model: str, watch: str, person: str | None = None) -> list[Preview]:
    """Compose a watch's digest as if it were asked for by hand now; store and send nothing."""
    previews = []
    for one, reader in told_by(rules, watch, person):
        _, composed = compose(rules, tools, model, one, reader, by_hand=True)
        shown = tuple(messages.render(digest) for digest in composed.digests)
        previews.append(Preview(watch=one.id, person=reader.id, messages=shown, rulings=composed.rulings))
    return previews


def why(
    rules: Rules, tools: Tools, model: str, story: str, *, watch: str | None = None, person: str | None = None
) -> list[Judged]:
    """Ask each watch's rules about one story, for each person, as they stand now.

    Where no article of the story counts for a watch, there is no ruling.
    """
    found = []
    for one, reader in told_by(rules, watch, person):
        looked = look(rules, tools, model, one, reader, by_hand=False)
        heard = tools.store.readers.told(reader.id, [story]).get(story)
        asked = [known for known in looked.stories if known.id == story]
        told = {story: heard} if heard else {}
        rulings = digests.judge(looked.occasion, asked, told, _teller(rules, tools))
        found.append(Judged(watch=one.id, person=reader.id, ruling=next(iter(rulings), None), told=heard))
    return found


def told_by(rules: Rules, watch: str | None = None, person: str | None = None) -> Iterator[tuple[Watch, Person]]:
    """Yield each watch with each person it tells, or those of one watch or one person only."""
    people = {one.id: one for one in rules.people}
    for one in rules.watches:
        if watch in {None, one.id}:
            yield from ((one, people[name]) for name in one.people if person in {None, name})


def _teller(rules: Rules, tools: Tools) -> Callable[[Story, Collection[str] | None], Telling]:
    """Return what puts a story into words, once for each story and what was told of it."""
    known: dict[tuple[str, frozenset[str] | None], Telling] = {}
    feeds = [feed.publisher for feed in rules.feeds]

    def tell(story: Story, told: Collection[str] | None) -> Telling:
        key = (story.id, None if told is None else frozenset(told))
        if key not in known:
            telling = tools.tell(story.members, rules.publishers, told)
            known[key] = replace(telling, sourcing=beyond(telling.sourcing, feeds))
        return known[key]

    return tell


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


def _planned(rules: Rules, tools: Tools, person: Person, digest: Digest) -> Planned:
    message = messages.render(digest)
    deliveries = tuple(_delivery(rules, tools, person, digest, message, channel) for channel in person.channels)
    return Planned(digest=digest, message=message, deliveries=deliveries)


def _delivery(rules: Rules, tools: Tools, person: Person, digest: Digest, message: Message, channel: str) -> Delivery:
    recipient = _recipient(rules, person, channel)
    name = hashlib.sha256(f"{digest.id}\n{channel}\n{recipient}".encode()).hexdigest()[:16]
    parent = tools.store.outbox.thread(digest.thread, channel, recipient) if digest.thread else None
    unsubscribe = tools.link(Wish(name="unsubscribe", person=person.id, subject=digest.watch_id))
    delivery = Delivery(
        id=name,
        digest_id=digest.id,
        channel=channel,
        recipient=recipient,
        person=person.id,
        message_id=f"<d.{digest.id}.{name[:8]}@{rules.mail_domain}>",
        created_at=digest.created_at,
        subject=_subject(message, parent if rules.channel_types[channel] == "email" else None),
        watch_id=digest.watch_id,
        watch_title=digest.watch_title,
        parent=parent.id if parent else None,
        parent_message_id=parent.message_id if parent else "",
        aloud=parent is not None and any(item.major for item in digest.items),
        unsubscribe=unsubscribe if unsubscribe.startswith("https://") else "",
    )
    return replace(delivery, body=_frozen(tools, delivery, message))


def _subject(message: Message, parent: Delivery | None) -> str:
    """Return a message's own subject, or that of its mail's conversation: some programs tell conversations by it."""
    return f"Re: {parent.subject}" if parent is not None and parent.subject else message.subject


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
