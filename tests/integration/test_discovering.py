"""From an address to the feeds behind it: every candidate is tried, and what is none says why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from monitor.errors import FetchError
from monitor.pipeline.answers import FeedDocument, parse_document
from monitor.pipeline.discovering import MOST, Found, discover
from monitor.records import ParsedFeed
from monitor.store import Store
from monitor.web import WebClient, WebSettings
from monitor.workers import WorkerPool
from tests.pipelines import make_rules, polling_pipeline
from tests.servers import Asked, LoopbackServer, Reply

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FEED = """<rss version="2.0"><channel><title>Harbour Board</title><language>en-gb</language>
<item><title>Quay</title><link>http://h.localhost/1</link><pubDate>Fri, 20 Nov 2026 07:00:00 GMT</pubDate></item>
<item><title>Crane</title><link>http://h.localhost/2</link><pubDate>Sat, 21 Nov 2026 07:00:00 GMT</pubDate></item>
</channel></rss>"""
PAGE = """<html><head><title>Harbour</title>
<link rel="alternate" type="application/rss+xml" title="Old news" href="/gone.xml">
<link rel="alternate" type="application/rss+xml" title="News" href="/harbour.xml">
<link rel="alternate" type="application/atom+xml" title="A page" href="/page.html">
</head><body>Welcome</body></html>"""
PAGES = {
    "/": Reply(headers={"Content-Type": "text/html"}, body=PAGE.encode()),
    "/harbour.xml": Reply(headers={"Content-Type": "application/rss+xml"}, body=FEED.encode()),
    "/page.html": Reply(headers={"Content-Type": "text/html"}, body=b"<html><body>no feed</body></html>"),
    "/bare": Reply(headers={"Content-Type": "text/html"}, body=b"<html><body>nothing here</body></html>"),
    "/odd": Reply(headers={"Content-Type": "text/html"}, body=PAGE.replace("Welcome", "&#1114112;").encode()),
    "/odd.shtml": Reply(body=b"<p>&#1114112;</p><link rel='alternate' type='application/rss+xml' href='/harbour.xml'>"),
    "/broken.xml": Reply(body=FEED.replace("Quay", "&#1114112;").encode()),
    "/empty": Reply(),
    "/many": Reply(
        headers={"Content-Type": "text/html"},
        body="".join(f'<link rel="alternate" type="application/rss+xml" href="/f{n}">' for n in range(40)).encode(),
    ),
}


def dies_of_pages(document: FeedDocument) -> ParsedFeed:
    """Parse a document as the pipeline does, in a worker that does not survive web pages."""
    if b"<html" in document.answer.body:
        os._exit(3)
    return parse_document(document)


def answer(asked: Asked) -> Reply:
    return PAGES.get(asked.path, Reply(status=404))


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """Serve the pages."""
    with LoopbackServer(answer) as running:
        yield running


@pytest.fixture
def look(server: LoopbackServer, workers: WorkerPool, tmp_path: object) -> Iterator[Callable[[str], list[Found]]]:
    """Return what looks for feeds behind a path of the server."""
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    web = WebClient(
        WebSettings(user_agent="tests", spacing_seconds=0, allow_hosts=("*.localhost",), timeout_seconds=10)
    )
    rules = make_rules([])
    tools = polling_pipeline(rules, store, web, workers, lambda: NOW).tools
    yield lambda path: discover(rules, tools, server.url(path, host="h.localhost"))
    store.close()


def test_a_feed_is_found_at_its_own_address(look: Callable[[str], list[Found]], server: LoopbackServer) -> None:
    [found] = look("/harbour.xml")
    assert found.is_feed
    assert (found.title, found.entries) == ("Harbour Board", 2)
    assert (found.language or "").lower().startswith("en")
    assert found.newest == datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert [asked.path for asked in server.asked] == ["/harbour.xml"]


def test_the_feeds_that_a_page_names_are_tried_and_those_that_answer_come_first(
    look: Callable[[str], list[Found]], server: LoopbackServer
) -> None:
    found = look("/")
    assert found[0].url == server.url("/harbour.xml", host="h.localhost")
    assert [one.is_feed for one in found] == [True] + [False] * (len(found) - 1)
    by_path = {one.url.rpartition("/")[2]: one for one in found}
    assert by_path["gone.xml"].title == "Old news"
    assert by_path["gone.xml"].reason == "http-404"
    assert by_path["page.html"].reason == "not-a-feed"
    assert all(one.message for one in found[1:])
    assert len(server.asked) == len({asked.path for asked in server.asked}) <= 1 + MOST


def test_a_page_with_very_many_candidates_is_tried_for_some(
    look: Callable[[str], list[Found]], server: LoopbackServer
) -> None:
    assert len(look("/many")) == MOST
    assert len(server.asked) == 1 + MOST


def test_a_page_without_feeds_gives_none(look: Callable[[str], list[Found]]) -> None:
    assert [found.reason for found in look("/bare") if found.reason != "http-404"] == []


@pytest.mark.parametrize("path", ["/odd", "/odd.shtml"])
def test_a_page_that_breaks_a_parser_of_feeds_is_looked_into(
    look: Callable[[str], list[Found]], server: LoopbackServer, path: str
) -> None:
    found = look(path)
    assert (found[0].url, found[0].is_feed) == (server.url("/harbour.xml", host="h.localhost"), True)


def test_a_page_that_is_too_much_work_for_a_parser_of_feeds_is_looked_into(
    look: Callable[[str], list[Found]], server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.pipeline.discovering.parse_document", dies_of_pages)
    found = look("/")
    assert (found[0].url, found[0].is_feed) == (server.url("/harbour.xml", host="h.localhost"), True)


def test_a_feed_that_cannot_be_read_says_so_first(look: Callable[[str], list[Found]]) -> None:
    found = look("/broken.xml")
    assert (found[0].url.rpartition("/")[2], found[0].reason) == ("broken.xml", "unparseable")
    assert not any(one.is_feed for one in found)


def test_a_document_that_is_neither_page_nor_feed_says_what_it_is(look: Callable[[str], list[Found]]) -> None:
    [found] = look("/empty")
    assert (found.is_feed, found.reason) == (False, "empty")


def test_an_address_that_does_not_answer_is_an_error(look: Callable[[str], list[Found]]) -> None:
    with pytest.raises(FetchError) as refused:
        look("/nowhere")
    assert refused.value.status == 404
