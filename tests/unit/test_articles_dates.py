"""When an article appeared and was changed, as its page states it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.articles import extract, from_feed
from tests.pages import BODY, URL, json_ld, page, page_of

APPEARED = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_it_is_said_who_gave_the_date() -> None:
    head = meta("article:published_time", "2026-03-04T05:06:00Z")
    assert extract(page(page_of(*BODY, head=head), published=APPEARED)).dated_by == "feed"
    assert extract(page(page_of(*BODY, head=head))).dated_by == "page"
    assert extract(page(page_of(*BODY))).dated_by == ""
    assert (from_feed(page(b"", published=APPEARED)).dated_by, from_feed(page(b"")).dated_by) == ("feed", "")


@pytest.mark.parametrize(
    "head",
    [
        json_ld(dateModified="2026-03-05T08:00:00+02:00"),
        meta("article:modified_time", "2026-03-05T06:00:00Z"),
        meta("og:updated_time", "1772690400"),
        json_ld("WebPage", dateModified="2026-03-05T06:00Z"),
        '<meta name="last-modified" content="Thu, 05 Mar 2026 06:00:00 GMT">',
    ],
)
def test_the_last_change_is_taken_from_the_page(head: str) -> None:
    article = extract(page(page_of(*BODY, head=head), published=APPEARED))
    assert article.modified == datetime(2026, 3, 5, 6, tzinfo=UTC)


def test_a_change_before_the_article_appeared_is_none() -> None:
    head = meta("article:modified_time", "2026-03-01T00:00:00Z")
    assert extract(page(page_of(*BODY, head=head), published=APPEARED)).modified is None
    head += meta("og:updated_time", "2026-03-04T09:00:00Z")
    assert extract(page(page_of(*BODY, head=head), published=APPEARED)).modified == datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "claim",
    [
        "2026-03-04T00:06:00-05:00",
        "Wed, 04 Mar 2026 00:06:00 EST",
        "1772600760",
        "1772600760000",
        "2026-03-04 05:06:00 +0000",
        "March 4, 2026 5:06 AM",
    ],
)
def test_moments_are_read_in_the_forms_that_pages_use(claim: str) -> None:
    assert extract(page(page_of(*BODY, head=meta("article:published_time", claim)))).published == APPEARED


@pytest.mark.parametrize("claim", ["1989-12-31", "2199-01-01", "2026-03-04T05:06:00+23:00", "03/04/2026", "0000000000"])
def test_what_cannot_be_or_may_mean_two_days_is_none(claim: str) -> None:
    assert extract(page(page_of(*BODY, head=meta("article:published_time", claim)))).published is None


def test_a_day_is_made_a_moment_by_another_claim_about_it() -> None:
    head = json_ld(datePublished="2026-03-04") + meta("article:published_time", "2026-03-04T05:06:00Z")
    assert extract(page(page_of(*BODY, head=head))).published == APPEARED
    head = json_ld(datePublished="2026-03-04") + meta("article:published_time", "2026-03-09T05:06:00Z")
    assert extract(page(page_of(*BODY, head=head))).published == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_date_long_after_the_pages_last_change_is_not_believed() -> None:
    head = meta("date", "2036-03-04") + meta("article:modified_time", "2026-03-05")
    assert extract(page(page_of(*BODY, head=head))).published is None


OTHER = "<time class='entry-date published' datetime='2026-11-20T10:00:00Z'>20 Nov</time>"
OWN = "<time datetime='2026-03-04T05:06:00Z'>4 March</time>"
COURT = "The hearing is on <time datetime='2027-05-05'>5 May 2027</time>."


def item(kind: str, inside: str = "", date: str = "2026-03-04T05:06:00Z") -> str:
    return (
        f"<div itemscope itemtype='https://schema.org/{kind}'>"
        f"<meta itemprop='datePublished' content='{date}'>{inside}</div>"
    )


@pytest.mark.parametrize(
    "html",
    [
        page_of(*BODY, before=f"<aside><a href='/x'>Another story</a> {OTHER}</aside>"),
        page_of(*BODY, before=f"<div class=widget>{OTHER}</div>"),
        page_of(*BODY, f"<aside>{OTHER}</aside>"),
        page_of(*BODY, f"<div class='related-posts'>{OTHER}</div>"),
        page_of(*BODY, f"<article class=comment>{OTHER}</article>"),
        page_of(*BODY, before=f"<div>{OTHER}</div>").replace("<article", "<div").replace("</article", "</div"),
        page_of(*BODY, after=item("Comment", "Well said.")),
        page_of(*BODY, item("ImageObject")),
        page_of(*BODY, after=item("NewsArticle", "one") + item("NewsArticle", "two")),
        page_of(*BODY, after="<div><meta itemprop='datePublished' content='2026-03-04'></div>"),
        page_of(*BODY, COURT),
        page_of(*BODY, after="<time class='public-holiday' datetime='2025-12-25'>Christmas</time>"),
        page_of(
            "<time class='public-holiday' datetime='2025-12-25'>x</time><time datetime='2025-12-26'>y</time>", *BODY
        ),
        page_of(*BODY, head=json_ld(headline="Another story", url="/another", datePublished="2020-01-01")),
        page_of(*BODY, head=json_ld(mainEntityOfPage={"@id": "https://x.example/y"}, datePublished="2020-01-01")),
    ],
)
def test_the_date_of_something_else_is_not_the_articles(html: str) -> None:
    assert extract(page(html)).published is None


@pytest.mark.parametrize(
    "html",
    [
        page_of(OWN, *BODY, before=f"<aside>{OTHER}</aside>"),
        page_of(OWN, *BODY, before=f"<div class=widget>{OTHER}</div>"),
        page_of(OWN, *BODY, COURT),
        page_of(f"</p><header><p class=standfirst>{BODY[0]}</p>{OWN}</header><p>", *BODY[1:]),
        page_of(*BODY, OWN.replace("<time", "<time class='publication-date'")),
        page_of(*BODY, OWN.replace("<time", "<time pubdate")),
        page_of(OWN, *BODY).replace("<article", "<div").replace("</article", "</div"),
        page_of(OWN, *BODY).replace("<article", "<main").replace("</article", "</main"),
        page_of(*BODY, before="<div itemscope itemtype='https://schema.org/Article'>"
                "<meta itemprop='datePublished' content='2026-03-04T05:06Z'>", after="</div>"),
        page_of(*BODY, after=item("NewsArticle")),
        page_of(*BODY, head="<meta itemprop='datePublished' content='2026-03-04T05:06Z'>"),
        page_of(*BODY, head=json_ld(url="https://x.example/", datePublished="2026-03-04T05:06Z")),
        page_of(*BODY, head=json_ld(url=URL + "?from=feed", datePublished="2026-03-04T05:06Z")),
        page_of(*BODY, head=json_ld(url="/amp/y", datePublished="2026-03-04T05:06Z")
                + "<link rel=canonical href='/amp/y'>"),
        page_of(*BODY, head=json_ld(url="/y", headline="Port fees to be paid", datePublished="2026-03-04T05:06Z")),
    ],
)  # fmt: skip
def test_the_date_above_the_text_or_in_its_own_item_is_the_articles(html: str) -> None:
    assert extract(page(html)).published == APPEARED


def test_a_change_of_something_else_is_not_the_articles() -> None:
    updated = "<time class=updated datetime='2026-11-20'>20 Nov</time>"
    assert extract(page(page_of(*BODY, after=f"<aside>{updated}</aside>"))).modified is None
    assert extract(page(page_of(*BODY, updated))).modified == datetime(2026, 11, 20, tzinfo=UTC)
