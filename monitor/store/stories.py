"""Stories with their articles, as digests and people look at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import Document, Member, Placed, Relation, Score, Sourced, Story
from monitor.store.database import Database, chunks
from monitor.store.reading import article_of, document_of, score_of
from monitor.store.tables import articles, entries, feeds, scores, stories, story_members

_SOURCE = ("relation", "relation_of", "origin", "evidence", "confidence")


class Stories:
    """Articles grouped by event."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def matching(self, topics: Sequence[str], model: str, since: datetime) -> list[Story]:
        """Return the stories with an article that matched one of the topics and came to us after `since`, by id.

        All their articles are returned, whatever they are about.
        """
        matched = sa.select(scores.c.article_id).where(
            scores.c.article_id == story_members.c.article_id,
            scores.c.topic.in_(topics),
            scores.c.model == model,
            # In a form that fits no index: SQLite would take that of all that ever matched, once for each article.
            sa.case((scores.c.matched, 1), else_=0) == 1,
        )
        # An article is placed after it was first seen, and keeps that moment in whatever story it ends up.
        wanted = sa.select(story_members.c.story_id).where(story_members.c.placed_at >= since, matched.exists())
        with self._database.read() as connection:
            # Asked for distinct ids, SQLite walks all stories in their order rather than the newest articles.
            ids = sorted(set(connection.scalars(wanted)))
            return [story for some in chunks(ids) for story in read_stories(connection, some, topics, model)]

    def articles_of(self, story_id: str) -> list[tuple[Placed, Document]]:
        """Return a story's articles with why each was placed there, the earliest first."""
        query = (
            sa.select(articles, *(column.label(f"m_{column.name}") for column in story_members.c))
            .join(story_members, story_members.c.article_id == articles.c.id)
            .where(story_members.c.story_id == story_id)
            .order_by(articles.c.published, articles.c.id)
        )
        with self._database.read() as connection:
            return [(_placed(row), document_of(row)) for row in connection.execute(query).mappings()]

    def story_of(self, article_id: str) -> str | None:
        """Return the id of the story an article is in."""
        query = sa.select(story_members.c.story_id).where(story_members.c.article_id == article_id)
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found

    def resolve(self, story_id: str) -> str | None:
        """Return the story that an id leads to, which may have become part of another; None for no story's id."""
        query = sa.select(stories.c.id, stories.c.merged_into).where(stories.c.id == story_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return (row.merged_into or row.id) if row else None

    def story(self, story_id: str, topics: Sequence[str] = (), model: str = "") -> Story | None:
        """Return a story that lives, with the matches of these topics, or None."""
        with self._database.read() as connection:
            found = read_stories(connection, [story_id], topics, model)
        return found[0] if found[0].members else None


def read_stories(connection: Connection, ids: Sequence[str], topics: Sequence[str], model: str) -> list[Story]:
    """Return stories with their articles, the earliest first, and the matches of these topics."""
    members: dict[str, list[Member]] = defaultdict(list)
    query = (
        sa.select(articles, story_members.c.story_id, *(story_members.c[name] for name in _SOURCE))
        .join(story_members, story_members.c.article_id == articles.c.id)
        .where(story_members.c.story_id.in_(ids))
        .order_by(articles.c.published, articles.c.id)
    )
    rows = connection.execute(query).mappings().all()
    seen: dict[str, tuple[tuple[str, ...], datetime]] = {}
    matched: dict[str, dict[str, Score]] = {}
    for some in chunks([row["id"] for row in rows]):
        seen |= _appearances(connection, some)
        matched |= _matches(connection, some, topics, model)
    for row in rows:
        names, seen_at = seen.get(row["id"], ((), row["read_at"]))
        members[row["story_id"]].append(
            Member(
                article=article_of(row),
                feed_names=names,
                seen_at=seen_at,
                scores=matched.get(row["id"], {}),
                sourced=_sourced(row),
            )
        )
    return [Story(id=story, members=tuple(members[story])) for story in ids]


def _appearances(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[tuple[str, ...], datetime]]:
    query = (
        sa.select(entries.c.article_id, entries.c.seen_at, feeds.c.name)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(ids))
        .order_by(entries.c.seen_at, feeds.c.name)
    )
    found: dict[str, tuple[tuple[str, ...], datetime]] = {}
    for row in connection.execute(query):
        names, first = found.get(row.article_id, ((), row.seen_at))
        found[row.article_id] = ((*names, row.name), first)
    return found


def _matches(
    connection: Connection, ids: Sequence[str], topics: Sequence[str], model: str
) -> dict[str, dict[str, Score]]:
    query = sa.select(scores).where(scores.c.article_id.in_(ids), scores.c.topic.in_(topics), scores.c.model == model)
    found: dict[str, dict[str, Score]] = defaultdict(dict)
    for row in connection.execute(query.order_by(scores.c.topic)).mappings():
        # Asked for matched ones, SQLite reads all that ever matched rather than these articles' own.
        if row["matched"]:
            found[row["article_id"]][row["topic"]] = score_of(row)
    return found


def _placed(row: RowMapping) -> Placed:
    return Placed(
        id=row["id"],
        story=row["m_story_id"],
        founded=not row["m_similarity"],
        similarity=row["m_similarity"],
        closest=row["m_closest"],
        reason=row["m_reason"],
        apart=row["m_apart"],
        terms=tuple(row["m_terms"]),
        nearest=row["m_nearest"],
        nearest_similarity=row["m_nearest_similarity"],
    )


def _sourced(row: RowMapping) -> Sourced | None:
    if not row["relation"]:
        return None
    return Sourced(
        article_id=row["id"],
        relation=Relation(row["relation"]),
        of=row["relation_of"],
        origin=row["origin"],
        evidence=row["evidence"],
        confidence=row["confidence"],
    )
