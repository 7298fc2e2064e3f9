"""The archive: the raw answers behind articles, how much room they take, and when they are given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import ArchivedPage, ArchiveSize, Unread
from monitor.store import entries as waiting
from monitor.store.database import Database, chunks
from monitor.store.tables import articles, entries, feeds, pages, readings

_AT_ONCE = 50
"""Pages held in memory at a time when the whole archive is gone through."""


class Archive:
    """The raw answers behind articles."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def page(self, article_id: str) -> ArchivedPage | None:
        """Return the archived answer behind an article, None when the feed alone was enough or it was given up."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(pages).where(pages.c.article_id == article_id)).mappings().first()
        return _page(row) if row else None

    def all(self, since: datetime | None = None) -> Iterator[tuple[Unread, ArchivedPage]]:
        """Yield each archived answer fetched after `since`, with the first entry that led to it, by the article's id.

        The entry's `again` names the article.
        """
        wanted = sa.select(pages.c.article_id).order_by(pages.c.article_id)
        if since is not None:
            wanted = wanted.where(pages.c.fetched_at >= since)
        with self._database.read() as connection:
            ids = list(connection.scalars(wanted))
        for some in chunks(ids, _AT_ONCE):
            with self._database.read() as connection:
                rows = connection.execute(sa.select(pages).where(pages.c.article_id.in_(some))).mappings().all()
                first = _first_entries(connection, some)
            for row in sorted(rows, key=lambda row: row["article_id"]):
                if row["article_id"] in first:
                    yield first[row["article_id"]], _page(row)

    def size(self) -> ArchiveSize:
        """Return how many answers are kept, since when, and how much room they take."""
        kept = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(pages.c.bytes), 0),
            sa.func.coalesce(sa.func.sum(sa.func.length(pages.c.body_zstd)), 0),
            sa.func.min(pages.c.fetched_at),
        )
        earlier = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.length(readings.c.body_zstd)), 0))
        with self._database.read() as connection:
            count, raw, packed, oldest = connection.execute(kept).one()
            old_readings, old_packed = connection.execute(earlier).one()
            read = connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0
        return ArchiveSize(
            articles=read,
            pages=count,
            raw_bytes=int(raw),
            packed_bytes=int(packed) + int(old_packed),
            readings=old_readings,
            oldest=oldest,
        )

    def prune(self, before: datetime) -> int:
        """Give up the answers fetched before that moment and return how many; what was read from them stays."""
        with self._database.write() as connection:
            gone = connection.execute(pages.delete().where(pages.c.fetched_at < before)).rowcount
            old = readings.update().where(readings.c.fetched_at < before, readings.c.body_zstd.is_not(None))
            return gone + connection.execute(old.values(body_zstd=None)).rowcount


def page_row(page: ArchivedPage) -> dict[str, Any]:
    """Return the row of an archived answer, without its article."""
    return {
        "url": page.url,
        "headers": dict(page.headers),
        "body_zstd": page.packed,
        "body_hash": page.digest,
        "bytes": page.size,
        "fetched_at": page.fetched_at,
    }


def replace(database: Database, connection: Connection, article_id: str, page: ArchivedPage) -> None:
    """Put an answer in the place of the one kept for an article."""
    row = page_row(page)
    connection.execute(database.upsert(pages, *row).values({"article_id": article_id, **row}))


def give_up(connection: Connection, article_id: str) -> None:
    """Forget the answer kept for an article."""
    connection.execute(pages.delete().where(pages.c.article_id == article_id))


def old_body(connection: Connection, article_id: str) -> tuple[bytes | None, datetime | None]:
    """Return the packed body kept for an article and when it was fetched."""
    query = sa.select(pages.c.body_zstd, pages.c.fetched_at).where(pages.c.article_id == article_id)
    row = connection.execute(query).first()
    return (row.body_zstd, row.fetched_at) if row else (None, None)


def _first_entries(connection: Connection, article_ids: Sequence[str]) -> dict[str, Unread]:
    query = (
        sa.select(*(column.label(f"entry_{column.name}") for column in entries.c), feeds)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids))
        .order_by(entries.c.seen_at.desc(), entries.c.id.desc())
    )
    return {row["entry_article_id"]: waiting.unread_of(row) for row in connection.execute(query).mappings()}


def _page(row: RowMapping) -> ArchivedPage:
    return ArchivedPage(
        url=row["url"],
        headers=row["headers"],
        packed=row["body_zstd"],
        size=row["bytes"],
        digest=row["body_hash"],
        fetched_at=row["fetched_at"],
    )
