"""What hosts asked of us: to be left alone for a while, and the rules in their robots.txt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.records import HostRest, RobotsFile
from monitor.store.database import Database, chunks
from monitor.store.tables import hosts, robots

REMEMBERED = timedelta(days=1)
"""A host that asks for rest again within this time of the last one is asked for longer pauses."""


class Hosts:
    """Who wants to be left alone, and what may be asked there."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def rests(self, now: datetime) -> dict[str, HostRest]:
        """Return the hosts that want to be left alone beyond `now`, or did within the last day, by name."""
        query = sa.select(hosts).where(hosts.c.until > now - REMEMBERED)
        with self._database.read() as connection:
            found = [HostRest(**row) for row in connection.execute(query).mappings()]
        return {rest.host: rest for rest in found}

    def rest(self, resting: Sequence[HostRest]) -> None:
        """Note until when hosts want to be left alone."""
        rows = [
            {"host": rest.host, "until": rest.until, "times": rest.times, "reason": rest.reason} for rest in resting
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(self._database.upsert(hosts, "until", "times", "reason"), rows)

    def robots(self, origins: Sequence[str], since: datetime) -> dict[str, RobotsFile]:
        """Return the robots.txt files of these origins that were fetched after `since`."""
        found: dict[str, RobotsFile] = {}
        with self._database.read() as connection:
            for some in chunks(origins):
                query = sa.select(robots).where(robots.c.origin.in_(some), robots.c.fetched_at > since)
                found |= {row["origin"]: RobotsFile(**row) for row in connection.execute(query).mappings()}
        return found

    def save_robots(self, files: Sequence[RobotsFile]) -> None:
        """Keep robots.txt files, each in place of the one before."""
        rows = [{"origin": file.origin, "text": file.text, "fetched_at": file.fetched_at} for file in files]
        if rows:
            with self._database.write() as connection:
                connection.execute(self._database.upsert(robots, "text", "fetched_at"), rows)
