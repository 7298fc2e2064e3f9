"""The statistics of an evaluation, each with its source; pure, and the same for the same random generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

from monitor.records import Calibration, CalibrationBin, CurvePoint, Estimate, Share

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BINS = 10
CURVE_POINTS = 60
_CONFIDENCE = 0.95
_TAILS = (2.5, 97.5)
_FEWEST_STORIES = 3
"""With fewer, resampling says nothing about other stories."""
_FEWEST_RESAMPLED = 20
_PRIOR = 0.5
_ROUNDING = 1e-9


def share(hits: int, of: int) -> Share:
    """Return a share with its score interval (Wilson 1927), which stays within 0 and 1 also for 0 and for all."""
    if not of:
        return Share(hits=0, of=0, value=None, low=0.0, high=1.0)
    found = binomtest(hits, of).proportion_ci(_CONFIDENCE, method="wilson")
    # At the edges rounding leaves something like 1e-17.
    low, high = (0.0 if hits == 0 else float(found.low)), (1.0 if hits == of else float(found.high))
    return Share(hits=hits, of=of, value=hits / of, low=low, high=high)


def average_precision(truth: Floats, scores: Floats) -> float | None:
    """Return the mean of the precisions at each right text, best first; None unless both kinds are there."""
    if not 0 < truth.sum() < len(truth):
        return None
    return float(average_precision_score(truth, scores))


def average_precision_interval(
    truth: Floats, scores: Floats, stories: Ints, random: np.random.Generator, resamples: int
) -> Estimate | None:
    """Return average precision with its percentile interval by bootstrap (Efron 1979), whole stories drawn at once.

    Where nothing varies, as in a perfect order, it has the interval of a share of the stories with a yes label.
    """
    value = average_precision(truth, scores)
    if value is None:
        return None
    bounds = bootstrap(lambda rows: average_precision(truth[rows], scores[rows]), stories, random, resamples)
    if bounds is None:
        return Estimate(value=value)
    low, high = bounds
    if high - low < _ROUNDING or value > 1 - _ROUNDING:
        found = len(np.unique(stories[truth == 1]))
        most = share(round(value * found), found)
        low, high = min(low, most.low), max(high, most.high)
    return Estimate(value=value, low=low, high=high)


def bootstrap(
    statistic: Callable[[Ints], float | None], groups: Ints, random: np.random.Generator, resamples: int
) -> tuple[float, float] | None:
    """Return the 2.5th and 97.5th percentile of a statistic of row numbers, over groups drawn with replacement.

    Texts of one group are not independent, so that drawing them singly would promise too much (Efron 1979; Field and
    Welsh 2007 for groups). None with fewer than three groups, or where the statistic is None nearly always.
    """
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    if len(members) < _FEWEST_STORIES:
        return None
    drawn = random.integers(0, len(members), size=(resamples, len(members)))
    values = [statistic(np.concatenate([members[one] for one in row])) for row in drawn]
    usable = [value for value in values if value is not None]
    if len(usable) < _FEWEST_RESAMPLED:
        return None
    low, high = np.percentile(usable, _TAILS)
    return float(low), float(high)


def calibration(truth: Floats, probabilities: Floats) -> Calibration | None:
    """Return the Brier score (Brier 1950) and the expected calibration error in ten bins (Naeini et al. 2015)."""
    if not len(truth):
        return None
    places = _places(probabilities)
    bins = [
        CalibrationBin(
            low=place / BINS,
            high=(place + 1) / BINS,
            count=int((places == place).sum()),
            predicted=float(probabilities[places == place].mean()),
            observed=float(truth[places == place].mean()),
        )
        for place in range(BINS)
        if (places == place).any()
    ]
    base = float(truth.mean())
    return Calibration(
        brier=float(brier_score_loss(truth, probabilities, pos_label=1)),
        base_brier=base * (1 - base),
        error=sum(one.count * abs(one.predicted - one.observed) for one in bins) / len(truth),
        bins=tuple(bins),
    )


def curve(truth: Floats, scores: Floats) -> tuple[CurvePoint, ...]:
    """Return precision over recall from the highest threshold to the lowest, at most 60 points; empty for one kind."""
    if not 0 < truth.sum() < len(truth):
        return ()
    precision, recall, _ = precision_recall_curve(truth, scores)
    # The first point in this order is no threshold's, but the end that the curve is given by definition.
    precision, recall = precision[::-1][1:], recall[::-1][1:]
    # Below the last right text there are only wrong ones.
    last = int(np.argmax(recall >= 1.0)) + 1
    kept = np.unique(np.linspace(0, last - 1, min(CURVE_POINTS, last)).round().astype(int))
    return tuple(CurvePoint(recall=float(recall[n]), precision=float(precision[n])) for n in kept)


def histogram(scores: Floats) -> tuple[int, ...]:
    """Return how many scores fall into each of ten bins of equal width; 1 belongs to the last."""
    return tuple(np.bincount(_places(scores), minlength=BINS).tolist())


def horvitz_thompson(values: Floats, chances: Floats) -> float:
    """Return the total over a population of which each drawn value had that chance to be drawn (1952)."""
    return float((values / chances).sum())


def missed(values: Floats, chances: Floats, population: int | None = None, known: float = 0.0) -> float:
    """Return how many of the rejected are right, from those that were drawn by lot.

    `known` of them are known to be right without any lot, and are not part of the `population` that it stands for.
    Where the size of the population is known, the share by Hájek (1971), Horvitz and Thompson's total over their
    estimate of the size, is more exact, and stays right when the lot was drawn several times from one population.
    """
    total = horvitz_thompson(values, chances)
    if population is None:
        return known + total
    return known + population * total / horvitz_thompson(np.ones(len(values)), chances)


def recall_of_rejects(
    right: float,
    drawn: Floats,
    chances: Floats,
    population: int | None = None,
    *,
    known: float = 0.0,
    precision: Share | None = None,
) -> float | None:
    """Return the share of all right articles that matched: `right` of them did, and as many as `drawn` says did not.

    With a `precision`, `right` counts matches of which that share is right.
    """
    found = right if precision is None else right * (precision.value or 0.0)
    lost = missed(drawn, chances, population, known)
    return found / (found + lost) if found + lost else None


def recall_interval(
    matches: int,
    precision: Share,
    drawn: Floats,
    chances: Floats,
    population: int | None,
    random: np.random.Generator,
    *,
    known: float = 0.0,
) -> tuple[float, float] | None:
    """Return the 95 % interval of `recall_of_rejects` by bootstrap of the lot, and of the precision by Jeffreys' prior.

    The precision's labels drawn again would never be wrong where none was (Brown, Cai and DasGupta 2001). A lot
    without a right article would look certain, so that its lower end is Wilson's: what may have been missed.
    """
    rows = random.integers(0, len(drawn), size=(2_000, len(drawn)))
    hits = random.beta(precision.hits + _PRIOR, precision.of - precision.hits + _PRIOR, size=len(rows))
    tried = zip(rows, hits, strict=True)
    values = [recall_of_rejects(matches * hit, drawn[row], chances[row], population, known=known) for row, hit in tried]
    usable = [value for value in values if value is not None]
    if len(usable) < _FEWEST_RESAMPLED:
        return None
    low, high = (float(bound) for bound in np.percentile(usable, _TAILS))
    if not drawn.any():
        most = known + share(0, len(drawn)).high * missed(np.ones(len(drawn)), chances, population)
        low = matches * precision.low / (matches * precision.low + most) if matches else 0.0
    return low, high


def f1(precision: float | None, recall: float | None) -> float | None:
    """Return the harmonic mean of precision and recall (van Rijsbergen 1979); None where one is not known."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _places(values: Floats) -> Ints:
    # 0.3 * 10 is 3.0000000000000004 one way and 2.9999999999999996 another; rounding settles what stands on an edge.
    return np.clip(np.floor((values * BINS).round(9)), 0, BINS - 1).astype(np.int64)
