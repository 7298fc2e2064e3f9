"""Stories + rules + what was told + now → digests, each with its reason, and for every story why it is in or out.

`compose` is the way through: a ruling on each story (`ruling.py`: `first.py` for what is new, `again.py` for what was
told), rulings bundled into messages (`bundling.py`), messages written out (`composing.py`, `items.py`). `times.py`
knows the clocks of people, `budget.py` what a budget of messages costs. All of it is pure: time is an argument.
"""

from __future__ import annotations

from monitor.digests.actions import with_actions
from monitor.digests.asked import Tell
from monitor.digests.budget import price
from monitor.digests.composing import compose
from monitor.digests.minimum import stricter
from monitor.digests.ruling import judge, rule
from monitor.digests.rulings import NOTHING_NEW, Check, Composed, Fate, Occasion, Price, Ruling
from monitor.digests.spans import busiest, independent
from monitor.digests.times import day_start, next_slot, quiet_before, quiet_until
from monitor.digests.triggers import price_sentence

__all__ = [
    "NOTHING_NEW",
    "Check",
    "Composed",
    "Fate",
    "Occasion",
    "Price",
    "Ruling",
    "Tell",
    "busiest",
    "compose",
    "day_start",
    "independent",
    "judge",
    "next_slot",
    "price",
    "price_sentence",
    "quiet_before",
    "quiet_until",
    "rule",
    "stricter",
    "with_actions",
]
