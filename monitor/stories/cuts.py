"""A person's decisions about stories → which articles must stay apart.

For two articles that decisions name, those that name either are gone through in their order: one that moved only one
of the two away from the other parts them, one that took both along, or one to where the other is, brings them together.
The newest holds. Articles with the same history stand for each other, so that a story of hundreds costs as much as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from monitor.records import Cut

_History: TypeAlias = tuple[tuple[int, bool], ...]
"""The decisions that name an article, in their order: each one's number, and whether the article was moved by it."""


class Apart:
    """Which articles a person parted, as far as no later decision brought them together again."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        """Take all decisions so far, in any order."""
        self._cuts: Mapping[int, Cut] = {cut.number: cut for cut in cuts}
        histories: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for number in sorted(self._cuts):
            for article in self._cuts[number].articles:
                histories[article].append((number, True))
            for article in self._cuts[number].apart:
                histories[article].append((number, False))
        self._histories: Mapping[str, _History] = {article: tuple(one) for article, one in histories.items()}

    def kept_apart(self, left: Collection[str], right: Collection[str]) -> bool:
        """Return whether a person parted any article of `left` from any of `right`; both are ids of articles."""
        if self._histories.keys().isdisjoint(left) or self._histories.keys().isdisjoint(right):
            return False
        ones, others = self._histories_of(left), self._histories_of(right)
        return any(self._parted(dict(one), dict(other)) for one in ones for other in others)

    def _histories_of(self, articles: Collection[str]) -> set[_History]:
        return {self._histories[article] for article in articles if article in self._histories}

    def _parted(self, one: Mapping[int, bool], other: Mapping[int, bool]) -> bool:
        parted = False
        place: str | None = None
        place_of_other: str | None = None
        for number in sorted(one.keys() | other.keys()):
            cut = self._cuts[number]
            if number in one and number in other:
                parted = one[number] != other[number]
            elif (one.get(number) and cut.into == place_of_other) or (other.get(number) and cut.into == place):
                parted = False
            place = _place(cut, one.get(number), place)
            place_of_other = _place(cut, other.get(number), place_of_other)
        return parted


def _place(cut: Cut, moved: bool | None, before: str | None) -> str | None:  # noqa: FBT001 - None: not named by it
    """Return the story an article is in after a decision, as far as decisions tell."""
    if moved is None:
        return before
    return cut.into if moved else cut.story
