"""Everything the monitor remembers, digests and deliveries among it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from monitor.ports.models import Models, Trainings
from monitor.ports.news import Archive, Articles, Sources
from monitor.ports.outbox import Outbox, Readers
from monitor.ports.stories import Cuts, Grouping, Stories


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

    @property
    def readers(self) -> Readers:
        """What each person was told and wants to be told, and when."""
        ...

    def only_one(self, task: str) -> AbstractContextManager[None]:
        """Hold `task` alone, freed also when the holder dies; raises BusyError while another process holds it."""
        ...
