"""A long step shows how far it has come: seldom in a log, and on a terminal as a bar that leaves nothing behind."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from monitor.cli.progress import Bar, progress
from monitor.pipeline.progress import PlainLines, headline


class Clock:
    """A clock that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def test_lines_come_at_the_beginning_and_then_at_most_every_ten_seconds() -> None:
    said: list[str] = []
    clock = Clock()
    with PlainLines(said.append, clock).track("asking feeds", 1000) as step:
        for _ in range(1000):
            clock.seconds += 0.03125  # exact in binary
            step()
    assert said == [
        "asking 1,000 feeds",
        "asking feeds: 320 of 1,000",
        "asking feeds: 640 of 1,000",
        "asking feeds: 960 of 1,000",
    ]


def test_a_short_task_is_one_line() -> None:
    said: list[str] = []
    clock = Clock()
    with PlainLines(said.append, clock).track("asking feeds", 1) as step:
        clock.seconds += 60
        step()
    assert said == ["asking 1 feed"]


def test_a_task_may_be_named_by_one_word() -> None:
    assert headline("waiting", 3) == "waiting 3"


def test_the_bar_shows_counts_and_leaves_nothing_behind() -> None:
    drawn = io.StringIO()
    console = Console(file=drawn, force_terminal=True, width=100, legacy_windows=False)
    with Bar(console).track("asking [feeds]", 4) as step:
        for _ in range(4):
            step()
    assert "asking [feeds]" in drawn.getvalue()
    assert "4/4" in drawn.getvalue()
    assert drawn.getvalue().endswith("\x1b[2K")  # the line is cleared


def test_what_is_printed_below_a_bar_goes_where_standard_output_goes(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Bar(console).track("asking feeds", 1) as step:
        print("a result")  # noqa: T201 - what commands do
        step()
    assert capsys.readouterr().out == "a result\n"


def test_without_a_terminal_there_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert not sys.stderr.isatty()
    with progress().track("asking feeds", 2):
        pass
    assert capsys.readouterr().err == "… asking 2 feeds\n"
