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

from monitor.articles import dates, doubts, facts, text
from monitor.articles.guard import checked, is_pdf
from monitor.articles.libraries import libraries
from monitor.articles.links import TextLinks
from monitor.articles.markup import Markup
from monitor.articles.page import Page
from monitor.articles.pdf import extract_pdf
from monitor.articles.pruning import pruned
from monitor.articles.reading import body_of
from monitor.articles.trimming import trimmed
from monitor.errors import ExtractError
from monitor.records import Extracted, Quality

CLEARLY_MORE = 1.25
"""The feed's text wins over a good page when it has so many times its words: feeds carry furniture of their own."""

_FULL_WORDS = 150
_BROKEN_OFF = ("...", "…", "[…]", "[...]")


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
    if is_pdf(page):
        return extract_pdf(page)
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
    whole = best.method == "feed-content" and best.words >= _FULL_WORDS
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
        quality=Quality.FULL if whole else Quality.TEASER,
        dated_by="feed" if page.published else "",
    )


def _extracted(page: Page, body: bytes) -> Extracted:
    tree = libraries().load(body)
    if tree is None:
        raise ExtractError(page.url, "no-text", "the page holds nothing that can be read")
    markup = Markup(pruned(tree), page.url)
    whole = body_of(tree, page.url)
    doubt = doubts.doubt(whole, markup)
    links = TextLinks(markup, whole)
    clean = trimmed(whole, (page.title, *facts.headlines(markup)), links.lines(whole))
    best = _best(page, markup, _Text(method="page", text=clean, reason=doubt))
    # A wall has facts too, but they are its own.
    stated = Markup.nothing(page.url) if doubt in doubts.ABOUT_THEMSELVES else markup
    published = page.published or dates.published(stated)
    return Extracted(
        title=text.line(page.title) or facts.title(markup),
        text=best.text,
        published=published,
        authors=page.authors or facts.authors(stated),
        language=text.language(best.text, page.language),
        publisher=page.publisher or facts.publisher(markup),
        method=best.method,
        words=best.words,
        reason=best.reason,
        quality=doubts.quality(best.reason, best.method),
        modified=dates.modified(stated, published),
        dated_by="feed" if page.published else "page" if published else "",
        canonical=facts.canonical(stated),
        links=links.sources(clean) if best.method == "page" else (),
    )


def _best(page: Page, markup: Markup, ours: _Text) -> _Text:
    """Go down the ladder until something bears."""
    feed = tuple(_feed_texts(page))
    if not ours.reason:
        return next((said for said in feed if _is_clearly_more(said, ours)), ours)
    claims = tuple(_page_claims(markup)) if ours.reason in doubts.ABOUT_THE_ARTICLE else ()
    headline = _Text(method="title", text=text.paragraphs(page.title))
    if ours.reason in doubts.NOT_THE_ARTICLE and not doubts.is_brief(ours.words, markup):
        best = _longest(*feed, *claims) or _longest(headline) or ours
    else:
        best = _longest(ours, *feed, *claims) or headline
    if not best.text:
        raise ExtractError(page.url, "no-text", "neither the page nor the feed holds any text")
    return _Text(method=best.method, text=best.text, reason=_remaining_doubt(best, ours))


def _is_clearly_more(said: _Text, ours: _Text) -> bool:
    """Whether a feed's full text beats a good page's; its summary never stands for a whole text."""
    return said.method == "feed-content" and said.words > CLEARLY_MORE * ours.words


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
    """A full text from elsewhere settles the doubt about the page; a teaser does not, nor a text that breaks off."""
    whole = best.method == "feed-content" or (best.method == "json-ld" and not best.text.endswith(_BROKEN_OFF))
    if whole and best.words >= _FULL_WORDS:
        return ""
    if best.method == "title" and ours.reason == "short-text":
        return "no-text"
    return ours.reason or _shortness(best)


def _shortness(rung: _Text) -> str:
    return "short-text" if rung.words < doubts.SHORT_WORDS else ""
