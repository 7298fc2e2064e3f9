"""What becomes of the entries of a poll: new, known, edited, or known under another guid or URL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row, RowMapping

from monitor.records import Entry, Outcome, Polled, Stored, Unread
from monitor.store.arrived import TEXT, Arrived, arrived, text_hash
from monitor.store.database import Database, chunks
from monitor.store.flips import FOLLOWS, flipped, recognized
from monitor.store.states import feed_of
from monitor.store.tables import entries, feeds, revisions

REVISIONS = 24
"""Revisions kept of one entry: a page that counts its readers in its text would otherwise be kept for ever."""

READ_AGAIN = timedelta(days=14)
"""Articles first seen within this time are read again when their entry is edited; older ones are history."""

SETTLED = timedelta(minutes=10)
"""An edited article is read again after so long."""

NOTED_EVERY = timedelta(days=1)
"""How often it is noted that a known entry was met: a steady feed costs no write at each poll."""

_LINK = ("url", "url_key")
_QUIET = (*FOLLOWS, "met_at")
_REPLACED = (*_QUIET, *TEXT, "content_hash", "authors", "language")


def _update(names: Sequence[str]) -> sa.Update:
    changed = {name: sa.bindparam(name, type_=entries.c[name].type) for name in names}
    return entries.update().where(entries.c.id == sa.bindparam("known_id")).values(changed)


_FOLLOW = _update(_QUIET)
_REPLACE = _update(_REPLACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """An arrived entry that is known, with the row it is known by, and why if its guid is another (`flip`)."""

    arrived: Arrived
    known: Row[Any]
    flip: str = ""

    @property
    def other_text(self) -> bool:
        """Whether it says something else than before."""
        return bool(self.known.content_hash != self.arrived.row["content_hash"])

    def changes(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the values of the columns `names` to be written; an entry that lost its link keeps the old one.

        The first of those that share a URL keeps its key, so that it stays known whose page that is.
        """
        row = {**self.arrived.row, "met_at": self.arrived.row["seen_at"]}
        kept: tuple[str, ...] = ()
        if row["url"] is None:
            kept = _LINK
        elif row["url_key"] is None and row["url"] == self.known.url:
            kept = ("url_key",)
        return {name: getattr(self.known, name) if name in kept else row[name] for name in names}

    def differs(self) -> bool:
        """Whether anything that follows the feed quietly is different now, or it was last met a day ago."""
        noted = self.known.met_at or self.known.seen_at
        if self.arrived.row["seen_at"] - noted > NOTED_EVERY:
            return True
        return any(getattr(self.known, name) != value for name, value in self.changes(FOLLOWS).items())


def enter(database: Database, connection: Connection, batch: Sequence[Polled]) -> tuple[list[Stored], list[Outcome]]:
    """Store the entries of polls of different feeds; return what became of each poll's and why."""
    came = [one for place, poll in enumerate(batch) for one in arrived(place, poll)]
    if not came:
        return [Stored() for _ in batch], []
    came, known = recognized(connection, came)
    met = [_Met(arrived=one, known=known[one.id]) for one in came if one.id in known]
    found, fresh = flipped(connection, came, known)
    flips = [_Met(arrived=one, known=row, flip=why) for one, row, why in found]
    if fresh:
        connection.execute(database.insert(entries).on_conflict_do_nothing(), [one.row for one in fresh])
    edited = _edit(connection, [*met, *flips])
    outcomes = [*_new(fresh), *_changed(flips, edited)]
    return _counted(len(batch), fresh, edited, flips), outcomes


def unread(database: Database, now: datetime, limit: int) -> list[Unread]:
    """Return at most `limit` entries that wait to be read, the newest first."""
    query = (
        sa.select(*(column.label(f"entry_{column.name}") for column in entries.c), feeds)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.state == "waiting", sa.or_(entries.c.next_at.is_(None), entries.c.next_at <= now))
        .order_by(entries.c.published.desc().nulls_last(), entries.c.id)
        .limit(limit)
    )
    with database.read() as connection:
        return [unread_of(row) for row in connection.execute(query).mappings()]


def _edit(connection: Connection, met: Sequence[_Met]) -> list[tuple[_Met, bool]]:
    """Bring known entries up to date; return those whose text was edited, and whether the old text was kept."""
    replaced = [one for one in met if one.other_text]
    edited = _keep_old(connection, replaced)
    for update, names, rows in (
        (_REPLACE, _REPLACED, replaced),
        (_FOLLOW, _QUIET, [one for one in met if not one.other_text and one.differs()]),
    ):
        if rows:
            connection.execute(update, [{"known_id": one.known.id, **one.changes(names)} for one in rows])
    return edited


def _keep_old(connection: Connection, replaced: Sequence[_Met]) -> list[tuple[_Met, bool]]:
    """Keep what edited entries said before; a text that differs in its spaces only was not edited."""
    before: dict[str, Row[Any]] = {}
    kept: dict[str, int] = {}
    for ids in chunks([one.known.id for one in replaced]):
        texts = sa.select(entries.c.id, *(entries.c[name] for name in TEXT)).where(entries.c.id.in_(ids))
        before |= {row.id: row for row in connection.execute(texts)}
        last = sa.select(revisions.c.entry_id, sa.func.max(revisions.c.number).label("number")).group_by(
            revisions.c.entry_id
        )
        kept |= {row.entry_id: row.number for row in connection.execute(last.where(revisions.c.entry_id.in_(ids)))}
    edited, rows = [], []
    for one in replaced:
        old = before[one.known.id]
        if text_hash(old.title, old.summary, old.content) == one.arrived.row["content_hash"]:
            continue
        number = kept.get(one.known.id, 0) + 1
        edited.append((one, number <= REVISIONS))
        if number <= REVISIONS:
            rows.append(_revision(one, old, number))
    if rows:
        connection.execute(revisions.insert(), rows)
        _read_again(connection, [one for one, kept in edited if kept])
    return edited


def _read_again(connection: Connection, edited: Sequence[_Met]) -> None:
    """Let articles be read again whose entries were edited; an edit is often followed by more of them at once."""
    again = (
        entries.update()
        .where(entries.c.id == sa.bindparam("known_id"), entries.c.state == "read")
        .where(
            entries.c.article_id.is_not(None), entries.c.seen_at >= sa.bindparam("since", type_=entries.c.seen_at.type)
        )
        .values(state="waiting", attempts=0, next_at=sa.bindparam("settled", type_=entries.c.next_at.type))
    )
    times = [(one.known.id, one.arrived.row["seen_at"]) for one in edited]
    rows = [{"known_id": known, "since": at - READ_AGAIN, "settled": at + SETTLED} for known, at in times]
    connection.execute(again, rows)


def _revision(met: _Met, old: Row[Any], number: int) -> dict[str, Any]:
    return {
        "entry_id": met.known.id,
        "number": number,
        "title": old.title,
        "summary": old.summary,
        "content": old.content,
        "content_hash": met.known.content_hash,
        "until": met.arrived.row["seen_at"],
    }


def _new(fresh: Sequence[Arrived]) -> list[Outcome]:
    return [
        Outcome(
            step="enter",
            subject=one.id,
            outcome=one.row["state"],
            reason=one.reason,
            numbers={"date": one.row["date_note"]} if one.row["date_note"] else {},
            at=one.row["seen_at"],
        )
        for one in fresh
    ]


def _changed(flips: Sequence[_Met], edited: Sequence[tuple[_Met, bool]]) -> list[Outcome]:
    told = [(one, "flipped", one.flip) for one in flips]
    told += [(one, "edited", "text-changed" if kept else "changes-too-often") for one, kept in edited if not one.flip]
    return [
        Outcome(step="enter", subject=one.known.id, outcome=outcome, reason=reason, at=one.arrived.row["seen_at"])
        for one, outcome, reason in told
    ]


def _counted(
    polls: int, fresh: Sequence[Arrived], edited: Sequence[tuple[_Met, bool]], flips: Sequence[_Met]
) -> list[Stored]:
    new = Counter(one.poll for one in fresh)
    changed = Counter(one.arrived.poll for one, kept in edited if kept)
    same = Counter(one.arrived.poll for one in flips)
    return [Stored(new=new[place], edited=changed[place], flipped=same[place]) for place in range(polls)]


def unread_of(row: RowMapping) -> Unread:
    """Return the record of a row of `entries` (labelled `entry_…`) joined with its feed."""
    names = ("key", "url", "url_key", *TEXT, "published", "updated", "language", "date_note")
    entry = Entry(
        feed_id=row["id"],
        authors=tuple(row["entry_authors"]),
        **{name: row[f"entry_{name}"] for name in names},
    )
    return Unread(
        id=row["entry_id"],
        feed=feed_of(row),
        entry=entry,
        seen_at=row["entry_seen_at"],
        attempts=row["entry_attempts"],
        again=row["entry_article_id"],
    )
