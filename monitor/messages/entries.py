"""The stories of a digest as entries of a feed, to be read by anybody and at any later time.

So they hold no action of a reader's, and times with their date and zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from pathlib import Path
from uuid import UUID

import jinja2

from monitor.messages import clean, filling, pages, words
from monitor.messages.pages import Page, Piece
from monitor.records import Digest, FeedEntry, Item, Kind, Source

_ARTICLES = 30
_TITLE = 300
_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An article as an entry names it; `url` is empty when its link is not one to follow, `utc` is for programs.

    `mark` says in a word or two what a reader should know of it, as `pages.Mention` does.
    """

    title: str
    publisher: str
    url: str
    when: str
    utc: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an entry says besides its piece; `more` articles are not named."""

    label: str
    first_seen: Line
    news: tuple[Line, ...]
    others: tuple[Line, ...]
    more: int


def write(digest: Digest, page: Page) -> tuple[FeedEntry, ...]:
    """Return an entry for each story of the page of that digest, in its order."""
    zone = words.zone_of(digest.timezone)
    return tuple(
        _entry(item, piece, _shown(item, zone), digest.created_at)
        for item, piece in zip(digest.items, page.pieces, strict=True)
    )


def identity(item: Item) -> str:
    """Return a URN that is the same for the same news of a story, whoever is told of it and when."""
    fresh = sorted({source.article_id for source in item.sources if source.is_new})
    news = "\n".join((item.story_id, item.kind.value, *fresh)).encode(errors="replace")
    return UUID(bytes=hashlib.sha256(news).digest()[:16], version=5).urn


def _entry(item: Item, piece: Piece, shown: Shown, at: datetime) -> FeedEntry:
    named = {"New": ""}.get(piece.tag, f"{piece.tag}: ")
    topics = (clean.line(match.title, _NAME) for match in item.matched)
    return FeedEntry(
        id=identity(item),
        title=f"{named}{piece.headline}",
        url=piece.url,
        html=_template().render(piece=piece, shown=shown),
        text="\n".join(_lines(piece, shown)) + "\n",
        at=at,
        tags=tuple(dict.fromkeys((piece.tag, *filter(None, topics)))),
    )


def _shown(item: Item, zone: tzinfo) -> Shown:
    is_update = item.kind is Kind.UPDATE
    news = [source for source in item.sources if is_update and source.is_new]
    others = [source for source in item.sources if not (is_update and source.is_new)]
    # An article that stands alone is named by "first seen" already.
    others = [] if others == [item.first_seen] else others
    kept_news, kept_others = news[:_ARTICLES], others[: max(_ARTICLES - len(news), 0)]
    return Shown(
        label=pages.label(item, partial(_moment, zone=zone)) if is_update else "",
        first_seen=_line(item.first_seen, zone),
        news=tuple(_line(source, zone) for source in kept_news),
        others=tuple(_line(source, zone) for source in kept_others),
        more=len(news) - len(kept_news) + len(others) - len(kept_others),
    )


def _line(source: Source, zone: tzinfo) -> Line:
    publisher = clean.line(source.publisher, _NAME) or "unnamed publisher"
    return Line(
        title=clean.line(source.title, _TITLE) or publisher,
        publisher=publisher,
        url=clean.link(source.url),
        when=_moment(source.published, zone),
        utc=source.published.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        mark=words.mark(source),
    )


def _moment(at: datetime, zone: tzinfo) -> str:
    try:
        there = at.astimezone(zone)
    except OverflowError:  # feeds do say "9999-12-31T23:59:59Z"
        there = at
    return f"{there.replace(tzinfo=None).isoformat(' ', 'minutes')} {words.zone_name(there)}"


def _lines(piece: Piece, shown: Shown) -> Iterator[str]:
    yield ". ".join(filter(None, (f"{piece.tag}: {piece.facts}", piece.status, piece.credited)))
    if piece.news_text or shown.news:
        yield from ("", " ".join(filter(None, (f"{shown.label}:", piece.news_text))))
        yield from _articles(shown.news)
    if piece.summary:
        yield from ("", piece.summary)
    if shown.others:
        yield ""
        yield from _articles(shown.others)
    if shown.more:
        yield f"and {shown.more:,} more"
    first = shown.first_seen
    yield from ("", " ".join(filter(None, (f"{piece.first_label}: {first.publisher}, {first.when}", first.url))))
    yield from (f"Matched on {piece.matched}",) if piece.matched else ()
    yield from (piece.quotation,) if piece.passage else ()
    yield from (f"Why: {piece.reason}",) if piece.reason else ()


def _articles(rows: tuple[Line, ...]) -> Iterator[str]:
    for row in rows:
        told = ", ".join(filter(None, (row.publisher, row.when, row.mark)))
        yield " ".join(filter(None, (f"- {row.title} ({told})", row.url)))


@cache
def _template() -> jinja2.Template:
    return filling.environment(Path(__file__).parent).get_template("entry.html.jinja")
