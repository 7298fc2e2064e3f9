"""Which hosts asked to be left alone, within one batch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from monitor.errors import FetchError
from monitor.records import Fetched
from monitor.web.faults import phrase

_OVERLOADED = frozenset({429, 503})
_FORBIDDEN = 403
_REFUSALS = 3  # a page may be forbidden, but some hosts say to everything what others say by 429


@dataclass(slots=True)
class Rests:
    """What the hosts of a batch have said, besides those that were to rest from its start (`told`)."""

    told: Collection[str] = ()
    _said: dict[str, FetchError] = field(default_factory=dict)
    _refused: dict[str, int] = field(default_factory=dict)

    def hear(self, host: str, outcome: Fetched | FetchError | None) -> None:
        """Take note of an answer, which is None for a redirect; errors of the network are no answers."""
        if not isinstance(outcome, FetchError):
            self._refused.pop(host, None)
        elif outcome.status == _FORBIDDEN:
            self._refused[host] = self._refused.get(host, 0) + 1
            if self._refused[host] >= _REFUSALS:
                self._said[host] = outcome
        elif outcome.status is not None:
            self._refused.pop(host, None)
            if outcome.status in _OVERLOADED:
                self._said[host] = outcome

    def holds(self, host: str) -> bool:
        """Return whether the host is to be asked nothing more."""
        return host in self.told or host in self._said

    def error(self, host: str, url: str) -> FetchError:
        """Return what a request that waited for a resting host comes to."""
        said = self._said.get(host)
        if said is None:
            message = f"{host} was not asked, because it wants to be left alone for now"
            return FetchError(url, "host-resting", message, transient=True, host=host)
        times = f" {_REFUSALS} times in a row" if said.status == _FORBIDDEN else ""
        message = f"{host} was not asked again for now, because it answered {phrase(said.status or 0)}{times}"
        return FetchError(url, "host-resting", message, transient=True, retry_after=said.retry_after, host=host)
