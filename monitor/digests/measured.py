"""A story → what the rules measure of it, worked out once for all readers who are told of the same story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from monitor.digests.spans import Met, Report, first_met, nearest, newest, reports
from monitor.digests.untold import untold
from monitor.records import Member, Notify, Story

KEPT = 2048
"""Stories that are remembered: enough for one watch, whose readers are asked about one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What of a story a rule sees: the best span holds so many `articles` by so many independent `publishers`.

    `first` is when the rule was first met, if ever, and `newest` when the newest article was published of those that
    meet it now.
    """

    articles: int
    publishers: int
    first: Met | None
    newest: datetime | None


class _Same:
    """A story as a key: equal to nothing but itself, because comparing all its articles takes longer than measuring."""

    __slots__ = ("story",)

    def __init__(self, story: Story) -> None:
        self.story = story

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.story is other.story

    def __hash__(self) -> int:
        return id(self.story)


def matching(story: Story) -> tuple[Member, ...]:
    """Return the articles of a story that match."""
    return _matching(_Same(story))


def reported(story: Story) -> tuple[Report, ...]:
    """Return the matching articles as rules see them, in order of publication."""
    return _reported(_Same(story))


def measured(story: Story, rule: Notify) -> Measured:
    """Return how a story stands to a rule."""
    return _measured(_Same(story), rule)


def unheard(story: Story, known: frozenset[str]) -> tuple[tuple[Member, ...], int]:
    """Return what matches and says something new to who knows these articles, and how many others only repeat."""
    return _unheard(_Same(story), known)


def standing(story: Story) -> tuple[float, ...]:
    """Return what orders stories: the most widely reported first, the best matching and newest of equals first."""
    return _standing(_Same(story))


@lru_cache(maxsize=KEPT)
def _matching(key: _Same) -> tuple[Member, ...]:
    return tuple(member for member in key.story.members if member.scores)


@lru_cache(maxsize=KEPT)
def _reported(key: _Same) -> tuple[Report, ...]:
    return tuple(reports(_matching(key), key.story.members))


@lru_cache(maxsize=2 * KEPT)
def _measured(key: _Same, rule: Notify) -> Measured:
    found = _reported(key)
    enough, articles, publishers = nearest(found, rule)
    if not enough:
        return Measured(articles=articles, publishers=publishers, first=None, newest=None)
    first, last = first_met(found, rule), newest(found, rule)
    return Measured(articles=articles, publishers=publishers, first=first, newest=last)


@lru_cache(maxsize=2 * KEPT)
def _unheard(key: _Same, known: frozenset[str]) -> tuple[tuple[Member, ...], int]:
    own, copies = untold(_matching(key), key.story, known)
    return tuple(own), copies


@lru_cache(maxsize=KEPT)
def _standing(key: _Same) -> tuple[float, ...]:
    found, reported = _matching(key), _reported(key)
    best = max(score.score for member in found for score in member.scores.values())
    voices = min(len({one.voice for one in reported}), len({one.house for one in reported}))
    return (-voices, -len(found), -best, -reported[-1].published.timestamp())
