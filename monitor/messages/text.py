"""A page as plain text: every story and every link, for terminals and for mail programs that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from monitor.messages.pages import PRODUCT, PROMISE, Mention, Note, Page, Piece
from monitor.records import Action

_WIDTH = 72
_HELD = 5
_THICK = "=" * _WIDTH
_THIN = "-" * _WIDTH
_MANY = 10


def write(page: Page) -> str:
    """Return the page as lines of at most 72 characters; links and commands stand alone on lines and are never broken.

    A single word that is longer than a line is not broken either.
    """
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (PRODUCT, *_wrap(page.title), page.when)
    yield from _wrap(f"{page.counts} {page.coverage}.")
    yield _THICK
    for number, piece in enumerate(page.pieces):
        if number:
            yield from ("", _THIN)
        yield from _story(piece)
    for sentence in filter(None, (page.empty, page.waiting)):
        if page.pieces:
            yield from ("", _THIN)
        yield from ("", *_wrap(sentence))
    if page.also:
        yield from ("", _THIN, "", "ALSO MATCHED")
        for mention in page.also:
            yield from ("", *_article(mention))
    yield from ("", _THICK, *_foot(page))


def _foot(page: Page) -> Iterator[str]:
    yield from _wrap(f"{page.why} {page.next}".strip())
    yield PROMISE
    yield from _wrap(" ".join(page.coverage_notes))
    if page.held:
        yield from ("", "NEAR MISSES", *_held(page.held))
    if page.actions:
        yield from ("", *_actions(page.actions))


def _story(piece: Piece) -> Iterator[str]:
    yield from ("", *_wrap(f"{piece.tag.upper()}  {piece.facts}"), *_wrap(piece.headline))
    if piece.url:
        yield piece.url
    if piece.label:
        yield from ("", *_wrap(f"{piece.label}: {piece.news_text}".strip()))
        for mention in piece.news:
            yield from _article(mention)
    if piece.summary:
        yield from ("", *_wrap(piece.summary))
    if piece.mentions:
        yield from ("", "Earlier:") if piece.news else ("",)
        for mention in piece.mentions:
            yield from _article(mention)
    yield ""
    yield from _why(piece)
    yield from _actions(piece.actions)


def _why(piece: Piece) -> Iterator[str]:
    if piece.matched:
        yield from _wrap(f"Matched on {piece.matched}")
    if piece.passage:
        yield from _wrap(f"“{piece.passage}”", indent="  ")
    for sentence in filter(None, (piece.status, piece.credited)):
        yield from _wrap(f"{sentence}.")
    yield from _wrap(f"{piece.first_label}: {piece.first_seen.publisher}, {piece.first_seen.when}")
    if piece.first_seen.url not in {"", *(mention.url for mention in piece.mentions + piece.news)}:
        yield f"  {piece.first_seen.url}"
    if piece.hours:
        yield from _wrap(f"{piece.hours_label}:")
        yield f"  {_strip(piece.hours)}"
    if piece.reason:
        yield from _wrap(f"Why now: {piece.reason}")


def _strip(hours: Sequence[int]) -> str:
    """Return a digit for each hour, a dot for an empty one and a plus for ten articles or more."""
    return "".join("." if not count else str(count) if count < _MANY else "+" for count in hours)


def _actions(actions: Sequence[Action]) -> Iterator[str]:
    for action in actions:
        if action.url or action.command:
            yield from (*_wrap(f"{action.label}:"), f"  {action.url or action.command}")


def _article(mention: Mention) -> Iterator[str]:
    mark = f", {mention.mark}" if mention.mark else ""
    yield from _wrap(f"- {mention.title} ({mention.publisher}, {mention.when}{mark})", later="  ")
    if mention.url:
        yield f"  {mention.url}"


def _held(held: Sequence[Note]) -> Iterator[str]:
    for note in held[:_HELD]:
        yield from _wrap(f"- {note.headline}: {note.message}", later="  ")
    if len(held) > _HELD:
        yield f"and {len(held) - _HELD:,} more"


def _wrap(text: str, *, indent: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + later,
        break_long_words=False,
        break_on_hyphens=False,
    )
