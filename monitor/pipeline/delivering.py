"""Deliver: the outbox → channels.

Each delivery is claimed, sent and noted by itself, so that any number of senders may work at once. A sender that dies
leaves a row that may have arrived: the channel is asked whether it did before it is sent again, under the same id.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from monitor import digests
from monitor.errors import BusyError, DeliveryError
from monitor.pipeline.occasions import is_muted
from monitor.pipeline.reports import DeliverReport, Failure, Sent
from monitor.pipeline.tools import Rules, Tools
from monitor.ports import Notifier
from monitor.records import Delivery, Receipt, Why

LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long a failed delivery waits before each further attempt, give or take JITTER."""

JITTER = 0.1
"""A tenth, so that what failed together is not all tried again at one moment."""

GIVEN_UP = timedelta(hours=24)
"""News that could not be brought within this time is too late."""

OVERDUE = timedelta(minutes=15)
"""A delivery that waits for longer is worth an alarm."""

WHOLE_CHANNEL = frozenset(
    {
        *("unreachable", "timeout", "dropped", "tls", "no-starttls", "not-smtp", "not-supported", "rate-limited"),
        *("auth", "invalid_auth", "not_authed", "account_inactive", "token_expired", "token_revoked"),
    }
)
"""Faults that the channel's other deliveries would meet as well: they are spared until the next drain."""


ANOTHER_CHANNEL = frozenset({"no-channel", "other-type"})
"""Faults of a delivery whose channel was changed: the next digest goes to the channels of its time."""


@dataclass(slots=True)
class _Drain:
    """One sender at work: its place, the channels it spares, and what came of each delivery."""

    rules: Rules
    tools: Tools
    place: str
    rested: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    postponed: list[Failure] = field(default_factory=list)
    dead: list[Failure] = field(default_factory=list)

    def run(self) -> None:
        """Send what is due, that which waited longest first; one failure does not stop the others."""
        outbox = self.tools.store.outbox
        while (delivery := outbox.claim(self.place, self.tools.clock(), rested=self.rested)) is not None:
            self._attempt(delivery)

    def _attempt(self, delivery: Delivery) -> None:
        if self._is_unwanted(delivery) or self._is_too_early(delivery):
            return
        if _is_stale(self.rules, delivery, self.tools.clock()):
            self._lapse(delivery, "too-late", "this message was first tried more than a day after it was due")
            return
        try:
            receipt = self._receipt(delivery)
        except DeliveryError as error:
            self._refused(delivery, error)
            return
        self.tools.store.outbox.sent(delivery, receipt, self.tools.clock())
        self.sent.append(
            Sent(channel=delivery.channel, recipient=delivery.recipient, subject=delivery.subject, place=receipt.place)
        )

    def _is_unwanted(self, delivery: Delivery) -> bool:
        """Give up what nobody wants any more: its person is gone, or has muted its watch since it was planned."""
        if delivery.why == Why.BY_HAND:
            return False
        if all(one.id != delivery.person for one in self.rules.people):
            return self._drop(
                delivery, "no-person", f"there is no person {delivery.person!r} in the configuration any more"
            )
        watch = next((one for one in self.rules.watches if one.id == delivery.watch_id), None)
        found = self.tools.store.readers.mutes(self.tools.clock(), delivery.person)
        mutes = [mute for mute in found if watch is not None and is_muted(watch, [mute])]
        if not mutes:
            return False
        if any(mute.until is None for mute in mutes) or not _has_digest(self.rules, delivery):
            return self._drop(delivery, "muted", "its reader wants to hear nothing of this watch")
        self.tools.store.outbox.lapse(delivery, "muted", "its reader muted the watch", self.tools.clock())
        return True

    def _drop(self, delivery: Delivery, reason: str, message: str) -> bool:
        self.tools.store.outbox.drop(delivery, reason, message, self.tools.clock())
        return True

    def _is_too_early(self, delivery: Delivery) -> bool:
        """Hold what was to be sent before its person's quiet hours and comes to be sent within them."""
        now = self.tools.clock()
        person = next((one for one in self.rules.people if one.id == delivery.person), None)
        until = digests.quiet_until(person.quiet, person.timezone, now) if person else None
        if until is None or delivery.why == Why.BY_HAND or (delivery.major and _wakes(self.rules, delivery)):
            return False
        message = f"held until its reader's quiet hours are over at {until:%H:%M} UTC"
        self.tools.store.outbox.failed(delivery, "quiet-hours", message, until, now, open_=delivery.open)
        return True

    def _receipt(self, delivery: Delivery) -> Receipt:
        """Return the channel's receipt: of an earlier attempt that arrived, or of this one."""
        notifier = self.tools.notifiers.get(delivery.channel)
        if notifier is None:
            said = f"there is no channel {delivery.channel!r} in the configuration any more"
            raise DeliveryError(delivery.channel, "no-channel", said, transient=False)
        found = notifier.find(delivery) if delivery.open else None
        return found or notifier.send(self._with_body(notifier, delivery))

    def _with_body(self, notifier: Notifier, delivery: Delivery) -> Delivery:
        if delivery.body:
            return delivery
        message = self.tools.store.outbox.message(delivery.digest_id)
        return replace(delivery, body=notifier.freeze(delivery, message))

    def _refused(self, delivery: Delivery, error: DeliveryError) -> None:
        now = self.tools.clock()
        if error.reason in WHOLE_CHANNEL:
            self.rested.add(delivery.channel)
        if error.retry_after:
            self.tools.store.outbox.rest(delivery.channel, now + timedelta(seconds=error.retry_after))
        next_at = next_attempt(delivery, error, now)
        lost = error.transient or error.reason in ANOTHER_CHANNEL
        if next_at is None and lost and not error.ambiguous and _has_digest(self.rules, delivery):
            self._lapse(delivery, error.reason, error.message)
            return
        self.tools.store.outbox.failed(
            delivery, error.reason, error.message, next_at, now, open_=error.ambiguous or delivery.open
        )
        when = f"; tried again after {next_at:%H:%M} UTC" if next_at else "; it will not be tried again by itself"
        (self.postponed if next_at else self.dead).append(
            _failure(delivery, error.reason, error.message.rstrip(".") + when)
        )

    def _lapse(self, delivery: Delivery, reason: str, message: str) -> None:
        self.tools.store.outbox.lapse(delivery, reason, message, self.tools.clock())
        self.dead.append(_failure(delivery, reason, f"{message.rstrip('.')}; the next digest has its stories"))


def deliver(rules: Rules, tools: Tools) -> DeliverReport:
    """Send what is due; with as many senders at work already as there may be, leave it to them."""
    outbox, now = tools.store.outbox, tools.clock()
    # Asked before: what waited for hours because nobody was sending is worth an alarm also when it can be sent now.
    overdue, oldest = outbox.overdue(now - OVERDUE)
    try:
        with outbox.drain() as place:
            drain = _Drain(rules, tools, place)
            drain.run()
    except BusyError as error:
        tools.say(error.message)
        drain = _Drain(rules, tools, "")
    return DeliverReport(
        sent=tuple(drain.sent),
        postponed=tuple(drain.postponed),
        dead=tuple(drain.dead),
        overdue=overdue,
        oldest=oldest,
    )


def next_attempt(delivery: Delivery, error: DeliveryError, now: datetime) -> datetime | None:
    """Return when a delivery that failed is tried again, None when that cannot help or would be too late.

    A channel's own wish (`retry_after`) is never cut short.
    """
    if not error.transient:
        return None
    # The delivery's own number, so that the same failure is answered the same way on every machine.
    drawn = Random(f"{delivery.id} {delivery.attempts}").uniform(1, 1 + JITTER)  # noqa: S311 - spreads load, hides nothing
    rung = LADDER[min(max(delivery.attempts - 1, 0), len(LADDER) - 1)]
    asked = now + timedelta(seconds=error.retry_after or 0)
    wanted = max(now + rung * drawn, asked)
    last = (delivery.revived_at or delivery.created_at) + GIVEN_UP
    if delivery.attempts <= 1:
        # However late the first attempt was (the machine slept): one failure alone never ends a delivery.
        return wanted
    return max(min(wanted, last), asked) if now < last else None


def _is_stale(rules: Rules, delivery: Delivery, now: datetime) -> bool:
    """Say whether a delivery that nobody tried in time had better go into the next digest."""
    began = delivery.revived_at or delivery.created_at
    first = delivery.attempts <= 1 and not delivery.open and delivery.revived_at is None
    return first and now - began > GIVEN_UP and _has_digest(rules, delivery)


def _wakes(rules: Rules, delivery: Delivery) -> bool:
    return any(watch.id == delivery.watch_id and watch.major and watch.major.wake for watch in rules.watches)


def _has_digest(rules: Rules, delivery: Delivery) -> bool:
    return any(watch.id == delivery.watch_id and watch.digest is not None for watch in rules.watches)


def _failure(delivery: Delivery, reason: str, message: str) -> Failure:
    return Failure(name=delivery.channel, subject=delivery.recipient, reason=reason, message=message, id=delivery.id)
