"""Sending once more, as a person asked: as it was, or to another address."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.errors import StoreError
from monitor.records import Delivery, Outcome
from monitor.store import telling
from monitor.store.database import Database
from monitor.store.tables import deliveries

REVIVABLE = frozenset({"dead", "lapsed", "dropped"})


def held_state(database: Database, connection: Connection, delivery_id: str) -> tuple[str, str]:
    """Return a delivery's state and its digest, held until the end of the transaction; raises StoreError."""
    query = sa.select(deliveries.c.state, deliveries.c.digest_id).where(deliveries.c.id == delivery_id)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise StoreError(database.name, "no-delivery", f"there is no delivery {delivery_id!r}")
    return row.state, row.digest_id


def change(connection: Connection, delivery_id: str, values: dict[str, Any]) -> None:
    """Change a delivery's row."""
    connection.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(values))


def outcome(delivery_id: str, said: str, reason: str, at: datetime, **numbers: str) -> Outcome:
    """Return the ledger's line on a person's decision about a delivery."""
    return Outcome(step="deliver", subject=delivery_id, outcome=said, reason=reason, numbers=numbers, at=at)


def revive(connection: Connection, delivery_id: str, digest_id: str, now: datetime) -> None:
    """Let a delivery begin anew, due now; its stories count as told again.

    An attempt that may have arrived is not looked for any more: the person knows, and one that the channel cannot find
    would be held back for ever. It counts as a copy.
    """
    anew = {
        "state": "waiting",
        "attempts": 0,
        "next_at": None,
        "sent_at": None,
        "revived_at": now,
        "open": False,
        "copies": deliveries.c.copies + sa.case((deliveries.c.open, 1), else_=0),
        "reason": "resent",
        "error": "",
    }
    change(connection, delivery_id, anew)
    telling.take_back(connection, digest_id)


def readdress(
    database: Database, connection: Connection, old_id: str, delivery: Delivery, at: datetime
) -> list[Outcome]:
    """Put a delivery in the place of another, and return what the ledger is to say of the two.

    One that was sent stays so. When the delivery is known already, because a person had moved back there, it begins
    anew unless it is on its way. Raises StoreError: there is no such delivery, or it is being sent right now.
    """
    before, digest_id = held_state(database, connection, old_id)
    if before == "sending":
        sentence = f"delivery {old_id} is being sent right now; nothing was changed"
        raise StoreError(database.name, "being-sent", sentence)
    told = []
    if before != "sent":
        change(connection, old_id, {"state": "dropped", "next_at": None, "reason": "readdressed"})
        told.append(outcome(old_id, "dropped", "readdressed", at, was=before, to=delivery.id))
    if telling.put(database, connection, replace(delivery, digest_id=digest_id, revived_at=at)):
        telling.take_back(connection, digest_id)
    elif held_state(database, connection, delivery.id)[0] in REVIVABLE:
        revive(connection, delivery.id, digest_id, at)
    else:
        return told
    return [*told, outcome(delivery.id, "waiting", "readdressed", at, instead_of=old_id)]
