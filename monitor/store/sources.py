"""Feeds and their polls: what is asked, when, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import Feed, FeedHealth, FeedState, HostRest, Outcome, Polled, RobotsFile, Stored, Unread
from monitor.store import entries, health, ledger
from monitor.store.database import Database, chunks
from monitor.store.hosts import Hosts
from monitor.store.states import FACTS, FORGOTTEN, facts_of, feed_of, remembered, state_of
from monitor.store.tables import feeds, hosts, polls, robots

_THIS = feeds.c.id == sa.bindparam("this")


def _sent(name: str, to: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(to or name, type_=feeds.c[name].type)


_SAME_FAILURE = sa.func.coalesce(feeds.c.failing_since == _sent("failing_since"), sa.false())

_REMEMBER = (
    feeds.update()
    .where(_THIS)
    .values({name: _sent(name) for name in remembered(FeedState(feed_id=""))})
    # Who was told of a failure stays told, also when this poll was begun before they were.
    .values(named=sa.or_(_sent("named", "told"), sa.and_(feeds.c.named, _SAME_FAILURE)))
)

_TAKE = feeds.update().where(_THIS).values(next_at=_sent("next_at", "due_at"))

_RELEASE = (
    feeds.update()
    .where(
        _THIS,
        # A poll that was saved since then has changed one of them.
        feeds.c.last_ok_at.is_not_distinct_from(_sent("last_ok_at", "ok_at")),
        feeds.c.failures == sa.bindparam("count"),
    )
    .values(next_at=_sent("next_at", "due_at"))
)


class Sources:
    """Feeds and what they brought."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config
        self._hosts = Hosts(database)

    def sync(self, configured: Sequence[Feed]) -> None:
        """Make the table follow the configuration; a feed that is no longer configured is kept, but not asked.

        Writes what differs, and nothing when nothing does.
        """
        columns = [feeds.c[name] for name in ("id", "active", *FACTS)]
        with self._database.read() as connection:
            known = {row["id"]: dict(row) for row in connection.execute(sa.select(*columns)).mappings()}
        wanted = {feed.id: {"id": feed.id, "active": True, **facts_of(feed)} for feed in configured}
        changed = [row for key, row in wanted.items() if known.get(key) != row]
        moved = [row["id"] for row in changed if row["id"] in known and known[row["id"]]["url"] != row["url"]]
        gone = [key for key, row in known.items() if row["active"] and key not in wanted]
        if not changed and not gone:
            return
        with self._database.write() as connection:
            if changed:
                connection.execute(self._database.upsert(feeds, "active", *FACTS), changed)
            for keys, values in ((moved, FORGOTTEN), (gone, {"active": False})):
                for some in chunks(keys):
                    connection.execute(feeds.update().where(feeds.c.id.in_(some)).values(dict(values)))

    def claim(
        self, now: datetime, until: Callable[[Feed, FeedState], datetime], *, every: bool = False
    ) -> list[tuple[Feed, FeedState]]:
        """Return the feeds to be asked now (or all of them), those that waited longest first, and take them.

        A feed taken is due again at the moment `until` gives unless its poll is saved before; the states are those
        from before.
        """
        query = sa.select(feeds).where(feeds.c.active).order_by(feeds.c.next_at.nulls_first(), feeds.c.id)
        if not every:
            never_asked = sa.and_(feeds.c.next_at.is_(None), feeds.c.retired_at.is_(None))
            query = query.where(sa.or_(never_asked, feeds.c.next_at <= now))
        if self._database.dialect == "postgresql":
            query = query.with_for_update(skip_locked=True)
        with self._database.write() as connection:
            taken = [(feed_of(row), state_of(row)) for row in connection.execute(query).mappings()]
            if taken:
                rows = [{"this": feed.id, "due_at": until(feed, state)} for feed, state in taken]
                connection.execute(_TAKE, rows)
        return taken

    def release(self, states: Sequence[FeedState]) -> None:
        """Give back feeds that were taken but not asked: each is due again when it was before.

        A feed of which another process has saved a poll in the meantime is left alone.
        """
        rows = [
            {"this": state.feed_id, "ok_at": state.last_ok_at, "count": state.failing.count, "due_at": state.next_at}
            for state in states
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(_RELEASE, rows)

    def save(self, polled: Sequence[Polled]) -> list[Stored]:
        """Store polls with their entries in one transaction; return what became of each poll's entries.

        A poll that was held because its host rests is remembered, but is no row in `polls`.
        """
        stored: list[Stored] = []
        with self._database.write() as connection:
            for run in _runs(polled):
                stored += self._save(connection, run)
        return stored

    def unnamed(self, before: datetime, tried_for: timedelta) -> list[tuple[Feed, FeedState]]:
        """Return the feeds that have failed since before that moment, and of which the user has not been told.

        Their last failed poll came at least `tried_for` after the first: who was asked once has not failed all day.
        """
        failed = sa.select(sa.func.max(polls.c.at)).where(polls.c.feed_id == feeds.c.id, polls.c.outcome == "failed")
        query = (
            sa.select(feeds, failed.scalar_subquery().label("failed_at"))
            .where(feeds.c.active, sa.not_(feeds.c.named), feeds.c.failing_since <= before)
            .order_by(feeds.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            (feed_of(row), state_of(row))
            for row in rows
            if row["failed_at"] is not None and row["failed_at"] >= row["failing_since"] + tried_for
        ]

    def name(self, feed_ids: Sequence[str], at: datetime) -> None:
        """Note that the user has been told that these feeds are dead."""
        told = [
            Outcome(step="name", subject=feed_id, outcome="dead", reason="not-answering", at=at) for feed_id in feed_ids
        ]
        if not told:
            return
        with self._database.write() as connection:
            for some in chunks(feed_ids):
                connection.execute(feeds.update().where(feeds.c.id.in_(some)).values(named=True))
            ledger.write(self._database, connection, told, self._config)

    def rests(self, now: datetime) -> dict[str, HostRest]:
        """Return the hosts that want to be left alone beyond `now`, or did within the last day, by name."""
        return self._hosts.rests(now)

    def rest(self, hosts: Sequence[HostRest]) -> None:
        """Note until when hosts want to be left alone."""
        self._hosts.rest(hosts)

    def robots(self, origins: Sequence[str], since: datetime) -> dict[str, RobotsFile]:
        """Return the robots.txt files of these origins that were fetched after `since`."""
        return self._hosts.robots(origins, since)

    def save_robots(self, files: Sequence[RobotsFile]) -> None:
        """Keep robots.txt files, each in place of the one before."""
        self._hosts.save_robots(files)

    def prune(self, before: datetime) -> None:
        """Forget the polls, rests and robots.txt files from before that moment; feeds and entries stay."""
        with self._database.write() as connection:
            for column in (polls.c.at, hosts.c.until, robots.c.fetched_at):
                connection.execute(sa.delete(column.table).where(column < before))

    def unread(self, now: datetime, limit: int) -> list[Unread]:
        """Return at most `limit` entries that wait to be read, the newest first."""
        return entries.unread(self._database, now, limit)

    def next_due(self) -> datetime | None:
        """Return the earliest time that any feed is due; feeds never asked are due at once and have none."""
        query = sa.select(sa.func.min(feeds.c.next_at)).where(feeds.c.active, feeds.c.retired_at.is_(None))
        with self._database.read() as connection:
            found: datetime | None = connection.scalar(query)
        return found

    def health(self, now: datetime) -> list[FeedHealth]:
        """Return every configured feed with its state, by id, and what it brought."""
        with self._database.read() as connection:
            return health.healths(connection, now)

    def _save(self, connection: Connection, batch: Sequence[Polled]) -> list[Stored]:
        stored, outcomes = entries.enter(self._database, connection, batch)
        connection.execute(_REMEMBER, [_remembered(poll.state, poll.feed) for poll in batch])
        asked = [_row(poll, one) for poll, one in zip(batch, stored, strict=True) if poll.outcome != "held"]
        if asked:
            connection.execute(polls.insert(), asked)
        outcomes += [_told(poll, one) for poll, one in zip(batch, stored, strict=True)]
        ledger.write(self._database, connection, outcomes, self._config)
        return stored


def _runs(polled: Sequence[Polled]) -> Iterator[list[Polled]]:
    """Yield the polls in order, in runs of different feeds: a feed's second poll builds on what its first stored."""
    run: dict[str, Polled] = {}
    for poll in polled:
        if poll.feed.id in run:
            yield list(run.values())
            run = {}
        run[poll.feed.id] = poll
    if run:
        yield list(run.values())


def _remembered(state: FeedState, feed: Feed) -> dict[str, Any]:
    row = remembered(state)
    return {"this": feed.id, "told": row.pop("named"), **row}


def _row(poll: Polled, stored: Stored) -> dict[str, Any]:
    return {
        "feed_id": poll.feed.id,
        "at": poll.at,
        "outcome": poll.outcome,
        "reason": poll.reason,
        "message": poll.message,
        "status": poll.status,
        "bytes": poll.size,
        "entries": len(poll.entries),
        "new_entries": stored.new,
        "seconds": poll.seconds,
    }


def _told(poll: Polled, stored: Stored) -> Outcome:
    numbers = {"entries": len(poll.entries), "new": stored.new, "bytes": poll.size}
    return Outcome(
        step="poll", subject=poll.feed.id, outcome=poll.outcome, reason=poll.reason, numbers=numbers, at=poll.at
    )
