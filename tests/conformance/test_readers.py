"""What each person was told and wants to be told: the same answers from every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.ports import Slot
from monitor.records import Article, Coverage, Failing, Merged, Mute, MuteKind, Polled, Quality, Read, Told, Why
from monitor.store import Store
from tests.conformance.news import FEED, NOW, OTHER, article, entry, feed, outcome, polled, read_article
from tests.conformance.posts import TAKEN, digest_of, plan, taken, told_story

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def mute(name: str, kind: MuteKind, subject: str, until: datetime | None = NOW + DAY, person: str = "ana") -> Mute:
    return Mute(id=name, person=person, kind=kind, subject=subject, since=NOW, until=until, by="link")


def test_a_person_has_been_told_what_a_digest_said(store: Store) -> None:
    told_story(store, "a", "b")
    plan(store, digest_of("d1", "a", major=True))
    plan(store, digest_of("d2", "a", "b", at=NOW + HOUR, thread="d1", known="a"))
    said = Told(
        article_ids=frozenset({"a", "b"}), first_at=NOW, last_at=NOW + HOUR, digest_id="d1", major=True, lapsed=False
    )
    assert store.readers.told("ana") == store.readers.told("ana", ["s1", "s2"]) == {"s1": said}
    assert store.readers.told("ana", ["s2"]) == store.readers.told("somebody else") == {}


def test_a_story_that_becomes_major_without_anything_new_is_told_as_major_once(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a"))
    assert not store.readers.told("ana")["s1"].major
    plan(store, digest_of("d2", "a", major=True, at=NOW + HOUR, known="a"))
    told = store.readers.told("ana")["s1"]
    assert (told.major, told.digest_id) == (True, "d1")


def test_who_was_told_of_two_stories_that_become_one_heard_first_of_the_earlier(store: Store) -> None:
    told_story(store, "a")
    told_story(store, "b", story="s2")
    plan(store, digest_of("d2", "b", story="s2"), digest_of("d1", "a", at=NOW + HOUR))
    store.grouping.merge([Merged(story="s2", into="s1", similarity=0.9)], [])
    told = store.readers.told("ana")
    assert set(told) == {"s1"}
    assert (told["s1"].article_ids, told["s1"].digest_id) == ({"a", "b"}, "d2")


def test_a_story_of_which_nothing_arrived_has_lapsed(store: Store) -> None:
    told_story(store, "a", "b")
    plan(store, digest_of("d1", "a", "b", major=True))
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW + DAY)
    told = store.readers.told("ana")["s1"]
    assert (told.lapsed, told.digest_id, told.article_ids) == (True, "", {"a", "b"})
    assert told.lapsed_at == NOW


def test_a_story_that_lapsed_is_as_new_when_it_is_told_again(store: Store) -> None:
    told_story(store, "a", "b")
    plan(store, digest_of("d1", "a", "b", major=True))
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW + DAY)
    plan(store, digest_of("d2", "a", at=NOW + DAY))
    assert store.readers.told("ana")["s1"] == Told(
        article_ids=frozenset({"a"}), first_at=NOW + DAY, last_at=NOW + DAY, digest_id="d2", lapsed_at=NOW
    ), "of b, nothing arrived"
    plan(store, digest_of("d3", "a", "b", at=NOW + DAY + HOUR, known="a"))
    assert store.readers.told("ana")["s1"].lapsed_at is None


def test_an_update_that_lapsed_leaves_what_was_told_before(store: Store) -> None:
    told_story(store, "a", "b")
    plan(store, digest_of("d1", "a"))
    plan(store, digest_of("d2", "a", "b", at=NOW + HOUR, known="a"))
    store.outbox.sent(taken(store), TAKEN, NOW)
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW + DAY)
    told = store.readers.told("ana")["s1"]
    assert (told.article_ids, told.last_at, told.digest_id, told.lapsed) == ({"a"}, NOW, "d1", False)
    assert told.lapsed_at == NOW + HOUR


def test_messages_are_counted_without_major_ones_and_those_asked_for(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d0", "a", at=NOW - HOUR))
    assert store.readers.messages_since("ana", NOW) == 0
    plan(store, digest_of("d1", "a", channels=("mail", "chat"), known="a"), digest_of("d2"))
    plan(store, digest_of("d3", "a", major=True, known="a"), digest_of("d4", "a", why=Why.BY_HAND, known="a"))
    plan(store, digest_of("d5", "a", person_id="ben"))
    assert store.readers.messages_since("ana", NOW) == 2
    assert store.readers.messages_since("ana", NOW - HOUR) == 3


def test_the_newest_digest_of_a_watch_and_a_person_is_known(store: Store) -> None:
    assert store.readers.last_digest_at("crypto", "ana") is None
    plan(store, digest_of("d1", at=NOW), digest_of("d2", at=NOW - HOUR))
    assert store.readers.last_digest_at("crypto", "ana") == NOW
    assert store.readers.last_digest_at("crypto", "ben") is None


def test_the_newest_scheduled_digest_is_the_last_that_was_whole(store: Store) -> None:
    assert store.readers.scheduled_at("crypto", "ana") is None
    assert store.readers.newest_at() is None
    whole = (digest_of("d1", why=Why.DIGEST), digest_of("d2", at=NOW + HOUR, why=Why.BY_HAND))
    plan(store, *whole, digest_of("d3", at=NOW + DAY), digest_of("d4", at=NOW + 2 * DAY, why=Why.FLUSH))
    assert store.readers.scheduled_at("crypto", "ana") == NOW + HOUR
    assert store.readers.scheduled_at("crypto", "ben") is None
    assert store.readers.scheduled_at("other", "ana") is None
    assert store.readers.newest_at() == NOW + 2 * DAY


def test_the_archive_begins_with_the_first_entry_that_was_seen(store: Store) -> None:
    assert store.readers.seen_since() is None
    store.sources.sync([FEED])
    store.sources.save([polled(entry("b"), at=NOW + HOUR)])
    store.sources.save([polled(entry("a", published=NOW - 9 * DAY), at=NOW + DAY)])
    assert store.readers.seen_since() == NOW + HOUR


def test_coverage_counts_feeds_that_answer_and_articles_since(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    read_article(store, "a")
    store.sources.sync([FEED, OTHER])
    assert store.readers.coverage(None, NOW) == Coverage(feeds=2, feeds_answering=1, articles=1, since=None)
    assert store.readers.coverage(NOW, NOW).articles == 0


def test_coverage_names_every_active_feed_that_has_failed_for_a_day(store: Store) -> None:
    feeds = [feed(number) for number in range(30)]
    store.sources.sync(feeds)
    store.sources.save([silent(number, NOW - DAY) for number in reversed(range(12))])
    store.sources.save([silent(20, NOW - DAY + timedelta(seconds=1))])
    assert store.readers.coverage(None, NOW).silent == tuple(sorted(f"Feed {number}" for number in range(12)))
    store.sources.sync(feeds[10:])
    assert store.readers.coverage(None, NOW).silent == ("Feed 10", "Feed 11")


def silent(number: int, since: datetime) -> Polled:
    poll = polled(feed=feed(number))
    failing = Failing(count=9, weight=2.0, since=since, reason="timeout", message="It took too long.")
    return replace(poll, outcome="failed", reason="timeout", state=replace(poll.state, failing=failing))


def test_coverage_counts_teasers_among_the_articles(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"), entry("b"))])
    for name, quality in (("a", Quality.TEASER), ("b", Quality.FULL)):
        save(store, replace(article(name), quality=quality))
    found = store.readers.coverage(None, NOW)
    assert (found.articles, found.teasers) == (2, 1)
    assert store.readers.coverage(NOW, NOW).teasers == 0


def save(store: Store, made: Article) -> None:
    unread = next(one for one in store.sources.unread(NOW, 10) if one.entry.key == made.id)
    store.articles.save([Read(unread=unread, article=made, page=None, outcome=outcome("read", unread.id))], NOW)


def test_a_slot_is_kept_with_the_plan_that_used_it(store: Store) -> None:
    assert store.readers.slots() == {}
    first, second = (Slot(timetable="daily at 7:00 UTC", next_at=NOW + days * DAY) for days in (1, 2))
    plan(store, slots={("crypto", "ana"): first, ("other", "ana"): second})
    assert store.readers.slots() == {("crypto", "ana"): first, ("other", "ana"): second}
    plan(store, slots={("crypto", "ana"): second})
    assert store.readers.slots() == {("crypto", "ana"): second, ("other", "ana"): second}


def test_the_slots_of_watches_and_persons_that_are_gone_are_given_up(store: Store) -> None:
    one = Slot(timetable="daily at 7:00 UTC", next_at=NOW + DAY)
    kept = {("crypto", "ana"): one, ("crypto", "ben"): one, ("other", "ana"): one}
    plan(store, slots=kept)
    store.readers.forget_slots([*kept, ("new", "ana")])
    assert store.readers.slots() == kept
    store.readers.forget_slots([("crypto", "ben"), ("other", "ben"), ("crypto", "bea")])
    assert store.readers.slots() == {("crypto", "ben"): one}
    store.readers.forget_slots([])
    assert store.readers.slots() == {}


def test_a_mute_is_in_force_from_its_beginning_until_its_end(store: Store) -> None:
    brief = mute("m1", MuteKind.WATCH, "crypto")
    endless = replace(mute("m2", MuteKind.ALL, "", None), since=NOW - HOUR)
    others = mute("m3", MuteKind.WATCH, "crypto", person="ben")
    for one in (brief, endless, others):
        store.readers.mute(one)
    assert store.readers.mutes(NOW, "ana") == [endless, brief]
    assert store.readers.mutes(NOW) == [endless, brief, others]
    assert store.readers.mutes(NOW - timedelta(minutes=1), "ana") == [endless]
    assert store.readers.mutes(NOW + DAY, "ana") == [endless]


@pytest.mark.parametrize("name", ["m1", "m2"])
def test_a_mute_of_the_same_thing_replaces_the_one_before(store: Store, name: str) -> None:
    store.readers.mute(mute("m1", MuteKind.STORY, "s1"))
    longer = mute(name, MuteKind.STORY, "s1", NOW + 9 * DAY)
    store.readers.mute(longer)
    assert store.readers.mutes(NOW) == [longer]


def test_a_mute_ends_when_it_is_taken_back(store: Store) -> None:
    store.readers.mute(mute("m1", MuteKind.WATCH, "crypto", None))
    assert store.readers.unmute("m1", NOW + HOUR)
    assert not store.readers.unmute("m1", NOW + HOUR)
    assert not store.readers.unmute("m2", NOW + HOUR)
    assert store.readers.mutes(NOW + HOUR) == []
    store.readers.mute(mute("m1", MuteKind.WATCH, "crypto", NOW + 9 * DAY))
    assert len(store.readers.mutes(NOW + HOUR)) == 1


def test_a_mute_that_is_over_is_known_by_when_it_ended(store: Store) -> None:
    ends = {"m1": NOW + DAY, "m2": NOW + DAY, "m3": NOW + DAY + HOUR, "m4": None}
    for place, (name, until) in enumerate(ends.items()):
        store.readers.mute(replace(mute(name, MuteKind.WATCH, name, until), since=NOW - place * HOUR))

    def ended(since: datetime, now: datetime) -> list[str]:
        return [one.id for one in store.readers.mutes_ended(since, now)]

    assert ended(NOW, NOW + DAY - HOUR) == []
    assert ended(NOW, NOW + DAY) == ["m2", "m1"]
    assert ended(NOW, NOW + 9 * DAY) == ["m3", "m2", "m1"]
    assert ended(NOW + DAY, NOW + 9 * DAY) == ["m3"]
    assert store.readers.unmute("m4", NOW + 2 * DAY)
    assert ended(NOW + DAY, NOW + 9 * DAY) == ["m4", "m3"]
    assert [one.until for one in store.readers.mutes_ended(NOW + DAY + HOUR, NOW + 9 * DAY)] == [NOW + 2 * DAY]


def test_the_mute_of_a_story_follows_it_into_another(store: Store) -> None:
    told_story(store, "a")
    told_story(store, "b", story="s2")
    store.readers.mute(mute("m1", MuteKind.STORY, "s2"))
    store.readers.mute(mute("m2", MuteKind.WATCH, "s2"))
    store.grouping.merge([Merged(story="s2", into="s1", similarity=0.9)], [])
    assert [(one.id, one.subject) for one in store.readers.mutes(NOW)] == [("m1", "s1"), ("m2", "s2")]
    assert [(one.id, one.subject) for one in store.readers.mutes_ended(NOW, NOW + DAY)] == [("m1", "s1"), ("m2", "s2")]
