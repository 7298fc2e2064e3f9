"""Text → its sentences, each whole and as written: what a story is told and shown with.

Paragraphs are cut into pieces before they are read, as the time that `sentencex` takes grows with the square of the
quotation marks in a piece; what it parts behind the full stop of a title or an initial is joined again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sentencex import segment

CHARACTERS: Final = 50_000
"""How far a text is read."""

_LANGUAGE: Final = "en"
_PIECE: Final = 4_000
_END_CHARACTERS: Final = 16
_ENDS: Final = (". ", "。", " ")

_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Lt|Col|Sgt|Capt|Prof|Rev|Hon|St|vs|Messrs|[A-Z][a-z]+ [A-Z])\.$"
)
_LINK = re.compile(r"[(\[](?:related|read more|see also|also read)\s?:[^()\[\]\n]{1,200}[)\]]", re.IGNORECASE)
"""A link to another story, put between two sentences of this one."""


def sentences(text: str, language: str | None = None) -> list[str]:
    """Return the sentences of a text in order, white space within them made single; paragraphs end a sentence.

    `language` is a code such as `de`; English where it is not known.
    """
    code = (language or _LANGUAGE).partition("-")[0].lower()
    # Half a character, as broken feeds have them, cannot be handed over.
    clean = text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    clean = _LINK.sub(r"\n\g<0>\n", clean)
    return [sentence for paragraph in clean.splitlines() for sentence in _of_paragraph(paragraph, code)]


def _of_paragraph(paragraph: str, code: str) -> Iterator[str]:
    """Yield the sentences of one paragraph; a title's full stop ends none."""
    held: list[str] = []
    for piece in _pieces(paragraph):
        for part in segment(code, piece):
            sentence = " ".join(part.split())
            if not sentence:
                continue
            held.append(sentence)
            if not _TITLED.search(sentence[-_END_CHARACTERS:]):
                yield " ".join(held)
                held = []
    if held:
        yield " ".join(held)


def _pieces(paragraph: str) -> Iterator[str]:
    """Yield a paragraph in pieces, cut behind a full stop, or else at a blank."""
    at = 0
    while len(paragraph) - at > _PIECE:
        found = (
            paragraph.rfind(end, at, at + _PIECE) + len(end) for end in _ENDS if end in paragraph[at : at + _PIECE]
        )
        cut = next(found, at + _PIECE)
        yield paragraph[at:cut]
        at = cut
    if paragraph[at:].strip():
        yield paragraph[at:]
