"""The network, the processes, the terminal and the channels, as the pipeline uses them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from monitor.errors import FetchError, MonitorError
from monitor.records import Delivery, Fetched, Message, Receipt, Request

Item = TypeVar("Item")
Result = TypeVar("Result")


class Web(Protocol):
    """The one way to the network for feeds and pages."""

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Yield each request with its answer or its error, as they arrive; never raises for one URL.

        Hosts in `resting` are not asked, not even where a redirect leads to them.

        At most one request per host is in flight. A status other than 200 and 304 is a FetchError with `status`. After
        a 429 or a 503, or several 403 in a row, the host is asked nothing more in this call: its other requests come
        back as FetchError with the reason `host-resting`.
        """
        ...


class Workers(Protocol):
    """The one process pool, for work on hostile input that may hang, swell or crash."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, seconds: float
    ) -> Iterator[tuple[Item, Result | MonitorError]]:
        """Yield each item with its result, in the order given, holding only a bounded number in memory.

        `function` and items must be picklable. A MonitorError raised by `function` comes back as a value, as does a
        WorkError (`timeout`, `memory`, `crash`) when the item's worker had to be stopped; anything else is a bug and
        is raised here.
        """
        ...


class Progress(Protocol):
    """How a long step shows how far it has come."""

    def track(self, what: str, total: int) -> AbstractContextManager[Callable[[], None]]:
        """Begin a task of `total` things and yield the function to be called after each; `what` names them."""
        ...


class Notifier(Protocol):
    """A channel that takes messages."""

    def freeze(self, delivery: Delivery, message: Message) -> bytes:
        """Return what will be handed over, the same bytes for the same arguments; it is kept, and sent as it is.

        Raises DeliveryError when this channel can never take it.
        """
        ...

    def send(self, delivery: Delivery) -> Receipt:
        """Hand over `delivery.body` once, without trying again.

        Raises DeliveryError: `transient` when a later attempt may succeed, `ambiguous` when it may have arrived,
        `retry_after` seconds when the whole channel wants to be left alone.
        """
        ...

    def find(self, delivery: Delivery) -> Receipt | None:
        """Look whether an earlier attempt arrived; None when it did not, or when this channel cannot be asked.

        After None it is sent again, under the same id. Raises DeliveryError when it cannot be known now (`transient`)
        or is a person's to decide.
        """
        ...
