"""The versions of models that judged, and the labels they learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.records import Document, Label
from monitor.store.database import Database, chunks
from monitor.store.reading import document_of
from monitor.store.tables import articles, labels, models


class Models:
    """The versions that judged, and the labels they learned from."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def words(self) -> tuple[bytes, datetime] | None:
        """Return the newest word statistics and when they were counted."""
        query = sa.select(models).where(models.c.kind == "words").order_by(models.c.created_at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return (row["body"], row["created_at"]) if row else None

    def save(
        self, kind: str, version: str, manifest: Mapping[str, Any], at: datetime, body: bytes | None = None
    ) -> None:
        """Store a version once; storing it again changes nothing."""
        row = {"kind": kind, "version": version, "manifest": dict(manifest), "body": body, "created_at": at}
        with self._database.write() as connection:
            connection.execute(self._database.insert(models).values(row).on_conflict_do_nothing())

    def keep_words(self, newest: int) -> None:
        """Give up the bytes of all word statistics but the newest so many; what they were made from stays known."""
        kept = sa.select(models.c.version).where(models.c.kind == "words").order_by(models.c.created_at.desc())
        with self._database.write() as connection:
            versions = connection.scalars(kept.limit(newest)).all()
            old = sa.and_(models.c.kind == "words", models.c.version.not_in(versions))
            connection.execute(models.update().where(old).values(body=None))

    def newest(self, kind: str) -> str | None:
        """Return the version of a kind that was stored last."""
        query = sa.select(models.c.version).where(models.c.kind == kind).order_by(models.c.created_at.desc()).limit(1)
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found

    def sync_labels(self, given: Iterable[Label], at: datetime) -> None:
        """Make the table follow the labels file."""
        rows = {row["id"]: row for row in (_label_row(label, at) for label in given)}
        with self._database.write() as connection:
            stored = set(connection.scalars(sa.select(labels.c.id)))
            for gone in chunks(sorted(stored - rows.keys())):
                connection.execute(labels.delete().where(labels.c.id.in_(gone)))
            fresh = [row for key, row in rows.items() if key not in stored]
            if fresh:
                connection.execute(self._database.insert(labels).on_conflict_do_nothing(), fresh)

    def archive(self, limit: int) -> list[Document]:
        """Return the newest `limit` articles: the texts that word statistics are counted on."""
        query = sa.select(articles).order_by(articles.c.published.desc(), articles.c.id).limit(limit)
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(query).mappings()]


def _label_row(label: Label, at: datetime) -> dict[str, Any]:
    said = f"{label.topic}\n{label.label}\n{label.title}\n{label.text}\n{label.url}\n{label.at}\n{label.by}"
    return {
        "id": hashlib.sha256(said.encode()).hexdigest()[:24],
        "title": label.title,
        "text": label.text,
        "topic": label.topic,
        "label": label.label,
        "url": label.url,
        "at": label.at,
        "by": label.by,
        "asked": label.asked.value,
        "chance": label.chance,
        "score": label.score,
        "model": label.model,
        "loaded_at": at,
    }
