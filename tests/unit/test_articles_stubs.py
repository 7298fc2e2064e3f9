"""Pages that stand in an article's place are named, whatever their language; articles about such pages are not."""

from __future__ import annotations

import pytest

from monitor.articles import extract
from monitor.errors import ExtractError
from monitor.records import Quality
from tests.pages import BODY, LONGER, json_ld, page, page_of
from tests.stubs import CONSENT, GONE, PAID, STUBS, cards


@pytest.mark.parametrize("name", STUBS)
def test_a_page_in_an_articles_place_is_told_by_its_quality(name: str) -> None:
    expected, html = STUBS[name]
    assert extract(page(html, title="Port fees", summary=BODY[0])).quality == expected


@pytest.mark.parametrize("name", [name for name, (kind, _) in STUBS.items() if kind in {CONSENT, GONE}])
def test_nothing_of_such_a_page_is_taken_for_the_article(name: str) -> None:
    _, html = STUBS[name]
    head = '<head><meta name="author" content="Ida Brandt"><meta name="date" content="2026-03-04">'
    article = extract(page(html.replace("<head>", head), title="Port fees", summary=BODY[0]))
    assert (article.text, article.method) == (BODY[0], "feed-summary")
    assert (article.published, article.authors, article.canonical, article.links) == (None, (), None, ())


def test_a_page_of_frames_without_a_feeds_word_is_an_error() -> None:
    with pytest.raises(ExtractError) as caught:
        extract(page(STUBS["frames"][1]))
    assert caught.value.reason == "no-text"


@pytest.mark.parametrize("kind", ["", json_ld("CollectionPage"), '<meta property="og:type" content="website">'])
def test_a_list_of_articles_is_not_one(kind: str) -> None:
    article = extract(page(cards(20, kind=kind), title="Port fees", summary=BODY[0]))
    assert (article.reason, article.quality, article.text) == ("listing-page", GONE, BODY[0])


def test_a_round_up_that_calls_itself_an_article_is_one() -> None:
    assert extract(page(cards(20, kind=json_ld(headline="The week in fees")))).reason == ""


def test_an_article_above_a_list_of_others_is_one() -> None:
    more = cards(12).partition("<h1>Fees</h1>")[2].partition("</main>")[0]
    article = extract(page(page_of(*LONGER, after=f"<section>{more}</section>")))
    assert (article.reason, article.quality) == ("", Quality.FULL)


def test_an_article_with_a_few_teasers_in_it_is_one() -> None:
    teasers = "".join(
        f"<div><h2><a href='/fees/{number}'>Port number {number} raises its fees</a></h2>"
        f"<p>What port number {number} does about its fees is told by our reporter on the spot.</p></div>"
        for number in range(6)
    )
    article = extract(page(page_of(*LONGER[:10], teasers, *LONGER[10:])))
    assert "told by our reporter" in article.text
    assert article.reason == ""


ABOUT = (
    "Regulators fined the exchange over cookies set without consent, and said users could not reject all of them.",
    "The suspect, whose page was not found by investigators for years, told the court he had lost his password.",
    "The publisher asks readers to subscribe, and says that subscribers only pay for what they read.",
    "The browser maker will require JavaScript engines to be audited, said the working group on Monday.",
    "Die Behörde prüft, ob eine Einwilligung in Cookies auf der Seite nötig ist, und ob der Datenschutz gilt.",
    "Le journal réservé aux abonnés attire davantage de lecteurs que prévu, selon un rapport de la commission.",
)


@pytest.mark.parametrize("sentence", ABOUT)
def test_an_article_about_walls_is_full(sentence: str) -> None:
    article = extract(page(page_of(sentence, *LONGER)))
    assert (article.reason, article.quality) == ("", Quality.FULL)


@pytest.mark.parametrize(
    "sentence",
    [
        "The watchdog told three shops to ask for consent before they set cookies, and to publish a privacy policy.",
        "The vendor said that its new phone asks users to sign in with a fingerprint when they lose their papers.",
    ],
)
def test_a_brief_about_walls_is_an_article_when_it_says_so(sentence: str) -> None:
    head = json_ld(headline="Fees")
    assert extract(page(page_of(sentence, *BODY[:3], head=head))).quality is Quality.FULL


def test_a_feeds_full_text_settles_every_doubt() -> None:
    qualities = {extract(page(html, content="\n".join(LONGER))).quality for _, html in STUBS.values()}
    assert qualities == {Quality.FULL}


def test_a_paid_page_whose_json_ld_breaks_off_is_not_full() -> None:
    cut = " ".join(LONGER)[:1_500] + "..."
    head = json_ld(isAccessibleForFree=False, articleBody=cut)
    article = extract(page(page_of(*BODY[:3], head=head)))
    assert (article.method, article.quality) == ("json-ld", PAID)


def test_a_page_that_reloads_itself_is_still_an_article() -> None:
    head = '<meta http-equiv="refresh" content="300; url=/live">'
    assert extract(page(page_of(*LONGER, head=head))).quality is Quality.FULL
