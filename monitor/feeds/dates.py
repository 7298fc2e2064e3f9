"""Dates of feeds: read, never guessed, and believed only where they can be true."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

OLDEST = timedelta(days=3653)
"""Ten years: what claims to be older is an error of a clock or of a publisher's software more often than news."""

AHEAD = timedelta(days=1)
"""How far a publisher's clock or time zone may run ahead."""

_LONGEST = 64  # characters; no date is longer, and no date parser is fed more
_MADE_UP_WITHIN = timedelta(minutes=2)
_MADE_UP_FROM = 5  # dated entries; fewer may well have come out together just now


def from_tuple(parsed: time.struct_time | None) -> datetime | None:
    """Return feedparser's UTC tuple as a datetime; it can hold the year 0 or -1, which no datetime can."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def from_text(text: str) -> datetime | None:
    """Read an ISO 8601 or RFC 822 date; without a time zone it is taken as UTC; any other form is None.

    `03/04/2026` stays None: it is a different day on each side of the Atlantic.
    """
    candidate = text.strip()[:_LONGEST]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(candidate)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None


def judge(moment: datetime | None, now: datetime) -> tuple[datetime | None, str]:
    """Return the moment as far as it can be believed, and what is wrong with it: `future`, `ancient` or nothing.

    Up to a day ahead is taken as `now`; what is later, or older than ten years, becomes None.
    """
    if moment is None:
        return None, ""
    if moment < now - OLDEST:
        return None, "ancient"
    if moment > now:
        return (now if moment <= now + AHEAD else None), "future"
    return moment, ""


def are_made_up(moments: Iterable[datetime | None], now: datetime) -> bool:
    """Whether a document's dates were made when it was asked for: five or more, all within two minutes of `now`."""
    dated = [moment for moment in moments if moment is not None]
    return len(dated) >= _MADE_UP_FROM and all(abs(moment - now) <= _MADE_UP_WITHIN for moment in dated)
