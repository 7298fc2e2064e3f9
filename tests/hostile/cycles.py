"""One poll of many hostile feeds at once, with healthy ones among them, and what the store holds afterwards."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from monitor import articles
from monitor.errors import FetchError, MonitorError
from monitor.pipeline import Pipeline
from monitor.records import Feed, FeedState, Fetched, Request
from monitor.store import Store
from monitor.store.tables import entries
from monitor.web import WebClient
from monitor.wiring import PRELOADED
from monitor.workers import WorkerPool
from tests.hostile.cases import HIDDEN, NOW, SPY, Case
from tests.hostile.documents import rss
from tests.pipelines import make_rules, polling_pipeline
from tests.servers import Asked, LoopbackServer, Reply

Item = TypeVar("Item")
Result = TypeVar("Result")

DOMAIN = "feeds.localhost"
WORKER_MEGABYTES = 200
HEALTHY = ("a-healthy", "h-healthy", "z-healthy")
"""Among the hostile feeds, which are named c000, c001, …, these are asked first, in between, and last."""

HEALTHY_TITLES: tuple[str, ...] = ("First report", "Second report", "Third report")
HEALTHY_NEWS = Reply(
    body=rss(
        "".join(
            f"<item><title>{title}</title><link>https://wire.example/{number}</link>"
            f"<pubDate>Wed, 04 Mar 2026 0{number}:00:00 GMT</pubDate></item>"
            for number, title in enumerate(HEALTHY_TITLES)
        )
    ).encode()
)


def worker_pool() -> WorkerPool:
    """Return the pool as the program builds it, but with the 200 MB that a hostile document may take at most."""
    return WorkerPool(2, WORKER_MEGABYTES, warm_up=articles.warm_up, preload=PRELOADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of a feed: the ledger's outcome and reason, its state, its entries in the order of the document.

    `fetched` counts the seconds from the start of the cycle until the answer was there, or those that the answer took
    where it says so; `worked` those of processor time in the worker that parsed it, None where it
    did not come back: a busy machine makes a good document take many times as long by the clock as it costs.
    """

    outcome: str
    reason: str
    state: FeedState
    entries: Sequence[Mapping[str, Any]]
    fetched: float
    worked: float | None


@dataclass(slots=True)
class Watch:
    """Web and workers as the pipeline has them, with a clock beside: when each answer came, and how long each parse."""

    web: WebClient
    workers: WorkerPool
    started: float = 0.0
    fetched: dict[str, float] = field(default_factory=dict)
    worked: dict[str, float] = field(default_factory=dict)

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Fetch; fits `ports.Web`."""
        for request, answer in self.web.fetch(requests, resting=resting):
            since = time.monotonic() - self.started
            self.fetched[request.key] = answer.seconds if isinstance(answer, Fetched) else since
            yield request, answer

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, seconds: float
    ) -> Iterator[tuple[Item, Result | MonitorError]]:
        """Work; fits `ports.Workers`."""
        for item, timed in self.workers.map(partial(_timed, function), items, seconds=seconds):
            if isinstance(timed, MonitorError):
                yield item, timed
            else:
                feed = getattr(item, "feed", None)
                if feed is not None:
                    self.worked[feed.id] = timed.seconds
                yield item, timed.result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed(Generic[Result]):
    seconds: float
    result: Result | MonitorError


def _timed(function: Callable[[Item], Result], item: Item) -> _Timed[Result]:
    """Run in a worker, and take the time there."""
    started = time.process_time()
    result: Result | MonitorError
    try:
        result = function(item)
    except MonitorError as error:
        result = error
    return _Timed(seconds=time.process_time() - started, result=result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What one poll came to: by case, for the healthy feeds, in seconds on the clock, and in megabytes.

    `grown` is by how much the peak of this process, which fetches and decompresses, grew; `asked` are the requests.
    """

    seen: Mapping[str, Seen]
    healthy: Mapping[str, tuple[str, ...]]
    seconds: float
    grown: float
    asked: Sequence[Asked]


@contextmanager
def hostile_server(cases: Sequence[Case], secret: Path) -> Iterator[LoopbackServer]:
    """Serve each case under a host of its own, `c000.feeds.localhost` and so on, and news under all others."""
    made = {f"c{number:03}": case.make() for number, case in enumerate(cases)}

    def handler(asked: Asked) -> Reply:
        answer = made.get(asked.host.partition(".")[0])
        if answer is None:
            return HEALTHY_NEWS
        if isinstance(answer, bytes):
            spy = server.url("/", f"spy.{DOMAIN}").encode()
            return Reply(body=answer.replace(SPY.encode(), spy).replace(HIDDEN.encode(), str(secret).encode()))
        return answer(asked) if callable(answer) else answer

    server = LoopbackServer(handler)
    with server:
        yield server


def feeds_of(server: LoopbackServer, number: int) -> list[Feed]:
    """Return the feeds of so many cases, and the healthy ones."""
    names = [*(f"c{one:03}" for one in range(number)), *HEALTHY]
    return [feed(name, server.url("/feed", f"{name}.{DOMAIN}")) for name in names]


def feed(name: str, url: str) -> Feed:
    """Return a feed of that id."""
    return Feed(id=name, name=name, url=url, publisher=name)


def polling(
    feeds: Sequence[Feed],
    store: Store,
    watch: Watch,
    clock: Callable[[], datetime] = lambda: NOW,
    **rules: Any,
) -> Pipeline:
    """Return a pipeline that polls and reads these feeds."""
    return polling_pipeline(make_rules(feeds, **rules), store, watch, watch, clock)


def cycle(cases: Sequence[Case], folder: Path, web: WebClient, workers: WorkerPool, **rules: Any) -> Cycle:
    """Poll every case once, all in one cycle."""
    secret = folder / "secret"
    secret.write_text("swordfish")
    watch = Watch(web, workers)
    with hostile_server(cases, secret) as server:
        store = Store(f"sqlite:///{folder / 'monitor.db'}", config="test")
        feeds = feeds_of(server, len(cases))
        before, watch.started = _peak(), time.monotonic()
        polling(feeds, store, watch, **rules).poll()
        seconds, grown = time.monotonic() - watch.started, _peak() - before
        found = seen(store, watch)
        store.close()
        return Cycle(
            seen={case.name: found[f"c{number:03}"] for number, case in enumerate(cases)},
            healthy={name: tuple(row["title"] for row in found[name].entries) for name in HEALTHY},
            seconds=seconds,
            grown=grown,
            asked=tuple(server.asked),
        )


def seen(store: Store, watch: Watch) -> dict[str, Seen]:
    """Return what became of each feed in the store."""
    health = store.sources.health(NOW)
    query = sa.select(entries).order_by(sa.literal_column("entries.rowid"))
    with store.database.read() as connection:
        rows: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
    told = {one.subject: one for one in store.ledger.about([one.feed.id for one in health]) if one.step == "poll"}
    return {
        one.feed.id: Seen(
            outcome=told[one.feed.id].outcome,
            reason=told[one.feed.id].reason,
            state=one.state,
            entries=[row for row in rows if row["feed_id"] == one.feed.id],
            fetched=watch.fetched.get(one.feed.id, 0.0),
            worked=watch.worked.get(one.feed.id),
        )
        for one in health
    }


def _peak() -> float:
    """Return the most memory that this process ever had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1_000_000 if sys.platform == "darwin" else peak * 1024 / 1_000_000
