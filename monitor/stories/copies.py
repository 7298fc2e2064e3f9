"""Articles and the recent past in; which article copies an earlier one, and how much of it is copied, out.

Two texts may be copy and original when most of the four-word runs of one stand in the other (`shingles.py`,
`candidates.py`), and nothing in the places where they differ says that they are about different matters
(`differences.py`). Unlike a cosine or the overlap of two sets, the share of one text in the other sees an excerpt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from monitor.records import Copied, Document
from monitor.stories.candidates import candidates
from monitor.stories.differences import told_apart
from monitor.stories.shingles import Shingles, share, shingles, sketch, words
from monitor.stories.tokens import Reading

COPIED: Final = 0.6
"""Share of a text's four-word runs in another text from which it is a copy."""

BEFORE: Final = timedelta(hours=12)
"""How long an excerpt may be out before the whole text it comes from."""

EXCERPT: Final = 0.8
"""How long an excerpt is at most, as a part of the whole."""

SHORT_WORDS: Final = 20
FEWEST_WORDS: Final = 8
"""Texts shorter than the first are copies only when equal, titles included; shorter than the second, never."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_READINGS: Final = 256


def find_copies(documents: Sequence[Document], window: Sequence[Document]) -> list[Copied]:
    """Return which of these articles copy an earlier one of them or of the window; see `CopyFinder.find`."""
    return CopyFinder().find(documents, window)


class CopyFinder:
    """Finds copies; keeps the sketches of the last call's texts, which changes the time it takes and nothing else."""

    def __init__(self) -> None:
        """Start with no sketches."""
        self._kept: dict[bytes, Shingles] = {}

    def find(self, documents: Sequence[Document], window: Sequence[Document]) -> list[Copied]:
        """Return a line for each of the documents that is a copy, in the order (published, id), undated ones last.

        An article of the window gets one, too, when it copies one of the documents: that one came late.
        The window may hold the documents too; the order of either does not matter. The later of two texts is the copy
        when `COPIED` of it stands in the earlier one. When only the earlier text stands in the later one, it is an
        excerpt and the copy if it came out at most `BEFORE` ahead; otherwise the later one grew out of it, and neither
        is a copy. A copy of a copy points to the first original that holds enough of it, and never do lines run in a
        circle.
        """
        known = {one.id: one for one in (*window, *reversed(documents))}
        rows = sorted(known.values(), key=_when)
        new = {one.id for one in documents}
        wanted = [row for row, one in enumerate(rows) if one.id in new]
        keys = [_digest(one.text) for one in rows]
        return _without_circles(_Call(rows, keys, self._sketches(rows, keys)).copies(wanted), rows)

    def _sketches(self, rows: Iterable[Document], keys: Sequence[bytes]) -> list[Shingles]:
        found: dict[bytes, Shingles] = {}
        for key, one in zip(keys, rows, strict=True):
            if key not in found:
                kept = self._kept.get(key)
                found[key] = _sketched(one.text) if kept is None else kept
        self._kept = found
        return [found[key] for key in keys]


class _Call:
    """One call's articles in order of time, by their numbers; every pair is looked at once."""

    def __init__(self, rows: list[Document], keys: list[bytes], sketches: list[Shingles]) -> None:
        self._rows = rows
        self._keys = keys
        self._sketches = sketches
        self._full: dict[int, Shingles] = {}
        self._readings = lru_cache(maxsize=_READINGS)(self._reading)
        self._apart: dict[tuple[int, int], bool] = {}

    def copies(self, wanted: Sequence[int]) -> dict[int, tuple[int, float]]:
        """Return for each copy among the wanted articles its original and the share."""
        firsts = self._firsts()
        chosen = sorted({firsts[row] for row in wanted if len(self._sketches[row])})
        near = candidates([self._sketches[row] if firsts[row] == row else _EMPTY for row in range(len(firsts))], chosen)
        found = dict(self._equals(wanted))
        for row in wanted:
            first = firsts[row]
            others = [*([first] if len(self._sketches[row]) else []), *near.get(first, [])]
            original = self._original(row, [other for other in others if other != row])
            if original is not None:
                found[row] = original
        for other, rows in self._late(wanted, firsts, near).items():
            roots = [found[row][0] for row in rows if row in found]
            original = self._original(other, [row for row in dict.fromkeys([*rows, *roots]) if row != other])
            if original is not None:
                found[other] = original
        return found

    def _late(
        self, wanted: Sequence[int], firsts: Sequence[int], near: Mapping[int, Sequence[int]]
    ) -> dict[int, list[int]]:
        """Return the articles of the window that may copy one of the wanted, with those they may copy."""
        new = set(wanted)
        twins: dict[int, list[int]] = {}
        for row, first in enumerate(firsts):
            twins.setdefault(first, []).append(row)
        found: dict[int, list[int]] = {}
        for row in wanted:
            others = (*near.get(firsts[row], ()), *([firsts[row]] if len(self._sketches[row]) else ()))
            for other in {twin for first in others for twin in twins[first]} - new:
                found.setdefault(other, []).append(row)
        return found

    def _firsts(self) -> list[int]:
        """Return for each article the earliest one with the same title and text, which stands for it in the search."""
        seen: dict[tuple[str, bytes], int] = {}
        return [seen.setdefault((one.title, self._keys[row]), row) for row, one in enumerate(self._rows)]

    def _equals(self, wanted: Iterable[int]) -> Iterable[tuple[int, tuple[int, float]]]:
        """Find the copies among texts that are too short to be compared by runs of words."""
        asked = set(wanted)
        seen: dict[tuple[str, ...], int] = {}
        for row, one in enumerate(self._rows):
            if len(self._sketches[row]):
                continue
            text = words(one.text)
            if len(text) >= FEWEST_WORDS:
                first = seen.setdefault((*words(one.title), "\0", *text), row)
                if first != row and (row in asked or first in asked):
                    yield row, (first, 1.0)

    def _original(self, row: int, others: Iterable[int]) -> tuple[int, float] | None:
        shares = {other: held for other in others if (held := self._held(row, other)) > 0}
        if not shares:
            return None
        at = _best(shares)
        passed = {row}
        while at not in passed:
            passed.add(at)
            further = {other: held for other in shares if other not in passed and (held := self._held(at, other)) > 0}
            at = _best(further) if further else at
        return at, shares[at]

    def _held(self, row: int, other: int) -> float:
        """Return the share of a copy found in its original, 0 when the one is no copy of the other."""
        earlier, later = min(row, other), max(row, other)
        backward = self._share(later, earlier) >= COPIED
        if row != (later if backward else earlier):
            return 0.0
        held = self._share(row, other)
        if held < COPIED or not (backward or self._excerpt_ahead(earlier, later)):
            return 0.0
        return 0.0 if self._told_apart(earlier, later) else held

    def _excerpt_ahead(self, earlier: int, later: int) -> bool:
        first, second = self._rows[earlier].published, self._rows[later].published
        if first is None or second is None or second - first > BEFORE:
            return False
        return len(self._shingles(earlier)) <= EXCERPT * len(self._shingles(later))

    def _share(self, part: int, whole: int) -> float:
        return share(self._shingles(part), self._shingles(whole))

    def _shingles(self, row: int) -> Shingles:
        if row not in self._full:
            self._full[row] = shingles(words(self._rows[row].text))
        return self._full[row]

    def _told_apart(self, row: int, other: int) -> bool:
        if (row, other) not in self._apart:
            self._apart[row, other] = told_apart(self._readings(row), self._readings(other)) is not None
        return self._apart[row, other]

    def _reading(self, row: int) -> Reading:
        return Reading(self._rows[row])


_EMPTY: Final = sketch(shingles(()))


def _best(shares: dict[int, float]) -> int:
    return min(shares, key=lambda row: (-shares[row], row))


def _without_circles(found: dict[int, tuple[int, float]], rows: Sequence[Document]) -> list[Copied]:
    """Return the lines; an excerpt that points ahead in time gives way where a row of lines would come back to it."""
    kept = dict(found)
    for row, (original, _) in sorted(found.items()):
        at, passed = original, {row}
        while at in kept and at not in passed:
            passed.add(at)
            at = kept[at][0]
        if original > row and at == row:
            del kept[row]
    return [Copied(id=rows[row].id, of=rows[original].id, share=held) for row, (original, held) in sorted(kept.items())]


def _when(document: Document) -> tuple[datetime, str]:
    return document.published or _NEVER, document.id


def _sketched(text: str) -> Shingles:
    found = words(text)
    return sketch(shingles(found)) if len(found) >= SHORT_WORDS else _EMPTY


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
