"""A page as a Slack message: blocks within Slack's limits, in which nothing a publisher wrote can mention or format.

Slack refuses more than 50 blocks, 150 characters in a header and 3,000 in a text, and (unwritten) about 13,200
characters over all blocks. Stories are added while they fit; the rest is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.messages import words
from monitor.messages.pages import PROMISE, Mention, Note, Page, Piece

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_TEXT = 3_000
MAX_TOTAL = 12_000

_TEXT_ROOM = 2_900
_WHY_ROOM = 1_900
_NEWS = 4
_SOURCES = 6
_ALSO = 10
_HELD = 5
_URL = 1_000

# Slack knows no way to escape its formatting characters; these look alike and do nothing.
_SPECIAL = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "*": "\N{ASTERISK OPERATOR}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    }
)
_UNDERSCORE = "\N{FULLWIDTH LOW LINE}"
# An underscore formats only at the edge of a word; inside one it belongs to a name.
_LOOSE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)|(?<=_)_")
_IN_LINK = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C"})

Block = dict[str, object]


def write(page: Page) -> dict[str, object]:
    """Return the message as it is posted: `text` for notifications, `blocks` for the channel, no link previews."""
    tail = _tail(page)
    blocks = [_header(page.title), _context(f"{_plain(page.when)}\n*{page.counts}* {_plain(page.coverage)}")]
    room = MAX_TOTAL - sum(map(_size, (*blocks, *tail))) - 100
    for number, piece in enumerate(page.pieces):
        story = [_section(_story(piece)), _context(_why(piece))]
        room -= sum(map(_size, story))
        if room < 0 or len(blocks) + len(story) + len(tail) >= MAX_BLOCKS:
            left_out = words.plural(len(page.pieces) - number, "more story", "more stories")
            blocks.append(_context(f"{left_out} not shown here."))
            break
        blocks += story
    return {"text": _plain(page.subject), "blocks": [*blocks, *tail], "unfurl_links": False, "unfurl_media": False}


def _tail(page: Page) -> list[Block]:
    tail = []
    if page.also:
        rows = (f"• {_link(mention.url, mention.title)}, {_plain(mention.publisher)}" for mention in page.also[:_ALSO])
        tail.append(_section(_fit(("*Also matched*", *rows, *_more(page.also, _ALSO)), _WHY_ROOM)))
    if page.held:
        notes = (_note(note) for note in page.held[:_HELD])
        tail.append(_context(_fit(("*Held back*", *notes, *_more(page.held, _HELD)), _WHY_ROOM)))
    tail.append(_context(_fit((_plain(page.trigger), PROMISE), _WHY_ROOM)))
    return tail


def _story(piece: Piece) -> str:
    parts = [f"*{piece.tag}*  {piece.facts}", f"*{_link(piece.url, piece.headline)}*"]
    if piece.summary:
        parts.append(_plain(piece.summary))
    if piece.news:
        rows = (f"• {_link(mention.url, mention.title)}, {_from(mention)}" for mention in piece.news[:_NEWS])
        parts += [f"*{_plain(piece.news_label)}*", *rows, *_more(piece.news, _NEWS)]
    return _fit(parts, _TEXT_ROOM)


def _why(piece: Piece) -> str:
    first = piece.first_seen
    parts = [f"{piece.first_label}: {_link(first.url, first.publisher)}, {_plain(first.when)}"]
    if piece.mentions:
        named = ", ".join(f"{_link(one.url, one.publisher)} {_plain(one.when)}" for one in piece.mentions[:_SOURCES])
        parts.append(f"{'Earlier' if piece.news else 'Sources'}: {' '.join((named, *_more(piece.mentions, _SOURCES)))}")
    if piece.matched:
        parts.append(f"Matched on {_plain(piece.matched)}")
    if piece.passage:
        parts.append(f"“{_plain(piece.passage)}”")
    if piece.reason:
        parts.append(f"Why now: {_plain(piece.reason)}")
    return _fit(parts, _WHY_ROOM)


def _note(note: Note) -> str:
    return f"• {_plain(note.headline)}: {_plain(note.message)}"


def _from(mention: Mention) -> str:
    return f"{_plain(mention.publisher)} {_plain(mention.when)}"


def _more(listed: tuple[object, ...], limit: int) -> list[str]:
    return [f"and {len(listed) - limit:,} more"] if len(listed) > limit else []


def _plain(text: str) -> str:
    """Return text that Slack shows as it stands: no mention, no link, no formatting."""
    return _LOOSE_UNDERSCORE.sub(_UNDERSCORE, text.translate(_SPECIAL))


def _link(url: str, text: str) -> str:
    address = url.translate(_IN_LINK)
    shown = _plain(text).replace("|", "¦")
    return f"<{address}|{shown}>" if address and len(address) <= _URL else _plain(text)


def _fit(parts: Iterable[str], room: int) -> str:
    """Return the parts that fit, one per line; a part is kept whole or left out, so that no link is ever cut open."""
    kept: list[str] = []
    for part in filter(None, parts):
        needed = _width(part) + 1
        if needed <= room:
            kept.append(part)
            room -= needed
    return "\n".join(kept)


def _width(text: str) -> int:
    """Return the length as Slack's JavaScript may count it: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _header(title: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": title[:MAX_HEADER] or "News", "emoji": False}}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Block:
    # `verbatim` keeps Slack from turning names and bare addresses into links and mentions.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _size(block: Block) -> int:
    text = block.get("text") or block.get("elements")
    parts = text if isinstance(text, list) else [text]
    return sum(_width(str(part["text"])) for part in parts if isinstance(part, dict))
