"""What the last nine weeks brought, week by week, for each topic and each feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import Asked
from monitor.records.drift import WEEKS, Week
from monitor.store.database import Database
from monitor.store.tables import articles, entries, labels, scores

BINS = 10
NEWEST_SAMPLED, BEFORE_SAMPLED = 50, 10
"""Articles of a feed whose words are looked at: in each of the two newest weeks, and in each one before."""

LETTERS = 1_500
"""Characters of each."""

_WEEK = timedelta(weeks=1)
_NEWEST_WEEKS = 2
_LAST_SCORES = sa.and_(scores.c.article_id == articles.c.id, scores.c.model.concat("") == articles.c.scored_by)
"""An article with the scores of the model that judged it last.

SQLite would look for all scores of that model, for every article, if it could use the index on models.
"""


class Drifting:
    """Counts over the last nine weeks, as far back as anything is asked of the database."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def topics(self, now: datetime) -> dict[str, tuple[Week, ...]]:
        """Return each topic's weeks; histograms count only what the newest model scored, so that they compare."""
        with self._database.read() as connection:
            counted = connection.execute(_topic_counts(now)).all()
            spread = connection.execute(_histograms(now, _newest_model(connection, now))).all()
            answers = list(_answers(connection, now))
        found: dict[tuple[str, int], Week] = {
            (row.topic, row.week): Week(number=row.week, articles=row.articles, flagged=row.flagged) for row in counted
        }
        for topic, number, *bins in spread:
            found[topic, number] = replace(found[topic, number], histogram=tuple(bins))
        for topic, number, right in answers:
            week = found.get((topic, number)) or Week(number=number)
            found[topic, number] = replace(week, yes=week.yes + right, no=week.no + (not right))
        return _by_subject(found)

    def feeds(self, now: datetime) -> dict[str, tuple[Week, ...]]:
        """Return each feed's weeks, with the median length of their articles."""
        with self._database.read() as connection:
            counted = connection.execute(_feed_counts(now)).all()
            medians = {(row.feed_id, row.week): float(row.words) for row in connection.execute(_medians(now))}
        return _by_subject(
            {
                (row.feed_id, row.week): Week(
                    number=row.week,
                    articles=row.articles,
                    flagged=row.flagged,
                    words=medians.get((row.feed_id, row.week)),
                )
                for row in counted
            }
        )

    def examples(self, now: datetime) -> dict[str, str]:
        """Return the address of each feed's newest article of the last seven days."""
        brought = _brought(now, 1)
        place = sa.func.row_number().over(
            partition_by=brought.c.feed_id, order_by=(articles.c.published.desc(), articles.c.id)
        )
        numbered = sa.select(brought.c.feed_id, articles.c.url, place.label("place")).join(
            articles, articles.c.id == brought.c.article_id
        )
        newest = numbered.subquery()
        with self._database.read() as connection:
            rows = connection.execute(sa.select(newest).where(newest.c.place == 1)).all()
        return {row.feed_id: row.url for row in rows}

    def texts(self, now: datetime) -> Iterator[tuple[str, list[str], list[str]]]:
        """Yield each feed with the beginnings of some texts of the two newest weeks, and of some from before."""
        brought = _brought(now, WEEKS)
        order = (articles.c.published.desc(), articles.c.id)
        place = sa.func.row_number().over(partition_by=(brought.c.feed_id, brought.c.week), order_by=order)
        numbered = sa.select(brought, place.label("place")).join(articles, articles.c.id == brought.c.article_id)
        some = numbered.subquery()
        most = sa.case((some.c.week < _NEWEST_WEEKS, NEWEST_SAMPLED), else_=BEFORE_SAMPLED)
        with self._database.read() as connection:
            feeds = connection.scalars(sa.select(some.c.feed_id).distinct().order_by(some.c.feed_id)).all()
        query = (
            sa.select(some.c.week, sa.func.substr(articles.c.text, 1, LETTERS))
            .join(articles, articles.c.id == some.c.article_id)
            .where(some.c.place <= most)
        )
        for feed in feeds:
            with self._database.read() as connection:
                rows = connection.execute(query.where(some.c.feed_id == feed).order_by(articles.c.id)).all()
            newest = [text for week, text in rows if week < _NEWEST_WEEKS]
            yield feed, newest, [text for week, text in rows if week >= _NEWEST_WEEKS]

    def standing(self, now: datetime) -> Mapping[str, Mapping[str, Any]]:
        """Return for each topic its `matches` of the last seven days, and the `threshold` and `cold` of its last score.

        Topics without a score in the last nine weeks are not there.
        """
        matches = sa.func.sum(sa.case((sa.and_(scores.c.matched, articles.c.published > now - _WEEK), 1), else_=0))
        counted = sa.select(scores.c.topic, matches.label("matches")).join(articles, _LAST_SCORES)
        counted = counted.where(*_within(now, WEEKS)).group_by(scores.c.topic)
        place = sa.func.row_number().over(
            partition_by=scores.c.topic, order_by=(scores.c.at.desc(), articles.c.published.desc(), articles.c.id)
        )
        columns = (scores.c.topic, scores.c.threshold, scores.c.probability.is_(None).label("cold"))
        judged = sa.select(*columns, place.label("place")).join(articles, _LAST_SCORES)
        last = judged.where(*_within(now, WEEKS), scores.c.reason == "").subquery()
        with self._database.read() as connection:
            found: dict[str, dict[str, Any]] = {
                row.topic: {"matches": int(row.matches), "threshold": None, "cold": None}
                for row in connection.execute(counted)
            }
            for row in connection.execute(sa.select(last).where(last.c.place == 1)):
                found[row.topic] |= {"threshold": row.threshold, "cold": bool(row.cold)}
        return found


def _by_subject(found: Mapping[tuple[str, int], Week]) -> dict[str, tuple[Week, ...]]:
    weeks: dict[str, list[Week]] = defaultdict(list)
    for (subject, _), week in sorted(found.items()):
        weeks[subject].append(week)
    return {subject: tuple(some) for subject, some in weeks.items()}


def _within(now: datetime, weeks: int) -> tuple[sa.ColumnElement[bool], ...]:
    return articles.c.published > now - weeks * _WEEK, articles.c.published <= now


def _week(now: datetime, moment: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Return how many whole weeks before `now` a moment lies; the two databases subtract times in different ways."""
    ends = [(moment > now - number * _WEEK, number - 1) for number in range(1, WEEKS)]
    return sa.case(*ends, else_=WEEKS - 1)


def _topic_counts(now: datetime) -> sa.Select[Any]:
    week = _week(now, articles.c.published).label("week")
    return (
        sa.select(scores.c.topic, week, sa.func.count().label("articles"), _how_many(scores.c.matched).label("flagged"))
        .join(articles, _LAST_SCORES)
        .where(*_within(now, WEEKS), scores.c.reason == "")
        .group_by(scores.c.topic, week)
    )


def _histograms(now: datetime, model: str | None) -> sa.Select[Any]:
    week = _week(now, articles.c.published).label("week")
    place = [scores.c.score >= number / BINS for number in range(BINS)]
    bins = [
        _how_many(
            sa.and_(place[number] if number else sa.true(), ~place[number + 1] if number + 1 < BINS else sa.true())
        )
        for number in range(BINS)
    ]
    return (
        sa.select(scores.c.topic, week, *bins)
        .join(articles, _LAST_SCORES)
        .where(*_within(now, WEEKS), scores.c.reason == "", articles.c.scored_by == model)
        .group_by(scores.c.topic, week)
    )


def _newest_model(connection: Connection, now: datetime) -> str | None:
    query = sa.select(articles.c.scored_by).where(*_within(now, WEEKS), articles.c.scored_by.is_not(None))
    found: str | None = connection.scalar(query.order_by(articles.c.published.desc(), articles.c.id).limit(1))
    return found


def _answers(connection: Connection, now: datetime) -> Iterator[tuple[str, int, bool]]:
    """Yield topic, week and answer of each match that was answered; the last answer about it counts.

    What was asked because the model was unsure says little about the matches as a whole, and is left out.
    """
    at = sa.func.coalesce(labels.c.at, labels.c.loaded_at)
    judge = sa.func.coalesce(labels.c.model, articles.c.scored_by)
    query = (
        sa.select(labels.c.topic, articles.c.id, labels.c.label, _week(now, at).label("week"))
        .join(articles, articles.c.url == labels.c.url)
        .join(scores, sa.and_(scores.c.article_id == articles.c.id, scores.c.topic == labels.c.topic))
        .where(at > now - WEEKS * _WEEK, at <= now, labels.c.asked != Asked.UNCERTAIN.value)
        .where(scores.c.model == judge, scores.c.matched)
        .order_by(at, labels.c.id)
    )
    last = {(row.topic, row.id): row for row in connection.execute(query)}
    for row in last.values():
        yield row.topic, row.week, row.label


def _brought(now: datetime, weeks: int) -> sa.Subquery:
    """Return which feed led to which article in which week, once for each."""
    week = _week(now, articles.c.published).label("week")
    pairs = sa.select(entries.c.feed_id, articles.c.id.label("article_id"), week)
    return pairs.join(articles, articles.c.id == entries.c.article_id).where(*_within(now, weeks)).distinct().subquery()


def _feed_counts(now: datetime) -> sa.Select[Any]:
    brought = _brought(now, WEEKS)
    matched = sa.select(articles.c.id).join(scores, _LAST_SCORES).where(*_within(now, WEEKS), scores.c.matched)
    hit = brought.c.article_id.in_(matched)
    return sa.select(
        brought.c.feed_id,
        brought.c.week,
        sa.func.count().label("articles"),
        _how_many(hit).label("flagged"),
    ).group_by(brought.c.feed_id, brought.c.week)


def _medians(now: datetime) -> sa.Select[Any]:
    """Return the median length of each feed's articles in each week: the mean of the one or two in the middle."""
    brought = _brought(now, WEEKS)
    group = (brought.c.feed_id, brought.c.week)
    place = sa.func.row_number().over(partition_by=group, order_by=(articles.c.words, articles.c.id)).label("place")
    count = sa.func.count().over(partition_by=group).label("count")
    numbered = sa.select(*group, articles.c.words, place, count).join(articles, articles.c.id == brought.c.article_id)
    middle = numbered.subquery()
    twice = 2 * middle.c.place
    is_middle = sa.and_(twice >= middle.c.count, twice <= middle.c.count + 2)
    grouped = (middle.c.feed_id, middle.c.week)
    return sa.select(*grouped, sa.func.avg(middle.c.words).label("words")).where(is_middle).group_by(*grouped)


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
