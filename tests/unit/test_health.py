"""How a feed is, is decided by a few rules, and shown in words that fit a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.cli.health import facts, judged, table
from monitor.cli.printing import json_line
from monitor.pipeline.health import Condition, State, condition_of, every, span
from monitor.pipeline.rhythm import HALF_LIFE
from monitor.records import Failing, Feed, FeedHealth, FeedState, HostRest, Move, Rhythm

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rhythm(gap: timedelta, silence: timedelta) -> Rhythm:
    """Return the rhythm of a feed that brought something each `gap` until a while ago."""
    return Rhythm(count=1 / (1 - 2 ** -(gap / HALF_LIFE)), at=NOW - silence, new_at=NOW - silence)


def health(feed_id: str = "f", url: str = "https://f.example/feed", **more: Any) -> FeedHealth:
    counts = {
        name: more.pop(name) for name in ("answered", "unchanged", "repeated", "articles", "teasers") if name in more
    }
    entries = more.pop("entries", 0)
    state = FeedState(feed_id=feed_id, **{"last_ok_at": NOW, **more})
    feed = Feed(id=feed_id, name=feed_id.title(), url=url, publisher="P")
    return FeedHealth(feed=feed, state=state, entries=entries, last_entry_at=None, polls=9, **counts)


def failing(since: timedelta, **more: Any) -> Failing:
    said = {"count": 4, "since": NOW - since, "reason": "http-404", "message": "the server answered 404 (Not Found)"}
    return Failing(**{**said, **more})


def judge(**more: Any) -> Condition:
    return condition_of(health(**more), NOW)


def test_a_feed_that_was_never_asked_is_new() -> None:
    assert judge(last_ok_at=None).state is State.NEW


def test_a_feed_that_answers_in_its_rhythm_is_ok_and_needs_no_reason() -> None:
    found = judge(rhythm=rhythm(3 * HOUR, 10 * HOUR))
    assert (found.state, found.reason, found.silence) == (State.OK, "", 10 * HOUR)
    assert found.gap is not None
    assert every(found.gap) == "every 3 h"


@pytest.mark.parametrize(
    ("gap", "silence", "state"),
    [
        (1 * HOUR, 23 * HOUR, State.OK),  # a day is nothing to speak of
        (1 * HOUR, 25 * HOUR, State.QUIET),
        (2 * DAY, 11 * DAY, State.OK),
        (2 * DAY, 13 * DAY, State.QUIET),
        (3 * HOUR, 90 * DAY, State.QUIET),  # a long silence must not pass for the new rhythm
    ],
)
def test_a_feed_is_quiet_when_it_is_silent_for_much_longer_than_usual(
    gap: timedelta, silence: timedelta, state: State
) -> None:
    assert judge(rhythm=rhythm(gap, silence)).state is state


def test_a_quiet_feed_says_how_long_and_what_is_usual() -> None:
    assert judge(rhythm=rhythm(2 * DAY, 13 * DAY)).reason == "quiet for 13 days, usually every 2 days"


def test_a_feed_that_nobody_asked_for_long_is_not_called_quiet() -> None:
    found = judge(rhythm=rhythm(3 * HOUR, 90 * DAY), last_ok_at=NOW - 90 * DAY + HOUR)
    assert (found.state, found.silence) == (State.OK, HOUR)


def test_a_feed_of_unknown_rhythm_is_never_quiet() -> None:
    assert judge(rhythm=Rhythm()).state is State.OK


def test_a_failing_feed_says_how_often_since_when_and_why() -> None:
    found = judge(failing=failing(2 * HOUR))
    assert found.state is State.FAILING
    assert found.reason == "failed 4 times since 22 Nov 06:00: the server answered 404 (Not Found)"
    assert judge(failing=failing(HOUR, count=1, message="")).reason == "failed once on 22 Nov 07:00: http-404"


def test_a_feed_that_fails_for_a_day_or_was_named_is_dead() -> None:
    assert judge(failing=failing(23 * HOUR)).state is State.FAILING
    assert judge(failing=failing(24 * HOUR)).state is State.DEAD
    assert judge(failing=failing(HOUR, named=True)).state is State.DEAD
    assert judge(failing=failing(9 * DAY, count=1)).state is State.FAILING
    assert judge(failing=Failing(named=True)).state is State.OK


def test_what_is_worst_is_said() -> None:
    rest = HostRest(host="f.example", until=NOW + HOUR, times=1, reason="http-429")
    silent = rhythm(HOUR, 30 * DAY)
    assert judge(failing=failing(3 * DAY), retired_at=NOW - DAY).state is State.RETIRED
    assert condition_of(health(failing=failing(3 * DAY)), NOW, rest).state is State.DEAD
    found = condition_of(health(failing=failing(HOUR), rhythm=silent), NOW, rest)
    assert (found.state, found.reason) == (State.RESTING, "its host asked for a pause until 22 Nov 09:00")
    assert condition_of(health(rhythm=silent), NOW + 2 * HOUR, rest).state is State.QUIET
    assert judge(failing=failing(HOUR), rhythm=silent).state is State.FAILING


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=5), "1 min"),
        (timedelta(minutes=89), "89 min"),
        (timedelta(minutes=91), "2 h"),
        (35 * HOUR, "35 h"),
        (37 * HOUR, "2 days"),
        (9 * DAY, "9 days"),
    ],
)
def test_lengths_of_time_are_said_in_the_unit_that_fits(time: timedelta, words: str) -> None:
    assert span(time) == words


def test_rhythms_are_said_as_people_do() -> None:
    assert [every(gap) for gap in (20 * timedelta(minutes=1), DAY, 7 * DAY)] == [
        "every 20 min",
        "about daily",
        "about weekly",
    ]


LONG_ID = "a-feed-with-an-id-that-is-much-longer-than-all-of-the-others"
MANY = [
    health("harbour-board", rhythm=rhythm(3 * HOUR, HOUR), answered=672, unchanged=640, entries=1240, repeated=31,
           articles=1200, teasers=12, next_at=NOW + timedelta(minutes=8)),
    health("ministry", failing=failing(3 * DAY, message="x" * 30 + " and a long sentence about what went wrong " * 3),
           last_ok_at=NOW - 3 * DAY, next_at=NOW - HOUR),
    health(LONG_ID, rhythm=rhythm(2 * DAY, 13 * DAY), entries=12, articles=12, teasers=12, answered=90, unchanged=90),
    health("moved", move=Move(url="https://new.example/feed", since=NOW - DAY, seen=2), distrusted=True),
    health("slow", url="https://slow.example/feed"),
    health("fresh", last_ok_at=None),
    health("gone", retired_at=NOW - 20 * DAY, next_at=NOW + 9 * DAY),
]  # fmt: skip
RESTS = {"slow.example": HostRest(host="slow.example", until=NOW + HOUR, times=2, reason="http-429")}


def test_the_worst_come_first_and_those_alike_by_id() -> None:
    rows = judged([*MANY, health("another")], RESTS, NOW)
    assert [row.health.feed.id for row in rows] == [
        "ministry", "gone", "slow", LONG_ID, "fresh", "another", "harbour-board", "moved",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = [line for line, _ in table(judged(MANY, RESTS, NOW), NOW, width)]
    assert max(len(line) for line in lines if not line.startswith(LONG_ID)) <= width


def test_the_more_room_the_more_is_shown_and_the_reason_always() -> None:
    narrow, wide = ("\n".join(line for line, _ in table(judged(MANY, RESTS, NOW), NOW, width)) for width in (80, 200))
    assert "teasers" in wide.splitlines()[0]
    assert "teasers" not in narrow.splitlines()[0]
    for shown in (narrow, wide):
        assert "quiet for 13 days, usually every 2 days" in shown
        assert "failed 4 times since 19 Nov 08:00" in shown
        assert "says that it moved to https://new.example/feed (seen 2 times so far)" in shown
        assert shown.splitlines()[-1] == "7 feeds: 2 ok, 1 new, 1 quiet, 1 resting, 1 retired, 1 dead"
    harbour = next(line for line in wide.splitlines() if line.startswith("harbour-board"))
    said = "harbour-board ok 1 min ago 60 min ago every 3 h in 8 min 95% 2% 1% 1,240"
    assert " ".join(harbour.split()) == said


def test_what_a_server_said_cannot_steer_the_terminal() -> None:
    evil = health(failing=failing(HOUR, message="\x1b[2J\r\nfine\u202e"))
    shown = "\n".join(line for line, _ in table(judged([evil], {}, NOW), NOW, 80))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[2J fine" in shown


def test_facts_have_names_that_stay_iso_times_and_null_for_what_is_unknown() -> None:
    rows = {row.health.feed.id: json.loads(json_line(facts(row))) for row in judged(MANY, RESTS, NOW)}
    assert {tuple(row) for row in rows.values()} == {tuple(rows["fresh"])}
    assert rows["fresh"]["last_ok_at"] is None
    assert rows["fresh"]["rhythm_seconds"] is None
    assert rows["fresh"]["unchanged_share"] is None
    assert rows["harbour-board"]["rhythm_seconds"] == pytest.approx(3 * 3600, rel=0.02)
    assert rows["harbour-board"]["unchanged_share"] == pytest.approx(640 / 672, abs=1e-4)
    assert rows["harbour-board"]["teaser_share"] == 0.01
    assert rows["ministry"]["failing_since"] == "2026-11-19T08:00:00+00:00"
    assert rows["slow"]["host_rests_until"] == "2026-11-22T09:00:00+00:00"
    assert rows["moved"]["moved_to"] == "https://new.example/feed"
    assert rows["moved"]["moved_adopted"] is False
