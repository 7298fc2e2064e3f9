"""How our processes end: when they are told to, and when those they depend on are gone.

A child's standard input is a pipe that nobody ever writes to. The kernel closes it when its owner ends, however that
ends, and then the child stops in good order; what has not stopped in time is killed, with all it has started.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 15.0
"""Time to stop in good order."""

INTERRUPTED = 130
LOOK_SECONDS = 1.0


def stop_signal() -> threading.Event:
    """Return an event that is set when we are to stop: by a signal, or because the program that started us is gone."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Who has a signal ignored, as nohup does, wants us to outlive it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_watch_parent, args=(os.getppid(), stop), name="parent", daemon=True).start()
    return stop


def hold() -> None:
    """Tie this process, which leads a process group of its own, to the owner of the other end of its input."""
    # A shell that starts us in the background has SIGINT ignored, and it is how we are told to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_follow, args=(sys.stdin.fileno(),), name="lifeline", daemon=True).start()


def main() -> None:
    """Run the module named in the arguments, tied to its owner before it loads anything."""
    hold()
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _watch_parent(parent: int, stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        if os.getppid() != parent:
            stop.set()


def _follow(end: int) -> None:
    while os.read(end, 1):
        continue
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
