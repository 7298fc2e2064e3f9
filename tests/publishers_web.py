"""The web of the thirty days: answers in the publishers' place, and holds every request against what they asked for.

It fits `ports.Web`. It keeps its own account of times and shares no code with the program's, so that a common mistake
cannot hide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web.faults import http_error
from tests.publishers import DAY, Fault, Publisher, Story

EARLIEST = timedelta(minutes=14)
"""Between two requests for one feed, where the user allows one every fifteen minutes and a schedule may be punctual."""

UNCONDITIONAL = timedelta(days=6.5)
HORIZON = timedelta(hours=72)

Validators = tuple[str | None, str | None]
NONE: Validators = (None, None)


@dataclass(slots=True)
class Account:
    """What is known of one feed: when it was asked, and what it said about the next time."""

    asked: list[datetime] = field(default_factory=list)
    failed: list[datetime] = field(default_factory=list)
    not_before: datetime | None = None
    validators: Validators | None = None
    whole_at: datetime | None = None
    said: dict[int, str] = field(default_factory=dict)
    first_shown: dict[int, datetime] = field(default_factory=dict)
    urls: list[tuple[datetime, str]] = field(default_factory=list)
    conditional: list[tuple[datetime, bool]] = field(default_factory=list)


class PublishersWeb:
    """Every publisher's server, and the account of who was asked when."""

    def __init__(
        self, publishers: Sequence[Publisher], clock: Callable[[], datetime], outage: tuple[datetime, datetime]
    ) -> None:
        """Serve these publishers; between the moments of `outage` nothing can be reached at all."""
        self._by_url = {url: one for one in publishers for url in (one.url, one.new_url)}
        self._clock = clock
        self._outage = outage
        self._host_until: dict[str, datetime] = {}
        self.accounts = {one.id: Account() for one in publishers}
        self.wrongs: list[str] = []
        self.answers: Counter[str] = Counter()
        self.owed: set[int] = set()
        self.too_old: set[int] = set()
        self.revisions: Counter[tuple[str, int]] = Counter()

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Yield each request with its answer; a host that asks for a pause is asked nothing more in this call."""
        spared = set(resting)
        for request in requests:
            host = urlsplit(request.url).hostname or ""
            if host in spared:
                said = "the host asked for a pause"
                yield request, FetchError(request.url, "host-resting", said, transient=True, host=host)
                continue
            answer = self._answer(request, host)
            if isinstance(answer, FetchError) and answer.status in {429, 503}:
                spared.add(host)
            yield request, answer

    def _answer(self, request: Request, host: str) -> Fetched | FetchError:
        now = self._clock()
        if self._outage[0] <= now < self._outage[1]:
            self.answers["own outage"] += 1
            return FetchError(request.url, "dns", "the name could not be resolved", transient=True)
        publisher = self._by_url.get(request.url)
        if publisher is None:
            self.wrongs.append(f"{now} an address of nobody was asked: {request.url}")
            return FetchError(request.url, "dns", "there is no such name")
        account = self.accounts[publisher.id]
        self._check(publisher, account, request, host, now)
        account.asked.append(now)
        account.urls.append((now, request.url))
        fault = publisher.fault(now)
        if fault is not None:
            self.answers[f"failed {fault.kind}"] += 1
            account.failed.append(now)
            return self._failure(fault, request.url, host, now)
        return self._success(publisher, account, request, now)

    def _check(self, publisher: Publisher, account: Account, request: Request, host: str, now: datetime) -> None:
        """Hold a request against everything the publisher, its host and the user have asked for."""
        manner = publisher.manner
        early = {
            "after the request before": account.asked[-1] + EARLIEST if account.asked else None,
            "while its last answer was fresh": account.not_before,
            "while its host wanted to rest": self._host_until.get(host),
        }
        wrongs = [f"{why}, until {until}" for why, until in early.items() if until is not None and now < until]
        if account.validators is not None and (now.hour in manner.skip_hours or now.weekday() in manner.skip_days):
            wrongs.append("in an hour or on a day it wants to be spared")
        wrongs += self._conditions(publisher, account, request, now)
        self.wrongs += [f"{now} {publisher.id} ({manner}) was asked {wrong}" for wrong in wrongs]

    def _conditions(self, publisher: Publisher, account: Account, request: Request, now: datetime) -> Iterator[str]:
        sent = (request.etag, request.last_modified)
        account.conditional.append((now, sent != NONE))
        if account.validators is None or publisher.manner.validators in {"none", "frozen", "future"}:
            return
        if sent not in {account.validators, NONE}:
            yield f"with the validators {sent}, not with {account.validators}"
        elif sent == NONE and account.whole_at is not None and now < account.whole_at + UNCONDITIONAL:
            yield f"for the whole document again, after {account.whole_at}"

    def _failure(self, fault: Fault, url: str, host: str, now: datetime) -> FetchError:
        if isinstance(fault.kind, str):
            asked = None if fault.kind == "dns" else host
            return FetchError(url, fault.kind, f"the request ended with {fault.kind}", transient=True, host=asked)
        header = None
        if fault.wait is not None:
            until = now + fault.wait
            header = format_datetime(until, usegmt=True) if fault.wait_as_date else str(int(fault.wait.total_seconds()))
            whole = until.replace(microsecond=0) if fault.wait_as_date else until
            self._host_until[host] = min(whole, now + DAY)
        error = http_error(url, fault.kind, header, now)
        error.host = host
        return error

    def _success(self, publisher: Publisher, account: Account, request: Request, now: datetime) -> Fetched:
        sent, held = (request.etag, request.last_modified), publisher.validators(now)
        known = sent != NONE and (sent[0] == held[0] if sent[0] is not None else sent[1] == held[1])
        manner = publisher.manner
        account.not_before = now + max(manner.stays_fresh, manner.asks_to_wait)
        moved = publisher.moves_at is not None and now >= publisher.moves_at
        final = publisher.new_url if moved else publisher.url
        if sent == NONE or account.whole_at is None:
            account.whole_at = now
        account.validators = held
        if not known:
            for story in publisher.shown(now):
                self._show(publisher, account, story, now)
        self.answers["304" if known else "200"] += 1
        return Fetched(
            key=request.key,
            url=request.url,
            final_url=final,
            status=304 if known else 200,
            headers=publisher.headers(now),
            body=b"" if known else publisher.document(now),
            moved_to=final if moved and request.url != final else None,
        )

    def _show(self, publisher: Publisher, account: Account, story: Story, now: datetime) -> None:
        """Note what a document says of a story: whether it has to become an article, and whether it was edited."""
        said, before = publisher.title(story, now), account.said.get(story.number)
        account.said[story.number] = said
        if before is None:
            # A date that is always now says as little as none: at first, neither tells old stories from new ones.
            date = None if publisher.manner.date == "now" else publisher.date(story, now)
            undated_at_first = date is None and account.asked[0] == now
            late = undated_at_first or (date is not None and date < now - HORIZON)
            (self.too_old if late else self.owed).add(story.number)
            account.first_shown[story.number] = now
        elif before != said:
            self.revisions[publisher.id, story.number] += 1


def by_group(publishers: Sequence[Publisher]) -> dict[str, list[Publisher]]:
    """Return the publishers by the name of what is special about them."""
    groups: defaultdict[str, list[Publisher]] = defaultdict(list)
    for one in publishers:
        groups[one.group].append(one)
    return groups
