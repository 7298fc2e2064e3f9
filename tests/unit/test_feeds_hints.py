"""When a feed's own document wants to be asked again."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import hints, parse
from monitor.records import Hints

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SY = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"


def read(document: str | bytes) -> Hints:
    data = document.encode() if isinstance(document, str) else document
    return parse(data, url="https://news.example/feed", feed_id="news", now=NOW).hints


def rss(head: str = "", items: str = "<item><title>A</title></item>", attributes: str = SY) -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel><title>N</title>{head}{items}</channel></rss>'
    )


def updates(period: str, frequency: str | None = None) -> str:
    often = "" if frequency is None else f"<sy:updateFrequency>{frequency}</sy:updateFrequency>"
    return rss(f"<sy:updatePeriod>{period}</sy:updatePeriod>{often}")


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_feed_that_says_nothing_has_no_hints() -> None:
    assert read(rss()) == Hints()


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("60", HOUR),
        (" 15\n", HOUR / 4),
        ("90.5", timedelta(minutes=90.5)),
        ("0", timedelta()),
        ("-5", timedelta()),
        ("an hour", timedelta()),
        ("", timedelta()),
        ("1e9", timedelta()),
        ("nan", timedelta()),
        ("inf", timedelta()),
        ("\u0661\u0662", timedelta()),
        ("99999999999", timedelta(days=366)),
        ("9" * 50_000, timedelta(days=366)),
    ],
)
def test_ttl_is_in_minutes(written: str, wait: timedelta) -> None:
    assert read(rss(f"<ttl>{written}</ttl>")).wait == wait


def test_ttl_is_read_wherever_it_stands_in_the_channel() -> None:
    assert read(rss(items="<item><title>A</title></item><ttl>60</ttl>")).wait == HOUR


@pytest.mark.parametrize(
    ("period", "wait"),
    [
        ("hourly", HOUR),
        ("\n\tDaily ", DAY),
        ("weekly", 7 * DAY),
        ("monthly", 30 * DAY),
        ("yearly", 365 * DAY),
        ("dayly", DAY),
        ("daly", DAY),
        ("houly", HOUR),
        ("weekley", 7 * DAY),
        ("month", 30 * DAY),
        ("always", timedelta()),
        ("never", timedelta()),
        ("", timedelta()),
        ("x" * 100_000, timedelta()),
    ],
)
def test_update_period_is_a_word_even_when_misspelt(period: str, wait: timedelta) -> None:
    assert read(updates(period)).wait == wait


@pytest.mark.parametrize(
    ("frequency", "wait"),
    [
        ("1", DAY),
        ("2", DAY / 2),
        ("0.1", 10 * DAY),
        ("24", HOUR),
        ("0", DAY),
        ("-2", DAY),
        ("often", DAY),
        ("", DAY),
        ("0.000000000001", timedelta(days=366)),
        ("9" * 5_000, timedelta()),
    ],
)
def test_update_frequency_divides_the_period(frequency: str, wait: timedelta) -> None:
    assert read(updates("daily", frequency)).wait == wait


def test_a_frequency_without_a_period_says_nothing() -> None:
    assert read(rss("<sy:updateFrequency>1</sy:updateFrequency>")).wait == timedelta()


def test_the_longer_wait_counts() -> None:
    period = "<sy:updatePeriod>hourly</sy:updatePeriod>"
    assert read(rss(f"<ttl>5</ttl>{period}")).wait == HOUR
    assert read(rss(f"<ttl>180</ttl>{period}")).wait == 3 * HOUR


def test_another_prefix_for_the_namespace_is_understood() -> None:
    document = updates("daily").replace("sy:", "syn:").replace("xmlns:sy", "xmlns:syn")
    assert read(document).wait == DAY


def test_rdf_says_it_in_its_channel() -> None:
    document = (
        f"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {SY}>"
        "<channel><title>N</title><sy:updatePeriod>daily</sy:updatePeriod><items/></channel>"
        "<item><title>A</title></item></rdf:RDF>"
    )
    assert read(document) == Hints(wait=DAY)


# Hours and days


def hours(*values: object) -> str:
    return f"<skipHours>{''.join(f'<hour>{value}</hour>' for value in values)}</skipHours>"


def days(*values: str) -> str:
    return f"<skipDays>{''.join(f'<day>{value}</day>' for value in values)}</skipDays>"


@pytest.mark.parametrize(
    ("head", "skipped"),
    [
        (hours(0, 1, 23), {0, 1, 23}),
        (hours(24, 1), {0, 1}),
        (hours(" 02 ", "\n3\n"), {2, 3}),
        (hours(25, -1, "noon", "", "1.5", "\u0661"), set()),
        (hours(*range(24)), set()),
        (hours(*range(1, 25)), set()),
        (hours(*range(23)), set(range(23))),
        ("<SKIPHOURS><Hour>4</Hour></SKIPHOURS>", {4}),
        ("<skipHours a='b'>\n <hour c='d'>5</hour><hour>6</skipHours>", {5, 6}),
        ("<skipHours><hours>7</hours></skipHours>", {7}),
        ("<!-- <skipHours><hour>1</hour></skipHours> -->" + hours(8), {8}),
        ("<description><![CDATA[<skipHours><hour>1</hour></skipHours>]]></description>", set()),
        ("<skipHours></skipHours><hour>9</hour>", set()),
        ("<hour>9</hour>", set()),
    ],
)
def test_skipped_hours(head: str, skipped: set[int]) -> None:
    assert read(rss(head)).skip_hours == skipped


@pytest.mark.parametrize(
    ("head", "skipped"),
    [
        (days("Saturday", "Sunday"), {5, 6}),
        (days(" monday ", "TUESDAY", "Wed"), {0, 1, 2}),
        (days("Sonntag", "", "S", "Saturdays"), set()),
        (days("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), set()),
    ],
)
def test_skipped_days(head: str, skipped: set[int]) -> None:
    assert read(rss(head)).skip_days == skipped


def test_hours_and_days_do_not_mix() -> None:
    assert read(rss(hours(3) + days("Sunday"))) == Hints(skip_hours=frozenset({3}), skip_days=frozenset({6}))
    assert read(rss(days("Sunday") + hours(3))) == Hints(skip_hours=frozenset({3}), skip_days=frozenset({6}))


def test_prefixed_elements_are_read() -> None:
    head = hours(3).replace("<", "<r:").replace("<r:/", "</r:")
    assert read(rss(head, attributes="xmlns:r='http://backend.userland.com/rss2'")).skip_hours == {3}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "utf-16-be"])
def test_hours_are_read_in_any_encoding(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else "utf-16" if encoding.startswith("utf-16") else encoding
    document = rss("<description>caf\u00e9</description>" + hours(3)).replace("?>", f' encoding="{declared}"?>')
    assert read(document.encode(encoding)).skip_hours == {3}


def test_hours_inside_an_item_are_not_the_channel_s() -> None:
    inside = f"<item><title>A</title>{hours(3)}</item>"
    assert read(rss(items=inside)).skip_hours == set()
    assert read(rss(items=inside + "<item><title>B</title></item>")).skip_hours == set()


@pytest.mark.parametrize("filler", [10, 70_000, 70_001])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_hours_may_stand_after_the_items(filler: int, encoding: str) -> None:
    items = f"<item><title>A</title><description>{'x' * filler}</description></item>" + hours(3)
    document = rss(items=items).replace("?>", f' encoding="{encoding}"?>')
    assert read(document.encode(encoding)).skip_hours == {3}


def test_only_the_edges_of_a_document_are_searched() -> None:
    assert read(rss(f"<description>{'x' * 70_000}</description>" + hours(3))).skip_hours == set()


def test_atom_has_no_hints() -> None:
    assert (
        read("<feed xmlns='http://www.w3.org/2005/Atom'><title>N</title><entry><title>A</title></entry></feed>")
        == Hints()
    )


@pytest.mark.parametrize(
    ("expired", "wait"), [(True, timedelta(days=7)), (False, timedelta()), ("true", timedelta()), (1, timedelta())]
)
def test_a_json_feed_rests_for_a_week_once_it_has_expired(expired: object, wait: timedelta) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", "expired": expired, "ttl": 60, "items": []}
    assert read(json.dumps(document)) == Hints(wait=wait)


@pytest.mark.parametrize(
    "flood",
    [
        "<!--" * 20_000,
        "<![CDATA[" * 10_000,
        "<skipHours " * 8_000,
        "<skipHours>" * 8_000,
        "<skipHours><hour>" + "<hour " * 10_000,
        "<a:" * 20_000,
        "<" + "a" * 65_000,
        "<skipHours>" + "<hour>1" * 9_000,
    ],
)
def test_a_hostile_head_is_searched_in_time(flood: str) -> None:
    started = time.process_time()
    hints.read(flood.encode(), "utf-8", ttl="", period="", frequency="")
    assert time.process_time() - started < 5


@settings(deadline=None)  # a busy machine makes an example late
@given(st.binary(max_size=300), st.sampled_from(["utf-8", "utf-16", "zip", "rot13", "x-unknown", "", "\0", "idna"]))
def test_any_bytes_give_hints_within_their_limits(document: bytes, encoding: str) -> None:
    found = hints.read(b"<skipHours><hour>3</hour>" + document, encoding, ttl="", period="", frequency="")
    assert found.skip_hours <= set(range(24))


@settings(deadline=None)  # a busy machine makes an example late
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_text_gives_a_wait_within_366_days(ttl: str, period: str, frequency: str) -> None:
    found = hints.read(b"", "utf-8", ttl=ttl, period=period, frequency=frequency)
    assert timedelta() <= found.wait <= timedelta(days=366)
