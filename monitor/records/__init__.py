"""What travels through the monitor: frozen records without behaviour that touches the world.

    Feed → Fetched → Entry → Article → Score → Story → Digest → Delivery

All times are aware UTC. All texts are plain text (no HTML) unless the name says otherwise.
"""

from __future__ import annotations

from monitor.records.articles import ArchivedPage, Article, Document, Extracted, Read
from monitor.records.digests import (
    Coverage,
    Delivery,
    Digest,
    Held,
    Item,
    Kind,
    Matched,
    Message,
    Notify,
    Person,
    Planned,
    Receipt,
    Source,
    Told,
    Updates,
    Watch,
)
from monitor.records.feeds import (
    Arrival,
    Entry,
    Failing,
    Feed,
    FeedHealth,
    FeedState,
    Fetched,
    Hints,
    HostRest,
    Move,
    ParsedFeed,
    Polled,
    Request,
    Rhythm,
    RobotsFile,
    Stored,
    Unread,
)
from monitor.records.ledger import Outcome
from monitor.records.stories import Grouped, Member, Placed, Story
from monitor.records.topics import Label, Score, Term, Topic

__all__ = [
    "ArchivedPage",
    "Arrival",
    "Article",
    "Coverage",
    "Delivery",
    "Digest",
    "Document",
    "Entry",
    "Extracted",
    "Failing",
    "Feed",
    "FeedHealth",
    "FeedState",
    "Fetched",
    "Grouped",
    "Held",
    "Hints",
    "HostRest",
    "Item",
    "Kind",
    "Label",
    "Matched",
    "Member",
    "Message",
    "Move",
    "Notify",
    "Outcome",
    "ParsedFeed",
    "Person",
    "Placed",
    "Planned",
    "Polled",
    "Read",
    "Receipt",
    "Request",
    "Rhythm",
    "RobotsFile",
    "Score",
    "Source",
    "Stored",
    "Story",
    "Term",
    "Told",
    "Topic",
    "Unread",
    "Updates",
    "Watch",
]
