"""What the scores that are kept say of the news that came: matches a week, and how scores are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables import articles, scores

BINS = 10
_WEEK = timedelta(days=7)


class Flagged:
    """Stored scores, counted; of each article those of the model that scored it last."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def per_week(self, model: str | None, topics: Sequence[str], since: datetime) -> dict[str, dict[str, int]]:
        """Return for each topic the matches among articles published in each ISO week (`2026-W47`) after `since`.

        All weeks from the first scored article to the last are there, also those without a match; no week when nothing
        was scored. With a `model`, only its scores are counted.
        """
        judged = sa.select(scores.c.topic, articles.c.published).where(*_of(model, since))
        span = sa.select(sa.func.min(articles.c.published), sa.func.max(articles.c.published)).where(*_of(model, since))
        with self._database.read() as connection:
            first, last = connection.execute(span.where(scores.c.topic.in_(topics))).one()
            matched = connection.execute(judged.where(scores.c.matched, scores.c.topic.in_(topics))).all()
        counted = Counter((row.topic, week_of(row.published)) for row in matched)
        weeks = list(_weeks(first, last)) if first is not None else []
        return {topic: {week: counted[topic, week] for week in weeks} for topic in topics}

    def histogram(self, topic: str, since: datetime) -> tuple[int, ...]:
        """Return how many articles published after `since` have a score in each of ten bins; 1 is in the last.

        Articles that the model could not judge are left out.
        """
        edges = [sa.and_(scores.c.score >= place / BINS, scores.c.score < (place + 1) / BINS) for place in range(BINS)]
        edges[0] = scores.c.score < 1 / BINS
        edges[-1] = scores.c.score >= (BINS - 1) / BINS
        counts = [sa.func.coalesce(sa.func.sum(sa.case((edge, 1), else_=0)), 0) for edge in edges]
        query = sa.select(*counts).where(*_of(None, since), scores.c.topic == topic, scores.c.reason == "")
        with self._database.read() as connection:
            return tuple(int(count) for count in connection.execute(query).one())


def week_of(at: datetime) -> str:
    """Return the ISO week of a time, such as `2026-W47`."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def _of(model: str | None, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what joins each article published after `since` with one model's scores, or those that were given last."""
    same_article = scores.c.article_id == articles.c.id
    same_model = scores.c.model == (articles.c.scored_by if model is None else model)
    return same_article, same_model, articles.c.published >= since


def _weeks(first: datetime, last: datetime) -> Iterator[str]:
    day = first - timedelta(days=first.weekday())
    while day.date() <= last.date():
        yield week_of(day)
        day += _WEEK
