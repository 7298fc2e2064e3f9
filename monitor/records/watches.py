"""Watches and the people they tell: what the user decided about when, how often and of what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell of a story at once when `articles` by `publishers` appeared within `hours`, after a pause to settle.

    The pause begins when the rule is first met, and never starts again: what comes in it is told with the rest.
    """

    articles: int = 3
    publishers: int = 2
    hours: float = 6.0
    settle_minutes: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Major:
    """A story by `publishers` within `hours` is major: no pause, no daily limit; it may `wake` in quiet hours."""

    publishers: int = 5
    hours: float = 6.0
    wake: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Tell again of a story already told when it has `articles` new ones, and not sooner than `hours` later.

    With `status`, one new article is enough when it changes how far things have come. `days` after the reader was
    first told, a story is told in scheduled digests only.
    """

    articles: int = 3
    hours: float = 3.0
    days: float = 5.0
    status: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """Which matches of its topics a watch counts; None leaves that to the topics.

    `score` is the least score. `precision` is the share of the counted matches that should be right; it takes effect
    for topics that have learned from labels, because others have no probability.
    """

    score: float | None = None
    precision: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When a scheduled digest is due: the phrase that the user wrote, and the cron expressions that it means."""

    phrase: str
    crons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When a person is left alone: `nightly` from one local time to another (over midnight if need be), and whole days.

    `days` are weekdays, Monday 0. `phrase` is what the user wrote.
    """

    phrase: str
    nightly: tuple[time, time] | None = None
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Topics, rules and who is told.

    None for `notify`, `major`, `updates` or `digest` is never. `timezone` is that of `digest`; empty: each reader's.
    `send_empty` sends a digest also when there is nothing to tell. `budget` is a number of messages a day that sets
    the numbers of `notify` by itself; None: they are as written. `stories` is the most that one message holds.
    """

    id: str
    title: str
    topics: tuple[str, ...]
    people: tuple[str, ...]
    notify: Notify | None = field(default_factory=Notify)
    updates: Updates | None = field(default_factory=Updates)
    stories: int = 12
    major: Major | None = field(default_factory=Major)
    minimum: Minimum = field(default_factory=Minimum)
    digest: Timetable | None = None
    timezone: str = ""
    send_empty: bool = False
    budget: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is told; `channels` are ids of configured channels; `timezone` is an IANA name.

    `slack` is the Slack channel or member that a bot writes to, where it is not the channel's own. At most
    `messages_per_day` messages are sent in a day of the person's, not counting major stories; None: no limit.
    """

    id: str
    name: str
    channels: tuple[str, ...]
    email: str | None = None
    timezone: str = "UTC"
    slack: str | None = None
    quiet: Quiet | None = None
    messages_per_day: int | None = 6


class MuteKind(StrEnum):
    """What a person wants to hear nothing of."""

    STORY = "story"
    WATCH = "watch"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A person's wish to hear nothing of a story or a watch (`subject` is its id) or of anything, for a while.

    Only an unsubscription has no end (`until` is None). When a mute ends, what still holds is told.
    """

    id: str
    person: str
    kind: MuteKind
    subject: str
    since: datetime
    until: datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person has been told of a story, by whichever watch: the articles, when first and last, and how.

    `digest_id` is the digest that told of it first, to which updates belong. `major` when it was told as major once.
    `lapsed` when no message of it arrived: it is told as new, but in a scheduled digest only. `lapsed_at` is when the
    newest message was composed that never arrived, also of a story of which others did.
    """

    article_ids: frozenset[str]
    first_at: datetime
    last_at: datetime
    digest_id: str = ""
    major: bool = False
    lapsed: bool = False
    lapsed_at: datetime | None = None
