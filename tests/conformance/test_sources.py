"""What every database must hold about feeds: none asked too early or twice, and all remembered that they taught."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.records import Failing, Feed, FeedState, Hints, HostRest, Move, Polled, Read, Rhythm, RobotsFile, Stored
from monitor.store import Store
from monitor.store.arrived import entry_id
from monitor.store.tables import feeds, polls
from tests.conformance.news import FEED, LATER, NOW, OTHER, article, entry, feed, outcome, polled

DAY = timedelta(days=1)
NO_TIME = timedelta()

TAUGHT = FeedState(
    feed_id="one",
    etag='W/"x"',
    last_modified="Sun, 29 Mar 2026 05:00:00 GMT",
    body_hash="b" * 64,
    entries_hash="e" * 64,
    full_at=NOW - DAY,
    distrusted=True,
    hints=Hints(wait=timedelta(minutes=90), skip_hours=frozenset({0, 23}), skip_days=frozenset({5, 6})),
    rhythm=Rhythm(count=2.5, at=NOW, new_at=NOW - timedelta(hours=3)),
    failing=Failing(count=3, weight=1.5, since=NOW - DAY, reason="http-500", message="It is broken.", named=True),
    move=Move(url="https://one.example/new", since=NOW - 3 * DAY, seen=4, adopted=True),
    next_at=LATER,
    last_status=500,
    last_ok_at=NOW - 2 * DAY,
    first_ok_at=NOW - 9 * DAY,
    retired_at=NOW - timedelta(hours=1),
)


@pytest.fixture
def other_store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def until(moment: datetime) -> Callable[[Feed, FeedState], datetime]:
    """Return what gives every feed the same time."""
    return lambda _feed, _state: moment


def asked(store: Store, now: datetime = NOW, *, every: bool = False) -> list[str]:
    """Claim for a quarter of an hour; return the feeds' ids."""
    return [one.id for one, _ in store.sources.claim(now, until(now + timedelta(minutes=15)), every=every)]


def states(store: Store) -> dict[str, FeedState]:
    return {health.feed.id: health.state for health in store.sources.health(NOW)}


def remember(store: Store, state: FeedState, of: Feed = FEED) -> None:
    store.sources.save([replace(polled(feed=of), state=replace(state, feed_id=of.id))])


def failed(since: datetime, *, of: Feed = FEED, named: bool = False) -> Polled:
    """Return a poll that failed, of a feed failing since then."""
    failing = Failing(count=9, weight=9.0, since=since, reason="http-500", message="It is broken.", named=named)
    return replace(polled(feed=of), outcome="failed", state=FeedState(feed_id=of.id, failing=failing, next_at=LATER))


def writes(store: Store) -> Any:
    """Count the statements that change something, from now on."""
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")):
            counted.append(statement)

    sa.event.listen(store.database._engine, "before_cursor_execute", count)
    return counted


def test_times_come_back_in_utc(store: Store) -> None:
    store.sources.sync([FEED])
    zoned = datetime(2026, 3, 29, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    remember(store, FeedState(feed_id="one", next_at=zoned))
    found = states(store)["one"].next_at
    assert found == zoned
    assert found is not None
    assert found.tzinfo is UTC


def test_all_that_a_feed_taught_comes_back_as_it_went_in(store: Store) -> None:
    store.sources.sync([FEED])
    assert states(store) == {"one": FeedState(feed_id="one")}
    remember(store, TAUGHT)
    assert states(store) == {"one": TAUGHT}
    [(_, claimed)] = store.sources.claim(LATER, until(LATER + DAY))
    assert claimed == TAUGHT
    remember(store, FeedState(feed_id="one"))
    assert states(store) == {"one": FeedState(feed_id="one")}


def test_an_address_that_changed_is_asked_anew_and_keeps_the_rhythm_only(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    remember(store, TAUGHT)
    remember(store, TAUGHT, OTHER)
    store.sources.sync([replace(FEED, url="https://one.example/moved"), OTHER])
    kept = FeedState(feed_id="one", rhythm=TAUGHT.rhythm, last_ok_at=TAUGHT.last_ok_at, first_ok_at=TAUGHT.first_ok_at)
    assert states(store) == {"one": kept, "two": replace(TAUGHT, feed_id="two")}
    assert asked(store) == ["one"]


def test_a_name_that_changed_forgets_nothing(store: Store) -> None:
    store.sources.sync([FEED])
    remember(store, TAUGHT)
    renamed = replace(FEED, name="Uno", publisher="Uno SpA", language="it", kind="official")
    store.sources.sync([renamed])
    [health] = store.sources.health(NOW)
    assert (health.feed, health.state) == (renamed, TAUGHT)


def test_nothing_is_written_when_the_configuration_has_not_changed(store: Store) -> None:
    many = [feed(number) for number in range(2500)]
    store.sources.sync(many)
    counted = writes(store)
    store.sources.sync(many)
    assert counted == []
    store.sources.sync([*many[1:], FEED])
    assert len(counted) <= 3
    assert len(store.sources.health(NOW)) == 2500


def test_what_is_secret_about_a_feed_is_not_stored(store: Store) -> None:
    secret = replace(FEED, headers={"authorization": "Basic c2VjcmV0"}, every=timedelta(hours=1))
    store.sources.sync([secret])
    with store.database.read() as connection:
        stored = str(connection.execute(sa.select(feeds)).all())
    assert "c2VjcmV0" not in stored
    assert [one for one, _ in store.sources.claim(NOW, until(LATER))] == [FEED]


def test_a_feed_is_asked_when_it_never_was_or_its_time_has_come(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    store.sources.save([polled()])
    assert asked(store) == ["two"]
    assert asked(store, LATER - timedelta(seconds=1)) == []
    assert asked(store, LATER) == ["one", "two"]
    assert asked(store, LATER, every=True) == ["one", "two"]


def test_those_that_waited_longest_come_first(store: Store) -> None:
    many = [feed(number) for number in range(4)]
    store.sources.sync(many)
    for one, minutes in zip(many[:3], (5, 1, 5), strict=True):
        remember(store, FeedState(feed_id="", next_at=NOW - timedelta(minutes=minutes)), one)
    assert asked(store) == ["feed-0003", "feed-0000", "feed-0002", "feed-0001"]


def test_a_feed_that_was_taken_is_due_again_only_when_the_claim_ends(store: Store, other_store: Store) -> None:
    store.sources.sync([FEED])
    assert asked(store) == ["one"]
    assert asked(other_store) == []
    assert asked(other_store, LATER - timedelta(seconds=1)) == []
    assert store.sources.next_due() == LATER
    assert asked(other_store, LATER) == ["one"]


def test_each_feed_taken_has_a_time_of_its_own(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    store.sources.claim(NOW, lambda feed, _: NOW + DAY if feed.id == FEED.id else LATER)
    assert [one.id for one, _ in store.sources.claim(LATER, until(LATER + DAY))] == [OTHER.id]


def test_a_poll_that_was_saved_ends_the_claim(store: Store) -> None:
    store.sources.sync([FEED])
    assert asked(store) == ["one"]
    soon = NOW + timedelta(minutes=5)
    remember(store, FeedState(feed_id="one", next_at=soon))
    assert asked(store, soon) == ["one"]


def test_two_processes_that_claim_at_once_never_share_a_feed(store: Store, other_store: Store) -> None:
    many = [feed(number) for number in range(1500)]
    store.sources.sync(many)
    taken: list[list[str]] = []
    start = threading.Barrier(4)

    def take(claimer: Store) -> None:
        start.wait(30)
        taken.append(asked(claimer))

    threads = [threading.Thread(target=take, args=(one,)) for one in (store, other_store) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(key for keys in taken for key in keys) == [one.id for one in many]


def test_a_feed_that_another_process_is_taking_is_not_waited_for(store: Store, other_store: Store) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time, who is waited for")
    store.sources.sync([FEED, OTHER])
    with other_store.database.write() as connection:
        connection.execute(sa.select(feeds).where(feeds.c.id == "one").with_for_update())
        assert asked(store) == ["two"]


def test_a_feed_that_was_given_back_is_due_when_it_was_before(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    remember(store, TAUGHT)
    taken = [state for _, state in store.sources.claim(LATER, until(LATER + DAY))]
    store.sources.release(taken)
    assert states(store) == {"one": TAUGHT, "two": FeedState(feed_id="two")}
    store.sources.release([])


@pytest.mark.parametrize("outcome", ["answered", "failed"])
def test_giving_back_leaves_a_poll_alone_that_was_saved_meanwhile(store: Store, outcome: str) -> None:
    store.sources.sync([FEED])
    taken = [state for _, state in store.sources.claim(NOW, until(LATER))]
    saved = polled() if outcome == "answered" else failed(NOW)
    store.sources.save([saved])
    store.sources.release(taken)
    assert states(store)["one"] == saved.state


def test_a_retired_feed_is_asked_when_it_is_due_or_when_all_are(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    remember(store, replace(TAUGHT, next_at=None))
    remember(store, replace(TAUGHT, next_at=NOW + DAY), OTHER)
    assert store.sources.next_due() is None
    assert asked(store, LATER) == []
    assert asked(store, NOW + DAY) == ["two"]
    assert asked(store, NOW + DAY, every=True) == ["one", "two"]


def test_a_feed_no_longer_configured_is_kept_but_not_asked(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    remember(store, TAUGHT)
    store.sources.sync([OTHER])
    assert asked(store, LATER, every=True) == ["two"]
    assert store.sources.next_due() == LATER + timedelta(minutes=15)
    store.sources.sync([FEED, OTHER])
    assert states(store)["one"] == TAUGHT


def test_a_poll_that_was_held_is_remembered_but_was_none(store: Store) -> None:
    store.sources.sync([FEED])
    held = replace(polled(), outcome="held", reason="host-resting", status=None, size=0)
    assert store.sources.save([held]) == [Stored()]
    assert states(store)["one"].next_at == LATER
    [told] = store.ledger.about(["one"])
    assert (told.outcome, told.reason) == ("held", "host-resting")
    with store.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(polls)) == 0


def test_a_poll_is_stored_with_what_came_of_it(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"), entry("b"))])
    store.sources.save([polled(entry("a"), entry("c"), at=LATER)])
    with store.database.read() as connection:
        rows = connection.execute(sa.select(polls).order_by(polls.c.at)).all()
    assert [(row.at, row.entries, row.new_entries, row.bytes) for row in rows] == [
        (NOW, 2, 2, 2000),
        (LATER, 2, 1, 2000),
    ]
    [told] = store.ledger.about(["one"])
    assert (told.outcome, told.reason, told.numbers) == ("answered", "parsed", {"entries": 2, "new": 1, "bytes": 2000})


def test_storing_polls_takes_as_many_statements_for_a_hundred_as_for_one(store: Store) -> None:
    many = [feed(number) for number in range(100)]
    store.sources.sync(many)
    counted = writes(store)
    store.sources.save([replace(polled(feed=one), outcome="not-modified", status=304) for one in many[:1]])
    single = len(counted)
    counted.clear()
    store.sources.save([replace(polled(feed=one), outcome="not-modified", status=304) for one in many])
    assert len(counted) == single


def test_feeds_that_failed_long_enough_are_named_once(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    store.sources.save([failed(NOW - DAY), failed(NOW - DAY / 2, of=OTHER)])
    assert [(one.id, state.failing.message) for one, state in store.sources.unnamed(NOW - DAY, NO_TIME)] == [
        ("one", "It is broken.")
    ]
    store.sources.name(["one"], NOW)
    store.sources.name([], NOW)
    assert store.sources.unnamed(NOW - DAY, NO_TIME) == []
    assert {one.id for one, _ in store.sources.unnamed(NOW, NO_TIME)} == {"two"}
    [told] = [one for one in store.ledger.about(["one"]) if one.step == "name"]
    assert (told.outcome, told.at) == ("dead", NOW)


def test_a_feed_that_was_asked_once_only_is_not_named(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([replace(failed(NOW - DAY), at=NOW - DAY)])
    assert store.sources.unnamed(NOW, DAY / 2) == []
    store.sources.save([replace(failed(NOW - DAY), at=NOW - DAY / 3)])
    assert [one.id for one, _ in store.sources.unnamed(NOW, DAY / 2)] == ["one"]


def test_a_poll_begun_before_its_feed_was_named_does_not_unname_it(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([failed(NOW - DAY)])
    store.sources.name(["one"], NOW)
    store.sources.save([failed(NOW - DAY)])
    assert states(store)["one"].failing.named
    store.sources.save([polled()])
    assert not states(store)["one"].failing.named
    store.sources.save([failed(NOW - DAY)])
    assert not states(store)["one"].failing.named


def test_a_failing_feed_is_not_among_those_that_answer(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    store.sources.save([polled(), polled(feed=OTHER)])
    assert store.readers.coverage(None, NOW).feeds_answering == 2
    failing = Failing(count=1, weight=0.25, since=NOW, reason="timeout", message="It took too long.")
    remember(store, replace(polled().state, failing=failing))
    assert store.readers.coverage(None, NOW).feeds_answering == 1


def test_a_host_is_left_alone_and_remembered_for_a_day_more(store: Store) -> None:
    first = HostRest(host="one.example", until=LATER, times=1, reason="http-429")
    other = HostRest(host="two.example", until=NOW + DAY, times=1, reason="http-503")
    store.sources.rest([first, other])
    again = replace(first, until=NOW + timedelta(hours=2), times=2)
    store.sources.rest([again])
    store.sources.rest([])
    assert store.sources.rests(NOW) == {"one.example": again, "two.example": other}
    assert store.sources.rests(again.until + DAY) == {"two.example": other}


def test_robots_files_are_kept_and_replaced(store: Store) -> None:
    old = RobotsFile(origin="https://one.example", text="User-agent: *\nDisallow: /", fetched_at=NOW - DAY)
    none = RobotsFile(origin="https://two.example", text="", fetched_at=NOW)
    store.sources.save_robots([old, none])
    origins = [old.origin, none.origin, "https://three.example"]
    assert store.sources.robots(origins, NOW - 2 * DAY) == {old.origin: old, none.origin: none}
    assert store.sources.robots(origins, NOW - DAY) == {none.origin: none}
    new = replace(old, text="", fetched_at=NOW)
    store.sources.save_robots([new])
    assert store.sources.robots([old.origin], NOW - DAY) == {old.origin: new}
    assert store.sources.robots([], NOW - DAY) == {}


def test_pruning_forgets_old_polls_and_hosts_but_no_entries(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"), at=NOW - DAY), polled(at=NOW)])
    store.sources.rest([HostRest(host="one.example", until=NOW - timedelta(seconds=1), times=1, reason="http-429")])
    store.sources.rest([HostRest(host="two.example", until=NOW, times=1, reason="http-429")])
    for origin, at in (("https://one.example", NOW - DAY), ("https://two.example", NOW)):
        store.sources.save_robots([RobotsFile(origin=origin, text="", fetched_at=at)])
    for _ in range(2):
        store.sources.prune(NOW)
    [health] = store.sources.health(NOW)
    assert (health.polls, health.entries) == (1, 1)
    assert set(store.sources.rests(NOW)) == {"two.example"}
    assert set(store.sources.robots(["https://one.example", "https://two.example"], NOW - 9 * DAY)) == {
        "https://two.example"
    }


def test_health_counts_the_polls_of_the_last_seven_days(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    old = NOW - timedelta(days=7, seconds=1)
    for said in ("answered", "not-modified", "same-bytes", "same-entries", "failed", "held"):
        store.sources.save([replace(polled(at=at), outcome=said) for at in (NOW, old)])
    one, two = store.sources.health(NOW)
    assert (one.polls, one.answered, one.unchanged) == (5, 4, 3)
    assert (two.feed, two.polls, two.entries, two.last_entry_at) == (OTHER, 0, 0, None)


def test_health_counts_entries_articles_teasers_and_repeats(store: Store) -> None:
    store.sources.sync([FEED, OTHER])
    undated = replace(entry("undated"), published=None)
    store.sources.save([polled(*(entry(key) for key in "abcd"), undated)])
    methods = {"a": ("x", "page"), "b": ("y", "feed-summary"), "c": ("z", "title"), "d": ("x", "page")}
    for unread in store.sources.unread(NOW, 10):
        if unread.entry.key in methods:
            name, method = methods[unread.entry.key]
            said = "repeated" if unread.entry.key == "d" else method
            told = outcome("read", unread.id, said)
            made = replace(article(name), method=method)
            store.articles.save([Read(unread=unread, article=made, page=None, outcome=told)], NOW)
    assert len(store.ledger.about([entry_id("one", "d")])) == 2
    one, two = store.sources.health(NOW)
    assert (one.entries, one.articles, one.teasers, one.repeated) == (5, 3, 2, 1)
    assert one.last_entry_at == NOW
    assert (two.articles, two.teasers, two.repeated) == (0, 0, 0)
