"""What a text is of its article, what an article copies, what it said before, and how old its archived page is.

Only additions, as in 0002. Articles read before count as compared: they were told of as they were.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.columns import Json, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen `articles`; add `readings`; let archived pages be found by their age."""
    _widen_articles()
    op.create_table(
        "readings",
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("quality", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("change", Json, nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("body_zstd", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_readings_article_id"),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_readings"),
    )
    op.create_index("ix_entries_url_key", "entries", ["url_key"], unique=False)
    op.create_index("ix_pages_fetched_at", "pages", ["fetched_at"], unique=False)


def _widen_articles() -> None:
    no_text, no_list = sa.text("''"), sa.text("'[]'")
    for column in (
        sa.Column("quality", sa.String(length=20), server_default=sa.text("'full'"), nullable=False),
        sa.Column("modified", Utc(), nullable=True),
        sa.Column("dated_by", sa.String(length=10), server_default=no_text, nullable=False),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("links", Json, server_default=no_list, nullable=False),
        sa.Column("site", sa.String(length=255), server_default=no_text, nullable=False),
        sa.Column("furniture", Json, server_default=no_list, nullable=False),
        sa.Column("copy_of", sa.String(length=32), nullable=True),
        sa.Column("copy_share", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("compared_at", Utc(), nullable=True),
    ):
        op.add_column("articles", column)
    op.execute("UPDATE articles SET compared_at = read_at")
    op.execute("UPDATE articles SET quality = 'teaser' WHERE reason <> '' AND words < 150")
    op.create_index("ix_articles_site_published", "articles", ["site", "published"], unique=False)
    op.create_index("ix_articles_content_hash", "articles", ["content_hash"], unique=False)
    op.create_index("ix_articles_compared_at", "articles", ["compared_at"], unique=False)
