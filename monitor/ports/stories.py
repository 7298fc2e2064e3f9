"""What is remembered of stories, and what people decided about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.records import Cut, Document, Merged, Original, Outcome, Placed, Remembered, Sourced, Story


class Grouping(Protocol):
    """Articles on their way into stories."""

    def waiting(self, since: datetime, limit: int) -> list[Document]:
        """Return at most `limit` articles published after `since` that are in no story, the earliest first."""
        ...

    def window(self, since: datetime, words: str, also: Sequence[str] = ()) -> list[Remembered]:
        """Return the grouped articles published after `since`, with the vectors made by these word statistics.

        Those named in `also` are returned whatever their age.
        """
        ...

    def texts(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return articles by their ids; those that are gone are left out."""
        ...

    def originals(self, ids: Sequence[str]) -> dict[str, Original]:
        """Return for those of these articles that are copies the original, and its story if it is in one.

        For an original whose copy was placed before it, that copy is returned.
        """
        ...

    def save(
        self,
        placed: Sequence[Placed],
        documents: Sequence[Document],
        vectors_made: Mapping[str, bytes],
        words: str,
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store where a batch was placed; an article placed before stays where it is."""
        ...

    def merge(self, merged: Sequence[Merged], told: Sequence[Outcome]) -> None:
        """Put the articles of stories that turned out to be another into that one."""
        ...

    def grown(self, since: datetime) -> Mapping[str, datetime]:
        """Return the stories active after `since` that grew and were not looked at to the end, and when they began."""
        ...

    def unsourced(self, limit: int) -> list[Story]:
        """Return at most `limit` stories of whose articles it is not known whose news they are."""
        ...

    def save_sources(self, sourced: Sequence[Sourced]) -> None:
        """Store whose news articles are."""
        ...

    def forget_vectors(self, before: datetime) -> None:
        """Give up the vectors made before that moment; they can be made again."""
        ...


class Stories(Protocol):
    """Articles grouped by event."""

    def matching(self, topics: Sequence[str], model: str, since: datetime) -> list[Story]:
        """Return the stories with an article that matched one of the topics and came to us after `since`, by id.

        All their articles are returned, whatever they are about.
        """
        ...


class Cuts(Protocol):
    """Stories by their names, and what people decided about them, which is final."""

    def listed(self) -> list[Cut]:
        """Return all decisions, in the order in which they were taken."""
        ...

    def story_exists(self, story: str) -> bool:
        """Return whether this is or was the id of a story."""
        ...

    def stories_named(self, name: str) -> list[str]:
        """Return the living stories that `name` leads to: by an id, by the first characters of some, or by old ids."""
        ...

    def articles_named(self, name: str, within: str | None = None) -> dict[str, str | None]:
        """Return the articles that `name` means, with their stories: an id, an address, or the first characters of ids.

        With `within`, only articles of that story are looked at.
        """
        ...

    def members(self, story: str) -> list[str]:
        """Return the ids of a story's articles, the earliest first."""
        ...

    def decide(self, decided: Sequence[Cut], outcomes: Sequence[Outcome]) -> None:
        """Carry decisions out and keep them, all or none.

        Raises BusyError when their numbers are taken or articles are not where they were when it was decided.
        """
        ...
