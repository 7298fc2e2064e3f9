"""Is what the rules would tell at once still news, or did it become enough, or come to us, too long ago?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.digests.asked import Setting, ruled
from monitor.digests.rulings import Check, Fate, Ruling
from monitor.digests.spans import Met
from monitor.digests.words import hours

RIPE_FOR = timedelta(hours=72)
"""Time for which a story may wait to be told at once: a quiet weekend and a day whose messages are used up."""

NEWS_FOR = timedelta(hours=24)
"""Most time between the newest article of those that are enough and the moment at which they had all been seen."""

_HOUR = timedelta(hours=1)


def not_old(setting: Setting, met: Met, ruling: Ruling) -> Ruling:
    """Leave old news to the scheduled digest; where a watch has none, it is told at once all the same.

    `met` is when the rule was first met that tells the story.
    """
    if setting.occasion.watch.digest is None or ruling.ripe_at is None:
        return ruling
    waited, late = setting.occasion.now - ruling.ripe_at, met.at - met.published
    if late > NEWS_FOR:
        at, seen, wants = met.published, late, NEWS_FOR
        message = f"its newest article was {hours(late / _HOUR)} old when it was seen"
    else:
        at, seen, wants = ruling.ripe_at, waited, RIPE_FOR
        message = f"enough to be told for {hours(max(waited, timedelta()) / _HOUR)}"
    passed = seen <= wants
    check = Check(
        rule="age",
        passed=passed,
        seen=round(seen / _HOUR, 1),
        wants=wants / _HOUR,
        message=f"{message}; told at once up to {hours(wants / _HOUR)}",
    )
    if passed:
        return replace(ruling, checks=(*ruling.checks, check))
    told = f"this became enough to be told on {setting.day(at)}, too long ago to be told at once"
    left = replace(ruling, ripe_at=None)
    return ruled(left, Fate.DIGEST, "old-news", f"{told}; the next scheduled digest has it", check=check)
