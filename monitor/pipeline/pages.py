"""Links → pages, as their hosts and their robots.txt allow; what cannot be had now or ever is kept with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.pipeline import hosts, robots
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Fetched, Request

SLOW_SHARE = 120.0
"""Seconds that the pages of one slow site may take of a batch; the rest of them waits for the next cycle."""

SLOW_WAIT = timedelta(minutes=15)

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/pdf;q=0.8, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The answer to the request for the page `key`, and when it came."""

    key: str
    answer: Fetched
    at: datetime


@dataclass(kw_only=True)
class Pages:
    """The pages behind some links, by key.

    After `arrive` has ended, each key has been yielded, or is in `refused` (robots.txt), in `lost` (with its error), or
    in `put_off` (the reason, and until when).
    """

    rules: Rules
    tools: Tools
    rests: hosts.Rests
    refused: dict[str, FetchError] = field(default_factory=dict)
    lost: dict[str, FetchError] = field(default_factory=dict)
    put_off: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    answered: int = 0

    def plan(self, links: Mapping[str, str]) -> list[Request]:
        """Return the requests that may be made in this batch."""
        return list(self._in_time(self._allowed(self._rested(links))))

    def arrive(self, requests: Sequence[Request], step: Callable[[], None]) -> Iterator[Arrived]:
        """Yield the pages as they come; last those that a redirect led to another site, if that one allows it.

        `step` is called for each that does not come.
        """
        elsewhere: list[Arrived] = []
        for request, answer in self.tools.web.fetch(requests, resting=self.rests.now(self.tools.clock())):
            now = self.tools.clock()
            self.rests.learn(request.url, answer, now)
            if isinstance(answer, FetchError):
                self.lost[request.key] = answer
                step()
                continue
            self.answered += 1
            arrived = Arrived(key=request.key, answer=answer, at=now)
            if robots.origin_of(answer.final_url) == robots.origin_of(request.url):
                yield arrived
            else:
                elsewhere.append(arrived)
        yield from self._welcome(elsewhere, step)

    def _rested(self, links: Mapping[str, str]) -> Iterator[Request]:
        """Yield the requests for pages whose hosts may be asked now."""
        now = self.tools.clock()
        most = max(self.rules.page_bytes, self.rules.document_bytes)
        for key, url in links.items():
            until = self.rests.until(url, now)
            if until is None:
                yield Request(key=key, url=url, max_bytes=most, accept=_ACCEPT)
            else:
                self.put_off[key] = (hosts.RESTING, until)

    def _allowed(self, requests: Iterator[Request]) -> Iterator[Request]:
        """Yield the requests that their sites' robots.txt allows, with the pause it asks for."""
        wanted = list(requests)
        found = robots.permission(self.rules, self.tools, [request.url for request in wanted], self.rests)
        for request in wanted:
            if request.url in found.refused:
                self.refused[request.key] = _refusal(request.url)
            elif request.url in found.unknown:
                self.lost[request.key] = found.unknown[request.url]
            else:
                yield replace(request, spacing=found.delays.get(request.url, 0.0))

    def _in_time(self, requests: Iterator[Request]) -> Iterator[Request]:
        """Yield the requests that can be made soon; a site that asks for long pauses must not hold up all others."""
        spent: Counter[str] = Counter()
        for request in requests:
            host = hosts.host_of(request.url)
            if spent[host] + request.spacing <= SLOW_SHARE:
                spent[host] += int(request.spacing)
                yield request
            else:
                self.put_off[request.key] = ("crawl-delay", self.tools.clock() + SLOW_WAIT)

    def _welcome(self, led: Sequence[Arrived], step: Callable[[], None]) -> Iterator[Arrived]:
        pages = [arrived.answer.final_url for arrived in led]
        found = robots.permission(self.rules, self.tools, pages, self.rests)
        for arrived in led:
            if arrived.answer.final_url in found.refused:
                self.refused[arrived.key] = _refusal(arrived.answer.final_url)
                step()
            else:
                yield arrived


def _refusal(url: str) -> FetchError:
    return FetchError(url, "robots-refused", "the site's robots.txt asks not to fetch this page")
