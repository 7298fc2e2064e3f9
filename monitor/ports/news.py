"""What is remembered of feeds, entries and articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.records import (
    ArchivedPage,
    ArchiveSize,
    Article,
    Copied,
    Document,
    Feed,
    FeedHealth,
    FeedState,
    HostRest,
    Outcome,
    Polled,
    Read,
    RobotsFile,
    Score,
    Stored,
    Unread,
)


class Sources(Protocol):
    """Feeds, polls and entries."""

    def sync(self, configured: Sequence[Feed]) -> None:
        """Make the table follow the configuration; a feed no longer configured is kept, but not asked."""
        ...

    def claim(
        self, now: datetime, until: Callable[[Feed, FeedState], datetime], *, every: bool = False
    ) -> list[tuple[Feed, FeedState]]:
        """Return the feeds to be asked now (or all of them), those that waited longest first, and take them.

        A feed taken is due again at the moment `until` gives, unless its poll is saved before, so that neither a
        second process nor a restart after a crash asks it early. The states returned are those from before. A retired
        feed is returned only when it is due or `every` is true.
        """
        ...

    def release(self, states: Sequence[FeedState]) -> None:
        """Give back feeds that were taken but not asked: each is due again when it was before."""
        ...

    def save(self, polled: Sequence[Polled]) -> list[Stored]:
        """Store polls with their entries; return what became of each poll's entries."""
        ...

    def unnamed(self, before: datetime, tried_for: timedelta) -> list[tuple[Feed, FeedState]]:
        """Return the feeds that have failed since before that moment, and of which the user has not been told.

        Their last failed poll came at least `tried_for` after the first.
        """
        ...

    def name(self, feed_ids: Sequence[str], at: datetime) -> None:
        """Note that the user has been told that these feeds are dead."""
        ...

    def rests(self, now: datetime) -> dict[str, HostRest]:
        """Return the hosts that want to be left alone beyond `now`, or did within the last day, by name."""
        ...

    def rest(self, hosts: Sequence[HostRest]) -> None:
        """Note until when hosts want to be left alone."""
        ...

    def robots(self, origins: Sequence[str], since: datetime) -> dict[str, RobotsFile]:
        """Return the robots.txt files of these origins that were fetched after `since`."""
        ...

    def save_robots(self, files: Sequence[RobotsFile]) -> None:
        """Keep robots.txt files, each in place of the one before."""
        ...

    def prune(self, before: datetime) -> None:
        """Forget the polls, rests and robots.txt files from before that moment; feeds and entries stay."""
        ...

    def unread(self, now: datetime, limit: int) -> list[Unread]:
        """Return at most `limit` entries that wait to be read, the newest first."""
        ...

    def next_due(self) -> datetime | None:
        """Return the earliest time that any feed is due; feeds never asked are due at once and have none."""
        ...

    def health(self, now: datetime) -> list[FeedHealth]:
        """Return every configured feed with its state, by id, and what it brought."""
        ...


class Articles(Protocol):
    """What has been read, and how it was scored."""

    def known(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles already read among these ids."""
        ...

    def save(self, read: Sequence[Read], at: datetime) -> None:
        """Store what reading came to, for a batch of entries."""
        ...

    def known_by_link(self, keys: Sequence[str]) -> dict[str, Article]:
        """Return the articles that entries with these link keys were read as, wherever their pages were found."""
        ...

    def shared(self, ids: Sequence[str]) -> set[str]:
        """Return those of these articles that several entries led to."""
        ...

    def revise(self, read: Sequence[Read], at: datetime) -> None:
        """Put new readings in the place of the old ones; the entries behind them stay as they are."""
        ...

    def uncompared(self, limit: int) -> list[Article]:
        """Return at most `limit` articles not compared with others since they were read, the earliest first."""
        ...

    def of_site(self, site: str, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles of a site, with all their paragraphs."""
        ...

    def compared(self, since: datetime, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles published after `since`, without furniture."""
        ...

    def same_text(self, ids: Sequence[str]) -> list[Document]:
        """Return the compared articles, of whatever age, whose text is that of one of these, letter for letter."""
        ...

    def save_compared(
        self,
        compared: Sequence[str],
        furniture: Mapping[str, Sequence[int]],
        copied: Sequence[Copied],
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store what comparing a batch came to; articles of it not named stand by themselves.

        An article compared before whose original came late is linked to it, unless it is a copy already.
        """
        ...

    def unscored(self, model: str, since: datetime, limit: int) -> list[Article]:
        """Return at most `limit` articles published after `since` that this model version has not scored."""
        ...

    def save_scores(
        self, scored: Sequence[Article], given: Sequence[Score], told: Sequence[Outcome], model: str, at: datetime
    ) -> None:
        """Store a batch's scores and mark its articles as scored by `model`."""
        ...


class Archive(Protocol):
    """The raw answers behind articles."""

    def all(self, since: datetime | None = None) -> Iterator[tuple[Unread, ArchivedPage]]:
        """Yield each answer fetched after `since` with the first entry that led to it; `again` names the article."""
        ...

    def size(self) -> ArchiveSize:
        """Return how many answers are kept, since when, and how much room they take."""
        ...

    def prune(self, before: datetime) -> int:
        """Give up the answers fetched before that moment and return how many; what was read from them stays."""
        ...
