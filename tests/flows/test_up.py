"""`python -m flows.up` as a user meets it: mistakes before anything is started, and the whole thing for real."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

PATIENCE = 300.0


STARTER = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
"""A program that starts another one and waits for it, as `monitor up` does."""


def up(*arguments: str, through: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flows.up", *arguments]
    if through:
        command = [sys.executable, "-c", through, *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def outcome(*arguments: str) -> tuple[int, list[str]]:
    process = up(*arguments)
    said, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, said.splitlines()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ours(port: int) -> list[str]:
    """Return the command lines of living processes that belong to an `up` on this port."""
    listing = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - wherever ps is
    return [line for line in listing.splitlines() if str(port) in line and "flows." in line]


def test_no_configuration_is_one_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    code, lines = outcome("--config", str(tmp_path / "nowhere"))
    assert code == 2
    assert "monitor init" in lines[0]
    assert not any("Traceback" in line for line in lines)
    assert not list(tmp_path.iterdir())


def test_a_taken_port_is_said_before_anything_is_started(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, lines = outcome("--config", str(config), "--port", str(port))
    assert (code, lines) == (
        2,
        [f"monitor: port {port} is taken; name another one with --port (--ui-port for the demo)"],
    )


def test_a_second_up_on_the_same_state_is_refused(config: Path) -> None:
    with FileLock(config.parent / "up.lock"):
        code, lines = outcome("--config", str(config), "--port", str(free_port()))
    assert code == 1
    assert len(lines) == 1
    assert "running already" in lines[0]


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
def test_one_run_for_real_and_nothing_is_left(config: Path, at: datetime) -> None:
    port = free_port()
    when = ["--at", at.isoformat()]
    code, lines = outcome("--config", str(config), "--port", str(port), "--run-now", "--exit-after-run", *when)
    assert code == 0, "\n".join(lines)
    assert any(line.startswith("Run ") and "Completed" in line for line in lines)
    assert len(list((config.parent / "digests").rglob("digest.txt"))) == 1
    assert ours(port) == []


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize(
    ("how", "through", "code"),
    [
        pytest.param(signal.SIGINT, "", 0, id="ctrl-c"),
        pytest.param(signal.SIGTERM, "", 0, id="terminated"),
        pytest.param(signal.SIGKILL, "", -9, id="killed"),
        pytest.param(signal.SIGKILL, STARTER, -9, id="what-started-it-is-killed"),
    ],
)
def test_whatever_ends_it_ends_everything(config: Path, how: signal.Signals, through: str, code: int) -> None:
    port = free_port()
    with up("--config", str(config), "--port", str(port), through=through) as process:
        assert process.stdout
        for line in process.stdout:
            if "Prefect is at" in line:
                break
        running = ours(port)
        os.kill(process.pid, how)
        rest = process.stdout.read()
    assert len(running) == 3 + bool(through)
    deadline = time.monotonic() + 30
    while ours(port) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert ours(port) == []
    assert "Traceback" not in rest
    assert process.returncode == code
