"""The `evaluate` flow: how well the topics are told apart, as a page with plots and as tables beside the run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import showing
from monitor.cli.evaluating import evaluated, write
from monitor.messages.evaluation import html, markdown, summary
from monitor.wiring import load_settings, open_store, system_clock

LONGEST_SECONDS = 60 * 60


def run_name() -> str:
    """Return a name that says what ran."""
    return f"evaluation{' with learning curves' if flow_run.parameters.get('curve') else ''}"


@flow(name="evaluate", flow_run_name=run_name, timeout_seconds=LONGEST_SECONDS, persist_result=False)
def evaluate(config: str = "config", curve: bool = False) -> State[Any]:  # noqa: FBT001, FBT002 - a form's fields
    """Measure each topic on its labels, with models that had not seen them; the model in charge stays as it is.

    Args:
        config: Folder with monitor.toml, feeds.toml and topics
        curve: Also say what more labels bring
    """
    return showing.ended(partial(_run, Path(config), curve=curve))


def _run(config: Path, *, curve: bool) -> State[Any]:
    settings = load_settings(config)
    with open_store(settings) as store:
        found = evaluated(settings, store, system_clock(), curve=curve, say=showing.say)
    page = settings.state.resolve() / "reports" / "evaluation.html"
    write(page, html(found))
    create_markdown_artifact(
        key="evaluation", markdown=markdown(found), description="How well the topics are told apart"
    )
    create_link_artifact(key="evaluation-page", link=page.as_uri(), link_text=str(page), description="With plots")
    return Completed(message=summary(found))
