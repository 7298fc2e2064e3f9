"""One key for all addresses of one article."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import article_key, canonical_url, twin_key

STORY = "https://news.example/2026/court-rules"

TWINS = [
    "http://news.example/2026/court-rules",
    "https://www.news.example/2026/court-rules",
    "https://m.news.example/2026/court-rules",
    "https://mobile.news.example/2026/court-rules",
    "https://amp.news.example/2026/court-rules",
    "https://www.m.news.example/2026/court-rules",
    "HTTPS://NEWS.EXAMPLE./2026/court-rules",
    "https://news.example:443/2026/court-rules",
    "http://news.example:443/2026/court-rules",
    "https://news.example/2026/court-rules/",
    "https://news.example/2026/court-rules//",
    "https://news.example/2026/court-rules/index.html",
    "https://news.example/2026/court-rules/Default.aspx",
    "https://news.example/2026/court-rules#comments",
    "https://news.example/2026/court-rules?utm_source=rss&utm%5Fmedium=feed",
    "https://news.example/2026/court-rules?&",
    "https://news.example/2026/court-rules/amp",
    "https://news.example/2026/court-rules/amp/",
    "https://news.example/amp/2026/court-rules",
    "https://news.example/2026/court-rules.amp",
    "https://news.example/2026/court-rules?amp",
    "https://news.example/2026/court-rules/?amp=1",
    "https://news.example/2026/court-rules?outputType=amp",
    "https://news.example/2026/./x/../court-rules",
    "https://news.example/2026/court%2drules",
    "https://news.example/%32026/%63ourt-rules",
    "https://news-example.cdn.ampproject.org/c/s/www.news.example/2026/court-rules/amp/?amp_js_v=0.1&usqp=mq331AQ",
    "https://cdn.ampproject.org/v/s/news.example/2026/court-rules?amp_gsa=1",
    "https://www.google.com/amp/s/www.news.example/2026/court-rules/amp",
    "https://google.co.uk/amp/news.example/2026/court-rules%3famp",
    "https://www.bing-amp.com/c/s/news.example/2026/court-rules",
]

OTHERS = [
    "https://news.example/2026/Court-Rules",
    "https://news.example/2026/court-rules/amplifiers",
    "https://news.example/2026/court-rules/2",
    "https://news.example/2026/court-rules?page=2",
    "https://news.example/2026/court-rules?page=2&part=1",
    "https://news.example/2026/court-rules?part=1&page=2",
    "https://news.example:8443/2026/court-rules",
    "https://blog.news.example/2026/court-rules",
    "https://news.example/2026%2Fcourt-rules",
    "https://news.example/",
    "https://www.google.com/amp/",
    "https://www.google.com/2026/court-rules",
]


@pytest.mark.parametrize("url", TWINS)
def test_all_twins_of_an_article_share_its_key(url: str) -> None:
    assert twin_key(url) == twin_key(STORY) == "news.example/2026/court-rules"
    assert article_key(url) == article_key(STORY)


def test_other_articles_have_other_keys() -> None:
    keys = [twin_key(url) for url in (STORY, *OTHERS)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://m.de/x", "m.de/x"),
        ("https://www.m.de/x", "m.de/x"),
        ("https://amp.dev/", "amp.dev"),
        ("https://news.example/amp/", "news.example/amp"),
        ("https://news.example/amp", "news.example/amp"),
        ("https://news.example/.amp", "news.example/.amp"),
        ("https://news.example/story.amp.html", "news.example/story.html"),
        ("https://news.example/index.php?p=12", "news.example?p=12"),
        ("https://news.example/?p=12", "news.example?p=12"),
        ("https://news.example/caf\u00e9?q=\u00e9", "news.example/caf%C3%A9?q=%C3%A9"),
        ("https://news.example/caf%c3%a9?q=%c3%a9", "news.example/caf%C3%A9?q=%C3%A9"),
        ("https://news.example/a%2561", "news.example/a%2561"),
        ("https://b\u00fccher.example/x", "xn--bcher-kva.example/x"),
        ("http://[2001:DB8::1]:80/x", "2001:db8::1/x"),
        ("http://10.0.0.1/x", "10.0.0.1/x"),
        ("urn:uuid:1234", "urn:uuid:1234"),
        ("tag:news.example,2026:1", "tag:news.example,2026:1"),
        ("http://[::1/", "http://[::1/"),
        ("http://a.example:99999999/", "http://a.example:99999999/"),
        ("", ""),
    ],
)
def test_the_key_of_odd_addresses(url: str, key: str) -> None:
    assert twin_key(url) == key


def test_an_article_key_is_24_hex_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{24}", article_key(STORY))
    assert article_key("anything at all")
    assert article_key("http://a.example/\ud800")


LABEL = st.from_regex(r"[a-z][a-z0-9]{2,6}", fullmatch=True).filter(lambda label: label not in {"amp", "www", "mobile"})
SEGMENT = st.from_regex(r"[A-Za-z0-9_~-]{1,8}", fullmatch=True).filter(lambda text: text.lower() != "amp")
PAIR = st.from_regex(r"[b-e]{1,2}=[0-9a-z]{0,3}", fullmatch=True)


@settings(deadline=None)  # a busy machine makes an example late
@given(
    site=st.lists(LABEL, min_size=2, max_size=3),
    segments=st.lists(SEGMENT, min_size=1, max_size=3),
    pairs=st.lists(PAIR, max_size=2),
    scheme=st.sampled_from(["http", "https", "HTTPS"]),
    view=st.sampled_from(["", "www.", "m.", "mobile.", "amp."]),
    start=st.sampled_from(["", "/amp", "/.", "/x/.."]),
    end=st.sampled_from(["", "/", "/amp", "/amp/", "/index.html", "/index.php", ".amp"]),
    noise=st.sampled_from(["", "utm_source=x", "amp", "amp=1", "outputType=amp", "fbclid=1"]),
    fragment=st.sampled_from(["", "#", "#top"]),
)
def test_whatever_is_varied_between_twins_the_key_stays(  # noqa: PLR0913 - one argument for each kind of variation
    *,
    site: list[str],
    segments: list[str],
    pairs: list[str],
    scheme: str,
    view: str,
    start: str,
    end: str,
    noise: str,
    fragment: str,
) -> None:
    host, path = ".".join(site), "/".join(segments)
    plain = f"https://{host}/{path}" + (f"?{'&'.join(pairs)}" if pairs else "")
    query = "&".join([*pairs, *([noise] if noise else [])])
    twin = f"{scheme}://{view}{host}{start}/{path}{end}{'?' if query else ''}{query}{fragment}"
    assert twin_key(twin) == twin_key(plain)


@settings(deadline=None)  # a busy machine makes an example late
@given(
    st.text(alphabet="abwm.AMP/?#[]@&=%.:_-~ 012\u00e9\u0130\u3002", max_size=50).map(lambda tail: f"http://h.ex{tail}")
)
def test_the_key_is_that_of_the_canonical_form_and_a_fixed_point(url: str) -> None:
    assert twin_key(canonical_url(url)) == twin_key(url)
    assert twin_key(twin_key(url)) == twin_key(url)


@settings(deadline=None)  # a busy machine makes an example late
@given(st.text(max_size=80), st.sampled_from(["", "http://", "https://www.google.com/amp/s/", "https://a.b/"]))
def test_any_text_has_a_key(text: str, start: str) -> None:
    assert len(article_key(start + text)) == 24
