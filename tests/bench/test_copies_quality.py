"""How well and how fast copies are found: the self-made set by kind, and real articles where they are at hand."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.records import Document
from monitor.stories import CopyFinder, find_copies
from tests.copies import EDITS, START, copied_pairs
from tests.notices import notice_pairs, outgrown, told_twice

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

_BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared" / "data"
DATA = Path(os.environ.get("MONITOR_DEV_DATA") or _BESIDE_THE_PROJECT) / "stories"
needs_data = pytest.mark.skipif(
    not (DATA / "background.jsonl.gz").is_file(), reason=f"no development data in {DATA}; set MONITOR_DEV_DATA"
)

WINDOW = 20_000


def _real(name: str) -> Iterator[Document]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        for at, row in enumerate(map(json.loads, file)):
            published = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)
            yield Document(
                id=f"{row['id']} {at}",
                title=row["title"],
                text=row["text"],
                published=published,
                source=row["source"],
            )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_copies_are_found_and_different_notices_are_not_linked(seed: int) -> None:
    copies = list(copied_pairs(40, seed))
    others = [*notice_pairs(60, seed), *told_twice(60, seed), *outgrown(60, seed)]
    found = {one.id: one.of for one in find_copies([one for pair in copies for one in (pair.first, pair.second)], [])}
    right = Counter(pair.kind for pair in copies if found.get(pair.second.id) == pair.first.id)
    linked: Counter[str] = Counter()
    for pair in others:
        linked[pair.kind] += bool(find_copies([pair.first, pair.second], []))
    recall, precision = right.total() / len(copies), right.total() / len(found)
    print()
    for kind in EDITS:
        print(f"  {kind:28} {right[kind]:4} of 40 found")
    for kind, count in linked.items():
        print(f"  {kind:28} {count:4} linked of {sum(pair.kind == kind for pair in others)}")
    print(f"  {len(copies)} copies: recall {recall:.4f}, precision {precision:.4f}; {len(others)} other pairs")
    assert recall >= 0.99
    assert precision >= 0.97
    assert linked.total() == 0


def test_a_window_of_twenty_thousand_articles() -> None:
    """Sketching and searching, with every tenth new article a copy of one in the window."""
    base = [pair.first for pair in copied_pairs(53, seed=9)]
    window = [
        replace(one, id=f"{one.id} {turn}", text=_marked(one.text, turn), published=START + timedelta(minutes=at))
        for turn in range(WINDOW // len(base) + 1)
        for at, one in enumerate(base)
    ][:WINDOW]
    fresh = [pair.first for pair in copied_pairs(50, seed=10)][:900]
    fresh += [replace(one, id=f"new {at}", text=f"By a desk\n\n{one.text}") for at, one in enumerate(window[::200])]
    new = [replace(one, published=START + timedelta(days=60)) for one in fresh]
    finder = CopyFinder()
    times: dict[str, float] = {}
    for name, documents in (("sketching the window", []), ("1,000 new articles", new), ("the same again", new)):
        since = time.process_time()
        found = finder.find(documents, window)
        times[name] = time.process_time() - since
    print()
    for name, seconds in times.items():
        print(f"  {name:24} {seconds:6.2f} s")
    print(f"  {len(new) / times['the same again']:.0f} articles/s with sketches, {len(found)} copies found")
    assert len(found) == 100
    assert len(new) / times["the same again"] >= 500
    assert WINDOW / times["sketching the window"] >= 2_000


def _marked(text: str, turn: int) -> str:
    """Return another text of the same length: every word is marked by the turn."""
    return text if turn == 0 else " ".join(f"{word}{chr(ord('a') + turn)}" for word in text.split(" "))


@needs_data
def test_real_articles_and_what_is_linked_among_them() -> None:
    documents = [*_real("background.jsonl.gz"), *_real("allsides_dev.jsonl.gz")]
    known = {one.id: one for one in documents}
    finder = CopyFinder()
    since = time.process_time()
    found = finder.find(documents, [])
    cold = time.process_time() - since
    print(f"\n  {len(documents)} articles: {len(documents) / cold:.0f} a second; {len(found)} copies")
    for one in found:
        print(f"  {one.share:.2f}  {known[one.id].title[:60]}  <-  {known[one.of].title[:60]}")
    assert len(found) <= 0.02 * len(documents)
    assert len(documents) / cold >= 500
