"""Warnings when a week is unlike the eight before: in what matches, how scores are spread, and what feeds bring.

Each warning names its topic or feed, says the number, and proposes one step. Too little news gives no warning.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from scipy.stats import fisher_exact, norm

from monitor.records.drift import Drift, FeedWeeks, Sign, TopicWeeks, Week
from monitor.topics.keywords import words
from monitor.topics.measures import share

if TYPE_CHECKING:
    from monitor.topics.model import TopicModel

Z_LIMIT = 3.0
PSI_LIMIT = 0.2
UNKNOWN_LIMIT = 0.05
LENGTH_LIMIT = 2.0

ARTICLES_NEEDED = 50
"""Articles in a week whose rate of matches is compared."""

HISTORY_NEEDED = 4
"""Weeks to compare the newest with."""

SCORES_NEEDED = 200
"""Scores on either side of a comparison of their spread."""

LENGTHS_NEEDED = 5
"""Articles in a week whose median length is compared."""

ANSWERS_NEEDED = 5
"""Answers about matches that say something of their precision: one alone is right or wrong by chance."""

WORDS_NEEDED = 1_000
"""Words in which unknown ones are counted."""

EXPECTED_NEEDED = 5
"""Hits and misses to be expected on either side for a z-test."""

_HALF = 0.5


def drifts(topics: Iterable[TopicWeeks], feeds: Iterable[FeedWeeks]) -> list[Drift]:
    """Return all warnings, topics before feeds, in the order given."""
    return [
        *(found for one in topics for found in _of_topic(one)),
        *(found for one in feeds for found in _of_feed(one)),
    ]


def is_comparable(weeks: Sequence[Week]) -> bool:
    """Whether a rate of matches can be compared: enough articles in the newest week and in four before."""
    newest, before = _rated(weeks)
    return newest is not None and len(before) >= HISTORY_NEEDED


def two_proportions(first: int, of_first: int, second: int, of_second: int) -> float:
    """Return how many standard errors the first share is above the second, with the pooled share's error.

    The two-proportion z-test; see Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (2003), ch. 3.
    """
    pooled = (first + second) / (of_first + of_second)
    error = math.sqrt(pooled * (1 - pooled) * (1 / of_first + 1 / of_second))
    return (first / of_first - second / of_second) / error if error else 0.0


def rate_change(first: int, of_first: int, second: int, of_second: int) -> tuple[float, str]:
    """Return how many standard errors the first share is above the second, and the test's name if it is another.

    Where fewer than five hits or misses are to be expected on either side, the z-test sees what is not there (Cochran
    1954); then the two-sided p of Fisher's exact test is told as the z that has it.
    """
    hits, total = first + second, of_first + of_second
    if min(hits, total - hits) * min(of_first, of_second) >= EXPECTED_NEEDED * total:
        return two_proportions(first, of_first, second, of_second), ""
    p = float(fisher_exact([[first, of_first - first], [second, of_second - second]]).pvalue)
    z = float(norm.isf(max(p, sys.float_info.min) / 2))
    return (z if first * of_second >= second * of_first else -z), "Fisher's exact test, as "


def stability(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the population stability index of two histograms, each bin counted half a time more than it was.

    The sum of (p - q) ln(p / q), Jeffreys' divergence; .2 as the mark of a shift is a convention of credit scoring
    (Siddiqi, Credit Risk Scorecards, 2006), without a proof behind it.
    """
    pairs = zip(_shares(first), _shares(second), strict=True)
    return sum((p - q) * math.log(p / q) for p, q in pairs)


def unknown_share(model: TopicModel, texts: Iterable[str]) -> float | None:
    """Return the share of the words of some texts that a model has no weight for; None when there are too few words."""
    vocabulary = model.featuriser.vocabulary
    known = frozenset(vocabulary.terms)
    skipped = frozenset(vocabulary.stop_words)
    total = unknown = 0
    for text in texts:
        counted = [word for word in words(text) if word not in skipped and word.isalpha()]
        total += len(counted)
        unknown += sum(word not in known for word in counted)
    return unknown / total if total >= WORDS_NEEDED else None


def _of_topic(one: TopicWeeks) -> Iterator[Drift]:
    preview = f"look at `monitor topics preview {one.topic}`"
    yield from _rate("topic", one.topic, one.weeks, preview)
    yield from _spread(one)
    yield from _feedback(one)


def _of_feed(one: FeedWeeks) -> Iterator[Drift]:
    yield from _rate("feed", one.feed, one.weeks, f"check `monitor feeds` for {one.feed}")
    yield from _words_unknown(one)
    yield from _length(one)


def _rate(kind: str, subject: str, weeks: Sequence[Week], step: str) -> Iterator[Drift]:
    newest, before = _rated(weeks)
    if newest is None or len(before) < HISTORY_NEEDED:
        return
    flagged, articles = sum(week.flagged for week in before), sum(week.articles for week in before)
    z, test = rate_change(newest.flagged, newest.articles, flagged, articles)
    if abs(z) > Z_LIMIT:
        sentence = (
            f"{newest.flagged / newest.articles:.1%} of {newest.articles:,} articles matched in the last 7 days, "
            f"{flagged / articles:.1%} of {articles:,} in the weeks before ({test}z {z:+.1f})"
        )
        yield _drift(Sign.FLAGGED, kind, subject, (z, Z_LIMIT), sentence, step)


def _spread(one: TopicWeeks) -> Iterator[Drift]:
    newest = _added([week.histogram for week in one.weeks if week.number == 0])
    before = _added([week.histogram for week in one.weeks if week.number > 0])
    if min(sum(newest), sum(before)) < SCORES_NEEDED:
        return
    shift = stability(newest, before)
    if shift > PSI_LIMIT:
        sentence = f"scores are spread otherwise than in the weeks before (stability index {shift:.2f})"
        step = f"label 10: `monitor label --next {one.topic}`"
        yield _drift(Sign.SCORES, "topic", one.topic, (shift, PSI_LIMIT), sentence, step)


def _feedback(one: TopicWeeks) -> Iterator[Drift]:
    """Warn of a precision whose Wilson interval of 95 % ends below the target (E. B. Wilson, JASA 22, 1927)."""
    yes, no = sum(week.yes for week in one.weeks), sum(week.no for week in one.weeks)
    if one.target is None or yes + no < ANSWERS_NEEDED:
        return
    interval = share(yes, yes + no)
    if interval.high < one.target:
        sentence = (
            f"{yes} of {yes + no} matches that were answered are right ({yes / (yes + no):.0%}, at most "
            f"{interval.high:.0%}); {one.target:.0%} are wanted"
        )
        step = f"let the model learn from the answers: `monitor train`, then `monitor topics preview {one.topic}`"
        yield _drift(Sign.FEEDBACK, "topic", one.topic, (yes / (yes + no), one.target), sentence, step)


def _words_unknown(one: FeedWeeks) -> Iterator[Drift]:
    if one.unknown is None:
        return
    now, before = one.unknown
    if now - before >= UNKNOWN_LIMIT:
        sentence = f"{now:.0%} of its words in the last two weeks are unknown to the model, {before:.0%} before"
        step = "let the model learn today's words: `monitor train`"
        yield _drift(Sign.UNKNOWN_WORDS, "feed", one.feed, (now - before, UNKNOWN_LIMIT), sentence, step)


def _length(one: FeedWeeks) -> Iterator[Drift]:
    """Warn of a changed length: an extraction that broke looks like drift."""
    lengths = {
        week.number: week.words for week in one.weeks if week.words is not None and week.articles >= LENGTHS_NEEDED
    }
    newest, before = lengths.pop(0, None), list(lengths.values())
    if newest is None or len(before) < HISTORY_NEEDED:
        return
    usual = median(before)
    if not usual:
        return
    factor = newest / usual
    if not 1 / LENGTH_LIMIT <= factor <= LENGTH_LIMIT:
        sentence = f"its articles have {newest:,.0f} words in the last 7 days, {usual:,.0f} before (median)"
        step = f"see how one was read: `monitor explain {one.example}`"
        yield _drift(Sign.LENGTH, "feed", one.feed, (factor, LENGTH_LIMIT), sentence, step)


def _drift(sign: Sign, kind: str, subject: str, measured: tuple[float, float], sentence: str, step: str) -> Drift:
    number, limit = measured
    return Drift(
        sign=sign, kind=kind, subject=subject, number=round(number, 4), limit=limit, sentence=sentence, step=step
    )


def _rated(weeks: Sequence[Week]) -> tuple[Week | None, list[Week]]:
    """Return the newest week and those before it, as far as they have enough articles."""
    enough = [week for week in weeks if week.articles >= ARTICLES_NEEDED]
    newest = next((week for week in enough if week.number == 0), None)
    return newest, [week for week in enough if week.number > 0]


def _added(histograms: Sequence[Sequence[int]]) -> list[int]:
    return [sum(bins) for bins in zip(*(histogram for histogram in histograms if histogram), strict=True)]


def _shares(histogram: Sequence[int]) -> list[float]:
    total = sum(histogram) + _HALF * len(histogram)
    return [(count + _HALF) / total for count in histogram]
