"""How feeds are: a table for a person, facts for a program."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.config.titles import one_line
from monitor.pipeline.health import Condition, State, condition_of, every, span
from monitor.pipeline.hosts import host_of
from monitor.records import FeedHealth, HostRest

STATES = tuple(State)
_COLUMNS = (
    "feed",
    "state",
    "last answer",
    "newest",
    "rhythm",
    "next poll",
    "unchanged",
    "repeated",
    "teasers",
    "entries",
)
_NEEDED = 3
_LONGEST_ID = 30
_GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A feed with what is known of it, and how it is."""

    health: FeedHealth
    condition: Condition
    rest: HostRest | None


def judged(health: Sequence[FeedHealth], rests: Mapping[str, HostRest], now: datetime) -> list[Row]:
    """Judge every feed; the worst come first, those alike by id."""
    rows = []
    for one in health:
        move = one.state.move
        rest = rests.get(host_of(move.url if move is not None and move.adopted else one.feed.url))
        rest = rest if rest is not None and rest.until > now else None
        rows.append(Row(health=one, condition=condition_of(one, now, rest), rest=rest))
    return sorted(rows, key=lambda row: (STATES.index(row.condition.state), row.health.feed.id))


def facts(row: Row) -> dict[str, Any]:
    """Return everything about a feed under names that stay; unknown is None, shares are between 0 and 1."""
    health, state, condition = row.health, row.health.state, row.condition
    failing, move = state.failing, state.move
    return {
        **{name: getattr(health.feed, name) for name in ("id", "name", "url", "publisher", "language", "kind")},
        "state": condition.state.value,
        "reason": condition.reason or None,
        "last_ok_at": state.last_ok_at,
        "first_ok_at": state.first_ok_at,
        "next_at": state.next_at,
        "last_status": state.last_status,
        "rhythm_seconds": _seconds(condition.gap),
        "silence_seconds": _seconds(condition.silence),
        "failures": failing.count,
        "failing_since": failing.since,
        "failure_reason": failing.reason or None,
        "failure_message": failing.message or None,
        "polls": health.polls,
        "answered": health.answered,
        "unchanged": health.unchanged,
        "unchanged_share": _share(health.unchanged, health.answered),
        "entries": health.entries,
        "newest_entry_at": health.last_entry_at,
        "repeated": health.repeated,
        "repeated_share": _share(health.repeated, health.entries),
        "articles": health.articles,
        "teasers": health.teasers,
        "teaser_share": _share(health.teasers, health.articles),
        "moved_to": move.url if move else None,
        "moved_since": move.since if move else None,
        "moved_seen": move.seen if move else 0,
        "moved_adopted": bool(move and move.adopted),
        "distrusted": state.distrusted,
        "retired_at": state.retired_at,
        "host_rests_until": row.rest.until if row.rest else None,
    }


def table(rows: Sequence[Row], now: datetime, width: int) -> Iterator[tuple[str, State | None]]:
    """Yield the lines of a table at most `width` wide, each with the state that it speaks of, then a line of counts.

    As many columns are shown as fit; reasons stand below their feed, folded.
    """
    cells = [_cells(row, now) for row in rows]
    shown, widths = _fitting([_COLUMNS, *cells], width)
    yield _line(_COLUMNS[:shown], widths), None
    for row, line in zip(rows, cells, strict=True):
        if len(line[0]) > widths[0]:
            yield line[0], row.condition.state
            line = ("", *line[1:])  # noqa: PLW2901 - a long id stands on a line of its own
        yield _line(line[:shown], widths), row.condition.state
        for note in _notes(row):
            for part in textwrap.wrap(note, width - 4, break_on_hyphens=False):
                yield f"    {part}", None
    counts = Counter(row.condition.state for row in rows)
    said = ", ".join(f"{counts[state]:,} {state.value}" for state in reversed(STATES) if counts[state])
    for part in textwrap.wrap(f"{len(rows):,} feed{'' if len(rows) == 1 else 's'}: {said or 'none'}", width):
        yield part, None


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    health, state = row.health, row.health.state
    return (
        health.feed.id,
        row.condition.state.value,
        _ago(state.last_ok_at, now),
        _ago(state.rhythm.new_at or health.last_entry_at, now),
        every(row.condition.gap) if row.condition.gap else "unknown yet",
        _ahead(state.next_at, now),
        _percent(health.unchanged, health.answered),
        _percent(health.repeated, health.entries),
        _percent(health.teasers, health.articles),
        f"{health.entries:,}",
    )


def _notes(row: Row) -> Iterator[str]:
    state = row.health.state
    if row.condition.reason:
        yield one_line(row.condition.reason, 1_000)
    if state.move is not None:
        where = one_line(state.move.url, 500)
        if state.move.adopted:
            yield f"moved for good to {where}, and asked there; please change its url in feeds.toml"
        else:
            yield f"says that it moved to {where} (seen {state.move.seen} times so far)"
    if state.distrusted:
        yield 'its "not modified" proved to be false, so the whole feed is asked for each time'


def _fitting(lines: Sequence[Sequence[str]], width: int) -> tuple[int, list[int]]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    widths[0] = min(widths[0], _LONGEST_ID, width // 3)
    shown = len(widths)
    while shown > _NEEDED and sum(widths[:shown]) + len(_GAP) * (shown - 1) > width:
        shown -= 1
    return shown, widths[:shown]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(cell.ljust(wide) for cell, wide in zip(cells, widths, strict=True)).rstrip()


def _ago(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{span(max(now - moment, timedelta()))} ago"


def _ahead(moment: datetime | None, now: datetime) -> str:
    return "now" if moment is None or moment <= now else f"in {span(moment - now)}"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())
