"""Trainings by hand: options of the group reach its commands, refused models are called so, mistakes get a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from monitor.cli import topics, training
from monitor.cli.app import one_sentence
from monitor.records import Decision, Training
from monitor.store import Store
from monitor.wiring import load_settings, open_store
from tests.small_config import FEEDS, monitor_toml

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
BOATS = """\
title = "Boats"
description = "Boats and the people who build them."
seeds = ["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]
"""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a configuration that is not in the folder where commands run; one model is in charge, one was refused."""
    config = tmp_path / "somewhere" / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text(monitor_toml("boats"), encoding="utf-8")
    (config / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    (config / "topics" / "boats.toml").write_text(BOATS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with open_store(load_settings(config)) as store:
        for decision, challenger in ((Decision.FIRST, "aaa"), (Decision.PROMOTED, "bbb"), (Decision.KEPT, "ccc")):
            store.trainings.add(challenger, {"topics": {}, "labels": 0, "learned": [], "background": 1}, b"x", NOW)
            champion = "bbb" if decision is Decision.KEPT else challenger
            made = Training(
                number=0, at=NOW, decision=decision, champion=champion, challenger=challenger, reasons=("why",)
            )
            store.trainings.decide(made)
    return config


def monitor(*arguments: str) -> Result:
    """Run the commands in this process, with the program's own way of ending."""
    app = typer.Typer()
    training.register(app)
    topics.register(app)

    class Guarded(typer.core.TyperGroup):
        def invoke(self, ctx: object) -> object:
            with one_sentence():
                return super().invoke(ctx)  # type: ignore[arg-type]  # typer's own context

    app.info.cls = Guarded
    return CliRunner().invoke(app, arguments)


def test_options_of_the_group_reach_its_commands(elsewhere: Path) -> None:
    shown = monitor("models", "--config", str(elsewhere), "--json", "show", "bbb")
    assert json.loads(shown.stdout)["version"] == "bbb"
    refused = monitor("models", "--config", str(elsewhere), "rollback", "ddd")
    assert (refused.exit_code, refused.stderr.strip()) == (
        1,
        "monitor: model ddd: there is no such model; `monitor models` lists them",
    )
    listed = monitor("topics", "--config", str(elsewhere), "--json", "list")
    assert [row["id"] for row in json.loads(listed.stdout)] == ["boats"]


def test_a_refused_model_is_called_so_and_cannot_be_gone_back_to(elsewhere: Path) -> None:
    listed = json.loads(monitor("models", "--config", str(elsewhere), "--json").stdout)
    decisions = {row["version"]: row["decision"] for row in listed}
    assert decisions == {"aaa": "first", "bbb": "promoted", "ccc": "refused"}
    refused = monitor("models", "rollback", "ccc", "--config", str(elsewhere))
    assert refused.exit_code == 1
    assert "never been in charge; `monitor train --force`" in refused.stderr


def test_a_schedule_cannot_force_and_a_busy_trainer_is_told_in_words(elsewhere: Path) -> None:
    both = monitor("train", "--force", "--if-due", "--config", str(elsewhere))
    assert (both.exit_code, both.stderr) == (2, "monitor: --force is for a person who looks; leave out --if-due\n")
    other = Store(load_settings(elsewhere).database_url)
    with other.only_one("train"):
        busy = monitor("train", "--config", str(elsewhere))
    other.close()
    assert busy.exit_code == 1
    assert "another process is doing the training on this database" in busy.stderr
