"""What is made of an entry: the page to be read for it, and the article that reading gives."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from monitor import feeds
from monitor.articles import Page
from monitor.records import Article, Extracted, Fetched, Unread

_KEPT_HEADERS = ("content-type", "content-language", "last-modified", "etag", "date")


def page_of(unread: Unread) -> Page:
    """Return what the feed says of an article, before its page is fetched."""
    entry = unread.entry
    return Page(
        id=unread.id,
        url=entry.url or unread.feed.url,
        body=b"",
        title=entry.title,
        published=entry.published or entry.updated,
        authors=entry.authors,
        publisher=unread.feed.publisher,
        content=entry.content,
        summary=entry.summary,
        language=entry.language or unread.feed.language,
    )


def article_of(unread: Unread, extracted: Extracted, found_at: str | None) -> Article:
    """Return the article behind an entry; `found_at` is where redirects led to, if that is its address.

    An entry without a link, or with one that it shares with others, has an address of its own below that link.
    """
    own = unread.entry.url
    if own is None or unread.entry.url_key is None:
        url = f"{own or unread.feed.url}#{unread.id}"
        key = hashlib.sha256(url.encode()).hexdigest()[:24]
    else:
        url = found_at or own
        key = feeds.article_key(url)
    return Article(
        id=key,
        url=url,
        title=extracted.title or unread.entry.title or extracted.text[:80] or url,
        text=extracted.text,
        summary=unread.entry.summary,
        published=_published(unread, extracted),
        publisher=extracted.publisher or unread.feed.publisher,
        authors=extracted.authors,
        language=extracted.language,
        method=extracted.method,
        words=extracted.words,
        reason=extracted.reason,
    )


def _published(unread: Unread, extracted: Extracted) -> datetime:
    """Return when it was published: never after we saw it, whatever a page's scripts or a wrong clock say."""
    return min(extracted.published or unread.seen_at, unread.seen_at)


def landed(answer: Fetched, extracted: Extracted) -> str | None:
    """Return where redirects led to, when that can be the article's own address.

    A redirect to a home page, or to a page that is no article, is how sites answer for what they no longer have.
    """
    url = feeds.canonical_url(answer.final_url)
    led = feeds.article_key(url) != feeds.article_key(answer.url)
    is_home = urlsplit(url).path in {"", "/"}
    return url if led and not extracted.reason and not is_home else None


def kept_headers(answer: Fetched) -> dict[str, str]:
    """Return the headers that are archived with a page."""
    return {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
