"""Deliveries from plan to receipt: claimed in order, by one sender each, and never forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.ports import Slot
from monitor.records import Delivery, Why
from monitor.store import Store
from monitor.store.tables import deliveries
from tests.conformance.news import NOW, outcome
from tests.conformance.posts import TAKEN, carried, digest_of, plan, state_of, take, taken, told_story

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def said_of(store: Store, delivery_id: str) -> tuple[str, str, dict[str, object]]:
    """Return the ledger's last word on a delivery."""
    [found] = [one for one in store.ledger.about([delivery_id]) if one.step == "deliver"]
    return found.outcome, found.reason, dict(found.numbers)


def test_a_digest_is_planned_once_and_a_second_plan_of_it_changes_nothing(store: Store) -> None:
    told_story(store, "a", "b")
    assert plan(store, digest_of("d1", "a")) == {"d1"}
    again = digest_of("d1", "a", "b", channels=("mail", "chat"), at=NOW + MINUTE, trigger="Another.")
    assert plan(store, again) == frozenset()
    assert store.readers.told("ana")["s1"].article_ids == {"a"}
    assert [row["id"] for row in store.receipts.listed(9)] == ["d1-mail"]
    assert store.readers.last_digest_at("crypto", "ana") == NOW


def test_a_plan_is_stored_whole_or_not_at_all(store: Store) -> None:
    told_story(store, "a")
    slots = {("crypto", "ana"): Slot(timetable="daily", next_at=NOW + DAY)}
    with pytest.raises(sa.exc.IntegrityError):
        plan(store, digest_of("d1", "a"), digest_of("d2", "a", story="no such story", person_id="ben"), slots=slots)
    assert store.receipts.listed(9) == []
    assert store.readers.told("ana") == {}
    assert store.readers.slots() == {}
    assert store.ledger.about(["s1 ana crypto"]) == []


def test_a_claimed_delivery_has_all_that_its_channel_needs(store: Store) -> None:
    told_story(store, "a")
    planned = digest_of("d1", "a")
    sent = replace(planned.deliveries[0], aloud=True, unsubscribe="https://news.example/a/1", body=bytes(range(256)))
    plan(store, replace(planned, deliveries=(sent,)))
    assert taken(store) == replace(sent, attempts=1)
    assert state_of(store, "d1-mail") == "sending"


def test_a_delivery_without_frozen_bytes_has_the_renderings_of_its_digest(store: Store) -> None:
    told_story(store, "a")
    planned = digest_of("d1", "a", channels=())
    message = replace(planned.message, html="<p>漢字 \ud800</p>", slack={"blocks": [{"b": 1, "a": [2.5]}]})
    plan(store, replace(planned, message=message, deliveries=(carried("d1", "mail", body=b""),)))
    assert taken(store).body == b""
    assert store.outbox.message("d1") == replace(message, brief=())
    with pytest.raises(StoreError, match="no digest 'd2'"):
        store.outbox.message("d2")


def test_what_waited_longest_is_claimed_first(store: Store) -> None:
    plan(store, digest_of("d2", at=NOW), digest_of("d3", at=NOW), digest_of("d1", at=NOW - MINUTE))
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(4)]
    assert [one and one.digest_id for one in found] == ["d1", "d2", "d3", None]


def test_a_sent_delivery_is_not_claimed_again(store: Store) -> None:
    plan(store, digest_of())
    store.outbox.sent(taken(store), TAKEN, NOW)
    assert take(store, NOW + 9 * DAY) is None
    row = store.receipts.delivery("d1-mail")
    assert row is not None
    assert (row["state"], row["provider_id"], row["place"], row["sent_at"]) == ("sent", "ts-1", "somewhere", NOW)
    assert said_of(store, "d1-mail") == ("sent", "accepted", {"attempts": 1, "copies": 0})


def test_a_failed_delivery_waits_for_its_time_and_a_dead_one_for_a_person(store: Store) -> None:
    plan(store, digest_of())
    later = NOW + 5 * MINUTE
    store.outbox.failed(taken(store), "smtp-451", "busy", later, NOW, open_=False)
    assert said_of(store, "d1-mail") == ("waiting", "smtp-451", {"attempts": 1, "copies": 0})
    assert take(store, later - MINUTE) is None
    again = taken(store, later)
    assert (again.attempts, again.open) == (2, False)
    store.outbox.failed(again, "smtp-550", "no such user", None, later, open_=False)
    assert take(store, NOW + 9 * DAY) is None
    assert state_of(store, "d1-mail") == "dead"
    assert said_of(store, "d1-mail") == ("dead", "smtp-550", {"attempts": 2, "copies": 0})


def test_attempts_after_one_that_may_have_arrived_are_counted_as_copies(store: Store) -> None:
    plan(store, digest_of())
    store.outbox.failed(taken(store), "dropped", "cut off", NOW + MINUTE, NOW, open_=True)
    second = taken(store, NOW + MINUTE)
    assert second.open
    store.outbox.failed(second, "smtp-451", "busy", NOW + 2 * MINUTE, NOW, open_=False)
    third = taken(store, NOW + 2 * MINUTE)
    assert not third.open
    store.outbox.sent(third, TAKEN, NOW)
    assert said_of(store, "d1-mail") == ("sent", "accepted", {"attempts": 3, "copies": 1})


@pytest.mark.parametrize("settle", ["sent", "failed", "lapse"])
def test_a_delivery_that_was_taken_over_is_left_to_who_has_it(store: Store, settle: str) -> None:
    plan(store, digest_of())
    first = taken(store)

    def end(delivery: Delivery) -> None:
        if settle == "sent":
            store.outbox.sent(delivery, TAKEN, NOW)
        elif settle == "failed":
            store.outbox.failed(delivery, "dropped", "cut off", None, NOW, open_=True)
        else:
            store.outbox.lapse(delivery, "too-late", "Too late.", NOW)

    with store.outbox.drain() as place:
        end(first)
        assert state_of(store, "d1-mail") == "waiting"
        second = store.outbox.claim(place, NOW)
        assert second is not None
        end(first)
        assert state_of(store, "d1-mail") == "sending"
        assert store.ledger.about(["d1-mail"]) == []
        end(second)
    assert state_of(store, "d1-mail") in {"sent", "dead", "lapsed"}
    assert said_of(store, "d1-mail")[2] == {"attempts": 2, "copies": 1}


def test_what_a_channel_says_is_kept_whatever_it_is(store: Store) -> None:
    plan(store, digest_of(channels=("mail", "chat")))
    hostile = "\0\ud800" + "x" * 100_000
    with store.outbox.drain() as place:
        while delivery := store.outbox.claim(place, NOW):
            if delivery.channel == "mail":
                store.outbox.sent(delivery, replace(TAKEN, provider_id=hostile, place=hostile), NOW)
            else:
                store.outbox.failed(delivery, hostile, hostile, None, NOW, open_=False)
    rows = store.receipts.listed(9)
    assert {row["state"] for row in rows} == {"sent", "dead"}
    assert max(len(row[name] or "") for row in rows for name in ("provider_id", "place", "error")) <= 2000
    assert max(len(row["reason"]) for row in rows) <= 80


def test_an_update_waits_for_the_message_that_it_belongs_to(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat",)))
    # Both are as old as the first, and their ids come before its own.
    plan(store, digest_of("c2", channels=("chat",), parents={"chat": "d1-chat"}))
    plan(store, digest_of("c1", channels=("chat",), parents={"chat": "d1-chat"}))
    with store.outbox.drain() as place:
        first = store.outbox.claim(place, NOW)
        assert first is not None
        assert first.digest_id == "d1"
        assert store.outbox.claim(place, NOW) is None
        store.outbox.failed(first, "busy", "Busy.", NOW + MINUTE, NOW, open_=False)
        assert store.outbox.claim(place, NOW) is None
        first = store.outbox.claim(place, NOW + MINUTE)
        assert first is not None
        store.outbox.sent(first, TAKEN, NOW)
        second = store.outbox.claim(place, NOW)
        assert second is not None
        assert (second.digest_id, second.parent) == ("c1", "d1-chat")
        assert (second.parent_message_id, second.parent_provider_id) == ("<d1.chat@example.org>", "ts-1")
        assert store.outbox.claim(place, NOW) is None
        store.outbox.failed(second, "gone", "Gone.", None, NOW, open_=False)
        third = store.outbox.claim(place, NOW)
        assert third is not None
        assert third.digest_id == "c2"


def test_conversations_do_not_wait_for_each_other(store: Store) -> None:
    plan(store, digest_of("d1", channels=("mail", "chat")))
    parents = {"mail": "d1-mail", "chat": "d1-chat"}
    plan(store, digest_of("d2", at=NOW + MINUTE, channels=("mail", "chat"), parents=parents))
    with store.outbox.drain() as place:
        chat = store.outbox.claim(place, NOW)
        assert chat is not None
        store.outbox.failed(chat, "busy", "Busy.", NOW + DAY, NOW, open_=False)
        mail = store.outbox.claim(place, NOW)
        assert mail is not None
        store.outbox.sent(mail, TAKEN, NOW)
        update = store.outbox.claim(place, NOW + MINUTE)
        assert update is not None
        assert update.id == "d2-mail"
        assert store.outbox.claim(place, NOW + MINUTE) is None


def test_a_conversation_goes_on_from_its_beginning(store: Store) -> None:
    plan(store, digest_of("d1", channels=("mail", "chat")), digest_of("d2", parents={"mail": "d1-mail"}))
    assert store.outbox.thread("d1", "mail", "ana by mail") == store.outbox.thread("d2", "mail", "ana by mail")
    found = store.outbox.thread("d2", "mail", "ana by mail")
    assert found == replace(carried("d1", "mail"), body=b"")
    assert store.outbox.thread("d1", "mail", "ben by mail") is None
    assert store.outbox.thread("d2", "chat", "ana by chat") is None


def test_channels_that_rest_are_left_alone_until_the_later_of_two_moments(store: Store) -> None:
    plan(store, digest_of("d1", channels=("chat", "mail")))
    store.outbox.rest("chat", NOW + 5 * MINUTE)
    store.outbox.rest("chat", NOW + MINUTE)
    assert taken(store).channel == "mail"
    store.outbox.sent(replace(carried("d1", "mail"), attempts=1), TAKEN, NOW)
    assert take(store, NOW + 4 * MINUTE) is None
    assert take(store, NOW + 5 * MINUTE, rested={"chat"}) is None
    assert taken(store, NOW + 5 * MINUTE).channel == "chat"


def test_a_rest_of_more_than_a_day_is_not_kept(store: Store) -> None:
    """A clock that was ahead has noted it, and it would hide each shorter one."""
    plan(store, digest_of("d1", channels=("chat",)))
    store.outbox.rest("chat", NOW + DAY + MINUTE)
    assert take(store, NOW) is None
    store.outbox.rest("chat", NOW + 400 * DAY)
    first = taken(store, NOW)
    store.outbox.failed(first, "busy", "Busy.", NOW, NOW, open_=False)
    store.outbox.rest("chat", NOW + 5 * MINUTE)
    assert take(store, NOW + 4 * MINUTE) is None
    assert taken(store, NOW + 5 * MINUTE).id == first.id


def test_what_nobody_wants_any_more_is_given_up_and_its_stories_stay_told(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a"))
    store.outbox.drop(taken(store), "muted", "Its reader wants to hear nothing of it.", NOW)
    assert take(store, NOW + 9 * DAY) is None
    assert state_of(store, "d1-mail") == "dropped"
    assert said_of(store, "d1-mail") == ("dropped", "muted", {"attempts": 1, "copies": 0})
    told = store.readers.told("ana")["s1"]
    assert (told.lapsed, told.lapsed_at) == (False, None)


def test_a_delivery_says_what_its_digest_is(store: Store) -> None:
    told_story(store, "a", "b")
    plan(store, digest_of("d1", "a", major=True), digest_of("d2", "b", at=NOW + MINUTE, why=Why.BY_HAND))
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(2)]
    assert [one and (one.major, one.why) for one in found] == [(True, "notice"), (False, "by-hand")]


def test_a_story_that_waited_and_is_not_looked_at_any_more_was_missed(store: Store) -> None:
    fates = {"s1": "waits", "s2": "digest", "s3": "held", "s4": "told", "s5": "known", "s6": "waits"}
    lines = [replace(outcome("plan", f"{story} ana w", fate), at=NOW - DAY) for story, fate in fates.items()]
    lines[-1] = replace(lines[-1], at=NOW)
    store.ledger.write([*lines, replace(outcome("read", "a", "held"), at=NOW - DAY)])
    assert store.outbox.close_missed(NOW, NOW + MINUTE) == 3
    assert store.outbox.close_missed(NOW, NOW + MINUTE) == 0
    found = {one.subject: one for one in store.ledger.about([*(one.subject for one in lines), "a"])}
    missed = found["s1 ana w"]
    assert (missed.outcome, missed.reason, missed.numbers) == ("missed", "too-old", {"was": "because"})
    assert missed.at == NOW + MINUTE
    said = {subject: one.outcome for subject, one in found.items()}
    assert said == {
        "s1 ana w": "missed", "s2 ana w": "missed", "s3 ana w": "missed", "s4 ana w": "told", "s5 ana w": "known",
        "s6 ana w": "waits", "a": "held",
    }  # fmt: skip


def test_a_digest_counts_as_told_while_one_channel_may_still_bring_it(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail", "page")))
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(3)]
        chat, mail, page = (one for one in found if one)
        store.outbox.lapse(chat, "too-late", "Too late.", NOW)
        assert not store.readers.told("ana")["s1"].lapsed
        store.outbox.failed(mail, "smtp-550", "No such user.", None, NOW, open_=False)
        assert not store.readers.told("ana")["s1"].lapsed
        store.outbox.lapse(page, "too-late", "Too late.", NOW)
    assert store.readers.told("ana")["s1"].lapsed
    assert said_of(store, "d1-page") == ("lapsed", "too-late", {"attempts": 1, "copies": 0})


def test_a_digest_that_one_channel_brought_does_not_lapse(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail")))
    store.outbox.sent(taken(store), TAKEN, NOW)
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW)
    assert not store.readers.told("ana")["s1"].lapsed


def test_the_last_channel_to_fail_gives_back_what_another_was_too_late_with(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail")))
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(2)]
        chat, mail = (one for one in found if one)
        store.outbox.lapse(chat, "too-late", "Too late.", NOW)
        store.outbox.failed(mail, "smtp-550", "No such user.", None, NOW, open_=False)
    assert store.readers.told("ana")["s1"].lapsed


def test_a_dead_delivery_waits_for_a_person_and_keeps_its_stories(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a"))
    store.outbox.failed(taken(store), "smtp-550", "No such user.", None, NOW, open_=False)
    assert not store.readers.told("ana")["s1"].lapsed


def test_what_is_still_to_be_sent_after_a_while_is_counted(store: Store) -> None:
    old = NOW - 20 * MINUTE
    plan(store, digest_of("d1", at=old), digest_of("d2", at=old - MINUTE), digest_of("d3", at=NOW))
    assert store.outbox.overdue(NOW - 15 * MINUTE) == (2, old - MINUTE)
    second = taken(store)
    assert store.outbox.overdue(NOW - 15 * MINUTE) == (2, old - MINUTE)
    with store.database.write() as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == second.id).values(state="dead"))
    assert store.outbox.overdue(NOW - 15 * MINUTE) == (1, old)
    store.receipts.resend(second.id, NOW)
    assert store.outbox.overdue(NOW - 15 * MINUTE) == (1, old)
    assert store.outbox.overdue(old) == (0, None)
