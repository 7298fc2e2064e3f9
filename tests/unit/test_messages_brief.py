"""A digest in a line for each story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import brief
from monitor.messages.pages import compose
from monitor.messages.widths import width
from monitor.records import Item
from tests.factories import make_digest, make_item

URL = "https://harborwire.example/1"


def line(item: Item) -> str:
    """Return the line of that story."""
    (only,) = brief.write(compose(make_digest(items=(item,))))
    return only


def test_a_line_has_tag_headline_publishers_and_address() -> None:
    assert line(make_item(0, headline="Reserve bill clears committee", url=URL)) == (
        f"Major: Reserve bill clears committee (4 independent publishers, 4 articles) {URL}"
    )
    assert line(make_item(2)).startswith("New: Hong Kong opens")


@pytest.mark.parametrize("stories", [0, 1, 2, 60])
def test_there_is_a_line_for_each_story(stories: int) -> None:
    digest = make_digest(stories)
    lines = brief.write(compose(digest))
    assert [one.split()[-1] for one in lines] == [item.url for item in digest.items]
    assert all(width(one) <= brief.LINE for one in lines)


def test_a_story_without_an_address_has_none() -> None:
    assert line(make_item(2, url="javascript:alert(1)")).endswith("articles)")


def test_a_long_headline_makes_room_for_the_address() -> None:
    url = "https://a.example/" + "x" * 150
    written = line(make_item(headline="word " * 100, url=url))
    assert written.endswith(f" {url}")
    assert "word… (4 independent publishers" in written
    assert width(written) <= brief.LINE


def test_a_long_address_is_never_cut() -> None:
    url = "https://a.example/" + "x" * 900
    assert line(make_item(url=url)).endswith(f" {url}")


@pytest.mark.parametrize(
    "headline", ["@everyone", "<!channel>", "<@123>", "[SEC.gov](https://evil.example)", "mail ana@example.org"]
)
def test_a_headline_mentions_nobody_and_masks_no_link(headline: str) -> None:
    written = line(make_item(headline=headline))
    assert not set(written) & set("@<>")
    assert "](" not in written


def test_an_address_keeps_its_at_sign_unless_it_calls_everybody() -> None:
    assert line(make_item(url="https://a.example/@ana/1")).endswith(" https://a.example/@ana/1")
    assert line(make_item(url="https://a.example/@Everyone/1")).endswith(" https://a.example/%40Everyone/1")


@given(st.text(max_size=500), st.integers(0, 400))
def test_a_line_is_one_line_and_fits(headline: str, length: int) -> None:
    url = "https://a.example/" + "x" * length
    written = line(make_item(headline=headline, url=url))
    assert written.splitlines() == [written]
    assert written.endswith(f" {url}")
    assert width(written) <= max(brief.LINE, len(url) + 130)
