"""Text → words → hashed terms: the part that word statistics and vectors share.

Words are hashed (CRC-32) into 2^20 buckets, so that no vocabulary has to be learned, stored or agreed on. At the sizes
met here (some 10^5 different words) a few per cent of the rare words share a bucket, which the cosine does not notice.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.records import Document

BUCKETS: Final = 2**20
"""Terms of one channel."""

TITLE_CHARACTERS: Final = 300
BODY_CHARACTERS: Final = 3_000
"""How far a text is read: news says what happened at the start, and the limit bounds the time per article."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d+(?:[.,]\d+)*")
_PLAIN_WORD = re.compile(r"[A-Za-z]{2,}|[0-9]+(?:[.,][0-9]+)*")
_OTHER_LETTER = re.compile("[^\x00-\x7f\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\xa0]")
_SHORTEST_STEM = 4

# Words that carry no event. Without them a grouper with few or no statistics would join on grammar alone.
STOP_WORDS: Final = frozenset(
    """
    about above according after again against ago all also although always am among an and another any are around as
    at away be became because become been before began being below between both but by came can cannot could did do
    does doing done down during each either else even ever every few first following for from further gave get give go
    goes going got had has have having he her here hers herself him himself his how however if in including into is it
    its itself just last later least less let like made make makes many may me might mine more most much must my myself
    near need never new next no nor not now of off often on once one only onto or other others our ours out over own
    per put said same saw say saying says see seen several she should since so some still such take taken tell than
    that the their theirs them themselves then there these they this those though through thus to today told tomorrow
    too took toward towards two under until up upon us use used using very via want was way we well went were what when
    where whether which while who whom whose why will with within without would yesterday yet you your yours
    """.split()  # noqa: SIM905 - a list of 250 quoted words cannot be read
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A document's terms: per channel the buckets that occur, ascending (int64, n), and how often each does (n).

    `words` is the number of words of the text within `BODY_CHARACTERS`, the title not counted.
    """

    title: NDArray[np.int64]
    title_counts: NDArray[np.int64]
    body: NDArray[np.int64]
    body_counts: NDArray[np.int64]
    words: int


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text as written, in order; single letters are not words."""
    # The same, in half the time, where all letters are plain ones, as in most English news.
    return (_WORD if _OTHER_LETTER.search(text) else _PLAIN_WORD).findall(text)


def stem(word: str) -> str:
    """Return a lower-case word without its commonest English endings (plural, -ed, -ing, final e).

    Much blunter than Porter's stemmer, and enough: on the development stories it gains half a point of F1.
    """
    if len(word) <= _SHORTEST_STEM:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending).rstrip("e")
    return word.removesuffix("e")


@lru_cache(maxsize=2**17)
def bucket(word: str) -> int:
    """Return the bucket of a lower-case word, or -1 for a stop word."""
    return -1 if word in STOP_WORDS else zlib.crc32(stem(word).encode()) % BUCKETS


def _buckets(words: list[str]) -> list[int]:
    return [found for found in map(bucket, words) if found >= 0]


def _pairs(buckets: list[int]) -> list[int]:
    return [zlib.crc32(b"%d %d" % pair) % BUCKETS for pair in pairwise(buckets)]


def _counted(buckets: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found, counts = np.unique(np.asarray(buckets, dtype=np.int64), return_counts=True)
    return found, counts.astype(np.int64)


def count(document: Document) -> Counted:
    """Return the terms of a document: single words and word pairs of its title; single words of title and text.

    The title's words count in the body too, so that a bare headline can be compared with a full article.
    """
    title = _buckets(words_of(document.title[:TITLE_CHARACTERS].lower()))
    words = words_of(document.text[:BODY_CHARACTERS].lower())
    found, found_counts = _counted(title + _pairs(title))
    body, body_counts = _counted(_buckets(words) + title)
    return Counted(title=found, title_counts=found_counts, body=body, body_counts=body_counts, words=len(words))
