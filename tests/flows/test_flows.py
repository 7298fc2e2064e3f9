"""The flows on a real Prefect server: what they do to our ledger, what they show, how they end, when they are run.

All tests that need the server are in this file, because files are shared out between processes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, State

from flows import showing
from flows.deployments import deployments
from flows.digest import digest
from flows.evaluate import evaluate
from flows.showing import ended, fenced
from flows.train import train
from flows.watch import _step, watch
from monitor import wiring
from monitor.cli.printing import print_cycle
from monitor.demo.server import NewsServer
from monitor.demo.tour import write_config
from monitor.demo.world import load_world
from monitor.errors import StoreError
from tests.evaluations import labels

pytestmark = pytest.mark.usefixtures("prefect_server")

STEPS = [
    "Ask the feeds",
    "Read the articles",
    "Find copies among them",
    "Score them for the topics",
    "Group them into stories",
    "Decide what to tell",
    "Send what is due",
]


def run_watch(config: Path, at: datetime | None, **more: Any) -> State[Any]:
    return watch(config=str(config), at=at, **more, return_state=True)


def run_digest(config: Path, at: datetime | None, **more: Any) -> State[Any]:
    return digest(**{"watch": "crypto-policy", "config": str(config), "at": at, **more}, return_state=True)


def ending(state: State[Any]) -> tuple[str, str]:
    return state.type.value, state.name or ""


def shown(state: State[Any]) -> list[str]:
    """Return the pages that a run published."""
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        return [str(artifact.data) for artifact in client.read_artifacts(artifact_filter=wanted)]


def names(state: State[Any]) -> tuple[str, list[str]]:
    """Return the name of a run and those of its tasks, in the order in which they began."""
    run = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs(task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run])))
        return client.read_flow_run(run).name, [task.name for task in sorted(tasks, key=lambda one: one.start_time)]


def sent(config: Path) -> list[Path]:
    return sorted((config.parent / "digests").rglob("digest.txt"))


def test_a_run_does_what_a_cycle_by_hand_does(
    config: Path, at: datetime, tmp_path: Path, news: NewsServer, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same facts in the ledger, the same digest, the same words; and each step shows up by its name."""
    state = run_watch(config, at)
    by_hand = tmp_path / "by-hand"
    write_config(by_hand / "config", load_world(), news)
    (by_hand / "models").symlink_to(trained)
    with wiring.open_pipeline(wiring.load_settings(by_hand / "config"), clock=wiring.fixed_clock(at)) as pipeline:
        report = pipeline.cycle()
    capsys.readouterr()
    print_cycle(report)
    printed = capsys.readouterr().out.replace(str(by_hand), str(tmp_path))
    assert ending(state) == ("COMPLETED", "Completed")
    assert shown(state) == [f"```text\n{printed.rstrip()}\n```"]
    told = [file.read_text().replace(str(by_hand), str(tmp_path)) for file in sent(by_hand / "config")]
    assert [file.read_text() for file in sent(config)] == told
    assert len(sent(config)) == 1
    assert names(state) == (f"cycle as of {at:%Y-%m-%d %H:%M} UTC", STEPS)


def test_a_second_run_sends_nothing_and_a_preview_neither(config: Path, at: datetime) -> None:
    run_watch(config, at)
    before = sent(config)
    again = run_watch(config, at, every=True)
    assert again.message == "0 new entries, 0 messages sent"
    preview = run_digest(config, at, dry_run=True)
    assert ending(preview) == ("COMPLETED", "Completed")
    assert len(shown(preview)) == 1
    assert sent(config) == before
    assert names(preview) == ("preview of crypto-policy", [])


def test_a_training_shows_its_decision_and_is_over_at_once_when_none_is_due(config: Path) -> None:
    first = train(config=str(config), return_state=True)
    assert ending(first) == ("COMPLETED", "Completed")
    assert (first.message or "").startswith("first: there was no model")
    assert len(shown(first)) == 1
    again = train(config=str(config), only_if_due=True, return_state=True)
    assert (again.message or "").startswith("not due: 0 of 10 new labels")
    assert shown(again) == []
    assert names(again) == ("training", [])


def test_a_run_beside_another_one_is_skipped(config: Path, at: datetime) -> None:
    with wiring.open_store(wiring.load_settings(config)) as store, store.only_one("cycle"):
        for state in (run_watch(config, at), run_digest(config, at)):
            assert ending(state) == ("COMPLETED", "Skipped")
            assert state.message


def test_every_fault_of_a_configuration_is_in_the_failure(config: Path, at: datetime) -> None:
    text = (config / "monitor.toml").read_text()
    (config / "monitor.toml").write_text(text.replace("Europe/Brussels", "Europe/Atlantis").replace('"cbdc"', '"cdbc"'))
    state = run_watch(config, at)
    assert ending(state) == ("FAILED", "Failed")
    assert state.message
    assert "Europe/Atlantis" in state.message
    assert "cdbc" in state.message
    assert "Traceback" not in state.message


def test_a_digest_of_no_known_watch_fails_with_the_known_ones(config: Path, at: datetime) -> None:
    state = run_digest(config, at, watch="crypto-polizy")
    assert ending(state) == ("FAILED", "Failed")
    assert "crypto-policy" in (state.message or "")


def test_a_bare_moment_is_the_persons_time(config: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `monitor digest --as` reads it; the world's only person lives in Brussels."""
    run_watch(config, at)
    asked: list[datetime] = []

    def stopped(moment: datetime) -> Callable[[], datetime]:
        asked.append(moment)
        return wiring.fixed_clock(moment)

    monkeypatch.setattr(showing, "fixed_clock", stopped)
    bare = at.replace(tzinfo=None, microsecond=0)
    for person in ("analyst", ""):
        assert ending(run_digest(config, bare, person=person, dry_run=True)) == ("COMPLETED", "Completed")
    brussels = ZoneInfo("Europe/Brussels")
    assert asked == [bare.replace(tzinfo=brussels).astimezone(UTC), bare.replace(tzinfo=UTC)]


@pytest.mark.parametrize("at", [datetime(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)], ids=["first", "last"])  # noqa: DTZ001 - as a form gives it
def test_a_moment_at_an_end_of_the_calendar_fails_in_a_sentence(config: Path, at: datetime) -> None:
    for state in (run_watch(config, at), run_digest(config, at, dry_run=True)):
        assert ending(state) == ("FAILED", "Failed")
        assert "is no time; write it like" in (state.message or "")


def test_nothing_is_sent_as_of_a_moment_to_come(config: Path) -> None:
    ahead = datetime.now(tz=UTC) + timedelta(days=3)
    for state in (run_watch(config, ahead), run_digest(config, ahead)):
        assert ending(state) == ("FAILED", "Failed")
        assert "in the future" in (state.message or "")
    assert sent(config) == []


def test_a_preview_of_nothing_says_why(config: Path, at: datetime) -> None:
    run_watch(config, at)
    run_digest(config, at)
    (page,) = shown(run_digest(config, at, dry_run=True))
    assert re.search(r"nothing to tell: \d+ stories of late, told already", page)


def test_a_run_that_no_feed_answered_is_degraded(config: Path, at: datetime, news: NewsServer) -> None:
    feeds = (config / "feeds.toml").read_text()
    (config / "feeds.toml").write_text(feeds.replace(f":{news.port}/", ":9/"))
    state = run_watch(config, at)
    assert ending(state) == ("COMPLETED", "Degraded")
    assert "online" in (state.message or "")


def test_an_expected_failure_within_a_step_is_told_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """The step shows as failed, the flow ends with the sentence, and neither logs a traceback."""

    def broken() -> object:
        raise StoreError("sqlite", "full", "the disk is full")

    @flow(name="broken")
    def around() -> State[Any]:
        return ended(lambda: _step("Ask the feeds", broken, lambda _: [], []))  # type: ignore[arg-type,return-value]  # it never returns

    state = around(return_state=True)
    assert ending(state) == ("FAILED", "Failed")
    assert state.message == "sqlite: the disk is full"
    assert "Traceback" not in caplog.text


def test_nothing_that_a_publisher_wrote_ends_a_block() -> None:
    assert fenced("a ```` b") == "`````text\na ```` b\n`````"


def test_the_server_keeps_the_limit_and_the_schedule(config: Path) -> None:
    watch = deployments(wiring.load_settings(config))[0]
    with get_client(sync_client=True) as client:
        kept = client.read_deployment(watch.apply())
    assert kept.global_concurrency_limit
    assert kept.global_concurrency_limit.limit == 1
    assert kept.concurrency_options
    assert kept.concurrency_options.collision_strategy == ConcurrencyLimitStrategy.CANCEL_NEW
    assert [schedule.schedule.timezone for schedule in kept.schedules] == ["UTC"]
    assert not kept.paused


def test_the_server_makes_runs_out_of_the_schedule(config: Path) -> None:
    """Prefect's scheduler and the installed SQLAlchemy fit together; where they do not, no schedule ever fires."""
    made_by_server = deployments(wiring.load_settings(config))[0].apply()
    with get_client(sync_client=True) as client:
        client.request("POST", "/deployments/{id}/schedule", path_params={"id": made_by_server})
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[made_by_server]))
        )
    times = [run.next_scheduled_start_time for run in runs if run.next_scheduled_start_time]
    assert times
    assert {moment.minute % 15 for moment in times} == {0}


def test_an_evaluation_writes_the_page_and_shows_its_tables(config: Path) -> None:
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


def test_an_evaluation_of_a_faulty_configuration_fails_in_sentences(config: Path) -> None:
    file = config / "monitor.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("Europe/Brussels", "Europe/Atlantis"), encoding="utf-8")
    state = evaluate(config=str(config), return_state=True)
    assert state.type.value == "FAILED"
    assert "Europe/Atlantis" in (state.message or "")
