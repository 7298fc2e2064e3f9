"""Texts that are not the article: a wall, a page that is gone, a list of articles, a page that only a browser fills.

Such a page answers like any other and its few sentences come back as if they were the body. The signs are weak one by
one, so each counts only in a text that is short for an article: better a doubtful text kept than a good one doubted.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.articles import stubs, text
from monitor.articles.listings import is_listing
from monitor.articles.markup import Markup
from monitor.records import Quality

SHORT_WORDS = 40
_STUB_WORDS = 120
_TEASER_WORDS = 250
_NOT_FREE_WORDS = 150
_CONSENT_SIGNS = 3
_MORE_CONSENT_SIGNS = 4
_MANY_CONSENT_SIGNS = 5
_CONSENT_WORDS = 600
_BEGINNING = 0.5
_OFFER = 400
_MOST = 0.6

NOT_THE_ARTICLE = frozenset(
    {"consent-page", "script-only", "not-found-page", "login-page", "listing-page", "redirect-page"}
)
"""With these nothing of the page's text belongs to the article; with the others it is the article's beginning."""

ABOUT_THE_ARTICLE = frozenset({"short-text", "paywall", "script-only"})
"""With these the page's head and JSON-LD still speak of the article, not of the wall in front of it."""

ABOUT_THEMSELVES = NOT_THE_ARTICLE - ABOUT_THE_ARTICLE
"""With these the page's date, authors and address are those of the wall."""

_QUALITIES = {
    "paywall": Quality.PAYWALL,
    "script-only": Quality.SCRIPT_ONLY,
    "consent-page": Quality.CONSENT_PAGE,
    "not-found-page": Quality.NOT_AN_ARTICLE,
    "login-page": Quality.NOT_AN_ARTICLE,
    "listing-page": Quality.NOT_AN_ARTICLE,
    "redirect-page": Quality.NOT_AN_ARTICLE,
    "short-text": Quality.TEASER,
    "no-text": Quality.TEASER,
}
_TEASERS = frozenset({"feed-summary", "description", "title"})


def quality(reason: str, method: str) -> Quality:
    """Return what a text is of its article, from the doubt that remains about it and the rung it stands on."""
    if reason:
        return _QUALITIES[reason]
    return Quality.TEASER if method in _TEASERS else Quality.FULL


def doubt(body: str, markup: Markup) -> str:
    """Return why this text of the page may not be its article, as a reason code, or an empty string."""
    count = text.words(body)
    if count < _STUB_WORDS:
        stub = _stub(body, count, markup)
        if stub:
            return stub
    elif count < _CONSENT_WORDS and _is_long_wall(body, markup):
        return "consent-page"
    if is_listing(markup, body):
        return "listing-page"
    return _part(body, count, markup)


def _part(body: str, count: int, markup: Markup) -> str:
    """Return what holds back the rest of an article that a page shows the beginning of."""
    if count < _TEASER_WORDS and stubs.PAYWALL.search(body):
        return "paywall"
    if markup.not_free() and _breaks_off(body, count, markup):
        return "paywall"
    return "short-text" if count < SHORT_WORDS else ""


def _breaks_off(body: str, count: int, markup: Markup) -> bool:
    """Whether a text that must be paid for is not all there: too short, or ending in the offer."""
    if count < _NOT_FREE_WORDS or count < _BEGINNING * markup.stated_words:
        return True
    return stubs.PAYWALL.search(body[-_OFFER:]) is not None


def _stub(body: str, count: int, markup: Markup) -> str:
    """Return what a page of a few sentences is in place of an article.

    A brief has the words of a wall by chance; where a page calls itself an article, one sign is not enough.
    """
    heads = _heads(markup)
    brief = is_brief(count, markup)
    signs: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("not-found-page", lambda: any(_says_only(head) if brief else stubs.GONE.search(head) for head in heads)),
        ("not-found-page", lambda: count < SHORT_WORDS and stubs.GONE.search(body) is not None),
        ("script-only", lambda: _asks_for_a_browser(body, heads, brief=brief)),
        ("redirect-page", lambda: not brief and markup.leads_elsewhere()),
        ("script-only", lambda: not count and markup.has_programs()),
        ("redirect-page", lambda: not count and markup.has_inner_page()),
        ("consent-page", lambda: _asks_for_consent(body, count, brief=brief)),
        ("login-page", lambda: _asks_for_a_name(body, count, markup, brief=brief)),
    )
    return next((reason for reason, holds in signs if holds()), "")


def is_brief(count: int, markup: Markup) -> bool:
    """Whether a page calls itself an article and has a few sentences that may well be one."""
    return count >= SHORT_WORDS and markup.claims_an_article()


def _says_only(head: str) -> bool:
    """Whether a headline, or a part of it, says little else than that something is gone."""
    parts = stubs.HEAD_PARTS.split(head.strip())
    found = ((part, stubs.GONE.search(part)) for part in parts)
    return any(match is not None and len(match.group()) >= _MOST * len(part) for part, match in found)


def _asks_for_a_browser(body: str, heads: list[str], *, brief: bool) -> bool:
    signs = (stubs.SCRIPT.search(body), any(stubs.CHALLENGE.fullmatch(_first(head)) for head in heads))
    return all(signs) if brief else any(signs)


def _asks_for_a_name(body: str, count: int, markup: Markup, *, brief: bool) -> bool:
    """Whether somebody is asked to log in: by words, by a field for a password, or by both in an article's place."""
    if brief:
        return stubs.LOGIN.search(body) is not None and markup.has_password_field()
    if stubs.LOGIN.search(body):
        return True
    if count < SHORT_WORDS:
        return stubs.LOGIN_WORDS.search(body) is not None or markup.has_password_field()
    return stubs.LOGIN_WORDS.search(body) is not None and markup.has_password_field()


def _asks_for_consent(body: str, count: int, *, brief: bool) -> bool:
    button, address = stubs.CONSENT_BUTTON.search(body), stubs.CONSENT_ADDRESS.search(body)
    if brief:
        return bool(button and address) and _consent_signs(body) >= _MANY_CONSENT_SIGNS
    needed = _CONSENT_SIGNS if count < SHORT_WORDS else _MORE_CONSENT_SIGNS
    return bool(button or address) and _consent_signs(body) >= needed


def _is_long_wall(body: str, markup: Markup) -> bool:
    """Whether a longer text is a wall of terms: its heading says nothing else, and it is full of their words."""
    if not any(stubs.CONSENT_HEAD.fullmatch(_first(head)) for head in _heads(markup)) or markup.claims_an_article():
        return False
    asks = stubs.CONSENT_BUTTON.search(body) or stubs.CONSENT_ADDRESS.search(body)
    return asks is not None and _consent_signs(body) >= _MANY_CONSENT_SIGNS


def _consent_signs(body: str) -> int:
    return sum(family.search(body) is not None for family in stubs.CONSENT)


def _first(head: str) -> str:
    """Return a headline without what follows it, mostly the name of the site."""
    return stubs.HEAD_PARTS.split(head.strip())[0]


def _heads(markup: Markup) -> list[str]:
    return markup.texts("title")[:1] + markup.texts("h1")[:1]
