"""Digests and the deliveries on their way: planned at once, claimed one by one, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.errors import StoreError
from monitor.ports import Slot
from monitor.records import Delivery, Digest, Message, Outcome, Planned, Receipt
from monitor.store import bodies, ledger, reviving, telling
from monitor.store.database import Database
from monitor.store.places import Places
from monitor.store.tables import deliveries, digests, rests, slots

_REASON: Final = 80
_SENTENCE: Final = 2000
"""How much is kept of what a channel says."""

LONGEST_REST: Final = timedelta(hours=24, minutes=1)
"""No channel is left alone for longer."""

_UNSENT = ("waiting", "sending")


QUIET = "quiet-hours"
"""The reason of a delivery that is held until its reader's quiet hours are over."""


class Outbox:
    """What was promised to whom, and how far it has come.

    A delivery is `waiting`, then `sending`, then `sent`; or `dead` when trying again cannot help, `lapsed` when it was
    too late and its stories go into the next digest, or `dropped` by a person.
    """

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each digest and outcome."""
        self._database = database
        self._config = config
        self._places = Places(database)

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
        would tell a person as new what somebody else's plan has told them meanwhile is not stored, nor are the outcomes
        of its stories or its slot. `slots` are by watch and person.
        """
        with self._database.write() as connection:
            # Planners work one at a time, but one may lose its connection, and with it the lock, without noticing.
            self._database.alone_until_commit(connection, [f"plan {one.digest.person_id}" for one in planned])
            stored: set[str] = set()
            refused: set[str] = set()
            again: set[tuple[str, str]] = set()
            for one in planned:
                if telling.is_stale(connection, one.digest):
                    refused |= _subjects(one.digest)
                    again.add((one.digest.watch_id, one.digest.person_id))
                elif telling.write(self._database, connection, one, self._config, model):
                    stored.add(one.digest.id)
            # What was refused is due still, without what has been told meanwhile.
            self._keep_slots(connection, {key: slot for key, slot in slots.items() if key not in again})
            stands = [outcome for outcome in outcomes if outcome.subject not in refused]
            ledger.write(self._database, connection, stands, self._config)
        return frozenset(stored)

    def readdress(self, delivery_id: str, delivery: Delivery, at: datetime) -> None:
        """Put a delivery in the place of one that cannot arrive any more; the old one counts as dropped.

        One that was sent stays so. Raises StoreError: there is none of that id, or it is being sent right now.
        """
        with self._database.write() as connection:
            said = reviving.readdress(self._database, connection, delivery_id, delivery, at)
            ledger.write(self._database, connection, said, self._config)

    def close_missed(self, before: datetime, at: datetime) -> int:
        """Note of each story that waited to be told and was not looked at since `before` that it was not told.

        Returns how many. Their outcome is `missed`, the reason `too-old`, and the numbers hold the reason before.
        """
        with self._database.write() as connection:
            return ledger.close_missed(self._database, connection, before, at, self._config)

    def thread(self, digest_id: str, channel: str, recipient: str) -> Delivery | None:
        """Return the delivery of a digest to a recipient, without its body, whose conversation others go on with.

        Of one that itself belongs into a conversation, the beginning of that.
        """
        root = (
            sa.select(sa.func.coalesce(deliveries.c.parent, deliveries.c.id))
            .where(
                deliveries.c.digest_id == digest_id,
                deliveries.c.channel == channel,
                deliveries.c.recipient == recipient,
            )
            .order_by(deliveries.c.created_at, deliveries.c.id)
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(_with_digest().where(deliveries.c.id == root.scalar_subquery())).mappings().first()
        return _delivery(row, b"") if row else None

    def message(self, digest_id: str) -> Message:
        """Return a digest's renderings, for a delivery whose bytes were not frozen.

        `entries` and `brief` are not kept. Raises StoreError: there is no such digest.
        """
        query = sa.select(digests.c.subject, digests.c.bodies_zstd, digests.c.content).where(digests.c.id == digest_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise StoreError(self._database.name, "no-digest", f"there is no digest {digest_id!r}")
        return bodies.message(row.subject, row.bodies_zstd, row.content)

    def drain(self) -> AbstractContextManager[str]:
        """Take a place among those who send, and yield its name, under which rows are claimed.

        The place is free again when its holder dies, and so are the rows claimed under it. Raises BusyError when all
        places are taken.
        """
        return self._places.take()

    def claim(self, place: str, now: datetime, *, rested: Collection[str] = ()) -> Delivery | None:
        """Take the delivery that is due and has waited longest, note that it is being attempted, and return it.

        Two claimers never take the same one. Not taken are: those of channels that rest at `now` or stand in `rested`,
        and those whose conversation has an earlier one that is waiting or being sent. A row that a dead sender was
        sending is `open`, and due at once. `attempts` counts this one.
        """
        found = self._claim(place, now, rested)
        if found is None and self._places.relieve_the_dead(place):
            found = self._claim(place, now, rested)
        return found

    def sent(self, delivery: Delivery, receipt: Receipt, at: datetime) -> None:
        """Note that the channel took it; a delivery that another sender took over is left to that one."""
        values = {
            "state": "sent",
            "sent_at": at,
            "provider_id": _plain(receipt.provider_id, _SENTENCE),
            "place": _plain(receipt.place, _SENTENCE),
        }
        with self._database.write() as connection:
            self._settle(connection, delivery, values, "accepted", "", at)

    def failed(
        self, delivery: Delivery, reason: str, message: str, next_at: datetime | None, at: datetime, *, open_: bool
    ) -> None:
        """Note that the channel did not take it, or may have (`open_`); without a `next_at` it waits for a person.

        When another channel came too late with the same digest and none is left to bring it, its stories count as not
        told.
        """
        values = {"state": "dead" if next_at is None else "waiting", "next_at": next_at, "open": open_}
        with self._database.write() as connection:
            if self._settle(connection, delivery, values, reason, message, at):
                telling.give_back(connection, delivery.digest_id)

    def drop(self, delivery: Delivery, reason: str, message: str, at: datetime) -> None:
        """Give up a claimed delivery that nobody wants any more; its stories stay told."""
        with self._database.write() as connection:
            self._settle(connection, delivery, {"state": "dropped"}, reason, message, at)

    def lapse(self, delivery: Delivery, reason: str, message: str, at: datetime) -> None:
        """Give a delivery up as too late.

        When no channel brought its digest to the person, or will, its stories count as not told, and are left to the
        next scheduled digest.
        """
        with self._database.write() as connection:
            if self._settle(connection, delivery, {"state": "lapsed"}, reason, message, at):
                telling.give_back(connection, delivery.digest_id)

    def rest(self, channel: str, until: datetime) -> None:
        """Let a channel alone until then, whoever sends; the later of two moments counts."""
        insert = self._database.insert(rests).values(channel=channel, until=until)
        longer = insert.on_conflict_do_update(
            index_elements=[rests.c.channel],
            set_={"until": insert.excluded.until},
            where=insert.excluded.until > rests.c.until,
        )
        with self._database.write() as connection:
            connection.execute(longer)

    def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """Return how many deliveries composed before that moment are still to be sent, and when the oldest was.

        One that was sent again by hand counts from then, and one that waits for the end of quiet hours not at all.
        """
        began = sa.func.coalesce(deliveries.c.revived_at, deliveries.c.created_at)
        query = sa.select(sa.func.count(), sa.func.min(began)).where(
            deliveries.c.state.in_(_UNSENT), deliveries.c.reason != QUIET, began < before
        )
        with self._database.read() as connection:
            count, oldest = connection.execute(query).one()
        return count, oldest

    def _keep_slots(self, connection: Connection, kept: Mapping[tuple[str, str], Slot]) -> None:
        rows = [
            {"watch": watch, "person": person, "timetable": slot.timetable, "next_at": slot.next_at}
            for (watch, person), slot in sorted(kept.items())
        ]
        if rows:
            connection.execute(self._database.upsert(slots, "timetable", "next_at"), rows)

    def _claim(self, place: str, now: datetime, rested: Collection[str]) -> Delivery | None:
        with self._database.write() as connection:
            # Noted by a clock that was ahead; it would also hide each shorter rest that the channel asks for.
            connection.execute(rests.delete().where(rests.c.until > now + LONGEST_REST))
            chosen = connection.scalar(_next(now, rested))
            if chosen is None:
                return None
            taken = {
                "state": "sending",
                "attempts": deliveries.c.attempts + 1,
                "copies": deliveries.c.copies + sa.case((deliveries.c.open, 1), else_=0),
                "lease": place,
                "taken_at": now,
            }
            connection.execute(deliveries.update().where(deliveries.c.id == chosen).values(taken))
            row = connection.execute(_with_digest().where(deliveries.c.id == chosen)).mappings().one()
        return _delivery(row, bodies.unpacked(row["body_zstd"]))

    def _settle(
        self,
        connection: Connection,
        delivery: Delivery,
        values: Mapping[str, Any],
        reason: str,
        message: str,
        at: datetime,
    ) -> bool:
        """Write what became of an attempt, unless the delivery was taken over meanwhile, and say whether it was ours.

        The number of attempts tells one claim from the next.
        """
        ours = sa.and_(
            deliveries.c.id == delivery.id,
            deliveries.c.state == "sending",
            deliveries.c.attempts == delivery.attempts,
        )
        said = {"reason": _plain(reason, _REASON), "error": _plain(message, _SENTENCE)}
        settled = {"next_at": None, "open": False, "lease": None, **said, **values}
        changed = deliveries.update().where(ours).values(settled).returning(deliveries.c.copies)
        row = connection.execute(changed).first()
        if row is None:
            return False
        outcome = Outcome(
            step="deliver",
            subject=delivery.id,
            outcome=values["state"],
            reason=said["reason"],
            numbers={"attempts": delivery.attempts, "copies": row.copies},
            at=at,
        )
        ledger.write(self._database, connection, [outcome], self._config)
        return True


def _subjects(digest: Digest) -> set[str]:
    """Return under which names the ledger knows the stories of a digest."""
    return {f"{item.story_id} {digest.person_id} {digest.watch_id}" for item in digest.items}


def _next(now: datetime, rested: Collection[str]) -> sa.Select[tuple[str]]:
    """Return the query for the delivery to be claimed, locked where the database locks rows."""
    due, parent, earlier = deliveries.alias("due"), deliveries.alias("parent"), deliveries.alias("earlier")
    resting = sa.select(rests.c.channel).where(rests.c.until > now)
    beginning = sa.select(parent.c.id).where(parent.c.id == due.c.parent, parent.c.state.in_(_UNSENT))
    sibling = sa.select(earlier.c.id).where(
        earlier.c.parent == due.c.parent,
        earlier.c.state.in_(_UNSENT),
        sa.tuple_(earlier.c.created_at, earlier.c.id) < sa.tuple_(due.c.created_at, due.c.id),
    )
    return (
        sa.select(due.c.id)
        .where(
            due.c.state == "waiting",
            sa.or_(due.c.next_at.is_(None), due.c.next_at <= now),
            due.c.channel.not_in(list(rested)),
            due.c.channel.not_in(resting),
            sa.or_(due.c.parent.is_(None), sa.and_(~beginning.exists(), ~sibling.exists())),
        )
        .order_by(due.c.created_at, due.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=due)
    )


def _with_digest() -> sa.Select[Any]:
    """Return the query for deliveries with what their digests and the beginnings of their conversations say."""
    root = deliveries.alias("root")
    return (
        sa.select(
            deliveries,
            digests.c.watch,
            digests.c.major,
            digests.c.why,
            telling.watch_title(),
            root.c.message_id.label("parent_message_id"),
            root.c.provider_id.label("parent_provider_id"),
        )
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .outerjoin(root, root.c.id == deliveries.c.parent)
    )


def _delivery(row: RowMapping, body: bytes) -> Delivery:
    return Delivery(
        id=row["id"],
        digest_id=row["digest_id"],
        channel=row["channel"],
        recipient=row["recipient"],
        person=row["person"],
        message_id=row["message_id"],
        created_at=row["created_at"],
        subject=row["subject"],
        watch_id=row["watch"],
        watch_title=row["watch_title"],
        body=body,
        parent=row["parent"],
        parent_message_id=row["parent_message_id"] or "",
        parent_provider_id=row["parent_provider_id"] or "",
        aloud=row["aloud"],
        unsubscribe=row["unsubscribe"],
        attempts=row["attempts"],
        open=row["open"],
        revived_at=row["revived_at"],
        major=row["major"],
        why=row["why"],
    )


def _plain(said: str, most: int) -> str:
    """Return what a channel said as a database can keep it: no NUL, no half of a character, and not without end."""
    return said.replace("\0", "").encode("utf-8", "replace").decode()[:most]
