"""What comes late: updates that got lost, stories that were major yesterday, and old news."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.digests import Fate, rule
from monitor.records import Kind, Major, Notify, Quiet, Story, Timetable, Updates, Why
from tests.watching import ME, NOW, WATCH, changed, composed, heard, many, member, occasion, ruled, story

DAILY = replace(WATCH, digest=Timetable(phrase="weekdays at 7:00", crons=("0 7 * * 1-5",)))
MAJOR = replace(WATCH, major=Major())
ASLEEP = replace(ME, quiet=Quiet(phrase="6:00 to 9:00", nightly=(time(6), time(9))))
LOST_AT = NOW - timedelta(hours=26)


def updated(*seen_ago: float) -> Story:
    """Return a story told 30 hours ago, with new articles that were seen so many hours ago."""
    fresh = (member(f"n{n}", f"N{n}", hours_ago=ago) for n, ago in enumerate(seen_ago))
    return story(member("old", "O", hours_ago=40), *fresh)


KNOWN = heard("old", hours_ago=30)
LOST = replace(KNOWN, lapsed_at=LOST_AT)


def test_an_update_whose_message_never_arrived_is_left_to_the_next_scheduled_digest() -> None:
    one = updated(28, 27)
    assert ruled(one, KNOWN).reason == "enough-new-articles"
    for watch, fate in ((DAILY, Fate.DIGEST), (WATCH, Fate.HELD)):
        ruling = ruled(one, LOST, watch=watch)
        assert (ruling.fate, ruling.kind, ruling.reason, ruling.ripe_at) == (fate, Kind.UPDATE, "lapsed", None)
        assert "the message of 2026-03-28 05:00 with this update never arrived" in ruling.message
    assert ruled(one, LOST, watch=DAILY).checks[2].message == (
        "0 new articles, and 2 more in a message that never arrived; an update asks for 2"
    )
    for why in (Why.DIGEST, Why.BY_HAND):
        (digest,) = composed([one], {"s": LOST}, watch=DAILY, why=why).digests
        assert (digest.items[0].kind, {row.article_id for row in digest.items[0].sources if row.is_new}) == (
            Kind.UPDATE,
            {"n0", "n1"},
        )


def test_after_a_lost_update_only_what_came_since_makes_another() -> None:
    assert ruled(updated(28, 27, 2), LOST, watch=DAILY).reason == "lapsed"
    more = ruled(updated(28, 27, 2, 1), LOST, watch=DAILY)
    assert (more.fate, more.reason, more.ripe_at) == (Fate.TOLD, "enough-new-articles", NOW - timedelta(hours=1))
    assert ruled(updated(2), LOST, watch=DAILY).reason == "too-few-new-articles"
    assert rule(occasion(watch=DAILY), updated(28, 27), LOST, changed).reason == "lapsed"
    assert rule(occasion(watch=DAILY), updated(28, 27, 2), LOST, changed).reason == "status-changed"


def test_a_lost_update_is_no_matter_once_another_message_told_of_the_story() -> None:
    since = replace(heard("old", "n0", "n1", hours_ago=25, first_ago=30), lapsed_at=LOST_AT)
    assert ruled(updated(28, 27, 2, 1), since).reason == "enough-new-articles"
    assert ruled(updated(28, 27, 2), since).reason == "too-few-new-articles"


def test_a_story_turns_major_after_a_lost_update_but_not_by_what_was_in_it() -> None:
    watch = replace(DAILY, major=Major(hours=48))
    assert ruled(updated(28, 27, 26.5, 26.2), LOST, watch=watch).reason == "lapsed"
    ruling = ruled(updated(28, 27, 26.5, 1), LOST, watch=watch)
    assert (ruling.fate, ruling.reason, ruling.major) == (Fate.TOLD, "turned-major", True)


def test_what_is_told_after_a_lost_message_is_another_digest_each_time() -> None:
    one = updated(28, 27, 2, 1)
    (plain,), (after,) = (composed([one], {"s": known}).digests for known in (KNOWN, LOST))
    (later,) = composed([one], {"s": replace(LOST, lapsed_at=LOST_AT + timedelta(hours=1))}).digests
    assert len({plain.id, after.id, later.id}) == 3
    (again,) = composed([one], {"s": LOST}, now=NOW + timedelta(minutes=5)).digests
    assert again.id == after.id


def test_each_asking_by_hand_is_a_message_of_its_own() -> None:
    first, same, later = (
        composed([many(2)], why=Why.BY_HAND, now=NOW + timedelta(minutes=minutes)).digests[0].id
        for minutes in (0, 0, 1)
    )
    assert first == same != later


def test_a_story_is_major_for_a_day_and_then_told_as_any_other() -> None:
    for hours_ago, reason, major in ((24, "major", True), (24.1, "enough-articles", False)):
        ruling = ruled(many(5, hours_ago=hours_ago), watch=MAJOR)
        assert (ruling.fate, ruling.reason, ruling.major) == (Fate.TOLD, reason, major)
    late = ruled(many(5, hours_ago=30), watch=MAJOR, person=ASLEEP)
    assert (late.fate, late.reason) == (Fate.WAITS, "quiet-hours")
    (check,) = [check for check in late.checks if check.rule == "major"]
    assert (check.passed, check.seen) == (False, 5)
    assert check.message.endswith("and it was so on Sat 28 Mar, 01:00, but that was more than 24 hours ago")
    assert composed([many(5, hours_ago=30)], watch=MAJOR, left=0).digests == ()
    assert not composed([many(5, hours_ago=30)], watch=MAJOR, why=Why.DIGEST).digests[0].items[0].major


def test_a_story_that_goes_on_by_as_many_publishers_is_major_though_it_was_so_before() -> None:
    rows = [member(f"r{n}", f"P{n % 7}", hours_ago=60 - n) for n in range(58)]
    assert ruled(story(*rows), watch=MAJOR).reason == "major"


def test_major_news_that_comes_too_late_to_be_so_is_not_lost_where_the_numbers_ask_for_more() -> None:
    many_asked = replace(MAJOR, notify=Notify(articles=9, publishers=2))
    for watch in (many_asked, replace(MAJOR, notify=None)):
        ruling = ruled(many(5, hours_ago=30), watch=watch)
        assert (ruling.fate, ruling.reason, ruling.major) == (Fate.TOLD, "was-major", False)
        assert "that was more than 24 hours ago" in ruling.message


def test_an_update_that_turned_major_more_than_a_day_ago_is_an_update_as_any_other() -> None:
    known = heard("s0", hours_ago=32)
    updates: tuple[Updates | None, ...] = (Updates(articles=9), None)
    for rules in updates:
        ruling = ruled(many(5, hours_ago=30), known, watch=replace(MAJOR, updates=rules))
        assert (ruling.fate, ruling.reason, ruling.major) == (Fate.TOLD, "was-major", False)
    soon = ruled(many(5, hours_ago=30), heard("s0", hours_ago=2), watch=replace(MAJOR, updates=Updates(articles=9)))
    assert (soon.fate, soon.reason) == (Fate.WAITS, "too-soon")


AGES = [
    pytest.param({"hours_ago": 71}, Fate.TOLD, id="enough for less than three days"),
    pytest.param({"hours_ago": 73}, Fate.DIGEST, id="enough for more than three days"),
    pytest.param({"hours_ago": 23, "seen_ago": 0.5}, Fate.TOLD, id="of the last day when it was seen"),
    pytest.param({"hours_ago": 25, "seen_ago": 0.5}, Fate.DIGEST, id="more than a day old when it was seen"),
]


@pytest.mark.parametrize(("age", "fate"), AGES)
@pytest.mark.parametrize("publishers", [3, 6])
def test_old_news_is_left_to_the_scheduled_digest(age: dict[str, float], fate: Fate, publishers: int) -> None:
    rows = [member(f"m{n}", f"P{n}", **age) for n in range(publishers)]  # type: ignore[arg-type]  # two numbers
    ruling = ruled(story(*rows), watch=replace(DAILY, major=Major()))
    assert ruling.fate is fate
    assert (ruling.reason == "old-news") == (fate is Fate.DIGEST)
    without = ruled(story(*rows), watch=replace(WATCH, major=Major()))
    assert without.fate is Fate.TOLD
    assert "age" not in {check.rule for check in without.checks}


def test_old_news_says_since_when_it_was_enough_and_with_which_numbers() -> None:
    ruling = ruled(many(3, hours_ago=80), watch=DAILY)
    assert ruling.message == (
        "this became enough to be told on Wed 25 Mar, 23:20, too long ago to be told at once; the next scheduled "
        "digest has it"
    )
    check = ruling.checks[-1]
    assert (check.rule, check.passed, check.seen, check.wants) == ("age", False, 79.7, 72)
    assert check.message == "enough to be told for 79.7 hours; told at once up to 72 hours"
    late = ruled(story(*(member(str(n), f"P{n}", hours_ago=50, seen_ago=1) for n in range(3))), watch=DAILY)
    assert (
        late.checks[-1].message == "its newest article was 49 hours old when it was seen; told at once up to 24 hours"
    )
    assert "on Fri 27 Mar, 05:00, too long ago" in late.message


def test_an_old_article_that_makes_a_story_enough_today_is_no_news() -> None:
    rows = (member("a", "A", hours_ago=30), member("b", "B", hours_ago=29), member("c", "C", hours_ago=28, seen_ago=1))
    assert ruled(story(*rows), watch=DAILY).reason == "old-news"
    assert ruled(story(*rows, member("d", "D")), watch=DAILY).fate is Fate.TOLD


def test_an_update_of_old_articles_is_left_to_the_scheduled_digest() -> None:
    old = [member(f"n{n}", f"N{n}", hours_ago=35, seen_ago=2) for n in range(2)]
    ruling = ruled(story(member("old", hours_ago=40), *old), heard("old", hours_ago=30), watch=DAILY)
    assert (ruling.fate, ruling.kind, ruling.reason) == (Fate.DIGEST, Kind.UPDATE, "old-news")
    rows = [member(f"n{n}", f"N{n}", hours_ago=80) for n in range(2)]
    ruling = ruled(story(member("old", hours_ago=95), *rows), heard("old", hours_ago=90), watch=DAILY)
    assert ruling.reason == "old-news"


def test_what_old_news_is_told_in_a_digest_and_on_request() -> None:
    for why in (Why.DIGEST, Why.BY_HAND):
        assert ruled(many(3, hours_ago=80), watch=DAILY, why=why).fate is Fate.TOLD
