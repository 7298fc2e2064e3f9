"""A page as a Slack message: blocks within Slack's limits, in which nothing a publisher wrote can mention or format.

Slack refuses more than 50 blocks, 150 characters in a header and 3,000 in a text, and (unwritten) about 13,200
characters over all blocks. What does not fit is left out in an order, and counted: timelines first, then passages, long
lists, summaries and actions, and at last the last stories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.messages import words
from monitor.messages.mrkdwn import Text, code, link, plain
from monitor.messages.pages import NEAR, PROMISE, Event, Mention, Note, Page, Piece
from monitor.messages.widths import cut, width
from monitor.records import Action

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_TOTAL = 12_000

_SECTION = 2_900
_CONTEXT = 1_900
_QUOTE = "> "
_NOTE = 200
_WHERE = "Their texts: `monitor deliveries`, then `monitor deliveries show ID --as text`."
_WAYS_OUT = 450

Block = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a page is told; `foot` are the characters of each block below the stories."""

    events: int = 4
    news: int = 4
    sources: int = 6
    news_text: int = 1_000
    summary: int = 1_000
    passage: int = 600
    actions: bool = True
    also: int = 10
    held: int = NEAR
    foot: int = 1_900


_FULL = Limits()
_NO_TIMELINE = replace(_FULL, events=0)
_NO_PASSAGES = replace(_NO_TIMELINE, passage=0)
_SHORT = replace(_NO_PASSAGES, news=2, sources=3, also=5, held=3, foot=900)
_SHORTEST = replace(_SHORT, news=1, news_text=300, sources=1, summary=0, actions=False, also=3, foot=600)


def write(page: Page, *, reply: bool = False) -> dict[str, object]:
    """Return the message as it is posted: `text` for notifications, `blocks` for the channel, no link previews.

    A `reply` goes on with a conversation that has a heading already. As much is told of each story as leaves room for
    as many stories as possible. The blocks that begin a story are named "story-1-of-12" and so on.
    """
    best: tuple[int, list[Block]] = (-1, [])
    for limits in (_FULL, _NO_TIMELINE, _NO_PASSAGES, _SHORT, _SHORTEST):
        best = max(best, _lay_out(page, limits, reply=reply), key=lambda laid: laid[0])
        if best[0] == len(page.pieces):
            break
    return {"text": plain(page.subject), "blocks": best[1], "unfurl_links": False, "unfurl_media": False}


def _lay_out(page: Page, limits: Limits, *, reply: bool) -> tuple[int, list[Block]]:
    """Return how many stories fit, and the blocks."""
    head = [] if reply else [_header(page.title), _context(_top(page))]
    tail = _tail(page, limits)
    room = MAX_TOTAL - _NOTE - sum(map(_size, (*head, *tail)))
    blocks: list[Block] = []
    for number, piece in enumerate(page.pieces):
        told = replace(limits, events=0) if number else limits
        name = f"story-{number + 1}-of-{len(page.pieces)}"
        story = [_section(_story(piece, told), name), _context(_behind(piece, told))]
        room -= sum(map(_size, story))
        if room < 0 or len(head) + len(blocks) + len(story) + len(tail) >= MAX_BLOCKS:
            left_out = words.plural(len(page.pieces) - number, "more story", "more stories")
            return number, [*head, *blocks, _context(f"{left_out} not shown here. {_WHERE}"), *tail]
        blocks += story
    return len(page.pieces), [*head, *blocks, *tail]


def _top(page: Page) -> str:
    text = Text(_CONTEXT)
    text.say(page.when, 200)
    text.say(page.coverage, 300, before=f"*{plain(page.counts)}* " if page.counts else "")
    text.say(page.empty, 300)
    return text.written()


def _story(piece: Piece, limits: Limits) -> str:
    text = Text(_SECTION)
    text.say(". ".join(filter(None, (piece.facts, piece.status))), 500, before=f"*{plain(piece.tag)}*  ")
    text.add(f"*{link(piece.url, piece.headline, 600)}*")
    text.say(piece.news_text, limits.news_text, before=f"{_QUOTE}*{plain(piece.label)}*: ")
    if piece.label and not piece.news_text:
        text.add(f"{_QUOTE}*{plain(piece.label)}*")
    text.list([_named(mention) for mention in piece.news], limits.news, before=f"{_QUOTE}• ")
    text.say(piece.summary, limits.summary)
    events = piece.timeline[: limits.events]
    text.add("Earlier:" if events and piece.news else "")
    text.list([_event(event) for event in events], len(events), before="• ")
    return text.written()


def _behind(piece: Piece, limits: Limits) -> str:
    """Return what a story rests on: its articles, why it matched, why it is told now, what to do about it."""
    first, text = piece.first_seen, Text(_CONTEXT)
    told = [event.mention for event in piece.timeline[: limits.events]]
    others = [mention for mention in piece.mentions if mention not in told]
    named = "Also" if told else "Earlier" if piece.news else "Sources"
    shown = text.row([_source(mention) for mention in others], limits.sources, before=f"{named}: ", spare=700)
    if first not in (*told, *others[:shown], *piece.news[: limits.news]):
        text.add(f"{piece.first_label}: {link(first.url, first.publisher)}, {plain(first.when)}")
    text.say(piece.credited, 200)
    text.say(piece.matched, 300, before="Matched on ")
    by = f" — {plain(piece.passage_by)}" if piece.passage_by else ""
    text.say(piece.passage, limits.passage, before="“", after=f"”{by}")
    text.say(piece.reason, 400, before="Why now: ")
    text.add(_actions(piece.actions if limits.actions else (), command="mute"))
    return text.written()


def _tail(page: Page, limits: Limits) -> list[Block]:
    ways_out = _actions(page.actions, command="pause", room=_WAYS_OUT)
    blocks, foot = [], Text(limits.foot - width(ways_out))
    if page.also:
        rows = [_named(mention) for mention in page.also]
        blocks.append(_section(_listed("*Also matched*", rows, limits.also, limits.foot), "also"))
    for note in (page.waiting, " ".join(filter(None, (page.why, page.next))), PROMISE, " ".join(page.coverage_notes)):
        foot.say(note, 600)
    blocks.append(_context("\n".join(filter(None, (foot.written(), ways_out)))))
    if page.held:
        rows = [_near(note, before) for before, note in zip((None, *page.held), page.held, strict=False)]
        blocks.append(_context(_listed("*Near misses*", rows, limits.held, limits.foot, before="")))
    return blocks


def _near(note: Note, before: Note | None) -> str:
    """Return what was held back, after the reason unless that of the one before is the same."""
    is_new = bool(note.message) and (before is None or before.message != note.message)
    reason = f"{plain(f'{cut(note.message, 200)}:', 300)}\n" if is_new else ""
    named = ", ".join(filter(None, (plain(note.publisher), f"story {plain(note.story)}" if note.story else "")))
    return f"{reason}• {', '.join(filter(None, (link(note.url, note.headline, 200), named)))}"


def _listed(heading: str, rows: list[str], limit: int, room: int, before: str = "• ") -> str:
    text = Text(room)
    text.add(heading)
    text.list(rows, limit, before=before)
    return text.written()


def _event(event: Event) -> str:
    named = link(event.mention.url, event.mention.publisher)
    named += f" ({plain(event.mention.mark)})" if event.mention.mark else ""
    return f"{plain(event.when)}  {', '.join(filter(None, (plain(event.what, 400), named)))}"


def _named(mention: Mention) -> str:
    return ", ".join((link(mention.url, mention.title), _from(mention)))


def _source(mention: Mention) -> str:
    return f"{link(mention.url, mention.publisher)} {_when(mention)}"


def _from(mention: Mention) -> str:
    return f"{plain(mention.publisher)} {_when(mention)}"


def _when(mention: Mention) -> str:
    return plain(f"{mention.when} ({mention.mark})" if mention.mark else mention.when)


def _actions(actions: tuple[Action, ...], *, command: str, room: int = _CONTEXT) -> str:
    """Return the actions as links, as many as there is room for, or the one command that is needed most."""
    linked = Text(room)
    for action in actions:
        linked.add(link(action.url, action.label) if action.url else "")
    if linked.written():
        return linked.written().replace("\n", "  ")
    typed = (action for action in actions if action.name == command and code(action.command))
    return next((f"{plain(action.label + ':')} {code(action.command)}" for action in typed), "")


def _header(title: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": cut(title, MAX_HEADER) or "News", "emoji": False}}


def _section(text: str, name: str) -> Block:
    return {"type": "section", "block_id": name, "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Block:
    # `verbatim` keeps Slack from turning names and bare addresses into links and mentions.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _size(block: Block) -> int:
    text = block.get("text") or block.get("elements")
    parts = text if isinstance(text, list) else [text]
    return sum(width(str(part["text"])) for part in parts if isinstance(part, dict))
