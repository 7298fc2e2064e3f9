"""Scored articles → stories: which articles are about the same event.

`WordStatistics` says how common every word is and is frozen under a version; `StoryGrouper` places articles with it.
`find_copies` says which article has its words from another (`CopyFinder` is the same with a memory); `sourcing` says
whose news the articles of a story are, and `tell` how it is told to a reader. All are loaded
when first asked for, so that importing this room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.stories.copies import CopyFinder, find_copies
    from monitor.stories.grouper import StoryGrouper, story_id
    from monitor.stories.idf import WordStatistics
    from monitor.stories.provenance import sourcing
    from monitor.stories.telling import tell

__all__ = ["CopyFinder", "StoryGrouper", "WordStatistics", "find_copies", "sourcing", "story_id", "tell"]

_HOMES = {
    "CopyFinder": "monitor.stories.copies",
    "find_copies": "monitor.stories.copies",
    "StoryGrouper": "monitor.stories.grouper",
    "WordStatistics": "monitor.stories.idf",
    "sourcing": "monitor.stories.provenance",
    "story_id": "monitor.stories.grouper",
    "tell": "monitor.stories.telling",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
