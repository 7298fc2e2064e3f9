"""`python -m flows.up`: a local Prefect server and the flows on their schedules, in one command.

    up ──┬── prefect server   the Prefect server and its UI, on 127.0.0.1
         └── flows.serving    waits for it, registers the deployments and runs what is due, each run in its own process

This program knows Prefect only by its address, so that it answers at once. When it ends, however it ends, all of
that ends with it; and it ends when the program that started it does.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows import address, lifeline
from flows.children import Child
from monitor.cli.app import one_sentence
from monitor.cli.options import FAILED, MISUSED, OK, complain, say
from monitor.errors import BusyError
from monitor.wiring import load_settings

LOOK_SECONDS = 0.25


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C, or until the run that was asked for has ended; returns the exit code."""
    asked = _asked(arguments)
    stop = lifeline.stop_signal()
    with one_sentence():
        settings = load_settings(asked.config)
        with _only_one(settings.state):
            if not address.is_free(asked.port):
                complain(f"port {asked.port} is taken; name another one with --port (--ui-port for the demo)")
                return MISUSED
            return _run(asked, settings.state.resolve() / "prefect", stop)


def _run(asked: argparse.Namespace, home: Path, stop: threading.Event) -> int:
    """Start the server, then what serves the flows; stop them in the other order."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    environment = address.environment(home, asked.port)
    where = ["server", "start", "--host", address.HOST, "--port", str(asked.port)]
    with (
        Child("prefect", where, environment, log) as server,
        Child("flows.serving", _arguments_for_serving(asked), environment) as serving,
    ):
        if not address.wait(asked.port, lambda: stop.is_set() or server.ended is not None, say):
            if not stop.is_set():
                complain(f"the Prefect server did not start; {log} may say why")
            return FAILED
        say(f"Prefect is at {address.ui(asked.port)} (Ctrl-C stops it)")
        while not stop.wait(LOOK_SECONDS) and server.ended is None and serving.ended is None:
            continue
        return _goodbye(asked, server, serving)


def _goodbye(asked: argparse.Namespace, server: Child, serving: Child) -> int:
    """Say why it ends; returns the exit code."""
    if server.ended is not None:
        complain("the Prefect server ended unexpectedly")
        return FAILED
    if serving.ended is not None:
        if not asked.exit_after_run:
            complain("what runs the flows ended unexpectedly")
        return FAILED if serving.ended else OK
    say("stopping")
    return FAILED if asked.exit_after_run else OK


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "up.lock", timeout=0):
            yield
    except Timeout:
        raise BusyError(str(state), "running", f"`monitor up` is running already, on the state in {state}") from None


def _arguments_for_serving(asked: argparse.Namespace) -> list[str]:
    arguments = ["--config", str(asked.config.resolve()), "--port", str(asked.port)]
    arguments += ["--at", asked.at.isoformat()] if asked.at else []
    arguments += ["--run-now"] if asked.run_now else []
    return [*arguments, "--exit-after-run"] if asked.exit_after_run else arguments


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="flows.up", description="Run a local Prefect server and the flows.")
    parser.add_argument("--config", type=Path, default=Path("config"), help="folder with monitor.toml")
    parser.add_argument("--port", type=int, default=4200, help="port of the Prefect server and its UI")
    parser.add_argument("--at", type=datetime.fromisoformat, help="pretend it is this moment (ISO 8601)")
    parser.add_argument("--run-now", action="store_true", help="run one cycle at once")
    parser.add_argument("--exit-after-run", action="store_true", help="with --run-now: stop when it has ended")
    asked = parser.parse_args(arguments)
    if asked.exit_after_run and not asked.run_now:
        parser.error("--exit-after-run needs --run-now")
    return asked


if __name__ == "__main__":
    sys.exit(main())
