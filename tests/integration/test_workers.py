"""The process pool: results in order, failures as values, bugs raised."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator

import pytest

from monitor.errors import ExtractError, FetchError, MonitorError
from monitor.workers import WorkerPool, pool
from tests.deeds import only, refuse_to_start, warm_up, work


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as made:
        yield made


def test_results_come_in_the_order_given(workers: WorkerPool) -> None:
    items = [("sleep", 0.15), *range(60)]
    results = list(workers.map(work, items, seconds=1))
    assert results == [(("sleep", 0.15), None), *((number, number) for number in range(60))]


def counted(items: Iterable[object], taken: list[object]) -> Iterator[object]:
    """Yield the items and note each one that was asked for."""
    for item in items:
        taken.append(item)
        yield item


def test_items_are_taken_only_as_they_are_needed(workers: WorkerPool) -> None:
    taken: list[object] = []
    for done, (number, result) in enumerate(workers.map(work, counted(range(500), taken), seconds=1), start=1):
        assert number == result == done - 1
        assert len(taken) <= done + 2 * pool.LOOK_AHEAD


def test_heavy_items_are_taken_one_by_one(workers: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "HELD_BYTES", 1_000)
    taken: list[object] = []
    for done, _ in enumerate(workers.map(work, counted([b"x" * 5_000] * 9, taken), seconds=1), start=1):
        assert len(taken) == done


def test_a_consumer_that_leaves_early_leaves_no_work_behind(workers: WorkerPool) -> None:
    results = workers.map(work, ["first", *[("sleep", 30)] * 9], seconds=1)
    assert next(results) == ("first", "first")
    results.close()  # type: ignore[attr-defined]  # a generator
    assert only(workers, "again") == "again"


def test_no_items_start_no_process() -> None:
    with WorkerPool() as unused:
        assert list(unused.map(work, [], seconds=1)) == []
        assert unused._pool is None


def test_a_closed_pool_starts_again() -> None:
    with WorkerPool(workers=1) as again:
        for _ in range(2):
            assert list(again.map(work, ["item"], seconds=1)) == [("item", "item")]
            again.close()


def test_workers_are_warmed_up_and_replaced() -> None:
    with WorkerPool(workers=1, tasks_per_worker=2, warm_up=warm_up) as warm:
        assert [result for _, result in warm.map(work, [("environment", "WARM")] * 3, seconds=1)] == ["yes"] * 3
        assert len({result for _, result in warm.map(work, [("pid", None)] * 6, seconds=1)}) >= 3
    assert "WARM" not in os.environ


@pytest.mark.parametrize(
    "raised",
    [
        ExtractError("https://a.example", "no-text", "no text"),
        FetchError("https://a.example", "status", "gone", status=410, retry_after=3.0),
    ],
)
def test_an_expected_failure_comes_back_as_a_value(workers: WorkerPool, raised: MonitorError) -> None:
    error = only(workers, ("fail", raised))
    assert type(error) is type(raised)
    assert vars(error) == vars(raised)


@pytest.mark.parametrize(
    ("item", "kind", "words"),
    [
        (("fail", ZeroDivisionError("by zero")), ZeroDivisionError, "by zero"),
        (("fail", TimeoutError("the item's own")), TimeoutError, "the item's own"),
        (("fail", SystemExit(3)), SystemExit, "3"),
        (("two parts", None), RuntimeError, "TwoPartError"),
        (("unpackable", None), TypeError, "pickle"),
    ],
)
def test_a_bug_is_raised_with_the_workers_traceback(
    workers: WorkerPool, item: object, kind: type[BaseException], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        list(workers.map(work, [item], seconds=1))
    trace = "".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert "In a worker process" in trace or "in a worker process" in trace
    assert only(workers, "fine") == "fine"


def test_an_item_that_cannot_travel_is_a_bug(workers: WorkerPool) -> None:
    with pytest.raises((TypeError, AttributeError)):
        list(workers.map(work, [lambda: None, threading.Lock()], seconds=1))
    assert only(workers, "fine") == "fine"


def test_workers_that_cannot_start_are_a_bug() -> None:
    with WorkerPool(workers=1, warm_up=refuse_to_start) as hopeless, pytest.raises(RuntimeError, match="die before"):
        list(hopeless.map(work, ["item"], seconds=1))


def test_closing_leaves_no_threads(workers: WorkerPool) -> None:
    assert only(workers, "running") == "running"
    before = threading.active_count()
    with WorkerPool(workers=1) as brief:
        assert only(brief, "item") == "item"
    assert threading.active_count() <= before
