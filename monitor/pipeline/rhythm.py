"""When a feed is asked next: its own rhythm, what its publisher asks for, and what went wrong.

    interval     half of the mean time between two new entries, within the user's bounds
    not before   Cache-Control, Expires, Retry-After, ttl, updatePeriod, skipHours and skipDays: the latest counts
    failures     each weighs by how lasting it looks; the wait doubles with the weight, and never becomes for ever

Everything here is a pure function of the state, the answer and the moment.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.errors import MonitorError
from monitor.pipeline.tools import Rules
from monitor.records import Entry, Failing, Feed, FeedState, Hints, Move, Rhythm

HALF_LIFE = timedelta(days=3)
"""An entry this old counts half as much for a feed's rhythm as one of today."""

LONGEST = timedelta(hours=24)
"""However long a publisher asks us to wait, or a feed has failed: it is asked once a day."""

GIVEN_UP = timedelta(days=30)
"""A feed that has failed for this long is asked once a week, and a feed that is gone once in this time."""

WEEK = timedelta(days=7)

GONE_AGAIN = timedelta(hours=12)
"""A publisher who says that a feed is gone is asked once more, this much later, before it is believed."""

PUNCTUALITY = timedelta(minutes=1)
"""A schedule may start a cycle some seconds early; a feed must not have to wait for the next one because of it."""

GONE = "http-410"
_LASTING = frozenset({GONE, "http-404", "bad-url", "not-a-feed", "tls", "redirect-loop"})
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")
_NOT_KEPT = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,])")
_UNDATED_AGE = timedelta(days=1)
_SPREAD = 0.1
_DOUBLINGS = 16.0
_LOST = 3.0  # the weight of as many lasting failures in a row


def next_time(rules: Rules, feed: Feed, state: FeedState, headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when a feed that just answered is asked again: `state` holds its rhythm and hints as of this answer."""
    asked = min(max(freshness(headers, now), state.hints.wait), LONGEST)
    return after_skips(now + max(_own_wait(rules, feed, state, now), asked), state.hints)


def _own_wait(rules: Rules, feed: Feed, state: FeedState, now: datetime) -> timedelta:
    shortest = feed.every or rules.poll_every
    gap = mean_gap(state.rhythm, now)
    wait = shortest if gap is None else min(max(gap / 2, shortest), max(shortest, rules.poll_rest))
    # Feeds that rest equally long would otherwise all come back in the same minute.
    spread = max(wait * (1 - _SPREAD * _share(f"{feed.id} {now.isoformat()}")), shortest)
    return max(spread - PUNCTUALITY, spread / 2)


def _share(text: str) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


def mean_gap(rhythm: Rhythm, now: datetime) -> timedelta | None:
    """Return the mean time between two new entries, as it looks at `now`; None while it is unknown.

    In a steady state the decaying count is the rate times half-life / ln 2.
    """
    return None if rhythm.at is None else _gap(rhythm.count * 2.0 ** ((rhythm.at - now) / HALF_LIFE))


def usual_gap(rhythm: Rhythm) -> timedelta | None:
    """Return the mean time between two entries as it was when the last one came: what a silence is compared with.

    At that moment the count is higher than at any other, by half an entry on the average.
    """
    if rhythm.at is None or rhythm.new_at is None:
        return None
    since = max(rhythm.at - rhythm.new_at, timedelta())
    return _gap(rhythm.count * 2.0 ** min(since / HALF_LIFE, 500.0) - 0.5)


def _gap(count: float) -> timedelta:
    days = HALF_LIFE / timedelta(days=1) / math.log(2) / max(count, 1e-3)
    return timedelta(days=days)


def heard(rhythm: Rhythm, entries: Sequence[Entry], now: datetime) -> Rhythm:
    """Return the rhythm after a document whose entries differ from the last one's.

    New is what is dated later than anything before. Of a document without dates, one entry counts as new.
    """
    dates = [date for entry in entries if (date := entry.published or entry.updated) is not None]
    if rhythm.at is None:
        newest = max(dates, default=now) if entries else None
        return Rhythm(count=_first_count(dates, len(entries), now), at=now, new_at=newest)
    fresh = [date for date in dates if rhythm.new_at is None or date > rhythm.new_at]
    new = len(fresh) if dates else 1
    latest = max(fresh, default=rhythm.new_at) if dates else now
    decayed = rhythm.count * 2.0 ** (-max(now - rhythm.at, timedelta()) / HALF_LIFE)
    return Rhythm(count=decayed + new, at=now, new_at=latest)


def _first_count(dates: Sequence[datetime], entries: int, now: datetime) -> float:
    """Return the count as it would stand if the feed had always been watched.

    A document shows a window only, from its oldest entry on; before that, the rate is taken to have been the same.
    """
    ages = sorted(max(now - date, timedelta()) for date in dates) or [_UNDATED_AGE] * entries
    shares: list[float] = [2.0 ** (-age / HALF_LIFE) for age in ages]
    seen = 1 - shares[-1] if shares else 0.0
    return max(sum(shares), sum(shares[:-1]) / seen if seen > 0 else 0.0)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long an answer says it stays fresh (RFC 9111, 4.2.1): max-age less Age, else Expires less Date."""
    control = headers.get("cache-control", "").lower()
    if _NOT_KEPT.search(control):
        return timedelta()
    found = _MAX_AGE.search(control)
    if found:
        age = headers.get("age", "").strip()
        spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
        return max(timedelta(seconds=int(found[1]) - spent), timedelta())
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return timedelta()
    return max(expires - (http_date(headers.get("date", "")) or now), timedelta())


def http_date(text: str) -> datetime | None:
    """Read a date of an HTTP header; None for what is none, such as the common `Expires: 0`."""
    try:
        moment = parsedate_to_datetime(text[:64])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def after_skips(moment: datetime, hints: Hints) -> datetime:
    """Return the first moment, from the one given on, outside of the hours and days that a feed wants to be spared."""
    for _ in range(7 * 24 + 1):
        if moment.weekday() in hints.skip_days:
            moment = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        elif moment.hour in hints.skip_hours:
            moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        else:
            break
    return moment


def failed(rules: Rules, feed: Feed, state: FeedState, error: MonitorError, now: datetime) -> FeedState:
    """Return the state after a failure: what it weighs together with those before it, and when to try again."""
    before = state.failing
    moved = state.move is not None and state.move.adopted
    gone = error.reason == GONE and before.reason == GONE and not moved
    failing = Failing(
        count=before.count + 1,
        weight=min(before.weight + weight_of(error), 1_000.0),
        since=before.since or now,
        reason=error.reason,
        message=error.message,
        named=before.named or gone,
    )
    asked = timedelta(seconds=getattr(error, "retry_after", None) or 0)
    wait = max(_patience(rules, feed, failing, now), min(asked, LONGEST))
    if gone or state.retired_at is not None:
        wait = GIVEN_UP
    elif error.reason == GONE and not moved:
        wait = GONE_AGAIN
    return replace(
        state,
        failing=failing,
        next_at=after_skips(now + wait, state.hints),
        last_status=getattr(error, "status", None),
        retired_at=state.retired_at or (now if gone else None),
        move=_doubted(state, failing),
    )


def claimed_until(rules: Rules, feed: Feed, state: FeedState, now: datetime) -> datetime:
    """Return when a feed that is being asked would be due again if its answer were lost with the program.

    The wait is what is known to be right without the answer: what the last document asked for, and what the failures
    so far have earned.
    """
    wait = max(feed.every or rules.poll_every, min(state.hints.wait, LONGEST))
    if state.failing.count:
        wait = max(wait, _patience(rules, feed, state.failing, now))
    return now + (GIVEN_UP if state.retired_at is not None else wait)


def weight_of(error: MonitorError) -> float:
    """Return how lasting a failure looks: a quarter for what passes by itself, one for what a person has to mend."""
    if error.transient:
        return 0.25
    return 1.0 if error.reason in _LASTING or error.reason.startswith("blocked") else 0.5


def _patience(rules: Rules, feed: Feed, failing: Failing, now: datetime) -> timedelta:
    if failing.since is not None and now - failing.since >= GIVEN_UP:
        return WEEK
    shortest = feed.every or rules.poll_every
    doubled: timedelta = shortest * 2.0 ** min(max(failing.weight - 1.0, 0.0), _DOUBLINGS)
    return min(max(doubled - PUNCTUALITY, shortest / 2), LONGEST)


def _doubted(state: FeedState, failing: Failing) -> Move | None:
    """Stop believing an adopted address that has failed for long; the configured one is asked again."""
    adopted = state.move is not None and state.move.adopted
    return None if adopted and (failing.reason == GONE or failing.weight >= _LOST) else state.move
