"""What the pipeline asks of the world; adapters fit these by shape, inherit nothing, and are chosen in `wiring.py`.

Times handed in and out are aware UTC. A store's method is one transaction, and raises StoreError.
"""

from __future__ import annotations

from monitor.ports.judges import CopyFinder, Grouper, Placing, Scorer
from monitor.ports.models import Models, Trainings
from monitor.ports.news import Archive, Articles, Sources
from monitor.ports.outbox import Outbox, Readers, Slot
from monitor.ports.store import Store
from monitor.ports.stories import Cuts, Grouping, Stories
from monitor.ports.world import Notifier, Progress, Web, Workers

__all__ = [
    "Archive",
    "Articles",
    "CopyFinder",
    "Cuts",
    "Grouper",
    "Grouping",
    "Models",
    "Notifier",
    "Outbox",
    "Placing",
    "Progress",
    "Readers",
    "Scorer",
    "Slot",
    "Sources",
    "Store",
    "Stories",
    "Trainings",
    "Web",
    "Workers",
]
