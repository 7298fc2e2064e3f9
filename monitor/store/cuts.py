"""Stories as a person names and sees them, and what a person decided about them.

A decision is one transaction: its row, the articles moved, both stories measured anew, an alias where a story was
emptied, and the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.errors import BusyError
from monitor.feeds import article_key
from monitor.records import Cut, CutKind, Outcome
from monitor.store import ledger
from monitor.store.database import Database, chunks
from monitor.store.grouping import join_stories, measure
from monitor.store.tables import articles, cuts, entries, stories, story_members

SHORTEST_PREFIX: Final = 4
"""Fewer first characters of an id name nothing: they would name something else tomorrow."""

NAMED_AT_MOST: Final = 5
"""So many articles or stories are returned for one name; more than one is too many already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story in a list: `headline` is the title of its earliest article."""

    id: str
    first_at: datetime
    last_at: datetime
    articles: int
    headline: str


class Cuts:
    """Stories by their names, and the decisions about them, which are only ever added to."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def listed(self) -> list[Cut]:
        """Return all decisions, in the order in which they were taken."""
        with self._database.read() as connection:
            return [_cut(row) for row in connection.execute(sa.select(cuts).order_by(cuts.c.number)).mappings()]

    def active(self, since: datetime) -> list[Listed]:
        """Return the stories with an article published after `since`, the one with the newest article first."""
        ranked = (
            sa.select(
                story_members.c.story_id,
                articles.c.title,
                sa.func.row_number()
                .over(partition_by=story_members.c.story_id, order_by=(articles.c.published, articles.c.id))
                .label("place"),
            )
            .join(articles, articles.c.id == story_members.c.article_id)
            .join(stories, stories.c.id == story_members.c.story_id)
            .where(stories.c.last_at >= since, stories.c.merged_into.is_(None))
            .subquery()
        )
        query = (
            sa.select(stories, ranked.c.title)
            .join(ranked, ranked.c.story_id == stories.c.id)
            .where(ranked.c.place == 1)
            .order_by(stories.c.last_at.desc(), stories.c.id)
        )
        with self._database.read() as connection:
            return [
                Listed(
                    id=row.id,
                    first_at=row.first_at,
                    last_at=row.last_at,
                    articles=row.articles,
                    headline=row.title,
                )
                for row in connection.execute(query)
            ]

    def story_exists(self, story: str) -> bool:
        """Return whether this is or was the id of a story."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(stories.c.id).where(stories.c.id == story)) is not None

    def stories_named(self, name: str) -> list[str]:
        """Return the living stories that `name` leads to: by an id, by the first characters of some, or by old ids."""
        with self._database.read() as connection:
            found = _named(connection, sa.select(stories.c.id), stories.c.id, name)
            living = sa.select(sa.func.coalesce(stories.c.merged_into, stories.c.id)).where(stories.c.id.in_(found))
            return sorted(set(connection.scalars(living)))

    def articles_named(self, name: str, within: str | None = None) -> dict[str, str | None]:
        """Return the articles that `name` means, with their stories: an id, an address, or the first characters of ids.

        With `within`, only articles of that story are looked at.
        """
        # An entry whose feed has its link several times has no key.
        same = sa.or_(
            entries.c.url_key == article_key(name), sa.and_(entries.c.url_key.is_(None), entries.c.url == name)
        )
        twin = sa.select(entries.c.article_id).where(same, entries.c.article_id.is_not(None))
        by_address = sa.or_(articles.c.url == name, articles.c.id.in_(twin))
        home = sa.select(articles.c.id, story_members.c.story_id)
        home = home.outerjoin(story_members, story_members.c.article_id == articles.c.id)
        wanted = home if within is None else home.where(story_members.c.story_id == within)
        with self._database.read() as connection:
            # An article's own address goes before one under which another feed brought it.
            own_first = sa.case((articles.c.url == name, 0), else_=1)
            found = connection.scalars(wanted.where(by_address).order_by(own_first, articles.c.id).limit(1)).all()
            found = found or _named(connection, wanted, articles.c.id, name)
            return {row.id: row.story_id for row in connection.execute(home.where(articles.c.id.in_(found)))}

    def members(self, story: str) -> list[str]:
        """Return the ids of a story's articles, the earliest first."""
        query = (
            sa.select(articles.c.id)
            .join(story_members, story_members.c.article_id == articles.c.id)
            .where(story_members.c.story_id == story)
            .order_by(articles.c.published, articles.c.id)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def homes(self, articles_wanted: Sequence[str]) -> dict[str, str]:
        """Return the stories in which these articles are; those in none are left out."""
        query = sa.select(story_members.c.article_id, story_members.c.story_id)
        with self._database.read() as connection:
            return {
                row.article_id: row.story_id
                for some in chunks(articles_wanted)
                for row in connection.execute(query.where(story_members.c.article_id.in_(some)))
            }

    def aliases(self, story: str) -> list[str]:
        """Return the ids of the stories that were merged into this one."""
        with self._database.read() as connection:
            return sorted(connection.scalars(sa.select(stories.c.id).where(stories.c.merged_into == story)))

    def decide(self, decided: Sequence[Cut], outcomes: Sequence[Outcome]) -> None:
        """Carry decisions out and keep them, all in one transaction.

        Raises BusyError when their numbers are taken or articles are not where they were when it was decided.
        """
        with self._database.write() as connection:
            for cut in decided:
                self._keep(connection, cut)
                self._move(connection, cut)
            ledger.write(self._database, connection, outcomes, self._config)

    def _keep(self, connection: Connection, cut: Cut) -> None:
        if self._database.dialect == "postgresql":
            connection.exec_driver_sql("LOCK TABLE cuts IN EXCLUSIVE MODE")
        newest = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(cuts.c.number), 0))) or 0
        if cut.number != newest + 1:
            raise self._overtaken()
        connection.execute(cuts.insert().values(_row(cut)))

    def _move(self, connection: Connection, cut: Cut) -> None:
        if cut.kind is CutKind.SPLIT:
            _found(connection, cut)
        moved = 0
        for some in chunks(cut.articles):
            where = sa.and_(story_members.c.article_id.in_(some), story_members.c.story_id == cut.story)
            moved += connection.execute(story_members.update().where(where).values(story_id=cut.into)).rowcount
        left = sa.select(sa.func.count()).where(story_members.c.story_id == cut.story)
        stays = connection.scalar(left) or 0
        if (moved, stays) != (len(cut.articles), len(cut.apart)) or not _lives(connection, cut.into):
            raise self._overtaken()
        if not stays:
            join_stories(connection, cut.story, cut.into)
        measure(connection, [cut.into, *([cut.story] if stays else [])])

    def _overtaken(self) -> BusyError:
        return BusyError(self._database.name, "busy", "another process changed these stories meanwhile; try again")


def _named(connection: Connection, wanted: sa.Select[Any], column: sa.Column[Any], name: str) -> list[str]:
    """Return the id of those `wanted` that is `name`, or else some that begin with it."""
    if connection.scalar(wanted.where(column == name)) is not None:
        return [name]
    if len(name) < SHORTEST_PREFIX:
        return []
    begin_so = wanted.where(column.startswith(name, autoescape=True))
    return list(connection.scalars(begin_so.order_by(column).limit(NAMED_AT_MOST)))


def _lives(connection: Connection, story: str) -> bool:
    alive = sa.select(stories.c.id).where(stories.c.id == story, stories.c.merged_into.is_(None))
    return connection.scalar(alive) is not None


def _found(connection: Connection, cut: Cut) -> None:
    """Make or revive the story that a split is for; its times and size are measured when its articles are there."""
    old = sa.and_(stories.c.id == cut.into, stories.c.merged_into == cut.story)
    if connection.execute(stories.update().where(old).values(merged_into=None)).rowcount:
        return
    times = sa.select(stories.c.first_at, stories.c.last_at).where(stories.c.id == cut.story)
    before = connection.execute(times).one()
    row = {"id": cut.into, "first_at": before.first_at, "last_at": before.last_at, "articles": 0, "created_at": cut.at}
    connection.execute(stories.insert().values(row))


def _row(cut: Cut) -> dict[str, Any]:
    return {
        "number": cut.number,
        "at": cut.at,
        "by": cut.by,
        "kind": cut.kind.value,
        "story": cut.story,
        "into": cut.into,
        "articles": list(cut.articles),
        "apart": list(cut.apart),
        "note": cut.note,
    }


def _cut(row: RowMapping) -> Cut:
    return Cut(
        number=row["number"],
        at=row["at"],
        by=row["by"],
        kind=CutKind(row["kind"]),
        story=row["story"],
        into=row["into"],
        articles=tuple(row["articles"]),
        apart=tuple(row["apart"]),
        note=row["note"],
    )
