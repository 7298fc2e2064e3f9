"""The tables. Natural keys make every step idempotent: writing the same row twice leaves one row.

feeds ─< polls                 what was asked, when, and what came back
  └─< entries >─ articles ── pages (the archived answer)
         │         ├─< scores >─ models
         │         └── story_members >─ stories
         └─< revisions         what an entry said before it was edited
digests ─< told                what each person has been told
   └─< deliveries              the outbox
hosts, robots                  who wants to be left alone, and what may be asked there
outcomes                       the ledger: the last outcome of each step for each subject
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """Aware UTC on both databases; SQLite has no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be silently wrong by the machine's offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


def _column(name: str, kind: Any, **options: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's own signature
    """Return a column that must have a value, unless `nullable` says otherwise."""
    return Column(name, kind, **{"nullable": False, **options})


feeds = Table(
    "feeds",
    metadata,
    Column("id", String(100), primary_key=True),
    _column("name", Text),
    _column("url", Text),
    _column("publisher", Text),
    _column("language", String(20)),
    _column("kind", String(40)),
    _column("active", Boolean),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("entries_hash", String(64)),
    Column("full_at", Utc),
    _column("distrusted", Boolean, server_default=false()),
    _column("hints", Json, server_default=text("'{}'")),
    _column("rhythm_count", Float, server_default=text("0")),
    Column("rhythm_at", Utc),
    Column("new_at", Utc),
    _column("failures", Integer, server_default=text("0")),
    _column("failure_weight", Float, server_default=text("0")),
    Column("failing_since", Utc),
    Column("last_reason", Text),
    Column("last_message", Text),
    _column("named", Boolean, server_default=false()),
    Column("moved_to", Text),
    Column("moved_since", Utc),
    _column("moved_seen", Integer, server_default=text("0")),
    _column("move_adopted", Boolean, server_default=false()),
    Column("next_at", Utc),
    Column("last_status", Integer),
    Column("last_ok_at", Utc),
    Column("first_ok_at", Utc),
    Column("retired_at", Utc),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", String(255), primary_key=True),
    _column("until", Utc),
    _column("times", Integer),
    _column("reason", String(80)),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", String(300), primary_key=True),
    _column("fetched_at", Utc),
    _column("text", Text),
)

polls = Table(
    "polls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _column("feed_id", ForeignKey("feeds.id")),
    _column("at", Utc),
    _column("outcome", String(40)),
    _column("reason", String(80)),
    _column("message", Text),
    Column("status", Integer),
    _column("bytes", Integer),
    _column("entries", Integer),
    _column("new_entries", Integer),
    _column("seconds", Float),
    Index(None, "feed_id", "at"),
    Index(None, "at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("url", Text, unique=True),
    _column("title", Text),
    _column("text", Text),
    _column("summary", Text),
    _column("published", Utc),
    _column("publisher", Text),
    _column("authors", Json),
    Column("language", String(20)),
    _column("method", String(40)),
    _column("words", Integer),
    _column("reason", String(80)),
    _column("content_hash", String(64)),
    _column("read_at", Utc),
    Column("scored_by", String(64)),
    Index(None, "published"),
    Index("ix_articles_unscored", "scored_by", "published"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("feed_id", ForeignKey("feeds.id")),
    _column("key", Text),
    Column("url", Text),
    Column("url_key", String(32)),
    _column("title", Text),
    _column("summary", Text),
    _column("content", Text),
    _column("content_hash", String(64)),
    Column("published", Utc),
    Column("updated", Utc),
    _column("date_note", String(20), server_default=text("''")),
    _column("authors", Json),
    Column("language", String(20)),
    _column("seen_at", Utc),
    Column("met_at", Utc),
    _column("state", String(20)),
    _column("attempts", Integer, server_default=text("0")),
    Column("next_at", Utc),
    Column("article_id", ForeignKey("articles.id")),
    Index(None, "feed_id", "url_key"),
    Index(None, "feed_id", "content_hash"),
    Index(None, "article_id"),
    Index("ix_entries_waiting", "state", "next_at"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _column("title", Text),
    _column("summary", Text),
    _column("content", Text),
    _column("content_hash", String(64)),
    _column("until", Utc),
)

pages = Table(
    "pages",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    _column("url", Text),
    _column("headers", Json),
    _column("body_zstd", LargeBinary),
    _column("body_hash", String(64)),
    _column("bytes", Integer),
    _column("fetched_at", Utc),
)

models = Table(
    "models",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("version", String(64), primary_key=True),
    _column("manifest", Json),
    Column("body", LargeBinary),
    _column("created_at", Utc),
)

labels = Table(
    "labels",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("title", Text),
    _column("text", Text),
    _column("topic", String(100)),
    _column("label", Boolean),
    Column("url", Text),
    _column("loaded_at", Utc),
    Index(None, "topic"),
)

scores = Table(
    "scores",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("topic", String(100), primary_key=True),
    Column("model", String(64), primary_key=True),
    _column("score", Float),
    Column("probability", Float),
    _column("threshold", Float),
    _column("matched", Boolean),
    _column("passage", Text),
    _column("terms", Json),
    _column("at", Utc),
    Index("ix_scores_matched", "model", "matched", "topic"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("first_at", Utc),
    _column("last_at", Utc),
    _column("articles", Integer),
    _column("created_at", Utc),
    Index(None, "last_at"),
)

story_members = Table(
    "story_members",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    _column("story_id", ForeignKey("stories.id")),
    _column("similarity", Float),
    _column("terms", Json),
    Column("nearest", String(32)),
    _column("nearest_similarity", Float),
    _column("words", String(64)),
    _column("placed_at", Utc),
    Index(None, "story_id"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("watch", String(100)),
    _column("person", String(100)),
    _column("trigger", Text),
    _column("created_at", Utc),
    _column("content", Json),
    _column("config", String(64)),
    _column("model", String(64)),
    Index(None, "watch", "person", "created_at"),
)

told = Table(
    "told",
    metadata,
    Column("person", String(100), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    _column("digest_id", ForeignKey("digests.id")),
    _column("at", Utc),
    Index(None, "story_id"),
    Index(None, "digest_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    _column("digest_id", ForeignKey("digests.id")),
    _column("person", String(100)),
    _column("channel", String(100)),
    _column("recipient", Text),
    _column("message_id", Text),
    _column("subject", Text),
    _column("text", Text),
    _column("html", Text),
    _column("slack", Json),
    _column("state", String(20)),
    _column("attempts", Integer, server_default=text("0")),
    Column("next_at", Utc),
    _column("created_at", Utc),
    Column("sent_at", Utc),
    Column("provider_id", Text),
    Column("place", Text),
    _column("reason", String(80)),
    _column("error", Text),
    Index(None, "digest_id"),
    Index("ix_deliveries_waiting", "state", "next_at"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("step", String(20), primary_key=True),
    Column("subject", String(400), primary_key=True),
    _column("outcome", String(40)),
    _column("reason", String(80)),
    _column("numbers", Json),
    _column("model", String(64)),
    _column("config", String(64)),
    _column("at", Utc),
    Index(None, "at"),
)
