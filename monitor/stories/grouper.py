"""The face of the room: articles and the recent past in, each article's story out.

Three things decide, in this order: a text that is letter for letter one already placed joins it, whatever the dates; a
veto keeps apart what reads alike and is not (`vetoes.py`); likeness faded by time decides the rest (`assignment.py`).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

import numpy as np

from monitor.records import Document, Grouped, Placed
from monitor.stories.assignment import RULES, Choice, Floats, Rules, Stories, blocks
from monitor.stories.facts import Facts
from monitor.stories.idf import WordStatistics
from monitor.stories.reasons import shared_terms
from monitor.stories.vectors import Vector, matrix, vector
from monitor.stories.vetoes import same_form, veto

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = 86_400.0
_VERY_SIMILAR: Final = 0.3
"""A cosine that two articles of one event seldom reach without telling it in the same words."""


def story_id(document_id: str) -> str:
    """Return the id of the story that an article founds: 16 hex digits, always the same for the same article."""
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class StoryGrouper:
    """Places articles in stories with frozen word statistics; fits `ports.Grouper`.

    A pure function of its arguments and the statistics. The vectors of the last call are kept, because the next
    window is mostly made of the same articles; this changes the time it takes and nothing else.
    """

    def __init__(self, statistics: WordStatistics, rules: Rules = RULES) -> None:
        """Prepare the weights of all terms (8 MB); `rules` is the one fixed setting unless an experiment says else."""
        self._version = statistics.version
        self._idf = statistics.weights()
        self._rules = rules
        self._kept: dict[bytes, Vector] = {}

    @property
    def version(self) -> str:
        """The version of the word statistics."""
        return self._version

    def place(self, documents: Sequence[Document], window: Sequence[Grouped]) -> list[Placed]:
        """Return where each document belongs, in the order given; the order they come in does not matter.

        Documents are placed in the order (published, id), those without a date last. One whose id is in the window, or
        came before in the same call, keeps its story. The window need not be sorted, and stories in it that are too
        old to be joined cost nothing.
        """
        known = {grouped.document.id: grouped for grouped in window}
        fresh = sorted({one.id: one for one in reversed(documents) if one.id not in known}.values(), key=_when)
        past = sorted(known.values(), key=lambda grouped: _when(grouped.document))
        placed = {one.id: one for one in self._place(fresh, past)}
        placed.update({name: _already(grouped) for name, grouped in known.items()})
        return [placed[document.id] for document in documents]

    def _place(self, fresh: list[Document], past: list[Grouped]) -> list[Placed]:
        reachable = _reachable(fresh, past, self._rules)
        table = self._table([grouped.document for grouped in reachable] + fresh)
        names: list[str] = []
        numbers: dict[str, int] = {}
        for row, grouped in enumerate(reachable):
            if grouped.story in numbers:
                table.stories.join(row, numbers[grouped.story])
            else:
                numbers[grouped.story] = table.stories.found(row)
                names.append(grouped.story)
        run = _Run(table=table, names=names, numbers=numbers, twins=_texts(past), rules=self._rules)
        rows = matrix(table.vectors)
        return [run.place(row, cosines) for row, cosines in blocks(rows, len(reachable))]

    def _table(self, documents: list[Document]) -> _Table:
        keys = [_content(document) for document in documents]
        found: dict[bytes, Vector] = {}
        for key, document in zip(keys, documents, strict=True):
            found[key] = self._kept.get(key) or found.get(key) or vector(document, self._idf)
        self._kept = found
        days = np.array([_days(document) for document in documents], dtype=np.float64)
        return _Table(documents=documents, vectors=[found[key] for key in keys], stories=Stories(days, self._rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One row per article: the window's, then the new ones."""

    documents: list[Document]
    vectors: list[Vector]
    stories: Stories
    facts: dict[str, Facts] = field(default_factory=dict)

    def excluded(self, row: int, cosines: Floats, other: int) -> bool:
        left, right = self.facts_of(self.documents[row]), self.facts_of(self.documents[other])
        return veto(left, right) is not None or (bool(cosines[other] >= _VERY_SIMILAR) and same_form(left, right))

    def facts_of(self, document: Document) -> Facts:
        if document.id not in self.facts:
            self.facts[document.id] = Facts(document)
        return self.facts[document.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One call of `place`: the table, the names of its numbered stories, and the texts seen."""

    table: _Table
    names: list[str]
    numbers: dict[str, int]
    twins: dict[bytes, Grouped]
    rules: Rules

    def place(self, row: int, cosines: Floats) -> Placed:
        document = self.table.documents[row]
        key = _text_key(document)
        twin = self.twins.get(key)
        if twin and veto(self.table.facts_of(document), self.table.facts_of(twin.document)) is None:
            return self._beside_twin(row, document, twin.story)
        placed = self._by_choice(row, document, cosines)
        if key:
            self.twins.setdefault(key, Grouped(document=document, story=placed.story))
        return placed

    def _beside_twin(self, row: int, document: Document, story: str) -> Placed:
        if story in self.numbers:
            self.table.stories.join(row, self.numbers[story])
        else:
            self._number(row, story)
        own = self.table.vectors[row]
        return Placed(
            id=document.id, story=story, founded=False, similarity=1.0, terms=shared_terms(document, own, own)
        )

    def _by_choice(self, row: int, document: Document, cosines: Floats) -> Placed:
        own = self.table.vectors[row]
        short = own.words < self.rules.short_words
        threshold = self.rules.short_threshold if short else self.rules.threshold
        choice = self.table.stories.choose(row, cosines, threshold, partial(self.table.excluded, row, cosines))
        if choice.story is None or choice.closest is None:
            story = story_id(document.id)
            self._number(row, story)
            return self._placed(document, story, choice, ())
        self.table.stories.join(row, choice.story)
        terms = shared_terms(document, own, self.table.vectors[choice.closest])
        return self._placed(document, self.names[choice.story], choice, terms)

    def _placed(self, document: Document, story: str, choice: Choice, terms: tuple[str, ...]) -> Placed:
        return Placed(
            id=document.id,
            story=story,
            founded=choice.story is None,
            similarity=choice.score,
            terms=terms,
            nearest=None if choice.nearest is None else self.names[choice.nearest],
            nearest_similarity=choice.nearest_score,
        )

    def _number(self, row: int, story: str) -> None:
        self.numbers[story] = self.table.stories.found(row)
        self.names.append(story)


def _reachable(fresh: list[Document], past: list[Grouped], rules: Rules) -> list[Grouped]:
    """Return the members of those stories that a new article may still join.

    A story without any date can always be joined, and so can every story by an article without a date.
    """
    days = [_days(document) for document in fresh]
    if not days:
        return []
    if any(math.isnan(day) for day in days):
        return past
    # New articles may carry a story on, so its members count from the earliest to the latest of them.
    since, until = min(days) - rules.horizon_days, max(days) + rules.horizon_days
    dated: dict[str, list[float]] = {}
    for grouped in past:
        day = _days(grouped.document)
        dated.setdefault(grouped.story, []).extend([] if math.isnan(day) else [day])
    alive = {story for story, found in dated.items() if not found or (max(found) >= since and min(found) <= until)}
    return [grouped for grouped in past if grouped.story in alive]


def _texts(past: Iterable[Grouped]) -> dict[bytes, Grouped]:
    """Return where each text that is long enough to be nobody's by chance was placed first."""
    found: dict[bytes, Grouped] = {}
    for grouped in past:
        key = _text_key(grouped.document)
        if key:
            found.setdefault(key, grouped)
    return found


def _already(grouped: Grouped) -> Placed:
    founded = grouped.story == story_id(grouped.document.id)
    return Placed(id=grouped.document.id, story=grouped.story, founded=founded, similarity=0.0 if founded else 1.0)


def _when(document: Document) -> tuple[datetime, str]:
    return document.published or _NEVER, document.id


def _days(document: Document) -> float:
    return document.published.timestamp() / _DAY if document.published else math.nan


def _content(document: Document) -> bytes:
    text = f"{document.title}\0{document.text}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _text_key(document: Document, words: int = RULES.short_words) -> bytes:
    """Return a digest of the text, empty for a text too short to be nobody's by chance."""
    if len(document.text.split(maxsplit=words - 1)) < words:
        return b""
    return hashlib.blake2b(document.text.strip().encode("utf-8", "surrogatepass"), digest_size=16).digest()
