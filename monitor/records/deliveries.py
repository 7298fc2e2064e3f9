"""How a digest travels: its renderings, one delivery for each recipient and channel, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.records.digests import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A story as an entry of an Atom or JSON feed; `html` is a fragment, `id` the same for the same news."""

    id: str
    title: str
    url: str
    html: str
    text: str
    at: datetime
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest rendered for every kind of channel; the same stories and links in each.

    `slack_reply` is what to post where a conversation goes on that has a heading already, empty where none does. `data`
    is the digest as JSON-ready data, `entries` its stories for a feed, and `brief` one line for each story with its
    link, for channels that take only a short plain text.
    """

    subject: str
    text: str
    html: str
    slack: Mapping[str, object]
    slack_reply: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[FeedEntry, ...] = ()
    brief: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest on its way to one recipient on one channel; `message_id` and `body` are the same in every attempt.

    `body` is what the channel froze when the digest was planned. `watch_id` names the digest's watch. A delivery that
    belongs into the conversation of an earlier one on the same channel has its id as `parent`, its Message-ID as
    `parent_message_id`, and, once that was sent, the channel's own id of it as `parent_provider_id`. `aloud` asks that
    an answer in a conversation be shown to all. `unsubscribe` is an https address that takes a POST. `open` when an
    earlier attempt may have arrived. `revived_at` is when a person had it sent again. `major` and `why` are its
    digest's.
    """

    id: str
    digest_id: str
    channel: str
    recipient: str
    person: str
    message_id: str
    created_at: datetime
    subject: str = ""
    watch_id: str = ""
    watch_title: str = ""
    body: bytes = field(default=b"", repr=False)
    parent: str | None = None
    parent_message_id: str = ""
    parent_provider_id: str = ""
    aloud: bool = False
    unsubscribe: str = ""
    attempts: int = 0
    open: bool = False
    revived_at: datetime | None = None
    major: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's word that it took a message: its own id for it, and the place a person can look at."""

    provider_id: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A digest with its renderings and the deliveries that carry it; all are stored in one transaction."""

    digest: Digest
    message: Message
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A digest that was composed, as it can be shown again at any time: its renderings, and what it came from.

    `articles` holds the content hash of each article told, as it was then. `deliveries` are plain rows.
    """

    digest_id: str
    watch: str
    person: str
    why: str
    created_at: datetime
    trigger: str
    config: str
    model: str
    content: Mapping[str, Any]
    subject: str
    text: str
    html: str
    slack: Mapping[str, object]
    articles: Mapping[str, str]
    deliveries: tuple[Mapping[str, Any], ...]
