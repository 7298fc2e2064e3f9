"""Articles beside one topic's score: what people are asked about, and what is measured of a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from monitor.records import Judged, Score, without
from monitor.store.database import Database, chunks
from monitor.store.reading import score_of
from monitor.store.tables import articles, scores

LETTERS = 80
_FIGURES = ("article_id", "topic", "model", "score", "probability", "threshold", "matched")
_ARTICLE = tuple(
    articles.c[name].label(f"a_{name}")
    for name in ("id", "url", "title", "text", "furniture", "published", "publisher")
)


class JudgedArticles:
    """Articles as a model judged them."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def outlines(self, topic: str, model: str, since: datetime) -> list[Judged]:
        """Return all articles published since then that `model` could judge for a topic, the newest first.

        They have the first letters of their texts only, and neither passage nor terms: there may be many.
        """
        columns = [scores.c[name] for name in _FIGURES]
        facts = [articles.c[name] for name in ("url", "title", "published", "publisher")]
        query = (
            sa.select(*columns, *facts, sa.func.substr(articles.c.text, 1, LETTERS).label("text"))
            .join(articles, articles.c.id == scores.c.article_id)
            .where(scores.c.topic == topic, scores.c.model == model, articles.c.published >= since)
            .where(scores.c.reason == "")
            .order_by(articles.c.published.desc(), articles.c.id)
        )
        with self._database.read() as connection:
            return [_outline(row) for row in connection.execute(query).mappings()]

    def some(self, ids: Sequence[str], topic: str, model: str) -> dict[str, Judged]:
        """Return a few articles by id as `model` judged them for a topic, with texts without furniture."""
        query = (
            sa.select(scores, *_ARTICLE)
            .join(articles, articles.c.id == scores.c.article_id)
            .where(articles.c.id.in_(ids), scores.c.topic == topic, scores.c.model == model)
        )
        with self._database.read() as connection:
            return {row["a_id"]: _judged(row) for row in connection.execute(query).mappings()}

    def ids(self, urls: Sequence[str]) -> set[str]:
        """Return the ids of the articles at these addresses."""
        with self._database.read() as connection:
            return {
                found
                for some in chunks(urls)
                for found in connection.scalars(sa.select(articles.c.id).where(articles.c.url.in_(some)))
            }

    def last(self, article_id: str, topic: str) -> Judged | None:
        """Return an article with its score for a topic by the model that scored it last; None if it has none."""
        query = (
            sa.select(scores, *_ARTICLE)
            .join(articles, articles.c.id == scores.c.article_id)
            .where(articles.c.id == article_id, scores.c.topic == topic, scores.c.model == articles.c.scored_by)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return _judged(row) if row else None

    def model(self) -> str | None:
        """Return the version that scored the newest article that was scored."""
        query = (
            sa.select(articles.c.scored_by)
            .where(articles.c.scored_by.is_not(None))
            .order_by(articles.c.published.desc(), articles.c.id)
            .limit(1)
        )
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found


def _outline(row: RowMapping) -> Judged:
    score = Score(
        id=row["article_id"],
        topic=row["topic"],
        score=row["score"],
        probability=row["probability"],
        threshold=row["threshold"],
        matched=row["matched"],
        passage="",
        terms=(),
    )
    facts = {name: row[name] for name in ("url", "title", "text", "published", "publisher", "model")}
    return Judged(id=row["article_id"], score=score, **facts)


def _judged(row: RowMapping) -> Judged:
    return Judged(
        id=row["a_id"],
        url=row["a_url"],
        title=row["a_title"],
        text=without(row["a_text"], row["a_furniture"]),
        published=row["a_published"],
        publisher=row["a_publisher"],
        score=score_of(row),
        model=row["model"],
    )
