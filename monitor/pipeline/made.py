"""What is made of an entry: the page to be read for it, and the article that reading gives."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from monitor import feeds
from monitor.articles import Page
from monitor.articles.publishers import Publishers, registered, site_of
from monitor.records import FROM_PAGES, Article, Extracted, Fetched, Quality, Unread

_KEPT_HEADERS = ("content-type", "content-language", "last-modified", "etag", "date")
_WORTH: Final = {Quality.FULL: 2, Quality.TEASER: 1, Quality.PAYWALL: 1}
_ENDING = re.compile(r"\.(?:html?|php|aspx?|amp)$|[-_.]?amp$", re.IGNORECASE)
_ARTICLE_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}")
_DATE = re.compile(r"(?:19|20)\d\d[/-]?[01]?\d(?:[/-]?[0-3]?\d)?(?!\d)")


def page_of(unread: Unread, found_at: str | None = None) -> Page:
    """Return what the feed says of an article, before its page is read.

    The page is asked who wrote it only where the feed cannot know: on another site than the feed's.
    """
    entry = unread.entry
    url = found_at or entry.url or unread.feed.url
    return Page(
        id=unread.id,
        url=url,
        body=b"",
        title=entry.title,
        published=entry.published or entry.updated,
        authors=entry.authors,
        publisher=unread.feed.publisher if _same_house(url, unread.feed.url) else "",
        content=entry.content,
        summary=entry.summary,
        language=entry.language or unread.feed.language,
    )


def article_of(
    unread: Unread, extracted: Extracted, found_at: str | None, publishers: Publishers, now: datetime
) -> Article:
    """Return the article behind an entry; `found_at` is where redirects led to, if that is its address.

    An entry without a link, or with one that it shares with others, has an address of its own below that link.
    """
    own = unread.entry.url
    if own is None or unread.entry.url_key is None:
        url = f"{own or unread.feed.url}#{unread.id}"
        key = hashlib.sha256(url.encode()).hexdigest()[:24]
    else:
        url = own_address(found_at or own, extracted.canonical)
        key = feeds.article_key(url)
    return Article(
        id=key,
        url=url,
        title=extracted.title or unread.entry.title or extracted.text[:80] or url,
        text=extracted.text,
        summary=unread.entry.summary,
        published=_published(unread, extracted),
        publisher=publishers.name_of(url, _stated(extracted), unread.feed.publisher, unread.feed.url),
        authors=extracted.authors,
        language=extracted.language,
        method=extracted.method,
        words=extracted.words,
        reason=extracted.reason,
        quality=extracted.quality,
        modified=_modified(unread, extracted, now),
        dated_by=extracted.dated_by,
        canonical=_elsewhere(url, extracted.canonical),
        links=extracted.links,
        site=site_of(url),
    )


def read_again(before: Article, fresh: Article, *, shared: bool) -> tuple[Article, str]:
    """Return the article as a second reading has it, or the one from before with why that one stays.

    What was read in full is not given up for a teaser: publishers put walls before what was open. Of an article that
    several feeds brought (`shared`), each under a title of its own, the first title stays.
    """
    title = before.title if shared else fresh.title
    if (fresh.text, title) == (before.text, before.title):
        return before, "same-text"
    worth, worth_before = _WORTH.get(fresh.quality, 0), _WORTH.get(before.quality, 0)
    if worth < worth_before or (worth == worth_before < _WORTH[Quality.FULL] and fresh.words < before.words):
        return before, "says-less"
    same = {name: getattr(before, name) for name in ("id", "url", "published", "dated_by", "publisher", "canonical")}
    summary = before.summary if shared else fresh.summary
    authors = fresh.authors or before.authors
    return replace(fresh, **same, title=title, summary=summary, authors=authors), ""


def own_address(found_at: str, canonical: str | None) -> str:
    """Return the address that the page calls its own, where that is plainly the same article on the same site.

    Templates state the front page, the section or another article too; those would make many articles one.
    """
    if canonical is None:
        return found_at
    stated = feeds.canonical_url(canonical)
    here, there = urlsplit(found_at), urlsplit(stated)
    if not _same_house(found_at, stated) or not here.path.strip("/"):
        return found_at
    if set(_DATE.findall(here.path)) - set(_DATE.findall(there.path)):
        return found_at
    ours, theirs = _name(here.path), _name(there.path)
    same_number = set(_ARTICLE_NUMBER.findall(ours)) & set(_ARTICLE_NUMBER.findall(theirs))
    same_name = ours == theirs and here.query == there.query
    return stated if theirs and (same_number or same_name) else found_at


def _same_house(url: str, other: str) -> bool:
    return registered(site_of(url)) == registered(site_of(other))


def _stated(extracted: Extracted) -> str | None:
    """Return what the page calls its publisher: nothing when it does not say, None when none was read."""
    return extracted.publisher or ("" if extracted.method in FROM_PAGES else None)


def _name(path: str) -> str:
    parts = [part for part in path.split("/") if part and part.lower() not in {"amp", "index.html"}]
    return _ENDING.sub("", parts[-1]).lower() if parts else ""


def _elsewhere(url: str, canonical: str | None) -> str | None:
    """Return the address on another site that a page names as the original of its article."""
    if canonical is None or _same_house(url, canonical):
        return None
    return feeds.canonical_url(canonical)


def _published(unread: Unread, extracted: Extracted) -> datetime:
    """Return when it was published: never after we saw it, whatever a page's scripts or a wrong clock say."""
    return min(extracted.published or unread.seen_at, unread.seen_at)


def _modified(unread: Unread, extracted: Extracted, now: datetime) -> datetime | None:
    """Return when it was changed last, as the feed or the page says: not before it was published, nor after now."""
    said = unread.entry.updated or extracted.modified
    return said if said is not None and _published(unread, extracted) < said <= now else None


def landed(answer: Fetched, extracted: Extracted) -> str | None:
    """Return where redirects led to, when that can be the article's own address.

    A redirect to a home page, or to a page that is no article, is how sites answer for what they no longer have.
    """
    url = feeds.canonical_url(answer.final_url)
    led = feeds.article_key(url) != feeds.article_key(answer.url)
    is_home = urlsplit(url).path in {"", "/"}
    return url if led and extracted.quality is Quality.FULL and not is_home else None


def kept_headers(answer: Fetched) -> dict[str, str]:
    """Return the headers that are archived with a page."""
    return {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
