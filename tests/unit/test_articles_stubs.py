"""Pages that stand in an article's place are named, whatever their language; articles about such pages are not."""

from __future__ import annotations

import time

import pytest

from monitor.articles import extract
from monitor.articles.libraries import libraries
from monitor.articles.listings import is_listing
from monitor.articles.markup import Markup
from monitor.errors import ExtractError
from monitor.records import Quality
from tests.pages import BODY, LONGER, URL, json_ld, page, page_of
from tests.stubs import CONSENT, FORM, GONE, PAID, STUBS, cards, stub, whole


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


ARTICLE = '<meta property="og:type" content="article">'
NEWS = (
    "The harbour authority said on Monday that the new rule applies from March, after weeks of talks with captains.",
    "Firms that paid under the old rule get their money back within ninety days, and need not apply for it in writing.",
    "Inspectors will visit the terminals in May, it added.",
)


def brief(*sentences: str, title: str = "Port fees", head: str = ARTICLE, after: str = "") -> str:
    return stub(title, *sentences, *NEWS, head=head, body=after)


COOKIES = (
    "The watchdog fined a shop for placing cookies before visitors had given their consent.",
    "A banner offered a button to accept all trackers, but visitors who wanted to refuse all of them clicked thrice.",
)


@pytest.mark.parametrize(
    "html",
    [
        brief(title="Article 5 of fee order has been deleted"),
        brief(title="Access denied: court rejects appeal of the port over files"),
        brief(title="Security check at the harbour delayed after failure"),
        brief("Fraudsters asked victims to create an account on a false site."),
        brief("“Remember me as someone who answered letters,” she told a reporter."),
        brief("The flaw lets sites run code when users enable JavaScript."),
        brief(head=ARTICLE + '<meta http-equiv="refresh" content="0; url=/elsewhere">'),
        brief(*COOKIES),
        brief("Fraudsters write: “Please sign in to continue.”"),
        brief(title="The page on port fees was deleted by mistake, court hears"),
        # Without a word on what it is.
        brief(title="Article 5 of fee order has been deleted", head=""),
        brief(title="Access denied: court rejects appeal of the port over files", head=""),
        brief(title="Security check at the harbour delayed after failure", head=""),
        brief("Fraudsters asked victims to create an account on a false site.", head=""),
        brief("“Remember me as someone who answered letters,” she told a reporter.", head=""),
        brief(*COOKIES, head=""),
        brief("Your consent counts, the watchdog wrote to visitors of sites with cookies.", head=""),
        brief(head=f'<meta http-equiv="refresh" content="900; url={URL}">'),
        brief(head='<meta http-equiv="refresh" content="900; url=/live">'),
        brief(head=f'<meta http-equiv="refresh" content="0; url={URL}#top">'),
        brief(head='<noscript><meta http-equiv="refresh" content="0; url=/plain"></noscript>'),
    ],
)
def test_a_brief_with_one_sign_of_a_wall_is_kept(html: str) -> None:
    article = extract(page(html, summary="A short teaser."))
    assert (article.reason, article.quality, article.method) == ("", Quality.FULL, "page")


@pytest.mark.parametrize(
    ("reason", "html"),
    [
        ("not-found-page", brief(title="404 - Page not found")),
        ("not-found-page", brief(title="The page you requested could not be found | Gazette")),
        ("script-only", brief("Please verify you are human.", title="Just a moment...")),
        ("script-only", brief("Please verify you are human.", title="Access denied | Gazette")),
        ("login-page", brief("Please sign in to continue.", after=FORM)),
        ("consent-page", brief("Our 842 partners store cookies with your consent. Accept all. Reject all.")),
        ("redirect-page", brief(head='<meta http-equiv="refresh" content="5; url=/elsewhere">')),
        ("redirect-page", brief(head='<meta http-equiv="refresh" content="url=/elsewhere">')),
        ("script-only", brief(title="Security check - Gazette", head="")),
        ("consent-page", brief("Our 9 partners store cookies. Accept all or manage options.", head="")),
        ("login-page", brief("Create an account.", head="", after=FORM)),
    ],
)
def test_a_brief_with_enough_signs_of_a_wall_is_doubted(reason: str, html: str) -> None:
    kind = "" if reason == "redirect-page" else ARTICLE
    assert extract(page(html.replace(ARTICLE, kind) if not kind else html)).reason == reason


def test_a_doubtful_brief_is_not_exchanged_for_less() -> None:
    html = brief("Please sign in to continue.", after=FORM)
    article = extract(page(html, title="Port fees", summary="A short teaser."))
    assert (article.method, article.reason, article.quality) == ("page", "login-page", GONE)
    longer = " ".join(LONGER)
    assert extract(page(html, summary=longer)).text == longer


WALL = "With your consent our partners store cookies. Accept all. Reject all. Manage options. "


@pytest.mark.parametrize(
    ("title", "words", "reason"),
    [
        ("Your privacy choices", 300, "consent-page"),
        ("Your privacy choices | Gazette", 300, "consent-page"),
        ("Your privacy choices", 700, ""),
        ("Cookies and your privacy: a publisher is fined", 300, ""),
        ("Report of the year | Commissioner for privacy choices", 300, ""),
    ],
)
def test_a_longer_wall_is_told_by_its_whole_heading(title: str, words: int, reason: str) -> None:
    filler = [f"Paragraph {number} of the text has exactly ten words here." for number in range(words // 10)]
    assert extract(page(stub(title, WALL, *filler))).reason == reason


def test_words_on_cookies_in_several_spellings_are_one_sign() -> None:
    text = "Cookie here, cookies there: consent to a cookie is asked of visitors, said our partners in the harbour."
    long = [f"Paragraph {number} of the text tells of cookies and consent." for number in range(20)]
    assert extract(page(stub("Cookie notice", text, *long))).reason == ""


def test_a_report_on_the_protection_of_data_is_no_wall() -> None:
    said = (
        "Die Beauftragte stellte ihren Bericht zum Datenschutz vor und sprach über Werbung ohne Einwilligung.",
        "In elf Fällen fehlte die Zustimmung der Nutzer zu Cookies, und Verlage änderten danach ihre Seiten.",
    )
    for times in (1, 6):
        html = stub("Bericht vorgestellt | Beauftragte für Datenschutz", *said * times)
        assert extract(page(html)).reason in {"", "short-text"}


def parts(link: str, teaser: str = BODY[1], count: int = 8) -> str:
    """Return a text in parts, each with a linked title."""
    sections = "".join(
        f"<section><h3><a href='{link.format(number)}'>Update number {number} from the court</a></h3>"
        f"<p>Part {number} follows. {teaser} It is told in the hall number {number} of the court.</p></section>"
        for number in range(count)
    )
    return whole(f"<main><h1>Fees</h1><p>{BODY[0]}</p>{sections}</main>", "<title>Fees</title>")


@pytest.mark.parametrize(
    "html",
    [
        parts(f"{URL}#post-{{}}"),
        parts("/faq?x=1#q{}"),
        parts("/register/{}", teaser=" ".join(BODY[:3])),
    ],
)
def test_a_text_in_parts_with_linked_titles_is_one_article(html: str) -> None:
    assert extract(page(html, summary=BODY[0])).reason == ""
    assert extract(page(parts("/register/{}"), summary=BODY[0])).reason == "listing-page"


def test_looking_for_cards_in_a_long_text_costs_little() -> None:
    spans = "".join(f"<span>{'klmnop qrstu ' * 4}{number}</span>" for number in range(30))
    menu = "".join(f"<div><a href='/a/{number}'>Port fees again rise</a>{spans}</div>" for number in range(500))
    markup = Markup(libraries().load(f"<html><body>{menu}</body></html>"), URL)
    body = "\n\n".join(["abcdefg hij " * 60] * 250)
    started = time.process_time()
    assert not is_listing(markup, body)
    assert not is_listing(markup, body * 16)
    assert time.process_time() - started < 5


def test_two_signs_of_consent_make_no_wall_of_a_few_words() -> None:
    html = stub("Port fees", "Your consent counts, the watchdog wrote to visitors of sites with cookies.")
    assert extract(page(html)).reason == "short-text"
