"""How far a long step has come, for a person: a bar on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.cli.options import say

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.ports import Progress


def progress() -> Progress:
    """Return what suits standard error: a bar on a terminal that can move its cursor, else plain lines."""
    from rich.console import Console

    from monitor.pipeline.progress import PlainLines

    console = Console(stderr=True, highlight=False)
    if console.is_terminal and not console.is_dumb_terminal:
        return Bar(console)
    return PlainLines(say)


class Bar:
    """A progress bar that is gone when its task is done; fits `ports.Progress`."""

    def __init__(self, console: Console) -> None:
        """Keep the console to draw on."""
        self._console = console

    @contextmanager
    def track(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Draw a bar for a task of `total` things and yield the function to be called after each."""
        from rich import progress as rich

        columns = (
            rich.TextColumn("{task.description}", markup=False),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TimeElapsedColumn(),
            rich.TextColumn("left"),
            rich.TimeRemainingColumn(compact=True),
        )
        # What is printed meanwhile has to go above the bar; but a standard output that is a file stays a file.
        outside = sys.stdout.isatty()
        with rich.Progress(*columns, console=self._console, transient=True, redirect_stdout=outside) as drawn:
            task = drawn.add_task(what, total=total)
            yield lambda: drawn.advance(task)
