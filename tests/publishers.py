"""An invented publisher: its stories, its feed at any moment, its server's manners and its failures.

A publisher's document changes only at its events, so that a right server can name every state of it by a number.
"""

from __future__ import annotations

import html
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WINDOW = 8
"""Stories in a document, where a publisher has no other habit."""

WORDS = " ".join(random.Random(5).choices("ash elm oak fir yew bay fig ivy rye hop".split(), k=256))  # noqa: S311, SIM905 - filler
"""Enough words for a full text, and short ones, so that the simulation does not spend its time on reading them."""

LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)
"""When the documents without stories were last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story: its number, when it came out, and when its publisher touched it again."""

    number: int
    at: datetime
    touched: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A time in which a publisher's server fails: a status, `dns` or `timeout`; `retry_after` is the header."""

    start: datetime
    end: datetime
    kind: int | str
    wait: timedelta | None = None
    wait_as_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a publisher's software behaves.

    `validators`: both, etag, modified, none, `frozen` (always the same, and 304 to whoever sends it), or `future`
    (dated 2041, and 304 to whoever sends it). `guid`: id, link, `revision` (the link with a number that counts up),
    `one` (for all), none, or `random` (another one each time). `link`: plain, utm (another tag each day), https (http
    before the flip), www (without it before the flip), or none. `date`: right, none, `now` (always), or `ahead`.
    """

    validators: str = "both"
    guid: str = "id"
    link: str = "plain"
    date: str = "right"
    edits: bool = False
    max_age: timedelta | None = None
    expires: timedelta | None = None
    ttl: timedelta | None = None
    period: tuple[str, int] | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    @property
    def asks_to_wait(self) -> timedelta:
        """The longest time, by its document, between two polls; never more than a day."""
        periods = {"hourly": HOUR, "daily": DAY}
        period = periods[self.period[0]] / self.period[1] if self.period else timedelta()
        return min(max(self.ttl or timedelta(), period), DAY)

    @property
    def stays_fresh(self) -> timedelta:
        """How long an answer is good for, by its headers; max-age goes before Expires, and never more than a day."""
        return min(self.max_age or self.expires or timedelta(), DAY)


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """One feed and the server behind it; `site` is where its stories live."""

    id: str
    host: str
    site: str
    stories: Sequence[Story]
    manner: Manner = Manner()
    faults: tuple[Fault, ...] = ()
    moves_at: datetime | None = None
    flips_at: datetime | None = None
    tag: str = ""
    window: int = WINDOW
    group: str = "plain"

    @property
    def url(self) -> str:
        """The configured address."""
        return f"https://{self.host}/{self.id}/feed.xml"

    @property
    def new_url(self) -> str:
        """Where the feed lives after it moved."""
        return f"https://{self.host}/new/{self.id}.xml"

    @cached_property
    def _events(self) -> list[datetime]:
        touched = (moment for story in self.stories for moment in story.touched)
        flips = [self.flips_at] if self.flips_at else []
        return sorted([*(story.at for story in self.stories), *touched, *flips])

    @cached_property
    def _times(self) -> list[datetime]:
        return [story.at for story in self.stories]

    def validators(self, now: datetime) -> tuple[str | None, str | None]:
        """Return the ETag and Last-Modified headers of the document as it is now."""
        kind = self.manner.validators
        if kind in {"none", "frozen", "future"}:
            frozen = '"always"' if kind == "frozen" else None
            return frozen, "Thu, 03 Jan 2041 10:00:00 GMT" if kind == "future" else None
        number = bisect_right(self._events, now)
        etag = f'W/"{self.id}-{number}"' if kind in {"both", "etag"} else None
        changed = self._events[number - 1] if number else LONG_AGO
        return etag, format_datetime(changed, usegmt=True) if kind in {"both", "modified"} else None

    def fault(self, now: datetime) -> Fault | None:
        """Return what is wrong with the server now."""
        return next((fault for fault in self.faults if fault.start <= now < fault.end), None)

    def shown(self, now: datetime) -> Sequence[Story]:
        """Return the stories in the document, the newest first."""
        last = bisect_right(self._times, now)
        return self.stories[max(last - self.window, 0) : last][::-1]

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the headers of an answer."""
        etag, modified = self.validators(now)
        age = self.manner.max_age
        expires = self.manner.expires
        given = {
            "content-type": "application/rss+xml",
            "date": format_datetime(now, usegmt=True),
            "etag": etag,
            "last-modified": modified,
            "cache-control": f"public, max-age={int(age.total_seconds())}" if age else None,
            "expires": format_datetime(now + expires, usegmt=True) if expires else None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def title(self, story: Story, now: datetime) -> str:
        """Return a story's title, which an edit changes."""
        edits = bisect_right(story.touched, now) if self.manner.edits else 0
        return f"Story {story.number} of {self.site}" + (f", corrected {edits}" if edits else "")

    def date(self, story: Story, now: datetime) -> datetime | None:
        """Return the date that the document gives a story."""
        dates = {"right": story.at, "none": None, "now": now, "ahead": story.at + 5 * HOUR}
        return dates[self.manner.date]

    def document(self, now: datetime) -> bytes:
        """Return the feed as it is now."""
        items = "".join(self._item(story, now) for story in self.shown(now))
        head = "".join(self._furniture(now))
        spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        spaces += ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        return f'<rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'.encode()

    def _furniture(self, now: datetime) -> Iterator[str]:
        manner = self.manner
        yield f"<title>Feed {self.id}</title><link>https://{self.site}/</link>"
        if manner.validators == "none":
            yield f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>"
        if manner.ttl:
            yield f"<ttl>{int(manner.ttl / timedelta(minutes=1))}</ttl>"
        if manner.period:
            yield f"<sy:updatePeriod>{manner.period[0]}</sy:updatePeriod>"
            yield f"<sy:updateFrequency>{manner.period[1]}</sy:updateFrequency>"
        if manner.skip_hours:
            yield f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in sorted(manner.skip_hours))}</skipHours>"
        if manner.skip_days:
            names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
            yield f"<skipDays>{''.join(f'<day>{names[day]}</day>' for day in sorted(manner.skip_days))}</skipDays>"

    def _item(self, story: Story, now: datetime) -> str:
        link, date = self._link(story, now), self.date(story, now)
        guid = self._guid(story, now, link)
        parts = [
            f"<title>{self.title(story, now)}</title>",
            f"<link>{html.escape(link + self._tag(now))}</link>" if self.manner.link != "none" else "",
            f'<guid isPermaLink="false">{html.escape(guid)}</guid>' if guid else "",
            f"<pubDate>{format_datetime(date)}</pubDate>" if date else "",
            f"<content:encoded>story{story.number}x {WORDS}</content:encoded>",
        ]
        return f"<item>{''.join(parts)}</item>"

    def _link(self, story: Story, now: datetime) -> str:
        flipped = self.flips_at is not None and now >= self.flips_at
        scheme = "http" if self.manner.link == "https" and not flipped else "https"
        www = "www." if self.manner.link == "www" and flipped else ""
        return f"{scheme}://{www}{self.site}/{story.at:%Y/%m/%d}/{story.number}"

    def _tag(self, now: datetime) -> str:
        if self.manner.link == "utm":
            return f"?utm_source=rss&utm_campaign=day-{now.day}"
        return self.tag

    def _guid(self, story: Story, now: datetime, link: str) -> str:
        guids = {
            "id": f"{self.site}:{story.number}",
            "link": link + self._tag(now),
            "revision": f"{link}#{bisect_right(story.touched, now)}",
            "one": self.site,
            "none": "",
            "random": f"{story.number}-{now:%d%H%M}",
        }
        return guids[self.manner.guid]
