"""The statistics of an evaluation, against cases that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.records import Share
from monitor.topics import measures


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0), (8, 10, 0.4902, 0.9433)],
)
def test_a_share_has_the_interval_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    found = measures.share(hits, of)
    assert found.value == hits / of
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_nothing_is_known_of_none() -> None:
    found = measures.share(0, 0)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)


def test_average_precision_is_the_mean_of_the_precisions_at_each_right_text() -> None:
    assert measures.average_precision(floats(1, 0, 1, 0), floats(0.9, 0.8, 0.7, 0.1)) == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.parametrize("truth", [floats(1, 1), floats(0, 0), floats()])
def test_one_kind_of_label_has_no_average_precision(truth: np.ndarray) -> None:
    assert measures.average_precision(truth, np.zeros(len(truth))) is None
    assert measures.curve(truth, np.zeros(len(truth))) == ()


def test_the_curve_runs_from_the_best_text_to_the_last_right_one() -> None:
    points = measures.curve(floats(1, 0, 1, 0), floats(0.9, 0.8, 0.7, 0.1))
    assert [(point.recall, round(point.precision, 3)) for point in points] == [(0.5, 1.0), (0.5, 0.5), (1.0, 0.667)]


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    random = np.random.default_rng(1)
    truth = (random.random(2_000) < 0.4).astype(float)
    points = measures.curve(truth, random.random(2_000))
    assert len(points) <= measures.CURVE_POINTS
    assert points[-1].recall == 1.0
    assert points[0].recall < 0.01


def test_the_calibration_error_weighs_each_bin_by_its_texts() -> None:
    found = measures.calibration(floats(0, 0, 0, 1, 1, 0), floats(0.05, 0.05, 0.05, 0.05, 0.95, 0.95))
    assert found is not None
    assert [(one.low, one.count, one.observed) for one in found.bins] == [(0.0, 4, 0.25), (0.9, 2, 0.5)]
    assert found.error == pytest.approx((4 * 0.2 + 2 * 0.45) / 6)
    assert found.brier == pytest.approx((3 * 0.05**2 + 0.95**2 + 0.05**2 + 0.95**2) / 6)
    assert found.base_brier == pytest.approx(2 / 6 * 4 / 6)


def test_probabilities_of_nothing_have_no_calibration() -> None:
    assert measures.calibration(floats(), floats()) is None


def test_edges_of_bins_belong_to_the_bin_above_and_one_to_the_last() -> None:
    scores = np.concatenate([np.arange(10) / 10, floats(1.0)])
    assert measures.histogram(scores) == (1, 1, 1, 1, 1, 1, 1, 1, 1, 2)


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(100):
        values = random.normal(0.5, 1.0, size=60)
        bounds = measures.bootstrap(lambda rows, v=values: float(v[rows].mean()), np.arange(60), random, 200)
        assert bounds is not None
        covered += bounds[0] <= 0.5 <= bounds[1]
    assert 88 <= covered <= 99


def test_texts_of_one_story_count_as_one_and_widen_the_interval() -> None:
    values = np.repeat(np.random.default_rng(5).normal(size=20), 10)

    def width(groups: np.ndarray) -> float:
        bounds = measures.bootstrap(lambda rows: float(values[rows].mean()), groups, np.random.default_rng(0), 400)
        assert bounds is not None
        return bounds[1] - bounds[0]

    assert width(np.repeat(np.arange(20), 10)) > 2 * width(np.arange(200))


def test_a_perfect_order_of_a_few_texts_claims_no_more_than_a_few_texts_can() -> None:
    """Labels whose order is good but not perfect: of ten yes and ten no, most samples look perfect."""
    random = np.random.default_rng(9)
    truth = np.repeat([1.0, 0.0], 10)
    large = np.concatenate([np.ones(4_000), np.zeros(4_000)])
    real = measures.average_precision(large, random.normal(large * 4.5))
    assert real is not None
    covered = perfect = 0
    for _ in range(25):
        found = measures.average_precision_interval(truth, random.normal(truth * 4.5), np.arange(20), random, 30)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        perfect += found.value > 1 - 1e-9
        covered += found.low <= real <= found.high
    assert perfect > 5
    assert covered >= 20
    few = measures.average_precision_interval(
        floats(1, 1, 1, 0), floats(4, 3, 2, 1), np.array([0, 1, 1, 2]), random, 90
    )
    assert few is not None
    assert (few.low, few.high) == (measures.share(2, 2).low, 1.0)


def test_two_stories_have_no_interval() -> None:
    assert measures.bootstrap(lambda _rows: 1.0, np.array([0, 0, 1]), np.random.default_rng(0), 100) is None


def test_totals_from_unequal_chances_are_right_on_average() -> None:
    """10,000 rejected texts, 150 of them right, drawn with two chances of which the rarer falls on more right ones."""
    random = np.random.default_rng(7)
    right = np.zeros(10_000)
    right[:150] = 1
    chances = np.where(np.arange(10_000) < 2_000, 0.02, 0.1)
    totals, shares = [], []
    for _ in range(300):
        drawn = random.random(10_000) < chances
        totals.append(measures.horvitz_thompson(right[drawn], chances[drawn]))
        shares.append(measures.missed(right[drawn], chances[drawn], 10_000))
    error = 4 * np.std(totals) / 300**0.5
    assert np.mean(totals) == pytest.approx(150, abs=error)
    assert np.mean(shares) == pytest.approx(150, abs=error + 3)


def test_drawing_twice_from_one_population_does_not_double_what_was_missed() -> None:
    drawn, chances = floats(*[1, 0, 0, 0, 0] * 2), np.full(10, 0.05)
    assert measures.horvitz_thompson(drawn, chances) == pytest.approx(40)
    assert measures.missed(drawn, chances, 100) == pytest.approx(20)


def test_recall_sets_what_was_found_beside_what_was_missed() -> None:
    drawn, chances = floats(1, 0, 0, 0), np.full(4, 0.1)
    assert measures.recall_of_rejects(30, drawn, chances) == pytest.approx(30 / 40)
    precise = measures.share(5, 10)
    assert measures.recall_of_rejects(40, drawn, chances, 80, precision=precise) == pytest.approx(20 / (20 + 20))
    assert measures.recall_of_rejects(0, floats(0), floats(0.1)) is None


def test_a_lot_without_a_right_article_does_not_prove_that_nothing_is_missed() -> None:
    bounds = measures.recall_interval(
        100, measures.share(45, 50), np.zeros(30), np.full(30, 0.01), 3_000, np.random.default_rng(0)
    )
    assert bounds is not None
    assert bounds[0] < 0.25
    assert bounds[1] == 1.0


def test_a_precision_that_was_never_wrong_may_still_be() -> None:
    drawn, chances = floats(1, *[0] * 29), np.full(30, 0.3)

    def width(precise: Share) -> float:
        bounds = measures.recall_interval(10, precise, drawn, chances, 100, np.random.default_rng(0))
        assert bounds is not None
        return bounds[1] - bounds[0]

    assert width(measures.share(1, 1)) > width(measures.share(50, 50)) + 0.02


def test_what_is_known_of_the_rejected_is_added_to_what_the_lot_stands_for() -> None:
    drawn, chances = floats(1, 0, 0, 0), np.full(4, 0.1)
    assert measures.missed(drawn, chances, 80, 5) == pytest.approx(25)
    assert measures.recall_of_rejects(25, drawn, chances, 80, known=5) == pytest.approx(0.5)


def test_the_interval_of_recall_covers_the_truth_of_a_simulated_stream() -> None:
    """4,000 rejected articles, 40 of them right, beside 200 matches with a precision of 0.8: the recall is 0.8."""
    random = np.random.default_rng(11)
    covered = 0
    for _ in range(30):
        drawn = (random.random(300) < 0.01).astype(float)
        precise = measures.share(int(random.binomial(100, 0.8)), 100)
        bounds = measures.recall_interval(200, precise, drawn, np.full(300, 300 / 4_000), 4_000, random)
        assert bounds is not None
        covered += bounds[0] <= 0.8 <= bounds[1]
    assert covered >= 25


@pytest.mark.parametrize(
    ("precision", "recall", "expected"), [(0.5, 1.0, 2 / 3), (0.0, 0.0, 0.0), (None, 0.5, None), (0.5, None, None)]
)
def test_f1_is_the_harmonic_mean(precision: float | None, recall: float | None, expected: float | None) -> None:
    assert measures.f1(precision, recall) == (None if expected is None else pytest.approx(expected))
