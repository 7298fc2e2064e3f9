"""Two rows of tokens → the places where they differ: what replaces what between words that agree.

Runs of three words that each text has once are tied together in order; the gaps between them are compared word by
word. So the time follows the length of the texts and not its square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_RUN: Final = 3
_LONGEST_GAP: Final = 200
_REWRITTEN: Final = 0.4
_SHORT_GAP: Final = 25


@dataclass(frozen=True, slots=True)
class Change:
    """Tokens `left[a:b]` stand where `right[c:d]` stand; one side may be empty.

    `rewritten` marks a passage that has too little in common to say which word replaced which.
    """

    a: int
    b: int
    c: int
    d: int
    rewritten: bool = False


Gap = tuple[int, int, int, int]


def gaps(left: Sequence[str], right: Sequence[str]) -> list[Gap]:
    """Return what stands between the agreeing stretches, the two ends included; one gap of all when nothing agrees.

    The first gap starts at (0, 0) and the last one ends at the ends of both; either may be empty.
    """
    ties = _ordered(_ties(left, right))
    if not ties:
        return [(0, len(left), 0, len(right))]
    found: list[Gap] = []
    end, other_end = 0, 0
    for start, other in ties:
        follows = start - end == other - other_end and start <= end
        if not follows and (start < end or other < other_end):
            continue
        if not follows:
            found.append((end, start, other_end, other))
        elif not found:
            found.append((0, 0, 0, 0))
        end, other_end = start + _RUN, other + _RUN
    found.append((end, len(left), other_end, len(right)))
    return found


def changes(left: Sequence[str], right: Sequence[str], gap: Gap) -> Iterator[Change]:
    """Compare the two sides of a gap word by word."""
    a, b, c, d = gap
    if a == b or c == d:
        if a != b or c != d:
            yield Change(a, b, c, d)
        return
    longest = max(b - a, d - c)
    if longest > _LONGEST_GAP:
        yield Change(a, b, c, d, rewritten=True)
        return
    matcher = SequenceMatcher(None, left[a:b], right[c:d], autojunk=False)
    if longest > _SHORT_GAP and matcher.ratio() < _REWRITTEN:
        yield Change(a, b, c, d, rewritten=True)
        return
    for kind, start, end, begin, finish in matcher.get_opcodes():
        if kind != "equal":
            yield Change(a + start, a + end, c + begin, c + finish)


def _ties(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    others = _once(right)
    return [(at, others[run]) for run, at in _once(left).items() if at >= 0 and others.get(run, -1) >= 0]


def _once(keys: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return where each run of three stands, -1 for one that stands there twice."""
    found: dict[tuple[str, ...], int] = {}
    for at, run in enumerate(zip(keys, keys[1:], keys[2:], strict=False)):
        found[run] = -1 if run in found else at
    return found


def _ordered(ties: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest row of ties that go up on both sides (patience sorting)."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(ties):
        place = bisect_left(tops, other)
        before.append(holders[place - 1] if place else -1)
        tops[place : place + 1] = [other]
        holders[place : place + 1] = [number]
    row: list[tuple[int, int]] = []
    at = holders[-1] if holders else -1
    while at >= 0:
        row.append(ties[at])
        at = before[at]
    return row[::-1]
