"""Made-up feeds, entries, polls and articles for the rules of the store, plausible by default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.articles import packed
from monitor.records import Arrival, Article, Document, Entry, Feed, FeedState, Outcome, Placed, Polled, Read
from monitor.store import Store

NOW = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
FEED = Feed(id="one", name="One", url="https://one.example/feed", publisher="One Ltd")
OTHER = Feed(id="two", name="Two", url="https://two.example/feed", publisher="Two Ltd")


def feed(number: int) -> Feed:
    return Feed(id=f"feed-{number:04}", name=f"Feed {number}", url=f"https://{number}.example/feed", publisher="P")


def entry(key: str, title: str = "A title", **changes: Any) -> Entry:
    """Return an entry an hour old, at a URL of its own."""
    plain: dict[str, Any] = {
        "feed_id": FEED.id,
        "key": key,
        "url": f"https://one.example/{key}",
        "title": title,
        "published": NOW - timedelta(hours=1),
        "authors": ("Ada",),
    }
    return Entry(**{**plain, **changes})


def linked(key: str, page: str, title: str = "A title", **changes: Any) -> Entry:
    """Return an entry whose URL leads to `page`."""
    return entry(key, title, url=f"https://one.example/{page}", url_key=f"key-of-{page}", **changes)


def polled(*entries: Entry, feed: Feed = FEED, state: str = "waiting", at: datetime = NOW) -> Polled:
    """Return a poll that was answered with these entries; the feed is due again in 15 minutes."""
    kept = FeedState(feed_id=feed.id, etag='W/"x"', next_at=at + timedelta(minutes=15), last_ok_at=at, first_ok_at=NOW)
    arrivals = tuple(Arrival(entry=one, state=state, reason="new") for one in entries)
    return Polled(
        feed=feed, at=at, state=kept, outcome="answered", reason="parsed", status=200, size=2000, entries=arrivals
    )


def article(name: str, published: datetime = NOW) -> Article:
    return Article(
        id=name,
        url=f"https://one.example/{name}",
        title=f"Title of {name}",
        text="Some text.",
        summary="",
        published=published,
        publisher="One Ltd",
        words=2,
    )


def outcome(step: str, subject: str, said: str = "done") -> Outcome:
    return Outcome(step=step, subject=subject, outcome=said, reason="because", at=NOW, numbers={"n": 1})


def read_article(store: Store, name: str, published: datetime = NOW) -> Article:
    """Take one entry all the way to an article."""
    store.sources.sync([FEED])
    store.sources.save([polled(entry(name))])
    unread = next(one for one in store.sources.unread(NOW, 10) if one.entry.key == name)
    made = article(name, published)
    page = packed(made.url, {"content-type": "text/html"}, b"<p>x</p>" * 99, NOW)
    store.articles.save([Read(unread=unread, article=made, page=page, outcome=outcome("read", unread.id))], NOW)
    return made


def placed(name: str, story: str, *, founded: bool = False) -> Placed:
    return Placed(id=name, story=story, founded=founded, similarity=0.0 if founded else 0.4, terms=("ledger",))


def group(store: Store, name: str, story: str, *, founded: bool = False) -> None:
    document = Document(id=name, title="", text="", published=NOW)
    store.grouping.save([placed(name, story, founded=founded)], [document], {}, "w1", [outcome("group", name)], NOW)
