"""How much slower this machine is at the moment than the one that figures in seconds are meant for.

Goals in seconds or a second hold on two idle cores of 2.6 GHz. A shared machine may be half as fast for an hour, and a
goal that fails then says nothing about the program; a ratio to a fixed piece of work does.
"""

from __future__ import annotations

import json
import re
import time

REFERENCE_SECONDS = 0.023
"""Processor time of the work below on that machine."""

_WORDS = re.compile(r"\w+")
_TEXT = "The council met on Tuesday and agreed on a plan for the harbour, the bridge and 14 small ferries. " * 40


def slowness() -> float:
    """Return how many times as long as there a fixed piece of work takes now; never less than once."""
    return max(1.0, min(_spent() for _ in range(5)) / REFERENCE_SECONDS)


def _spent() -> float:
    began = time.process_time()
    counts: dict[str, int] = {}
    for number in range(120):
        for word in _WORDS.findall(_TEXT.lower()):
            counts[word] = counts.get(word, 0) + len(word) % 7
        counts |= json.loads(json.dumps({f"key {number} {n}": n for n in range(60)}))
    return time.process_time() - began
