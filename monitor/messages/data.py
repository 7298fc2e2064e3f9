"""A digest as data for other programs, in names that stay.

`version` changes when a name goes or takes another meaning; names may come without it. Texts are whole and stand on one
line. Times are UTC in ISO 8601, addresses http or https, and what is not known is null.

    version, id, why, trigger, person, timezone, created_at, slot, next_at, thread, waiting
    watch       id, title
    counts      stories, new, updates, major
    coverage    since, feeds, feeds_answering, silent, articles, teasers
    stories     id, kind, tag, major, headline, url, summary, quoted, publishers, unseen, reason, since, hours,
                status, news, first_seen, first_sure, sources, matched, actions
    also        articles: id, title, url, publisher, published, new, relation, teaser
    held        id, headline, url, publisher, reason, message
    actions     name, label, url, command
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from monitor.messages import clean
from monitor.records import Action, Coverage, Digest, Held, Item, Kind, Matched, News, Quoted, Source, Status

VERSION = 1


def write(digest: Digest) -> dict[str, Any]:
    """Return the digest as what JSON knows: mappings, lists, numbers, texts and null."""
    return {
        "version": VERSION,
        "id": clean.line(digest.id),
        "watch": {"id": clean.line(digest.watch_id), "title": clean.line(digest.watch_title)},
        "person": clean.line(digest.person_id),
        "why": digest.why.value,
        "trigger": clean.line(digest.trigger),
        "created_at": _time(digest.created_at),
        "timezone": clean.line(digest.timezone),
        "slot": _time(digest.slot),
        "next_at": _time(digest.next_at),
        "thread": clean.line(digest.thread or "") or None,
        "waiting": digest.waiting,
        "counts": _counts(digest.items),
        "coverage": _coverage(digest.coverage),
        "stories": [_story(item) for item in digest.items],
        "also": [_article(source) for source in digest.also],
        "held": [_held(held) for held in digest.held],
        "actions": [_action(action) for action in digest.actions],
    }


def tag(item: Item) -> str:
    """Return the one word under which every message tells a story."""
    return "Major" if item.major else "Update" if item.kind is Kind.UPDATE else "New"


def _counts(items: tuple[Item, ...]) -> dict[str, int]:
    updates = sum(item.kind is Kind.UPDATE for item in items)
    major = sum(item.major for item in items)
    return {"stories": len(items), "new": len(items) - updates, "updates": updates, "major": major}


def _coverage(found: Coverage) -> dict[str, Any]:
    return {
        "since": _time(found.since),
        "feeds": found.feeds,
        "feeds_answering": found.feeds_answering,
        "silent": _lines(found.silent),
        "articles": found.articles,
        "teasers": found.teasers,
    }


def _story(item: Item) -> dict[str, Any]:
    return {
        "id": clean.line(item.story_id),
        "kind": item.kind.value,
        "tag": tag(item),
        "major": item.major,
        "headline": clean.line(item.headline),
        "url": _link(item.url),
        "summary": clean.line(item.summary),
        "quoted": [_quoted(quote) for quote in item.quoted],
        "publishers": item.publishers,
        "unseen": _lines(item.unseen),
        "reason": clean.line(item.reason),
        "since": _time(item.since),
        "hours": list(item.hours),
        "status": _status(item.status),
        "news": _news(item.news),
        "first_seen": _article(item.first_seen),
        "first_sure": item.first_sure,
        "sources": [_article(source) for source in item.sources],
        "matched": [_matched(match) for match in item.matched],
        "actions": [_action(action) for action in item.actions],
    }


def _article(source: Source) -> dict[str, Any]:
    return {
        "id": clean.line(source.article_id),
        "title": clean.line(source.title),
        "url": _link(source.url),
        "publisher": clean.line(source.publisher),
        "published": _time(source.published),
        "new": source.is_new,
        "relation": clean.line(source.relation) or None,
        "teaser": source.teaser,
    }


def _matched(match: Matched) -> dict[str, Any]:
    return {
        "topic": clean.line(match.topic),
        "title": clean.line(match.title),
        "score": _number(match.score),
        "probability": _number(match.probability),
        "threshold": _number(match.threshold),
        "terms": _lines(match.terms),
        "against": clean.line(match.against) or None,
        "passage": clean.line(match.passage),
        "part": match.part,
        "parts": match.parts,
        "article": clean.line(match.article_id) or None,
        "publisher": clean.line(match.publisher) or None,
    }


def _news(news: News | None) -> dict[str, Any] | None:
    if news is None:
        return None
    return {
        "sentences": [_quoted(quote) for quote in news.sentences],
        "figures": _lines(news.figures),
        "actors": _lines(news.actors),
        "status": _status(news.status),
        "before": clean.line(news.before) or None,
    }


def _status(status: Status | None) -> dict[str, Any] | None:
    if status is None:
        return None
    return {"word": clean.line(status.word), "shown_by": _quoted(status.shown_by)}


def _quoted(quote: Quoted) -> dict[str, str]:
    return {
        "article": clean.line(quote.article_id),
        "publisher": clean.line(quote.publisher),
        "text": clean.line(quote.text),
    }


def _held(held: Held) -> dict[str, str | None]:
    return {
        "id": clean.line(held.story_id),
        "headline": clean.line(held.headline),
        "url": _link(held.url),
        "publisher": clean.line(held.publisher) or None,
        "reason": clean.line(held.reason),
        "message": clean.line(held.message),
    }


def _action(action: Action) -> dict[str, str | None]:
    return {
        "name": clean.line(action.name),
        "label": clean.line(action.label),
        "url": _link(action.url),
        "command": clean.line(action.command) or None,
    }


def _lines(texts: Iterable[str]) -> list[str]:
    return [clean.line(text) for text in texts]


def _link(url: str) -> str | None:
    return clean.link(url) or None


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _number(value: float | None) -> float | None:
    # JSON has no word for "not a number".
    return value if value is not None and math.isfinite(value) else None
