"""Articles: what was read, what is known of each, and how it was scored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from monitor.records import FROM_PAGES, Article, Copied, Document, Link, Outcome, Quality, Read, Score, Term, without
from monitor.store import archive, ledger
from monitor.store.database import Database, chunks
from monitor.store.entries import READ_AGAIN
from monitor.store.tables import articles, entries, pages, readings, scores, story_members, vectors

READINGS = 24
"""Earlier readings kept of one article: a page that counts its readers in its text would otherwise be kept for ever."""

_PLAIN = (
    "id", "url", "title", "text", "summary", "published", "publisher", "language", "method", "words", "reason",
    "modified", "dated_by", "canonical", "site", "copy_of", "copy_share",
)  # fmt: skip
_REVISED = (
    "title", "text", "summary", "authors", "language", "method", "words", "reason", "quality", "modified", "links",
    "site",
)  # fmt: skip
_DOCUMENT = tuple(
    articles.c[name] for name in ("id", "title", "text", "furniture", "published", "publisher", "language")
)
_SCORED = (
    "topic", "score", "probability", "threshold", "matched", "passage", "logit", "part", "parts", "reason",
)  # fmt: skip


_LATE_ORIGINAL = (
    articles.update()
    .where(articles.c.id == sa.bindparam("this"), articles.c.copy_of.is_(None))
    .values(copy_of=sa.bindparam("of", type_=articles.c.copy_of.type), copy_share=sa.bindparam("share"))
)


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

    def known_by_link(self, keys: Sequence[str]) -> dict[str, Article]:
        """Return the articles that entries with these link keys were read as, wherever their pages were found."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for some in chunks(keys):
                query = sa.select(entries.c.url_key, entries.c.article_id).where(entries.c.url_key.in_(some))
                query = query.where(entries.c.state == "read", entries.c.article_id.is_not(None))
                found |= {row.url_key: row.article_id for row in connection.execute(query.order_by(entries.c.id))}
        known = self.known(sorted(set(found.values())))
        return {key: known[article] for key, article in found.items()}

    def shared(self, ids: Sequence[str]) -> set[str]:
        """Return those of these articles that several entries led to."""
        counted = sa.select(entries.c.article_id).group_by(entries.c.article_id).having(sa.func.count() > 1)
        with self._database.read() as connection:
            return {
                one for some in chunks(ids) for one in connection.scalars(counted.where(entries.c.article_id.in_(some)))
            }

    def save(self, read: Sequence[Read], at: datetime) -> None:
        """Store what reading came to, for a batch of entries, in one transaction."""
        with self._database.write() as connection:
            for result in read:
                if result.article is None:
                    self._postpone(connection, result)
                elif result.revised is not None:
                    self._revise(connection, result, result.article, at)
                    _read_as(connection, result, result.article.id)
                else:
                    self._keep(connection, result, result.article, at)
            told = [outcome for result in read for outcome in (result.outcome, *result.then)]
            ledger.write(self._database, connection, told, self._config)

    def revise(self, read: Sequence[Read], at: datetime) -> None:
        """Put new readings in the place of the old ones, in one transaction; their entries stay as they are."""
        with self._database.write() as connection:
            for result in read:
                if result.article is not None:
                    self._revise(connection, result, result.article, at)
            ledger.write(self._database, connection, [result.outcome for result in read], self._config)

    def uncompared(self, limit: int) -> list[Article]:
        """Return at most `limit` articles not compared with others since they were read, the earliest first."""
        query = sa.select(articles).where(articles.c.compared_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(articles.c.published, articles.c.id).limit(limit)).mappings()
            return [article_of(row) for row in rows]

    def of_site(self, site: str, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles of a site, with all their paragraphs."""
        query = (
            sa.select(*_DOCUMENT)
            .where(articles.c.site == site, articles.c.compared_at.is_not(None))
            .order_by(articles.c.published.desc(), articles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [replace(document_of(row), text=row["text"]) for row in rows]

    def compared(self, since: datetime, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles published after `since`, without furniture."""
        query = (
            sa.select(*_DOCUMENT)
            .where(articles.c.published >= since, articles.c.compared_at.is_not(None))
            .order_by(articles.c.published.desc(), articles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(query).mappings()]

    def same_text(self, ids: Sequence[str]) -> list[Document]:
        """Return the articles, of whatever age, whose text is that of one of these, letter for letter."""
        wanted = sa.select(articles.c.content_hash).where(articles.c.id.in_(ids))
        query = sa.select(*_DOCUMENT).where(articles.c.content_hash.in_(wanted), articles.c.compared_at.is_not(None))
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(query).mappings()]

    def save_compared(
        self,
        compared: Sequence[str],
        furniture: Mapping[str, Sequence[int]],
        copied: Sequence[Copied],
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store what comparing a batch came to, in one transaction; articles of it not named stand by themselves.

        An article compared before whose original came late is linked to it, unless it is a copy already.
        """
        copies = {one.id: one for one in copied}
        change = (
            articles.update()
            .where(articles.c.id == sa.bindparam("this"))
            .values(
                furniture=sa.bindparam("found", type_=articles.c.furniture.type),
                copy_of=sa.bindparam("of", type_=articles.c.copy_of.type),
                copy_share=sa.bindparam("share"),
                compared_at=sa.bindparam("now", type_=articles.c.compared_at.type),
            )
        )
        rows = [
            {
                "this": one,
                "found": list(furniture.get(one, ())),
                "of": copies[one].of if one in copies else None,
                "share": copies[one].share if one in copies else 0.0,
                "now": at,
            }
            for one in compared
        ]
        late = [{"this": one.id, "of": one.of, "share": one.share} for one in copied if one.id not in set(compared)]
        with self._database.write() as connection:
            connection.execute(change, rows)
            if late:
                connection.execute(_LATE_ORIGINAL, late)
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

    def scored_by(self, article_id: str) -> str | None:
        """Return the model version that scored an article last."""
        with self._database.read() as connection:
            found: str | None = connection.scalar(sa.select(articles.c.scored_by).where(articles.c.id == article_id))
        return found

    def earlier(self, article_id: str) -> list[Mapping[str, Any]]:
        """Return what an article said before, oldest first: `title`, `words`, `quality`, `until`, `change`."""
        columns = (readings.c.title, readings.c.words, readings.c.quality, readings.c.until, readings.c.change)
        query = sa.select(*columns).where(readings.c.article_id == article_id).order_by(readings.c.number)
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _postpone(self, connection: Connection, result: Read) -> None:
        waits = {"attempts": result.attempts, "next_at": result.next_at}
        connection.execute(entries.update().where(entries.c.id == result.unread.id).values(waits))

    def _keep(self, connection: Connection, result: Read, article: Article, at: datetime) -> None:
        row = {**_row(article), "read_at": at}
        connection.execute(self._database.insert(articles).values(row).on_conflict_do_nothing())
        kept = _kept_as(connection, article)
        if result.page is not None:
            page = {"article_id": kept, **archive.page_row(result.page)}
            connection.execute(self._database.insert(pages).values(page).on_conflict_do_nothing())
        _read_as(connection, result, kept)

    def _revise(self, connection: Connection, result: Read, article: Article, at: datetime) -> None:
        """Put a new reading in the place of the old one, which is kept; compare it anew, and score it if it is recent.

        What copies it is compared again, too. A page that the new text is not from goes with the old one.
        """
        _keep_reading(connection, result, article, at)
        row = _row(article)
        fresh = {name: row[name] for name in (*_REVISED, "content_hash")}
        anew: dict[str, Any] = {
            "compared_at": None,
            "furniture": [],
            "copy_of": None,
            "copy_share": 0.0,
        }
        connection.execute(articles.update().where(articles.c.id == article.id).values({**fresh, **anew}))
        copies = articles.update().where(articles.c.copy_of == article.id)
        connection.execute(copies.values(compared_at=None, copy_of=None, copy_share=0.0))
        # It stays in its story; but what it is like, and whose news it is, is read in its new words.
        connection.execute(vectors.delete().where(vectors.c.article_id == article.id))
        home = sa.select(story_members.c.story_id).where(story_members.c.article_id == article.id).scalar_subquery()
        connection.execute(story_members.update().where(story_members.c.story_id == home).values(relation=None))
        if article.published >= at - READ_AGAIN:
            connection.execute(scores.delete().where(scores.c.article_id == article.id))
            connection.execute(articles.update().where(articles.c.id == article.id).values(scored_by=None))
        if result.page is not None:
            archive.replace(self._database, connection, article.id, result.page)
        elif article.method not in FROM_PAGES:
            archive.give_up(connection, article.id)


def _keep_reading(connection: Connection, result: Read, article: Article, at: datetime) -> None:
    article_id = article.id
    before = connection.execute(sa.select(articles).where(articles.c.id == article_id)).mappings().one()
    last = connection.scalar(sa.select(sa.func.max(readings.c.number)).where(readings.c.article_id == article_id)) or 0
    if last >= READINGS or result.revised is None:
        return
    goes = result.page is not None or article.method not in FROM_PAGES
    body, fetched_at = archive.old_body(connection, article_id) if goes else (None, None)
    said = {name: before[name] for name in ("title", "text", "method", "quality", "words", "content_hash")}
    row = {"article_id": article_id, "number": last + 1, "change": asdict(result.revised), "until": at, **said}
    connection.execute(readings.insert().values({**row, "body_zstd": body, "fetched_at": fetched_at}))


def _read_as(connection: Connection, result: Read, article_id: str) -> None:
    read = entries.update().where(entries.c.id == result.unread.id)
    connection.execute(read.values(state="read", article_id=article_id, attempts=0, next_at=None))


def _kept_as(connection: Connection, article: Article) -> str:
    """Return the id under which an article is kept: its own, or that of one with the same URL that came before."""
    same = sa.select(articles.c.id).where(sa.or_(articles.c.id == article.id, articles.c.url == article.url))
    found = connection.scalars(same).all()
    return article.id if article.id in found else found[0]


def _row(article: Article) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in _PLAIN}
    return row | {
        "authors": list(article.authors),
        "quality": article.quality.value,
        "links": [[link.url, link.text] for link in article.links],
        "furniture": list(article.furniture),
        "content_hash": hashlib.sha256(article.text.encode()).hexdigest(),
    }


def article_of(row: RowMapping) -> Article:
    """Return the record of an `articles` row."""
    return Article(
        **{name: row[name] for name in _PLAIN},
        authors=tuple(row["authors"]),
        quality=Quality(row["quality"]),
        links=tuple(Link(url=url, text=text) for url, text in row["links"]),
        furniture=tuple(row["furniture"]),
    )


def document_of(row: RowMapping) -> Document:
    """Return what is compared, scored and grouped of an `articles` row: its text without furniture."""
    return Document(
        id=row["id"],
        title=row["title"],
        text=without(row["text"], row["furniture"]),
        published=row["published"],
        source=row["publisher"],
        language=row["language"],
    )


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
        logit=row["logit"],
        part=row["part"],
        parts=row["parts"],
        reason=row["reason"],
    )


def _score_row(score: Score, model: str, at: datetime) -> dict[str, Any]:
    terms = [asdict(term) for term in score.terms]
    facts = {name: getattr(score, name) for name in _SCORED}
    return {"article_id": score.id, "model": model, "terms": terms, "at": at, **facts}
