"""What the robots.txt of a site allows us to fetch, and how slowly (RFC 9309).

Asked for article pages only: a feed is published to be polled. A file is kept for a day. Where there is none, all is
allowed; while it cannot be had (5xx, no answer), its pages wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from monitor.errors import FetchError, MonitorError
from monitor.pipeline import hosts
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Fetched, Request, RobotsFile

KEPT = timedelta(hours=24)
"""How long a robots.txt file is used (RFC 9309, 2.4)."""

LARGEST = 2_000_000
"""Bytes; a crawler has to read the first 500 KiB (RFC 9309, 2.5), and files that are larger than this are no rules."""

SLOWEST = 30.0
"""Seconds; a crawl delay beyond this would keep news waiting for hours."""

_SECONDS = 2.0
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One site's file and the pages wanted there, on their way through a worker process."""

    url: str
    text: str
    agent: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which of the pages must not be fetched, and the pause in seconds that the site asks for."""

    refused: frozenset[str] = frozenset()
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """For all pages together: those refused, those that wait because their site's rules cannot be had, and pauses."""

    refused: frozenset[str] = frozenset()
    unknown: Mapping[str, FetchError] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)


def permission(rules: Rules, tools: Tools, pages: Sequence[str], rests: hosts.Rests) -> Permission:
    """Return what may be fetched of these URLs."""
    if not rules.obey_robots:
        return Permission()
    by_origin: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        by_origin[origin_of(page)].append(page)
    known, lost = _files(tools, sorted(by_origin), rests)
    questions = (
        Question(url=origin, text=file.text, agent=product(rules.agent), pages=tuple(by_origin[origin]))
        for origin, file in known.items()
        if file.text.strip()
    )
    refused: set[str] = set()
    delays: dict[str, float] = {}
    for question, verdict in tools.workers.map(answer, questions, seconds=_SECONDS):
        if not isinstance(verdict, MonitorError):  # a file that no parser can finish says nothing
            refused |= verdict.refused
            delays |= dict.fromkeys(question.pages, min(verdict.delay, SLOWEST))
    unknown = {page: error for origin, error in lost.items() for page in by_origin[origin]}
    return Permission(refused=frozenset(refused), unknown=unknown, delays=delays)


def answer(question: Question) -> Verdict:
    """Look the pages up in the site's rules; runs in a worker process."""
    file = Protego.parse(question.text)
    refused = frozenset(page for page in question.pages if not file.can_fetch(page, question.agent))
    return Verdict(refused=refused, delay=max(file.crawl_delay(question.agent) or 0.0, 0.0))


def product(agent: str) -> str:
    """Return the name by which robots.txt files address a client: the first word of its User-Agent, without version."""
    return agent.split("/", maxsplit=1)[0].split(maxsplit=1)[0] if agent.strip() else "*"


def origin_of(url: str) -> str:
    """Return the site of a URL, for which one robots.txt holds."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _files(
    tools: Tools, origins: Sequence[str], rests: hosts.Rests
) -> tuple[dict[str, RobotsFile], dict[str, FetchError]]:
    """Return the files of these origins, from the store or from their sites, and why some cannot be had."""
    known = tools.store.sources.robots(origins, tools.clock() - KEPT)
    asked = [origin for origin in origins if origin not in known]
    fetched: list[RobotsFile] = []
    lost: dict[str, FetchError] = {}
    for origin, outcome in _asked(tools, asked, rests):
        if isinstance(outcome, RobotsFile):
            fetched.append(outcome)
        else:
            lost[origin] = outcome
    if fetched:
        tools.store.sources.save_robots(fetched)
    return {**known, **{file.origin: file for file in fetched}}, lost


def _asked(tools: Tools, origins: Sequence[str], rests: hosts.Rests) -> Iterator[tuple[str, RobotsFile | FetchError]]:
    requests = [
        Request(key=origin, url=f"{origin}/robots.txt", max_bytes=LARGEST, accept="text/plain, */*;q=0.5")
        for origin in origins
    ]
    for request, outcome in tools.web.fetch(requests, resting=rests.now(tools.clock())):
        now = tools.clock()
        rests.learn(request.url, outcome, now)
        yield request.key, _read(request.key, outcome, now)


def _read(origin: str, outcome: Fetched | FetchError, now: datetime) -> RobotsFile | FetchError:
    if isinstance(outcome, Fetched):
        return RobotsFile(origin=origin, text=outcome.body.decode("utf-8", "replace").replace("\0", ""), fetched_at=now)
    if hosts.wants_rest(outcome) or (outcome.transient and outcome.status not in _CLIENT_ERRORS):
        return outcome
    return RobotsFile(origin=origin, text="", fetched_at=now)
