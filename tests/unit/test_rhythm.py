"""When a feed is asked next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, ParseError
from monitor.pipeline import rhythm
from monitor.records import Entry, Failing, Feed, FeedState, Hints, Move, Rhythm
from tests.pipelines import make_rules

NOW = datetime(2026, 3, 4, 10, 7, 30, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = make_rules((), poll_every=15 * MINUTE, poll_rest=2 * HOUR)
FEED = Feed(id="wire", name="Wire", url="https://wire.example/feed", publisher="Wire")
STATE = FeedState(feed_id="wire")


def entry(age: timedelta | None, key: str = "k") -> Entry:
    return Entry(feed_id="wire", key=key, url=None, title="t", published=None if age is None else NOW - age)


def entries(every: timedelta, count: int = 40) -> list[Entry]:
    return [entry(every * number, str(number)) for number in range(count)]


def wait(state: FeedState, headers: dict[str, str] | None = None, feed: Feed = FEED) -> timedelta:
    return rhythm.next_time(RULES, feed, state, headers or {}, NOW) - NOW


@pytest.mark.parametrize("every", [5 * MINUTE, HOUR, 6 * HOUR, DAY])
@pytest.mark.parametrize("count", [20, 200])
def test_a_steady_feed_s_gap_is_learned_from_its_first_document(every: timedelta, count: int) -> None:
    gap = rhythm.mean_gap(rhythm.heard(Rhythm(), entries(every, count), NOW - every / 2), NOW - every / 2)
    assert gap is not None
    assert every * 0.8 < gap < every * 1.2


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_quiet_feed_s_usual_gap_is_known_when_an_entry_comes(days: int) -> None:
    usual = rhythm.usual_gap(rhythm.heard(Rhythm(), entries(days * DAY), NOW))
    assert usual is not None
    assert 0.7 * min(days, 10) < usual / DAY < 1.3 * days


def test_a_busy_feed_is_asked_as_often_as_the_user_allows_and_a_quiet_one_rests() -> None:
    busy = replace(STATE, rhythm=rhythm.heard(Rhythm(), entries(5 * MINUTE), NOW))
    quiet = replace(STATE, rhythm=rhythm.heard(Rhythm(), entries(7 * DAY), NOW))
    between = replace(STATE, rhythm=rhythm.heard(Rhythm(), entries(2 * HOUR), NOW))
    assert wait(busy) == 14 * MINUTE
    assert 107 * MINUTE <= wait(quiet) <= 2 * HOUR
    assert wait(busy) < wait(between) < wait(quiet)


def test_nothing_is_known_before_the_first_answer_so_the_feed_is_asked_often() -> None:
    assert wait(STATE) == 14 * MINUTE


def test_a_feed_that_falls_silent_is_asked_less_and_one_that_wakes_up_more() -> None:
    was_busy = rhythm.heard(Rhythm(), entries(10 * MINUTE, 500), NOW - 20 * DAY)
    asleep = replace(STATE, rhythm=replace(was_busy, new_at=NOW - 20 * DAY))
    assert wait(asleep) > HOUR
    awake = rhythm.heard(asleep.rhythm, entries(5 * MINUTE, 50), NOW)
    assert wait(replace(STATE, rhythm=awake)) < HOUR
    assert awake.new_at == NOW


def test_a_silence_is_compared_with_the_rhythm_before_it() -> None:
    learned = rhythm.heard(Rhythm(), entries(DAY, 60), NOW)
    usual = rhythm.usual_gap(learned)
    later = rhythm.heard(learned, [entry(DAY * number) for number in range(60)], NOW + 20 * DAY)
    assert usual is not None
    assert rhythm.usual_gap(later) == pytest.approx(usual, rel=0.01)
    faded = rhythm.mean_gap(later, NOW + 20 * DAY)
    assert faded is not None
    assert faded > 20 * usual


def test_an_entry_that_shows_up_late_counts_although_it_is_older_than_the_last_poll() -> None:
    first = rhythm.heard(Rhythm(), [entry(3 * HOUR)], NOW)
    assert rhythm.heard(first, [entry(2 * HOUR), entry(3 * HOUR)], NOW + HOUR).count > first.count


def test_a_document_without_dates_counts_as_one_new_entry() -> None:
    first = rhythm.heard(Rhythm(), [entry(None)] * 5, NOW)
    then = rhythm.heard(first, [entry(None)] * 5, NOW)
    assert then.count == pytest.approx(first.count + 1)
    assert then.new_at == NOW


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "public, max-age=3600"}, HOUR),
        ({"cache-control": "max-age=3600", "age": "600"}, 50 * MINUTE),
        ({"cache-control": "max-age=3600", "age": "99999"}, timedelta()),
        ({"cache-control": "no-cache, max-age=3600"}, timedelta()),
        ({"cache-control": "no-store"}, timedelta()),
        ({"cache-control": "s-maxage=3600"}, timedelta()),
        ({"cache-control": 'max-age="7200"'}, 2 * HOUR),
        ({"expires": "Wed, 04 Mar 2026 12:00:00 GMT", "date": "Wed, 04 Mar 2026 10:00:00 GMT"}, 2 * HOUR),
        ({"expires": "Wed, 04 Mar 2026 11:07:30 GMT"}, HOUR),
        ({"cache-control": "max-age=60", "expires": "Wed, 04 Mar 2026 20:00:00 GMT"}, MINUTE),
        ({"expires": "0"}, timedelta()),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, timedelta()),
        ({"expires": "not a date"}, timedelta()),
        ({"expires": "9" * 10_000}, timedelta()),
        ({}, timedelta()),
    ],
)
def test_freshness_is_read_as_the_standard_says(headers: dict[str, str], expected: timedelta) -> None:
    assert rhythm.freshness(headers, NOW) == expected


def test_no_feed_is_asked_before_its_publisher_wants_it() -> None:
    assert wait(STATE, {"cache-control": "max-age=7200"}) == 2 * HOUR
    assert wait(replace(STATE, hints=Hints(wait=3 * HOUR)), {"cache-control": "max-age=7200"}) == 3 * HOUR
    assert wait(replace(STATE, hints=Hints(wait=300 * DAY))) == DAY


def test_a_feed_s_own_setting_wins_over_the_common_one() -> None:
    assert wait(STATE, feed=replace(FEED, every=HOUR)) == 59 * MINUTE
    quiet = replace(STATE, rhythm=rhythm.heard(Rhythm(), entries(7 * DAY), NOW))
    assert wait(quiet, feed=replace(FEED, every=5 * HOUR)) == 299 * MINUTE


def test_skipped_hours_and_days_are_spared() -> None:
    assert rhythm.after_skips(NOW, Hints(skip_hours=frozenset({10, 11}))) == NOW.replace(hour=12, minute=0, second=0)
    assert rhythm.after_skips(NOW, Hints(skip_hours=frozenset({11}))) == NOW
    weekend = Hints(skip_days=frozenset({2, 3}), skip_hours=frozenset({0, 1}))
    assert rhythm.after_skips(NOW, weekend) == datetime(2026, 3, 6, 2, tzinfo=UTC)


@given(
    hours=st.frozensets(st.integers(0, 23), max_size=23),
    days=st.frozensets(st.integers(0, 6), max_size=6),
    minutes=st.integers(0, 20_000),
)
def test_there_is_always_a_moment_that_is_not_skipped(
    hours: frozenset[int], days: frozenset[int], minutes: int
) -> None:
    moment = rhythm.after_skips(NOW + minutes * MINUTE, Hints(skip_hours=hours, skip_days=days))
    assert moment.hour not in hours
    assert moment.weekday() not in days
    assert NOW + minutes * MINUTE <= moment < NOW + minutes * MINUTE + 8 * DAY


PASSING = FetchError(FEED.url, "timeout", "too slow", transient=True)
LASTING = FetchError(FEED.url, "http-404", "not found", status=404)
MIDDLING = ParseError(FEED.url, "unparseable", "cannot be read")
GONE = FetchError(FEED.url, "http-410", "gone", status=410)


def waits(error: FetchError | ParseError, times: int) -> list[timedelta]:
    state, now, found = STATE, NOW, []
    for _ in range(times):
        state = rhythm.failed(RULES, FEED, state, error, now)
        assert state.next_at is not None
        found.append(state.next_at - now)
        now = state.next_at
    return found


def test_what_passes_by_itself_is_tried_again_sooner_than_what_lasts() -> None:
    assert waits(PASSING, 4)[-1] == 14 * MINUTE
    assert (
        sum(waits(PASSING, 6), timedelta()) < sum(waits(MIDDLING, 6), timedelta()) < sum(waits(LASTING, 6), timedelta())
    )


@pytest.mark.parametrize("error", [PASSING, MIDDLING, LASTING])
def test_a_failing_feed_is_asked_daily_and_after_a_month_weekly_but_never_given_up(error: FetchError) -> None:
    found = waits(error, 80)
    assert found == sorted(found)
    assert timedelta(hours=24) in found
    assert found[-1] == 7 * DAY


def test_a_server_s_own_wait_is_kept_up_to_a_day() -> None:
    asked = FetchError(FEED.url, "http-503", "busy", transient=True, status=503, retry_after=7200.0)
    assert waits(asked, 1) == [2 * HOUR]
    assert waits(FetchError(FEED.url, "http-503", "busy", transient=True, retry_after=1e9), 1) == [DAY]


def test_a_feed_that_is_gone_is_asked_once_more_and_then_retired() -> None:
    once = rhythm.failed(RULES, FEED, STATE, GONE, NOW)
    assert (once.retired_at, once.next_at) == (None, NOW + 12 * HOUR)
    twice = rhythm.failed(RULES, FEED, once, GONE, NOW + 12 * HOUR)
    assert (twice.retired_at, twice.next_at) == (NOW + 12 * HOUR, NOW + 12 * HOUR + 30 * DAY)
    later = rhythm.failed(RULES, FEED, twice, PASSING, NOW + 43 * DAY)
    assert (later.retired_at, later.next_at) == (twice.retired_at, NOW + 73 * DAY)


def test_a_feed_that_is_gone_from_an_adopted_address_is_asked_at_its_configured_one_first() -> None:
    state = replace(STATE, move=Move(url="https://new.example/feed", since=NOW, adopted=True))
    once = rhythm.failed(RULES, FEED, state, GONE, NOW)
    assert (once.move, once.retired_at) == (None, None)
    assert once.next_at is not None
    assert once.next_at < NOW + HOUR


def test_a_claim_holds_as_long_as_is_known_to_be_right_without_an_answer() -> None:
    assert rhythm.claimed_until(RULES, FEED, STATE, NOW) == NOW + 15 * MINUTE
    assert rhythm.claimed_until(RULES, replace(FEED, every=6 * HOUR), STATE, NOW) == NOW + 6 * HOUR
    asks = replace(STATE, hints=Hints(wait=12 * HOUR))
    assert rhythm.claimed_until(RULES, replace(FEED, every=6 * HOUR), asks, NOW) == NOW + 12 * HOUR
    failing = replace(STATE, failing=Failing(count=9, weight=9, since=NOW - 2 * DAY))
    assert rhythm.claimed_until(RULES, FEED, failing, NOW) == NOW + DAY
    assert rhythm.claimed_until(RULES, FEED, replace(failing, retired_at=NOW), NOW) == NOW + 30 * DAY


def test_an_adopted_address_that_fails_for_good_is_given_up_for_the_configured_one() -> None:
    moved = replace(STATE, move=Move(url="https://new.example/feed", since=NOW, seen=3, adopted=True))
    state = moved
    for _ in range(3):
        state = rhythm.failed(RULES, FEED, state, LASTING, NOW)
    assert state.move is None
    assert rhythm.failed(RULES, FEED, moved, PASSING, NOW).move == moved.move


def test_failures_in_a_row_keep_their_beginning_and_their_last_reason() -> None:
    first = rhythm.failed(RULES, FEED, STATE, PASSING, NOW)
    then = rhythm.failed(RULES, FEED, first, LASTING, NOW + HOUR)
    assert then.failing == Failing(count=2, weight=1.25, since=NOW, reason="http-404", message="not found")
