"""A page as plain text: every story and its links, for terminals and for mail programs that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.messages import words
from monitor.messages.pages import NEAR, PRODUCT, PROMISE, Mention, Note, Page, Piece
from monitor.records import Action

MAX_BYTES = 99_999
"""As much as the HTML part may have."""

_WIDTH = 72
_THICK = "=" * _WIDTH
_THIN = "-" * _WIDTH
_MANY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a page is written; what is left out is said or counted in words."""

    stories: int
    articles: int = 30
    extras: bool = True
    summary: bool = True
    actions: bool = True
    also: int = 12
    held: int = NEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text, and how many of the page's stories, the first ones, it has."""

    text: str
    stories: int


def write(page: Page) -> Written:
    """Return the page as lines of at most 72 characters, under 100,000 bytes in all.

    Links and commands stand alone on lines and are never broken, and neither is a word that is longer than a line.
    Where it would be longer, passages and strips of hours go first, then most articles of each story, then its summary
    and what can be done about it, and at last the last stories.
    """
    everything = Limits(stories=len(page.pieces))
    no_extras = replace(everything, extras=False)
    few = replace(no_extras, articles=5)
    shortest = replace(few, articles=1, summary=False, actions=False, also=3, held=3)
    for limits in (everything, no_extras, replace(no_extras, articles=10), few, shortest):
        text = _text(page, limits)
        if _fits(text):
            return Written(text=text, stories=limits.stories)
    return _cut(page, shortest)


def _cut(page: Page, limits: Limits) -> Written:
    """Return the page with as many of its first stories as fit, found by halving."""
    fewest, too_many = 0, limits.stories
    best = _text(page, replace(limits, stories=0))
    while too_many - fewest > 1:
        tried = (fewest + too_many) // 2
        text = _text(page, replace(limits, stories=tried))
        if _fits(text):
            fewest, best = tried, text
        else:
            too_many = tried
    return Written(text=best, stories=fewest)


def _fits(text: str) -> bool:
    return len(text.encode()) <= MAX_BYTES


def _text(page: Page, limits: Limits) -> str:
    return "\n".join(_lines(page, limits)) + "\n"


def _lines(page: Page, limits: Limits) -> Iterator[str]:
    yield from (PRODUCT, *_wrap(page.title), page.when)
    yield from _wrap(f"{page.counts} {page.coverage}.".strip())
    yield _THICK
    for number, piece in enumerate(page.pieces[: limits.stories]):
        if number:
            yield from ("", _THIN)
        yield from _story(piece, limits)
    for sentence in filter(None, (page.empty, _left_out(page, limits), page.waiting)):
        if page.pieces:
            yield from ("", _THIN)
        yield from ("", *_wrap(sentence))
    if page.also:
        yield from ("", _THIN, "", "ALSO MATCHED")
        for mention in page.also[: limits.also]:
            yield from ("", *_article(mention))
        yield from _more(page.also, limits.also, "")
    yield from ("", _THICK, *_foot(page, limits))


def _foot(page: Page, limits: Limits) -> Iterator[str]:
    yield from _wrap(f"{page.why} {page.next}".strip())
    yield PROMISE
    yield from _wrap(" ".join(page.coverage_notes))
    if page.held:
        yield from ("", "NEAR MISSES", *_held(page.held, limits.held))
    if page.actions:
        yield from ("", *_actions(page.actions))


def _left_out(page: Page, limits: Limits) -> str:
    """Return in words what is not told: the last stories, or parts of all of them."""
    shown, parts = page.pieces[: limits.stories], []
    if not limits.extras and any(piece.hours or piece.passage for piece in shown):
        parts.append("the passages and the articles per hour")
    if not limits.summary and any(piece.summary for piece in shown):
        parts.append("the summaries")
    if not limits.actions and any(piece.actions for piece in shown):
        parts.append("what you can do about a story")
    left_out = len(page.pieces) - len(shown)
    more = words.plural(left_out, "more story", "more stories")
    does = "does" if left_out == 1 else "do"
    said = [f"{more} {does} not fit in this message."] if left_out else []
    return " ".join([*said, f"Left out, to keep it short: {words.listed(parts, len(parts))}."] if parts else said)


def _story(piece: Piece, limits: Limits) -> Iterator[str]:
    yield from ("", *_wrap(f"{piece.tag.upper()}  {piece.facts}"), *_wrap(piece.headline))
    if piece.url:
        yield piece.url
    if piece.label:
        yield from ("", *_wrap(f"{piece.label}: {piece.news_text}".strip()))
        yield from _articles(piece.news, limits.articles)
    if piece.summary and limits.summary:
        yield from ("", *_wrap(piece.summary))
    if piece.mentions:
        yield from ("", "Earlier:") if piece.news else ("",)
        yield from _articles(piece.mentions, limits.articles)
    yield ""
    yield from _why(piece, limits)
    yield from _actions(piece.actions if limits.actions else ())


def _why(piece: Piece, limits: Limits) -> Iterator[str]:
    if piece.matched:
        yield from _wrap(f"Matched on {piece.matched}")
    if piece.passage and limits.extras:
        yield from _wrap(piece.quotation, indent="  ")
    for sentence in filter(None, (piece.status, piece.credited)):
        yield from _wrap(f"{sentence}.")
    yield from _first(piece, (*piece.news[: limits.articles], *piece.mentions[: limits.articles]))
    if piece.hours and limits.extras:
        yield from _wrap(f"{piece.hours_label}:")
        yield f"  {_strip(piece.hours)}"
    yield from _wrap(f"Why now: {piece.reason}")


def _first(piece: Piece, shown: Sequence[Mention]) -> Iterator[str]:
    """Yield who was first, unless an article that is shown is marked as that."""
    first = piece.first_seen
    if first in shown:
        return
    yield from _wrap(f"{piece.first_label}: {first.publisher}, {first.when}")
    if first.url and first.url not in {mention.url for mention in shown}:
        yield f"  {first.url}"


def _strip(hours: Sequence[int]) -> str:
    """Return a digit for each hour, a dot for an empty one and a plus for ten articles or more."""
    return "".join("." if not count else str(count) if count < _MANY else "+" for count in hours)


def _actions(actions: Sequence[Action]) -> Iterator[str]:
    for action in actions:
        if action.url or action.command:
            yield from (*_wrap(f"{action.label}:"), f"  {action.url or action.command}")


def _articles(mentions: Sequence[Mention], limit: int) -> Iterator[str]:
    for mention in mentions[:limit]:
        yield from _article(mention)
    yield from _more(mentions, limit)


def _article(mention: Mention) -> Iterator[str]:
    mark = f", {mention.mark}" if mention.mark else ""
    yield from _wrap(f"- {mention.title} ({mention.publisher}, {mention.when}{mark})", later="  ")
    if mention.url:
        yield f"  {mention.url}"


def _held(held: Sequence[Note], limit: int) -> Iterator[str]:
    """Yield what was held back, those with the same reason under it."""
    reason = ""
    for note in held[:limit]:
        if note.message and note.message != reason:
            yield from _wrap(f"{note.message}:")
        reason = note.message
        named = ", ".join(filter(None, (note.publisher, f"story {note.story}" if note.story else "")))
        yield from _wrap(f"- {note.headline}{f' ({named})' if named else ''}", later="  ")
        if note.url:
            yield f"  {note.url}"
    yield from _more(held, limit)


def _more(rows: Sequence[object], limit: int, *before: str) -> Iterator[str]:
    if len(rows) > limit:
        yield from (*before, f"and {len(rows) - limit:,} more")


def _wrap(text: str, *, indent: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + later,
        break_long_words=False,
        break_on_hyphens=False,
    )
