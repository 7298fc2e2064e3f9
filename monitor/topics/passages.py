"""Passages: a long text in pieces of a paragraph's size, so that a topic in one corner of an article is not drowned.

A passage has about 60 to 120 words and ends where a paragraph or a sentence ends, when the text has such ends.
"""

from __future__ import annotations

import re

TEXT_CAP = 50_000
"""Characters of a text that are read; what comes after them is not scored."""

EXCERPT = 400
"""Characters of a passage that are shown."""

_SHORTEST, _ENOUGH, _LONGEST = 25, 60, 120
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"\u201d])\s+|(?<=[\u3002\uff01\uff1f])")
_LETTERS_A_WORD = 8
"""Scripts that set no blanks between words are measured by letters."""


def split(text: str) -> list[str]:
    """Return the passages of a text in order; a short text is one passage, an empty one has none.

    Only the first `TEXT_CAP` characters are read. No passage but the only one has fewer than 25 words.
    """
    passages: list[tuple[str, int]] = []
    held: list[str] = []
    count = 0
    for sentence, size, ends_paragraph in _sentences(text[:TEXT_CAP]):
        if held and count + size > _LONGEST:
            passages.append((" ".join(held), count))
            held, count = [], 0
        held.append(sentence)
        count += size
        if ends_paragraph and count >= _ENOUGH:
            passages.append((" ".join(held), count))
            held, count = [], 0
    if held:
        passages.append((" ".join(held), count))
    return _without_scraps(passages)


def excerpt(passage: str, limit: int = EXCERPT) -> str:
    """Return a passage on one line, cut to `limit` characters at the end of a sentence or else of a word."""
    line = " ".join(passage.split())
    if len(line) <= limit:
        return line
    head = line[: limit - len(" …")]
    sentence = max(head.rfind(mark) for mark in (". ", "! ", "? "))
    if sentence >= limit // 2:
        return head[: sentence + 1] + " …"
    word = head.rfind(" ")
    return (head[:word] if word > 0 else head).rstrip(" ,;:-") + "…"


def _sentences(text: str) -> list[tuple[str, int, bool]]:
    """Return sentences of at most 120 words, each with its words and whether its paragraph ends there."""
    found: list[tuple[str, int, bool]] = []
    for paragraph in text.splitlines():
        for sentence in _SENTENCE_END.split(paragraph):
            parts = sentence.split()
            for start in range(0, len(parts), _LONGEST):
                piece = parts[start : start + _LONGEST]
                text_of = " ".join(piece)
                found.append((text_of, max(len(piece), len(text_of) // _LETTERS_A_WORD), False))
        if found:
            found[-1] = (*found[-1][:2], True)
    return found


def _without_scraps(passages: list[tuple[str, int]]) -> list[str]:
    """Join a passage of fewer than 25 words to the one before it, or the first to the second."""
    kept: list[tuple[str, int]] = []
    for text, count in passages:
        if kept and min(count, kept[-1][1]) < _SHORTEST:
            kept[-1] = (f"{kept[-1][0]} {text}", kept[-1][1] + count)
        else:
            kept.append((text, count))
    return [text for text, _ in kept]
