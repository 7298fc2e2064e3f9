"""From a page to the article behind an entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from monitor.records.feeds import Unread
from monitor.records.ledger import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """The raw answer behind an article, kept so that it can be read again later.

    `packed` is its body, compressed by Zstandard; `size` is the body's length in bytes, `digest` its SHA-256.
    """

    url: str
    headers: Mapping[str, str]
    packed: bytes = field(repr=False)
    size: int
    digest: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSize:
    """How much is kept: articles, the answers behind them and their bytes, as they came and as they are stored.

    `readings` are earlier readings of articles that were edited; `oldest` is when the oldest answer was fetched.
    """

    articles: int
    pages: int
    raw_bytes: int
    packed_bytes: int
    readings: int
    oldest: datetime | None


class Quality(StrEnum):
    """What a text is of its article: all of it, or why not."""

    FULL = "full"
    TEASER = "teaser"
    PAYWALL = "paywall"
    SCRIPT_ONLY = "script-only"
    CONSENT_PAGE = "consent-page"
    NOT_AN_ARTICLE = "not-an-article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in an article's text: where it leads, and the words that carry it."""

    url: str
    text: str


FROM_PAGES: Final = frozenset({"page", "pdf", "json-ld", "description"})
"""The methods for which a page was read; the others give the feed's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a page (or an entry's own content) yielded; `method` names the source, `reason` any doubt about the text.

    `dated_by` says who gave `published`: `feed`, `page`, or nobody. `canonical` is the address that the page itself
    calls its own, absolute, when it states one.
    """

    title: str
    text: str
    published: datetime | None
    authors: tuple[str, ...]
    language: str | None
    publisher: str | None
    method: str
    words: int
    reason: str = ""
    quality: Quality = Quality.FULL
    modified: datetime | None = None
    dated_by: str = ""
    canonical: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The readable text behind an entry.

    `publisher` is who wrote it, `site` the host it was found on (without www). `furniture` are the numbers of the
    paragraphs that repeat on other pages of that site and are no part of the article. `copy_of` is the id of the
    article whose words these are; `copy_share` is the share of these words found there.
    """

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
    quality: Quality = Quality.FULL
    modified: datetime | None = None
    dated_by: str = ""
    canonical: str | None = None
    links: tuple[Link, ...] = ()
    site: str = ""
    furniture: tuple[int, ...] = ()
    copy_of: str | None = None
    copy_share: float = 0.0

    @property
    def own_text(self) -> str:
        """The text without the site's furniture: what is scored, grouped and compared."""
        return without(self.text, self.furniture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A house and what it goes by: registered domains (`ft.com`) or hosts below them, other spellings of its name."""

    name: str
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One article's words found in another: `share` of those of `id` stand in `of` too."""

    id: str
    of: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """What changed between two readings of one article: words gone and come, and the sentences that changed."""

    removed_words: int
    added_words: int
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What reading one entry came to; `then` are outcomes of later steps that are settled by it.

    Without an article, the entry waits until `next_at`, having failed `attempts` times. `revised` says what is
    different in an article that was read again.
    """

    unread: Unread
    article: Article | None
    page: ArchivedPage | None
    outcome: Outcome
    attempts: int = 0
    next_at: datetime | None = None
    then: tuple[Outcome, ...] = ()
    revised: Revised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text to be scored or grouped; `language` is a code such as `en`, or None where it is not known."""

    id: str
    title: str
    text: str
    published: datetime | None = None
    source: str = ""
    language: str | None = None


def without(text: str, furniture: Collection[int]) -> str:
    """Return a text without the paragraphs of these numbers, counted from 0; paragraphs are parted by blank lines."""
    if not furniture:
        return text
    return "\n\n".join(part for place, part in enumerate(text.split("\n\n")) if place not in furniture)
