"""The form under which an article is always the same."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import canonical_url
from monitor.feeds.urls import absolute_link, usable_link


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://A.Example/Path?b=2&a=1", "https://a.example/Path?b=2&a=1"),
        ("HTTPS://a.b/x", "https://a.b/x"),
        ("https://a.b:443/x", "https://a.b/x"),
        ("http://a.b:80/x", "http://a.b/x"),
        ("http://a.b:8080/x", "http://a.b:8080/x"),
        ("https://a.b/x#part", "https://a.b/x"),
        ("https://a.b/x?utm_source=a&utm_medium=b&id=3", "https://a.b/x?id=3"),
        ("https://a.b/x?fbclid=1", "https://a.b/x"),
        ("https://a.b/x?at_medium=RSS&at_campaign=rss", "https://a.b/x"),
        ("https://a.b/x?mc_cid=1&gclid=2&UTM_Source=3&q=%C3%A9&q=", "https://a.b/x?q=%C3%A9&q="),
        ("https://a.b/x?source=rss", "https://a.b/x"),
        ("https://a.b/x?source=agency", "https://a.b/x?source=agency"),
        ("https://a.b/x?ref=1234", "https://a.b/x?ref=1234"),
        ("https://a.b/?p=12&feed=rss2", "https://a.b/?p=12&feed=rss2"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("https://b\u00fccher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://\uff45xample.org\u3002/x", "https://example.org./x"),
        ("https://\u0430pple.example/", "https://xn--pple-43d.example/"),
        ("https://a\u200db.example/", "https://a\u200db.example/"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("http://[::1/", "http://[::1/"),
        ("not a url", "not a url"),
    ],
)
def test_tracking_fragment_and_default_port_go_and_the_rest_stays(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@settings(deadline=None)  # a busy machine makes an example late
@given(st.text(alphabet="abcAB:/?#[]@&=%._-~ 019\u00e9\u0130", max_size=40).map(lambda tail: f"http://h.example{tail}"))
def test_canonical_form_is_a_fixed_point(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@settings(deadline=None)  # a busy machine makes an example late
@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a.b/", "//", "javascript:", "http://a.b?"]))
def test_usable_link_is_http_or_nothing_and_holds_nothing_that_ends_a_link(text: str, start: str) -> None:
    link = usable_link(start + text, "https://base.example/x")
    assert link is None or link.startswith(("http://", "https://"))
    assert link is None or not set(link) & set(' <>"\\|`\r\n\t\x00\u202e')


def test_link_without_scheme_gets_one() -> None:
    assert usable_link("www.a.example/x", "https://base.example/") == "https://www.a.example/x"


def test_line_breaks_inside_a_link_are_removed() -> None:
    assert usable_link(" https://a.example/lo\n ng path ") == "https://a.example/lo%20ng%20path"


# Names in other scripts


@pytest.mark.parametrize(
    ("link", "usable"),
    [
        ("https://b\u00dccher.example/\u00fc", "https://xn--bcher-kva.example/\u00fc"),
        ("https://\u4f8b\u3048.example:8443/", "https://xn--r8jz45g.example:8443/"),
        ("https://\u0440\u0430ypal.example/", "https://xn--ypal-43d9g.example/"),
        ("https://\uff4e\uff45\uff57\uff53.example/", "https://news.example/"),
    ],
)
def test_a_host_in_another_script_becomes_ascii_so_that_a_look_alike_shows(link: str, usable: str) -> None:
    assert usable_link(link) == usable


@pytest.mark.parametrize(
    "link",
    [
        "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
        "http://\uff12\uff11\uff13\uff10\uff17\uff10\uff16\uff14\uff13\uff13/",
        "http://\uff10\uff5817\uff10\uff10\uff10\uff10\uff10\uff11/",
        "http://a\u2024b\u2100.example/",
        "http://-\u00fc-.example/",
        "http://" + "\u00fc" * 64 + ".example/",
        "http://" + "\u00fc." * 5_000 + "example/",
        "http://ev\u0660il.ex\u06f0mple/",
        "http://ex%61mple.org/",
        "http://" + "a." * 150 + "example/",
    ],
)
def test_a_host_that_is_none_or_hides_an_address_is_refused(link: str) -> None:
    assert usable_link(link) is None


@settings(deadline=None)  # a busy machine makes an example late
@given(st.text(alphabet="abx-.\u00fc\u00df\u0130\u3002\uff0e\u0660\u06f0\u2460\u200d\u0627\u05d0:", max_size=30))
def test_a_usable_host_is_ascii(host: str) -> None:
    link = usable_link(f"https://{host}/x")
    assert link is None or link.isascii()
    assert link is None or usable_link(link) == link


# Links in the links of others

TARGET = "https://news.example/a?id=1&page=2"
ESCAPED = "https%3A%2F%2Fnews.example%2Fa%3Fid%3D1%26page%3D2"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&usg=x",
        f"https://www.google.co.uk/url?q={ESCAPED}&sa=D",
        f"http://google.com.au/url?q=else&url={ESCAPED}",
        f"https://news.google.com/news/url?sa=t&url={ESCAPED}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={ESCAPED}&c=1",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=AT0",
        f"https://lm.facebook.com/l.php?u={ESCAPED}",
        f"https://r.search.yahoo.com/_ylt=A0/RV=2/RE=1/RO=10/RU={ESCAPED}/RK=2/RS=x-",
        f"https://out.reddit.com/t3_abc?url={ESCAPED}&token=x",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=05",
        f"https://www.google.com/url?url={ESCAPED.replace('%26', '%26utm_source%3Dalert%26')}",
    ],
)
def test_a_wrapped_link_is_opened(link: str) -> None:
    assert usable_link(link) == TARGET


def test_wrappers_are_opened_twice_and_no_deeper() -> None:
    def wrap(link: str) -> str:
        return f"https://www.google.com/url?q={quote(link, safe='')}"

    assert usable_link(wrap(wrap(TARGET))) == TARGET
    assert usable_link(wrap(wrap(wrap(TARGET)))) == wrap(TARGET)


@pytest.mark.parametrize(
    "inner",
    ["javascript:alert(1)", "file:///etc/passwd", "//news.example/", "/a", "", "http://u:p@a.example/", "http://[::1/"],
)
def test_a_wrapper_around_something_unusable_stays_closed(inner: str) -> None:
    link = f"https://www.google.com/url?q={quote(inner, safe='')}"
    assert usable_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/search?q=https%3A%2F%2Fa.example%2F",
        "https://google.evil.example/url?q=https%3A%2F%2Fa.example%2F",
        "https://notgoogle.com/url?q=https%3A%2F%2Fa.example%2F",
        "https://news.example/url?url=https%3A%2F%2Fa.example%2F",
        "https://www.bing.com/search?url=https%3A%2F%2Fa.example%2F",
    ],
)
def test_other_links_are_left_alone(link: str) -> None:
    assert usable_link(link) == link


def test_a_plus_in_a_wrapped_link_stays_a_plus() -> None:
    assert usable_link("https://www.google.com/url?q=https://a.example/%3Fq%3Da+b") == "https://a.example/?q=a+b"


def test_a_long_wrapper_around_a_short_link_is_opened() -> None:
    assert usable_link(f"https://x.safelinks.protection.outlook.com/?url={ESCAPED}&data={'x' * 4_000}") == TARGET


def test_an_absolute_link_keeps_what_an_address_may_need() -> None:
    assert absolute_link("/feed?source=rss&utm_source=x#top", "https://a.example/") == (
        "https://a.example/feed?source=rss&utm_source=x"
    )
