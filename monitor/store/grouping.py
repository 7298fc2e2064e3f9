"""Stories and their members, and the versions of models that judged."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import Document, Grouped, Label, Member, Outcome, Placed, Score, Story
from monitor.store import ledger
from monitor.store.database import Database
from monitor.store.reading import article_of, document_of, score_of
from monitor.store.tables import articles, entries, feeds, labels, models, scores, stories, story_members


class Stories:
    """Articles grouped by event."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def ungrouped(self, since: datetime, limit: int) -> list[Document]:
        """Return at most `limit` articles published after `since` that are in no story, the earliest first."""
        query = (
            sa.select(articles)
            .outerjoin(story_members, story_members.c.article_id == articles.c.id)
            .where(story_members.c.article_id.is_(None), articles.c.published >= since)
            .order_by(articles.c.published, articles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(query).mappings()]

    def window(self, since: datetime) -> list[Grouped]:
        """Return the grouped articles published after `since`, the earliest first."""
        query = (
            sa.select(articles, story_members.c.story_id)
            .join(story_members, story_members.c.article_id == articles.c.id)
            .where(articles.c.published >= since)
            .order_by(articles.c.published, articles.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Grouped(document=document_of(row), story=row["story_id"]) for row in rows]

    def save(
        self, placed: Sequence[Placed], documents: Sequence[Document], words: str, told: Sequence[Outcome], at: datetime
    ) -> None:
        """Store where a batch was placed, in one transaction; an article placed before stays where it is."""
        published = {document.id: document.published or at for document in documents}
        with self._database.write() as connection:
            self._found(connection, placed, published, at)
            insert = self._database.insert(story_members).on_conflict_do_nothing()
            connection.execute(insert, [_member_row(place, words, at) for place in placed])
            touched = {place.story for place in placed}
            inhabited = sa.select(story_members.c.story_id).where(story_members.c.story_id.in_(touched))
            connection.execute(stories.delete().where(stories.c.id.in_(touched), stories.c.id.not_in(inhabited)))
            _measure(connection, touched)
            ledger.write(self._database, connection, told, self._config)

    def matching(self, topics: Sequence[str], model: str, since: datetime) -> list[Story]:
        """Return the stories active after `since` in which any article matched one of the topics, by id."""
        wanted = (
            sa.select(story_members.c.story_id)
            .join(scores, scores.c.article_id == story_members.c.article_id)
            .join(stories, stories.c.id == story_members.c.story_id)
            .where(scores.c.matched, scores.c.topic.in_(topics), scores.c.model == model, stories.c.last_at >= since)
            .distinct()
        )
        with self._database.read() as connection:
            ids = sorted(connection.scalars(wanted).all())
            return [story for some in in_chunks(ids) for story in _stories(connection, some, topics, model)]

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

    def _found(
        self, connection: Connection, placed: Sequence[Placed], published: Mapping[str, datetime], at: datetime
    ) -> None:
        rows = [
            {"id": p.story, "first_at": published[p.id], "last_at": published[p.id], "articles": 0, "created_at": at}
            for p in placed
            if p.founded
        ]
        if rows:
            connection.execute(self._database.insert(stories).on_conflict_do_nothing(), rows)


class Models:
    """The versions that judged, and the labels they learned from."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def words(self) -> tuple[bytes, datetime] | None:
        """Return the newest word statistics and when they were counted."""
        query = sa.select(models).where(models.c.kind == "words").order_by(models.c.created_at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return (row["body"], row["created_at"]) if row else None

    def save(
        self, kind: str, version: str, manifest: Mapping[str, Any], at: datetime, body: bytes | None = None
    ) -> None:
        """Store a version once; storing it again changes nothing."""
        row = {"kind": kind, "version": version, "manifest": dict(manifest), "body": body, "created_at": at}
        with self._database.write() as connection:
            connection.execute(self._database.insert(models).values(row).on_conflict_do_nothing())

    def newest(self, kind: str) -> str | None:
        """Return the version of a kind that was stored last."""
        query = sa.select(models.c.version).where(models.c.kind == kind).order_by(models.c.created_at.desc()).limit(1)
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found

    def sync_labels(self, given: Iterable[Label], at: datetime) -> None:
        """Make the table follow the labels file."""
        rows = {row["id"]: row for row in (_label_row(label, at) for label in given)}
        with self._database.write() as connection:
            stored = set(connection.scalars(sa.select(labels.c.id)))
            for gone in in_chunks(sorted(stored - rows.keys())):
                connection.execute(labels.delete().where(labels.c.id.in_(gone)))
            fresh = [row for key, row in rows.items() if key not in stored]
            if fresh:
                connection.execute(self._database.insert(labels).on_conflict_do_nothing(), fresh)

    def archive(self, limit: int) -> list[Document]:
        """Return the newest `limit` articles: the texts that word statistics are counted on."""
        query = sa.select(articles).order_by(articles.c.published.desc(), articles.c.id).limit(limit)
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(query).mappings()]


def in_chunks(ids: Sequence[str], size: int = 5_000) -> Iterator[Sequence[str]]:
    """Yield ids in parts that both databases take as parameters of one statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _stories(connection: Connection, ids: Sequence[str], topics: Sequence[str], model: str) -> list[Story]:
    members: dict[str, list[Member]] = defaultdict(list)
    query = (
        sa.select(articles, story_members.c.story_id)
        .join(story_members, story_members.c.article_id == articles.c.id)
        .where(story_members.c.story_id.in_(ids))
        .order_by(articles.c.published, articles.c.id)
    )
    rows = connection.execute(query).mappings().all()
    seen: dict[str, tuple[tuple[str, ...], datetime]] = {}
    matched: dict[str, dict[str, Score]] = {}
    for some in in_chunks([row["id"] for row in rows]):
        seen |= _appearances(connection, some)
        matched |= _matches(connection, some, topics, model)
    for row in rows:
        names, seen_at = seen.get(row["id"], ((), row["read_at"]))
        members[row["story_id"]].append(
            Member(article=article_of(row), feed_names=names, seen_at=seen_at, scores=matched.get(row["id"], {}))
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
    query = sa.select(scores).where(
        scores.c.article_id.in_(ids), scores.c.topic.in_(topics), scores.c.model == model, scores.c.matched
    )
    found: dict[str, dict[str, Score]] = defaultdict(dict)
    for row in connection.execute(query.order_by(scores.c.topic)).mappings():
        found[row["article_id"]][row["topic"]] = score_of(row)
    return found


def _measure(connection: Connection, ids: Iterable[str]) -> None:
    """Bring the first and last times and the sizes of stories up to date."""
    of = sa.and_(story_members.c.story_id == stories.c.id, story_members.c.article_id == articles.c.id)
    sizes = {
        "first_at": sa.select(sa.func.min(articles.c.published)).where(of).scalar_subquery(),
        "last_at": sa.select(sa.func.max(articles.c.published)).where(of).scalar_subquery(),
        "articles": sa.select(sa.func.count()).select_from(story_members).where(of).scalar_subquery(),
    }
    connection.execute(stories.update().where(stories.c.id.in_(sorted(ids))).values(sizes))


def _member_row(place: Placed, words: str, at: datetime) -> dict[str, Any]:
    return {
        "article_id": place.id,
        "story_id": place.story,
        "similarity": place.similarity,
        "terms": list(place.terms),
        "nearest": place.nearest,
        "nearest_similarity": place.nearest_similarity,
        "words": words,
        "placed_at": at,
    }


def _placed(row: RowMapping) -> Placed:
    return Placed(
        id=row["id"],
        story=row["m_story_id"],
        founded=not row["m_similarity"],
        similarity=row["m_similarity"],
        terms=tuple(row["m_terms"]),
        nearest=row["m_nearest"],
        nearest_similarity=row["m_nearest_similarity"],
    )


def _label_row(label: Label, at: datetime) -> dict[str, Any]:
    said = f"{label.topic}\n{label.label}\n{label.title}\n{label.text}\n{label.url}\n{label.at}\n{label.by}"
    return {
        "id": hashlib.sha256(said.encode()).hexdigest()[:24],
        "title": label.title,
        "text": label.text,
        "topic": label.topic,
        "label": label.label,
        "url": label.url,
        "at": label.at,
        "by": label.by,
        "asked": label.asked.value,
        "chance": label.chance,
        "score": label.score,
        "model": label.model,
        "loaded_at": at,
    }
