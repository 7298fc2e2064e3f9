"""The sample news world: what its feeds, pages and server promise to everyone who uses them."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import product
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser
import pytest
import trafilatura
from trafilatura.settings import Document

from monitor.demo import markup, pages
from monitor.demo.edition import Edition
from monitor.demo.server import NewsServer, Request
from monitor.demo.syndication import render_feed
from monitor.demo.world import Outlet, Piece, World, load_world

WAVES = (1, 2)
WATCHED_STORIES = {
    "beijing-centre",
    "hk-banking",
    "custody-consultation",
    "order-records-consultation",
    "port-sabine-pilot",
}
REGULATORY = re.compile(
    r"regulat|licen[cs]|lawmak|\blaws?\b|legislat|\bban(ned|s)?\b|polic(y|ies)|govern"
    r"|supervis|\bcourts?\b|\brules?\b|ministr",
    re.IGNORECASE,
)


class Answer(NamedTuple):
    """An HTTP answer as a test looks at it."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Entry(NamedTuple):
    """What the tests need of an entry, whichever format it came in."""

    id: str
    link: str
    title: str
    summary: str
    dated: bool


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture
def server(world: World) -> Iterator[NewsServer]:
    with NewsServer(world) as running:
        yield running


def get(server: NewsServer, url: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a URL of the sample world by its Host header, without any name lookup."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, headers={"Host": parts.netloc, **fields})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@cache
def edition(wave: int) -> Edition:
    return Edition(world=load_world(), wave=wave, port=8123)


def entries(outlet: Outlet, document: bytes) -> list[Entry]:
    if outlet.format == "json":
        return [
            Entry(i["id"], i["url"], i["title"], i["summary"], "date_published" in i)
            for i in json.loads(document)["items"]
        ]
    return [
        Entry(e.get("id", ""), e.link, e.title, e.summary, "published" in e) for e in feedparser.parse(document).entries
    ]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def each_piece() -> Iterator[tuple[int, Piece]]:
    return ((wave, piece) for wave in WAVES for piece in edition(wave).pieces())


# What there is


def test_the_world_has_the_promised_mix_of_outlets_and_formats(world: World) -> None:
    formats = Counter(outlet.format for outlet in world.outlets)
    assert formats["rss"] >= 4
    assert formats["atom"] >= 3
    assert formats["json"] >= 2
    kinds = {outlet.kind for outlet in world.outlets}
    assert kinds == {"general", "crypto", "legal", "policy", "regulator"}
    assert len({outlet.design for outlet in world.outlets}) >= 3


def test_every_body_has_the_length_of_a_news_article(world: World) -> None:
    assert 50 <= len(world.pieces) <= 60
    lengths = {p.slug: len(markup.to_text(p.body).split()) for p in world.pieces}
    assert {slug: n for slug, n in lengths.items() if not 150 <= n <= 450} == {}


def test_every_article_lies_within_four_days_before_its_wave(world: World) -> None:
    for piece in world.pieces:
        moment = world.moment(piece.wave)
        assert moment - timedelta(days=4) <= piece.published <= moment, piece.slug
        if piece.wave > 1:
            assert piece.published > world.moment(piece.wave - 1), piece.slug


def test_every_story_is_told_by_several_outlets_and_once_by_each(world: World) -> None:
    told = Counter((p.story, p.outlet, p.wave) for p in world.pieces if p.story)
    assert set(told.values()) == {1}
    outlets = Counter(story for story, _, wave in told if wave == 1)
    assert outlets.pop("order-records-consultation") == 1
    assert min(outlets.values()) >= 3
    assert outlets["beijing-centre"] >= 7


def test_ordinary_news_is_the_largest_group(world: World) -> None:
    alone = [p for p in world.pieces if p.wave == 1 and not p.story]
    assert len(alone) >= 15


def test_the_price_story_holds_nothing_of_regulation(world: World) -> None:
    for piece in world.pieces:
        if piece.story == "bitcoin-slide":
            whole = f"{piece.title} {piece.summary} {markup.to_text(piece.body)}"
            assert REGULATORY.findall(whole) == [], piece.slug


def test_one_copy_repeats_another_outlets_text_almost_word_for_word(
    world: World,
) -> None:
    by_outlet = {
        piece.outlet: words(markup.to_text(piece.body))
        for piece in world.pieces
        if piece.story == "beijing-centre" and piece.wave == 1
    }
    copy, origin = by_outlet["meridian-post"], by_outlet["eastline-wire"]
    assert (copy & origin).total() >= 0.97 * copy.total()
    others = [o for o in by_outlet if o not in ("meridian-post", "eastline-wire")]
    for other in others:
        assert (by_outlet[other] & origin).total() < 0.7 * by_outlet[other].total()


def test_every_link_in_a_body_leads_to_an_article_that_is_older(world: World) -> None:
    known = {f"{piece.outlet}:{piece.slug}": piece for piece in world.pieces}
    inner = 0
    for piece in world.pieces:
        for target in markup.links(piece.body):
            if not target.startswith("https://"):
                assert known[target].published < piece.published, piece.slug
                inner += 1
    assert inner >= 5


# What changes from one wave to the next


def test_wave_two_holds_wave_one(world: World) -> None:
    first, second = ({(p.outlet, p.slug) for p in world.pieces_in(wave)} for wave in WAVES)
    assert first < second
    assert 8 <= len(second - first) <= 12


def test_wave_two_brings_new_facts_to_two_stories_and_to_no_other(world: World) -> None:
    later = Counter(p.story for p in world.pieces if p.wave == 2 and p.story)
    assert later.keys() == {"beijing-centre", "hk-banking"}
    assert later["beijing-centre"] >= 3
    assert later["hk-banking"] == 1


def test_an_edited_entry_keeps_its_id_and_its_link(world: World) -> None:
    edited = [piece for piece in world.pieces if piece.edit]
    assert len(edited) == 1
    outlet = world.outlet(edited[0].outlet)
    before, after = ({e.link: e for e in entries(outlet, render_feed(edition(wave), outlet))} for wave in WAVES)
    changed = [link for link in before if before[link] != after[link]]
    assert [urlsplit(link).path for link in changed] == [edited[0].path]
    old, new = before[changed[0]], after[changed[0]]
    assert old.id == new.id
    assert old.title != new.title
    assert old.summary != new.summary


def test_an_unknown_wave_is_refused_with_the_known_ones_named(world: World) -> None:
    with pytest.raises(ValueError, match=r"no wave 3 .*1, 2"):
        NewsServer(world, wave=3)


# Feeds


@pytest.mark.parametrize("wave", WAVES)
def test_feeds_parse_with_feedparser_without_bozo(world: World, wave: int) -> None:
    for outlet in world.outlets:
        if outlet.format == "json":
            continue
        feed = feedparser.parse(render_feed(edition(wave), outlet))
        assert not feed.bozo, (outlet.id, feed.get("bozo_exception"))
        assert feed.version == {"rss": "rss20", "atom": "atom10"}[outlet.format]
        assert feed.feed.title == outlet.name
        titles = [entry.title for entry in feed.entries]
        assert titles == [p.title for p in world.pieces_in(wave, outlet.id)]


@pytest.mark.parametrize("wave", WAVES)
def test_json_feeds_hold_what_version_1_1_asks_for(world: World, wave: int) -> None:
    for outlet in world.outlets:
        if outlet.format != "json":
            continue
        feed = json.loads(render_feed(edition(wave), outlet))
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"] == outlet.name
        for item in feed["items"]:
            assert item["id"]
            assert item.get("content_html") or item.get("content_text")


def test_feed_dates_say_the_moment_of_publication(world: World) -> None:
    for outlet in world.outlets:
        document = render_feed(edition(2), outlet)
        if outlet.format == "json":
            continue
        for entry in feedparser.parse(document).entries:
            piece = next(p for p in world.pieces_in(2) if p.title == entry.title)
            if piece.dated_in_feed:
                stated = entry.published_parsed[:6]
                assert stated == piece.published.astimezone(UTC).timetuple()[:6]


def test_feeds_have_the_irregularities_of_real_ones(world: World) -> None:
    found = {outlet.id: entries(outlet, render_feed(edition(1), outlet)) for outlet in world.outlets}
    without_ids = {o for o, rows in found.items() if not any(row.id for row in rows)}
    assert without_ids == {"block-courier"}
    tracked = {o for o, rows in found.items() if any("utm_" in r.link for r in rows)}
    assert tracked == {"meridian-post"}
    every = [row for rows in found.values() for row in rows]
    assert sum(not row.dated for row in every) == 1
    assert sum(row.link.startswith("/") for row in every) == 1


def test_some_feeds_carry_whole_articles_and_some_only_teasers(world: World) -> None:
    for outlet in world.outlets:
        document = render_feed(edition(1), outlet).decode()
        piece = world.pieces_in(1, outlet.id)[0]
        last = markup.to_text(piece.body).split()[-4:]
        assert (" ".join(last) in document) == outlet.full_content, outlet.id
    assert 3 <= sum(outlet.full_content for outlet in world.outlets) <= 6


# Pages


def test_every_entry_of_every_feed_has_its_page(server: NewsServer) -> None:
    for wave, outlet in product(WAVES, server.edition.world.outlets):
        server.wave = wave
        document = get(server, server.feed_url(outlet)).body
        rows = entries(outlet, document)
        assert len(rows) == len(server.edition.pieces(outlet))
        for row in rows:
            link = row.link
            if link.startswith("/"):
                link = server.edition.home(outlet).rstrip("/") + link
            assert get(server, link).status == 200, link


def test_the_body_can_be_read_out_of_every_page() -> None:
    for wave, piece in each_piece():
        html = pages.render_article(edition(wave), piece).encode()
        found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=False)
        assert isinstance(found, Document), piece.slug
        read = found.text or ""
        body, text = words(markup.to_text(piece.body)), words(read)
        assert (body & text).total() >= 0.9 * body.total(), piece.slug
        assert (body & text).total() >= 0.9 * text.total(), piece.slug
        for other in side_block(edition(wave), piece):
            assert other.title not in read, (piece.slug, other.title)


def side_block(shown: Edition, piece: Piece) -> tuple[Piece, ...]:
    return pages.related(shown, piece) + pages.partners(shown, piece)


def test_side_blocks_of_ordinary_news_name_watched_stories() -> None:
    tempting = [
        piece.slug
        for _, piece in each_piece()
        if not piece.story and any(other.story in WATCHED_STORIES for other in side_block(edition(2), piece))
    ]
    assert len(tempting) >= 15


def test_a_side_block_never_names_the_event_of_its_own_article() -> None:
    for wave, piece in each_piece():
        for other in side_block(edition(wave), piece):
            assert other.slug != piece.slug
            assert not piece.story or other.story != piece.story


def test_exactly_one_page_states_no_date() -> None:
    undated = [
        piece.slug
        for piece in edition(1).pieces()
        if not re.search(
            r"<time|published_time|datePublished",
            pages.render_article(edition(1), piece),
        )
    ]
    assert undated == ["emso-publishes-annual-statistics-on-bond-market-transparency"]


def test_text_with_special_characters_is_escaped() -> None:
    tricky = 'Fish & chips <b>cost</b> "more" than [a boat](https://example.org/?a=1&b=2)'
    html = markup.to_html(tricky, lambda target: target)
    assert html == (
        "<p>Fish &amp; chips &lt;b&gt;cost&lt;/b&gt; &#34;more&#34; than "
        '<a href="https://example.org/?a=1&amp;b=2">a boat</a></p>'
    )


def test_blocks_become_headings_lists_and_quotations() -> None:
    body = "## One\n\n- first\n  goes on\n- second\n\n> said\n\nplain\nline"
    assert markup.to_html(body, str) == (
        "<h2>One</h2>\n<ul><li>first goes on</li><li>second</li></ul>\n<blockquote>said</blockquote>\n<p>plain line</p>"
    )
    assert markup.to_text(body) == "One\nfirst goes on second\nsaid\nplain line"


# The server


def test_a_front_page_points_to_its_feed(server: NewsServer) -> None:
    for outlet in server.edition.world.outlets:
        home = get(server, server.edition.home(outlet))
        assert home.status == 200
        links = re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', home.body.decode())
        assert links == [server.feed_url(outlet)]


@pytest.mark.parametrize("packed", ["", "gzip"])
def test_an_unchanged_feed_answers_304(server: NewsServer, packed: str) -> None:
    for outlet in server.edition.world.outlets:
        url = server.feed_url(outlet)
        first = get(server, url, Accept_Encoding=packed)
        assert first.status == 200
        assert not first.headers["ETag"].startswith("W/")
        stamp = first.headers["Last-Modified"]
        for condition in (
            {"If_None_Match": first.headers["ETag"]},
            {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
            {"If_Modified_Since": stamp},
        ):
            again = get(server, url, Accept_Encoding=packed, **condition)
            assert (again.status, again.body) == (304, b""), (outlet.id, condition)
            assert again.headers["ETag"] == first.headers["ETag"]


def test_another_etag_outweighs_a_matching_date(server: NewsServer) -> None:
    url = server.feed_url("coinyard")
    stamp = get(server, url).headers["Last-Modified"]
    answer = get(server, url, If_None_Match='"other"', If_Modified_Since=stamp)
    assert answer.status == 200


def test_a_date_that_is_none_is_ignored(server: NewsServer) -> None:
    answer = get(server, server.feed_url("coinyard"), If_Modified_Since="soon")
    assert answer.status == 200


def test_only_feeds_with_news_change_with_the_wave(server: NewsServer) -> None:
    outlets = server.edition.world.outlets
    tags = {o.id: get(server, server.feed_url(o)).headers["ETag"] for o in outlets}
    server.wave = 2
    assert server.wave == 2
    silent = {"coinyard", "chain-sentinel", "emso"}
    for outlet in outlets:
        answer = get(server, server.feed_url(outlet), If_None_Match=tags[outlet.id])
        assert answer.status == (304 if outlet.id in silent else 200), outlet.id


def test_the_last_change_lies_before_the_moment_of_the_wave(server: NewsServer) -> None:
    for wave, outlet in product(WAVES, server.edition.world.outlets):
        server.wave = wave
        stamp = get(server, server.feed_url(outlet)).headers["Last-Modified"]
        assert parsedate_to_datetime(stamp) <= server.edition.world.moment(wave)


def test_gzip_is_used_only_where_it_is_accepted(server: NewsServer) -> None:
    url = server.feed_url("harbour-ledger")
    plain = get(server, url)
    refused = get(server, url, Accept_Encoding="br, gzip;q=0")
    packed = get(server, url, Accept_Encoding="br;q=0.5, gzip;q=0.8")
    assert plain.headers["Content-Encoding"] is None
    assert refused.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_an_article_of_tomorrow_is_not_there_today(server: NewsServer) -> None:
    piece = next(p for p in server.edition.world.pieces if p.wave == 2)
    url = server.edition.article(piece)
    assert get(server, url).status == 404
    server.wave = 2
    assert get(server, url).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://nobody.localhost/",
        "http://harbour-ledger.localhost/news/2023/05/nothing",
        "http://harbour-ledger.localhost/atom.xml",
        "http://eastline-wire.localhost/../news/outlets.toml",
    ],
)
def test_an_address_that_nobody_has_answers_404(server: NewsServer, url: str) -> None:
    assert get(server, url).status == 404


def test_a_host_without_outlet_name_lists_all_outlets(server: NewsServer) -> None:
    page = get(server, f"http://localhost:{server.port}/").body.decode()
    for outlet in server.edition.world.outlets:
        assert f'href="{server.feed_url(outlet)}"' in page


def test_robots_are_welcome_to_the_articles(server: NewsServer) -> None:
    answer = get(server, "http://emso.localhost/robots.txt")
    assert answer.status == 200
    assert answer.body == b"User-agent: *\nDisallow: /search\n"


def test_head_says_what_get_would_send(server: NewsServer) -> None:
    url = server.feed_url("eastline-wire")
    head, full = get(server, url, method="HEAD"), get(server, url)
    assert head.body == b""
    assert int(head.headers["Content-Length"]) == len(full.body)


def test_requests_are_counted(server: NewsServer) -> None:
    url = server.feed_url("emso")
    tag = get(server, url).headers["ETag"]
    get(server, url, If_None_Match=tag)
    get(server, "http://emso.localhost/nothing?utm_source=rss")
    assert server.requests == [
        Request(host="emso.localhost", path="/feed.xml", status=200),
        Request(host="emso.localhost", path="/feed.xml", status=304),
        Request(host="emso.localhost", path="/nothing", status=404),
    ]


def test_every_address_in_a_document_is_on_the_port_that_serves_it(
    server: NewsServer,
) -> None:
    outlet = server.edition.world.outlet("meridian-post")
    piece = server.edition.pieces(outlet)[0]
    for url in (server.feed_url(outlet), server.edition.article(piece)):
        ports = re.findall(rb"http://[\w.-]+\.localhost(:?\d*)", get(server, url).body)
        assert set(ports) == {f":{server.port}".encode()}


def test_a_taken_port_is_refused_with_the_systems_error(server: NewsServer) -> None:
    with pytest.raises(OSError, match="in use"), NewsServer(server.edition.world, port=server.port):
        pass


def test_the_port_is_free_again_after_the_server(world: World) -> None:
    with NewsServer(world) as first:
        port = first.port
        get(first, first.feed_url("emso"))
    with NewsServer(world, port=port) as second:
        assert get(second, second.feed_url("emso")).status == 200


def test_a_stopped_server_is_silent_on_connections_kept_alive(world: World) -> None:
    with NewsServer(world) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/robots.txt", headers={"Host": "emso.localhost"})
        assert connection.getresponse().read()
    connection.request("GET", "/robots.txt", headers={"Host": "emso.localhost"})
    with contextlib.closing(connection), pytest.raises(ConnectionError):
        connection.getresponse()
