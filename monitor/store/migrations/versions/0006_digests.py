"""What each person wants to hear and when, frozen deliveries that are claimed, and receipts of every digest.

What was rendered is kept once for a digest, and no longer once for each delivery. Deliveries on their way have no
frozen bytes yet; their channels freeze them when they are sent.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
import zstandard
from alembic import op

from monitor.store.columns import Json, Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 200
"""Digests held in memory at a time while their renderings move."""

_UNTOLD = "outcome IN ('waits', 'digest', 'held')"


def upgrade() -> None:
    """Add `mutes`, `slots` and `rests`; widen `digests`, `told` and `deliveries`; move the renderings."""
    _add_tables()
    _widen()
    _move_renderings()
    for name in ("text", "html", "slack"):
        op.drop_column("deliveries", name)
    # Who was sending is gone, or waits for this upgrade to end; what was being sent may have arrived.
    op.execute(sa.text("UPDATE deliveries SET state = 'waiting', open = TRUE, next_at = NULL WHERE state = 'sending'"))
    op.drop_index("ix_deliveries_waiting", table_name="deliveries")
    op.create_index("ix_deliveries_waiting", "deliveries", ["state", "created_at", "id"], unique=False)
    op.create_index("ix_deliveries_parent", "deliveries", ["parent"], unique=False)
    op.create_index("ix_digests_person_created_at", "digests", ["person", "created_at"], unique=False)
    op.create_index("ix_entries_seen_at", "entries", ["seen_at"], unique=False)
    op.create_index("ix_story_members_placed_at", "story_members", ["placed_at"], unique=False)
    untold = sa.text(_UNTOLD)
    op.create_index("ix_outcomes_untold", "outcomes", ["step", "at"], sqlite_where=untold, postgresql_where=untold)


def _add_tables() -> None:
    op.create_table(
        "mutes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
    )
    op.create_index("ix_mutes_person_kind_subject", "mutes", ["person", "kind", "subject"], unique=True)
    op.create_table(
        "slots",
        sa.Column("watch", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("timetable", sa.Text(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "person", name="pk_slots"),
    )
    op.create_table(
        "rests",
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_rests"),
    )


def _widen() -> None:
    no, nothing, empty, zero = sa.false(), sa.text("''"), sa.text("'{}'"), sa.text("0")
    columns = {
        "digests": (
            sa.Column("why", sa.String(length=20), server_default=sa.text("'notice'"), nullable=False),
            sa.Column("slot", Utc(), nullable=True),
            sa.Column("thread", sa.String(length=32), nullable=True),
            sa.Column("major", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("subject", sa.Text(), server_default=nothing, nullable=False),
            sa.Column("bodies_zstd", sa.LargeBinary(), nullable=True),
            sa.Column("articles", Json, server_default=empty, nullable=False),
        ),
        "told": (
            sa.Column("major", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("lapsed", sa.Boolean(), server_default=no, nullable=False),
        ),
        "deliveries": (
            sa.Column("parent", sa.String(length=32), nullable=True),
            sa.Column("lease", sa.String(length=40), nullable=True),
            sa.Column("taken_at", Utc(), nullable=True),
            sa.Column("revived_at", Utc(), nullable=True),
            sa.Column("open", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("aloud", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("unsubscribe", sa.Text(), server_default=nothing, nullable=False),
            sa.Column("copies", sa.Integer(), server_default=zero, nullable=False),
            sa.Column("body_zstd", sa.LargeBinary(), nullable=True),
        ),
    }
    for table, added in columns.items():
        for column in added:
            op.add_column(table, column)


def _move_renderings() -> None:
    connection = op.get_bind()
    digests = sa.table("digests", sa.column("id"), sa.column("subject"), sa.column("bodies_zstd", sa.LargeBinary()))
    names = ("id", "digest_id", "created_at", "subject", "text", "html")
    deliveries = sa.table("deliveries", *map(sa.column, names), sa.column("slack", Json))
    place = sa.func.row_number().over(
        partition_by=deliveries.c.digest_id, order_by=(deliveries.c.created_at, deliveries.c.id)
    )
    ranked = sa.select(deliveries.c.id, place.label("place")).subquery()
    first = sa.select(ranked.c.id).where(ranked.c.place == 1)
    ids = list(connection.scalars(first.order_by(ranked.c.id)))
    compressor = zstandard.ZstdCompressor(level=3)
    for start in range(0, len(ids), _AT_ONCE):
        some = deliveries.c.id.in_(ids[start : start + _AT_ONCE])
        for row in connection.execute(sa.select(deliveries).where(some)).all():
            bodies = json.dumps({"text": row.text, "html": row.html, "slack": row.slack}).encode()
            values = {"subject": row.subject, "bodies_zstd": compressor.compress(bodies)}
            connection.execute(digests.update().where(digests.c.id == row.digest_id).values(values))
