"""Whose turn it is: one request per host in flight, a pause after it, and so many hosts at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, MutableMapping

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web.exchange import Exchange
from monitor.web.faults import UNASKED
from monitor.web.hops import Hop
from monitor.web.rests import Rests

Emit = Callable[[Request, Fetched | FetchError], None]


class Batch:
    """The schedule of one batch; everything but the constructor runs in the batch's event loop.

    A slot is taken by a request when it starts and given back when its answer has been taken by the reader, so no
    more than `concurrency` answers are ever in the making or waiting. Hosts wait for their pause without a slot. A host
    that wants to be left alone is asked nothing more, and what waited for it is answered at once.
    """

    def __init__(
        self,
        exchange: Exchange,
        emit: Emit,
        *,
        concurrency: int,
        spacing_seconds: float,
        free_at: MutableMapping[str, float],
        resting: Collection[str] = (),
    ) -> None:
        """Prepare a batch; hosts are named as `Hop.host` does.

        `free_at` holds, per host, the monotonic time of its next turn, and outlives the batch. The hosts in `resting`
        are asked nothing.
        """
        self._exchange = exchange
        self._emit = emit
        self._spacing = spacing_seconds
        self._free_at = free_at
        self._rests = Rests(told=resting)
        self._slots = asyncio.Semaphore(concurrency)
        self._waiting: dict[str, deque[Hop]] = {}
        self._group = asyncio.TaskGroup()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    async def run(self, requests: Iterable[Request]) -> None:
        """Answer all requests; returns early when stopped."""
        self._task = asyncio.current_task()
        if self._stopped:
            return
        async with self._group:
            for request in requests:
                hop = self._exchange.first(request)
                if isinstance(hop, FetchError):
                    await self._slots.acquire()
                    self._emit(request, hop)
                else:
                    self._enqueue(hop)

    def stop(self) -> None:
        """Cancel what is in flight; answers that nobody took are dropped."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()

    def taken(self) -> None:
        """Give back the slot of an answer that the reader has taken."""
        self._slots.release()

    def _enqueue(self, hop: Hop) -> None:
        if hop.host in self._waiting:
            self._waiting[hop.host].append(hop)
        else:
            self._waiting[hop.host] = deque([hop])
            self._group.create_task(self._serve(hop.host))

    async def _serve(self, host: str) -> None:
        queue = self._waiting[host]
        while queue:
            if not self._rests.holds(host):
                await asyncio.sleep(self._free_at.get(host, 0.0) - time.monotonic())
            await self._slots.acquire()
            hop = queue.popleft()
            if self._rests.holds(host):
                self._emit(hop.request, self._rests.error(host, hop.request.url))
            else:
                await self._take_turn(host, hop)
        del self._waiting[host]

    async def _take_turn(self, host: str, hop: Hop) -> None:
        outcome = await self._exchange.ask(hop)
        if not (isinstance(outcome, FetchError) and outcome.reason in UNASKED):
            self._free_at[host] = time.monotonic() + max(self._spacing, hop.spacing)
        if isinstance(outcome, Hop):
            self._rests.hear(host, None)
            self._slots.release()
            self._enqueue(outcome)
        else:
            self._rests.hear(host, outcome)
            self._emit(hop.request, outcome)
