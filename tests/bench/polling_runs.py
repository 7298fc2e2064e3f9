"""One client polls the news hosts, lap after lap, in a process of its own; each lap is a line of JSON on its output.

    python -m tests.bench.polling_runs ours   --feeds 2000 --port 1 --laps 4 --folder DIR [--tls-port 2] [--hours 25]
    python -m tests.bench.polling_runs reader --feeds 2000 --port 1 --laps 2 --folder DIR --workers 10
    python -m tests.bench.polling_runs aiohttp|httpx2 ...

Processor time is that of the process and everything it started, dead or alive, so that nothing hides in a worker.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import ssl
import sys
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench import polling_feeds
from tests.bench.news_hosts import tell_lap

CONCURRENCY = 100
_TICKS = os.sysconf("SC_CLK_TCK")


def session_seconds(leader: int) -> float:
    """Return the processor time of a session's living processes and of those they have waited for."""
    total = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                total += sum(int(ticks) for ticks in fields[11:15])
    return total / _TICKS


def megabytes() -> float:
    """Return how much memory this process holds now."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


class Meter:
    """Measures laps: time, processor time of all and of the main process, and its memory ten times a second."""

    def __init__(self) -> None:
        """Start to watch the memory."""
        self._most = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def lap(self, number: int) -> Iterator[dict[str, Any]]:
        """Measure one lap and print it; what is put into the dictionary is printed with it."""
        told: dict[str, Any] = {"lap": number}
        self._most = megabytes()
        began, cpu, own = time.monotonic(), session_seconds(os.getsid(0)), time.process_time()
        yield told
        told |= {
            "wall": time.monotonic() - began,
            "cpu": session_seconds(os.getsid(0)) - cpu,
            "main_cpu": time.process_time() - own,
            "megabytes": max(self._most, megabytes()),
        }
        print(json.dumps(told), flush=True)

    def _watch(self) -> None:
        while True:
            self._most = max(self._most, megabytes())
            time.sleep(0.1)


def ours(given: argparse.Namespace, meter: Meter) -> None:
    """Poll with the monitor's own pipeline: a SQLite file, the worker pool, the web client."""
    from monitor import wiring  # noqa: PLC0415 - a client loads its own libraries and no other's
    from monitor.records import Feed  # noqa: PLC0415 - as above
    from monitor.store import Store  # noqa: PLC0415 - as above
    from monitor.web import WebClient, WebSettings  # noqa: PLC0415 - as above
    from tests.pipelines import make_rules, polling_pipeline  # noqa: PLC0415 - as above

    now = polling_feeds.START

    def clock() -> datetime:
        return now

    scheme, port = ("https", given.tls_port) if given.tls_port else ("http", given.port)
    feeds = [
        Feed(
            id=f"f{feed}",
            name=f"Feed {feed}",
            url=f"{scheme}://{polling_feeds.host(feed)}:{port}{polling_feeds.path(feed)}",
            publisher=f"Publisher {feed // polling_feeds.FEEDS_PER_HOST}",
        )
        for feed in range(given.feeds)
    ]
    polite = WebSettings(
        user_agent="news-monitor bench", concurrency=CONCURRENCY, spacing_seconds=0, allow_hosts=("*.localhost",)
    )
    store = Store(f"sqlite:///{given.folder / 'ours.db'}", config="bench")
    with contextlib.closing(store), wiring.worker_pool() as workers:
        pipeline = polling_pipeline(make_rules(feeds), store, WebClient(polite), workers, clock)
        list(workers.map(len, ["the workers start before the clock does"] * 8, seconds=8))
        for lap in range(given.laps):
            tell_lap(given.port, lap)
            with meter.lap(lap) as told:
                report = pipeline.poll(every=given.every)
                told |= {"asked": report.asked, "held": report.held, "changed": report.changed}
                told |= {"unchanged": report.unchanged, "failed": len(report.failed), "new": report.entries_new}
            assert not report.offline
            now += timedelta(hours=given.hours)


def reader(given: argparse.Namespace, meter: Meter) -> None:
    """Poll with lemon24/reader: a SQLite file, its own threads."""
    import feedparser_sgmllib  # noqa: PLC0415 - as above

    # The feedparser inside reader asks for this library by its older name.
    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
    from reader import make_reader  # noqa: PLC0415 - as above

    with make_reader(str(given.folder / f"reader-{given.workers}.db")) as one:
        for feed in range(given.feeds):
            one.add_feed(f"http://127.0.0.1:{given.port}{polling_feeds.path(feed)}")
        for lap in range(given.laps):
            tell_lap(given.port, lap)
            with meter.lap(lap) as told:
                told["failed"] = told["changed"] = 0
                for result in one.update_feeds_iter(workers=given.workers, scheduled=False):
                    told["failed"] += isinstance(result.value, Exception)
                    told["changed"] += result.value is not None and not isinstance(result.value, Exception)
            told["entries"] = one.get_entry_counts().total


Ask = Callable[[str, dict[str, str]], Awaitable[None]]


def bare_aiohttp(given: argparse.Namespace, meter: Meter) -> None:
    """Make the same requests with aiohttp and throw the answers away."""
    import aiohttp  # noqa: PLC0415 - as above
    from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: PLC0415 - as above

    class Loopback(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
            return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

        async def close(self) -> None:
            pass

    @asynccontextmanager
    async def client() -> AsyncIterator[Ask]:
        trusting = _trusting(given.pem)
        connector = aiohttp.TCPConnector(resolver=Loopback(), family=socket.AF_INET, limit=0, ssl=trusting)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def ask(url: str, headers: dict[str, str]) -> None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(url, headers=headers) as answer:
                        await answer.read()

            yield ask

    asyncio.run(_bare_laps(given, meter, client))


def bare_httpx2(given: argparse.Namespace, meter: Meter) -> None:
    """Make the same requests with httpx2 and throw the answers away."""
    import httpcore2  # noqa: PLC0415 - as above
    import httpx2  # noqa: PLC0415 - as above

    class Loopback(httpcore2.AsyncNetworkBackend):
        def __init__(self, real: httpcore2.AsyncNetworkBackend) -> None:
            self._real = real

        async def connect_tcp(self, host: str, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
            return await self._real.connect_tcp("127.0.0.1" if host.endswith(".localhost") else host, *args, **options)

        async def sleep(self, seconds: float) -> None:
            await self._real.sleep(seconds)

    @asynccontextmanager
    async def client() -> AsyncIterator[Ask]:
        limits = httpx2.Limits(max_connections=2 * CONCURRENCY)
        transport = httpx2.AsyncHTTPTransport(verify=_trusting(given.pem), limits=limits, trust_env=False)
        transport._pool._network_backend = Loopback(transport._pool._network_backend)
        async with httpx2.AsyncClient(transport=transport, follow_redirects=True, trust_env=False) as session:

            async def ask(url: str, headers: dict[str, str]) -> None:
                with contextlib.suppress(httpx2.HTTPError):
                    await session.get(url, headers=headers)

            yield ask

    asyncio.run(_bare_laps(given, meter, client))


async def _bare_laps(
    given: argparse.Namespace, meter: Meter, client: Callable[[], AbstractAsyncContextManager[Ask]]
) -> None:
    """Ask every feed as a client that saw the lap before: hosts at once, the feeds of a host in turn.

    Each lap has a client of its own, since no server keeps a connection open from one poll to the next.
    """
    scheme, port = ("https", given.tls_port) if given.tls_port else ("http", given.port)
    slots = asyncio.Semaphore(CONCURRENCY)

    async def ask_host(ask: Ask, name: str, requests: list[tuple[str, dict[str, str]]]) -> None:
        async with slots:
            for path, headers in requests:
                await ask(f"{scheme}://{name}:{port}{path}", headers)

    for lap in range(1, given.laps):
        tell_lap(given.port, lap)
        hosts: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for feed in range(given.feeds):
            hosts[polling_feeds.host(feed)].append((polling_feeds.path(feed), _validators(feed, lap - 1)))
        with meter.lap(lap):
            async with client() as ask:
                await asyncio.gather(*(ask_host(ask, name, requests) for name, requests in hosts.items()))


def _validators(feed: int, lap: int) -> dict[str, str]:
    number = polling_feeds.version(feed, lap)
    plain = {"User-Agent": "news-monitor bench", "Accept-Encoding": "gzip"}
    if polling_feeds.silent(feed):
        return plain
    modified = polling_feeds.modified(number)
    return {**plain, "If-None-Match": polling_feeds.etag(feed, number), "If-Modified-Since": modified}


def _trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


CLIENTS = {"ours": ours, "reader": reader, "aiohttp": bare_aiohttp, "httpx2": bare_httpx2}


def main() -> None:
    """Run the client named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("client", choices=CLIENTS)
    for number in ("--feeds", "--port", "--laps"):
        parser.add_argument(number, type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--pem", type=Path, required=True)
    parser.add_argument("--tls-port", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--hours", type=float, default=25.0)
    parser.add_argument("--every", action="store_true")
    given = parser.parse_args()
    CLIENTS[given.client](given, Meter())


if __name__ == "__main__":
    main()
