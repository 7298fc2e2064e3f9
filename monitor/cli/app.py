"""The program: its commands, and how it says what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from monitor.cli.options import FAILED, MISUSED, complain
from monitor.errors import BusyError, ConfigError, MonitorError

app = typer.Typer(
    name="monitor",
    help="Watch news feeds for your topics, group articles into stories, and send digests that say why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the program; whatever a user can cause ends in one sentence and an exit code, never in a traceback."""
    from monitor.cli import (
        archive,
        cycle,
        evaluating,
        feeds,
        filters,
        labels,
        muting,
        sent,
        serving,
        setup,
        showing,
        stories,
        topics,
        training,
    )

    rooms = (cycle, setup, feeds, showing, sent, stories, muting, serving, archive, filters, labels, training)
    for room in (*rooms, evaluating, topics):
        room.register(app)
    with one_sentence():
        app()


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn expected failures into a sentence on standard error and an exit code."""
    try:
        yield
    except ConfigError as error:
        for fault in error.faults:
            complain(str(fault))
        if len(error.faults) > 1:
            complain(error.message)
        sys.exit(MISUSED)
    except BusyError as error:
        complain(error.message)
        sys.exit(FAILED)
    except MonitorError as error:
        complain(str(error))
        sys.exit(FAILED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; Python must not complain about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        complain(f"{error.filename or 'the system'}: {error.strerror}")
        sys.exit(FAILED)
