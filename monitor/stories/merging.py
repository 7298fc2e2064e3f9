"""Stories that have grown → those that turn out to be one event.

Two stories become one when each is the other's best, all their members are like each other by the threshold on
average, faded by the days between the stories, and neither a veto nor a person's cut keeps them apart. The average over
all pairs, unlike the best few, does not let a long story draw in its neighbours. The one that began first lives on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
_PAIRS: Final = 6
"""The likest pairs across two stories that are asked for a veto."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """The story that is most like another, the likeness, and the likest pairs of rows across the two, with cosines."""

    story: int
    score: float
    pairs: tuple[tuple[int, int, float], ...]


def merges(window: Window) -> list[Merged]:
    """Join the stories of the window that are one, and return them, each with the story that lives on.

    Only stories that have grown are looked at, and of these not the single articles, which were just placed.
    """
    into: dict[int, int] = {}
    scores: dict[int, float] = {}
    changed = {story for story in window.grown if len(window.stories.members(story)) > 1}
    for _ in range(_ROUNDS):
        links = _links(window, changed)
        links |= _links(window, {link.story for link in links.values()} - changed)
        changed = set()
        for story, other, score in _mutual(links):
            if _excluded(window, story, links[story]):
                continue
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
    table = np.array(list(islice(rows, len(sample))), dtype=np.float64)
    means: NDArray[np.float64] = table.mean(axis=0)
    best: tuple[float, str, int] | None = None
    for other in window.stories.stories_near(means, window.rules.merge_threshold):
        apart = _days_between(window, story, other)
        if other == story or apart > window.rules.merge_days:
            continue
        score = float(means[window.stories.members(other)].mean()) * window.stories.faded(apart)
        # Ties go to the story with the lesser name, on every machine.
        if score >= window.rules.merge_threshold:
            here = (-score, window.names[other], other)
            best = here if best is None else min(best, here)
    if best is None:
        return None
    return _Link(story=best[2], score=-best[0], pairs=_likest(table, sample, window.stories.members(best[2])))


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


def _excluded(window: Window, story: int, link: _Link) -> bool:
    members, others = window.stories.members(story), window.stories.members(link.story)
    if window.kept_apart(members, others):
        return True
    return any(window.vetoed(row, cosine, other) for row, other, cosine in link.pairs)
