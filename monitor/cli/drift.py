"""Drift, measured on what is stored: for `topics drift`, and for whoever trains models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records.drift import Drift, FeedWeeks, TopicWeeks
    from monitor.store import Store
    from monitor.topics import TopicModel


def drift_lines(settings: Settings, store: Store, now: datetime) -> list[str]:
    """Return a line for each warning, or none."""
    from monitor.topics.drift import drifts

    return [line_of(found) for found in drifts(*measured(settings, store, now))]


def line_of(found: Drift) -> str:
    """Return a warning as one line."""
    return f"{found.kind} {found.subject}: {found.sentence}; {found.step}"


def measured(settings: Settings, store: Store, now: datetime) -> tuple[list[TopicWeeks], list[FeedWeeks]]:
    """Return the last nine weeks of every configured topic and feed that has any."""
    from monitor.records.drift import FeedWeeks, TopicWeeks

    by_topic, by_feed = store.drifting.topics(now), store.drifting.feeds(now)
    examples = store.drifting.examples(now)
    topics = [
        TopicWeeks(
            topic=topic.id,
            weeks=by_topic[topic.id],
            target=topic.precision if topic.per_week is None else None,
        )
        for topic in settings.topics
        if topic.id in by_topic
    ]
    feeds = [
        FeedWeeks(feed=feed.id, weeks=by_feed[feed.id], example=examples.get(feed.id, ""))
        for feed in settings.feeds
        if feed.id in by_feed
    ]
    return topics, list(_with_unknown(feeds, settings, store, now))


def _with_unknown(feeds: Sequence[FeedWeeks], settings: Settings, store: Store, now: datetime) -> Iterator[FeedWeeks]:
    """Yield the feeds with their shares of unknown words; without a model in charge, nothing is known of those."""
    from monitor.topics.drift import unknown_share

    model = _in_charge(settings, store, now) if feeds else None
    if model is None:
        yield from feeds
        return
    shares = {
        feed: (unknown_share(model, newest), unknown_share(model, before))
        for feed, newest, before in store.drifting.texts(now)
    }
    for feed in feeds:
        newest, before = shares.get(feed.feed, (None, None))
        yield feed if newest is None or before is None else replace(feed, unknown=(newest, before))


def _in_charge(settings: Settings, store: Store, now: datetime) -> TopicModel | None:
    from monitor.errors import ModelError
    from monitor.wiring import champion, fixed_clock

    standing = store.trainings.champion()
    if standing is None:
        return None
    try:
        return champion(settings, store, fixed_clock(now)).shelf.fetch(standing.champion)
    except ModelError:
        return None
