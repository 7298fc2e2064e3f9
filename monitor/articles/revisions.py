"""What changed between two readings of an article."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from monitor.records import Revised

_SENTENCES: Final = 20
_SENTENCE_CHARACTERS: Final = 300
_END = re.compile(r"(?<=[.!?\u3002])[\"\u2019\u201d)]*\s+|\n+")


def changed(before: str, after: str) -> Revised:
    """Return the words that went and came, counted, and up to 20 of the sentences that differ, in their order."""
    old, new = Counter(before.split()), Counter(after.split())
    return Revised(
        removed_words=(old - new).total(),
        added_words=(new - old).total(),
        removed=_missing(before, after),
        added=_missing(after, before),
    )


def _missing(text: str, other: str) -> tuple[str, ...]:
    """Return the sentences of `text` that `other` does not have."""
    known = {_plain(sentence) for sentence in _END.split(other)}
    found = (sentence.strip() for sentence in _END.split(text) if _plain(sentence) not in known)
    return tuple(sentence[:_SENTENCE_CHARACTERS] for sentence in found if sentence)[:_SENTENCES]


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).casefold()
