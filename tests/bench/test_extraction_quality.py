"""How well and how fast pages are read: our step beside others, on real pages with known bodies.

The measure is that of the article extraction benchmark the pages come from: precision and recall over runs of four
words, each page with the same weight.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.articles import Page, extract, warm_up
from monitor.errors import ExtractError
from monitor.workers import WorkerPool
from tests.bench.extractors import OTHERS, Reader, spent_on
from tests.pages import page
from tests.stubs import STUBS

FLOOR = 0.97
"""The goal is 0.955; this is what was reached, less what another version of a library may cost."""

SLOWEST = 0.25
TOGETHER = 60
WARM = 3
HALVES = 20
ROUNDS = 4
BROKEN_OFF = "..."
DATA = Path(os.environ.get("MONITOR_DEV_DATA") or Path(__file__).parents[2].parent / "shared" / "data") / "pages"

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        not (DATA / "truth.jsonl").is_file(),
        reason="needs the development pages, which are not part of this repository; set MONITOR_DEV_DATA",
    ),
]


class Sample(NamedTuple):
    """A page and the body that people found in it."""

    page: Page
    body: str


class Quality(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


class Measured(NamedTuple):
    """How well pages were read, and the processor time that each took, in seconds, the shortest first."""

    quality: Quality
    spent: list[float]

    @property
    def rate(self) -> float:
        """Pages per second of processor time."""
        return len(self.spent) / sum(self.spent)

    def at(self, share: float) -> float:
        """Return the time that this share of the pages stays within."""
        return self.spent[min(int(share * len(self.spent)), len(self.spent) - 1)]

    def __str__(self) -> str:
        """Return a line of a table."""
        found, times = self.quality, " ".join(f"{1000 * self.at(share):4.0f}" for share in (0.5, 0.95, 0.99))
        return (
            f"P {found.precision:.4f}  R {found.recall:.4f}  F1 {found.f1:.4f}  "
            f"{self.rate:5.1f} pages/s  p50 p95 p99 {times} ms"
        )


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    rows = [json.loads(line) for line in (DATA / "truth.jsonl").read_text("utf-8").splitlines()]
    return [Sample(Page(id=row["id"], url=row["url"], body=stored(row["id"])), row["text"]) for row in rows]


def stored(name: str) -> bytes:
    return gzip.decompress((DATA / f"{name}.html.gz").read_bytes())


def runs_of_four(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


def quality(pairs: Iterable[tuple[str, str]]) -> Quality:
    """Compare (true body, found text) pairs."""
    right = extra = missed = 0.0
    for truth, found in pairs:
        wanted, got = runs_of_four(truth), runs_of_four(found)
        hit, more, less = (sum(part.values()) for part in (wanted & got, got - wanted, wanted - got))
        total = (hit + more + less) or 1
        right, extra, missed = right + hit / total, extra + more / total, missed + less / total
    precision, recall = right / (right + extra), right / (right + missed)
    return Quality(precision, recall, 2 * precision * recall / (precision + recall))


def ours(page: Page) -> str:
    try:
        return extract(page).text
    except ExtractError:
        return ""


def known(page: Page) -> Page:
    """Return a page whose feed has said all there is to say but the text."""
    said = datetime(2026, 1, 1, tzinfo=UTC)
    return replace(page, title="T", published=said, authors=("A B",), publisher="P")


def with_feed_facts(page: Page) -> str:
    return ours(known(page))


def measured(readers: Mapping[str, Reader], samples: list[Sample]) -> dict[str, Measured]:
    """Return how well and how fast each reads these pages; they take turns, so that a busy machine hits all alike."""
    for read in readers.values():
        for sample in samples[:WARM]:
            read(sample.page)
    texts: dict[str, list[str]] = {name: [] for name in readers}
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for sample in samples:
        for name, read in readers.items():
            started = time.process_time()
            texts[name].append(read(sample.page))
            spent[name].append(time.process_time() - started)
    bodies = [sample.body for sample in samples]
    return {name: Measured(quality(zip(bodies, texts[name], strict=True)), sorted(spent[name])) for name in readers}


def no_network(*_: object) -> None:
    raise AssertionError("a reader of pages asked the network")


@pytest.fixture(scope="module")
def results(samples: list[Sample]) -> dict[str, Measured]:
    warm_up()
    readers = {"ours, feed said nothing": ours, "ours, feed said all": with_feed_facts, **OTHERS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", no_network)
        found = measured(readers, samples)
    for name, result in found.items():
        print(f"{name:<24} {result}")
    return found


def test_our_reading_is_better_than_the_library_alone(results: dict[str, Measured]) -> None:
    for name in ("ours, feed said nothing", "ours, feed said all"):
        assert results[name].quality.f1 >= FLOOR
        assert results[name].quality.f1 >= results["trafilatura"].quality.f1


def test_our_whole_step_is_faster_than_the_library_with_metadata(results: dict[str, Measured]) -> None:
    assert results["ours, feed said all"].rate > results["trafilatura, metadata"].rate
    assert results["ours, feed said all"].at(0.99) <= SLOWEST


def test_our_reading_gains_on_every_half_of_the_pages(samples: list[Sample]) -> None:
    """A rule made for a few pages would lose on the half without them."""
    bodies = [sample.body for sample in samples]
    mine, theirs = ([read(sample.page) for sample in samples] for read in (ours, OTHERS["trafilatura"]))
    chance = random.Random(4)  # noqa: S311 - halves of a set of pages are no secret
    for _ in range(HALVES):
        half = chance.sample(range(len(samples)), len(samples) // 2)
        with_us, without = (quality((bodies[at], texts[at]) for at in half).f1 for texts in (mine, theirs))
        print(f"half of the pages: {without:.4f} -> {with_us:.4f}")
        assert with_us > without


def test_articles_are_not_doubted(samples: list[Sample]) -> None:
    """At most one in a hundred complete articles may be called a stub, a wall or a list."""
    doubts = {sample.page.url: reason for sample in samples if (reason := extract(sample.page).reason)}
    print(doubts)
    whole = [sample for sample in samples if not sample.body.endswith(BROKEN_OFF)]
    assert sum(sample.page.url in doubts for sample in whole) <= len(whole) / 100


def test_every_stub_is_told_by_its_quality() -> None:
    wrong = [name for name, (kind, html) in STUBS.items() if extract(page(html, title="Port fees")).quality != kind]
    print(f"{len(STUBS) - len(wrong)} of {len(STUBS)} stubs")
    assert wrong == []


def test_two_processes_read_sixty_pages_a_second(samples: list[Sample]) -> None:
    """By the clock, or by the processor time of both sides where other programs take a part of the machine."""
    pages = [known(sample.page) for sample in samples]
    with WorkerPool(workers=2, warm_up=warm_up, preload=("monitor.articles.ready",)) as pool:
        list(pool.map(spent_on, pages[:20], seconds=8))
        clock, own = time.perf_counter(), time.process_time()
        spent = [answer for _, answer in pool.map(spent_on, pages * ROUNDS, seconds=8)]
        clock, own = time.perf_counter() - clock, time.process_time() - own
    assert all(isinstance(seconds, float) for seconds in spent)
    free = (own + sum(seconds for seconds in spent if isinstance(seconds, float))) / 2
    print(f"{len(spent) / clock:.1f} pages/s by the clock, {len(spent) / free:.1f} on two free processors")
    assert len(spent) / min(clock, free) >= TOGETHER
