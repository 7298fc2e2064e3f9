"""Everything the monitor remembers, digests and deliveries among it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from monitor.ports.models import Models, Trainings
from monitor.ports.news import Archive, Articles, Sources
from monitor.ports.stories import Cuts, Grouping, Stories
from monitor.records import Coverage, Delivery, Outcome, Planned, Receipt, Told


class Outbox(Protocol):
    """What was promised to whom, and how far it has come."""

    def told(self, person: str, among: Sequence[str] | None = None) -> dict[str, Told]:
        """Return what a person has been told, by the story in which each article is now; all, or `among` some."""
        ...

    def last_digest_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest of a watch for a person was composed."""
        ...

    def coverage(self, since: datetime | None, now: datetime) -> Coverage:
        """Return how many feeds answered when last asked, and how many articles were read since."""
        ...

    def plan(
        self, planned: Sequence[Planned], content: Mapping[str, Any], outcomes: Sequence[Outcome], model: str
    ) -> None:
        """Store digests, who has now been told what, and the deliveries; what is stored already stays as it is."""
        ...

    def due(self, now: datetime) -> list[Delivery]:
        """Return the deliveries to be sent now, the oldest first, those left behind by a dead sender included."""
        ...

    def sending(self, delivery_id: str) -> None:
        """Note that a delivery is being attempted, before it is."""
        ...

    def sent(self, delivery_id: str, receipt: Receipt, at: datetime) -> None:
        """Note that the channel took it."""
        ...

    def failed(self, delivery_id: str, reason: str, message: str, next_at: datetime | None, at: datetime) -> None:
        """Note that the channel did not take it; without a `next_at` it is dead and waits for a person."""
        ...


class Store(Protocol):
    """Everything the monitor remembers."""

    @property
    def sources(self) -> Sources:
        """Feeds, polls and entries."""
        ...

    @property
    def articles(self) -> Articles:
        """What has been read, and how it was scored."""
        ...

    @property
    def archive(self) -> Archive:
        """The raw answers behind articles."""
        ...

    @property
    def stories(self) -> Stories:
        """Articles grouped by event."""
        ...

    @property
    def grouping(self) -> Grouping:
        """Articles on their way into stories."""
        ...

    @property
    def cuts(self) -> Cuts:
        """What people decided about stories."""
        ...

    @property
    def models(self) -> Models:
        """The versions that judged."""
        ...

    @property
    def trainings(self) -> Trainings:
        """Which of them is in charge, and why."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Digests and deliveries."""
        ...

    def only_one(self, task: str) -> AbstractContextManager[None]:
        """Hold `task` alone, freed also when the holder dies; raises BusyError while another process holds it."""
        ...
