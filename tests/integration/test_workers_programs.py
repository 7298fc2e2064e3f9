"""The process pool inside whole programs: killed, interrupted, run as scripts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import sys
from monitor.workers import WorkerPool

def double(number):
    return 2 * number

def own():
    with WorkerPool() as workers:
        print(list(workers.map(double, [1, 2], seconds=1)), flush=True)

def hang(item):
    with WorkerPool() as workers:
        next(workers.map(abs, [1], seconds=1))
        print("ready", flush=True)
        list(workers.map(sum if item == "c" else eval, [range(10**14)] * 3 if item == "c" else [LOOP] * 3, seconds=60))

LOOP = "[0 for _ in iter(int, 1)]"
if len(sys.argv) > 1:
    hang(sys.argv[1])
elif __name__ == "__main__":
    own()
"""


def group_of(leader: int) -> list[int]:
    """Return the living processes of a session, by the kernel's own list."""
    living = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            living.append(int(entry.parent.name))
    return living


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def holds_interrupts_back(pid: int) -> bool:
    """Whether the kernel holds interrupts back from this process, from its first instruction on."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigBlk"], 16) >> (signal.SIGINT - 1) & 1)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("loop", ["c", "python"])
def test_nothing_outlives_a_program_that_was_killed(script: Path, loop: str) -> None:
    command = [sys.executable, str(script), loop]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        assert len(group_of(run.pid)) >= 4
        run.kill()
        run.wait()
        assert until(lambda: not group_of(run.pid), 5), group_of(run.pid)


@pytest.mark.parametrize("loop", ["c", "python"])
def test_an_interrupt_at_the_terminal_shows_one_traceback(script: Path, loop: str) -> None:
    command = [sys.executable, str(script), loop]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline() == "ready\n"
        deaf = [holds_interrupts_back(pid) for pid in group_of(run.pid) if "forkserver" in command_of(pid)]
        os.killpg(run.pid, signal.SIGINT)
        errors = run.stderr.read()
    assert all(deaf)
    assert len(deaf) >= 2 or sys.platform != "linux"
    assert errors.count("Traceback") == 1
    assert errors.strip().endswith("KeyboardInterrupt")


def test_a_worker_stopped_while_it_is_born_says_nothing(tmp_path: Path) -> None:
    """The first worker is deaf in a loop, so stopping it takes seconds, in which the second one is born."""
    (tmp_path / "born.py").write_text(
        "import os, pathlib, time\n"
        "first = pathlib.Path(__file__).with_name('first')\n"
        "if os.environ.setdefault('PROGRAM', str(os.getpid())) != str(os.getpid()):\n"
        "    try:\n        first.touch(exist_ok=False)\n"
        "    except FileExistsError:\n        time.sleep(2)\n"
        "def warm():\n    pass\n"
    )
    script = tmp_path / "program.py"
    script.write_text(
        "import signal, sys, born\nfrom monitor.workers import WorkerPool\n"
        "signal.signal(signal.SIGALRM, lambda *_: sys.exit(3))\n"
        "if __name__ == '__main__':\n"
        "    with WorkerPool(warm_up=born.warm) as workers:\n"
        "        signal.setitimer(signal.ITIMER_REAL, 1)\n"
        "        list(workers.map(sum, [range(10**14)], seconds=60))\n"
    )
    done = subprocess.run([sys.executable, str(script)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")


def test_a_script_may_keep_its_functions_to_itself(script: Path) -> None:
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    assert done.stdout == "[(1, 2), (2, 4)]\n"
    assert done.stderr == ""


def test_a_script_without_a_guard_is_not_run_again_by_its_workers(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        "print('once')\nfrom monitor.workers import WorkerPool\n"
        "with WorkerPool() as workers:\n    print(list(workers.map(abs, [-1], seconds=1)))\n"
    )
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    assert done.stdout == "once\n[(-1, 1)]\n"


def test_the_program_itself_loads_nothing_that_workers_need() -> None:
    code = "import sys, monitor.workers; print(sorted({'trafilatura', 'lxml', 'numpy', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() in {"[]", "['asyncio']"}
