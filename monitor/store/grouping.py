"""What grouping asks of the database: the articles that wait, the window beside them, and where they were placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import Document, Merged, Original, Outcome, Placed, Remembered, Sourced, Story
from monitor.store import ledger
from monitor.store.database import Database, chunks
from monitor.store.reading import document_of
from monitor.store.stories import read_stories
from monitor.store.tables import articles, stories, story_members, vectors


class Grouping:
    """Articles on their way into stories."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def waiting(self, since: datetime, limit: int) -> list[Document]:
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

    def window(self, since: datetime, words: str, also: Sequence[str] = ()) -> list[Remembered]:
        """Return the grouped articles published after `since`, with the vectors made by these word statistics.

        Those named in `also` are returned whatever their age.
        """
        of = sa.and_(vectors.c.article_id == articles.c.id, vectors.c.words == words)
        query = (
            sa.select(
                articles.c.id, articles.c.published, story_members.c.story_id, vectors.c.packed, stories.c.articles
            )
            .join(story_members, story_members.c.article_id == articles.c.id)
            .join(stories, stories.c.id == story_members.c.story_id)
            .outerjoin(vectors, of)
        )
        wanted = [articles.c.published >= since, *(articles.c.id.in_(some) for some in chunks(sorted(set(also))))]
        found: dict[str, Remembered] = {}
        with self._database.read() as connection:
            for which in wanted:
                # A window of a busy week is large enough without a second copy of it.
                for row in connection.execution_options(yield_per=1_000).execute(query.where(which)):
                    found[row.id] = Remembered(
                        id=row.id,
                        story=row.story_id,
                        published=row.published,
                        packed=row.packed or b"",
                        size=row.articles,
                    )
        return list(found.values())

    def texts(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return articles by their ids; those that are gone are left out."""
        with self._database.read() as connection:
            found = [
                row
                for some in chunks(ids)
                for row in connection.execute(sa.select(articles).where(articles.c.id.in_(some))).mappings()
            ]
        return {row["id"]: document_of(row) for row in found}

    def originals(self, ids: Sequence[str]) -> dict[str, Original]:
        """Return for those of these articles that are copies the original, and its story if it is in one.

        For an original whose copy was placed before it, as slow feeds bring it, that copy is returned.
        """
        copy = articles.alias("copy")
        forward = sa.select(articles.c.id, articles.c.copy_of.label("other"), story_members.c.story_id).outerjoin(
            story_members, story_members.c.article_id == articles.c.copy_of
        )
        back = sa.select(articles.c.id, copy.c.id.label("other"), story_members.c.story_id).join(
            copy, copy.c.copy_of == articles.c.id
        )
        back = back.join(story_members, story_members.c.article_id == copy.c.id).order_by(copy.c.id.desc())
        found: dict[str, Original] = {}
        with self._database.read() as connection:
            for some in chunks(ids):
                for query in (back, forward.where(articles.c.copy_of.is_not(None))):
                    for row in connection.execute(query.where(articles.c.id.in_(some))):
                        found[row.id] = Original(article=row.other, story=row.story_id)
        return found

    def save(
        self,
        placed: Sequence[Placed],
        documents: Sequence[Document],
        vectors_made: Mapping[str, bytes],
        words: str,
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store where a batch was placed, in one transaction; an article placed before stays where it is."""
        published = {document.id: document.published or at for document in documents}
        with self._database.write() as connection:
            self._found(connection, placed, published, at)
            insert = self._database.insert(story_members).on_conflict_do_nothing()
            connection.execute(insert, [_member_row(place, words, at) for place in placed])
            self._keep(connection, vectors_made, words, at)
            touched = {place.story for place in placed}
            inhabited = sa.select(story_members.c.story_id).where(story_members.c.story_id.in_(touched))
            empty = sa.and_(stories.c.id.not_in(inhabited), stories.c.merged_into.is_(None))
            connection.execute(stories.delete().where(stories.c.id.in_(touched), empty))
            measure(connection, touched)
            ledger.write(self._database, connection, told, self._config)

    def merge(self, merged: Sequence[Merged], told: Sequence[Outcome]) -> None:
        """Put the articles of stories that turned out to be another into that one, in one transaction."""
        with self._database.write() as connection:
            for one in merged:
                join_stories(connection, one.story, one.into)
            measure(connection, {one.into for one in merged})
            ledger.write(self._database, connection, told, self._config)

    def grown(self, since: datetime) -> dict[str, datetime]:
        """Return the stories active after `since` that grew and were not looked at to the end, and when they began."""
        bare = sa.exists().where(story_members.c.story_id == stories.c.id, story_members.c.relation.is_(None))
        query = sa.select(stories.c.id, stories.c.first_at).where(stories.c.last_at >= since, bare)
        with self._database.read() as connection:
            return {row.id: row.first_at for row in connection.execute(query)}

    def unsourced(self, limit: int) -> list[Story]:
        """Return at most `limit` stories of whose articles it is not known whose news they are."""
        wanted = sa.select(story_members.c.story_id).where(story_members.c.relation.is_(None)).distinct().limit(limit)
        with self._database.read() as connection:
            return read_stories(connection, sorted(connection.scalars(wanted).all()), (), "")

    def save_sources(self, sourced: Sequence[Sourced]) -> None:
        """Store whose news articles are."""
        if not sourced:
            return
        values: dict[str, Any] = {
            "relation": sa.bindparam("now_relation"),
            "relation_of": sa.bindparam("now_of"),
            "origin": sa.bindparam("now_origin"),
            "evidence": sa.bindparam("now_evidence"),
            "confidence": sa.bindparam("now_confidence"),
        }
        update = story_members.update().where(story_members.c.article_id == sa.bindparam("of_article")).values(values)
        with self._database.write() as connection:
            connection.execute(update, [_source_row(one) for one in sourced])

    def forget_vectors(self, before: datetime) -> None:
        """Give up the vectors made before that moment; they can be made again."""
        with self._database.write() as connection:
            connection.execute(vectors.delete().where(vectors.c.made_at < before))

    def _keep(self, connection: Connection, packed: Mapping[str, bytes], words: str, at: datetime) -> None:
        rows = [{"article_id": name, "words": words, "packed": data, "made_at": at} for name, data in packed.items()]
        if rows:
            connection.execute(self._database.upsert(vectors, "words", "packed", "made_at"), rows)

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


def join_stories(connection: Connection, story: str, into: str) -> None:
    """Put the articles of a story into another, to which its id and all that led to it lead from then on."""
    connection.execute(story_members.update().where(story_members.c.story_id == story).values(story_id=into))
    ends_here = sa.or_(stories.c.id == story, stories.c.merged_into == story)
    connection.execute(stories.update().where(ends_here).values(merged_into=into, articles=0))


def measure(connection: Connection, ids: Iterable[str]) -> None:
    """Bring the times and sizes of stories up to date; whose news their articles are is to be found out anew."""
    of = sa.and_(story_members.c.story_id == stories.c.id, story_members.c.article_id == articles.c.id)
    sizes = {
        "first_at": sa.select(sa.func.min(articles.c.published)).where(of).scalar_subquery(),
        "last_at": sa.select(sa.func.max(articles.c.published)).where(of).scalar_subquery(),
        "articles": sa.select(sa.func.count()).select_from(story_members).where(of).scalar_subquery(),
    }
    wanted = sorted(ids)
    connection.execute(stories.update().where(stories.c.id.in_(wanted)).values(sizes))
    connection.execute(story_members.update().where(story_members.c.story_id.in_(wanted)).values(relation=None))


def _member_row(place: Placed, words: str, at: datetime) -> dict[str, Any]:
    return {
        "article_id": place.id,
        "story_id": place.story,
        "similarity": place.similarity,
        "terms": list(place.terms),
        "nearest": place.nearest,
        "nearest_similarity": place.nearest_similarity,
        "closest": place.closest,
        "reason": place.reason,
        "apart": place.apart,
        "words": words,
        "placed_at": at,
    }


def _source_row(one: Sourced) -> dict[str, Any]:
    return {
        "of_article": one.article_id,
        "now_relation": one.relation.value,
        "now_of": one.of,
        "now_origin": one.origin,
        "now_evidence": one.evidence,
        "now_confidence": one.confidence,
    }
