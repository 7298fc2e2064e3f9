"""Articles grouped by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.records.articles import Article, Document
from monitor.records.topics import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where grouping put an article; `similarity` is to the story it joined (0 when it founded one).

    `story` is the story's id. `terms` tie the article to the story; `nearest` is the best story it did not join.
    """

    id: str
    story: str
    founded: bool
    similarity: float
    terms: tuple[str, ...] = ()
    nearest: str | None = None
    nearest_similarity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A document that grouping has placed before, with its story's id."""

    document: Document
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article in a story, as a digest sees it; `scores` holds the topics that the article matched."""

    article: Article
    feed_names: tuple[str, ...]
    seen_at: datetime
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about the same event, earliest first."""

    id: str
    members: tuple[Member, ...]
