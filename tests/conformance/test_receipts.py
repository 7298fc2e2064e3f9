"""Receipts: every digest can be shown again as it was, and a person decides about what could not be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.records import Delivery, Merged, Why
from monitor.store import Store
from monitor.store.tables import articles
from tests.conformance.news import NOW
from tests.conformance.posts import TAKEN, carried, digest_of, plan, state_of, take, taken, told_story

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(days=2)


def bring_to(store: Store, state: str) -> Delivery:
    """Plan a digest of one story and bring its only delivery into a state."""
    told_story(store, "a")
    plan(store, digest_of("d1", "a"))
    delivery = taken(store)
    if state == "sent":
        store.outbox.sent(delivery, TAKEN, NOW)
    elif state == "lapsed":
        store.outbox.lapse(delivery, "too-late", "Too late.", NOW)
    elif state in {"dead", "dropped", "waiting"}:
        next_at = LATER if state == "waiting" else None
        store.outbox.failed(delivery, "smtp-550", "No such user.", next_at, NOW, open_=True)
    if state == "dropped":
        store.receipts.drop(delivery.id, NOW, "ana")
    assert state_of(store, delivery.id) == state
    return delivery


def test_the_newest_deliveries_are_listed_without_what_was_handed_over(store: Store) -> None:
    plan(store, digest_of("d1", channels=("mail", "chat")), digest_of("d2", at=NOW + MINUTE, person_id="ben"))
    plan(store, replace(digest_of("d3", channels=()), deliveries=(replace(carried_by_ben(), created_at=LATER),)))
    store.outbox.sent(taken(store), TAKEN, NOW)
    rows = store.receipts.listed(9)
    assert [row["id"] for row in rows] == ["d3-mail", "d2-mail", "d1-chat", "d1-mail"]
    assert {"subject", "state", "attempts", "channel", "recipient", "reason", "error"} < set(rows[0])
    assert "body_zstd" not in rows[0]
    assert {(row["watch_id"], row["watch_title"]) for row in rows} == {("crypto", "Crypto regulation")}
    assert [row["id"] for row in store.receipts.listed(2)] == ["d3-mail", "d2-mail"]
    assert [row["id"] for row in store.receipts.listed(9, state="sent")] == ["d1-chat"]
    assert [row["id"] for row in store.receipts.listed(9, person="ben")] == ["d3-mail"]
    assert store.receipts.listed(9, state="sent", person="ben") == []


def carried_by_ben() -> Delivery:
    return replace(digest_of("d3").deliveries[0], person="ben")


def test_a_delivery_is_named_by_the_first_characters_of_its_id(store: Store) -> None:
    plan(store, digest_of("d1", channels=("mail", "mail2")), digest_of("d_1"))
    assert store.receipts.named("d1") == ["d1-mail", "d1-mail2"]
    assert store.receipts.named("d1-mail") == ["d1-mail"]
    assert store.receipts.named("d_") == ["d_1-mail"]
    assert store.receipts.named("d%") == []


def test_a_delivery_is_shown_with_the_bytes_that_its_channel_hands_over(store: Store) -> None:
    planned = digest_of("d1")
    body = b"Subject: x\r\n\r\n" + bytes(range(256))
    plan(store, replace(planned, deliveries=(replace(planned.deliveries[0], body=body),)))
    row = store.receipts.delivery("d1-mail")
    assert row is not None
    assert (row["body"], row["message_id"], row["state"]) == (body, "<d1.mail@example.org>", "waiting")
    assert (row["watch_id"], row["watch_title"]) == (planned.digest.watch_id, planned.digest.watch_title)
    assert store.receipts.delivery("d1") is None


def test_a_digest_is_shown_as_it_was_whatever_has_become_of_its_articles(store: Store) -> None:
    told_story(store, "a")
    planned = digest_of("d1", "a", why=Why.DIGEST, slot=NOW, thread="d0", trigger="Because.")
    plan(store, planned)
    with store.database.write() as connection:
        then = connection.scalar(sa.select(articles.c.content_hash))
        connection.execute(articles.update().values(content_hash="another", title="Edited"))
    found = store.receipts.digest("d1")
    assert found is not None
    assert (found.why, found.trigger, found.config, found.model) == ("digest", "Because.", "config-hash", "m1")
    assert (found.watch, found.person, found.created_at) == ("crypto", "ana", NOW)
    message = planned.message
    assert (found.subject, found.text, found.html, found.slack) == (
        message.subject,
        message.text,
        message.html,
        message.slack,
    )
    assert found.content == message.data
    assert found.articles == {"a": then}
    assert [(row["id"], row["state"]) for row in found.deliveries] == [("d1-mail", "waiting")]
    assert store.receipts.digest("d2") is None


def test_the_digests_that_told_of_a_story_are_found_by_its_old_name_too(store: Store) -> None:
    told_story(store, "a")
    told_story(store, "b", story="s2")
    plan(store, digest_of("d1", "a", channels=("mail", "chat")))
    plan(store, digest_of("d2", "b", story="s2", at=NOW + MINUTE, why=Why.DIGEST, channels=()))
    store.outbox.sent(taken(store), TAKEN, NOW)
    first = {
        "digest": "d1",
        "watch": "crypto",
        "person": "ana",
        "why": "notice",
        "at": NOW,
        "states": {"d1-chat": "sent", "d1-mail": "waiting"},
    }
    assert store.receipts.of_story("s1") == [first]
    store.grouping.merge([Merged(story="s2", into="s1", similarity=0.9)], [])
    both = store.receipts.of_story("s1")
    assert [row["digest"] for row in both] == ["d1", "d2"]
    assert (both[0], both[1]["states"]) == (first, {})
    assert store.receipts.of_story("s2") == both
    assert store.receipts.of_story("s3") == []


@pytest.mark.parametrize("state", ["dead", "lapsed", "dropped"])
def test_what_was_given_up_can_be_sent_anew(store: Store, state: str) -> None:
    bring_to(store, state)
    assert store.receipts.resend("d1-mail", LATER) == state
    found = taken(store, LATER)
    assert (found.attempts, found.revived_at, found.created_at) == (1, LATER, NOW)
    # The person has seen what became of it; a channel that finds nothing would hold it back again for ever.
    assert not found.open
    assert not store.readers.told("ana")["s1"].lapsed
    [said] = store.ledger.about(["d1-mail"])
    assert (said.outcome, said.reason, said.numbers) == ("waiting", "resent", {"was": state})


def test_a_delivery_that_waits_can_be_sent_at_once(store: Store) -> None:
    bring_to(store, "waiting")
    assert take(store, NOW) is None
    assert store.receipts.resend("d1-mail", NOW) == "waiting"
    found = taken(store, NOW)
    assert (found.attempts, found.revived_at) == (2, None)


def test_a_sent_delivery_is_sent_again_only_when_that_is_said(store: Store) -> None:
    bring_to(store, "sent")
    assert store.receipts.resend("d1-mail", LATER) == "sent"
    assert take(store, LATER) is None
    assert store.receipts.resend("d1-mail", LATER, again=True) == "sent"
    assert taken(store, LATER).attempts == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_delivery_that_is_being_sent_is_left_alone(store: Store, *, again: bool) -> None:
    bring_to(store, "sending")
    assert store.receipts.resend("d1-mail", LATER, again=again) == "sending"
    assert store.receipts.drop("d1-mail", LATER, "ana") == "sending"
    assert state_of(store, "d1-mail") == "sending"


@pytest.mark.parametrize("state", ["waiting", "dead", "lapsed"])
def test_what_is_not_wanted_any_more_can_be_dropped(store: Store, state: str) -> None:
    bring_to(store, state)
    assert store.receipts.drop("d1-mail", LATER, "ana") == state
    assert take(store, LATER + MINUTE) is None
    [said] = store.ledger.about(["d1-mail"])
    assert (said.outcome, said.reason, said.numbers) == ("dropped", "by-hand", {"was": state, "by": "ana"})


def test_to_drop_the_last_channel_gives_back_what_another_was_too_late_with(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail", "page")))
    store.outbox.lapse(taken(store), "too-late", "Too late.", NOW)
    store.receipts.drop("d1-mail", NOW, "ana")
    assert not store.readers.told("ana")["s1"].lapsed
    store.receipts.drop("d1-page", NOW, "ana")
    assert store.readers.told("ana")["s1"].lapsed


def test_what_was_dropped_everywhere_stays_told(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail")))
    store.receipts.drop("d1-mail", NOW, "ana")
    store.receipts.drop("d1-chat", NOW, "ana")
    assert not store.readers.told("ana")["s1"].lapsed


@pytest.mark.parametrize("state", ["sent", "dropped"])
def test_what_is_over_cannot_be_dropped(store: Store, state: str) -> None:
    bring_to(store, state)
    assert store.receipts.drop("d1-mail", LATER, "ana") == state
    assert state_of(store, "d1-mail") == state


def test_a_decision_about_no_delivery_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no delivery 'd9'"):
        store.receipts.resend("d9", NOW)
    with pytest.raises(StoreError, match="no delivery 'd9'"):
        store.receipts.drop("d9", NOW, "ana")


def test_a_lapsed_digest_that_was_told_anew_meanwhile_stays_with_the_new_one(store: Store) -> None:
    bring_to(store, "lapsed")
    plan(store, digest_of("d2", "a", at=LATER))
    store.receipts.resend("d1-mail", LATER)
    told = store.readers.told("ana")["s1"]
    assert (told.digest_id, told.first_at) == ("d2", LATER)


def at_home(**changes: Any) -> Delivery:
    """Return the same digest's delivery to another address."""
    return carried("d1", "mail", LATER, **{"id": "d1-home", "recipient": "ana at home", **changes})


@pytest.mark.parametrize("state", ["waiting", "dead", "lapsed", "dropped"])
def test_what_cannot_arrive_goes_to_another_address_instead(store: Store, state: str) -> None:
    bring_to(store, state)
    store.outbox.readdress("d1-mail", at_home(), LATER)
    row = store.receipts.delivery("d1-mail")
    assert row is not None
    assert (row["state"], row["reason"]) == ("dropped", "readdressed")
    assert not store.readers.told("ana")["s1"].lapsed
    with store.outbox.drain() as place:
        found = store.outbox.claim(place, LATER)
        assert found == replace(at_home(), attempts=1, revived_at=LATER)
        assert store.outbox.claim(place, LATER + MINUTE) is None
    said = {one.subject: one for one in store.ledger.about(["d1-mail", "d1-home"])}
    assert (said["d1-mail"].outcome, said["d1-mail"].reason) == ("dropped", "readdressed")
    assert said["d1-mail"].numbers == {"was": state, "to": "d1-home"}
    assert (said["d1-home"].outcome, said["d1-home"].numbers) == ("waiting", {"instead_of": "d1-mail"})


def test_an_address_that_was_left_and_is_back_gets_the_message(store: Store) -> None:
    bring_to(store, "dead")
    store.outbox.readdress("d1-mail", at_home(), LATER)
    store.outbox.readdress("d1-home", carried("d1", "mail", LATER), LATER + MINUTE)
    assert (state_of(store, "d1-home"), state_of(store, "d1-mail")) == ("dropped", "waiting")
    found = taken(store, LATER + MINUTE)
    assert (found.id, found.attempts, found.open, found.revived_at) == ("d1-mail", 1, False, LATER + MINUTE)


def test_an_address_that_had_the_message_does_not_get_it_again(store: Store) -> None:
    told_story(store, "a")
    plan(store, digest_of("d1", "a", channels=("chat", "mail")))
    store.outbox.sent(taken(store), TAKEN, NOW)
    store.outbox.readdress("d1-mail", carried("d1", "chat"), LATER)
    assert (state_of(store, "d1-chat"), state_of(store, "d1-mail")) == ("sent", "dropped")
    assert take(store, LATER) is None


def test_what_was_sent_stays_so_when_it_goes_to_another_address_as_well(store: Store) -> None:
    bring_to(store, "sent")
    store.outbox.readdress("d1-mail", at_home(), LATER)
    assert (state_of(store, "d1-mail"), taken(store, LATER).id) == ("sent", "d1-home")


def test_what_is_being_sent_is_not_sent_elsewhere(store: Store) -> None:
    bring_to(store, "sending")
    with pytest.raises(StoreError, match="d1-mail is being sent right now"):
        store.outbox.readdress("d1-mail", at_home(), LATER)
    with pytest.raises(StoreError, match="no delivery 'd9'"):
        store.outbox.readdress("d9", at_home(), LATER)
    assert [row["id"] for row in store.receipts.listed(9)] == ["d1-mail"]


def test_how_much_is_kept_is_known(store: Store) -> None:
    empty = {"digests": 0, "deliveries": 0, "states": {}, "packed_bytes": 0, "oldest": None}
    assert store.receipts.sizes() == empty
    plan(store, digest_of("d1", channels=("mail", "chat")), digest_of("d2", at=LATER))
    store.outbox.sent(taken(store), TAKEN, NOW)
    sizes = store.receipts.sizes()
    assert 300 < sizes.pop("packed_bytes") < 1500
    assert sizes == {"digests": 2, "deliveries": 3, "states": {"sent": 1, "waiting": 2}, "oldest": NOW}
