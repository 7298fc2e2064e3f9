"""Pages that are made, or happen, to hang, swell or fool a parser: each ends within its limit, and as something named.

Every page is generated here and read in the worker pool, as in production.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from collections.abc import Callable, Iterator

import pytest

from monitor.articles import PAGE_LIMIT, Page, extract, warm_up
from monitor.errors import MonitorError, WorkError
from monitor.records import Extracted
from monitor.workers import WorkerPool
from tests.pages import BODY, page_of

SECONDS = 2.0
GOOD = Page(id="good", url="https://good.example/a", body=page_of(*BODY).encode())
SENTENCE = "The token rules take effect in March after a vote in the transport committee, said the harbour authority. "


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(warm_up=warm_up, preload=("monitor.articles.ready",)) as made:
        yield made


def around(middle: str, *, head: str = "") -> bytes:
    """Put something into the middle of an ordinary article."""
    return page_of(*BODY, middle, *BODY, head=head).encode()


def scripted(json_text: str) -> bytes:
    return around("", head=f'<script type="application/ld+json">{json_text}</script>')


def bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as stream:
        for _ in range(size // 1_000_000):
            stream.write(b"<p>word</p>" * 90_909)
    return packed.getvalue()


def seen_as(outcome: object) -> str:
    """Return what an outcome is: its reason, or `ok` for the whole article and nothing but doubtful words beside it."""
    if isinstance(outcome, MonitorError):
        return outcome.reason
    assert isinstance(outcome, Extracted)
    if outcome.reason:
        return outcome.reason
    return "ok" if BODY[0] in outcome.text and BODY[-1] in outcome.text else "other"


GENTLE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nested 250 deep": (lambda: around("<div>" * 200 + "x" + "</div>" * 200), {"ok"}),
    "nested 100,000 deep": (lambda: b"<html><body>" + b"<div>" * 100_000 + SENTENCE.encode(), {"no-text"}),
    "100,000 unclosed tags": (lambda: around("<b><i>" * 50_000), {"ok"}),
    "5,000 tables": (lambda: around("<table><tr><td>" * 5_000), {"ok"}),
    "one word of a megabyte": (lambda: around("x" * 1_000_000), {"ok"}),
    "5,000 empty paragraphs": (lambda: around("<p></p>" * 5_000), {"ok"}),
    "5,000 attributes": (lambda: around("<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">x</p>"), {"ok"}),
    "a colspan of a billion": (lambda: around("<table><tr><td colspan=1000000000>x</table>"), {"ok"}),
    "200,000 opening brackets": (lambda: around("<" * 200_000), {"ok", "other"}),
    "100,000 combining marks": (lambda: around("e" + "\u0301" * 100_000), {"ok"}),
    "a million dots": (lambda: around("." * 1_000_000), {"ok"}),
    "200,000 dates": (lambda: around("2024-01-01 " * 200_000), {"ok", "timeout"}),
    "a document type of slashes": (
        lambda: page_of(*BODY).replace("<!DOCTYPE html>", "<!DOCTYPE " + "/" * 200_000 + ">").encode(),
        {"ok"},
    ),
    "a document type without end": (lambda: b"<!DOCTYPE " + b"/" * 200_000, {"not-html"}),
    "200,000 spaces in a tag": (lambda: b"<html " + b" " * 200_000, {"not-html"}),
    "JSON that breaks off in quotes": (lambda: scripted('{"headline": "' + '\\"' * 100_000), {"ok"}),
    "JSON of a hundred thousand authors": (lambda: scripted('"author":' * 100_000), {"ok"}),
    "JSON nested 100,000 deep": (lambda: scripted('{"@graph":' * 100_000), {"ok"}),
    "JSON of 600 kB": (
        lambda: scripted(json.dumps({"@type": "NewsArticle", "articleBody": SENTENCE * 6_000})),
        {"ok"},
    ),
    "JSON of five thousand nodes": (lambda: scripted(json.dumps({"@graph": [{"@type": "Thing"}] * 5_000})), {"ok"}),
    "1,000 scripts": (lambda: around("", head='<script type="application/ld+json">{"a":1}</script>' * 1_000), {"ok"}),
    "20,000 meta elements": (lambda: around("", head='<meta name="author" content="A B">' * 20_000), {"ok"}),
    "a thousand bad times": (lambda: around('<time datetime="yesterday">x</time>' * 1_000), {"ok"}),
    "entities that explode": (
        lambda: (
            b'<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
            + around("&c;&c;&c;")
        ),
        {"ok"},
    ),
    "an entity that reads a file": (
        lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + around("<p>[&x;]</p>"),
        {"ok"},
    ),
    "a gzip bomb": (lambda: bomb(60_000_000), {"too-large"}),
    "gzip that breaks off": (lambda: gzip.compress(GOOD.body)[:-40], {"not-html"}),
    "random bytes": (lambda: os.urandom(1_000_000), {"not-html"}),
    "a picture with a page inside": (lambda: b"\x89PNG\r\n\x1a\n" + GOOD.body, {"not-html"}),
    "NULs in the text": (lambda: around("\0a\0" * 100), {"ok"}),
    "a byte that is no UTF-8": (lambda: around("@").replace(b"@", b"M\xe4rz") + b"\xff", {"ok"}),
    "beyond the limit": (lambda: b"<html>" + b"<p>x</p>" * (PAGE_LIMIT // 8), {"too-large"}),
}

HEAVY: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "300,000 paragraphs": (lambda: around("<p>ok</p>" * 300_000), {"timeout"}),
    "200,000 attributes": (lambda: around("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</p>"), {"timeout"}),
}

HEAVIER: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "500,000 line breaks": (lambda: around("<br>" * 500_000), {"ok", "timeout"}),
    "200,000 list items": (lambda: around("<li>item</li>" * 200_000), {"timeout"}),
    "500,000 comments": (lambda: around("<!--x-->" * 500_000), {"ok", "timeout"}),
    "200,000 form fields": (lambda: around("<input name=x>" * 200_000), {"ok", "timeout"}),
    "200,000 paths": (lambda: around("<svg>" + "<path d='M0'/>" * 200_000 + "</svg>"), {"ok", "timeout"}),
    "50,000 tag links": (lambda: around("<a rel=tag href=/t>tag name</a>" * 50_000), {"ok", "timeout", "other"}),
    "80,000 table rows": (lambda: around("<table>" + "<tr><td>1<td>2<td>3" * 80_000 + "</table>"), {"ok", "timeout"}),
    "4 MB of paragraphs": (lambda: around(f"<p>{SENTENCE}</p>" * 35_000), {"ok", "timeout"}),
    "4 MB of spaces": (lambda: around(f"<p class='{' ' * 4_000_000}'>x</p>"), {"ok", "timeout"}),
    "4 MB of ampersands": (lambda: around("&amp;" * 800_000), {"ok", "timeout"}),
    "4 MB of digits": (lambda: around("7" * 4_000_000), {"ok", "timeout"}),
    "40,000 bad times": (lambda: around('<time datetime="yesterday">x</time>' * 40_000), {"ok", "timeout"}),
}


def check(workers: WorkerPool, body: bytes, expected: set[str], seconds: float) -> object:
    """Read a hostile page and a good one after it; both must end as they should, and in time."""
    started = time.monotonic()
    pages = [Page(id="bad", url="https://bad.example/a", body=body), GOOD]
    (_, outcome), (_, after) = workers.map(extract, pages, seconds=seconds)
    assert seen_as(after) == "ok"
    assert seen_as(outcome) in expected, outcome
    assert time.monotonic() - started < 20 * seconds + 10
    if isinstance(outcome, Extracted):
        assert "root:" not in outcome.text
        assert outcome.published is None
    return outcome


@pytest.mark.parametrize("name", GENTLE)
def test_a_hostile_page_ends_as_something_named(workers: WorkerPool, name: str) -> None:
    make, expected = GENTLE[name]
    check(workers, make(), expected, SECONDS)


@pytest.mark.parametrize("name", HEAVY)
def test_a_page_that_would_take_for_ever_is_stopped(workers: WorkerPool, name: str) -> None:
    make, expected = HEAVY[name]
    outcome = check(workers, make(), expected, 0.4)
    assert isinstance(outcome, WorkError)
    assert outcome.subject == "https://bad.example/a"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*HEAVY, *HEAVIER])
def test_a_heavy_page_ends_within_the_limit_of_production(workers: WorkerPool, name: str) -> None:
    make, expected = (HEAVY | HEAVIER)[name]
    check(workers, make(), expected, 3.0)
