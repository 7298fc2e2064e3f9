"""Texts that are not the article: a wall, a page that is gone, a page that only a browser can fill.

Such a page answers like any other and its few sentences come back as if they were the body. The signs are weak one by
one, so each counts only in a text that is short for an article: better a doubtful text kept than a good one doubted.
"""

from __future__ import annotations

import re

from monitor.articles import text
from monitor.articles.markup import Markup

SHORT_WORDS = 40
_STUB_WORDS = 120
_TEASER_WORDS = 250
_NOT_FREE_WORDS = 150

NOT_THE_ARTICLE = frozenset({"consent-page", "script-only", "not-found-page", "login-page"})
"""With these nothing of the page's text belongs to the article; with the others it is the article's beginning."""

ABOUT_THE_ARTICLE = frozenset({"short-text", "paywall", "script-only"})
"""With these the page's head and JSON-LD still speak of the article, not of the wall in front of it."""

_GONE = re.compile(
    r"\b(?:page|article|story|content|url)\b.{0,40}\b(?:not (?:be )?found|no longer (?:available|exists?)|"
    r"(?:doesn[’']t|does not) exist|(?:was|has been) (?:removed|deleted))|\berror 404\b|"
    r"\b404\W{1,3}(?:error|page|not found|file)|^\W*(?:404|(?:404\W+)?not found)\W*$|"
    r"seite nicht gefunden|page introuvable|página no encontrada",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|allow|without) (?:javascript|js\b)|"
    r"javascript (?:is|seems to be|must be|and) |checking (?:your browser|if the site connection)|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?human|unusual traffic from your",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(r"^\W*(?:just a moment|attention required|ddos protection)\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|our (?:\d+ )?partners|(?:accept|reject|refuse|agree to) all|your privacy|"
    r"privacy (?:choices|settings|policy)|manage (?:options|preferences|choices|settings)|personali[sz]ed ads|"
    r"legitimate interest|zustimmen|datenschutz|accepter et|tout accepter|aceptar",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:sign|log) ?in to (?:continue|your|read|view)|forgot(?:ten)? (?:your )?password|remember me|"
    r"(?:please|you must|need to) (?:be logged in|log ?in|sign in)|create an account",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now |today )?(?:to|and) (?:continue|read|unlock|keep|get (?:full|unlimited))|"
    r"(?:continue|keep) reading (?:this|the full|with|for|by)|to (?:continue|keep) reading|"
    r"already (?:a |have a )?subscri|"
    r"(?:for|to) (?:our )?(?:paying |premium )?subscribers only|subscriber[- ]only|(?:exclusive|only) (?:for|to) "
    r"(?:our )?subscribers|unlock (?:this|the full|unlimited)|register (?:for free )?to (?:continue|read|unlock)|"
    r"(?:remaining|last|free) (?:free )?articles? (?:this|left|remaining)|reached your (?:article )?limit|"
    r"jetzt weiterlesen|réservé aux abonnés|exclusivo para suscriptores",
    re.IGNORECASE,
)
_CONSENT_SIGNS = 3


def doubt(body: str, markup: Markup) -> str:
    """Return why this text of the page may not be its article, as a reason code, or an empty string."""
    count = text.words(body)
    if count >= _TEASER_WORDS:
        return ""
    if count < _STUB_WORDS:
        stub = _stub(body, count, markup)
        if stub:
            return stub
    if _PAYWALL.search(body) or (count < _NOT_FREE_WORDS and markup.not_free()):
        return "paywall"
    return "short-text" if count < SHORT_WORDS else ""


def _stub(body: str, count: int, markup: Markup) -> str:
    """Return what a page of a few sentences is in place of an article."""
    heads = markup.texts("title")[:1] + markup.texts("h1")[:1]
    if any(map(_GONE.search, heads)) or (count < SHORT_WORDS and _GONE.search(body)):
        return "not-found-page"
    if _SCRIPT.search(body) or any(map(_CHALLENGE.search, heads)) or (not count and markup.has_programs()):
        return "script-only"
    if len({match.group().lower() for match in _CONSENT.finditer(body)}) >= _CONSENT_SIGNS:
        return "consent-page"
    if _LOGIN.search(body) or (count < SHORT_WORDS and markup.has_password_field()):
        return "login-page"
    return ""
