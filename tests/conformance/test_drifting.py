"""The weeks that drift is seen in are counted alike on every database, and no further back than nine weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.records import Asked, Label, Read, Score
from monitor.records.drift import Week
from monitor.store import Store
from monitor.store.tables import articles
from tests.conformance.news import FEED, NOW, OTHER, article, entry, outcome, polled

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def bring(store: Store, name: str, ago: timedelta, *, words: int = 100, feeds: Sequence[str] = (FEED.id,)) -> None:
    """Read an article of some age that one or more feeds led to."""
    store.sources.sync([FEED, OTHER])
    known = {feed.id: feed for feed in (FEED, OTHER)}
    for feed in feeds:
        store.sources.save([polled(entry(name, feed_id=feed), feed=known[feed])])
    made = replace(article(name, NOW - ago), words=words, text=f"words of {name}")
    for unread in store.sources.unread(NOW, 100):
        if unread.entry.key == name:
            read = Read(unread=unread, article=made, page=None, outcome=outcome("read", unread.id))
            store.articles.save([read], NOW)


def judge(store: Store, name: str, value: float, model: str = "m1", **changes: object) -> None:
    """Score an article for the topic `quays`; it matches from .5 on."""
    plain = Score(
        id=name,
        topic="quays",
        score=value,
        probability=value,
        threshold=0.5,
        matched=value >= 0.5,
        passage="",
        terms=(),
    )
    given = replace(plain, **changes)  # type: ignore[arg-type]  # keywords are checked by the record itself
    store.articles.save_scores([article(name)], [given], [], model, NOW)


def weeks_of(found: dict[str, tuple[Week, ...]], subject: str) -> dict[int, Week]:
    return {week.number: week for week in found[subject]}


def test_a_topics_weeks_end_now_and_go_back_nine(store: Store) -> None:
    drifting = store.drifting
    assert [*drifting.topics(NOW), *drifting.feeds(NOW), *drifting.examples(NOW), *drifting.standing(NOW)] == []
    assert list(drifting.texts(NOW)) == []
    ages = {"now": timedelta(), "a": WEEK - HOUR, "b": WEEK, "c": 9 * WEEK - HOUR, "d": 9 * WEEK, "e": -HOUR}
    for name, ago in ages.items():
        bring(store, name, ago)
        judge(store, name, 0.95 if name == "a" else 0.1)
    found = weeks_of(store.drifting.topics(NOW), "quays")
    assert {number: (week.articles, week.flagged) for number, week in found.items()} == {
        0: (2, 1),
        1: (1, 0),
        8: (1, 0),
    }
    assert found[0].histogram == (0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    assert found[1].histogram == (0, 1, 0, 0, 0, 0, 0, 0, 0, 0)


def test_only_the_scores_of_the_newest_model_fall_into_the_ten_bins(store: Store) -> None:
    for number, value in enumerate((0.0, 0.05, 0.1, 0.45, 0.5, 0.9, 1.0)):
        bring(store, f"n{number}", number * HOUR)
        judge(store, f"n{number}", value)
    judge(store, "n6", 0.2, model="m0")
    judge(store, "n6", 1.0)
    bring(store, "old", 2 * WEEK)
    judge(store, "old", 0.7, model="m0")
    bring(store, "german", HOUR)
    judge(store, "german", 0.0, reason="no-model-for-language-de")
    found = weeks_of(store.drifting.topics(NOW), "quays")
    assert found[0].histogram == (2, 1, 0, 0, 1, 1, 0, 0, 0, 2)
    assert (found[0].articles, found[0].flagged) == (7, 3)
    assert (found[2].articles, found[2].flagged, found[2].histogram) == (1, 1, ())


def test_a_feeds_weeks_have_the_median_length_and_each_article_once(store: Store) -> None:
    lengths = {"a": 100, "b": 300, "c": 200, "d": 900}
    for name, words in lengths.items():
        bring(store, name, HOUR, words=words, feeds=(FEED.id, OTHER.id) if name == "a" else (FEED.id,))
    for name in ("e", "f", "g"):
        bring(store, name, 3 * WEEK + HOUR, words=10 * ord(name), feeds=(OTHER.id,))
    judge(store, "a", 0.9)
    found = store.drifting.feeds(NOW)
    assert found["one"] == (Week(number=0, articles=4, flagged=1, words=250.0),)
    assert found["two"] == (
        Week(number=0, articles=1, flagged=1, words=100.0),
        Week(number=3, articles=3, words=10.0 * ord("f")),
    )


def test_texts_are_given_by_feed_and_no_more_than_are_needed(store: Store) -> None:
    for name, ago in {"a": HOUR, "b": 2 * WEEK - HOUR, "c": 2 * WEEK, "d": 10 * WEEK}.items():
        bring(store, name, ago)
    for number in range(13):
        bring(store, f"n{number:02}", 4 * WEEK + number * HOUR, feeds=(OTHER.id,))
    one, (two, newest, before) = store.drifting.texts(NOW)
    assert one == ("one", ["words of a", "words of b"], ["words of c"])
    assert (two, newest, len(before)) == ("two", [], 10)
    assert "words of n12" not in before
    assert store.drifting.examples(NOW) == {"one": "https://one.example/a"}


def answer(name: str, *, yes: bool, at: datetime = NOW - HOUR, **changes: object) -> Label:
    plain = Label(title=name, text="", topic="quays", label=yes, url=f"https://one.example/{name}", at=at)
    return replace(plain, **changes)  # type: ignore[arg-type]  # keywords are checked by the record itself


def test_answers_about_matches_count_once_and_the_last_one_does(store: Store) -> None:
    for name in ("a", "b", "c", "d", "e", "f"):
        bring(store, name, HOUR)
        judge(store, name, 0.2 if name == "c" else 0.9, model="m0" if name == "f" else "m1")
    judge(store, "f", 0.1)
    store.models.sync_labels(
        [
            answer("a", yes=True, at=NOW - 3 * HOUR),
            answer("a", yes=False),
            answer("b", yes=True, at=NOW - 2 * WEEK),
            answer("c", yes=False),
            answer("d", yes=False, asked=Asked.UNCERTAIN),
            answer("e", yes=False, at=NOW - 10 * WEEK),
            answer("a", yes=True, topic="boats"),
            answer("f", yes=False, score=0.9, model="m0"),
        ],
        NOW,
    )
    found = weeks_of(store.drifting.topics(NOW), "quays")
    assert {number: (week.yes, week.no) for number, week in found.items()} == {0: (0, 2), 2: (1, 0)}


def test_how_a_topic_stands_is_what_its_newest_scores_say(store: Store) -> None:
    bring(store, "a", HOUR)
    bring(store, "b", 2 * WEEK)
    judge(store, "b", 0.9, model="m0", threshold=0.4)
    judge(store, "a", 0.7)
    assert store.drifting.standing(NOW) == {"quays": {"matches": 1, "threshold": 0.5, "cold": False}}
    judge(store, "b", 0.9, model="m2", probability=None, threshold=0.6)
    with store.database.write() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == "a").values(scored_by=None))
    assert store.drifting.standing(NOW) == {"quays": {"matches": 0, "threshold": 0.6, "cold": True}}
