"""The process pool: what comes back for items that hang, swell or crash, and that they do so alone."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from monitor.errors import WorkError
from monitor.workers import WorkerPool, pool
from tests.deeds import ENDLESS, only, work


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as made:
        yield made


@pytest.mark.parametrize(
    "item",
    [("spin", None), ("swallow", None), ("match", "a" * 60 + "b"), ("sum", ENDLESS)],
    ids=["python", "swallowing", "regex", "c"],
)
def test_an_endless_loop_is_stopped(workers: WorkerPool, item: object) -> None:
    started = time.monotonic()
    error = only(workers, item)
    assert isinstance(error, WorkError)
    assert (error.reason, error.transient) == ("timeout", False)
    assert "0.3 s of processor time" in error.message
    assert time.monotonic() - started < 20


def test_waiting_for_nothing_is_stopped_by_the_clock(workers: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CLOCK_GRACE", 0.5)
    monkeypatch.setattr(pool, "CLOCK_FACTOR", 1.0)
    ((_, error),) = workers.map(work, [("sleep", 60)], seconds=0.3)
    assert isinstance(error, WorkError)
    assert (error.reason, error.message) == ("timeout", "gave no answer within 1 s")
    monkeypatch.undo()
    assert only(workers, "fine") == "fine"


def test_an_item_that_swells_is_stopped(workers: WorkerPool) -> None:
    error = only(workers, ("swell", 6_000_000_000))
    assert isinstance(error, WorkError)
    assert (error.reason, error.message) == ("memory", "needed more than 2048 MB of memory")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
def test_the_memory_limit_is_the_one_asked_for() -> None:
    with WorkerPool(workers=1, memory_megabytes=100) as small:
        assert only(small, ("swell", 60_000_000)) == 60_000_000
        assert isinstance(only(small, ("swell", 120_000_000)), WorkError)


@pytest.mark.parametrize(
    ("item", "cause"),
    [
        (("exit", 7), "exit code 7"),
        (("kill", signal.SIGSEGV), "Segmentation"),
        (("kill", signal.SIGKILL), "Killed"),
    ],
)
def test_a_crash_costs_its_own_item_only(workers: WorkerPool, item: object, cause: str) -> None:
    error = only(workers, item)
    assert isinstance(error, WorkError)
    assert error.reason == "crash"
    assert cause in error.message


def test_many_crashes_in_a_row_leave_the_pool_whole(workers: WorkerPool) -> None:
    results = list(workers.map(work, [("exit", 1), 1, 2] * 6, seconds=1))
    assert [result for _, result in results if not isinstance(result, WorkError)] == [1, 2] * 6
    assert [error.reason for _, error in results if isinstance(error, WorkError)] == ["crash"] * 6


def test_a_worker_killed_between_items_is_replaced() -> None:
    with WorkerPool(workers=1) as lonely:
        ((_, worker),) = lonely.map(work, [("pid", None)], seconds=1)
        assert isinstance(worker, int)
        os.kill(worker, signal.SIGKILL)
        assert only(lonely, "item") == "item"


def test_an_error_names_the_item_as_people_know_it(workers: WorkerPool) -> None:
    ((_, error),) = workers.map(sum, [ENDLESS], seconds=0.1)
    assert isinstance(error, WorkError)
    assert error.subject == repr(ENDLESS)
