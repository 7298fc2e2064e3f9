"""From a page to the article behind an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.records.feeds import Unread
from monitor.records.ledger import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """The raw answer behind an article, kept so that it can be read again later."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a page (or an entry's own content) yielded; `method` names the source, `reason` any doubt about the text."""

    title: str
    text: str
    published: datetime | None
    authors: tuple[str, ...]
    language: str | None
    publisher: str | None
    method: str
    words: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The readable text behind an entry. `publisher` is who wrote it, as configured for the feed it came in."""

    id: str
    url: str
    title: str
    text: str
    summary: str
    published: datetime
    publisher: str
    authors: tuple[str, ...] = ()
    language: str | None = None
    method: str = "page"
    words: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What reading one entry came to; `then` are outcomes of later steps that are settled by it.

    Without an article, the entry waits until `next_at`, having failed `attempts` times.
    """

    unread: Unread
    article: Article | None
    page: ArchivedPage | None
    outcome: Outcome
    attempts: int = 0
    next_at: datetime | None = None
    then: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text to be scored or grouped."""

    id: str
    title: str
    text: str
    published: datetime | None = None
    source: str = ""
