"""Deployments as data: what is registered, and the files for a Prefect server of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.deployments.runner import RunnerDeployment
from prefect.events.schemas.automations import AutomationCore
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from flows.deployments import deployments
from monitor.config import Schedule
from monitor.wiring import load_settings

ROOT = Path(__file__).resolve().parents[2]
FILE = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def made(config: Path, *, cycle: str = "*/15 * * * *", timezone: str = "UTC", **more: Any) -> list[RunnerDeployment]:
    settings = replace(load_settings(config), schedule=Schedule(cycle=cycle, timezone=timezone))
    return deployments(settings, **more)


def test_the_schedule_is_the_configured_one_in_its_time_zone(config: Path) -> None:
    watch, digest, train, *_ = made(config, cycle="0 7 * * *", timezone="Europe/Brussels")
    [schedule] = watch.schedules or []
    assert schedule.schedule is not None
    assert schedule.schedule.model_dump(include={"cron", "timezone"}) == {
        "cron": "0 7 * * *",
        "timezone": "Europe/Brussels",
    }
    assert schedule.active
    assert not digest.schedules
    [daily] = train.schedules or []
    assert daily.schedule is not None
    assert daily.schedule.model_dump(include={"timezone"}) == {"timezone": "Europe/Brussels"}
    assert train.parameters["only_if_due"] is True


def test_a_moment_that_stands_still_is_the_default_of_every_run(config: Path, at: datetime) -> None:
    watch, digest, train, *_ = made(config, at=at, scheduled=False)
    assert [schedule.active for one in (watch, train) for schedule in one.schedules or []] == [False, False]
    assert watch.parameters["at"] == digest.parameters["at"] == at


def test_runs_find_the_code_and_the_configuration_from_any_folder(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(config.parent)
    for deployment in made(Path("config")):
        assert deployment.entrypoint == f"flows.{deployment.name}.{deployment.name}"
        assert Path(deployment.parameters["config"]) == config


@pytest.mark.parametrize("entry", FILE, ids=lambda entry: entry["name"])
def test_prefect_yaml_names_what_there_is(entry: dict[str, Any]) -> None:
    """A renamed flow or parameter fails here and not at the next deployment."""
    flow = load_flow_from_entrypoint(entry["entrypoint"])
    assert flow.name == entry["name"]
    schema = parameter_schema(flow)
    assert set(entry["parameters"]) <= set(schema.properties)
    assert set(schema.required) <= set(entry["parameters"])


@pytest.mark.parametrize("entry", FILE, ids=lambda entry: entry["name"])
def test_every_field_of_the_form_says_what_it_is_for(entry: dict[str, Any]) -> None:
    schema = parameter_schema(load_flow_from_entrypoint(entry["entrypoint"]))
    assert all(field.get("description") for field in schema.properties.values()), schema.properties


def test_prefect_yaml_and_monitor_up_say_the_same(config: Path) -> None:
    for entry, deployment in zip(FILE, made(config), strict=True):
        assert (entry["name"], entry["entrypoint"]) == (deployment.name, deployment.entrypoint)
        assert (entry["description"], entry["tags"]) == (deployment.description, deployment.tags)
        assert entry.get("concurrency_limit", {}).get("limit") == deployment.concurrency_limit
        assert len(entry["schedules"]) == len(deployment.schedules or [])


def test_the_automation_knows_every_way_in_which_a_run_ends() -> None:
    """One that did not would crash a run that had ended well, for want of a heartbeat."""
    for entry in yaml.safe_load((ROOT / "flows" / "automations.yaml").read_text()):
        trigger = AutomationCore.model_validate(entry).trigger
        ends = {"Completed", "Degraded", "Skipped", "Failed", "Cancelled", "Crashed", "TimedOut"}
        assert {f"prefect.flow-run.{end}" for end in ends} <= set(trigger.expect)  # type: ignore[union-attr]  # an event trigger, as its name says
