"""What is remembered of the versions that judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from monitor.records import Document, Label, Training


class Models(Protocol):
    """The versions that judged, and the labels they learned from."""

    def words(self) -> tuple[bytes, datetime] | None:
        """Return the newest word statistics and when they were counted."""
        ...

    def save(
        self, kind: str, version: str, manifest: Mapping[str, Any], at: datetime, body: bytes | None = None
    ) -> None:
        """Store a version once; storing it again changes nothing."""
        ...

    def keep_words(self, newest: int) -> None:
        """Give up the bytes of all word statistics but the newest so many."""
        ...

    def newest(self, kind: str) -> str | None:
        """Return the version of a kind that was stored last."""
        ...

    def sync_labels(self, given: Iterable[Label], at: datetime) -> None:
        """Make the table follow the labels file."""
        ...

    def archive(self, limit: int) -> list[Document]:
        """Return the newest `limit` articles."""
        ...


class Trainings(Protocol):
    """The decisions about topic models, the newest of which says what is in charge."""

    def champion(self) -> Training | None:
        """Return the newest decision; its `champion` is in charge."""
        ...

    def listed(self, limit: int) -> list[Training]:
        """Return the newest `limit` decisions, the newest first."""
        ...

    def decide(self, training: Training, *, after: int | None = None) -> int:
        """Store a decision under the next number, which is returned; `after` is the one it was taken in view of.

        Raises BusyError when another one came in between.
        """
        ...

    def add(self, version: str, manifest: Mapping[str, Any], body: bytes, at: datetime) -> None:
        """Keep a model's bytes and what it was made from."""
        ...

    def manifest(self, version: str) -> Mapping[str, Any] | None:
        """Return what a version was made from, also when its bytes were given up."""
        ...

    def body(self, version: str) -> bytes | None:
        """Return a version's bytes, unless there are none any more."""
        ...

    def kept(self) -> list[str]:
        """Return the versions whose bytes are kept, in the order of their names."""
        ...

    def keep(
        self, choose: Callable[[Sequence[Training]], Collection[str]], undecided: datetime
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Give up the bytes of all versions but those chosen of all decisions, and return these and all decided ones.

        Of those that nobody decided about, the ones made since `undecided` are kept.
        """
        ...

    def judge(self) -> str | None:
        """Return the version that was put in charge last of those that have scored articles."""
        ...
