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
)


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


def test_an_upgrade_happens_once(old_url: str) -> None:
    Store(old_url).close()
    store = Store(old_url)
    assert len(store.sources.health(NOW)) == 2
    store.close()
