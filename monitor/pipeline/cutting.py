"""What a person says about stories → decisions that are final: split one, merge some, or move an article.

Names are looked up and refused, if they must be, before anything is written. All is done while nothing is grouped, so
that no article is placed meanwhile; the store carries a decision out in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor import stories
from monitor.errors import MonitorError
from monitor.feeds import canonical_url
from monitor.ports import Store
from monitor.records import Cut, CutKind, Outcome

STEP = "cut"

SHORTEST_NAME: Final = 4
"""Fewer first characters of an id name nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Carries out what one person decides; every method raises MonitorError when it cannot be, and BusyError."""

    store: Store
    clock: Callable[[], datetime]
    by: str
    note: str = ""

    def split(self, story: str, articles: Sequence[str]) -> Cut:
        """Take the named articles out of a story and make them one of their own."""
        with self._alone() as number:
            left = named_story(self.store, story)
            members = self.store.cuts.members(left)
            named = {self._member(article, left) for article in articles}
            taken = tuple(article for article in members if article in named)
            stay = tuple(article for article in members if article not in named)
            if not taken:
                raise _refusal(f"story {left}", "no-article", "name the articles that shall leave it")
            if not stay:
                raise _refusal(f"story {left}", "all-articles", "these are all of its articles; leave at least one")
            into = self._new_story(left, taken, number)
            return self._decided(self._cut(number, CutKind.SPLIT, left, into, taken, stay))[0]

    def merge(self, story: str, others: Sequence[str]) -> tuple[Cut, ...]:
        """Put all articles of other stories into a story; the others' ids lead to it from then on."""
        with self._alone() as number:
            into = named_story(self.store, story)
            merged = list(dict.fromkeys(named_story(self.store, other) for other in others))
            if not merged:
                raise _refusal(f"story {into}", "no-story", "name the stories that shall become part of it")
            if into in merged:
                raise _refusal(f"story {into}", "same-story", "it cannot be merged with itself")
            cuts = [
                self._cut(place, CutKind.MERGE, other, into, self.store.cuts.members(other))
                for place, other in enumerate(merged, start=number)
            ]
            return self._decided(*cuts)

    def move(self, article: str, story: str) -> Cut:
        """Put one article into another story; the one it leaves, if it was the last there, leads to the other."""
        with self._alone() as number:
            into = named_story(self.store, story)
            moved, left = _named_article(self.store, article)
            if left is None:
                sentence = "it is in no story yet; the next `monitor run` puts it into one"
                raise _refusal(f"article {moved}", "no-story", sentence)
            if left == into:
                raise _refusal(f"article {moved}", "same-story", f"it is in story {into} already")
            stay = [one for one in self.store.cuts.members(left) if one != moved]
            return self._decided(self._cut(number, CutKind.MOVE, left, into, [moved], stay))[0]

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Keep cycles, grouping and other decisions out, and yield the number of the next decision."""
        # A cycle holds both, in this order; grouping alone holds the second.
        with self.store.only_one("cycle"), self.store.only_one("grouping"):
            yield max((cut.number for cut in self.store.cuts.listed()), default=0) + 1

    def _member(self, name: str, story: str) -> str:
        """Return the article of a story that is meant; ids of articles elsewhere may begin as its id does."""
        found = self.store.cuts.articles_named(canonical_url(name), within=story)
        if not found:
            elsewhere, where = _named_article(self.store, name)
            sentence = f"it is not in story {story}, but in {where}" if where else f"it is not in story {story}"
            raise _refusal(f"article {elsewhere}", "not-in-story", f"{sentence}; nothing was changed")
        return _single(f"article {name}", sorted(found))

    def _new_story(self, left: str, taken: Sequence[str], number: int) -> str:
        """Return the id of the story that articles make which leave another one.

        An id that leads to the story they leave is theirs again if the earliest of them founded it, or if it is the
        only such id that one of them founded. Else it is the id that the earliest gives the story it founds, or one
        for this decision where that names another story.
        """
        own = [made for made in map(stories.story_id, taken) if self._leads(made, left)]
        made = stories.story_id(taken[0])
        if made in own or len(own) == 1:
            return made if made in own else own[0]
        return stories.story_id(f"{taken[0]} {number}") if self.store.cuts.story_exists(made) else made

    def _leads(self, old: str, story: str) -> bool:
        """Return whether an id is an old one that leads to a story."""
        return old != story and self.store.cuts.story_exists(old) and self.store.cuts.stories_named(old) == [story]

    def _cut(
        self, number: int, kind: CutKind, story: str, into: str, articles: Sequence[str], apart: Sequence[str] = ()
    ) -> Cut:
        return Cut(
            number=number,
            at=self.clock(),
            by=self.by,
            kind=kind,
            story=story,
            into=into,
            articles=tuple(articles),
            apart=tuple(apart),
            note=self.note,
        )

    def _decided(self, *cuts: Cut) -> tuple[Cut, ...]:
        self.store.cuts.decide(cuts, [outcome for cut in cuts for outcome in _told(cut)])
        return cuts


def named_story(store: Store, name: str) -> str:
    """Return the living story that is meant by an id, an old id or the first characters of one; or MonitorError."""
    found = store.cuts.stories_named(name)
    if not found and len(name) < SHORTEST_NAME:
        sentence = f"at least the first {SHORTEST_NAME} characters of a story's id are needed"
        raise _refusal(f"story {name}", "unknown-story", sentence)
    if not found:
        sentence = "there is no such story; `monitor stories list` shows those of the last days, `--since 365` more"
        raise _refusal(f"story {name}", "unknown-story", sentence)
    return _single(f"story {name}", found)


def _named_article(store: Store, name: str) -> tuple[str, str | None]:
    """Return the article that is meant by an address, an id or the first characters of one, and its story."""
    found = store.cuts.articles_named(canonical_url(name))
    if not found:
        sentence = "no such article was read; `monitor stories show` gives the ids of a story's articles"
        if len(name) < SHORTEST_NAME:
            sentence = f"no such article was read; at least the first {SHORTEST_NAME} characters of its id are needed"
        raise _refusal(f"article {name}", "unknown-article", sentence)
    article = _single(f"article {name}", sorted(found))
    return article, found[article]


def _single(subject: str, found: Sequence[str]) -> str:
    if len(found) > 1:
        raise _refusal(subject, "ambiguous", f"several begin like this: {', '.join(found)}")
    return found[0]


def _refusal(subject: str, reason: str, sentence: str) -> MonitorError:
    return MonitorError(subject, reason, sentence)


def _told(cut: Cut) -> Iterator[Outcome]:
    numbers: dict[str, float | int | str] = {"cut": cut.number, "from": cut.story, "into": cut.into, "by": cut.by}
    said = [(article, "moved") for article in cut.articles] + [(story, "cut") for story in (cut.story, cut.into)]
    for subject, outcome in said:
        yield Outcome(step=STEP, subject=subject, outcome=outcome, reason=cut.kind.value, numbers=numbers, at=cut.at)
