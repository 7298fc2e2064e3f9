"""What runs in a worker: the limits around one item, and the answer as bytes."""

from __future__ import annotations

import fcntl
import math
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from enum import StrEnum
from multiprocessing.process import BaseProcess
from typing import Any

from monitor.errors import MonitorError


class Kind(StrEnum):
    """What became of an item in its worker."""

    VALUE = "value"
    BUG = "bug"
    TIMEOUT = "timeout"
    MEMORY = "memory"


class _OutOfTimeError(BaseException):
    """The item's processor time is over; no Exception, because libraries swallow those."""


def _out_of_time(_number: int, _frame: object) -> None:
    raise _OutOfTimeError


def begin(memory_megabytes: int, warm_up: Callable[[], None] | None) -> None:
    """Make a new process into a worker."""
    _die_with_parent()
    signal.signal(signal.SIGVTALRM, _out_of_time)
    _limit(resource.RLIMIT_CORE, 0)
    if warm_up is not None:
        warm_up()
    _limit(resource.RLIMIT_AS, _address_space() + memory_megabytes * 1_000_000)


def _die_with_parent() -> None:
    """Have the kernel kill this process when the program is gone, even from inside a loop in C.

    The fork server cannot be the one to watch: it lives as long as any of its workers. But each worker holds the
    reading end of a pipe that only the program writes to, and Linux sends a signal of choice when that closes.
    """
    program = multiprocessing.parent_process()
    if program is None:
        return
    if sys.platform == "linux":
        fcntl.fcntl(program.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(program.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(program.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(program.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    else:
        threading.Thread(target=_follow, args=(program,), daemon=True).start()
    if not program.is_alive():
        os._exit(1)


def _follow(program: BaseProcess) -> None:
    program.join()
    os._exit(1)


def _address_space() -> int:
    """Return the bytes of address space in use; a numeric library may reserve gigabytes and touch none."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a kernel interface, not a file
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _limit(kind: int, wanted: int) -> None:
    """Lower a soft limit; macOS refuses some of them, and a container may have set a harder one."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    try:
        resource.setrlimit(kind, (wanted, hard))
    except (ValueError, OSError):
        return


def run(payload: bytes, seconds: float) -> bytes:
    """Work on one item within its limits and return what came of it.

    Both ways travel as bytes pickled here, so that an item or a result that cannot be pickled is the fault of that
    item alone and cannot upset the pool.
    """
    try:
        # Before the clocks start, for it may import whole modules, which no item should be charged for.
        function, item = pickle.loads(payload)  # noqa: S301 - written by our own parent
        try:
            _arm(seconds)
            answer = function(item)
        finally:
            _disarm()
        return pickle.dumps((Kind.VALUE, answer))
    except MonitorError as error:
        return pickle.dumps((Kind.VALUE, error))
    except _OutOfTimeError:
        _disarm()
        return pickle.dumps((Kind.TIMEOUT, None))
    except MemoryError:
        return pickle.dumps((Kind.MEMORY, None))
    except BaseException as error:  # noqa: BLE001 - a bug, which belongs to the parent
        return _bug(error)


def _arm(seconds: float) -> None:
    """Start both clocks; the timer strikes again in case a destructor or a callback from C swallowed the first."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.5)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + 2 * seconds + 1))


def _disarm() -> None:
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _bug(error: BaseException) -> bytes:
    """Pack an unexpected error for the parent, with the worker's traceback as a note."""
    trace = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"In a worker process:\n{trace}")
        packed = pickle.dumps((Kind.BUG, error))
        pickle.loads(packed)  # noqa: S301 - a rehearsal: some errors can be packed but not unpacked
    except Exception:  # noqa: BLE001 - packing runs code of the error's own class
        stand_in: Any = RuntimeError(f"{type(error).__name__} in a worker process:\n{trace}")
        return pickle.dumps((Kind.BUG, stand_in))
    return packed
