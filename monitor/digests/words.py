"""How rules speak of numbers and moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def hours(number: float) -> str:
    """Return a number of hours with the word."""
    return f"{number:g} {'hour' if number == 1 else 'hours'}"


def moment(at: datetime, zone: str) -> str:
    """Return a moment as a person's calendar and clock show it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
