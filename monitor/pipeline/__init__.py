"""The steps, in the order in which news travels.

    poll ─→ read ─→ score ─→ group ─→ plan ─→ deliver
     │        │        │        │        │        │
     feeds    pages    topics   stories  digests  channels      each finds its work in the store, does a batch,
     entries  articles scores   members  outbox   receipts      commits it, and may be killed and run again

The steps that compute know nothing of each other or of the world; this room introduces them. It decides nothing about
news: it decides the order, the batches, and when something is tried again. Only `poll` and `read` run in parallel,
inside the web client and the worker pool.
"""

from __future__ import annotations

from monitor.pipeline.cycle import Pipeline
from monitor.pipeline.progress import PlainLines
from monitor.pipeline.reports import CycleReport
from monitor.pipeline.tools import Rules, Tools

__all__ = ["CycleReport", "Pipeline", "PlainLines", "Rules", "Tools"]
