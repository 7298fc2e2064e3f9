"""Items to entries: limits, links, dates, and what is left out for which reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.feeds import dates, identity, text, urls
from monitor.feeds.items import Document, Item
from monitor.records import Entry, ParsedFeed

_EMAIL = re.compile(r"(mailto:)?\S+@\S+")
_BY = re.compile(r"^by:?\s+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_AUTHORS = 20
_AUTHOR = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is kept of a document (`entries`) and of an entry (characters)."""

    entries: int = 500
    title: int = 500
    summary: int = 2_000
    content: int = 200_000
    url: int = urls.LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What all items of a document share; `made_up` tells that its dates are."""

    feed_id: str
    bases: Sequence[str]
    language: str | None
    now: datetime
    made_up: bool
    limits: Limits


def assemble(document: Document, *, url: str, feed_id: str, now: datetime, limits: Limits) -> ParsedFeed:
    """Return the entries of a document in its order.

    `dropped` counts what was left out: `empty` (nothing in it), `bad-link` (an unusable link and no title),
    `duplicate` (same key as an earlier item), `over-limit` (all but the newest 500), and what the reader counted. Dates
    that were all made up when the document was asked for are not believed.
    """
    dropped = Counter(document.dropped)
    dropped["over-limit"] += max(0, len(document.items) - limits.entries)
    items = _newest(document.items, limits.entries, now)
    reading = _Reading(
        feed_id=feed_id,
        bases=tuple(base for base in (urls.usable_link(document.link, url), url) if base),
        language=_language(document.language),
        now=now,
        made_up=dates.are_made_up((item.published for item in items), now),
        limits=limits,
    )
    drafts = []
    for item in items:
        draft = _draft(item, reading)
        if isinstance(draft, identity.Draft):
            drafts.append(draft)
        else:
            dropped[draft] += 1
    entries = identity.with_keys(drafts, dropped)
    return ParsedFeed(
        title=text.line(document.title, limits.title),
        entries=entries,
        language=reading.language,
        dropped={reason: count for reason, count in dropped.items() if count},
        hints=document.hints,
        entries_hash=identity.entries_hash(entries),
    )


def _newest(items: Sequence[Item], most: int, now: datetime) -> Sequence[Item]:
    """Return the newest items in the order of the document: some feeds are an archive that begins with its oldest.

    An undated item is as old as the dated one before it. Where most have no date that can be believed, the first are
    the newest, as in nearly all feeds.
    """
    if len(items) <= most:
        return items
    written = [item.published for item in items]
    moments = [moment if moment and moment <= now + dates.AHEAD else None for moment in written]
    dated = [moment for moment in moments if moment is not None]
    if 2 * len(dated) <= len(items) or dates.are_made_up(written, now):
        return items[:most]
    last, ages = dated[0], []
    for moment in moments:
        last = moment or last
        ages.append(last)
    newest = sorted(range(len(items)), key=ages.__getitem__, reverse=True)[:most]
    return [items[place] for place in sorted(newest)]


def _draft(item: Item, reading: _Reading) -> identity.Draft | str:
    """Return an entry that has no keys yet, or the reason to leave the item out."""
    limits = reading.limits
    link = urls.usable_link(item.link, *reading.bases)
    if link is not None and len(link) > limits.url:
        link = None
    title = text.line(item.title, limits.title)
    summary, content = _texts(item, limits)
    if item.link.strip() and link is None and not title:
        return "bad-link"
    if not (title or summary or content or link):
        return "empty"
    published, updated, note = _dates(item, reading)
    entry = Entry(
        feed_id=reading.feed_id,
        key=text.bare(item.guid),
        url=link,
        title=title,
        summary=summary,
        content=content,
        published=published,
        updated=updated,
        authors=_authors(item.authors),
        language=_language(item.language) or reading.language,
        date_note=note,
    )
    return identity.Draft(entry=entry, fragment=text.bare(item.link.partition("#")[2]) if link else "")


def _dates(item: Item, reading: _Reading) -> tuple[datetime | None, datetime | None, str]:
    """Return when the item was published and updated, as far as that can be believed, and what is wrong with it."""
    if reading.made_up and item.published is not None:
        return None, None, "made-up"
    published, note = dates.judge(item.published, reading.now)
    if item.published is None and item.date_written:
        note = "unreadable"
    return published, dates.judge(item.updated, reading.now)[0], note


def _texts(item: Item, limits: Limits) -> tuple[str, str]:
    """Return summary and content; a summary that has to be cut is the full text of a feed that gives no other."""
    summary = text.line(item.summary, limits.summary)
    full = item.content or (item.summary if len(summary) >= limits.summary - 1 else "")
    return summary, text.paragraphs(full, limits.content) if full else ""


def _authors(names: Sequence[str]) -> tuple[str, ...]:
    """Return names without mail addresses, "By" and repetitions."""
    cleaned = (_BY.sub("", _EMAIL.sub("", text.line(name, _AUTHOR))).strip(" ()<>,;") for name in names[:_AUTHORS])
    by_name = {name.casefold(): name for name in reversed(list(cleaned)) if name}
    return tuple(reversed(by_name.values()))


def _language(tag: str) -> str | None:
    """Return the first part of a language tag (RFC 5646) in lower case, or None if it is not one."""
    first = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    return first if _LANGUAGE.fullmatch(first) else None
