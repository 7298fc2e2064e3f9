"""The `evaluate` flow on a real Prefect server: the page it writes, and what it shows beside the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.evaluate import evaluate
from tests.evaluations import labels

pytestmark = pytest.mark.usefixtures("prefect_server")


def test_a_run_writes_the_page_and_shows_its_tables(config: Path) -> None:
    given = [{"title": x.title, "text": x.text, "topic": "cbdc", "label": x.label} for x in labels(3, 3)]
    (config / "labels.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in given), encoding="utf-8")
    state = evaluate(config=str(config), return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Completed")
    page = next(config.parent.rglob("reports/evaluation.html"))
    assert "<svg" in page.read_text(encoding="utf-8")
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        artifacts = {one.key: str(one.data) for one in client.read_artifacts(artifact_filter=wanted)}
        name = client.read_flow_run(state.state_details.flow_run_id).name
    assert set(artifacts) == {"evaluation", "evaluation-page"}
    assert "| Average precision |" in artifacts["evaluation"]
    assert page.as_uri() in artifacts["evaluation-page"]
    assert name == "evaluation"


def test_a_configuration_with_faults_fails_in_sentences(config: Path) -> None:
    file = config / "monitor.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("Europe/Brussels", "Europe/Atlantis"), encoding="utf-8")
    state = evaluate(config=str(config), return_state=True)
    assert state.type.value == "FAILED"
    assert "Europe/Atlantis" in (state.message or "")
