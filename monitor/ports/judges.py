"""What judges articles: which topics they match, which story they belong to, whose words they have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from monitor.records import Copied, Cut, Document, Merged, Original, Placed, Remembered, Score


class Scorer(Protocol):
    """A trained set of topics; `version` names exactly what it was trained from."""

    @property
    def version(self) -> str:
        """The model's version, kept beside every score."""
        ...

    def score(self, documents: Sequence[Document]) -> Sequence[Score]:
        """Return a score per document and topic, documents in the order given, topics in the order of their ids."""
        ...


class Grouper(Protocol):
    """Decides which story an article belongs to; `version` names the word statistics it uses."""

    @property
    def version(self) -> str:
        """The version of the frozen word statistics."""
        ...

    def open(
        self,
        window: Iterable[Remembered],
        look: Callable[[Sequence[str]], Mapping[str, Document]],
        cuts: Sequence[Cut] = (),
    ) -> Placing:
        """Begin to place articles beside those of the window, whose texts `look` returns; people's cuts are final."""
        ...


class Placing(Protocol):
    """Articles being placed in stories, batch after batch."""

    def place(self, documents: Sequence[Document], copies: Mapping[str, Original] | None = None) -> Sequence[Placed]:
        """Return where each document belongs, deciding in the order (published, id); copies go to their originals."""
        ...

    def vectors(self) -> Mapping[str, bytes]:
        """Return the vectors made since the last time, by article, to be kept for later windows."""
        ...

    def merges(self, grown: Collection[str] = ()) -> Sequence[Merged]:
        """Return the stories that have turned out to be one since the window was opened, or since those had `grown`."""
        ...


class CopyFinder(Protocol):
    """Finds articles whose words are another's."""

    def find(self, documents: Sequence[Document], window: Sequence[Document]) -> Sequence[Copied]:
        """Return those of `documents` that copy another of them or one of the window, and the other way round.

        One of the window is named when it copies one of `documents`, which came late.
        """
        ...
