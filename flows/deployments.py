"""The flows with their schedules and limits, as `monitor up` serves them; `prefect.yaml` has the same for workers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.digest import digest
from flows.evaluate import evaluate
from flows.train import train
from flows.watch import watch
from monitor.config import Settings

ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""A cycle that is due while one runs has nothing to do: the running one, or the next, finds its work in the ledger."""

TAGS = ["news-monitor"]

DAILY = "40 3 * * *"
"""When to look whether a training is due, in the configured time zone; off the hours at which most cycles begin."""


def deployments(settings: Settings, *, at: datetime | None = None, scheduled: bool = True) -> list[RunnerDeployment]:
    """Return the deployments for a configuration; with `at`, cycles and digests are as of that moment.

    Trainings and evaluations take no moment: they are as of now.
    """
    return [
        _watch(settings, at, scheduled=scheduled),
        _digest(settings, at),
        _train(settings, scheduled=scheduled),
        _evaluate(settings),
    ]


def _watch(settings: Settings, at: datetime | None, *, scheduled: bool) -> RunnerDeployment:
    schedule = settings.schedule
    return RunnerDeployment.from_flow(
        watch,
        name="watch",
        description="One full cycle: poll, read, score, group, plan, deliver.",
        schedules=[Cron(schedule.cycle, timezone=schedule.timezone, active=scheduled, slug="cycle")],
        # Under a clock that stands still, nothing becomes due.
        parameters={"config": _absolute(settings.folder), "every": at is not None, "at": at},
        concurrency_limit=ONE,
        tags=TAGS,
        paused=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _digest(settings: Settings, at: datetime | None) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        digest,
        name="digest",
        description="Compose one watch's digest now, and send it or only show it.",
        parameters={"config": _absolute(settings.folder), "watch": settings.watches[0].id, "at": at},
        tags=TAGS,
        paused=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _train(settings: Settings, *, scheduled: bool) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        train,
        name="train",
        description="Train a challenger, and put it in charge if it keeps the rules of promotion.",
        schedules=[Cron(DAILY, timezone=settings.schedule.timezone, active=scheduled, slug="train")],
        parameters={"config": _absolute(settings.folder), "only_if_due": True},
        concurrency_limit=ONE,
        tags=TAGS,
        paused=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _evaluate(settings: Settings) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        evaluate,
        name="evaluate",
        description="Measure each topic on its labels, as tables and as a page with plots.",
        parameters={"config": _absolute(settings.folder)},
        tags=TAGS,
        paused=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _absolute(folder: Path) -> str:
    return str(folder.resolve())
