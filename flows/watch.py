"""The `watch` flow: one full cycle, a task run for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows import showing
from monitor.cli.options import YEARS
from monitor.cli.printing import (
    compare_lines,
    dead_lines,
    deliver_lines,
    group_lines,
    plan_lines,
    poll_lines,
    read_lines,
    score_lines,
)
from monitor.errors import MonitorError
from monitor.pipeline import CycleReport, Pipeline
from monitor.wiring import load_settings, open_pipeline

Report = TypeVar("Report")

LONGEST_SECONDS = 3 * 60 * 60
"""A run that hangs would let all later ones be skipped; this ends it, long after any honest cycle."""


def run_name() -> str:
    """Return a name that says what ran."""
    at = flow_run.parameters.get("at")
    if at is not None and at.year not in YEARS:
        return f"cycle as of {at.isoformat()}"  # the run itself says what is wrong with it
    if at is not None:
        return f"cycle as of {showing.in_utc(at):%Y-%m-%d %H:%M} UTC"
    return f"cycle at {showing.in_utc(flow_run.scheduled_start_time):%H:%M} UTC"


@flow(name="watch", flow_run_name=run_name, timeout_seconds=LONGEST_SECONDS, persist_result=False)
def watch(config: str = "config", every: bool = False, at: datetime | None = None) -> State[Any]:  # noqa: FBT001, FBT002 - a form's fields
    """Ask the feeds, read and judge what is new, and tell those who asked to be told.

    Args:
        config: Folder with monitor.toml, feeds.toml and topics
        every: Ask all feeds, also those that are not due
        at: Pretend it is this moment (for demos and replays; not in the future); UTC unless it says otherwise
    """
    return showing.ended(partial(_run, Path(config), every=every, at=at))


def _run(config: Path, *, every: bool, at: datetime | None) -> State[Any]:
    settings = load_settings(config)
    with open_pipeline(settings, clock=showing.clock(at, sends=True), say=showing.say) as pipeline:
        report, lines = _cycle(pipeline, config, every=every)
    showing.publish("summary", "What this cycle did", showing.as_text(lines))
    message = f"{report.poll.entries_new} new entries, {len(report.deliver.sent)} messages sent"
    return Completed(message=message) if report.ok else Completed(name="Degraded", message=_trouble(report))


def _cycle(pipeline: Pipeline, config: Path, *, every: bool) -> tuple[CycleReport, list[showing.Line]]:
    """Run the steps as `Pipeline.cycle` does, so that each shows up by its name."""
    lines: list[showing.Line] = []
    with pipeline.tools.store.only_one("cycle"):
        poll = _step("Ask the feeds", partial(pipeline.poll, every=every), poll_lines, lines)
        read = _step("Read the articles", pipeline.read, read_lines, lines)
        compare = _step("Find copies among them", pipeline.compare, compare_lines, lines)
        score = _step("Score them for the topics", pipeline.score, score_lines, lines)
        group = _step("Group them into stories", pipeline.group, group_lines, lines)
        plan = _step("Decide what to tell", partial(pipeline.plan, score.model), plan_lines, lines)
        deliver = _step("Send what is due", pipeline.deliver, partial(deliver_lines, config=config), lines)
    dead = dead_lines(pipeline.tools.store, config)
    showing.log(dead)
    lines += dead
    report = CycleReport(poll=poll, read=read, compare=compare, score=score, group=group, plan=plan, deliver=deliver)
    return report, lines


def _step(
    words: str,
    work: Callable[[], Report],
    show: Callable[[Report], Iterable[showing.Line]],
    lines: list[showing.Line],
) -> Report:
    """Run one step as a task of that name, here and now; the ledger, not Prefect, knows what to try again."""
    state = _task.with_options(name=words, task_run_name=words)(work, return_state=True)
    report = cast("Report", state.result())
    shown = list(show(report))
    showing.log(shown)
    lines += shown
    return report


@task(cache_policy=NO_CACHE, persist_result=False)
def _task(work: Callable[[], object]) -> object:
    try:
        return work()
    except MonitorError as error:
        # Expected, and told in a sentence by the flow; a task that raised would be logged with its traceback.
        return Failed(message=str(error), data=error)


def _trouble(report: CycleReport) -> str:
    if report.poll.offline:
        return "Most feeds failed alike: is this machine online? Nothing is lost."
    if report.poll.asked and len(report.poll.failed) == report.poll.asked:
        return "Every feed failed; the log says how."
    if report.plan.trouble:
        return report.plan.trouble
    unsent = len(report.deliver.postponed) + len(report.deliver.dead)
    if not unsent:
        return f"{report.deliver.overdue} messages have waited for too long; the log says why."
    return f"{unsent} messages could not be sent; the log says why."
