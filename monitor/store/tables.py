"""The tables. Natural keys make every step idempotent: writing the same row twice leaves one row.

feeds ─< polls                 what was asked, when, and what came back
  └─< entries >─ articles ── pages (the archived answer)
         │         ├─< readings        what an article said before it was edited
         │         ├─< scores >─ models ─< trainings    which of them judges since when, and why
         │         ├── vectors              its words as numbers, which grouping compares
         │         └── story_members >─ stories ── cuts    what a person decided about them
         └─< revisions         what an entry said before it was edited
digests ─< told                what each person has been told
   └─< deliveries              the outbox; rests: channels that want to be left alone
mutes, slots                   what each person wants to hear nothing of, and when each next hears of a watch
hosts, robots                  who wants to be left alone, and what may be asked there
outcomes                       the ledger: the last outcome of each step for each subject
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from monitor.store.columns import Json, Utc, column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


feeds = Table(
    "feeds",
    metadata,
    Column("id", String(100), primary_key=True),
    column("name", Text),
    column("url", Text),
    column("publisher", Text),
    column("language", String(20)),
    column("kind", String(40)),
    column("active", Boolean),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("entries_hash", String(64)),
    Column("full_at", Utc),
    column("distrusted", Boolean, server_default=false()),
    column("hints", Json, server_default=text("'{}'")),
    column("rhythm_count", Float, server_default=text("0")),
    Column("rhythm_at", Utc),
    Column("new_at", Utc),
    column("failures", Integer, server_default=text("0")),
    column("failure_weight", Float, server_default=text("0")),
    Column("failing_since", Utc),
    Column("last_reason", Text),
    Column("last_message", Text),
    column("named", Boolean, server_default=false()),
    Column("moved_to", Text),
    Column("moved_since", Utc),
    column("moved_seen", Integer, server_default=text("0")),
    column("move_adopted", Boolean, server_default=false()),
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
    column("until", Utc),
    column("times", Integer),
    column("reason", String(80)),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", String(300), primary_key=True),
    column("fetched_at", Utc),
    column("text", Text),
)

polls = Table(
    "polls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    column("feed_id", ForeignKey("feeds.id")),
    column("at", Utc),
    column("outcome", String(40)),
    column("reason", String(80)),
    column("message", Text),
    Column("status", Integer),
    column("bytes", Integer),
    column("entries", Integer),
    column("new_entries", Integer),
    column("seconds", Float),
    Index(None, "feed_id", "at"),
    Index(None, "at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(32), primary_key=True),
    column("url", Text, unique=True),
    column("title", Text),
    column("text", Text),
    column("summary", Text),
    column("published", Utc),
    column("publisher", Text),
    column("authors", Json),
    Column("language", String(20)),
    column("method", String(40)),
    column("words", Integer),
    column("reason", String(80)),
    column("content_hash", String(64)),
    column("read_at", Utc),
    Column("scored_by", String(64)),
    column("quality", String(20), server_default=text("'full'")),
    Column("modified", Utc),
    column("dated_by", String(10), server_default=text("''")),
    Column("canonical", Text),
    column("links", Json, server_default=text("'[]'")),
    column("site", String(255), server_default=text("''")),
    column("furniture", Json, server_default=text("'[]'")),
    Column("copy_of", String(32)),
    column("copy_share", Float, server_default=text("0")),
    Column("compared_at", Utc),
    Index(None, "published"),
    Index(None, "site", "published"),
    Index(None, "content_hash"),
    Index(None, "compared_at"),
    Index("ix_articles_unscored", "scored_by", "published"),
    Index(
        "ix_articles_copy_of",
        "copy_of",
        sqlite_where=text("copy_of IS NOT NULL"),
        postgresql_where=text("copy_of IS NOT NULL"),
    ),
)

entries = Table(
    "entries",
    metadata,
    Column("id", String(32), primary_key=True),
    column("feed_id", ForeignKey("feeds.id")),
    column("key", Text),
    Column("url", Text),
    Column("url_key", String(32)),
    column("title", Text),
    column("summary", Text),
    column("content", Text),
    column("content_hash", String(64)),
    Column("published", Utc),
    Column("updated", Utc),
    column("date_note", String(20), server_default=text("''")),
    column("authors", Json),
    Column("language", String(20)),
    column("seen_at", Utc),
    Column("met_at", Utc),
    column("state", String(20)),
    column("attempts", Integer, server_default=text("0")),
    Column("next_at", Utc),
    Column("article_id", ForeignKey("articles.id")),
    Index(None, "feed_id", "url_key"),
    Index(None, "url_key"),
    Index(None, "feed_id", "content_hash"),
    Index(None, "article_id"),
    Index(None, "seen_at"),
    Index("ix_entries_waiting", "state", "next_at"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    column("title", Text),
    column("summary", Text),
    column("content", Text),
    column("content_hash", String(64)),
    column("until", Utc),
)

readings = Table(
    "readings",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    column("title", Text),
    column("text", Text),
    column("method", String(40)),
    column("quality", String(20)),
    column("words", Integer),
    column("content_hash", String(64)),
    column("change", Json),
    column("until", Utc),
    Column("body_zstd", LargeBinary),
    Column("fetched_at", Utc),
)

pages = Table(
    "pages",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    column("url", Text),
    column("headers", Json),
    column("body_zstd", LargeBinary),
    column("body_hash", String(64)),
    column("bytes", Integer),
    column("fetched_at", Utc),
    Index(None, "fetched_at"),
)

models = Table(
    "models",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("version", String(64), primary_key=True),
    column("manifest", Json),
    Column("body", LargeBinary),
    column("created_at", Utc),
)

labels = Table(
    "labels",
    metadata,
    Column("id", String(32), primary_key=True),
    column("title", Text),
    column("text", Text),
    column("topic", String(100)),
    column("label", Boolean),
    Column("url", Text),
    Column("at", Utc),
    column("by", Text, server_default=text("''")),
    column("asked", String(20), server_default=text("''")),
    Column("chance", Float),
    Column("score", Float),
    Column("model", String(64)),
    column("loaded_at", Utc),
    Index(None, "topic"),
)

trainings = Table(
    "trainings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    column("at", Utc),
    column("decision", String(20)),
    column("champion", String(64)),
    column("challenger", String(64)),
    column("reasons", Json),
    column("report", Json),
)

scores = Table(
    "scores",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("topic", String(100), primary_key=True),
    Column("model", String(64), primary_key=True),
    column("score", Float),
    Column("probability", Float),
    column("threshold", Float),
    column("matched", Boolean),
    column("passage", Text),
    column("terms", Json),
    column("logit", Float, server_default=text("0")),
    column("part", Integer, server_default=text("0")),
    column("parts", Integer, server_default=text("0")),
    column("reason", String(80), server_default=text("''")),
    column("at", Utc),
    Index("ix_scores_matched", "model", "matched", "topic"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String(32), primary_key=True),
    column("first_at", Utc),
    column("last_at", Utc),
    column("articles", Integer),
    column("created_at", Utc),
    Column("merged_into", String(32)),
    Index(None, "last_at"),
    Index(
        "ix_stories_merged_into",
        "merged_into",
        sqlite_where=text("merged_into IS NOT NULL"),
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
)

story_members = Table(
    "story_members",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    column("story_id", ForeignKey("stories.id")),
    column("similarity", Float),
    column("terms", Json),
    Column("nearest", String(32)),
    column("nearest_similarity", Float),
    column("words", String(64)),
    column("placed_at", Utc),
    Column("closest", String(32)),
    column("reason", String(80), server_default=text("''")),
    column("apart", String(80), server_default=text("''")),
    Column("relation", String(20)),
    Column("relation_of", String(32)),
    column("origin", Text, server_default=text("''")),
    column("evidence", Text, server_default=text("''")),
    column("confidence", Float, server_default=text("0")),
    Index(None, "story_id"),
    Index(None, "relation"),
    Index(None, "placed_at"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    column("words", String(64)),
    column("packed", LargeBinary),
    column("made_at", Utc),
    Index(None, "made_at"),
)

cuts = Table(
    "cuts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    column("at", Utc),
    column("by", Text),
    column("kind", String(20)),
    column("story", String(32)),
    column("into", String(32)),
    column("articles", Json),
    column("apart", Json),
    column("note", Text, server_default=text("''")),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(32), primary_key=True),
    column("watch", String(100)),
    column("person", String(100)),
    column("trigger", Text),
    column("created_at", Utc),
    column("content", Json),
    column("config", String(64)),
    column("model", String(64)),
    column("why", String(20), server_default=text("'notice'")),
    Column("slot", Utc),
    Column("thread", String(32)),
    column("major", Boolean, server_default=false()),
    column("subject", Text, server_default=text("''")),
    Column("bodies_zstd", LargeBinary),
    column("articles", Json, server_default=text("'{}'")),
    Index(None, "watch", "person", "created_at"),
    Index(None, "person", "created_at"),
)

told = Table(
    "told",
    metadata,
    Column("person", String(100), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    column("digest_id", ForeignKey("digests.id")),
    column("at", Utc),
    column("major", Boolean, server_default=false()),
    column("lapsed", Boolean, server_default=false()),
    Index(None, "story_id"),
    Index(None, "digest_id"),
    Index(None, "article_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    column("digest_id", ForeignKey("digests.id")),
    column("person", String(100)),
    column("channel", String(100)),
    column("recipient", Text),
    column("message_id", Text),
    column("subject", Text),
    column("state", String(20)),
    column("attempts", Integer, server_default=text("0")),
    Column("next_at", Utc),
    column("created_at", Utc),
    Column("sent_at", Utc),
    Column("provider_id", Text),
    Column("place", Text),
    column("reason", String(80)),
    column("error", Text),
    Column("parent", String(32)),
    Column("lease", String(40)),
    Column("taken_at", Utc),
    Column("revived_at", Utc),
    column("open", Boolean, server_default=false()),
    column("aloud", Boolean, server_default=false()),
    column("unsubscribe", Text, server_default=text("''")),
    column("copies", Integer, server_default=text("0")),
    Column("body_zstd", LargeBinary),
    Index(None, "digest_id"),
    Index(None, "parent"),
    Index("ix_deliveries_waiting", "state", "created_at", "id"),
)

rests = Table(
    "rests",
    metadata,
    Column("channel", String(100), primary_key=True),
    column("until", Utc),
)

slots = Table(
    "slots",
    metadata,
    Column("watch", String(100), primary_key=True),
    Column("person", String(100), primary_key=True),
    column("timetable", Text),
    column("next_at", Utc),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", String(32), primary_key=True),
    column("person", String(100)),
    column("kind", String(20)),
    column("subject", String(100)),
    column("since", Utc),
    Column("until", Utc),
    column("by", Text, server_default=text("''")),
    Index(None, "person", "kind", "subject", unique=True),
)

UNTOLD = "outcome IN ('waits', 'digest', 'held')"
"""Of which outcomes a story waits to be told, in the words of the index that finds them."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("step", String(20), primary_key=True),
    Column("subject", String(400), primary_key=True),
    column("outcome", String(40)),
    column("reason", String(80)),
    column("numbers", Json),
    column("model", String(64)),
    column("config", String(64)),
    column("at", Utc),
    Index(None, "at"),
    Index("ix_outcomes_untold", "step", "at", sqlite_where=text(UNTOLD), postgresql_where=text(UNTOLD)),
)
