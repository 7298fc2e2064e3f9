"""Which model is in charge and since when, every decision about it, and the models' bytes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.errors import BusyError
from monitor.records import Decision, Training
from monitor.store.database import Database
from monitor.store.tables import models, scores, trainings

KIND = "topics"

LOOKED_BACK = 1_000
"""Decisions looked through."""


class Trainings:
    """The decisions about topic models, the newest of which says what is in charge."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def champion(self) -> Training | None:
        """Return the newest decision; its `champion` is in charge."""
        return next(iter(self.listed(1)), None)

    def listed(self, limit: int) -> list[Training]:
        """Return the newest `limit` decisions, the newest first."""
        with self._database.read() as connection:
            return _listed(connection, limit)

    def judge(self) -> str | None:
        """Return the version that was put in charge last of those that have scored articles."""
        with self._database.read() as connection:
            for version in dict.fromkeys(one.champion for one in _listed(connection, LOOKED_BACK)):
                if connection.scalar(sa.select(sa.exists().where(scores.c.model == version))):
                    return version
        return None

    def decide(self, training: Training, *, after: int | None = None) -> int:
        """Store a decision under the next number, which is returned.

        `after` is the number of the decision that this one was taken in view of (0: none). Raises BusyError when
        another one came in between.
        """
        with self._database.write() as connection:
            newest = self._newest(connection)
            if after is not None and newest != after:
                sentence = "another process decided about the models meanwhile; try again"
                raise BusyError(self._database.name, "busy", sentence)
            number = newest + 1
            connection.execute(trainings.insert().values(_row(training, number)))
        return number

    def add(self, version: str, manifest: Mapping[str, Any], body: bytes, at: datetime) -> None:
        """Keep a model's bytes and what it was made from; what is known of the version already is replaced."""
        row = {"kind": KIND, "version": version, "manifest": dict(manifest), "body": body, "created_at": at}
        with self._database.write() as connection:
            connection.execute(self._database.upsert(models, "manifest", "body").values(row))

    def manifest(self, version: str) -> Mapping[str, Any] | None:
        """Return what a version was made from, also when its bytes were given up."""
        with self._database.read() as connection:
            found: Mapping[str, Any] | None = connection.scalar(_of(models.c.manifest, version))
        return found

    def body(self, version: str) -> bytes | None:
        """Return a version's bytes, unless there are none any more."""
        with self._database.read() as connection:
            found: bytes | None = connection.scalar(_of(models.c.body, version))
        return found

    def kept(self) -> list[str]:
        """Return the versions whose bytes are kept, in the order of their names."""
        query = sa.select(models.c.version).where(models.c.kind == KIND, models.c.body.is_not(None))
        with self._database.read() as connection:
            return sorted(connection.scalars(query))

    def keep(
        self, choose: Callable[[Sequence[Training]], Collection[str]], undecided: datetime
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Give up the bytes of versions that `choose` does not name, given all decisions, the newest first.

        Nobody decides meanwhile. Versions of which no decision speaks are given up when they were made before
        `undecided`: a training that runs may be about to decide. Returns the chosen versions and all decided ones.
        """
        with self._database.write() as connection:
            self._newest(connection)
            decided = _listed(connection, LOOKED_BACK)
            chosen = frozenset(choose(decided))
            named = frozenset(name for one in decided for name in (one.champion, one.challenger))
            old = sa.or_(models.c.version.in_(sorted(named)), models.c.created_at < undecided)
            others = models.update().where(models.c.kind == KIND, models.c.version.not_in(sorted(chosen)), old)
            connection.execute(others.where(models.c.body.is_not(None)).values(body=sa.null()))
        return chosen, named

    def _newest(self, connection: Connection) -> int:
        """Return the newest number, and let nobody else take the next one before this transaction ends."""
        if self._database.dialect == "postgresql":
            connection.exec_driver_sql("LOCK TABLE trainings IN EXCLUSIVE MODE")
        return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(trainings.c.number), 0))) or 0)


def _listed(connection: Connection, limit: int) -> list[Training]:
    query = sa.select(trainings).order_by(trainings.c.number.desc()).limit(limit)
    return [_training(row) for row in connection.execute(query).mappings()]


def _of(column: sa.Column[Any], version: str) -> sa.Select[Any]:
    return sa.select(column).where(models.c.kind == KIND, models.c.version == version)


def _row(training: Training, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "at": training.at,
        "decision": training.decision.value,
        "champion": training.champion,
        "challenger": training.challenger,
        "reasons": list(training.reasons),
        "report": dict(training.report),
    }


def _training(row: RowMapping) -> Training:
    return Training(
        number=row["number"],
        at=row["at"],
        decision=Decision(row["decision"]),
        champion=row["champion"],
        challenger=row["challenger"],
        reasons=tuple(row["reasons"]),
        report=row["report"],
    )
