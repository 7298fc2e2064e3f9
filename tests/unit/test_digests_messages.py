"""Which stories share a message, what else it says, and which wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests import Composed, Price, with_actions
from monitor.records import (
    Digest,
    Kind,
    Major,
    Mute,
    MuteKind,
    Notify,
    Person,
    Quality,
    Quiet,
    Story,
    Timetable,
    Told,
    Watch,
    Why,
    Wish,
)
from tests.watching import ME, NOW, WATCH, composed, heard, many, member, only, story

DAILY = replace(WATCH, digest=Timetable(phrase="weekdays at 7:00", crons=("0 7 * * 1-5",)))
MAJOR = replace(WATCH, major=Major())
# NOW is 7:00, when these quiet hours are just over.
RESTED = replace(ME, quiet=Quiet(phrase="22:00 to 7:00", nightly=(time(22), time(7))))
SLOT = NOW - timedelta(minutes=2)


def told_of(digest: Digest) -> list[str]:
    return [item.story_id for item in digest.items]


def updated(name: str, *, new: int = 2, hours_ago: float = 1) -> tuple[Story, Told]:
    """Return a story with so many new articles, and what was told of it."""
    old = member(f"{name}old", "O", hours_ago=30)
    fresh = [member(f"{name}{n}", f"P{n}", hours_ago=hours_ago) for n in range(new)]
    return story(old, *fresh, name=name), heard(f"{name}old", digest_id=f"digest of {name}")


def scheduled(
    found: list[Story], told: dict[str, Told] | None = None, *, watch: Watch = DAILY, **given: object
) -> Composed:
    return composed(found, told, watch=watch, why=Why.DIGEST, slot=SLOT, **given)  # type: ignore[arg-type]  # as there


def test_new_stories_share_a_message_and_each_update_goes_on_with_its_own() -> None:
    (one, told_one), (two, told_two) = updated("u"), updated("v", new=3)
    result = composed([many(3, "a"), one, many(4, "b"), two], {"u": told_one, "v": told_two})
    assert [told_of(digest) for digest in result.digests] == [["b", "a"], ["v"], ["u"]]
    assert [digest.thread for digest in result.digests] == [None, "digest of v", "digest of u"]
    assert {digest.why for digest in result.digests} == {Why.NOTICE}


def test_major_news_has_a_message_of_its_own_and_comes_first() -> None:
    result = composed([many(3, "a"), many(6, "b")], watch=MAJOR)
    assert [told_of(digest) for digest in result.digests] == [["b"], ["a"]]
    assert [digest.items[0].major for digest in result.digests] == [True, False]


def test_what_quiet_hours_held_comes_in_one_message() -> None:
    old, known = updated("u", hours_ago=3)
    night = [many(3, "a", hours_ago=5), old, many(6, "b", hours_ago=2)]
    digest = only(composed(night, {"u": known}, person=RESTED, watch=replace(WATCH, major=Major(wake=False))))
    assert (digest.why, digest.thread) == (Why.FLUSH, None)
    assert (told_of(digest)[0], set(told_of(digest))) == ("b", {"a", "b", "u"})
    assert digest.trigger.startswith("Quiet hours are over (22:00 to 7:00)")


def test_one_update_that_quiet_hours_held_goes_on_with_its_message() -> None:
    old, known = updated("u", hours_ago=3)
    digest = only(composed([old], {"u": known}, person=RESTED))
    assert (digest.why, digest.thread) == (Why.FLUSH, "digest of u")


def test_what_became_ripe_after_quiet_hours_is_no_part_of_what_they_held() -> None:
    later = NOW + timedelta(hours=2)
    found = [many(3, "night", hours_ago=3), many(3, "day", hours_ago=-1)]
    result = composed(found, person=RESTED, now=later)
    assert [(digest.why, told_of(digest)) for digest in result.digests] == [
        (Why.FLUSH, ["night"]),
        (Why.NOTICE, ["day"]),
    ]


def test_the_best_messages_go_when_the_day_has_no_room_for_all() -> None:
    (one, told_one), (two, told_two) = updated("u"), updated("v", new=4)
    found, told = [many(3, "a"), one, two], {"u": told_one, "v": told_two}
    result = composed(found, told, left=2)
    assert [told_of(digest) for digest in result.digests] == [["v"], ["a"]]
    assert [ruling.reason for ruling in result.rulings] == ["enough-articles", "daily-limit", "enough-new-articles"]
    assert result.digests[0].waiting == 1
    assert composed(found, told, left=0).digests == ()


def test_major_news_needs_no_room() -> None:
    result = composed([many(3, "a"), many(6, "b")], watch=MAJOR, left=0)
    assert told_of(only(result)) == ["b"]
    assert result.rulings[0].reason == "daily-limit"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 7), st.floats(0.5, 30)), max_size=8),
    st.integers(0, 3),
    st.sampled_from([ME, RESTED]),
    st.sampled_from([MAJOR, replace(WATCH, major=Major(wake=False))]),
)
def test_never_more_messages_come_than_are_left_but_those_of_nothing_but_major_news(
    sizes: list[tuple[int, float]], left: int, person: Person, watch: Watch
) -> None:
    found = [many(size, f"s{n}-", hours_ago=ago) for n, (size, ago) in enumerate(sizes)]
    known = {one.id: heard(one.members[0].article.id) for one in found[::3]}
    result = composed(found, known, watch=watch, person=person, left=left)
    counted = [digest for digest in result.digests if not all(item.major for item in digest.items)]
    assert len(counted) <= left
    majors = {one.story.id for one in result.rulings if one.major and one.ripe_at}
    assert majors <= {item.story_id for digest in result.digests for item in digest.items}


def test_a_message_of_major_and_other_news_takes_room() -> None:
    (update, known), gentle = updated("u"), replace(WATCH, major=Major(wake=False))
    found = [many(3, "a", hours_ago=5), many(6, "b", hours_ago=2), update]
    result = composed(found, {"u": known}, watch=gentle, person=RESTED, left=1, now=NOW + timedelta(hours=4))
    assert [set(told_of(digest)) for digest in result.digests] == [{"b", "a", "u"}]
    late = many(3, "late", hours_ago=-1)
    result = composed([*found[:2], late], watch=gentle, person=RESTED, left=1, now=NOW + timedelta(hours=4))
    assert [told_of(digest) for digest in result.digests] == [["b", "a"]]
    assert result.rulings[2].reason == "daily-limit"


def test_major_news_brings_nothing_along_when_the_day_is_full() -> None:
    found = [many(3, "a", hours_ago=5), many(6, "b", hours_ago=2)]
    gentle = replace(WATCH, major=Major(wake=False))
    assert told_of(only(composed(found, watch=gentle, person=RESTED, left=0))) == ["b"]
    assert told_of(only(composed(found, watch=gentle, person=RESTED, left=1))) == ["b", "a"]


def test_a_scheduled_digest_tells_all_that_was_not_told_whatever_the_numbers() -> None:
    old, known = updated("u", new=1)
    found = [many(1, "a"), many(6, "b"), old, many(2, "c")]
    result = scheduled(found, {"u": known, "c": heard("c0", "c1")}, watch=replace(DAILY, major=Major()), left=0)
    assert told_of(only(result)) == ["b", "u", "a"]
    assert {ruling.reason for ruling in result.rulings} == {"scheduled", "nothing-new"}
    assert only(result).thread is None
    assert only(result).trigger.startswith("Scheduled: weekdays at 7:00, ")


def test_a_slot_has_one_id_whatever_is_told() -> None:
    first, second = only(scheduled([many(1)])), only(scheduled([many(4), many(2, "b")]))
    other = only(composed([many(1)], watch=DAILY, why=Why.DIGEST, slot=SLOT + timedelta(days=1)))
    assert first.id == second.id != other.id


def test_an_empty_day_is_said_only_where_the_watch_wants_it() -> None:
    wanted = replace(DAILY, send_empty=True)
    assert scheduled([]).digests == ()
    empty = only(scheduled([], watch=wanted))
    assert empty.items == ()
    assert "nothing new matched" in empty.trigger
    assert composed([], watch=wanted).digests == ()
    mute = Mute(id="m", person="me", kind=MuteKind.WATCH, subject="w", since=SLOT, until=None)
    assert scheduled([], watch=wanted, mutes=(mute,)).digests == ()


def test_what_has_no_room_in_a_message_is_counted_and_named() -> None:
    found = [many(3, "a"), many(1, "b"), many(1, "c"), many(2, "d")]
    digest = only(scheduled(found, watch=replace(DAILY, stories=1)))
    assert (told_of(digest), digest.waiting) == (["a"], 3)
    assert {source.article_id for source in digest.also} == {"b0", "c0"}
    assert {held.story_id for held in digest.held} == {"d"}


def test_near_misses_are_named_with_the_nearest_first_and_not_without_end() -> None:
    near = [many(1, f"far{n}") for n in range(60)] + [story(member("x"), member("y"), name="near")]
    digest = only(composed([many(3, "a"), many(2, "nearest"), *near]))
    assert [held.story_id for held in digest.held[:2]] == ["nearest", "near"]
    assert len(digest.held) == 8
    full = only(scheduled([many(3, "a"), *(many(2, f"more{n}") for n in range(60))], watch=replace(DAILY, stories=1)))
    assert len(full.held) == 50


def test_no_story_is_named_twice_in_the_foot_and_the_nearest_articles_come_first() -> None:
    found = [many(3, "a"), *(many(1, f"s{n}", hours_ago=n + 1) for n in range(12))]
    digest = only(scheduled(found, watch=replace(DAILY, stories=1)))
    assert [source.article_id for source in digest.also] == [f"s{n}0" for n in range(8)]
    assert [held.story_id for held in digest.held] == [f"s{n}" for n in range(8, 12)]


def test_what_all_messages_have_in_common_is_said_in_the_first() -> None:
    one, known = updated("u")
    result = composed([many(3, "a"), one, many(1, "near")], {"u": known})
    assert [len(digest.held) for digest in result.digests] == [1, 0]


def test_an_item_says_when_its_reader_was_told_and_when_its_articles_came() -> None:
    one, known = updated("u", hours_ago=2.5)
    item = only(composed([one], {"u": known})).items[0]
    assert (item.kind, item.since) == (Kind.UPDATE, known.last_at)
    assert len(item.hours) == 24
    assert item.hours[21] == sum(item.hours) == 2
    new = only(composed([many(3, hours_ago=0.5)])).items[0]
    assert (new.since, new.hours[23]) == (None, 3)


def test_a_source_says_how_it_stands_to_the_others_and_whether_it_is_only_a_teaser() -> None:
    short = member("short", "C", hours_ago=0.5)
    short = replace(short, article=replace(short.article, quality=Quality.TEASER))
    item = only(composed([story(member("a", hours_ago=9), member("b", "B"), short)])).items[0]
    assert {source.article_id for source in item.sources if source.teaser} == {"short"}
    assert item.sources[0].relation == "first"
    assert all(source.relation for source in item.sources)


BECAUSE = [
    pytest.param({}, None, "had at least 3 matching articles from 2 publishers within 48 hours", id="new"),
    pytest.param({"watch": MAJOR}, None, "is major: at least 5 independent publishers within 6 hours", id="major"),
    pytest.param({}, heard("s0"), "a story you were told of had 5 new articles", id="an update"),
    pytest.param({"watch": MAJOR}, heard("s0"), "is now major: 5 publishers or more", id="turned major"),
    pytest.param({"why": Why.BY_HAND}, None, "by hand", id="by hand"),
]


def test_a_message_of_several_stories_says_how_many_and_what_each_had() -> None:
    digest = only(composed([many(3, "a"), many(4, "b"), many(5, "c")]))
    assert digest.trigger == (
        "Sent because 3 stories of the watch “The watch” each had at least 3 matching articles from 2 publishers "
        "within 48 hours."
    )
    wide = only(composed([many(6, "a"), many(7, "b")], watch=MAJOR))
    assert wide.trigger == (
        "Sent because 2 stories of the watch “The watch” are major: at least 5 independent publishers within 6 hours "
        "each."
    )
    rows = [member(f"m{n}", f"P{n % 3}") for n in range(8)]
    eight = replace(MAJOR, notify=Notify(articles=8, publishers=2, hours=48))
    mixed = only(composed([story(*rows, name="a"), many(6, "b", hours_ago=30)], watch=eight))
    assert mixed.trigger == (
        "Sent because a story of the watch “The watch” had at least 8 matching articles from 2 publishers within 48 "
        "hours; and a story of the watch “The watch” was major: at least 5 independent publishers within 6 hours."
    )


@pytest.mark.parametrize(("given", "told", "because"), BECAUSE)
def test_each_message_says_why_it_comes(given: dict[str, object], told: Told | None, because: str) -> None:
    result = composed([many(6)], {"s": told} if told else {}, **given)  # type: ignore[arg-type]  # checked by the record
    assert because in only(result).trigger


def test_a_budget_s_rule_decides_and_its_price_is_said() -> None:
    notify = replace(WATCH.notify or Notify(), articles=2, publishers=1)
    price = Price(notify=notify, days=28, stories=90, messages=2.6, recall=0.714)
    digest = only(composed([many(2)], watch=replace(WATCH, budget=3), price=price))
    assert digest.trigger.endswith(
        "The budget of 3 messages a day sets 2 articles from 1 publisher: by the last 28 days, 2.6 messages a day, "
        "with 71 % of what is expected to be relevant told at once."
    )


def test_actions_are_commands_that_a_shell_takes_and_links_where_there_is_an_address() -> None:
    found = many(3, "s;rm")
    best = replace(found.members[2].scores["t"], score=0.95)
    found = replace(found, members=(*found.members[:2], replace(found.members[2], scores={"t": best})))
    digest, strongest = only(composed([found])), "s;rm2"
    wishes: list[Wish] = []

    def link(wish: Wish) -> str:
        wishes.append(wish)
        return f"https://news.example/{wish.name}/{wish.subject}"

    done = with_actions(digest, link, "my config")
    item = done.items[0]
    assert [action.command for action in (*item.actions, *done.actions)] == [
        f"monitor label --config 'my config' '{strongest}' t yes",
        f"monitor label --config 'my config' '{strongest}' t no",
        "monitor mute --config 'my config' 's;rm' --as me --for 7d",
        "monitor mute --config 'my config' --watch w --as me --for 7d",
        "monitor unsubscribe --config 'my config' w --as me",
    ]
    assert [action.url for action in done.actions] == [
        "https://news.example/pause/w",
        "https://news.example/unsubscribe/w",
    ]
    assert Wish(name="off-topic", person="me", subject=strongest, topic="t") in wishes
    plain = with_actions(digest, lambda _: "")
    assert {action.url for action in (*plain.items[0].actions, *plain.actions)} == {""}
    assert "--config" not in plain.actions[0].command
