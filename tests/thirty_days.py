"""Three hundred invented publishers and what they do in thirty days; everything follows from one seed.

What is special about each group is in the functions below; its name is that of its feeds.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.publishers import DAY, HOUR, Fault, Manner, Publisher, Story

START = datetime(2026, 11, 2, tzinfo=UTC)
"""A Monday."""

DAYS = 30
END = START + timedelta(days=DAYS)
HISTORY = timedelta(days=12)
"""How long before the start the publishers have been publishing."""

FEEDS = 300
BUSY_WINDOW = 15
"""Stories in a busy feed's document: what comes in two hours without a poll."""


class _Press:
    """Makes publishers, one after the other; each has a chance of its own, so that one more changes no other."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.made: list[Publisher] = []

    def add(self, every: timedelta, group: str = "plain", *, touched: int = 0, **given: object) -> Publisher:
        """Add one that brings a story about so often; each is touched so many times on the next day."""
        number = len(self.made)
        stories = given.pop("stories", None) or self._stories(number, every, touched)
        name = f"{group}-{number}"
        plain = {"id": name, "host": f"feeds.{name}.example", "site": f"{name}.example", "group": group}
        publisher = Publisher(**{**plain, "stories": stories, **given})  # type: ignore[arg-type]  # checked by the record
        self.made.append(publisher)
        return publisher

    def _stories(self, number: int, every: timedelta, touched: int) -> list[Story]:
        chance = random.Random(number)  # noqa: S311 - the same world in each run
        moment, stories = START - HISTORY + every * chance.random(), []
        while moment < END:
            later = sorted(moment + HOUR * chance.uniform(2, 30) for _ in range(touched))
            stories.append(Story(number=next(self._numbers), at=moment, touched=tuple(later)))
            moment = (moment + every * chance.uniform(0.4, 1.6)).replace(microsecond=0)
        return stories


def publishers() -> list[Publisher]:
    """Return the publishers."""
    press = _Press()
    _rhythms(press)
    _fresh(press)
    _failing(press)
    _careless(press)
    for trio in range(8):
        first = press.add(1.5 * DAY, "shared", site=f"agency-{trio}.example", tag="?utm_source=a")
        for tag in ("?utm_source=b", "?ref=rss"):
            press.add(DAY, "shared", site=first.site, stories=first.stories, tag=tag)
    while len(press.made) < FEEDS:
        press.add(2 * DAY)
    return press.made


def _rhythms(press: _Press) -> None:
    for _ in range(2):
        press.add(timedelta(minutes=10), "busy", window=BUSY_WINDOW)
    for _ in range(3):
        press.add(HOUR, "hourly")
    for _ in range(60):
        press.add(7 * DAY, "quiet")
    for validators in ("etag", "modified", "none"):
        for _ in range(8):
            press.add(DAY, validators, manner=Manner(validators=validators))
    for validators in ("frozen", "frozen", "frozen", "future"):
        press.add(DAY, validators, manner=Manner(validators=validators))


def _fresh(press: _Press) -> None:
    manners = [
        *(Manner(max_age=timedelta(minutes=minutes)) for minutes in (40, 120, 720, 2_880)),
        *(Manner(expires=timedelta(minutes=minutes)) for minutes in (90, 600)),
        *(Manner(ttl=timedelta(minutes=minutes)) for minutes in (60, 240, 1_440, 10_080)),
        *(Manner(period=period) for period in (("hourly", 1), ("daily", 1), ("daily", 6))),
        Manner(max_age=timedelta(minutes=5), ttl=timedelta(hours=3), validators="none"),
        Manner(skip_hours=frozenset(range(6))),
        Manner(skip_hours=frozenset({22, 23, 0, 1}), skip_days=frozenset({6})),
        Manner(skip_days=frozenset({5, 6})),
    ]
    for manner in manners:
        press.add(timedelta(hours=14), "fresh", manner=manner)


def _failing(press: _Press) -> None:
    throttled = [(hours, as_date) for hours in (1.0, 5.0) for as_date in (False, True)]
    for place, (hours, as_date) in enumerate(throttled):
        kind = 503 if place == 3 else 429
        spells = _spells(kind, first=2 + place, hours=4, wait=hours * HOUR, as_date=as_date)
        for _ in range(5):
            press.add(6 * HOUR, "throttled", host=f"throttled-{place}.example", faults=spells)
    for _ in range(3):
        once = Fault(start=START + 9 * DAY, end=START + 9 * DAY + HOUR, kind=429, wait=3 * DAY)
        press.add(DAY, "throttled", host="stern.example", faults=(once,))
    for place in range(5):
        every = 2 * HOUR if place == 0 else 12 * HOUR
        press.add(every, "spells", faults=_spells(503, first=3 + place, hours=6))
    lasting: tuple[int | str, ...] = (404, "dns", "timeout", 500, 404, "dns", "timeout")
    for place, what in enumerate(lasting):
        start = START + (3 + 2 * place) * DAY + place * HOUR
        press.add(DAY, "dead", faults=(Fault(start=start, end=start + (2.3 + place) * DAY, kind=what),))
    for place in range(3):
        press.add(DAY, "gone", faults=(Fault(start=START + (6 + place) * DAY, end=END + DAY, kind=410),))
        press.add(DAY, "moved", moves_at=START + (4 + place) * DAY)


def _spells(
    kind: int, *, first: int, hours: float, wait: timedelta | None = None, as_date: bool = False
) -> tuple[Fault, ...]:
    """Return a spell of failure on every sixth day."""
    starts = (START + timedelta(days=day, hours=9) for day in range(first, DAYS, 6))
    return tuple(
        Fault(start=start, end=start + hours * HOUR, kind=kind, wait=wait, wait_as_date=as_date) for start in starts
    )


def _careless(press: _Press) -> None:
    flip = START + 11 * DAY
    manners = {
        "revision-guids": (Manner(guid="revision"), 2),
        "edits": (Manner(edits=True), 2),
        "edits-by-link": (Manner(edits=True, guid="none"), 1),
        "https": (Manner(guid="link", link="https"), 0),
        "www": (Manner(guid="link", link="www"), 0),
        "utm": (Manner(guid="link", link="utm", validators="none"), 0),
        "one-guid": (Manner(guid="one"), 0),
        "no-guid": (Manner(guid="none"), 0),
        "random-guids": (Manner(guid="random", validators="none"), 0),
        "now": (Manner(date="now", validators="none"), 0),
        "undated": (Manner(date="none"), 0),
        "ahead": (Manner(date="ahead"), 0),
        "linkless": (Manner(link="none"), 0),
    }
    for group, (manner, touched) in manners.items():
        flips_at = flip if manner.link in {"https", "www"} else None
        for _ in range(4):
            press.add(timedelta(hours=17), group, touched=touched, manner=manner, flips_at=flips_at)
