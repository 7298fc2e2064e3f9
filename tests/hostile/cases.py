"""What a row of the hostile tables says: an input, and what one poll must make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.servers import Handler, Reply

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)

SPY = "@SPY@"
"""Stands in a document for the address of a server that nobody may ask."""

HIDDEN = "@FILE@"
"""Stands in a document for the path of a file whose word must not turn up anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the ledger and the entries say after one poll; None where it may be anything that is clean.

    `reasons` are the reason codes of which the ledger must show one; more than one where two limits race.
    """

    outcome: str
    reasons: frozenset[str]
    count: int | None = None
    titles: tuple[str, ...] | None = None
    urls: tuple[str | None, ...] | None = None
    notes: tuple[str, ...] | None = None
    published: tuple[datetime | None, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A named input with its expectation; `make` builds the answer of the feed's server when it is first needed.

    A case that is `heavy` keeps a worker busy until it is stopped, and is polled in a cycle of its own.
    """

    name: str
    make: Callable[[], bytes | Reply | Handler]
    expected: Expected
    heavy: bool = False


def failed(*reasons: str) -> Expected:
    """Expect an error with one of these reason codes, and no entries."""
    return Expected(outcome="failed", reasons=frozenset(reasons), count=0)


def answered(
    *titles: str,
    reason: str = "parsed",
    count: int | None = None,
    urls: tuple[str | None, ...] | None = None,
    notes: tuple[str, ...] | None = None,
    published: tuple[datetime | None, ...] | None = None,
) -> Expected:
    """Expect entries with these titles (or so many entries), in document order."""
    return Expected(
        outcome="answered",
        reasons=frozenset({reason}),
        count=count if count is not None or not titles else len(titles),
        titles=titles or None,
        urls=urls,
        notes=notes,
        published=published,
    )
