"""Which model judges since when and why, where in an article a topic was found, and who said what about it when.

Only additions, as in 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.columns import Json, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `trainings`; widen `scores` and `labels`."""
    op.create_table(
        "trainings",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("champion", sa.String(length=64), nullable=False),
        sa.Column("challenger", sa.String(length=64), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trainings"),
    )
    zero, nothing = sa.text("0"), sa.text("''")
    for column in (
        sa.Column("logit", sa.Float(), server_default=zero, nullable=False),
        sa.Column("part", sa.Integer(), server_default=zero, nullable=False),
        sa.Column("parts", sa.Integer(), server_default=zero, nullable=False),
        sa.Column("reason", sa.String(length=80), server_default=nothing, nullable=False),
    ):
        op.add_column("scores", column)
    for column in (
        sa.Column("at", Utc(), nullable=True),
        sa.Column("by", sa.Text(), server_default=nothing, nullable=False),
        sa.Column("asked", sa.String(length=20), server_default=nothing, nullable=False),
        sa.Column("chance", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
    ):
        op.add_column("labels", column)
