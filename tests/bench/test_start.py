"""How soon the program is at work, and how much memory it takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.demo.server import NewsServer
from monitor.demo.tour import write_config
from monitor.demo.world import load_world

RUNS = 5
HELP_SECONDS, FIRST_REQUEST_SECONDS, MEGABYTES = 1.2, 4.0, 450
"""Floors for a busy machine; the goals are 0.6 s, 2 s and 300 MB on an idle one."""

pytestmark = pytest.mark.bench


def start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "monitor", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def most_megabytes(pid: int) -> float:
    """Return the most memory a running process has had; the system's own report at its end counts its parent's too."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def test_help_answers_at_once() -> None:
    seconds = []
    for _ in range(RUNS):
        began = time.monotonic()
        assert start("--help").wait() == 0
        seconds.append(time.monotonic() - began)
    print(f"\nmonitor --help: median {sorted(seconds)[RUNS // 2]:.2f} s, best {min(seconds):.2f} s")
    assert min(seconds) <= HELP_SECONDS


def test_a_cycle_soon_makes_its_first_request_and_stays_small(tmp_path: Path) -> None:
    """The sample world is read anew in each run; the first run also trains the model, the others load it."""
    seconds, megabytes = [], []
    world = load_world()
    with NewsServer(world) as server:
        write_config(tmp_path / "config", world, server)
        for _ in range(RUNS):
            for file in tmp_path.glob("monitor.db*"):
                file.unlink()
            before = len(server.requests)
            began = time.monotonic()
            process = start("run", "--config", str(tmp_path / "config"), "--at", world.moment(1).isoformat())
            while len(server.requests) == before and process.poll() is None:
                time.sleep(0.005)
            seconds.append(time.monotonic() - began)
            megabytes.append(_watched_to_its_end(process))
            assert process.returncode == 0
    print(f"\nmonitor run to first request: median {sorted(seconds)[RUNS // 2]:.2f} s, best {min(seconds):.2f} s")
    print(f"main process: {megabytes[0]:.0f} MB when it trains the model, {max(megabytes[1:]):.0f} MB otherwise")
    assert min(seconds) <= FIRST_REQUEST_SECONDS
    assert max(megabytes) <= MEGABYTES


def _watched_to_its_end(process: subprocess.Popen[bytes]) -> float:
    most = 0.0
    while process.poll() is None:
        most = max(most, most_megabytes(process.pid))
        time.sleep(0.02)
    return most
