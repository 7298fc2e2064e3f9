"""The `digest` flow: compose one watch's digest now, by hand, and send it or only show it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import showing
from monitor.cli.printing import deliver_lines, nothing_to_tell, plan_lines
from monitor.pipeline import Pipeline
from monitor.wiring import known_person, known_watch, load_settings, open_pipeline

LONGEST_SECONDS = 60 * 60


def run_name() -> str:
    """Return a name that says what ran."""
    asked = flow_run.parameters
    return f"{'preview' if asked.get('dry_run') else 'digest'} of {asked.get('watch')}"


@flow(name="digest", flow_run_name=run_name, timeout_seconds=LONGEST_SECONDS, persist_result=False)
def digest(
    watch: str,
    person: str = "",
    config: str = "config",
    dry_run: bool = False,  # noqa: FBT001, FBT002 - a form's field
    at: datetime | None = None,
) -> State[Any]:
    """Tell of every matching story that a watch's people have not heard of, whatever its thresholds.

    Args:
        watch: Id of the watch, from monitor.toml
        person: Id of the person to tell; empty for all whom the watch tells
        config: Folder with monitor.toml, feeds.toml and topics
        dry_run: Only show it; send and record nothing
        at: Pretend it is this moment (for demos and replays; in the future only with dry_run); without a time zone,
            it is the person's time, or UTC for all
    """
    return showing.ended(partial(_run, watch, person or None, Path(config), dry_run=dry_run, at=at))


def _run(watch: str, person: str | None, config: Path, *, dry_run: bool, at: datetime | None) -> State[Any]:
    settings = load_settings(config)
    known_watch(settings, watch)
    zones = {one.id: one.timezone for one in settings.people}
    zone = zones[known_person(settings, person, watch)] if person is not None else "UTC"
    clock = showing.clock(at, zone, sends=not dry_run)
    with open_pipeline(settings, clock=clock, say=showing.say) as pipeline:
        return _preview(pipeline, watch, person) if dry_run else _send(pipeline, config, watch, person)


def _preview(pipeline: Pipeline, watch: str, person: str | None) -> State[Any]:
    previews = pipeline.preview(watch, person)
    for preview in previews:
        text = "\n\n".join(message.text for message in preview.messages) or nothing_to_tell(preview.rulings)
        showing.publish("preview", f"{preview.watch} for {preview.person}", text)
    told = sum(bool(preview.messages) for preview in previews)
    return Completed(message=f"{told} of {len(previews)} people would be told; nothing was sent")


def _send(pipeline: Pipeline, config: Path, watch: str, person: str | None) -> State[Any]:
    planned, delivered = pipeline.digest(watch, person)
    lines = [*plan_lines(planned), *deliver_lines(delivered, config)]
    showing.log(lines)
    showing.publish("digest", f"What was sent for {watch}", showing.as_text(lines))
    unsent = len(delivered.postponed) + len(delivered.dead)
    if unsent:
        return Completed(name="Degraded", message=f"{unsent} messages could not be sent; the log says why.")
    return Completed(message=f"{len(delivered.sent)} messages sent")
