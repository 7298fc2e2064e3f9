"""What each person was told and wants to be told, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from monitor.ports import Slot
from monitor.records import FROM_PAGES, Coverage, Mute, MuteKind, Quality, Told, Why
from monitor.store.database import Database, chunks
from monitor.store.tables import articles, digests, entries, feeds, mutes, slots, stories, story_members, told

SILENT_AFTER: Final = timedelta(days=1)
"""A feed that has failed for as long is named as silent."""


SHORT = "short-text"
"""The reason of an article that was read from its page, and of which there may be no more."""


class Readers:
    """What each person was told and wants to be told, and when."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def told(self, person: str, among: Sequence[str] | None = None) -> dict[str, Told]:
        """Return what a person has been told, by the story in which each article is now; all, or `among` some."""
        heard: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        story = sa.func.coalesce(story_members.c.story_id, told.c.story_id).label("story_id")
        query = (
            sa.select(story, told.c.article_id, told.c.at, told.c.digest_id, told.c.major, told.c.lapsed)
            .outerjoin(story_members, story_members.c.article_id == told.c.article_id)
            .where(told.c.person == person)
        )
        some = [query] if among is None else [query.where(story_members.c.story_id.in_(ids)) for ids in chunks(among)]
        with self._database.read() as connection:
            for one in some:
                for row in connection.execute(one):
                    heard[row.story_id].append(row)
        return {story: _told(rows) for story, rows in heard.items()}

    def last_digest_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest of a watch for a person was composed."""
        return self._moment(_newest().where(digests.c.watch == watch, digests.c.person == person))

    def scheduled_at(self, watch: str, person: str) -> datetime | None:
        """Return when a watch's newest digest for a person was composed that was scheduled or asked for by hand."""
        whole = digests.c.why.in_([Why.DIGEST.value, Why.BY_HAND.value])
        return self._moment(_newest().where(digests.c.watch == watch, digests.c.person == person, whole))

    def newest_at(self) -> datetime | None:
        """Return when the newest of all digests was composed."""
        return self._moment(_newest())

    def messages_since(self, person: str, since: datetime) -> int:
        """Return how many messages for a person were composed from that moment on.

        Those of nothing but major news are not counted, nor those that somebody asked for by hand.
        """
        query = sa.select(sa.func.count()).where(
            digests.c.person == person,
            digests.c.created_at >= since,
            sa.not_(digests.c.major),
            digests.c.why != Why.BY_HAND.value,
        )
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def coverage(self, since: datetime | None, now: datetime) -> Coverage:
        """Return how many feeds answered when last asked, which are silent, and what was read since."""
        # A page may be short because there is no more to say.
        is_short_page = sa.and_(articles.c.method.in_(sorted(FROM_PAGES)), articles.c.reason == SHORT)
        is_teaser = sa.and_(articles.c.quality == Quality.TEASER.value, sa.not_(is_short_page))
        teaser = sa.func.count(sa.case((is_teaser, 1)))
        read = sa.select(sa.func.count(), teaser).select_from(articles).where(articles.c.read_at <= now)
        if since is not None:
            read = read.where(articles.c.read_at > since)
        answers = sa.and_(feeds.c.last_reason.is_(None), feeds.c.last_ok_at.is_not(None))
        active = sa.select(sa.func.count(), sa.func.count(sa.case((answers, 1)))).where(feeds.c.active)
        silent = sa.select(feeds.c.name).where(feeds.c.active, feeds.c.failing_since <= now - SILENT_AFTER)
        with self._database.read() as connection:
            known, answering = connection.execute(active).one()
            count, teasers = connection.execute(read).one()
            names = sorted(connection.scalars(silent))
        return Coverage(
            feeds=known,
            feeds_answering=answering,
            articles=count,
            since=since,
            silent=tuple(names),
            teasers=teasers,
        )

    def slots(self) -> dict[tuple[str, str], Slot]:
        """Return when each scheduled digest is due next, by watch and person; none before the first look."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(slots).order_by(slots.c.watch, slots.c.person)).all()
        return {(row.watch, row.person): Slot(timetable=row.timetable, next_at=row.next_at) for row in rows}

    def forget_slots(self, known: Collection[tuple[str, str]]) -> None:
        """Give up the slots of all but these watches and persons."""
        gone = sorted(self.slots().keys() - set(known))
        if not gone:
            return
        with self._database.write() as connection:
            for watch, person in gone:
                connection.execute(slots.delete().where(slots.c.watch == watch, slots.c.person == person))

    def seen_since(self) -> datetime | None:
        """Return when the archive begins: the moment at which its first entry was seen."""
        return self._moment(sa.select(sa.func.min(entries.c.seen_at)))

    def mutes(self, now: datetime, person: str | None = None) -> list[Mute]:
        """Return the mutes in force, of one person or of all, by their beginning.

        That of a story which became part of another names the other.
        """
        return self._mutes(_in_force(now), *([] if person is None else [mutes.c.person == person]))

    def mutes_ended(self, since: datetime, now: datetime) -> list[Mute]:
        """Return the mutes that ended after `since` and are over at `now`, by their beginning."""
        return self._mutes(mutes.c.until > since, mutes.c.until <= now)

    def mute(self, mute: Mute) -> None:
        """Keep a mute; one of the same person, kind and subject is replaced."""
        row = {
            "id": mute.id,
            "person": mute.person,
            "kind": mute.kind.value,
            "subject": mute.subject,
            "since": mute.since,
            "until": mute.until,
            "by": mute.by,
        }
        insert = self._database.insert(mutes)
        latest = {name: insert.excluded[name] for name in ("id", "since", "until", "by")}
        same = [mutes.c.person, mutes.c.kind, mutes.c.subject]
        with self._database.write() as connection:
            connection.execute(mutes.delete().where(mutes.c.id == mute.id))
            connection.execute(insert.values(row).on_conflict_do_update(index_elements=same, set_=latest))

    def unmute(self, mute_id: str, now: datetime) -> bool:
        """End a mute now; False when there is none in force of that id."""
        ended = mutes.update().where(mutes.c.id == mute_id, _in_force(now)).values(until=now)
        with self._database.write() as connection:
            return connection.execute(ended).rowcount > 0

    def _mutes(self, *such: sa.ColumnElement[bool]) -> list[Mute]:
        of_story = sa.and_(mutes.c.kind == MuteKind.STORY.value, stories.c.id == mutes.c.subject)
        subject = sa.func.coalesce(stories.c.merged_into, mutes.c.subject).label("about")
        query = sa.select(mutes, subject).outerjoin(stories, of_story).where(*such)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(mutes.c.since, mutes.c.id)).all()
        return [
            Mute(
                id=row.id,
                person=row.person,
                kind=MuteKind(row.kind),
                subject=row.about,
                since=row.since,
                until=row.until,
                by=row.by,
            )
            for row in rows
        ]

    def _moment(self, query: sa.Select[Any]) -> datetime | None:
        with self._database.read() as connection:
            found: datetime | None = connection.scalar(query)
        return found


def _newest() -> sa.Select[Any]:
    return sa.select(sa.func.max(digests.c.created_at))


def _in_force(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(mutes.c.since <= now, sa.or_(mutes.c.until.is_(None), mutes.c.until > now))


def _told(rows: Sequence[sa.Row[Any]]) -> Told:
    """Return what arrived of a story, or else what did not."""
    arrived = [row for row in rows if not row.lapsed]
    counted = arrived or rows
    first = min(counted, key=lambda row: (row.at, row.digest_id))
    return Told(
        article_ids=frozenset(row.article_id for row in counted),
        first_at=first.at,
        last_at=max(row.at for row in counted),
        digest_id=first.digest_id if arrived else "",
        major=any(row.major for row in counted),
        lapsed=not arrived,
        lapsed_at=max((row.at for row in rows if row.lapsed), default=None),
    )
