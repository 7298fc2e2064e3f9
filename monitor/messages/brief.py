"""A page in a line for each story, for channels that take only a short plain text."""

from __future__ import annotations

import re

from monitor.messages.pages import Page, Piece
from monitor.messages.widths import cut, width

LINE = 300
"""UTF-16 units of a line at most, as the channels count them, unless its address alone needs more."""

_SHORTEST_HEADLINE = 40

# The channels behind this turn "@everyone", "<!channel>" and "[name](address)" in a plain text into what they stand
# for. These look alike and do nothing.
_INERT = str.maketrans(
    {
        "@": "\N{SMALL COMMERCIAL AT}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)
_MASKED_LINK = re.compile(r"\](?=[(\[])")
_LOUD = re.compile("@(?=everyone|here|channel|all)", re.IGNORECASE)


def write(page: Page) -> tuple[str, ...]:
    """Return one line for each story, with its address whole at the end; a headline is shortened to make room."""
    return tuple(_line(piece) for piece in page.pieces)


def _line(piece: Piece) -> str:
    begin, end = f"{piece.tag}: ", " ".join(filter(None, (f" ({piece.facts})", _LOUD.sub("%40", piece.url))))
    headline = _MASKED_LINK.sub("] ", piece.headline.translate(_INERT))
    return f"{begin}{cut(headline, max(LINE - width(begin + end), _SHORTEST_HEADLINE))}{end}"
