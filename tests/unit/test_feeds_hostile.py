"""Feeds that are broken, or built to harm: clean entries or a ParseError with a reason, and nothing else."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import parse
from monitor.records import Entry, ParsedFeed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(document: str | bytes, content_type: str = "") -> ParsedFeed:
    data = document.encode() if isinstance(document, str) else document
    return parse(data, url="https://news.example/feed", feed_id="news", now=NOW, content_type=content_type)


def rss(items: str, doctype: str = "", attributes: str = "") -> str:
    channel = f"<channel><title>N</title>{items}</channel>"
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0" {attributes}>{channel}</rss>'


def outcome(document: str | bytes) -> tuple[str, ...]:
    """Return the titles of the entries, or the reason why there are none."""
    try:
        return tuple(entry.title for entry in read(document).entries)
    except ParseError as error:
        return (error.reason,)


def title_of(document: str | bytes) -> str:
    return read(document).entries[0].title


def reason_of(document: str | bytes, content_type: str = "") -> str:
    with pytest.raises(ParseError) as caught:
        read(document, content_type)
    assert caught.value.message
    return caught.value.reason


@pytest.mark.parametrize("document", [b"", b"  \n", b"\xef\xbb\xbf", b"\x00" * 400])
def test_empty_document_is_an_error(document: bytes) -> None:
    assert reason_of(document) == "empty"


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Hello</p></body></html>",
        b'{"error": "not found"}',
        b"[1, 2, 3]",
        b"{ this is no JSON",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x01" * 100,
        gzip.compress(b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>", mtime=0),
        b"Service unavailable",
        b"<?xml version='1.0'?><opml><body><outline text='x'/></body></opml>",
    ],
)
def test_other_documents_are_not_a_feed(document: bytes) -> None:
    assert reason_of(document) == "not-a-feed"


@pytest.mark.parametrize("reference", ["&#1114112;", "&#55296;", "&#xD800;", "&#x110000;", f"&#{'9' * 5_000};"])
@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>x {}</title></item>"),
        rss("<item><title>x</title><description>{}</description></item>"),
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x {}</title></entry></feed>",
    ],
    ids=["title", "description", "atom"],
)
def test_impossible_character_reference_is_an_error_not_a_crash(document: str, reference: str) -> None:
    assert reason_of(document.format(reference)) == "unparseable"


@pytest.mark.parametrize("reference", ["&#1114112;", "&#55296;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<html><head>", "<!-- x --><HTML lang='en'><head>", "<head>"])
def test_a_web_page_that_cannot_be_parsed_is_a_web_page(start: str, encoding: str, reference: str) -> None:
    page = f"{start}<title>A {reference}</title></head><body><p>{reference}</p></body></html>"
    assert reason_of(page.encode(encoding)) == "not-a-feed"


def test_markup_in_a_feed_that_cannot_be_parsed_does_not_make_it_a_web_page() -> None:
    items = "<item><title>&#1114112;</title><description><![CDATA[<html><body>B</body></html>]]></description></item>"
    assert reason_of(rss(items)) == "unparseable"
    assert reason_of(rss(items).replace("<rss", "<x:rss xmlns:x='y'").replace("</rss", "</x:rss")) == "unparseable"


def test_junk_in_a_place_name_system_is_an_error_not_a_crash() -> None:
    point = (
        "<m:Point xmlns:m='http://www.opengis.net/gml' srsName='EPSG:x' srsDimension='z'><m:pos>1 2</m:pos></m:Point>"
    )
    assert reason_of(rss(f"<item><title>A</title>{point}</item>")) == "unparseable"


@pytest.mark.parametrize("value", ["a\\1b", "\\g&lt;9&gt;", "\\", "&#38;x;", "\\N{DIGIT ONE}"])
@pytest.mark.parametrize("ending", ["", "<item><title>B & C</title></item>"], ids=["well-formed", "ill-formed"])
def test_an_entity_with_a_backslash_gives_entries_or_a_reason(value: str, ending: str) -> None:
    document = rss("<item><title>A &x;</title></item>" + ending, f'<!DOCTYPE r [<!ENTITY x "{value}">]>')
    first, *_ = outcome(document)
    assert first.startswith("A") or first == "unparseable"


@pytest.mark.parametrize("items", ["{}", "3", "null"])
def test_json_feed_without_a_list_of_items_is_unparseable(items: str) -> None:
    assert reason_of(f'{{"version": "https://jsonfeed.org/version/1", "items": {items}}}') == "unparseable"


def test_deeply_nested_json_is_unparseable() -> None:
    assert reason_of('{"a":' + "[" * 100_000) in {"unparseable", "not-a-feed"}
    assert reason_of('{"version": "https://jsonfeed.org/version/1", "items": [' + "[" * 100_000) == "unparseable"


def test_utf7_is_refused() -> None:
    document = rss("<item><title>+ADw-script+AD4-</title></item>").replace('"1.0"', '"1.0" encoding="utf-7"')
    assert reason_of(document) == "unparseable"
    assert reason_of(document.replace(' encoding="utf-7"', ""), content_type="text/xml; charset=UTF-7") == "unparseable"


def test_entity_expansion_ends_quickly_and_small() -> None:
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.process_time()
    feed = read(rss("<item><title>&i;</title><link>https://a.b/1</link></item>", f"<!DOCTYPE r [{entities}]>"))
    assert time.process_time() - started < 10
    assert all(len(entry.title) <= 500 for entry in feed.entries)


@pytest.mark.parametrize("element", ["title", "description"])
def test_quadratic_entities_are_not_expanded(element: str) -> None:
    doctype = f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>'
    started = time.process_time()
    feed = read(rss(f"<item><title>A</title><{element}>{'&a;' * 2_000}</{element}></item>", doctype))
    assert time.process_time() - started < 10
    assert all(len(entry.title) + len(entry.summary) + len(entry.content) < 50_000 for entry in feed.entries)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/e"> %p; <!ENTITY x "y">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/e.dtd">',
    ],
)
def test_external_entities_are_never_read(doctype: str) -> None:
    feed = read(rss("<item><title>[&x;]</title><link>https://a.b/1</link></item>", doctype))
    assert "root:" not in repr(feed)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("A\x00B", "AB"),
        ("A\x1b[31mB\x0b\x0cC", "A[31mB C"),
        ("A\u202egnp.\u2066x\u2069\u200e\u200f\u061cB", "Agnp.xB"),
        ("A\ufeffB\u2028C\u2029D\x81E", "AB C DE"),
        ("S&P 500 and R&D", "S&P 500 and R&D"),
        ("Hello\r\nBcc: all@a.b", "Hello Bcc: all@a.b"),
        ("Hello&#13;&#10;Bcc: x", "Hello Bcc: x"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;News", "News"),
        ("<![CDATA[<b>Bold</b> &amp; <i>it]]>", "Bold & it"),
        ("AT&T wins", "AT&T wins"),
        ("caf&eacute;", "café"),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("1 &lt; 2 and x &lt;y&gt; z", "1 < 2 and x <y> z"),
        ("  folded \n\t white   space ", "folded white space"),
        ("&lt;!channel&gt; &lt;http://evil.example|bank&gt;", "<!channel> <http://evil.example|bank>"),
        ("2,000 &euro; &mdash; na&iuml;ve", "2,000 \u20ac \u2014 na\u00efve"),
        ("&nosuch; thing", "&nosuch thing"),
    ],
)
def test_title_is_one_line_of_visible_text(written: str, seen: str) -> None:
    assert title_of(rss(f"<item><title>{written}</title><link>https://a.b/1</link></item>")) == seen


def test_lone_surrogate_of_json_is_removed() -> None:
    document = (
        '{"version":"https://jsonfeed.org/version/1","items":[{"title":"A\\ud800B","url":"https://a.b/\\ud800"}]}'
    )
    entry = read(document).entries[0]
    assert (entry.title, entry.url) == ("AB", "https://a.b/")
    json.dumps(entry.key).encode()


def test_truncated_document_yields_the_entries_before_the_cut() -> None:
    items = "".join(f"<item><title>Title {n}</title><link>https://a.b/{n}</link></item>" for n in range(20))
    document = rss(items)
    feed = read(document[: document.index("Title 17")])
    assert [entry.title for entry in feed.entries[:17]] == [f"Title {n}" for n in range(17)]


def test_truncated_json_feed_yields_the_items_before_the_cut() -> None:
    document = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": n, "title": f"T{n}"} for n in range(20)]}
    )
    feed = read(document[: document.index("T17")])
    assert [entry.title for entry in feed.entries] == [f"T{n}" for n in range(17)]


@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="utf-8"').encode("latin-1"),
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="zip"').encode(),
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="x-unknown"').encode(),
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="rot13"').encode(),
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="utf-16"').encode(),
        rss("<item><title>caf\u00e9</title></item>").replace('"1.0"', '"1.0" encoding="us-ascii"').encode(),
        b"\xef\xbb\xbf \n" + rss("<item><title>caf\u00e9</title></item>").encode(),
        rss("<item><title>caf\u00e9</title></item>").encode("utf-16"),
    ],
)
def test_wrong_encodings_are_recovered(document: bytes) -> None:
    assert title_of(document) == "caf\u00e9"


def test_scripts_styles_and_comments_are_not_content() -> None:
    markup = "<p>One</p><script>bad()</script><style>p{}</style><!-- no --><p onclick='x()'>Two</p>"
    document = rss(f"<item><title>A</title><description><![CDATA[{markup}]]></description></item>")
    assert read(document).entries[0].summary == "One Two"


def test_deeply_nested_markup_keeps_its_text() -> None:
    markup = "<div>" * 1_000 + "deep" + "</div>" * 1_000 + "after"
    document = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "content_html": markup}]})
    assert read(document).entries[0].content == "deep\n\nafter"


def test_quotes_of_windows_under_a_false_label_are_recovered() -> None:
    document = rss("<item><title>\u201cquoted\u201d \u2014 caf\u00e9</title></item>").encode("windows-1252")
    assert title_of(document.replace(b'"1.0"', b'"1.0" encoding="utf-8"')) == "\u201cquoted\u201d \u2014 caf\u00e9"


# Links and identities


def entries_of(*items: str) -> tuple[Entry, ...]:
    return read(rss("".join(f"<item>{item}</item>" for item in items))).entries


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://user@bank.example@evil.example/", None),
        ("https://bank.example%40evil.example/", None),
        ("http://[::1/", None),
        ("http://[::ffff:7f00:1%25eth0]/", None),
        ("http://a.example:99999999/", None),
        ("http://a.example:0/", None),
        ("http://a.example:x/", None),
        ("https://" + "a" * 10_000 + ".example/", None),
        ("https://a.example/" + "x" * 10_000, None),
        ("https://\u0440\u0430ypal.example/login", "https://xn--ypal-43d9g.example/login"),
        ("vbscript:msgbox(1)", None),
        ("  JavaScript&#58;alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("https:///etc/passwd", "https://etc/passwd"),
        ("gopher://a.example/", None),
        ("unix:/run/x.sock", None),
    ],
)
def test_links_that_deceive_are_refused_or_shown_for_what_they_are(link: str, url: str | None) -> None:
    (entry,) = entries_of(f"<title>A</title><guid isPermaLink='false'>g</guid><link>{link}</link>")
    assert (entry.url, entry.url_key is None) == (url, url is None)


def test_items_without_guid_link_and_title_keep_their_identity() -> None:
    items = ("<description>One</description>", "<description>Two</description>")
    keys = [entry.key for entry in entries_of(*items)]
    assert len(set(keys)) == 2
    assert [entry.key for entry in entries_of(*reversed(items))] == keys[::-1]


def test_one_guid_for_all_items_loses_none() -> None:
    items = (
        f"<guid isPermaLink='false'>news</guid><title>{n}</title><link>https://a.example/{n}</link>" for n in range(9)
    )
    assert len({entry.key for entry in entries_of(*items)}) == 9


def test_a_broken_base_makes_no_identity_shared() -> None:
    items = "".join(f"<item><title>{n}</title><guid>g{n}</guid><link>{n}.html</link></item>" for n in range(3))
    feed = read(rss(items, attributes='xml:base="http://[::1/"'))
    assert len({entry.key for entry in feed.entries}) == 3
    assert {entry.url_key for entry in feed.entries} != {""}


# JSON


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ({"title": ["x"], "content_text": "y"}, ""),
        ({"title": {"x": 1}, "summary": "y"}, ""),
        ({"title": 10**400, "summary": "y"}, "1" + "0" * 400),
        ({"title": "A\u0000B\u202e", "id": None, "url": [7]}, "AB"),
        ({"title": "A", "authors": [None, 3, {"name": ["x"]}], "author": "x", "date_published": {}}, "A"),
        ({"title": "A", "url": "javascript:alert(1)"}, "A"),
    ],
)
def test_json_values_of_the_wrong_type_are_left_out(item: object, title: str) -> None:
    document = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": 3, "items": [item]})
    (entry,) = read(document).entries
    assert (entry.title, entry.url, entry.authors, entry.published) == (title, None, (), None)


def test_a_number_too_long_for_python_is_a_reason() -> None:
    document = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": {"9" * 10_000}}}]}}'
    assert reason_of(document) == "unparseable"


@settings(deadline=None)  # the first example loads the parser, and the machine may be busy
@given(
    st.binary(max_size=200), st.sampled_from(["<rss>", "<item>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "{", ""])
)
def test_any_bytes_give_entries_or_a_reason(junk: bytes, start: str) -> None:
    with contextlib.suppress(ParseError):
        assert len(read(start.encode() + junk).entries_hash) == 64
