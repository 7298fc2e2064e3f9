"""Digests, what each person has been told, and the deliveries on their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import Coverage, Delivery, Digest, Message, Outcome, Planned, Receipt, Told
from monitor.store import ledger
from monitor.store.database import Database, chunks
from monitor.store.tables import articles, deliveries, digests, feeds, story_members, told


class Outbox:
    """What was promised to whom, and how far it has come.

    A delivery is `waiting`, then `sending`, then `sent`, or `dead` when trying again cannot help.
    """

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each digest and outcome."""
        self._database = database
        self._config = config

    def told(self, person: str, among: Sequence[str] | None = None) -> dict[str, Told]:
        """Return what a person has been told, by the story in which each article is now; all, or `among` some."""
        heard: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
        story = sa.func.coalesce(story_members.c.story_id, told.c.story_id).label("story_id")
        query = (
            sa.select(story, told.c.article_id, told.c.at)
            .outerjoin(story_members, story_members.c.article_id == told.c.article_id)
            .where(told.c.person == person)
        )
        some = [query] if among is None else [query.where(story_members.c.story_id.in_(ids)) for ids in chunks(among)]
        with self._database.read() as connection:
            for one in some:
                for row in connection.execute(one):
                    heard[row.story_id].append((row.article_id, row.at))
        return {
            story: Told(
                article_ids=frozenset(article for article, _ in rows),
                first_at=min(at for _, at in rows),
                last_at=max(at for _, at in rows),
            )
            for story, rows in heard.items()
        }

    def last_digest_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest of a watch for a person was composed."""
        query = sa.select(sa.func.max(digests.c.created_at)).where(digests.c.watch == watch, digests.c.person == person)
        with self._database.read() as connection:
            found: datetime | None = connection.scalar(query)
        return found

    def coverage(self, since: datetime | None, now: datetime) -> Coverage:
        """Return how many feeds answered when last asked, and how many articles were read since."""
        read = sa.select(sa.func.count()).select_from(articles).where(articles.c.read_at <= now)
        if since is not None:
            read = read.where(articles.c.read_at > since)
        active = sa.select(sa.func.count()).select_from(feeds).where(feeds.c.active)
        with self._database.read() as connection:
            return Coverage(
                feeds=int(connection.scalar(active) or 0),
                feeds_answering=int(
                    connection.scalar(active.where(feeds.c.last_reason.is_(None), feeds.c.last_ok_at.is_not(None))) or 0
                ),
                articles=int(connection.scalar(read) or 0),
                since=since,
            )

    def plan(
        self, planned: Sequence[Planned], content: Mapping[str, Any], outcomes: Sequence[Outcome], model: str
    ) -> None:
        """Store digests, who has now been told what, and the deliveries, all in one transaction.

        `content` is each digest as JSON-ready data, by its id. What is stored already is left as it is.
        """
        with self._database.write() as connection:
            for plan in planned:
                self._save_digest(connection, plan.digest, content[plan.digest.id], model)
                for delivery in plan.deliveries:
                    row = _delivery_row(delivery)
                    connection.execute(self._database.insert(deliveries).values(row).on_conflict_do_nothing())
            ledger.write(self._database, connection, outcomes, self._config)

    def due(self, now: datetime) -> list[Delivery]:
        """Return the deliveries to be sent now, the oldest first.

        A row left as `sending` belongs to a sender that died; it may have arrived, and is sent again with the same id.
        """
        waiting = sa.and_(
            deliveries.c.state == "waiting", sa.or_(deliveries.c.next_at.is_(None), deliveries.c.next_at <= now)
        )
        query = sa.select(deliveries).where(sa.or_(waiting, deliveries.c.state == "sending"))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(deliveries.c.created_at, deliveries.c.id)).mappings().all()
        return [_delivery(row) for row in rows]

    def sending(self, delivery_id: str) -> None:
        """Note that a delivery is being attempted, before it is."""
        self._update(delivery_id, {"state": "sending", "attempts": deliveries.c.attempts + 1})

    def sent(self, delivery_id: str, receipt: Receipt, at: datetime) -> None:
        """Note that the channel took it."""
        values = {"state": "sent", "provider_id": receipt.provider_id, "place": receipt.place, "sent_at": at}
        outcome = Outcome(step="deliver", subject=delivery_id, outcome="sent", reason="accepted", at=at)
        self._update(delivery_id, {**values, "reason": "accepted", "error": "", "next_at": None}, outcome)

    def failed(self, delivery_id: str, reason: str, message: str, next_at: datetime | None, at: datetime) -> None:
        """Note that the channel did not take it; without a `next_at` it is dead and waits for a person."""
        state = "dead" if next_at is None else "waiting"
        outcome = Outcome(step="deliver", subject=delivery_id, outcome=state, reason=reason, at=at)
        self._update(delivery_id, {"state": state, "reason": reason, "error": message, "next_at": next_at}, outcome)

    def listed(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest deliveries as plain rows, for a person to look at."""
        columns = [deliveries.c[name] for name in _LISTED]
        query = sa.select(*columns).order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _update(self, delivery_id: str, values: Mapping[str, Any], outcome: Outcome | None = None) -> None:
        with self._database.write() as connection:
            connection.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(dict(values)))
            ledger.write(self._database, connection, [outcome] if outcome else [], self._config)

    def _save_digest(self, connection: Connection, digest: Digest, content: Any, model: str) -> None:  # noqa: ANN401 - JSON
        row = {
            "id": digest.id,
            "watch": digest.watch_id,
            "person": digest.person_id,
            "trigger": digest.trigger,
            "created_at": digest.created_at,
            "content": content,
            "config": self._config,
            "model": model,
        }
        connection.execute(self._database.insert(digests).values(row).on_conflict_do_nothing())
        heard = [
            {
                "person": digest.person_id,
                "story_id": item.story_id,
                "article_id": source.article_id,
                "digest_id": digest.id,
                "at": digest.created_at,
            }
            for item in digest.items
            for source in item.sources
        ]
        if heard:
            connection.execute(self._database.insert(told).on_conflict_do_nothing(), heard)


_LISTED = (
    "id", "digest_id", "person", "channel", "recipient", "subject", "state", "attempts", "created_at", "sent_at",
    "next_at", "place", "reason", "error",
)  # fmt: skip


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    message = delivery.message
    return {
        "id": delivery.id,
        "digest_id": delivery.digest_id,
        "person": delivery.person,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "message_id": delivery.message_id,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "slack": dict(message.slack),
        "state": "waiting",
        "created_at": delivery.created_at,
        "reason": "planned",
        "error": "",
    }


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["id"],
        digest_id=row["digest_id"],
        channel=row["channel"],
        recipient=row["recipient"],
        person=row["person"],
        message=Message(subject=row["subject"], text=row["text"], html=row["html"], slack=row["slack"]),
        message_id=row["message_id"],
        created_at=row["created_at"],
        attempts=row["attempts"],
    )
