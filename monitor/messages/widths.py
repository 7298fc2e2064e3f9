"""Lengths as the chat services count them: in UTF-16 units, where an emoji is two."""

from __future__ import annotations

from monitor.messages import clean


def width(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, room: int) -> str:
    """Return a line as it is where it fits, else as much of its beginning as fits, and "…"."""
    while width(text) > room:
        # Every character is one or two units, so half of what is too much can always go.
        text = clean.line(text, max(1, len(text) - max(1, (width(text) - room) // 2)))
        if len(text) == 1:
            return "…" if room else ""
    return text
