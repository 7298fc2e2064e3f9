"""Counting matches and scores: the same on every database, by the model that scored an article last."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.records import Article, Read, Score
from monitor.store import Store
from monitor.store.flagged import week_of
from tests.conformance.news import FEED, NOW, article, entry, outcome, polled

LONG_AGO = NOW - timedelta(days=999)


def save(store: Store, *given: tuple[str, datetime]) -> dict[str, Article]:
    """Store articles published at these times."""
    store.sources.sync([FEED])
    store.sources.save([polled(*(entry(name) for name, _ in given))])
    waiting = {one.entry.key: one for one in store.sources.unread(NOW, 100)}
    made = {name: article(name, published) for name, published in given}
    read = [
        Read(unread=waiting[name], article=one, page=None, outcome=outcome("read", name)) for name, one in made.items()
    ]
    store.articles.save(read, NOW)
    return made


def judge(store: Store, one: Article, value: float, model: str = "m1", topic: str = "t", reason: str = "") -> None:
    score = Score(
        id=one.id,
        topic=topic,
        score=value,
        probability=value,
        threshold=0.5,
        matched=value >= 0.5 and not reason,
        passage="",
        terms=(),
        reason=reason,
    )
    store.articles.save_scores([one], [score], [], model, NOW)


def test_matches_are_counted_by_week_of_publication_with_the_empty_weeks(store: Store) -> None:
    """NOW is the last Sunday of 2026-W13; the second article is of the Monday before, the third of two weeks before."""
    made = save(store, ("a", NOW), ("b", NOW - timedelta(days=6)), ("c", NOW - timedelta(days=14)), ("d", NOW))
    for name, value in (("a", 0.9), ("b", 0.5), ("c", 0.8), ("d", 0.1)):
        judge(store, made[name], value)
    counted = store.flagged.per_week(None, ["t", "other"], LONG_AGO)
    assert counted["t"] == {"2026-W11": 1, "2026-W12": 0, "2026-W13": 2}
    assert list(counted["t"]) == sorted(counted["t"])
    assert set(counted["other"].values()) == {0}


def test_only_the_last_model_counts_unless_one_is_named(store: Store) -> None:
    made = save(store, ("a", NOW), ("b", NOW))
    judge(store, made["a"], 0.9, "m1")
    judge(store, made["b"], 0.9, "m1")
    judge(store, made["a"], 0.1, "m2")
    assert sum(store.flagged.per_week(None, ["t"], LONG_AGO)["t"].values()) == 1
    assert sum(store.flagged.per_week("m1", ["t"], LONG_AGO)["t"].values()) == 2
    assert store.flagged.histogram("t", LONG_AGO) == (0, 1, 0, 0, 0, 0, 0, 0, 0, 1)


def test_what_was_published_before_is_left_out(store: Store) -> None:
    made = save(store, ("a", NOW), ("b", NOW - timedelta(days=30)))
    for one in made.values():
        judge(store, one, 0.9)
    since = NOW - timedelta(days=7)
    assert store.flagged.per_week(None, ["t"], since) == {"t": {"2026-W13": 1}}
    assert sum(store.flagged.histogram("t", since)) == 1


@pytest.mark.parametrize(("value", "place"), [(0.0, 0), (0.099, 0), (0.1, 1), (0.95, 9), (1.0, 9)])
def test_a_score_falls_into_one_of_ten_bins(store: Store, value: float, place: int) -> None:
    judge(store, save(store, ("a", NOW))["a"], value)
    found = store.flagged.histogram("t", LONG_AGO)
    assert [number for number, count in enumerate(found) if count] == [place]


def test_an_article_that_could_not_be_judged_has_no_place(store: Store) -> None:
    judge(store, save(store, ("a", NOW))["a"], 0.0, reason="no-model-for-language")
    assert sum(store.flagged.histogram("t", LONG_AGO)) == 0


def test_an_empty_database_has_no_weeks(store: Store) -> None:
    assert store.flagged.per_week(None, ["t"], LONG_AGO) == {"t": {}}
    assert store.flagged.histogram("t", LONG_AGO) == (0,) * 10


def test_weeks_are_those_of_iso_also_at_the_turn_of_a_year() -> None:
    assert week_of(datetime(2027, 1, 1, tzinfo=NOW.tzinfo)) == "2026-W53"
    assert week_of(datetime(2026, 1, 5, tzinfo=NOW.tzinfo)) == "2026-W02"
