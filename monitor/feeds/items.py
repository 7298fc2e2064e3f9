"""What the readers hand over: a feed's items as the publisher wrote them, markup and all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from monitor.records import Hints


class NotAFeedError(Exception):
    """The document is something else; `found` says what, with its article."""

    def __init__(self, found: str) -> None:
        """Keep what was found instead."""
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item with its markup; texts that were not given are empty, dates are aware and not yet checked.

    `date_written` tells whether any date stood there, read or not.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    date_written: bool = False
    authors: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document; `link` is the home page it names; `dropped` counts items the reader could not read."""

    title: str
    link: str
    language: str
    items: tuple[Item, ...]
    dropped: Counter[str] = field(default_factory=Counter)
    hints: Hints = field(default_factory=Hints)
