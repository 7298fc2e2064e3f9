"""Articles beside one topic's score: what people are asked about, and what is measured of a model."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from monitor.records import Judged, without
from monitor.store.database import Database
from monitor.store.reading import score_of
from monitor.store.tables import articles, scores

_ARTICLE = tuple(
    articles.c[name].label(f"a_{name}")
    for name in ("id", "url", "title", "text", "furniture", "published", "publisher")
)


class JudgedArticles:
    """Articles as a model judged them."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def judged(self, topic: str, model: str, since: datetime, limit: int) -> list[Judged]:
        """Return at most `limit` articles published since then that `model` scored for a topic, the newest first.

        Their texts are without furniture.
        """
        query = (
            sa.select(scores, *_ARTICLE)
            .join(articles, articles.c.id == scores.c.article_id)
            .where(scores.c.topic == topic, scores.c.model == model, articles.c.published >= since)
            .order_by(articles.c.published.desc(), articles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_judged(row) for row in connection.execute(query).mappings()]

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
