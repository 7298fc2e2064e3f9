"""What a page says around its article is cut off; what the article says is not."""

from __future__ import annotations

import time

import pytest

from monitor.articles import extract
from monitor.articles.trimming import (
    once,
    trimmed,
    without_furniture,
    without_headline,
    without_leads,
    without_linked_ends,
    without_stamps,
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
        "5 min read",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert without_furniture([BODY[0], line, BODY[1]]) == [BODY[0], BODY[1]]


SENTENCES = [
    "Follow the money, said the harbour master, and you will find the owner of the barge.",
    "Share prices of three lines fell by a tenth after the vote.",
    "Published figures put the fees at 412 tokens a berth in 2025, a third more than before.",
    "Like many captains on Facebook, she had read the draft rules and liked none of them.",
    "Subscribe or sink: the yard now sells its cranes by the month, and three ports have taken the offer.",
    "Subscribe to the bonds today",
    "Copyright law protects the charts that pilots draw, the court found.",
    "Copyright law from 2019 covers no charts that machines draw.",
    "(c) 2025 revenue of the yard was overstated by 3m;",
    "We received a statement of objections from the Ports Commission on Monday.",
    "This article contains provisions on the powers of the Commission.",
    "If you click on the link in the letter, the page asks you to share your key.",
    "If you buy berths through a site that nobody runs, the money you paid is gone.",
    "An error occurred in the sum of the port fee, the harbour admitted.",
    "An error occurred in the sum of the port fee of last year.",
    "Register holders must send updates to the harbour by 1 March.",
    "“Tell us what you think,” the judge asked the pilot.",
    "Tell us what you know, the judge asked the pilot.",
    "Contact between the two yards began with a letter to deals@yard.example in May.",
    "Got tips from pilots, the owner bought berths worth 3m.",
    "Get the app, the ministry told captains, or lose the berth that the app books.",
    "Follow-up talks on X are planned.",
    "5 minutes to read the verdict was all that the judge needed.",
    "Sign up for the newsletter, the fake harbour office told three captains.",
    "Sign up to our newsletter" + ", and then" * 12,
    "More: that is what the union wants before the summer begins, " + BODY[0] + " " + BODY[1],
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_that_begin_alike_stay_wherever_they_stand(sentence: str) -> None:
    for parts in ([BODY[0], sentence, BODY[1]], [sentence, *BODY], [*BODY, sentence]):
        assert without_leads(without_stamps(without_furniture(parts)), ()) == parts


def test_weak_signs_of_furniture_count_near_the_ends_only() -> None:
    line = "Click here to see all pictures."
    inside = [*LONGER[:5], line, *LONGER[5:10]]
    assert without_furniture(inside) == inside
    assert without_furniture([*LONGER[:5], line, "Have a tip? Call the desk."]) == list(LONGER[:5])


@pytest.mark.parametrize(
    "stamp",
    [
        "Last updated on 4 March 2026 at 10:30",
        "2026-03-04T10:30:00+01:00",
        "10:30 AM EST 3/4/2026 by Ida Brandt",
        "Wednesday, March 4, 2026 | 10:30 GMT",
        "Veröffentlicht am 4. März 2026 um 10:30 Uhr",
        "Publicado el 4 de marzo de 2026",
    ],
)
def test_a_time_stamp_goes_before_and_after_the_text_and_stays_within(stamp: str) -> None:
    assert without_stamps(["Ports", stamp, *BODY]) == ["Ports", *BODY]
    assert without_stamps([*BODY, stamp]) == list(BODY)
    inside = [*BODY[:2], stamp, *BODY[2:]]
    assert without_stamps(inside) == inside


@pytest.mark.parametrize(
    "line",
    [
        "| 04/03/2026 | Acme Barges Ltd | 10,000 |",
        "| 04/03/2026 | 10:30 |",
        "- 04/03/2026",
        "04/03/2026 - Beta Tugs plc, 25,000",
        "04.03.2026: Court hears the case",
        "10:30, 4 March 2026: trading is halted",
        "Published 4 March 2026 by the harbour court in full",
        "Revised capital ratio: 12.5%",
        "Published figures show growth of 3 percent",
        "Updated 2026 rules take effect",
        "2 March 2026, 3 March 2026, 4 March 2026, 5 March 2026, 6 March 2026",
    ],
)
def test_lines_that_say_more_than_a_time_stay(line: str) -> None:
    for parts in ([line, *BODY], [*BODY, line]):
        assert without_stamps(without_furniture(parts)) == parts


def test_the_dates_of_a_chronology_stay() -> None:
    dates = ["2 March 2026", "3 March 2026", "4 March 2026", "5 March 2026"]
    parts = [part for pair in zip(dates, BODY, strict=False) for part in pair]
    assert without_stamps(parts) == parts


def test_leads_to_other_articles_go_with_the_headlines_below_them() -> None:
    other = "Ships wait for days before the second harbour"
    parts = [
        BODY[0],
        f"Related: {other}",
        BODY[1],
        "DON'T MISS",
        other,
        other,
        BODY[2],
        "Lesen Sie auch:",
        other,
        "End",
    ]
    assert without_leads(parts, {other}) == [*BODY[:3], "End"]


@pytest.mark.parametrize(
    "line",
    [
        "Watch next week: the harbour decides on fees on Thursday.",
        "More from the meeting: the committee voted 5-4 to raise the fee.",
        "Latest news: police have arrested two men over the theft.",
        "See also: section 4.2 of the Rulebook, under which the yard was fined.",
        "More: I never thought that the port would close.",
        "Read: I was there when the vote was taken.",
        "Most popular berths by volume",
        "Trending topics in shipping",
        "Further reading",
    ],
)
def test_a_line_that_leads_to_no_link_stays(line: str) -> None:
    parts = [BODY[0], line, BODY[1], "Acme Barges Ltd", BODY[2]]
    assert without_leads(parts, {"Acme Barges Ltd"}) == parts
    named = [BODY[0], line, "Acme Barges Ltd", BODY[1]]
    assert without_leads(named, {"Acme Barges Ltd"}) == named


def test_headlines_of_other_articles_go_at_both_ends_only() -> None:
    other = "Ships wait for days before the second harbour"
    assert without_linked_ends([other, BODY[0], other, BODY[1], other, other], {other}) == [BODY[0], other, BODY[1]]


def test_names_with_a_link_each_stay_at_both_ends() -> None:
    names = ["- Acme Barges Ltd", "- Beta Tugs plc", "- Gamma Cranes of the Second Harbour SA"]
    parts = [*names, *BODY, *names]
    assert without_linked_ends(parts, set(names)) == parts


def test_what_a_colon_announces_stays() -> None:
    other = "- Rules on the payment of port fees"
    parts = [*BODY, "The council adopted:", other, other]
    assert without_linked_ends(parts, {other}) == parts


def test_headings_like_the_headlines_stay_within_the_text() -> None:
    titles = {"portfees", "whowillpay"}
    assert without_headline(["Port fees", "Who will pay?", *BODY], titles) == ["Who will pay?", *BODY]
    assert without_headline([BODY[0], "Who will pay?", BODY[1]], titles) == [BODY[0], "Who will pay?", BODY[1]]


def test_a_second_copy_of_the_text_is_cut_off() -> None:
    assert once(["A picture of the port", *BODY, "2 ports", *BODY, "2 ports"]) == [
        "A picture of the port",
        *BODY,
        "2 ports",
    ]


def test_a_paragraph_that_comes_again_stays() -> None:
    refrain = [*LONGER[:6], BODY[0], *LONGER[6:12], BODY[0]]
    assert once(refrain) == refrain
    assert once([*LONGER, LONGER[0]]) == [*LONGER, LONGER[0]]


@pytest.mark.parametrize("count", [2, 8])
def test_what_a_list_says_of_each_of_its_items_is_no_copy(count: int) -> None:
    notices = [part for number in range(count) for part in (f"Firm {number}, fined", *BODY[:3])]
    assert set(once(notices)) == set(notices)
    assert set(trimmed("\n\n".join(notices), (), ()).split("\n\n")) == set(notices)
    if count > 2:
        assert once(notices) == notices


def test_a_second_copy_with_news_of_its_own_stays() -> None:
    news = [f"{sentence} And then the news." for sentence in BODY]
    for parts in ([*BODY, *BODY, *news], [*LONGER, *LONGER, "One more line"], [*LONGER, *LONGER[4:], "The end"]):
        assert once(parts) == parts


def test_what_is_new_in_a_second_copy_stays() -> None:
    late = "The harbour master left the room at once, and nobody has seen him on the quay since."
    assert once([*LONGER, *LONGER[:19], late]) == [*LONGER, late]


@pytest.mark.parametrize("letter", ["a", "_", "©", "1", ":", "."])
def test_a_word_of_a_megabyte_takes_no_time(letter: str) -> None:
    parts = [letter * 1_000_000, f"Related {letter * 250}", f"Follow us on X {letter * 250}", f"© A{letter * 250}"]
    started = time.process_time()
    trimmed("\n\n".join([*parts, *BODY]), ("Port fees",), frozenset(parts))
    assert time.process_time() - started < 5


def test_a_text_that_would_be_gone_is_kept() -> None:
    lines = "Follow us on Twitter\n\nSign up for our newsletter today\n\nPort fees rise"
    assert trimmed(lines, (), frozenset()) == lines


@pytest.mark.parametrize("body", ["", "One line of text that is all there is."])
def test_a_page_of_no_text_or_of_one_line_is_left_as_it_is(body: str) -> None:
    assert trimmed(body, ("A headline",), frozenset()) == body
