"""Pages of too much, too long or too deep markup, and what each must end as.

An outcome is told by one word: the reason of an error, `ok` for the whole article, the quality of a text that is less
than that, or `other` for a text said to be whole which is not the article.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from monitor.articles import PAGE_LIMIT
from tests.pages import BODY, page_of

SENTENCE = "The token rules take effect in March after a vote in the transport committee, said the harbour authority. "
PLAIN = page_of(*BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page by name: how it is made, how it may end, and words that must be read out of it when it ends well.

    A `slow` case takes seconds, mostly all that it is given.
    """

    name: str
    make: Callable[[], bytes]
    expected: frozenset[str]
    holds: tuple[str, ...] = (BODY[0], BODY[-1])
    content_type: str = "text/html"
    slow: bool = False


def ends(
    name: str,
    make: Callable[[], bytes],
    *expected: str,
    holds: tuple[str, ...] = (BODY[0], BODY[-1]),
    content_type: str = "text/html",
    slow: bool = False,
) -> Case:
    """Return a case that may end as one of these."""
    words = frozenset(expected)
    return Case(name=name, make=make, expected=words, holds=holds, content_type=content_type, slow=slow)


def around(middle: str, *, head: str = "") -> bytes:
    """Put something into the middle of an ordinary article."""
    return page_of(*BODY, middle, *BODY, head=head).encode()


def scripted(json_text: str) -> bytes:
    """Put something into an article's JSON-LD."""
    return around("", head=f'<script type="application/ld+json">{json_text}</script>')


def bare(markup: str) -> bytes:
    """Return a page of this markup alone."""
    return f"<!DOCTYPE html><html><head><title>Port fees</title></head><body>{markup}</body></html>".encode()


def many(piece: str, times: int) -> Callable[[], bytes]:
    """Return what makes an article with this piece in its middle so many times."""
    return lambda: around(piece * times)


def attributes(count: int) -> bytes:
    """Return an article with an element of so many attributes."""
    return around("<p " + " ".join(f"a{number}=1" for number in range(count)) + ">x</p>")


def _numbered(template: str, times: int) -> str:
    return "".join(template.replace("@", str(number)) for number in range(times))


def _nested() -> Iterator[Case]:
    for depth in (200, 250):
        yield ends(f"nested {depth} deep", partial(around, "<div>" * depth + "x" + "</div>" * depth), "ok")
    for depth in (300, 1_000, 100_000):
        yield ends(f"text below {depth} elements", partial(bare, "<div>" * depth + f"<p>{SENTENCE * 9}</p>"), "no-text")
    yield ends(
        "text after 3,000 open elements",
        lambda: bare("<div>" * 3_000 + "</div>" * 3_000 + SENTENCE),
        "no-text",
        "teaser",
    )
    yield ends("100,000 spans in each other", lambda: bare("<span>" * 100_000 + SENTENCE), "no-text")
    yield ends("a million elements", lambda: bare("<div>" * 1_000_000), "too-large")
    yield ends("100,000 unclosed tags", many("<b><i>", 50_000), "ok")
    yield ends("5,000 tables in each other", many("<table><tr><td>", 5_000), "ok")
    yield ends("20,000 lists in each other", lambda: around("") + b"<ul>" * 20_000, "ok")
    yield ends("20,000 quotations in each other", lambda: around("") + b"<blockquote>" * 20_000, "ok")
    yield ends("2,000 articles", many(f"<article><p>{SENTENCE}</p></article>", 2_000), "ok")
    yield ends("2,000 parts", many(f"<div>{SENTENCE}</div>", 2_000), "ok")
    yield ends("100,000 end tags", many("</div>", 100_000), "ok", "other", "teaser")
    yield ends("a million end tags", many("</div>", 1_000_000), "too-large")


def _many() -> Iterator[Case]:
    yield ends("5,000 tiny paragraphs", many("<p>ok</p>", 5_000), "ok")
    yield ends("5,000 empty paragraphs", many("<p></p>", 5_000), "ok")
    yield ends("5,000 line breaks", many("<br>", 5_000), "ok")
    yield ends("5,000 list items", many("<li>item</li>", 5_000), "ok")
    yield ends("5,000 links", lambda: around(_numbered("<a href=/@>link @</a> ", 5_000)), "ok", "not-an-article")
    yield ends("1,000 table rows", lambda: around("<table>" + "<tr><td>1<td>2<td>3" * 1_000 + "</table>"), "ok")
    yield ends("5,000 form fields", many("<input name=x>", 5_000), "ok")
    yield ends("5,000 paths", lambda: around("<svg>" + "<path d='M0'/>" * 5_000 + "</svg>"), "ok")
    yield ends("2,000 tag links", many("<a rel=tag href=/t>tag name</a>", 2_000), "ok", "other", "not-an-article")
    yield ends("5,000 attributes", lambda: attributes(5_000), "ok")
    yield ends(
        "a colspan of a billion", many("<table><tr><td colspan=1000000000 rowspan=1000000000>x</table>", 1), "ok"
    )
    yield ends("20,000 comments", many("<!--x-->", 20_000), "ok")
    yield ends("a comment without end", lambda: around("<!--" + "x" * 1_000_000), "ok", "teaser")
    yield ends("1,000 pictures inside the page", many(f"<img src='data:image/png;base64,{'A' * 900}'>", 1_000), "ok")
    yield ends("500 paragraphs of dashes", many("<p>- - - - - -</p>", 500), "ok")
    yield ends("half a megabyte of paragraphs", many(f"<p>{SENTENCE}</p>", 4_500), "ok")
    yield ends("a thousand bad times", many('<time datetime="yesterday">x</time>', 1_000), "ok")
    yield ends("20,000 meta elements", lambda: around("", head='<meta name="author" content="A B">' * 20_000), "ok")
    yield ends("a title of a megabyte", lambda: around("", head=f"<title>{'title ' * 170_000}</title>"), "ok")
    yield ends(
        "a byline of a megabyte", lambda: around(f'<p class="byline">By {"Ada Quay, " * 100_000}</p>'), "ok", "other"
    )
    yield ends("10,000 copyright years", many("(c) 20", 10_000), "ok")


def _long() -> Iterator[Case]:
    yield ends("one word of a megabyte", many("x", 1_000_000), "ok")
    yield ends("half a megabyte of digits", many("7", 500_000), "ok")
    yield ends("a megabyte of fractions", many("1/2/", 250_000), "ok")
    yield ends("a million dots", many(".", 1_000_000), "ok")
    yield ends("a megabyte of spaces", many(" ", 1_000_000), "ok")
    yield ends("a megabyte of one-letter lines", many("a\n", 500_000), "ok")
    yield ends("200,000 opening brackets", many("<", 200_000), "ok", "other")
    yield ends("100,000 ampersands", many("&amp;", 100_000), "ok")
    yield ends("100,000 combining marks", lambda: around("e" + "\u0301" * 100_000), "ok")
    yield ends("20,000 dates", many("2024-01-01 ", 20_000), "ok")
    yield ends("a class of 400,000 spaces", lambda: around(f"<p class='{' ' * 400_000}'>x</p>"), "ok")
    yield ends("a text node of over ten megabytes", lambda: bare("x" * 10_100_000), "too-large")
    yield ends("fifty megabytes", lambda: bare(SENTENCE * 470_000), "too-large")
    yield ends("just beyond the limit", lambda: b"<html>" + b"<p>x</p>" * (PAGE_LIMIT // 8), "too-large")


def _heads() -> Iterator[Case]:
    yield ends(
        "a document type of slashes",
        lambda: PLAIN.replace("<!DOCTYPE html>", "<!DOCTYPE " + "/" * 200_000 + ">").encode(),
        "ok",
    )
    yield ends("a document type without end", lambda: b"<!DOCTYPE " + b"/" * 200_000, "not-html")
    yield ends("200,000 spaces in a tag without end", lambda: b"<html " + b" " * 200_000, "not-html")
    yield ends("200,000 spaces in a tag", lambda: PLAIN.replace("<html>", f"<html {' ' * 200_000}>").encode(), "ok")
    yield ends("JSON that breaks off in quotes", lambda: scripted('{"headline": "' + '\\"' * 100_000), "ok")
    yield ends("JSON that breaks off", lambda: scripted('{"@type": "NewsArticle", "articleBody": "Port'), "ok")
    yield ends("JSON of 100,000 authors without commas", lambda: scripted('"author":' * 100_000), "ok")
    yield ends("JSON of 30,000 people without commas", lambda: scripted('"person"' * 30_000), "ok")
    yield ends("JSON nested 100,000 deep", lambda: scripted('{"@graph":' * 100_000), "ok")
    yield ends("JSON lists nested 100,000 deep", lambda: scripted("[" * 100_000 + "]" * 100_000), "ok")
    yield ends(
        "JSON of a huge number",
        lambda: scripted('{"@type": "NewsArticle", "datePublished": ' + "9" * 100_000 + "}"),
        "ok",
    )
    yield ends(
        "JSON of wrong kinds", lambda: scripted('{"@type": 7, "author": {"name": [[]]}, "datePublished": {}}'), "ok"
    )
    yield ends(
        "JSON with halves of characters",
        lambda: scripted('{"@type": "NewsArticle", "headline": "\\ud800\\u0000"}'),
        "ok",
    )
    yield ends(
        "JSON of an endless date", lambda: scripted('{"@type": "NewsArticle", "datePublished": "99999-01-01T"}'), "ok"
    )
    yield ends(
        "JSON of 600 kB",
        lambda: scripted(json.dumps({"@type": "NewsArticle", "articleBody": SENTENCE * 6_000})),
        "ok",
    )
    yield ends(
        "JSON of five thousand nodes", lambda: scripted(json.dumps({"@graph": [{"@type": "Thing"}] * 5_000})), "ok"
    )
    yield ends(
        "1,000 scripts", lambda: around("", head='<script type="application/ld+json">{"a":1}</script>' * 1_000), "ok"
    )
    yield ends(
        "entities that explode",
        lambda: (
            b'<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
            + around("&c;&c;")
        ),
        "ok",
    )
    yield ends(
        "entities that explode a billion times",
        lambda: _laughs() + PLAIN.replace("<article>", "<article><p>&x9;</p>").encode(),
        "ok",
    )
    yield ends(
        "an XML page of exploding entities",
        lambda: b'<?xml version="1.0"?>' + _laughs() + b"<html><body><p>&x9;</p></body></html>",
        "no-text",
        "teaser",
        "not-html",
    )
    yield ends(
        "an entity that reads a file",
        lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + around("<p>[&x;]</p>"),
        "ok",
    )
    yield ends("10,000 unknown entities", many("&nosuch; &#xFFFFFFFF; &#0;", 10_000), "ok")


def _laughs() -> bytes:
    levels = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY x0 "lol">{levels}]>'.encode()


def _timeouts() -> Iterator[Case]:
    yield ends("300,000 paragraphs", many("<p>ok</p>", 300_000), "timeout", slow=True)
    yield ends("200,000 attributes", lambda: attributes(200_000), "timeout", slow=True)
    yield ends("500,000 line breaks", many("<br>", 500_000), "ok", "timeout", slow=True)
    yield ends("200,000 list items", many("<li>item</li>", 200_000), "timeout", slow=True)
    yield ends("500,000 comments", many("<!--x-->", 500_000), "ok", "timeout", slow=True)
    yield ends("200,000 form fields", many("<input name=x>", 200_000), "ok", "timeout", slow=True)
    yield ends(
        "200,000 paths", lambda: around("<svg>" + "<path d='M0'/>" * 200_000 + "</svg>"), "ok", "timeout", slow=True
    )
    yield ends(
        "50,000 tag links",
        many("<a rel=tag href=/t>tag name</a>", 50_000),
        "ok",
        "timeout",
        "other",
        "not-an-article",
        slow=True,
    )
    yield ends(
        "80,000 table rows",
        lambda: around("<table>" + "<tr><td>1<td>2<td>3" * 80_000 + "</table>"),
        "ok",
        "timeout",
        slow=True,
    )
    yield ends("4 MB of paragraphs", many(f"<p>{SENTENCE}</p>", 35_000), "ok", "timeout", slow=True)
    yield ends("4 MB of spaces", lambda: around(f"<p class='{' ' * 4_000_000}'>x</p>"), "ok", "timeout", slow=True)
    yield ends("4 MB of ampersands", many("&amp;", 800_000), "ok", "timeout", slow=True)
    yield ends("4 MB of digits", many("7", 4_000_000), "ok", "timeout", slow=True)
    yield ends("200,000 dates", many("2024-01-01 ", 200_000), "ok", "timeout", slow=True)
    yield ends("40,000 bad times", many('<time datetime="yesterday">x</time>', 40_000), "ok", "timeout", slow=True)
    yield ends("400,000 combining marks", lambda: around("e" + "\u0301" * 400_000), "ok", "timeout", slow=True)
    yield ends("50,000 attributes", lambda: attributes(50_000), "ok", "timeout", slow=True)
    yield ends(
        "150,000 links",
        lambda: around(_numbered("<a href=/@>link @</a> ", 150_000)),
        "ok",
        "timeout",
        "not-an-article",
        "other",
        slow=True,
    )


PAGES = (
    *_nested(),
    *_many(),
    *_long(),
    *_heads(),
    *_timeouts(),
)
