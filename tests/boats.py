"""Made-up labels on boats and on bread, each on a text of its own; the words that tell them apart are in no seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.records import Label, Topic

START = datetime(2026, 3, 1, tzinfo=UTC)

BOATS = Topic(
    id="boats",
    title="Boats",
    description="Boats and the people who build them.",
    seeds=("a boat", "new boat", "boat yard", "wooden boat", "boat builder"),
    keywords=(("boat*",),),
)
ABOUT = ("keel", "mast", "hull", "rigging", "caulking", "tiller", "bilge", "oarlock")
OTHER = ("oven", "flour", "yeast", "crust", "bakery", "dough", "raisin", "pretzel")


def label(number: int, *, about: bool, said: bool | None = None, **changes: object) -> Label:
    """Return a label on a text of its own, a day later than the one before it."""
    chosen = random.Random(number)  # noqa: S311 - repeatable, not secret
    names = [f"{chosen.choice('bdfgklmnprst')}{chosen.choice('aeiou')}{chosen.randrange(10_000)}" for _ in range(10)]
    subject = chosen.sample(ABOUT if about else OTHER, 3)
    plain = Label(
        title=f"Report {names[0]}",
        text=" ".join([*names, *subject]),
        topic="boats",
        label=about if said is None else said,
        at=START + timedelta(days=number),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field


def many(first: int, last: int) -> list[Label]:
    """Return labels of these numbers, the even ones about boats."""
    return [label(number, about=number % 2 == 0) for number in range(first, last)]
