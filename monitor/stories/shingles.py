"""Text → words → hashed runs of four words, whole or as a sketch: what finding copies compares.

The hashes are the same on every machine and in every run. Of each run 32 bits are kept: among 20,000 articles some run
then meets another one's hash by chance, which moves the share of a copy by far less than a thousandth.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

RUN: Final = 4
"""Words of a shingle."""

TEXT_CHARACTERS: Final = 100_000
"""How far a text is read; it bounds the time that one endless page can take."""

ONE_IN: Final = 4
"""A sketch keeps the shingles whose hash this number divides: the same ones in every text."""

SHORT: Final = 200
"""A text with so few shingles is sketched by all of them: a fourth of them would say too little."""

INDIC_MARKS: Final = "".join(
    chr(code) for code in range(0x0900, 0x0E00) if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)
"""Vowel signs and the like: parts of a word that are no letters, so that `\\w` breaks words in two at each of them."""

IDEOGRAPHS: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Characters of scripts that do without spaces, as a range of a pattern: each counts as a word."""

_WORD = re.compile(r"[^\W_]+")
_WORD_OR_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]|[^\\W_{IDEOGRAPHS}]+")
_MARKED_WORD = re.compile(f"[{IDEOGRAPHS}]|(?:[^\\W_{IDEOGRAPHS}]|[{INDIC_MARKS}])+")
_INDIC = re.compile("[\u0900-\u0dff]")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)

Shingles = NDArray[np.uint32]
"""Hashes, ascending, each once."""


def words(text: str) -> list[str]:
    """Return the lower-case words and numbers of a text; scripts that do without spaces are taken by the character."""
    text = text[:TEXT_CHARACTERS].lower()
    if text.isascii():
        return _WORD.findall(text)
    text = unicodedata.normalize("NFKC", text)
    return (_MARKED_WORD if _INDIC.search(text) else _WORD_OR_IDEOGRAPH).findall(text)


def shingles(found: Sequence[str]) -> Shingles:
    """Return the hashed runs of four of these words; none for fewer than four."""
    if len(found) < RUN:
        return np.empty(0, dtype=np.uint32)
    encoded = " ".join(found).encode("utf-8", "surrogatepass").split(b" ")
    hashes = np.fromiter(map(zlib.crc32, encoded), dtype=np.uint64, count=len(encoded))
    runs = len(hashes) - RUN + 1
    rolled = np.zeros(runs, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        rolled += (hashes[place : place + runs] + np.uint64(1)) * factor
    rolled = (rolled ^ (rolled >> _HALF)) * _MIX
    kept: Shingles = np.unique((rolled >> _HALF).astype(np.uint32))
    return kept


def sketch(found: Shingles) -> Shingles:
    """Return the part of a text's shingles that the search for candidates looks at."""
    return found if len(found) <= SHORT else found[found % ONE_IN == 0]


def share(part: Shingles, whole: Shingles) -> float:
    """Return how much of `part` stands in `whole`, from 0 to 1."""
    if not len(part) or not len(whole):
        return 0.0
    places = np.searchsorted(whole, part)
    places[places == len(whole)] = 0
    return float(np.count_nonzero(whole[places] == part)) / len(part)
