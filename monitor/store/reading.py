"""Articles, the archive of their pages, and their scores."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import ArchivedPage, Article, Outcome, Read, Score, Term
from monitor.store import ledger
from monitor.store.database import Database, chunks
from monitor.store.tables import articles, entries, pages, scores

_FACTS = (
    "id", "url", "title", "text", "summary", "published", "publisher", "authors", "language", "method", "words",
    "reason",
)  # fmt: skip


class Articles:
    """What has been read, and how it was scored."""

    def __init__(self, database: Database, config: str) -> None:
        """Use `database`; `config` is the configuration's hash, kept with each outcome."""
        self._database = database
        self._config = config

    def known(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles already read among these ids."""
        with self._database.read() as connection:
            rows = [
                row
                for some in chunks(ids)
                for row in connection.execute(sa.select(articles).where(articles.c.id.in_(some))).mappings()
            ]
        return {row["id"]: article_of(row) for row in rows}

    def save(self, read: Sequence[Read], at: datetime) -> None:
        """Store what reading came to, for a batch of entries, in one transaction."""
        with self._database.write() as connection:
            for result in read:
                if result.article is None:
                    self._postpone(connection, result)
                else:
                    self._keep(connection, result, result.article, at)
            told = [outcome for result in read for outcome in (result.outcome, *result.then)]
            ledger.write(self._database, connection, told, self._config)

    def unscored(self, model: str, since: datetime, limit: int) -> list[Article]:
        """Return at most `limit` articles published after `since` that this model version has not scored."""
        query = (
            sa.select(articles)
            .where(sa.or_(articles.c.scored_by.is_(None), articles.c.scored_by != model))
            .where(articles.c.published >= since)
            .order_by(articles.c.published, articles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [article_of(row) for row in connection.execute(query).mappings()]

    def save_scores(
        self, scored: Sequence[Article], given: Sequence[Score], told: Sequence[Outcome], model: str, at: datetime
    ) -> None:
        """Store a batch's scores and mark its articles as scored by `model`, in one transaction."""
        with self._database.write() as connection:
            if given:
                insert = self._database.insert(scores).on_conflict_do_nothing()
                connection.execute(insert, [_score_row(score, model, at) for score in given])
            marked = articles.update().where(articles.c.id.in_([article.id for article in scored]))
            connection.execute(marked.values(scored_by=model))
            ledger.write(self._database, connection, told, self._config)

    def find(self, url: str) -> tuple[Article | None, list[str]]:
        """Return the article at a URL, and the ids of the entries that led to it or wait for it."""
        with self._database.read() as connection:
            same = entries.c.url == url
            row = connection.execute(sa.select(articles).where(articles.c.url == url)).mappings().first()
            if row is None:
                # A twin of the article's URL: only the entry that brought it knows.
                twin = sa.select(entries.c.article_id).where(same, entries.c.article_id.is_not(None))
                row = connection.execute(sa.select(articles).where(articles.c.id.in_(twin))).mappings().first()
            wanted = sa.or_(same, entries.c.article_id == row["id"]) if row else same
            found = connection.scalars(
                sa.select(entries.c.id).where(wanted).order_by(entries.c.seen_at, entries.c.id)
            ).all()
        return (article_of(row) if row else None), list(found)

    def scores_of(self, article_id: str) -> list[Score]:
        """Return an article's scores by the model version that scored it last, the highest first."""
        judge = sa.select(articles.c.scored_by).where(articles.c.id == article_id).scalar_subquery()
        query = sa.select(scores).where(scores.c.article_id == article_id, scores.c.model == judge)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(scores.c.score.desc(), scores.c.topic)).mappings().all()
        return [score_of(row) for row in rows]

    def page(self, article_id: str) -> ArchivedPage | None:
        """Return the archived answer behind an article, None when the feed alone was enough."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(pages).where(pages.c.article_id == article_id)).mappings().first()
        if row is None:
            return None
        body = zstandard.ZstdDecompressor().decompress(row["body_zstd"])
        return ArchivedPage(url=row["url"], headers=row["headers"], body=body, fetched_at=row["fetched_at"])

    def _postpone(self, connection: Connection, result: Read) -> None:
        waits = {"attempts": result.attempts, "next_at": result.next_at}
        connection.execute(entries.update().where(entries.c.id == result.unread.id).values(waits))

    def _keep(self, connection: Connection, result: Read, article: Article, at: datetime) -> None:
        row = {name: getattr(article, name) for name in _FACTS}
        row |= {"authors": list(article.authors), "read_at": at, "content_hash": _hash(article.text.encode())}
        connection.execute(self._database.insert(articles).values(row).on_conflict_do_nothing())
        kept = _kept_as(connection, article)
        if result.page is not None:
            page = {"article_id": kept, **_page_row(result.page)}
            connection.execute(self._database.insert(pages).values(page).on_conflict_do_nothing())
        read = entries.update().where(entries.c.id == result.unread.id)
        connection.execute(read.values(state="read", article_id=kept, next_at=None))


def _kept_as(connection: Connection, article: Article) -> str:
    """Return the id under which an article is kept: its own, or that of one with the same URL that came before."""
    same = sa.select(articles.c.id).where(sa.or_(articles.c.id == article.id, articles.c.url == article.url))
    found = connection.scalars(same).all()
    return article.id if article.id in found else found[0]


def article_of(row: RowMapping) -> Article:
    """Return the record of an `articles` row."""
    return Article(**{**{name: row[name] for name in _FACTS}, "authors": tuple(row["authors"])})


def score_of(row: RowMapping) -> Score:
    """Return the record of a `scores` row."""
    return Score(
        id=row["article_id"],
        topic=row["topic"],
        score=row["score"],
        probability=row["probability"],
        threshold=row["threshold"],
        matched=row["matched"],
        passage=row["passage"],
        terms=tuple(Term(**term) for term in row["terms"]),
    )


def _score_row(score: Score, model: str, at: datetime) -> dict[str, Any]:
    terms = [asdict(term) for term in score.terms]
    facts = {
        name: getattr(score, name) for name in ("topic", "score", "probability", "threshold", "matched", "passage")
    }
    return {"article_id": score.id, "model": model, "terms": terms, "at": at, **facts}


def _page_row(page: ArchivedPage) -> dict[str, Any]:
    return {
        "url": page.url,
        "headers": dict(page.headers),
        "body_zstd": zstandard.ZstdCompressor(level=9).compress(page.body),
        "body_hash": _hash(page.body),
        "bytes": len(page.body),
        "fetched_at": page.fetched_at,
    }


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
