"""How a worker comes to be: from the fork server, without the program's main module, deaf to Ctrl-C."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import ClassVar

from pebble import ProcessPool

_SWAPPING = threading.Lock()
"""Two pools may start workers at the same time, from threads of their own."""


def context_for(*functions: Callable[..., object] | None) -> ForkServerContext:
    """Workers load the program's main module only when something in it is needed there."""
    names = (getattr(getattr(function, "func", function), "__module__", None) for function in functions)
    return multiprocessing.get_context("forkserver") if "__main__" in names else _Context()


class _Worker(ForkServerProcess):
    """A process that does not import the main module of the program that starts it.

    That module may be a whole orchestrator, which would cost every worker seconds and a hundred megabytes, or a
    script without a guard, which would start pools of its own.
    """

    def start(self) -> None:
        """Start while the main module looks like one typed at a prompt: without a file to import."""
        with _SWAPPING:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process: ClassVar[type[ForkServerProcess]] = _Worker


class StoppablePool(ProcessPool):
    """A pool that stops its workers before it takes their locks away."""

    def _stop_pool(self) -> None:
        """Stop the workers first: one that is just being born would look for its locks in vain, and say so."""
        if self._pool_manager_loop is not None:
            self._pool_manager_loop.join()
            self._pool_manager.worker_manager.force_stop_workers()  # type: ignore[no-untyped-call]  # as in the pool
        super()._stop_pool()  # type: ignore[no-untyped-call]  # as above


@contextmanager
def interrupts_held() -> Iterator[None]:
    """What starts in here never sees Ctrl-C: a mask is inherited, and from the first instruction on."""
    # The fork server starts this one first when it is missing, and that start ends with interrupts let through.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
