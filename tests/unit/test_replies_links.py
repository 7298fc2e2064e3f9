"""Links that readers follow: signed, short, the same for the same wish, and nothing else is ever taken for one."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.records import Wish
from monitor.replies.links import LONGEST_TOKEN, Links

LINKS = Links("https://news.example.org/watch", "a key of some length")
WISH = Wish(name="off-topic", person="ana-maria", subject="0123456789abcdef" * 2, topic="crypto-regulation")
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=60)
WISHES = st.builds(Wish, name=IDS, person=IDS, subject=IDS, topic=st.one_of(st.just(""), IDS))


@given(WISHES)
def test_a_link_leads_back_to_the_wish(wish: Wish) -> None:
    token = LINKS.token(wish)
    assert LINKS.read(token) == wish
    assert LINKS.url(wish) == f"https://news.example.org/watch/a/{token}"
    assert len(token) < LONGEST_TOKEN


def test_a_link_is_the_same_every_time_and_short_enough_for_a_line_of_text() -> None:
    url = LINKS.url(WISH)
    assert url == Links("https://news.example.org/watch/", "a key of some length").url(WISH)
    assert len(url.rpartition("/")[2]) < 160
    # Whoever changes how tokens are made ends all links that are out there, those to unsubscribe among them.
    assert Links("", "k" * 16).token(Wish(name="unsubscribe", person="ana", subject="crypto")) == (
        "tWWXR0VPOpSt8XpR-oVnjVsidW5zdWJzY3JpYmUiLCJhbmEiLCJjcnlwdG8iLCIiXQ"
    )


def test_a_link_ends_in_a_letter_or_figure_so_that_mail_programs_keep_it_whole() -> None:
    ends = {LINKS.token(Wish(name="mute", person="p" * size, subject="s"))[-1] for size in range(1, 60)}
    assert all(end.isalnum() for end in ends)


def test_without_an_address_or_a_key_there_are_no_links() -> None:
    assert Links("", "a key of some length").url(WISH) == ""
    assert Links("https://news.example.org", "").url(WISH) == ""
    assert Links("https://news.example.org", "").read(LINKS.token(WISH)) is None


@given(st.text(max_size=200))
@example("")
@example("AAAA")
@example("\udcff")
@example("=" * 8)
@example("a" * 100_000)
def test_garbage_is_no_wish(token: str) -> None:
    assert LINKS.read(token) is None


@given(st.binary(max_size=100))
@example(b"[" * 700)
def test_what_is_not_signed_is_no_wish(said: bytes) -> None:
    assert LINKS.read(urlsafe_b64encode(bytes(16) + said).decode().rstrip("=")) is None


@given(st.integers(0, 10_000), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_a_token_with_another_letter_never_says_something_else(place: int, letter: str) -> None:
    token = LINKS.token(WISH)
    at = place % len(token)
    assert LINKS.read(token[:at] + letter + token[at + 1 :]) in {None, WISH}
    assert LINKS.read(token[:at]) is None


def test_another_key_ends_all_links() -> None:
    assert Links(LINKS.address, "another key of some length").read(LINKS.token(WISH)) is None


@pytest.mark.parametrize("shown", [repr(LINKS), str(LINKS)])
def test_the_key_is_never_shown(shown: str) -> None:
    assert "a key" not in shown
