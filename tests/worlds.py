"""A small world of feeds and pages that a test changes as it goes, on real HTTP and a real database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from monitor.errors import MonitorError
from monitor.feeds import article_key
from monitor.pipeline import Pipeline
from monitor.ports import Workers
from monitor.records import Article, Feed
from monitor.store import Store
from monitor.web import WebClient, WebSettings
from tests.pipelines import make_rules, polling_pipeline
from tests.servers import Asked, LoopbackServer, Reply

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class InProcess:
    """Workers that work here and now; fits `ports.Workers`."""

    def map(self, function, items, *, seconds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - see the port
        """Apply the function, with expected errors as values."""
        assert seconds > 0
        for item in items:
            try:
                yield item, function(item)
            except MonitorError as error:
                yield item, error


class World:
    """A server whose pages a test changes, a clock that it moves, and a pipeline over both."""

    def __init__(self, database_url: str) -> None:
        """Serve nothing yet."""
        self.now = START
        self.replies: dict[str, Reply | Callable[[Asked], Reply]] = {}
        self.server = LoopbackServer(self._answer)
        self.store = Store(database_url, config="test")
        self.feeds: list[Feed] = []

    def _answer(self, asked: Asked) -> Reply:
        reply = self.replies.get(f"{asked.host}{asked.path}", Reply(status=404))
        return reply(asked) if callable(reply) else reply

    def add(self, name: str, reply: Reply | Callable[[Asked], Reply], host: str = "wire.localhost") -> Feed:
        """Publish a feed and have it watched."""
        path = f"/{name}"
        feed = Feed(id=name, name=name.title(), url=self.server.url(path, host), publisher=name)
        self.replies[f"{host}{path}"] = reply
        self.feeds.append(feed)
        return feed

    def pipeline(self, **rules: object) -> Pipeline:
        """Return the pipeline for the feeds added so far, as a process started now would make it."""
        settings = WebSettings(user_agent="test", allow_hosts=("*.localhost",), spacing_seconds=0, timeout_seconds=5)
        workers: Workers = InProcess()
        made = make_rules(self.feeds, **{"poll_rest": 15 * MINUTE, **rules})
        return polling_pipeline(made, self.store, WebClient(settings), workers, lambda: self.now)

    def asked(self) -> list[str]:
        """Return the paths asked since the last call."""
        paths = [one.path for one in self.server.asked]
        self.server.asked.clear()
        return paths


def rss(*items: tuple[str, datetime], extra: str = "") -> bytes:
    body = "".join(
        f"<item><title>{title}</title><link>https://wire.example/{title.replace(' ', '-')}</link>"
        f"<pubDate>{format_datetime(date)}</pubDate><description>{'word ' * 260}</description></item>"
        for title, date in items
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{extra}{body}</channel></rss>'.encode()


PAGE = (
    "<html><head><title>A rate decision</title></head><body><nav>Home</nav><article><h1>A rate decision</h1>"
    + "".join(
        f"<p>The council met for the {n}th time and set the rate at {n} percent after a long debate.</p>"
        for n in range(20)
    )
    + "</article></body></html>"
).encode()


def short(*links: str) -> bytes:
    items = "".join(
        f"<item><title>A rate decision</title><link>{link}</link><guid isPermaLink='false'>{number}</guid>"
        f"<pubDate>{format_datetime(START - number * HOUR)}</pubDate></item>"
        for number, link in enumerate(links)
    )
    return f'<rss version="2.0"><channel><title>W</title>{items}</channel></rss>'.encode()


def page(world: World, path: str, reply: Reply, host: str = "site.localhost") -> str:
    world.replies[f"{host}{path}"] = reply
    return world.server.url(path, host)


def reasons(world: World) -> Mapping[tuple[str, str], int]:
    return {key[1:]: count for key, count in world.store.ledger.count().items() if key[0] == "read"}


def titled(*entries: tuple[str, str], summary: str = "", newest: datetime = START) -> bytes:
    """Return a feed with these (title, link) entries, each an hour older than the one before."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{link}</guid>"
        f"<description>{summary}</description><pubDate>{format_datetime(newest - number * HOUR)}</pubDate></item>"
        for number, (title, link) in enumerate(entries)
    )
    return f'<rss version="2.0"><channel><title>W</title>{items}</channel></rss>'.encode()


def paper(*paragraphs: str, head: str = "", aside: str = "") -> bytes:
    """Return a page with an article of these paragraphs, and whatever stands in its head and beside it."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>A page</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main><article>{body}{aside}</article></main></body></html>"
    ).encode()


def article_at(world: World, url: str) -> Article:
    """Return the article stored under a URL."""
    key = article_key(url)
    return world.store.articles.known([key])[key]
