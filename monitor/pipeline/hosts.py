"""Hosts that want to be left alone: who said so, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.records import Fetched, HostRest

RESTING = "host-resting"
"""The reason of a request that was not made, because its host had just asked for a pause."""

FIRST_REST, LONGEST_REST = timedelta(minutes=15), timedelta(hours=4)
"""Where a host names no time itself, it is left alone this long at first, and twice as long each time after."""

LONGEST_ASKED = timedelta(hours=24)
"""A host that names a longer time than a day is asked again after a day."""

_PAUSES = frozenset({429, 503})


def host_of(url: str) -> str:
    """Return the host of a URL, in the spelling by which hosts are told apart; nothing for what is no URL."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def wants_rest(error: FetchError) -> bool:
    """Return whether an answer speaks for its whole host: 429, 503, or what the web client took for a refusal."""
    return error.status in _PAUSES or error.reason == RESTING


class Rests:
    """The hosts to be left alone: those known when the step began, and those that asked for it since."""

    def __init__(self, known: Mapping[str, HostRest]) -> None:
        """Start from what is known, by host."""
        self._known = dict(known)
        self._new: set[str] = set()

    @property
    def new(self) -> list[HostRest]:
        """What was learned, by host; to be stored."""
        return [self._known[host] for host in sorted(self._new)]

    def now(self, now: datetime) -> list[str]:
        """Return the hosts that are to be left alone at this moment."""
        return sorted(host for host, rest in self._known.items() if rest.until > now)

    def until(self, url: str, now: datetime) -> datetime | None:
        """Return until when the URL's host is to be left alone, or None when it may be asked now."""
        rest = self._known.get(host_of(url))
        return rest.until if rest is not None and rest.until > now else None

    def end(self, url: str, error: FetchError, now: datetime) -> datetime:
        """Return until when a request waits that came back as `host-resting`."""
        rest = self._known.get(error.host or host_of(url))
        return max(rest.until, now) if rest is not None else now + FIRST_REST

    def learn(self, url: str, answer: Fetched | FetchError, now: datetime) -> None:
        """Note a 429 or a 503, or what the web client took for a host's refusal; an answer ends the row of them.

        It is noted of the host that answered, which a redirect may have led to.
        """
        if isinstance(answer, Fetched):
            before = self._known.get(host_of(answer.final_url))
            if before is not None and before.times:
                self._note(replace(before, times=0))
            return
        host = answer.host or host_of(url)
        before = self._known.get(host)
        resting = before is not None and before.until > now
        if answer.status in _PAUSES or (answer.reason == RESTING and not resting):
            times = before.times + 1 if before is not None else 1
            until = now + _pause(answer.retry_after, times)
            self._note(HostRest(host=host, until=until, times=times, reason=answer.reason))

    def _note(self, rest: HostRest) -> None:
        self._known[rest.host] = rest
        self._new.add(rest.host)


def _pause(asked: float | None, times: int) -> timedelta:
    if asked is not None:
        return min(max(timedelta(seconds=asked), FIRST_REST), LONGEST_ASKED)
    doubled: timedelta = FIRST_REST * 2 ** min(times - 1, 10)
    return min(doubled, LONGEST_REST)
