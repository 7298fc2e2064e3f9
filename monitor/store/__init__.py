"""Tables and queries in SQLAlchemy Core, on SQLite and PostgreSQL; one class per thing that is kept."""

from __future__ import annotations

from contextlib import AbstractContextManager

from monitor.store.archive import Archive
from monitor.store.cuts import Cuts
from monitor.store.database import Database
from monitor.store.drifting import Drifting
from monitor.store.flagged import Flagged
from monitor.store.grouping import Grouping
from monitor.store.judged import JudgedArticles
from monitor.store.ledger import Ledger
from monitor.store.models import Models
from monitor.store.outbox import Outbox
from monitor.store.readers import Readers
from monitor.store.reading import Articles
from monitor.store.receipts import Receipts
from monitor.store.sources import Sources
from monitor.store.stories import Stories
from monitor.store.trainings import Trainings


class Store:
    """Everything the monitor remembers, in one database."""

    def __init__(self, url: str, *, config: str = "", busy_seconds: float = 10.0) -> None:
        """Open the database at the SQLAlchemy `url`, creating or upgrading its tables; raises StoreError.

        `config` is the hash of the configuration in force, kept with each outcome.
        """
        self.database = Database(url, busy_seconds=busy_seconds)
        self.sources = Sources(self.database, config)
        self.articles = Articles(self.database, config)
        self.archive = Archive(self.database)
        self.stories = Stories(self.database)
        self.grouping = Grouping(self.database, config)
        self.cuts = Cuts(self.database, config)
        self.models = Models(self.database)
        self.drifting = Drifting(self.database)
        self.flagged = Flagged(self.database)
        self.judged = JudgedArticles(self.database)
        self.trainings = Trainings(self.database)
        self.outbox = Outbox(self.database, config)
        self.readers = Readers(self.database)
        self.receipts = Receipts(self.database, config)
        self.ledger = Ledger(self.database, config)

    def only_one(self, task: str) -> AbstractContextManager[None]:
        """Hold `task` alone, freed also when the holder dies; raises BusyError while another process holds it."""
        return self.database.only_one(task)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


__all__ = [
    "Archive",
    "Articles",
    "Cuts",
    "Database",
    "Drifting",
    "Flagged",
    "Grouping",
    "Ledger",
    "Models",
    "Outbox",
    "Readers",
    "Receipts",
    "Sources",
    "Store",
    "Stories",
    "Trainings",
]
