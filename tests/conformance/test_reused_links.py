"""What every database must hold about one URL or guid for whatever is the latest: each article is an entry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.records import Entry, Stored
from monitor.store import Store
from monitor.store.arrived import entry_id
from monitor.store.tables import entries, revisions
from tests.conformance.news import FEED, NOW, OTHER, entry, linked, polled

WEEK = NOW + timedelta(days=7)
LONG = "The bank will not open on Monday, and its customers are asked to be patient."


@pytest.fixture(autouse=True)
def _two_feeds(store: Store) -> None:
    store.sources.sync([FEED, OTHER])


def poll(store: Store, *seen: Entry, at: datetime = WEEK) -> Stored:
    [stored] = store.sources.save([polled(*seen, at=at)])
    return stored


def rates(guid: str, title: str, published: datetime | None, **changes: Any) -> Entry:
    return linked(guid, "rates", title, published=published, **changes)


def latest(page: str, title: str, published: datetime | None, **changes: Any) -> Entry:
    return linked("latest", page, title, published=published, **changes)


def rows(store: Store) -> dict[str, tuple[str, str | None]]:
    """Return the title and the key of the URL of each entry, by key."""
    with store.database.read() as connection:
        found = connection.execute(sa.select(entries).order_by(entries.c.key)).all()
    assert all(row.id == entry_id(row.feed_id, row.key) for row in found)
    return {row.key: (row.title, row.url_key) for row in found}


def revised(store: Store) -> list[str]:
    with store.database.read() as connection:
        return list(connection.scalars(sa.select(revisions.c.title).order_by(revisions.c.until)))


FIRST = rates("g1", "Rates stay", NOW)
EMERGENCY = rates("g2", "Emergency decision", WEEK)
BOTH = {"g1": ("Rates stay", "key-of-rates"), "g2": ("Emergency decision", None)}


def test_a_new_guid_title_and_date_at_a_known_url_is_a_new_entry_that_waits_to_be_read(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    assert poll(store, EMERGENCY) == Stored(new=1)
    assert rows(store) == BOTH
    unread = {one.entry.key: one.entry.url_key for one in store.sources.unread(WEEK, 10)}
    assert unread == {"g1": "key-of-rates", "g2": None}
    assert revised(store) == []


def test_an_entry_at_a_shared_link_is_known_by_its_guid_and_keeps_no_key_of_the_url(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    poll(store, EMERGENCY)
    for days in range(1, 5):
        assert poll(store, EMERGENCY, at=WEEK + timedelta(days=days)) == Stored()
        assert rows(store) == BOTH
    assert poll(store, rates("g2", "Emergency decision, explained", WEEK), at=WEEK) == Stored(edited=1)
    assert rows(store)["g2"] == ("Emergency decision, explained", None)


def test_an_entry_at_a_shared_link_is_known_under_another_guid_by_what_it_says(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    poll(store, EMERGENCY)
    for guid in ("g3", "g4"):
        assert poll(store, rates(guid, "Emergency decision", WEEK)) == Stored(flipped=1)
    assert rows(store) == BOTH


def test_a_document_with_the_old_and_the_new_entry_of_a_link_changes_neither(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    poll(store, EMERGENCY)
    shared = {"url": "https://one.example/rates", "url_key": None}
    both = (entry("g1", "Rates stay", published=NOW, **shared), entry("g2", EMERGENCY.title, published=WEEK, **shared))
    for seen in (both, both[::-1], (EMERGENCY,), (FIRST,), (EMERGENCY,), both):
        assert poll(store, *seen) == Stored()
        assert rows(store) == BOTH


def test_each_entry_of_a_link_is_new_once(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    for week in range(2, 7):
        at = NOW + timedelta(weeks=week)
        decision = rates(f"g{week}", f"Decision {week}", at)
        assert poll(store, decision, at=at) == Stored(new=1)
        assert poll(store, decision, at=at + timedelta(hours=1)) == Stored()
    assert [row for row in rows(store).values() if row[1]] == [("Rates stay", "key-of-rates")]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(rates("g2", "Rates fall", NOW + timedelta(hours=12)), id="another title within half a day"),
        pytest.param(rates("g2", "  RATES  stay ", WEEK, summary="s"), id="the same title on another day"),
        pytest.param(rates("g2", "Rates fall", None), id="no date now"),
    ],
)
def test_a_known_url_with_the_same_title_or_date_is_an_edit(store: Store, again: Entry) -> None:
    poll(store, FIRST, at=NOW)
    assert poll(store, again) == Stored(edited=1, flipped=1)
    assert rows(store) == {"g1": (again.title, "key-of-rates")}
    assert revised(store) == ["Rates stay"]


def test_an_undated_entry_at_a_known_url_is_edited_whenever_it_comes(store: Store) -> None:
    poll(store, rates("g1", "Rates stay", None), at=NOW)
    assert poll(store, EMERGENCY) == Stored(edited=1, flipped=1)


def test_an_entry_that_moves_from_a_shared_link_to_its_own_is_known_by_that(store: Store) -> None:
    poll(store, FIRST, at=NOW)
    poll(store, EMERGENCY)
    assert poll(store, linked("g2", "emergency", EMERGENCY.title, published=WEEK)) == Stored()
    assert rows(store)["g2"] == ("Emergency decision", "key-of-emergency")
    assert poll(store, linked("g3", "emergency", EMERGENCY.title, published=WEEK)) == Stored(flipped=1)


STORM = latest("storm", "A storm comes", NOW)
BANK = latest("bank-fails", "A bank fails", WEEK)
BANK_KEY = "latest key-of-bank-fails"


def test_a_known_guid_with_another_url_title_and_date_is_a_new_entry(store: Store) -> None:
    poll(store, STORM, at=NOW)
    assert poll(store, BANK) == Stored(new=1)
    assert rows(store) == {
        "latest": ("A storm comes", "key-of-storm"),
        BANK_KEY: ("A bank fails", "key-of-bank-fails"),
    }
    [told] = store.ledger.about([entry_id("one", BANK_KEY)])
    assert (told.outcome, told.reason) == ("waiting", "new")
    assert {one.entry.key for one in store.sources.unread(WEEK, 10)} == {"latest", BANK_KEY}


def test_entries_of_one_guid_are_each_known_again_by_their_url(store: Store) -> None:
    poll(store, STORM, at=NOW)
    poll(store, BANK)
    before = rows(store)
    for seen in (BANK, STORM, BANK, STORM):
        assert poll(store, seen) == Stored()
    assert rows(store) == before
    assert poll(store, latest("bank-fails", "A bank is saved", WEEK)) == Stored(edited=1)
    assert rows(store)[BANK_KEY] == ("A bank is saved", "key-of-bank-fails")
    assert poll(store, latest("bank-fails", "A bank is saved", None)) == Stored()
    assert rows(store)["latest"] == ("A storm comes", "key-of-storm")


def test_a_document_that_has_both_entries_of_one_guid_has_no_new_ones(store: Store) -> None:
    poll(store, STORM, at=NOW)
    poll(store, BANK)
    before = rows(store)
    both = [
        linked(f"latest https://one.example/{page}", page, title, published=date)
        for page, title, date in (("bank-fails", "A bank fails", WEEK), ("storm", "A storm comes", NOW))
    ]
    assert poll(store, *both) == Stored(flipped=2)
    assert rows(store) == before


def test_a_later_entry_of_one_guid_can_be_edited_together_with_its_url(store: Store) -> None:
    poll(store, STORM, at=NOW)
    poll(store, BANK)
    edited = latest("bank-saved", "A bank is saved", WEEK)
    assert poll(store, edited) == Stored(edited=1)
    assert poll(store, edited) == Stored()
    assert rows(store)[BANK_KEY] == ("A bank is saved", "key-of-bank-saved")
    assert revised(store) == ["A bank fails"]
    later = WEEK + timedelta(days=1)
    assert poll(store, latest("flood", "A flood", later), at=later) == Stored(new=1)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(latest("storm-2", "The storm is over", NOW, summary="s"), id="the same date"),
        pytest.param(latest("storm-2", "The storm is over", NOW + timedelta(hours=12)), id="within half a day"),
        pytest.param(latest("storm", "The storm is over", WEEK), id="the same URL"),
        pytest.param(latest("storm-2", "The storm is over", None), id="no date now"),
        pytest.param(latest("storm-2", "A storm comes", WEEK, summary="s"), id="the same title"),
    ],
)
def test_a_known_guid_with_one_fact_unchanged_is_an_edit_with_a_revision(store: Store, again: Entry) -> None:
    poll(store, STORM, at=NOW)
    assert poll(store, again) == Stored(edited=1)
    assert poll(store, again) == Stored()
    assert rows(store) == {"latest": (again.title, again.url_key)}
    assert revised(store) == ["A storm comes"]


def test_an_undated_entry_of_a_known_guid_is_edited_whatever_else_changes(store: Store) -> None:
    poll(store, latest("storm", "A storm comes", None), at=NOW)
    assert poll(store, BANK) == Stored(edited=1)
    assert list(rows(store)) == ["latest"]


def test_an_entry_of_a_known_guid_at_the_link_of_another_shares_that_link(store: Store) -> None:
    poll(store, STORM, linked("old", "news", "Old news", published=NOW), at=NOW)
    fresh = latest("news", "A bank fails", WEEK)
    assert poll(store, fresh) == Stored(new=1)
    assert poll(store, fresh) == Stored()
    assert rows(store)["latest key-of-news"] == ("A bank fails", None)


def test_one_guid_in_two_feeds_is_told_apart_in_each(store: Store) -> None:
    def batch(page: str, title: str, at: datetime) -> list[Stored]:
        seen = latest(page, title, at, summary=LONG)
        other = linked("latest", page, title, published=at, summary=LONG, feed_id=OTHER.id)
        return store.sources.save([polled(seen, at=at), polled(other, feed=OTHER, at=at)])

    assert batch("storm", "A storm comes", NOW) == [Stored(new=1)] * 2
    assert batch("bank-fails", "A bank fails", WEEK) == [Stored(new=1)] * 2
    assert batch("bank-fails", "A bank fails", WEEK) == [Stored()] * 2
