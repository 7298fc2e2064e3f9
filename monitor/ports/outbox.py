"""What is remembered of digests: what each person was told and wants to be told, and the deliveries on their way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.records import Coverage, Delivery, Message, Mute, Outcome, Planned, Receipt, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a watch's scheduled digest for a person is due next, by which timetable (phrase and time zone)."""

    timetable: str
    next_at: datetime


class Readers(Protocol):
    """What each person was told and wants to be told, and when."""

    def told(self, person: str, among: Sequence[str] | None = None) -> dict[str, Told]:
        """Return what a person has been told, by the story in which each article is now; all, or `among` some."""
        ...

    def last_digest_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest of a watch for a person was composed."""
        ...

    def messages_since(self, person: str, since: datetime) -> int:
        """Return how many messages for a person were composed from that moment on, not counting those of major news.

        A digest is one message, however many channels carry it.
        """
        ...

    def coverage(self, since: datetime | None, now: datetime) -> Coverage:
        """Return how many feeds answered when last asked, which are silent, and what was read since."""
        ...

    def scheduled_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest was composed that was scheduled or asked for by hand."""
        ...

    def newest_at(self) -> datetime | None:
        """Return when the newest of all digests was composed."""
        ...

    def slots(self) -> dict[tuple[str, str], Slot]:
        """Return when each scheduled digest is due next, by watch and person; none before the first look."""
        ...

    def forget_slots(self, known: Collection[tuple[str, str]]) -> None:
        """Give up the slots of all but these watches and persons."""
        ...

    def seen_since(self) -> datetime | None:
        """Return when the archive begins: the moment at which its first entry was seen."""
        ...

    def mutes_ended(self, since: datetime, now: datetime) -> list[Mute]:
        """Return the mutes that ended after `since` and are over at `now`, by their beginning."""
        ...

    def mutes(self, now: datetime, person: str | None = None) -> list[Mute]:
        """Return the mutes in force, of one person or of all, by their beginning.

        That of a story which became part of another names the other.
        """
        ...

    def mute(self, mute: Mute) -> None:
        """Keep a mute; one of the same person, kind and subject is replaced."""
        ...

    def unmute(self, mute_id: str, now: datetime) -> bool:
        """End a mute now; False when there is none in force of that id."""
        ...


class Outbox(Protocol):
    """What was promised to whom, and how far it has come.

    A delivery is `waiting`, then `sending`, then `sent`; or `dead` when trying again cannot help, `lapsed` when it was
    too late and its stories go into the next digest, or `dropped` by a person.
    """

    def plan(
        self,
        planned: Sequence[Planned],
        outcomes: Sequence[Outcome],
        model: str,
        *,
        slots: Mapping[tuple[str, str], Slot],
    ) -> frozenset[str]:
        """Store digests, who has now been told what, the deliveries, and the next slots, all in one transaction.

        Returns the ids of the digests that were stored. A digest that is known already is left as it is, and one that
        would tell a person as new what somebody else's plan has told them meanwhile is not stored. `slots` are by watch
        and person.
        """
        ...

    def readdress(self, delivery_id: str, delivery: Delivery, at: datetime) -> None:
        """Put a delivery in the place of one that cannot arrive any more; the old one counts as dropped."""
        ...

    def drop(self, delivery: Delivery, reason: str, message: str, at: datetime) -> None:
        """Give up a claimed delivery that nobody wants any more; its stories stay told."""
        ...

    def close_missed(self, before: datetime, at: datetime) -> int:
        """Note of each story that waited to be told and was not looked at since `before` that it was not told.

        Returns how many. Their outcome is `missed`, the reason `too-old`, and the numbers hold the reason before.
        """
        ...

    def message(self, digest_id: str) -> Message:
        """Return a digest's subject, text, HTML and Slack blocks as they were; raises StoreError when it is unknown."""
        ...

    def thread(self, digest_id: str, channel: str, recipient: str) -> Delivery | None:
        """Return the delivery of a digest to a recipient, without its body, whose conversation others go on with.

        Of one that itself belongs into a conversation, the beginning of that.
        """
        ...

    def drain(self) -> AbstractContextManager[str]:
        """Take a place among those who send, and yield its name, under which rows are claimed.

        The place is free again when its holder dies, and so are the rows claimed under it. Raises BusyError when all
        places are taken.
        """
        ...

    def claim(self, place: str, now: datetime, *, rested: Collection[str] = ()) -> Delivery | None:
        """Take the delivery that is due and has waited longest, note that it is being attempted, and return it.

        Two claimers never take the same one. Not taken are: those of channels that rest at `now` or stand in `rested`,
        and those whose conversation has an earlier one that is waiting or being sent. A row that a dead sender was
        sending is `open`, and due at once.
        """
        ...

    def sent(self, delivery: Delivery, receipt: Receipt, at: datetime) -> None:
        """Note that the channel took it."""
        ...

    def failed(
        self, delivery: Delivery, reason: str, message: str, next_at: datetime | None, at: datetime, *, open_: bool
    ) -> None:
        """Note that the channel did not take it, or may have (`open_`); without a `next_at` it waits for a person."""
        ...

    def lapse(self, delivery: Delivery, reason: str, message: str, at: datetime) -> None:
        """Give a delivery up as too late.

        When no channel brought its digest to the person, or will, its stories count as not told, and are left to the
        next scheduled digest.
        """
        ...

    def rest(self, channel: str, until: datetime) -> None:
        """Let a channel alone until then, whoever sends; the later of two moments counts."""
        ...

    def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """Return how many deliveries composed before that moment are still to be sent, and when the oldest was."""
        ...
