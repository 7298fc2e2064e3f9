"""A killed cycle is carried on: the same digests as an undisturbed one, none lost, none twice."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor import wiring
from monitor.pipeline import Pipeline
from monitor.store import Database
from tests.servers import Reply
from tests.worlds import World, article_at, page, paper, reasons, titled

Opener = Callable[..., AbstractContextManager[Pipeline]]


class Killed(BaseException):
    """Stands for the end of the process: nothing in the program catches it."""


def digests_in(folder: Path) -> dict[str, bytes]:
    """Return every file that was sent, by its path below the folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, commit: int) -> Iterator[None]:
    """End the program at its n-th transaction: before it is committed for odd n, just after for even n."""
    count = 0
    write = Database.write

    @contextmanager
    def counted(self: Database) -> Iterator[sa.Connection]:
        nonlocal count
        count += 1
        with write(self) as connection:
            yield connection
            if count == (commit + 1) // 2 and commit % 2:
                raise Killed
        if count == commit // 2 and not commit % 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", counted)
        yield


def transactions(monkeypatch: pytest.MonkeyPatch, run: Callable[[], object]) -> int:
    """Return how many transactions a run makes."""
    count = 0
    write = Database.write

    def counted(self: Database) -> AbstractContextManager[sa.Connection]:
        nonlocal count
        count += 1
        return write(self)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", counted)
        run()
    return count


@pytest.mark.parametrize(
    "every", [pytest.param(9, id="some"), pytest.param(1, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_ending_at_any_transaction_changes_no_digest(
    open_sample: Opener, sample_config: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """Transactions of a cycle are torn, and survived, at every n-th half.

    All feeds are asked, because the clock stands still and those that a killed run had taken are not due yet.
    """
    home = sample_config.parent

    def run() -> object:
        with open_sample() as pipeline:
            return pipeline.cycle(every=True)

    total = transactions(monkeypatch, run)
    reference = digests_in(home / "digests")
    assert reference
    for commit in range(1, 2 * total + 1, every):
        _forget(home)
        with killed_at(monkeypatch, commit), pytest.raises(Killed):
            run()
        run()
        assert digests_in(home / "digests") == reference, f"killed at half-transaction {commit} of {2 * total}"
        assert _sent(home / "monitor.db") == 2


def _forget(home: Path) -> None:
    shutil.rmtree(home / "digests", ignore_errors=True)
    for file in home.glob("monitor.db*"):
        file.unlink()


def _sent(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        states = connection.execute("SELECT state FROM deliveries").fetchall()
    connection.close()
    assert {state for (state,) in states} == {"sent"}
    return len(states)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kill_9_at_ten_points_of_a_demo_changes_no_digest(tmp_path: Path) -> None:
    """The real program in a process of its own, killed by the system at ten moments spread over its run."""
    port = _free_port()
    began = time.monotonic()
    reference = _demo(tmp_path / "r", port)
    seconds = time.monotonic() - began
    killed = 0
    for point in range(10):
        folder = tmp_path / str(point)
        killed += _demo(folder, port, kill_after=seconds * (point + 0.5) / 11) == {}
        assert _demo(folder, port) == reference, f"killed at {point + 0.5} elevenths"
        assert _sent(folder / "monitor.db") == 2
    assert killed >= 8, "a machine that became faster may finish before a late kill, but not before most"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_workers_killed_again_and_again_cost_no_article(world: World) -> None:
    body = [f"Sentence {n} of the report says what the port did in week {n} of its long year." for n in range(30)]
    links = [page(world, f"/{n}", Reply(body=paper(*body, f"This was boat {n}."))) for n in range(120)]
    world.add("wire", Reply(body=titled(*((f"Boat {n}", link) for n, link in enumerate(links)))))
    world.pipeline(horizon=timedelta(days=30)).poll()
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(0.2):
            for worker in multiprocessing.active_children():
                with suppress(ProcessLookupError):
                    os.kill(worker.pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    with wiring.worker_pool() as workers:
        pipeline = world.pipeline(attempts=100)
        pipeline = replace(pipeline, tools=replace(pipeline.tools, workers=workers))
        killer.start()
        try:
            for _ in range(20):
                pipeline.read()
                world.now += timedelta(hours=16)
        finally:
            ended.set()
            killer.join()
        pipeline.read()
    assert reasons(world) == {("page", "read"): 120}
    assert {f"boat {n}." in article_at(world, link).text for n, link in enumerate(links)} == {True}
    assert world.store.archive.size().pages == 120


def _demo(folder: Path, port: int, *, kill_after: float | None = None) -> dict[str, bytes]:
    """Run the demo, or kill it on the way; return the digests of a demo that went through."""
    command = [sys.executable, "-m", "monitor", "demo", "--folder", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            _, said = process.communicate(timeout=kill_after or 120)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return {}
    assert process.returncode == 0, said
    # Commands in messages name the folder that they need, which is another one for each demo.
    here = str(folder).encode()
    return {name: said.replace(here, b"HERE") for name, said in digests_in(folder / "digests").items()}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
