"""Times of day and days of the week as people write them; what cannot be meant is a ValueError with a sentence."""

from __future__ import annotations

import calendar
import re
from datetime import time

from monitor.config.faults import nearest

WEEKDAYS, WEEKENDS, ALL_DAYS = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
AND = re.compile(r" ?(?:[,;&]|\band\b) ?(?:and )?")
"""What stands between two things of a list."""
TIME = r"(?:\d{1,2}(?::\d{1,2})?(?: ?[ap]m)?|noon|midnight)"
"""What looks like a time; `time_of` says whether it is one."""

_TIME = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?: ?(?P<half>[ap]m))?")
_DOTTED = re.compile(r"\b(?P<hour>[01]?\d|2[0-3])(?:[.h]|(?<=\d\d))(?P<minute>[0-5]\d)\b")
_ZONE = re.compile(
    r"\b(?P<zone>(?:utc|gmt)(?: ?[+-] ?\d{1,2}(?::?\d\d)?)?|[cew]es?t|[ecmp][sd]t|[bijk]st|msk|hkt|sgt|ae[sd]t"
    r"|(?:africa|america|asia|atlantic|australia|europe|indian|pacific|us)/[a-z_/-]+|(?<=\d )[a-z]+ time)(?![\w/])"
)
_DAYS = re.compile(r"(?P<first>[a-z]+) ?(?:-|to|till|until|through) ?(?P<last>[a-z]+)")
_BEFORE_DAYS = re.compile(r"^(?:weekly |every week |on |every |each )+")
_TIMES = {"noon": time(12), "midnight": time(0)}
_GROUPS = {"weekday": WEEKDAYS, "weekend": WEEKENDS, "day": ALL_DAYS, "daily": ALL_DAYS}
_NAMES = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SHORT = {"thur": 3} | {name[:3]: number for name, number in _NAMES.items()}
_HALF, _HOURS, _MINUTES = 12, 24, 60


def plain(text: str) -> str:
    """Return a phrase in lower case, with single spaces and plain hyphens, and `am` and `pm` without dots."""
    said = re.sub(r"[\u2010-\u2015]", "-", " ".join(text.lower().split()))
    return re.sub(r"(?<=[\d ])([ap])\.m\.?", r"\1m", said).rstrip(".")


def time_of(said: str) -> time:
    """Return what `7:00`, `16:30`, `7 am`, `7:00 pm`, `noon` or `midnight` means; raises ValueError."""
    if said in _TIMES:
        return _TIMES[said]
    found = _TIME.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} is not a time of day: write one such as 7:00, 16:30 or 7 pm")
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if hour >= _HOURS or minute >= _MINUTES or (half and not 1 <= hour <= _HALF):
        advice = "midnight is 0:00" if hour == _HOURS else "the day goes from 0:00 to 23:59"
        raise ValueError(f"{said!r} is not a time of day: {advice}")
    if found["minute"] is None and half is None:
        raise ValueError(
            f"{said!r} is not a time of day: write {hour}:00{f' or {hour} pm' if 0 < hour < _HALF else ''}"
        )
    if half:
        hour = hour % _HALF + (_HALF if half == "pm" else 0)
    return time(hour, minute)


def slip(said: str) -> str:
    """Return what to write instead in a phrase that is not understood, where that can be guessed, or nothing."""
    if zone := _ZONE.search(said):
        return f"leave out {zone['zone']!r}: the time zone has a key of its own, `timezone`"
    if dotted := _DOTTED.search(said):
        return f"{dotted[0]!r} is not a time of day: write {int(dotted['hour'])}:{dotted['minute']}"
    return ""


def days_of(said: str) -> tuple[int, ...]:
    """Return the weekdays (Monday 0) of `Mondays`, `Mon, Wed and Fri`, `Monday to Friday`, `weekends` or `daily`.

    They come in the order of the week, each once; raises ValueError.
    """
    days: set[int] = set()
    for piece in AND.split(said):
        bare = _BEFORE_DAYS.sub("", piece)
        stretch = _DAYS.fullmatch(bare)
        if stretch is None:
            days.update(_GROUPS.get(bare.removesuffix("s")) or (_day(bare),))
        else:
            first, last = _day(stretch["first"]), _day(stretch["last"])
            days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return tuple(sorted(days))


def _day(word: str) -> int:
    for name in (word.removesuffix("."), word.removesuffix("s")):
        if name in _NAMES or name in _SHORT:
            return _NAMES[name] if name in _NAMES else _SHORT[name]
    raise ValueError(f"{word!r} is not a day of the week{nearest(word, [*_NAMES, 'weekdays', 'weekends'])}")
