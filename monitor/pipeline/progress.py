"""How far a long step has come, as plain lines: for logs, pipes and runs that nobody watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 10.0
"""Lines come no closer together than this."""


class PlainLines:
    """Says what begins and how much there is, and from time to time how much is done; fits `ports.Progress`."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Keep what takes a line, and a clock in seconds that never goes back."""
        self._say = say
        self._clock = clock

    @contextmanager
    def track(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Begin a task of `total` things and yield the function to be called after each.

        `what` is a verb and its things, such as `asking feeds`.
        """
        self._say(headline(what, total))
        done, said_at = 0, self._clock()

        def step() -> None:
            nonlocal done, said_at
            done += 1
            now = self._clock()
            if done < total and now - said_at >= SECONDS:
                said_at = now
                self._say(f"{what}: {done:,} of {total:,}")

        yield step


def headline(what: str, total: int) -> str:
    """Return the line that begins a task, such as `asking 1,000 feeds`."""
    verb, _, things = what.partition(" ")
    return f"{verb} {total:,} {things.removesuffix('s') if total == 1 else things}".rstrip()
