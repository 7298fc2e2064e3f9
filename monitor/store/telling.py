"""Writing a digest: its renderings, what it came from, what its reader has now been told, and its deliveries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import Delivery, Digest, Planned
from monitor.store import bodies
from monitor.store.database import Database, chunks
from monitor.store.tables import articles, deliveries, digests, told

_ON_THE_WAY = ("sent", "waiting", "sending")


def is_stale(connection: Connection, digest: Digest) -> bool:
    """Say whether a digest tells as new what another has told its person since it was composed."""
    fresh = {source.article_id for item in digest.items for source in item.sources if source.is_new}
    heard = sa.select(told.c.article_id).where(
        told.c.person == digest.person_id, sa.not_(told.c.lapsed), told.c.digest_id != digest.id
    )
    return any(
        connection.scalar(heard.where(told.c.article_id.in_(some)).limit(1)) is not None
        for some in chunks(sorted(fresh))
    )


def write(database: Database, connection: Connection, planned: Planned, config: str, model: str) -> bool:
    """Write a digest with all that belongs to it, and say so; of one that is known already, nothing."""
    digest = planned.digest
    row = _digest_row(planned) | {
        "config": config,
        "model": model,
        "articles": _hashes(connection, digest),
    }
    insert = database.insert(digests).values(row).on_conflict_do_nothing().returning(digests.c.id)
    if connection.scalar(insert) is None:
        return False
    _tell(database, connection, digest)
    for delivery in planned.deliveries:
        put(database, connection, delivery)
    return True


def put(database: Database, connection: Connection, delivery: Delivery) -> bool:
    """Write a delivery that waits, and say so; of one that is known already, nothing."""
    insert = database.insert(deliveries).values(_delivery_row(delivery)).on_conflict_do_nothing()
    return connection.scalar(insert.returning(deliveries.c.id)) is not None


def watch_title() -> sa.Label[str]:
    """Return what reads a watch's title as it was from a row of `digests`."""
    # The second is how digests were kept before they were kept as every program reads them.
    title = sa.func.coalesce(
        digests.c.content["watch", "title"].as_string(), digests.c.content["watch_title"].as_string(), ""
    )
    return title.label("watch_title")


def give_back(connection: Connection, digest_id: str) -> None:
    """Count a digest's stories as not told when a delivery of it came too late and no other brings it."""
    _hold(connection, digest_id)
    states = set(connection.scalars(sa.select(deliveries.c.state).where(deliveries.c.digest_id == digest_id)))
    if "lapsed" in states and not states.intersection(_ON_THE_WAY):
        connection.execute(told.update().where(told.c.digest_id == digest_id).values(lapsed=True))


def take_back(connection: Connection, digest_id: str) -> None:
    """Count a digest's stories as told after all, where no other digest has told them meanwhile."""
    _hold(connection, digest_id)
    connection.execute(told.update().where(told.c.digest_id == digest_id).values(lapsed=False))


def _hold(connection: Connection, digest_id: str) -> None:
    """Let others who change deliveries of the same digest wait, or each would take the other's as still on its way."""
    connection.execute(sa.select(digests.c.id).where(digests.c.id == digest_id).with_for_update(key_share=True))


def _digest_row(planned: Planned) -> dict[str, Any]:
    digest, message = planned.digest, planned.message
    return {
        "id": digest.id,
        "watch": digest.watch_id,
        "person": digest.person_id,
        "trigger": digest.trigger,
        "created_at": digest.created_at,
        "content": dict(message.data),
        "why": digest.why.value,
        "slot": digest.slot,
        "thread": digest.thread,
        "major": bool(digest.items) and all(item.major for item in digest.items),
        "subject": message.subject,
        "bodies_zstd": bodies.packed_message(message),
    }


def _hashes(connection: Connection, digest: Digest) -> dict[str, str]:
    """Return the content hash that each article of a digest has now."""
    named = [source.article_id for item in digest.items for source in item.sources]
    named += [source.article_id for source in digest.also]
    query = sa.select(articles.c.id, articles.c.content_hash).order_by(articles.c.id)
    return {
        row.id: row.content_hash
        for some in chunks(sorted(set(named)))
        for row in connection.execute(query.where(articles.c.id.in_(some)))
    }


def _tell(database: Database, connection: Connection, digest: Digest) -> None:
    heard = {
        (item.story_id, source.article_id): {
            "person": digest.person_id,
            "story_id": item.story_id,
            "article_id": source.article_id,
            "digest_id": digest.id,
            "at": digest.created_at,
            "major": item.major,
            "lapsed": False,
        }
        for item in digest.items
        for source in item.sources
    }
    if not heard:
        return
    for some in chunks(sorted({article for _, article in heard})):
        # By the article, because its story may have become part of another since it came too late.
        late = sa.and_(told.c.person == digest.person_id, told.c.lapsed, told.c.article_id.in_(some))
        connection.execute(told.delete().where(late))
    insert = database.insert(told)
    known = insert.on_conflict_do_update(
        index_elements=list(told.primary_key.columns),
        set_={"major": sa.or_(told.c.major, insert.excluded.major)},
    )
    connection.execute(known, list(heard.values()))


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "digest_id": delivery.digest_id,
        "person": delivery.person,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "message_id": delivery.message_id,
        "subject": delivery.subject,
        "state": "waiting",
        "created_at": delivery.created_at,
        "reason": "planned",
        "error": "",
        "parent": delivery.parent,
        "aloud": delivery.aloud,
        "unsubscribe": delivery.unsubscribe,
        "revived_at": delivery.revived_at,
        "body_zstd": bodies.packed(delivery.body) if delivery.body else None,
    }
