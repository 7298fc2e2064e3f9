"""A page as plain text: every story and every link, for terminals and for mail programs that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from monitor.messages.pages import PRODUCT, PROMISE, Mention, Note, Page, Piece

_WIDTH = 72
_HELD = 5
_THICK = "=" * _WIDTH
_THIN = "-" * _WIDTH


def write(page: Page) -> str:
    """Return the page as lines of about 72 characters; links stand alone on their lines and are never broken."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (PRODUCT, page.title, page.when)
    yield from _wrap(f"{page.counts} {page.coverage}.")
    yield _THICK
    for number, piece in enumerate(page.pieces):
        if number:
            yield from ("", _THIN)
        yield from _story(piece)
    if page.also:
        yield from ("", _THIN, "", "ALSO MATCHED")
        for mention in page.also:
            yield from ("", *_article(mention))
    if page.held:
        yield from ("", _THIN, "", "HELD BACK", *_held(page.held))
    yield from ("", _THICK, *_wrap(page.trigger), PROMISE)


def _story(piece: Piece) -> Iterator[str]:
    yield from ("", *_wrap(f"{piece.tag.upper()}  {piece.facts}"), *_wrap(piece.headline))
    if piece.url:
        yield piece.url
    if piece.news:
        yield from ("", piece.news_label)
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


def _why(piece: Piece) -> Iterator[str]:
    yield from _wrap(f"{piece.first_label}: {piece.first_seen.publisher}, {piece.first_seen.when}")
    if piece.first_seen.url not in {"", *(mention.url for mention in piece.mentions + piece.news)}:
        yield f"  {piece.first_seen.url}"
    if piece.matched:
        yield from _wrap(f"Matched on {piece.matched}")
    if piece.passage:
        yield from _wrap(f"“{piece.passage}”", indent="  ")
    if piece.reason:
        yield from _wrap(f"Why now: {piece.reason}")


def _article(mention: Mention) -> Iterator[str]:
    yield from _wrap(f"- {mention.title} ({mention.publisher}, {mention.when})", later="  ")
    if mention.url:
        yield f"  {mention.url}"


def _held(held: tuple[Note, ...]) -> Iterator[str]:
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
