"""How each feed is doing, counted from its polls, its entries and what reading made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import FeedHealth
from monitor.store.states import feed_of, state_of
from monitor.store.tables import articles, entries, feeds, outcomes, polls

PERIOD = timedelta(days=7)
"""The time whose polls are counted."""

UNCHANGED = ("not-modified", "same-bytes", "same-entries")
TEASERS = ("feed-summary", "description", "title")
"""The methods of reading that found no more than the feed's or the page's own summary."""


def healths(connection: Connection, now: datetime) -> list[FeedHealth]:
    """Return every configured feed with its state, by id, and what it brought.

    A handful of grouped queries, however many feeds there are.
    """
    asked = _by_feed(connection, _polls(now - PERIOD))
    brought = _by_feed(connection, _entries())
    read = _by_feed(connection, _articles())
    repeated = _by_feed(connection, _repeated())
    rows = connection.execute(sa.select(feeds).where(feeds.c.active).order_by(feeds.c.id)).mappings()
    nothing: Mapping[str, Any] = {"entries": 0, "last_entry_at": None}
    return [
        FeedHealth(
            feed=feed_of(row),
            state=state_of(row),
            **brought.get(row["id"], nothing),
            **asked.get(row["id"], {}),
            **read.get(row["id"], {}),
            **repeated.get(row["id"], {}),
        )
        for row in rows
    ]


def _by_feed(connection: Connection, query: sa.Select[Any]) -> dict[str, dict[str, Any]]:
    """Return what a query counted, by the feed's id in its first column."""
    found = {}
    for row in connection.execute(query).mappings():
        counted = dict(row)
        found[counted.pop("feed_id")] = counted
    return found


def _polls(since: datetime) -> sa.Select[Any]:
    return (
        sa.select(
            polls.c.feed_id,
            sa.func.count().label("polls"),
            _how_many(polls.c.outcome != "failed").label("answered"),
            _how_many(polls.c.outcome.in_(UNCHANGED)).label("unchanged"),
        )
        .where(polls.c.at >= since)
        .group_by(polls.c.feed_id)
    )


def _entries() -> sa.Select[Any]:
    newest = sa.func.max(sa.func.coalesce(entries.c.published, entries.c.seen_at))
    counted = sa.func.count().label("entries")
    return sa.select(entries.c.feed_id, counted, newest.label("last_entry_at")).group_by(entries.c.feed_id)


def _articles() -> sa.Select[Any]:
    teaser = sa.case((articles.c.method.in_(TEASERS), articles.c.id))
    return (
        sa.select(
            entries.c.feed_id,
            sa.func.count(articles.c.id.distinct()).label("articles"),
            sa.func.count(teaser.distinct()).label("teasers"),
        )
        .join(articles, articles.c.id == entries.c.article_id)
        .group_by(entries.c.feed_id)
    )


def _repeated() -> sa.Select[Any]:
    return (
        sa.select(entries.c.feed_id, sa.func.count().label("repeated"))
        .join(outcomes, outcomes.c.subject == entries.c.id)
        .where(outcomes.c.step == "read", outcomes.c.outcome == "repeated")
        .group_by(entries.c.feed_id)
    )


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
