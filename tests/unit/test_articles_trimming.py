"""What a page says around its article is cut off; what the article says is not."""

from __future__ import annotations

import pytest

from monitor.articles import extract
from monitor.articles.trimming import (
    once,
    trimmed,
    without_furniture,
    without_headline,
    without_leads,
    without_linked_ends,
)
from tests.pages import BODY, LONGER, page, page_of


def test_the_headline_is_not_said_again() -> None:
    assert without_headline(["Port fees: paid in tokens!", *BODY], {"portfeespaidintokens"}) == list(BODY)
    assert extract(page(page_of(*BODY))).text == "\n\n".join(BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Advertisement",
        "-",
        "Copyright 2026 Harbour Gazette. No part may be used elsewhere.",
        "© Harbour Gazette",
        "Follow the Gazette's business desk on Twitter and Facebook.",
        "Sign up for our weekly newsletter on ports and ships.",
        "Get the latest on ships delivered to your inbox.",
        "Abonnieren Sie unseren Newsletter.",
        "Email Ida Brandt at ida@gazette.example or call the desk.",
        "Have a tip? Call the desk.",
        "Click here to see all pictures.",
        "If you buy something through a link in this post, we may earn a commission.",
        "Last updated on 4 March 2026 at 10:30",
        "2026-03-04T10:30:00+01:00",
        "5 min read",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert without_furniture([BODY[0], line, BODY[1]]) == [BODY[0], BODY[1]]


@pytest.mark.parametrize(
    "sentence",
    [
        "Follow the money, said the harbour master, and you will find the owner of the barge.",
        "Share prices of three lines fell by a tenth after the vote.",
        "Published figures put the fees at 412 tokens a berth in 2025, a third more than before.",
        "Like many captains on Facebook, she had read the draft rules and liked none of them.",
        "Subscribe or sink: the yard now sells its cranes by the month, and three ports have taken the offer.",
        "Copyright law protects the charts that pilots draw, the court found.",
        "More: that is what the union wants before the summer begins, " + BODY[0] + " " + BODY[1],
    ],
)
def test_sentences_that_begin_alike_stay(sentence: str) -> None:
    parts = [BODY[0], sentence, BODY[1]]
    assert without_leads(without_furniture(parts), ()) == parts


def test_leads_to_other_articles_go_with_the_headlines_below_them() -> None:
    other = "Ships wait for days before the second harbour"
    parts = [BODY[0], "Related: Ships wait for days", BODY[1], "DON'T MISS", other, "Lesen Sie auch", BODY[2], other]
    assert without_leads(parts, {other}) == [*BODY[:3], other]


def test_headlines_of_other_articles_go_at_both_ends_only() -> None:
    other = "Ships wait for days before the second harbour"
    assert without_linked_ends([other, BODY[0], other, BODY[1], other, other], {other}) == [BODY[0], other, BODY[1]]


def test_a_second_copy_of_the_text_is_cut_off() -> None:
    assert once(["A picture of the port", *BODY, "2 ports", *BODY, "2 ports"]) == [
        "A picture of the port",
        *BODY,
        "2 ports",
    ]


def test_a_paragraph_that_comes_again_stays() -> None:
    refrain = [*LONGER[:6], BODY[0], *LONGER[6:12], BODY[0]]
    assert once(refrain) == refrain


def test_a_text_that_would_be_gone_is_kept() -> None:
    lines = "Follow us on Twitter\n\nSign up for our newsletter today\n\nPort fees rise"
    assert trimmed(lines, (), frozenset()) == lines
