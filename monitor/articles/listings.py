"""Pages that list articles: a front page, a section, search results. Their joined teasers read like a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import Any
from urllib.parse import urldefrag

from monitor.articles import text
from monitor.articles.anchors import absolute, anchors, host, same_site, squeezed
from monitor.articles.markup import Markup

_CARDS = 5
_TITLE_WORDS = 3
_TITLES = 500
_DEPTH = 5
_PIECES = 60
_PIECE = 30
_SHARE = 0.6
_TEASER_WORDS = 40
_LONGEST = 200_000
"""Characters without white space; a longer text is not made of teasers."""

_SEARCHES = 2_000


def is_listing(markup: Markup, body: str) -> bool:
    """Whether most of this text stands in cards: a linked title, alone on its line, with a short teaser beside it."""
    if not body or markup.claims_an_article():
        return False
    within = squeezed(body)
    if len(within) > _LONGEST:
        return False
    teasers = [teaser for teaser in _teasers(markup, within) if teaser]
    if len(teasers) < _CARDS or sum(map(len, map(squeezed, teasers))) < _SHARE * len(within):
        return False
    return median(map(text.words, teasers)) < _TEASER_WORDS


def _teasers(markup: Markup, within: str) -> Iterator[str]:
    """Yield what of each card stands in the text, when it makes a teaser, as long as searching may take."""
    searches = 0
    for card in _cards(markup):
        found = []
        for piece in islice(card.itertext(), _PIECES):
            bare = squeezed(piece)
            if len(bare) < _PIECE:
                continue
            searches += 1
            if bare in within:
                found.append(piece)
        yield " ".join(found)
        if searches > _SEARCHES:
            return


def _cards(markup: Markup) -> Iterator[Any]:
    """Yield for each linked title the largest element around it that holds no other one."""
    titles = _titles(markup)
    inside: dict[Any, set[str]] = {}
    for element, url in titles:
        for outer in islice(element.iterancestors(), _DEPTH):
            inside.setdefault(outer, set()).add(url)
    given = set()
    for element, _ in titles:
        card = element
        for outer in islice(element.iterancestors(), _DEPTH):
            if len(inside[outer]) > 1:
                break
            card = outer
        if card not in given:
            given.add(card)
            yield card


def _titles(markup: Markup) -> list[tuple[Any, str]]:
    """Return the elements that are the linked titles of other pages of the site, and where they lead.

    Links to places in this page, or to several places in another one, are those of an article in parts.
    """
    ours, own = host(markup.url), urldefrag(markup.url)[0]
    found: list[tuple[Any, str]] = []
    places: dict[str, set[str]] = {}
    for anchor in anchors(markup.tree):
        url = absolute(anchor.href, markup.base)
        if url and same_site(host(url), ours) and anchor.alone and len(anchor.text.split()) >= _TITLE_WORDS:
            found.append((anchor.element, url))
            places.setdefault(urldefrag(url)[0], set()).add(url)
            if len(found) == _TITLES:
                break
    pages = {page for page, urls in places.items() if page != own and len(urls) == 1}
    return [(element, url) for element, url in found if urldefrag(url)[0] in pages]
