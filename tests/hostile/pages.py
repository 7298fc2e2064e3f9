"""Pages that are made, or happen, to hang, swell or fool a parser, and what each must end as.

An outcome is told by one word: the reason of an error, `ok` for the whole article, the quality of a text that is less
than that, or `other` for a text said to be whole which is not the article.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.articles import PAGE_LIMIT
from tests.pages import BODY, page_of

SENTENCE = "The token rules take effect in March after a vote in the transport committee, said the harbour authority. "
PLAIN = page_of(*BODY)
RUSSIAN = "Портовое управление разрешит судоходным компаниям платить сборы цифровыми жетонами с будущей весны."
JAPANESE = "港湾局は来年の春から、海運会社が港湾使用料をデジタルトークンで支払うことを認めると発表した。"
CHINESE = "港务局宣布从明年春天起允许航运公司用数字代币支付港口费用，并要求发行者在国内银行持有储备。"
GERMAN = "Die Hafenbehörde lässt Gebühren künftig mit Marken begleichen, für die Rücklagen zu bilden sind."


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
    return Case(
        name=name, make=make, expected=frozenset(expected), holds=holds, content_type=content_type, slow=slow
    )


def around(middle: str, *, head: str = "") -> bytes:
    """Put something into the middle of an ordinary article."""
    return page_of(*BODY, middle, *BODY, head=head).encode()


def scripted(json_text: str) -> bytes:
    """Put something into an article's JSON-LD."""
    return around("", head=f'<script type="application/ld+json">{json_text}</script>')


def bare(markup: str) -> bytes:
    """Return a page of this markup alone."""
    return f"<!DOCTYPE html><html><head><title>Port fees</title></head><body>{markup}</body></html>".encode()


def inflating(block: bytes, times: int) -> bytes:
    """Return a zlib stream that inflates to this block so many times; made without inflating it."""
    packer = zlib.compressobj(9)
    start = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + again * (times - 1) + packer.flush()


def zipped(size: int) -> bytes:
    """Return a gzip file of so many bytes of markup."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
        for _ in range(size // 1_000_000):
            stream.write(b"<p>word</p>" * 90_909)
    return packed.getvalue()


def noise(size: int) -> bytes:
    """Return bytes without any sense, the same in every run."""
    return random.Random(4).randbytes(size)  # noqa: S311 - no secret


def in_charset(text: str, charset: str, declared: str | None) -> bytes:
    """Return an article in a charset that it declares, does not declare, or calls something else."""
    head = f'<meta charset="{declared}">' if declared else ""
    return page_of(*[f"{text} ({number})" for number in range(8)], head=head).encode(charset)


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
        yield ends(f"nested {depth} deep", lambda depth=depth: around("<div>" * depth + "x" + "</div>" * depth), "ok")  # type: ignore[misc]
    for depth in (300, 1_000, 100_000):
        yield ends(
            f"text below {depth} elements",
            lambda depth=depth: bare("<div>" * depth + f"<p>{SENTENCE * 9}</p>"),  # type: ignore[misc]
            "no-text",
        )
    yield ends("text after 3,000 open elements", lambda: bare("<div>" * 3_000 + "</div>" * 3_000 + SENTENCE), "no-text", "teaser")
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
    yield ends("a colspan of a billion", many("<table><tr><td colspan=1000000000 rowspan=1000000000>x</table>", 1), "ok")
    yield ends("20,000 comments", many("<!--x-->", 20_000), "ok")
    yield ends("a comment without end", lambda: around("<!--" + "x" * 1_000_000), "ok", "teaser")
    yield ends("1,000 pictures inside the page", many(f"<img src='data:image/png;base64,{'A' * 900}'>", 1_000), "ok")
    yield ends("500 paragraphs of dashes", many("<p>- - - - - -</p>", 500), "ok")
    yield ends("half a megabyte of paragraphs", many(f"<p>{SENTENCE}</p>", 4_500), "ok")
    yield ends("a thousand bad times", many('<time datetime="yesterday">x</time>', 1_000), "ok")
    yield ends("20,000 meta elements", lambda: around("", head='<meta name="author" content="A B">' * 20_000), "ok")
    yield ends("a title of a megabyte", lambda: around("", head=f"<title>{'title ' * 170_000}</title>"), "ok")
    yield ends("a byline of a megabyte", lambda: around(f'<p class="byline">By {"Ada Quay, " * 100_000}</p>'), "ok", "other")
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
    yield ends("JSON of a huge number", lambda: scripted('{"@type": "NewsArticle", "datePublished": ' + "9" * 100_000 + "}"), "ok")
    yield ends("JSON of wrong kinds", lambda: scripted('{"@type": 7, "author": {"name": [[]]}, "datePublished": {}}'), "ok")
    yield ends("JSON with halves of characters", lambda: scripted('{"@type": "NewsArticle", "headline": "\\ud800\\u0000"}'), "ok")
    yield ends("JSON of an endless date", lambda: scripted('{"@type": "NewsArticle", "datePublished": "99999-01-01T"}'), "ok")
    yield ends(
        "JSON of 600 kB",
        lambda: scripted(json.dumps({"@type": "NewsArticle", "articleBody": SENTENCE * 6_000})),
        "ok",
    )
    yield ends("JSON of five thousand nodes", lambda: scripted(json.dumps({"@graph": [{"@type": "Thing"}] * 5_000})), "ok")
    yield ends("1,000 scripts", lambda: around("", head='<script type="application/ld+json">{"a":1}</script>' * 1_000), "ok")
    yield ends(
        "entities that explode",
        lambda: b'<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>' + around("&c;&c;"),
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


def _charsets() -> Iterator[Case]:
    for text, charset, declared in (
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", None),
        (RUSSIAN, "cp1251", "utf-8"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (CHINESE, "gbk", "gbk"),
        (CHINESE, "gbk", None),
        (GERMAN, "latin-1", "utf-8"),
        (GERMAN, "utf-8", "no-such-charset"),
        (GERMAN, "utf-16", None),
        (GERMAN, "utf-16-le", None),
        (GERMAN, "utf-32", None),
    ):
        said = f"declared {declared}" if declared else "undeclared"
        yield ends(
            f"{text[:4]} in {charset}, {said}",
            lambda text=text, charset=charset, declared=declared: in_charset(text, charset, declared),  # type: ignore[misc]
            "ok",
            holds=(text[:40],),
        )
    yield ends("a byte that is no UTF-8", lambda: around("@").replace(b"@", b"M\xe4rz") + b"\xff", "ok")
    yield ends("a page cut inside a character", lambda: around("") + "ä".encode()[:1], "ok")
    yield ends("three charsets in one page", _mixed, "ok")
    yield ends("NULs in the text", many("\0a\0", 100), "ok")
    yield ends("a page that is all NULs but for its start", lambda: PLAIN.encode() + b"\0" * 1_000_000, "ok")
    yield ends("an XML declaration that lies", lambda: b'<?xml version="1.0" encoding="utf-16"?>' + PLAIN.encode(), "ok")
    yield ends("halves of characters", lambda: around("@").replace(b"@", b"\xed\xa0\x80\xed\xb0\x80"), "ok")


def _mixed() -> bytes:
    parts = (GERMAN.encode("latin-1"), RUSSIAN.encode("cp1251"), JAPANESE.encode("shift_jis"))
    return around("@").replace(b"@", b" ".join(parts))


def _no_pages() -> Iterator[Case]:
    yield ends("nothing", lambda: b"", "empty")
    yield ends("a space", lambda: b" \r\n\t", "empty")
    yield ends("nothing, compressed", lambda: gzip.compress(b"", mtime=0), "empty")
    yield ends("random bytes", lambda: noise(1_000_000), "not-html")
    yield ends("ten megabytes of random bytes", lambda: noise(10_000_000), "too-large", "not-html")
    yield ends("a picture with a page inside", lambda: b"\x89PNG\r\n\x1a\n" + PLAIN.encode(), "not-html")
    yield ends("a picture called a page", lambda: b"\x89PNG\r\n\x1a\n" + noise(200_000), "not-html")
    yield ends("a ZIP file", lambda: b"PK\x03\x04" + noise(10_000), "not-html")
    yield ends("a film called a page", lambda: b"\0\0\0 ftypisom" + noise(10_000), "not-html")
    yield ends("JSON", lambda: b'{"title": "Port fees", "html": "none"}', "not-html", content_type="application/json")
    yield ends("plain text", lambda: SENTENCE.encode() * 20, "not-html", content_type="text/plain")
    yield ends("a feed", lambda: b"<?xml version='1.0'?><rss version='2.0'><channel><title>A</title></channel></rss>", "not-html")
    yield ends("a page compressed once", lambda: gzip.compress(around(""), mtime=0), "ok")
    yield ends("a page compressed twice", lambda: gzip.compress(gzip.compress(around(""), mtime=0), mtime=0), "not-html")
    yield ends("gzip that breaks off", lambda: gzip.compress(PLAIN.encode(), mtime=0)[:-40], "not-html")
    yield ends("gzip that is none", lambda: b"\x1f\x8b\x08 not really <html>" + PLAIN.encode(), "not-html")
    yield ends("a gzip bomb", lambda: zipped(60_000_000), "too-large")
    yield ends("a zlib bomb of a gigabyte", lambda: inflating(b"<p>x</p>" * 125_000, 1_000), "too-large")


def _no_articles() -> Iterator[Case]:
    yield ends("a page without a body", lambda: b"<html><head></head></html>", "no-text")
    yield ends("an empty body", lambda: bare(""), "no-text")
    yield ends("frames", lambda: b"<html><frameset cols='50%,50%'><frame src=/a><frame src=/b></frameset></html>", "no-text", "teaser")
    yield ends("10,000 frames", lambda: bare("<iframe src=/a></iframe>" * 10_000), "no-text", "teaser")
    yield ends(
        "a page that sends its reader round and round",
        lambda: b"<html><head><meta http-equiv=refresh content='0; url=/a'></head><body></body></html>",
        "no-text",
        "teaser",
    )
    yield ends(
        "a page that says it sends its reader on",
        lambda: bare("<meta http-equiv=refresh content='0; url=/a'><p>Redirecting to the article, please wait.</p>"),
        "teaser",
        "not-an-article",
    )
    yield ends(
        "a page that only a browser can fill",
        lambda: bare("<div id=root></div><noscript>Please enable JavaScript to view this site.</noscript><script src=/a.js></script>"),
        "script-only",
        "no-text",
    )
    yield ends("a page of nothing but programs", lambda: bare("<script>let a = 1;</script>" * 2_000), "script-only", "no-text")
    yield ends(
        "a page that asks for consent",
        lambda: bare(
            "<h1>Your privacy</h1><p>We and our 812 partners use cookies to show personalised ads. You can accept all or "
            "reject all cookies, or manage options. See our privacy policy for what we do with your consent.</p>"
        ),
        "consent-page",
        "no-text",
    )
    yield ends(
        "a page that is gone",
        lambda: bare("<h1>Page not found</h1><p>The page you asked for could not be found. It may have been removed.</p>"),
        "not-an-article",
        "no-text",
    )
    yield ends(
        "a page behind a password",
        lambda: bare("<h1>Log in</h1><p>Please sign in to continue.</p><form><input type=password></form><a>Forgot your password?</a>"),
        "not-an-article",
        "paywall",
        "no-text",
    )
    yield ends(
        "a page behind a paywall",
        lambda: bare(f"<article><h1>Port fees</h1><p>{SENTENCE}</p><p>Subscribe to continue reading this article.</p></article>"),
        "paywall",
    )


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
        "150,000 links", lambda: around(_numbered("<a href=/@>link @</a> ", 150_000)), "ok", "timeout", "not-an-article",
        "other", slow=True,
    )


PAGES = (
    *_nested(),
    *_many(),
    *_long(),
    *_heads(),
    *_charsets(),
    *_no_pages(),
    *_no_articles(),
    *_timeouts(),
)
