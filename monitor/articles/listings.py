"""Pages that list articles: a front page, a section, search results. Their joined teasers read like a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from monitor.articles.anchors import absolute, anchors, host, same_site, squeezed
from monitor.articles.markup import Markup

_CARDS = 5
_TITLE_WORDS = 3
_TITLES = 500
_DEPTH = 5
_PIECES = 60
_PIECE = 30
_SHARE = 0.6


def is_listing(markup: Markup, body: str) -> bool:
    """Whether most of this text stands in cards: a linked title, alone on its line, with a teaser beside it."""
    if not body or markup.claims_an_article():
        return False
    within = squeezed(body)
    filled = [size for size in (_size(card, within) for card in _cards(markup)) if size]
    return len(filled) >= _CARDS and sum(filled) >= _SHARE * len(within)


def _cards(markup: Markup) -> Iterator[Any]:
    """Yield for each linked title the largest element around it that holds no other one."""
    ours = host(markup.url)
    titles: list[tuple[Any, str]] = []
    for anchor in anchors(markup.tree):
        url = absolute(anchor.href, markup.base)
        if url and same_site(host(url), ours) and anchor.alone and len(anchor.text.split()) >= _TITLE_WORDS:
            titles.append((anchor.element, url))
            if len(titles) == _TITLES:
                break
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


def _size(card: Any, within: str) -> int:  # noqa: ANN401 - lxml has no types
    """Count the characters of a card that stand in the text, when they make a teaser."""
    pieces = (squeezed(piece) for piece in islice(card.itertext(), _PIECES))
    return sum(len(piece) for piece in pieces if len(piece) >= _PIECE and piece in within)
