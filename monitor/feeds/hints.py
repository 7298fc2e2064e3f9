"""When a feed wants to be asked again: `ttl`, `sy:updatePeriod`, `skipHours` and `skipDays` (RSS 2.0 and RSS 1.0)."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches

from monitor.records import Hints

LONGEST = timedelta(days=366)
"""What asks for more is no number of minutes that anybody counted; it would not fit into a timedelta for long."""

EXPIRED = timedelta(days=7)
"""How long a JSON Feed that says it has `expired` may rest: it will bring nothing more, unless by mistake."""

_EDGE = 65_536  # bytes; what concerns the channel stands before its items, and with some publishers after them
_LONGEST_LIST = 4_000  # characters of 24 hours, well indented
_LONGEST_PERIOD = 20
_ALIKE = 0.75  # as `dayly` is to `daily`
_ALL_HOURS = 24
_ALL_DAYS = 7

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_FIRST_ITEM = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ITEM_ENDS = re.compile(r"</(?:[\w.-]{1,30}:)?item\s*>", re.IGNORECASE)
_LIST = r"<(?:[\w.-]{{1,30}}:)?{0}\b[^<>]{{0,300}}>"
_VALUE = r"<(?:[\w.-]{{1,30}}:)?{0}\b[^<>]{{0,300}}>([^<]{{0,40}})(?=<)"
_HOURS, _DAYS_LIST = (re.compile(_LIST.format(name), re.IGNORECASE) for name in ("skipHours", "skipDays"))
_HOUR, _DAY = (re.compile(_VALUE.format(name), re.IGNORECASE) for name in ("hours?", "day"))
_END = re.compile(r"</(?:[\w.-]{1,30}:)?skip(?:Hours|Days)", re.IGNORECASE)


def read(document: bytes, encoding: str, *, ttl: str, period: str, frequency: str) -> Hints:
    """Return the hints of an RSS document of which a parser has read `ttl`, `updatePeriod` and `updateFrequency`.

    The hours and days are read here, because feedparser keeps only the last of each. What is nonsense counts as not
    said: unknown words, numbers that are none, and a list of all hours or all days.
    """
    said = _furniture(document, encoding)
    hours = {number % _ALL_HOURS for number in map(_hour, _listed(said, _HOURS, _HOUR)) if number is not None}
    days = {day for day in map(_day, _listed(said, _DAYS_LIST, _DAY)) if day is not None}
    return Hints(
        wait=max(_minutes(ttl), _updates(period, frequency)),
        skip_hours=frozenset(hours if len(hours) < _ALL_HOURS else ()),
        skip_days=frozenset(days if len(days) < _ALL_DAYS else ()),
    )


def _furniture(document: bytes, encoding: str) -> str:
    """Return what stands before the first item and after the last, without comments and literal sections."""
    head = _plain(document[:_EDGE], encoding)
    item = _FIRST_ITEM.search(head)
    if item is None:
        return head
    # Two bytes at a time, or a document in UTF-16 would be cut through a character.
    tail = _plain(document[max(len(document) - _EDGE, 0) // 2 * 2 :], encoding)
    ends = [end.end() for end in _ITEM_ENDS.finditer(tail)]
    return head[: item.start()] + (tail[ends[-1] :] if ends else "")


def _plain(document: bytes, encoding: str) -> str:
    try:
        text = document.decode(encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return ""
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        first, *others = text.split(start)
        text = first + "".join(other.partition(end)[2] for other in others)
    return text


def _listed(said: str, start: re.Pattern[str], value: re.Pattern[str]) -> list[str]:
    found = start.search(said)
    if found is None:
        return []
    end = _END.search(said, found.end())
    stop = end.start() + 1 if end else found.end() + _LONGEST_LIST  # with the "<" that ends the last value
    return [text.strip() for text in value.findall(said[found.end() : stop])]


def _hour(text: str) -> int | None:
    """Return an hour of 0 to 24; midnight has been written both ways."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _ALL_HOURS else None


def _day(text: str) -> int | None:
    """Return the number of a day by its English name or the first three letters of it."""
    names = [name for name in _DAYS if text.lower() in {name, name[:3]}]
    return _DAYS.index(names[0]) if names else None


def _minutes(text: str) -> timedelta:
    return _bounded(timedelta(minutes=1), _number(text))


def _updates(period: str, frequency: str) -> timedelta:
    """Return the time between two of `frequency` updates in a `period`; 0.1 times a day is once in ten days."""
    words = get_close_matches(period.strip().lower()[:_LONGEST_PERIOD], _PERIODS, n=1, cutoff=_ALIKE)
    return _bounded(_PERIODS[words[0]], 1 / (_number(frequency) or 1)) if words else timedelta()


def _bounded(unit: timedelta, times: float) -> timedelta:
    return min(unit * min(times, LONGEST / unit), LONGEST)


def _number(text: str) -> float:
    number = text.strip()
    return float(number) if number.isascii() and _NUMBER.fullmatch(number) else 0.0
