"""The places of those who send: each is held by one process, and free again at once when that process dies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import sqlalchemy as sa

from monitor.errors import BusyError
from monitor.store.database import Database
from monitor.store.tables import deliveries

PLACES: Final = tuple(f"drain-{number}" for number in range(1, 17))

_SENDING = deliveries.c.state == "sending"


class Places:
    """Who is sending. A delivery being sent under a place that nobody holds was left by a sender that died."""

    def __init__(self, database: Database) -> None:
        """Use `database`, whose locks end with their holders."""
        self._database = database

    @contextmanager
    def take(self) -> Iterator[str]:
        """Hold a free place, with what the dead left taken up, and yield its name; raises BusyError."""
        with ExitStack() as held:
            place = self._first_free(held)
            self._release([place])
            self.relieve_the_dead(place)
            yield place

    def relieve_the_dead(self, own: str) -> bool:
        """Make what dead senders were sending due at once, as `open`, and say whether there was any."""
        query = sa.select(deliveries.c.lease).where(_SENDING).distinct()
        with self._database.read() as connection:
            names = {name for name in connection.scalars(query) if name != own}
        with ExitStack() as held:
            # Held until the change is committed: who takes such a place meanwhile would claim under the same name.
            dead = [name for name in sorted(filter(None, names)) if self._is_free(held, name)]
            # A program that knew no places leaves rows without one.
            return self._release([*dead, *([None] if None in names else [])])

    def _first_free(self, held: ExitStack) -> str:
        for place in PLACES:
            if self._is_free(held, place):
                return place
        sentence = f"{len(PLACES)} processes are sending from this database already; leave it to them"
        raise BusyError(self._database.name, "busy", sentence)

    def _is_free(self, held: ExitStack, place: str) -> bool:
        try:
            held.enter_context(self._database.only_one(place))
        except BusyError:
            return False
        return True

    def _release(self, leases: Collection[str | None]) -> bool:
        if not leases:
            return False
        named = deliveries.c.lease.in_([name for name in leases if name])
        theirs = sa.or_(named, deliveries.c.lease.is_(None)) if None in leases else named
        freed = {"state": "waiting", "open": True, "next_at": None, "lease": None}
        with self._database.write() as connection:
            return connection.execute(deliveries.update().where(_SENDING, theirs).values(freed)).rowcount > 0
