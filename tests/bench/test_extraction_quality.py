"""How well and how fast pages are read: our step beside bare trafilatura, on real pages with known bodies.

The measure is that of the article extraction benchmark the pages come from: precision and recall over runs of four
words, each page with the same weight.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.articles import Page, extract, warm_up
from monitor.errors import ExtractError

FLOOR = 0.95
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


def with_feed_facts(page: Page) -> str:
    said = datetime(2026, 1, 1, tzinfo=UTC)
    known = Page(id=page.id, url=page.url, body=page.body, title="T", published=said, authors=("A B",), publisher="P")
    return ours(known)


def bare(page: Page) -> str:
    from trafilatura import bare_extraction  # noqa: PLC0415 - the test must be collected fast where it is skipped

    return getattr(bare_extraction(page.body, url=page.url), "text", None) or ""


def bare_with_metadata(page: Page) -> str:
    from trafilatura import bare_extraction  # noqa: PLC0415 - as above

    return getattr(bare_extraction(page.body, url=page.url, with_metadata=True), "text", None) or ""


def measured(read: Callable[[Page], str], samples: list[Sample]) -> tuple[Quality, float]:
    """Return the quality of a way to read, and how many pages it reads per second of processor time."""
    started = time.process_time()
    texts = [read(sample.page) for sample in samples]
    rate = len(samples) / (time.process_time() - started)
    return quality(zip((sample.body for sample in samples), texts, strict=True)), rate


def test_our_reading_is_as_good_as_the_library_alone_and_faster(samples: list[Sample]) -> None:
    warm_up()
    for read in (ours, bare_with_metadata):
        read(samples[0].page)
    ways = {
        "ours, feed said nothing": ours,
        "ours, feed said all": with_feed_facts,
        "bare, text only": bare,
        "bare, with metadata": bare_with_metadata,
    }
    results = {name: measured(read, samples) for name, read in ways.items()}
    for name, (found, rate) in results.items():
        print(f"{name:<24} P {found.precision:.4f}  R {found.recall:.4f}  F1 {found.f1:.4f}  {rate:5.1f} pages/s")
    our_quality, our_rate = results["ours, feed said all"]
    assert our_quality.f1 >= FLOOR
    assert our_quality.f1 >= results["bare, text only"][0].f1
    assert our_rate > results["bare, with metadata"][1]


def test_articles_are_not_doubted(samples: list[Sample]) -> None:
    """At most one in a hundred complete articles may be called a stub or a wall."""
    doubts = {sample.page.url: reason for sample in samples if (reason := extract(sample.page).reason)}
    print(doubts)
    whole = [url for url, reason in doubts.items() if reason != "paywall"]
    assert len(whole) <= len(samples) / 100
