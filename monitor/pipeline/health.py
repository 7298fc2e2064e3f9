"""How a feed is, in one word and one sentence.

new       it was never asked
ok        it answers, and brings about as much as usual
quiet     it answers, but has brought nothing for much longer than usual
resting   its host asked to be left alone for a while
failing   it did not answer, or with something that is not a feed
dead      it has been failing for a day or more
retired   its publisher says that it is gone for good
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.pipeline.rhythm import usual_gap
from monitor.records import Failing, FeedHealth, HostRest

DEAD_AFTER = timedelta(days=1)

QUIET_FACTOR, QUIET_AFTER = 6, timedelta(days=1)
"""A silence is worth a word when it is this many times as long as the usual gap, and never before a day is over."""


class State(StrEnum):
    """The word for how a feed is, the worst first."""

    DEAD = "dead"
    RETIRED = "retired"
    FAILING = "failing"
    RESTING = "resting"
    QUIET = "quiet"
    NEW = "new"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a feed is, and why in a sentence without its full stop; no reason for what is well.

    `gap` is the usual time between two new entries; `silence` is how old the newest was when the feed last answered.
    Both are None while unknown.
    """

    state: State
    reason: str = ""
    gap: timedelta | None = None
    silence: timedelta | None = None


def condition_of(health: FeedHealth, now: datetime, rest: HostRest | None = None) -> Condition:
    """Judge a feed as of `now`; `rest` is what its host asked for, if it did."""
    state = health.state
    gap = usual_gap(state.rhythm)
    newest, heard = state.rhythm.new_at, state.last_ok_at
    # While nobody asks, nobody knows of a silence: a monitor that was switched off must not call every feed quiet.
    silence = None if newest is None or heard is None else max(min(heard, now) - newest, timedelta())
    word, reason = _trouble(health, now, rest) or _silence(gap, silence) or (State.OK, "")
    if word is State.OK and state.last_ok_at is None:
        word = State.NEW
    return Condition(state=word, reason=reason, gap=gap, silence=silence)


def _trouble(health: FeedHealth, now: datetime, rest: HostRest | None) -> tuple[State, str] | None:
    state, failing = health.state, health.state.failing
    if state.retired_at is not None:
        return State.RETIRED, f"its publisher says since {_date(state.retired_at)} that it is gone for good"
    if failing.count and (failing.named or _has_lasted(failing, now)):
        return State.DEAD, _failure(failing)
    if rest is not None and rest.until > now:
        return State.RESTING, f"its host asked for a pause until {_date(rest.until)}"
    return (State.FAILING, _failure(failing)) if failing.count else None


def _has_lasted(failing: Failing, now: datetime) -> bool:
    """Return whether a feed has failed for a day; a single failure, however long ago, is no row of failures."""
    return failing.count > 1 and failing.since is not None and now - failing.since >= DEAD_AFTER


def _silence(gap: timedelta | None, silence: timedelta | None) -> tuple[State, str] | None:
    if gap is None or silence is None or silence <= max(QUIET_AFTER, QUIET_FACTOR * gap):
        return None
    return State.QUIET, f"quiet for {span(silence)}, usually {every(gap)}"


def _failure(failing: Failing) -> str:
    times = "once" if failing.count == 1 else f"{failing.count} times"
    since = f"{' on' if failing.count == 1 else ' since'} {_date(failing.since)}" if failing.since else ""
    return f"failed {times}{since}: {failing.message or failing.reason}"


def every(gap: timedelta) -> str:
    """Return a rhythm in words, such as `every 3 h` or `about daily`."""
    hours = gap / timedelta(hours=1)
    if 20 <= hours <= 28:  # noqa: PLR2004 - what people call daily
        return "about daily"
    if 6.5 <= hours / 24 <= 7.5:  # noqa: PLR2004 - what people call weekly
        return "about weekly"
    return f"every {span(gap)}"


def span(time: timedelta) -> str:
    """Return a length of time in words, in the unit that fits it: `40 min`, `3 h`, `9 days`."""
    minutes = time / timedelta(minutes=1)
    if minutes < 90:  # noqa: PLR2004 - from here on hours say more
        return f"{max(round(minutes), 1)} min"
    hours = minutes / 60
    if hours < 36:  # noqa: PLR2004 - from here on days say more
        return f"{round(hours)} h"
    return f"{round(hours / 24)} days"


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %H:%M}"
