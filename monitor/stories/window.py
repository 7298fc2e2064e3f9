"""The articles of the last days and the stories they are in, as new articles meet them.

Of each article it holds the place in the index, the day, the story, and a digest of its text. Texts are asked for when
two articles are so alike that their facts must decide, a few for each new article.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count, islice
from typing import Any, Final

import numpy as np

from monitor.records import Document, Original, Placed, Remembered
from monitor.stories.assignment import NEAR, Choice, Likeness, Rules, Stories
from monitor.stories.cuts import Apart
from monitor.stories.evidence import tied
from monitor.stories.facts import Facts
from monitor.stories.index import BLOCK, Index
from monitor.stories.reasons import shared_terms
from monitor.stories.vectors import Vector, unpack
from monitor.stories.vetoes import same_form, veto

_DAY: Final = 86_400.0
_VERY_SIMILAR: Final = 0.3
"""A cosine that two articles of one event seldom reach without telling it in the same words."""

_LOOKED_UP: Final = 5
"""Texts asked for at once for each new article; whatever else is needed is asked for singly."""

_READINGS: Final = 600
"""Articles whose facts are kept in memory; beyond it the half of them that was read first is given up."""

_UNPACKED: Final = 2_000
"""Vectors unpacked at once."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An article being placed: its row, its vector and its likeness with every row."""

    row: int
    document: Document
    own: Vector
    cosines: Likeness


class Window:
    """Rows of articles and numbered stories; rows are numbered in the order in which they came."""

    def __init__(self, look: Callable[[Sequence[str]], Mapping[str, Document]], rules: Rules, apart: Apart) -> None:
        """Start empty."""
        self._look = look
        self._apart = apart
        self._facts: dict[str, Facts] = {}
        self._batch: dict[str, Document] = {}
        self._rows: dict[str, int] = {}
        self._twins: dict[bytes, int] = {}
        self._packed: list[bytes] = []
        self.rules = rules
        self.index = Index()
        self.stories = Stories(rules)
        self.ids: list[str] = []
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.grown: set[int] = set()
        self.partial: set[int] = set()
        """Stories that have articles outside the window, and cannot be judged as a whole."""

    def knows(self, article: str) -> bool:
        """Say whether an article has been placed."""
        return article in self._rows

    def already(self, article: str) -> Placed:
        """Return where an article is that was placed before."""
        story = self.names[self.stories.story_of(self._rows[article])]
        return Placed(id=article, story=story, founded=False, similarity=1.0, reason="placed-before")

    def texts(self, articles: Sequence[str]) -> Mapping[str, Document]:
        """Return the texts of articles of the window."""
        return self._look(articles)

    def recall(self, remembered: Sequence[Remembered], packed: Sequence[bytes]) -> None:
        """Take in articles placed before, the earliest first, with their vectors."""
        for start in range(0, len(remembered), _UNPACKED):
            some, data = remembered[start : start + _UNPACKED], packed[start : start + _UNPACKED]
            self._append([one.id for one in some], [_day(one.published) for one in some], list(map(unpack, data)), data)
        for row, one in enumerate(remembered):
            if one.story in self.numbers:
                self.stories.join(row, self.numbers[one.story])
            else:
                self._found(row, one.story)
        sizes = {self.numbers[one.story]: one.size for one in remembered}
        self.partial = {story for story, size in sizes.items() if size > len(self.stories.members(story))}
        self.grown.clear()

    def place(
        self,
        documents: Sequence[Document],
        vectors: Sequence[Vector],
        packed: Sequence[bytes],
        copies: Mapping[str, Original],
        founding: Sequence[str],
    ) -> dict[str, Placed]:
        """Place articles in the order given; `founding` are the ids of the stories that they would found."""
        first = len(self.ids)
        self._append([one.id for one in documents], [_day(one.published) for one in documents], vectors, packed)
        self._batch = {one.id: one for one in documents}
        placed: dict[str, Placed] = {}
        # A whole text that comes after its excerpt goes where the excerpt went.
        turned = {original.article: Original(article=name, story=None) for name, original in copies.items()}
        copies = {**turned, **copies}
        arrived = map(Arrived, count(first), documents, vectors, self.index.cosines(vectors))
        while block := list(islice(arrived, BLOCK)):
            self._read_ahead(block)
            for one in block:
                placed[one.document.id] = self._placed(one, copies.get(one.document.id), founding[one.row - first])
        self._batch.clear()
        self._facts.clear()
        return placed

    def look_again(self, stories: Iterable[str]) -> None:
        """Take stories for grown, those of them that are in the window."""
        self.grown |= {self.numbers[story] for story in stories if story in self.numbers}

    def absorb(self, story: int, into: int) -> None:
        """Put the members of one numbered story into another."""
        self.stories.absorb(story, into)
        self.numbers[self.names[story]] = into
        self.grown.add(into)

    def vector_of(self, row: int) -> Vector:
        """Return the vector of an article."""
        return unpack(self._packed[row])

    def facts_of(self, row: int) -> Facts:
        """Return the facts of an article; one whose text is gone has none."""
        name = self.ids[row]
        if name not in self._facts:
            self._keep_facts([name])
        return self._facts[name]

    def vetoed(self, row: int, cosine: float, other: int) -> str:
        """Return what says that two articles are not about one event; empty if nothing does."""
        left, right = self.facts_of(row), self.facts_of(other)
        return veto(left, right) or ("form" if cosine >= _VERY_SIMILAR and same_form(left, right) else "")

    def kept_apart(self, rows: Iterable[int], others: Iterable[int]) -> bool:
        """Say whether a person has parted any of these articles from any of the others."""
        return self._apart.kept_apart([self.ids[row] for row in rows], [self.ids[row] for row in others])

    def _append(
        self, ids: Sequence[str], days: Sequence[float], vectors: Sequence[Vector], packed: Sequence[bytes]
    ) -> None:
        first = len(self.ids)
        self._packed += packed
        self.ids += ids
        self._rows |= {name: row for row, name in enumerate(ids, first)}
        self.index.add(vectors)
        self.stories.add(np.array(days, dtype=np.float64))
        for row, one in enumerate(vectors, first):
            if one.text:
                self._twins.setdefault(one.text, row)

    def _placed(self, one: Arrived, copied: Original | None, founding: str) -> Placed:
        beside = self._original(one, copied)
        if beside is not None:
            return self._beside(one, *beside)
        short = one.own.words < self.rules.short_words
        threshold = self.rules.short_threshold if short else self.rules.threshold
        veto_of, pull_of = partial(self._veto, one), partial(self._pull, one)
        choice = self.stories.choose(one.row, one.cosines, threshold, veto_of, pull_of)
        return self._founded(one, choice, founding) if choice.story is None else self._joined(one, choice)

    def _original(self, one: Arrived, copied: Original | None) -> tuple[str, int | None, str] | None:
        """Return the story of the article that shares these words, its row if it is here, and the reason."""
        if copied is not None:
            row = self._rows.get(copied.article)
            if row is not None and self.stories.story_of(row) >= 0:
                return self.names[self.stories.story_of(row)], row, "copy"
            if row is None and copied.story is not None:
                return copied.story, None, "copy"
        twin = self._twins.get(one.own.text) if one.own.text else None
        if twin is None or twin == one.row or self.stories.story_of(twin) < 0 or self.vetoed(one.row, 1.0, twin):
            return None
        return self.names[self.stories.story_of(twin)], twin, "same-text"

    def _beside(self, one: Arrived, story: str, row: int | None, reason: str) -> Placed:
        if story in self.numbers:
            self._join(one.row, self.numbers[story])
        else:
            self._found(one.row, story)
            self.partial.add(self.numbers[story])
        return Placed(
            id=one.document.id,
            story=self.names[self.numbers[story]],
            founded=False,
            similarity=1.0,
            terms=shared_terms(one.document, one.own, one.own),
            closest=None if row is None else self.ids[row],
            reason=reason,
        )

    def _founded(self, one: Arrived, choice: Choice, story: str) -> Placed:
        self._found(one.row, story)
        return Placed(
            id=one.document.id,
            story=story,
            founded=True,
            similarity=0.0,
            reason="no-near-story",
            **self._passed(choice),
        )

    def _joined(self, one: Arrived, choice: Choice) -> Placed:
        story, closest = choice.story or 0, choice.closest or 0
        self._join(one.row, story)
        return Placed(
            id=one.document.id,
            story=self.names[story],
            founded=False,
            similarity=choice.score,
            terms=shared_terms(one.document, one.own, self.vector_of(closest)),
            closest=self.ids[closest],
            reason="shared-facts" if choice.pulled else "similar",
            **self._passed(choice),
        )

    def _passed(self, choice: Choice) -> dict[str, Any]:
        nearest = None if choice.nearest is None else self.names[choice.nearest]
        return {"nearest": nearest, "nearest_similarity": choice.nearest_score, "apart": choice.apart}

    def _veto(self, one: Arrived, strongest: tuple[int, ...]) -> str:
        return next(filter(None, (self.vetoed(one.row, float(one.cosines[row]), row) for row in strongest)), "")

    def _pull(self, one: Arrived, strongest: tuple[int, ...]) -> bool:
        return tied(self.facts_of(one.row), self.facts_of(strongest[0]))

    def _found(self, row: int, story: str) -> None:
        self.numbers[story] = self.stories.found(row)
        self.names.append(story)
        self.grown.add(self.numbers[story])

    def _join(self, row: int, story: int) -> None:
        self.stories.join(row, story)
        self.grown.add(story)

    def _read_ahead(self, block: Sequence[Arrived]) -> None:
        """Ask for the texts that the block will probably need, all at once."""
        wanted: dict[str, None] = {}
        for one in block:
            near = np.flatnonzero(one.cosines >= NEAR * self.rules.short_threshold)
            likest = near[np.argsort(-one.cosines[near], kind="stable")[:_LOOKED_UP]]
            wanted |= {self.ids[row]: None for row in likest.tolist()}
        if len(self._facts) > _READINGS:
            for name in list(self._facts)[: _READINGS // 2]:
                del self._facts[name]
        missing = [name for name in wanted if name not in self._facts]
        if missing:
            self._keep_facts(missing)

    def _keep_facts(self, names: Sequence[str]) -> None:
        # Those of the batch cannot be looked up before they are stored.
        others = [name for name in names if name not in self._batch]
        found = self._look(others) if others else {}
        for name in names:
            document = self._batch.get(name) or found.get(name) or Document(id=name, title="", text="")
            self._facts[name] = Facts(document)


def _day(published: datetime | None) -> float:
    return published.timestamp() / _DAY if published else math.nan
