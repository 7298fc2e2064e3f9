"""Counts what reading comes to, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.pipeline.reports import Failure, ReadReport
from monitor.records import FROM_PAGES, Read

_NOT_NEW = frozenset({"repeated", "unchanged", "revised"})


class ReadTally:
    """The sums of one read step."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._outcomes: Counter[str] = Counter()
        self._doubtful: Counter[str] = Counter()
        self._postponed: list[Failure] = []
        self._over_budget = 0
        self._kept = 0

    def add(self, done: Sequence[Read]) -> None:
        """Count the results of a batch."""
        for result in done:
            outcome = result.outcome.outcome
            self._outcomes[outcome] += 1
            if result.article is None and result.outcome.reason == "over-budget":
                self._over_budget += 1
            elif result.article is None:
                self._postponed.append(_failure(result))
            elif outcome not in _NOT_NEW:
                self._kept += 1
                self._doubtful.update([result.article.reason] if result.article.reason else [])

    def report(self) -> ReadReport:
        """Return the sums."""
        pages = sum(self._outcomes[method] for method in FROM_PAGES)
        return ReadReport(
            pages=pages,
            from_feed=self._kept - pages,
            repeated=self._outcomes["repeated"],
            revised=self._outcomes["revised"],
            postponed=tuple(self._postponed),
            over_budget=self._over_budget,
            doubtful=dict(self._doubtful),
        )


def _failure(result: Read) -> Failure:
    entry = result.unread.entry
    when = f"tried again after {result.next_at:%H:%M} UTC"
    return Failure(name=entry.title, subject=entry.url or "", reason=result.outcome.reason, message=when)
