"""The queue: what is asked, what is not, and with which chance what was rejected is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from monitor.records import Asked, Judged, Label, Score
from monitor.topics.asking import SPAN, Question, answered, questions

NOW = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)


def judged(number: int, score: float, *, probability: float | None = 0.0, title: str | None = None) -> Judged:
    """Return an article of today that scored so for ferries, whose threshold is 0.6; cold without a probability."""
    return Judged(
        id=f"a{number:04}",
        url=f"https://harbour.example/{number}",
        title=f"Ferry {number}" if title is None else title,
        text="The boat leaves at noon. " * 300,
        published=NOW - timedelta(minutes=number),
        publisher="Harbour Wire",
        score=Score(
            id=f"a{number:04}",
            topic="ferries",
            score=score,
            probability=None if probability is None else score,
            threshold=0.6,
            matched=score >= 0.6,
            passage="",
            terms=(),
        ),
        model="m1",
    )


STREAM = [judged(number, number / 100) for number in range(100)]


def asked(
    stream: list[Judged], labels: list[Label] | None = None, count: int = 5, seed: int = 1
) -> list[tuple[str, Asked, float | None]]:
    return [
        (question.judged.id, question.asked, question.chance)
        for question in questions(stream, labels or [], count, Random(seed), now=NOW)  # noqa: S311 - a test
    ]


def test_three_uncertain_ones_come_with_two_by_lot_from_below_the_threshold() -> None:
    found = asked(STREAM)
    assert [why for _, why, _ in found] == [Asked.UNCERTAIN] * 3 + [Asked.RANDOM] * 2
    assert {ident for ident, _, _ in found[:3]} <= {"a0058", "a0059", "a0060", "a0061", "a0062"}
    assert all(ident < "a0060" and chance == 2 / 60 for ident, _, chance in found[3:])
    assert [chance for _, _, chance in found[:3]] == [None] * 3


@pytest.mark.parametrize(("count", "by_lot"), [(0, 0), (1, 0), (2, 1), (5, 2), (10, 4)])
def test_any_count_is_shared_alike(count: int, by_lot: int) -> None:
    found = asked(STREAM, count=count)
    assert len(found) == count
    assert sum(why == Asked.RANDOM for _, why, _ in found) == by_lot


def test_the_same_lot_asks_the_same_whatever_the_order_of_the_articles() -> None:
    assert asked(STREAM) == asked(STREAM[::-1])
    assert asked(STREAM, seed=1)[3:] != asked(STREAM, seed=2)[3:]


def test_every_rejected_article_has_the_chance_that_its_question_states() -> None:
    stream = [judged(number, 0.1 + number / 100) for number in range(20)]
    drawn = Counter(ident for seed in range(2000) for ident, why, _ in asked(stream, seed=seed) if why == Asked.RANDOM)
    assert sum(drawn.values()) == 4000
    assert min(drawn.values()) > 130  # 200 each; 130 is five standard deviations away
    assert max(drawn.values()) < 270
    assert {chance for *_, chance in asked(stream)} == {None, 2 / 20}


def test_the_chance_counts_only_what_was_not_answered() -> None:
    said = [Label(title="", text="x", topic="ferries", label=False, url=one.url) for one in STREAM[:40]]
    elsewhere = [replace(label, topic="bees", url=STREAM[50].url) for label in said]
    assert {chance for *_, chance in asked(STREAM, said + elsewhere)} == {None, 2 / 20}


def test_what_was_answered_is_not_asked_again_not_even_at_another_address() -> None:
    near = [judged(number, 0.59, title=f"Ferry fares rise {number}") for number in range(3)]
    by_title = Label(title="FERRY FARES RISE: 0", text="y", topic="ferries", label=True)
    by_url = Label(title="Other", text="y", topic="ferries", label=True, url=near[1].url)
    assert {ident for ident, *_ in asked(near, [by_title, by_url])} == {"a0002"}


def test_one_title_is_asked_about_once_by_its_newest_article() -> None:
    copies = [judged(number, 0.61, title=title) for number, title in enumerate(["Fares rise!", "FARES RISE", "Fares"])]
    assert {ident for ident, *_ in asked(copies)} == {"a0000", "a0002"}
    untitled = [judged(number, 0.61, title="…") for number in range(3)]
    assert len(asked(untitled)) == 3


def test_the_lot_is_drawn_from_all_that_was_rejected_whatever_its_title() -> None:
    """A daily title must not leave the lot for one article that has it."""
    daily = [replace(judged(n, 0.1, title="Morning briefing"), published=NOW - timedelta(days=n)) for n in range(20)]
    assert {chance for _, why, chance in asked(daily) if why == Asked.RANDOM} == {2 / 20}
    said = Label(title="Morning briefing", text="", topic="ferries", label=False, url=daily[9].url, at=NOW)
    left = {ident for seed in range(200) for ident, why, _ in asked(daily, [said], seed=seed) if why == Asked.RANDOM}
    assert left == {one.id for n, one in enumerate(daily) if not 6 <= n <= 12}
    gone = replace(said, url="https://harbour.example/gone", at=NOW - timedelta(days=9))
    assert {chance for _, why, chance in asked(daily, [gone]) if why == Asked.RANDOM} == {2 / 13}


def test_old_unjudged_and_empty_articles_are_not_asked_about() -> None:
    old = replace(judged(1, 0.6), published=NOW - SPAN - timedelta(seconds=1))
    foreign = judged(2, 0.0)
    foreign = replace(foreign, score=replace(foreign.score, reason="no-model-for-language-fi"))
    empty = replace(judged(3, 0.6), title=" ", text="")
    short = replace(judged(4, 0.1), score=replace(judged(4, 0.1).score, reason="too-short"))
    assert asked([old, foreign, empty, short]) == []
    assert {chance for _, why, chance in asked([*STREAM[:20], short]) if why == Asked.RANDOM} == {2 / 20}


def test_a_cold_topic_is_asked_about_by_its_score() -> None:
    cold = [judged(number, number / 10, probability=None) for number in range(10)]
    assert [ident for ident, why, _ in asked(cold, count=1) if why == Asked.UNCERTAIN] == ["a0006"]


def test_where_little_was_rejected_all_of_it_is_drawn() -> None:
    found = asked([judged(1, 0.2), judged(2, 0.9), judged(3, 0.7)])
    assert found == [("a0003", Asked.UNCERTAIN, None), ("a0002", Asked.UNCERTAIN, None), ("a0001", Asked.RANDOM, 1.0)]


def test_an_answer_keeps_what_the_model_said_and_how_it_was_asked() -> None:
    question = Question(judged=judged(7, 0.25), asked=Asked.RANDOM, chance=0.05)
    label = answered(question, yes=True, at=NOW, by="ana")
    assert (label.topic, label.label, label.at, label.by) == ("ferries", True, NOW, "ana")
    assert (label.url, label.asked, label.chance) == (question.judged.url, Asked.RANDOM, 0.05)
    assert (label.score, label.threshold, label.model) == (0.25, 0.6, "m1")
    assert 3900 < len(label.text) <= 4000
    assert question.judged.text.startswith(f"{label.text} ")
