"""What changed between two readings of an article."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from monitor.records import Revised

_SENTENCES: Final = 20
_SENTENCE_CHARACTERS: Final = 300
_CLOSING = "\"'\u2019\u201d)\\]\u00bb\u300d\u300f\uff09\u3011"
_SENTENCE = re.compile(
    rf"[^\n]+?(?:[.!?\u061f\u06d4][{_CLOSING}]*(?=\s)|[\u3002\uff01\uff1f\uff61\u0964]+[{_CLOSING}]*|(?=\n)|\Z)"
)
_IDEOGRAPHS = "\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE_MARKS = "\u3000-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\s{_IDEOGRAPHS}{_WIDE_MARKS}]+")


def changed(before: str, after: str) -> Revised:
    """Return the words that went and came, counted, and up to 20 of the sentences that differ, in their order.

    Scripts that do without spaces are counted by the character.
    """
    old, new = Counter(_words(before)), Counter(_words(after))
    return Revised(
        removed_words=(old - new).total(),
        added_words=(new - old).total(),
        removed=_missing(before, after),
        added=_missing(after, before),
    )


def _words(text: str) -> list[str]:
    return text.split() if text.isascii() else _WORD.findall(text)


def _missing(text: str, other: str) -> tuple[str, ...]:
    """Return the sentences of `text` that `other` does not have."""
    known = {_plain(sentence) for sentence in _SENTENCE.findall(other)}
    found = (sentence.strip() for sentence in _SENTENCE.findall(text) if _plain(sentence) not in known)
    return tuple(sentence[:_SENTENCE_CHARACTERS] for sentence in found if sentence)[:_SENTENCES]


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).casefold()
