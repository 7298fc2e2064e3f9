"""Slack's markup, in which only what we mean acts (links, bold, quotes, code) and no text outgrows its room."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.messages import clean
from monitor.messages.widths import cut, width

MAX_URL = 1_000
TOO_LONG = " (its address is too long for Slack)"

_LEAST = 40

# Slack knows no way to escape its formatting characters, mentions and emoji names; these look alike and do nothing.
_SPECIAL = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "*": "\N{ASTERISK OPERATOR}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "@": "\N{FULLWIDTH COMMERCIAL AT}",
    }
)
_IN_CODE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_LINK = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C"})
# An underscore formats only at the edge of a word; inside one it belongs to a name.
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
# At the beginning of a line it is a quotation, escaped or not.
_NO_QUOTE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_QUOTE = re.compile(r"\A[>\s]*>")


def plain(text: str, room: int | None = None) -> str:
    """Return a line that Slack shows as it stands: no mention, no link, no formatting; cut to fit where need be."""
    shown = _escaped(text)
    if room is None:
        return shown
    # No escaped text is shorter than it was, but for a quotation's signs.
    text = cut(_QUOTE.sub(_NO_QUOTE, text), room)
    shown = _escaped(text)
    while width(shown) > room and text:
        text = clean.line(text, len(text) - max(1, (width(shown) - room) // 10))
        shown = _escaped(text)
    return shown


def link(url: str, text: str, room: int = 400) -> str:
    """Return text that leads to an address that was cleaned; the text alone where there is none that Slack takes."""
    address = url.translate(_IN_LINK)
    shown = plain(text, room).replace("|", "\N{BROKEN BAR}") or "link"
    if len(address) > MAX_URL:
        return shown + TOO_LONG
    return f"<{address}|{shown}>" if address else shown


def code(command: str) -> str:
    """Return a command to be copied as it stands, or "" for one that Slack would show differently."""
    shown = command.translate(_IN_CODE)
    return f"`{shown}`" if shown and "`" not in shown and width(shown) <= MAX_URL else ""


class Text:
    """A text that is written line by line while there is room; what is markup is taken whole or not at all."""

    def __init__(self, room: int) -> None:
        """Begin with that much room."""
        self._room = room
        self._lines: list[str] = []

    def written(self) -> str:
        """Return what was taken, one line each."""
        return "\n".join(self._lines)

    def add(self, line: str) -> bool:
        """Take a line of markup, and return whether there was room for it; an empty one is left out."""
        needed = width(line) + 1
        if not line or needed > self._room:
            return False
        self._lines.append(line)
        self._room -= needed
        return True

    def say(self, text: str, limit: int, *, before: str = "", after: str = "") -> None:
        """Take plain words, cut to at most `limit` and to the room there is; `before` and `after` are markup."""
        room = min(limit, self._room - width(before + after) - 1)
        if text and room >= _LEAST:
            self.add(f"{before}{plain(text, room)}{after}")

    def list(self, rows: Sequence[str], limit: int, *, before: str) -> None:
        """Take at most `limit` rows of markup, one on a line, and count those left out."""
        shown = 0
        more = f"{before}and {len(rows):,} more"
        for row in rows[:limit]:
            if width(f"{before}{row}{more}") + 2 > self._room:
                break
            shown += self.add(f"{before}{row}")
        if shown < len(rows):
            self.add(f"{before}and {len(rows) - shown:,} more")

    def row(self, parts: Sequence[str], limit: int, *, before: str, spare: int) -> int:
        """Take at most `limit` parts of markup on one line, leaving `spare` room, count the others; return how many."""
        taken: list[str] = []
        room = self._room - spare - width(before) - 20
        for part in parts[:limit]:
            room -= width(part) + 2
            if room < 0:
                break
            taken.append(part)
        left_out = len(parts) - len(taken)
        more = [f"{'and ' if taken else ''}{left_out:,} more"] if left_out else []
        is_taken = self.add(f"{before}{' '.join(filter(None, (', '.join(taken), *more)))}" if parts else "")
        return len(taken) if is_taken else 0


def _escaped(text: str) -> str:
    shown = _QUOTE.sub(_NO_QUOTE, text)
    shown = _EMOJI.sub("\N{RATIO}", shown).translate(_SPECIAL)
    return _LOOSE_UNDERSCORE.sub("\N{FULLWIDTH LOW LINE}", shown)
