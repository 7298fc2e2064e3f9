"""Stories → the same with only those matches that a watch counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from monitor.records import Minimum, Score, Story, Watch


def stricter(watch: Watch, stories: Sequence[Story], recent: Sequence[Story]) -> tuple[Story, ...]:
    """Return the stories with only those matches that the watch's minimum counts, without those that have none left.

    `recent` are the stories by which a wanted precision is turned into a least probability.
    """
    minimum = watch.minimum
    if minimum == Minimum():
        return tuple(stories)
    least = _least_probability((*recent, *stories), minimum.precision) if minimum.precision is not None else 0.0

    def counts(score: Score) -> bool:
        sure = score.probability is None or score.probability >= least
        return sure and (minimum.score is None or score.score >= minimum.score)

    found = (_only(story, counts) for story in stories)
    return tuple(story for story in found if any(member.scores for member in story.members))


def _only(story: Story, counts: Callable[[Score], bool]) -> Story:
    members = tuple(
        replace(member, scores={topic: score for topic, score in member.scores.items() if counts(score)})
        for member in story.members
    )
    return replace(story, members=members)


def _least_probability(stories: Iterable[Story], precision: float) -> float:
    """Return the least probability of a match for which those at or above it are right often enough on average.

    A match that is by itself as sure as wanted always counts.
    """
    found = {
        (member.article.id, topic): score.probability
        for story in stories
        for member in story.members
        for topic, score in member.scores.items()
        if score.probability is not None
    }
    least, total = precision, 0.0
    ranked = sorted(found.values(), reverse=True)
    for place, probability in enumerate(ranked, start=1):
        total += probability
        is_last_of_equals = place == len(ranked) or ranked[place] < probability
        # A mean of equal numbers may come out a hair below them.
        if is_last_of_equals and total / place >= precision - 1e-9:
            least = min(least, probability)
    return least
