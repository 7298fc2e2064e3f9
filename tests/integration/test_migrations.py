"""A database that an older News Monitor wrote is upgraded in place, on each kind of database, and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

import monitor.store
from monitor.records import Entry, Failing, Feed, FeedState, Hints, Rhythm, Stored
from monitor.store import Store
from monitor.store.arrived import entry_id
from monitor.store.database import SCHEMA
from monitor.store.tables import metadata, polls
from tests.conformance.news import FEED, LATER, NOW, OTHER, linked, polled

OLD = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)

ROWS = (
    """INSERT INTO feeds (id, name, url, publisher, language, kind, active, etag, last_modified, body_hash, next_at,
        failures, last_status, last_reason, last_ok_at, first_ok_at) VALUES
        ('one', 'One', 'https://one.example/feed', 'One Ltd', 'en', 'press', TRUE, '"x"', NULL, 'b', :at,
        0, 200, NULL, :at, :at),
        ('two', 'Two', 'https://two.example/feed', 'Two Ltd', 'en', 'press', TRUE, NULL, NULL, NULL, :at,
        3, 500, 'http-500', NULL, NULL)""",
    """INSERT INTO polls (feed_id, at, outcome, reason, message, status, bytes, entries, new_entries, seconds)
        VALUES ('one', :at, 'answered', 'parsed', '', 200, 2000, 2, 2, 0.5)""",
    """INSERT INTO articles (id, url, title, text, summary, published, publisher, authors, language, method, words,
        reason, content_hash, read_at, scored_by) VALUES ('article-a', 'https://one.example/a', 'Title', 'Text.', '',
        :at, 'One Ltd', '["Ada"]', 'en', 'page', 1, '', 'h', :at, NULL)""",
    """INSERT INTO entries (id, feed_id, key, url, title, summary, content, content_hash, published, updated, authors,
        language, seen_at, state, attempts, next_at, article_id) VALUES
        (:read, 'one', 'a', 'https://one.example/a', 'Title', '', '', 'h', :at, NULL, '["Ada"]', 'en', :at, 'read', 0,
        NULL, 'article-a'),
        (:waits, 'one', 'b', 'https://one.example/b', 'Waits', 's', '', 'h', :at, NULL, '[]', NULL, :at, 'waiting', 1,
        NULL, NULL)""",
    """INSERT INTO stories (id, first_at, last_at, articles, created_at) VALUES ('story-1', :at, :at, 1, :at)""",
    """INSERT INTO story_members (article_id, story_id, similarity, terms, nearest, nearest_similarity, words,
        placed_at) VALUES ('article-a', 'story-1', 0, '[]', NULL, 0, 'w', :at)""",
    """INSERT INTO digests (id, watch, person, trigger, created_at, content, config, model) VALUES
        ('digest-1', 'crypto', 'ana', 'Because.', :at, '{"watch_title": "Crypto"}', 'c', 'm'),
        ('digest-2', 'crypto', 'ana', 'Because.', :at, '{"watch_title": "Crypto"}', 'c', 'm'),
        ('digest-3', 'crypto', 'ben', 'Because.', :at, '{}', 'c', 'm')""",
    """INSERT INTO told (person, story_id, article_id, digest_id, at) VALUES
        ('ana', 'story-1', 'article-a', 'digest-1', :at)""",
    """INSERT INTO deliveries (id, digest_id, person, channel, recipient, message_id, subject, text, html, slack, state,
        attempts, next_at, created_at, sent_at, provider_id, place, reason, error) VALUES
        ('delivery-1', 'digest-1', 'ana', 'mail', 'ana@example.org', '<1@x>', 'One new story', 'Text, naïvely',
        '<p>HTML</p>', '{"blocks": [1]}', 'sent', 1, NULL, :at, :at, '<1@x>', 'ana@example.org', 'accepted', ''),
        ('delivery-2', 'digest-1', 'ana', 'chat', 'ana', '<2@x>', 'One new story', 'Text, naïvely', '<p>HTML</p>',
        '{"blocks": [1]}', 'sending', 1, NULL, :at, NULL, NULL, NULL, 'planned', ''),
        ('delivery-3', 'digest-2', 'ana', 'mail', 'ana@example.org', '<3@x>', 'Two', 'Text 2', '<p>2</p>', '{}',
        'waiting', 1, :at, :at, NULL, NULL, NULL, 'busy', 'Busy.')""",
)

MORE = (
    """INSERT INTO digests (id, watch, person, trigger, created_at, content, config, model) VALUES
        (:digest, 'crypto', 'ben', '', :at, '{}', 'c', 'm')""",
    """INSERT INTO deliveries (id, digest_id, person, channel, recipient, message_id, subject, text, html, slack, state,
        attempts, created_at, reason, error) VALUES
        (:id, :digest, 'ben', 'mail', 'ben', '<m>', 's', :text, '<p>', '{}', 'sent', 1, :at, 'accepted', '')""",
)
"""A digest and its delivery, of which there may be many."""


@pytest.fixture
def old_url(database_url: str) -> str:
    """Return a database as the first tables left it, with rows in them."""
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(monitor.store.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    at = OLD.strftime("%Y-%m-%d %H:%M:%S.000000") + ("" if engine.dialect.name == "sqlite" else "+00")
    ids = {"read": entry_id("one", "a"), "waits": entry_id("one", "b")}
    with engine.begin() as connection:
        for statement in ROWS:
            wanted = {name: value for name, value in {**ids, "at": at}.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), wanted)
    engine.dispose()
    return database_url


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(old_url: str) -> None:
    store = Store(old_url)
    with store.database.read() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == SCHEMA
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_an_upgraded_database_keeps_its_rows(old_url: str) -> None:
    store = Store(old_url)
    one, two = store.sources.health(NOW)
    assert (one.feed, two.feed) == (FEED, OTHER)
    assert one.state == FeedState(
        feed_id="one", etag='"x"', body_hash="b", next_at=OLD, last_status=200, last_ok_at=OLD, first_ok_at=OLD
    )
    assert two.state == FeedState(
        feed_id="two", next_at=OLD, last_status=500, failing=Failing(count=3, reason="http-500")
    )
    assert (one.state.hints, one.state.rhythm) == (Hints(), Rhythm())
    assert (one.entries, one.articles, one.last_entry_at) == (2, 1, OLD)
    [unread] = store.sources.unread(NOW, 10)
    assert unread.entry == Entry(
        feed_id="one", key="b", url="https://one.example/b", title="Waits", summary="s", published=OLD
    )
    found = store.articles.known(["article-a"])["article-a"]
    assert (found.id, found.authors) == ("article-a", ("Ada",))
    with store.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(polls)) == 1
    store.close()


def test_an_upgraded_database_works(old_url: str) -> None:
    store = Store(old_url)
    store.sources.sync([FEED, Feed(id="new", name="New", url="https://new.example/feed", publisher="New Ltd")])
    assert [feed.id for feed, _ in store.sources.claim(NOW, lambda _feed, _state: LATER)] == ["new", "one"]
    seen = (linked("a", "a", "Title"), linked("b", "b", "Waits", summary="s"), linked("c", "c"))
    assert store.sources.save([polled(*seen)]) == [Stored(new=1)]
    edited = linked("b", "b", "Another title")
    assert store.sources.save([polled(edited, linked("c2", "c"), at=LATER)]) == [Stored(edited=1, flipped=1)]
    assert {one.entry.key for one in store.sources.unread(LATER, 10)} == {"b", "c"}
    store.sources.prune(OLD + timedelta(days=1))
    store.close()


def test_digests_and_deliveries_of_an_older_program_are_kept_and_still_sent(old_url: str) -> None:
    store = Store(old_url)
    receipt = store.receipts.digest("digest-1")
    assert receipt is not None
    assert (receipt.subject, receipt.text, receipt.html) == ("One new story", "Text, naïvely", "<p>HTML</p>")
    assert (receipt.slack, receipt.why, receipt.articles) == ({"blocks": [1]}, "notice", {})
    assert [(row["id"], row["state"], row["open"]) for row in receipt.deliveries] == [
        ("delivery-2", "waiting", True),
        ("delivery-1", "sent", False),
    ]
    told = store.readers.told("ana")["story-1"]
    assert (told.article_ids, told.digest_id, told.major, told.lapsed) == ({"article-a"}, "digest-1", False, False)
    with store.outbox.drain() as place:
        found = [store.outbox.claim(place, NOW) for _ in range(3)]
    assert [one and (one.id, one.body, one.watch_title, one.open) for one in found] == [
        ("delivery-2", b"", "Crypto", True),
        ("delivery-3", b"", "Crypto", False),
        None,
    ]
    message = store.outbox.message("digest-2")
    assert (message.subject, message.text, message.html, message.slack) == ("Two", "Text 2", "<p>2</p>", {})
    assert store.receipts.sizes()["digests"] == 3
    bare = store.outbox.message("digest-3")
    assert (bare.subject, bare.text, bare.html, bare.slack) == ("", "", "", {})
    store.close()


def test_more_digests_than_are_moved_at_a_time_keep_what_was_rendered(old_url: str) -> None:
    engine = sa.create_engine(old_url.replace("postgresql://", "postgresql+psycopg://"))
    at = OLD.strftime("%Y-%m-%d %H:%M:%S.000000") + ("" if engine.dialect.name == "sqlite" else "+00")
    with engine.begin() as connection:
        for number in range(450):
            values = {"digest": f"more-{number}", "id": f"of-{number}", "text": f"Text of {number}", "at": at}
            connection.execute(sa.text(MORE[0]), {"digest": values["digest"], "at": at})
            connection.execute(sa.text(MORE[1]), values)
    engine.dispose()
    store = Store(old_url)
    for number in range(450):
        assert store.outbox.message(f"more-{number}").text == f"Text of {number}"
    store.close()


def test_an_upgrade_happens_once(old_url: str) -> None:
    Store(old_url).close()
    store = Store(old_url)
    assert len(store.sources.health(NOW)) == 2
    store.close()
