"""Which story an article joins: likeness with a story's members, faded by time, against a threshold.

    score = mean of the k highest cosines with members x exp(-dt^2 / (2 sigma^2)),  k = max(3, min(n / 2, 2 sqrt(n)))

`dt` is the time in days between the article and the story's span, from its first to its last article: while news
arrives in order this is the time since the story's last article, and a late arrival inside the span fades nothing.
With sigma 1 day and threshold .10 nothing joins a story that has been quiet for 2.15 days, however alike. The form is
that of online news clustering (Miranda et al., EMNLP 2018) with the mean of the best members in place of a centroid,
which swells with its story and swallows its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Likeness = NDArray[np.float32]
NEAR: Final = 0.5
"""Share of the threshold from which a story is near enough to be named as one not joined, or joined for its facts."""

Veto = Callable[[tuple[int, ...]], str]
"""Why the article in hand cannot be about what the members in these rows tell; empty if it can."""

Pull = Callable[[tuple[int, ...]], bool]
"""Whether facts shared with the members in these rows show that the article in hand is about their event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The one fixed setting, chosen on the development stories.

    `threshold` is the score that joins; `short_threshold` is for articles of fewer than `short_words` words of text,
    whose few words have fewer chances to agree. Two stories become one when all their members are like each other by
    `merge_threshold` on average, and not more than `merge_days` apart. `undated_days` is the `dt` of whatever has no
    date: neither refused nor trusted as if it were of the same hour. Of the `looked_at` stories with the likest members
    at most `tries` are weighed for one article, best first; of those below the threshold `pulls` are asked for shared
    facts. The `vetoing` likest members of a story are asked whether the article is about something else.
    """

    threshold: float = 0.10
    short_threshold: float = 0.08
    short_words: int = 40
    merge_threshold: float = 0.14
    merge_days: float = 3.0
    sigma_days: float = 1.0
    undated_days: float = 1.0
    members: int = 3
    vetoing: int = 3
    looked_at: int = 200
    tries: int = 20
    pulls: int = 2

    def counted_on(self, documents: int) -> Rules:
        """Return the setting for word statistics of so many documents.

        Counted on few, the words of a whole theme look rare and hold together what is not one event: on a few hundred
        documents it takes a fifth more likeness to be as sure as on thousands.
        """
        more = 1 + _FEW_MORE * max(0.0, 1 - documents / _ENOUGH)
        return replace(self, threshold=self.threshold * more, short_threshold=self.short_threshold * more)

    def best_of(self, members: int) -> int:
        """Return how many of a story's members an article must be like: three, and more of a story of eight or more.

        Half of the members, but no more than twice the square root of their number: a large story, some of whose
        members are like everything of its theme, must not draw in its sister stories, nor be too much to agree with.
        """
        return max(self.members, min(members // 2, int(2 * math.sqrt(members))))

    @property
    def horizon_days(self) -> float:
        """The quiet time after which no article can join a story, in days."""
        return self.sigma_days * math.sqrt(-2 * math.log(min(self.threshold, self.short_threshold)))


_ENOUGH: Final = 1_300
_FEW_MORE: Final = 0.25
RULES: Final = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The story (by number) that an article joins, None for none, and the best one it did not join, with scores.

    `closest` is the row of the most similar member of the joined story; `pulled` says that shared facts decided.
    `apart` is why the nearest story was not joined: a veto, or `unlike`.
    """

    story: int | None = None
    score: float = 0.0
    closest: int | None = None
    pulled: bool = False
    nearest: int | None = None
    nearest_score: float = 0.0
    apart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story as it stands to an article: the score, and the members that carry it, the likest first."""

    story: int
    score: float
    strongest: tuple[int, ...]


class Stories:
    """Stories as they grow; articles are rows, stories are numbered in the order of their founding."""

    def __init__(self, rules: Rules = RULES) -> None:
        """Begin without articles."""
        self.rules = rules
        self.days: Floats = np.zeros(0)
        self._story_of = np.zeros(0, dtype=np.int64)
        # There are never more stories than articles.
        self._first: Floats = np.zeros(0)
        self._last: Floats = np.zeros(0)
        self._members: list[list[int]] = []

    def add(self, days: Floats) -> None:
        """Append articles in no story yet; `days` (n,) are their times in days, NaN for unknown."""
        self.days = np.concatenate([self.days, days])
        self._story_of = np.concatenate([self._story_of, np.full(len(days), -1, dtype=np.int64)])
        self._first = np.concatenate([self._first, np.full(len(days), np.inf)])
        self._last = np.concatenate([self._last, np.full(len(days), -np.inf)])

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
        day = float(self.days[row])
        if not math.isnan(day):
            self._first[story] = min(float(self._first[story]), day)
            self._last[story] = max(float(self._last[story]), day)

    def absorb(self, story: int, into: int) -> None:
        """Put all articles of one story into another; the first is empty from then on."""
        for row in self._members[story]:
            self.join(row, into)
        self._members[story] = []

    def story_of(self, row: int) -> int:
        """Return the number of the story an article is in, -1 when it has not been placed."""
        return int(self._story_of[row])

    def members(self, story: int) -> list[int]:
        """Return the rows of a story in the order in which they joined."""
        return self._members[story]

    def span(self, story: int) -> tuple[float, float]:
        """Return a story's first and last day, infinite for a story without dates."""
        return float(self._first[story]), float(self._last[story])

    def stories_near(self, cosines: Floats, floor: float) -> set[int]:
        """Return the stories with a member whose cosine is at least `floor`."""
        near = (cosines >= floor) & (self._story_of[: len(cosines)] >= 0)
        return set(self._story_of[: len(cosines)][near].tolist())

    def choose(self, row: int, cosines: Likeness, threshold: float, veto: Veto, pull: Pull) -> Choice:
        """Return where an article belongs; `cosines` (n,) are those with every row, placed or not.

        Stories are tried from the best score down. One is passed over when `veto` says so of the members that carry
        the score. Ties go to the story founded first. When none scores enough, the best near one that `pull` holds
        for is joined.
        """
        candidates = self._candidates(row, cosines, threshold)
        liked = sum(one.score >= threshold for one in candidates)
        first_reason = ""
        for place, one in enumerate(candidates[: liked + self.rules.pulls]):
            reason = veto(one.strongest)
            if not reason and (place < liked or pull(one.strongest)):
                passed = candidates[:1] if place else candidates[1:2]
                return _choice(one, passed, first_reason, pulled=place >= liked)
            first_reason = first_reason if place else reason
        return _choice(None, candidates[:1], first_reason)

    def _candidates(self, row: int, cosines: Likeness, threshold: float) -> list[Candidate]:
        """Return the stories that may be joined, and the best that are near enough to be named, by falling score."""
        floor = threshold * NEAR
        near = np.flatnonzero((cosines >= floor) & (self._story_of[: len(cosines)] >= 0))
        if not len(near):
            return []
        stories = self._story_of[near]
        order = np.lexsort((stories, -cosines[near]))
        _, firsts = np.unique(stories[order], return_index=True)
        best_first = order[np.sort(firsts)[: self.rules.looked_at]]
        fading = self._fading(float(self.days[row]), stories[best_first])
        # No mean exceeds its best member, so what falls below the floor here need not be weighed exactly.
        bounds = cosines[near[best_first]] * fading
        tried = np.lexsort((stories[best_first], -bounds))[: self.rules.tries]
        weighed = [
            self._weigh(int(stories[best_first[at]]), float(fading[at]), cosines)
            for at in tried.tolist()
            if bounds[at] >= floor
        ]
        return sorted((one for one in weighed if one.score >= floor), key=lambda one: (-one.score, one.story))

    def _weigh(self, story: int, fading: float, cosines: Likeness) -> Candidate:
        members = self._members[story]
        found = cosines[members]
        best = np.argsort(-found, kind="stable")[: self.rules.best_of(len(members))]
        return Candidate(
            story=story,
            score=float(found[best].sum(dtype=np.float64)) / len(best) * fading,
            strongest=tuple(members[at] for at in best[: self.rules.vetoing].tolist()),
        )

    def _fading(self, day: float, stories: NDArray[np.int64]) -> Floats:
        """Return by how much the days between an article and each of these stories fade their likeness."""
        apart = np.maximum(np.maximum(day - self._last[stories], self._first[stories] - day), 0.0)
        apart = np.where(np.isfinite(apart), apart, self.rules.undated_days)
        return np.asarray(np.exp(-(apart**2) / (2 * self.rules.sigma_days**2)))

    def faded(self, apart: float) -> float:
        """Return what is left of a likeness after so many days."""
        return math.exp(-(apart**2) / (2 * self.rules.sigma_days**2))


def _choice(joined: Candidate | None, passed: list[Candidate], reason: str, *, pulled: bool = False) -> Choice:
    nearest = passed[0] if passed else None
    return Choice(
        story=joined.story if joined else None,
        score=joined.score if joined else 0.0,
        closest=joined.strongest[0] if joined else None,
        pulled=pulled,
        nearest=nearest.story if nearest else None,
        nearest_score=nearest.score if nearest else 0.0,
        apart=(reason or "unlike") if nearest else "",
    )
