"""A poll's entries as the rows they would be: their ids, and the hash of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.records import Arrival, Polled

TEXT = ("title", "summary", "content")
"""The columns that hold what an entry says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An entry of a poll, as the row it would be; `poll` is the poll's place in the batch.

    `shares_link` says that its URL belongs to another article; it has no `url_key` then.
    """

    poll: int
    row: Mapping[str, Any]
    reason: str
    shares_link: bool = False

    @property
    def id(self) -> str:
        """The id that its key gives it."""
        return str(self.row["id"])

    def under(self, key: str) -> Arrived:
        """Return it with another key, and the id which that gives it."""
        return replace(self, row={**self.row, "key": key, "id": entry_id(self.row["feed_id"], key)})

    def sharing_link(self) -> Arrived:
        """Return it as one whose URL belongs to another article."""
        return replace(self, row={**self.row, "url_key": None}, shares_link=True)


def arrived(place: int, poll: Polled) -> list[Arrived]:
    """Return a poll's entries; of several with one key, the last."""
    by_key = {arrival.entry.key: arrival for arrival in poll.entries}
    return [Arrived(poll=place, row=_row(poll, arrival), reason=arrival.reason) for arrival in by_key.values()]


def entry_id(feed_id: str, key: str) -> str:
    """Return an entry's id: a hash of the feed's id and the entry's key within that feed."""
    return hashlib.sha256(f"{feed_id}\n{key}".encode()).hexdigest()[:24]


def text_hash(title: str, summary: str, content: str) -> str:
    """Return a hash of what an entry says; how its words are spaced and broken into lines says nothing."""
    said = "\n".join(" ".join(text.split()) for text in (title, summary, content))
    return hashlib.sha256(said.encode()).hexdigest()


def _row(poll: Polled, arrival: Arrival) -> dict[str, Any]:
    entry = arrival.entry
    return {
        "id": entry_id(poll.feed.id, entry.key),
        "feed_id": poll.feed.id,
        "key": entry.key,
        "url": entry.url,
        "url_key": entry.url_key,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "content_hash": text_hash(entry.title, entry.summary, entry.content),
        "published": entry.published,
        "updated": entry.updated,
        "date_note": entry.date_note,
        "authors": list(entry.authors),
        "language": entry.language,
        "seen_at": poll.at,
        "state": arrival.state,
    }
