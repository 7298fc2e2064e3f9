"""Rows of `feeds` ⇄ the records of a feed and of what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from monitor.records import Failing, Feed, FeedState, Hints, Move, Rhythm

FACTS = ("name", "url", "publisher", "language", "kind")
"""What the configuration says of a feed and the table repeats; `every` and `headers` stay in the configuration."""

FORGOTTEN: Mapping[str, Any] = {
    "etag": None,
    "last_modified": None,
    "body_hash": None,
    "entries_hash": None,
    "full_at": None,
    "distrusted": False,
    "hints": {},
    "failures": 0,
    "failure_weight": 0.0,
    "failing_since": None,
    "last_reason": None,
    "last_message": None,
    "named": False,
    "moved_to": None,
    "moved_since": None,
    "moved_seen": 0,
    "move_adopted": False,
    "next_at": None,
    "last_status": None,
    "retired_at": None,
}
"""What a feed's row looks like once its address has changed: another address's answers say nothing about this one."""

_ALIKE = (
    "etag", "last_modified", "body_hash", "entries_hash", "full_at", "distrusted", "next_at", "last_status",
    "last_ok_at", "first_ok_at", "retired_at",
)  # fmt: skip


def facts_of(feed: Feed) -> dict[str, Any]:
    """Return the columns that follow the configuration."""
    return {
        "name": feed.name,
        "url": feed.url,
        "publisher": feed.publisher,
        "language": feed.language,
        "kind": feed.kind,
    }


def feed_of(row: RowMapping) -> Feed:
    """Return the feed of a `feeds` row."""
    return Feed(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        publisher=row["publisher"],
        language=row["language"],
        kind=row["kind"],
    )


def state_of(row: RowMapping) -> FeedState:
    """Return what a `feeds` row remembers."""
    return FeedState(
        feed_id=row["id"],
        hints=_hints_of(row["hints"]),
        rhythm=Rhythm(count=row["rhythm_count"], at=row["rhythm_at"], new_at=row["new_at"]),
        failing=_failing_of(row),
        move=_move_of(row),
        **{name: row[name] for name in _ALIKE},
    )


def remembered(state: FeedState) -> dict[str, Any]:
    """Return the columns that keep a state; `last_reason` is NULL for a feed that answers."""
    failing, rhythm, move = state.failing, state.rhythm, state.move
    return {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "entries_hash": state.entries_hash,
        "full_at": state.full_at,
        "distrusted": state.distrusted,
        "hints": _hints_row(state.hints),
        "rhythm_count": rhythm.count,
        "rhythm_at": rhythm.at,
        "new_at": rhythm.new_at,
        "failures": failing.count,
        "failure_weight": failing.weight,
        "failing_since": failing.since,
        "last_reason": failing.reason or None,
        "last_message": failing.message or None,
        "named": failing.named,
        "moved_to": move.url if move else None,
        "moved_since": move.since if move else None,
        "moved_seen": move.seen if move else 0,
        "move_adopted": move.adopted if move else False,
        "next_at": state.next_at,
        "last_status": state.last_status,
        "last_ok_at": state.last_ok_at,
        "first_ok_at": state.first_ok_at,
        "retired_at": state.retired_at,
    }


def _failing_of(row: RowMapping) -> Failing:
    return Failing(
        count=row["failures"],
        weight=row["failure_weight"],
        since=row["failing_since"],
        reason=row["last_reason"] or "",
        message=row["last_message"] or "",
        named=row["named"],
    )


def _move_of(row: RowMapping) -> Move | None:
    if row["moved_to"] is None or row["moved_since"] is None:
        return None
    return Move(url=row["moved_to"], since=row["moved_since"], seen=row["moved_seen"], adopted=row["move_adopted"])


def _hints_of(stored: Mapping[str, Any]) -> Hints:
    return Hints(
        wait=timedelta(seconds=stored.get("wait", 0)),
        skip_hours=frozenset(stored.get("skip_hours", ())),
        skip_days=frozenset(stored.get("skip_days", ())),
    )


def _hints_row(hints: Hints) -> dict[str, Any]:
    if hints == _NO_HINTS:
        return {}
    return {
        "wait": hints.wait.total_seconds(),
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
    }


_NO_HINTS = Hints()
