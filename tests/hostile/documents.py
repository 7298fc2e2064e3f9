"""Feed documents that no honest publisher sends, each with what a poll must make of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from tests.hostile.cases import HIDDEN, NOW, SPY, Case, Expected, answered, failed

RLO, PDI, LRM = "\u202e", "\u2069", "\u200e"


def rss(items: str, *, doctype: str = "", attributes: str = "", declaration: str = '<?xml version="1.0"?>') -> str:
    """Return a feed of these items."""
    return f'{declaration}{doctype}<rss version="2.0" {attributes}><channel><title>Wire</title>{items}</channel></rss>'


def item(title: str = "A", more: str = "") -> str:
    """Return an item with a link of its own."""
    return f"<item><title>{title}</title><link>https://news.example/1</link>{more}</item>"


def _row(
    name: str, document: str | bytes | Callable[[], str | bytes], expected: Expected, *, heavy: bool = False
) -> Case:
    def make() -> bytes:
        made = document() if callable(document) else document
        return made if isinstance(made, bytes) else made.encode()

    return Case(name=name, make=make, expected=expected, heavy=heavy)


def _laughs() -> str:
    names = "abcdefghi"
    nested = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    return rss(item("&i;"), doctype=f'<!DOCTYPE r [<!ENTITY a "lol">{nested}]>')


def _quadratic(element: str) -> str:
    doctype = f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>'
    return rss(item("A", f"<{element}>{'&a;' * 2_000}</{element}>"), doctype=doctype)


def _linked(link: str) -> str:
    return rss(f'<item><title>A</title><guid isPermaLink="false">g</guid><link>{link}</link></item>')


def _dated(date: str) -> str:
    return rss(item("A", f"<pubDate>{date}</pubDate>"))


def _labelled(label: str, codec: str) -> bytes:
    return rss(item("caf\u00e9"), declaration=f'<?xml version="1.0" encoding="{label}"?>').encode(codec)


def _external(declarations: str, reference: str = "&x;") -> str:
    return rss(item(f"[{reference}]"), doctype=f"<!DOCTYPE r [{declarations}]>")


PLACE = '<m:Point xmlns:m="http://www.opengis.net/gml" srsName="EPSG:x" srsDimension="z"><m:pos>1 2</m:pos></m:Point>'
PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><p>Please sign in.</p></body></html>"
JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire"}
UNDATED = answered("A", notes=("unreadable",), published=(None,))

ENTITIES = [
    _row("billion laughs", _laughs, answered(count=1)),
    _row("quadratic entities in a title", lambda: _quadratic("title"), answered(count=1)),
    _row("quadratic entities in a description", lambda: _quadratic("description"), answered("A")),
    _row("entity that reads a file", _external(f'<!ENTITY x SYSTEM "file://{HIDDEN}">'), answered("[]")),
    _row("entity that asks a server", _external(f'<!ENTITY x SYSTEM "{SPY}entity">'), answered("[]")),
    _row(
        "parameter entity that asks a server",
        _external(f'<!ENTITY % p SYSTEM "{SPY}parameter"> %p; <!ENTITY x "y">'),
        answered(count=1),
    ),
    _row(
        "external document type",
        rss(item("[&x;]"), doctype=f'<!DOCTYPE r SYSTEM "{SPY}type.dtd">'),
        answered(count=1),
    ),
    _row(
        "stylesheet and schema elsewhere",
        rss(item()).replace("?>", f'?><?xml-stylesheet href="{SPY}s"?>', 1),
        answered("A"),
    ),
    _row("character reference beyond Unicode", rss(item("x &#1114112;")), failed("unparseable")),
    _row("character reference to a surrogate", rss(item("x &#55296;")), failed("unparseable")),
    _row("character reference of 5,000 digits", rss(item(f"x &#{'9' * 5_000};")), failed("unparseable")),
    _row("junk in a place's name system", rss(item("A", PLACE)), failed("unparseable")),
    _row("entity with a backslash", _external('<!ENTITY x "a\\1b">'), answered(count=1)),
    _row("20,000 entity declarations", lambda: _external('<!ENTITY e "x">' * 20_000, "A"), answered("[A]")),
]

SIZES = [
    _row(
        "50,000 attributes on one element",
        lambda: rss(f"<item><title {' '.join(f'a{n}=`1`' for n in range(50_000))}>A</title></item>".replace("`", '"')),
        failed("timeout"),
        heavy=True,
    ),
    _row("100,000 entries of 9 MB", lambda: rss(item("x" * 16) * 100_000), failed("timeout"), heavy=True),
    _row(
        "JSON Feed of 3,000,000 empty items",
        lambda: json.dumps(JSON_FEED)[:-1] + ', "items": [' + "{}," * 3_000_000 + "{}]}",
        failed("memory"),
        heavy=True,
    ),
    _row(
        "5,000 entries",
        lambda: rss("".join(f"<item><title>{n}</title></item>" for n in range(5_000))),
        answered(count=500, reason="dropped over-limit:4500"),
    ),
    _row(
        "1,000 malformed entries",
        lambda: rss("".join(f"<item><title>{n} & x</title></item>" for n in range(1_000))),
        answered(count=500, reason="dropped over-limit:500"),
    ),
    _row("elements nested 50,000 deep", lambda: rss(item("A", "<x>" * 50_000 + "</x>" * 50_000)), answered("A")),
    _row(
        "5,000 namespaces",
        lambda: rss(item(), attributes=" ".join(f'xmlns:n{n}="http://x/{n}"' for n in range(5_000))),
        answered("A"),
    ),
    _row("a comment of 1 MB", lambda: rss(f"<!--{'x' * 1_000_000}-->" + item()), answered("A")),
    _row(
        "30,000 opened comments",
        lambda: rss(item("A", f"<description>{'&lt;!--' * 30_000}</description>")),
        answered("A"),
    ),
    _row(
        "50,000 opening brackets", lambda: rss(item("A", f"<description>{'<' * 50_000}</description>")), answered("A")
    ),
    _row("50,000 bare ampersands", lambda: rss(item("A", f"<description>{'&' * 50_000}</description>")), answered("A")),
    _row(
        "10,000 unclosed CDATA sections",
        lambda: rss(item("A", f"<description>{'<![CDATA[' * 10_000}</description>")),
        answered("A"),
    ),
    _row(
        "2 MB of escaped markup",
        lambda: rss(item("A", f"<description>{'&lt;b&gt;' * 220_000}</description>")),
        answered("A"),
    ),
    _row("a title of 1 MB", lambda: rss(item("x" * 1_000_000)), answered("x" * 500)),
    _row("a guid of 1 MB", lambda: rss(item("A", f"<guid>{'g' * 1_000_000}</guid>")), answered("A")),
]

TEXTS = [
    _row("NUL in a title", rss(item("A\0B")), answered("AB")),
    _row("terminal escapes in a title", rss(item("A\x1b[31mB\x0b\x0cC")), answered("A[31mB C")),
    _row("C1 controls in a title", rss(item("A\x81\x9bB&#x85;C")), answered(count=1)),
    _row("bidi overrides in a title", rss(item(f"A{RLO}gnp.exe{PDI}{LRM}B")), answered("Agnp.exeB")),
    _row("bidi overrides by reference", rss(item("A&#x202e;gnp.exe&#8297;B")), answered("Agnp.exeB")),
    _row(
        "line breaks and a mail header in a title",
        rss(item("Hi\r\nBcc: all@a.example")),
        answered("Hi Bcc: all@a.example"),
    ),
    _row("line breaks by reference", rss(item("Hi&#13;&#10;Bcc: x")), answered("Hi Bcc: x")),
    _row("script in a title", rss(item("&lt;script&gt;alert(1)&lt;/script&gt;News")), answered("News")),
    _row(
        "Slack markup in a title",
        rss(item("&lt;!channel&gt; &lt;http://evil.example|bank&gt;")),
        answered("<!channel> <http://evil.example|bank>"),
    ),
    _row("bare ampersand", rss(item("AT&T and S&P 500")), answered("AT&T and S&P 500")),
    _row("undeclared entity", rss(item("caf&eacute;")), answered("caf\u00e9")),
    _row(
        "controls in guid, author and summary",
        rss(item("A", f"<guid>g\0{RLO}</guid><author>B\x1b{RLO}C</author><description>d\0\x07{RLO}e</description>")),
        answered("A"),
    ),
    _row(
        "controls in a JSON Feed",
        json.dumps(
            {**JSON_FEED, "items": [{"id": "1\0", "title": f"A\0B{RLO}\ud800", "url": "https://news.example/1"}]}
        ),
        answered("AB"),
    ),
]

SHAPES = [
    _row("byte order mark and space before the declaration", b"\xef\xbb\xbf \n" + rss(item()).encode(), answered("A")),
    _row(
        "cut off within an item",
        lambda: rss("".join(item(f"T{n}").replace("/1<", f"/{n}<") for n in range(20))).partition("T17")[0],
        answered(count=17, reason="dropped empty:1"),
    ),
    _row("web page", PAGE, failed("not-a-feed")),
    _row("JSON error", '{"error": "rate limited"}', failed("not-a-feed")),
    _row("JSON Feed", json.dumps({**JSON_FEED, "items": [{"id": 1, "title": "A"}]}), answered("A")),
    _row("JSON Feed whose items are no list", json.dumps({**JSON_FEED, "items": {"a": 1}}), failed("unparseable")),
    _row(
        "JSON nested 100,000 deep",
        lambda: json.dumps(JSON_FEED)[:-1] + ', "items": [' + "[" * 100_000,
        failed("unparseable"),
    ),
    _row(
        "JSON number of 10,000 digits",
        lambda: f'{json.dumps(JSON_FEED)[:-1]}, "items": [{{"id": {"9" * 10_000}}}]}}',
        failed("unparseable"),
    ),
    _row("empty", b"", failed("empty")),
    _row("white space only", b"\r\n  \n", failed("empty")),
    _row("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, failed("not-a-feed")),
    _row("gzip that no header names", lambda: gzip.compress(rss(item()).encode()), failed("not-a-feed")),
    _row("another kind of XML", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", failed("not-a-feed")),
    _row("latin-1 labelled as UTF-8", _labelled("utf-8", "latin-1"), answered("caf\u00e9")),
    _row("unknown charset", _labelled("x-unknown", "utf-8"), answered("caf\u00e9")),
    _row("false UTF-16", _labelled("utf-16", "utf-8"), answered("caf\u00e9")),
    _row("codec zip", _labelled("zip", "utf-8"), answered("caf\u00e9")),
    _row("codec rot13", _labelled("rot13", "utf-8"), answered("caf\u00e9")),
    _row(
        "UTF-7",
        rss(item("+ADw-script+AD4-"), declaration='<?xml version="1.0" encoding="utf-7"?>'),
        failed("unparseable"),
    ),
]

LINKS = [
    *(
        _row(f"link {name}", _linked(link), answered("A", urls=(None,)))
        for name, link in {
            "to javascript": "javascript:alert(1)",
            "to javascript behind a tab": "java\tscript:alert(1)",
            "to javascript by reference": "JavaScript&#58;alert(1)",
            "to data": "data:text/html,&lt;script&gt;x&lt;/script&gt;",
            "to a file": "file:///etc/passwd",
            "to vbscript": "vbscript:msgbox(1)",
            "with a user name": "https://bank.example@evil.example/",
            "with a bad IPv6 address": "http://[::1/",
            "with port 99999999": "http://a.example:99999999/",
            "with port 0": "http://a.example:0/",
            "of 10,000 characters": f"https://a.example/{'x' * 10_000}",
            "to a host of 10,000 characters": f"https://{'a' * 10_000}.example/",
        }.items()
    ),
    _row(
        "link to a look-alike in another script",
        _linked("https://\u0440\u0430ypal.example/login"),
        answered("A", urls=("https://xn--ypal-43d9g.example/login",)),
    ),
    _row("link with line breaks", _linked("https://news.example/a\r\nb"), answered("A")),
    _row(
        "link and nothing else, unusable",
        rss("<item><link>javascript:alert(1)</link></item>" + item()),
        answered("A", reason="dropped bad-link:1"),
    ),
    _row(
        "bad base for relative links",
        rss(
            "".join(f"<item><title>{n}</title><guid>g{n}</guid><link>{n}.html</link></item>" for n in "ABC"),
            attributes='xml:base="http://[::1/"',
        ),
        answered("A", "B", "C"),
    ),
    _row("guid that is no link", rss("<item><title>A</title><guid>urn:x:1</guid></item>"), answered("A", urls=(None,))),
    _row(
        "guid to javascript",
        rss("<item><title>A</title><guid>javascript:alert(1)</guid></item>"),
        answered("A", urls=(None,)),
    ),
    _row(
        "one guid for all",
        rss(
            "".join(
                f'<item><title>{n}</title><guid isPermaLink="false">same</guid><link>https://news.example/{n}</link></item>'
                for n in "ABC"
            )
        ),
        answered("A", "B", "C"),
    ),
    _row(
        "no guid, link or title",
        rss("<item><description>One</description></item><item><description>Two</description></item>"),
        answered("", ""),
    ),
    _row("nothing at all in an item", rss("<item></item>" + item()), answered("A", reason="dropped empty:1")),
]

DATES = [
    *(
        _row(f"date {name}", _dated(date), UNDATED)
        for name, date in {
            "in words of another language": "mercredi 4 mars 2026",
            "by numbers of unknown order": "03/04/2026",
            "30 February": "Mon, 30 Feb 2026 10:00:00 GMT",
            "of 50,000 digits": "9" * 50_000,
            "of colons": ":" * 5_000,
            "as seconds since 1970": "1772618400",
        }.items()
    ),
    *(
        _row(f"date {name}", _dated(date), answered("A", notes=(note,), published=(None,)))
        for name, (date, note) in {
            "of the year 1": ("0001-01-01T00:00:00+14:00", "unreadable"),
            "of 1970": ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
            "of 2099": ("Tue, 03 Mar 2099 10:00:00 GMT", "future"),
            "of the year 9999": ("9999-12-31T23:59:59-14:00", "unreadable"),
        }.items()
    ),
    _row(
        "date with a weekday of another language",
        _dated("So, 22 Feb 2026 10:00:00 +0100"),
        answered("A", published=(datetime(2026, 2, 22, 9, tzinfo=UTC),)),
    ),
    _row(
        "date an hour ahead",
        _dated("Wed, 04 Mar 2026 11:00:00 GMT"),
        answered("A", notes=("future",), published=(NOW,)),
    ),
    _row(
        "date without a zone",
        _dated("2026-03-04T08:00:00"),
        answered("A", published=(datetime(2026, 3, 4, 8, tzinfo=UTC),)),
    ),
    _row(
        "date of the zone IST",
        _dated("Wed, 04 Mar 2026 08:00:00 IST"),
        answered("A", published=(datetime(2026, 3, 4, 8, tzinfo=UTC),)),
    ),
    _row("date with the offset +9999", _dated("Wed, 04 Mar 2026 08:00:00 +9999"), answered("A")),
]

DOCUMENTS: list[Case] = [*ENTITIES, *SIZES, *TEXTS, *SHAPES, *LINKS, *DATES]
"""Every document; some hold the placeholders of `cases`."""
