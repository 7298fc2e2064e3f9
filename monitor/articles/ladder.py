"""The best text there is for an article, and where it came from.

page            the text of the page; better than any claim about it when the page is an article
feed-content    the feed's own full text, when it has clearly more, or the page's is doubtful and has less
json-ld         the body inside the page's JSON-LD, when the page shows only the beginning
description     the page's summary of itself
feed-summary    the feed's teaser
title           the feed's headline, so that no article is without a word
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from monitor.articles import doubts, facts, text
from monitor.articles.guard import checked
from monitor.articles.libraries import libraries
from monitor.articles.markup import Markup
from monitor.articles.page import Page
from monitor.errors import ExtractError
from monitor.records import Extracted

CLEARLY_MORE = 1.25
"""The feed's text wins over a good page when it has so many times its words: feeds carry furniture of their own."""

_FULL_WORDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text, the rung it stands on, and what is doubtful about it."""

    method: str
    text: str
    reason: str = ""

    @property
    def words(self) -> int:
        return text.words(self.text)


def extract(page: Page) -> Extracted:
    """Read the article out of a page, with the feed's word for what the feed has said.

    Raises ExtractError: `empty`, `too-large`, `not-html`, `unreadable` (the parser gave up) or `no-text` (neither page
    nor feed has any).
    """
    body = checked(page)
    try:
        return _extracted(page, body)
    except (ExtractError, MemoryError):
        raise
    except Exception as error:  # what makes a parser stumble is the page's doing
        sentence = f"the page cannot be read ({type(error).__name__})"
        raise ExtractError(page.url, "unreadable", sentence) from error


def from_feed(page: Page) -> Extracted:
    """Return what the feed alone gives: its full text, else its summary, else its title."""
    best = next(_feed_texts(page), _Text(method="title", text=text.paragraphs(page.title)))
    reason = "no-text" if best.method == "title" else _shortness(best)
    return Extracted(
        title=text.line(page.title),
        text=best.text,
        published=page.published,
        authors=page.authors,
        language=text.language(best.text, page.language),
        publisher=page.publisher or None,
        method=best.method,
        words=best.words,
        reason=reason,
    )


def _extracted(page: Page, body: bytes) -> Extracted:
    tree = libraries().load(body)
    if tree is None:
        raise ExtractError(page.url, "no-text", "the page holds nothing that can be read")
    markup = Markup(tree, page.url)
    best = _best(page, markup, _page_text(tree, page.url))
    return Extracted(
        title=text.line(page.title) or facts.title(markup),
        text=best.text,
        published=page.published or facts.published(markup),
        authors=page.authors or facts.authors(markup),
        language=text.language(best.text, page.language),
        publisher=page.publisher or facts.publisher(markup),
        method=best.method,
        words=best.words,
        reason=best.reason,
    )


def _page_text(tree: Any, url: str) -> str:  # noqa: ANN401 - lxml has no types
    """Return the body of the page without its furniture.

    No de-duplication inside the library: it remembers pages across calls and deletes a page read again.
    """
    document = libraries().read(tree, url=url, include_comments=False, include_tables=True, with_metadata=False)
    return text.paragraphs(document.text or "") if document is not None else ""


def _best(page: Page, markup: Markup, body: str) -> _Text:
    """Go down the ladder until something bears."""
    ours = _Text(method="page", text=body, reason=doubts.doubt(body, markup))
    feed = tuple(_feed_texts(page))
    if not ours.reason:
        return next((said for said in feed if said.words > CLEARLY_MORE * ours.words), ours)
    claims = tuple(_page_claims(markup)) if ours.reason in doubts.ABOUT_THE_ARTICLE else ()
    headline = _Text(method="title", text=text.paragraphs(page.title))
    if ours.reason in doubts.NOT_THE_ARTICLE:
        best = _longest(*feed, *claims) or _longest(headline) or ours
    else:
        best = _longest(ours, *feed, *claims) or headline
    if not best.text:
        raise ExtractError(page.url, "no-text", "neither the page nor the feed holds any text")
    return _Text(method=best.method, text=best.text, reason=_remaining_doubt(best, ours))


def _longest(*rungs: _Text) -> _Text | None:
    """Return the one with the most words, the first of several, or None when there are no words at all."""
    best = max(rungs, key=lambda rung: rung.words, default=None)
    return best if best is not None and best.text else None


def _feed_texts(page: Page) -> Iterator[_Text]:
    """Yield what the feed said, the fuller first."""
    for method, said in (("feed-content", page.content), ("feed-summary", page.summary)):
        clean = text.paragraphs(said)
        if clean:
            yield _Text(method=method, text=clean)


def _page_claims(markup: Markup) -> Iterator[_Text]:
    yield _Text(method="json-ld", text=facts.article_body(markup))
    yield _Text(method="description", text=facts.description(markup))


def _remaining_doubt(best: _Text, ours: _Text) -> str:
    """A full text from elsewhere settles the doubt about the page; a teaser does not."""
    if best.method in {"feed-content", "json-ld"} and best.words >= _FULL_WORDS:
        return ""
    if best.method == "title" and ours.reason == "short-text":
        return "no-text"
    return ours.reason or _shortness(best)


def _shortness(rung: _Text) -> str:
    return "short-text" if rung.words < doubts.SHORT_WORDS else ""
