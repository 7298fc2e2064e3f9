"""Bodies that wait in the outbox, and whose channel has become one of another type meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from monitor.errors import DeliveryError
from monitor.records import Delivery

Content = TypeVar("Content")


def thaw(delivery: Delivery, read: Callable[[Any], Content]) -> Content:
    """Return what `read` makes of a body of JSON; raises DeliveryError for one that was made for another channel."""
    try:
        return read(json.loads(delivery.body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise foreign(delivery) from None


def foreign(delivery: Delivery) -> DeliveryError:
    """Return what a person has to decide; there is no way to send such a body here."""
    said = (
        f"This was made for another type of channel: drop it (`monitor deliveries drop {delivery.id}`), or give the "
        "channel its old type again."
    )
    return DeliveryError(delivery.channel, "other-type", said, transient=False)
