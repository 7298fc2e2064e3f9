"""What every database must hold about entries: none twice, none lost, and each edit kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.records import Entry, Outcome, Polled, Stored
from monitor.store import Store
from monitor.store.arrived import entry_id
from monitor.store.tables import entries, outcomes, polls, revisions
from tests.conformance.news import FEED, LATER, NOW, OTHER, entry, feed, linked, polled

LONG = "The committee voted sixteen to eight, after a debate of nine hours."

DAY = 24 * 60
"""Minutes of a day."""


@pytest.fixture(autouse=True)
def _two_feeds(store: Store) -> None:
    store.sources.sync([FEED, OTHER])


def poll_again(store: Store, *seen: Entry, minutes: float = 15) -> Stored:
    [stored] = store.sources.save([polled(*seen, at=NOW + timedelta(minutes=minutes))])
    return stored


def waiting(store: Store) -> dict[str, Entry]:
    return {one.entry.key: one.entry for one in store.sources.unread(LATER, 100)}


def entered(store: Store, key: str) -> Outcome:
    [told] = store.ledger.about([entry_id("one", key)])
    return told


def writes_to_entries(store: Store) -> list[str]:
    """Count the statements that change entries, from now on."""
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT INTO entries", "UPDATE entries")):
            counted.append(statement)

    sa.event.listen(store.database._engine, "before_cursor_execute", count)
    return counted


def met_at(store: Store) -> set[datetime | None]:
    with store.database.read() as connection:
        return set(connection.scalars(sa.select(entries.c.met_at)))


def old_titles(store: Store) -> list[tuple[int, str]]:
    query = sa.select(revisions.c.number, revisions.c.title).order_by(revisions.c.entry_id, revisions.c.number)
    with store.database.read() as connection:
        return [(row.number, row.title) for row in connection.execute(query)]


def test_the_same_entries_again_are_not_new(store: Store) -> None:
    assert poll_again(store, entry("a"), entry("b")) == Stored(new=2)
    assert poll_again(store, entry("a"), entry("b")) == Stored()
    assert set(waiting(store)) == {"a", "b"}


def test_the_same_key_in_two_feeds_is_two_entries(store: Store) -> None:
    both = [polled(entry("a")), polled(replace(entry("a"), feed_id="two"), feed=OTHER)]
    assert store.sources.save(both) == [Stored(new=1), Stored(new=1)]
    assert len(store.sources.unread(NOW, 10)) == 2


def test_two_polls_of_one_feed_can_be_stored_together(store: Store) -> None:
    first, second = polled(entry("a", "Before")), polled(entry("a", "After"), entry("b"), at=LATER)
    assert store.sources.save([first, second]) == [Stored(new=1), Stored(new=1, edited=1)]
    assert waiting(store)["a"].title == "After"


def test_an_edited_entry_is_edited_and_what_it_said_before_is_kept(store: Store) -> None:
    poll_again(store, entry("a", "Before", summary="s", content="c"), minutes=0)
    assert poll_again(store, entry("a", "After")) == Stored(edited=1)
    assert waiting(store)["a"].title == "After"
    told = entered(store, "a")
    assert (told.outcome, told.reason, told.at) == ("edited", "text-changed", LATER)
    with store.database.read() as connection:
        [old] = connection.execute(sa.select(revisions))
    assert (old.entry_id, old.number, old.title) == (entry_id("one", "a"), 1, "Before")
    assert (old.summary, old.content, old.until) == ("s", "c", LATER)


def test_other_spaces_and_line_breaks_are_no_edit(store: Store) -> None:
    poll_again(store, entry("a", "A title", summary="Two words.\n\nA paragraph."))
    assert poll_again(store, entry("a", "A  title ", summary="Two words. A\tparagraph.")) == Stored()
    assert old_titles(store) == []
    assert entered(store, "a").outcome == "waiting"


def test_a_hash_of_an_older_program_is_no_edit(store: Store) -> None:
    poll_again(store, entry("a", content="One.\n\nTwo."))
    with store.database.write() as connection:
        connection.execute(entries.update().values(content_hash="counted otherwise"))
    assert poll_again(store, entry("a", content="One.\n\nTwo.")) == Stored()
    assert old_titles(store) == []
    assert poll_again(store, entry("a", content="Three.")) == Stored(edited=1)


def test_an_entry_that_changes_for_ever_is_followed_and_24_versions_are_kept(store: Store) -> None:
    counts = [poll_again(store, entry("a", f"Reader {number}"), minutes=number) for number in range(31)]
    assert counts == [Stored(new=1), *[Stored(edited=1)] * 24, *[Stored()] * 6]
    assert old_titles(store) == [(number, f"Reader {number - 1}") for number in range(1, 25)]
    assert waiting(store)["a"].title == "Reader 30"
    assert entered(store, "a").reason == "changes-too-often"


def test_the_first_date_stays_and_the_other_facts_follow(store: Store) -> None:
    poll_again(store, linked("a", "a", date_note="future"))
    later = linked("a", "moved", published=NOW, updated=LATER)
    assert poll_again(store, later) == Stored()
    assert waiting(store) == {"a": replace(later, published=NOW - timedelta(hours=1))}


def test_an_entry_that_lost_its_link_keeps_the_one_it_had(store: Store) -> None:
    poll_again(store, linked("a", "a"))
    assert poll_again(store, entry("a", "Another title", url=None)) == Stored(edited=1)
    found = waiting(store)["a"]
    assert (found.url, found.url_key) == ("https://one.example/a", "key-of-a")


def test_guids_that_alternate_for_one_url_are_one_entry(store: Store) -> None:
    assert poll_again(store, linked("a#0", "a")) == Stored(new=1)
    for number in range(4):
        assert poll_again(store, linked(f"a#{(number + 1) % 2}", "a")).new == 0
    assert set(waiting(store)) == {"a#0"}


def test_a_new_guid_for_a_known_url_is_told_on_the_known_entry(store: Store) -> None:
    poll_again(store, linked("a#0", "a", "Before"))
    assert poll_again(store, linked("a#1", "a", "After")) == Stored(edited=1, flipped=1)
    told = entered(store, "a#0")
    assert (told.outcome, told.reason) == ("flipped", "same-url")
    assert store.ledger.about([entry_id("one", "a#1")]) == []
    assert waiting(store)["a#0"].title == "After"
    assert old_titles(store) == [(1, "Before")]


def test_urls_that_alternate_for_one_guid_are_one_entry(store: Store) -> None:
    poll_again(store, linked("a", "a"))
    for number in range(4):
        assert poll_again(store, linked("a", f"a-{number % 2}")) == Stored()
    assert waiting(store)["a"].url == "https://one.example/a-1"


def test_guids_and_urls_that_alternate_together_are_one_entry_by_their_text(store: Store) -> None:
    poll_again(store, linked("a", "a", summary=LONG))
    assert poll_again(store, linked("b", "b", summary=LONG)) == Stored(flipped=1)
    assert poll_again(store, linked("a", "a", summary=LONG)) == Stored()
    assert poll_again(store, linked("b", "b", summary=LONG)) == Stored(flipped=1)
    assert (entered(store, "a").outcome, entered(store, "a").reason) == ("flipped", "same-text")


@pytest.mark.parametrize(
    "alike",
    [
        pytest.param(entry("b", "A title"), id="a title alone"),
        pytest.param(entry("b", LONG), id="a long title alone"),
        pytest.param(entry("b", summary="Too short."), id="a short summary"),
    ],
)
def test_little_text_is_not_enough_to_know_an_entry_by(store: Store, alike: Entry) -> None:
    poll_again(store, replace(alike, key="a", url="https://one.example/a"))
    assert poll_again(store, alike) == Stored(new=1)


def test_the_same_text_a_week_after_it_was_last_met_is_a_new_entry(store: Store) -> None:
    poll_again(store, entry("a", summary=LONG), minutes=0)
    assert poll_again(store, entry("b", summary=LONG), minutes=7 * DAY) == Stored(flipped=1)
    assert poll_again(store, entry("c", summary=LONG), minutes=14 * DAY) == Stored(flipped=1)
    assert poll_again(store, entry("d", summary=LONG), minutes=21 * DAY + 1) == Stored(new=1)


def test_an_undated_entry_whose_guid_and_url_change_each_day_never_comes_back_as_new(store: Store) -> None:
    undated = {"summary": LONG, "published": None}
    poll_again(store, linked("a", "a", **undated), minutes=0)
    for day in range(1, 31):
        again = linked(f"a{day}", f"a{day}", **undated)
        assert poll_again(store, again, minutes=day * DAY) == Stored(flipped=1)


def test_an_entry_that_stays_in_the_feed_is_known_by_its_text_however_old_it_is(store: Store) -> None:
    undated = {"summary": LONG, "published": None}
    for day in range(21):
        poll_again(store, linked("a", "a", **undated), minutes=day * (DAY + 1))
    assert poll_again(store, linked("b", "b", **undated), minutes=24 * DAY) == Stored(flipped=1)


def test_that_an_entry_was_met_is_noted_once_a_day_only(store: Store) -> None:
    poll_again(store, *(linked(key, key) for key in "abc"), minutes=0)
    written = writes_to_entries(store)
    for hours in range(1, 49):
        poll_again(store, *(linked(key, key) for key in "abc"), minutes=hours * 60)
    assert len(written) == 1
    assert met_at(store) == {NOW + timedelta(hours=25)}


def test_the_same_text_of_another_day_is_a_new_entry(store: Store) -> None:
    poll_again(store, replace(entry("a", summary=LONG), published=NOW - timedelta(days=2)))
    assert poll_again(store, replace(entry("b", summary=LONG), published=NOW - timedelta(days=1))) == Stored(new=1)
    assert poll_again(store, replace(entry("c", summary=LONG), published=NOW)) == Stored(new=1)


def test_entries_of_one_document_are_never_taken_for_each_other(store: Store) -> None:
    poll_again(store, linked("a", "a", summary=LONG))
    assert poll_again(store, linked("a", "a", summary=LONG), linked("b", "b", summary=LONG)) == Stored(new=1)
    assert poll_again(store, linked("c", "a"), linked("a", "elsewhere")) == Stored(new=1, edited=1)


def test_two_arrivals_are_not_both_taken_for_one_entry(store: Store) -> None:
    poll_again(store, linked("a", "a", summary=LONG))
    by_url, by_text = linked("b", "a", "Another title"), linked("c", "c", summary=LONG)
    assert poll_again(store, by_text, by_url) == Stored(new=1, edited=1, flipped=1)
    assert set(waiting(store)) == {"a", "c"}


def test_items_with_one_text_for_all_are_all_kept(store: Store) -> None:
    assert poll_again(store, *(linked(key, key, summary=LONG) for key in "abc")) == Stored(new=3)
    assert poll_again(store, *(linked(key, key, summary=LONG) for key in "def")) == Stored(new=3)
    poll_again(store, linked("single", "single", summary=LONG * 2))
    assert poll_again(store, *(linked(key, key, summary=LONG * 2) for key in "gh")) == Stored(new=2)


def test_items_with_one_guid_for_all_are_all_kept_when_their_keys_hold_the_url(store: Store) -> None:
    items = [linked(f"the-guid https://one.example/{page}", page, f"Title of {page}") for page in "abc"]
    assert poll_again(store, *items) == Stored(new=3)
    assert poll_again(store, *items) == Stored()


def test_items_that_share_a_url_are_not_known_by_it(store: Store) -> None:
    live = {"url": "https://one.example/live", "url_key": None}
    assert poll_again(store, *(entry(key, f"Title of {key}", **live) for key in "ab")) == Stored(new=2)
    assert poll_again(store, *(entry(key, f"Title of {key}", **live) for key in "bc")) == Stored(new=1)


def test_an_entry_of_another_feed_is_never_taken_for_this_ones(store: Store) -> None:
    poll_again(store, linked("a", "a", summary=LONG))
    other = polled(replace(linked("b", "a", summary=LONG), feed_id="two"), feed=OTHER)
    assert store.sources.save([other]) == [Stored(new=1)]


def test_flips_are_found_in_many_feeds_at_once(store: Store) -> None:
    many = [feed(number) for number in range(30)]
    store.sources.sync(many)

    def polls_of(key: str) -> list[Polled]:
        return [
            polled(*(linked(f"{key}{n}", str(n), feed_id=one.id) for n in range(60)), feed=one, at=NOW) for one in many
        ]

    assert store.sources.save(polls_of("a")) == [Stored(new=60)] * 30
    assert store.sources.save(polls_of("b")) == [Stored(flipped=60)] * 30


def test_backlog_is_kept_and_not_read(store: Store) -> None:
    store.sources.save([polled(entry("old", date_note="ancient"), state="backlog")])
    assert store.sources.unread(NOW, 10) == []
    assert store.sources.health(NOW)[0].entries == 1
    told = entered(store, "old")
    assert (told.outcome, told.reason, told.numbers) == ("backlog", "new", {"date": "ancient"})


def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    one = linked(
        "ключ-鍵", "a", "Ёж — 漢字 🦔", summary="s", content="c", updated=NOW, language="en", date_note="future"
    )
    poll_again(store, one)
    assert store.sources.unread(NOW, 10)[0].entry == one


def facts(store: Store) -> list[object]:
    """Return everything that a poll can change."""
    with store.database.read() as connection:
        rows = [
            [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in (entries, revisions, polls, outcomes)
        ]
    return [*rows, [health.state for health in store.sources.health(NOW)]]


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    poll_again(store, linked("a", "a", "Before"))
    before = facts(store)
    unknown = polled(entry("x"), feed=replace(FEED, id="nobody"))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.sources.save([polled(linked("a2", "a", "After"), entry("b"), at=LATER), unknown])
    assert facts(store) == before


KILLED = """
import os, signal, sys
from monitor.store import Store, ledger
from tests.conformance.news import LATER, entry, polled

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

ledger.write = killed
Store(sys.argv[1]).sources.save([polled(entry("a", "After"), entry("b"), at=LATER)])
"""


def test_a_kill_while_saving_leaves_nothing_and_the_next_run_can_save(store: Store, database_url: str) -> None:
    poll_again(store, entry("a", "Before"))
    before = facts(store)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, database_url],
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.returncode == -signal.SIGKILL
    assert facts(store) == before
    assert poll_again(store, entry("a", "After"), entry("b")) == Stored(new=1, edited=1)
