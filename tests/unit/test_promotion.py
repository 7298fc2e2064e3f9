"""When a challenger may take the champion's place, and that nobody is tested on what it has seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from monitor.config import read_labels, read_topics, starter_folder
from monitor.records import Document, Label
from monitor.topics import TopicModel, lineage, promotion, start_background, train
from monitor.topics.dividing import divide
from monitor.topics.promotion import Comparison, Rule, compare, golden_rule, kept_matches
from monitor.topics.ranking import average_precision
from tests.boats import BOATS, START, label, many

BACKGROUND = start_background()[:100]


def fitted(labels: Sequence[Label], background: Sequence[Document] = BACKGROUND) -> TopicModel:
    return train([BOATS], labels, background)


def moved(model: TopicModel, *, intercept: float = 0.0, threshold: float | None = None) -> TopicModel:
    """Return a model that says yes more easily, or less."""
    heads = [
        replace(
            head, intercept=head.intercept + intercept, threshold=head.threshold if threshold is None else threshold
        )
        for head in model.heads
    ]
    return TopicModel(version="moved", featuriser=model.featuriser, heads=heads)


def names(labels: Sequence[Label]) -> frozenset[str]:
    return frozenset(map(lineage.said, labels))


def judged(old: Sequence[Label], labels: Sequence[Label], golden: Sequence[Label] = ()) -> Comparison:
    """Compare the model of all labels with that of the old ones."""
    return compare(
        labels=labels,
        champion=promotion.Champion(model=fitted(old), learned=names(old)),
        challenger=fitted(labels),
        background=BACKGROUND,
        golden=golden,
        fit=fitted,
    )


def rule(found: Comparison, name: str) -> Rule:
    return next(one for one in found.rules if one.name == name)


def test_a_better_challenger_is_promoted_and_says_by_how_much() -> None:
    found = judged([], many(0, 60))
    assert found.promoted
    assert found.numbers["difference"] > 0
    assert "12 test labels of 12 stories" in rule(found, "average precision").sentence


@pytest.mark.parametrize("answers", ["turned", "noise"])
def test_a_challenger_that_learned_nonsense_is_kept_out(answers: str) -> None:
    good = many(0, 16)
    toss = random.Random(1)  # noqa: S311 - repeatable, not secret
    bad = [replace(one, label=not one.label if answers == "turned" else toss.random() < 0.5) for one in many(16, 120)]
    found = judged(good, [*good, *bad, *many(120, 150)])
    assert not found.promoted
    assert not rule(found, "average precision").passed
    assert found.numbers["difference"] < 0


def test_the_newest_fifth_is_the_test_part_and_labels_without_a_time_are_the_oldest() -> None:
    labels = [*many(0, 8), *(replace(one, at=None) for one in many(8, 10))]
    parts = divide(labels, fitted(labels))
    assert set(parts.test) == {labels[6], labels[7]}


def test_near_copies_of_a_test_text_are_never_trained_on() -> None:
    labels = many(0, 40)
    copies = [replace(one, title=f"{one.title}, again", at=START) for one in labels[-8:]]
    everything = [*copies, *labels]
    seen: list[Sequence[Label]] = []
    beside: set[str] = set()
    leaking = [Document(id="x", title=labels[-1].title, text=f"{labels[-1].text} today"), *BACKGROUND]

    def fit(some: Sequence[Label], background: Sequence[Document]) -> TopicModel:
        seen.append(some)
        beside.update(one.id for one in background)
        return fitted(some)

    model = fitted(everything)
    champion = promotion.Champion(model=model, learned=names(everything))
    compare(labels=everything, champion=champion, challenger=model, background=leaking, golden=(), fit=fit)
    parts = divide(everything, model)
    assert set(copies) <= set(parts.test)
    tested = {one.text for one in parts.test}
    assert len(seen) == 2, "the champion has learned from the test part, so it is trained again, too"
    assert not [one for some in seen for one in some if one.text in tested]
    assert beside == {one.id for one in BACKGROUND}, "nor does the background have them"


@pytest.mark.slow
def test_a_champion_that_has_not_seen_the_test_part_is_tested_as_it_is() -> None:
    labels = many(0, 60)
    assert judged(labels[:40], labels).numbers["champion_retrained"] is False
    assert judged(labels[:55], labels).numbers["champion_retrained"] is True


@pytest.mark.slow
def test_a_champion_whose_labels_are_gone_is_trained_again_because_nobody_knows_what_it_saw() -> None:
    labels = many(0, 60)
    assert judged([*labels[:40], label(99, about=True)], labels).numbers["champion_retrained"] is True


def test_too_few_labels_leave_it_to_the_other_rules() -> None:
    found = judged([], many(0, 20))
    assert found.promoted
    assert rule(found, "average precision").sentence.startswith("too few labels to compare: 4 test labels")
    wrong = judged([], many(0, 20), [label(200, about=True, said=False)])
    assert not wrong.promoted


def test_one_golden_text_judged_wrong_keeps_a_challenger_out_and_is_named() -> None:
    labels = many(0, 60)
    right, wrong = label(200, about=False), label(202, about=False, said=True, title="A loaf of bread")
    assert judged([], labels, [right]).promoted
    found = judged([], labels, [right, wrong])
    assert not found.promoted
    assert "1 of 2 texts judged right; wrong: 'A loaf of bread' should match boats" in rule(found, "golden").sentence


def test_golden_texts_of_topics_that_are_gone_are_no_rule() -> None:
    found, numbers = golden_rule(fitted([]), [label(1, about=True, topic="ships")])
    assert found.passed
    assert numbers["golden"] == 0


def test_a_challenger_that_matches_ordinary_news_is_kept_out() -> None:
    labels = many(0, 60)
    good = fitted(labels)
    eager = moved(good, intercept=20)
    champion = promotion.Champion(model=good, learned=names(labels))
    found = compare(labels=labels, champion=champion, challenger=eager, background=BACKGROUND, golden=(), fit=fitted)
    assert not rule(found, "false alarms").passed
    assert "without keywords" in rule(found, "false alarms").sentence.split("too many: ")[1]
    same = compare(labels=labels, champion=champion, challenger=good, background=BACKGROUND, golden=(), fit=fitted)
    assert rule(same, "false alarms").passed


def test_matches_on_texts_with_keywords_are_false_alarms_too_unless_somebody_labelled_them_yes() -> None:
    good = fitted([])
    quiet, loud = moved(good, threshold=0.999_999), moved(good, threshold=0.0)
    texts = [replace(one, text=f"{one.text} A boat.") for one in BACKGROUND[:5]]
    boats = [label(0, about=True, title=one.title, text=one.text) for one in texts]
    champion = promotion.Champion(model=quiet, learned=frozenset())

    def counted(labels: Sequence[Label]) -> tuple[bool, int]:
        found = compare(labels=labels, champion=champion, challenger=loud, background=texts, golden=(), fit=fitted)
        one = found.numbers["false_alarms"]["boats"]
        assert one["challenger_without"] == 0
        return rule(found, "false alarms").passed, one["challenger"]

    assert counted([]) == (False, 5)
    assert counted(boats[:4]) == (True, 1)


def test_a_challenger_that_matches_nothing_any_more_is_kept_out() -> None:
    labels = many(0, 60)
    good = fitted(labels)
    champion = promotion.Champion(model=good, learned=names(labels))
    dead = moved(good, threshold=0.999_999)
    found = compare(labels=labels, champion=champion, challenger=dead, background=BACKGROUND, golden=(), fit=fitted)
    assert rule(found, "average precision").passed, "its order is as good as before"
    assert not rule(found, "matches").passed
    assert "and 0 once it has learned them" in rule(found, "matches").sentence


@pytest.mark.parametrize(("had", "lost", "passed"), [(10, 5, True), (10, 6, False), (9, 9, True), (0, 0, True)])
def test_no_topic_may_lose_more_than_half_of_ten_matches_or_more(had: int, lost: int, *, passed: bool) -> None:
    found = kept_matches({"boats": (had, lost), "ships": (100, 1)})
    assert found.passed is passed
    assert ("too many: boats 6 of 10" in found.sentence) is not passed


def test_a_topic_whose_newest_labels_all_say_the_same_is_tested_on_older_ones_too() -> None:
    labels = [*many(0, 40), *(label(number, about=False) for number in range(100, 120))]
    parts = divide(labels, fitted(labels))
    assert {one.label for one in parts.test} == {True, False}
    assert labels[38] in parts.test
    assert [one for one in parts.train if one.label]


def test_every_topic_has_its_own_newest_fifth_and_those_not_compared_are_named() -> None:
    ships = replace(BOATS, id="ships")
    mine = [*many(0, 40), *(label(number, about=True, topic="ships") for number in range(200, 210))]
    model = train([BOATS, ships], mine, BACKGROUND)
    parts = divide(mine, model)
    assert [one.topic for one in parts.test].count("boats") == 8
    assert [one.topic for one in parts.test].count("ships") == 2
    champion = promotion.Champion(model=model, learned=frozenset())
    found = compare(labels=mine, champion=champion, challenger=model, background=BACKGROUND, golden=(), fit=fitted)
    assert rule(found, "average precision").sentence.endswith("not compared, for want of labels of both signs: ships")


def test_a_challenger_that_forgets_labels_is_kept_out_where_nothing_can_be_compared() -> None:
    labels = many(0, 12)
    found = judged(labels, labels[:9])
    assert not rule(found, "average precision").passed
    assert (
        "3 labels the model in charge learned from are gone; put them back" in rule(found, "average precision").sentence
    )
    turned = [replace(labels[0], label=not labels[0].label), *labels[1:]]
    assert rule(judged(labels, turned), "average precision").passed


def test_average_precision_is_the_usual_one_also_with_ties_and_repeated_texts() -> None:
    draw = np.random.default_rng(7)
    truth = draw.integers(0, 2, 40).astype(float)
    scores = draw.integers(0, 8, 40) / 8
    weights = draw.integers(0, 4, (5, 40)).astype(float)
    wanted = [average_precision_score(truth, scores, sample_weight=row) for row in weights]
    assert average_precision(weights, truth, scores) == pytest.approx(wanted)
    assert np.isnan(average_precision(np.ones((1, 40)), np.ones(40), scores)).all()


@pytest.mark.slow
def test_the_same_comparison_gives_the_same_numbers() -> None:
    labels = many(0, 60)
    assert judged([], labels) == judged([], labels)


def test_the_shipped_model_passes_the_shipped_golden_set() -> None:
    folder = starter_folder()
    golden = read_labels(folder / "golden.jsonl", [])
    given = read_topics(folder / "topics", [])
    for topic in given:
        signs = [one.label for one in golden if one.topic == topic.id]
        assert (signs.count(True), signs.count(False)) == (2, 2)
    model = train(given, read_labels(folder / "labels.jsonl", []), start_background())
    found, _ = golden_rule(model, golden)
    assert found.passed, found.sentence
