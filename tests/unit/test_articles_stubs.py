"""Pages that stand in an article's place are named, whatever their language; articles about such pages are not."""

from __future__ import annotations

import pytest

from monitor.articles import extract
from monitor.errors import ExtractError
from monitor.records import Quality
from tests.pages import BODY, LONGER, json_ld, page, page_of

CONSENT, SCRIPT, GONE, PAID = Quality.CONSENT_PAGE, Quality.SCRIPT_ONLY, Quality.NOT_AN_ARTICLE, Quality.PAYWALL
TERMS = " ".join(
    f"With your consent, partner {number} may store cookies on your device and build a profile of what you read."
    for number in range(12)
)


def stub(title: str, *sentences: str, head: str = "", body: str = "") -> str:
    words = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return whole(f"<main><h1>{title}</h1>{words}{body}</main>", f"<title>{title}</title>{head}")


def whole(body: str, head: str = "<title>Gazette</title>") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


FREE = json_ld(isAccessibleForFree=False)
FORM = "<form><input name=user><input type=password><button>Go</button></form>"
STUBS = {
    "app": (SCRIPT, whole("<div id=app></div><script src=/a.js></script>")),
    "noscript": (SCRIPT, stub("Gazette", "You need to enable JavaScript to run this app.")),
    "noscript, German": (SCRIPT, stub("Hafenbote", "Bitte JavaScript aktivieren, um diese Seite zu nutzen.")),
    "noscript, French": (SCRIPT, stub("La Gazette", "Veuillez activer JavaScript pour afficher cette page.")),
    "challenge": (SCRIPT, stub("Just a moment...", "Checking the connection before you go on.")),
    "captcha": (SCRIPT, stub("Gazette", "Please verify you are human. Complete the security check to go on.")),
    "denied": (SCRIPT, stub("Access denied", "Unusual traffic from your network was noticed. Reference 18.ab12.")),
    "consent": (CONSENT, stub("Before you continue", "Our 842 partners store cookies. Accept all or manage options.")),
    "consent, German": (
        CONSENT,
        stub("Hafenbote", "Mit Ihrer Einwilligung: Cookies für unsere 140 Partner. Alle akzeptieren. Datenschutz."),
    ),
    "consent, French": (
        CONSENT,
        stub("La Gazette", "Nos 73 partenaires utilisent des cookies. Continuer sans accepter. Tout accepter."),
    ),
    "consent, Spanish": (
        CONSENT,
        stub("El Puerto", "Con su consentimiento, nuestros socios usan cookies. Aceptar. Rechazar todo. Configurar."),
    ),
    "consent, Italian": (
        CONSENT,
        stub("Il Porto", "I nostri partner usano cookie con il tuo consenso. Rifiuta o accetta tutti."),
    ),
    "consent, long": (
        CONSENT,
        stub("Your privacy choices", TERMS, "Accept all. Reject all. Privacy policy. Our partners."),
    ),
    "gone": (GONE, stub("404 - Page not found", "The story may have moved. Try the search, or our front page.")),
    "gone, politely": (GONE, stub("Oops", "We could not find the page you asked for. It may have been renamed.")),
    "gone, removed": (GONE, stub("Gazette", "This article has been removed.")),
    "gone, German": (GONE, stub("Seite nicht gefunden", "Leider gibt es hier nichts mehr zu lesen. Zur Startseite.")),
    "gone, French": (GONE, stub("Page introuvable", "Le contenu a été déplacé. Revenez à la page d'accueil.")),
    "gone, Spanish": (GONE, stub("Página no encontrada", "El contenido ya no está aquí. Vuelva a la portada.")),
    "gone, Polish": (GONE, stub("Błąd", "Nie znaleziono strony, której szukasz.")),
    "login": (GONE, stub("Gazette", "Please sign in to continue. Email. Password. Forgot your password?", body=FORM)),
    "login, German": (GONE, stub("Anmeldung", "E-Mail und Passwort eingeben. Passwort vergessen? Angemeldet bleiben.")),
    "login, a form": (GONE, stub("Members", "Members of the port club enter here.", body=FORM)),
    "paywall": (PAID, stub("Fees", *BODY[:2], "Subscribe now to continue reading. Already a subscriber? Sign in.")),
    "paywall, metered": (PAID, stub("Fees", *BODY[:2], "You have read all of your monthly free articles.")),
    "paywall, German": (PAID, stub("Gebühren", *BODY[:2], "Jetzt weiterlesen. Bereits Abonnent? Einloggen.")),
    "paywall, French": (PAID, stub("Taxes", *BODY[:2], "La suite est réservée aux abonnés. Déjà abonné ?")),
    "paywall, Spanish": (PAID, stub("Tasas", *BODY[:2], "Contenido exclusivo para suscriptores. ¿Ya eres suscriptor?")),
    "paywall, stated": (PAID, stub("Fees", *BODY[:4], head=FREE)),
    "paywall, most of it": (
        PAID,
        stub("Fees", *LONGER[:12], head=json_ld(isAccessibleForFree=False, wordCount=2_000)),
    ),
    "paywall, the offer last": (PAID, stub("Fees", *LONGER[:14], "To continue reading, choose an offer.", head=FREE)),
    "refresh": (
        GONE,
        stub("Gazette", "You are being sent on.", head="<meta http-equiv='Refresh' content='0; URL=/x'>"),
    ),
    "frames": (
        GONE,
        "<html><head><title>Gazette</title></head><frameset><frame src=/a><frame src=/b></frameset></html>",
    ),
    "inner page": (GONE, whole("<iframe src=/story></iframe>")),
}


def cards(count: int, *, kind: str = "") -> str:
    """Return a section page: a linked title over two sentences, again and again."""
    teasers = "".join(
        f"<article><h2><a href='/fees/{number}'>Port number {number} raises its fees</a></h2>"
        f"<p>{BODY[number % 5]} Our reporter number {number} tells what it means for the region.</p></article>"
        for number in range(count)
    )
    return whole(f"<main><h1>Fees</h1>{teasers}</main>", f"<title>Fees</title>{kind}")


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
