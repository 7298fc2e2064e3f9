"""The ledger: the last outcome of each step for each subject, with its reason and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.records import Outcome
from monitor.store.database import Database
from monitor.store.tables import UNTOLD, outcomes

STEPS = ("poll", "name", "enter", "read", "compare", "score", "group", "cut", "plan", "deliver")
_REPLACED = ("outcome", "reason", "numbers", "model", "config", "at")


def write(database: Database, connection: Connection, told: Sequence[Outcome], config: str) -> None:
    """Write outcomes within the caller's transaction, so that a fact and its reason are stored together."""
    if not told:
        return
    rows = [
        {
            "step": outcome.step,
            "subject": outcome.subject,
            "outcome": outcome.outcome,
            "reason": outcome.reason,
            "numbers": dict(outcome.numbers),
            "model": outcome.model,
            "config": config,
            "at": outcome.at,
        }
        for outcome in {(outcome.step, outcome.subject): outcome for outcome in told}.values()
    ]
    connection.execute(database.upsert(outcomes, *_REPLACED), rows)


def close_missed(database: Database, connection: Connection, before: datetime, at: datetime, config: str) -> int:
    """Say of each story that waited to be told and was not looked at since `before` that it was not, and how many."""
    as_json = sa.func.json_object if database.dialect == "sqlite" else sa.func.jsonb_build_object
    said = {
        "outcome": "missed",
        "reason": "too-old",
        "numbers": as_json(sa.text("'was'"), outcomes.c.reason),
        "config": config,
        "at": at,
    }
    waited = sa.and_(sa.text(UNTOLD), outcomes.c.step == "plan", outcomes.c.at < before)
    return connection.execute(outcomes.update().where(waited).values(said)).rowcount


class Ledger:
    """The outcomes, to be asked and added to."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def write(self, told: Sequence[Outcome]) -> None:
        """Write outcomes in a transaction of their own."""
        with self._database.write() as connection:
            write(self._database, connection, told, self._config)

    def about(self, subjects: Sequence[str]) -> list[Outcome]:
        """Return all outcomes of these subjects, oldest first, and in the order of the steps."""
        query = sa.select(outcomes).where(outcomes.c.subject.in_(subjects)).order_by(outcomes.c.at, outcomes.c.subject)
        with self._database.read() as connection:
            rows = sorted(connection.execute(query).mappings(), key=lambda row: (row["at"], STEPS.index(row["step"])))
        return [
            Outcome(
                step=row["step"],
                subject=row["subject"],
                outcome=row["outcome"],
                reason=row["reason"],
                numbers=row["numbers"],
                model=row["model"],
                at=row["at"],
            )
            for row in rows
        ]

    def count(self) -> dict[tuple[str, str, str], int]:
        """Return how many subjects stand at each (step, outcome, reason)."""
        columns = (outcomes.c.step, outcomes.c.outcome, outcomes.c.reason)
        query = sa.select(*columns, sa.func.count().label("n")).group_by(*columns)
        with self._database.read() as connection:
            return {(row.step, row.outcome, row.reason): row.n for row in connection.execute(query)}
