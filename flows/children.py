"""The processes that `flows.up` owns: each leads a group of its own and ends with its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from flows.lifeline import GRACE_SECONDS


class Child:
    """A module as a process. Ctrl-C in a terminal does not reach it; its owner decides when it ends."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path | None = None
    ) -> None:
        """Name what to run, and the file that takes its output, if it is not to appear on the screen."""
        self._command = [sys.executable, "-m", "flows.lifeline", module, *arguments]
        self._environment = dict(environment)
        self._log = log

    def __enter__(self) -> Self:
        """Start it."""
        output: IO[bytes] | None = self._log.open("wb") if self._log else None
        self._process = subprocess.Popen(  # noqa: S603 - our own module, and Prefect
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        if output:
            output.close()
        return self

    @property
    def ended(self) -> int | None:
        """The exit code, or nothing while it runs."""
        return self._process.poll()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it in good order, then end whatever is left of its group."""
        self._process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
