"""Two planners that know nothing of each other: what one has told a person, the other does not tell as new."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from monitor.ports import Slot
from monitor.records import Outcome, Planned
from monitor.store import Store
from monitor.store.database import _advisory_key
from tests.conformance.news import NOW, outcome
from tests.conformance.posts import digest_of, plan, taken, told_story

SLOTS = {("crypto", "ana"): Slot(timetable="daily", next_at=NOW)}


def digests_of(store: Store) -> list[str]:
    return sorted({row["digest_id"] for row in store.receipts.listed(99)})


def test_what_was_composed_before_another_told_the_same_is_not_stored(store: Store) -> None:
    told_story(store, "a", "b")
    assert plan(store, digest_of("d1", "a")) == {"d1"}
    said = [outcome("plan", "s1 ana crypto", "stale"), outcome("plan", "s2 ana crypto", "held")]
    stale, other = digest_of("d2", "a", "b"), digest_of("d3", "b", person_id="ben")
    assert store.outbox.plan([stale, other], said, "m1", slots=SLOTS) == {"d3"}
    assert digests_of(store) == ["d1", "d3"]
    assert store.readers.told("ana")["s1"].article_ids == {"a"}
    assert store.readers.slots() == {}, "what was refused is due still"
    about = {one.subject: one.outcome for one in store.ledger.about(["s1 ana crypto", "s2 ana crypto"])}
    assert about == {"s1 ana crypto": "done", "s2 ana crypto": "held"}
    assert plan(store, digest_of("d4", "a", "b", known="a")) == {"d4"}


def test_a_message_that_never_arrived_may_be_told_again_by_one_planner(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a"))
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW)
    assert plan(store, digest_of("d2", "a")) == {"d2"}
    assert plan(store, digest_of("d3", "a")) == frozenset()


def test_two_digests_of_one_plan_do_not_tell_the_same(store: Store) -> None:
    told_story(store, "a")
    assert plan(store, digest_of("d1", "a"), digest_of("d2", "a"), digest_of("d3")) == {"d1", "d3"}


def at_once(stores: Sequence[Store], plans: Sequence[Sequence[Planned]]) -> list[frozenset[str]]:
    """Have each store plan at one moment, and return what each stored."""
    ready = threading.Barrier(len(stores))
    stored: list[frozenset[str]] = [frozenset()] * len(stores)

    def work(place: int) -> None:
        ready.wait()
        nothing: list[Outcome] = []
        stored[place] = stores[place].outbox.plan(plans[place], nothing, "m1", slots=SLOTS)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return stored


def test_of_two_plans_at_one_moment_one_is_stored(store: Store, database_url: str) -> None:
    other = Store(database_url)
    names = [f"a{number}" for number in range(20)]
    told_story(store, *names)
    for number, name in enumerate(names):
        plans = [[digest_of(f"{number}-{place}", name)] for place in range(2)]
        first, second = at_once([store, other], plans)
        assert len(first) + len(second) == 1
    assert len(digests_of(store)) == len(names)
    other.close()


def test_plans_for_two_people_in_opposite_order_do_not_wait_for_each_other_for_ever(
    store: Store, database_url: str
) -> None:
    other = Store(database_url)
    told_story(store, "a")
    for number in range(20):
        people = [digest_of(f"{number}-{person}", person_id=person) for person in ("ana", "ben")]
        first, second = at_once([store, other], [people, people[::-1]])
        assert first | second == {one.digest.id for one in people}
    other.close()


def test_a_planner_whose_lock_was_lost_with_its_connection_tells_nobody_twice(store: Store, database_url: str) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("the lock of a file is lost with its process alone")
    other = Store(database_url)
    told_story(store, "a")
    with store.only_one("cycle"):
        end_connection_that_holds(other, "cycle")
        with other.only_one("cycle"):
            first, second = at_once([store, other], [[digest_of("d1", "a")], [digest_of("d2", "a")]])
    assert len(first) + len(second) == 1
    assert digests_of(store) == sorted(first | second)
    other.close()


def end_connection_that_holds(store: Store, task: str) -> None:
    """End the connection that holds a task, as a firewall does that forgets what is idle."""
    ended = sa.text(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND ((classid::bigint << 32) | objid::bigint) = :key"
    )
    with store.database.read() as connection:
        schema = connection.scalar(sa.select(sa.func.current_schema()))
        assert connection.scalar(ended, {"key": _advisory_key(schema, task)}) == 1
