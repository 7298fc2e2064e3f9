"""Which paragraphs belong to the site and not to the article."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace

import pytest

from monitor.articles.furniture import furniture
from monitor.records import Document, without
from tests.copies import START, article

APPEAL = "Our journalism is paid for by readers. Join the 41,200 people who support us from two euros a month."
NOTICE = "© 2026 Harbour Wire. All rights reserved."


def pieces(count: int, sentences: int = 8, seed: int = 0) -> list[Document]:
    """Return articles of one site on matters that differ: the longer words of each are its own."""
    made = (
        article(f"{seed} {number}", random.Random(f"{seed} {number}"), START, sentences=sentences)  # noqa: S311 - test texts
        for number in range(count)
    )
    return [replace(one, title=_own(one.title, one.id), text=_own(one.text, one.id)) for one in made]


def _own(text: str, name: str) -> str:
    mark = name.translate(str.maketrans("0123456789", "abcdefghij", " "))
    return re.sub(r"[A-Za-z]{5,}", lambda word: word.group() + mark, text)


def paragraphs(document: Document) -> list[str]:
    """Return an article's paragraphs."""
    return document.text.split("\n\n")


def built(document: Document, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Document:
    """Return the article with paragraphs of the site around it."""
    return replace(document, text="\n\n".join([*before, *paragraphs(document), *after]))


def test_a_paragraph_on_three_pages_about_different_matters_is_furniture() -> None:
    pages = [built(one, before=(APPEAL,), after=(NOTICE,)) for one in pieces(3)]
    found = furniture(pages[:1], pages[1:])
    assert found == {pages[0].id: (0, len(paragraphs(pages[0])) - 1)}
    assert without(pages[0].text, found[pages[0].id]) == pieces(1)[0].text


def test_two_pages_prove_nothing() -> None:
    pages = [built(one, after=(NOTICE,)) for one in pieces(2)]
    assert furniture(pages, []) == {}


def test_only_new_articles_are_answered_for_and_those_without_furniture_are_left_out() -> None:
    pages = [built(one, after=(NOTICE,)) for one in pieces(4)]
    plain = pieces(1, seed=9)[0]
    assert set(furniture([pages[0], plain], pages[1:])) == {pages[0].id}


def test_case_digits_spacing_and_dates_are_no_difference() -> None:
    lines = (
        "Updated Monday 2 March 2026 at 10:45 by the night desk",
        "UPDATED Tuesday 14 April 2026 at 9:05 by the night desk",
        "Updated  Sunday 31 May 2026 at 23:11 by the night desk",
    )
    pages = [built(one, before=(line,)) for one, line in zip(pieces(3), lines, strict=True)]
    assert furniture(pages, []) == {page.id: (0,) for page in pages}


def test_almost_equal_paragraphs_count_as_one() -> None:
    appeals = [APPEAL.replace("readers", word) for word in ("readers", "members", "friends")]
    pages = [built(one, after=(line,)) for one, line in zip(pieces(3), appeals, strict=True)]
    assert furniture(pages, []) == {page.id: (len(paragraphs(page)) - 1,) for page in pages}


def test_a_sidebar_goes_as_a_whole_though_its_headlines_differ() -> None:
    pages = []
    for number, one in enumerate(pieces(4)):
        headlines = tuple(other.title for other in pieces(3, seed=100 + number))
        pages.append(built(one, after=("Most read this week", *headlines, "More from Harbour Wire")))
    found = furniture(pages[:1], pages[1:])
    assert without(pages[0].text, found[pages[0].id]) == pieces(1)[0].text


def test_an_article_between_two_pieces_of_furniture_stays() -> None:
    pages = [built(one, before=("Share this story",), after=("More from Harbour Wire",)) for one in pieces(4)]
    short = Document(
        id="short",
        title="Storm shuts the port of Tallinn",
        text="Share this story\n\nStorm shuts the port\n\nFerries stay in harbour until noon\n\nMore from Harbour Wire",
        published=START,
    )
    found = furniture([*pages, short], [])
    assert found["short"] == (0, 3)


def test_copies_of_one_article_are_no_evidence_for_each_other() -> None:
    original = pieces(1)[0]
    same_title = [replace(original, id=f"copy {number}") for number in range(5)]
    others = [
        replace(original, id=f"retold {number}", title=other.title) for number, other in enumerate(pieces(5, seed=4))
    ]
    assert furniture(same_title, pieces(2, seed=5)) == {}
    assert furniture(others, pieces(2, seed=5)) == {}


def test_a_ruling_quoted_in_several_articles_about_it_stays() -> None:
    quote = "“The issuer must hold the reserve in cash or in bonds of short maturity,” the tribunal of Valletta ruled."
    words = "tribunal Valletta issuer reserve redemption Marlowe Palisade stablecoin creditors custodian".split()  # noqa: SIM905 - a list
    pages = []
    for number in range(5):
        rest = [f"{' '.join(random.Random(number + at).sample(words, 8))} in view {number}{at}." for at in range(4)]  # noqa: S311 - a test text
        text = "\n\n".join([*rest[:2], quote, *rest[2:]])
        pages.append(
            Document(id=str(number), title=f"{words[number]} and the Palisade ruling", text=text, published=START)
        )
    assert furniture(pages, pieces(8)) == {}


def test_a_line_on_few_of_many_pages_stays() -> None:
    pages = [built(one, after=(NOTICE,)) for one in pieces(4)]
    assert furniture(pages, pieces(20, seed=7)) == {}


def test_five_pages_are_enough_however_many_there_are() -> None:
    pages = [built(one, after=(NOTICE,)) for one in pieces(5)]
    assert set(furniture(pages, pieces(40, seed=7))) == {page.id for page in pages}


def test_an_article_of_nothing_but_furniture_keeps_everything() -> None:
    pages = [built(one, before=(APPEAL,), after=(NOTICE,)) for one in pieces(5)]
    empty = Document(id="empty", title="A page without text", text=f"{APPEAL}\n\n{NOTICE}", published=START)
    assert "empty" not in furniture([*pages, empty], [])


def test_the_order_of_the_articles_does_not_matter() -> None:
    pages = [built(one, before=(APPEAL,), after=(NOTICE,)) for one in pieces(12)]
    assert furniture(pages[:6], pages[6:]) == furniture(pages[5::-1], pages[:5:-1])


PENALTIES = tuple(
    f"The authority has imposed a financial penalty of £{1_700 * at:,} on the firm on {at} March 2026."
    for at in range(2, 8)
)


@pytest.mark.parametrize(
    "lines",
    [
        PENALTIES,
        tuple(
            f"The regulator has ordered the firm to pay back {at} million euros to its clients." for at in range(2, 8)
        ),
        tuple(
            f"The tribunal ordered the firm to pay £5,000 in costs to the other side on {at} May." for at in range(2, 8)
        ),
        tuple(f"{at}50万元の課徴金を納付するよう同社に命じた。" for at in range(2, 8)),
        tuple(f"Fine: {at},400 pounds" for at in range(2, 8)),
    ],
)
def test_an_amount_of_its_own_keeps_a_paragraph_in_its_article(lines: tuple[str, ...]) -> None:
    pages = [built(one, after=(line,)) for one, line in zip(pieces(len(lines)), lines, strict=True)]
    assert furniture(pages, []) == {}


def test_a_name_of_its_own_keeps_a_paragraph_in_its_article() -> None:
    firms = ("Northgate", "Harbourline", "Palisade", "Merrow", "Kestrel", "Tessera")
    said = "The authority warns the public that {} is offering services without the licence that the law requires here."
    pages = [built(one, after=(said.format(firm),)) for one, firm in zip(pieces(6), firms, strict=True)]
    assert furniture(pages, []) == {}


def test_an_amount_that_all_pages_give_is_furniture_and_small_counts_are_no_amounts() -> None:
    pages = [
        built(one, before=(f"{at + 2} min read and {at * 40} comments",), after=(APPEAL,))
        for at, one in enumerate(pieces(6))
    ]
    assert furniture(pages, []) == {page.id: (0, len(paragraphs(page)) - 1) for page in pages}


def test_articles_that_share_half_of_their_longer_words_are_about_one_matter() -> None:
    shared = "tribunal Valletta issuer reserve redemption Marlowe Palisade stablecoin creditors custodian".split()  # noqa: SIM905 - a list
    quote = "“The reserve must be held in cash,” the tribunal ruled."
    pages = [
        Document(
            id=str(number),
            title=f"Report {'abcde'[number] * 6} of the day",
            text=f"{' '.join(shared)}\n\n{quote}\n\n{' '.join(f'{word}{mark * 3}' for word in shared)}",
            published=START,
        )
        for number, mark in enumerate("vwxyz")
    ]
    # No paragraph but the quote is equal: the shared words stand in another order on each page.
    mixed = [
        replace(page, text=page.text.replace(" ".join(shared), " ".join(shared[at:] + shared[:at])))
        for at, page in enumerate(pages)
    ]
    assert furniture(mixed, pieces(8)) == {}


def test_more_lines_between_two_pieces_of_furniture_than_a_sidebar_has_stay() -> None:
    pages = []
    for number, one in enumerate(pieces(4)):
        rows = tuple(other.title for other in pieces(13, seed=200 + number))
        pages.append(built(one, after=("Share this story", *rows, "More from Harbour Wire")))
    first = len(paragraphs(pieces(1)[0]))
    assert furniture(pages, [])[pages[0].id] == (first, first + 14)


def test_seventy_thousand_paragraphs_that_begin_alike_take_about_a_second() -> None:
    words = [f"{a}{b}{c}{d}" for a in "bcdfghklmnprstvw" for b in "aeiou" for c in "bcdfghklmnprst" for d in "aeiou"]
    chance = random.Random(4)  # noqa: S311 - a test text
    text = "\n\n".join(f"The firm has been fined again for {' '.join(chance.sample(words, 6))}" for _ in range(70_000))
    page = Document(id="long", title="All decisions", text=text, published=START)
    since = time.process_time()
    assert furniture([page], pieces(3)) == {}
    assert time.process_time() - since < 5


def test_many_pages_of_paragraphs_that_begin_alike_are_compared_in_time_that_follows_their_number() -> None:
    chance = random.Random(4)  # noqa: S311 - a test text
    letters = "abcdefghijklmnop"

    def page(name: int) -> Document:
        words = (" ".join("".join(chance.choices(letters, k=6)) for _ in range(6)) for _ in range(400))
        text = "\n\n".join(f"The firm has been fined {six} in the case at hand" for six in words)
        return Document(id=str(name), title=f"Decisions {'abcdefgh'[name % 8] * 5}", text=text, published=START)

    pages = [page(number) for number in range(40)]
    since = time.process_time()
    assert furniture(pages, []) == {}
    assert time.process_time() - since < 5


def test_no_articles_no_furniture() -> None:
    assert furniture([], []) == {}
    assert furniture([Document(id="a", title="", text="")], []) == {}


def test_two_hundred_articles_of_one_site_take_well_under_two_seconds() -> None:
    pages = [built(one, before=(APPEAL,), after=("Most read", NOTICE)) for one in pieces(230, sentences=20)]
    since = time.process_time()
    assert len(furniture(pages[:200], pages[200:])) == 200
    assert time.process_time() - since < 5
