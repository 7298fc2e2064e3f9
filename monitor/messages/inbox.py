"""What an inbox shows of a message before it is opened: its subject, and the words behind that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.messages import clean

if TYPE_CHECKING:
    from monitor.messages.pages import Piece

LIMIT = 120
"""Characters of a subject at most."""

_WATCH = 40
_ALSO = 3
_PREVIEW = 300


def subject(title: str, counts: str, pieces: Sequence[Piece]) -> str:
    """Return the headline of a single story, at the front, where a phone shows it; else the counts and the lead."""
    if len(pieces) != 1:
        lead = f": {pieces[0].headline}" if pieces else ""
        return clean.line(f"{title}: {counts}{lead}", LIMIT)
    before = {"New": ""}.get(pieces[0].tag, f"{pieces[0].tag}: ")
    after = _after(title)
    return f"{before}{clean.line(pieces[0].headline, LIMIT - len(before + after))}{after}"


def is_about_one(subject: str, title: str) -> bool:
    """Say whether a message of the watch with this title had that subject because it told of a single story."""
    return subject.endswith(_after(clean.line(title)))


def _after(title: str) -> str:
    return f" ({clean.line(title, _WATCH)})"


def preview(pieces: Sequence[Piece], empty: str) -> str:
    """Return what tells more than the subject does: the next headlines, what is said of the only story, or `empty`."""
    if len(pieces) > 1:
        return clean.line(f"Also: {'; '.join(piece.headline for piece in pieces[1 : 1 + _ALSO])}", _PREVIEW)
    only = (pieces[0].summary, pieces[0].news_text, pieces[0].facts) if pieces else (empty,)
    return clean.line(next(filter(None, only), ""), _PREVIEW)
