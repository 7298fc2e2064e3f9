"""Which entries to read first when a cycle may not read them all: those whose few words look most like a topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from monitor.pipeline.tools import Tools
from monitor.records import Document, Unread

LOOKED_THROUGH = 10_000
"""Waiting entries weighed against each other in one cycle; older ones than these wait unweighed."""


def chosen(tools: Tools, budget: int) -> tuple[Sequence[Unread], Sequence[Unread]]:
    """Return the `budget` entries that are likeliest to match a topic, likeliest first, and the others.

    Title and summary are scored like an article; what counts is how far the best topic is above its threshold. Entries
    alike in that come the newest first.
    """
    waiting = tools.store.sources.unread(tools.clock(), LOOKED_THROUGH)
    if len(waiting) <= budget:
        return waiting, []
    best: dict[str, float] = defaultdict(lambda: float("-inf"))
    for one in tools.scorer().score([_document(unread) for unread in waiting]):
        best[one.id] = max(best[one.id], one.score - one.threshold)
    ranked = sorted(waiting, key=lambda unread: -best[unread.id])
    return ranked[:budget], ranked[budget:]


def _document(unread: Unread) -> Document:
    entry = unread.entry
    return Document(id=unread.id, title=entry.title, text=entry.summary or entry.content, published=entry.published)
