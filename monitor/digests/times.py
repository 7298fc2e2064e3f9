"""Local times → moments: when the next digest is due, when quiet hours end, when a day begins.

A local time that the clocks jump over stands for the moment of the jump. Of one that comes twice, a day and quiet hours
begin with the first, and quiet hours end with the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim

from monitor.records import Quiet, Timetable

REACH = timedelta(days=10)
"""How far back an end of quiet hours is looked for, and how far ahead."""

Span = tuple[datetime, datetime]


def next_slot(timetable: Timetable, zone: str, after: datetime) -> datetime:
    """Return the first moment after `after`, in UTC, at which a digest of the timetable is due.

    Raises CronSimError for an expression that is none, and ValueError for a timetable without any.
    """
    return min(_next(cron, zone, after) for cron in timetable.crons)


def quiet_until(quiet: Quiet | None, zone: str, at: datetime) -> datetime | None:
    """Return when the quiet time that `at` lies in ends, None outside; nights and quiet days in a row are one."""
    return next((end for start, end in _around(quiet, zone, at) if start <= at < end), None)


def quiet_before(quiet: Quiet | None, zone: str, at: datetime) -> Span | None:
    """Return beginning and end of the last quiet time that was over at `at`, None when there was none lately."""
    over = [(start, end) for start, end in _around(quiet, zone, at) if at - REACH <= end <= at]
    return over[-1] if over else None


def day_start(zone: str, at: datetime) -> datetime:
    """Return when the local day of a moment began, in UTC."""
    return _moment(at.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))


def _next(cron: str, zone: str, after: datetime) -> datetime:
    # In the hour that comes twice, what follows by the clock on the wall may be a moment that has passed.
    for found in CronSim(cron, after.astimezone(ZoneInfo(zone))):
        if (moment := found.astimezone(UTC)) > after:
            return moment
    raise ValueError(f"the expression {cron!r} names no moment")


def _around(quiet: Quiet | None, zone: str, at: datetime) -> tuple[Span, ...]:
    return _spans(quiet, zone, at.astimezone(ZoneInfo(zone)).date()) if quiet else ()


@lru_cache(maxsize=256)
def _spans(quiet: Quiet, zone: str, today: date) -> tuple[Span, ...]:
    """Return the quiet times around a local day in their order; those that touch or overlap are one."""
    found: list[Span] = []
    dates = (today + timedelta(days=days) for days in range(-2 * REACH.days, REACH.days + 1))
    for start, end in sorted(_pieces(quiet, ZoneInfo(zone), dates)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _pieces(quiet: Quiet, zone: ZoneInfo, dates: Iterable[date]) -> Iterator[Span]:
    for day in dates:
        following = day + timedelta(days=1)
        if day.weekday() in quiet.days:
            yield _moment(day, time(), zone), _moment(following, time(), zone)
        if quiet.nightly and quiet.nightly[0] != quiet.nightly[1]:
            start, end = quiet.nightly
            yield _moment(day, start, zone), _moment(day if start < end else following, end, zone, last=True)


def _moment(day: date, at: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return when it is `at` on a local day, in UTC; of two such moments the first or the last."""
    local = datetime.combine(day, at.replace(fold=int(last), microsecond=0), tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _jump(local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC), zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks jump between two moments, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
