"""One house is one publisher, whatever its domains and spellings; an aggregator's feed gives the houses behind it."""

from __future__ import annotations

import socket
import subprocess
import sys
import tomllib
from urllib.error import URLError

import pytest

from monitor.articles.publishers import Publishers, _library, registered, site_of, spelt
from monitor.config import starter_folder
from monitor.records import Publisher

HARBOR = Publisher(
    name="Harbor Wire", domains=("harborwire.com", "hw-news.co.uk"), aliases=("HW", "Harbour Wire Newsroom")
)
DESK = Publisher(name="Harbor Law Desk", domains=("law.harborwire.com",))
OFFICE = Publisher(name="Grain Office", domains=("grain.europa.eu",), aliases=("The Grain Office (GO)",))
TABLE = Publishers([HARBOR, DESK, OFFICE])

AGGREGATOR = ("All The News", "https://allthenews.example/rss")
FEEDBURNER = ("The Ferry Times", "https://feeds.feedburner.com/ferrytimes")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://harborwire.com/a", "Harbor Wire"),
        ("https://WWW.HarborWire.com:443/a", "Harbor Wire"),
        ("http://m.hw-news.co.uk/a", "Harbor Wire"),
        ("https://sport.harborwire.com/a", "Harbor Wire"),
        ("https://law.harborwire.com/a", "Harbor Law Desk"),
        ("https://amp.law.harborwire.com/a", "Harbor Law Desk"),
        ("https://old.law.harborwire.com/a", "Harbor Law Desk"),
        ("https://press.grain.europa.eu/a", "Grain Office"),
    ],
)
def test_the_table_decides_by_the_longest_domain(url: str, name: str) -> None:
    assert TABLE.name_of(url, "Somebody Else", *AGGREGATOR) == name


@pytest.mark.parametrize(
    "url", ["https://notharborwire.com/a", "https://harborwire.com.evil.example/a", "https://fish.europa.eu/a"]
)
def test_a_domain_that_only_looks_listed_is_not(url: str) -> None:
    assert TABLE.name_of(url, "Somebody Else", *AGGREGATOR) == "Somebody Else"


def test_an_entry_for_a_public_suffix_claims_no_site_below_it() -> None:
    """`gov.uk` is a site of its own, and a suffix below which others have theirs."""
    table = Publishers([Publisher(name="One Government Site", domains=("gov.uk",))])
    assert table.name_of("https://www.gov.uk/news", None, *AGGREGATOR) == "One Government Site"
    assert table.name_of("https://quay.gov.uk/news", "Quay Council", *AGGREGATOR) == "Quay Council"


def test_on_the_feeds_own_site_the_feeds_publisher_wrote_it() -> None:
    feed = ("The Ferry Times", "https://rss.ferry.example/all.xml")
    assert TABLE.name_of("https://www.ferry.example/1", "FERRY | home", *feed) == "The Ferry Times"
    assert TABLE.name_of("https://www.ferry.example/1", None, *feed) == "The Ferry Times"


def test_the_feeds_own_publisher_goes_by_the_tables_name() -> None:
    assert TABLE.name_of("https://ferry.example/1", None, "HW", "https://ferry.example/rss") == "Harbor Wire"


def test_blogs_on_one_platform_are_different_sites() -> None:
    feed = ("Ann's Notes", "https://ann.substack.com/feed")
    assert TABLE.name_of("https://ann.substack.com/p/1", "Substack", *feed) == "Ann's Notes"
    assert TABLE.name_of("https://bo.substack.com/p/1", "Bo Writes", *feed) == "Bo Writes"


def test_an_aggregators_feed_gives_the_houses() -> None:
    assert TABLE.name_of("https://www.mole.example/1", "Mole Daily", *AGGREGATOR) == "Mole Daily"
    assert TABLE.name_of("https://www.mole.example/1", "", *AGGREGATOR) == "mole.example"
    assert TABLE.name_of("https://www.harborwire.com/1", "", *AGGREGATOR) == "Harbor Wire"
    assert TABLE.name_of("https://allthenews.example/1", "Mole Daily", *AGGREGATOR) == "All The News"


@pytest.mark.parametrize("stated", ["HW", "the harbor-wire", "HARBOR WIRE", "Harbour Wire Newsroom", "HarborWire"])
def test_what_a_page_states_is_mapped_by_the_table(stated: str) -> None:
    found = TABLE.name_of("https://harbor.example/1", stated, *AGGREGATOR)
    assert found == (stated if stated == "HarborWire" else "Harbor Wire")


@pytest.mark.parametrize(
    "stated",
    [
        "Ferry Times",
        "THE FERRY TIMES",
        "FerryTimes",
        "FerryTimes.com",
        "Ferry-Times",
        "The Ferry Times Online",
        "Ferry",
    ],
)
def test_a_plainly_equal_name_is_the_feeds_publisher(stated: str) -> None:
    assert TABLE.name_of("https://ferrytimes.example/1", stated, *FEEDBURNER) == "The Ferry Times"


@pytest.mark.parametrize("stated", ["Times", "The Times", "Ferryman Times", "The Tram Times", "Mole Daily"])
def test_a_common_word_shared_makes_no_equal_names(stated: str) -> None:
    assert TABLE.name_of("https://other.example/1", stated, *FEEDBURNER) == stated


def test_without_a_page_the_feeds_word_stands() -> None:
    assert TABLE.name_of("https://short.example/x7", None, *AGGREGATOR) == "All The News"


@pytest.mark.parametrize("feed_url", ["https://feeds.feedburner.com/x", "https://news.google.com/rss", "", "file:x"])
def test_a_carriers_domain_is_nobodys_site(feed_url: str) -> None:
    assert TABLE.name_of("https://mole.example/1", "", "Mole Daily", feed_url) == "Mole Daily"


def test_a_page_that_states_nothing_and_is_named_like_the_feed_is_the_feeds() -> None:
    feed = ("Harbour Gazette", "https://rss.hosting.example/1")
    assert TABLE.name_of("https://www.harbourgazette.org.uk/1", "", *feed) == "Harbour Gazette"
    assert TABLE.name_of("https://www.harbourtown.org.uk/1", "", *feed) == "harbourtown.org.uk"


@pytest.mark.parametrize("url", ["", "no url", "http://[::1", "mailto:a@b.example", "https:///path"])
def test_an_article_without_a_site_is_the_feeds(url: str) -> None:
    assert site_of(url) == ""
    assert TABLE.name_of(url, "Mole Daily", *AGGREGATOR) == "All The News"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Harbor.example/a?b#c", "harbor.example"),
        ("http://user@m.harbor.example:8080/", "harbor.example"),
        ("https://amp.harbor.example./", "harbor.example"),
        ("https://www.m.harbor.example/", "harbor.example"),
        ("https://mail.harbor.example/", "mail.harbor.example"),
        ("https://www.example/", "www.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("http://127.0.0.1:9/", "127.0.0.1"),
        ("http://[2001:DB8::1]:9/", "2001:db8::1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_a_site_is_the_host_without_its_door(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.ft.com", "ft.com"),
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("gov.uk", "gov.uk"),
        ("ann.github.io", "ann.github.io"),
        ("www.ann.substack.com", "ann.substack.com"),
        ("substack.com", "substack.com"),
        ("a.b.harbor.example", "harbor.example"),
        ("h7.news.localhost", "news.localhost"),
        ("localhost", "localhost"),
        ("10.0.0.7", "10.0.0.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("a..b.example", "b.example"),
        ("", ""),
    ],
)
def test_the_registered_domain_is_known_for_every_host(host: str, domain: str) -> None:
    assert registered(host) == domain


def test_names_are_compared_without_what_printers_vary() -> None:
    assert spelt("The Harbor-Wire.com") == spelt("HARBOR  WIRE") == "harbor wire"
    assert spelt("Crown & Quay’s") == "crown and quays"
    assert spelt("The") == "the"
    assert spelt("?!") == ""


def test_a_name_of_marks_alone_is_no_name() -> None:
    assert TABLE.name_of("https://mole.example/1", "?!", *AGGREGATOR) == "mole.example"


def test_the_list_of_suffixes_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the installed copy is gone, in which case the library by itself would ask for a new one."""
    from tld import utils  # noqa: PLC0415 - its innards are this test's business only

    def offline(*_: object, **__: object) -> None:
        raise URLError("nobody may be asked")

    monkeypatch.setattr(socket, "create_connection", offline)
    monkeypatch.setattr(utils, "tld_names", {})
    monkeypatch.setattr(utils.MozillaTLDSourceParser, "local_path", "res/not-there.txt")
    _library.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match="missing from the installed package"):
            _library()("x.example")
    finally:
        _library.cache_clear()


def test_importing_costs_no_list() -> None:
    code = "import sys, monitor.articles.publishers; raise SystemExit('tld' in sys.modules or 'lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_starter_table_finds_each_of_its_own_and_all_of_its_feeds() -> None:
    rows = tomllib.loads((starter_folder() / "publishers.toml").read_text("utf-8"))["publisher"]
    feeds = tomllib.loads((starter_folder() / "feeds.toml").read_text("utf-8"))["feed"]
    table = Publishers([Publisher(**row) for row in rows])
    for row in rows:
        for domain in row.get("domains", ()):
            assert table.name_of(f"https://www.{domain}/a", "Somebody Else", *AGGREGATOR) == row["name"]
        for alias in row.get("aliases", ()):
            assert table.name_of("https://copy.example/a", alias, *AGGREGATOR) == row["name"]
    for feed in feeds:
        assert table.name_of(feed["url"], None, feed["publisher"], feed["url"]) == feed["publisher"]
