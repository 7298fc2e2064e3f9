"""What a run tells: lines in its log, a page among its artifacts, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from monitor.cli.options import YEARS, too_far_ahead
from monitor.errors import BusyError, ConfigError, MonitorError
from monitor.wiring import fixed_clock, system_clock

Line = tuple[str, str]
"""What, and what of it."""


def clock(at: datetime | None, zone: str = "UTC", *, sends: bool = False) -> Callable[[], datetime]:
    """Return the clock of a run: the real one, or one that stands at a moment; a bare one is in `zone`.

    Raises MonitorError for a moment that no run can look at, and for a future one when the run `sends`.
    """
    if at is None:
        return system_clock
    moment = in_utc(at, ZoneInfo(zone))
    if sends and too_far_ahead(moment):
        raise MonitorError("at", "future", "this moment is in the future; what is sent cannot be dated so")
    return fixed_clock(moment)


def in_utc(moment: datetime, zone: tzinfo = UTC) -> datetime:
    """Return the moment in UTC; a bare one is in `zone`.

    Raises MonitorError for one so far from today that one cannot look around it.
    """
    if moment.year not in YEARS:
        sentence = f"{moment.isoformat()!r} is no time; write it like 2026-11-22 08:00, or 2026-11-22T08:00+01:00"
        raise MonitorError("at", "no-time", sentence)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def say(text: str) -> None:
    """Write a line of progress to the run's log."""
    get_run_logger().info("%s", text)


def warn(text: str) -> None:
    """Write a warning to the run's log."""
    get_run_logger().warning("%s", text)


def log(lines: Iterable[Line]) -> None:
    """Write lines to the run's log."""
    for line in lines:
        say(_joined(line))


def publish(key: str, title: str, text: str) -> None:
    """Keep a plain text as an artifact of this run; `key` is its name on Prefect's page of artifacts."""
    create_markdown_artifact(key=key, markdown=fenced(text), description=title)


def fenced(text: str) -> str:
    """Return Markdown that shows the text as it is: nothing that a publisher wrote can end the block."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def as_text(lines: Iterable[Line]) -> str:
    """Return lines as a text in two columns."""
    return "\n".join(map(_joined, lines))


def ended(work: Callable[[], State[Any]]) -> State[Any]:
    """Run the work of a flow; expected failures become a state with a sentence, and bugs stay bugs.

    A run that found another one at work has nothing to do, which is no failure.
    """
    try:
        return work()
    except BusyError as error:
        get_run_logger().warning("%s", error.message)
        return Completed(name="Skipped", message=error.message)
    except ConfigError as error:
        sentences = [str(error), *map(str, error.faults)]
    except MonitorError as error:
        sentences = [str(error)]
    for sentence in sentences:
        get_run_logger().error("%s", sentence)
    return Failed(message="\n".join(sentences))


def _joined(line: Line) -> str:
    name, text = line
    return f"{name:<10} {text}".rstrip()
