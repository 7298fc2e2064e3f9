"""The program, run as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
"""Runs a command in this process."""


def monitor(
    *arguments: str, cwd: Path, given: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program with `given` on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=cwd,
        input=given,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
