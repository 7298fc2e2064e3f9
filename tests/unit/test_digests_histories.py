"""What holds over days on end, whatever comes: nobody is told twice, woken for little, or told more than they asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests import Fate, quiet_before, quiet_until
from monitor.records import Digest, Kind, Major, Member, Notify, Person, Quiet, Timetable, Updates, Watch, Why
from tests.watched_days import Days, Step, messages_a_day
from tests.watching import ME, NOW, copying, member

BERLIN = "Europe/Berlin"
START = datetime(2026, 3, 27, 12, tzinfo=NOW.tzinfo)
STEP = timedelta(hours=1)
NIGHTS = Quiet(phrase="22:00 to 7:00, Sundays", nightly=(time(22), time(7)), days=(6,))
WATCH = Watch(
    id="w",
    title="The watch",
    topics=("t",),
    people=("me",),
    notify=Notify(articles=2, publishers=2, hours=6),
    updates=Updates(articles=1, hours=2, status=False),
    major=Major(publishers=4, hours=6),
    stories=3,
)
QUIET = replace(ME, timezone=BERLIN, quiet=NIGHTS, messages_per_day=None)
LIMITED = replace(QUIET, messages_per_day=2)

ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.floats(0, 60), st.sampled_from("ABCDEFG"), st.floats(0, 3), st.booleans()),
    max_size=40,
)
"""Story, hours after the start, publisher, hours until seen, and whether it repeats the story's first article."""


def arrivals(rows: list[tuple[str, float, str, float, bool]]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for number, (name, hours, publisher, late, repeats) in enumerate(rows):
        ago = (NOW - START).total_seconds() / 3600 - hours
        made = member(str(number), publisher, hours_ago=ago)
        earlier = found.setdefault(name, [])
        if repeats and earlier:
            made = copying(str(number), earlier[0].article.id, publisher, hours_ago=ago)
        earlier.append(replace(made, seen_at=made.seen_at + timedelta(hours=late)))
    return found


def played(rows: list[tuple[str, float, str, float, bool]], watch: Watch, person: Person) -> list[Step]:
    return Days(watch, person, arrivals(rows)).run(START, START + timedelta(hours=72), STEP)


DAILY = replace(WATCH, digest=Timetable(phrase="daily at 7:00", crons=("0 7 * * *",)))


@settings(max_examples=50, deadline=None)
@given(ROWS, st.sampled_from([WATCH, DAILY]), st.sampled_from([QUIET, LIMITED]))
def test_no_story_is_told_twice_as_new_and_no_digest_has_the_id_of_another(
    rows: list[tuple[str, float, str, float, bool]], watch: Watch, person: Person
) -> None:
    digests = [digest for step in played(rows, watch, person) for digest in step.digests]
    new = Counter(item.story_id for digest in digests for item in digest.items if item.kind is Kind.NEW)
    major = Counter(item.story_id for digest in digests for item in digest.items if item.major)
    assert set(new.values()) <= {1}
    assert set(major.values()) <= {1}
    assert len({digest.id for digest in digests}) == len(digests)
    assert all(any(source.is_new for source in item.sources) for digest in digests for item in digest.items)


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_the_daily_limit_is_never_exceeded(rows: list[tuple[str, float, str, float, bool]]) -> None:
    steps = played(rows, WATCH, LIMITED)
    assert all(count <= 2 for count in messages_a_day(steps, BERLIN).values())


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_quiet_hours_hold_all_but_major_news(rows: list[tuple[str, float, str, float, bool]]) -> None:
    for step in played(rows, WATCH, QUIET):
        if quiet_until(NIGHTS, BERLIN, step.at) is not None:
            assert all(item.major for digest in step.digests for item in digest.items)


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_what_quiet_hours_held_comes_in_one_message_as_soon_as_they_are_over(
    rows: list[tuple[str, float, str, float, bool]],
) -> None:
    steps = played(rows, replace(WATCH, stories=12), QUIET)
    waiting: set[str] = set()
    for step in steps:
        flushed = [digest for digest in step.digests if digest.why is Why.FLUSH]
        assert len(flushed) <= 1
        told = {item.story_id for digest in flushed for item in digest.items}
        if quiet_until(NIGHTS, BERLIN, step.at) is None:
            assert waiting <= told
        held = {one.story.id for one in step.composed.rulings if one.reason == "quiet-hours"}
        span = quiet_before(NIGHTS, BERLIN, step.at)
        assert all(
            span and one.ripe_at < span[1] for one in step.composed.rulings if one.story.id in told and one.ripe_at
        )
        waiting = held


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_what_is_promised_is_kept_without_anything_more_happening(
    rows: list[tuple[str, float, str, float, bool]],
) -> None:
    days = Days(WATCH, QUIET, arrivals(rows))
    steps = days.run(START, START + timedelta(hours=120), STEP)
    last = steps[-1].composed.rulings
    assert all(ruling.fate is not Fate.WAITS for ruling in last)
    promised = {one.story.id for step in steps for one in step.composed.rulings if one.fate is Fate.WAITS}
    assert promised <= set(days.told)


@settings(max_examples=50, deadline=None)
@given(ROWS, st.sets(st.integers(0, 12)))
def test_a_lost_message_is_made_up_for_once_and_by_another(
    rows: list[tuple[str, float, str, float, bool]], lost: set[int]
) -> None:
    seen: list[str] = []

    def is_lost(digest: Digest) -> bool:
        if digest.id not in seen:
            seen.append(digest.id)
        return digest.why is not Why.DIGEST and seen.index(digest.id) in lost

    watch = replace(DAILY, stories=12)
    days = Days(watch, QUIET, arrivals(rows), is_lost)
    steps = days.run(START, START + timedelta(hours=120), STEP)
    assert len(seen) == sum(len(step.digests) for step in steps)
    assert all(not told.lapsed and told.lapsed_at is None for told in days.told.values())
    assert {ruling.fate for ruling in steps[-1].composed.rulings} <= {Fate.KNOWN}


@settings(max_examples=50, deadline=None)
@given(ROWS, st.floats(0, 60))
def test_a_first_look_alarms_nobody_with_what_is_older_than_a_day(
    rows: list[tuple[str, float, str, float, bool]], seen: float
) -> None:
    first = START + timedelta(hours=seen)
    late = {
        name: [replace(one, seen_at=max(one.seen_at, first)) for one in members]
        for name, members in arrivals(rows).items()
    }
    published = {one.article.id: one.article.published for members in late.values() for one in members}
    for step in Days(DAILY, replace(QUIET, quiet=None), late).run(START, START + timedelta(hours=120), STEP):
        for digest in (one for one in step.digests if one.why is not Why.DIGEST):
            for item in digest.items:
                newest = max(published[source.article_id] for source in item.sources if source.is_new)
                assert not item.major or step.at - newest <= timedelta(hours=24)
                assert step.at - newest <= timedelta(hours=72 + 24)
                assert first - newest <= timedelta(hours=24)


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_after_a_scheduled_digest_all_that_matched_is_told(rows: list[tuple[str, float, str, float, bool]]) -> None:
    days = Days(replace(DAILY, stories=12), QUIET, arrivals(rows))
    days.run(START, START + timedelta(hours=90), STEP)
    assert set(days.told) == {name for name, *_ in rows}
