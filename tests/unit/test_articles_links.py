"""Where an article's words lead, and the address that its page calls its own."""

from __future__ import annotations

import time

import pytest

from monitor.articles import extract
from monitor.articles.libraries import libraries
from monitor.articles.links import LINKS, TextLinks
from monitor.articles.markup import Markup
from tests.pages import BODY, URL, page, page_of

SITE = "https://www.harbour-gazette.example"


def found(html: str) -> list[tuple[str, str]]:
    return [(link.url, link.text) for link in extract(page(html)).links]


def test_links_in_sentences_are_kept_in_order_and_once() -> None:
    first = (
        "The <a href='https://port.example/rules.pdf'>final rules</a> follow <a href='/2025/draft'>a first draft</a>."
    )
    again = "The <em><a href='https://port.example/rules.pdf#page=2'>rules</a></em> were long expected by everyone."
    assert found(page_of(first, *BODY, again)) == [
        ("https://port.example/rules.pdf", "final rules"),
        (f"{SITE}/2025/draft", "a first draft"),
    ]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='#notes'>the port fees</a>",
        f"<a href='{URL}#notes'>the port fees</a>",
        "<a href='mailto:desk@gazette.example'>the port fees</a>",
        "<a href='javascript:void(0)'>the port fees</a>",
        "<a href='/tag/fees'>the port fees</a>",
        "<a href='/people/ida' rel='author'>the port fees</a>",
        "<a href='https://twitter.com/intent/tweet?text=fees'>the port fees</a>",
        "<a href='http://[broken'>the port fees</a>",
        f"<a href='https://port.example/{'x' * 3_000}'>the port fees</a>",
        "<a href='https://port.example/a'>by</a>",
    ],
)
def test_links_that_are_no_sources_are_left_out(link: str) -> None:
    assert found(page_of(f"Captains spoke about {link} in the hall on Monday.", *BODY)) == []


def test_a_menu_with_a_word_of_the_text_is_not_in_the_text() -> None:
    menu = "<ul><li><a href='/ports'>ports</a></li><li><a href='/fees'>port fees</a> | </li></ul>"
    assert found(page_of(*BODY, after=menu)) == []


def test_a_link_alone_counts_when_it_leads_elsewhere() -> None:
    alone = "<a href='https://port.example/rules'>Read the rules of the port in full</a>"
    within = "<a href='/more'>Ships wait for days before the second harbour</a>"
    assert found(page_of(*BODY[:3], alone, within, *BODY[3:])) == [
        ("https://port.example/rules", "Read the rules of the port in full")
    ]


def test_relative_links_start_from_the_pages_base() -> None:
    head = '<base href="https://cdn.gazette.example/archive/">'
    sentence = "The authority published <a href='rules'>its rules</a> on Monday morning."
    assert found(page_of(sentence, *BODY, head=head)) == [("https://cdn.gazette.example/archive/rules", "its rules")]


def test_there_are_at_most_so_many_links_and_many_cost_little() -> None:
    sentence = " ".join(
        f"Port <a href='https://port.example/{number}'>number {number}</a> agreed." for number in range(90)
    )
    assert len(found(page_of(*BODY, sentence))) == LINKS
    menu = "".join(f"<a href='/{number}'>{number} ports</a> " for number in range(60_000))
    html = page_of(*BODY, after=f"<footer>{menu}</footer>")
    started = time.process_time()
    assert found(html) == []
    assert time.process_time() - started < 5


def test_a_text_from_the_feed_has_no_links() -> None:
    html = page_of("See <a href='https://port.example/rules'>the rules</a> now.")
    assert extract(page(html, content="\n".join(BODY * 9))).links == ()


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/business/fees">', f"{SITE}/business/fees"),
        ('<link rel="Canonical" href="//m.gazette.example/fees#top">', "https://m.gazette.example/fees"),
        ('<meta property="og:url" content="https://other.example/fees?id=7">', "https://other.example/fees?id=7"),
        ('<link rel="canonical" href="/"><meta property="og:url" content="/fees">', f"{SITE}/fees"),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/b">', None),
        ('<link rel="canonical" href="https://www.harbour-gazette.example/">', None),
        ('<link rel="canonical" href="https://other.example/index.html">', None),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonical" href="ftp://port.example/fees">', None),
        ('<link rel="canonical" href="http://[broken">', None),
        ("", None),
    ],
)
def test_the_address_that_a_page_calls_its_own(head: str, address: str | None) -> None:
    assert extract(page(page_of(*BODY, head=head))).canonical == address


def test_words_that_never_stand_so_in_the_text_cost_little() -> None:
    menu = "".join(f"<i>z<a href='/l/{number}'>abc</a>q</i>" for number in range(20_000))
    markup = Markup(libraries().load(f"<html><body>{menu}</body></html>"), URL)
    body = "\n\n".join(["abc " + "fees of the port " * 40] * 3_500)
    started = time.process_time()
    assert TextLinks(markup, body).sources(body) == ()
    assert time.process_time() - started < 5
