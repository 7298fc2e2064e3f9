"""Pages that stand in an article's place, written here, each with what it is; and a page that lists articles."""

from __future__ import annotations

from monitor.records import Quality
from tests.pages import BODY, LONGER, json_ld

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
