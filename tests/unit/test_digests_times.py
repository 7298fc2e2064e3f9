"""Local times and moments, above all on the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests import day_start, next_slot, quiet_before, quiet_until
from monitor.records import Quiet, Timetable

BERLIN = "Europe/Berlin"
NIGHT = Quiet(phrase="22:00 to 7:00", nightly=(time(22), time(7)))
WEEKEND = Quiet(phrase="22:00 to 7:00, weekends", nightly=(time(22), time(7)), days=(5, 6))
ZONES = ("Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(*crons: str) -> Timetable:
    return Timetable(phrase="as tested", crons=crons)


SLOTS = [
    pytest.param(
        at("0 7 * * 1-5"), BERLIN, "2026-11-20 06:00", "2026-11-23 06:00", id="Friday’s is followed by Monday’s"
    ),
    pytest.param(at("0 7 * * *"), BERLIN, "2027-03-27 06:00", "2027-03-28 05:00", id="summer begins in the night"),
    pytest.param(at("0 7 * * *"), BERLIN, "2026-10-24 05:00", "2026-10-25 06:00", id="summer ends in the night"),
    pytest.param(at("30 2 * * *"), BERLIN, "2027-03-27 12:00", "2027-03-28 01:00", id="a time that does not exist"),
    pytest.param(at("30 2 * * *"), BERLIN, "2026-10-24 12:00", "2026-10-25 00:30", id="the first of two such times"),
    pytest.param(at("30 2 * * *"), BERLIN, "2026-10-25 00:30", "2026-10-26 01:30", id="and not the second"),
    pytest.param(at("30 2 * * *"), BERLIN, "2026-10-25 01:10", "2026-10-26 01:30", id="asked between the two"),
    pytest.param(at("0 18 L * *"), BERLIN, "2027-02-01 00:00", "2027-02-28 17:00", id="the last day of February"),
    pytest.param(at("0 0 1 1 *"), BERLIN, "2026-11-24 00:00", "2026-12-31 23:00", id="the first of the year"),
    pytest.param(
        at("0 18 * * *", "0 7 * * *"), BERLIN, "2026-11-24 07:00", "2026-11-24 17:00", id="the earliest of two"
    ),
    pytest.param(at("0 7 * * *"), "Asia/Kathmandu", "2026-11-24 00:00", "2026-11-24 01:15", id="a zone with minutes"),
]


@pytest.mark.parametrize(("timetable", "zone", "after", "due"), SLOTS)
def test_the_next_digest_is_due_by_the_local_clock(timetable: Timetable, zone: str, after: str, due: str) -> None:
    assert next_slot(timetable, zone, utc(after)) == utc(due)


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.sampled_from(["30 2 * * *", "0 0 * * *", "*/30 * * * *", "15 1,2 * * *", "0 0 1 * *", "59 23 L * *"]),
)
def test_slots_follow_each_other(after: datetime, zone: str, cron: str) -> None:
    for _ in range(6):
        slot = next_slot(at("0 12 * * 1", cron), zone, after)
        assert slot > after
        assert slot.tzinfo is UTC
        after = slot


def test_a_year_of_mornings_has_one_for_each_day() -> None:
    moment, days = utc("2026-01-01 00:00"), []
    while moment < utc("2027-01-01 00:00"):
        moment = next_slot(at("30 2 * * *"), BERLIN, moment)
        days.append(moment.astimezone(ZoneInfo(BERLIN)).date())
    assert len(days) == len(set(days)) == 366
    assert max(later - earlier for earlier, later in pairwise(days)) == timedelta(days=1)


QUIET = [
    pytest.param(NIGHT, "2026-11-24 20:59", None, id="before the night"),
    pytest.param(NIGHT, "2026-11-24 21:00", "2026-11-25 06:00", id="as the night begins"),
    pytest.param(NIGHT, "2026-11-25 05:59", "2026-11-25 06:00", id="as it ends"),
    pytest.param(NIGHT, "2026-11-25 06:00", None, id="as it has ended"),
    pytest.param(NIGHT, "2026-12-31 23:30", "2027-01-01 06:00", id="at the turn of the year"),
    pytest.param(NIGHT, "2027-03-28 00:30", "2027-03-28 05:00", id="the short night"),
    pytest.param(NIGHT, "2026-10-25 00:30", "2026-10-25 06:00", id="the long night"),
    pytest.param(WEEKEND, "2026-11-27 21:30", "2026-11-30 06:00", id="a night that runs into a quiet weekend, and on"),
    pytest.param(WEEKEND, "2026-11-29 12:00", "2026-11-30 06:00", id="within the weekend"),
    pytest.param(Quiet(phrase="Sundays", days=(6,)), "2027-03-28 12:00", "2027-03-28 22:00", id="a day of 23 hours"),
    pytest.param(Quiet(phrase="Sundays", days=(6,)), "2026-10-25 12:00", "2026-10-25 23:00", id="a day of 25 hours"),
    pytest.param(
        Quiet(phrase="13 to 14", nightly=(time(13), time(14))), "2026-11-24 12:30", "2026-11-24 13:00", id="noon"
    ),
    pytest.param(
        Quiet(phrase="22 to 2:30", nightly=(time(22), time(2, 30))),
        "2027-03-28 00:59",
        "2027-03-28 01:00",
        id="an end that the clocks jump over",
    ),
    pytest.param(
        Quiet(phrase="22 to 2:30", nightly=(time(22), time(2, 30))),
        "2026-10-25 01:10",
        "2026-10-25 01:30",
        id="an end that comes twice",
    ),
    pytest.param(None, "2026-11-24 23:00", None, id="nobody asked for quiet"),
]


@pytest.mark.parametrize(("quiet", "moment", "end"), QUIET)
def test_quiet_time_ends_by_the_local_clock(quiet: Quiet | None, moment: str, end: str | None) -> None:
    assert quiet_until(quiet, BERLIN, utc(moment)) == (utc(end) if end else None)


def test_the_last_quiet_time_is_known_when_it_is_over() -> None:
    weekend = (utc("2026-11-27 21:00"), utc("2026-11-30 06:00"))
    assert quiet_before(WEEKEND, BERLIN, utc("2026-11-30 06:00")) == weekend
    assert quiet_before(WEEKEND, BERLIN, utc("2026-11-30 15:00")) == weekend
    assert quiet_before(WEEKEND, BERLIN, utc("2026-11-30 05:59")) == (utc("2026-11-26 21:00"), utc("2026-11-27 06:00"))
    assert quiet_before(None, BERLIN, utc("2026-11-30 15:00")) is None


def test_who_is_left_alone_every_day_is_left_alone() -> None:
    always = Quiet(phrase="always", days=tuple(range(7)))
    end = quiet_until(always, BERLIN, utc("2026-11-24 12:00"))
    assert end is not None
    assert end > utc("2026-12-03 12:00")
    assert quiet_before(always, BERLIN, utc("2026-11-24 12:00")) is None


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from([NIGHT, WEEKEND]))
def test_quiet_is_what_the_clock_on_the_wall_says(moment: datetime, zone: str, quiet: Quiet) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    by_the_wall = not time(7) <= local.time() < time(22) or local.weekday() in quiet.days
    assert (quiet_until(quiet, zone, moment) is not None) == by_the_wall


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from([NIGHT, WEEKEND]))
def test_quiet_time_is_over_at_its_end_and_not_before(moment: datetime, zone: str, quiet: Quiet) -> None:
    end = quiet_until(quiet, zone, moment)
    if end is not None:
        assert quiet_until(quiet, zone, end) is None
        assert quiet_until(quiet, zone, end - timedelta(seconds=1)) == end
        over = quiet_before(quiet, zone, end)
        assert over is not None
        assert over[0] <= moment < over[1] == end


DAYS = [
    pytest.param(BERLIN, "2027-03-28 20:00", "2027-03-27 23:00", id="a day of 23 hours"),
    pytest.param(BERLIN, "2026-10-25 22:59", "2026-10-24 22:00", id="a day of 25 hours"),
    pytest.param(BERLIN, "2026-12-31 23:00", "2026-12-31 23:00", id="the first moment of a year"),
    pytest.param("Africa/Cairo", "2026-04-24 12:00", "2026-04-23 22:00", id="midnight does not exist"),
    pytest.param("America/Havana", "2026-11-01 05:30", "2026-11-01 04:00", id="midnight comes twice"),
    pytest.param("America/Santiago", "2026-09-06 20:00", "2026-09-06 04:00", id="midnight does not exist, far south"),
]


@pytest.mark.parametrize(("zone", "moment", "start"), DAYS)
def test_a_day_begins_at_local_midnight(zone: str, moment: str, start: str) -> None:
    assert day_start(zone, utc(moment)) == utc(start)


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_start_of_a_day_is_its_first_moment(moment: datetime, zone: str) -> None:
    start, local = day_start(zone, moment), ZoneInfo(zone)
    assert start <= moment
    assert start.astimezone(local).date() == moment.astimezone(local).date()
    assert (start - timedelta(seconds=1)).astimezone(local).date() < moment.astimezone(local).date()
