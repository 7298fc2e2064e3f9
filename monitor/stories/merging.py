"""Stories that have grown → those that turn out to be one event.

Two stories become one when each is the other's best, all their members are like each other by the threshold on
average, faded by the days between the stories, and neither a veto nor a person's cut keeps them apart. The average over
all pairs, unlike the best few, does not let a long story draw in its neighbours. The one that began first lives on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.records import Merged
from monitor.stories.window import Window

SAMPLE: Final = 8
"""Members of a story that speak for it, taken evenly from the first to the last that joined."""

_ROUNDS: Final = 3
_TRIED: Final = 4
_PAIRS: Final = 6
"""The likest pairs across two stories that are asked for a veto, of so many stories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """The story that is most like another, and the likeness."""

    story: int
    score: float


def merges(window: Window) -> list[Merged]:
    """Join the stories of the window that are one, and return them, each with the story that lives on.

    Only stories that have grown are looked at, and of these not the single articles, which were just placed, nor those
    that have articles outside the window.
    """
    into: dict[int, int] = {}
    scores: dict[int, float] = {}
    changed = {story for story in window.grown - window.partial if len(window.stories.members(story)) > 1}
    for _ in range(_ROUNDS):
        links = _links(window, changed)
        links |= _links(window, {link.story for link in links.values()} - changed)
        changed = set()
        for story, other, score in _mutual(links):
            kept, gone = sorted((story, other), key=lambda one: (window.stories.span(one)[0], window.names[one]))
            window.absorb(gone, kept)
            into[gone], scores[gone] = kept, score
            changed.add(kept)
        if not changed:
            break
    return [
        Merged(story=window.names[gone], into=window.names[_last(into, gone)], similarity=scores[gone])
        for gone in sorted(into)
    ]


def _last(into: dict[int, int], story: int) -> int:
    while story in into:
        story = into[story]
    return story


def _mutual(links: dict[int, _Link]) -> list[tuple[int, int, float]]:
    """Return the pairs of stories that are each other's best, with their score."""
    return [
        (story, link.story, link.score)
        for story, link in sorted(links.items())
        if link.story in links and links[link.story].story == story and story < link.story
    ]


def _links(window: Window, stories: Collection[int]) -> dict[int, _Link]:
    ordered = sorted(stories)
    samples = [_sample(window.stories.members(story)) for story in ordered]
    rows = window.index.cosines([window.vector_of(row) for sample in samples for row in sample])
    found = ((story, _best(window, story, sample, rows)) for story, sample in zip(ordered, samples, strict=True))
    return {story: link for story, link in found if link is not None}


def _best(window: Window, story: int, sample: list[int], rows: Iterator[NDArray[np.float32]]) -> _Link | None:
    """Return the likest story that this one may be one with; what is excluded stands in nobody's way."""
    table = np.array(list(islice(rows, len(sample))), dtype=np.float64)
    means: NDArray[np.float64] = table.mean(axis=0)
    found: list[tuple[float, str, int]] = []
    for other in window.stories.stories_near(means, window.rules.merge_threshold) - window.partial - {story}:
        apart = _days_between(window, story, other)
        score = float(means[window.stories.members(other)].mean()) * window.stories.faded(apart)
        if score >= window.rules.merge_threshold and apart <= window.rules.merge_days:
            found.append((-score, window.names[other], other))
    # Ties go to the story with the lesser name, on every machine.
    for score, _, other in sorted(found)[:_TRIED]:
        pairs = _likest(table, sample, window.stories.members(other))
        if not _excluded(window, story, other, pairs):
            return _Link(story=other, score=-score)
    return None


def _sample(members: list[int]) -> list[int]:
    places = np.linspace(0, len(members) - 1, min(len(members), SAMPLE)).round().astype(int)
    return [members[place] for place in places.tolist()]


def _days_between(window: Window, story: int, other: int) -> float:
    first, last = window.stories.span(story)
    begins, ends = window.stories.span(other)
    apart = max(first - ends, begins - last, 0.0)
    return apart if np.isfinite(apart) else window.rules.undated_days


def _likest(table: NDArray[np.float64], rows: list[int], others: list[int]) -> tuple[tuple[int, int, float], ...]:
    across = table[:, others]
    order = np.argsort(-across, axis=None, kind="stable")[:_PAIRS]
    places = zip(*np.unravel_index(order, across.shape), strict=True)
    return tuple((rows[int(at)], others[int(to)], float(across[at, to])) for at, to in places)


def _excluded(window: Window, story: int, other: int, pairs: Iterable[tuple[int, int, float]]) -> bool:
    if window.kept_apart(window.stories.members(story), window.stories.members(other)):
        return True
    return any(window.vetoed(row, cosine, one) for row, one, cosine in pairs)
