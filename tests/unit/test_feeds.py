"""Feed documents in, entries out: formats, identity, dates, links and limits."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import ParseError
from monitor.feeds import Limits, article_key, parse
from monitor.records import Entry, ParsedFeed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed.xml"


def read(document: str | bytes, **more: object) -> ParsedFeed:
    data = document.encode() if isinstance(document, str) else document
    return parse(data, **{"url": URL, "feed_id": "news", "now": NOW, **more})  # type: ignore[arg-type]


def rss(*items: str, head: str = "<title>News</title><link>https://news.example/</link>", attributes: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel>{head}{body}</channel></rss>'


def atom(*entries: str, attributes: str = "") -> str:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title>{body}</feed>'


def only(document: str | bytes) -> Entry:
    (entry,) = read(document).entries
    return entry


# Formats


def test_rss_item_becomes_an_entry() -> None:
    entry = only(
        rss(
            "<title>Court rules</title><link>https://news.example/a?utm_source=rss#top</link><guid>tag:1</guid>"
            "<description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</description><author>jo@news.example (Jo Doe)</author>"
            "<pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate>"
            "<c:encoded xmlns:c='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>A</p><p>B<br>C</p>]]></c:encoded>",
            head="<title>News</title><link>https://news.example/</link><language>en-GB</language>",
        )
    )
    assert entry == Entry(
        feed_id="news",
        key="tag:1",
        url="https://news.example/a",
        url_key=article_key("https://news.example/a"),
        title="Court rules",
        summary="One & two.",
        content="A\n\nB C",
        published=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        updated=None,
        authors=("Jo Doe",),
        language="en",
    )


def test_atom_entry_becomes_an_entry() -> None:
    entry = only(
        atom(
            "<id>urn:1</id><title type='html'>A &lt;b&gt;bold&lt;/b&gt; move</title><link href='/a'/>"
            "<published>2026-11-20T08:00:00Z</published><updated>2026-11-21T08:00:00Z</updated>"
            "<author><name>By Jo Doe</name></author><author><name>jo doe</name></author><summary>Short.</summary>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Long</p><p>text</p></div></content>",
            attributes="xml:lang='de-CH'",
        )
    )
    assert (entry.key, entry.url, entry.title) == ("urn:1", "https://news.example/a", "A bold move")
    assert (entry.summary, entry.content, entry.language) == ("Short.", "Long\n\ntext", "de")
    assert entry.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert entry.authors == ("Jo Doe",)


def test_rdf_items_stand_beside_the_channel() -> None:
    entry = only(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>N</title></channel>"
        "<item rdf:about='https://news.example/a'><title>A</title><link>https://news.example/a</link>"
        "<dc:date>2026-11-21T08:00:00Z</dc:date><dc:creator>Jo</dc:creator></item></rdf:RDF>"
    )
    assert (entry.title, entry.url, entry.authors) == ("A", "https://news.example/a", ("Jo",))
    assert entry.published == datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_rss_versions_are_read(version: str) -> None:
    assert only(rss("<title>A</title>").replace("2.0", version)).title == "A"


def test_atom_03_is_read() -> None:
    document = atom("<title>A</title><issued>2026-11-20T08:00:00Z</issued><link rel='alternate' href='http://a.b/c'/>")
    old = document.replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
    old = old.replace("<feed", "<feed version='0.3'")
    assert only(old).published == datetime(2026, 11, 20, 8, tzinfo=UTC)


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1", **head: object) -> str:
    return json.dumps({"version": version, "title": "News", **head, "items": items})


def test_json_feed_11_item_becomes_an_entry() -> None:
    entry = only(
        json_feed(
            {
                "id": "1",
                "url": "/a",
                "title": "A",
                "content_html": "<p>x</p><p>y</p>",
                "summary": "s",
                "date_published": "2026-11-20T08:00:00+01:00",
                "authors": [{"name": "Jo"}],
            },
            language="EN-us",
            home_page_url="https://blog.example/",
        )
    )
    assert (entry.key, entry.url, entry.content, entry.summary) == ("1", "https://blog.example/a", "x\n\ny", "s")
    assert (entry.authors, entry.language) == (("Jo",), "en")
    assert entry.published == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_json_feed_10_with_author_and_number_for_an_id() -> None:
    entry = only(
        json_feed(
            {"id": 17, "external_url": "https://other.example/x", "content_text": "plain", "author": {"name": "Jo"}},
            version="https://jsonfeed.org/version/1",
        )
    )
    assert (entry.key, entry.url, entry.summary, entry.authors) == ("17", "https://other.example/x", "plain", ("Jo",))


def test_json_feed_items_that_are_no_objects_are_counted() -> None:
    assert read(json_feed(3, {"title": "A"})).dropped == {"malformed": 1}


# Identity


def test_guid_used_for_several_articles_is_told_apart_by_url() -> None:
    feed = read(rss(*(f"<guid isPermaLink='false'>g</guid><link>https://a.b/{n}</link>" for n in "12")))
    assert [entry.key for entry in feed.entries] == ["g https://a.b/1", "g https://a.b/2"]


def test_keys_of_a_shared_guid_do_not_depend_on_the_order() -> None:
    items = [f"<guid isPermaLink='false'>g</guid><link>https://a.b/{n}</link>" for n in "123"]
    older, newer = read(rss(*items[1:])), read(rss(*items))
    assert {entry.key for entry in older.entries} < {entry.key for entry in newer.entries}


def test_same_guid_url_and_title_twice_keeps_the_first() -> None:
    item = "<guid isPermaLink='false'>g</guid><link>https://a.b/1</link><title>t</title><description>{}</description>"
    feed = read(rss(item.format("first"), item.format("second")))
    assert [entry.summary for entry in feed.entries] == ["first"]
    assert feed.dropped == {"duplicate": 1}


def test_revision_counter_of_a_guid_is_not_a_new_article() -> None:
    keys = {
        only(rss(f"<guid isPermaLink='false'>https://bbc.example/x#{n}</guid><title>t{n}</title>")).key for n in (0, 1)
    }
    assert keys == {"bbc.example/x"}


def test_without_guid_the_canonical_url_is_the_key() -> None:
    assert only(rss("<title>A</title><link>https://A.b/x?fbclid=1</link>")).key == "https://a.b/x"


def test_items_that_link_only_to_the_home_page_are_all_kept() -> None:
    feed = read(rss(*(f"<title>{n}</title><link>https://a.b/</link>" for n in "123")))
    assert len({entry.key for entry in feed.entries}) == 3


def test_without_guid_and_url_the_text_is_the_key_and_stays_the_same() -> None:
    first, second = (only(rss("<title>A</title><description>B</description>")).key for _ in range(2))
    assert first == second
    assert first.startswith("sha256:")


def test_item_without_anything_is_dropped_with_the_reason() -> None:
    assert read(rss("<guid isPermaLink='false'>g</guid>", "<title>A</title>")).dropped == {"empty": 1}


# Links


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.b/c",
        "https://user:pw@a.b/",
        "http://[::1/",
        "http://a.b:99999999/",
        "https://a.b/" + "x" * 2_048,
        "http://127。0。0。1/",
        "http://host\\@127.0.0.1/",
    ],
)
def test_unusable_link_leaves_the_entry_without_url(link: str) -> None:
    entry = only(rss(f"<title>A</title><link>{link}</link><guid isPermaLink='false'>g</guid>"))
    assert entry.url is None
    assert "javascript" not in repr(entry)


def test_unusable_link_and_no_title_drops_the_item() -> None:
    assert read(rss("<link>javascript:1</link><description>x</description>")).dropped == {"bad-link": 1}


def test_relative_link_is_resolved_against_xml_base_then_feed_link_then_address() -> None:
    item = "<title>A</title><link>x/y</link>"
    base = 'xml:base="https://base.example/b/"'
    assert only(rss(item, attributes=base)).url == "https://base.example/b/x/y"
    assert only(rss(item)).url == "https://news.example/x/y"
    assert only(rss(item, head="<title>N</title>")).url == "https://news.example/x/y"


def test_broken_xml_base_does_not_make_items_share_an_identity() -> None:
    items = (f"<title>{n}</title><link>/{n}</link>" for n in "12")
    feed = read(rss(*items, attributes='xml:base="http://[::1/"'))
    assert len({entry.key for entry in feed.entries}) == 2


def test_guid_is_a_link_only_if_it_is_a_url() -> None:
    assert only(rss("<title>A</title><guid>12345</guid>")).url is None
    assert only(rss("<title>A</title><guid>https://a.b/1</guid>")).url == "https://a.b/1"


# Dates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sat, 21 Nov 2026 10:00:00 GMT", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+02:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21 10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("03/04/2026", None),
        ("3/4/2026 10:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1795-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Thu, 01 Jan 2099 00:00:00 GMT", None),
        ("30 Feb 2026 10:00:00 GMT", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("::::" * 5_000, None),
        ("1" * 50_000, None),
        ("1764028800", None),
        ("yesterday", None),
    ],
)
def test_date_is_read_or_left_out(written: str, expected: datetime | None) -> None:
    assert only(rss(f"<title>A</title><pubDate>{written}</pubDate>")).published == expected


def test_date_up_to_a_day_ahead_becomes_now() -> None:
    ahead = (NOW + timedelta(hours=23)).isoformat()
    assert only(atom(f"<title>A</title><published>{ahead}</published>")).published == NOW


# Authors


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("jo@news.agency (Jo Doe)", ("Jo Doe",)),
        ("Jo Doe &lt;jo@news.example&gt;", ("Jo Doe",)),
        ("jo@news.example", ()),
        ("By Jo Doe", ("Jo Doe",)),
        ("By", ("By",)),
    ],
)
def test_authors_are_names(written: str, expected: tuple[str, ...]) -> None:
    assert only(rss(f"<title>A</title><author>{written}</author>")).authors == expected


# Limits


def test_entries_over_the_limit_are_counted() -> None:
    feed = read(rss(*(f"<title>{n}</title>" for n in range(503))))
    assert (len(feed.entries), feed.entries[0].title, feed.dropped) == (500, "0", {"over-limit": 3})


def dated(place: int, day: datetime | None) -> str:
    return f"<title>{place}</title>" + (f"<pubDate>{day:%d %b %Y %H:%M:%S} GMT</pubDate>" if day else "")


def kept(*days: datetime | None, most: int = 3) -> list[int]:
    """Return the places of the items that are kept."""
    feed = read(rss(*(dated(place, day) for place, day in enumerate(days))), limits=Limits(entries=most))
    assert feed.dropped == {"over-limit": len(days) - most}
    return [int(entry.title) for entry in feed.entries]


def days(*numbers: int) -> list[datetime]:
    return [datetime(2026, 11, number, tzinfo=UTC) for number in numbers]


@pytest.mark.parametrize(
    ("items", "places"),
    [
        (days(1, 2, 3, 4, 5), [2, 3, 4]),
        (days(5, 4, 3, 2, 1), [0, 1, 2]),
        (days(9, 1, 8, 2, 7), [0, 2, 4]),
        (days(4, 4, 4, 4, 4), [0, 1, 2]),
    ],
    ids=["oldest-first", "newest-first", "mixed", "all-the-same"],
)
def test_over_the_limit_the_newest_are_kept_in_the_order_of_the_document(
    items: list[datetime], places: list[int]
) -> None:
    assert kept(*items) == places


def test_the_new_ones_of_a_long_archive_that_begins_with_its_oldest_are_kept() -> None:
    start = NOW - timedelta(days=5_000)
    feed = read(rss(*(dated(place, start + timedelta(days=place * 8)) for place in range(620))))
    assert [entry.title for entry in feed.entries] == [str(place) for place in range(120, 620)]
    assert feed.dropped == {"over-limit": 120}


def test_over_the_limit_an_undated_item_is_as_old_as_the_one_before_it() -> None:
    first, second, third, fourth = days(1, 2, 3, 4)
    assert kept(first, second, third, None, fourth) == [2, 3, 4]
    assert kept(fourth, None, third, second, first) == [0, 1, 2]
    assert kept(None, first, second, third, fourth) == [2, 3, 4]


def test_over_the_limit_the_first_are_kept_where_most_dates_are_missing_impossible_or_made_up() -> None:
    assert kept(None, *days(1), None, None, *days(5)) == [0, 1, 2]
    assert kept(*days(1, 2), *(datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2, 3))) == [0, 1, 2]
    assert kept(*(NOW + timedelta(seconds=place) for place in range(6))) == [0, 1, 2]


def test_texts_are_cut() -> None:
    entry = only(rss(f"<title>{'t' * 1_000_000}</title><description>{'word ' * 60_000}</description>"))
    assert (len(entry.title), len(entry.summary), len(entry.content)) == (500, 1_999, 199_999)


def test_long_guid_is_hashed() -> None:
    assert len(only(rss(f"<title>A</title><guid>{'g' * 1_000}</guid>")).key) < 50


def test_limits_can_be_given() -> None:
    assert len(read(rss(*["<title>A</title>", "<title>B</title>"]), limits=Limits(entries=1)).entries) == 1


def test_feed_without_items_is_a_feed() -> None:
    nothing = hashlib.sha256().hexdigest()
    assert read(rss()) == ParsedFeed(title="News", entries=(), language=None, dropped={}, entries_hash=nothing)


def test_error_names_the_address_and_a_sentence() -> None:
    with pytest.raises(ParseError) as caught:
        read("<html><body>Not found</body></html>")
    assert str(caught.value) == f"{URL}: the address answers with a web page, not with a feed"
