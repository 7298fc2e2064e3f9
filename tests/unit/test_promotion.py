"""When a challenger may take the champion's place, and that nobody is tested on what it has seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from monitor.config import read_labels, read_topics, starter_folder
from monitor.records import Label
from monitor.topics import TopicModel, lineage, promotion, start_background, train
from monitor.topics.promotion import Comparison, Rule, average_precision, compare, divide, golden_rule
from tests.boats import BOATS, START, label, many

BACKGROUND = start_background()[:100]


def fitted(labels: Sequence[Label]) -> TopicModel:
    return train([BOATS], labels, BACKGROUND)


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

    def fit(some: Sequence[Label]) -> TopicModel:
        seen.append(some)
        return fitted(some)

    model = fitted(everything)
    champion = promotion.Champion(model=model, learned=names(everything))
    compare(labels=everything, champion=champion, challenger=model, background=BACKGROUND, golden=(), fit=fit)
    parts = divide(everything, model)
    assert set(copies) <= set(parts.test)
    tested = {one.text for one in parts.test}
    assert len(seen) == 2, "the champion has learned from the test part, so it is trained again, too"
    assert not [one for some in seen for one in some if one.text in tested]


def test_a_champion_that_has_not_seen_the_test_part_is_tested_as_it_is() -> None:
    labels = many(0, 60)
    assert judged(labels[:40], labels).numbers["champion_retrained"] is False
    assert judged(labels[:55], labels).numbers["champion_retrained"] is True


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
    eager = TopicModel(
        version="eager",
        featuriser=good.featuriser,
        heads=[replace(head, intercept=head.intercept + 20) for head in good.heads],
    )
    champion = promotion.Champion(model=good, learned=names(labels))
    found = compare(labels=labels, champion=champion, challenger=eager, background=BACKGROUND, golden=(), fit=fitted)
    assert not rule(found, "false alarms").passed
    assert "boats 98 instead of 0" in rule(found, "false alarms").sentence
    same = compare(labels=labels, champion=champion, challenger=good, background=BACKGROUND, golden=(), fit=fitted)
    assert rule(same, "false alarms").passed


def test_average_precision_is_the_usual_one_also_with_ties_and_repeated_texts() -> None:
    draw = np.random.default_rng(7)
    truth = draw.integers(0, 2, 40).astype(float)
    scores = draw.integers(0, 8, 40) / 8
    weights = draw.integers(0, 4, (5, 40)).astype(float)
    wanted = [average_precision_score(truth, scores, sample_weight=row) for row in weights]
    assert average_precision(weights, truth, scores) == pytest.approx(wanted)
    assert np.isnan(average_precision(np.ones((1, 40)), np.ones(40), scores)).all()


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
