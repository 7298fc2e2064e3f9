"""Text → its sentences, each whole and as written: what a story is told and shown with."""

from __future__ import annotations

from typing import Final

from sentencex import segment

CHARACTERS: Final = 50_000
"""How far a text is read."""

_LANGUAGE: Final = "en"


def sentences(text: str, language: str | None = None) -> list[str]:
    """Return the sentences of a text in order, white space within them made single; paragraphs end a sentence.

    `language` is a code such as `de`; English where it is not known.
    """
    code = (language or _LANGUAGE).partition("-")[0].lower()
    # Half a character, as broken feeds have them, cannot be handed over.
    clean = text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    parts = (part for paragraph in clean.splitlines() if paragraph.strip() for part in segment(code, paragraph))
    return [sentence for part in parts if (sentence := " ".join(part.split()))]
