"""What worker processes are asked to do in tests; apart from the tests, so that workers do not load what tests need."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from monitor.workers import WorkerPool

ENDLESS = range(10**14)
"""The sum of this is a loop in C that looks at no signal for hours."""


def work(item: object) -> object:
    """Do what the item says: the one function that workers run here."""
    if not isinstance(item, tuple):
        return item
    verb, argument = item
    return DEEDS[verb](argument)


def spin(_: object) -> None:
    while True:
        pass


def swallow(_: object) -> None:
    """Spin where a library swallows whatever is raised."""
    while True:
        with suppress(Exception):
            spin(None)


def swell(size: int) -> int:
    return len(bytearray(size))


def fail(error: BaseException) -> None:
    raise error


class TwoPartError(Exception):
    """An error that can be packed but not unpacked, as many are."""

    def __init__(self, first: str, second: str) -> None:
        """Ask for two parts where pickling keeps one."""
        super().__init__(f"{first} {second}")


def two_parts(_: object) -> None:
    raise TwoPartError("one", "two")


def unpackable(_: object) -> object:
    return threading.Lock()


def warm_up() -> None:
    os.environ["WARM"] = "yes"


def cold(_: object) -> None:
    raise OSError("no model file")


def refuse_to_start() -> None:
    cold(None)


DEEDS: dict[str, Callable[..., object]] = {
    "spin": spin,
    "swallow": swallow,
    "sum": sum,
    "match": lambda text: re.match(r"(a+)+$", text),
    "sleep": time.sleep,
    "swell": swell,
    "exit": os._exit,
    "kill": lambda number: os.kill(os.getpid(), number),
    "fail": fail,
    "two parts": two_parts,
    "unpackable": unpackable,
    "environment": os.environ.get,
    "pid": lambda _: os.getpid(),
}


def only(workers: WorkerPool, item: object, seconds: float = 0.3) -> object:
    """Return what becomes of one item, and see that the next one is worked on as if nothing had happened."""
    (first, result), (second, after) = workers.map(work, [item, "next"], seconds=seconds)
    assert (first, second, after) == (item, "next", "next")
    return result
