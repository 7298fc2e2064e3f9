"""A child of `flows.up`: registers the deployments and runs what is due, until its owner is gone.

It is started together with the server, because both need seconds to load.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.states import Cancelled, Crashed

from flows import address
from flows.deployments import deployments
from monitor.cli.options import say
from monitor.cli.printing import print_lines
from monitor.wiring import load_settings

AT_ONCE = 2
"""A cycle and a digest asked for by hand; without a limit, each run missed while we were off would start at once."""

LOOK_SECONDS = 0.5

WELL = "Completed"


async def serve(wanted: Sequence[RunnerDeployment], *, run_now: bool, exit_after_run: bool) -> bool:
    """Serve the deployments; with `run_now`, run the first of them at once.

    With `exit_after_run`, returns when that run has ended: whether it went well.
    """
    runner = Runner(name="monitor", limit=AT_ONCE, pause_on_shutdown=False)
    ids = [await runner.aadd_deployment(deployment) for deployment in wanted]
    async with get_client() as client:
        await _tidy(client, ids)
        first = await client.create_flow_run_from_deployment(ids[0]) if run_now else None
        following = asyncio.create_task(_follow(client, first)) if first else None
        await runner.start(run_once=exit_after_run)
        return (await following) == WELL if following else True


async def _tidy(client: PrefectClient, ids: list[UUID]) -> None:
    """Close what an earlier `up` left behind; nothing of ours can be running, because there is one of us.

    A run that was killed with its server would be held for running, and take the place of all later ones. Runs that
    were due meanwhile are not made up for: the ledger knows what is due.
    """
    for run in await _runs(client, ids, StateType.RUNNING, StateType.PENDING, StateType.CANCELLING):
        await client.set_flow_run_state(run.id, Crashed(message="The monitor was stopped during this run."), force=True)
    for run in await _runs(client, ids, StateType.SCHEDULED):
        due = run.next_scheduled_start_time
        if due is not None and due < datetime.now(tz=due.tzinfo):
            await client.set_flow_run_state(run.id, Cancelled(message="The monitor was not running."), force=True)


async def _runs(client: PrefectClient, ids: list[UUID], *types: StateType) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=ids),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))),
        )
    )


async def _follow(client: PrefectClient, run: FlowRun) -> str:
    """Wait for the end of a run, print it and return the name of its last state."""
    while run.state is None or not run.state.is_final():
        await asyncio.sleep(LOOK_SECONDS)
        run = await client.read_flow_run(run.id)
    said = f": {run.state.message}" if run.state.message else ""
    print_lines([("Run", f"{run.name}: {run.state.name}{said}")])
    return run.state.name or ""


def main() -> int:
    """Run as a process of its own, tied to its owner."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--at", type=datetime.fromisoformat)
    parser.add_argument("--run-now", action="store_true")
    parser.add_argument("--exit-after-run", action="store_true")
    asked = parser.parse_args()
    # A moment that stands still has no schedule, and who wants one run wants no other.
    scheduled = asked.at is None and not asked.exit_after_run
    settings = load_settings(asked.config)
    wanted = deployments(settings, at=asked.at, scheduled=scheduled)
    while not address.answers(asked.port):
        time.sleep(LOOK_SECONDS)
    if scheduled:
        say(f"a cycle is run at {settings.schedule.cycle} ({settings.schedule.timezone})")
    well = asyncio.run(serve(wanted, run_now=asked.run_now, exit_after_run=asked.exit_after_run))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
