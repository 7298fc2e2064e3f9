"""One reader of the bench's pages, in a process of its own; what it measured are lines of JSON on its output.

    python -m tests.bench.reading_runs ours    --pages DIR --folder DIR --port 1
    python -m tests.bench.reading_runs bare    --pages DIR
    python -m tests.bench.reading_runs latency --pages DIR
    python -m tests.bench.reading_runs memory  --pages DIR --count 5000

Processor time is that of the process and everything it started, dead or alive, so that nothing hides in a worker.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.polling_feeds import START
from tests.bench.polling_runs import session_seconds
from tests.bench.reading_hosts import FEEDS, PAGES, host, marked, originals

PROCESSES = 2
ROUNDS = 3
WINDOW = 500
_DATED = b"<html><head><title>Quay</title></head><body><article><p>12 May 2021</p>%b</article></body></html>"
_WARM = _DATED % (b"<p>" + b"The quay was opened by the harbor council. " * 20 + b"</p>")

_SETTINGS = """
[storage]
state = "state"
database = "sqlite:///{database}"
[identity]
name = "news-monitor-bench/1"
[polling]
concurrency = 100
spacing_seconds = 0
allow_hosts = ["*.localhost"]
proxy = "none"
[reading]
workers = {processes}
[channels.out]
type = "file"
folder = "out"
[[people]]
id = "ana"
name = "Ana"
channels = ["out"]
[[watch]]
id = "policy"
title = "Policy"
topics = ["crypto-regulation", "cbdc"]
people = ["ana"]
"""


def told(**figures: Any) -> None:
    """Print a line of figures, with how busy the machine was."""
    print(json.dumps({**figures, "load": os.getloadavg()[0]}), flush=True)


class Shares:
    """Where the main thread's time goes, by name; what is called within something else counts for itself only."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.wall: Counter[str] = Counter()
        self.cpu: Counter[str] = Counter()
        self._within: list[list[float]] = []

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Charge a block to a name."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wall, cpu = time.monotonic(), time.thread_time()
        self._within.append([0.0, 0.0])
        try:
            yield
        finally:
            spent = (time.monotonic() - wall, time.thread_time() - cpu)
            inner = self._within.pop()
            self.wall[name] += spent[0] - inner[0]
            self.cpu[name] += spent[1] - inner[1]
            if self._within:
                self._within[-1] = [total + part for total, part in zip(self._within[-1], spent, strict=True)]

    def each(self, name: str, items: Iterable[Any]) -> Iterator[Any]:
        """Charge the making of each item to a name."""
        source, end = iter(items), object()
        while True:
            with self.of(name):
                item = next(source, end)
            if item is end:
                return
            yield item


class Timed:
    """Something whose methods are charged to a name; the parts of it that are listed are treated likewise."""

    def __init__(self, real: Any, name: str, shares: Shares, parts: Iterable[str] = ()) -> None:
        """Wrap `real`."""
        self._real, self._name, self._shares, self._parts = real, name, shares, tuple(parts)

    def __getattr__(self, wanted: str) -> Any:
        """Return a part or a method, wrapped."""
        found = getattr(self._real, wanted)
        if wanted in self._parts:
            return Timed(found, self._name, self._shares)
        if not callable(found) or wanted == "only_one":
            return found

        def call(*given: Any, **named: Any) -> Any:
            with self._shares.of(self._name):
                result = found(*given, **named)
            return self._shares.each(self._name, result) if isinstance(result, Iterator) else result

        return call


@contextmanager
def measured(step: str, **figures: Any) -> Iterator[dict[str, Any]]:
    """Measure a step and tell it; what is put into the dictionary is told with it.

    `alone` is about the time it would have taken without other programs: less the part of the machine that they had,
    but never less than its own work takes.
    """
    session = os.getsid(0)
    wall, own, thread = time.monotonic(), time.process_time(), time.thread_time()
    cpu, machine = session_seconds(session), machine_seconds()
    yield figures
    main = time.process_time() - own
    figures["wall"] = time.monotonic() - wall
    figures["cpu"] = session_seconds(session) - cpu
    figures["main_cpu"] = main
    figures["main_thread_cpu"] = time.thread_time() - thread
    figures["worker_cpu"] = max(figures["cpu"] - main, 0.0)
    figures["others_cpu"] = max(machine_seconds() - machine - figures["cpu"], 0.0)
    free = figures["wall"] - figures["others_cpu"] / (os.cpu_count() or 1)
    figures["alone"] = max(free, figures["main_thread_cpu"], figures["cpu"] / (os.cpu_count() or 1))
    told(step=step, **figures)


def machine_seconds() -> float:
    """Return the processor time that everything on this machine has taken; waiting for a disk is not work."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def ours(given: argparse.Namespace) -> None:
    """Read all pages with the monitor's own pipeline, then score and group their articles; the poll is not counted."""
    from monitor import wiring  # noqa: PLC0415 - a reader loads its own libraries and no other's
    from monitor.pipeline import Pipeline  # noqa: PLC0415 - as above
    from monitor.records import Document  # noqa: PLC0415 - as above

    settings = wiring.load_settings(_configuration(given.folder, given.port, given.database))
    shares = Shares()
    with wiring.open_pipeline(settings, clock=wiring.fixed_clock(START)) as plain:
        parts = ("articles", "archive", "sources", "stories", "models", "ledger", "outbox")
        tools = replace(
            plain.tools,
            web=Timed(plain.tools.web, "fetch", shares),
            workers=Timed(plain.tools.workers, "workers", shares),
            store=Timed(plain.tools.store, "store", shares, parts),
        )
        pipeline = Pipeline(rules=plain.rules, tools=tools)
        tools.scorer().score([Document(id="a", title="Quay", text="The quay was opened.", published=START)])
        with measured("poll") as figures:
            figures["entries"] = pipeline.poll(every=True).entries_new
        shares.wall.clear()
        shares.cpu.clear()
        with measured("read") as figures:
            figures["pages"] = pipeline.read().pages
        told(step="shares", wall=dict(shares.wall), cpu=dict(shares.cpu))
        with measured("score"):
            pipeline.score()
        with measured("group") as figures:
            figures["stories"] = pipeline.group().stories_new


def _configuration(folder: Path, port: int, database: str) -> Path:
    from monitor.config import starter_folder  # noqa: PLC0415 - as above

    config = folder / "config"
    shutil.copytree(starter_folder() / "topics", config / "topics", dirs_exist_ok=True)
    (config / "monitor.toml").write_text(_SETTINGS.format(database=database, processes=PROCESSES), encoding="utf-8")
    feeds = (
        f'[[feed]]\nid = "f{feed}"\nname = "Wire {feed}"\npublisher = "Wire {feed}"\n'
        f'url = "http://{host(feed)}:{port}/feeds/{feed}"\n'
        for feed in range(FEEDS)
    )
    (config / "feeds.toml").write_text("".join(feeds), encoding="utf-8")
    return config


def bare(given: argparse.Namespace) -> None:
    """Read the same bytes with trafilatura and nothing else, over as many processes of a plain pool."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - as above
    from multiprocessing import get_context  # noqa: PLC0415 - as above

    bodies = originals(given.pages)
    pages = [marked(bodies[number % len(bodies)], number) for number in range(PAGES)]
    # Forked at once, before any thread is there, and warmed up before the clock starts.
    with ProcessPoolExecutor(PROCESSES, get_context("fork"), initializer=bare_page, initargs=(_WARM,)) as pool:
        list(pool.map(time.sleep, [0.3] * 2 * PROCESSES))
        with measured("read") as figures:
            figures["pages"] = sum(1 for text in pool.map(bare_page, pages, chunksize=4) if text)


def bare_page(body: bytes) -> str:
    """Return the text that trafilatura finds, with the page's metadata thrown away."""
    import logging  # noqa: PLC0415 - as above

    import trafilatura  # noqa: PLC0415 - as above

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = trafilatura.bare_extraction(body, with_metadata=True)
    return getattr(document, "text", None) or ""


def latency(given: argparse.Namespace) -> None:
    """Tell the processor time of each page in milliseconds: the feed said all, or nothing."""
    from monitor.articles import Page, extract, warm_up  # noqa: PLC0415 - as above

    pages = [
        Page(id=str(at), url=f"https://h{at}.example/a", body=body) for at, body in enumerate(originals(given.pages))
    ]
    known = [replace(page, title="T", published=START, authors=("Ann Lee",), publisher="P") for page in pages]
    warm_up()
    for step, wanted in (("feed said all", known), ("feed said nothing", pages)):
        extract(wanted[0])
        rounds = [[_milliseconds(extract, page) for page in wanted] for _ in range(ROUNDS)]
        told(step=step, milliseconds=[statistics.median(times) for times in zip(*rounds, strict=True)])


def _milliseconds(extract: Callable[[Any], Any], page: Any) -> float:
    from monitor.errors import ExtractError  # noqa: PLC0415 - as above

    began = time.process_time()
    with contextlib.suppress(ExtractError):
        extract(page)
    return (time.process_time() - began) * 1_000


def memory(given: argparse.Namespace) -> None:
    """Send many pages through the worker pool and tell, for each part of them, what the processes held."""
    from monitor.articles import Page, extract  # noqa: PLC0415 - as above
    from monitor.wiring import worker_pool  # noqa: PLC0415 - as above

    bodies = originals(given.pages)
    pages = (
        Page(id=str(at), url=f"https://h{at}.example/a", body=marked(bodies[at % len(bodies)], at), title="T",
             published=START - timedelta(minutes=at), authors=("Ann Lee",), publisher="P")
        for at in range(given.count)
    )  # fmt: skip
    with worker_pool() as workers, measured("all", pages=given.count):
        results = iter(workers.map(extract, pages, seconds=8))
        for window in range(given.count // WINDOW):
            with _sampled() as samples:
                failed = sum(isinstance(result, Exception) for _, result in islice(results, WINDOW))
            told(step="window", window=window, failed=failed, **_held(samples))
        assert next(results, None) is None


def _held(samples: list[tuple[float, list[float]]]) -> dict[str, float]:
    mains = [main for main, _ in samples]
    workers = [max(each) for _, each in samples if each]
    return {
        "main": statistics.median(mains),
        "main_most": max(mains),
        "worker": statistics.median(workers),
        "worker_most": max(workers),
    }


@contextmanager
def _sampled() -> Iterator[list[tuple[float, list[float]]]]:
    """Look five times a second at the megabytes of this process and of its workers."""
    samples: list[tuple[float, list[float]]] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            samples.append((_megabytes(os.getpid()), [_megabytes(pid) for pid in _workers()]))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()


def _workers() -> list[int]:
    """Return the processes of this session that were forked by another than this one: the fork server's children."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent, _, session = (int(part) for part in file.read_text().rpartition(")")[2].split()[1:4])
            pid = int(file.parent.name)
            if session == os.getsid(0) and os.getpid() not in {pid, parent}:
                found.append(pid)
    return found


def _megabytes(pid: int) -> float:
    with contextlib.suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


READERS = {"ours": ours, "bare": bare, "latency": latency, "memory": memory}


def main() -> None:
    """Run the reader named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--database", default="bench.db")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--count", type=int, default=5_000)
    given = parser.parse_args()
    READERS[given.reader](given)


if __name__ == "__main__":
    main()
