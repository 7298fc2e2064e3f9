"""What every database must hold: the same facts, stored once, whatever is repeated or interrupted."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.articles import packed, unpacked
from monitor.errors import BusyError, StoreError
from monitor.feeds.urls import usable_link
from monitor.records import (
    Article,
    Document,
    Label,
    Merged,
    Read,
    Score,
    Term,
)
from monitor.store import Store
from monitor.store.arrived import entry_id
from monitor.store.tables import metadata
from tests.conformance.news import FEED, NOW, article, entry, group, outcome, placed, polled, read_article


def score(name: str, topic: str, *, matched: bool = True) -> Score:
    return Score(
        id=name,
        topic=topic,
        score=0.9,
        probability=0.9,
        threshold=0.5,
        matched=matched,
        passage="the passage",
        terms=(Term(text="ledger", weight=1.5), Term(text="sport", weight=-0.5)),
    )


def test_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_twice_changes_nothing(store: Store, database_url: str) -> None:
    store.sources.sync([FEED])
    again = Store(database_url)
    assert [health.feed for health in again.sources.health(NOW)] == [FEED]
    again.close()


def test_a_database_of_a_newer_program_is_refused(store: Store, database_url: str) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer News Monitor") as refused:
        Store(database_url)
    assert refused.value.reason == "newer-schema"


def test_what_sqlite_has_committed_survives_a_power_cut(store: Store) -> None:
    if store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL is set up by its owner")
    with store.database.read() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="naive"):
        store.sources.unread(datetime(2026, 1, 1), 1)  # noqa: DTZ001 - the fault under test


def test_a_long_link_in_any_script_can_be_stored(store: Store) -> None:
    store.sources.sync([FEED])
    link = usable_link("https://one.example/" + "".join(chr(0x4E00 + n * 7 % 5000) for n in range(600)))
    assert link is not None
    assert usable_link("https://one.example/" + "漢" * 1000) is None
    store.sources.save([polled(entry("a", url=link))])
    unread = store.sources.unread(NOW, 10)[0]
    made = replace(article("a"), url=link)
    store.articles.save([Read(unread=unread, article=made, page=None, outcome=outcome("read", unread.id))], NOW)
    assert store.articles.find(link)[0] == made


def test_a_read_entry_waits_no_longer_and_its_page_is_archived(store: Store) -> None:
    made = read_article(store, "a")
    assert store.sources.unread(NOW, 10) == []
    assert store.articles.known(["a", "b"]) == {"a": made}
    page = store.archive.page("a")
    assert page is not None
    assert unpacked(page) == b"<p>x</p>" * 99


def test_a_postponed_entry_waits_until_its_time(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"))])
    unread = store.sources.unread(NOW, 10)[0]
    later = NOW + timedelta(minutes=15)
    result = Read(unread=unread, article=None, page=None, outcome=outcome("read", unread.id), attempts=1, next_at=later)
    store.articles.save([result], NOW)
    assert store.sources.unread(NOW, 10) == []
    assert store.sources.unread(later, 10)[0].attempts == 1


def test_an_article_is_scored_once_by_each_model(store: Store) -> None:
    made = read_article(store, "a")
    since = NOW - timedelta(days=1)
    assert store.articles.unscored("m1", since, 10) == [made]
    for _ in range(2):
        store.articles.save_scores([made], [score("a", "t")], [outcome("score", "a")], "m1", NOW)
    assert store.articles.unscored("m1", since, 10) == []
    assert store.articles.unscored("m2", since, 10) == [made]
    assert store.articles.scores_of("a") == [score("a", "t")]


def test_an_article_is_in_one_story_for_ever(store: Store) -> None:
    read_article(store, "a")
    read_article(store, "b")
    group(store, "a", "s1", founded=True)
    group(store, "b", "s1")
    group(store, "b", "s2", founded=True)
    assert store.stories.story_of("b") == "s1"
    assert [document.id for _, document in store.stories.articles_of("s1")] == ["a", "b"]
    assert store.grouping.waiting(NOW - timedelta(days=9), 10) == []


def test_a_story_matches_by_the_scores_of_the_current_model_only(store: Store) -> None:
    made = read_article(store, "a")
    group(store, "a", "s1", founded=True)
    store.articles.save_scores([made], [score("a", "t")], [], "m1", NOW)
    since = NOW - timedelta(days=7)
    [story] = store.stories.matching(["t"], "m1", since)
    assert story.members[0].article == made
    assert story.members[0].feed_names == ("One",)
    assert set(story.members[0].scores) == {"t"}
    assert store.stories.matching(["t"], "m2", since) == []
    assert store.stories.matching(["other"], "m1", since) == []
    assert store.stories.matching(["t"], "m1", NOW + timedelta(hours=1)) == []


def test_a_story_matches_by_when_a_matching_article_of_it_came_to_us(store: Store) -> None:
    """Published long ago and found only now, it is news to us; of a live story that matched long ago, it is not."""
    ages = {"a": timedelta(days=90), "b": timedelta(0), "c": timedelta(0)}
    for name, age in ages.items():
        made = read_article(store, name, NOW - age)
        store.articles.save_scores([made], [score(name, "t", matched=name != "c")], [], "m1", NOW)
    at = {"a": NOW, "b": NOW - timedelta(days=8), "c": NOW}
    for name, story in (("a", "old-news"), ("b", "goes-on"), ("c", "goes-on")):
        document = Document(id=name, title="", text="", published=NOW)
        store.grouping.save([placed(name, story, founded=name != "c")], [document], {}, "w1", [], at[name])
    assert [one.id for one in store.stories.matching(["t"], "m1", NOW)] == ["old-news"]
    found = store.stories.matching(["t", "u"], "m1", NOW - timedelta(days=8))
    assert [(one.id, len(one.members)) for one in found] == [("goes-on", 2), ("old-news", 1)]
    store.grouping.merge([Merged(story="old-news", into="goes-on", similarity=0.9)], [])
    assert [(one.id, len(one.members)) for one in store.stories.matching(["t"], "m1", NOW)] == [("goes-on", 3)]
    assert store.stories.matching(["t"], "m1", NOW + timedelta(seconds=1)) == []


def test_the_ledger_keeps_the_last_outcome_of_each_step(store: Store) -> None:
    store.ledger.write([outcome("read", "a", "postponed"), outcome("score", "a")])
    store.ledger.write([outcome("read", "a", "page")])
    assert {(one.step, one.outcome) for one in store.ledger.about(["a"])} == {("read", "page"), ("score", "done")}
    assert store.ledger.count()["read", "page", "because"] == 1


def test_labels_follow_the_file(store: Store) -> None:
    yes = Label(title="T", text="x", topic="t", label=True)
    store.models.sync_labels([yes, replace(yes, label=False)], NOW)
    store.models.sync_labels([yes], NOW)
    store.models.sync_labels([yes], NOW)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM labels").scalar() == 1


def test_word_statistics_are_kept_by_version_and_the_newest_is_used(store: Store) -> None:
    store.models.save("words", "v1", {}, NOW, b"one")
    store.models.save("words", "v1", {}, NOW, b"changed")
    store.models.save("words", "v2", {}, NOW + timedelta(days=7), b"two")
    assert store.models.words() == (b"two", NOW + timedelta(days=7))


def test_only_one_process_does_a_task_at_a_time(store: Store, database_url: str) -> None:
    other = Store(database_url)
    with store.only_one("cycle"):
        with pytest.raises(BusyError), other.only_one("cycle"):
            pass
        with other.only_one("another task"):
            pass
    with other.only_one("cycle"):
        pass
    other.close()


def test_what_fails_under_a_lock_that_the_server_took_back_is_what_is_said(store: Store, database_url: str) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("a file's lock ends with its process only")
    name = f"held {uuid.uuid4()}"
    other = Store(f"{database_url}&application_name={name}")
    holder = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND application_name = :name"
    )

    def work() -> None:
        with other.only_one("cycle"):
            with store.database.write() as connection:
                assert connection.execute(holder, {"name": name}).all() == [(True,)]
            raise StoreError("database", "disk-full", "the disk is full")

    with pytest.raises(StoreError, match="the disk is full"):
        work()
    with other.only_one("cycle"):
        pass
    other.close()


def save_article(store: Store, key: str, made: Article) -> None:
    unread = next(one for one in store.sources.unread(NOW, 10) if one.entry.key == key)
    page = packed(made.url, {}, made.url.encode(), NOW)
    store.articles.save([Read(unread=unread, article=made, page=page, outcome=outcome("read", unread.id))], NOW)


def test_a_twin_of_an_article_is_linked_to_it_and_the_first_reading_stays(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"), entry("amp", url="https://one.example/amp/a"))])
    first = article("a")
    save_article(store, "a", first)
    save_article(store, "amp", replace(first, url="https://one.example/amp/a", text="Another reading."))
    assert store.articles.known(["a", "b"]) == {"a": first}
    assert store.articles.find("https://one.example/amp/a") == (
        first,
        sorted([entry_id("one", "a"), entry_id("one", "amp")]),
    )
    page = store.archive.page("a")
    assert page is not None
    assert unpacked(page) == b"https://one.example/a"


def test_an_article_of_a_url_that_is_known_under_another_id_is_that_article(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"), entry("b"))])
    old = article("a")
    save_article(store, "a", old)
    save_article(store, "b", replace(old, id="computed-otherwise"))
    assert store.articles.find(old.url)[0] == old
    assert store.articles.known(["computed-otherwise"]) == {}
    assert store.articles.find(old.url)[1] == sorted([entry_id("one", "a"), entry_id("one", "b")])
    assert store.sources.unread(NOW, 10) == []


def test_more_articles_can_be_asked_for_than_a_statement_has_variables(store: Store) -> None:
    made = read_article(store, "a")
    assert store.articles.known([*(str(number) for number in range(70_000)), "a"]) == {"a": made}
    assert store.articles.known([]) == {}


def test_the_bytes_of_old_word_statistics_are_given_up_and_their_manifests_stay(store: Store) -> None:
    for number in range(4):
        at = NOW + timedelta(days=7 * number)
        store.models.save("words", f"w{number}", {"articles": number}, at, b"counts %d" % number)
    store.models.keep_words(2)
    store.models.keep_words(2)
    with store.database.read() as connection:
        kept = connection.execute(sa.text("SELECT version, body IS NULL FROM models ORDER BY version")).all()
    assert [(version, bool(gone)) for version, gone in kept] == [
        ("w0", True),
        ("w1", True),
        ("w2", False),
        ("w3", False),
    ]
    assert store.models.words() == (b"counts 3", NOW + timedelta(days=21))
