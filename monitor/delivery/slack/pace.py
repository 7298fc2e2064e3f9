"""Turns at a place that takes only so many messages in a time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Pace:
    """Keeps what is done at the same place `seconds` apart, whichever thread does it.

    The time runs from the end of one turn to the beginning of the next: only so is it known to pass at the other side
    as well, however long a request takes to get there.
    """

    def __init__(self, seconds: float) -> None:
        """Nothing has been done anywhere yet."""
        self._seconds = seconds
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._ended: dict[str, float] = {}

    @contextmanager
    def turn(self, place: str) -> Iterator[None]:
        """Wait until it is time, and hold the place for as long as the block takes."""
        with self._turns[place]:
            ended = self._ended.get(place)
            if ended is not None:
                time.sleep(max(0.0, ended + self._seconds - time.monotonic()))
            try:
                yield
            finally:
                self._ended[place] = time.monotonic()
