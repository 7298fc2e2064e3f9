"""How rules speak of numbers and moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def hours(number: float) -> str:
    """Return a number of hours, in tenths, with the word."""
    return f"{round(number, 1):g} {'hour' if round(number, 1) == 1 else 'hours'}"


def weekday(at: datetime, zone: str) -> str:
    """Return a moment of the last days as people speak of it."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b, %H:%M}"


def moment(at: datetime, zone: str) -> str:
    """Return a moment as a person's calendar and clock show it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
