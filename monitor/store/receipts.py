"""Every delivery and every digest ever composed, for a person to look at, and to send again or give up by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.records import Sending
from monitor.store import bodies, ledger, reviving, telling
from monitor.store.database import Database
from monitor.store.tables import deliveries, digests, stories, story_members, told

NAMED_AT_MOST: Final = 5
"""So many deliveries are returned for one name; more than one is too many already."""

_HIDDEN = frozenset({"body_zstd"})
_LISTED = [column for column in deliveries.c if column.name not in _HIDDEN]
_WATCH = (digests.c.watch.label("watch_id"), telling.watch_title())


class Receipts:
    """What was sent, to whom, and what it came from. Deliveries are plain rows, by the names of their columns."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def listed(self, limit: int, *, state: str | None = None, person: str | None = None) -> list[dict[str, Any]]:
        """Return the newest deliveries, of one state or person if asked so, without what was handed over.

        Each has its digest's watch, as `watch_id` and `watch_title`.
        """
        query = sa.select(*_LISTED, *_WATCH).join(digests, digests.c.id == deliveries.c.digest_id)
        query = query.order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
        if state is not None:
            query = query.where(deliveries.c.state == state)
        if person is not None:
            query = query.where(deliveries.c.person == person)
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def named(self, prefix: str) -> list[str]:
        """Return the delivery of that id, or else some whose ids begin so."""
        begin_so = sa.select(deliveries.c.id).where(deliveries.c.id.startswith(prefix, autoescape=True))
        with self._database.read() as connection:
            found = list(connection.scalars(begin_so.order_by(deliveries.c.id).limit(NAMED_AT_MOST)))
        return [prefix] if prefix in found else found

    def delivery(self, delivery_id: str) -> dict[str, Any] | None:
        """Return a delivery with its digest's watch, as `watch_id` and `watch_title`, and `body`.

        The body is what its channel hands over, empty when nothing was frozen.
        """
        query = sa.select(deliveries, *_WATCH).join(digests, digests.c.id == deliveries.c.digest_id)
        query = query.where(deliveries.c.id == delivery_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        shown = {name: value for name, value in row.items() if name not in _HIDDEN}
        return {**shown, "body": bodies.unpacked(row["body_zstd"])}

    def digest(self, digest_id: str) -> Sending | None:
        """Return a digest as it was composed, whatever has become of its articles since."""
        parts = sa.select(*_LISTED).where(deliveries.c.digest_id == digest_id)
        with self._database.read() as connection:
            row = connection.execute(sa.select(digests).where(digests.c.id == digest_id)).first()
            carried = connection.execute(parts.order_by(deliveries.c.channel, deliveries.c.id)).mappings().all()
        if row is None:
            return None
        message = bodies.message(row.subject, row.bodies_zstd, row.content)
        return Sending(
            digest_id=row.id,
            watch=row.watch,
            person=row.person,
            why=row.why,
            created_at=row.created_at,
            trigger=row.trigger,
            config=row.config,
            model=row.model,
            content=row.content,
            subject=row.subject,
            text=message.text,
            html=message.html,
            slack=message.slack,
            articles=row.articles,
            deliveries=tuple(dict(one) for one in carried),
        )

    def of_story(self, story_id: str) -> list[dict[str, Any]]:
        """Return the digests that told of an article now in this story, the earliest first.

        Each is `digest`, `watch`, `person`, `why`, `at` and `states`, which holds the state of each delivery by its id.
        """
        living = sa.select(sa.func.coalesce(stories.c.merged_into, stories.c.id)).where(stories.c.id == story_id)
        home = sa.func.coalesce(story_members.c.story_id, told.c.story_id)
        heard = (
            sa.select(told.c.digest_id)
            .outerjoin(story_members, story_members.c.article_id == told.c.article_id)
            .where(home == living.scalar_subquery())
        )
        query = (
            sa.select(digests, deliveries.c.id.label("delivery"), deliveries.c.state)
            .outerjoin(deliveries, deliveries.c.digest_id == digests.c.id)
            .where(digests.c.id.in_(heard))
            .order_by(digests.c.created_at, digests.c.id, deliveries.c.id)
        )
        states: dict[str, dict[str, str]] = defaultdict(dict)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            states[row.id] |= {row.delivery: row.state} if row.delivery else {}
        found = {row.id: row for row in rows}
        return [
            {
                "digest": row.id,
                "watch": row.watch,
                "person": row.person,
                "why": row.why,
                "at": row.created_at,
                "states": states[row.id],
            }
            for row in found.values()
        ]

    def resend(self, delivery_id: str, now: datetime, *, again: bool = False) -> str:
        """Make a delivery due now and return the state it was in.

        One that waits loses only its wait. One that is dead, lapsed or dropped begins anew. One that is being sent is
        left alone, and so is one that was sent, unless it is to go out `again`. Raises StoreError: there is none of
        that id.
        """
        with self._database.write() as connection:
            state, digest_id = reviving.held_state(self._database, connection, delivery_id)
            if state == "waiting":
                reviving.change(connection, delivery_id, {"next_at": None})
            elif state in reviving.REVIVABLE or (again and state == "sent"):
                reviving.revive(connection, delivery_id, digest_id, now)
                said = reviving.outcome(delivery_id, "waiting", "resent", now, was=state)
                ledger.write(self._database, connection, [said], self._config)
        return state

    def drop(self, delivery_id: str, now: datetime, by: str) -> str:
        """Give a delivery up and return the state it was in; one being sent, or sent, is left alone.

        When another channel came too late with the same digest and none is left to bring it, its stories count as not
        told. Raises StoreError: there is none of that id.
        """
        with self._database.write() as connection:
            state, digest_id = reviving.held_state(self._database, connection, delivery_id)
            if state in {"waiting", "dead", "lapsed"}:
                gone = {"state": "dropped", "next_at": None, "reason": "by-hand"}
                reviving.change(connection, delivery_id, gone)
                telling.give_back(connection, digest_id)
                said = reviving.outcome(delivery_id, "dropped", "by-hand", now, was=state, by=by)
                ledger.write(self._database, connection, [said], self._config)
        return state

    def sizes(self) -> dict[str, Any]:
        """Return how many digests and deliveries are kept, these by `states`, since when, and their bytes packed."""
        kept = sa.func.coalesce(sa.func.sum(sa.func.length(digests.c.bodies_zstd)), 0)
        frozen = sa.func.coalesce(sa.func.sum(sa.func.length(deliveries.c.body_zstd)), 0)
        by_state = sa.select(deliveries.c.state, sa.func.count().label("count"), frozen.label("packed"))
        with self._database.read() as connection:
            count, packed, oldest = connection.execute(
                sa.select(sa.func.count(), kept, sa.func.min(digests.c.created_at)).select_from(digests)
            ).one()
            rows = connection.execute(by_state.group_by(deliveries.c.state).order_by(deliveries.c.state)).all()
        return {
            "digests": count,
            "deliveries": sum(row[1] for row in rows),
            "states": {row.state: row[1] for row in rows},
            "packed_bytes": int(packed) + sum(int(row.packed) for row in rows),
            "oldest": oldest,
        }
