"""Several senders at once: what a dead one was sending is taken over at once, what a living one sends never is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psycopg
import pytest
import sqlalchemy as sa

from monitor.errors import BusyError
from monitor.records import Delivery
from monitor.store import Store
from monitor.store.places import PLACES
from monitor.store.tables import deliveries, digests
from tests.conformance.news import NOW
from tests.conformance.posts import TAKEN, digest_of, plan, state_of, take, taken, told_story
from tests.conftest import POSTGRES

PROCESSES = multiprocessing.get_context("spawn")


def sender(url: str, pipe: Connection) -> None:
    """Claim one delivery, say its id, and hold it until told to note it as sent."""
    store = Store(url)
    with store.outbox.drain() as place:
        delivery = store.outbox.claim(place, NOW)
        assert delivery is not None
        pipe.send(delivery.id)
        pipe.recv()
        store.outbox.sent(delivery, TAKEN, NOW)
    pipe.send("done")
    store.close()


@contextmanager
def sending(url: str) -> Iterator[tuple[str, BaseProcess, Connection]]:
    """Run a sender that holds a delivery, and yield its id, the process and the pipe to it."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=sender, args=(url, theirs))
    process.start()
    try:
        assert ours.poll(30), "the sender claimed nothing"
        yield ours.recv(), process, ours
    finally:
        process.kill()
        process.join()


def kill(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def test_what_a_killed_sender_held_is_open_and_taken_by_the_next_at_once(store: Store, database_url: str) -> None:
    plan(store, digest_of())
    with sending(database_url) as (held, process, _):
        assert take(store) is None
        kill(process)
        found = freed(lambda: take(store))
    assert found is not None
    assert (found.id, found.open, found.attempts) == (held, True, 2)


def freed(look: Callable[[], Delivery | None]) -> Delivery | None:
    """Look again for a while: a server learns of a client's death by its connection, some milliseconds later."""
    event = PROCESSES.Event()
    return next((found for _ in range(500) if (found := look()) or event.wait(0.02)), None)


def test_what_a_killed_sender_held_is_taken_by_one_that_is_at_work_already(store: Store, database_url: str) -> None:
    plan(store, digest_of())
    with sending(database_url) as (held, process, _), store.outbox.drain() as place:
        assert store.outbox.claim(place, NOW) is None
        kill(process)
        found = freed(lambda: store.outbox.claim(place, NOW))
    assert found is not None
    assert (found.id, found.open) == (held, True)


def test_what_a_slow_sender_holds_is_left_to_it_however_long_it_takes(store: Store, database_url: str) -> None:
    plan(store, digest_of("d1"), digest_of("d2"))
    with sending(database_url) as (held, _, pipe):
        second = taken(store)
        assert (held, second.id) == ("d1-mail", "d2-mail")
        store.outbox.sent(second, TAKEN, NOW)
        assert take(store) is None
        pipe.send("go on")
        assert pipe.recv() == "done"
    assert state_of(store, held) == "sent"
    [said] = store.ledger.about([held])
    assert said.numbers == {"attempts": 1, "copies": 0}


def test_what_a_sender_left_that_was_interrupted_is_open(store: Store) -> None:
    plan(store, digest_of())

    def interrupted() -> None:
        with store.outbox.drain() as place:
            assert store.outbox.claim(place, NOW) is not None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert taken(store).open


def test_what_a_program_without_places_was_sending_is_open(store: Store) -> None:
    plan(store, digest_of())
    with store.database.write() as connection:
        connection.execute(deliveries.update().values(state="sending", lease=None))
    assert taken(store).open


def test_a_place_is_free_again_when_its_holder_goes(store: Store, database_url: str) -> None:
    other = Store(database_url)
    for _ in range(2):
        with store.outbox.drain() as first, other.outbox.drain() as second:
            assert (first, second) == PLACES[:2]
    other.close()


def test_when_all_places_are_taken_the_work_is_left_to_their_holders(store: Store, database_url: str) -> None:
    others = [Store(database_url) for _ in PLACES[1:]]
    with ExitStack() as held:
        for one in (store, *others):
            held.enter_context(one.outbox.drain())
        with pytest.raises(BusyError, match="16 processes are sending"), store.outbox.drain():
            pass
    with store.outbox.drain() as place:
        assert place == PLACES[0]
    for one in others:
        one.close()


def test_two_monitors_in_one_database_do_not_take_each_others_places(store: Store, database_url: str) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("a file holds one monitor")
    schema = database_url.rpartition("%3D")[2] + "_other"
    with psycopg.connect(os.environ[POSTGRES], autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            other = Store(f"{os.environ[POSTGRES]}?options=-csearch_path%3D{schema}")
            with store.outbox.drain() as first, other.outbox.drain() as second:
                assert first == second == PLACES[0]
            other.close()
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


def test_two_channels_that_are_too_late_at_one_moment_give_their_stories_back(store: Store) -> None:
    """Either would take the other's as still on its way, if they did not wait for each other."""
    if store.database.dialect == "sqlite":
        pytest.skip("a file has one writer at a time")
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail")))
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(2)]
        late = [threading.Thread(target=store.outbox.lapse, args=(one, "too-late", "Late.", NOW)) for one in found]
        with store.database.write() as connection:
            connection.execute(sa.select(digests.c.id).with_for_update())
            for thread in late:
                thread.start()
            for thread in late:
                thread.join(0.3)
            assert all(thread.is_alive() for thread in late)
        for thread in late:
            thread.join()
    assert store.readers.told("ana")["s1"].lapsed
