"""Drift is told when a week is unlike those before, by its number and with one step; too little news tells nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.stats import norm

from monitor.records import Topic
from monitor.records.drift import Drift, FeedWeeks, Sign, TopicWeeks, Week
from monitor.topics import start_background, train
from monitor.topics.drift import drifts, is_comparable, rate_change, stability, two_proportions, unknown_share

LOW = (90, 60, 30, 10, 5, 2, 1, 1, 1, 0)
HIGH = LOW[::-1]


def topic(newest: Week, *, flagged: int = 10, before: int = 8, target: float | None = None) -> TopicWeeks:
    """Return a topic whose earlier weeks had 200 articles each."""
    weeks = [Week(number=n, articles=200, flagged=flagged, histogram=LOW) for n in range(1, before + 1)]
    return TopicWeeks(topic="harbours", weeks=(newest, *weeks), target=target)


def feed(newest: Week, *, before: int = 8, unknown: tuple[float, float] | None = None) -> FeedWeeks:
    """Return a feed whose earlier weeks had 60 articles of about 400 words each, 3 of which matched."""
    weeks = [Week(number=n, articles=60, flagged=3, words=380.0 + 5 * n) for n in range(1, before + 1)]
    return FeedWeeks(feed="pilot", weeks=(newest, *weeks), example="https://p.example/new", unknown=unknown)


def one_of(found: list[Drift]) -> Drift:
    assert len(found) == 1, found
    return found[0]


def test_news_like_that_of_the_weeks_before_gives_no_warning() -> None:
    calm = topic(Week(number=0, articles=200, flagged=12, histogram=LOW), target=0.8)
    steady = feed(Week(number=0, articles=60, flagged=4, words=410.0), unknown=(0.12, 0.1))
    assert drifts([calm], [steady]) == []


@pytest.mark.parametrize(("flagged", "sign"), [(40, 1), (0, -1)])
def test_a_topic_that_matches_much_more_or_less_is_told_with_a_preview(flagged: int, sign: int) -> None:
    found = one_of(drifts([topic(Week(number=0, articles=200, flagged=flagged))], []))
    assert (found.sign, found.kind, found.subject) == (Sign.FLAGGED, "topic", "harbours")
    assert found.number * sign > found.limit == 3.0
    assert f"{flagged / 200:.1%} of 200 articles matched in the last 7 days, 5.0% of 1,600" in found.sentence
    assert found.step == "look at `monitor topics preview harbours`"


def test_a_feed_that_matches_much_more_is_told_with_its_name() -> None:
    found = one_of(drifts([], [feed(Week(number=0, articles=60, flagged=20, words=400.0))]))
    assert (found.sign, found.step) == (Sign.FLAGGED, "check `monitor feeds` for pilot")


@pytest.mark.parametrize(("articles", "before"), [(49, 8), (200, 3)])
def test_too_few_articles_or_weeks_say_nothing_of_a_rate(articles: int, before: int) -> None:
    weeks = topic(Week(number=0, articles=articles, flagged=articles // 2), before=before)
    assert drifts([weeks], []) == []
    assert not is_comparable(weeks.weeks)


def test_weeks_with_few_articles_are_no_history() -> None:
    thin = [Week(number=n, articles=49, flagged=1) for n in range(1, 9)]
    assert drifts([TopicWeeks(topic="t", weeks=(Week(number=0, articles=90, flagged=60), *thin))], []) == []


def test_scores_that_are_spread_otherwise_ask_for_labels() -> None:
    found = one_of(drifts([topic(Week(number=0, articles=200, flagged=10, histogram=HIGH))], []))
    assert (found.sign, found.step) == (Sign.SCORES, "label 10: `monitor label --next harbours`")
    assert found.number > 0.2


def test_a_hundred_and_ninety_nine_scores_say_nothing_of_their_spread() -> None:
    few = (*HIGH[:9], HIGH[9] - 1)
    assert drifts([topic(Week(number=0, articles=200, flagged=10, histogram=few))], []) == []


@pytest.mark.parametrize(("yes", "no", "told"), [(10, 10, True), (16, 8, False), (0, 4, False), (0, 0, False)])
def test_answers_that_exclude_the_wanted_precision_are_told(yes: int, no: int, told: bool) -> None:  # noqa: FBT001
    weeks = topic(Week(number=0, articles=200, flagged=10, yes=yes, no=no), target=0.8)
    found = drifts([weeks], [])
    assert bool(found) == told
    if told:
        assert found[0].sign == Sign.FEEDBACK
        assert "10 of 20 matches that were answered are right (50%, at most 70%); 80% are wanted" in found[0].sentence
        assert "`monitor train`" in found[0].step


def test_a_topic_with_a_number_a_week_has_no_precision_to_fall_short_of() -> None:
    assert drifts([topic(Week(number=0, articles=200, flagged=10, no=40), target=None)], []) == []


@pytest.mark.parametrize(("words", "told"), [(150.0, True), (900.0, True), (210.0, False), (790.0, False)])
def test_a_length_that_doubled_or_halved_names_an_article_to_look_at(words: float, told: bool) -> None:  # noqa: FBT001
    found = drifts([], [feed(Week(number=0, articles=60, flagged=3, words=words))])
    assert [one.step for one in found] == ["see how one was read: `monitor explain https://p.example/new`"] * told
    assert [one.sign for one in found] == [Sign.LENGTH] * told


def test_a_handful_of_articles_says_nothing_of_a_length() -> None:
    assert drifts([], [feed(Week(number=0, articles=4, words=5.0))]) == []
    assert drifts([], [feed(Week(number=0, articles=60, flagged=3, words=5.0), before=3)]) == []


def test_words_that_the_model_does_not_know_are_told() -> None:
    newest = Week(number=0, articles=60, flagged=3, words=400.0)
    found = one_of(drifts([], [feed(newest, unknown=(0.25, 0.1))]))
    assert (found.sign, found.number) == (Sign.UNKNOWN_WORDS, 0.15)
    assert "25% of its words in the last two weeks are unknown to the model, 10% before" in found.sentence
    assert drifts([], [feed(newest, unknown=(0.1, 0.25))]) == []


def test_the_two_proportion_test_agrees_with_a_worked_example() -> None:
    """30 of 100 against 20 of 100: pooled .25, error sqrt(.25 · .75 · .02)."""
    assert two_proportions(30, 100, 20, 100) == pytest.approx(0.1 / (0.25 * 0.75 * 0.02) ** 0.5)
    assert two_proportions(0, 100, 0, 100) == two_proportions(9, 9, 5, 5) == 0.0


def test_rare_matches_are_compared_exactly() -> None:
    """By hand for 3 of 10 against 0 of 30: C(10,3) / C(40,3) = 120 / 9880."""
    z, test = rate_change(3, 10, 0, 30)
    assert 2 * norm.sf(z) == pytest.approx(120 / 9880)
    assert test.startswith("Fisher")
    assert rate_change(0, 30, 3, 10)[0] == pytest.approx(-z)
    assert rate_change(30, 100, 20, 100) == (two_proportions(30, 100, 20, 100), "")
    weeks = topic(Week(number=0, articles=60, flagged=2), flagged=0)
    assert two_proportions(2, 60, 0, 1600) > 3
    assert (
        drifts([replace(weeks, weeks=(weeks.weeks[0], *(replace(one, articles=60) for one in weeks.weeks[1:])))], [])
        == []
    )


def test_articles_that_became_empty_are_told() -> None:
    found = one_of(drifts([], [feed(Week(number=0, articles=60, flagged=3, words=0.0))]))
    assert (found.sign, found.number) == (Sign.LENGTH, 0.0)
    assert "its articles have 0 words in the last 7 days, 402 before" in found.sentence
    empty = [Week(number=n, articles=60, flagged=3, words=0.0) for n in range(9)]
    assert drifts([], [FeedWeeks(feed="pilot", weeks=tuple(empty))]) == []


def test_the_stability_index_is_zero_for_the_same_shares_and_the_same_both_ways() -> None:
    assert stability(LOW, LOW) == 0.0
    assert stability(LOW, HIGH) == pytest.approx(stability(HIGH, LOW))
    assert stability([50, 50], [50, 50]) < stability([50, 50], [60, 40]) < stability([50, 50], [90, 10])
    assert stability([100, 0], [0, 100]) < float("inf")


def test_unknown_words_are_counted_among_those_that_count() -> None:
    harbours = Topic(id="h", title="Harbours", description="Quays and fairways.", seeds=("new quay", "silt", "pier"))
    model = train([harbours], [], start_background())
    text = "the quay and the pier of zyxwv " * 400
    assert unknown_share(model, [text, text]) == pytest.approx(1 / 3)
    assert unknown_share(model, ["the quay"]) is None
