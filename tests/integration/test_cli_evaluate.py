"""`monitor evaluate` as a user meets it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.cli.evaluating import only
from monitor.config import starter_folder
from monitor.messages.evaluation import summary
from monitor.records import Label
from tests.evaluations import labels, make_evaluation
from tests.program import monitor

TOPIC = """\
title = "Ferries"
description = "Ferry lines, their boats, operators and timetables."
seeds = [
  "night ferry to the island", "car deck of the ferry", "ferry timetable changes",
  "sailing cancelled because of the swell", "new ferry operator takes over the line",
]
"""


def write_labels(home: Path, given: Sequence[Label]) -> None:
    rows = [{"title": one.title, "text": one.text, "topic": one.topic, "label": one.label} for one in given]
    (home / "config" / "labels.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a configuration that has one topic."""
    home = tmp_path_factory.mktemp("evaluate")
    shutil.copytree(starter_folder(), home / "config")
    for file in (home / "config" / "topics").glob("*.toml"):
        file.unlink()
    (home / "config" / "topics" / "ferries.toml").write_text(TOPIC, encoding="utf-8")
    settings = home / "config" / "monitor.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = ['topics = ["ferries"]' if line.startswith("topics = ") else line for line in lines]
    settings.write_text("\n".join(kept), encoding="utf-8")
    return home


def test_figures_are_printed_as_data_and_written_as_a_page_while_progress_is_told_aside(home: Path) -> None:
    write_labels(home, labels())
    ran = monitor("evaluate", "--json", "--html", "report/page.html", cwd=home)
    assert ran.returncode == 0, ran.stderr
    [topic] = json.loads(ran.stdout)["topics"]
    assert (topic["topic"], topic["yes"], topic["no"], topic["cold"]) == ("ferries", 8, 8, False)
    assert json.loads(ran.stdout)["model"] == ""  # nothing is in charge yet
    assert "judging part 5 of 5" in ran.stderr
    page = (home / "report" / "page.html").read_text(encoding="utf-8")
    assert f"{topic['average_precision']['value']:.3f}" in page
    assert [file.name for file in (home / "report").iterdir()] == ["page.html"]


def test_one_topic_is_counted_for_itself_and_only_the_model_in_charge_is_named() -> None:
    both = make_evaluation()
    [ferries] = only(both, "ferries").topics
    assert ferries.topic == "ferries"
    assert (only(both, "ferries").labels, only(both, "ferries").stories) == (60, 51)
    bees = only(both, "bees")
    assert (bees.labels, bees.texts, bees.folds, bees.mean_average_precision) == (0, 0, 0, None)
    assert "model 0123456789ab, which is in charge" in summary(both)
    assert "model" not in summary(replace(both, model="")).partition(":")[0]


def test_without_labels_it_says_how_to_get_some(home: Path) -> None:
    write_labels(home, [])
    ran = monitor("evaluate", "--topic", "ferries", cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert "cold: 0 yes and 0 no" in ran.stdout
    assert "monitor label --next" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--topic", "ferrys"), 2, "there is no topic 'ferrys' (known: ferries)"),
        (("--html", "config"), 2, "config is a folder"),
    ],
)
def test_a_mistake_ends_in_one_sentence(home: Path, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    write_labels(home, [])
    ran = monitor("evaluate", *arguments, cwd=home)
    assert ran.returncode == code
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr
