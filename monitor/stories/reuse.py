"""Texts in order of time → which of them repeats an earlier one by another house, and what shows it.

Quotations do not count: two reporters at one press conference write down the same words. Sentences meet in a
dictionary, runs of four words in one sorted row, so that the cost grows with the words and not with the pairs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.stories.shingles import IDEOGRAPHS, Shingles, shingles, words

SHARE: Final = 0.3
"""Share of a text's runs of words that, standing in one other text, makes it a repeat."""

SENTENCES: Final = 2
SENTENCE_WORDS: Final = 12
"""So many sentences of so many words, word for word the same, do so, too."""

_FEWEST_RUNS: Final = 16
"""Shared runs below which a share says nothing: names and a date alone make a few."""

_HOLDERS: Final = 4
"""Earlier texts that a sentence or a run is looked up in: whatever stands in more is found by its first ones."""

_QUOTATION = re.compile(
    '\u201e[^\u201e\u201c\u201d\n]*[\u201c\u201d]|\u201c[^\u201c\u201d\n]*(?:\u201d|$)|"[^"\n]*"|\u00ab[^\u00ab\u00bb\n]*\u00bb',
    re.MULTILINE,
)
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_SIGNS = dict.fromkeys(map(ord, ".,;:!?()[]'\""))
_PRINTED: Final = (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2013", " "), ("\u2014", " "))
"""Signs beyond ASCII that are in most texts; without them `translate` is ten times as fast."""

_MARK: Final = "\0"
_ENDS: Final = (". ", "! ", "? ", "\u3002", "\n")
_BREAK = re.compile("[.!?] |[\u3002\n\0]")
"""Where a sentence ends: plain replacing takes a fifth of the time of a pattern."""


class Repeat(NamedTuple):
    """A text repeats the one numbered `of`: `share` of its runs stand there, `sentence` is one that both have."""

    of: int
    share: float
    sentence: str


class _Plain(NamedTuple):
    """A text without its quotations: the places of its long sentences by their words, and its runs."""

    bare: str
    spoken: dict[str, int]
    runs: Shingles


def repeats(texts: Sequence[str], houses: Sequence[str]) -> dict[int, Repeat]:
    """Return which texts repeat an earlier one of another house; `texts` are in order of time."""
    if len(set(houses)) < 2:  # noqa: PLR2004 - with one house, nobody repeats another
        return {}
    plain = [_without_quotations(text) for text in texts]
    found = _by_share([one.runs for one in plain], houses)
    for number, (of, place) in _by_sentences([one.spoken for one in plain], houses).items():
        known = found.get(number)
        if known is None or known.of == of:
            sentence = _as_written(texts[number], plain[number].bare, place)
            found[number] = (known or Repeat(of, 0.0, ""))._replace(sentence=sentence)
    return found


def _without_quotations(text: str) -> _Plain:
    bare = _QUOTATION.sub(" ", text)
    for sign, plain in _PRINTED:
        bare = bare.replace(sign, plain)
    # All signs of a text go in one step; what stands for its breaks is no sign, and no white space either.
    pieces = _marked(bare.lower()).translate(_SIGNS).split(_MARK)
    every: list[str] = []
    spoken: dict[str, int] = {}
    for place, piece in enumerate(pieces):
        said = piece.split()
        every += said
        if len(said) >= SENTENCE_WORDS:
            spoken.setdefault(" ".join(said), place)
    # Splitting at spaces takes a third of the time of `words`, but some scripts have none.
    ideographs = not bare.isascii() and _IDEOGRAPH.search(bare)
    return _Plain(bare, spoken, shingles(words(bare) if ideographs else every))


def _marked(text: str) -> str:
    for end in _ENDS:
        text = text.replace(end, _MARK)
    return text


def _as_written(text: str, bare: str, place: int) -> str:
    """Return the sentence at this place as its text has it, with its quotations and signs, white space made single."""
    breaks = [(0, 0), *(match.span() for match in _BREAK.finditer(bare)), (len(bare), len(bare))]
    start, end = breaks[place][1], breaks[place + 1][1]
    spoken = bare[start:end].strip()
    if not spoken[:1].islower():
        # A quotation in front that is a sentence of its own is none of this one.
        start = bare.find(spoken, start)
        end = start + len(spoken)
    cuts = [match.span() for match in _QUOTATION.finditer(text)]
    return " ".join(text[_back(start, cuts) : _back(end, cuts)].split())


def _back(at: int, cuts: Sequence[tuple[int, int]]) -> int:
    """Return where a place of the bare text is in the whole one: each quotation became one space."""
    for start, end in cuts:
        if start >= at:
            break
        at += end - start - 1
    return at


def _by_sentences(texts: Sequence[dict[str, int]], houses: Sequence[str]) -> dict[int, tuple[int, int]]:
    holders: dict[str, list[int]] = {}
    found: dict[int, tuple[int, int]] = {}
    for number, spoken in enumerate(texts):
        shared: Counter[int] = Counter()
        shown: dict[int, int] = {}
        for key, place in spoken.items():
            known = holders.get(key)
            if known is None:
                holders[key] = [number]
                continue
            for other in known:
                if houses[other] != houses[number]:
                    shared[other] += 1
                    shown.setdefault(other, place)
            if len(known) < _HOLDERS and all(houses[other] != houses[number] for other in known):
                known.append(number)
        if shared:
            best = min(shared, key=lambda other: (-shared[other], other))
            if shared[best] >= SENTENCES:
                found[number] = (best, shown[best])
    return found


def _by_share(texts: Sequence[Shingles], houses: Sequence[str]) -> dict[int, Repeat]:
    sizes = np.array([len(runs) for runs in texts])
    hashes = np.concatenate(texts)
    owners = np.repeat(np.arange(len(texts)), sizes)
    # Stable, so that the texts that hold a run stay in order of time.
    order = np.argsort(hashes, kind="stable")
    pairs = _pairs(hashes[order], owners[order], len(texts))
    keys, counts = np.unique(pairs, return_counts=True)
    numbered = {house: number for number, house in enumerate(dict.fromkeys(houses))}
    house = np.array([numbered[one] for one in houses])
    later, earlier = np.divmod(keys, len(texts))
    wanted = (house[later] != house[earlier]) & (counts >= _FEWEST_RUNS) & (counts >= SHARE * sizes[later])
    found: dict[int, Repeat] = {}
    rows = zip(later[wanted].tolist(), earlier[wanted].tolist(), counts[wanted].tolist(), strict=True)
    for number, other, count in sorted(rows, key=lambda row: (row[0], -row[2], row[1])):
        found.setdefault(number, Repeat(other, count / float(sizes[number]), ""))
    return found


def _pairs(hashes: NDArray[np.uint32], owners: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return later * count + earlier for each run that two texts share, the earlier one among its first holders."""
    places = np.arange(len(hashes))
    starts = (
        np.maximum.accumulate(np.where(np.r_[True, hashes[1:] != hashes[:-1]], places, 0)) if len(hashes) else places
    )
    rows = []
    for step in range(_HOLDERS):
        later = places[places > starts + step]
        rows.append(owners[later] * count + owners[starts[later] + step])
    return np.concatenate(rows)
