"""`run` and `digest` by hand: as of which moments, what is refused before anything is sent, and what a preview says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from monitor.cli import cycle, muting, setup, stories
from monitor.cli.app import one_sentence
from monitor.store import Store
from tests.program import Ran, Run
from tests.small_config import FEEDS, monitor_toml

SEEDS = '["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]'
DIGEST = ("digest", "--watch", "w")
AHEAD = (datetime.now(tz=UTC) + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a configuration that prints to the terminal."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text(monitor_toml("boats"))
    (config / "feeds.toml").write_text(FEEDS)
    (config / "topics" / "boats.toml").write_text(f'title = "Boats"\ndescription = "Boats."\nseeds = {SEEDS}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    return tmp_path


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    for room in (cycle, muting, setup, stories):
        room.register(app)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app([*arguments])
        said = capfd.readouterr()
        return Ran(int(ended.value.code or 0), said.out, " ".join(said.err.replace("│", "").split()))

    return ran


@pytest.mark.parametrize("at", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        (*DIGEST, "--dry-run"),
        (*DIGEST, "--dry-run", "--as", "me"),
        ("stories", "why", "s1"),
        ("stories", "why", "s1", "--as", "me"),
    ],
    ids=" ".join,
)
def test_a_moment_at_an_end_of_the_calendar_is_refused_in_a_sentence(
    run: Run, command: tuple[str, ...], at: str
) -> None:
    ran = run(*command, "--at", at)
    assert (ran.code, ran.out) == (2, "")
    assert "is no time; write it like" in ran.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*DIGEST, "--out", "shown"), "--out goes with --dry-run"),
        ((*DIGEST, "--at", AHEAD), "--at in the future goes with --dry-run only"),
        ((*DIGEST, "--at", AHEAD, "--as", "me"), "--at in the future goes with --dry-run only"),
        (("run", "--at", AHEAD), "--at is in the future; what is sent cannot be dated so"),
    ],
    ids=["out", "digest", "digest-as", "run"],
)
def test_nothing_is_sent_by_a_command_that_was_meant_to_look(
    home: Path, run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert not (home / "shown").exists()
    assert not (home / "monitor.db").exists()


def test_a_preview_looks_into_the_future_and_says_why_there_is_nothing(run: Run) -> None:
    ran = run(*DIGEST, "--dry-run", "--at", AHEAD)
    assert (ran.code, ran.out) == (0, "w for me: nothing to tell: no story of late matches\n")


def test_a_moment_of_today_is_no_future(home: Path, run: Run) -> None:
    soon = (datetime.now(tz=UTC) + timedelta(hours=20)).strftime("%Y-%m-%d %H:%M")
    assert run(*DIGEST, "--at", soon).code == 0
    store = Store(f"sqlite:///{home / 'monitor.db'}", config="x")
    assert store.receipts.listed(5) == []
    store.close()


def test_a_folder_that_is_not_the_usual_one_is_named_in_what_to_type_next(home: Path, run: Run) -> None:
    assert (
        run("init", "my own/config")
        .out.strip()
        .endswith("then: monitor check --config 'my own/config', monitor run --config 'my own/config'")
    )
    (home / "config").rename(home / "mine")
    ran = run("mute", "--all", "--for", "3h", "--config", "mine")
    assert ran.code == 0, ran.err
    assert "--config mine` ends this" in ran.out
