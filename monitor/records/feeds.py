"""From a feed to the entries that wait to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source as the user configured it; `id` is the user's and never changes.

    `every` overrides the shortest time between two polls. `headers` go to the feed's own origin and nowhere else, may
    hold secrets, and are therefore never stored or shown.
    """

    id: str
    name: str
    url: str
    publisher: str
    language: str = "en"
    kind: str = "press"
    every: timedelta | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """When a feed's own document wants to be asked again.

    `wait` is the longest of `ttl` and `sy:updatePeriod`; `skip_hours` (0-23) and `skip_days` (Monday is 0) are in UTC.
    """

    wait: timedelta = timedelta()
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a feed brings something, as an exponentially decaying count of its new entries.

    `count` is what `at` saw of it; `new_at` is when something new last came.
    """

    count: float = 0.0
    at: datetime | None = None
    new_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """An unbroken row of failed polls: how many, their weight, since when, and the last one's reason and sentence.

    `named` tells whether the user has been told that the feed is dead.
    """

    count: int = 0
    weight: float = 0.0
    since: datetime | None = None
    reason: str = ""
    message: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect seen again and again: where to, since when, how often; `adopted` once it is believed.

    Once it is adopted, `since` and `seen` are of a redirect that leads on from there.
    """

    url: str
    since: datetime
    seen: int = 1
    adopted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered between two polls of a feed.

    The validators are kept verbatim, quotes included. `body_hash` is that of the raw bytes, `entries_hash` that of what
    they said. `full_at` is when the whole document was last asked for without conditions; a feed is `distrusted` once
    that proved its "not modified" false. `retired_at` is set when the publisher said twice that the feed is gone.
    """

    feed_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    entries_hash: str | None = None
    full_at: datetime | None = None
    distrusted: bool = False
    hints: Hints = Hints()
    rhythm: Rhythm = Rhythm()
    failing: Failing = Failing()
    move: Move | None = None
    next_at: datetime | None = None
    last_status: int | None = None
    last_ok_at: datetime | None = None
    first_ok_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRest:
    """A host that asked to be left alone (429, 503, a burst of 403) until `until`; `times` in a row."""

    host: str
    until: datetime
    times: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """The robots.txt of an origin (`https://host`) as fetched; `text` is empty where there is none."""

    origin: str
    text: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET to be made; `key` comes back with the answer.

    `headers` are sent to the origin of `url` only, never to where a redirect leads. `spacing` asks for a longer pause
    after this request than the usual one between two requests of a host, in seconds.
    """

    key: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    max_bytes: int = 10_000_000
    accept: str = "*/*"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    spacing: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer of HTTP status 200 or 304; header names are lower-case; `body` is decompressed and empty for a 304.

    `moved_to` is where the permanent redirects at the start of the way lead, if there were any.
    """

    key: str
    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0
    moved_to: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed."""
        return self.status == 304  # noqa: PLR2004 - the number is the protocol's


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item of a feed.

    `key` identifies it within its feed. `url` is the publisher's canonical form (tracking parameters removed), None
    when the item has no usable link; `url_key` is the same for all URLs of one article (its mobile and AMP twins, with
    and without `www.`), and None when other items of the document share the URL. `content` is the feed's own full text,
    as plain text, when it gave one.
    `date_note` says what was wrong with the publisher's date: `future` (taken as now, or left out when more than a day
    ahead), `ancient`, `unreadable`, `made-up` (all of the document's dates are the moment of our request), or nothing.
    """

    feed_id: str
    key: str
    url: str | None
    url_key: str | None = None
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    date_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document read: its entries in document order, and why some were left out (reason → how many).

    `entries_hash` changes when an entry comes, goes or says something else, and not when only the furniture around the
    entries does.
    """

    title: str
    entries: tuple[Entry, ...]
    language: str | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    hints: Hints = Hints()
    entries_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry met in a poll; `state` is `waiting` (to be read) or `backlog` (kept, not read), with the reason."""

    entry: Entry
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll of a feed brought.

    `outcome` is `answered` (its entries differ), `same-entries` (only the furniture around them does), `same-bytes`,
    `not-modified`, `failed`, or `held` (not asked, because its publisher wants to be left alone); `state` is what
    to remember for the next poll; `entries` are in document order.
    """

    feed: Feed
    at: datetime
    state: FeedState
    outcome: str
    reason: str
    message: str = ""
    status: int | None = None
    size: int = 0
    seconds: float = 0.0
    entries: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An entry that waits to be read, with the feed it came in; `attempts` have failed so far.

    `again` is the id of the article it was read as before it was edited.
    """

    id: str
    feed: Feed
    entry: Entry
    seen_at: datetime
    attempts: int = 0
    again: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a poll's entries: `new` ones, `edited` ones (a revision was kept), and `flipped` ones.

    A flipped entry is one already known that came back under another guid or URL.
    """

    new: int = 0
    edited: int = 0
    flipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A feed and what is known of it; the counts are of the last seven days, entries and articles of all time.

    `unchanged` of `answered` polls brought nothing that had to be parsed or stored. `repeated` entries were of articles
    known already; `teasers` are articles of which no page or feed gave more than the feed's own summary.
    """

    feed: Feed
    state: FeedState
    entries: int
    last_entry_at: datetime | None
    polls: int = 0
    answered: int = 0
    unchanged: int = 0
    repeated: int = 0
    articles: int = 0
    teasers: int = 0
