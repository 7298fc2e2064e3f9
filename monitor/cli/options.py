"""What the commands share: exit codes, options, and how they speak to a person."""

from __future__ import annotations

import getpass
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

OK, FAILED, MISUSED = 0, 1, 2
"""Exit codes: all went well; something failed; the command or the configuration is wrong."""

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="MONITOR_CONFIG", help="Folder with monitor.toml, feeds.toml and topics/."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of lines for a person.")]

DEFAULT_CONFIG = Path("config")

YEARS = range(1970, 2201)
"""Years in which one can pretend to be: years of looking back and timetables ahead stay within the calendar."""

MOST_AHEAD = timedelta(days=1)
"""What is sent cannot pretend to be later by more; clocks that are wrong by less are no reason to refuse."""


def time_of(given: str) -> datetime:
    """Return a time that a person wrote, without a time zone where none was said."""
    sentence = f"{given!r} is no time; write it like 2026-11-22 08:00, or 2026-11-22T08:00+01:00"
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise typer.BadParameter(sentence) from error
    if at.year not in YEARS:
        raise typer.BadParameter(sentence)
    return at


def too_far_ahead(at: datetime) -> bool:
    """Say whether a moment is so far in the future that nothing can be sent as of it."""
    from monitor.wiring import system_clock

    return at > system_clock() + MOST_AHEAD


def typed(config: Path, *words: str) -> str:
    """Return a command as it is typed, with the folder that it is to read if that is not the usual one."""
    return shlex.join(("monitor", *words, *(() if config == DEFAULT_CONFIG else ("--config", str(config)))))


AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=time_of,
        metavar="ISO-TIME",
        help="Pretend it is this moment (UTC unless it says otherwise).",
    ),
]
LocalAtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=time_of,
        metavar="ISO-TIME",
        help="Pretend it is this moment (UTC unless it says otherwise; with --as, that person's time).",
    ),
]


Given = TypeVar("Given")


def moment(at: datetime | None, zone: str = "UTC") -> Callable[[], datetime]:
    """Return the clock that an `--at` asks for: one that stands there, or the real one; a bare time is in `zone`."""
    from monitor.wiring import fixed_clock, system_clock

    if at is None:
        return system_clock
    return fixed_clock((at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at).astimezone(UTC))


def inherited(context: typer.Context, name: str, value: Given) -> Given:
    """Return an option of a command, or else what was said for the group that the command belongs to."""
    said, group = context.get_parameter_source(name), context.parent
    if group is None or name not in group.params or (said is not None and said.name == "COMMANDLINE"):
        return value
    before = group.get_parameter_source(name)
    given: Given = group.params[name]
    return given if before is not None and before.name == "COMMANDLINE" else value


def user_name(by: str | None) -> str:
    """Return who decides: the name that was given, or else the user's; empty where neither is known."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run under a number that has no name
        return ""


def complain(sentence: str) -> None:
    """Print a sentence on standard error."""
    print(f"monitor: {sentence}", file=sys.stderr)


def say(line: str) -> None:
    """Print a line of progress on standard error."""
    print(f"… {line}", file=sys.stderr)
