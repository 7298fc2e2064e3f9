"""The workflows ask for as little as they can, run only what is pinned, and call commands that exist."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import monitor.cli

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

each_workflow = pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)


def load(file: Path) -> dict[Any, Any]:
    """Return a workflow; YAML 1.1 reads the key `on` as true."""
    read: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read


def steps(file: Path) -> Iterator[dict[str, Any]]:
    """Yield every step of every job."""
    for job in load(file)["jobs"].values():
        yield from job["steps"]


def test_there_are_workflows_for_tests_for_the_monitor_and_for_releases() -> None:
    assert {file.stem for file in FILES} == {"tests", "monitor", "release"}


@each_workflow
def test_nothing_is_permitted_unless_a_job_asks_for_it(file: Path) -> None:
    workflow = load(file)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert isinstance(job["permissions"], dict)


@each_workflow
def test_every_job_has_a_time_limit(file: Path) -> None:
    for job in load(file)["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 60


@each_workflow
def test_actions_are_pinned_by_hash_with_their_version(file: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in file.read_text(encoding="utf-8").splitlines()]
    uses = [line for line in lines if line.startswith("uses:")]
    assert uses
    assert [line for line in uses if not PINNED.match(line)] == []


def test_an_action_has_one_hash_everywhere() -> None:
    found: dict[str, set[str]] = {}
    for file in FILES:
        for action, version in re.findall(r"uses: ([\w-]+/[\w-]+)\S*@(.+)", file.read_text(encoding="utf-8")):
            found.setdefault(action, set()).add(version)
    assert {action: versions for action, versions in found.items() if len(versions) > 1} == {}


@each_workflow
def test_checkouts_keep_no_credentials(file: Path) -> None:
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each_workflow
def test_scripts_are_given_values_by_the_environment_only(file: Path) -> None:
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


@each_workflow
def test_two_runs_never_interleave(file: Path) -> None:
    assert load(file)["concurrency"]["group"]


def test_the_monitor_runs_by_schedule_and_by_hand_and_is_never_cancelled() -> None:
    workflow = load(ROOT / ".github" / "workflows" / "monitor.yml")
    assert workflow[True]["schedule"]
    assert set(workflow[True]["workflow_dispatch"]["inputs"]) == {"watch", "dry_run", "all_feeds", "first_run"}
    assert workflow["concurrency"]["cancel-in-progress"] is False


def test_the_monitor_saves_the_state_under_the_key_that_the_next_run_looks_for() -> None:
    used = {
        step["uses"].partition("@")[0]: step for step in steps(ROOT / ".github/workflows/monitor.yml") if "uses" in step
    }
    restore, save = used["actions/cache/restore"]["with"], used["actions/cache/save"]["with"]
    assert restore["path"] == save["path"]
    assert restore["key"] == save["key"]
    assert "github.run_id" in save["key"]
    assert save["key"].startswith(restore["restore-keys"])


@each_workflow
def test_commands_of_the_monitor_and_their_options_exist(file: Path) -> None:
    app = typer.Typer()
    for module in pkgutil.iter_modules(monitor.cli.__path__):
        register = getattr(import_module(f"monitor.cli.{module.name}"), "register", None)
        if register:
            register(app)
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    for script in (step.get("run", "") for step in steps(file)):
        for name, rest in re.findall(r"(?:bin/|--no-sync )monitor ([a-z]+)([^\n|]*)", script):
            known = {option for parameter in group.commands[name].params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known


def test_updates_wait_a_week_and_come_in_groups() -> None:
    updates = load(ROOT / ".github" / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"uv", "github-actions"}
    for update in updates:
        assert update["schedule"]["interval"] == "monthly"
        assert update["cooldown"]["default-days"] >= 7
        assert update["groups"]
