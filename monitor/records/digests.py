"""What a digest says: its stories, why they are in it, what was held back, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.records.stories import News, Quoted, Status


class Kind(StrEnum):
    """How a story stands in a digest."""

    NEW = "new"
    UPDATE = "update"


class Why(StrEnum):
    """Why a message is sent: a rule fired, quiet hours are over, the timetable says so, or a person asked."""

    NOTICE = "notice"
    FLUSH = "flush"
    DIGEST = "digest"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article named in a digest; the link goes straight to the publisher.

    `relation` is how it stands to the others of its story (`records/stories.py`), empty where that is not known. A
    `teaser` holds only the beginning of what its publisher wrote.
    """

    article_id: str
    title: str
    url: str
    publisher: str
    published: datetime
    is_new: bool
    relation: str = ""
    teaser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Why a story is in a digest: topic, strength (no probability while the topic is cold), words and passage.

    `terms` are the words that raised the score most, `against` is the one that lowered it most, if any. The passage is
    number `part` of `parts` of its article, or 0 of 0 for an article that was not divided; `article_id` and `publisher`
    say whose words it is.
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
    article_id: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader asks for through an action; `name` as in `Action`, and `resume` and `unmute`, which take back.

    `subject` is an article's id for `relevant` and `off-topic` (with their `topic`), a story's for `mute` and
    `unmute`, and a watch's for the others.
    """

    name: str
    person: str
    subject: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a reader can do about a story or a watch: a link where the monitor has a public address, else a command.

    `name`: `relevant`, `off-topic`, `mute`, `pause` or `unsubscribe`. `label` is what to show. The link shows a page
    that asks, and does nothing by itself.
    """

    name: str
    label: str
    url: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story in a digest. `reason` is the rule that fired, in words with its numbers.

    `summary` are sentences taken whole from articles, which `quoted` names. `publishers` counts independent voices.
    `unseen` names those whose reports are credited and that no feed brings. `news` is what is new since the reader was
    told, None for a new story. Without `first_sure`, `first_seen` is only the earliest that we saw: its news may be
    another's.

    `major` items come first. `since` is when the reader was last told of the story. `hours` counts its articles in each
    of the last 24 hours, the oldest first.
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
    major: bool = False
    since: datetime | None = None
    hours: tuple[int, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A story that matched but was not sent, with the rule that held it back (code and sentence).

    `url` and `publisher` are those of the article that the headline is from.
    """

    story_id: str
    headline: str
    reason: str
    message: str
    url: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a digest rests on: feeds that answered of all, and articles read in the period.

    `silent` names the feeds that have failed for a day or longer. Of the articles, `teasers` were teasers only.
    """

    feeds: int
    feeds_answering: int
    articles: int
    since: datetime | None
    silent: tuple[str, ...] = ()
    teasers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The content of one message to one person; every channel renders this same object.

    `why` is the occasion and `trigger` says it in a sentence. `slot` is the moment at which a scheduled one was due,
    and `next_at` when the next one comes. `waiting` stories were due as well and come with the next message. `thread`
    is the id of an earlier digest whose story this one goes on with. `actions` are about the watch.
    """

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
    why: Why = Why.NOTICE
    slot: datetime | None = None
    next_at: datetime | None = None
    waiting: int = 0
    thread: str | None = None
    actions: tuple[Action, ...] = ()
