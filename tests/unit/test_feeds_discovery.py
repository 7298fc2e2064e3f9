"""From a web page to the addresses that may be its feeds."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import Candidate, discover

URL = "https://www.news.example/section/page.html"
RSS = "<rss version='2.0'><channel><title>The News</title><item><title>A</title></item></channel></rss>"
ATOM = "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>The News</title></feed>"
RDF = (
    "<!-- a --><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    "<channel><title>The News</title></channel><item><title>A</title></item></rdf:RDF>"
)
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "The News", "items": []})


def find(head: str = "", body: str = "", url: str = URL, content_type: str = "") -> list[Candidate]:
    page = f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body>{body}</body></html>"
    return list(discover(page.encode(), url=url, content_type=content_type))


def named(head: str = "", body: str = "", url: str = URL) -> list[Candidate]:
    return [candidate for candidate in find(head, body, url) if candidate.why != "a usual place"]


def addresses(head: str = "", body: str = "", url: str = URL) -> list[str]:
    return [candidate.url for candidate in named(head, body, url)]


def link(href: str, title: str = "", kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


# The address itself


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (RSS.encode(), "rss"),
        (ATOM.encode(), "atom"),
        (RDF.encode(), "rss"),
        (JSON.encode(), "json"),
        (b"\xef\xbb\xbf\n" + JSON.encode(), "json"),
        (f"<?xml version='1.0' encoding='utf-16'?>{RSS}".encode("utf-16"), "rss"),
    ],
)
def test_a_feed_is_its_own_only_candidate(document: bytes, kind: str) -> None:
    assert discover(document, url=URL) == (
        Candidate(url=URL, title="The News", kind=kind, why="this address is a feed"),
    )


@pytest.mark.parametrize("document", [b'{"error": 1}', b"<rss", b"", b"   ", b"\x89PNG\r\n\x1a\n\0\0", b"<?xml?>"])
def test_what_is_neither_feed_nor_page_leaves_the_usual_places(document: bytes) -> None:
    assert {candidate.why for candidate in discover(document, url=URL)} == {"a usual place"}


# What the page declares


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/rss+xml", "rss"),
        ("application/atom+xml", "atom"),
        ("application/rdf+xml", "rss"),
        ("application/feed+json", "json"),
        ("application/json", "json"),
        (" Application/RSS+XML; charset=utf-8", "rss"),
    ],
)
def test_declared_feeds_are_found_by_type(kind: str, expected: str) -> None:
    assert named(link("/f", "Main", kind)) == [
        Candidate(url="https://www.news.example/f", title="Main", kind=expected, why="the page declares it")
    ]


@pytest.mark.parametrize("rel", ["alternate", "ALTERNATE", "home alternate", "alternate  nofollow", "feed"])
def test_the_order_and_case_of_rel_words_does_not_matter(rel: str) -> None:
    assert addresses(link("/f", rel=rel)) == ["https://www.news.example/f"]


@pytest.mark.parametrize(
    "head",
    [
        link("/f", kind="text/css", rel="alternate stylesheet"),
        link("/de/", kind="text/html"),
        link("/f", rel="canonical"),
        link("/f", kind=""),
        link("/wp-json/wp/v2/pages/7", kind="application/json"),
        link("/wp-json/oembed/1.0/embed?url=x", kind="application/json+oembed"),
        link("javascript:alert(1)"),
        link("file:///etc/passwd"),
        link("ftp://news.example/f"),
        link("https://user:pw@news.example/f"),
        link(""),
        "<link rel=alternate type=application/rss+xml>",
        "<!-- " + link("/f") + " -->",
    ],
)
def test_what_is_no_feed_or_no_usable_address_is_not_named(head: str) -> None:
    assert addresses(head) == []


def test_a_feed_of_a_vague_type_is_found_by_its_address() -> None:
    assert addresses(link("/rss.xml", kind="text/xml")) == ["https://www.news.example/rss.xml"]


def test_relative_addresses_follow_the_base() -> None:
    assert addresses('<base href="/blog/">' + link("feed")) == ["https://www.news.example/blog/feed"]
    assert addresses('<base href="javascript:1">' + link("feed")) == ["https://www.news.example/section/feed"]
    assert addresses(link("feed")) == ["https://www.news.example/section/feed"]


def test_an_address_is_kept_as_it_is() -> None:
    written = "/index.php?source=rss&amp;utm_source=x&amp;type=rss"
    assert addresses(link(written)) == ["https://www.news.example/index.php?source=rss&utm_source=x&type=rss"]


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("feed://www.news.example/f", "http://www.news.example/f"),
        ("feed:https://www.news.example/f", "https://www.news.example/f"),
    ],
)
def test_the_scheme_of_old_readers_is_understood(href: str, address: str) -> None:
    assert addresses(link(href)) == [address]


def test_titles_are_text() -> None:
    (candidate,) = named(link("/f", "News &amp; &lt;b&gt;more&lt;/b&gt;\u202e\n x"))
    assert candidate.title == "News & more x"


@pytest.mark.parametrize(
    ("page", "content_type"),
    [
        ("caf\u00e9".encode("iso-8859-1"), "text/html; charset=iso-8859-1"),
        ("caf\u00e9".encode(), 'text/html; charset="UTF-8"'),
        (b"caf&eacute;", "text/html; charset=x-nonsense"),
        (b"caf&eacute;", ""),
    ],
)
def test_titles_are_read_in_the_pages_encoding(page: bytes, content_type: str) -> None:
    document = b"<html><head><link rel=alternate type=application/rss+xml href=/f title='%s'>" % page
    assert discover(document, url=URL, content_type=content_type)[0].title == "caf\u00e9"


# What it links to


@pytest.mark.parametrize(
    "href",
    [
        "/feed",
        "/blog/feed/",
        "/news/rss",
        "/rss2",
        "/politics.rss",
        "/all.atom",
        "/rss/politics.xml",
        "/feeds/politics",
        "/news-feed.xml",
        "/rss-all.xml",
        "/feed.json",
        "/?feed=rss2",
        "/news?format=atom",
        "https://feeds.news.example/main",
        "https://news.example/rss",
    ],
)
def test_links_that_look_like_feeds_are_found(href: str) -> None:
    (candidate,) = named(body=f'<a href="{href}">Subscribe</a>')
    assert (candidate.title, candidate.why) == ("Subscribe", "the page links to it")


@pytest.mark.parametrize("said", ["RSS", "Our <b>RSS</b> feed", "Atom feed", "<img alt=''> rss "])
def test_links_that_say_they_are_feeds_are_found(said: str) -> None:
    assert addresses(body=f'<a href="/syndication">{said}</a>') == ["https://www.news.example/syndication"]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/feed-the-birds">How to feed the birds</a>',
        '<a href="/atomic">Atom smashed</a>',
        '<a href="/sitemap.xml">Sitemap</a>',
        '<a href="/feedback">Feedback</a>',
        '<a href="/a">Why RSS will outlive every network that has tried to take its place since</a>',
        '<a href="https://other.example/feed">RSS</a>',
        '<a href="https://news.example.evil.example/feed">RSS</a>',
        '<a href="javascript:rss()">RSS</a>',
        "<a>RSS</a>",
    ],
)
def test_links_that_are_no_feeds_of_the_site_are_not_named(body: str) -> None:
    assert addresses(body=body) == []


@pytest.mark.parametrize(
    ("page", "href", "same"),
    [
        ("https://www.bbc.co.uk/news", "https://feeds.bbc.co.uk/x.rss", True),
        ("https://www.bbc.co.uk/news", "https://other.co.uk/x.rss", False),
        ("https://blog.news.example/", "https://rss.news.example/x", True),
        ("https://localhost/", "https://localhost/feed", True),
        ("http://10.0.0.1/", "http://10.0.0.2/feed", False),
    ],
)
def test_only_links_of_the_same_owner_count(page: str, href: str, *, same: bool) -> None:
    assert addresses(body=f'<a href="{href}">x</a>', url=page) == ([href] if same else [])


# Order and number


def test_the_best_comes_first() -> None:
    head = (
        link("https://elsewhere.example/main.rss")
        + link("/comments/feed/", "News: all comments")
        + link("/story/feed/", "Comments on: a story")
        + link("/main")
    )
    assert [candidate.url for candidate in find(head, '<a href="/politics.rss">Politics</a>')] == [
        "https://www.news.example/main",
        "https://www.news.example/politics.rss",
        "https://elsewhere.example/main.rss",
        "https://www.news.example/comments/feed/",
        "https://www.news.example/story/feed/",
        *(
            f"https://www.news.example/{path}"
            for path in ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml")
        ),
        "https://www.news.example/feed.json",
    ]


def test_each_feed_is_named_once_and_where_it_was_named_best() -> None:
    body = '<a href="http://news.example/feed/">RSS</a><a href="/feed#top">RSS</a>'
    found = find(link("/feed", "Main"), body)
    assert [candidate.why for candidate in found if candidate.url.rstrip("/").endswith("/feed")] == [
        "the page declares it"
    ]


def test_usual_places_tell_their_kind() -> None:
    assert {candidate.url.rpartition("/")[2]: candidate.kind for candidate in find()} == {
        "feed": "",
        "rss": "rss",
        "rss.xml": "rss",
        "atom.xml": "atom",
        "feed.xml": "",
        "index.xml": "",
        "feed.json": "json",
    }


def test_at_most_twenty_are_named() -> None:
    assert len(find("".join(link(f"/f{number}") for number in range(50)))) == 20


def test_an_address_that_is_none_has_no_usual_places() -> None:
    assert find(url="file:///etc/passwd") == []
    assert find(url="http://[::1/") == []


# Pages that mean harm


@pytest.mark.parametrize(
    "page",
    [
        b"<html><i " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">",
        b"<html><i " + b" ".join(b'a%d=">"' % n for n in range(200_000)) + b">",
        b"<html>" + b"<a href=/feed>" * 100_000,
        b"<html>" + b"<div>" * 300_000 + b"<a href=/feed>RSS</a>",
        b"<html>" + b"<link rel=alternate type=application/rss+xml href=/f>" * 40_000,
        b"<html><!--" * 200_000,
        b"<" * 2_000_000,
        b"&" * 2_000_000,
        b"<html><a href='/" + b"x" * 2_000_000 + b"'>RSS</a>",
        b"\0" * 2_000_000,
        b"<html><base href='http://[::1/'><link rel=alternate type=application/rss+xml href='http://[::1/'>",
    ],
    ids=["attributes", "quoted", "nested links", "deep", "links", "comments", "less", "and", "long", "nul", "bases"],
)
def test_a_hostile_page_ends_in_time(page: bytes) -> None:
    started = time.process_time()
    assert len(discover(page, url=URL)) <= 20
    assert time.process_time() - started < 10


def test_a_page_fetches_nothing() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><a href="/feed">&x;</a></html>'
    assert "root:" not in repr(discover(page.encode(), url=URL))


@settings(deadline=None)  # the first example loads the parser, and the machine may be busy
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<html><link rel=alternate href=", b"<html><a href=", b"{", b"<rss>"]),
)
def test_any_bytes_give_candidates_with_web_addresses(page: bytes, start: bytes) -> None:
    for candidate in discover(start + page, url=URL):
        assert candidate.url.startswith(("http://", "https://"))
        assert not set(candidate.url) & set(' <>"\\|`\r\n\t\0')


# Loading


@pytest.mark.parametrize("wanted", ["feedparser", "lxml", "idna"])
def test_importing_the_room_loads_no_parser(wanted: str) -> None:
    code = f"import sys, monitor.feeds as f; f.canonical_url, f.article_key; sys.exit({wanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_name_that_the_room_does_not_have_is_an_error() -> None:
    import monitor.feeds  # noqa: PLC0415 - the room itself is under test

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = monitor.feeds.nothing
