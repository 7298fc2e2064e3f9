"""What a budget of messages sets and costs, and which matches a watch counts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests import price, price_sentence, stricter
from monitor.records import Major, Member, Minimum, Notify, Score, Story
from tests.watching import NOW, WATCH, heard, member, ruled, story

DAYS = 28
FIRST = NOW - timedelta(days=90)
SIX_HOURS = replace(WATCH, notify=Notify(articles=3, publishers=2, hours=6), budget=3)


def month(seed: int = 1, *, a_day: float = 10, cold: bool = False) -> list[Story]:
    """Return four weeks of stories, most of one article and few of many, the bigger ones more surely relevant."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = []
    for number in range(round(a_day * DAYS)):
        size = min(int(chance.paretovariate(0.9)), 40)
        begun = chance.uniform(24, DAYS * 24 - 1)
        sure = None if cold else min(0.35 + 0.1 * size, 0.98)
        ages = [begun - min(chance.expovariate(1 / 5), 23.0) for _ in range(size)]
        rows = [
            member(f"{number}-{n}", f"P{chance.randrange(30)}", hours_ago=age, probability=sure)
            for n, age in enumerate(ages)
        ]
        found.append(story(*rows, name=str(number)))
    return found


@pytest.mark.parametrize("budget", [1, 3, 6, 12])
def test_the_rule_that_a_budget_sets_keeps_to_it(budget: float) -> None:
    found = price(replace(SIX_HOURS, budget=budget), month(), NOW, FIRST)
    assert 0 < found.messages <= budget
    assert found.days == DAYS
    assert found.stories == 280


def test_more_messages_buy_more_recall() -> None:
    stories = month()
    recalls = [price(replace(SIX_HOURS, budget=budget), stories, NOW, FIRST).recall for budget in (1, 3, 6, 12, 60)]
    assert recalls == sorted(recalls, key=float)  # type: ignore[arg-type]  # known after 90 days
    assert recalls[-1] == 1.0


@pytest.mark.parametrize("budget", [0.5, 1, 2, 3, 5])
def test_no_other_numbers_within_the_budget_would_have_told_more(budget: float) -> None:
    """Within two days all of a story is in one span, so that whole stories can be counted by hand."""
    stories = month(2)
    watch = replace(SIX_HOURS, notify=Notify(hours=48), updates=None, major=None, budget=budget)
    best = price(watch, stories, NOW, FIRST)
    expected = {
        (articles, publishers): [
            one for one in stories if len(one.members) >= articles and len(houses(one)) >= publishers
        ]
        for publishers in range(1, 9)
        for articles in range(publishers, 13)
    }
    fitting = [told for told in expected.values() if len(told) <= budget * DAYS]
    # Half a message a day is less than the strictest rule tells of this stream.
    fitting = fitting or [min(expected.values(), key=len)]
    chosen = expected[best.notify.articles, best.notify.publishers]
    assert best.messages == pytest.approx(len(chosen) / DAYS)
    assert best.recall == pytest.approx(weight(chosen) / weight(stories))
    assert weight(chosen) == pytest.approx(max(map(weight, fitting)))


def test_a_budget_leaves_the_other_numbers_of_a_rule_alone() -> None:
    best = price(SIX_HOURS, month(2), NOW, FIRST)
    assert (best.notify.hours, best.notify.settle_minutes) == (6, 20)


def weight(stories: list[Story]) -> float:
    """Return how many of these are expected to be relevant, each by its best match."""
    known = [
        [score.probability for row in one.members for score in row.scores.values() if score.probability is not None]
        for one in stories
    ]
    return sum(max(probabilities) for probabilities in known)


def houses(one: Story) -> set[str]:
    return {row.article.publisher for row in one.members}


def test_recall_is_expected_by_probability_and_counted_while_nothing_was_learned() -> None:
    big = story(*(member(f"b{n}", f"P{n}", hours_ago=30, probability=0.9) for n in range(3)), name="big")
    small = story(member("s", hours_ago=30, probability=0.1), name="small")
    tight = replace(SIX_HOURS, budget=1 / DAYS)
    assert price(tight, [big, small], NOW, FIRST).recall == pytest.approx(0.9)
    cold = [replace(one, members=tuple(_cold(row) for row in one.members)) for one in (big, small)]
    assert price(tight, cold, NOW, FIRST).recall == pytest.approx(0.5)


def _cold(row: Member) -> Member:
    return replace(row, scores={"t": replace(row.scores["t"], probability=None)})


def test_major_news_costs_nothing() -> None:
    wide = [
        story(*(member(f"{name}{n}", f"P{n}", hours_ago=30) for n in range(6)), name=f"{name}")
        for name in ("a", "b", "c")
    ]
    free = price(replace(SIX_HOURS, major=Major(), budget=0), wide, NOW, FIRST)
    assert (free.messages, free.recall) == (0, 1.0)
    assert price(replace(SIX_HOURS, budget=0), wide, NOW, FIRST).recall == 0


def test_updates_cost_messages() -> None:
    rows = [member(f"m{n}", f"P{n % 4}", hours_ago=200 - 4 * n) for n in range(20)]
    watch = replace(SIX_HOURS, notify=Notify(articles=1, publishers=1), budget=1)
    with_updates = price(watch, [story(*rows)], NOW, FIRST)
    without = price(replace(watch, updates=None), [story(*rows)], NOW, FIRST)
    assert without.messages == pytest.approx(1 / DAYS)
    assert with_updates.messages > without.messages


def test_a_young_archive_says_nothing_and_keeps_the_watch_s_own_rule() -> None:
    young = price(SIX_HOURS, month(), NOW, NOW - timedelta(days=6, hours=23))
    assert (young.notify, young.days, young.messages, young.recall) == (SIX_HOURS.notify, 6, 0.0, None)
    assert "after 6 days it is too early to say" in price_sentence(young, 3)
    assert price(SIX_HOURS, month(), NOW, None).days == 0


def test_what_a_first_poll_brought_at_once_is_not_taken_for_a_busy_day() -> None:
    backlog = [story(member(f"old{n}", hours_ago=500, seen_ago=8 * 24), name=f"old{n}") for n in range(300)]
    found = price(replace(SIX_HOURS, budget=1), [*backlog, *month(a_day=0.1)], NOW, NOW - timedelta(days=8))
    assert found.stories < 5


def test_when_nothing_keeps_to_the_budget_the_fewest_messages_are_taken() -> None:
    wide = [
        story(*(member(f"{name}-{n}", f"P{n}", hours_ago=30) for n in range(14)), name=str(name)) for name in range(30)
    ]
    found = price(replace(SIX_HOURS, budget=1), wide, NOW, FIRST)
    assert found.messages == pytest.approx(30 / DAYS)
    assert "which no rule keeps within the budget" in price_sentence(found, 1)


def test_the_same_archive_sets_the_same_rule() -> None:
    stories = month(3)
    shuffled = list(stories)
    random.Random(4).shuffle(shuffled)  # noqa: S311 - repeatable, not secret
    first, second = price(SIX_HOURS, stories, NOW, FIRST), price(SIX_HOURS, shuffled, NOW, FIRST)
    assert first.notify == second.notify
    assert first.recall == pytest.approx(second.recall)


def rated(*probabilities: float | None) -> list[Story]:
    return [
        story(member(f"r{place}-{one}", probability=one), name=f"r{place}") for place, one in enumerate(probabilities)
    ]


def kept(stories: tuple[Story, ...]) -> list[float | None]:
    return [one.scores["t"].probability for found in stories for one in found.members]


def test_a_watch_without_a_minimum_takes_what_the_topics_take() -> None:
    found = rated(0.1, 0.9)
    assert stricter(WATCH, found, ()) == tuple(found)


def test_a_least_score_takes_matches_away_and_stories_that_have_none_left() -> None:
    low = replace(member("low"), scores={"t": _scored(0.3)})
    mixed, poor = story(member("high"), low, name="mixed"), story(low, name="poor")
    (left,) = stricter(replace(WATCH, minimum=Minimum(score=0.5)), [mixed, poor], ())
    assert left.id == "mixed"
    assert {one.article.id: bool(one.scores) for one in left.members} == {"high": True, "low": False}


def _scored(score: float) -> Score:
    return replace(member("any").scores["t"], score=score)


def test_a_wanted_precision_sets_the_least_probability() -> None:
    watch = replace(WATCH, minimum=Minimum(precision=0.8))
    # Down to 0.6 the mean is 0.8, and with 0.5 it would be 0.74.
    assert kept(stricter(watch, rated(1.0, 0.8, 0.6, 0.5), ())) == [1.0, 0.8, 0.6]
    assert kept(stricter(watch, rated(0.5), rated(1.0, 1.0, 0.9, 0.4))) == [0.5]
    assert kept(stricter(watch, rated(0.5), rated(1.0, 0.6, 0.4))) == []
    assert kept(stricter(watch, rated(None, 0.85), rated(0.1))) == [None, 0.85]
    assert kept(stricter(watch, rated(0.7, 0.6), ())) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.05, 1))
def test_the_counted_matches_are_as_often_right_as_wanted(probabilities: list[float], precision: float) -> None:
    found = rated(*probabilities)
    left = kept(stricter(replace(WATCH, minimum=Minimum(precision=precision)), found, ()))
    sure = [one for one in left if one is not None]
    assert not sure or sum(sure) / len(sure) >= precision - 1e-6
    assert sorted(sure, reverse=True) == sorted(probabilities, reverse=True)[: len(sure)]
    assert all(one in sure for one in probabilities if one >= precision)


def test_updates_are_put_further_apart_where_the_budget_has_no_room_otherwise() -> None:
    rows = [member(f"m{n}", f"P{n % 9}", hours_ago=300 - n) for n in range(110)]
    watch = replace(SIX_HOURS, updates=replace(SIX_HOURS.updates, hours=3), budget=0.3)  # type: ignore[type-var]
    found = price(watch, [story(*rows)], NOW, FIRST)
    assert found.updates is not None
    assert found.updates.hours == 24
    assert found.messages <= 0.3
    assert ", updates at least 24 hours apart: by" in price_sentence(found, 0.3)
    ruling = ruled(
        story(*rows[:5], name="s"), heard("m0", hours_ago=12), watch=watch, price=found, now=NOW - timedelta(hours=1)
    )
    assert ruling.reason == "too-soon"
