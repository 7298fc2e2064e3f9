"""The `train` flow: a challenger against the model in charge, by schedule or by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import showing
from monitor.cli.drift import drift_lines
from monitor.cli.training import train_lines
from monitor.pipeline import training
from monitor.wiring import champion, load_settings, open_store, system_clock

LONGEST_SECONDS = 60 * 60


def run_name() -> str:
    """Return a name that says what ran."""
    return "what a training would change" if flow_run.parameters.get("dry_run") else "training"


@flow(name="train", flow_run_name=run_name, timeout_seconds=LONGEST_SECONDS, persist_result=False)
def train(config: str = "config", dry_run: bool = False, only_if_due: bool = False) -> State[Any]:  # noqa: FBT001, FBT002 - a form's fields
    """Train a model with all labels; it takes over only if it keeps the rules of promotion.

    Args:
        config: Folder with monitor.toml, feeds.toml and topics
        dry_run: Only show what would change; decide and record nothing
        only_if_due: Do nothing unless 10 labels are new, or a week has passed and something is different
    """
    return showing.ended(partial(_run, Path(config), dry_run=dry_run, only_if_due=only_if_due))


def _run(config: Path, *, dry_run: bool, only_if_due: bool) -> State[Any]:
    settings = load_settings(config)
    with open_store(settings) as store:
        known = champion(settings, store, system_clock, showing.say)
        report = training.train(known, dry_run=dry_run, only_if_due=only_if_due)
        _show_drift(drift_lines(settings, store, system_clock()))
    lines = train_lines(report)
    showing.log(lines)
    if report.decision is None:
        return Completed(message=report.reasons[0])
    showing.publish("training", "What this training came to", showing.as_text(lines))
    return Completed(message=f"{'would be ' if dry_run else ''}{report.decision.value}: {report.reasons[0]}")


def _show_drift(warnings: list[str]) -> None:
    """Say what drifted, if anything did."""
    for warning in warnings:
        showing.warn(warning)
    if warnings:
        showing.publish("drift", "What changed in a week, and a step for each", "\n".join(warnings))
