"""The face of the room: articles and the recent past in, each article's story out.

What decides, in this order: a text that is letter for letter one already placed, or that was found to be a copy, joins
it whatever the dates; a veto keeps apart what reads alike and is not (`vetoes.py`); likeness faded by time
(`assignment.py`); facts that two articles share in other words (`evidence.py`). Stories that turn out to be one are
joined (`merging.py`), unless a person parted them (`cuts.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from monitor.records import Cut, Document, Grouped, Merged, Original, Placed, Remembered
from monitor.stories.assignment import RULES, Rules
from monitor.stories.cuts import Apart
from monitor.stories.idf import WordStatistics
from monitor.stories.merging import merges
from monitor.stories.vectors import Vector, pack, vector
from monitor.stories.window import Window

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_TEXTS: Final = 1_000
"""Texts in memory at once while vectors of the window are made again."""

Look = Callable[[Sequence[str]], Mapping[str, Document]]
"""Returns the texts of articles of the window by their ids; one that is gone is left out."""


def story_id(document_id: str) -> str:
    """Return the id of the story that an article founds: 16 hex digits, always the same for the same article."""
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class StoryGrouper:
    """Places articles in stories with frozen word statistics; fits `ports.Grouper`."""

    def __init__(self, statistics: WordStatistics, rules: Rules = RULES) -> None:
        """Prepare the weights of all terms (8 MB); `rules` is the one fixed setting unless an experiment says else."""
        self._version = statistics.version
        self._idf = statistics.weights()
        self._rules = rules.counted_on(statistics.documents)

    @property
    def version(self) -> str:
        """The version of the word statistics."""
        return self._version

    def open(self, window: Iterable[Remembered], look: Look, cuts: Sequence[Cut] = ()) -> Placing:
        """Begin to place articles beside those of the window, in any order; stories in it may be too old to be joined.

        `look` returns the texts of articles of the window, of which only a few are asked for. `cuts` are what
        people decided about stories.
        """
        return Placing(self._vector, Window(look, self._rules, Apart(cuts)), window)

    def beside(self, window: Sequence[Grouped], documents: Sequence[Document] = ()) -> Placing:
        """Begin to place articles beside a window whose texts are at hand, as are those of `documents`."""
        texts = {one.id: one for one in (*reversed(documents), *(grouped.document for grouped in window))}
        return self.open(map(_remembered, window), lambda ids: {one: texts[one] for one in ids if one in texts})

    def place(self, documents: Sequence[Document], window: Sequence[Grouped]) -> list[Placed]:
        """Return where each document belongs, in the order given, beside a window whose texts are at hand.

        The order of the documents does not matter; see `Placing.place`.
        """
        placed = _in_batches(self.beside(window, documents), documents)
        return [placed[one.id] for one in documents]

    def group(self, documents: Sequence[Document]) -> dict[str, str]:
        """Return each document's story when nothing else is known, stories that turn out to be one made one."""
        placing = self.beside((), documents)
        found = {name: one.story for name, one in _in_batches(placing, documents).items()}
        into = {one.story: one.into for one in placing.merges()}
        return {name: into.get(story, story) for name, story in found.items()}

    def _vector(self, document: Document) -> Vector:
        return vector(document, self._idf, short_words=self._rules.short_words)


class Placing:
    """Articles being placed beside a window, batch after batch; what was placed belongs to the window from then on."""

    def __init__(self, make: Callable[[Document], Vector], window: Window, remembered: Iterable[Remembered]) -> None:
        """Take in the articles of the window; those without a vector are read again."""
        self._make = make
        self._window = window
        known = sorted(remembered, key=_when)
        bare = [one.id for one in known if not one.packed]
        self._vectors: dict[str, bytes] = {}
        for start in range(0, len(bare), _TEXTS):
            texts = window.texts(bare[start : start + _TEXTS])
            self._vectors |= {name: pack(make(text)) for name, text in texts.items()}
        readable = [one for one in known if one.packed or one.id in self._vectors]
        window.recall(readable, [one.packed or self._vectors[one.id] for one in readable])

    def place(self, documents: Sequence[Document], copies: Mapping[str, Original] | None = None) -> list[Placed]:
        """Return where each document belongs, in the order given; the order they come in does not matter.

        Documents are placed in the order (published, id), those without a date last. One whose id is in the window, or
        came before, keeps its story. `copies` names for each copy its original, which need not be in the window.
        """
        fresh = {one.id: one for one in reversed(documents) if not self._window.knows(one.id)}
        ordered = sorted(fresh.values(), key=_when)
        vectors = [self._make(document) for document in ordered]
        packed = [pack(one) for one in vectors]
        self._vectors |= {one.id: data for one, data in zip(ordered, packed, strict=True)}
        founding = [story_id(one.id) for one in ordered]
        placed = self._window.place(ordered, vectors, packed, copies or {}, founding)
        return [placed.get(one.id) or self._window.already(one.id) for one in documents]

    def vectors(self) -> dict[str, bytes]:
        """Return the vectors made since the last time that they were asked for, by article, to be kept."""
        made, self._vectors = self._vectors, {}
        return made

    def merges(self, grown: Collection[str] = ()) -> list[Merged]:
        """Return the stories that have turned out to be one since the window was opened; see `merging.py`.

        `grown` are stories that grew before it was opened and were not looked at then.
        """
        self._window.look_again(grown)
        return merges(self._window)


def _in_batches(placing: Placing, documents: Sequence[Document], size: int = 500) -> dict[str, Placed]:
    """Place documents in the order of their times, a batch at a time, so that memory follows the batch."""
    ordered = sorted({one.id: one for one in reversed(documents)}.values(), key=_when)
    batches = (ordered[start : start + size] for start in range(0, len(ordered), size))
    return {one.id: one for batch in batches for one in placing.place(batch)}


def _remembered(grouped: Grouped) -> Remembered:
    return Remembered(id=grouped.document.id, story=grouped.story, published=grouped.document.published)


def _when(one: Document | Remembered) -> tuple[datetime, str]:
    return one.published or _NEVER, one.id
