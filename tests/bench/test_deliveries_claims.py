"""Several drains at once share a thousand deliveries: each is claimed once, and how fast that is."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from multiprocessing.connection import Connection

import pytest

from monitor.records import Receipt
from monitor.store import Store
from tests.conformance.news import NOW
from tests.conformance.posts import digest_of, plan

ROWS = 1_000
CHANNELS = tuple(f"channel-{number}" for number in range(10))
PROCESSES = multiprocessing.get_context("spawn")


def drain(url: str, pipe: Connection) -> None:
    """Send all that can be claimed, and tell the ids and how long each claim took."""
    store = Store(url)
    pipe.send("ready")
    pipe.recv()
    ids, seconds = [], []
    with store.outbox.drain() as place:
        while True:
            began = time.perf_counter()
            delivery = store.outbox.claim(place, NOW)
            seconds.append(time.perf_counter() - began)
            if delivery is None:
                break
            ids.append(delivery.id)
            store.outbox.sent(delivery, Receipt(provider_id=place), NOW)
    pipe.send((ids, seconds))
    store.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("senders", [2, 4])
def test_each_delivery_is_claimed_once_however_many_send(store: Store, database_url: str, senders: int) -> None:
    plan(store, *(digest_of(f"d{number:03}", channels=CHANNELS) for number in range(ROWS // len(CHANNELS))))
    pipes, processes = [], []
    for _ in range(senders):
        ours, theirs = PROCESSES.Pipe()
        pipes.append(ours)
        processes.append(PROCESSES.Process(target=drain, args=(database_url, theirs)))
        processes[-1].start()
    assert [pipe.recv() for pipe in pipes] == ["ready"] * senders
    began = time.monotonic()
    for pipe in pipes:
        pipe.send("go")
    found = [pipe.recv() for pipe in pipes]
    spent = time.monotonic() - began
    for process in processes:
        process.join()
    claimed = Counter(one for ids, _ in found for one in ids)
    assert len(claimed) == ROWS
    assert set(claimed.values()) == {1}
    # A database need not be fair to each, but several must have been at it together.
    assert sum(bool(ids) for ids, _ in found) > 1
    [rows] = [store.receipts.sizes()["states"]]
    assert rows == {"sent": ROWS}
    assert {row["attempts"] for row in store.receipts.listed(ROWS)} == {1}
    took = sorted(1000 * one for _, seconds in found for one in seconds)
    print(
        f"\n{store.database.dialect}, {senders} drains: {ROWS / spent:,.0f} deliveries/s; "
        f"a claim takes {took[len(took) // 2]:.1f} ms, p99 {took[len(took) * 99 // 100]:.1f} ms"
    )
