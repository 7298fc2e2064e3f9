"""Feeds of a size or shape that no honest feed has: read in time, or given up in time."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.feeds import parse
from monitor.records import ParsedFeed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(document: str) -> ParsedFeed:
    return parse(document.encode(), url="https://news.example/feed", feed_id="news", now=NOW)


def rss(items: str, doctype: str = "", attributes: str = "") -> str:
    channel = f"<channel><title>N</title>{items}</channel>"
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0" {attributes}>{channel}</rss>'


def many(pattern: str, count: int) -> str:
    return " ".join(pattern.format(number) for number in range(count))


@pytest.mark.parametrize(
    ("document", "entries"),
    [
        (rss("".join(f"<item><title>{n}</title></item>" for n in range(20_000))), 500),
        (rss("".join(f"<item><title>{n} & x</title></item>" for n in range(5_000))), 500),
        (rss("<item><title>A</title>" + "<x>" * 100_000 + "</x>" * 100_000 + "</item>"), 1),
        (rss("<item><title>A</title></item>", "", many("xmlns:n{0}='http://x/{0}'", 5_000)), 1),
        (rss("<item><title>A</title></item>", "<!DOCTYPE r [" + '<!ENTITY e "x">' * 20_000 + "]>"), 1),
        (rss(f"<!--{'x' * 1_000_000}--><item><title>A</title></item>"), 1),
        (rss("<!-- x -->" * 50_000 + "<item><title>A</title></item>"), 1),
        (rss(f"<item><title>A</title><description>{'&lt;b&gt;' * 250_000}</description></item>"), 1),
        (rss(f"<item><title>A</title><x {many('a{}=`1`', 2_000)}/></item>".replace("`", '"')), 1),
        (rss(f"<item><title>A</title>{'<category>x</category>' * 20_000}</item>"), 1),
        (rss(f"<item><title>A</title>{'<link>https://a.example/</link>' * 20_000}</item>"), 1),
        (rss(f"<item><title>A</title>{'<author>a@b.example (A B)</author>' * 5_000}</item>"), 1),
        (rss(f"<item><title>A</title><guid>{'https://a.example/' + '../' * 300_000}</guid></item>"), 1),
        (rss(f"<item><title>A</title><link>https://a.example/?{'a=1&amp;' * 200_000}</link></item>"), 1),
        (rss("<item><title>A</title><link>http://" + "\u00fc" * 200_000 + ".example/</link></item>"), 1),
        (rss(f"<item><title>A</title><author>{'By ' * 300_000}</author></item>"), 1),
        (rss(f"<item><title>A</title><pubDate>{'1 Jan ' * 50_000}</pubDate></item>"), 1),
    ],
    ids=[
        *("20k entries", "5k malformed entries", "nesting", "namespaces", "entities", "comment", "comments", "markup"),
        *("attributes", "categories", "links", "authors", "dots", "query", "host", "by", "date"),
    ],
)
def test_documents_of_great_size_or_odd_shape_are_read_in_time(document: str, entries: int) -> None:
    started = time.process_time()
    assert len(read(document).entries) == entries
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    ["<" * 50_000, "&" * 50_000, "&lt;b&gt;" * 50_000, "&lt;!--" * 30_000, "<![CDATA[" * 10_000, "<a>" * 5_000],
)
def test_floods_end_in_time(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(ParseError):
        read(rss(f"<item><title>A</title><description>{text}</description></item>"))
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "markup",
    [
        "<i " + " ".join(f"a{n}=1" for n in range(200_000)),
        "<p>" + "".join(f"<i {' '.join(f'a{n}=1' for n in range(300))}>" for _ in range(400)),
        "<a><p><table>" * 50_000,
        "<form><li><font>" * 50_000 + "</p>" * 50_000,
    ],
)
def test_hostile_markup_in_content_ends_in_time(markup: str) -> None:
    document = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "content_html": markup}]})
    started = time.process_time()
    read(document)
    assert time.process_time() - started < 10


@pytest.mark.slow
def test_many_attributes_are_known_to_be_slow() -> None:
    """Quadratic in feedparser: minutes for 50,000. The time limit of the worker pool is the cure."""
    attributes = " ".join(f'a{n}="1"' for n in range(12_000))
    read(rss(f"<item><title {attributes}>A</title></item>"))
