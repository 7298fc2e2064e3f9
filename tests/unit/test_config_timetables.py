"""Phrases for times: what is understood means exactly that, and what is not is said in one sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from cronsim import CronSim
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.config.quiet import read_quiet
from monitor.config.spoken import days_of, time_of
from monitor.config.timetables import comes, read_timetable
from monitor.records import Quiet, Timetable

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
START = datetime(2028, 1, 31, 23, 59, tzinfo=UTC)
WEEKS = 6


def shown(when: time, *, half: bool) -> str:
    """Write a time for a 24-hour clock or for one of twelve."""
    return f"{when.hour % 12 or 12}:{when:%M} {'am' if when.hour < 12 else 'pm'}" if half else f"{when.hour}:{when:%M}"


def listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def moments(timetable: Timetable) -> set[datetime]:
    """Return when a timetable is due in the weeks after the start, a leap day among them."""
    found = set()
    for cron in timetable.crons:
        moment = START
        simulated = CronSim(cron, START)
        while (moment := next(simulated)) <= START + timedelta(weeks=WEEKS):
            found.add(moment)
    return found


def expected(times: list[time], days: set[int]) -> set[datetime]:
    dates = [START.date() + timedelta(days=step) for step in range(WEEKS * 7 + 1)]
    all_of_them = {datetime.combine(day, when, tzinfo=UTC) for day in dates if day.weekday() in days for when in times}
    return {moment for moment in all_of_them if START < moment <= START + timedelta(weeks=WEEKS)}


TIMES = st.lists(st.times().map(lambda when: when.replace(second=0, microsecond=0)), min_size=1, max_size=3)
ANY_DAYS = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True)


@given(days=ANY_DAYS, times=TIMES, half=st.booleans(), plural=st.booleans(), short=st.booleans(), case=st.booleans())
def test_days_and_times_in_any_wording_are_due_exactly_then(
    *, days: list[int], times: list[time], half: bool, plural: bool, short: bool, case: bool
) -> None:
    names = [DAYS[day][:3] if short else f"{DAYS[day]}{'s' if plural else ''}" for day in days]
    phrase = f"{listed(names)} at {listed([shown(when, half=half) for when in times])}"
    timetable = read_timetable(phrase.upper() if case else phrase)
    assert moments(timetable) == expected(times, set(days))


@given(first=st.integers(0, 6), last=st.integers(0, 6), word=st.sampled_from(["to", "-", "–", "through"]))
def test_a_stretch_of_days_may_go_over_the_weekend(*, first: int, last: int, word: str) -> None:
    timetable = read_timetable(f"{DAYS[first]} {word} {DAYS[last]} at 7:00")
    assert moments(timetable) == expected([time(7)], {(first + step) % 7 for step in range((last - first) % 7 + 1)})


@given(dates=st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True), when=st.times())
def test_dates_of_a_month_are_due_in_every_month_that_has_them(*, dates: list[int], when: time) -> None:
    ordinals = [f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10 if day // 10 != 1 else 0, 'th') }" for day in dates]
    timetable = read_timetable(f"monthly on the {listed(ordinals)} at {shown(when, half=False)}")
    every_day = expected([when.replace(second=0, microsecond=0)], set(range(7)))
    assert moments(timetable) == {moment for moment in every_day if moment.day in dates}


@given(text=st.text(max_size=200) | st.text("0123456789:*/-,L# apmtonday", max_size=60))
@example(text="")
@example(text="\x00")
@example(text="0 7 * * 5L/2")
@example(text="0 7 L/2 * 1#5/2")
@example(text="0 0 * 2 MON#6")
def test_any_text_is_either_understood_or_refused_in_one_sentence(*, text: str) -> None:
    for read in (read_timetable, read_quiet):
        try:
            found = read(text)
        except ValueError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most texts are refused
        else:
            assert isinstance(found, Quiet) or (found.crons and all(comes(cron) for cron in found.crons))


@pytest.mark.parametrize(
    ("phrase", "crons"),
    [
        ("weekdays at 7:00", ["0 7 * * 1-5"]),
        ("Weekends at 9:00", ["0 9 * * 6,0"]),
        ("daily at 7:00 and 16:30", ["0 7 * * *", "30 16 * * *"]),
        ("every day at 7:00", ["0 7 * * *"]),
        ("every weekday at 7 a.m.", ["0 7 * * 1-5"]),
        ("7 am on weekdays", ["0 7 * * 1-5"]),
        ("daily at noon, daily at midnight", ["0 12 * * *", "0 0 * * *"]),
        ("weekdays at 7:00 and weekends at 9:00", ["0 7 * * 1-5", "0 9 * * 6,0"]),
        ("weekly on Mondays at 8:00", ["0 8 * * 1"]),
        ("Tues, Thurs at 8:00", ["0 8 * * 2,4"]),
        ("monthly on the 1st at 8:00", ["0 8 1 * *"]),
        ("on the 1st and 15th of each month at 8:00", ["0 8 1 * *", "0 8 15 * *"]),
        ("every month on the first day at 8:00", ["0 8 1 * *"]),
        ("monthly on the last day at 18:00", ["0 18 L * *"]),
        ("monthly on the first Monday and the last Friday at 9:00", ["0 9 * * 1#1", "0 9 * * 5L"]),
        ("hourly", ["0 * * * *"]),
        ("Every  hour.", ["0 * * * *"]),
        ("*/30 9-17 * * MON-FRI", ["*/30 9-17 * * MON-FRI"]),
        ("0 7 L * *", ["0 7 L * *"]),
    ],
)
def test_a_phrase_means_its_cron_expressions(phrase: str, crons: list[str]) -> None:
    assert list(read_timetable(phrase).crons) == crons


def test_a_timetable_keeps_the_phrase_as_it_was_written() -> None:
    assert read_timetable("  Weekdays  at 7:00 ").phrase == "Weekdays at 7:00"


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("weekdays", "it has to name days and a time"),
        ("7:00", "it has to name days and a time"),
        ("weekdays at 25:00", "'25:00' is not a time of day: the day goes from 0:00 to 23:59"),
        ("weekdays at 24:00", "midnight is 0:00"),
        ("weekdays at 7:60", "'7:60' is not a time of day"),
        ("weekdays at 13:00 pm", "'13:00 pm' is not a time of day"),
        ("weekdays at 7", "write 7:00 or 7 pm"),
        ("weekdays at 7:5", "write one such as 7:00"),
        ("Mondas at 7:00", "'mondas' is not a day of the week (did you mean 'monday'?)"),
        ("weekday and holidays at 7:00", "'holidays' is not a day of the week"),
        ("monthly at 7:00", "'monthly' has to name the day"),
        ("monthly on the 32nd at 7:00", "'32nd' is not a day of a month"),
        ("monthly on the last weekday at 7:00", "'last weekday' is not a day of a month"),
        ("every 2 hours", "it has to name days and a time"),
        ("@daily", "it has to name days and a time"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 2,4,6 *", "never comes"),
        ("0 0 32 2 *", "is not a cron expression"),
        ("0 25 * * *", "is not a cron expression"),
        ("0 0 7 * * *", "has 6 fields; a cron expression has five"),
        ("0 7 * *", "has 4 fields; a cron expression has five"),
    ],
)
def test_what_is_not_understood_is_said(phrase: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_timetable(phrase)
    assert message in str(refused.value)


def test_a_refusal_gives_examples_that_work() -> None:
    with pytest.raises(ValueError, match="examples") as refused:
        read_timetable("now and then")
    for sample in str(refused.value).split('"')[1::2]:
        assert read_timetable(sample).crons


@pytest.mark.parametrize(
    ("phrase", "nightly", "days"),
    [
        ("22:00 to 7:00", (time(22), time(7)), ()),
        ("weekends", None, (5, 6)),
        ("22:00 to 7:00 and weekends", (time(22), time(7)), (5, 6)),
        ("Saturday and Sunday", None, (5, 6)),
        ("22:00 to 7:00, Friday", (time(22), time(7)), (4,)),
        ("Fridays, from 10 pm until 7:30 am", (time(22), time(7, 30)), (4,)),
        ("between 22:00 and 7:00 and on Sundays", (time(22), time(7)), (6,)),
        ("every night 22:00–7:00", (time(22), time(7)), ()),
        ("midnight to noon", (time(0), time(12)), ()),
        ("Friday to Sunday", None, (4, 5, 6)),
    ],
)
def test_quiet_names_hours_and_days(phrase: str, nightly: tuple[time, time] | None, days: tuple[int, ...]) -> None:
    assert read_quiet(phrase) == Quiet(phrase=phrase, nightly=nightly, days=days)


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("22:00 to 25:00", "'25:00' is not a time of day"),
        ("22 to 7", "'22' is not a time of day: write 22:00"),
        ("7:00 to 7:00", "its hours begin when they end"),
        ("22:00", "'22:00' is not a stretch of hours"),
        ("weekdays 22:00 to 7:00", "these are the same on every day"),
        ("8:00 to 9:00, 12:00 to 13:00", "it can name only one stretch of hours"),
        ("Monday to Sunday", "with seven quiet days nothing would ever be told"),
        ("weekdays and weekends", "with seven quiet days nothing would ever be told"),
        ("sundais", "did you mean 'sunday'?"),
        ("", "is not a day of the week"),
    ],
)
def test_quiet_that_cannot_be_kept_is_refused(phrase: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_quiet(phrase)
    assert message in str(refused.value)


@given(when=st.times(), half=st.booleans())
def test_every_time_of_day_is_read_as_it_is_written(*, when: time, half: bool) -> None:
    assert time_of(shown(when, half=half)) == when.replace(second=0, microsecond=0)


def test_days_come_in_the_order_of_the_week_and_each_once() -> None:
    assert days_of("sun, Monday, mondays and weekends".lower()) == (0, 5, 6)
    assert date(2026, 11, 23).weekday() == days_of("monday")[0]
