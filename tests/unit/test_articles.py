"""Reading pages: what is taken from the page and what from the feed."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from monitor.articles import extract, facts, text
from monitor.articles.libraries import libraries
from monitor.articles.markup import Markup
from tests.pages import BODY, URL, json_ld, page, page_of


def test_the_body_comes_out_of_its_furniture() -> None:
    menu = "<nav><ul>" + "<li><a href='/x'>Weather and tides</a></li>" * 12 + "</ul></nav>"
    foot = "<footer><p>Sign up for our newsletter.</p><p>All rights reserved, Harbour Gazette Ltd.</p></footer>"
    article = extract(page(page_of(*BODY, before=menu, after=foot)))
    assert [part for part in article.text.split("\n\n") if part in BODY] == list(BODY)
    assert "Weather and tides" not in article.text
    assert "All rights reserved" not in article.text
    assert (article.method, article.reason, article.language) == ("page", "", "en")
    assert article.words == len(article.text.split())


def test_comments_of_readers_are_left_out() -> None:
    said = '<section id="comments"><h2>Comments</h2><div class="comment"><p>First! What a scandal.</p></div></section>'
    assert "scandal" not in extract(page(page_of(*BODY, after=said))).text


def test_a_table_is_part_of_the_text() -> None:
    table = "<table><tr><td>Berth fee</td><td>412 tokens</td></tr></table>"
    assert "412 tokens" in extract(page(page_of(*BODY[:4], BODY[4] + table))).text


def test_reading_a_page_again_gives_the_same() -> None:
    again = [extract(page(page_of(*BODY, BODY[0], BODY[0]))) for _ in range(9)]
    assert len(set(again)) == 1


def test_characters_that_nobody_sees_are_removed() -> None:
    hidden = "The to\u200bken\u00ad rules\u202e were\u2066 passed\ufeff.\x07"
    article = extract(page(page_of(hidden, *BODY)))
    assert "The token rules were passed." in article.text


@pytest.mark.parametrize("declared", ["", "windows-1251", "utf-8", "made-up-1"])
def test_a_cyrillic_page_is_read_whatever_it_declares(declared: str) -> None:
    sentence = "Портовое управление разрешит судоходным компаниям платить сборы цифровыми токенами."
    html = page_of(*[f"{sentence} Часть {number}." for number in range(9)], head=f'<meta charset="{declared}">')
    article = extract(page(html.encode("cp1251")))
    assert sentence in article.text
    assert article.language == "ru"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "shift_jis", "euc-jp"])
def test_a_japanese_page_is_read_in_every_encoding(encoding: str) -> None:
    sentence = "港湾当局は来年春から、海運会社が港の使用料をデジタル資産で支払えるようにすると発表した。"
    html = page_of(*[sentence + f"これは第{number}段落である。" for number in range(9)], head='<html lang="ja">')
    article = extract(page(html.encode(encoding)))
    assert sentence in article.text
    assert article.language == "ja"
    assert article.words > 300


def test_a_page_compressed_without_saying_so_is_read() -> None:
    assert extract(page(gzip.compress(page_of(*BODY).encode()))).method == "page"


def test_an_overlong_document_type_does_not_hide_the_page() -> None:
    html = page_of(*BODY).replace("<!DOCTYPE html>", "<!DOCTYPE html " + "/" * 50_000 + ">")
    assert BODY[0] in extract(page(html)).text


def test_a_short_text_takes_its_language_from_the_feed() -> None:
    assert extract(page(page_of("Kurz."), language="de-AT", title="Kurz")).language == "de"


def test_what_the_feed_said_comes_first() -> None:
    said = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    head = '<meta property="og:title" content="Another title"><meta name="author" content="Someone Else">' + json_ld(
        datePublished="2020-01-01", publisher={"name": "Another House"}
    )
    facts = extract(
        page(
            page_of(*BODY, head=head),
            title="The feed's title",
            published=said,
            authors=("Ida Brandt",),
            publisher="Gazette",
        )
    )
    assert (facts.title, facts.published) == ("The feed's title", said)
    assert (facts.authors, facts.publisher) == (("Ida Brandt",), "Gazette")


def test_a_page_without_a_date_gets_none() -> None:
    text = "The first such rule dates from 12 May 2019, and a second from 2021-07-01, said the authority."
    foot = "<footer>Copyright 2024</footer><aside><time datetime='2024-02-02'>another story</time></aside>"
    assert extract(page(page_of(text, *BODY, after=foot))).published is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (json_ld(None, **{"@graph": [{"@type": ["NewsArticle"], "datePublished": "2026-03-04T12:06:07+07:00"}]}), ""),
        ('<meta property="article:published_time" content="2026-03-04T05:06:07Z">', ""),
        ('<meta name="date" content="Wed, 04 Mar 2026 05:06:07 GMT">', ""),
        ("", '<time class="entry-date" datetime="2026-03-04T05:06:07">4 March</time>'),
        ("", '<time datetime="2026-03-04T05:06:07">4 March</time>'),
    ],
)
def test_a_stated_date_is_taken_as_utc(head: str, body: str) -> None:
    article = extract(page(page_of(body, *BODY, head=head)))
    assert article.published == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_date_in_the_address_is_a_stated_one() -> None:
    article = extract(page(page_of(*BODY), url="https://gazette.example/2026/3/4/fees"))
    assert article.published == datetime(2026, 3, 4, tzinfo=UTC)


def test_the_dates_of_other_articles_are_not_the_pages() -> None:
    nodes: list[dict[str, object]] = [
        {"@type": "NewsArticle", "url": f"/other/{day}", "datePublished": f"2026-03-0{day}"} for day in (1, 2)
    ]
    assert extract(page(page_of(*BODY, head=json_ld(None, **{"@graph": nodes})))).published is None
    nodes.append(
        {"@type": "NewsArticle", "mainEntityOfPage": {"@id": URL + "?from=feed"}, "datePublished": "2026-03-03"}
    )
    article = extract(page(page_of(*BODY, head=json_ld(None, **{"@graph": nodes}))))
    assert article.published == datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize("claim", ["0001-01-01", "1970-01-01T00:00:00Z", "soon", "2026-13-45", "9" * 50])
def test_an_impossible_date_is_none(claim: str) -> None:
    head = f'<meta property="article:published_time" content="{claim}">'
    assert extract(page(page_of(*BODY, head=head))).published is None


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Port fees to be paid in tokens | Harbour Gazette", "Port fees to be paid in tokens"),
        (
            "Harbour Gazette: no | Port fees &#8211; a view - Harbour Gazette",
            "Harbour Gazette: no | Port fees – a view",
        ),
        ("Harbour Gazette - Port fees - rise", "Port fees - rise"),
        ("Wait-and-see approach on state-backed tokens", "Wait-and-see approach on state-backed tokens"),
        ("Harbour Gazette", "Port fees to be paid in tokens"),
        ("", "Port fees to be paid in tokens"),
    ],
)
def test_the_sites_name_is_cut_off_the_title(stated: str, title: str) -> None:
    assert extract(page(page_of(*BODY, title=stated))).title == title


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        (
            json_ld(author=[{"name": "Ida Brandt"}, {"name": "Bo Chan"}]),
            ("Ida Brandt", "Bo Chan"),
        ),
        (json_ld(author="By Ida Brandt and Bo Chan"), ("Ida Brandt", "Bo Chan")),
        ('<meta name="author" content="Ida Brandt, Bo Chan">', ("Ida Brandt", "Bo Chan")),
        ('<meta name="author" content="https://gazette.example/staff/9">', ()),
        ('<meta name="author" content="admin">', ()),
        (
            '<meta name="author" content="Harbour Gazette"><meta property="og:site_name" content="Harbour Gazette">',
            (),
        ),
        ("", ()),
    ],
)
def test_authors_are_only_those_the_page_names(head: str, authors: tuple[str, ...]) -> None:
    assert extract(page(page_of("By Karl Nobody", *BODY, head=head))).authors == authors


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        ('<meta property="og:site_name" content="Harbour Gazette | News and tides">', "Harbour Gazette"),
        (
            json_ld(publisher={"@type": "Organization", "name": "Harbour Gazette"}),
            "Harbour Gazette",
        ),
        ('<meta property="og:site_name" content="https://gazette.example">', None),
        ("", None),
    ],
)
def test_the_publisher_is_the_one_the_page_names(head: str, publisher: str | None) -> None:
    assert extract(page(page_of(*BODY, head=head))).publisher == publisher


@pytest.mark.parametrize(
    "script",
    ['{"@type": "NewsArticle", "author": "Ida', "[" * 100_000, '{"author":' * 10_000, "null", '["a", 1]', ""],
)
def test_json_that_is_broken_is_as_good_as_absent(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    article = extract(page(page_of(*BODY, head=head)))
    assert (article.method, article.reason, article.authors) == ("page", "", ())


def test_importing_the_room_loads_none_of_its_libraries() -> None:
    """The main process never reads a page and does not pay for what reads them."""
    heavy = "{'trafilatura', 'lxml', 'py3langid', 'numpy', 'htmldate'}"
    code = f"import sys, monitor.articles; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "sentence",
    ["ธนาคารกลางประกาศปรับค่าธรรมเนียม", "ທະນາຄານກາງປະກາດປັບຄ່າທຳນຽມໃໝ່", "ធនាគារកណ្តាលប្រកាសកែប្រែថ្លៃ", "ဗဟိုဘဏ်ကအခကြေးငွေပြောင်းလဲ"],
)
def test_scripts_without_spaces_are_counted_by_their_letters(sentence: str) -> None:
    assert 4 <= text.words(sentence) <= 8
    assert text.words(f"{sentence} " * 30) >= 120


def test_a_headline_without_an_end_costs_little() -> None:
    head = '<meta property="og:site_name" content="n">' + json_ld(headline="Port fees | " + "n | " * 60_000)
    started = time.process_time()
    assert extract(page(page_of(*BODY, head=head, title="n"))).title == "Port fees"
    assert time.process_time() - started < 5


def test_only_the_first_headline_is_left_out_of_the_text() -> None:
    later = "Who will pay the fees of the port in the end?"
    head = '<meta property="og:type" content="article">'
    html = page_of(*BODY, f"</p><h1>{later}</h1><p>", *BODY[::-1], head=head)
    assert later not in facts.headlines(Markup(libraries().load(html), URL))
    found = extract(page(html)).text
    assert later in found
    assert "Port fees to be paid in tokens" not in found
