"""Plan and deliver: stories → digests → the outbox → channels.

Planning is one transaction per watch and person: the digest, what the person has now been told, and the deliveries
with their frozen bodies. Delivering notes `sending` before and `sent` after each attempt, so that a kill in between
leaves a row that is sent again under the same id, and never one that is forgotten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from monitor import digests, messages
from monitor.digests import Composed, Occasion
from monitor.errors import DeliveryError
from monitor.pipeline.reports import DeliverReport, Failure, PlanReport, Sent
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Delivery, Digest, Held, Person, Planned, Story, Telling, Topic, Watch, beyond

ACTIVE = timedelta(days=7)
"""Stories without an article for longer are not told any more."""

LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long a failed delivery waits before each further attempt."""

GIVEN_UP = timedelta(hours=24)
"""A delivery that could not be made within this time waits for a person."""


def plan(rules: Rules, tools: Tools, model: str, *, watch: str | None = None, by_hand: bool = False) -> PlanReport:
    """Compose what is due for every watch and person (or for one `watch`) and put it into the outbox."""
    made: list[Digest] = []
    held: list[tuple[str, Held]] = []
    for one, person in told_by(rules, watch):
        occasion, composed = compose(rules, tools, model, one, person, by_hand=by_hand)
        planned = [_planned(rules, person, composed.digest)] if composed.digest else []
        content = {digest.id: _jsonable(digest) for digest in (plan.digest for plan in planned)}
        tools.store.outbox.plan(planned, content, composed.outcomes(occasion, model), model)
        made.extend(plan.digest for plan in planned)
        held.extend((one.id, near) for near in _near_misses(composed))
    return PlanReport(digests=tuple(made), held=tuple(held))


def compose(
    rules: Rules, tools: Tools, model: str, watch: Watch, person: Person, *, by_hand: bool
) -> tuple[Occasion, Composed]:
    """Compose one person's digest of one watch, without storing anything."""
    now = tools.clock()
    since = tools.store.outbox.last_digest_at(watch.id, person.id)
    coverage = tools.store.outbox.coverage(since, now)
    occasion = Occasion(watch=watch, person=person, now=now, coverage=coverage, by_hand=by_hand)
    stories = tools.store.stories.matching(watch.topics, model, now - ACTIVE)
    topics: Mapping[str, Topic] = {topic.id: topic for topic in rules.topics}

    def tell(story: Story, told: Collection[str] | None) -> Telling:
        telling = tools.tell(story.members, rules.publishers, told)
        return replace(telling, sourcing=beyond(telling.sourcing, [feed.publisher for feed in rules.feeds]))

    heard = tools.store.outbox.told(person.id, [story.id for story in stories])
    return occasion, digests.compose(occasion, stories, heard, topics, tell)


def deliver(tools: Tools) -> DeliverReport:
    """Send what is due, the oldest first; one delivery's failure does not stop the others."""
    report = DeliverReport()
    for delivery in tools.store.outbox.due(tools.clock()):
        report = _attempt(tools, delivery, report)
    return report


def told_by(rules: Rules, only: str | None) -> list[tuple[Watch, Person]]:
    """Return each watch with each person it tells, or those of one watch only."""
    people = {person.id: person for person in rules.people}
    watches = [watch for watch in rules.watches if only in {None, watch.id}]
    return [(watch, people[person]) for watch in watches for person in watch.people]


def _near_misses(composed: Composed) -> list[Held]:
    return [
        Held(
            story_id=ruling.story.id,
            headline=next(member.article.title for member in ruling.story.members if member.scores),
            reason=ruling.reason,
            message=ruling.message,
        )
        for ruling in composed.rulings
        if ruling.kind is None and ruling.reason != digests.NOTHING_NEW
    ]


def _planned(rules: Rules, person: Person, digest: Digest) -> Planned:
    message = messages.render(digest)
    deliveries = []
    for channel in person.channels:
        recipient = (person.email or "") if rules.channel_types[channel] == "email" else person.id
        name = hashlib.sha256(f"{digest.id}\n{channel}\n{recipient}".encode()).hexdigest()[:16]
        deliveries.append(
            Delivery(
                id=name,
                digest_id=digest.id,
                channel=channel,
                recipient=recipient,
                person=person.id,
                message=message,
                message_id=f"<d.{digest.id}.{name[:8]}@{rules.mail_domain}>",
                created_at=digest.created_at,
            )
        )
    return Planned(digest=digest, deliveries=tuple(deliveries))


def _attempt(tools: Tools, delivery: Delivery, report: DeliverReport) -> DeliverReport:
    outbox = tools.store.outbox
    notifier = tools.notifiers.get(delivery.channel)
    if notifier is None:
        message = f"there is no channel {delivery.channel!r} in the configuration any more"
        outbox.failed(delivery.id, "no-channel", message, None, tools.clock())
        failure = Failure(name=delivery.channel, subject=delivery.recipient, reason="no-channel", message=message)
        return DeliverReport(sent=report.sent, postponed=report.postponed, dead=(*report.dead, failure))
    outbox.sending(delivery.id)
    try:
        receipt = notifier.send(delivery)
    except DeliveryError as error:
        return _refused(tools, delivery, error, report)
    outbox.sent(delivery.id, receipt, tools.clock())
    sent = Sent(
        channel=delivery.channel,
        recipient=delivery.recipient,
        subject=delivery.message.subject,
        place=receipt.place,
    )
    return DeliverReport(sent=(*report.sent, sent), postponed=report.postponed, dead=report.dead)


def _refused(tools: Tools, delivery: Delivery, error: DeliveryError, report: DeliverReport) -> DeliverReport:
    now = tools.clock()
    next_at = _next_attempt(delivery, error, now)
    tools.store.outbox.failed(delivery.id, error.reason, error.message, next_at, now)
    when = f"; tried again after {next_at:%H:%M} UTC" if next_at else "; it will not be tried again by itself"
    failure = Failure(
        name=delivery.channel, subject=delivery.recipient, reason=error.reason, message=error.message + when
    )
    if next_at is None:
        return DeliverReport(sent=report.sent, postponed=report.postponed, dead=(*report.dead, failure))
    return DeliverReport(sent=report.sent, postponed=(*report.postponed, failure), dead=report.dead)


def _next_attempt(delivery: Delivery, error: DeliveryError, now: datetime) -> datetime | None:
    if not error.transient:
        return None
    wait = max(LADDER[min(delivery.attempts, len(LADDER) - 1)], timedelta(seconds=error.retry_after or 0))
    last = delivery.created_at + GIVEN_UP
    if delivery.attempts == 0:
        # However late the first attempt was (the machine slept): one failure alone never ends a delivery.
        return now + wait
    return min(now + wait, last) if now < last else None


def _jsonable(digest: Digest) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json.dumps(asdict(digest), default=datetime.isoformat))
