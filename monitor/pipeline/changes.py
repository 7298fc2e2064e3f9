"""What another model would change: the stored articles of the last 30 days that two models judge differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.pipeline.reports import Change, TopicChanges
from monitor.ports import Store
from monitor.records import Article, Document

if TYPE_CHECKING:
    from monitor.topics import TopicModel

LOOKED_AT = timedelta(days=30)
MOST_ARTICLES = 20_000
BATCH = 500
SHOWN = 20
"""Articles shown for each topic and direction, of those that would be judged otherwise."""

_Row = tuple[str, float, float, bool]


def changes(store: Store, now: datetime, before: TopicModel, after: TopicModel) -> tuple[TopicChanges, ...]:
    """Return the changes by topic of the model `after`; to a topic that is new, every match is one."""
    found: dict[str, list[_Row]] = {topic.id: [] for topic in after.topics}
    matched = dict.fromkeys(found, 0)
    for batch in _recent(store, now):
        old = {(score.id, score.topic): score for score in before.score(batch)}
        for new in after.score(batch):
            was = old.get((new.id, new.topic))
            had = was is not None and was.matched
            matched[new.topic] += had
            if had != new.matched:
                found[new.topic].append((new.id, was.score if was else 0.0, new.score, new.matched))
    return tuple(_topic_changes(store, topic, matched[topic], rows) for topic, rows in found.items())


def plain(found: Sequence[TopicChanges]) -> Mapping[str, Any]:
    """Return the counts as they are stored with a decision."""
    return {one.topic: {"matched": one.matched, "newly": one.newly, "no_longer": one.no_longer} for one in found}


def _recent(store: Store, now: datetime) -> Iterator[list[Document]]:
    stored = store.models.archive(MOST_ARTICLES)
    recent = [one for one in stored if one.published is not None and one.published >= now - LOOKED_AT]
    for start in range(0, len(recent), BATCH):
        yield recent[start : start + BATCH]


def _topic_changes(store: Store, topic: str, matched: int, rows: Sequence[_Row]) -> TopicChanges:
    """Return a topic's changes, those between the farthest scores first."""
    ranked = sorted(rows, key=lambda row: (-abs(row[2] - row[1]), row[0]))
    sides = {side: [row for row in ranked if row[3] is side] for side in (True, False)}
    wanted = [row[0] for side in sides.values() for row in side[:SHOWN]]
    known = store.articles.known(wanted)
    shown = {side: tuple(_change(known[row[0]], row) for row in rows[:SHOWN]) for side, rows in sides.items()}
    return TopicChanges(
        topic=topic,
        matched=matched,
        newly=len(sides[True]),
        no_longer=len(sides[False]),
        newly_shown=shown[True],
        no_longer_shown=shown[False],
    )


def _change(article: Article, row: _Row) -> Change:
    return Change(title=article.title, url=article.url, before=round(row[1], 4), after=round(row[2], 4))
