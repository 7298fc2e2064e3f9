"""Where the local Prefect server is, whether it answers, and the environment that leads everything of ours to it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path

HOST = "127.0.0.1"

ANSWER_SECONDS = 5.0
LOOK_SECONDS = 0.25
TELL_SECONDS = 10.0
START_SECONDS = 300.0
"""Longest wait for the server: seconds on an idle machine, minutes on a busy one that starts it for the first time."""

ELSEWHERE = (
    "PREFECT_API_AUTH_STRING",
    "PREFECT_API_DATABASE_CONNECTION_URL",
    "PREFECT_API_KEY",
    "PREFECT_PROFILE",
    "PREFECT_PROFILES_PATH",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
)
"""Variables that would lead us to somebody else's server."""

OURS = {
    "PYTHONUNBUFFERED": "1",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The extra logger is the library's; Prefect shows it beside its own lines.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "monitor",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # SQLite on a busy machine answers late; a run must not fail for that.
    "PREFECT_API_REQUEST_TIMEOUT": "120",
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    # Runs are for looking at; what was told, and why, is in the ledger for as long as the user keeps it.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 24 * 60 * 60),
}


def environment(home: Path, port: int) -> dict[str, str]:
    """Return the environment of our processes: Prefect's files in `home`, the server on `port`, no telemetry."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return {**kept, **OURS, "PREFECT_HOME": str(home), "PREFECT_API_URL": f"{ui(port)}/api"}


def ui(port: int) -> str:
    """Return the address for a browser."""
    return f"http://{HOST}:{port}"


def is_free(port: int) -> bool:
    """Tell whether a server can be started on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether the server is up and well."""
    line = HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        line.request("GET", "/api/health")
        return line.getresponse().status == 200  # noqa: PLR2004 - HTTP's own word for well
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def wait(port: int, hopeless: Callable[[], bool], say: Callable[[str], None]) -> bool:
    """Wait until the server answers, telling so now and then; false when it does not in time, or is hopeless."""
    say("starting the Prefect server")
    begun = told = time.monotonic()
    while not hopeless() and time.monotonic() < begun + START_SECONDS:
        if answers(port):
            say(f"the Prefect server is ready after {time.monotonic() - begun:.0f} s")
            return True
        if time.monotonic() > told + TELL_SECONDS:
            told = time.monotonic()
            say(f"still starting ({told - begun:.0f} s; the first time takes longest)")
        time.sleep(LOOK_SECONDS)
    return False
