"""Which seed phrases, keywords and language codes of a topic file can work at all."""

from __future__ import annotations

import re
import unicodedata

from monitor.topics.keywords import words

SHORTEST_PREFIX = 3

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Set within words by some scripts, and within emoji."""

UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that set no space between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

EVERYWHERE = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "did", "do", "does", "for", "from", "had",
    "has", "have", "he", "her", "here", "his", "if", "in", "its", "not", "of", "on", "or", "our", "she", "so",
    "such", "than", "that", "the", "their", "then", "there", "these", "they", "this", "those", "to", "was",
    "we", "were", "what", "when", "where", "which", "with", "you", "your",
))  # fmt: skip
"""Words that occur in nearly every English text."""

AMBIGUOUS = frozenset({"all", "am", "can", "is", "it", "may", "no", "us", "who", "will"})
"""Everyday words that are also abbreviations, which whoever ignores case cannot tell from them."""

_LETTER = re.compile(r"[^\W\d_]")
_TELLING = re.compile(r"[^\W\d_]|\d{3}")


def title(text: str) -> str:
    """Return a title as it is; raises ValueError with a sentence when it holds what cannot be seen."""
    for letter in text:
        if unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS:
            raise ValueError(f"an invisible character (U+{ord(letter):04X}) stands in it; write it anew, without that")
    return text


def seed(phrase: str) -> str:
    """Return a seed phrase as it is; raises ValueError with a sentence when it says nothing."""
    if not _LETTER.search(phrase) or set(words(phrase)) <= EVERYWHERE | AMBIGUOUS:
        raise ValueError(f"{phrase!r} says nothing of a topic; write what such an article would say")
    return phrase


def keyword(word: str) -> str:
    """Return a keyword as it is; raises ValueError with a sentence when it would find nothing or everything."""
    if "*" in word.removesuffix("*"):
        raise ValueError(f"{word!r}: a * can only stand at the end")
    parts = words(word)
    if word == "*":
        raise ValueError("a * alone would find every text; write the beginning of a word before it")
    if not parts:
        raise ValueError(f"{word!r} holds no word")
    if set(parts) <= EVERYWHERE:
        raise ValueError(f"{word!r} occurs in nearly every text; use a word that tells the topic apart")
    if not _TELLING.search(word):
        raise ValueError(f"{word!r} is too short a number to tell anything; write what is counted beside it")
    is_prefix = word.endswith("*") and len(parts) == 1
    if is_prefix and len(parts[0]) < SHORTEST_PREFIX and not UNSPACED.search(word):
        raise ValueError(
            f"{word!r} would find far too many words; write at least {SHORTEST_PREFIX} letters before the *"
        )
    return word


def covers(exclude: str, found: str) -> bool:
    """Whether an excluded word occurs wherever a keyword is found."""
    first, second = words(exclude), words(found)
    if not first or len(first) != len(second) or first[:-1] != second[:-1]:
        return False
    if exclude.endswith("*"):
        return second[-1].startswith(first[-1])
    return first == second and not found.endswith("*")


def language(code: str) -> str:
    """Return the code of a language other than English; raises ValueError with a sentence for anything else."""
    if not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError(f"{code!r} is not a language: use a code of two lower-case letters, such as de")
    if code == "en":
        raise ValueError("what stands above the [languages] tables is English already; move these phrases there")
    return code
