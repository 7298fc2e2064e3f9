"""Which story an article joins: likeness with a story's members, faded by time, against a threshold.

    score = mean of the three highest cosines with members x exp(-dt^2 / (2 sigma^2))

`dt` is the time in days between the article and the story's span, from its first to its last article: while news
arrives in order this is the time since the story's last article, and a late arrival inside the span fades nothing.
With sigma 1 day and threshold .10 nothing joins a story that has been quiet for 2.15 days, however alike. The form is
that of online news clustering (Miranda et al., EMNLP 2018) with the mean of the best members in place of a centroid,
which swells with its story and swallows its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NEAR: Final = 0.5
"""Share of the threshold from which a story is near enough to be named as one not joined."""

Veto = Callable[[int], bool]
"""Whether the article in hand cannot be about the same event as the one in a given row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The one fixed setting, chosen on the development stories.

    `threshold` is the score that joins; `short_threshold` is for articles of fewer than `short_words` words of text,
    whose few words agree by chance more easily. `undated_days` is the `dt` of whatever has no date: neither refused
    nor trusted as if it were of the same hour. At most `tries` stories are weighed for one article, best first.
    """

    threshold: float = 0.10
    short_threshold: float = 0.12
    short_words: int = 40
    sigma_days: float = 1.0
    undated_days: float = 1.0
    members: int = 3
    tries: int = 20

    @property
    def horizon_days(self) -> float:
        """The quiet time after which no article can join a story, in days."""
        return self.sigma_days * math.sqrt(-2 * math.log(min(self.threshold, self.short_threshold)))


RULES: Final = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The story (by number) that an article joins, None for none, and the best one it did not join, with scores.

    `closest` is the row of the most similar member of the joined story.
    """

    story: int | None = None
    score: float = 0.0
    closest: int | None = None
    nearest: int | None = None
    nearest_score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    story: int
    score: float
    strongest: tuple[int, ...]


class Stories:
    """Stories as they grow; articles are rows of one matrix, stories are numbered in the order of their founding."""

    def __init__(self, days: Floats, rules: Rules = RULES) -> None:
        """Begin without stories; `days` (n,) are the articles' times in days, NaN for unknown."""
        size = len(days)
        self._days = days
        self._rules = rules
        self._story_of = np.full(size, -1, dtype=np.int64)
        self._first = np.full(size, np.inf)
        self._last = np.full(size, -np.inf)
        self._members: list[list[int]] = []

    def found(self, row: int) -> int:
        """Begin a story with an article and return its number."""
        self._members.append([])
        story = len(self._members) - 1
        self.join(row, story)
        return story

    def join(self, row: int, story: int) -> None:
        """Add an article to a story; an article without a date leaves the story's span alone."""
        self._members[story].append(row)
        self._story_of[row] = story
        day = self._days[row]
        if not math.isnan(day):
            self._first[story] = min(self._first[story], day)
            self._last[story] = max(self._last[story], day)

    def story_of(self, row: int) -> int:
        """Return the number of the story an article is in, -1 when it has not been placed."""
        return int(self._story_of[row])

    def choose(self, row: int, cosines: Floats, threshold: float, veto: Veto) -> Choice:
        """Return where an article belongs; `cosines` (n,) are those with every row, placed or not.

        Stories are tried from the best score down. One is passed over when `veto` holds for the article and any of the
        members that carry the score. Ties go to the story founded first.
        """
        candidates = self._candidates(row, cosines, threshold)
        for place, best in enumerate(candidates):
            if best.score < threshold:
                break
            if not any(veto(member) for member in best.strongest):
                return _choice(best, candidates[:place] or candidates[1:2])
        return _choice(None, candidates[:1])

    def _candidates(self, row: int, cosines: Floats, threshold: float) -> list[_Candidate]:
        """Return the stories that may be joined, and the best that is near enough to be named, by falling score."""
        floor = threshold * _NEAR
        near = np.flatnonzero((cosines >= floor) & (self._story_of >= 0))
        stories = self._story_of[near]
        # No mean exceeds its best member, so what falls below here need not be weighed exactly.
        bounds = cosines[near] * self._fading(row, stories)
        order = np.lexsort((stories, -bounds))
        _, firsts = np.unique(stories[order], return_index=True)
        best_first = order[np.sort(firsts)]
        hopeful = min(int(np.count_nonzero(bounds[best_first] >= threshold)) + 1, self._rules.tries)
        tried = stories[best_first[:hopeful]]
        weighed = [
            self._weigh(int(story), float(fading), cosines)
            for story, fading in zip(tried, self._fading(row, tried), strict=True)
        ]
        return sorted((one for one in weighed if one.score >= floor), key=lambda one: (-one.score, one.story))

    def _weigh(self, story: int, fading: float, cosines: Floats) -> _Candidate:
        members = np.asarray(self._members[story])
        found = cosines[members]
        best = np.argsort(-found, kind="stable")[: self._rules.members]
        return _Candidate(
            story=story,
            score=float(found[best].sum()) / len(best) * fading,
            strongest=tuple(members[best].tolist()),
        )

    def _fading(self, row: int, stories: NDArray[np.int64]) -> Floats:
        day = self._days[row]
        apart = np.maximum(np.maximum(day - self._last[stories], self._first[stories] - day), 0.0)
        apart = np.where(np.isnan(apart) | np.isinf(apart), self._rules.undated_days, apart)
        return np.asarray(np.exp(-(apart**2) / (2 * self._rules.sigma_days**2)))


def _choice(joined: _Candidate | None, passed: list[_Candidate]) -> Choice:
    nearest = passed[0] if passed else None
    return Choice(
        story=joined.story if joined else None,
        score=joined.score if joined else 0.0,
        closest=joined.strongest[0] if joined else None,
        nearest=nearest.story if nearest else None,
        nearest_score=nearest.score if nearest else 0.0,
    )


def blocks(rows: Any, first: int, size: int = 256) -> Any:  # noqa: ANN401 - SciPy's matrices have no usable type
    """Yield `(row, cosines)` for every row from `first` on; `rows` is a CSR matrix (n, terms), cosines are (n,).

    Memory is `size` x n floats, whatever the number of rows.
    """
    columns = rows.T.tocsr()
    for start in range(first, rows.shape[0], size):
        products = (rows[start : start + size] @ columns).toarray()
        yield from enumerate(products.astype(np.float64), start)
