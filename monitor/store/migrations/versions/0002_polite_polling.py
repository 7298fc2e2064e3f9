"""What a feed, its host and its entries taught, remembered between polls.

Only additions: SQLite would have to rebuild a table for anything else, and a table that others refer to cannot be
dropped while foreign keys are enforced.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.columns import Json, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen `feeds` and `entries`; add `revisions`, `hosts` and `robots`."""
    _widen_feeds()
    _widen_entries()
    op.create_table(
        "revisions",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_revisions_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "number", name="pk_revisions"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("fetched_at", Utc(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name="pk_robots"),
    )


def _widen_feeds() -> None:
    nothing, no = sa.text("0"), sa.false()
    for column in (
        sa.Column("entries_hash", sa.String(length=64), nullable=True),
        sa.Column("full_at", Utc(), nullable=True),
        sa.Column("distrusted", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("hints", Json, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rhythm_count", sa.Float(), server_default=nothing, nullable=False),
        sa.Column("rhythm_at", Utc(), nullable=True),
        sa.Column("new_at", Utc(), nullable=True),
        sa.Column("failure_weight", sa.Float(), server_default=nothing, nullable=False),
        sa.Column("failing_since", Utc(), nullable=True),
        sa.Column("last_message", sa.Text(), nullable=True),
        sa.Column("named", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_since", Utc(), nullable=True),
        sa.Column("moved_seen", sa.Integer(), server_default=nothing, nullable=False),
        sa.Column("move_adopted", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("retired_at", Utc(), nullable=True),
    ):
        op.add_column("feeds", column)


def _widen_entries() -> None:
    op.add_column("entries", sa.Column("url_key", sa.String(length=32), nullable=True))
    op.add_column("entries", sa.Column("date_note", sa.String(length=20), server_default=sa.text("''"), nullable=False))
    op.add_column("entries", sa.Column("met_at", Utc(), nullable=True))
    op.create_index("ix_entries_feed_id_url_key", "entries", ["feed_id", "url_key"], unique=False)
    op.create_index("ix_entries_feed_id_content_hash", "entries", ["feed_id", "content_hash"], unique=False)
    op.drop_index("ix_entries_feed_id", table_name="entries")
