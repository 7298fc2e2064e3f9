"""When a story is told, beside its numbers: pauses, quiet hours, mutes, major news, updates, messages that got lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.digests import Fate, compose, judge, rule
from monitor.records import (
    Kind,
    Major,
    Mute,
    MuteKind,
    Notify,
    Quiet,
    Story,
    Telling,
    Timetable,
    Updates,
    Watch,
    Why,
)
from tests.watching import (
    ME,
    NOW,
    TOPICS,
    WATCH,
    changed,
    composed,
    copying,
    heard,
    many,
    member,
    occasion,
    ruled,
    story,
    tell,
)

DAILY = replace(WATCH, digest=Timetable(phrase="weekdays at 7:00", crons=("0 7 * * 1-5",)))
MAJOR = replace(WATCH, major=Major())
ASLEEP = replace(ME, quiet=Quiet(phrase="6:00 to 9:00", nightly=(time(6), time(9))))
MINUTE = 1 / 60
SIX_HOURS = Notify(articles=3, publishers=2, hours=6)


def minutes_old(*ages: float) -> Story:
    return story(*(member(f"m{age}", f"P{place}", hours_ago=age * MINUTE) for place, age in enumerate(ages)))


def test_a_story_settles_before_it_is_told() -> None:
    young = ruled(minutes_old(50, 40, 19))
    assert (young.fate, young.reason) == (Fate.WAITS, "settling")
    assert young.ripe_at == NOW + timedelta(minutes=1)
    assert ruled(minutes_old(50, 40, 20)).fate is Fate.TOLD


def test_what_comes_in_the_pause_does_not_prolong_it() -> None:
    ruling = ruled(minutes_old(50, 40, 30, 15, 5, 1))
    assert (ruling.fate, ruling.ripe_at) == (Fate.TOLD, NOW - timedelta(minutes=10))


def test_the_pause_begins_when_the_articles_were_seen_and_not_when_they_are_dated() -> None:
    late = [member(str(n), f"P{n}", hours_ago=5, seen_ago=0.1) for n in range(3)]
    assert ruled(story(*late)).reason == "settling"


def test_a_story_below_the_rules_is_left_to_the_scheduled_digest_where_there_is_one() -> None:
    assert ruled(story(member("1")), watch=DAILY).fate is Fate.DIGEST
    assert ruled(story(member("1"))).fate is Fate.HELD


def test_a_watch_may_tell_nothing_at_once() -> None:
    ruling = ruled(many(4), watch=replace(WATCH, notify=None))
    assert (ruling.fate, ruling.reason, ruling.message) == (Fate.HELD, "never", "this watch tells nothing at once")
    only_major = replace(WATCH, notify=None, major=Major())
    assert ruled(many(4), watch=only_major).reason == "never"
    assert ruled(many(5), watch=only_major).reason == "major"


def test_a_watch_may_tell_no_updates_at_once() -> None:
    ruling = ruled(many(4), heard("s0"), watch=replace(WATCH, updates=None))
    assert (ruling.fate, ruling.reason) == (Fate.HELD, "never")


def test_quiet_hours_hold_and_say_until_when() -> None:
    ruling = ruled(many(3), person=ASLEEP)
    assert (ruling.fate, ruling.reason) == (Fate.WAITS, "quiet-hours")
    assert "until 2026-03-29 09:00" in ruling.message


def test_major_news_wakes_unless_the_watch_says_otherwise() -> None:
    assert ruled(many(5), person=ASLEEP, watch=MAJOR).fate is Fate.TOLD
    gentle = replace(WATCH, major=Major(wake=False))
    assert ruled(many(5), person=ASLEEP, watch=gentle).reason == "quiet-hours"


def test_major_news_does_not_settle() -> None:
    ruling = ruled(minutes_old(5, 4, 3, 2, 1), watch=MAJOR)
    assert (ruling.fate, ruling.reason, ruling.major) == (Fate.TOLD, "major", True)


def test_copies_do_not_make_a_story_major() -> None:
    echoes = [copying(f"c{n}", "a", f"Echo {n}") for n in range(6)]
    ruling = ruled(story(member("a", "Wire"), member("b", "Own"), *echoes), watch=MAJOR)
    assert (ruling.reason, ruling.major) == ("enough-articles", False)


def test_a_story_that_turns_major_is_told_again_at_once_and_once() -> None:
    wide = many(5)
    before = heard("s0", "s1", "s2", hours_ago=0.5)
    ruling = ruled(wide, before, watch=MAJOR)
    assert (ruling.fate, ruling.kind, ruling.reason, ruling.major) == (Fate.TOLD, Kind.UPDATE, "turned-major", True)
    after = heard("s0", "s1", "s2", "s3", "s4", hours_ago=0.1, major=True)
    assert ruled(wide, after, watch=MAJOR).fate is Fate.KNOWN
    more = story(*wide.members, member("new", "P9", hours_ago=0.05))
    assert ruled(more, after, watch=MAJOR).reason == "too-few-new-articles"


def test_a_story_told_with_all_that_makes_it_major_does_not_turn_major() -> None:
    more = story(*many(5).members, member("new", "P9"))
    known = heard("s0", "s1", "s2", "s3", "s4", hours_ago=0.5)
    assert ruled(more, known, watch=MAJOR).reason == "too-few-new-articles"


MUTES = [
    pytest.param(MuteKind.STORY, "s", True, id="the story"),
    pytest.param(MuteKind.STORY, "other", False, id="another story"),
    pytest.param(MuteKind.WATCH, "w", True, id="the watch"),
    pytest.param(MuteKind.WATCH, "other", False, id="another watch"),
    pytest.param(MuteKind.ALL, "", True, id="everything"),
]


def mute(kind: MuteKind = MuteKind.STORY, subject: str = "s", *, days: float | None = 7, ago: float = 1) -> Mute:
    since = NOW - timedelta(days=ago)
    until = None if days is None else since + timedelta(days=days)
    return Mute(id="m", person="me", kind=kind, subject=subject, since=since, until=until)


@pytest.mark.parametrize("why", [Why.NOTICE, Why.DIGEST, Why.BY_HAND])
@pytest.mark.parametrize(("kind", "subject", "holds"), MUTES)
def test_what_is_muted_is_not_told_on_any_occasion(kind: MuteKind, subject: str, holds: bool, why: Why) -> None:  # noqa: FBT001 - a row
    result = composed([many(3)], mutes=(mute(kind, subject),), why=why)
    assert (result.rulings[0].reason == "muted") == holds
    assert bool(result.digests) != holds


def test_what_still_holds_is_told_when_a_mute_has_ended() -> None:
    assert ruled(many(3), mutes=(mute(days=1, ago=1),)).fate is Fate.TOLD
    assert ruled(many(3), mutes=(mute(days=1, ago=0.9),)).fate is Fate.WAITS
    assert ruled(many(3), mutes=(mute(days=None),)).fate is Fate.HELD


def test_of_several_mutes_the_one_that_ends_last_is_named() -> None:
    ruling = ruled(many(3), mutes=(mute(days=2), mute(MuteKind.ALL, "", days=4)))
    assert "muted everything until 2026-04-01 07:00" in ruling.message


def test_a_muted_story_that_has_nothing_new_is_known_all_the_same() -> None:
    assert ruled(many(2), heard("s0", "s1"), mutes=(mute(),)).reason == "nothing-new"


def test_what_is_muted_is_no_near_miss() -> None:
    near = story(member("x"), name="near")
    result = composed([many(3), near], mutes=(mute(subject="near"),))
    assert result.digests[0].held == ()
    assert result.digests[0].also == ()


def test_updates_stop_some_days_after_the_first_message_but_not_in_scheduled_digests() -> None:
    known = heard("s0", "s1", hours_ago=30, first_ago=6 * 24)
    ruling = ruled(many(5), known, watch=DAILY)
    assert (ruling.fate, ruling.reason) == (Fate.DIGEST, "told-for-days")
    assert ruled(many(5), known, watch=DAILY, why=Why.DIGEST).fate is Fate.TOLD


def test_an_update_that_was_due_in_time_is_not_lost_to_quiet_hours() -> None:
    known = heard("s0", "s1", hours_ago=30, first_ago=5 * 24 + 0.5)
    assert ruled(many(5, hours_ago=1), known).reason == "enough-new-articles"
    assert ruled(many(5, hours_ago=0.25), known).reason == "told-for-days"


def test_one_article_is_an_update_when_it_changes_how_far_things_have_come() -> None:
    one, known = many(3), heard("s0", "s1")
    ruling = rule(occasion(), one, known, changed)
    assert (ruling.fate, ruling.reason, ruling.numbers["status"]) == (Fate.TOLD, "status-changed", "adopted")
    plain = occasion(watch=replace(WATCH, updates=Updates(articles=2, status=False)))
    assert rule(plain, one, known, changed).reason == "too-few-new-articles"


def test_the_words_of_a_story_are_read_only_when_they_can_decide() -> None:
    asked: list[str] = []

    def noting(one: Story, told: Collection[str] | None) -> Telling:
        asked.append(one.id)
        return tell(one, told)

    for known in (None, heard("s0", "s1", "s2"), heard("s0"), heard("s0", "s1", hours_ago=1)):
        rule(occasion(), many(3), known, noting)
    assert asked == []
    rule(occasion(), many(3), heard("s0", "s1"), noting)
    assert asked == ["s"]


def test_a_story_whose_message_never_arrived_is_told_as_new_in_the_next_scheduled_digest() -> None:
    lost = heard("s0", "s1", "s2", lapsed=True)
    at_once = ruled(many(3), lost, watch=DAILY)
    assert (at_once.fate, at_once.kind, at_once.reason) == (Fate.DIGEST, Kind.NEW, "lapsed")
    (digest,) = composed([many(3)], {"s": lost}, watch=DAILY, why=Why.DIGEST).digests
    assert digest.items[0].kind is Kind.NEW
    assert all(source.is_new for source in digest.items[0].sources)
    assert digest.thread is None


def test_the_digest_that_tells_of_a_lost_story_again_is_another_than_the_lost_one() -> None:
    (first,) = composed([many(3)], why=Why.BY_HAND).digests
    (again,) = composed([many(3)], {"s": heard("s0", "s1", "s2", lapsed=True)}, why=Why.BY_HAND).digests
    assert first.id != again.id


def test_a_lost_story_that_turns_major_is_told_at_once() -> None:
    lost = heard("s0", "s1", "s2", hours_ago=0.5, lapsed=True)
    ruling = ruled(many(5), lost, watch=MAJOR)
    assert (ruling.fate, ruling.kind, ruling.reason) == (Fate.TOLD, Kind.NEW, "major")


def test_every_rule_says_what_it_saw_and_what_it_wants_also_when_nothing_is_sent() -> None:
    ruling = ruled(many(2), watch=MAJOR, person=ASLEEP)
    assert [(check.rule, check.passed) for check in ruling.checks] == [
        ("mute", True),
        ("news", True),
        ("articles", False),
        ("publishers", True),
        ("major", False),
    ]
    articles = ruling.checks[2]
    assert (articles.seen, articles.wants) == (2, 3)
    assert articles.message == "2 matching articles within 48 h; the watch asks for 3"
    told = ruled(many(3), person=replace(ASLEEP, quiet=Quiet(phrase="noon", nightly=(time(12), time(13)))), left=2)
    assert [check.rule for check in told.checks][-3:] == ["settling", "quiet-hours", "daily-limit"]
    assert all(check.passed for check in told.checks)


def test_an_update_s_rules_are_named_with_their_numbers() -> None:
    ruling = ruled(many(4), heard("s0", hours_ago=1, first_ago=48))
    assert [(check.rule, check.passed, check.seen, check.wants) for check in ruling.checks] == [
        ("mute", True, "none", "none"),
        ("news", True, 3, 1),
        ("new-articles", True, 3, 2),
        ("spacing", False, 1.0, 3),
        ("days", True, 2.0, 5.0),
    ]


def test_the_words_of_the_rules_are_whole_and_their_names_short() -> None:
    told = ruled(many(1), heard("s0", hours_ago=0.5), watch=replace(DAILY, major=Major()), person=ASLEEP)
    said = {check.rule: check.message for check in told.checks}
    assert said["new-articles"] == "0 new articles; an update asks for 2"
    assert said["spacing"] == "last told 0.5 hours ago; an update waits for 3 hours"
    assert ruled(many(2), heard("s0", hours_ago=24)).message == (
        "1 new matching article, last told 24 hours ago; an update asks for 2 articles"
    )
    assert all(len(check.rule) <= 12 for check in told.checks)


def test_readers_of_one_watch_are_told_by_what_each_knows() -> None:
    found = [many(4, "a"), many(4, "b")]
    first, second = (composed(found, {name: heard(f"{name}0")}).rulings for name in "ab")
    assert [ruling.kind for ruling in first] == [Kind.UPDATE, Kind.NEW]
    assert [ruling.kind for ruling in second] == [Kind.NEW, Kind.UPDATE]
    grown = [story(*found[0].members, member("more", "Q"), name="a"), found[1]]
    assert composed(grown).rulings[0].numbers["articles"] == 5


def test_judging_gives_the_rulings_of_composing() -> None:
    found = [many(4, "a"), many(3, "b"), many(1, "c")]
    watch: Watch = replace(WATCH, stories=1)
    assert (
        judge(occasion(watch=watch), found, {}, tell) == compose(occasion(watch=watch), found, {}, TOPICS, tell).rulings
    )


def test_the_moment_a_rule_was_met_stays_when_more_comes() -> None:
    early = story(*(member(f"e{n}", f"P{n}", hours_ago=9 - n) for n in range(3)))
    later = story(*early.members, *(member(f"l{n}", f"Q{n}", hours_ago=1) for n in range(3)))
    watch = replace(WATCH, notify=SIX_HOURS)
    assert (
        ruled(early, watch=watch).ripe_at == ruled(later, watch=watch).ripe_at == NOW - timedelta(hours=7, minutes=-20)
    )
