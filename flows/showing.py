"""What a run tells: lines in its log, a page among its artifacts, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from monitor.errors import BusyError, ConfigError, MonitorError
from monitor.wiring import fixed_clock, system_clock

Line = tuple[str, str]
"""What, and what of it."""


def clock(at: datetime | None) -> Callable[[], datetime]:
    """Return the clock of a run: the real one, or one that stands at a moment; one without a time zone is UTC."""
    return system_clock if at is None else fixed_clock(in_utc(at))


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


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
