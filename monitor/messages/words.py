"""The words and figures of a message: plurals, shares and local times, the same on every machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from monitor.records import Coverage, Item, Kind, Matched, Source

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEK = timedelta(days=6)

RELATIONS = {"copies": "copy", "cites": "cites another"}
"""How an article stands to another whose news it repeats, in the words a reader sees."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return "1 story" or "2,000 stories"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share as a rounded percentage; only a certain one is 0 or 100 %."""
    rounded = int(share * 100 + 0.5)
    if 0 < share < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded} %"


def counts(items: tuple[Item, ...]) -> str:
    """Return "1 major story, 2 new stories, 1 update", naming only what there is, each story once."""
    tally = Counter("major" if item.major else item.kind for item in items)
    named = (("major", "major story", "major stories"), (Kind.NEW, "new story", "new stories"), (Kind.UPDATE, "update"))
    parts = (plural(tally[kind], *nouns) for kind, *nouns in named if tally[kind])
    return ", ".join(parts) or "nothing new"


def coverage(found: Coverage, now: datetime, zone: tzinfo) -> str:
    """Return what the digest rests on: "from 23 articles since Mon 07:00; 41 of 44 feeds answered"."""
    since = f" since {moment(found.since, now, zone)}" if found.since else ""
    return f"from {plural(found.articles, 'article')}{since}{answered(found)}"


def answered(found: Coverage) -> str:
    """Return "; 41 of 44 feeds answered", or "" where there is none."""
    return f"; {found.feeds_answering:,} of {plural(found.feeds, 'feed')} answered" if found.feeds else ""


def waiting(stories: int) -> str:
    """Return that so many stories come with the next message, or ""."""
    waits = "waits" if stories == 1 else "wait"
    return f"{plural(stories, 'more story', 'more stories')} {waits} for the next message." if stories > 0 else ""


def listed(names: Sequence[str], limit: int) -> str:
    """Return "A", "A and B", "A, B and C", or "A, B, C and 2 more" for what goes beyond the limit."""
    shown = [*names[:limit], f"{len(names) - limit:,} more"] if len(names) > limit else [*names]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def hours(articles: Sequence[int]) -> str:
    """Return what a strip of the articles of each hour shows, or "" when there are none."""
    return f"Articles per hour over the last {len(articles)} hours, peak {max(articles)}" if any(articles) else ""


def mark(source: Source) -> str:
    """Return how an article stands to the others, or that it is a teaser, in a word or two."""
    return RELATIONS.get(source.relation, "teaser only" if source.teaser else "")


def strength(matched: Matched) -> str:
    """Return how sure the topic is, as far as it can be: a cold topic has no probability."""
    return "cold topic" if matched.probability is None else percent(matched.probability)


def zone_of(name: str) -> tzinfo:
    """Return the time zone of that name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder of zones
        return UTC


def day(at: datetime, zone: tzinfo) -> str:
    """Return "Tuesday 24 November 2026, 07:00 CET"."""
    there = _local(at, zone)
    date = f"{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]} {there.year}"
    return f"{date}, {there:%H:%M} {zone_name(there)}"


def zone_name(there: datetime) -> str:
    """Return what its zone is called at that moment: "CET", or "UTC+05:45" for one without a name of its own."""
    name = there.tzname() or "UTC"
    # Such zones call themselves "+03" or "+0545".
    return f"UTC{name[:3]}{':' if name[3:] else ''}{name[3:]}" if name.startswith(("+", "-")) else name


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a time as short as a reader at `now` needs it: "08:12", "Tue 08:12", "3 Nov 08:12" or "3 Nov 2025"."""
    there, here = _local(at, zone), _local(now, zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if there <= here and here.date() - there.date() <= _WEEK:
        return f"{_DAYS[there.weekday()][:3]} {there:%H:%M}"
    date = f"{there.day} {_MONTHS[there.month - 1][:3]}"
    return f"{date} {there:%H:%M}" if there.year == here.year else f"{date} {there.year}"


def ahead(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a time to come: "today 18:00", "Wed 07:00", "3 Dec 07:00" or "3 Jan 2027"."""
    there, here = _local(at, zone), _local(now, zone)
    if there.date() == here.date():
        return f"today {there:%H:%M}"
    if here < there and there.date() - here.date() <= _WEEK:
        return f"{_DAYS[there.weekday()][:3]} {there:%H:%M}"
    return moment(at, now, zone)


def _local(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:  # feeds do say "9999-12-31T23:59:59Z"
        return at
