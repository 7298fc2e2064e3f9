"""What grouping compares, why an article is where it is, whose news it is, and what a person decided about stories.

Only additions, as in 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.columns import Json, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `vectors` and `cuts`; widen `stories` and `story_members`."""
    op.create_table(
        "vectors",
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_vectors_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_vectors"),
    )
    op.create_index("ix_vectors_made_at", "vectors", ["made_at"], unique=False)
    op.create_table(
        "cuts",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("story", sa.String(length=32), nullable=False),
        sa.Column("into", sa.String(length=32), nullable=False),
        sa.Column("articles", Json, nullable=False),
        sa.Column("apart", Json, nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cuts"),
    )
    op.add_column("stories", sa.Column("merged_into", sa.String(length=32), nullable=True))
    aliases = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_stories_merged_into", "stories", ["merged_into"], sqlite_where=aliases, postgresql_where=aliases
    )
    copies = sa.text("copy_of IS NOT NULL")
    op.create_index("ix_articles_copy_of", "articles", ["copy_of"], sqlite_where=copies, postgresql_where=copies)
    op.create_index("ix_told_article_id", "told", ["article_id"], unique=False)
    zero, nothing = sa.text("0"), sa.text("''")
    for column in (
        sa.Column("closest", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=80), server_default=nothing, nullable=False),
        sa.Column("apart", sa.String(length=80), server_default=nothing, nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=True),
        sa.Column("relation_of", sa.String(length=32), nullable=True),
        sa.Column("origin", sa.Text(), server_default=nothing, nullable=False),
        sa.Column("evidence", sa.Text(), server_default=nothing, nullable=False),
        sa.Column("confidence", sa.Float(), server_default=zero, nullable=False),
    ):
        op.add_column("story_members", column)
    # Articles placed before are looked at when their story grows, or when somebody asks; not all at once.
    op.execute("UPDATE story_members SET relation = ''")
    op.create_index("ix_story_members_relation", "story_members", ["relation"], unique=False)
