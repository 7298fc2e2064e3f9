"""Watches, what is told to whom, and how it travels there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.records.stories import News, Quoted, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell of a story at once when `articles` from `publishers` appeared within `hours`."""

    articles: int = 3
    publishers: int = 2
    hours: float = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Tell again of a story already told when it has `articles` new ones, and not sooner than `hours` later."""

    articles: int = 2
    hours: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Topics, rules and who is told."""

    id: str
    title: str
    topics: tuple[str, ...]
    people: tuple[str, ...]
    notify: Notify = field(default_factory=Notify)
    updates: Updates = field(default_factory=Updates)
    stories: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is told; `channels` are ids of configured channels; `timezone` is an IANA name."""

    id: str
    name: str
    channels: tuple[str, ...]
    email: str | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person has been told of a story, by whichever watch: the articles, and when first and last."""

    article_ids: frozenset[str]
    first_at: datetime
    last_at: datetime


class Kind(StrEnum):
    """How a story stands in a digest."""

    NEW = "new"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article named in a digest; the link goes straight to the publisher."""

    article_id: str
    title: str
    url: str
    publisher: str
    published: datetime
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Why a story is in a digest: topic, strength (no probability while the topic is cold), words and passage.

    `terms` are the words that raised the score most, `against` is the one that lowered it most, if any. The passage is
    number `part` of `parts` of its article, or 0 of 0 for an article that was not divided.
    """

    topic: str
    title: str
    score: float
    probability: float | None
    terms: tuple[str, ...]
    passage: str
    threshold: float = 0.0
    against: str = ""
    part: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story in a digest. `reason` is the rule that fired, in words with its numbers.

    `summary` are sentences taken whole from articles, which `quoted` names. `publishers` counts independent voices.
    `unseen` names those whose reports are credited and that no feed brings. `news` is what is new since the reader was
    told, None for a new story. Without `first_sure`, `first_seen` is only the earliest that we saw: its news may be
    another's.
    """

    story_id: str
    kind: Kind
    headline: str
    url: str
    summary: str
    sources: tuple[Source, ...]
    publishers: int
    first_seen: Source
    matched: tuple[Matched, ...]
    reason: str
    quoted: tuple[Quoted, ...] = ()
    status: Status | None = None
    unseen: tuple[str, ...] = ()
    news: News | None = None
    first_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A story that matched but was not sent, with the rule that held it back (code and sentence)."""

    story_id: str
    headline: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a digest rests on: feeds that answered of all, and articles read in the period."""

    feeds: int
    feeds_answering: int
    articles: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The content of one message to one person; every channel renders this same object."""

    id: str
    watch_id: str
    watch_title: str
    person_id: str
    created_at: datetime
    timezone: str
    items: tuple[Item, ...]
    also: tuple[Source, ...]
    held: tuple[Held, ...]
    coverage: Coverage
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest rendered for every kind of channel; the same links in each."""

    subject: str
    text: str
    html: str
    slack: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest on its way to one recipient on one channel; `message_id` is the same in every attempt."""

    id: str
    digest_id: str
    channel: str
    recipient: str
    message: Message
    person: str
    message_id: str
    created_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's word that it took a message: its own id for it, and the place a person can look at."""

    provider_id: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A digest with the deliveries that carry it; both are stored in one transaction."""

    digest: Digest
    deliveries: tuple[Delivery, ...]
