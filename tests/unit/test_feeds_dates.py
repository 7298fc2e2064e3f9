"""Dates of entries: what is believed, what is not, and what is said about it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import dates, parse
from monitor.records import Entry

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def read(*items: str) -> tuple[Entry, ...]:
    body = "".join(f"<item><title>T{number}</title>{item}</item>" for number, item in enumerate(items))
    document = f'<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>{body}</channel></rss>'
    return parse(document.encode(), url="https://news.example/feed", feed_id="news", now=NOW).entries


def written(moment: datetime) -> str:
    return f"<pubDate>{moment.strftime('%d %b %Y %H:%M:%S GMT')}</pubDate>"


@pytest.mark.parametrize(
    ("text", "published", "note"),
    [
        ("Sat, 21 Nov 2026 12:00:00 GMT", NOON, ""),
        ("Sat, 21 Nov 2026 12:00:00 +9999", datetime(2026, 11, 17, 7, 21, tzinfo=UTC), ""),
        ("Sat, 21 Nov 2026 12:00:00 IST", NOON, ""),
        ("2026-11-21T12:00:00", NOON, ""),
        ("Sun, 22 Nov 2026 12:00:00 GMT", NOW, ""),
        ("Sun, 22 Nov 2026 12:00:01 GMT", NOW, "future"),
        ("Mon, 23 Nov 2026 12:00:00 GMT", NOW, "future"),
        ("Mon, 23 Nov 2026 12:00:01 GMT", None, "future"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", None, "future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, "ancient"),
        ("1795-01-01T00:00:00Z", None, "ancient"),
        ("Mon, 21 Nov 2016 11:59:59 GMT", None, "ancient"),
        ("Mon, 21 Nov 2016 12:00:00 GMT", datetime(2016, 11, 21, 12, tzinfo=UTC), ""),
        ("0001-01-01T00:00:00+14:00", None, "unreadable"),
        ("0000-00-00T00:00:00Z", None, "unreadable"),
        ("-0001-01-01T00:00:00Z", None, "ancient"),
        ("So, 22 Nov", None, "unreadable"),
        ("21/11/2026", None, "unreadable"),
        ("1764028800", None, "unreadable"),
        ("1764028800000", None, "unreadable"),
        ("30 Feb 2026 10:00:00 GMT", None, "unreadable"),
        ("::::" * 5_000, None, "unreadable"),
        ("1" * 50_000, None, "unreadable"),
        ("yesterday", None, "unreadable"),
        ("", None, ""),
    ],
)
def test_each_date_is_believed_or_noted(text: str, published: datetime | None, note: str) -> None:
    (entry,) = read(f"<pubDate>{text}</pubDate>")
    assert (entry.published, entry.date_note) == (published, note)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "99999-01-01", "2026-11-22T99:99:99Z"])
def test_a_date_that_no_clock_shows_is_left_out_with_a_note(text: str) -> None:
    (entry,) = read(f"<pubDate>{text}</pubDate>")
    assert entry.published is None
    assert entry.date_note in {"unreadable", "future"}


def test_an_entry_without_a_date_has_nothing_to_note() -> None:
    (entry,) = read("")
    assert (entry.published, entry.updated, entry.date_note) == (None, None, "")


def test_an_unreadable_date_beside_a_readable_one_is_not_noted() -> None:
    (entry,) = read(
        "<pubDate>soon</pubDate><a:updated xmlns:a='http://www.w3.org/2005/Atom'>2026-11-21T12:00Z</a:updated>"
    )
    assert (entry.published, entry.updated, entry.date_note) == (NOON, NOON, "")


@pytest.mark.parametrize(
    ("value", "note"), [("soon", "unreadable"), (1764028800, "unreadable"), ("2099-01-01", "future")]
)
def test_json_feeds_have_their_dates_judged_too(value: object, note: str) -> None:
    document = {"version": "https://jsonfeed.org/version/1", "items": [{"title": "A", "date_published": value}]}
    (entry,) = parse(json.dumps(document).encode(), url="https://a.example/", feed_id="a", now=NOW).entries
    assert (entry.published, entry.date_note) == (None, note)


# Dates made up when the feed is asked for


def test_dates_that_are_all_now_are_not_believed() -> None:
    offsets = (-120, -30, 0, 5, 120)
    entries = read(*(written(NOW + timedelta(seconds=offset)) for offset in offsets), "")
    assert [entry.date_note for entry in entries] == ["made-up"] * 5 + [""]
    assert all(entry.published is None and entry.updated is None for entry in entries)


@pytest.mark.parametrize(
    "offsets",
    [
        (0, 0, 0, 0),
        (0, 0, 0, 0, -121),
        (0, 0, 0, 0, -86_400),
        (7_200, 7_200, 7_200, 7_200, 7_200),
        (0, 0, 0, 0, 10**9),
    ],
)
def test_dates_of_which_one_is_another_or_that_are_few_are_believed(offsets: tuple[int, ...]) -> None:
    entries = read(*(written(NOW + timedelta(seconds=offset)) for offset in offsets))
    assert "made-up" not in {entry.date_note for entry in entries}
    assert entries[0].published == NOW


# No date raises, and none takes long


@settings(deadline=None)  # the first example loads the parser, and the machine may be busy
@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = dates.from_text(text)
    assert moment is None or moment.tzinfo is UTC


@settings(deadline=None)  # the first example loads the parser, and the machine may be busy
@given(st.text(alphabet="0123456789:-+TZ., JanFebMoGMTWSuth/", min_size=1, max_size=40))
def test_a_document_survives_any_date(text: str) -> None:
    (entry,) = read(f"<pubDate>{text}</pubDate>")
    assert entry.published is None or NOW - dates.OLDEST <= entry.published <= NOW


@settings(deadline=None)  # the first example loads the parser, and the machine may be busy
@given(st.integers(-(10**6), 10**6), st.integers(-100, 100), st.integers(-100, 100), st.integers(-(10**5), 10**5))
def test_any_tuple_is_a_date_or_none(year: int, month: int, day: int, hour: int) -> None:
    moment = dates.from_tuple(time.struct_time((year, month, day, hour, 0, 0, 0, 1, 0)))
    assert moment is None or moment.tzinfo is UTC
