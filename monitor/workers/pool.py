"""The pool as the program sees it: hands items out, waits, names what became of each."""

from __future__ import annotations

import pickle
import reprlib
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.errors import MonitorError, WorkError
from monitor.workers.inside import Kind, begin, run
from monitor.workers.start import StoppablePool, context_for, interrupts_held

Item = TypeVar("Item")
Result = TypeVar("Result")

LOOK_AHEAD = 8
"""Items handed to the pool per worker before the first answer is asked for, so that one slow item stops nobody."""

HELD_BYTES = 32_000_000
"""Items waiting in the pool stay below this many bytes together, one item at least."""

CLOCK_FACTOR, CLOCK_GRACE = 10.0, 10.0
"""Seconds on the clock: this many times the item's processor time, and so many more."""

BREAKS = 3
"""The pool is started anew this often without an answer before that counts as a bug in the work itself."""


@dataclass(slots=True, kw_only=True)
class _Job(Generic[Item]):
    """An item on its way through the pool."""

    item: Item
    payload: bytes
    seconds: float
    pool: ProcessPool
    future: ProcessFuture[bytes]


class WorkerPool:
    """Processes that work off items one by one, each within its limits; fits `ports.Workers`.

    Nothing starts before the first `map`. `warm_up` runs in each new worker and `preload` names modules that the
    workers' common ancestor imports once, so that a worker that replaces another is ready in milliseconds; the first
    pool of a program decides what that ancestor holds. `memory_megabytes` comes on top of what a worker needs for
    its libraries. A worker is replaced after `tasks_per_worker` items. Workers die with the program, however it dies.
    """

    def __init__(
        self,
        workers: int = 2,
        memory_megabytes: int = 2048,
        tasks_per_worker: int = 500,
        warm_up: Callable[[], None] | None = None,
        preload: tuple[str, ...] = (),
    ) -> None:
        """Keep the settings; start nothing."""
        self._workers = workers
        self._memory_megabytes = memory_megabytes
        self._tasks_per_worker = tasks_per_worker
        self._warm_up = warm_up
        self._preload = preload
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the workers."""
        self.close()

    def close(self) -> None:
        """Stop the workers, whatever they are doing; a later `map` starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves a few methods untyped
            pool.join()

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, seconds: float
    ) -> Iterator[tuple[Item, Result | MonitorError]]:
        """Yield each item with its result, in the order given, holding only a bounded number in memory.

        `seconds` is the processor time that one item may take. A MonitorError raised by `function` comes back as a
        value, as does a WorkError (`timeout`, `memory`, `crash`); anything else is a bug and is raised here.
        """
        jobs: deque[_Job[Item]] = deque()
        source = iter(items)
        breaks = 0
        try:
            while self._fill(jobs, source, function, seconds):
                try:
                    answer = self._answer(jobs[0])
                except BrokenProcessPool as broken:
                    breaks += 1
                    self._revive(jobs, function, broken, breaks)
                    continue
                breaks = 0
                yield jobs.popleft().item, cast("Result | MonitorError", answer)
        finally:
            for job in jobs:
                job.future.cancel()  # type: ignore[no-untyped-call]  # as above

    def _fill(
        self,
        jobs: deque[_Job[Item]],
        source: Iterator[Item],
        function: Callable[[Item], Result],
        seconds: float,
    ) -> bool:
        """Hand in items until enough are waiting; return whether any is."""
        if not self._enough(jobs):
            for item in source:
                payload = pickle.dumps((function, item))
                pool, future = self._submit(function, payload, seconds)
                jobs.append(_Job(item=item, payload=payload, seconds=seconds, pool=pool, future=future))
                if self._enough(jobs):
                    break
        return bool(jobs)

    def _enough(self, jobs: Sequence[_Job[Item]]) -> bool:
        return len(jobs) >= LOOK_AHEAD * self._workers or sum(len(job.payload) for job in jobs) >= HELD_BYTES

    def _submit(
        self, function: Callable[..., object], payload: bytes, seconds: float
    ) -> tuple[ProcessPool, ProcessFuture[bytes]]:
        pool = self._start(function)
        try:
            return pool, pool.schedule(run, args=(payload, seconds), timeout=_clock(seconds))
        except RuntimeError as stopped:
            # The pool broke between two items: the job waits as a failed one, and the pool is started anew with it.
            future: ProcessFuture[bytes] = ProcessFuture()
            future.set_exception(BrokenProcessPool(str(stopped)))
            return pool, future

    def _start(self, function: Callable[..., object]) -> ProcessPool:
        """Return the running pool, starting it if there is none."""
        with self._lock:
            if self._pool is None:
                context = context_for(function, self._warm_up)
                context.set_forkserver_preload(list(self._preload))
                with interrupts_held():
                    forkserver.ensure_running()
                self._pool = StoppablePool(
                    max_workers=self._workers,
                    max_tasks=self._tasks_per_worker,
                    initializer=partial(begin, self._memory_megabytes, self._warm_up),
                    context=context,
                )
            return self._pool

    def _revive(
        self, jobs: Iterable[_Job[Item]], function: Callable[..., object], broken: BrokenProcessPool, breaks: int
    ) -> None:
        """Start the pool anew and hand in again what the broken one did not finish."""
        if breaks > BREAKS:
            raise RuntimeError("the worker processes die before they take any work") from broken
        lost = [job for job in jobs if not _answered(job.future)]
        if any(job.pool is self._pool for job in lost):
            self.close()
        for job in lost:
            job.pool, job.future = self._submit(function, job.payload, job.seconds)

    def _answer(self, job: _Job[Item]) -> object:
        """Wait for the item's end and return its result or error; raise what was a bug in the work."""
        try:
            kind, value = pickle.loads(_outcome(job))  # noqa: S301 - written by our own worker
        except TimeoutError:
            return _stopped(job, "timeout", f"gave no answer within {_clock(job.seconds):.0f} s")
        except ProcessExpired as death:
            return _death(job, death.exitcode)
        if kind is Kind.BUG:
            raise value
        if kind is Kind.TIMEOUT:
            return _stopped(job, "timeout", f"stopped after {job.seconds:g} s of processor time")
        if kind is Kind.MEMORY:
            return _stopped(job, "memory", f"needed more than {self._memory_megabytes} MB of memory")
        return value


def _outcome(job: _Job[Item]) -> bytes:
    """Wait for the worker's answer; a pool that broke may leave the wait without end, so look at it now and then."""
    while not wait([job.future], timeout=1.0).done:
        if not job.pool.active:
            raise BrokenProcessPool("the pool stopped")
    try:
        return job.future.result()
    except CancelledError as cancelled:
        raise BrokenProcessPool("the item was cancelled") from cancelled


def _answered(future: ProcessFuture[bytes]) -> bool:
    """Whether an item needs no second try: it has an answer, or its own worker died of it."""
    if not future.done() or future.cancelled():
        return False
    return not isinstance(future.exception(), BrokenProcessPool)


def _clock(seconds: float) -> float:
    return CLOCK_FACTOR * seconds + CLOCK_GRACE


def _death(job: _Job[Item], code: int) -> WorkError:
    """Name what killed the worker: a negative exit code is a signal's number."""
    if code == -signal.SIGXCPU:
        return _stopped(job, "timeout", f"killed when {job.seconds:g} s of processor time were long over")
    cause = signal.strsignal(-code) if code < 0 else None
    return _stopped(job, "crash", f"its worker process died ({cause or f'exit code {code}'})")


def _stopped(job: _Job[Item], reason: str, message: str) -> WorkError:
    return WorkError(_subject(job.item), reason, message)


def _subject(item: object) -> str:
    """Return the name by which a person knows the item."""
    for name in ("url", "key", "id"):
        value = getattr(item, name, None)
        if isinstance(value, str) and value:
            return value
    return reprlib.repr(item)
