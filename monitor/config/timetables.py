"""When a scheduled digest comes: `weekdays at 7:00`, or any other such phrase → cron expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from monitor.config.spoken import ALL_DAYS, AND, TIME, WEEKDAYS, WEEKENDS, days_of, plain, slip, time_of
from monitor.records import Timetable

EXAMPLES = (
    '"weekdays at 7:00", "daily at 7:00 and 16:30", "Mondays at 8:30", "monthly on the last day at 18:00" or '
    '"0 7 * * 1-5"'
)

_FIELDS = 5
_LAST_DATE = 31
_FIELD = re.compile(r"[\d*][\d*/,\-]*")
_TIMES = rf"{TIME}(?:{AND.pattern}{TIME})*(?![\w:])"
_CLAUSE = re.compile(rf"(?P<days>.+?)(?: at|,)? (?P<times>{_TIMES})(?:{AND.pattern}|$)")
_TURNED = re.compile(rf"(?:at )?(?P<times>{_TIMES}),? (?P<days>[^\d]+)")
_HOURLY = frozenset({"hourly", "every hour", "each hour"})
_MONTHLY = re.compile(
    r"(?:(?:monthly|(?:every|each) month),? )?(?:on )?(?:the )?(?P<days>.+?)(?: (?:of|in) (?:the|every|each|a) month)?"
)
_DATE = re.compile(r"(?:on )?(?:the )?(?P<date>\d{1,2})(?:st|nd|rd|th)?")
_ORDINAL = re.compile(r"(?:on )?(?:the )?(?P<order>first|second|third|fourth|last|1st|2nd|3rd|4th) (?P<day>[a-z]+)")
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def read_timetable(text: str) -> Timetable:
    """Return what a phrase or a cron expression of five fields means; raises ValueError with one sentence."""
    phrase = " ".join(text.split())
    fields = phrase.split(" ")
    if len(fields) > 1 and all(_FIELD.fullmatch(field) for field in fields[:2]):
        return Timetable(phrase=phrase, crons=(_checked(phrase, len(fields)),))
    said = plain(text)
    if said in _HOURLY:
        return Timetable(phrase=phrase, crons=("0 * * * *",))
    try:
        return Timetable(phrase=phrase, crons=tuple(dict.fromkeys(_crons(said))))
    except ValueError as error:
        raise ValueError(f"{phrase!r} is not understood: {slip(said) or error} (examples: {EXAMPLES})") from None


def comes(expression: str) -> bool | None:
    """Whether a cron expression names moments that do come; None when it is no cron expression at all."""
    try:
        return next(CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC)), None) is not None
    except (CronSimError, AssertionError, TypeError):  # the latter two for combinations that cronsim does not foresee
        # cronsim also refuses a date that the months named never have, such as 30 February: any month shows which.
        in_any_month = re.sub(r"\S+(\s+\S+)$", r"*\1", expression)
        return False if in_any_month != expression and comes(in_any_month) else None


def _checked(expression: str, fields: int) -> str:
    if fields != _FIELDS:
        sentence = f"{expression!r} has {fields} fields; a cron expression has five: minute, hour, day of the month,"
        raise ValueError(f"{sentence} month and day of the week")
    works = comes(expression)
    if works is None:
        raise ValueError(f"{expression!r} is not a cron expression (examples: {EXAMPLES})")
    if not works:
        raise ValueError(f"{expression!r} never comes: no such month has such a day (L is the last day of a month)")
    return expression


def _crons(said: str) -> Iterator[str]:
    """Yield the expressions of each `days at times`; raises ValueError."""
    turned = _TURNED.fullmatch(said)
    for clause in [turned] if turned else _clauses(said):
        dates = list(_dates(clause["days"]))
        for when in (time_of(one) for one in AND.split(clause["times"])):
            yield from (f"{when.minute} {when.hour} {date}" for date in dates)


def _clauses(said: str) -> Iterator[re.Match[str]]:
    place = 0
    while clause := _CLAUSE.match(said, place):
        place = clause.end()
        yield clause
    if not place or place < len(said):
        raise ValueError("it has to name days and a time")


def _dates(said: str) -> Iterator[str]:
    """Yield the last three fields of a cron expression, for the days of a month or of the week that were named."""
    said = said.removesuffix(",")
    if said in {"monthly", "weekly", "every month", "every week"}:
        raise ValueError(f"{said!r} has to name the day")
    monthly = _MONTHLY.fullmatch(said)
    if monthly and re.match(r"\d|(?:first|second|third|fourth|last)\b", monthly["days"]):
        yield from (_of_month(piece) for piece in AND.split(monthly["days"]))
        return
    days = days_of(said)
    known = {ALL_DAYS: "*", WEEKDAYS: "1-5", WEEKENDS: "6,0"}.get(days)
    yield f"* * {known or ','.join(map(_cron_day, days))}"


def _of_month(said: str) -> str:
    date, ordinal = _DATE.fullmatch(said), _ORDINAL.fullmatch(said)
    if date and 1 <= int(date["date"]) <= _LAST_DATE:
        return f"{int(date['date'])} * *"
    if ordinal and ordinal["day"] == "day":
        return f"{_ORDER.get(ordinal['order'], 'L')} * *"
    if ordinal:
        day, order = days_of(ordinal["day"]), _ORDER.get(ordinal["order"])
        if len(day) == 1:
            return f"* * {_cron_day(day[0])}{f'#{order}' if order else 'L'}"
    raise ValueError(f"{said!r} is not a day of a month, such as the 1st, the last day or the first Monday")


def _cron_day(day: int) -> str:
    return str((day + 1) % 7)
