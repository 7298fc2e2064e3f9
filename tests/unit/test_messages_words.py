"""Plurals, shares and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.messages import words
from monitor.records import Coverage, Kind
from tests.factories import NOW, SINCE, make_item, make_matched

BERLIN = ZoneInfo("Europe/Berlin")


def test_counts_name_only_what_there_is() -> None:
    new, update = make_item(2, kind=Kind.NEW), make_item(2, kind=Kind.UPDATE)
    assert words.counts((new, new, update)) == "2 new stories, 1 update"
    assert words.counts((new,)) == "1 new story"
    assert words.counts((update, update)) == "2 updates"
    assert words.counts((replace(new, major=True), new, replace(update, major=True))) == "2 major stories, 1 new story"
    assert words.counts(()) == "nothing new"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.29, "29 %"), (0.286, "29 %"), (0.999, "99 %"), (1.0, "100 %"), (0.001, "1 %"), (0.0, "0 %")],
)
def test_shares_are_rounded_and_certain_only_when_they_are(share: float, shown: str) -> None:
    assert words.percent(share) == shown


def test_a_cold_topic_has_no_percentage() -> None:
    assert words.strength(make_matched(probability=None)) == "cold topic"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW - timedelta(hours=1), "06:00"),
        (NOW - timedelta(hours=8), "Mon 23:00"),
        (NOW - timedelta(days=6), "Wed 07:00"),
        (NOW - timedelta(days=7), "17 Nov 07:00"),
        (NOW - timedelta(days=400), "20 Oct 2025"),
        (NOW + timedelta(days=1), "25 Nov 07:00"),
        (datetime.max.replace(tzinfo=UTC), "31 Dec 9999"),
    ],
)
def test_a_moment_is_as_short_as_the_reader_needs(at: datetime, shown: str) -> None:
    assert words.moment(at, NOW, BERLIN) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW + timedelta(hours=11), "today 18:00"),
        (NOW + timedelta(days=1), "Wed 07:00"),
        (NOW + timedelta(days=6), "Mon 07:00"),
        (NOW + timedelta(days=7), "1 Dec 07:00"),
        (NOW + timedelta(days=40), "3 Jan 2027"),
        (NOW - timedelta(days=1), "Mon 07:00"),
        (datetime.max.replace(tzinfo=UTC), "31 Dec 9999"),
    ],
)
def test_a_time_to_come_is_named_by_its_day_for_a_week(at: datetime, shown: str) -> None:
    assert words.ahead(at, NOW, BERLIN) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B", "C", "D", "E"], "A, B, C and 2 more"),
    ],
)
def test_names_are_listed_as_in_a_sentence_and_the_rest_is_counted(names: list[str], shown: str) -> None:
    assert words.listed(names, 3) == shown


def test_a_strip_of_hours_is_explained_unless_it_is_empty() -> None:
    assert words.hours((0,) * 22 + (3, 1)) == "Articles per hour over the last 24 hours, peak 3"
    assert words.hours((0,) * 24) == words.hours(()) == ""


def test_a_day_is_told_in_the_readers_zone() -> None:
    assert words.day(NOW, BERLIN) == "Tuesday 24 November 2026, 07:00 CET"
    assert words.day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), BERLIN) == "Thursday 2 July 2026, 00:30 CEST"
    assert words.day(NOW, ZoneInfo("America/Sao_Paulo")) == "Tuesday 24 November 2026, 03:00 UTC-03"
    assert words.day(NOW, ZoneInfo("Asia/Kathmandu")) == "Tuesday 24 November 2026, 11:45 UTC+05:45"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "a\x00b"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert words.zone_of(name) is UTC


def test_coverage_says_what_was_read_and_who_answered() -> None:
    found = Coverage(feeds=1044, feeds_answering=1041, articles=1, since=SINCE)
    assert words.coverage(found, NOW, BERLIN) == "from 1 article since Mon 07:00; 1,041 of 1,044 feeds answered"
    nothing = Coverage(feeds=0, feeds_answering=0, articles=0, since=None)
    assert words.coverage(nothing, NOW, BERLIN) == "from 0 articles"
